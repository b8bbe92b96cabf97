"""How often and where trips leave the plan, and what goes with it.

``engine.held`` says exactly what each deviation is. Everything is counted in trips; ``events`` beside it.

**Trips that could**: a touchpoint is missing among the ended trips that came to its stage or further; it is late among
the trips in which one of its promises was settled; anything else befalls the trips that it occurred in. For a stage,
channel or owner these are the trips that came to the first of their stages or further, and those that deviate there
all the same: a promise of a later stage broken before anybody came to it. For the map they are all trips.

**What goes with it**: the trips with the deviation held against the others of those that could, among ended ones: the
share that succeeded, the typical time from start to success, the mean valence of what was answered. An association,
not a cause: whoever leaves the plan may differ in other ways too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt

from parcours.engine.differences import UNIT, Difference, Moments, of_means, of_shares, of_times
from parcours.engine.figures import AS_PLANNED, CHASED, DEVIATING, FigureKey
from parcours.engine.held import Bits, Held, has_bit, hold
from parcours.engine.kinds import UNPLANNED
from parcours.engine.lived import Frame, Lived, live
from parcours.engine.placement import Trips
from parcours.engine.plan import DEVIATIONS, DeviationKind, Plan
from parcours.engine.results import Result
from parcours.engine.table import Bools, EventTable, Int64s
from parcours.engine.trips import OPEN, SUCCEEDED

DISORDER: tuple[DeviationKind, ...] = ("missing", "failing", "out_of_sequence")
"""What keeps a trip from having gone as planned."""
PlaceScope = Literal["journey", "stage", "touchpoint", "channel", "owner"]

ALL, ENDED, SUCCESS, TIMED, LOG, LOG2, FELT, FEELING, FEELING2 = range(9)
"""Columns of what each trip adds to a sum; all but the first are 0 for an open trip."""


@dataclass(frozen=True, slots=True)
class PlanPlace:
    """A part of the map to which deviations are counted: its touchpoints, and the first stage that they lie in."""

    scope: PlaceScope
    id: str
    points: tuple[int, ...]
    first_stage: int


@dataclass(frozen=True, slots=True)
class DeviationFigures:
    """``trips`` of those ``possible`` (None: none) that deviate so, with how many ``events``.

    ``success`` compares shares, ``time`` typical seconds from start to success (a ratio), ``feeling`` mean valences.
    """

    scope: PlaceScope
    id: str
    kind: DeviationKind
    trips: int
    possible: int
    share: float | None
    events: int
    success: Difference
    time: Difference
    feeling: Difference

    @property
    def key(self) -> str:
        """The key under which its trips are listed."""
        return f"journey:{self.kind}" if self.scope == "journey" else f"{self.scope}:{self.id}:{self.kind}"


@dataclass(frozen=True)
class DeviationsResult(Result):
    """Every place of the plan with every kind of deviation, in the order of the map; ``deviating`` trips with any.

    ``stray_names`` are the events that match nothing of the plan, most frequent first. ``chases`` counts, per stage of
    the plan, messages that had to be sent again before any reply.
    """

    trips: int
    ended: int
    deviating: int
    figures: tuple[DeviationFigures, ...]
    stray_names: tuple[tuple[str, int], ...]
    chases: tuple[tuple[str, int], ...]

    def rows(self) -> list[dict[str, Any]]:
        """One line per place and kind that occurs."""
        return [_row(one) for one in self.figures if one.trips]

    def of(self, scope: PlaceScope, id: str = "") -> dict[DeviationKind, DeviationFigures]:
        """Return the figures of one place by kind."""
        return {one.kind: one for one in self.figures if (one.scope, one.id) == (scope, id)}


def _row(one: DeviationFigures) -> dict[str, Any]:
    cells: dict[str, Any] = {
        "scope": one.scope, "id": one.id, "kind": one.kind, "trips": one.trips, "possible": one.possible,
        "share": one.share, "events": one.events,
    }  # fmt: skip
    for name in ("success", "time", "feeling"):
        found = asdict(getattr(one, name))
        cells |= {f"{name}_{part}": found[part] for part in ("value", "base", "change", "low", "high")}
    return cells


@dataclass(frozen=True)
class DeviationsPartial:
    """Sums over trips, columns as above. ``held`` has a block per place and kind, ``early`` the part of it that did not
    come to the place, ``reached`` a line per furthest stage (nowhere first), ``touched`` and ``promised`` a line per
    touchpoint. ``stray`` counts events per name code."""

    held: npt.NDArray[np.int64]
    early: npt.NDArray[np.int64]
    events: npt.NDArray[np.int64]
    reached: npt.NDArray[np.int64]
    touched: npt.NDArray[np.int64]
    promised: npt.NDArray[np.int64]
    deviating: int
    stray: Int64s
    chases: Int64s
    names: Sequence[str]


def places_of(plan: Plan) -> tuple[PlanPlace, ...]:
    """List the map, its stages, touchpoints, channels and owners, each with its touchpoints."""
    points = plan.touchpoints

    def group(scope: PlaceScope, id: str, members: Iterable[int], first: int | None = None) -> PlanPlace:
        chosen = tuple(members)
        stages = [points[at].stage for at in chosen]
        return PlanPlace(scope, id, chosen, min(stages, default=0) if first is None else first)

    def named(scope: Literal["channel", "owner"]) -> Iterator[PlanPlace]:
        ids = dict.fromkeys(found for point in points if (found := getattr(point, scope)) is not None)
        for id in ids:
            yield group(scope, id, (at for at, point in enumerate(points) if getattr(point, scope) == id))

    return (
        PlanPlace("journey", "", tuple(range(len(points))), -1),
        *(
            group("stage", id, (at for at, point in enumerate(points) if point.stage == index), index)
            for index, id in enumerate(plan.stages)
        ),
        *(group("touchpoint", point.id, (at,)) for at, point in enumerate(points)),
        *named("channel"),
        *named("owner"),
    )


def deviating(kind: DeviationKind, place: PlanPlace, held: Held, trips: Trips) -> Bools:
    """Whether each trip deviates so in one place."""
    bits: dict[DeviationKind, Bits] = {
        "missing": held.missing,
        "adhoc": held.beyond,
        "failing": held.failing,
        "out_of_sequence": held.out_of_sequence,
        "late": held.late,
    }
    found = np.asarray((bits[kind] & _bits(place, held)).any(axis=1), np.bool_)
    if kind == "adhoc" and place.scope == "journey":
        found |= trips.strays > 0
    if kind == "adhoc" and place.scope == "stage":
        found |= trips.stray >> np.uint64(place.first_stage) & np.uint64(1) == 1
    return found


def _bits(place: PlanPlace, held: Held) -> npt.NDArray[np.uint64]:
    """The bits of the touchpoints of a place."""
    chosen = np.zeros(held.missing.shape[1], np.uint64)
    for point in place.points:
        chosen[point >> 6] |= np.uint64(1) << np.uint64(point & 63)
    return chosen


def figure_trips(figure: FigureKey, plan: Plan, held: Held, trips: Trips) -> Bools:
    """Whether each trip is a case of a figure of the plan (not of a promise)."""
    if figure.name == DEVIATING:
        return any_deviation(held, trips)
    places = [place for place in places_of(plan) if place.scope == figure.scope]
    place = places[max(figure.index, 0)]
    if figure.name == CHASED:
        return np.asarray((held.chased & _bits(place, held)).any(axis=1), np.bool_)
    if figure.name != AS_PLANNED:
        return deviating(cast(DeviationKind, figure.name), place, held, trips)
    return as_planned(place, held, trips)


def as_planned(place: PlanPlace, held: Held, trips: Trips) -> Bools:
    """Whether each trip ended, came to a stage or further, and has nothing missing, failing or in disorder there."""
    found = (trips.state != OPEN) & (trips.furthest >= place.first_stage)
    for kind in DISORDER:
        found &= ~deviating(kind, place, held, trips)
    return np.asarray(found, np.bool_)


def any_deviation(held: Held, trips: Trips) -> Bools:
    """Whether each trip leaves the plan in any way."""
    every = (held.missing, held.beyond, held.failing, held.out_of_sequence, held.late)
    found: Bools = np.logical_or.reduce([bits.any(axis=1) for bits in every]) | (trips.strays > 0)
    return found


def outcomes(lived: Lived) -> npt.NDArray[np.int64]:
    """What each trip adds to a sum: a line per trip, the columns as above; whole numbers, so sums are exact."""
    trips, rows = lived.trips, lived.trips.rows
    found = np.zeros((len(rows), FEELING2 + 1), np.int64)
    found[:, ALL] = 1
    ended = trips.state != OPEN
    found[ended, ENDED] = 1
    success = np.flatnonzero(trips.state == SUCCEEDED)
    found[success, SUCCESS] = found[success, TIMED] = 1
    seconds = (trips.over_us[success] - lived.ground.table.time_us[rows.first[success]]) / 1e6
    found[success, LOG] = np.rint(np.log1p(seconds) * UNIT)
    found[:, LOG2] = found[:, LOG] ** 2
    answered = lived.answer_trip >= 0
    trip = lived.answer_trip[answered]
    count = np.bincount(trip, minlength=len(rows))
    total = np.zeros(len(rows), np.int64)
    np.add.at(total, trip, np.rint(lived.valence[answered] * UNIT).astype(np.int64))
    felt = np.flatnonzero(ended & (count > 0))
    found[felt, FELT] = 1
    found[felt, FEELING] = np.rint(total[felt] / count[felt])
    found[:, FEELING2] = found[:, FEELING] ** 2
    return found


@dataclass(frozen=True)
class Deviations(Frame):
    """The trips of a log held against the plan."""

    def partial(self, table: EventTable) -> DeviationsPartial:
        """Hold the trips of one table against the plan and add up."""
        from parcours.engine import _deviation_kernels as kernels

        plan, lived = self.plan, live(self, table)
        trips, words = lived.trips, lived.trips.touched.shape[1]
        held = hold(lived.ground, trips)
        outcome = outcomes(lived)
        sums, early = _sums(plan, held, trips, outcome)
        everybody = np.arange(len(trips.rows))
        reached = np.zeros((len(plan.stages) + 1, outcome.shape[1]), np.int64)
        kernels.add_by_line(trips.furthest.astype(np.int64) + 1, outcome, reached)
        by_point = []
        for bits in (trips.touched, held.promised):
            lines = np.zeros((max(words * 64, 1), outcome.shape[1]), np.int64)
            kernels.add_by_point(np.ascontiguousarray(bits).ravel(), words, everybody, outcome, lines)
            by_point.append(lines[: len(plan.touchpoints)])
        return DeviationsPartial(
            held=sums,
            early=early,
            events=_events(plan, held, trips),
            reached=reached,
            touched=by_point[0],
            promised=by_point[1],
            deviating=int(any_deviation(held, trips).sum()),
            stray=_stray_names(lived),
            chases=held.chases,
            names=table.names.words,
        )

    def merge(self, left: DeviationsPartial, right: DeviationsPartial) -> DeviationsPartial:
        """Add the sums."""
        return DeviationsPartial(
            left.held + right.held,
            left.early + right.early,
            left.events + right.events,
            left.reached + right.reached,
            left.touched + right.touched,
            left.promised + right.promised,
            left.deviating + right.deviating,
            left.stray + right.stray,
            left.chases + right.chases,
            left.names,
        )

    def finish(self, partial: DeviationsPartial) -> DeviationsResult:
        """Turn the sums into figures."""
        figures = [
            _figures(place, kind, partial, at, number)
            for at, place in enumerate(places_of(self.plan))
            for number, kind in enumerate(DEVIATIONS)
        ]
        everybody = partial.reached.sum(axis=0)
        frequent = sorted(
            np.flatnonzero(partial.stray).tolist(), key=lambda code: (-partial.stray[code], partial.names[code])
        )
        stage_of = [point.stage for point in self.plan.touchpoints]
        return DeviationsResult(
            trips=int(everybody[ALL]),
            ended=int(everybody[ENDED]),
            deviating=partial.deviating,
            figures=tuple(figures),
            stray_names=tuple((partial.names[code], int(partial.stray[code])) for code in frequent[:20]),
            chases=tuple(
                (id, sum(int(count) for count, stage in zip(partial.chases, stage_of, strict=True) if stage == index))
                for index, id in enumerate(self.plan.stages)
            ),
        )


def _sums(plan: Plan, held: Held, trips: Trips, outcome: npt.NDArray[np.int64]) -> tuple[Int64s, Int64s]:
    """Add up the trips of every place and kind, and those of them that did not come to the place."""
    places = places_of(plan)
    sums, early = (np.zeros((len(places), len(DEVIATIONS), outcome.shape[1]), np.int64) for _i in range(2))
    for number, kind in enumerate(DEVIATIONS):
        for at, place in enumerate(places):
            found = np.flatnonzero(deviating(kind, place, held, trips))
            if not len(found):
                continue
            sums[at, number] = outcome[found].sum(axis=0)
            if place.scope in ("stage", "channel", "owner"):
                early[at, number] = outcome[found[trips.furthest[found] < place.first_stage]].sum(axis=0)
    return sums, early


def _events(plan: Plan, held: Held, trips: Trips) -> npt.NDArray[np.int64]:
    """Count the events of every place and kind; a trip that misses something or breaks the order counts once."""
    places = places_of(plan)
    events = np.zeros((len(places), len(DEVIATIONS)), np.int64)
    broken = np.array([promise.touchpoint for promise in plan.promises], np.int64)
    late = np.bincount(broken[held.given.promise[held.given.state == 2]], minlength=len(plan.touchpoints))
    single = {
        "missing": np.array([has_bit(held.missing, at).sum() for at in range(len(plan.touchpoints))], np.int64),
        "adhoc": held.beyond_events,
        "failing": held.failing_events,
        "out_of_sequence": np.array(
            [has_bit(held.out_of_sequence, at).sum() for at in range(len(plan.touchpoints))], np.int64
        ),
        "late": late,
    }
    for at, place in enumerate(places):
        for number, kind in enumerate(DEVIATIONS):
            events[at, number] = sum(int(single[kind][point]) for point in place.points)
        if place.scope == "journey":
            events[at, 1] += trips.strays.sum()
        elif place.scope == "stage":
            events[at, 1] += trips.stray_events[place.first_stage]
    return events


def _stray_names(lived: Lived) -> Int64s:
    kinds, names = lived.ground.kinds, len(lived.ground.table.names)
    totals = np.zeros(names, np.int64)
    np.add.at(totals, kinds.name, np.where(kinds.flags & UNPLANNED, lived.trips.kind_events, 0))
    return totals


def _figures(
    place: PlanPlace, kind: DeviationKind, partial: DeviationsPartial, at: int, number: int
) -> DeviationFigures:
    found = partial.held[at, number]
    could = _possible(place, kind, partial) + partial.early[at, number]
    without = could - found
    possible = int(could[ENDED] if kind == "missing" else could[ALL])
    trips = int(found[ALL])
    return DeviationFigures(
        scope=place.scope,
        id=place.id,
        kind=kind,
        trips=trips,
        possible=possible,
        share=trips / possible if possible else None,
        events=int(partial.events[at, number]),
        success=of_shares(int(found[SUCCESS]), int(found[ENDED]), int(without[SUCCESS]), int(without[ENDED])),
        time=of_times(_moments(found, TIMED), _moments(without, TIMED)),
        feeling=of_means(_moments(found, FELT), _moments(without, FELT)),
    )


def _possible(place: PlanPlace, kind: DeviationKind, partial: DeviationsPartial) -> Int64s:
    if place.scope != "touchpoint" or kind == "missing":
        found: Int64s = partial.reached[place.first_stage + 1 :].sum(axis=0)
        return found
    by_point = partial.promised if kind == "late" else partial.touched
    mine: Int64s = by_point[place.points[0]]
    return mine


def _moments(sums: Int64s, first: int) -> Moments:
    return Moments(int(sums[first]), int(sums[first + 1]), int(sums[first + 2]))
