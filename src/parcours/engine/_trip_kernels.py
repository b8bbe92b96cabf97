"""Compiled loops that find trips: arrays in, arrays out, no lock held."""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np
from numba.types import Array, Tuple, boolean, int8, int32, int64, uint8, void


def _in(kind: Any) -> Any:
    return Array(kind, 1, "C", readonly=True)


STARTS = np.uint8(1)


@nb.njit(void(_in(int64), _in(int64), _in(int64), int64[::1]), cache=True, nogil=True)
def carry_keys(offsets, time_us, rank, carried):  # type: ignore[no-untyped-def]
    """Give events without a key (-1) the smallest key of the last instant at or before them that has one."""
    for person in range(len(offsets) - 1):
        row, end = offsets[person], offsets[person + 1]
        last = np.int64(-1)
        while row < end:
            after = row
            here = np.int64(-1)
            while after < end and time_us[after] == time_us[row]:
                if rank[after] >= 0 and (here < 0 or rank[after] < here):
                    here = rank[after]
                after += 1
            if here >= 0:
                last = here
            for i in range(row, after):
                carried[i] = rank[i] if rank[i] >= 0 else last
            row = after


@nb.njit(int64[::1](_in(int64), _in(int64), int64), cache=True, nogil=True)
def ends_before(offsets, time_us, data_end):  # type: ignore[no-untyped-def]
    """For each lane the row after its last one at or before the data's end."""
    ends = np.empty(len(offsets) - 1, np.int64)
    for lane in range(len(offsets) - 1):
        end = offsets[lane + 1]
        while end > offsets[lane] and time_us[end - 1] > data_end:
            end -= 1
        ends[lane] = end
    return ends


@nb.njit(void(_in(int64), _in(int64), _in(int64), boolean[::1]), cache=True, nogil=True)
def find_ties(firsts, ends, time_us, tied):  # type: ignore[no-untyped-def]
    """Mark the trips in which two events stand at one instant."""
    if len(firsts) == 0:
        return
    trip = 0
    row, end = np.uint64(firsts[0] + 1), np.uint64(ends[-1])
    while row < end:
        after = min(row + np.uint64(64), end)
        found = False
        for i in range(row, after):
            found |= time_us[i] == time_us[i - np.uint64(1)]
        if found:
            for i in range(np.int64(row), np.int64(after)):
                if time_us[i] == time_us[i - 1]:
                    while ends[trip] <= i:
                        trip += 1
                    if firsts[trip] < i:
                        tied[trip] = True
        row = after


@nb.njit(
    Tuple((int64[::1], int64[::1], int64[::1], boolean[::1], boolean[::1]))(
        _in(int64),  # offsets of the lanes
        _in(int64),  # time_us
        _in(int32),  # kind of each event
        _in(uint8),  # per kind: 1 starts, 2 succeeds, 4 fails
        _in(boolean),  # per lane: whether it can hold trips
        int64,  # data's end
        int64,  # timeout
    ),
    cache=True,
    nogil=True,
)
def split_trips(offsets, time_us, kind, flags, usable, data_end, timeout):  # type: ignore[no-untyped-def]
    """Cut lanes into trips at the events that start one: lane, first row, end, whether another one follows, and whether
    two of its events stand at one instant."""
    # As long as could ever be needed: memory that nothing is written to costs nothing, and arrays that are exchanged
    # inside a loop cost much.
    most = 0
    for which in kind:
        most += flags[which] & STARTS
    lanes = np.empty(most, np.int64)
    firsts = np.empty(most, np.int64)
    ends = np.empty(most, np.int64)
    followed = np.zeros(most, np.bool_)
    tied = np.zeros(most, np.bool_)
    count = 0
    for lane in range(len(offsets) - 1):
        row, high = offsets[lane], offsets[lane + 1]
        while high > row and time_us[high - 1] > data_end:
            high -= 1
        if not usable[lane] or row == high:
            continue
        running = np.uint8(0)
        # Whether the next start begins a trip. All below is arithmetic: names come in any order, and a branch on one
        # would be guessed wrong half of the time.
        over = np.uint8(1)
        before = time_us[row]
        while row < high:
            now = time_us[row]
            said = flags[kind[row]]
            after = row + 1
            together = False
            while after < high and time_us[after] == now:
                together = True
                said |= flags[kind[after]]
                after += 1
            over |= np.uint8(now - before > timeout)
            if said & over & STARTS:
                if running:
                    ends[count - 1] = row
                    followed[count - 1] = True
                lanes[count] = lane
                firsts[count] = row
                count += 1
                running = np.uint8(1)
                over = np.uint8(0)
            over |= (said >> 1 | said >> 2) & np.uint8(1)
            if together and running:
                tied[count - 1] = True
            before = now
            row = after
        if running:
            ends[count - 1] = high
    return (
        lanes[:count].copy(),
        firsts[:count].copy(),
        ends[:count].copy(),
        followed[:count].copy(),
        tied[:count].copy(),
    )


@nb.njit(int8[::1](_in(int64), _in(int64), _in(int64), _in(boolean), _in(boolean)), cache=True, nogil=True)
def first_known(firsts, ends, time_us, known, fits):  # type: ignore[no-untyped-def]
    """For each trip 0 where no row has a value; at the first instant that has one: 2 where any fits, else 1."""
    found = np.zeros(len(firsts), np.int8)
    for trip in range(len(firsts)):
        row = firsts[trip]
        while row < ends[trip] and not known[row]:
            row += 1
        if row == ends[trip]:
            continue
        found[trip] = 1
        now = time_us[row]
        while row < ends[trip] and time_us[row] == now:
            if known[row] and fits[row]:
                found[trip] = 2
            row += 1
    return found
