"""Numbers of drawings, in as few signs as say them."""

from __future__ import annotations


def short(value: float, digits: int = 1) -> str:
    """Write a length or place in px or units, rounded, without zeros that say nothing: ``12``, ``0.5``."""
    rounded = round(value, digits)
    return f"{int(rounded)}" if rounded == int(rounded) else f"{rounded:.{digits}f}".rstrip("0")
