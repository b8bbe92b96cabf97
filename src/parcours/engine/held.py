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
from functools import lru_cache
from itertools import chain

import numpy as np
import numpy.typing as npt

from parcours.engine.calendar import Calendar, OpenTime, elapsed, instant_after, open_time
from parcours.engine.lived import Ground
from parcours.engine.placement import Trips
from parcours.engine.plan import Plan
from parcours.engine.table import Bools, Int64s
from parcours.engine.trips import OPEN

PENDING, KEPT, BROKEN = 0, 1, 2
_BITS = 64

Bits = npt.NDArray[np.uint64]
"""Per trip the bits of touchpoints, in as many words of 64 as they need."""


@dataclass(frozen=True)
class GivenPromises:
    """One line per promise given: its ``trip``, the index of the ``promise``, ``since_us``, when it was settled
    (``settled_us``: met, or else its deadline), the ``delay_us`` of its own clock until it was met or, where it was
    not, until the data's end, whether it was ``met``, and its ``state``."""

    trip: Int64s
    promise: Int64s
    since_us: Int64s
    settled_us: Int64s
    delay_us: Int64s
    met: Bools
    state: npt.NDArray[np.int8]


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

    plan, kinds, table = ground.frame.plan, ground.kinds, ground.table
    points, words = len(plan.touchpoints), trips.touched.shape[1]
    failing, beyond, disordered, chased = (np.zeros_like(trips.touched) for _i in range(4))
    failing_events, beyond_events, chases = (np.zeros(points, np.int64) for _i in range(3))
    limit = np.array(
        [kernels.UNBOUNDED if point.max_occurs is None else point.max_occurs for point in plan.touchpoints], np.int64
    )
    group = _groups(plan)
    after_first, after_listed = _followers(plan)
    message = np.array([_message(point.kind, point.initiator) for point in plan.touchpoints], np.int8)
    source = np.array([promise.source for promise in plan.promises], np.int64)
    keeper = np.array([promise.touchpoint for promise in plan.promises], np.int64)
    wrong = _wrong(ground)
    most = sum(int(trips.kind_events[kinds.at_point[promise.source]].sum()) for promise in plan.promises)
    if _asks_nothing(plan, wrong):
        made, left = np.empty((0, 4), np.int64), np.empty(0, np.int64)
    else:
        involved = _involved(plan, ground, wrong, group)
        made, left = hold_plain_trips(
            ground.rows.first, ground.rows.end, table.time_us, kinds.kind, trips.tied, involved, bool(involved.any()),
            *_short_ways(plan, ground, limit, message), len(source), most,
            beyond.ravel(), disordered.ravel(), chased.ravel(), beyond_events, chases,
        )  # fmt: skip
    rest = kernels.hold_trips(
        left, ground.rows.first, ground.rows.end, table.time_us, kinds.kind, np.diff(kinds.first) > 0, kinds.first,
        kinds.listed, wrong, words, limit, group, after_first, after_listed, message, source, keeper, most,
        failing.ravel(), beyond.ravel(), disordered.ravel(), chased.ravel(), failing_events, beyond_events, chases,
    )  # fmt: skip
    made = np.concatenate([made, rest])
    given = _settled(ground, *np.ascontiguousarray(made.T))
    late, promised = np.zeros_like(trips.touched), np.zeros_like(trips.touched)
    for bits, chosen in ((late, given.state == BROKEN), (promised, given.state != PENDING)):
        kernels.mark(given.trip, keeper[given.promise], chosen, words, bits.ravel())
    return Held(
        _missing(plan, trips), beyond, failing, disordered, late, chased, promised,
        beyond_events, failing_events, chases, given,
    )  # fmt: skip


def has_bit(bits: Bits, point: int) -> Bools:
    """Whether each trip has the bit of ``point``."""
    return np.asarray((bits[:, point >> 6] >> np.uint64(point & 63)) & np.uint64(1) == 1, np.bool_)


def _missing(plan: Plan, trips: Trips) -> Bits:
    missing = np.zeros_like(trips.touched)
    ended = trips.state != OPEN
    seen_groups = set()
    for index, point in enumerate(plan.touchpoints):
        if not point.required or (point.one_of is not None and point.one_of in seen_groups):
            continue
        members = [index]
        if point.one_of is not None:
            seen_groups.add(point.one_of)
            members = [at for at, other in enumerate(plan.touchpoints) if other.one_of == point.one_of]
        without = ended & (trips.furthest >= point.stage)
        for member in members:
            without &= ~has_bit(trips.touched, member)
        missing[without, index >> 6] |= np.uint64(1) << np.uint64(index & 63)
    return missing


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


def _message(kind: str, initiator: str) -> int:
    if kind != "communication":
        return 0
    return 1 if initiator == "customer" else 2


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


def _short_ways(
    plan: Plan, ground: Ground, limit: Int64s, message: npt.NDArray[np.int8]
) -> tuple[npt.NDArray[np.uint64], Int64s, Bits, npt.NDArray[np.int8], npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """What the loop over plain trips looks up: per kind its touchpoint, per touchpoint all that can come of it."""
    points, promises, kinds = len(plan.touchpoints), len(plan.promises), ground.kinds
    count = np.diff(kinds.first)
    point_of = np.full(len(kinds), points, np.uint64)
    point_of[count > 0] = kinds.listed[kinds.first[:-1][count > 0]]
    most = np.append(np.where(limit >= 0, limit, np.iinfo(np.int64).max), np.iinfo(np.int64).max)
    followers = np.zeros(points + 1, np.uint64)
    for index, point in enumerate(plan.touchpoints):
        for earlier in point.after:
            followers[earlier] |= np.uint64(1) << np.uint64(index % _BITS)
    source_of = _beside([promise.source for promise in plan.promises], points, promises)
    keeper_of = _beside([promise.touchpoint for promise in plan.promises], points, promises + 1)
    return point_of, most, followers, np.append(message, np.int8(0)), source_of, keeper_of


def _beside(places: list[int], points: int, none: int) -> npt.NDArray[np.uint64]:
    """Per touchpoint and one more the promises that name it, side by side; ``none`` fills the rows up."""
    width = max(np.bincount(np.array(places, np.int64), minlength=1).max(), 1)
    found = np.full((points + 1, width), none, np.uint64)
    filled = [0] * points
    for promise, place in enumerate(places):
        found[place, filled[place]] = promise
        filled[place] += 1
    return found


def _settled(ground: Ground, trip: Int64s, promise: Int64s, since: Int64s, met_us: Int64s) -> GivenPromises:
    """Say of each promise given how long it took by its own clock, and whether it was kept."""
    from parcours.engine import _deviation_kernels as kernels

    frame = ground.frame
    met = met_us != kernels.NEVER
    until = np.where(met, met_us, frame.data_end_us)
    within = np.array([one.within_us for one in frame.plan.promises], np.int64)[promise]
    business = np.array([one.clock == "business" for one in frame.plan.promises], np.bool_)[promise]
    delay, deadline = until - since, since + within
    if business.any() and frame.plan.calendar is not None:
        spans = _open_years(frame.plan.calendar, frame.plan.zone, int(since.min()), frame.data_end_us)
        delay[business] = elapsed(spans, until[business]) - elapsed(spans, since[business])
        deadline[business] = instant_after(spans, since[business], within[business])
    state = np.where(delay > within, BROKEN, np.where(met, KEPT, PENDING)).astype(np.int8)
    settled = np.where(met, met_us, deadline)
    return GivenPromises(trip, promise, since, settled, delay, met, state)


@lru_cache(maxsize=16)
def _open_years_between(calendar: Calendar, zone: str, first: int, last: int) -> OpenTime:
    start, end = (datetime(year, 1, 1, tzinfo=UTC).timestamp() for year in (first, last + 1))
    return open_time(calendar, zone, round(start * 1e6), round(end * 1e6))


def _open_years(calendar: Calendar, zone: str, first_us: int, last_us: int) -> OpenTime:
    """Lay out whole years, so that every table of a log asks for the same ones."""
    first, last = (datetime.fromtimestamp(instant / 1e6, UTC).year for instant in (first_us, last_us))
    return _open_years_between(calendar, zone, first - 1, last)
