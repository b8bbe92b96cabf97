"""Compiled loops of the gaps and the succession: arrays in, arrays out, no lock held."""

from __future__ import annotations

import math
from typing import Any

import numba as nb
import numpy as np
from numba.types import Array, UniTuple, int32, int64


def _in(kind: Any) -> Any:
    return Array(kind, 1, "C", readonly=True)


_WIDTH = 1024
SLOTS = _WIDTH * (64 - 10 + 1)


@nb.njit(int64(int64), cache=True, nogil=True)
def _slot(gap):  # type: ignore[no-untyped-def]
    """The gap itself below 2,048; above, its doubling and the ten bits after its first one."""
    doubling = 0
    for step in (32, 16, 8, 4, 2, 1):
        if gap >> (step - 1) >= 2 * _WIDTH:
            gap >>= step
            doubling += step
    return doubling * _WIDTH + gap


@nb.njit(int64[::1](_in(int64), _in(int64)), cache=True, nogil=True)
def count_gaps(offsets, time_us):  # type: ignore[no-untyped-def]
    """Count the gaps between consecutive events of each person, by slot."""
    slots = np.zeros(SLOTS, np.int64)
    for person in range(len(offsets) - 1):
        for row in range(offsets[person] + 1, offsets[person + 1]):
            slots[_slot(time_us[row] - time_us[row - 1])] += 1
    return slots


@nb.njit(int64[::1](_in(int64)), cache=True, nogil=True)
def count_lengths(lengths):  # type: ignore[no-untyped-def]
    """Count lengths of time by slot."""
    slots = np.zeros(SLOTS, np.int64)
    for length in lengths:
        slots[_slot(length)] += 1
    return slots


@nb.njit(UniTuple(int64[::1], 2)(_in(int64), _in(int32), int64), cache=True, nogil=True)
def count_names(offsets, name, names):  # type: ignore[no-untyped-def]
    """Count the persons and the events of each name."""
    persons = np.zeros(names, np.int64)
    events = np.zeros(names, np.int64)
    seen = np.full(names, -1, np.int64)
    for person in range(len(offsets) - 1):
        for row in range(offsets[person], offsets[person + 1]):
            code = name[row]
            events[code] += 1
            if seen[code] != person:
                seen[code] = person
                persons[code] += 1
    return persons, events


@nb.njit(
    UniTuple(int64[:, ::1], 5)(_in(int64), _in(int64), _in(int32), _in(int32), int64, int64, int64, int64),
    cache=True,
    nogil=True,
)
def succeed(offsets, time_us, name, slot_of, slots, most_repeats, whole, fine):  # type: ignore[no-untyped-def]
    """Sum up where each slot's events stand in each person's sequence, which comes first before which, how far apart.

    How far: whole ``fine`` parts of the logarithm of the seconds between two first events, plus one.
    """
    sums = np.zeros((slots, 6), np.int64)
    repeats = np.zeros((slots, most_repeats + 1), np.int64)
    together = np.zeros((slots, slots), np.int64)
    before = np.zeros((slots, slots), np.int64)
    apart = np.zeros((slots, slots), np.int64)
    count = np.zeros(slots, np.int64)
    first = np.zeros(slots, np.int64)
    begun = np.zeros(slots, np.int64)
    last = np.zeros(slots, np.int64)
    ranks = np.zeros(slots, np.int64)
    present = np.empty(slots, np.int64)
    for person in range(len(offsets) - 1):
        found = 0
        rank = 0
        for row in range(offsets[person], offsets[person + 1]):
            if row > offsets[person] and time_us[row] != time_us[row - 1]:
                rank += 1
            slot = slot_of[name[row]]
            if slot < 0:
                continue
            if count[slot] == 0:
                present[found] = slot
                found += 1
                first[slot] = rank
                begun[slot] = time_us[row]
                ranks[slot] = 0
            count[slot] += 1
            last[slot] = rank
            ranks[slot] += rank
        for i in range(found):
            slot = present[i]
            sums[slot, 0] += 1
            sums[slot, 1] += count[slot]
            sums[slot, 2] += first[slot] == 0
            sums[slot, 3] += last[slot] == rank
            sums[slot, 4] += first[slot] * whole // rank if rank else whole // 2
            # The mean rank first, so that the product stays small for whoever has millions of events.
            mean = np.float64(ranks[slot]) / np.float64(count[slot])
            sums[slot, 5] += np.int64(mean / rank * whole) if rank else whole // 2
            repeats[slot, min(count[slot], most_repeats)] += 1
            for j in range(found):
                other = present[j]
                together[slot, other] += 1
                if first[slot] < first[other]:
                    before[slot, other] += 2
                elif first[slot] == first[other] and slot != other:
                    before[slot, other] += 1
                if j < i:
                    seconds = abs(np.float64(begun[slot] - begun[other])) / 1e6
                    length = np.int64(math.log1p(seconds) * fine)
                    apart[slot, other] += length
                    apart[other, slot] += length
        for i in range(found):
            count[present[i]] = 0
    return sums, repeats, together, before, apart
