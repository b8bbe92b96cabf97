"""The map as a real table: stages across, lanes down, with the two drawings running through under their lanes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from parcours.language.counted import Counted, noun, plural_counted
from parcours.language.formats import number
from parcours.language.translation import _, ngettext
from parcours.picture import cells, plan_cells, story_cells
from parcours.picture.blueprint import draw_blueprint
from parcours.picture.cells import Pen
from parcours.picture.drawing import Canvas, draw_relief, draw_river, draw_stops, lens_words, relief_words
from parcours.picture.figures import short
from parcours.picture.lanes import QUIET, LaneName, lane_names, river_scale
from parcours.picture.layout import Band
from parcours.picture.model import StageColumn
from parcours.picture.relief import RELIEF_HEIGHT, height_of, relief
from parcours.picture.typeface import prose

UNIT = 160.0
"""Drawing units per column; the page stretches them to its own width."""

Write = Callable[[StageColumn, Pen], str]
_CELLS: dict[LaneName, Write] = {
    "goal": cells.goal,
    "owner": cells.owner,
    "time": cells.time,
    "alignment": plan_cells.alignment,
    "promises": plan_cells.promises,
    "deviations": plan_cells.deviations,
    "pains": story_cells.pains,
    "actions": story_cells.deeds,
    "words": cells.quote,
    "touchpoints": cells.stations,
    "indicators": cells.indicators,
}
_WANTED: dict[LaneName, Callable[[StageColumn], bool]] = {
    "owner": lambda stage: bool(stage.owner),
    "time": lambda stage: stage.median_seconds is not None or stage.target_seconds is not None,
    "alignment": lambda stage: stage.aligned is not None,
}
"""Where a lane is left out although its cells would say that they have nothing to say."""


def draw_table(bands: Sequence[Band], place: int, shown: Sequence[LaneName], pen: Pen, offset: int = 0) -> str:
    """Draw one row of stages as a table of the lanes ``shown``. ``place`` counts the rows from 0.

    ``offset`` keeps the names of its clips apart from those of other tables of the document.
    """
    band = bands[place]
    following = bands[place + 1].stages[0] if place + 1 < len(bands) else None
    last = next((lane for lane in reversed(QUIET) if lane in shown), None)
    lanes: list[str] = []
    for lane in shown:
        if lane == "relief":
            lanes += _feelings(band, place + offset, pen)
        elif lane == "river":
            lanes += _people(band, place, following, pen, offset)
        elif lane == "blueprint":
            lanes += draw_blueprint(band.stages, pen)
        elif lane in _CELLS:
            quiet = "quiet last" if lane == last else "quiet"
            lanes.append(_plain_lane(lane, band, quiet if lane in QUIET else "open", pen))
    heads = "".join(f'<th scope="col">{cells.head(stage, pen)}</th>' for stage in band.stages)
    first, last_number = band.stages[0].number, band.stages[-1].number
    caption = ngettext("The map, stage {first}", "The map, stages {first} to {last}", len(band.stages))
    return (
        f'<table class="map" data-n="{len(band.stages)}"><caption class="vh">'
        f"{prose(caption.format(first=first, last=last_number))}</caption>"
        f'<colgroup><col class="c0"><col span="{len(band.stages)}"></colgroup>'
        f'<thead><tr><th scope="col" class="corner">{prose(_("Stage"))}</th>{heads}</tr></thead>'
        f"<tbody>{''.join(lanes)}</tbody></table>"
    )


def _plain_lane(lane: LaneName, band: Band, kind: str, pen: Pen) -> str:
    wanted = None if lane not in _WANTED else any(map(_WANTED[lane], band.stages))
    return _lane(*lane_names()[lane], band, _CELLS[lane], pen, kind, wanted)


def _lane(name: str, more: str, band: Band, write: Write, pen: Pen, kind: str, wanted: bool | None = None) -> str:
    """Draw one lane of cells; a lane without content is left out."""
    texts = [write(stage, pen) for stage in band.stages]
    if not (any(texts) if wanted is None else wanted):
        return ""
    tds = "".join(f"<td>{text}</td>" for text in texts)
    return f'<tr class="{kind}">{_lane_head(name, more)}{tds}</tr>'


def _lane_head(name: str, more: str = "", inner: str = "") -> str:
    sub = f'<span class="sub">{prose(more)}</span>' if more else ""
    return f'<th scope="row"><b>{prose(name)}</b>{sub}{inner}</th>'


def _drawing(band: Band, head: str, content: str, height: float, words: str, kind: str) -> str:
    svg = f'<svg class="draw" width="100%" height="{height:.0f}" role="img" aria-label="{prose(words)}">{content}</svg>'
    return f'<tr class="{kind}">{head}<td colspan="{len(band.stages)}">{svg}</td></tr>'


def _feelings(band: Band, place: int, pen: Pen) -> list[str]:
    canvas = Canvas(len(band.stages), UNIT, True, pen.prefix, place, pen.drawn)
    if band.relief is None:
        plain = relief(band.stages, pen.column_px, "", {})
        stops = draw_stops(plain.stops, 18, canvas)
        words = prose(unasked_words())
        row = (
            f'<tr class="open silent">{_lane_head(_("The relief"), _("what they feel"))}'
            f'<td colspan="{len(band.stages)}"><p class="silent">{words}</p></td></tr>'
        )
        if not plain.stops:
            return [row]
        head = _lane_head(_("The line"), _("touchpoints"))
        return [row, _drawing(band, head, stops, 36, _station_words(band), "drawing line")]
    axis = "".join(
        f'<span class="axis at{value + 2}">{prose(word)} <b>{figure}</b></span>' for value, word, figure in axis_words()
    )
    head = f'<th scope="row" class="axes"><span class="vh">{prose(_("The relief, drawn"))}</span>{axis}</th>'
    return [
        _lane(_("The relief"), _("what they feel"), band, cells.felt, pen, "open keep", True),
        _drawing(
            band, head, draw_relief(band.relief, canvas), RELIEF_HEIGHT, relief_words(band.relief), "drawing relief"
        ),
    ]


def _station_words(band: Band) -> str:
    return "; ".join(station.name for stage in band.stages for station in stage.stations)


def unasked_words() -> str:
    """Say that nobody was asked, and how to bring answers in."""
    return _(
        "Nobody was asked how it felt. Import answers with a column nps, csat, ces or comment, "
        "and this lane draws what people feel against what you planned."
    )


def axis_rules() -> str:
    """Return the rules of the style sheet that put each word of ``axis_words`` at its height."""
    return "".join(
        f".parcours .at{value + 2}{{top:{height_of(value):.0f}px}}" for value, _word, _figure in axis_words()
    )


def axis_words() -> tuple[tuple[int, str, str], ...]:
    """Return the five heights of the relief: value, word, figure."""
    words = (_("great"), _("good"), _("neutral"), _("bad"), _("awful"))
    return tuple(zip((2, 1, 0, -1, -2), words, ("+2", "+1", "0", "−1", "−2"), strict=True))


def _people(band: Band, place: int, following: StageColumn | None, pen: Pen, offset: int) -> list[str]:
    if not any(stage.lived for stage in band.stages):
        return []
    canvas = Canvas(len(band.stages), UNIT, True, pen.prefix, place + offset, pen.drawn)
    after = [*band.stages[1:], following]
    numbers = "".join(
        f"<td>{cells.entered(stage, nxt, pen)}</td>" for stage, nxt in zip(band.stages, after, strict=True)
    )
    counted = band.stages[0].counted
    scale = river_scale(counted, band.magnified if place else 1.0)
    rows = [f'<tr class="open keep">{_lane_head(_("The river"), scale)}{numbers}</tr>']
    if any(stage.reached.count for stage in band.stages):
        head = f'<th scope="row">{_scales(band)}</th>'
        rows.append(
            _drawing(band, head, draw_river(band, canvas), band.river_height, river_words(band), "drawing river")
        )
    lane = _lane(_("Leaving"), "" if pen.brief else _("and others"), band, cells.leaving, pen, "under", True)
    return [*rows, lane]


def _scales(band: Band) -> str:
    out = cells.hidden(_("The river, drawn"))
    counted = band.stages[0].counted
    out += _bar(band.river.bar, counted, 0, "")
    if band.lens is not None:
        out += _bar(band.lens.stream.bar, counted, band.lens.top, _("under the lens"))
    return out


def _bar(bar: tuple[int, float], counted: Counted, top: float, more: str) -> str:
    count, height = bar
    words = f"{prose(number(count))}<br>{prose(noun(count, counted))}" + (f"<br>{prose(more)}" if more else "")
    above = f'<svg width="7" height="{top:.0f}" aria-hidden="true"></svg>' if top else ""
    measure = short(max(height, 1))
    drawn = f'<svg width="7" height="{measure}" aria-hidden="true"><rect width="7" height="{measure}"/></svg>'
    return f'<div class="scale">{above}<p>{drawn}{words}</p></div>'


def river_words(band: Band) -> str:
    """Say what the river shows: who comes to each stage, and who leaves there."""
    parts = [
        _("{stage}: {counted}, {left} leave").format(
            stage=stage.name,
            counted=plural_counted(stage.reached.count, stage.counted),
            left=number(stage.left.count),
        )
        for stage in band.stages
    ]
    lens = f". {lens_words(band.lens)}" if band.lens else ""
    return "; ".join(parts) + lens
