"""The two drawings of the map, relief and river, as SVG content shared by every face.

Shapes are drawn in units of ``Canvas.unit`` per column. On the page they are stretched to the table's width while
texts, points and icons keep their size and stand at percentages; in the static SVG all stands at px.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from parcours.language.formats import number, signed
from parcours.language.translation import _
from parcours.picture.curves import smooth
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
    """A drawing surface of ``columns``; ``fluid`` ones stretch. ``prefix`` and ``row`` keep ids apart."""

    columns: int
    unit: float
    fluid: bool
    prefix: str
    row: int = 0

    @property
    def wide(self) -> float:
        """Return the whole width in units."""
        return self.columns * self.unit

    def x(self, column: float) -> str:
        """Return the x of a place, in percent or px."""
        return f"{round(column / self.columns * 100, 2):g}%" if self.fluid else f"{column * self.unit:.1f}"

    def stretched(self, shapes: str, height: float, top: float = 0) -> str:
        """Wrap shapes given in units so that they fill the width."""
        if not self.fluid:
            return f'<g transform="translate(0 {top:.1f})">{shapes}</g>' if top else f"<g>{shapes}</g>"
        box = f'viewBox="0 0 {self.wide:.0f} {height:.0f}" preserveAspectRatio="none"'
        return f'<svg y="{top:.1f}" {box} width="100%" height="{height:.0f}">{shapes}</svg>'

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
    shapes += "".join(_land(place, run, relief, canvas) for place, run in enumerate(relief.runs) if len(run) > 1)
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
    """Draw the line of the plan and the stations on it: squares, diamonds for moments of truth."""
    line = f'<line class="plan" x1="0" x2="{canvas.x(canvas.columns)}" y1="{y}" y2="{y}"/>'
    return line + "".join(canvas.at(stop.x, y, _stop(stop, canvas)) for stop in stops)


def _stop(stop: Stop, canvas: Canvas) -> str:
    name = f"<title>{prose(stop.station.name)}</title>"
    truth = stop.station.moment_of_truth
    if not stop.size:
        small = "M0-6 6 0 0 6-6 0z" if truth else "M-2.5-4h5v8h-5z"
        return f'<path class="stop" d="{small}">{name}</path>'
    half, corner, inner = stop.size / 2, stop.size * 0.69, stop.size * 0.62
    box = f'x="{-half:.1f}" y="{-half:.1f}" width="{stop.size:.1f}" height="{stop.size:.1f}"'
    frame = f'<rect class="stop" {box} rx="3"/>'
    if truth:
        frame = f'<path class="stop truth" d="M0 {-corner:.1f}L{corner:.1f} 0 0 {corner:.1f} {-corner:.1f} 0z"/>'
    href = f"#{canvas.prefix}{known(stop.station.icon)}"
    at = f'x="{-inner / 2:.2f}" y="{-inner / 2:.2f}" width="{inner:.1f}" height="{inner:.1f}"'
    return f'<g>{name}{frame}<use class="sign" href="{href}" {at}/></g>'


def _ground(canvas: Canvas) -> str:
    lines = "".join(
        f'<path class="{"zero" if value == 0 else "level"}" d="M0 {height_of(value):.1f}H{canvas.wide:.0f}"/>'
        for value in (-2, -1, 0, 1, 2)
    )
    return lines + columns_of(canvas, RELIEF_HEIGHT)


def columns_of(canvas: Canvas, height: float) -> str:
    """Draw the hairlines between columns."""
    inner = (f"M{column * canvas.unit:.1f} 0V{height:.0f}" for column in range(1, canvas.columns))
    return f'<path class="hair" d="{"".join(inner)}"/>' if canvas.columns > 1 else ""


def _unknown(gap: Gap, canvas: Canvas) -> str:
    left, wide = gap.left * canvas.unit, (gap.right - gap.left) * canvas.unit
    high = RELIEF_BOTTOM - RELIEF_TOP
    return f'<rect x="{left:.1f}" y="{RELIEF_TOP}" width="{wide:.1f}" height="{high}" fill="{canvas.ref("gap")}"/>'


def _hint(gap: Gap, canvas: Canvas) -> str:
    if not gap.lines:
        return ""
    first = height_of(-0.95) - (len(gap.lines) - 1) * 7
    lines = "".join(
        f'<text class="hint" y="{place * 14.5:.1f}">{prose(line)}</text>' for place, line in enumerate(gap.lines)
    )
    return canvas.at((gap.left + gap.right) / 2, first, lines)


def _land(place: int, run: tuple[Spot, ...], relief: Relief, canvas: Canvas) -> str:
    """Draw one unbroken stretch: the land in four heights, what falls short of the plan, the interval, the line."""
    points = [(spot.x * canvas.unit, spot.felt) for spot in run if spot.felt is not None]
    mean = smooth([(x, height_of(felt.mean or 0.0)) for x, felt in points])
    high = smooth([(x, height_of(felt.high if felt.high is not None else felt.mean or 0.0)) for x, felt in points])
    low = smooth([(x, height_of(felt.low if felt.low is not None else felt.mean or 0.0)) for x, felt in points[::-1]])
    start, end = points[0][0], points[-1][0]
    land, short = (f"{canvas.prefix}{name}{canvas.row}-{place}" for name in ("land", "short"))
    step = (RELIEF_BOTTOM - RELIEF_TOP) / 4
    tints = "".join(
        f'<rect class="land{level + 3}" x="{start:.1f}" y="{height_of(level + 1):.1f}" width="{end - start:.1f}" '
        f'height="{step + 0.3:.1f}"/>'
        for level in (1, 0, -1, -2)
    )
    out = f'<clipPath id="{land}"><path d="M{mean}L{end:.1f} {RELIEF_BOTTOM}L{start:.1f} {RELIEF_BOTTOM}Z"/></clipPath>'
    out += f'<g clip-path="url(#{land})">{tints}</g>'
    for points_expected in relief.expected:
        if len(points_expected) < 2:
            continue
        curve = smooth([(x * canvas.unit, height_of(value)) for x, value in points_expected])
        first, last = points_expected[0][0] * canvas.unit, points_expected[-1][0] * canvas.unit
        clip = f"{short}-{points_expected[0][0]:.2f}"
        out += (
            f'<clipPath id="{clip}"><path d="M{curve}L{last:.1f} {RELIEF_BOTTOM}L{first:.1f} {RELIEF_BOTTOM}Z"/>'
            "</clipPath>"
            f'<path clip-path="url(#{clip})" fill="{canvas.ref("short")}" '
            f'd="M{mean}L{end:.1f} 0L{start:.1f} 0Z"/>'
        )
    return out + f'<path class="interval" d="M{high}L{low}Z"/><path class="felt" d="M{mean}"/>'


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
        out += f'<path class="whisker" d="M0 {height_of(felt.high) - y:.1f}V{height_of(felt.low) - y:.1f}"/>'
    if spot.truth:
        out += f'<path class="point-truth{" few" if few else ""}" d="M0-8 8 0 0 8-8 0z"/>'
    else:
        out += f'<circle class="point{" few" if few else ""}" r="{3.8 if few else 3.6}"/>'
    title = f"<title>{prose(spot.name)} {signed(felt.mean)}</title>"
    return canvas.at(spot.x, y, f"<g>{title}{out}</g>")


def _raw_dots(values: tuple[float, ...]) -> str:
    rows: dict[float, int] = {}
    for value in values:
        rows[round(value * 2) / 2] = rows.get(round(value * 2) / 2, 0) + 1
    return "".join(
        f'<circle class="raw" cx="{(place - (count - 1) / 2) * 7:.1f}" cy="{height_of(value):.1f}" r="2.6"/>'
        for value, count in rows.items()
        for place in range(count)
    )


def _split(split: Split, canvas: Canvas) -> str:
    """Draw an arrow with two heads from the lowest mean of a stage to its highest."""
    top, bottom = height_of(split.high), height_of(split.low)
    up, down = (
        f"M-4 {top + 6:.1f}L0 {top:.1f} 4 {top + 6:.1f}",
        f"M-4 {bottom - 6:.1f}L0 {bottom:.1f} 4 {bottom - 6:.1f}",
    )
    arrow = f"{up}M0 {top:.1f}V{bottom:.1f}{down}"
    return canvas.at(split.x, 0, f'<path class="split" d="{arrow}"/>')


def _label(label: Label, canvas: Canvas) -> str:
    text = f'{prose(label.name)} <tspan class="strong">{signed(label.value)}</tspan>'
    return canvas.at(label.x, label.y, f'<text class="label" text-anchor="middle" x="{label.shift:.1f}">{text}</text>')


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
        f'<rect class="lens" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}"/>'
        f'<path class="lens-edge" d="M{left:.1f} {thin:.1f}V{bottom:.1f}M{left:.1f} {top:.1f}H{right:.1f}"/>'
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
            f'<path class="passed" fill="{canvas.ref("pass")}" d="M{x:.1f} {top:.1f}'
            f'L{x + slant:.1f} {top + reach.passed:.1f}H{x + unit - slant:.1f}L{x + unit:.1f} {top:.1f}Z"/>'
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
    return f'<rect {kind} x="{x:.1f}" y="{y:.2f}" width="{wide:.1f}" height="{high:.2f}"/>'


def _strand(start: float, end: float, y: float, high: float, drop: float, fill: str) -> str:
    """Draw a branch that leaves at ``start`` and sinks by ``drop`` until ``end``, as thick all along."""
    near, far = start + (end - start) * 0.46, end - (end - start) * 0.46
    low = y + drop
    there = f"M{start:.1f} {y:.2f}C{near:.1f} {y:.2f} {far:.1f} {low:.2f} {end:.1f} {low:.2f}V{low + high:.2f}"
    back = f"C{far:.1f} {low + high:.2f} {near:.1f} {y + high:.2f} {start:.1f} {y + high:.2f}Z"
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
