"""The colours of the deck: those of the page, the main ones as those of the theme, so that a reader may change them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_TOKEN = re.compile(r"--([\w-]+):\s*light-dark\(([^,]+),")

SCHEME = {
    "ink": "tx1",
    "paper": "bg1",
    "ink-2": "tx2",
    "sheet": "bg2",
    "carte": "accent1",
    "voyage": "accent2",
    "carte-mid": "accent3",
    "voyage-mid": "accent4",
    "rompu": "accent5",
    "tenu": "accent6",
}
"""What each colour of the theme is called in a slide."""
THEME = {
    "dk1": "ink",
    "lt1": "paper",
    "dk2": "ink-2",
    "lt2": "sheet",
    "accent1": "carte",
    "accent2": "voyage",
    "accent3": "carte-mid",
    "accent4": "voyage-mid",
    "accent5": "rompu",
    "accent6": "tenu",
    "hlink": "carte",
    "folHlink": "voyage",
}
"""Which colour of ours each place of the theme holds."""


@cache
def hexes() -> dict[str, str]:
    """Return the light colours of the page's style sheet as six digits."""
    sheet = Path(__file__).parents[1].joinpath("page.css").read_text("utf-8")
    found = {name: day.strip().lstrip("#").upper() for name, day in _TOKEN.findall(sheet)}
    return {name: "".join(char * 2 for char in day) if len(day) == 3 else day for name, day in found.items()}


def colour_xml(token: str, opacity: float = 1.0) -> str:
    """Return a colour for a fill, a line or letters."""
    alpha = f'<a:alpha val="{round(opacity * 100_000)}"/>' if opacity < 1 else ""
    if token in SCHEME:
        return f'<a:schemeClr val="{SCHEME[token]}">{alpha}</a:schemeClr>'
    return f'<a:srgbClr val="{hexes()[token]}">{alpha}</a:srgbClr>'
