"""Trips held against the plan: where each leaves it, and which promises were kept.

All of it is decided instant by instant, so that the order of rows with equal time never matters.

**missing** (trips that have ended): the trip came to the stage of a required touchpoint or to a later one, and the
touchpoint never occurred. Of touchpoints that exclude each other (``one_of``) any one suffices; where none occurred,
the first on the map of those that are required is missing.
**adhoc**: an event that matches nothing of the plan and is not ignored; an event beyond ``max_occurs``; an
occurrence of another touchpoint of a ``one_of`` group than the first that occurred (at one instant: the first on the
map).
**failing**: an event of ``fails_when``.
**out of sequence**: the touchpoint occurred, and one of its ``after`` occurred for the first time later than it did.
**late**: a promise of the touchpoint was broken.

**A promise** is given at each instant of the touchpoint it counts from, unless it is already given and not yet met. It
is met at the first instant of its touchpoint at or after that one, in the same trip; where both stand at one instant it
is met at once. *Kept*: met within its time. *Broken*: met later, or not met while more than its time has passed up to
the data's end. *Pending*: neither yet; it counts nowhere.

**A chase** is an inbound message (a communication that the customer begins) while one of an earlier instant has had no
reply (a communication that the company begins), nor gets one at the same instant. It counts once per instant and
touchpoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from parcours.engine._blocks import side_by_side
from parcours.engine.calendar import Calendar, OpenTime, elapsed, instant_after, open_time
from parcours.engine.lived import Frame, Ground
from parcours.engine.placement import Trips
from parcours.engine.plan import Plan
from parcours.engine.table import Bools, Int32s, Int64s

PENDING, KEPT, BROKEN = 0, 1, 2
_BITS = 64

Bits = npt.NDArray[np.uint64]
"""Per trip the bits of touchpoints, in as many words of 64 as they need."""


@dataclass(frozen=True)
class GivenPromises:
    """One line per promise given: its ``trip``, the index of the ``promise``, ``since_us``, when it was met
    (``met_us``, the largest number there is where it was not), and its ``state``."""

    frame: Frame
    trip: Int32s
    promise: npt.NDArray[np.int16]
    since_us: Int64s
    met_us: Int64s
    state: npt.NDArray[np.int8]

    @cached_property
    def met(self) -> Bools:
        """Whether each was met at all."""
        return np.asarray(self.met_us != np.iinfo(np.int64).max, np.bool_)

    @cached_property
    def delay_us(self) -> Int64s:
        """How long each took by its own clock until it was met or, where it was not, until the data's end."""
        return _delays(self.frame, self.promise, self.since_us, np.where(self.met, self.met_us, self.frame.data_end_us))

    @cached_property
    def settled_us(self) -> Int64s:
        """When each was settled: met, or else its deadline."""
        within = _within(self.frame)[self.promise]
        deadline = self.since_us + within
        business = _business(self.frame)[self.promise]
        if business.any():
            spans = _spans(self.frame, self.since_us)
            deadline[business] = instant_after(spans, self.since_us[business], within[business])
        return np.where(self.met, self.met_us, deadline)


@dataclass(frozen=True)
class Held:
    """Where the trips of a table leave the plan: bits of touchpoints per trip, and events per touchpoint.

    ``beyond`` is the part of *adhoc* that belongs to a touchpoint; the rest are the strays of ``Trips``.
    """

    missing: Bits
    beyond: Bits
    failing: Bits
    out_of_sequence: Bits
    late: Bits
    chased: Bits
    promised: Bits
    """Touchpoints of which a promise was settled."""
    beyond_events: Int64s
    failing_events: Int64s
    chases: Int64s
    given: GivenPromises


def hold(ground: Ground, trips: Trips) -> Held:
    """Hold placed trips against the plan of their frame."""
    from parcours.engine import _deviation_kernels as kernels
    from parcours.engine._plan_kernels import hold_plain_trips

    plan, kinds, table, rows = ground.frame.plan, ground.kinds, ground.table, ground.rows
    points, (count, words) = len(plan.touchpoints), trips.touched.shape
    failing, late, promised = (np.zeros_like(trips.touched) for _i in range(3))
    failing_events, beyond_events, chases = (np.zeros(points, np.int64) for _i in range(3))
    group, wrong = _groups(plan), _wrong(ground)
    source = np.array([promise.source for promise in plan.promises], np.int64)
    keeper = np.array([promise.touchpoint for promise in plan.promises], np.int64)
    # As many promises as could ever be given: one at each event that one counts from.
    most = sum(int(trips.kind_events[kinds.at_point[promise.source]].sum()) for promise in plan.promises) + 1
    *bits, since, met, left, of_trip, promise = side_by_side(
        [(count * words, np.uint64)] * 4
        + [(most, np.int64), (most, np.int64), (count, np.int64), (most, np.int32), (most, np.int16)]
    )
    beyond, disordered, chased, missing = bits
    given, remaining = 0, 0
    if _asks_nothing(plan, wrong):
        for nothing in (beyond, disordered, chased):
            nothing[:] = 0
    else:
        involved = _involved(plan, ground, wrong, group)
        given, remaining = hold_plain_trips(
            rows.first, rows.end, table.time_us, kinds.kind, rows.tied | (words > 1), involved, bool(involved.any()),
            *_asked(plan, ground), source, keeper, *(each[:count] for each in (beyond, disordered, chased)),
            beyond_events, chases, of_trip, promise, since, met, left,
        )  # fmt: skip
    of_trip, promise, since, met = of_trip[:given], promise[:given], since[:given], met[:given]
    if remaining:
        for each in (beyond, disordered, chased):
            each.reshape(count, words)[left[:remaining]] = 0
        rest = kernels.hold_trips(
            left[:remaining], rows.first, rows.end, table.time_us, kinds.kind, np.diff(kinds.first) > 0, kinds.first,
            kinds.listed, wrong, words, _limits(plan), group, *_followers(plan), _messages(plan), source, keeper, most,
            failing.ravel(), beyond, disordered, chased, failing_events, beyond_events, chases,
        )  # fmt: skip
        of_trip, promise, since, met = (
            np.concatenate([ours, theirs.astype(ours.dtype)])
            for ours, theirs in zip((of_trip, promise, since, met), rest.T, strict=True)
        )
    state = _states(ground.frame, promise, since, met)
    kernels.mark_promises(of_trip, promise, state, keeper, words, late.ravel(), promised.ravel())
    needed, instead = _needed(plan, words)
    kernels.miss_trips(
        trips.touched.ravel(), words, trips.furthest, trips.state, needed, instead,
        np.array([plan.touchpoints[point].stage for point in needed], np.int64), missing,
    )  # fmt: skip
    shaped = (each.reshape(count, words) for each in (missing, beyond, disordered, chased))
    missing_bits, beyond_bits, disordered_bits, chased_bits = shaped
    return Held(
        missing_bits, beyond_bits, failing, disordered_bits, late, chased_bits, promised,
        beyond_events, failing_events, chases, GivenPromises(ground.frame, of_trip, promise, since, met, state),
    )  # fmt: skip


def has_bit(bits: Bits, point: int) -> Bools:
    """Whether each trip has the bit of ``point``."""
    return np.asarray((bits[:, point >> 6] >> np.uint64(point & 63)) & np.uint64(1) == 1, np.bool_)


def _needed(plan: Plan, words: int) -> tuple[Int64s, npt.NDArray[np.uint64]]:
    """The touchpoints that may be missing, and for each the bits of those of which any one suffices."""
    found: list[int] = []
    instead: list[npt.NDArray[np.uint64]] = []
    seen_groups = set()
    for index, point in enumerate(plan.touchpoints):
        if not point.required or (point.one_of is not None and point.one_of in seen_groups):
            continue
        members = [index]
        if point.one_of is not None:
            seen_groups.add(point.one_of)
            members = [at for at, other in enumerate(plan.touchpoints) if other.one_of == point.one_of]
        bits = np.zeros(words, np.uint64)
        for member in members:
            bits[member >> 6] |= np.uint64(1) << np.uint64(member & 63)
        found.append(index)
        instead.append(bits)
    return np.array(found, np.int64), np.array(instead, np.uint64).reshape(len(found), words)


def _groups(plan: Plan) -> Int64s:
    names = [point.one_of for point in plan.touchpoints]
    known = list(dict.fromkeys(name for name in names if name is not None))
    return np.array([-1 if name is None else known.index(name) for name in names], np.int64)


def _followers(plan: Plan) -> tuple[Int64s, Int64s]:
    """For each touchpoint those that come after it."""
    followers = [
        [at for at, other in enumerate(plan.touchpoints) if index in other.after]
        for index in range(len(plan.touchpoints))
    ]
    first = np.cumsum([0, *(len(found) for found in followers)]).astype(np.int64)
    return first, np.array([*chain.from_iterable(followers)], np.int64)


def _messages(plan: Plan) -> npt.NDArray[np.int8]:
    """Per touchpoint 1 for an inbound message, 2 for an outbound one, else 0."""
    return np.array([_message(point.kind, point.initiator) for point in plan.touchpoints], np.int8)


def _message(kind: str, initiator: str) -> int:
    if kind != "communication":
        return 0
    return 1 if initiator == "customer" else 2


def _limits(plan: Plan) -> Int64s:
    from parcours.engine._deviation_kernels import UNBOUNDED

    return np.array(
        [UNBOUNDED if point.max_occurs is None else point.max_occurs for point in plan.touchpoints], np.int64
    )


def _wrong(ground: Ground) -> Bools:
    """Whether each entry of the kinds' list of touchpoints is that touchpoint gone wrong."""
    kinds = ground.kinds
    wrong = np.zeros(len(kinds.listed), np.bool_)
    of_kind = np.repeat(np.arange(len(kinds)), np.diff(kinds.first))
    for index, failed in enumerate(kinds.gone_wrong):
        if failed is not None:
            mine = kinds.listed == index
            wrong[mine] = failed[of_kind[mine]]
    return wrong


def _asks_nothing(plan: Plan, wrong: Bools) -> bool:
    """Whether no single event can break the plan, so that none need be looked at."""
    points = plan.touchpoints
    return not (
        plan.promises
        or wrong.any()
        or any(point.max_occurs is not None or point.after or point.one_of for point in points)
        or any(_message(point.kind, point.initiator) == 1 for point in points)
    )


def _involved(plan: Plan, ground: Ground, wrong: Bools, group: Int64s) -> Bools:
    """Per kind: whether it is several touchpoints at once, one gone wrong, or one that excludes others."""
    kinds = ground.kinds
    count = np.diff(kinds.first)
    # The loop over plain trips needs one bit more than there are touchpoints: that of an event which is none.
    if len(plan.touchpoints) >= _BITS:
        return np.ones(len(kinds), np.bool_)
    involved = count > 1
    involved[np.repeat(np.arange(len(kinds)), count)[wrong | (group[kinds.listed] >= 0)]] = True
    return involved


def _asked(plan: Plan, ground: Ground) -> tuple[npt.NDArray[Any], ...]:
    """What the plan asks of plain trips: the touchpoint of each kind, limits, orders, messages."""
    kinds, points = ground.kinds, plan.touchpoints
    count = np.diff(kinds.first)
    point_of = np.full(len(kinds), len(points), np.uint16)
    point_of[count > 0] = kinds.listed[kinds.first[:-1][count > 0]]
    limits, messages = _limits(plan), _messages(plan)
    limited = np.flatnonzero(limits >= 0)
    orders = [(later, earlier) for later, point in enumerate(points) for earlier in point.after]
    later, earlier = np.array(orders, np.uint64).reshape(-1, 2).T
    inbound, outbound = (np.flatnonzero(messages == said) for said in (1, 2))
    return (
        point_of, limited, limits[limited], np.ascontiguousarray(later), np.ascontiguousarray(earlier),
        inbound, outbound,
    )  # fmt: skip


def _within(frame: Frame) -> Int64s:
    return np.array([one.within_us for one in frame.plan.promises], np.int64)


def _business(frame: Frame) -> Bools:
    """Whether each promise counts in the company's time."""
    return np.array([one.clock == "business" for one in frame.plan.promises], np.bool_)


def _states(frame: Frame, promise: npt.NDArray[np.int16], since: Int64s, met_us: Int64s) -> npt.NDArray[np.int8]:
    """Say of each promise given whether it was kept."""
    from parcours.engine import _deviation_kernels as kernels

    within, business = _within(frame), _business(frame)
    state = np.empty(len(promise), np.int8)
    kernels.judge(promise, since, met_us, within, frame.data_end_us, state)
    if business.any():
        asked = np.flatnonzero(business[promise])
        met = met_us[asked] != kernels.NEVER
        until = np.where(met, met_us[asked], frame.data_end_us)
        delay = _delays(frame, promise[asked], since[asked], until)
        state[asked] = np.where(delay > within[promise[asked]], BROKEN, np.where(met, KEPT, PENDING))
    return state


def _delays(frame: Frame, promise: npt.NDArray[np.int16], since: Int64s, until: Int64s) -> Int64s:
    delay = until - since
    business = _business(frame)[promise]
    if business.any():
        spans = _spans(frame, since)
        delay[business] = elapsed(spans, until[business]) - elapsed(spans, since[business])
    return delay


def _spans(frame: Frame, since: Int64s) -> OpenTime:
    assert frame.plan.calendar is not None  # a plan with promises in business time has one (``check_plan``)
    return _open_years(frame.plan.calendar, frame.plan.zone, int(since.min()), frame.data_end_us)


@lru_cache(maxsize=16)
def _open_years_between(calendar: Calendar, zone: str, first: int, last: int) -> OpenTime:
    start, end = (datetime(year, 1, 1, tzinfo=UTC).timestamp() for year in (first, last + 1))
    return open_time(calendar, zone, round(start * 1e6), round(end * 1e6))


def _open_years(calendar: Calendar, zone: str, first_us: int, last_us: int) -> OpenTime:
    """Lay out whole years, so that every table of a log asks for the same ones."""
    first, last = (datetime.fromtimestamp(instant / 1e6, UTC).year for instant in (first_us, last_us))
    return _open_years_between(calendar, zone, first - 1, last)
