"""Deviations from the plan and promises as they came out, counted from the rows that were played.

Every row knows which touchpoints it was played for, so this reads no rule; that trips deviate is worked out here once
more, on purpose without the analyses. Times are seconds UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parcours.mapdoc.document import Touchpoint
from parcours.simulate.rows import Rows
from parcours.simulate.theatre import Theatre
from parcours.simulate.undecided import Undecided

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
NEVER = np.iinfo(np.int64).max
KINDS = ("missing", "adhoc", "failing", "out_of_sequence", "late")
OUTCOMES = ("kept", "late", "unmet", "pending")


@dataclass(frozen=True)
class Trips:
    """Trips of one chunk, numbered from 0: furthest stage, moment after which a trip counts as ended (0: it has)."""

    furthest: Ints
    ends_after: Ints

    def __len__(self) -> int:
        return len(self.furthest)


class Ledger:
    """Adds up chunks: ``add`` each, then ``deviations``, ``promises`` and ``off_plan`` once the end is decided."""

    def __init__(self, theatre: Theatre, undecided: Undecided, base: int) -> None:
        self._theatre, self._undecided, self._base = theatre, undecided, base
        self.points: list[Touchpoint] = [point for stage in theatre.map.stages for point in stage.touchpoints]
        self._places = {point.id: index for index, point in enumerate(self.points)}
        self._stage = [number for number, stage in enumerate(theatre.map.stages) for _point in stage.touchpoints]
        self._pairs = [(shape, point) for shape, one in enumerate(theatre.emitted) for point in one.touchpoints]
        self._failing = np.zeros((len(theatre.emitted), len(self.points)), bool)
        for number, shape in enumerate(theatre.emitted):
            self._failing[number, list(shape.failing)] = True
        self._table = _table(len(theatre.emitted), self._pairs)
        self.events = np.zeros((2, len(self.points) + 1), np.int64)

    @staticmethod
    def places(theatre: Theatre) -> int:
        """Say how many places the ledger needs in ``Undecided``."""
        points = sum(len(stage.touchpoints) for stage in theatre.map.stages) + 1
        return points * len(KINDS) + len(theatre.staging.given) * len(OUTCOMES) + len(theatre.map.stages)

    def place(self, kind: str, point: int) -> int:
        """Return the place that counts the trips with a deviation; ``point`` may be the one past the last: no one."""
        return self._base + KINDS.index(kind) * (len(self.points) + 1) + point

    def promise_place(self, number: int, outcome: str) -> int:
        """Return the place that counts an outcome of a promise."""
        return self._base + len(KINDS) * (len(self.points) + 1) + number * len(OUTCOMES) + OUTCOMES.index(outcome)

    def off_plan_place(self, stage: int) -> int:
        """Return the place that counts trips with something missing, failing or out of sequence in a stage."""
        return self.promise_place(len(self._theatre.staging.given), OUTCOMES[0]) + stage

    def add(self, rows: Rows, trip: Ints, trips: Trips) -> tuple[Ints, Ints]:
        """Count rows in the order of trip and time; return per trip and touchpoint how often, per touchpoint rows."""
        width, count = len(self.points), len(trips)
        row, point = self._explode(rows.shape)
        key = trip[row] * width + point
        often = np.bincount(key, minlength=count * width).reshape(count, width)
        earliest = np.full(count * width, NEVER)
        earliest[key[::-1]] = rows.time[row][::-1]
        first = earliest.reshape(count, width)
        wrong = self._failing[rows.shape[row], point]
        failed = np.bincount(key[wrong], minlength=count * width).reshape(count, width) > 0
        self.events[1, :-1] += np.bincount(point[wrong], minlength=width)
        off = np.zeros((len(self._theatre.map.stages), count), bool)
        gone = np.zeros_like(off)
        if self._theatre.planned:
            for index, one in enumerate(self.points):
                stage = self._stage[index]
                missed = self._missing(index, one, often, trips)
                early = self._early(index, one, first)
                self._now("failing", index, failed[:, index])
                self._now("out_of_sequence", index, early)
                self._adhoc(index, one, often, first)
                off[stage] |= failed[:, index] | early
                gone[stage] |= missed
            times = trip[row], rows.time[row], point
            given = self._theatre.staging.given
            for holder in {one.holder for one in given}:
                broken = [self._promise(i, *times) for i, one in enumerate(given) if one.holder == holder]
                self._late_trips(holder, *(np.concatenate(column) for column in zip(*broken, strict=True)))
        self._strays(rows, trip, count)
        for stage in range(len(off)):
            self._undecided.counts[self.off_plan_place(stage)] += int(off[stage].sum())
            only = gone[stage] & ~off[stage]
            self._undecided.add(trips.ends_after[only], self.off_plan_place(stage))
        return often, np.bincount(point, minlength=width)

    def _explode(self, shape: Ints) -> tuple[Ints, Ints]:
        """Return row numbers and touchpoints, one line for each touchpoint that a row is."""
        starts, points = self._table
        times = (starts[1:] - starts[:-1])[shape]
        row = np.repeat(np.arange(len(shape)), times)
        inside = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
        return row, points[starts[shape[row]] + inside]

    def _now(self, kind: str, index: int, trips: Bools) -> None:
        self._undecided.counts[self.place(kind, index)] += int(trips.sum())

    def _missing(self, index: int, one: Touchpoint, often: Ints, trips: Trips) -> Bools:
        if not one.required:
            return np.zeros(len(trips), bool)
        same = [i for i, other in enumerate(self.points) if i == index or (one.one_of and other.one_of == one.one_of)]
        missed = (often[:, same].sum(axis=1) == 0) & (trips.furthest >= self._stage[index])
        self._undecided.add(trips.ends_after[missed], self.place("missing", index))
        return np.asarray(missed, bool)

    def _early(self, index: int, one: Touchpoint, first: Ints) -> Bools:
        early = np.zeros(len(first), bool)
        for other in one.after:
            before = first[:, self._places[other]]
            early |= (first[:, index] < before) & (before < NEVER)
        return early

    def _adhoc(self, index: int, one: Touchpoint, often: Ints, first: Ints) -> None:
        extra = np.zeros(len(often), np.int64)
        if one.max_occurs is not None:
            extra = np.maximum(often[:, index] - one.max_occurs, 0)
        if one.one_of is not None:
            others = [i for i, other in enumerate(self.points) if i != index and other.one_of == one.one_of]
            if others:
                second = first[:, index] > first[:, others].min(axis=1)
                extra = np.where(second, often[:, index], extra)
        self._now("adhoc", index, extra > 0)
        self.events[0, index] += int(extra.sum())

    def _strays(self, rows: Rows, trip: Ints, count: int) -> None:
        off_map = np.array([not (shape.touchpoints or shape.ignored) for shape in self._theatre.emitted])[rows.shape]
        has = np.zeros(count, bool)
        has[trip[off_map]] = True
        self._now("adhoc", len(self.points), has)
        self.events[0, -1] += int(off_map.sum())

    def _promise(self, number: int, trip: Ints, time: Ints, point: Ints) -> tuple[Ints, Bools, Bools, Ints]:
        """Count one promise; return for each time it was given: trip, met late, not met, deadline.

        A promise opens at the first of a run of sources and is met by the holder that follows the run.
        """
        given = self._theatre.staging.given[number]
        mine = np.flatnonzero((point == given.source) | (point == given.holder))
        who, when, meets = trip[mine], time[mine], point[mine] == given.holder
        order = np.lexsort((meets, when, who))
        who, when, meets = who[order], when[order], meets[order]
        after_source = np.r_[False, (who[1:] == who[:-1]) & ~meets[:-1]][: len(who)]
        opens = np.flatnonzero(~meets & ~after_source)
        closing = np.full(len(opens), -1)
        met_at = np.flatnonzero(meets & after_source)
        closing[np.searchsorted(opens, met_at, side="right") - 1] = met_at
        met, begun = closing >= 0, when[opens]
        ended = when[closing] if len(when) else begun
        if given.business:
            hours = self._theatre.hours
            deadline = np.floor(hours.at(hours.elapsed(begun) + given.within)).astype(np.int64)
            in_time = hours.elapsed(ended) - hours.elapsed(begun) <= given.within
        else:
            deadline = begun + int(given.within)
            in_time = ended - begun <= given.within
        late = met & ~in_time
        counts = self._undecided.counts
        counts[self.promise_place(number, "kept")] += int((met & in_time).sum())
        counts[self.promise_place(number, "late")] += int(late.sum())
        pending = self.promise_place(number, "pending")
        self._undecided.add(deadline[~met], self.promise_place(number, "unmet"), pending)
        return who[opens], late, ~met, deadline

    def _late_trips(self, holder: int, who: Ints, late: Bools, unmet: Bools, deadline: Ints) -> None:
        place = self.place("late", holder)
        certain = np.unique(who[late])
        self._undecided.counts[place] += len(certain)
        rest = unmet & ~np.isin(who, certain)
        # A trip in which several wait counts from the first of their deadlines on.
        order = np.lexsort((deadline[rest], who[rest]))
        trip, moment = who[rest][order], deadline[rest][order]
        self._undecided.add(moment[np.r_[True, trip[1:] != trip[:-1]][: len(trip)]], place)


def _table(shapes: int, pairs: Sequence[tuple[int, int]]) -> tuple[Ints, Ints]:
    starts = np.zeros(shapes + 1, np.int64)
    for shape, _point in pairs:
        starts[shape + 1] += 1
    return np.cumsum(starts), np.array([point for _shape, point in pairs], np.int64)
