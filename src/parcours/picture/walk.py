"""The same journey for a small screen: stage by stage, beside a river that runs down the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from parcours.language.formats import number, signed
from parcours.language.translation import _, ngettext
from parcours.picture import cells, plan_cells, story_cells
from parcours.picture.blueprint import layer_cell, layers_of
from parcours.picture.cells import Pen
from parcours.picture.figures import short
from parcours.picture.lanes import LaneName, lane_names
from parcours.picture.model import MapPicture, Measured, StageColumn
from parcours.picture.river import Lens, Reach, Stream, magnify, stream
from parcours.picture.typeface import prose

GUTTER, RIVER = 66, 44
"""Widths in px of the strip beside the text and of the river at its fullest."""
_TICKS = "M3 12H97M3 9v6M26.5 9v6M50 6v12M73.5 9v6M97 9v6"
"""The line of a stage's emotion in a box of 100 × 24, marked at −2, −1, 0, +1 and +2."""


def draw_walk(picture: MapPicture, anyone: bool, pen: Pen, most: int | None = None) -> str:
    """Draw the list of stages. ``anyone`` tells whether any feeling was measured or planned.

    ``most`` people fill the gutter.
    """
    river, lens = _scales(picture.stages, most)
    following: list[StageColumn | None] = [*picture.stages[1:], None]
    items = []
    for place, (stage, nxt) in enumerate(zip(picture.stages, following, strict=True)):
        note = gutter = ""
        if "river" in picture.shown:
            zoomed = lens is not None and place >= lens.first
            reach = lens.stream.reaches[place - lens.first] if lens is not None and zoomed else river.reaches[place]
            note = _lens_note(lens) if lens is not None and place == lens.first else ""
            gutter = _gutter(reach, pen)
        body = _stage(stage, nxt, picture.shown, anyone, pen)
        items.append(f'<li class="leg">{gutter}<div class="body">{note}{body}</div></li>')
    return f'<ol class="walk">{"".join(items)}</ol>'


def _scales(stages: Sequence[StageColumn], most: int | None) -> tuple[Stream, Lens | None]:
    """Return the river at the gutter's width and, where it gets thin, its end enlarged."""
    river = stream(stages, RIVER, scale=RIVER / most if most else None)
    thin = [reach.column for reach in river.reaches if 0 < reach.height <= 0.27 * RIVER]
    if not thin or thin[0] == 0:
        return river, None
    wide = stream(stages, 124.0)
    lens = magnify(stages, wide)
    if lens is None:
        return river, None
    factor = max(2, int(RIVER * 0.75 / river.reaches[lens.first].height))
    larger = stream(stages[lens.first :], 0, 0, river.px_per_person * factor)
    return river, Lens(lens.first, factor, 0.0, larger)


def _lens_note(lens: Lens) -> str:
    words = _("From here on the river is drawn ×{factor} larger").format(factor=number(lens.factor))
    return f'<p class="lens-note">{prose(words)}</p>'


def _gutter(reach: Reach, pen: Pen) -> str:
    """Draw one stage of the river downwards: across, the same parts as in the table, in the same order."""
    x, parts = 8.0, []

    def block(kind: str, left: float, wide: float, top: int, high: int) -> None:
        parts.append(f'<rect {kind} x="{short(left, 2)}" y="{top}%" width="{short(wide, 2)}" height="{high}%"/>')

    if reach.height > 0:
        block('class="water"', x, max(reach.height, 0.8), 0, 58)
    if reach.on > 0:
        block('class="water"', x, max(reach.on, 0.8), 57, 43)
    if reach.passed > 0.4:
        block(f'class="passed" fill="url(#{pen.prefix}pass)"', x, reach.passed, 0, 100)
    at = x + reach.on
    if reach.arrived > 0:
        block('class="arrived"', at, max(reach.arrived, 0.8), 58, 30)
        at += reach.arrived
    if reach.open > 0:
        block(f'fill="url(#{pen.prefix}wait)"', at, max(reach.open, 1), 58, 30)
        at += reach.open
    kind = "neutral" if reach.neutral else "admit"
    strands = ""
    for wide, name, more in ((reach.admitted, kind, 9), (reach.beyond, "beyond", 11)):
        if wide > 0:
            strands += _strand(at, max(wide, 0.8), more, f"url(#{pen.prefix}{name}-v)")
        at += wide
    box = f'viewBox="0 0 {GUTTER} 100" preserveAspectRatio="none" width="{GUTTER}" height="100%"'
    plan = f'<line class="plan-v" x1="{x}" x2="{x}" y1="0" y2="100%"/>'
    return f'<svg class="gutter" aria-hidden="true">{"".join(parts)}<svg {box}>{strands}</svg>{plan}</svg>'


def _strand(at: float, wide: float, more: float, fill: str) -> str:
    """Draw a branch that bends away to the right while it runs down."""
    end = min(at + more, GUTTER - 2 - wide)
    left = f"M{short(at, 2)} 58C{short(at, 2)} 78 {short(end, 2)} 74 {short(end, 2)} 98"
    right = f"H{short(end + wide, 2)}C{short(end + wide, 2)} 74 {short(at + wide, 2)} 78 {short(at + wide, 2)} 58Z"
    return f'<path fill="{fill}" d="{left}{right}"/>'


def _stage(stage: StageColumn, following: StageColumn | None, shown: Sequence[LaneName], anyone: bool, pen: Pen) -> str:
    facts = cells.owner(stage, pen) if stage.owner is not None and "owner" in shown else ""
    if stage.median_seconds is not None and "time" in shown:
        facts += cells.time(stage, pen)
    lived = f'<div class="row">{facts}</div>' if facts else ""
    if stage.lived and "river" in shown:
        lived += f'<div class="counts"><div>{cells.entered(stage, following, pen)}</div>'
        lived += f"<div>{cells.leaving(stage, pen)}</div></div>"
    if anyone and "relief" in shown:
        lived += f'<div class="row felt-row">{cells.felt(stage, pen)}</div>{_strip(stage, pen)}'
    lived += _named_lanes(stage, shown, pen)
    beside = cells.quote(stage, pen) if "words" in shown else ""
    beside += _folded(stage, shown, pen)
    goal = cells.goal(stage, pen) if "goal" in shown else ""
    head = f"<h3>{cells.head(stage, pen)}</h3>{goal}"
    return f'{head}<div class="halves"><div>{lived}</div><div>{beside}</div></div>'


def _named_lanes(stage: StageColumn, shown: Sequence[LaneName], pen: Pen) -> str:
    """Give the lanes of the plan, each under its name; one without content is left out."""
    names = lane_names()
    writes: dict[LaneName, Callable[[StageColumn, Pen], str]] = {
        "alignment": plan_cells.alignment, "promises": plan_cells.promises, "deviations": plan_cells.deviations,
        "pains": story_cells.pains, "actions": story_cells.deeds,
    }  # fmt: skip
    out = ""
    for lane, write in writes.items():
        content = write(stage, pen) if lane in shown else ""
        out += f'<div class="held-part"><p class="of">{prose(names[lane][0])}</p>{content}</div>' if content else ""
    if "blueprint" in shown:
        for layer, name in layers_of([stage]):
            content = layer_cell(stage, layer, pen)
            out += f'<div class="held-part"><p class="of">{prose(name)}</p>{content}</div>' if content else ""
    return out


def _folded(stage: StageColumn, shown: Sequence[LaneName], pen: Pen) -> str:
    """Fold away what is long: a phone would be scrolled through for minutes."""
    out = ""
    count = len(stage.indicators)
    if count and "indicators" in shown:
        words = ngettext("{n} indicator", "{n} indicators", count).format(n=number(count))
        missed = sum(each.verdict == "missed" for each in stage.indicators)
        if missed:
            words += ", " + ngettext("{n} missed", "{n} missed", missed).format(n=number(missed))
        kpis = f'<div class="kpis">{cells.indicators(stage, pen)}</div>'
        out += f"<details><summary>{prose(words)}</summary>{kpis}</details>"
    count = len(stage.stations)
    if count and "touchpoints" in shown:
        words = ngettext("{n} touchpoint", "{n} touchpoints", count).format(n=number(count))
        marked = any(("touchpoints", station.id) in pen.marks for station in stage.stations)
        unfolded = " open" if marked else ""
        out += f"<details{unfolded}><summary>{prose(words)}</summary>{cells.stations(stage, pen)}</details>"
    return out


def _strip(stage: StageColumn, pen: Pen) -> str:
    """Draw the stage's emotion on a line from −2 to +2: the plan as a dashed mark, the measure as a round one.

    Where nothing was measured, what is planned at its touchpoints stands there too, as small squares.
    """
    measure: Measured | None = stage.felt if stage.felt is not None and stage.felt.answers else None
    planned = [station.expected for station in stage.stations if station.expected is not None]
    if measure is None and stage.expected is None and not planned:
        return ""

    def across(value: float) -> str:
        return f"{short(3 + (min(max(value, -2.0), 2.0) + 2) / 4 * 94)}%"

    ticks = f'<path class="axis-line" d="{_TICKS}" vector-effect="non-scaling-stroke"/>'
    box = 'viewBox="0 0 100 24" preserveAspectRatio="none" width="100%" height="24"'
    out = pen.drawing(f"<svg {box}>{ticks}</svg>")
    if measure is not None and measure.low is not None and measure.high is not None:
        out += f'<line class="span" x1="{across(measure.low)}" x2="{across(measure.high)}" y1="12" y2="12"/>'
    if stage.expected is not None:
        out += f'<svg x="{across(stage.expected)}" y="12" overflow="visible"><path class="planned" d="M0-9V9"/></svg>'
    if measure is None:
        square = '<rect class="expected-point" x="-3" y="-3" width="6" height="6"/>'
        out += "".join(
            f'<svg x="{across(value)}" y="12" overflow="visible">{square}</svg>' for value in sorted(set(planned))
        )
    if measure is not None and measure.mean is not None:
        few = " few" if measure.answers < 30 else ""
        out += f'<circle class="point{few}" cx="{across(measure.mean)}" cy="12" r="5.5"/>'
    elif measure is not None:
        out += "".join(f'<circle class="raw" cx="{across(value)}" cy="12" r="3"/>' for value in measure.raw)
    ends = f"<span>{signed(-2, 0)} {prose(_('awful'))}</span><span>{signed(2, 0)} {prose(_('great'))}</span>"
    return (
        f'<svg class="strip" width="100%" height="24" aria-hidden="true">{out}</svg>'
        f'<p class="ends" aria-hidden="true">{ends}</p>'
    )
