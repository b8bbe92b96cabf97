"""Compiled loops of the alignment: arrays in, arrays out, no lock held."""

from __future__ import annotations

import numba as nb
import numpy as np
from numba.types import Array, UniTuple, float64, int32, int64, uint64, void

_EMPTY = -1
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


@nb.njit(
    UniTuple(int64[::1], 2)(
        Array(int64, 2, "C", readonly=True),  # one line per case
        Array(int64, 1, "C", readonly=True),  # how often each stands there
    ),
    cache=True,
    nogil=True,
)
def distinct_lines(lines, times):  # type: ignore[no-untyped-def]
    """Give the first place of each distinct line, and how often it stands there; lines of zeros are passed over."""
    size = 1024
    table = np.full(size, _EMPTY, np.int64)
    places = np.empty(size, np.int64)
    counts = np.empty(size, np.int64)
    hashes = np.empty(size, np.uint64)
    found = 0
    for line in range(lines.shape[0]):
        mixed = np.uint64(0)
        any_of = np.int64(0)
        for column in range(lines.shape[1]):
            any_of |= lines[line, column]
            mixed = (mixed ^ np.uint64(lines[line, column])) * _FACTOR
            mixed ^= mixed >> _SHIFT
        if any_of == 0:
            continue
        slot = np.int64(mixed & np.uint64(size - 1))
        while table[slot] != _EMPTY:
            other = places[table[slot]]
            same = hashes[table[slot]] == mixed
            column = 0
            while same and column < lines.shape[1]:
                same = lines[line, column] == lines[other, column]
                column += 1
            if same:
                break
            slot = (slot + 1) & (size - 1)
        if table[slot] != _EMPTY:
            counts[table[slot]] += times[line]
            continue
        table[slot] = found
        places[found], counts[found], hashes[found] = line, times[line], mixed
        found += 1
        if 2 * found > size:
            size *= 2
            places = np.concatenate((places, np.empty_like(places)))
            counts = np.concatenate((counts, np.empty_like(counts)))
            hashes = np.concatenate((hashes, np.empty_like(hashes)))
            table = np.full(size, _EMPTY, np.int64)
            for at in range(found):
                slot = np.int64(hashes[at] & np.uint64(size - 1))
                while table[slot] != _EMPTY:
                    slot = (slot + 1) & (size - 1)
                table[slot] = at
    return places[:found].copy(), counts[:found].copy()


_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_HALF = np.uint64(0xFFFFFFFF)


@nb.njit(
    void(
        Array(int32, 1, "C", readonly=True),  # per person: the line
        Array(int64, 1, "C", readonly=True),  # per sample: how many persons to draw
        Array(uint64, 1, "C", readonly=True),  # per sample: a seed
        float64[:, ::1],  # out per sample and line: how often it was drawn
    ),
    cache=True,
    nogil=True,
)
def draw_persons(line, draws, seeds, counts):  # type: ignore[no-untyped-def]
    """Draw persons with replacement, each as likely as any other.

    Random numbers are those of SplitMix64 (Steele, Lea and Flood 2014), brought into range without bias by rejection
    (Lemire 2019).
    """
    persons = np.uint64(len(line))
    unfair = (_HALF + np.uint64(1)) % persons
    for sample in range(len(draws)):
        state = seeds[sample]
        for _draw in range(draws[sample]):
            low = np.uint64(0)
            product = np.uint64(0)
            while True:
                state += _STEP
                mixed = (state ^ (state >> np.uint64(30))) * _FIRST
                mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
                mixed ^= mixed >> np.uint64(31)
                product = (mixed & _HALF) * persons
                low = product & _HALF
                if low >= unfair:
                    break
            counts[sample, line[np.int64(product >> np.uint64(32))]] += 1.0
