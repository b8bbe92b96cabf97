"""What an executor has to know of a question: nothing but ``partial``, ``merge`` and ``finish``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Protocol, TypeVar

from parcours.engine.table import EventTable

P = TypeVar("P")
R_co = TypeVar("R_co", covariant=True)


class Analysis(Protocol[P, R_co]):
    """A question as a frozen value. Splitting persons over tables in any way never changes the answer.

    Tables of one run share their vocabularies. A person is never split over two tables.
    """

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the further columns that ``partial`` reads."""

    def partial(self, table: EventTable) -> P:
        """Answer for the persons of one table, as arrays small enough to be sent and merged."""

    def merge(self, left: P, right: P) -> P:
        """Join two partial answers; associative, and commutative up to the order of persons."""

    def finish(self, partial: P) -> R_co:
        """Turn the merged partial into the frozen result."""


class Executor(Protocol):
    """Runs an analysis over all persons of a log: threads on one machine, or a cluster."""

    def run(self, analysis: Analysis[P, R_co]) -> R_co:
        """Return the result over every person of the log."""


def run_tables(analysis: Analysis[P, R_co], tables: Iterable[EventTable]) -> R_co:
    """Run ``analysis`` over ``tables`` one after the other; at least one table, which may be empty."""
    return analysis.finish(reduce(analysis.merge, (analysis.partial(table) for table in tables)))
