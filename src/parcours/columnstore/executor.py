"""Analyses on one machine: threads over the buckets of a log."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from typing import Protocol, TypeVar

from parcours.engine.analysis import Analysis
from parcours.engine.table import EventTable

P = TypeVar("P")
R_co = TypeVar("R_co", covariant=True)


class HasTables(Protocol):
    """Anything whose events come as tables that share their vocabularies."""

    def tables(self) -> tuple[EventTable, ...]:
        """Return at least one table."""


class LocalExecutor:
    """Runs an analysis over the tables of a log, ``threads`` at a time (None: one per core).

    Kernels release the interpreter's lock, so threads suffice. Partial answers are merged in the order of buckets:
    the same log gives the same answer however many threads work.
    """

    def __init__(self, log: HasTables, threads: int | None = None) -> None:
        self._log = log
        self._threads = threads or os.cpu_count() or 1

    def run(self, analysis: Analysis[P, R_co]) -> R_co:
        """Return the result over every person of the log."""
        tables = self._log.tables()
        filled = [table for table in tables if len(table)] or [tables[0]]
        # Largest first, so that no thread is left alone with a large bucket at the end.
        order = sorted(range(len(filled)), key=lambda at: -len(filled[at]))
        workers = min(self._threads, len(filled))
        if workers == 1:
            partials = [analysis.partial(table) for table in filled]
        else:
            with ThreadPoolExecutor(workers, thread_name_prefix="analysis") as pool:
                futures = {at: pool.submit(analysis.partial, filled[at]) for at in order}
                partials = [futures[at].result() for at in range(len(filled))]
        return analysis.finish(reduce(analysis.merge, partials))
