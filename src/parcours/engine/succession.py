"""Which events come early, which late, and which before which: what a draft of a map is discovered from.

Two passes, so that memory stays small however many names a log has: ``FrequentNames`` finds the names that most people
have, ``Succession`` looks at those. Positions are ranks of distinct instants, so the order of rows at one instant never
matters; sums are whole numbers, so neither does the way in which a log is split.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from heapq import nsmallest
from typing import Any

import numpy as np
import numpy.typing as npt

from parcours.engine.analysis import Executor
from parcours.engine.results import Result
from parcours.engine.table import EventTable, Int32s, Int64s, Vocabulary

MOST_NAMES = 100
MOST_REPEATS = 64
"""Repeats of one event by one person are told apart up to this many."""

_WHOLE = 1 << 30


@dataclass(frozen=True, slots=True)
class NameCount:
    """``events`` of this name, and the ``persons`` who have any."""

    name: str
    persons: int
    events: int


@dataclass(frozen=True)
class FrequentNamesResult(Result):
    """The names that most persons have, most first (then most events, then by alphabet), of ``distinct`` in all."""

    persons: int
    events: int
    distinct: int
    names: tuple[NameCount, ...]

    def rows(self) -> list[dict[str, Any]]:
        """One line per name."""
        return [asdict(name) for name in self.names]


@dataclass(frozen=True)
class NameCounts:
    """Persons and events by name code."""

    log_persons: int
    persons: Int64s
    events: Int64s
    names: Vocabulary


@dataclass(frozen=True)
class FrequentNames:
    """The at most ``most`` names that most persons have."""

    most: int = MOST_NAMES

    @property
    def columns(self) -> tuple[str, ...]:
        """No further columns."""
        return ()

    def partial(self, table: EventTable) -> NameCounts:
        """Count by name over the persons of one table."""
        from parcours.engine import _succession_kernels as kernels

        persons, events = kernels.count_names(table.offsets, table.name, len(table.names))
        return NameCounts(len(table.persons), persons, events, table.names)

    def merge(self, left: NameCounts, right: NameCounts) -> NameCounts:
        """Add the counts."""
        return NameCounts(
            left.log_persons + right.log_persons, left.persons + right.persons, left.events + right.events, left.names
        )

    def finish(self, partial: NameCounts) -> FrequentNamesResult:
        """Choose the most frequent."""
        persons, events = partial.persons, partial.events
        codes = np.flatnonzero(events)
        # Among names with equally many persons all stay until their words decide.
        if len(codes) > self.most:
            codes = codes[persons[codes] >= np.sort(persons[codes])[-max(self.most, 1)]]
        keys = zip((-persons[codes]).tolist(), (-events[codes]).tolist(), codes.tolist(), strict=True)
        chosen = nsmallest(self.most, ((people, times, partial.names.words[code]) for people, times, code in keys))
        return FrequentNamesResult(
            persons=partial.log_persons,
            events=int(events.sum()),
            distinct=int(np.count_nonzero(events)),
            names=tuple(NameCount(name, -people, -times) for people, times, name in chosen),
        )


@dataclass(frozen=True, slots=True)
class NameFigures:
    """Where events of one name stand in the sequences of the ``persons`` who have any.

    ``starts`` of them have it at their first instant, ``ends`` at their last. A position is the rank of an instant
    among the person's distinct instants, from 0 (first) to 1 (last), and ½ for a person with a single instant:
    ``first_position`` is the mean over persons of that of their first such event, ``mean_position`` the mean over
    persons of the mean over all of theirs. ``mean_repeats`` and ``median_repeats`` are of how many such events a person
    has (the median counts 64 and more as 64).
    """

    name: str
    persons: int
    events: int
    starts: int
    ends: int
    share_first: float | None
    share_last: float | None
    first_position: float | None
    mean_position: float | None
    mean_repeats: float | None
    median_repeats: float | None


@dataclass(frozen=True)
class SuccessionResult(Result):
    """``together[a][b]`` persons have both names; in ``before[a][b]`` of them the first a came before the first b.

    Both at one instant count as half, so ``before[a][b] + before[b][a] == together[a][b]``. ``together[a][a]`` are the
    persons of a, ``before[a][a]`` is 0. Indexes are those of ``names``.
    """

    persons: int
    events: int
    names: tuple[NameFigures, ...]
    together: tuple[tuple[int, ...], ...]
    before: tuple[tuple[float, ...], ...]

    def rows(self) -> list[dict[str, Any]]:
        """One line per name."""
        return [asdict(name) for name in self.names]

    def share_before(self, first: int, second: int) -> float | None:
        """Return the share of persons with both names who had ``first`` first; None where nobody has both."""
        both = self.together[first][second]
        return self.before[first][second] / both if both else None


@dataclass(frozen=True)
class SuccessionPartial:
    """Sums by asked name (columns ``_PERSONS`` to ``_MEAN``), repeats, and pairs (``before`` in halves)."""

    persons: int
    events: int
    sums: npt.NDArray[np.int64]
    repeats: npt.NDArray[np.int64]
    together: npt.NDArray[np.int64]
    before: npt.NDArray[np.int64]


_PERSONS, _EVENTS, _STARTS, _ENDS, _FIRST, _MEAN = range(6)


@dataclass(frozen=True)
class Succession:
    """Where each of ``names`` stands in people's sequences, and which comes before which.

    Memory grows with the square of the number of names: ask for the frequent ones. A name that the log does not have
    counts nobody.
    """

    names: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """No further columns."""
        return ()

    def partial(self, table: EventTable) -> SuccessionPartial:
        """Sum over the persons of one table."""
        from parcours.engine import _succession_kernels as kernels

        sums, repeats, together, before = kernels.succeed(
            table.offsets, table.time_us, table.name, self._slots(table.names), len(self.names), MOST_REPEATS, _WHOLE
        )
        return SuccessionPartial(len(table.persons), len(table), sums, repeats, together, before)

    def merge(self, left: SuccessionPartial, right: SuccessionPartial) -> SuccessionPartial:
        """Add the sums."""
        return SuccessionPartial(
            left.persons + right.persons,
            left.events + right.events,
            left.sums + right.sums,
            left.repeats + right.repeats,
            left.together + right.together,
            left.before + right.before,
        )

    def finish(self, partial: SuccessionPartial) -> SuccessionResult:
        """Turn sums into means."""
        figures = [
            _figures(name, sums, repeats)
            for name, sums, repeats in zip(self.names, partial.sums.tolist(), partial.repeats.tolist(), strict=True)
        ]
        return SuccessionResult(
            persons=partial.persons,
            events=partial.events,
            names=tuple(figures),
            together=tuple(tuple(line) for line in partial.together.tolist()),
            before=tuple(tuple(halves / 2 for halves in line) for line in partial.before.tolist()),
        )

    def _slots(self, names: Vocabulary) -> Int32s:
        slots = np.full(len(names), -1, np.int32)
        for slot, name in enumerate(self.names):
            code = names.code(name)
            if code is not None:
                slots[code] = slot
        return slots


def succession_of(executor: Executor, most: int = MOST_NAMES) -> SuccessionResult:
    """Return the succession of the ``most`` names that most persons have, most frequent first."""
    frequent = executor.run(FrequentNames(most))
    return executor.run(Succession(tuple(name.name for name in frequent.names)))


def _figures(name: str, sums: Sequence[int], repeats: Sequence[int]) -> NameFigures:
    persons = sums[_PERSONS]

    def mean(total: float) -> float | None:
        return total / persons if persons else None

    return NameFigures(
        name=name,
        persons=persons,
        events=sums[_EVENTS],
        starts=sums[_STARTS],
        ends=sums[_ENDS],
        share_first=mean(sums[_STARTS]),
        share_last=mean(sums[_ENDS]),
        first_position=mean(sums[_FIRST] / _WHOLE),
        mean_position=mean(sums[_MEAN] / _WHOLE),
        mean_repeats=mean(sums[_EVENTS]),
        median_repeats=_median(repeats),
    )


def _median(histogram: Sequence[int]) -> float | None:
    """Return the median of a histogram by index; the mean of the two middle ones where they are two."""
    running = np.cumsum(histogram)
    n = int(running[-1])
    if not n:
        return None
    low, high = (int(np.searchsorted(running, rank, side="right")) for rank in ((n - 1) // 2, n // 2))
    return (low + high) / 2
