"""The living map as one self-contained HTML page, or as one element for a notebook. Neither makes any request."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from html import escape
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Literal

from parcours.language.translation import _, speaking
from parcours.picture import cells
from parcours.picture.cells import Pen
from parcours.picture.drawing import definitions
from parcours.picture.drawn import Drawn
from parcours.picture.held import DEVIATION_NAMES
from parcours.picture.icons import known, sprite
from parcours.picture.layout import Band, expected_anywhere, felt_anywhere, lay_out, split
from parcours.picture.legend import draw_legend
from parcours.picture.lines import BRIEF, lost_heading
from parcours.picture.model import Finding, MapPicture
from parcours.picture.sections import draw_sections
from parcours.picture.story_cells import DEED_ICONS
from parcours.picture.story_sections import draw_abouts, draw_story
from parcours.picture.table import axis_rules, draw_table
from parcours.picture.told import Story
from parcours.picture.typeface import font_faces, prose
from parcours.picture.walk import draw_walk
from parcours.picture.whole import draw_whole

Theme = Literal["auto", "light", "dark"]

_DOCUMENT = (
    "html{color-scheme:light dark;background:light-dark(#f8f5ee,#13171b)}"
    "html[data-theme=light]{color-scheme:light}html[data-theme=dark]{color-scheme:dark}body{margin:0}"
    "@page{size:A4 landscape;margin:9mm}@media print{html{color-scheme:light;background:#fff}}"
)
SIGNS = {"kept", "missed", "unknown", "truth", "drift", "split", *DEVIATION_NAMES}
_TOLD = {"close", *DEED_ICONS}
"""Icons of what the team tells; a picture without it does not hold them."""
_LIVE = {"moon", "close"}
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""As the page's script reads them."""
_HEADS, _COLUMN = 116, 133
"""Px of the lane heads, and of a stage column at the width where the table gives way to the walk."""
_PRINTED = 960
"""Px that the stages share on A4."""


def render_page(picture: MapPicture, *, theme: Theme = "auto", people_address: str | None = None) -> str:
    """Return a whole HTML document in the picture's language.

    ``theme`` is the one it opens with (``auto`` follows the reader's system); a button changes it. The document holds
    its fonts, styles and script, allows no request (content security policy), and escapes every text of the picture.
    Figures open onto people, and a command lists all of them; with ``people_address`` a link does, to it + a figure's
    key. Where that is empty, figures are plain numbers and nobody's id is in the page.
    """
    with speaking(picture.language):
        script = _asset("page.js")
        attribute = "" if theme == "auto" else f' data-theme="{theme}"'
        pen = replace(_pen(picture), live=people_address != "")
        people = f'<script type="application/json" id="people-data">{_people(picture)}</script>' if pen.live else ""
        return (
            f'<!doctype html>\n<html lang="{picture.language}"{attribute}><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{_policy(script)}">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            '<meta name="referrer" content="no-referrer"><meta name="generator" content="Parcours">'
            f"<title>{prose(picture.title)} · Parcours</title>"
            f"<style>{font_faces()}{_DOCUMENT}{_style(picture)}{_printed(picture)}</style></head><body>"
            f"{_body(picture, pen, attribute, people_address=people_address or '', live=True)}{people}"
            f"<script>{script}</script></body></html>\n"
        )


def _pen(picture: MapPicture) -> Pen:
    brief, whole = picture.detail == "summary", picture.detail == "poster"
    return Pen("i-", True, _narrowest(picture), whole=whole, brief=brief)


def render_fragment(picture: MapPicture) -> str:
    """Return the map as one element with its own scoped style, without script: for notebooks.

    Numbers do not open onto people here. Ids are derived from the picture, so several may share a document.
    """
    with speaking(picture.language):
        prefix = "p" + sha256(repr(picture).encode("utf-8", "replace")).hexdigest()[:8] + "-"
        return (
            f'<div lang="{picture.language}"><style>{font_faces()}{_style(picture)}</style>'
            f"{_body(picture, Pen(prefix, False, _narrowest(picture)), '')}</div>"
        )


@dataclass(frozen=True, slots=True)
class Body:
    """The map as a part of somebody else's page. ``columns`` name its style sheet: ``page_style(columns, story=True)``.

    ``people`` is the JSON for a script element of ``id="people-data"``; empty where nothing opens onto people.
    """

    html: str
    columns: int
    people: str


def render_body(picture: MapPicture, *, people_address: str = "") -> Body:
    """Return the map without a page around it, free of styles and scripts, so that the strictest policy lets it be.

    It has no heading of level 1, no ``main`` and no masthead: these are the page's. With ``people_address`` figures are
    buttons, as ``page_script`` makes them work; a link leads to all cases at ``people_address`` + a figure's key.
    Without, they are plain numbers and nobody's id is in what is returned.
    """
    with speaking(picture.language):
        pen = replace(_pen(picture), live=bool(people_address), styled=False)
        html = _body(picture, pen, "", people_address=people_address, whole_page=False)
        return Body(html, _columns(picture), _people(picture) if people_address else "")


def page_script() -> str:
    """Return the script of a page: lists of people, keys in the table, the button for the dark display."""
    return _asset("page.js")


@cache
def _asset(name: str) -> str:
    return (Path(__file__).parent / name).read_text("utf-8").strip()


def document_style() -> str:
    """Return the style of the document around the map."""
    return _DOCUMENT


def page_style(columns: int, *, story: bool = False) -> str:
    """Return the style sheet for so many stages in a row; the table gives way to the walk where they get too narrow."""
    page = _asset("page.css").replace("1240px", f"{_HEADS + _COLUMN * columns}px")
    told = _asset("story.css") if story else ""
    return _compact(f"{page}{told}.parcours, .drawn {{{_asset('drawing.css')}}}") + axis_rules()


def _style(picture: MapPicture) -> str:
    return page_style(_columns(picture), story=_tells(picture))


def _printed(picture: MapPicture) -> str:
    """Return what paper a poster is printed on: A1, everything in proportion to it."""
    poster = "@page{size:A1 landscape;margin:15mm}@media print{.parcours{zoom:2.1}}"
    return poster if picture.detail == "poster" else ""


def _columns(picture: MapPicture) -> int:
    return max(map(len, split(picture.stages)), default=1)


def _narrowest(picture: MapPicture) -> float:
    """Return the px of a stage column where it is narrowest, on a small screen or on paper."""
    return min(_COLUMN, _PRINTED / _columns(picture))


def _compact(css: str) -> str:
    """Leave out comments, line ends, spaces that say nothing, and the sign of nesting where it is understood."""
    css = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    css = re.sub(r"(?<=[;{},]) | (?=[{}])|(?<=: ) ", "", css).replace(": ", ":").replace(" > ", ">")
    return re.sub(r"(?<=[{};,])& (?=[.\w\[:*])", "", css)


def _policy(script: str) -> str:
    digest = b64encode(sha256(script.encode("utf-8")).digest()).decode("ascii")
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )


def _people(picture: MapPicture) -> str:
    """Return the embedded ids as JSON that cannot end its script element.

    Each id stands there once, in alphabetical order, as a digit for the signs that it shares with the one before it,
    and the others, parted by a sign that none of them has; a figure lists the steps from one id's place to the next,
    and its full count.
    """
    ids = sorted({str(person) for persons in picture.people.values() for person in persons})
    places = {person: place for place, person in enumerate(ids)}
    lists = {}
    for key, persons in picture.people.items():
        found = sorted(places[str(person)] for person in persons)
        steps = "".join(_step(there - here) for here, there in pairwise([0, *found]))
        lists[key] = [steps, picture.people_total.get(key, len(found))]
    signs = (*" ,;|", *map(chr, range(0xE000, 0xF8FF)))
    by = next(sign for sign in signs if not any(sign in id_ for id_ in ids))
    told = by.join(_after(before, id_) for before, id_ in pairwise(["", *ids]))
    text = json.dumps({"by": by, "ids": told, "lists": lists}, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _after(before: str, id_: str) -> str:
    """Write an id after the one ``before`` it: how many signs both begin with, as one digit, and the rest."""
    pairs = zip(before[: len(_DIGITS) - 1], id_, strict=False)
    shared = sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return _DIGITS[shared] + id_[shared:]


def _step(size: int) -> str:
    """Write a step of a list in as few signs as can be: a digit of 62, after a ``~`` for every 62 before it."""
    far, near = divmod(size, len(_DIGITS))
    return "~" * far + _DIGITS[near]


def _body(
    picture: MapPicture, pen: Pen, attribute: str, *, people_address: str = "", whole_page: bool = True,
    live: bool = False,
) -> str:  # fmt: skip
    """Write the map; ``live`` is a page with its script, whether figures open onto people or not."""
    live = live or pen.live
    bands = lay_out(picture.stages, pen.column_px, _("Nobody was asked here"), picture.findings)
    used = {known(station.icon) for stage in picture.stages for station in stage.stations}
    skip = f'<a class="skip" href="#{pen.prefix}map">{prose(_("Skip to the map"))}</a>' if whole_page and live else ""
    dialog = _dialog(picture, people_address) if pen.live else ""
    drawn = Drawn(pen.prefix)
    pen = replace(pen, drawn=drawn)
    main = _map(picture, bands, pen) + _below(picture, pen)
    if whole_page:
        head = masthead(picture.title, picture.subtitle, pen, switch=live)
        main = f"{head}<main>{_summary(picture, pen)}{main}</main>"
    else:
        main = _summary(picture, pen, "h2") + main
    abouts = draw_abouts(picture, pen)
    symbols = sprite(pen.prefix, used | SIGNS | (_LIVE if live else set()) | (_TOLD if _tells(picture) else set()))
    shared = (
        f'<svg class="sprite" width="0" height="0" aria-hidden="true" focusable="false">{definitions(pen.prefix)}'
        f"{drawn.definitions}</svg>"
    )
    return f'<div class="parcours"{attribute}>{skip}{symbols}{shared}{main}{abouts}{dialog}</div>'


def _tells(picture: MapPicture) -> bool:
    stations = (station for stage in picture.stages for station in stage.stations)
    said = picture.story != Story() or any(stage.deeper is not None for stage in picture.stages)
    return said or any(station.about or station.step or station.layer for station in stations)


def masthead(title: str, subtitle: str, pen: Pen, *, switch: bool | None = None) -> str:
    """Draw the head of a page: whose map it is, and (on a live page, or as ``switch`` says) the button for the dark
    display."""
    logo = (
        '<svg width="30" height="26" viewBox="0 0 28 24" fill="none" stroke-width="3" aria-hidden="true">'
        '<path class="ours" d="M3 7h22"/><path class="theirs" d="M3 16c4-7 7 6 11 0s7 5 11 0"/></svg>'
    )
    words = _("Dark display")
    button = (
        f'<button type="button" class="theme" aria-pressed="false" aria-label="{prose(words)}" '
        f'title="{prose(words)}">{pen.icon("moon")}</button>'
        if (pen.live if switch is None else switch)
        else ""
    )
    about = f"<b>{prose(title)}</b>" + (f", {prose(subtitle)}" if subtitle else "")
    return (
        f'<header class="mast"><p class="logo">{logo}<b>Parcours</b> <span>{prose(_("the map"))}</span> '
        f'<span class="voice">{prose(_("and the journey"))}</span></p><p class="about">{about}</p>{button}</header>'
    )


def _summary(picture: MapPicture, pen: Pen, heading: str = "h1") -> str:
    columns = [
        ("ours", lost_heading(picture), _sentences(picture.lost[:BRIEF] if pen.brief else picture.lost)),
        ("theirs", _("What they feel"), _sentences(picture.felt[:BRIEF] if pen.brief else picture.felt)),
        ("todo", _("Where to look first"), "".join(_finding(finding, pen) for finding in picture.findings)),
    ]
    kept = [(kind, title, text) for kind, title, text in columns if text]
    sections = "".join(
        f'<section class="{kind}"><h2>{prose(title)}</h2>{f"<ol>{text}</ol>" if kind == "todo" else text}</section>'
        for kind, title, text in kept
    )
    return (
        f'<div class="summary c{max(len(kept), 1)}"><{heading} class="headline">{prose(picture.headline)}</{heading}>'
        f"{sections}</div>"
    )


def _sentences(sentences: Sequence[str]) -> str:
    return "".join(f"<p>{prose(sentence)}</p>" for sentence in sentences)


def _finding(finding: Finding, pen: Pen) -> str:
    who = ""
    if finding.figure is not None and pen.live:
        who = f'<span class="who"> · {pen.figure(_("see who"), finding.figure, finding.headline)}</span>'
    detail = "" if pen.brief else f'<p class="sub">{prose(finding.detail)}{who}</p>'
    return f"<li>{cells.pin(finding.number)}<div><p>{prose(finding.headline)}</p>{detail}</div></li>"


def _map(picture: MapPicture, bands: Sequence[Band], pen: Pen) -> str:
    if not bands:
        return f'<p class="void" id="{pen.prefix}map">{prose(_("This map has no stages yet."))}</p>'
    tables = "".join(draw_table(bands, place, picture.shown, pen) for place in range(len(bands)))
    feelings = felt_anywhere(picture.stages) or expected_anywhere(picture.stages)
    walk = draw_walk(picture, feelings, replace(pen, titled=False))
    return (
        f'{draw_legend(picture, bands, pen)}<section id="{pen.prefix}map" tabindex="-1" '
        f'aria-label="{prose(_("The map"))}"><div class="tables">{tables}</div>{walk}</section>'
    )


def _below(picture: MapPicture, pen: Pen) -> str:
    """Draw what stands under the map; a summary ends with it, and folds its notes away."""
    if picture.detail == "summary":
        folded = f"<details><summary>{prose(_('How to read these numbers.'))}</summary>{_notes(picture)}</details>"
        return folded if picture.notes else ""
    return draw_whole(picture, pen) + draw_sections(picture, pen) + draw_story(picture, pen) + _notes(picture)


def _notes(picture: MapPicture) -> str:
    if not picture.notes:
        return ""
    notes = "".join(f"<p>{prose(note)}</p>" for note in picture.notes)
    return f'<footer class="notes"><h2>{prose(_("How to read these numbers."))}</h2><div>{notes}</div></footer>'


def _dialog(picture: MapPicture, address: str) -> str:
    how = f'<p class="sub">{prose(_("To list them all:"))}</p><code></code>'
    command = f' data-command="{escape(picture.people_command)}"'
    if address:
        command = ""
        words = prose(_("All of them, as a file"))
        how = f'<p class="sub"><a class="everybody" href="{escape(address)}" download>{words}</a></p>'
    shown, copied, search = prose(_("{n} of {total} shown")), prose(_("Copied.")), prose(_("Search in the list"))
    cross = '<svg class="i" aria-hidden="true"><use href="#i-close"/></svg>'
    return (
        f'<dialog aria-labelledby="people-title" data-shown="{shown}" data-copied="{copied}"{command}>'
        f'<header><h2 id="people-title"></h2><button type="button" class="square" aria-label="{prose(_("Close"))}">'
        f'{cross}</button></header><label class="vh" for="people-search">{search}</label>'
        f'<input type="search" id="people-search" autocomplete="off" placeholder="{search}">'
        f'<p class="sub shown" role="status"></p><ol tabindex="0" aria-labelledby="people-title"></ol>'
        f'<button type="button" class="solid">{prose(_("Copy the ids shown"))}</button>'
        f'<p class="sub said" role="status"></p>{how}</dialog>'
    )
