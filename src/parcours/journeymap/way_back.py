"""The way back from a document that stands alone, such as the report: a slim bar above it, in the application only.

The file that is taken away has none, and paper shows none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from parcours.language.translation import _
from parcours.picture.typeface import prose

_STYLE = (
    ".way-back{padding:6px 28px;background:light-dark(#fffdf9,#1a1f25);color:light-dark(#545c65,#adb4bb);"
    "border-bottom:1px solid light-dark(#ddd5c4,#343d46);font:400 14px/1.4 var(--sans)}"
    ".way-back ol{display:flex;flex-wrap:wrap;gap:0 8px;list-style:none;margin:0;padding:0}"
    ".way-back li{display:flex;gap:8px;align-items:center;padding:0;margin:0;counter-increment:none}"
    '.way-back li::before{content:none}.way-back li+li::before{all:unset;content:"/"}'
    ".way-back a{display:block;padding:4px 0;color:light-dark(#1a4a75,#93c1ea);text-underline-offset:.2em}"
    ".way-back a:focus-visible{outline:2px solid;outline-offset:2px;border-radius:2px}"
    "body:has(>main)>.way-back{max-width:660px;margin:0 auto 20px;padding:0;border:0;background:none}"
    ".parcours>.way-back{margin:0 -28px}"
    "@media(width<760px){.way-back{padding-inline:16px}.parcours>.way-back{margin:0 -16px}}"
    "@media print{.way-back{display:none}}"
)
_SEAM = "</head><body>"
_BEFORE = re.compile(r'<div class="parcours"[^>]*>(?:<a class="skip"[^>]*>[^<]*</a>)?')
"""The bar is set in the fonts of the document, so inside; what skips to the map stays the first that the keys meet."""


@dataclass(frozen=True)
class Stop:
    """A page on the way, by its title; without ``address`` it is the one shown."""

    title: str
    address: str = ""


def with_way_back(page: str, way: Sequence[Stop]) -> str:
    """Put the way to a document above it; ``page`` is a whole HTML document that a report or a letter made."""
    head, seam, body = page.partition(_SEAM)
    if not seam:
        raise ValueError(f"no {_SEAM} in the document")
    stops = "".join(f"<li>{_stop(stop)}</li>" for stop in way)
    bar = f'<nav class="way-back" aria-label="{prose(_("Where you are"))}"><ol>{stops}</ol></nav>'
    opening = _BEFORE.match(body)
    before = opening.end() if opening else 0
    body = body[:before] + bar + body[before:]
    return f"{head}<style>{_STYLE}</style>{seam}{body}"


def _stop(stop: Stop) -> str:
    if not stop.address:
        return f'<span aria-current="page">{prose(stop.title)}</span>'
    return f'<a href="{escape(stop.address)}">{prose(stop.title)}</a>'
