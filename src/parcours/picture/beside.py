"""Maps beside each other: the same stages lived by several groups, stacked under one scale, and what differs.

Or two versions of a plan, with what changed marked in both and listed below.

The river is as wide for as many people in each, the relief as high for as much feeling. Numbers do not open onto
people here: each group's own report does that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from parcours.language.translation import Language, _, speaking
from parcours.picture.cells import Marks, Pen
from parcours.picture.drawing import definitions
from parcours.picture.facts_table import Column, draw_facts, draw_section
from parcours.picture.held import Compared
from parcours.picture.icons import known, sprite
from parcours.picture.lanes import LaneName
from parcours.picture.layout import Band, felt_anywhere, lay_out
from parcours.picture.legend import draw_legend
from parcours.picture.model import MapPicture, StageColumn
from parcours.picture.page import SIGNS, Theme, document_style, masthead, page_style
from parcours.picture.relief import relief
from parcours.picture.story_cells import DEED_ICONS, deed_list, pain_list
from parcours.picture.table import draw_table
from parcours.picture.told import DeedShown, PainShown
from parcours.picture.typeface import font_faces, prose
from parcours.picture.walk import draw_walk

LANES: tuple[LaneName, ...] = ("time", "relief", "river")
PLANNED: tuple[LaneName, ...] = (
    "goal", "owner", "time", "relief", "promises", "pains", "actions", "touchpoints", "blueprint",
)  # fmt: skip
_COLUMN = 133.0
_CHANGES = (
    ".parcours{& .marks{display:flex;flex-wrap:wrap;gap:3px 5px;margin:4px 0 2px}"
    "& .marks b{padding:0 5px;border:1.5px solid;border-radius:3px;font:650 11.5px/1.45 var(--sans);white-space:nowrap}"
    "& .marks .added{color:var(--tenu)}& .marks .removed{color:var(--rompu);border-style:dashed}"
    "& .marks .moved{color:var(--carte);border-radius:9px}& .marks .changed{color:var(--retard);border-style:double;"
    "border-width:3px}& h3 .marks{margin:0 0 0 8px}& .changes-part h3{margin-top:14px}"
    "& .everywhere{margin-top:20px}& .everywhere h3{font-weight:650}"
    "& .everywhere>div{display:flex;flex-wrap:wrap;gap:10px 48px;margin-top:4px}"
    "& .everywhere>div>div{max-width:340px}& .everywhere h4{margin-bottom:4px;font-size:12.5px;color:var(--ink-2)}"
    "& .map .between td{font-weight:600}"
    "& .changes-part li{overflow-wrap:anywhere;padding:2px 0 2px 14px;text-indent:-14px}}"
)
"""Style of what changed: each kind of change has a frame of its own."""


@dataclass(frozen=True, slots=True)
class Side:
    """One group: its name, what is said of it in a line, and what it lived.

    Of a version: what changed in it, what ``crossed`` a line of the blueprint, and what is of the map as a whole.
    """

    name: str
    said: str
    stages: tuple[StageColumn, ...]
    marks: Marks = field(default_factory=dict)
    crossed: Mapping[str, str] = field(default_factory=dict)
    pains: tuple[PainShown, ...] = ()
    deeds: tuple[DeedShown, ...] = ()


@dataclass(frozen=True, slots=True)
class DifferenceShown:
    """One figure of two groups: ``what`` it is, of which ``place`` (empty: of the whole map), both values and how far
    they lie apart with its interval."""

    what: str
    place: str
    found: Compared


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs between two groups. ``notes`` say how to read it."""

    title: str
    shown: tuple[DifferenceShown, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangesShown:
    """What changed in a stage, or in the map as a whole: a line for each change."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BesidePicture:
    """Several groups on the stages of one map; or two versions of a plan (``planned``), which nobody has lived."""

    title: str
    subtitle: str
    language: Language
    headline: str
    lead: tuple[str, ...]
    sides: tuple[Side, ...]
    differences: tuple[Differences, ...] = ()
    planned: bool = False
    changes: tuple[ChangesShown, ...] = ()

    @property
    def lanes(self) -> tuple[LaneName, ...]:
        """The lanes to draw: of a plan there is no river."""
        return PLANNED if self.planned else LANES


def render_beside(picture: BesidePicture, *, theme: Theme = "auto") -> str:
    """Return a whole HTML document without script and without any request."""
    with speaking(picture.language):
        attribute = "" if theme == "auto" else f' data-theme="{theme}"'
        whole = as_map(picture, tuple(stage for side in picture.sides for stage in side.stages))
        columns = max((len(side.stages) for side in picture.sides), default=1)
        policy = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'"
        most = max((stage.reached.count for side in picture.sides for stage in side.stages), default=0)
        body = "".join(_side(picture, side, place, most) for place, side in enumerate(picture.sides))
        icons = {known(station.icon) for stage in whole.stages for station in stage.stations}
        icons |= DEED_ICONS if picture.planned else set()
        pen = Pen("i-", False, _COLUMN)
        style = page_style(columns, story=picture.planned) + (_CHANGES if picture.planned else "")
        below = "".join(_differences(one, place, pen) for place, one in enumerate(picture.differences))
        below += _changes(picture.changes)
        head = "".join(f"<p>{prose(sentence)}</p>" for sentence in picture.lead)
        return (
            f'<!doctype html>\n<html lang="{picture.language}"{attribute}><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f'<meta name="referrer" content="no-referrer"><title>{prose(picture.title)} · Parcours</title>'
            f"<style>{font_faces()}{document_style()}{style}</style></head><body>"
            f'<div class="parcours"{attribute}>{sprite("i-", icons | SIGNS)}'
            f'<svg class="sprite" width="0" height="0" aria-hidden="true" focusable="false">{definitions("i-")}</svg>'
            f"{masthead(picture.title, picture.subtitle, pen)}"
            f'<main><div class="summary one"><h1 class="headline">{prose(picture.headline)}</h1>'
            f"<section>{head}</section></div>"
            f"{body}{below}</main></div>"
            "</body></html>\n"
        )


def as_map(picture: BesidePicture, stages: tuple[StageColumn, ...]) -> MapPicture:
    """Return ``stages`` as a map of their own, as what draws a single map needs them."""
    return MapPicture(
        picture.title, picture.subtitle, picture.language, picture.headline, (), (), (), stages, lanes=picture.lanes
    )


def _side(picture: BesidePicture, side: Side, place: int, most: int) -> str:
    """Draw one group. Its clips have names of their own; hatchings and icons are those of the page."""
    pen = Pen("i-", False, _COLUMN, marks=side.marks, crossed=side.crossed)
    bands = lay_out(side.stages, _COLUMN, _("Nobody was asked here"), most=most)
    if picture.planned:
        bands = [_as_planned(band) for band in bands]
    alone = as_map(picture, side.stages)
    tables = "".join(draw_table(bands, row, picture.lanes, pen, offset=100 * (place + 1)) for row in range(len(bands)))
    walk = draw_walk(alone, picture.planned or felt_anywhere(side.stages), pen, most)
    legend = draw_legend(alone, bands, pen) if place == 0 else ""
    heading = f'<h2 class="side">{prose(side.name)} <span class="sub">{prose(side.said)}</span></h2>'
    return (
        f'{legend}<section class="beside-map" aria-label="{prose(side.name)}">{heading}'
        f'<div class="tables">{tables}</div>{walk}{_everywhere(side, pen)}</section>'
    )


def _everywhere(side: Side, pen: Pen) -> str:
    """Draw what belongs to no stage, under the map."""
    parts = ((_("Pain points"), pain_list(side.pains, pen)), (_("What to do"), deed_list(side.deeds, pen)))
    drawn = "".join(f"<div><h4>{prose(name)}</h4>{items}</div>" for name, items in parts if items)
    return f'<div class="everywhere"><h3>{prose(_("In no stage"))}</h3><div>{drawn}</div></div>' if drawn else ""


def _as_planned(band: Band) -> Band:
    """Give a row the relief of what is expected; where nobody could be asked, there is no gap to show."""
    return replace(band, relief=replace(relief(band.stages, _COLUMN, "", {}), gaps=()))


def _changes(groups: Sequence[ChangesShown]) -> str:
    if not groups:
        return ""
    listed = "".join(
        f"<h3>{prose(group.heading)}</h3><ul>{''.join(f'<li>{prose(line)}</li>' for line in group.lines)}</ul>"
        for group in groups
    )
    return draw_section("changes-part", _("What changed"), (), listed)


def _differences(one: Differences, place: int, pen: Pen) -> str:
    columns = (Column(_("What")), Column(_("Where")), Column(_("Both")), Column(_("Difference, interval at 95%")))
    rows = [
        [
            prose(each.what),
            prose(each.place or _("the whole map")),
            prose(each.found.values),
            f"<b>{prose(each.found.change or '')}</b>" if each.found.tells else prose(each.found.change or ""),
        ]
        for each in one.shown
    ]
    table = draw_facts(pen, f"t-apart{place}", one.title, columns, rows) if rows else ""
    return draw_section("apart-part", one.title, one.notes, table)
