"""Our side of a benchmark where it is asked inside one process: ``python -m benchmarks.ours QUESTION LOG …``."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any


def _open(path: str) -> Any:
    from parcours.columnstore.log import StoredLog

    return StoredLog.open(Path(path))


def funnel(path: str, *words: str) -> Callable[[], list[int]]:
    """Return a function that answers the ordered funnel; ``words`` are steps, then days (0: no window)."""
    from parcours.engine.funnel import Funnel
    from parcours.engine.predicates import EventMatch, Rule

    log, (*steps, days) = _open(path), words
    question = Funnel(tuple((name, Rule((EventMatch((name,)),))) for name in steps), int(days) * 86_400_000_000 or None)
    return lambda: [step.persons for step in log.run(question).steps]


def funnel_from_files(path: str, *words: str) -> Callable[[], list[int]]:
    """Return a function that opens the log on disk anew each time, then answers the ordered funnel."""
    return lambda: funnel(path, *words)()


def transitions(path: str) -> Callable[[], list[list[Any]]]:
    """Return a function that counts transitions."""
    from parcours.engine.transitions import Transitions

    log = _open(path)
    return lambda: sorted([e.source, e.target, e.count] for e in log.run(Transitions()).transitions)


def full_pass(path: str) -> Callable[[], int]:
    """Return a function that reads every byte of the time and name columns once, on every core: the floor."""
    import numba
    import numpy as np

    @numba.njit(nogil=True)  # type: ignore[misc]
    def read(time: Any, name: Any) -> int:
        seen = np.int64(0)
        for i in range(len(time)):
            seen ^= time[i] ^ name[i]
        return seen  # type: ignore[no-any-return]

    tables = [table for table in _open(path).tables() if len(table)]

    def ask() -> int:
        with ThreadPoolExecutor(len(tables)) as pool:
            return sum(pool.map(lambda table: int(read(table.time_us, table.name)), tables))

    return ask


def opening(path: str) -> Callable[[], int]:
    """Return a function that opens the log and maps its columns."""
    return lambda: sum(len(table) for table in _open(path).tables())


QUESTIONS: dict[str, Callable[..., Callable[[], Any]]] = {
    "funnel": funnel,
    "funnel-from-files": funnel_from_files,
    "transitions": transitions,
    "full-pass": full_pass,
    "opening": opening,
}


def main(question: str, repeats: str, *arguments: str) -> None:
    ask = QUESTIONS[question](*arguments)
    print(json.dumps(ask()), flush=True)
    times = []
    for _time in range(int(repeats)):
        begin, spent = time.perf_counter(), time.process_time()
        ask()
        times.append([time.perf_counter() - begin, time.process_time() - spent])
    print(json.dumps(times))


if __name__ == "__main__":
    main(*sys.argv[1:])
