"""Many arrays in one piece of memory: the system hands out a large piece many times faster than as many small ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

_LINE = 64


def side_by_side(wanted: Sequence[tuple[int, npt.DTypeLike]]) -> list[npt.NDArray[Any]]:
    """Return an array for each (length, kind) that is ``wanted``, in one block; what they hold is left open."""
    sizes = [length * np.dtype(kind).itemsize for length, kind in wanted]
    places = np.cumsum([0, *(-(-size // _LINE) * _LINE for size in sizes)])
    block = np.empty(int(places[-1]), np.uint8)
    return [
        block[place : place + size].view(kind)
        for place, size, (_length, kind) in zip(places[:-1].tolist(), sizes, wanted, strict=True)
    ]
