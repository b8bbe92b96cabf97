"""Our side of a benchmark where it is asked inside one process: ``python -m benchmarks.ours QUESTION LOG …``."""

from __future__ import annotations

import json
import os
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
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return sum(pool.map(lambda table: int(read(table.time_us, table.name)), tables))

    return ask


def over_map(path: str, part: str) -> Callable[[], Any]:
    """Return a function that lays the log over ``benchmarks.plan``: the kernels of one part, everything before it being
    done, or a whole question (``deviations``). All cores work, one table each."""
    import numpy as np

    from benchmarks.plan import frame
    from parcours.engine.deviations import Deviations
    from parcours.engine.held import hold
    from parcours.engine.lived import lay_trips

    log = _open(path)
    tables = [table for table in log.tables() if len(table)]
    end = max(int(table.time_us.max()) for table in tables)
    asked = frame(end, several_trips=part == "trips")
    if part == "deviations":
        question = Deviations(asked.plan, asked.timeout_us, asked.data_end_us)
        return lambda: log.run(question).deviating
    nothing = np.empty(0, np.int64)
    grounds = [lay_trips(asked, table) for table in tables]
    placed = [ground.place(nothing) for ground in grounds]
    work: dict[str, Callable[[int], int]] = {
        "trips": lambda at: len(lay_trips(asked, tables[at]).rows),
        "placing": lambda at: int(grounds[at].place(nothing).entered.astype(bool).sum()),
        "holding": lambda at: len(hold(grounds[at], placed[at]).given.trip),
    }

    def ask() -> int:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return sum(pool.map(work[part], range(len(tables))))

    return ask


def opening(path: str) -> Callable[[], int]:
    """Return a function that opens the log and maps its columns."""
    return lambda: sum(len(table) for table in _open(path).tables())


QUESTIONS: dict[str, Callable[..., Callable[[], Any]]] = {
    "funnel": funnel,
    "funnel-from-files": funnel_from_files,
    "transitions": transitions,
    "full-pass": full_pass,
    "over-map": over_map,
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
