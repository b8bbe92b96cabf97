"""Compiled loops of the journey: arrays in, arrays out, no lock held."""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np
from numba.types import Array, boolean, float64, int32, int64, uint64


def _in(kind: Any) -> Any:
    return Array(kind, 1, "C", readonly=True)


_ONE = np.uint64(1)
_ZERO = np.uint64(0)


@nb.njit(int64[::1](_in(uint64), int64, int64), cache=True, nogil=True)
def count_bits(masks, words, width):  # type: ignore[no-untyped-def]
    """How many of ``masks``, each of ``words`` words, have each of the first ``width`` bits set."""
    counts = np.zeros(words * 64, np.int64)
    for i in range(len(masks)):
        mask = masks[i]
        bit = 64 * (i % words)
        while mask != _ZERO:
            counts[bit] += np.int64(mask & _ONE)
            mask >>= _ONE
            bit += 1
    return counts[:width].copy()


@nb.njit(int64(_in(int32), _in(boolean), int32[::1], int32[::1], int64), cache=True, nogil=True)
def refine_kinds(kind, holds, fresh, code_of, known):  # type: ignore[no-untyped-def]
    """Split each kind by whether a rule holds: new kinds into ``fresh``, and how many there are.

    ``code_of[2 × kind + holds]`` becomes the new kind, -1 where no row is so; ``known`` counts the old kinds.
    """
    code_of[: 2 * known] = -1
    count = 0
    for i in range(len(kind)):
        pair = 2 * kind[i] + np.int32(holds[i])
        if code_of[pair] < 0:
            code_of[pair] = count
            count += 1
        fresh[i] = code_of[pair]
    return count


@nb.njit(int64[::1](_in(float64)), cache=True, nogil=True)
def known_rows(values):  # type: ignore[no-untyped-def]
    """The rows whose value is not missing (NaN)."""
    count = 0
    for i in range(len(values)):
        count += not np.isnan(values[i])
    rows = np.empty(count, np.int64)
    count = 0
    for i in range(len(values)):
        if not np.isnan(values[i]):
            rows[count] = i
            count += 1
    return rows
