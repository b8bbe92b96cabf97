"""The blueprint: the touchpoints of each stage by layer, and the three lines between what is seen and what is not."""

from __future__ import annotations

from collections.abc import Sequence

from parcours.language.translation import _
from parcours.picture.cells import Pen, opener
from parcours.picture.icons import known
from parcours.picture.model import StageColumn, Station
from parcours.picture.setting import Paragraph, Run
from parcours.picture.told import LAYERS, Layer
from parcours.picture.typeface import Style, prose, soften

_NAME = Style(13, 500, 92)


def layer_names() -> dict[Layer, str]:
    """Return what the layers are called."""
    return {
        "evidence": _("What they see"),
        "customer": _("What they do"),
        "frontstage": _("What we do before their eyes"),
        "backstage": _("What we do behind the scenes"),
        "support": _("What holds it up"),
    }


def line_names() -> dict[Layer, str]:
    """Return the lines, each by the layer under which it runs."""
    return {
        "customer": _("line of interaction"),
        "frontstage": _("line of visibility"),
        "backstage": _("line of internal interaction"),
    }


def layers_of(stages: Sequence[StageColumn]) -> list[tuple[Layer | None, str]]:
    """Return the layers of a row of stages from top to bottom; last the touchpoints of which no layer is known."""
    used = {station.layer for stage in stages for station in stage.stations}
    if not used - {None}:
        return []
    names = layer_names()
    found: list[tuple[Layer | None, str]] = [(layer, names[layer]) for layer in LAYERS]
    return [*found, (None, _("In no layer yet"))] if None in used else found


def stations_in(stage: StageColumn, layer: Layer | None) -> list[Station]:
    """Return the touchpoints of a stage in a layer."""
    return [station for station in stage.stations if station.layer == layer]


def draw_blueprint(stages: Sequence[StageColumn], pen: Pen) -> list[str]:
    """Return the rows of the table: a layer each, and between them the lines."""
    rows, lines = [], line_names()
    for place, (layer, name) in enumerate(layers_of(stages)):
        cells = "".join(f"<td>{layer_cell(stage, layer, pen)}</td>" for stage in stages)
        kind = "open" if place == 0 else "layer"
        rows.append(f'<tr class="{kind}"><th scope="row"><b>{prose(name)}</b></th>{cells}</tr>')
        if layer in lines:
            words, over = prose(lines[layer]), prose(pen.crossed.get(layer, ""))
            rows.append(
                f'<tr class="{layer} between"><th scope="row">{words}</th><td colspan="{len(stages)}">{over}</td></tr>'
            )
    return rows


def layer_cell(stage: StageColumn, layer: Layer | None, pen: Pen) -> str:
    """List the touchpoints of a stage in a layer."""
    items = ""
    for station in stations_in(stage, layer):
        words = prose(soften(station.name, _NAME, pen.column_px - 36))
        marks = pen.changes("layers", station.id)
        items += f"<li>{pen.icon(station.icon)}<span>{opener(station, words, pen)}{marks}</span></li>"
    return f'<ul class="layers">{items}</ul>' if items else ""


def layer_lines(stage: StageColumn, layer: Layer | None) -> list[Paragraph]:
    """List them for the static picture."""
    return [
        Paragraph((Run(station.name, _NAME),), 16.5, 4 if place else 0, 22, known(station.icon))
        for place, station in enumerate(stations_in(stage, layer))
    ]
