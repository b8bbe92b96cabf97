"""The compiled loop that holds plain trips against the plan: those of most maps, many times faster."""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np
from numba.types import Array, Tuple, boolean, int8, int32, int64, uint64

from parcours.engine._deviation_kernels import NEVER


def _in(kind: Any) -> Any:
    return Array(kind, 1, "C", readonly=True)


_ONE = np.uint64(1)
_ZERO = np.uint64(0)


@nb.njit(
    Tuple((int64[:, ::1], int64[::1]))(
        _in(int64),  # per trip: its first row
        _in(int64),  # per trip: the row after its last
        _in(int64),  # time_us
        _in(int32),  # kind of each event
        _in(boolean),  # per trip: whether it is left to ``hold_trips``
        _in(boolean),  # per kind: whether its trips are left to ``hold_trips``
        boolean,  # whether any kind is
        _in(uint64),  # per kind: its touchpoint, or the one behind the last
        _in(int64),  # per touchpoint and one more: how often it may occur
        _in(uint64),  # per touchpoint and one more: the bits of those that come after it
        _in(int8),  # per touchpoint and one more: 1 an inbound message, 2 an outbound one, else 0
        Array(uint64, 2, "C", readonly=True),  # per touchpoint and one more: the promises that count from it
        Array(uint64, 2, "C", readonly=True),  # per touchpoint and one more: the promises that it keeps
        int64,  # how many promises there are
        int64,  # at most so many of them are given
        uint64[::1],  # out per trip: touchpoints that occurred beyond the plan
        uint64[::1],  # out per trip: touchpoints out of sequence
        uint64[::1],  # out per trip: touchpoints that were a chase
        int64[::1],  # out per touchpoint: events beyond the plan
        int64[::1],  # out per touchpoint: chases
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
    limit,
    followers,
    message,
    source_of,
    keeper_of,
    promises,
    most,
    beyond,
    disordered,
    chased,
    beyond_events,
    chases,
):
    """Look at the trips that are not among the ``others`` and have no ``involved`` event; fewer than 64 touchpoints.

    Return what ``hold_trips`` returns, and the trips that are left. Places behind the last touchpoint and the last
    promise stand for none: nothing there has a limit, and nothing is ever due. That spares the branches on names, which
    come in any order and would be guessed wrong half of the time.
    """
    made = np.empty((most, 4), np.int64)
    left_over = np.empty(len(firsts), np.int64)
    count = _ZERO
    remaining = 0
    times = np.zeros(len(limit), np.int64)
    due = np.empty(promises + 2, np.int64)
    for trip in range(len(firsts)):
        row, end = np.uint64(firsts[trip]), np.uint64(ends[trip])
        other = others[trip]
        if any_involved:
            for i in range(row, end):
                other |= involved[kind[i]]
        if other:
            left_over[remaining] = trip
            remaining += 1
            continue
        times[:] = 0
        due[:] = NEVER
        seen = _ZERO
        disorder = _ZERO
        waiting = np.int8(0)
        for i in range(row, end):
            now = time_us[i]
            point = point_of[np.uint64(np.uint32(kind[i]))]
            bit = _ONE << (point & np.uint64(63))
            disorder |= followers[point] & seen & (np.uint64(times[point] == 0) * ~_ZERO)
            seen |= bit
            times[point] += 1
            if times[point] > limit[point]:
                beyond[trip] |= bit
                beyond_events[point] += 1
            for which in range(source_of.shape[1]):
                opened = source_of[point, which]
                due[opened] = min(due[opened], now)
            for which in range(keeper_of.shape[1]):
                met = keeper_of[point, which]
                if due[met] != NEVER:
                    made[count, 0] = trip
                    made[count, 1] = met
                    made[count, 2] = due[met]
                    made[count, 3] = now
                    count += _ONE
                    due[met] = NEVER
            said = message[point]
            if waiting & said == 1:
                chased[trip] |= bit
                chases[point] += 1
            waiting = (waiting | said) & 1 & ~(said >> 1)
        disordered[trip] = disorder
        for promise in range(promises):
            if due[promise] != NEVER:
                made[count, 0] = trip
                made[count, 1] = promise
                made[count, 2] = due[promise]
                made[count, 3] = NEVER
                count += _ONE
    return made[:count].copy(), left_over[:remaining].copy()
