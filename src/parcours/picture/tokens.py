"""The colours of the page's style sheet, written out for programs that know no style variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from parcours.picture.typeface import VOICE_STACK

_TOKEN = re.compile(r"--([\w-]+):\s*light-dark\(([^,]+),\s*([^)]+)\)")
_USE = re.compile(r"var\(--([\w-]+)\)")


@cache
def _asset(name: str) -> str:
    text = (Path(__file__).parent / name).read_text("utf-8")
    return re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))


def drawing_style() -> str:
    """Return the style sheet of the drawings."""
    return _asset("drawing.css")


@cache
def colours_of(dark: bool) -> dict[str, str]:
    """Return the colours of the page's own style sheet for one theme, by token."""
    found = _TOKEN.findall(_asset("page.css"))
    return {name: (night if dark else day).strip() for name, day, night in found}


def coloured(svg: str, colours: Mapping[str, str]) -> str:
    """Write the colours of a picture out."""
    known_colours = {**colours, "voice": VOICE_STACK}
    return _USE.sub(lambda match: known_colours.get(match[1], match[0]), svg)
