"""Bits of a mask counted and found by one machine instruction each; for compiled loops."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic


def _counting(name: str, *further: Any) -> Any:
    def counted(typing_context: Any, mask: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return getattr(builder, name)(arguments[0], *further)

        return types.uint64(types.uint64), generate

    return intrinsic(counted)


_ALSO_OF_ZERO = ir.Constant(ir.IntType(1), 0)

set_bits = _counting("ctpop")
"""How many bits are set."""
lowest = _counting("cttz", _ALSO_OF_ZERO)
"""The place of the lowest bit that is set; 64 where none is."""
zeros_above = _counting("ctlz", _ALSO_OF_ZERO)
"""How many bits above the highest that is set are not; 64 where none is."""
