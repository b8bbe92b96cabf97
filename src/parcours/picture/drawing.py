"""The two drawings of the map, relief and river, as SVG content shared by every face.

Shapes are drawn in units of ``Canvas.unit`` per column. On the page they are stretched to the table's width while
texts, points and icons keep their size and stand at percentages; in the static SVG all stands at px.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from parcours.language.formats import list_words, number, signed
from parcours.language.translation import _
from parcours.picture.curves import smooth
from parcours.picture.drawn import Drawn
from parcours.picture.figures import short
from parcours.picture.icons import known
from parcours.picture.layout import Band
from parcours.picture.relief import (
    PLAN_Y,
    RELIEF_BOTTOM,
    RELIEF_HEIGHT,
    RELIEF_TOP,
    Gap,
    Label,
    Relief,
    Split,
    Spot,
    Stop,
    height_of,
)
from parcours.picture.river import Lens, Reach
from parcours.picture.typeface import prose

LEAVE_AT, LEAVE_END = 0.56, 0.985
"""Where in a column the leaving branch starts and ends."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """A drawing surface of ``columns``; ``fluid`` ones stretch. ``prefix`` and ``row`` keep ids apart.

    ``drawn`` holds what the document draws more than once.
    """

    columns: int
    unit: float
    fluid: bool
    prefix: str
    row: int = 0
    drawn: Drawn | None = None

    @property
    def wide(self) -> float:
        """Return the whole width in units."""
        return self.columns * self.unit

    def x(self, column: float) -> str:
        """Return the x of a place, in percent or px."""
        return f"{round(column / self.columns * 100, 2):g}%" if self.fluid else f"{short(column * self.unit)}"

    def stretched(self, shapes: str, height: float, top: float = 0) -> str:
        """Wrap shapes given in units so that they fill the width."""
        if not self.fluid:
            return f'<g transform="translate(0 {short(top)})">{shapes}</g>' if top else f"<g>{shapes}</g>"
        box = f'viewBox="0 0 {self.wide:.0f} {height:.0f}" preserveAspectRatio="none"'
        return f'<svg y="{short(top)}" {box} width="100%" height="{height:.0f}">{shapes}</svg>'

    def at(self, column: float, y: float, content: str) -> str:
        """Put content of fixed size at a place."""
        overflow = "" if self.fluid else ' overflow="visible"'  # the page's style sheet says so for all
        return f'<svg x="{self.x(column)}" y="{round(y, 1):g}"{overflow}>{content}</svg>'

    def ref(self, name: str) -> str:
        """Return a reference to a definition of this document."""
        return f"url(#{self.prefix}{name})"


def definitions(prefix: str) -> str:
    """Return the hatchings and fades that both drawings use."""

    def hatch(name: str, step: float, kind: str) -> str:
        return (
            f'<pattern id="{prefix}{name}" width="{step}" height="{step}" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><path d="M0 0v{step}" class="{kind}"/></pattern>'
        )

    def fade(name: str, kind: str, until: float, down: bool = False) -> str:
        turn = ' x2="0" y2="1"' if down else ""
        return (
            f'<linearGradient id="{prefix}{name}"{turn}><stop offset="0" class="g-water"/>'
            f'<stop offset=".3" class="{kind}"/><stop offset="{until}" class="{kind}"/>'
            f'<stop offset="1" class="{kind}" stop-opacity="0"/></linearGradient>'
        )

    fades = "".join(
        fade(f"{kind}{way}", f"g-{kind}", 0.66 if kind != "beyond" else 0.86, way == "-v")
        for kind in ("admit", "beyond", "neutral")
        for way in ("", "-v")
    )
    hatches = hatch("gap", 7, "h-unknown") + hatch("wait", 4, "h-wait") + hatch("short", 5, "h-short")
    hatches += hatch("doubt", 4.5, "h-doubt")
    return f"<defs>{hatches}{hatch('pass', 5, 'h-pass')}{fades}</defs>"


# ------------------------------------------------------------------ relief


def draw_relief(relief: Relief, canvas: Canvas) -> str:
    """Draw the relief over the line of the plan with its stations."""
    shapes = _ground(canvas) + "".join(_unknown(gap, canvas) for gap in relief.gaps)
    shapes += _land(relief, canvas)
    shapes += "".join(
        f'<path class="expected" d="M{smooth([(x * canvas.unit, height_of(value)) for x, value in run])}"/>'
        for run in relief.expected
        if len(run) > 1
    )
    square = '<rect class="expected-point" x="-3" y="-3" width="6" height="6"/>'
    marks = "".join(canvas.at(run[0][0], height_of(run[0][1]), square) for run in relief.expected if len(run) == 1)
    lonely = {run[0] for run in relief.runs if len(run) == 1}
    marks += "".join(_split(split, canvas) for split in relief.splits)
    marks += "".join(_hint(gap, canvas) for gap in relief.gaps)
    marks += "".join(_spot(spot, spot in lonely, canvas) for spot in relief.spots if spot.felt is not None)
    marks += "".join(_label(label, canvas) for label in relief.labels)
    marks += "".join(_pin(canvas, spot.x, height_of(spot.mean) - 20, spot.pin) for spot in relief.spots
                     if spot.pin is not None and spot.mean is not None)  # fmt: skip
    return canvas.stretched(shapes, RELIEF_HEIGHT) + marks + draw_stops(relief.stops, PLAN_Y, canvas)


def draw_stops(stops: tuple[Stop, ...], y: float, canvas: Canvas) -> str:
    """Draw the line of the plan and the stations on it: squares, diamonds for moments of truth.

    Where a stage has more of them than its column has room for icons, their number stands there instead.
    """
    line = f'<line class="plan" x1="0" x2="{canvas.x(canvas.columns)}" y1="{y}" y2="{y}"/>'
    drawn = "".join(canvas.at(stop.x, y, _stop(stop, canvas)) for stop in stops if stop.size)
    crowded = groupby((stop for stop in stops if not stop.size), key=lambda stop: int(stop.x))
    return line + drawn + "".join(canvas.at(column + 0.5, y, _tally(list(group))) for column, group in crowded)


def _tally(stops: Sequence[Stop]) -> str:
    """Draw how many stations there are, and name them to whoever points at the number."""
    count = number(len(stops))
    wide = 16 + 7 * len(count)
    names = f"<title>{prose(list_words([stop.station.name for stop in stops]))}</title>"
    return (
        f'{names}<rect class="stop" x="{-wide / 2:g}" y="-10" width="{wide}" height="20" rx="3"/>'
        f'<text class="tally" y="4.5">{count}</text>'
    )


def _stop(stop: Stop, canvas: Canvas) -> str:
    name = f"<title>{prose(stop.station.name)}</title>"
    truth = stop.station.moment_of_truth
    half, corner, inner = stop.size / 2, stop.size * 0.69, stop.size * 0.62
    box = f'x="{short(-half)}" y="{short(-half)}" width="{short(stop.size)}" height="{short(stop.size)}"'
    frame = f'<rect class="stop" {box} rx="3"/>'
    if truth:
        far = short(corner)
        frame = f'<path class="stop truth" d="M0-{far}L{far} 0 0 {far}-{far} 0z"/>'
    href = f"#{canvas.prefix}{known(stop.station.icon)}"
    at = f'x="{short(-inner / 2, 2)}" y="{short(-inner / 2, 2)}" width="{short(inner)}" height="{short(inner)}"'
    sign = f'{frame}<use class="sign" href="{href}" {at}/>'
    return name + (canvas.drawn.use(sign) if canvas.drawn is not None else sign)


def _ground(canvas: Canvas) -> str:
    lines = "".join(
        f'<path class="{"zero" if value == 0 else "level"}" d="M0 {short(height_of(value))}H{canvas.wide:.0f}"/>'
        for value in (-2, -1, 0, 1, 2)
    )
    return lines + columns_of(canvas, RELIEF_HEIGHT)


def columns_of(canvas: Canvas, height: float) -> str:
    """Draw the hairlines between columns."""
    inner = (f"M{short(column * canvas.unit)} 0V{height:.0f}" for column in range(1, canvas.columns))
    return f'<path class="hair" d="{"".join(inner)}"/>' if canvas.columns > 1 else ""


def _unknown(gap: Gap, canvas: Canvas) -> str:
    left, wide = gap.left * canvas.unit, (gap.right - gap.left) * canvas.unit
    high = RELIEF_BOTTOM - RELIEF_TOP
    return (
        f'<rect x="{short(left)}" y="{RELIEF_TOP}" width="{short(wide)}" height="{high}" fill="{canvas.ref("gap")}"/>'
    )


def _hint(gap: Gap, canvas: Canvas) -> str:
    if not gap.lines:
        return ""
    first = height_of(-0.95) - (len(gap.lines) - 1) * 7
    lines = "".join(
        f'<text class="hint" y="{short(place * 14.5)}">{prose(line)}</text>' for place, line in enumerate(gap.lines)
    )
    return canvas.at((gap.left + gap.right) / 2, first, lines)


def _land(relief: Relief, canvas: Canvas) -> str:
    """Draw the unbroken stretches: the land in four heights, what falls short of the plan, the intervals, the lines."""
    means, areas, skies, intervals = "", "", "", ""
    for run in relief.runs:
        points = [(spot.x * canvas.unit, spot.felt) for spot in run if spot.felt is not None]
        if len(points) < 2:
            continue
        mean = smooth([(x, height_of(felt.mean or 0.0)) for x, felt in points])
        high = smooth([(x, height_of(felt.high if felt.high is not None else felt.mean or 0.0)) for x, felt in points])
        low = smooth(
            [(x, height_of(felt.low if felt.low is not None else felt.mean or 0.0)) for x, felt in points[::-1]]
        )
        start = short(points[0][0])
        means += f"M{mean}"
        areas += f"M{mean}V{short(RELIEF_BOTTOM)}H{start}Z"
        skies += f"M{mean}V0H{start}Z"
        intervals += f"M{high}L{low}Z"
    if not means:
        return ""
    land, step = f"land{canvas.row}", (RELIEF_BOTTOM - RELIEF_TOP) / 4
    tints = "".join(
        f'<rect class="land{level + 3}" y="{short(height_of(level + 1))}" width="{short(canvas.wide)}" '
        f'height="{short(step + 0.3)}"/>'
        for level in (1, 0, -1, -2)
    )
    out = f'<clipPath id="{canvas.prefix}{land}"><path d="{areas}"/></clipPath>'
    out += f'<g clip-path="{canvas.ref(land)}">{tints}</g>'
    for place, expected in enumerate(run for run in relief.expected if len(run) > 1):
        clip = f"short{canvas.row}-{place}"
        curve = smooth([(x * canvas.unit, height_of(value)) for x, value in expected])
        under = f"M{curve}V{short(RELIEF_BOTTOM)}H{short(expected[0][0] * canvas.unit)}Z"
        out += f'<clipPath id="{canvas.prefix}{clip}"><path d="{under}"/></clipPath>'
        out += f'<path clip-path="{canvas.ref(clip)}" fill="{canvas.ref("short")}" d="{skies}"/>'
    return out + f'<path class="interval" d="{intervals}"/><path class="felt" d="{means}"/>'


def _spot(spot: Spot, lonely: bool, canvas: Canvas) -> str:
    felt = spot.felt
    if felt is None:
        return ""
    if felt.mean is None:
        return canvas.at(spot.x, 0, _raw_dots(felt.raw))
    y = height_of(felt.mean)
    out = ""
    few = felt.answers < 30
    if (few or lonely) and felt.low is not None and felt.high is not None:
        out += f'<path class="whisker" d="M0 {short(height_of(felt.high) - y)}V{short(height_of(felt.low) - y)}"/>'
    if spot.truth:
        out += f'<path class="point-truth{" few" if few else ""}" d="M0-8 8 0 0 8-8 0z"/>'
    else:
        out += f'<circle class="point{" few" if few else ""}" r="{3.8 if few else 3.6}"/>'
    title = f"<title>{prose(spot.name)} {signed(felt.mean)}</title>"
    return canvas.at(spot.x, y, f"{title}{out}")


def _raw_dots(values: tuple[float, ...]) -> str:
    rows: dict[float, int] = {}
    for value in values:
        rows[round(value * 2) / 2] = rows.get(round(value * 2) / 2, 0) + 1
    return "".join(
        f'<circle class="raw" cx="{short((place - (count - 1) / 2) * 7)}" cy="{short(height_of(value))}" r="2.6"/>'
        for value, count in rows.items()
        for place in range(count)
    )


def _split(split: Split, canvas: Canvas) -> str:
    """Draw an arrow with two heads from the lowest mean of a stage to its highest."""
    top, bottom = height_of(split.high), height_of(split.low)
    up, down = (
        f"M-4 {short(top + 6)}L0 {short(top)} 4 {short(top + 6)}",
        f"M-4 {short(bottom - 6)}L0 {short(bottom)} 4 {short(bottom - 6)}",
    )
    arrow = f"{up}M0 {short(top)}V{short(bottom)}{down}"
    return canvas.at(split.x, 0, f'<path class="split" d="{arrow}"/>')


def _label(label: Label, canvas: Canvas) -> str:
    text = f'{prose(label.name)} <tspan class="strong">{signed(label.value)}</tspan>'
    return canvas.at(
        label.x, label.y, f'<text class="label" text-anchor="middle" x="{short(label.shift)}">{text}</text>'
    )


def _pin(canvas: Canvas, x: float, y: float, pin: int | None) -> str:
    mark = f'<circle class="pin-dot" r="9.5"/><text class="pin-text" y="4">{pin}</text>'
    return canvas.at(x, y, mark) if pin is not None else ""


# ------------------------------------------------------------------- river


def draw_river(band: Band, canvas: Canvas) -> str:
    """Draw the river of people, its branches, and its thin end once more under a lens."""
    shapes = columns_of(canvas, band.river_height)
    shapes += "".join(_piece(reach, 0, 0, canvas) for reach in band.river.reaches)
    plain = band.river.reaches if band.lens is None else band.river.reaches[: band.lens.first]
    marks = "".join(_ends(reach, 0, 0, canvas) for reach in plain)
    out = canvas.stretched(shapes, band.river_height)
    if band.lens is None:
        return out + marks
    lens = band.lens
    seen = "".join(_piece(reach, lens.first, lens.top, canvas) for reach in lens.stream.reaches)
    marks += "".join(_ends(reach, lens.first, lens.top, canvas) for reach in lens.stream.reaches)
    out += canvas.stretched(_glass(band, lens, canvas) + seen, band.river_height)
    return out + marks + _lens_words(lens, canvas)


def _glass(band: Band, lens: Lens, canvas: Canvas) -> str:
    left, right = lens.first * canvas.unit, canvas.wide
    top, bottom = lens.top - 22, band.river_height
    thin = band.river.reaches[lens.first].height
    return (
        f'<rect class="lens" x="{short(left)}" y="{short(top)}" width="{short(right - left)}" '
        f'height="{short(bottom - top)}"/><path class="lens-edge" d="M{short(left)} {short(thin)}V{short(bottom)}'
        f'M{short(left)} {short(top)}H{short(right)}"/>'
    )


def _lens_words(lens: Lens, canvas: Canvas) -> str:
    text = f'<text class="label strong" x="7">{escape(lens_words(lens))}</text>'
    return canvas.at(lens.first, lens.top - 7, text)


def _piece(reach: Reach, first: int, top: float, canvas: Canvas) -> str:
    """Draw one stage of the river. From its upper bank: going on, arrived, still under way, leaving."""
    unit = canvas.unit
    x = (first + reach.column) * unit
    leave, end = x + LEAVE_AT * unit, x + LEAVE_END * unit
    out = ""
    if reach.height > 0:
        out += _rect('class="water"', x, top, leave - x + 0.6, max(reach.height, 0.7))
    if reach.on > 0:
        out += _rect('class="water"', leave, top, x + unit - leave + 0.6, max(reach.on, 0.7))
    if reach.passed > 0.4:
        slant = 0.06 * unit
        out += (
            f'<path class="passed" fill="{canvas.ref("pass")}" d="M{short(x)} {short(top)}'
            f"L{short(x + slant)} {short(top + reach.passed)}H{short(x + unit - slant)}"
            f'L{short(x + unit)} {short(top)}Z"/>'
        )
    y = top + reach.on
    if reach.arrived > 0:
        out += _rect('class="arrived"', leave, y, 0.3 * unit, max(reach.arrived, 0.8))
        y += reach.arrived
    if reach.open > 0:
        out += _rect(f'fill="{canvas.ref("wait")}"', leave, y, 0.3 * unit, max(reach.open, 1))
        y += reach.open
    kind = "neutral" if reach.neutral else "admit"
    for high, name, more in ((reach.admitted, kind, 0.0), (reach.beyond, "beyond", 4.0)):
        if high > 0:
            out += _strand(leave, end, y, max(high, 0.8), reach.drop + more, canvas.ref(name))
        y += high
    return out


def _rect(kind: str, x: float, y: float, wide: float, high: float) -> str:
    return f'<rect {kind} x="{short(x)}" y="{short(y, 2)}" width="{short(wide)}" height="{short(high, 2)}"/>'


def _strand(start: float, end: float, y: float, high: float, drop: float, fill: str) -> str:
    """Draw a branch that leaves at ``start`` and sinks by ``drop`` until ``end``, as thick all along."""
    near, far = short(start + (end - start) * 0.46), short(end - (end - start) * 0.46)
    top, low = short(y, 2), short(y + drop, 2)
    under, deep = short(y + high, 2), short(y + drop + high, 2)
    begins, ends = short(start), short(end)
    there = f"M{begins} {top}C{near} {top} {far} {low} {ends} {low}V{deep}"
    back = f"C{far} {deep} {near} {under} {begins} {under}Z"
    return f'<path fill="{fill}" d="{there}{back}"/>'


def _ends(reach: Reach, first: int, top: float, canvas: Canvas) -> str:
    """Mark where people arrived, and the pin where this leak is one of the things to mend first."""
    out = ""
    column = first + reach.column
    if reach.arrived > 0:
        flag = '<rect class="arrival" x="-1" y="-5" width="10" height="10"/>'
        out += canvas.at(column + LEAVE_AT + 0.3, top + reach.on + reach.arrived / 2, flag)
    if reach.pin is not None:
        leaving = reach.admitted + reach.beyond
        y = top + reach.on + reach.arrived + reach.open + leaving / 2 + reach.drop * 0.35
        out += _pin(canvas, column + 0.7, y, reach.pin)
    return out


def relief_words(relief: Relief) -> str:
    """Say the relief's points in words, for those who cannot see it."""
    parts = []
    if not relief.gaps and not any(spot.felt for spot in relief.spots):
        planned = ((stop.station.name, stop.station.expected) for stop in relief.stops)
        parts = [
            _("{name}: planned {value}").format(name=name, value=signed(value))
            for name, value in planned if value is not None
        ]  # fmt: skip
        return "; ".join(parts) or _("No emotion is planned here.")
    for spot in relief.spots:
        if spot.felt is None:
            parts.append(_("{name}: nobody was asked").format(name=spot.name))
        elif spot.felt.mean is None:
            parts.append(_("{name}: {n} answers, no mean").format(name=spot.name, n=spot.felt.answers))
        else:
            parts.append(f"{spot.name} {signed(spot.felt.mean)}")
    return "; ".join(parts)


def lens_words(lens: Lens) -> str:
    """Say that the end of the river is drawn once more, and how much larger."""
    return _("Lens ×\u202f{factor}: the same river, enlarged").format(factor=number(lens.factor))
