"""The compiled loop that holds plain trips against the plan: those of most maps, many times faster.

Like ``_plain_kernels`` it looks at 64 rows at a time: a mask says which of them are events of a touchpoint.
"""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np
from numba.types import Array, Tuple, boolean, int16, int32, int64, uint16, uint64

from parcours.engine._bits import lowest, set_bits
from parcours.engine._deviation_kernels import NEVER
from parcours.engine._plain_kernels import carried, mark_rows


def _in(kind: Any) -> Any:
    return Array(kind, 1, "C", readonly=True)


_ONE = np.uint64(1)
_ZERO = np.uint64(0)
_WITHIN = np.uint64(63)


@nb.njit(boolean(_in(int32), _in(boolean), uint64, uint64), cache=True, nogil=True)
def _any_involved(kind, involved, first, end):  # type: ignore[no-untyped-def]
    found = False
    for i in range(first, end):
        found |= involved[np.uint64(np.uint32(kind[i]))]
    return found


@nb.njit(
    Tuple((int64, int64))(
        _in(int64),  # per trip: its first row
        _in(int64),  # per trip: the row after its last
        _in(int64),  # time_us
        _in(int32),  # kind of each event
        _in(boolean),  # per trip: whether it is left to ``hold_trips``
        _in(boolean),  # per kind: whether its trips are left to ``hold_trips``
        boolean,  # whether any kind is
        _in(uint16),  # per kind: its touchpoint, or the one behind the last
        _in(int64),  # touchpoints that may occur so and so often only
        _in(int64),  # how often
        _in(uint64),  # touchpoints that come after the one at the same place of the next
        _in(uint64),  # touchpoints that come before
        _in(int64),  # touchpoints that are an inbound message
        _in(int64),  # touchpoints that are an outbound one
        _in(int64),  # per promise: the touchpoint from which it counts
        _in(int64),  # per promise: the touchpoint that keeps it
        uint64[::1],  # out per trip: touchpoints that occurred beyond the plan
        uint64[::1],  # out per trip: touchpoints out of sequence
        uint64[::1],  # out per trip: touchpoints that were a chase
        int64[::1],  # out per touchpoint: events beyond the plan
        int64[::1],  # out per touchpoint: chases
        int32[::1],  # out per promise given: its trip
        int16[::1],  # out per promise given: its index
        int64[::1],  # out per promise given: the instant from which it counts
        int64[::1],  # out per promise given: the instant at which it was met, or NEVER
        int64[::1],  # out: trips that are left
    ),
    cache=True,
    nogil=True,
)
def hold_plain_trips(  # type: ignore[no-untyped-def]
    firsts,
    ends,
    time_us,
    kind,
    others,
    involved,
    any_involved,
    point_of,
    limited,
    limits,
    later,
    earlier,
    inbound,
    outbound,
    source,
    keeper,
    beyond,
    disordered,
    chased,
    beyond_events,
    chases,
    given_trip,
    given_promise,
    given_since,
    given_met,
    left_over,
):
    """Look at the trips that are not among the ``others`` and have no ``involved`` event; fewer than 64 touchpoints.

    Return how many promises were given, and how many trips are left.
    """
    remaining = 0
    count = _ZERO
    points = len(beyond_events)
    marked = np.zeros((4, points + 1), np.uint64)
    rows = marked[0]
    times = np.zeros(len(limited), np.int64)
    due = np.zeros(len(source), np.int64)
    base = np.uint64(len(kind))
    asking = answering = _ZERO
    for trip in range(len(firsts)):
        row, end = np.uint64(firsts[trip]), np.uint64(ends[trip])
        beyond[trip] = disordered[trip] = chased[trip] = _ZERO
        if others[trip] or (any_involved and _any_involved(kind, involved, row, end)):
            left_over[remaining] = trip
            remaining += 1
            continue
        seen = disorder = waiting = _ZERO
        times[:] = 0
        due[:] = NEVER
        while row < end:
            if row & ~_WITHIN != base:
                base = row & ~_WITHIN
                mark_rows(kind, point_of, base, marked)
                asking = answering = _ZERO
                for point in inbound:
                    asking |= rows[point]
                for point in outbound:
                    answering |= rows[point]
            after = min(end, base + np.uint64(64))
            beginning = _ONE << (row & _WITHIN)
            ours = (~_ZERO >> (base + np.uint64(64) - after)) & (~_ZERO << (row & _WITHIN))
            for i in range(len(later)):
                # Wrong where this one has occurred before the first time that the other does.
                mine, other = rows[later[i]] & ours, rows[earlier[i]] & ours
                before = (other & (~other + _ONE)) - _ONE
                had = (seen >> later[i] & _ONE) | np.uint64(mine & before != _ZERO)
                first = np.uint64(other != _ZERO) & ~(seen >> earlier[i])
                disorder |= (had & first & _ONE) << later[i]
            for i in range(len(later)):
                seen |= np.uint64(rows[later[i]] & ours != _ZERO) << later[i]
                seen |= np.uint64(rows[earlier[i]] & ours != _ZERO) << earlier[i]
            for i in range(len(limited)):
                times[i] += np.int64(set_bits(rows[limited[i]] & ours))
            asked = asking & ours
            said = (asking | answering) & ours
            if said:
                again = asked & carried(asked << _ONE & ours | (beginning & (_ZERO - waiting)), ours & ~said)
                # Still waiting where the last message of all is an inbound one.
                waiting = np.uint64(asked > said & ~asked)
                if again:
                    for point in inbound:
                        found = set_bits(again & rows[point])
                        chases[point] += np.int64(found)
                        chased[trip] |= (_ONE if found else _ZERO) << np.uint64(point)
            for i in range(len(source)):
                opening, closing = rows[source[i]] & ours, rows[keeper[i]] & ours
                while True:
                    if due[i] == NEVER:
                        if opening == _ZERO:
                            break
                        at = lowest(opening)
                        opening &= opening - _ONE
                        due[i] = time_us[base + at]
                        closing &= ~_ZERO << at
                    if closing == _ZERO:
                        break
                    at = lowest(closing)
                    given_trip[count] = trip
                    given_promise[count] = i
                    given_since[count] = due[i]
                    given_met[count] = time_us[base + at]
                    count += _ONE
                    due[i] = NEVER
                    opening &= ~_ZERO << at
            row = after
        disordered[trip] = disorder
        for i in range(len(limited)):
            over = max(times[i] - limits[i], 0)
            beyond_events[limited[i]] += over
            beyond[trip] |= np.uint64(over > 0) << np.uint64(limited[i])
        for i in range(len(source)):
            given_trip[count] = trip
            given_promise[count] = i
            given_since[count] = due[i]
            given_met[count] = NEVER
            count += np.uint64(due[i] != NEVER)
    return np.int64(count), remaining
