"""What really happened in a simulated company, counted from what was played and not from what can be observed.

Every row knows the stage in which it was played, so this reads no rule and places nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from parcours.simulate.play import Chunk, Rows
from parcours.simulate.theatre import KINDS, Theatre

DEFAULT_TIMEOUT_SECONDS = 30 * 86_400.0

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class StageTruth:
    """One stage: people who entered it, and those whose furthest stage it is by how their trip stands.

    ``reached``: furthest stage is this one or a later one. ``returned``: people who came back after another stage,
    ``returns`` how often. ``timed``: people who went on to another stage, ``median_seconds`` from their first moment
    here to their first moment there. ``answers[kind][score]`` counts answers given about this stage.
    """

    id: str
    entered: int
    reached: int
    left: int
    failed: int
    open: int
    arrived: int
    returned: int
    returns: int
    timed: int
    median_seconds: float | None
    answers: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Truth:
    """What was planted. ``events`` are all rows of the data, ``duplicates`` and ``ties`` some of them.

    ``trip_events`` and ``unplaced_events`` are rows inside trips, deliveries included. ``touchpoints`` gives persons
    and events of each. Times of the data are seconds UTC; None where there is no data.
    """

    persons: int
    events: int
    ties: int
    duplicates: int
    trips: int
    placed: int
    succeeded: int
    failed: int
    left: int
    open: int
    trip_events: int
    unplaced_events: int
    timeout_seconds: float
    data_start: int | None
    data_end: int | None
    stages: tuple[StageTruth, ...]
    touchpoints: Mapping[str, tuple[int, int]]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain, JSON-ready data."""
        return asdict(self)


@dataclass
class _Sums:
    """What adds up over chunks of persons."""

    stages: int
    touchpoints: int

    def __post_init__(self) -> None:
        self.persons = self.events = self.ties = self.duplicates = self.trip_events = self.unplaced = self.placed = 0
        self.entered, self.returned, self.returns = (np.zeros(self.stages, np.int64) for _count in range(3))
        self.stays: list[list[Ints]] = [[] for _stage in range(self.stages)]
        self.answers = np.zeros((self.stages, len(KINDS), 11), np.int64)
        self.touched = np.zeros((self.touchpoints, 2), np.int64)
        self.trips: list[tuple[Ints, Ints, Ints]] = []
        self.gaps: list[Ints] = []
        self.first: int | None = None
        self.last: int | None = None


class Tally:
    """Adds up chunks as they are played: ``add`` each, then ``truth``."""

    def __init__(self, theatre: Theatre) -> None:
        self._theatre = theatre
        self._touchpoints = [touchpoint.id for stage in theatre.map.stages for touchpoint in stage.touchpoints]
        self._sums = _Sums(len(theatre.parts), len(self._touchpoints))

    def add(self, chunk: Chunk) -> None:
        """Count the rows of some persons."""
        sums, rows = self._sums, chunk.rows
        sums.events += len(rows)
        sums.ties += chunk.ties
        sums.duplicates += chunk.duplicates
        if not len(rows):
            return
        sums.first = int(rows.time.min()) if sums.first is None else min(sums.first, int(rows.time.min()))
        sums.last = int(rows.time.max()) if sums.last is None else max(sums.last, int(rows.time.max()))
        rows = rows.take(np.argsort(rows.person, kind="stable"))
        same = rows.person[1:] == rows.person[:-1]
        sums.persons += int((~same).sum()) + 1
        if self._theatre.map.trip.timeout_seconds is None:
            sums.gaps.append(np.diff(rows.time)[same])
        trips = rows.take(self._inside(rows))
        if len(trips):
            self._count(trips)

    def _inside(self, rows: Rows) -> Bools:
        """Rows from the moment on at which the person's trip starts."""
        starts = np.array([shape.starts for shape in self._theatre.emitted])[rows.shape]
        person = np.r_[0, np.cumsum(rows.person[1:] != rows.person[:-1])]
        begin = np.full(person[-1] + 1, np.iinfo(np.int64).max)
        np.minimum.at(begin, person[starts], rows.time[starts])
        return np.asarray(rows.time >= begin[person])

    def _count(self, rows: Rows) -> None:
        sums, emitted = self._sums, self._theatre.emitted
        person = np.r_[0, np.cumsum(rows.person[1:] != rows.person[:-1])]
        stage = np.array([shape.stage for shape in emitted])[rows.shape]
        sums.trip_events += len(rows)
        sums.unplaced += int((stage < 0).sum())
        placed = np.flatnonzero(stage >= 0)
        self._moves(person[placed], stage[placed], rows.time[placed])
        self._answers(rows, person, stage)
        for index in range(len(self._touchpoints)):
            claimed = np.array([index in shape.touchpoints for shape in emitted])[rows.shape]
            sums.touched[index] += (len(np.unique(person[claimed])), int(claimed.sum()))
        count = int(person[-1]) + 1
        furthest, ends = np.full(count, -1), np.zeros(count, np.int64)
        np.maximum.at(furthest, person, stage)
        sums.placed += int((furthest >= 0).sum())
        last = np.zeros(count, np.int64)
        np.maximum.at(last, person, rows.time)
        for flag, code in (("fails", 1), ("succeeds", 2)):
            who = np.array([getattr(shape, flag) for shape in emitted])[rows.shape]
            np.maximum.at(ends, person[who], code)
        sums.trips.append((furthest, ends, last))

    def _moves(self, person: Ints, stage: Ints, time: Ints) -> None:
        """Count stays: a stay begins where the person or the stage changes."""
        sums = self._sums
        begins = np.r_[True, (person[1:] != person[:-1]) | (stage[1:] != stage[:-1])][: len(person)]
        person, stage, time = person[begins], stage[begins], time[begins]
        for number in range(len(sums.stays)):
            mine = np.flatnonzero(stage == number)
            _who, first, times = np.unique(person[mine], return_index=True, return_counts=True)
            sums.entered[number] += len(first)
            sums.returned[number] += int((times > 1).sum())
            sums.returns[number] += len(mine) - len(first)
            opening = mine[first]
            opening = opening[opening + 1 < len(person)]
            moved = opening[person[opening + 1] == person[opening]]
            sums.stays[number].append(time[moved + 1] - time[moved])

    def _answers(self, rows: Rows, person: Ints, stage: Ints) -> None:
        """An answer is about the stage in which it was given: the person's last one, if it came on no touchpoint."""
        at = np.maximum.accumulate(np.where(stage >= 0, np.arange(len(stage)), -1))
        given = np.flatnonzero((rows.kind >= 0) & (at >= 0))
        given = given[person[at[given]] == person[given]]
        np.add.at(self._sums.answers, (stage[at[given]], rows.kind[given], rows.score[given].astype(np.int64)), 1)

    def truth(self) -> Truth:
        """Return the truth about all chunks added."""
        sums = self._sums
        timeout = self._theatre.map.trip.timeout_seconds
        if timeout is None:
            gaps = np.concatenate([np.empty(0, np.int64), *sums.gaps])
            timeout = max(DEFAULT_TIMEOUT_SECONDS, 3 * float(np.percentile(gaps, 95)) if len(gaps) else 0)
        nothing = (np.empty(0, np.int64),) * 3
        furthest, ends, last = (np.concatenate(column) for column in zip(nothing, *sums.trips, strict=True))
        quiet = (sums.last or 0) - last > timeout
        state = np.where(ends > 0, ends, np.where(quiet, 0, 3))
        left, failed, arrived, still = (
            np.array([int(((state == code) & (furthest == number)).sum()) for number in range(sums.stages)], np.int64)
            for code in range(4)
        )
        stages = tuple(
            StageTruth(
                id=stage.id,
                entered=int(sums.entered[number]),
                reached=int((furthest >= number).sum()),
                left=int(left[number]),
                failed=int(failed[number]),
                open=int(still[number]),
                arrived=int(arrived[number]),
                returned=int(sums.returned[number]),
                returns=int(sums.returns[number]),
                timed=sum(len(stays) for stays in sums.stays[number]),
                median_seconds=_median(sums.stays[number]),
                answers={
                    kind: tuple(int(count) for count in sums.answers[number, code]) for code, kind in enumerate(KINDS)
                },
            )
            for number, stage in enumerate(self._theatre.map.stages)
        )
        return Truth(
            persons=sums.persons,
            events=sums.events,
            ties=sums.ties,
            duplicates=sums.duplicates,
            trips=len(furthest),
            placed=sums.placed,
            left=int((state == 0).sum()),
            failed=int((state == 1).sum()),
            succeeded=int((state == 2).sum()),
            open=int((state == 3).sum()),
            trip_events=sums.trip_events,
            unplaced_events=sums.unplaced,
            timeout_seconds=float(timeout),
            data_start=sums.first,
            data_end=sums.last,
            stages=stages,
            touchpoints={
                id: (int(persons), int(events))
                for id, (persons, events) in zip(self._touchpoints, sums.touched, strict=True)
            },
        )


def _median(stays: list[Ints]) -> float | None:
    every = np.concatenate([np.empty(0, np.int64), *stays])
    return float(np.median(every)) if len(every) else None
