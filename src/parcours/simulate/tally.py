"""Counts what really happened in a simulated company from what was played, not from what can be observed.

Every row knows the stage in which it was played, so this reads no rule and places nothing.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from parcours.simulate.book import Book
from parcours.simulate.ledger import KINDS as DEVIATION_KINDS
from parcours.simulate.ledger import Ledger, Trips
from parcours.simulate.planting import Deviation
from parcours.simulate.rows import Chunk, Rows
from parcours.simulate.theatre import KINDS, Theatre
from parcours.simulate.truth import (
    ChangeTruth,
    DeviationTruth,
    NextAnswers,
    PersonaTruth,
    PromiseTruth,
    StageTruth,
    Truth,
)
from parcours.simulate.undecided import Undecided

DEFAULT_TIMEOUT_SECONDS = 30 * 86_400.0
LEFT, FAILED, ARRIVED, OPEN = range(4)

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Tally:
    """Adds up chunks as they are played: ``add`` each, then ``truth``.

    Memory stays small for maps with a timeout: about four bytes per stay of a person in a stage. Without one every gap
    between two events has to be kept until the end, because the timeout depends on them.
    """

    def __init__(self, theatre: Theatre) -> None:
        self._theatre = theatre
        self._points = [touchpoint.id for stage in theatre.map.stages for touchpoint in stage.touchpoints]
        stages = len(theatre.parts)
        self._timeout = theatre.map.trip.timeout_seconds
        self._base = 4 * (stages + 1)
        self._undecided = Undecided(self._base + Ledger.places(theatre), theatre.end - 1)
        self._ledger = Ledger(theatre, self._undecided, self._base)
        self._book = Book.empty(len(theatre.staging.deviations), len(theatre.staging.given))
        self._sums = dict.fromkeys(
            ("persons", "events", "ties", "duplicates", "trip_events", "unplaced_events", "placed", "trips"), 0
        )
        self._extra = dict.fromkeys(("identified", "anonymous_events", "late_events", "out_of_order"), 0)
        self._entered, self._returned, self._returns = (np.zeros(stages, np.int64) for _count in range(3))
        self._stays: list[list[npt.NDArray[np.int32]]] = [[] for _stage in range(stages)]
        self._answers = np.zeros((stages, len(KINDS), 11), np.int64)
        self._touched = np.zeros((len(self._points), 2), np.int64)
        self._personas = np.zeros(len(theatre.personas), np.int64)
        self._begun = np.zeros(13, np.int64)
        self._gaps: list[npt.NDArray[np.int32]] = []
        self._waiting: list[tuple[Rows, Ints]] = []
        self._first: int | None = None
        self._last: int | None = None

    def add(self, chunk: Chunk) -> None:
        """Count the rows of some trips."""
        sums, rows = self._sums, chunk.rows
        sums["events"] += len(rows)
        sums["ties"] += chunk.ties
        sums["duplicates"] += chunk.duplicates
        self._book.add(chunk.book)
        if not len(rows):
            return
        self._arrival(chunk)
        first, last = int(rows.time[0]), int(rows.time[-1])
        self._first = first if self._first is None else min(self._first, first)
        self._last = last if self._last is None else max(self._last, last)
        self._undecided.saw(last)
        rows = rows.take(chunk.lived)
        same = rows.person[1:] == rows.person[:-1]
        sums["persons"] += _different(chunk.owner[rows.person - chunk.first] - chunk.first)
        if self._timeout is None:
            self._gaps.append(np.diff(rows.time)[same].astype(np.int32))
        self._identities(rows, chunk)
        trips = rows if self._theatre.map.trip.starts_when is None else rows.take(self._inside(rows))
        if len(trips):
            self._count(trips, chunk)

    def _arrival(self, chunk: Chunk) -> None:
        if chunk.received is not None:
            self._extra["late_events"] += int((chunk.received - chunk.rows.time > 60).sum())
            time = chunk.rows.time[chunk.arrival]
            self._extra["out_of_order"] += int((time < np.maximum.accumulate(time)).sum())

    def _identities(self, rows: Rows, chunk: Chunk) -> None:
        if self._theatre.scenario.identified_by:
            owner = chunk.owner[rows.person - chunk.first] - chunk.first
            anonymous, known = self._theatre.anonymous(owner, rows.shape, len(chunk.owner))
            self._extra["anonymous_events"] += int(anonymous.sum())
            self._extra["identified"] += int(known.sum())

    def _inside(self, rows: Rows) -> Bools:
        """Rows from the moment on at which the person's trip starts."""
        starts = np.array([shape.starts for shape in self._theatre.emitted])[rows.shape]
        person = _numbered(rows.person)
        begin = np.full(person[-1] + 1, np.iinfo(np.int64).max)
        np.minimum.at(begin, person[starts], rows.time[starts])
        return np.asarray(rows.time >= begin[person])

    def _count(self, rows: Rows, chunk: Chunk) -> None:
        sums, emitted = self._sums, self._theatre.emitted
        person = _numbered(rows.person)
        stage = np.array([shape.stage for shape in emitted])[rows.shape]
        sums["trip_events"] += len(rows)
        ignored = np.array([shape.ignored for shape in emitted])[rows.shape]
        sums["unplaced_events"] += int(((stage < 0) & ~ignored).sum())
        placed = np.flatnonzero(stage >= 0)
        self._moves(person[placed], stage[placed], rows.time[placed])
        self._answered(rows, person, stage)
        count = int(person[-1]) + 1
        furthest, ends = np.full(count, -1), np.zeros(count, np.int64)
        np.maximum.at(furthest, person, stage)
        on_map = furthest >= 0
        sums["trips"] += count
        sums["placed"] += int(on_map.sum())
        opening = np.flatnonzero(np.r_[True, person[1:] != person[:-1]])
        closing = np.r_[opening[1:], len(person)] - 1
        self._people(rows, opening, on_map, chunk)
        for flag, code in (("fails", FAILED), ("succeeds", ARRIVED)):
            who = np.array([getattr(shape, flag) for shape in emitted])[rows.shape]
            np.maximum.at(ends, person[who], code)
        last = rows.time[closing]
        if self._timeout is None:
            # Which trips have ended, and so what is missing in them, waits for the timeout.
            self._waiting.append((rows, np.stack([furthest, ends, last])))
            return
        self._settle(rows, person, furthest, ends, last, self._timeout)

    def _people(self, rows: Rows, opening: Ints, on_map: Bools, chunk: Chunk) -> None:
        owners = np.unique(chunk.owner[rows.person[opening][on_map] - chunk.first])
        self._personas += np.bincount(self._theatre.persona_of(owners), minlength=len(self._personas))
        begun = rows.time[opening][on_map]
        local = (begun + self._theatre.clock.offset(begun)).astype("datetime64[s]").astype("datetime64[M]")
        self._begun += np.bincount(local.astype(np.int64) % 12 + 1, minlength=13)

    def _settle(self, rows: Rows, person: Ints, furthest: Ints, ends: Ints, last: Ints, timeout: float) -> None:
        """Count how trips stand, and what deviates in them."""
        # Trips without any event on the map stand in no stage: one place more.
        width = len(self._theatre.parts) + 1
        where = np.where(furthest < 0, width - 1, furthest)
        ended = ends > 0
        quiet = last + int(timeout)
        np.add.at(self._undecided.counts, (ends * width + where)[ended], 1)
        self._undecided.add(quiet[~ended], (LEFT * width + where)[~ended], (OPEN * width + where)[~ended])
        often, events = self._ledger.add(rows, person, Trips(furthest, np.where(ended, 0, quiet)))
        self._touched[:, 0] += (often > 0).sum(axis=0)
        self._touched[:, 1] += events

    def _moves(self, person: Ints, stage: Ints, time: Ints) -> None:
        """Count stays: a stay begins where the person or the stage changes."""
        begins = np.r_[True, (person[1:] != person[:-1]) | (stage[1:] != stage[:-1])][: len(person)]
        person, stage, time = person[begins], stage[begins], time[begins]
        for number in range(len(self._stays)):
            mine = np.flatnonzero(stage == number)
            again = np.r_[False, person[mine][1:] == person[mine][:-1]][: len(mine)]
            self._entered[number] += int((~again).sum())
            self._returned[number] += len(np.unique(person[mine][again]))
            self._returns[number] += int(again.sum())
            opening = mine[~again]
            opening = opening[opening + 1 < len(person)]
            moved = opening[person[opening + 1] == person[opening]]
            self._stays[number].append((time[moved + 1] - time[moved]).astype(np.int32))

    def _answered(self, rows: Rows, person: Ints, stage: Ints) -> None:
        """An answer is about the stage in which it was given: the person's last one, if it came on no touchpoint."""
        at = np.maximum.accumulate(np.where(stage >= 0, np.arange(len(stage)), -1))
        given = np.flatnonzero((rows.kind >= 0) & (at >= 0))
        given = given[person[at[given]] == person[given]]
        np.add.at(self._answers, (stage[at[given]], rows.kind[given], rows.score[given].astype(np.int64)), 1)

    def truth(self) -> Truth:
        """Return the truth about all chunks added."""
        timeout = self._timeout
        if timeout is None:
            gaps = np.concatenate([np.empty(0, np.int32), *self._gaps])
            timeout = max(DEFAULT_TIMEOUT_SECONDS, 3 * float(np.percentile(gaps, 95)) if len(gaps) else 0)
            for rows, (furthest, ends, last) in self._waiting:
                self._settle(rows, _numbered(rows.person), furthest, ends, last, timeout)
        counts = self._undecided.decide(self._last or 0)
        left, failed, arrived, still = counts[: self._base].reshape(4, -1)
        scenario = self._theatre.scenario
        return Truth(
            **self._sums,
            left=int(left.sum()),
            failed=int(failed.sum()),
            succeeded=int(arrived.sum()),
            open=int(still.sum()),
            timeout_seconds=float(timeout),
            data_start=self._first,
            data_end=self._last,
            stages=self._stages(counts, left, failed, arrived, still),
            touchpoints={
                id: (int(trips), int(events)) for id, (trips, events) in zip(self._points, self._touched, strict=True)
            },
            deviations=self._deviations(counts),
            promises=self._promises(counts),
            personas=tuple(
                PersonaTruth(one.id, one.share, one.patience, one.mood, int(persons))
                for one, persons in zip(scenario.personas, self._personas, strict=False)
            ),
            changes=tuple(
                ChangeTruth(one.action, one.stage, scenario.done_on(one).isoformat(), one.leak)
                for one in scenario.changes
            ),
            seasons={f"{month:02d}": scenario.seasons.get(month, 1.0) for month in range(1, 13)},
            begun={f"{month:02d}": int(self._begun[month]) for month in range(1, 13)},
            **self._extra,
            wait_effect=scenario.wait_effect,
            chase_effect=scenario.chase_effect,
            leaver_mood=scenario.leaver_mood,
        )

    def _stages(self, counts: Ints, left: Ints, failed: Ints, arrived: Ints, still: Ints) -> tuple[StageTruth, ...]:
        stand = (left + failed + arrived + still)[:-1]
        return tuple(
            StageTruth(
                id=stage.id,
                entered=int(self._entered[number]),
                reached=int(stand[number:].sum()),
                left=int(left[number]),
                failed=int(failed[number]),
                open=int(still[number]),
                arrived=int(arrived[number]),
                returned=int(self._returned[number]),
                returns=int(self._returns[number]),
                timed=sum(len(stays) for stays in self._stays[number]),
                median_seconds=_median(self._stays[number]),
                answers={
                    kind: tuple(int(count) for count in self._answers[number, code]) for code, kind in enumerate(KINDS)
                },
                off_plan=int(counts[self._ledger.off_plan_place(number)]),
                quadrant=self._theatre.scenario.quadrants.get(stage.id),
            )
            for number, stage in enumerate(self._theatre.map.stages)
        )

    def _deviations(self, counts: Ints) -> tuple[DeviationTruth, ...]:
        staging = self._theatre.staging
        planted: dict[tuple[str, int], tuple[Deviation, Ints]] = {
            (one.kind, at): (one, self._book.deviations[i])
            for i, (one, at) in enumerate(zip(staging.deviations, staging.at, strict=True))
        }
        found = []
        for kind in DEVIATION_KINDS:
            for index, id in enumerate([*self._points, None]):
                trips = int(counts[self._ledger.place(kind, index)])
                one, (chances, done) = planted.get((kind, index), (None, np.zeros(2, np.int64)))
                if trips or one is not None:
                    rate = None if one is None else one.rate
                    events = self._events(counts, kind, index, trips)
                    found.append(DeviationTruth(kind, id, rate, int(chances), int(done), trips, events))
        return tuple(found)

    def _events(self, counts: Ints, kind: str, index: int, trips: int) -> int:
        if kind == "late":
            held = [number for number, one in enumerate(self._theatre.staging.given) if one.holder == index]
            return sum(int(counts[self._ledger.promise_place(n, how)]) for n in held for how in ("late", "unmet"))
        return {"adhoc": int(self._ledger.events[0, index]), "failing": int(self._ledger.events[1, index])}.get(
            kind, trips
        )

    def _promises(self, counts: Ints) -> tuple[PromiseTruth, ...]:
        found = []
        for number, one in enumerate(self._theatre.staging.given):
            given, planned_kept, planned_late, planned_never = (int(count) for count in self._book.promises[number])
            after = [
                NextAnswers(int(answers), float(total / answers) if answers else None)
                for answers, total in self._book.answers[number]
            ]
            found.append(
                PromiseTruth(
                    id=one.promise.id,
                    source=self._points[one.source],
                    touchpoint=self._points[one.holder],
                    within_seconds=one.within,
                    clock=one.promise.clock,
                    broken=one.kept.broken,
                    never=one.kept.never,
                    chase=one.kept.chase,
                    effect=one.kept.effect,
                    loses=one.kept.loses,
                    given=given,
                    planned_kept=planned_kept,
                    planned_late=planned_late,
                    planned_never=planned_never,
                    chases=int(self._book.chases[number]),
                    abandoned=int(self._book.abandoned[number]),
                    kept=int(counts[self._ledger.promise_place(number, "kept")]),
                    late=int(counts[self._ledger.promise_place(number, "late")]),
                    unmet=int(counts[self._ledger.promise_place(number, "unmet")]),
                    pending=int(counts[self._ledger.promise_place(number, "pending")]),
                    after_kept=after[0],
                    after_broken=after[1],
                )
            )
        return tuple(found)


def _numbered(person: Ints) -> Ints:
    """Number the trips of ordered rows from 0."""
    return np.asarray(np.r_[0, np.cumsum(person[1:] != person[:-1])], np.int64)


def _different(numbers: Ints) -> int:
    return int((np.bincount(numbers) > 0).sum()) if len(numbers) else 0


def _median(stays: list[npt.NDArray[np.int32]]) -> float | None:
    every = np.concatenate([np.empty(0, np.int32), *stays])
    return float(np.median(every)) if len(every) else None
