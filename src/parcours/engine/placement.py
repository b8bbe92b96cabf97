"""Placing the events of each person on the stages of a plan, in one pass.

**A trip** of a person runs from the instant of the first event that ``starts_when`` matches (the first event where
there is none) to their last event at or before the data's end. Events before and after are outside it.

**An event counts on every touchpoint that it matches.** It is placed in the stage the trip is in, if one of these
touchpoints lies there; else in the nearest later stage among theirs; else in the nearest earlier one. An event that
matches no touchpoint is not placed and moves nothing.

**Rows at one instant** are placed together, so that their order never matters: those that can stay in the stage in
which the instant began stay there; the others follow by their lowest stage, then by the set of their stages read as a
binary number (stage 0 is the smallest digit), each placed from where the one before it left the trip.

**The state of a trip** is succeeded or failed by whichever of ``succeeds_when`` and ``fails_when`` matched first
(success, where both first matched at one instant); else left, when its last event lies more than the timeout before
the data's end; else open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parcours.engine.plan import Plan
from parcours.engine.predicates import Rule, evaluate, name_lookup
from parcours.engine.table import Bools, EventTable, Int32s, Int64s
from parcours.language.errors import UsageError
from parcours.language.translation import _

MOST_STAGES = 64
OUTSIDE, NOWHERE = -2, -1
NO_TRIP, OPEN, LEFT, FAILED, SUCCEEDED = 0, 1, 2, 3, 4
_STARTS, _SUCCEEDS, _FAILS = 1, 2, 4
_SEVERAL = -2


@dataclass(frozen=True)
class Trips:
    """The trip of every person of a table. Per person: ``state`` (``NO_TRIP`` … ``SUCCEEDED``), the ``furthest``
    stage (-1 where nothing was placed) and bit masks of the stages ``entered``, ``returned`` to, and ``moved_on`` from
    (left for another one), and of the touchpoints ``touched``, in as many words of 64 as they need.

    ``stay_stage`` and ``stay_us`` hold the first stay of each trip in each stage that it moved on from. ``returns``
    counts per stage, ``touches`` (events) per touchpoint, ``unplaced`` (events) per event name, ``events`` all events
    inside trips. ``answer_touchpoint`` gives for each row that was asked for the
    touchpoint to which its answers belong, ``NOWHERE`` before any placement, ``OUTSIDE`` the trip.
    """

    state: npt.NDArray[np.int8]
    furthest: npt.NDArray[np.int8]
    entered: npt.NDArray[np.uint64]
    returned: npt.NDArray[np.uint64]
    moved_on: npt.NDArray[np.uint64]
    touched: npt.NDArray[np.uint64]
    stay_stage: Int64s
    stay_us: Int64s
    returns: Int64s
    touches: Int64s
    unplaced: Int64s
    events: int
    answer_touchpoint: Int64s


@dataclass(frozen=True)
class _Kinds:
    """Events grouped so that one group satisfies the same rules: ``kind`` per event, then per kind its event name
    and, for each rule, whether it holds."""

    kind: Int32s
    name: Int32s
    holds: Sequence[Bools]


def check_plan(plan: Plan) -> None:
    """Refuse a plan with more stages than a mask has bits, or with touchpoints in stages that it does not have."""
    if len(plan.stages) > MOST_STAGES:
        raise UsageError(
            _("A map has at most {most} stages; this one has {count}.").format(
                most=MOST_STAGES, count=len(plan.stages)
            ),
            value=len(plan.stages),
        )
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
    *,
    timeout_us: int,
    data_end_us: int,
    answer_rows: Int64s,
) -> Trips:
    """Place the trips of ``table``. ``answer_rows`` are the rows, ascending, of which to say where answers belong."""
    from parcours.engine import _journey_kernels as kernels

    persons, stages, points = len(table.persons), len(plan.stages), len(plan.touchpoints)
    kinds = _sort_into_kinds(plan, table)
    at_points, roles = kinds.holds[:points], kinds.holds[points:]
    stage_of = np.array([point.stage for point in plan.touchpoints], np.int64)
    masks = np.zeros(len(kinds.name), np.uint64)
    for stage, holds in zip(stage_of, at_points, strict=True):
        masks[holds] |= np.uint64(1) << np.uint64(stage)
    flags = np.zeros(len(kinds.name), np.uint8)
    asked = (plan.starts_when, _STARTS), (plan.succeeds_when, _SUCCEEDS), (plan.fails_when, _FAILS)
    for bit, holds in zip([bit for rule, bit in asked if rule is not None], roles, strict=True):
        flags[holds] |= np.uint8(bit)
    first, listed = _touchpoints_by_kind(at_points, len(kinds.name))
    words = (points + 63) // 64
    points_of = np.zeros((len(kinds.name), words), np.uint64)
    for index, holds in enumerate(at_points):
        points_of[holds, index // 64] |= np.uint64(1) << np.uint64(index % 64)
    state, furthest = np.zeros(persons, np.int8), np.full(persons, -1, np.int8)
    entered, returned, moved_on = (np.zeros(persons, np.uint64) for _i in range(3))
    touched = np.zeros((persons, words), np.uint64)
    returns, kind_events = np.zeros(stages, np.int64), np.zeros(len(kinds.name), np.int64)
    answer_touchpoint = np.full(len(answer_rows), OUTSIDE, np.int64)
    stay_stage, stay_us = kernels.place_trips(
        table.offsets, table.time_us, kinds.kind, masks, _only_stage(masks, stages), flags, points_of.ravel(),
        first, listed, stage_of, plan.starts_when is not None, data_end_us, timeout_us, answer_rows,
        state, furthest, entered, returned, moved_on, touched.ravel(), returns, kind_events, answer_touchpoint,
    )  # fmt: skip
    free = masks == 0
    return Trips(
        state, furthest, entered, returned, moved_on, touched, stay_stage, stay_us, returns,
        touches=np.array([kind_events[holds].sum() for holds in at_points], np.int64),
        unplaced=_sum_by_name(kinds.name[free], kind_events[free], len(table.names)),
        events=int(kind_events.sum()),
        answer_touchpoint=answer_touchpoint,
    )  # fmt: skip


def _only_stage(masks: npt.NDArray[np.uint64], stages: int) -> npt.NDArray[np.int8]:
    only = np.where(masks == 0, NOWHERE, _SEVERAL).astype(np.int8)
    for stage in range(stages):
        only[masks == np.uint64(1) << np.uint64(stage)] = stage
    return only


def _sort_into_kinds(plan: Plan, table: EventTable) -> _Kinds:
    """Group the events by the rules they satisfy.

    While rules ask for names only, a kind is an event name and nothing as long as the log is made. Each rule with
    conditions splits the kinds by whether it holds.
    """
    from parcours.engine import _journey_kernels as kernels

    rules: list[Rule] = [point.rule for point in plan.touchpoints]
    rules += [rule for rule in (plan.starts_when, plan.succeeds_when, plan.fails_when) if rule is not None]
    kind, names = table.name, np.arange(len(table.names), dtype=np.int32)
    holds: list[Bools | None] = [name_lookup(rule, table.names) for rule in rules]
    known: list[Bools] = []
    spare: Int32s | None = None
    waiting = [index for index, found in enumerate(holds) if found is None]
    for index in waiting:
        fresh = np.empty(len(kind), np.int32) if spare is None else spare
        codes = np.empty(2 * len(names), np.int32)
        count = kernels.refine_kinds(kind, evaluate(rules[index], table), fresh, codes, len(names))
        spare = kind if kind is not table.name else None
        kind = fresh
        parent = np.empty(count, np.int64)
        split = np.flatnonzero(codes >= 0)
        parent[codes[split]] = split
        names = names[parent >> 1]
        known = [earlier[parent >> 1] for earlier in known]
        known.append((parent & 1).astype(np.bool_))
    for index, found in zip(waiting, known, strict=True):
        holds[index] = found
    if waiting:
        holds = [found if index in waiting else found[names] for index, found in enumerate(holds) if found is not None]
    return _Kinds(kind, names, [found for found in holds if found is not None])


def _touchpoints_by_kind(at_points: Sequence[Bools], kinds: int) -> tuple[Int64s, Int64s]:
    """For each kind the touchpoints it counts on: those of kind k are ``listed[first[k]:first[k + 1]]``."""
    members = [np.flatnonzero(holds) for holds in at_points]
    owners = np.concatenate([np.empty(0, np.int64), *members])
    points = np.repeat(np.arange(len(members)), [len(found) for found in members])
    order = np.argsort(owners, kind="stable")
    first = np.zeros(kinds + 1, np.int64)
    np.cumsum(np.bincount(owners, minlength=kinds), out=first[1:])
    return first, points[order].astype(np.int64)


def _sum_by_name(name: Int32s, events: Int64s, names: int) -> Int64s:
    totals = np.zeros(names, np.int64)
    np.add.at(totals, name, events)
    return totals
