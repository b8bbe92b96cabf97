"""Runs a program as its own process and measures it from outside."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

WATCHED = str(Path(__file__).with_name("watched.py"))
CALM = {
    "RETENTIONEERING_NO_TRACK": "1",
    "PYTHONWARNINGS": "ignore",
    "TQDM_DISABLE": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}


@dataclass(frozen=True)
class Run:
    """One run of a program: seconds from its start to its answer and to its end, seconds of processor time on all
    cores together, peak resident bytes.

    ``repeats`` are (seconds, processor seconds) of the same question asked again inside the process, everything
    being loaded.
    """

    answered: float
    ended: float
    processor: float
    peak_bytes: int
    answer: Any
    repeats: tuple[tuple[float, float], ...] = ()


@dataclass
class Series:
    """Several runs of the same thing, in seconds; ``processor`` is the time spent on all cores together."""

    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    peak_bytes: int = 0

    def add(self, seconds: float, processor: float, peak_bytes: int = 0) -> None:
        self.seconds.append(seconds)
        self.processor.append(processor)
        self.peak_bytes = max(self.peak_bytes, peak_bytes)

    @property
    def middle(self) -> float:
        return median(self.seconds)


class FailedError(Exception):
    """The program ended badly; the message is the end of what it said."""


def run(argv: Sequence[str | Path], environment: Mapping[str, str] | None = None, *, most_bytes: int = 0) -> Run:
    """Start ``argv`` and read one JSON line, its answer, then possibly a second one, seconds of repeats.

    Lines that are not JSON are passed over (some programs greet). ``most_bytes`` limits the memory it may ask for.
    """
    kept = {**os.environ, **CALM, **(environment or {})}
    with tempfile.TemporaryFile() as complaints, tempfile.TemporaryFile() as needs:
        process = subprocess.Popen(
            [sys.executable, "-S", "-E", WATCHED, str(needs.fileno()), *(str(word) for word in argv)],
            stdout=subprocess.PIPE,
            stderr=complaints,
            pass_fds=[needs.fileno()],
            env={key: value for key, value in kept.items() if key != "PYTHONDONTWRITEBYTECODE"},
            preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes)))
            if most_bytes
            else None,
        )
        assert process.stdout is not None
        said: list[Any] = []
        answered = 0.0
        for line in process.stdout:
            with suppress(ValueError):
                said.append(json.loads(line))
                answered = answered or time.perf_counter()
        process.stdout.close()
        watcher = process.wait()
        needs.seek(0)
        needed = json.loads(needs.read() or "{}")
        if failed := watcher or needed["status"]:
            complaints.seek(0)
            raise FailedError(f"{argv[0]} ended with {failed}: {complaints.read().decode()[-2000:]}")
    answer, repeats = [*said, None, []][:2] if said else (None, [])
    return Run(
        (answered or needed["ended"]) - needed["begin"],
        needed["ended"] - needed["begin"],
        needed["spent"],
        needed["peak"],
        answer,
        tuple((wall, cpu) for wall, cpu in repeats or ()),
    )
