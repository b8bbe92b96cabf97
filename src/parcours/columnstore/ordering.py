"""Buckets of persons, and the canonical order (person, time, sequence) found with as little sorting as possible."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from parcours.engine.table import Int64s


def buckets_of(person: npt.NDArray[Any], buckets: int) -> npt.NDArray[np.uint16]:
    """Return the bucket of each int64 person: splitmix64 (Steele, Lea, Flood 2014), modulo ``buckets``."""
    mixed = person.astype(np.uint64)
    mixed += np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return (mixed % np.uint64(buckets)).astype(np.uint16)


def canonical_order(person: Int64s, time_us: Int64s) -> Int64s | None:
    """Return the stable order by (person, time_us), or None where the rows already stand in it.

    Person, time and position are packed into one integer where they fit, so that one fast unstable sort does;
    times that are too long are replaced by their rank. ``numpy.lexsort`` remains for what still does not fit.
    """
    rows = len(person)
    if rows < 2:
        return None
    step = np.diff(person)
    if not np.any(step < 0) and not np.any((step == 0) & (np.diff(time_us) < 0)):
        return None
    low, first = int(person.min()), int(time_us.min())
    if not np.any(np.diff(time_us) < 0):  # a file in the order of time: persons are all there is to sort by
        return _by_person(person - low)
    place_bits = (rows - 1).bit_length()
    free = 63 - place_bits - (int(person.max()) - low).bit_length()
    time_bits = (int(time_us.max()) - first).bit_length()
    if time_bits <= free:
        when = (time_us - first).astype(np.uint64)
    else:
        when, time_bits = _ranks(time_us)
        if time_bits > free:
            return np.lexsort((time_us, person))
    key = (person - low).astype(np.uint64)
    key <<= np.uint64(time_bits)
    key |= when
    key <<= np.uint64(place_bits)
    key |= np.arange(rows, dtype=np.uint64)
    key.sort()
    key &= np.uint64((1 << place_bits) - 1)
    return key.view(np.int64)


def _by_person(person: Int64s) -> Int64s:
    """Return the stable order of persons from 0 on: radix sorts of 16 bits each, lowest first."""
    order = np.argsort(person.astype(np.uint16), kind="stable")
    for shift in range(16, int(person.max()).bit_length(), 16):
        order = order[np.argsort((person >> shift).astype(np.uint16)[order], kind="stable")]
    return order


def _ranks(values: Int64s) -> tuple[npt.NDArray[np.uint64], int]:
    """Return the dense rank of each value, and how many bits the ranks need."""
    order = np.argsort(values)
    ordered = values[order]
    dense = np.empty(len(values), np.uint64)
    dense[0] = 0
    np.cumsum(ordered[1:] != ordered[:-1], out=dense[1:])
    ranks = np.empty(len(values), np.uint64)
    ranks[order] = dense
    return ranks, int(dense[-1]).bit_length()


def person_offsets(person: Int64s) -> tuple[Int64s, Int64s]:
    """Return the distinct persons of sorted rows, and where each begins, with the number of rows as the last."""
    if not len(person):
        return np.empty(0, np.int64), np.zeros(1, np.int64)
    starts = np.flatnonzero(person[1:] != person[:-1]) + 1
    offsets = np.empty(len(starts) + 2, np.int64)
    offsets[0], offsets[1:-1], offsets[-1] = 0, starts, len(person)
    return person[offsets[:-1]], offsets
