"""Shared by the engine's tests: real logs in file order, and the independent engines run as programs."""

from __future__ import annotations

import gzip
import os
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from xml.etree.ElementTree import iterparse

import pytest

from parcours.engine.table import EventTable, table_from_arrays

ORACLES = Path(__file__).resolve().parents[1] / "oracles"


@pytest.fixture(scope="session")
def xes_table(data: Path) -> Callable[[str], EventTable]:
    """Give a real log by file name, each read once: case, time and concept:name only, in file order."""
    read: dict[str, EventTable] = {}

    def table(name: str) -> EventTable:
        if name not in read:
            read[name] = _read_xes(data / name)
        return read[name]

    return table


def _read_xes(path: Path) -> EventTable:
    cases: list[int] = []
    times: list[int] = []
    names: list[str] = []
    case = -1
    with gzip.open(path) as file:
        for event, element in iterparse(file, ("start", "end")):
            tag = element.tag.rpartition("}")[2]
            if event == "start":
                case += tag == "trace"
            elif tag == "event":
                values = {child.get("key"): child.get("value", "") for child in element}
                cases.append(case)
                times.append(round(datetime.fromisoformat(values["time:timestamp"]).timestamp() * 1e6))
                names.append(values["concept:name"])
                element.clear()
            elif tag == "trace":
                element.clear()
    return table_from_arrays(cases, times, names)


@pytest.fixture(scope="session")
def oracle() -> Callable[..., str]:
    """Run a program of tests/oracles under the separate environment of independent engines; give its output."""
    place = os.environ.get("PARCOURS_ORACLES")
    if not place:
        pytest.skip("no independent engines: set PARCOURS_ORACLES to a virtual environment that has chdb and pm4py")
    python = Path(place) / "bin" / "python"

    def run(program: str, *arguments: str | Path, given: str = "") -> str:
        done = subprocess.run(
            [python, ORACLES / program, *map(str, arguments)],
            input=given,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
