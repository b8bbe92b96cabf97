"""The compiled loop that places trips without two events at one instant: most trips, many times faster."""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np
from numba.types import Array, Tuple, boolean, int8, int32, int64, uint8, uint32, uint64

from parcours.engine._placing_kernels import FAILS, PLACES, SUCCEEDS, UNPLANNED, ending, highest


def _in(kind: Any) -> Any:
    return Array(kind, 1, "C", readonly=True)


_NEVER = np.iinfo(np.int64).max
_ONE = np.uint64(1)
_ZERO = np.uint64(0)


@nb.njit(
    Tuple((int64[::1], int64[::1], int64[::1], int64[::1]))(
        _in(int64),  # per trip: its first row
        _in(int64),  # per trip: the row after its last
        _in(boolean),  # per trip: whether another one of its lane follows
        _in(boolean),  # per trip: whether it is left to ``place_trips``
        _in(int64),  # time_us
        _in(int32),  # kind of each event
        _in(uint32),  # per kind: where the line of its stages begins in the next
        _in(uint8),  # per distinct set of stages: the place after each place
        _in(uint8),  # per kind: STARTS | SUCCEEDS | FAILS | UNPLANNED
        _in(uint64),  # per kind: bit mask of its touchpoints, at most 64
        int64,  # data's end
        int64,  # timeout
        int8[::1],  # out per trip: state
        int8[::1],  # out per trip: furthest stage, -1 for none
        uint64[::1],  # out per trip: stages entered
        uint64[::1],  # out per trip: stages come back to
        uint64[::1],  # out per trip: stages left for another one
        uint64[::1],  # out per trip: stages that saw a stray
        uint64[::1],  # out per trip: touchpoints touched
        int32[::1],  # out per trip: stray events
        int64[::1],  # out per trip: when it succeeded or failed, else its last event
        boolean[::1],  # out per trip: whether any two of its events stand at one instant
        int64[::1],  # out per place: times it was come back to
        int64[::1],  # out per kind: events inside trips
        int64[::1],  # out per place: stray events
    ),
    cache=True,
    nogil=True,
)
def place_plain_trips(  # type: ignore[no-untyped-def]
    firsts,
    ends,
    followed,
    others,
    time_us,
    kind,
    line_of,
    next_place,
    flags,
    points_of,
    data_end,
    timeout,
    state,
    furthest,
    entered,
    returned,
    moved_on,
    stray,
    touched,
    strays,
    over_us,
    tied,
    returns,
    kind_events,
    stray_events,
):
    """Place the trips in which no two events stand at one instant: those only. Return trip, stage and microseconds of
    every first stay that ended, and the trips that are left.

    Almost nothing but arithmetic, and indexes that cannot be negative: names come in any order, and a branch on one
    would be guessed wrong half of the time, which costs more than all that is done for an event.
    """
    # As long as could ever be needed: memory that nothing is written to costs nothing.
    most = len(firsts) * (len(returns) - 1)
    stay_trip = np.empty(most, np.int64)
    stay_stage = np.empty(most, np.int64)
    stay_us = np.empty(most, np.int64)
    left_over = np.empty(len(firsts), np.int64)
    remaining = 0
    stays = _ZERO
    visits = np.zeros(PLACES, np.int64)
    outside = np.zeros(PLACES, np.int64)
    bit_of = np.zeros(PLACES, np.uint64)
    for stage in range(64):
        bit_of[stage + 1] = _ONE << np.uint64(stage)
    for trip in range(len(firsts)):
        row, end = np.uint64(firsts[trip]), np.uint64(ends[trip])
        if others[trip]:
            for i in range(row + _ONE, end):
                tied[trip] |= time_us[i] == time_us[i - _ONE]
            left_over[remaining] = trip
            remaining += 1
            continue
        begun = stays
        together = _ZERO
        earlier = time_us[row] - 1
        place = _ZERO
        here = _ZERO
        been = _ZERO
        again = _ZERO
        # Whether this is the first stay where the trip now is, and since when.
        fresh = _ZERO
        since = earlier
        astray = _ZERO
        seen = _ZERO
        aside = 0
        success = _NEVER
        failure = _NEVER
        for i in range(row, end):
            now = time_us[i]
            together |= np.uint64(now == earlier)
            earlier = now
            which = np.uint64(np.uint32(kind[i]))
            then = np.uint64(next_place[np.uint64(line_of[which]) + place])
            here = bit_of[then]
            moved = np.uint64(then != place)
            if moved & fresh:
                stay_trip[stays] = trip
                stay_stage[stays] = np.int64(place) - 1
                stay_us[stays] = now - since
                stays += _ONE
            again |= been & here & (_ZERO - moved)
            visits[then] += np.int64(moved)
            new = here & ~been != _ZERO
            since = now if new else since
            fresh = np.uint64(new) | (fresh & ~moved)
            been |= here
            place = then
            seen |= points_of[which]
            kind_events[which] += 1
            said = flags[which]
            if said:
                if said & SUCCEEDS and success == _NEVER:
                    success = now
                if said & FAILS and failure == _NEVER:
                    failure = now
                if said & UNPLANNED:
                    aside += 1
                    outside[place] += 1
                    astray |= here
        if together:
            # It was not plain after all: what it added to sums is taken back, and it is left to the long way.
            place = _ZERO
            for i in range(row, end):
                which = np.uint64(np.uint32(kind[i]))
                then = np.uint64(next_place[np.uint64(line_of[which]) + place])
                visits[then] -= np.int64(then != place)
                place = then
                kind_events[which] -= 1
                outside[place] -= np.int64(flags[which] >> 3)
            stays = begun
            tied[trip] = True
            left_over[remaining] = trip
            remaining += 1
            continue
        for stage in range(len(returns) - 1):
            visits[stage + 1] -= np.int64(been >> np.uint64(stage) & _ONE)
        entered[trip] = been
        returned[trip] = again
        moved_on[trip] = been & ~(here * fresh)
        stray[trip] = astray
        touched[trip] = seen
        strays[trip] = aside
        furthest[trip] = highest(been)
        last = time_us[end - _ONE]
        over_us[trip] = min(success, failure, last)
        state[trip] = ending(success, failure, followed[trip] or data_end - last > timeout)
    returns += visits[: len(returns)]
    stray_events += outside[: len(returns)]
    return stay_trip[:stays].copy(), stay_stage[:stays].copy(), stay_us[:stays].copy(), left_over[:remaining].copy()
