"""The colours of the deck: those of the page, the main ones as those of the theme, so that a reader may change them."""

from __future__ import annotations

from functools import cache

from parcours.picture.tokens import colours_of

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
    """Return the light colours of the page as six digits."""
    found = {name: colour.lstrip("#").upper() for name, colour in colours_of(False).items()}
    return {name: "".join(2 * char for char in short) if len(short) == 3 else short for name, short in found.items()}


def colour_xml(token: str, opacity: float = 1.0) -> str:
    """Return a colour for a fill, a line or letters."""
    alpha = f'<a:alpha val="{round(opacity * 100_000)}"/>' if opacity < 1 else ""
    if token in SCHEME:
        return f'<a:schemeClr val="{SCHEME[token]}">{alpha}</a:schemeClr>'
    return f'<a:srgbClr val="{hexes()[token]}">{alpha}</a:srgbClr>'
