"""The compiled loops that place trips without two events at one instant: most trips, many times faster.

They look at 64 rows at a time, as bits: a mask says which of them are events of one role. All that is then asked of a
trip (where it enters a stage, when it first leaves it, how often it comes back) is arithmetic on masks. Names come in
any order, and a branch on one would be guessed wrong half of the time: that costs more than all that is done for an
event.
"""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np
from numba.types import Array, Tuple, boolean, int8, int32, int64, uint8, uint16, uint64, void

from parcours.engine._bits import lowest, set_bits, zeros_above
from parcours.engine._placing_kernels import FAILED, FAILS, LEFT, OPEN, SUCCEEDED, SUCCEEDS, UNPLANNED


def _in(kind: Any) -> Any:
    return Array(kind, 1, "C", readonly=True)


_NEVER = np.iinfo(np.int64).max
_ONE = np.uint64(1)
_ZERO = np.uint64(0)
_WITHIN = np.uint64(63)
SEVERAL = 16
"""The flag of roles that lie in several stages: where they are placed depends on what came before."""


@nb.njit(int64[::1](_in(int64), _in(int64), _in(int32), int64), cache=True, nogil=True)
def count_kinds(firsts, ends, kind, kinds):  # type: ignore[no-untyped-def]
    """How many events inside trips are of each kind."""
    # Four counters for each kind, used in turn: one that was just written to takes long to be read again.
    one = np.zeros(kinds, np.int64)
    two = np.zeros(kinds, np.int64)
    three = np.zeros(kinds, np.int64)
    four = np.zeros(kinds, np.int64)
    trip = 0
    while trip < len(firsts):
        row, end = np.uint64(firsts[trip]), ends[trip]
        trip += 1
        while trip < len(firsts) and firsts[trip] == end:
            end = ends[trip]
            trip += 1
        last = np.uint64(end)
        while row + np.uint64(4) <= last:
            one[np.uint64(np.uint32(kind[row]))] += 1
            two[np.uint64(np.uint32(kind[row + _ONE]))] += 1
            three[np.uint64(np.uint32(kind[row + np.uint64(2)]))] += 1
            four[np.uint64(np.uint32(kind[row + np.uint64(3)]))] += 1
            row += np.uint64(4)
        while row < last:
            one[np.uint64(np.uint32(kind[row]))] += 1
            row += _ONE
    return one + two + three + four


@nb.njit(void(_in(int32), _in(uint16), uint64, uint64[:, ::1]), cache=True, nogil=True)
def mark_rows(kind, role_of, base, rows):  # type: ignore[no-untyped-def]
    """Set in ``rows[0]``, for each role, the bits of the 64 events from ``base`` on that have it."""
    # In turn in one of four masks: one that was just written to takes long to be read again.
    rows[:] = _ZERO
    if base + np.uint64(64) <= np.uint64(len(kind)):
        for i in range(_ZERO, np.uint64(64), np.uint64(4)):
            rows[0, role_of[np.uint64(np.uint32(kind[base + i]))]] |= _ONE << i
            rows[1, role_of[np.uint64(np.uint32(kind[base + i + _ONE]))]] |= np.uint64(2) << i
            rows[2, role_of[np.uint64(np.uint32(kind[base + i + np.uint64(2)]))]] |= np.uint64(4) << i
            rows[3, role_of[np.uint64(np.uint32(kind[base + i + np.uint64(3)]))]] |= np.uint64(8) << i
    else:
        for i in range(_ZERO, np.uint64(len(kind)) - base):
            rows[0, role_of[np.uint64(np.uint32(kind[base + i]))]] |= _ONE << i
    for role in range(rows.shape[1]):
        rows[0, role] |= rows[1, role] | rows[2, role] | rows[3, role]


@nb.njit(uint64(uint64, uint64), cache=True, nogil=True)
def carried(stands, through):  # type: ignore[no-untyped-def]
    """``stands``, and with each of its bits the stretch of ``through`` that begins there and the bit after it."""
    # The addition carries a bit to the end of the stretch that it stands at the beginning of.
    return stands | (((stands & through) + through) ^ through)


@nb.njit(uint64(boolean), cache=True, nogil=True)
def _all(holds):  # type: ignore[no-untyped-def]
    """Every bit where it holds, none where not."""
    return _ZERO - np.uint64(holds)


@nb.njit(
    Tuple((int64, int64))(
        _in(int64),  # per trip: its first row
        _in(int64),  # per trip: the row after its last
        _in(boolean),  # per trip: whether another one of its lane follows
        _in(boolean),  # per trip: whether it is left to ``place_trips``
        _in(int64),  # time_us
        _in(int32),  # kind of each event
        _in(uint16),  # per kind: its role
        _in(int64),  # per role: its stage, the number of stages for none
        _in(uint8),  # per role: STARTS | SUCCEEDS | FAILS | UNPLANNED | SEVERAL
        _in(uint64),  # per role: bit mask of its touchpoints, at most 64
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
        int64[::1],  # out per place: times it was come back to
        int64[::1],  # out per place: stray events
        int32[::1],  # out: trip of each first stay that ended
        int8[::1],  # out: its stage
        int64[::1],  # out: its microseconds
        int64[::1],  # out: trips that are left
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
    role_of,
    stage_of,
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
    returns,
    stray_events,
    stay_trip,
    stay_stage,
    stay_us,
    left_over,
):
    """Place the trips that are not among the ``others`` and have no event that may lie in several stages.

    Return how many first stays ended, and how many trips are left.
    """
    remaining = 0
    stays = _ZERO
    stages = len(returns) - 1
    roles = len(stage_of)
    marked = np.zeros((4, roles), np.uint64)
    rows = marked[0]
    # Per stage, and for none: its rows among the 64.
    lies = np.zeros(stages + 1, np.uint64)
    enter = np.zeros(stages, np.int64)
    leave = np.zeros(stages, np.int64)
    turns = np.zeros(stages, np.int64)
    beside = np.zeros(stages + 1, np.int64)
    base = np.uint64(len(kind))
    succeeding = failing = unplanned = several = _ZERO
    for trip in range(len(firsts)):
        if others[trip]:
            left_over[remaining] = trip
            remaining += 1
            continue
        row, end = np.uint64(firsts[trip]), np.uint64(ends[trip])
        turns[:] = 0
        current = np.uint64(stages)
        once = twice = gone = staying = seen = undecided = _ZERO
        aside = np.int64(0)
        success = failure = _NEVER
        while row < end:
            if row & ~_WITHIN != base:
                base = row & ~_WITHIN
                mark_rows(kind, role_of, base, marked)
                lies[:] = _ZERO
                succeeding = failing = unplanned = several = _ZERO
                for role in range(roles):
                    lies[stage_of[role]] |= rows[role]
                    succeeding |= rows[role] if flags[role] & SUCCEEDS else _ZERO
                    failing |= rows[role] if flags[role] & FAILS else _ZERO
                    unplanned |= rows[role] if flags[role] & UNPLANNED else _ZERO
                    several |= rows[role] if flags[role] & SEVERAL else _ZERO
            after = min(end, base + np.uint64(64))
            beginning = _ONE << (row & _WITHIN)
            ours = (~_ZERO >> (base + np.uint64(64) - after)) & (~_ZERO << (row & _WITHIN))
            nowhere = lies[stages] & ours
            placed = ours & ~nowhere
            for role in range(roles):
                seen |= points_of[role] if rows[role] & ours else _ZERO
            if (succeeding | failing | unplanned | several) & ours:
                undecided |= several & ours
                good, bad = succeeding & ours, failing & ours
                success = time_us[base + lowest(good)] if good and success == _NEVER else success
                failure = time_us[base + lowest(bad)] if bad and failure == _NEVER else failure
                astray = unplanned & ours
                aside += np.int64(set_bits(astray))
                if current == np.uint64(stages):
                    # Below the first row that is placed: none of these lies in a stage.
                    beside[0] += np.int64(set_bits(astray & ((placed & (~placed + _ONE)) - _ONE)))
            then = current
            for stage in range(np.uint64(stages)):
                here = lies[stage] & ours
                # Rows before which the trip stands in this stage: after one of its rows, and through what lies nowhere.
                stands = carried(here << _ONE & ours | (beginning & _all(current == stage)), nowhere)
                begins = here & ~stands
                turns[stage] += np.int64(set_bits(begins))
                known = once >> stage & _ONE
                any_here = np.uint64(here != _ZERO)
                new = any_here & ~known
                twice |= np.uint64(begins & (begins - (_ONE - known)) != _ZERO) << stage
                once |= any_here << stage
                # A first stay ends at the first row after its beginning that is placed elsewhere. Each time is read
                # whether it is needed or not: a choice between numbers needs no branch.
                first = lowest(here) & _WITHIN
                elsewhere = placed & ~here & (((_ZERO - new) << first) | _all(staying >> stage & _ONE != _ZERO))
                left = np.uint64(elsewhere != _ZERO)
                entry = time_us[row ^ ((row ^ (base + first)) & (_ZERO - new))]
                exit = time_us[row ^ ((row ^ (base + (lowest(elsewhere) & _WITHIN))) & (_ZERO - left))]
                enter[stage] ^= (enter[stage] ^ entry) & -np.int64(new)
                leave[stage] ^= (leave[stage] ^ exit) & -np.int64(left)
                gone |= left << stage
                staying = (staying | new << stage) & ~(left << stage)
                # The last row that is placed lies here.
                then ^= (then ^ stage) & _all(here > placed & ~here)
                if aside:
                    beside[stage + _ONE] += np.int64(set_bits(stands & unplanned & ours))
            current = then
            row = after
        stray[trip] = _ZERO
        strays[trip] = 0
        if aside:
            for place in range(stages + 1):
                if undecided == _ZERO and beside[place]:
                    stray_events[place] += beside[place]
                    stray[trip] |= _ONE << np.uint64(place - 1) if place else _ZERO
                beside[place] = 0
            if undecided == _ZERO:
                strays[trip] = aside
        if undecided:
            left_over[remaining] = trip
            remaining += 1
            continue
        for stage in range(stages):
            stay_trip[stays] = trip
            stay_stage[stays] = stage
            stay_us[stays] = leave[stage] - enter[stage]
            returns[stage + 1] += turns[stage] - np.int64(once >> np.uint64(stage) & _ONE)
            stays += gone >> np.uint64(stage) & _ONE
        entered[trip] = once
        returned[trip] = twice
        moved_on[trip] = gone
        touched[trip] = seen
        furthest[trip] = 63 - np.int64(zeros_above(once))
        last = time_us[end - _ONE]
        over_us[trip] = min(success, failure, last)
        reached = LEFT if followed[trip] or data_end - last > timeout else OPEN
        reached = FAILED if failure != _NEVER else reached
        state[trip] = SUCCEEDED if success != _NEVER and success <= failure else reached
    return np.int64(stays), remaining
