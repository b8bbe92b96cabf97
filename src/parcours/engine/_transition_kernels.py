"""Directly-follows counts of one table: arrays in, arrays filled."""

from typing import Any

import numpy as np
from numba import int32, int64, njit, uint64
from numba.types import Array

_I64 = Array(int64, 1, "C", readonly=True)
_I32 = Array(int32, 1, "C", readonly=True)
EMPTY = -1
_MIX = np.uint64(0x9E3779B97F4A7C15)


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _place(keys: Any, width: int, source: int, target: int) -> Any:
    """Return where a pair is counted: row by row of a square of ``width`` names, or its place in the hash table."""
    if len(keys) == 0:
        return int64(source) * width + target
    key = (int64(source) << 32) | int64(target)
    last = len(keys) - 1
    mixed = uint64(key) * _MIX
    at = int64((mixed ^ (mixed >> uint64(32))) & uint64(last))
    while keys[at] != EMPTY and keys[at] != key:
        at = (at + 1) & last
    return at


@njit(  # type: ignore[untyped-decorator]
    int64(_I64, _I64, _I32, int64, int64[::1], int64[::1], int64[::1], int64[::1], int64),
    cache=True,
    nogil=True,
)
def follows(
    offsets: Any,
    time: Any,
    name: Any,
    width: int,
    keys: Any,
    counts: Any,
    tied: Any,
    affected: Any,
    person: int,
) -> Any:
    """Count, from ``person`` on, how often each name came directly after each other one.

    With no ``keys``, the other arrays are squares of ``width`` names. Else they are columns of a hash table by
    ``source << 32 | target`` with a power of two of places, all free at first. The kernel stops before the first
    person whose events could fill more than half of them, so that it never runs out, and returns that person (the
    number of persons when done).

    ``tied`` counts the steps inside one instant, ``affected`` those with an event of an instant at which the person
    has several events of more than one name.
    """
    used = 0
    while person < len(offsets) - 1:
        start = offsets[person]
        end = offsets[person + 1]
        if len(keys) > 0 and 2 * (used + end - start) > len(keys):
            break
        ties = False
        for event in range(start + 1, end):
            at = _place(keys, width, name[event - 1], name[event])
            if len(keys) > 0 and keys[at] == EMPTY:
                keys[at] = (int64(name[event - 1]) << 32) | int64(name[event])
                used += 1
            counts[at] += 1
            ties |= time[event] == time[event - 1]
        event = start
        marked = start  # steps are known by their second event; those up to here are marked already
        while ties and event < end:
            after = event + 1
            mixed = False
            while after < end and time[after] == time[event]:
                mixed |= name[after] != name[event]
                tied[_place(keys, width, name[after - 1], name[after])] += 1
                after += 1
            if mixed:
                for second in range(max(event, marked + 1), min(after, end - 1) + 1):
                    affected[_place(keys, width, name[second - 1], name[second])] += 1
                marked = min(after, end - 1)
            event = after
        person += 1
    return person
