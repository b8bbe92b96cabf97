"""Sizes written for people."""

from __future__ import annotations

from parcours.language.formats import SPACE, decimal, number
from parcours.language.translation import _


def size_in_words(size: int) -> str:
    """Write a number of bytes with a unit of thousands: ``1.2 MB``, in French ``1,2 Mo``."""
    units = (_("bytes"), _("kB"), _("MB"), _("GB"), _("TB"))
    amount, step = float(size), 0
    while amount >= 999.5 and step < len(units) - 1:
        amount, step = amount / 1000, step + 1
    figure = decimal(amount, 1) if step and amount < 99.95 else number(round(amount))
    return f"{figure}{SPACE}{units[step]}"
