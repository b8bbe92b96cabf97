"""Placing the events of each trip on the stages of a plan, in one pass.

``engine.trips`` says what a trip is.

**An event counts on every touchpoint that it matches.** It is placed in the stage the trip is in, if one of these
touchpoints lies there; else in the nearest later stage among theirs; else in the nearest earlier one. An event that
matches no touchpoint is not placed and moves nothing; unless a rule of the plan says otherwise it is a stray.

**Rows at one instant** are placed together, so that their order never matters: those that can stay in the stage in
which the instant began stay there; the others follow by their lowest stage, then by the set of their stages read as a
binary number (stage 0 is the smallest digit), each placed from where the one before it left the trip. Strays belong to
the stage in which the instant leaves the trip.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parcours.engine._blocks import side_by_side
from parcours.engine.figures import FigureKey
from parcours.engine.kinds import Kinds
from parcours.engine.plan import Plan
from parcours.engine.table import Bools, EventTable, Int32s, Int64s
from parcours.engine.trips import FAILED, LEFT, OPEN, SUCCEEDED, TripRows
from parcours.language.errors import UsageError
from parcours.language.translation import _

Masks = npt.NDArray[np.uint64]
MOST_STAGES = 64
_FLAGS = 32
"""More than the flags of a kind together can be."""
OUTSIDE, NOWHERE = -2, -1


@dataclass(frozen=True)
class Trips:
    """The placed trips of a table. Per trip: its ``rows``, its ``state`` (``OPEN`` … ``SUCCEEDED``), the ``furthest``
    stage (-1 where nothing was placed) and bit masks of the stages ``entered``, ``returned`` to, and ``moved_on`` from
    (left for another one), of the stages that saw a ``stray`` event, and of the touchpoints ``touched``, in as many
    words of 64 as they need. ``strays`` counts the stray events of each trip, also those before any placement.

    ``over_us`` is when it first succeeded or failed, else its last event.

    ``stay_trip``, ``stay_stage`` and ``stay_us`` hold the first stay of each trip in each stage that it moved on from.
    ``returns`` counts per stage, ``touches`` (events) per touchpoint, ``unplaced`` (events, without ignored ones) per
    event name, ``stray_events`` per stage, ``kind_events`` per kind, ``events`` all events inside trips.
    ``answer_touchpoint`` gives for each row that was asked for the touchpoint to which its answers belong, ``NOWHERE``
    before any placement, ``OUTSIDE`` any trip.
    """

    rows: TripRows
    state: npt.NDArray[np.int8]
    furthest: npt.NDArray[np.int8]
    entered: npt.NDArray[np.uint64]
    returned: npt.NDArray[np.uint64]
    moved_on: npt.NDArray[np.uint64]
    stray: npt.NDArray[np.uint64]
    touched: npt.NDArray[np.uint64]
    strays: Int32s
    over_us: Int64s
    stay_trip: Int32s
    stay_stage: npt.NDArray[np.int8]
    stay_us: Int64s
    returns: Int64s
    touches: Int64s
    unplaced: Int64s
    stray_events: Int64s
    kind_events: Int64s
    events: int
    answer_touchpoint: Int64s


def check_plan(plan: Plan) -> None:
    """Refuse a plan with more stages than a mask has bits, with touchpoints in stages that it does not have, or with
    promises in the time of a company whose opening hours it does not say."""
    if len(plan.stages) > MOST_STAGES:
        raise UsageError(
            _("A map has at most {most} stages; this one has {count}.").format(
                most=MOST_STAGES, count=len(plan.stages)
            ),
            value=len(plan.stages),
        )
    if plan.calendar is None and any(promise.clock == "business" for promise in plan.promises):
        raise UsageError(_("A promise in business time needs the opening hours of the company."), value="business")
    for point in plan.touchpoints:
        if not 0 <= point.stage < len(plan.stages):
            raise UsageError(
                _("The touchpoint “{touchpoint}” lies in a stage that the map does not have.").format(
                    touchpoint=point.id
                ),
                value=point.stage,
            )


def place(
    plan: Plan,
    table: EventTable,
    kinds: Kinds,
    rows: TripRows,
    *,
    timeout_us: int,
    data_end_us: int,
    answer_rows: Int64s,
) -> Trips:
    """Place the trips of ``table``. ``answer_rows`` are the rows, ascending, of which to say where answers belong."""
    from parcours.engine import _placing_kernels as kernels
    from parcours.engine import _plain_kernels as plain

    trips, stages = len(rows), len(plan.stages)
    stage_of = np.array([point.stage for point in plan.touchpoints], np.int64)
    masks = np.zeros(len(kinds), np.uint64)
    for stage, holds in zip(stage_of, kinds.at_point, strict=True):
        masks[holds] |= np.uint64(1) << np.uint64(stage)
    points_of = bits_by_kind(kinds.at_point, len(kinds))
    words = points_of.shape[1]
    # As many stays as could ever be: memory that nothing is written to costs nothing.
    most = trips * stages + 1
    state, furthest, *masked, touched, strays, over_us, left, stay_us, stay_trip, stay_stage = side_by_side(
        [(trips, np.int8)] * 2 + [(trips, np.uint64)] * 4
        + [(trips * words, np.uint64), (trips, np.int32), (trips, np.int64), (trips, np.int64)]
        + [(most, np.int64), (most, np.int32), (most, np.int8)]
    )  # fmt: skip
    entered, returned, moved_on, stray = masked
    # The first place is for what lies before any placement.
    returns, stray_events = np.zeros(stages + 1, np.int64), np.zeros(stages + 1, np.int64)
    answer_touchpoint = np.full(len(answer_rows), OUTSIDE, np.int64)
    out = (
        state, furthest, entered, returned, moved_on, stray, touched, strays, over_us, returns, stray_events,
    )  # fmt: skip
    # Most trips are plain: no two events at one instant, nothing answered in them. They are placed many times faster.
    others = rows.tied | _answered(rows, answer_rows) | (words != 1)
    stays, remaining = plain.place_plain_trips(
        rows.first, rows.end, rows.followed, others, table.time_us, kinds.kind,
        *_roles(points_of, masks, kinds.flags, stages), data_end_us, timeout_us, *out,
        stay_trip, stay_stage, stay_us, left,
    )  # fmt: skip
    stay_trip, stay_stage, stay_us = stay_trip[:stays], stay_stage[:stays], stay_us[:stays]
    if remaining:
        others_ended = kernels.place_trips(
            left[:remaining], rows.first, rows.end, rows.followed, table.time_us, kinds.kind, masks, kinds.flags,
            points_of.ravel(), words, kinds.first, kinds.listed, stage_of, data_end_us, timeout_us, answer_rows,
            *out, answer_touchpoint,
        )  # fmt: skip
        stay_trip, stay_stage, stay_us = (
            np.concatenate(both) for both in zip((stay_trip, stay_stage, stay_us), others_ended, strict=True)
        )
    kind_events = plain.count_kinds(rows.first, rows.end, kinds.kind, len(kinds))
    free = (masks == 0) & ~kinds.ignored
    return Trips(
        rows, state, furthest, entered, returned, moved_on, stray, touched.reshape(trips, words), strays, over_us,
        stay_trip, stay_stage, stay_us, returns[1:],
        touches=np.array([kind_events[holds].sum() for holds in kinds.at_point], np.int64),
        unplaced=_sum_by_name(kinds.name[free], kind_events[free], len(table.names)),
        stray_events=stray_events[1:],
        kind_events=kind_events,
        events=int(kind_events.sum()),
        answer_touchpoint=answer_touchpoint,
    )  # fmt: skip


def trips_in(figure: FigureKey, trips: Trips) -> Bools:
    """Whether each trip is a case of ``figure``."""
    if figure.scope == "touchpoint":
        word, place = divmod(figure.index, 64)
        return np.asarray((trips.touched[:, word] >> np.uint64(place)) & np.uint64(1) == 1, np.bool_)
    state, furthest = trips.state, trips.furthest
    # In a stage, a state is that of the trips that came no further.
    here: Bools = (furthest == figure.index) if figure.scope == "stage" else np.ones(len(state), np.bool_)
    bit = np.uint64(1) << np.uint64(max(figure.index, 0))
    cases: dict[str, Callable[[], Bools]] = {
        "trips": lambda: here,
        "placed": lambda: furthest >= 0,
        "unplaced": lambda: furthest < 0,
        "succeeded": lambda: state == SUCCEEDED,
        "arrived": lambda: here & (state == SUCCEEDED),
        "failed": lambda: here & (state == FAILED),
        "left": lambda: here & (state == LEFT),
        "lost": lambda: here & ((state == LEFT) | (state == FAILED)),
        "open": lambda: here & (state == OPEN),
        "entered": lambda: trips.entered & bit != 0,
        "reached": lambda: furthest >= figure.index,
        "went_on": lambda: (furthest > figure.index) | (here & (state == SUCCEEDED)),
        "skipped": lambda: (furthest > figure.index) & (trips.entered & bit == 0),
        "settled": lambda: (furthest >= figure.index) & ~(here & (state == OPEN)),
        "returned": lambda: trips.returned & bit != 0,
        "timed": lambda: trips.moved_on & bit != 0,
    }
    return cases[figure.name]()


def _roles(
    points_of: Masks, masks: Masks, flags: npt.NDArray[np.uint8], stages: int
) -> tuple[npt.NDArray[np.uint16], Int64s, npt.NDArray[np.uint8], Masks]:
    """The role of each kind, and of each role its stage (``stages``: none), flags and touchpoints."""
    from parcours.engine._plain_kernels import SEVERAL

    said = flags | np.where(masks & (masks - np.uint64(1)), SEVERAL, 0).astype(np.uint8)
    touched = points_of[:, 0] if points_of.shape[1] else np.zeros(len(masks), np.uint64)
    # Which touchpoints it is says in which stages a kind lies. A log may have a million kinds: no loop over them.
    points, first, place = np.unique(touched, return_index=True, return_inverse=True)
    code = place.ravel() * _FLAGS + said
    known = np.flatnonzero(np.bincount(code, minlength=len(points) * _FLAGS))
    role = np.zeros(len(points) * _FLAGS, np.uint16)
    role[known] = np.arange(len(known))
    lowest = [(int(mask) & -int(mask)).bit_length() - 1 if mask else stages for mask in masks[first]]
    of, flag = np.divmod(known, _FLAGS)
    return role[code], np.array(lowest, np.int64)[of], flag.astype(np.uint8), points[of]


def _answered(rows: TripRows, answer_rows: Int64s) -> Bools:
    """Whether any of ``answer_rows`` lies in each trip."""
    before = np.searchsorted(answer_rows, rows.first) if len(answer_rows) else np.zeros(len(rows), np.int64)
    until = np.searchsorted(answer_rows, rows.end) if len(answer_rows) else before
    return np.asarray(until > before, np.bool_)


def bits_by_kind(holds: Sequence[Bools], kinds: int) -> npt.NDArray[np.uint64]:
    """For each kind the bits of those of ``holds`` that hold, in as many words of 64 as they need."""
    bits = np.zeros((kinds, (len(holds) + 63) // 64), np.uint64)
    for index, held in enumerate(holds):
        bits[held, index // 64] |= np.uint64(1) << np.uint64(index % 64)
    return bits


def _sum_by_name(name: Int32s, events: Int64s, names: int) -> Int64s:
    totals = np.zeros(names, np.int64)
    np.add.at(totals, name, events)
    return totals
