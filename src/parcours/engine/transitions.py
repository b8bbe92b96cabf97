"""What came directly after what, in the order of the source.

The order is the table's: by time, and at one instant by the source's own sequence (row order of a file, arrival of
live events). The counts are those of the directly-follows graph of process mining (van der Aalst 2016, "Process
Mining", 6.2), taken over each person's events.

Ties. A person's events at one instant have no order but the source's. Where such events carry more than one name,
another order of them would make other steps. A step is **tie-affected** when its first or its second event is one of
these, so the steps into and out of such an instant count as well. An edge is tie-affected when at least one of its
steps is. An instant whose events all have one name affects nothing. So the edges are all those that some order could
change; one other order changes fewer (of the 125 edges of the loan log BPIC2012, 80 are tie-affected, and turning all
ties round changes 74 of them and adds one).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from parcours.engine.predicates import person_of
from parcours.engine.results import Members, Transition, TransitionsResult
from parcours.engine.steps import unknown_name
from parcours.engine.table import EventTable, Int64s, Vocabulary
from parcours.language.errors import UsageError
from parcours.language.translation import _

_DENSE_NAMES = 256
"""Up to here a square of all pairs is small; beyond, memory must follow the pairs that occur."""
_FIRST_PLACES = 1 << 12
_NO_KEYS = np.empty(0, np.int64)


@dataclass(frozen=True)
class TransitionsPartial:
    """Counts of some persons. ``pairs`` are ascending ``source code << 32 | target code``.

    ``starts`` and ``ends`` are ascending name codes with their counts.
    """

    names: Vocabulary
    pairs: Int64s
    counts: Int64s
    tied: Int64s
    affected: Int64s
    starts: Int64s
    start_counts: Int64s
    ends: Int64s
    end_counts: Int64s


@dataclass(frozen=True)
class Transitions:
    """The question: how often did each event name come directly after each other one; see the module."""

    @property
    def columns(self) -> tuple[str, ...]:
        """None beside time and name."""
        return ()

    def partial(self, table: EventTable) -> TransitionsPartial:
        """Count the steps of the persons of one table."""
        pairs, counts = _count(table)
        starts, start_counts = np.unique(table.name[table.offsets[:-1]], return_counts=True)
        ends, end_counts = np.unique(table.name[table.offsets[1:] - 1], return_counts=True)
        return TransitionsPartial(
            table.names,
            pairs,
            counts[0],
            counts[1],
            counts[2],
            starts.astype(np.int64),
            start_counts.astype(np.int64),
            ends.astype(np.int64),
            end_counts.astype(np.int64),
        )

    def merge(self, left: TransitionsPartial, right: TransitionsPartial) -> TransitionsPartial:
        """Add up the counts of two sets of persons."""
        pairs, counts = _sum_by_key(
            (left.pairs, right.pairs),
            (left.counts, right.counts),
            (left.tied, right.tied),
            (left.affected, right.affected),
        )
        starts, start_counts = _sum_by_key((left.starts, right.starts), (left.start_counts, right.start_counts))
        ends, end_counts = _sum_by_key((left.ends, right.ends), (left.end_counts, right.end_counts))
        names = left.names if len(left.names) >= len(right.names) else right.names
        return TransitionsPartial(
            names, pairs, counts[0], counts[1], counts[2], starts, start_counts[0], ends, end_counts[0]
        )

    def finish(self, partial: TransitionsPartial) -> TransitionsResult:
        """Name the codes; edges, starts and ends come most frequent first, then by alphabet."""
        words = partial.names.words
        edges = [
            Transition(words[pair >> 32], words[pair & 0xFFFFFFFF], count, tied)
            for pair, count, tied in zip(
                partial.pairs.tolist(), partial.counts.tolist(), partial.tied.tolist(), strict=True
            )
        ]
        edges.sort(key=lambda edge: (-edge.count, edge.source, edge.target))
        total = int(partial.counts.sum())
        return TransitionsResult(
            transitions=tuple(edges),
            starts=_named(words, partial.starts, partial.start_counts),
            ends=_named(words, partial.ends, partial.end_counts),
            tie_affected_edges=int(np.count_nonzero(partial.affected)),
            tie_affected_share=int(partial.affected.sum()) / total if total else 0.0,
        )


@dataclass(frozen=True)
class TransitionMembers:
    """The persons behind one edge, once per step, so that there are as many as the edge counts.

    ``source`` None: the persons whose first event is ``target``. ``target`` None: those whose last is ``source``.
    """

    source: str | None
    target: str | None

    def __post_init__(self) -> None:
        if self.source is None and self.target is None:
            raise UsageError(_("A transition needs a first or a second event name."))

    @property
    def columns(self) -> tuple[str, ...]:
        """None beside time and name."""
        return ()

    def partial(self, table: EventTable) -> Int64s:
        """List the cases of one table; UsageError where the log never saw a name."""
        source, target = (_code(name, table.names) for name in (self.source, self.target))
        first, last = table.offsets[:-1], table.offsets[1:] - 1
        if source is None:
            return np.asarray(table.persons[table.name[first] == target], np.int64)
        if target is None:
            return np.asarray(table.persons[table.name[last] == source], np.int64)
        steps = np.flatnonzero((table.name[:-1] == source) & (table.name[1:] == target)).astype(np.int64)
        people = person_of(table, steps)
        return np.asarray(table.persons[people[last[people] != steps]], np.int64)

    def merge(self, left: Int64s, right: Int64s) -> Int64s:
        """Join two lists."""
        return np.concatenate((left, right))

    def finish(self, partial: Int64s) -> Members:
        """Put the persons in ascending order, each once per case."""
        return Members(f"transition:{self.source or ''}→{self.target or ''}", np.sort(partial))


def _count(table: EventTable) -> tuple[Int64s, list[Int64s]]:
    """Return the pairs that occur, ascending, and how often: all, inside one instant, tie-affected."""
    from parcours.engine import _transition_kernels as kernels

    offsets = np.ascontiguousarray(table.offsets, np.int64)
    time = np.ascontiguousarray(table.time_us, np.int64)
    name = np.ascontiguousarray(table.name, np.int32)
    width = len(table.names)
    if width <= _DENSE_NAMES:
        square = [np.zeros(width * width, np.int64) for _each in range(3)]
        kernels.follows(offsets, time, name, width, _NO_KEYS, *square, 0)
        found = np.flatnonzero(square[0])
        return ((found // max(width, 1)) << 32) | (found % max(width, 1)), [each[found] for each in square]
    parts = []
    person, size = 0, _FIRST_PLACES
    while person < len(table.persons):
        size = max(size, 1 << (4 * int(offsets[person + 1] - offsets[person])).bit_length())
        keys = np.full(size, kernels.EMPTY, np.int64)
        columns = [np.zeros(size, np.int64) for _each in range(3)]
        person = kernels.follows(offsets, time, name, width, keys, *columns, person)
        found = np.flatnonzero(keys != kernels.EMPTY)
        parts.append((keys[found], [each[found] for each in columns]))
        size *= 2
    keyed = tuple(keys for keys, _columns in parts)
    return _sum_by_key(keyed, *(tuple(columns[each] for _keys, columns in parts) for each in range(3)))


def _code(name: str | None, names: Vocabulary) -> int | None:
    if name is None:
        return None
    code = names.code(name)
    if code is None:
        raise unknown_name(name, names)
    return code


def _sum_by_key(keys: tuple[Int64s, ...], *values: tuple[Int64s, ...]) -> tuple[Int64s, list[Int64s]]:
    every, where = np.unique(np.concatenate(keys), return_inverse=True)
    sums = []
    for parts in values:
        total = np.zeros(len(every), np.int64)
        np.add.at(total, where, np.concatenate(parts))
        sums.append(total)
    return every, sums


def _named(words: Sequence[str], codes: Int64s, counts: Int64s) -> tuple[tuple[str, int], ...]:
    pairs = [(words[code], count) for code, count in zip(codes.tolist(), counts.tolist(), strict=True)]
    return tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))
