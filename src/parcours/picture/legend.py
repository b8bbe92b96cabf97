"""The key of the drawings: only the signs that occur in this picture, each drawn as in the map."""

from __future__ import annotations

from collections.abc import Sequence

from parcours.language.counted import noun
from parcours.language.translation import _
from parcours.picture.cells import Pen
from parcours.picture.layout import Band
from parcours.picture.model import MapPicture
from parcours.picture.typeface import prose

Sign = tuple[str, str]
"""Drawing in a box of 28 × 14, and its meaning."""


def signs(picture: MapPicture, bands: Sequence[Band], prefix: str) -> list[tuple[str, list[Sign]]]:
    """Return the signs in use, by drawing. ``prefix`` is that of the hatchings to refer to."""
    above = _feeling(bands, prefix) if "relief" in picture.shown else []
    above += _places(picture) if "relief" in picture.shown else []
    groups = [
        (_("The relief"), above),
        (_("The river"), _flow(picture, bands, prefix) if "river" in picture.shown else []),
        (_("The plan"), _plan(picture)),
    ]
    return [(name, group) for name, group in groups if group]


def _feeling(bands: Sequence[Band], prefix: str) -> list[Sign]:
    reliefs = [band.relief for band in bands if band.relief is not None]
    answers = [spot.felt for relief in reliefs for spot in relief.spots if spot.felt is not None]
    out: list[Sign] = []
    if any(relief.expected for relief in reliefs):
        out.append(('<path class="expected" d="M0 7H28"/>', _("planned")))
    if any(felt.mean is not None for felt in answers):
        band = '<rect class="interval" y="1" width="28" height="12"/><path class="felt" d="M0 7H28"/>'
        out.append((f'{band}<circle class="point" cx="14" cy="7" r="3.6"/>', _("felt, with its 95% interval")))
    if any(felt.mean is not None and felt.answers < 30 for felt in answers):
        whisker = '<path class="whisker" d="M14 0V14"/><circle class="point few" cx="14" cy="7" r="3.8"/>'
        out.append((whisker, _("10 to 29 answers")))
    if any(felt.mean is None for felt in answers):
        dots = "".join(f'<circle class="raw" cx="{x}" cy="{y}" r="2.6"/>' for x, y in ((6, 5), (14, 9), (22, 5)))
        out.append((dots, _("under 10: each answer")))
    if any(relief.splits for relief in reliefs):
        arrow = '<path class="split" d="M10 4 14 0l4 4M14 0V14M10 10l4 4 4-4"/>'
        out.append((arrow, _("split: felt in opposite ways")))
    if any(relief.gaps for relief in reliefs):
        out.append((f'<rect width="28" height="14" fill="url(#{prefix}gap)"/>', _("nobody asked")))
    return out


def _flow(picture: MapPicture, bands: Sequence[Band], prefix: str) -> list[Sign]:
    if not any(stage.lived for stage in picture.stages):
        return []
    reaches = [reach for band in bands for reach in band.river.reaches]

    def bar(kind: str) -> str:
        return f'<rect y="3" width="28" height="8" {kind}/>'

    out: list[Sign] = [(bar('class="water"'), noun(2, picture.counted))]
    if any(reach.passed > 0.4 for reach in reaches):
        passed = bar('class="water"') + bar(f'class="passed" fill="url(#{prefix}pass)"')
        out.append((passed, _("passed by")))
    if any(stage.admitted is not None and stage.left.count for stage in picture.stages):
        out.append((bar('class="sw-admit"'), _("leave, within what the map allows")))
    if any(reach.beyond > 0 for reach in reaches):
        out.append((bar('class="sw-beyond"'), _("leave beyond that")))
    if any(stage.admitted is None and stage.left.count for stage in picture.stages):
        out.append((bar('class="sw-neutral"'), _("leave, no target set")))
    if any(stage.open.count for stage in picture.stages):
        out.append((bar(f'fill="url(#{prefix}wait)"'), _("still on their way")))
    if any(stage.arrived.count for stage in picture.stages):
        block = '<rect class="arrived" y="4" width="18" height="6"/>'
        mark = '<rect class="arrival" x="16" y="2" width="10" height="10"/>'
        out.append((block + mark, _("arrived")))
    return out


def _plan(picture: MapPicture) -> list[Sign]:
    out: list[Sign] = []
    if "alignment" in picture.shown and any(stage.aligned is not None for stage in picture.stages):
        line = '<path class="scale-line" d="M0 7H28"/>'
        square = '<rect class="mark-ours" x="9.5" y="2.5" width="9" height="9"/>'
        out.append((line + square, _("structure: how it is run")))
        out.append((f'{line}<circle class="point" cx="14" cy="7" r="4.8"/>', _("feeling: how it is lived")))
        out.append((f'{line}<path class="limit" d="M14 0V14"/>', _("good from here on")))
    if "promises" in picture.shown and any(stage.promises for stage in picture.stages):
        bar = '<rect class="track" y="4" width="28" height="6"/><rect class="kept-part" y="4" width="15" height="6"/>'
        out.append((f'{bar}<path class="aim" d="M23 0V14"/>', _("promise kept, and as meant")))
    return out


def _places(picture: MapPicture) -> list[Sign]:
    if any(station.moment_of_truth for stage in picture.stages for station in stage.stations):
        return [('<path class="stop" d="M14 0 21 7 14 14 7 7z"/>', _("moment of truth"))]
    return []


def draw_legend(picture: MapPicture, bands: Sequence[Band], pen: Pen) -> str:
    """Return the key: a line for the relief, a line for the river."""
    groups = []
    for name, group in signs(picture, bands, pen.prefix):
        items = "".join(
            f'<li><svg width="28" height="14" aria-hidden="true">{drawing}</svg>{prose(meaning)}</li>'
            for drawing, meaning in group
        )
        groups.append(
            f'<ul aria-label="{prose(name)}"><li class="of" aria-hidden="true">{prose(name)}</li>{items}</ul>'
        )
    if not groups:
        return ""
    return f'<div class="legend" role="group" aria-label="{prose(_("Key"))}">{"".join(groups)}</div>'
