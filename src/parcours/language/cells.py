"""Texts in the cells of CSV that people open in a spreadsheet: nothing in them runs, and nothing is lost."""

from __future__ import annotations

import re

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would run: a cell that begins so gets an apostrophe, which is taken off on reading."""
GUARDED = r"^'([=+\-@\t\r'])"
"""A cell with such an apostrophe, as a regular expression; the group is what follows it."""
_NUMBER = re.compile(r"-[0-9]+([.,][0-9]+)?(e-?[0-9]+)?")


def harmless(text: str) -> str:
    """Return ``text`` with an apostrophe before it where a spreadsheet would run it, or ``bare`` would take one off."""
    runs = text.startswith(_FORMULA) and _NUMBER.fullmatch(text) is None
    return f"'{text}" if runs or _is_guarded(text) else text


def bare(text: str) -> str:
    """Return what ``harmless`` was given."""
    return text[1:] if _is_guarded(text) else text


def _is_guarded(text: str) -> bool:
    return text.startswith("'") and text[1:].startswith((*_FORMULA, "'"))
