"""Which events come early, which late, and which before which: what a draft of a map is discovered from.

Two passes, so that memory stays small however many names a log has: ``FrequentNames`` finds the names that most people
have, ``Succession`` looks at those. Positions are ranks of distinct instants, so the order of rows at one instant never
matters; sums are whole numbers, so neither does the way in which a log is split.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
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

RARE_SHARE = 0.01
"""Names that fewer persons than this share have are rare."""
ALIKE_NAMES, ALIKE_SHARE, MOST_BEGINNINGS = 5, 0.002, 24
"""Rare names that begin alike are looked at as one: at least so many names, this share of events, so many groups."""
LONGEST_NAME = 400

_WHOLE = 1 << 30
_FINE = 1 << 20
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class NameCount:
    """``events`` of this name, and the ``persons`` who have any."""

    name: str
    persons: int
    events: int


@dataclass(frozen=True)
class FrequentNamesResult(Result):
    """The names that most persons have, most first (then most events, then by alphabet), of ``distinct`` in all.

    ``beginnings`` are what many rare names begin with, and no name that is not rare: those with most events first.
    """

    persons: int
    events: int
    distinct: int
    names: tuple[NameCount, ...]
    beginnings: tuple[str, ...] = ()

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
            beginnings=_beginnings(partial),
        )


def is_rare(persons: float, of: int) -> bool:
    """Say whether a name that ``persons`` have is rare among ``of``: under 1 %, or one person of twenty and more."""
    return persons < RARE_SHARE * of or (persons < 2 and of >= 20)


def beginning_of(name: str) -> str | None:
    """Return what names that differ only behind it would share: up to the first word with a digit, or one word.

    ``Order #4711 paid`` begins with ``Order #``, ``/product/red-shoe`` with ``/product/``; None where nothing is
    shared that says anything.
    """
    name = name[:LONGEST_NAME]
    words = list(_WORD.finditer(name))
    numbered = next((word for word in words if any(map(str.isdigit, word[0]))), None)
    if numbered is None:
        end = words[1].start() if len(words) > 1 else 0
    elif any(map(str.isalpha, name[: numbered.start()])):
        end = numbered.start()
    else:
        letters = re.match(r"[^\W\d_]+", numbered[0])
        end = numbered.start() + len(letters[0]) if letters else 0
    return name[:end] if sum(map(str.isalpha, name[:end])) >= 2 else None


def _beginnings(counts: NameCounts) -> tuple[str, ...]:
    """Find what many rare names begin with; names that are not rare forbid it, for they would be matched too."""
    rare: dict[str, list[int]] = {}
    known: list[str] = []
    # There may be a million names: words are read in turn, counts as numbers of Python.
    rows = zip(counts.names.words, counts.persons.tolist(), counts.events.tolist(), strict=True)
    for code, (name, persons, events) in enumerate(rows):
        if not events:
            continue
        if not is_rare(persons, counts.log_persons):
            known.append(name)
        elif (beginning := beginning_of(name)) is not None:
            rare.setdefault(beginning, []).append(code)
    least = ALIKE_SHARE * float(counts.events.sum())
    found = [
        (-int(counts.events[codes].sum()), beginning)
        for beginning, codes in rare.items()
        if len(codes) >= ALIKE_NAMES and counts.events[codes].sum() >= least
    ]
    chosen: list[str] = []
    for _events, beginning in sorted(found):
        if not any(_overlap(beginning, other) for other in chosen) and not _begins_any(beginning, known):
            chosen.append(beginning)
    return tuple(chosen[:MOST_BEGINNINGS])


def _overlap(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _begins_any(beginning: str, names: Iterable[str]) -> bool:
    return any(name.startswith(beginning) for name in names)


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
    alike: int = 0


@dataclass(frozen=True)
class SuccessionResult(Result):
    """``together[a][b]`` persons have both names; in ``before[a][b]`` of them the first a came before the first b.

    Both at one instant count as half, so ``before[a][b] + before[b][a] == together[a][b]``. ``together[a][a]`` are the
    persons of a, ``before[a][a]`` is 0. ``apart[a][b]`` is the geometric mean of the seconds between the first a and
    the first b of one person (each plus one second, less one again); None where nobody has both. Indexes are those of
    ``names``. ``distinct`` names were there in all.
    """

    persons: int
    events: int
    names: tuple[NameFigures, ...]
    together: tuple[tuple[int, ...], ...]
    before: tuple[tuple[float, ...], ...]
    apart: tuple[tuple[float | None, ...], ...] = ()
    distinct: int = 0

    def rows(self) -> list[dict[str, Any]]:
        """One line per name."""
        return [asdict(name) for name in self.names]

    def share_before(self, first: int, second: int) -> float | None:
        """Return the share of persons with both names who had ``first`` first; None where nobody has both."""
        both = self.together[first][second]
        return self.before[first][second] / both if both else None


@dataclass(frozen=True)
class SuccessionPartial:
    """Sums by asked name (columns ``_PERSONS`` to ``_MEAN``), repeats, pairs (``before`` in halves), slots by code."""

    persons: int
    events: int
    sums: npt.NDArray[np.int64]
    repeats: npt.NDArray[np.int64]
    together: npt.NDArray[np.int64]
    before: npt.NDArray[np.int64]
    apart: npt.NDArray[np.int64]
    slots: Int32s


_PERSONS, _EVENTS, _STARTS, _ENDS, _FIRST, _MEAN = range(6)


@dataclass(frozen=True)
class Succession:
    """Where each of ``names`` stands in people's sequences, and which comes before which.

    Memory grows with the square of the number of names: ask for the frequent ones. A name that the log does not have
    counts nobody. All names that begin with one of ``beginnings``, and are no ``names``, count as one.
    """

    names: tuple[str, ...]
    beginnings: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """No further columns."""
        return ()

    def partial(self, table: EventTable) -> SuccessionPartial:
        """Sum over the persons of one table."""
        from parcours.engine import _succession_kernels as kernels

        slots = self._slots(table)
        size = len(self.names) + len(self.beginnings)
        sums, repeats, together, before, apart = kernels.succeed(
            table.offsets, table.time_us, table.name, slots, size, MOST_REPEATS, _WHOLE, _FINE
        )
        return SuccessionPartial(len(table.persons), len(table), sums, repeats, together, before, apart, slots)

    def merge(self, left: SuccessionPartial, right: SuccessionPartial) -> SuccessionPartial:
        """Add the sums."""
        return SuccessionPartial(
            left.persons + right.persons,
            left.events + right.events,
            left.sums + right.sums,
            left.repeats + right.repeats,
            left.together + right.together,
            left.before + right.before,
            left.apart + right.apart,
            np.maximum(left.slots, right.slots),
        )

    def finish(self, partial: SuccessionPartial) -> SuccessionResult:
        """Turn sums into means."""
        names = (*self.names, *(f"{beginning}*" for beginning in self.beginnings))
        alike = np.bincount(partial.slots[partial.slots >= 0], minlength=len(names))
        alike[: len(self.names)] = 0
        lines = zip(names, partial.sums.tolist(), partial.repeats.tolist(), alike.tolist(), strict=True)
        figures = [_figures(*line) for line in lines]
        return SuccessionResult(
            persons=partial.persons,
            events=partial.events,
            names=tuple(figures),
            together=tuple(tuple(line) for line in partial.together.tolist()),
            before=tuple(tuple(halves / 2 for halves in line) for line in partial.before.tolist()),
            apart=tuple(
                tuple(math.expm1(total / _FINE / both) if both else None for total, both in zip(*pair, strict=True))
                for pair in zip(partial.apart.tolist(), partial.together.tolist(), strict=True)
            ),
        )

    def _slots(self, table: EventTable) -> Int32s:
        """Return the slot of each name code that the table has; -1 for those that are not asked for."""
        names = table.names
        slots = np.full(len(names), -1, np.int32)
        if self.beginnings:
            for code in np.unique(table.name).tolist():
                word = names.words[code]
                if word.startswith(self.beginnings):
                    at = next(at for at, beginning in enumerate(self.beginnings) if word.startswith(beginning))
                    slots[code] = len(self.names) + at
        for slot, name in enumerate(self.names):
            asked = names.code(name)
            if asked is not None:
                slots[asked] = slot
        return slots


def succession_of(executor: Executor, most: int = MOST_NAMES, also: Collection[str] = ()) -> SuccessionResult:
    """Return the succession of the ``most`` names that most persons have, most frequent first.

    Then those ``also`` asked for, then rare names that begin alike, each beginning as one.
    """
    frequent = executor.run(FrequentNames(most))
    beginnings = tuple(one for one in frequent.beginnings if not _begins_any(one, also))
    names = [name.name for name in frequent.names if not name.name.startswith(beginnings)]
    found = executor.run(Succession(tuple(dict.fromkeys([*names, *also])), beginnings))
    return replace(found, distinct=frequent.distinct)


def _figures(name: str, sums: Sequence[int], repeats: Sequence[int], alike: int) -> NameFigures:
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
        alike=alike,
    )


def _median(histogram: Sequence[int]) -> float | None:
    """Return the median of a histogram by index; the mean of the two middle ones where they are two."""
    running = np.cumsum(histogram)
    n = int(running[-1])
    if not n:
        return None
    low, high = (int(np.searchsorted(running, rank, side="right")) for rank in ((n - 1) // 2, n // 2))
    return (low + high) / 2
