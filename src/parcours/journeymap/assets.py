"""The map's own style sheet and script, each at an address that names its content, so that it may be kept for good."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

from parcours.picture.layout import MOST_COLUMNS
from parcours.picture.page import page_script, page_style

_APART = (
    # Inside the map nothing of the page's own style holds: both know a class or two of one name. Drawings keep what
    # their attributes say, which a revert would take from them.
    ":where(.parcours *:not(svg,svg *)){all:revert}"
    ":where(.parcours svg.bar){min-height:0;padding:0;border:0;background:none}"
)
_THEMES = "[data-theme=light] .parcours{color-scheme:light}[data-theme=dark] .parcours{color-scheme:dark}"
"""The reader's choice of light or dark stands on the document, and the map follows it."""


@cache
def style(columns: int) -> str:
    """Return the style sheet of maps of so many columns."""
    if not 1 <= columns <= MOST_COLUMNS:
        raise KeyError(columns)
    return f"{_APART}{page_style(columns, story=True)}{_THEMES}"


@cache
def style_name(columns: int) -> str:
    """Return what names the style sheet's content."""
    return sha256(style(columns).encode()).hexdigest()[:16]


@cache
def script_name() -> str:
    """Return what names the script's content."""
    return sha256(page_script().encode()).hexdigest()[:16]
