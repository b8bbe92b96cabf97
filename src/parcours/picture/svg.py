"""The map as a static SVG: the same layout and drawings as the page, its text set by measured widths."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Literal

from parcours.language.counted import plural_counted
from parcours.language.translation import _, speaking
from parcours.picture import lines, plan_lines, story_cells
from parcours.picture.blueprint import layer_lines, layers_of, line_names
from parcours.picture.drawing import Canvas, definitions, draw_relief, draw_river, draw_stops
from parcours.picture.held import DEVIATION_NAMES
from parcours.picture.icons import known, sprite
from parcours.picture.lanes import QUIET, LaneName, lane_names, river_scale
from parcours.picture.layout import Band, lay_out, split
from parcours.picture.legend import signs
from parcours.picture.model import MapPicture, StageColumn
from parcours.picture.quadrant import draw_plane, lay_plane, placed, quadrant_words
from parcours.picture.relief import RELIEF_HEIGHT, height_of, relief
from parcours.picture.setting import Paragraph, Run, line, set_text
from parcours.picture.table import axis_words, unasked_words
from parcours.picture.thumbnail import draw_thumbnail
from parcours.picture.tokens import coloured, colours_of, drawing_style
from parcours.picture.typeface import SANS_STACK, VOICE_STACK, Style, font_faces, prose, width

MARGIN, HEADS, PAD = 28.0, 118.0, 9.0
NARROWEST = 720
_LANE = Style(14, 650, 92)
_SMALL = Style(12, 400, 92)
_AXIS = Style(11.5, 400, 92)

Write = Callable[[StageColumn], list[Paragraph]]
_CELLS: dict[LaneName, Write] = {
    "goal": lines.goal,
    "owner": lines.owner,
    "time": lines.time,
    "alignment": plan_lines.alignment,
    "promises": plan_lines.promises,
    "deviations": plan_lines.deviations,
    "pains": story_cells.pain_lines,
    "actions": story_cells.deed_lines,
    "words": lines.quote,
    "touchpoints": lines.stations,
    "indicators": lines.indicators,
}


def render_svg(
    picture: MapPicture, *, width: int = 1440, theme: Literal["light", "dark"] = "light", paper: bool = False
) -> str:
    """Return the whole picture as one SVG of ``width`` px (at least 720), its fonts embedded, without script.

    Colours are written out for ``theme``, so that programs without style variables can draw it; ``paper`` leaves the
    ground white. A thumbnail has a size of its own.
    """
    with speaking(picture.language):
        if picture.detail == "thumbnail":
            return coloured(draw_thumbnail(picture), colours_of(theme == "dark"))
        sheet = _Sheet(picture, float(max(width, NARROWEST)))
        body = sheet.draw()
        colours = colours_of(theme == "dark") | ({"paper": "#fff"} if paper else {})
        return _document(sheet, body, 0.0, sheet.y + MARGIN, colours)


def render_lanes(picture: MapPicture, place: int, lanes: Sequence[LaneName], *, width: float) -> str:
    """Return ``lanes`` of one row of stages for white paper, or an empty text where they have nothing to show.

    ``place`` counts the rows from 0. The key of the drawings stands above them where one of them is shown.
    """
    with speaking(picture.language):
        sheet = _Sheet(picture, max(width, NARROWEST))
        body = sheet.draw_lanes(place, lanes)
        return _document(sheet, body, MARGIN - 2, sheet.y + 4, colours_of(False) | {"paper": "#fff"}) if body else ""


def render_quadrant(picture: MapPicture, *, side: int = 640, theme: Literal["light", "dark"] = "light") -> str:
    """Return the quadrant picture alone as an SVG of ``side`` px and axes, or nothing where no stage has a place."""
    scale = picture.plan.scale
    if scale is None or not placed(picture.stages):
        return ""
    with speaking(picture.language):
        plane = lay_plane(picture.stages, scale.threshold, side)
        title, text = _("Structure and feeling"), quadrant_words(picture.stages)
        wide, high = round(plane.wide), round(plane.high)
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" '
            f'role="img" lang="{picture.language}"><title>{prose(title)}</title><desc>{prose(text)}</desc>'
            f"<style>{font_faces()}{drawing_style()}text{{font-family:{SANS_STACK}}}</style>"
            f'{definitions("g-")}<rect width="100%" height="100%" fill="var(--paper)"/>{draw_plane(plane, "g-")}</svg>'
        )
        return coloured(svg, colours_of(theme == "dark"))


def _document(sheet: _Sheet, body: str, cut: float, high: float, colours: Mapping[str, str]) -> str:
    """Return a whole SVG, ``cut`` px taken from its left and right."""
    picture = sheet.picture
    icons = {known(station.icon) for stage in picture.stages for station in stage.stations}
    symbols = sprite(
        "g-",
        icons | {"kept", "missed", "unknown", "truth", "drift", "split", *DEVIATION_NAMES, *story_cells.DEED_ICONS},
    )
    inner = symbols[symbols.index(">") + 1 : symbols.rindex("</svg>")]
    wide = f"{sheet.width - 2 * cut:.0f}"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{round(high)}" '
        f'viewBox="{cut:.0f} 0 {wide} {round(high)}" role="img" lang="{picture.language}">'
        f"<title>{prose(picture.title)}</title><desc>{prose(picture.headline)}</desc>"
        f"<style>{font_faces()}{drawing_style()}text{{font-family:{SANS_STACK};"
        f"font-variant-numeric:tabular-nums lining-nums}}.serif{{font-family:{VOICE_STACK};font-style:italic}}"
        ".pen{fill:none;stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round}</style>"
        f'{definitions("g-")}<defs>{inner}</defs><rect width="100%" height="100%" fill="var(--paper)"/>{body}</svg>'
    )
    return coloured(svg, colours)


class _Sheet:
    """Draws from top to bottom; ``y`` is where the next thing starts."""

    def __init__(self, picture: MapPicture, wide: float) -> None:
        self.picture = picture
        self.whole = picture.detail == "poster"
        self.width = wide
        self.inner = wide - 2 * MARGIN
        self.y = 18.0
        columns = max((len(band) for band in split(picture.stages)), default=1)
        self.column = (self.inner - HEADS) / columns
        self.left = MARGIN + HEADS
        self.bands = lay_out(picture.stages, self.column, _("Nobody was asked here"), picture.findings)

    def draw(self) -> str:
        out = self._masthead() + self._summary()
        if self.bands:
            out += self._legend()
        for place, band in enumerate(self.bands):
            following = self.bands[place + 1].stages[0] if place + 1 < len(self.bands) else None
            out += (self._rule("carte", 3) if place else "") + self._band(band, place, following, self.picture.shown)
        return out + (self._notes() if self.picture.detail != "summary" else "")

    def draw_lanes(self, place: int, lanes: Sequence[LaneName]) -> str:
        """Draw lanes of a row of stages by themselves; nothing where none of them has content."""
        self.y = 2.0
        following = self.bands[place + 1].stages[0] if place + 1 < len(self.bands) else None
        band = self.bands[place]
        drawn = "relief" in lanes or "river" in lanes
        drawn = drawn or "blueprint" in lanes
        if not drawn and not any(_CELLS[lane](stage) for lane in lanes if lane in _CELLS for stage in band.stages):
            return ""
        return (self._legend() if drawn else self._rule()) + self._band(band, place, following, lanes)

    # ------------------------------------------------------------ around the map

    def _rule(self, colour: str = "rule", thick: float = 1) -> str:
        path = (
            f'<path d="M{MARGIN} {self.y:.1f}H{self.width - MARGIN}" stroke="var(--{colour})" stroke-width="{thick}"/>'
        )
        self.y += thick
        return path

    def _masthead(self) -> str:
        logo = (
            f'<g transform="translate({MARGIN} {self.y:.1f})" fill="none" stroke-width="3">'
            '<path stroke="var(--carte)" d="M3 4h22"/><path stroke="var(--voyage)" stroke-linecap="round" '
            'd="M3 13c4-7 7 6 11 0s7 5 11 0"/></g>'
        )
        name = Paragraph(
            (
                Run("Parcours", Style(17, 650)),
                Run(_("the map"), Style(17)),
                Run(_("and the journey"), Style(18, 400, 100, "voice"), "voyage"),
            ),
            22,
        )
        about = f"{self.picture.title}, {self.picture.subtitle}" if self.picture.subtitle else self.picture.title
        half = self.inner * 0.6
        right = set_text([line(about, Style(14), "ink-2")], self.width - MARGIN - half, self.y, half, "g-")
        wide = width(about, Style(14))
        shift = max(half - wide - 4, 0)
        left = set_text([name], MARGIN + 36, self.y - 3, self.inner * 0.38, "g-")
        self.y += max(right.height, 22.0) + 8
        return f'{logo}{left.svg}<g transform="translate({shift:.1f} 0)">{right.svg}</g>{self._rule("carte", 3)}'

    def _summary(self) -> str:
        self.y += 18
        columns = [column for column in lines.summary(self.picture) if column[2]]
        gap = 30.0
        last = 1.3 if columns else 0.0
        share = (self.inner - gap * len(columns)) / (max(len(columns) - 1, 0) + last + 1.12)
        first = share * 1.12
        head = [line(self.picture.headline, Style(30, 640), leading=34)]
        title = set_text(head, MARGIN, self.y - 4, first if columns else self.inner, "g-")
        out, high, x = title.svg, title.height, MARGIN + first + gap
        for place, (colour, name, paragraphs) in enumerate(columns):
            share *= last if place == len(columns) - 1 else 1
            heading = set_text([line(name, Style(15, 650))], x, self.y - 3, share, "g-")
            rule = self.y + heading.height + 2
            out += (
                heading.svg + f'<path d="M{x:.1f} {rule:.1f}h{share:.1f}" stroke="var(--{colour})" stroke-width="2"/>'
            )
            text = set_text(paragraphs, x, rule + 8, share, "g-")
            out += text.svg
            high = max(high, rule + 8 + text.height - self.y)
            x += share + gap
        self.y += high + 16
        return out

    def _legend(self) -> str:
        out = self._rule()
        self.y += 8
        for name, group in signs(self.picture, self.bands, "g-"):
            out += set_text([line(name, Style(12.5, 600, 92))], MARGIN, self.y, HEADS, "g-").svg
            x = self.left
            for drawing, meaning in group:
                wide = width(meaning, Style(12.5, 400, 92)) + 58
                if x + wide > self.width - MARGIN and x > self.left:
                    x, self.y = self.left, self.y + 19
                out += f'<g transform="translate({x:.1f} {self.y + 1:.1f})">{drawing}</g>'
                out += set_text([line(meaning, Style(12.5, 400, 92), "ink-2")], x + 35, self.y, wide, "g-").svg
                x += wide
            self.y += 19
        self.y += 5
        return out + self._rule()

    def _notes(self) -> str:
        out = self._rule("carte", 3)
        self.y += 10
        if not self.picture.notes:
            return out
        runs = (
            Run(_("How to read these numbers."), Style(12.5, 650)),
            Run(" ".join(self.picture.notes), Style(12.5), "ink-2"),
        )
        text = set_text([Paragraph(runs, 17)], MARGIN, self.y, self.inner, "g-")
        self.y += text.height
        return out + text.svg

    # ------------------------------------------------------------------- lanes

    def _band(self, band: Band, place: int, following: StageColumn | None, lanes: Sequence[LaneName]) -> str:
        start = self.y
        stages = band.stages
        out = self._lane(_("Stage"), "", band, lines.head, 13, quiet=True)
        most = max(len(stage.pins) for stage in stages)
        self.y = max(self.y, start + (40 + 20 * most if most else 0))
        for lane in (lane for lane in lanes if lane in QUIET):
            if lane != "owner" or any(stage.owner for stage in stages):
                out += self._lane(lane_names()[lane][0], "", band, _CELLS[lane], 3, quiet=True)
        self.y += 8
        for lane in (lane for lane in lanes if lane not in QUIET):
            write = lines.all_stations if lane == "touchpoints" and self.whole else _CELLS.get(lane)
            if lane == "relief":
                out += self._feelings(band, place)
            elif lane == "river":
                out += self._people(band, place, following)
            elif lane == "blueprint":
                out += self._blueprint(band)
            elif write is not None and any(write(stage) for stage in stages):
                out += self._rule() + self._lane(*lane_names()[lane], band, write, 9)
                self.y += 10
        hairs = "".join(f"M{self.left + k * self.column:.1f} {start:.1f}V{self.y:.1f}" for k in range(len(stages)))
        return f'<path d="{hairs}" stroke="var(--hair)" fill="none"/>{out}'

    def _blueprint(self, band: Band) -> str:
        out, drawn = "", line_names()
        for layer, name in layers_of(band.stages):
            out += "" if out else self._rule()
            start = self.y
            out += self._lane(name, "", band, partial(layer_lines, layer=layer), 9)
            self.y = max(self.y + 8, start + 44)
            if layer in drawn:
                out += set_text([line(drawn[layer], _SMALL, "carte")], MARGIN, self.y - 15, self.inner, "g-").svg
                out += f'<path class="between" d="M{self.left:.1f} {self.y - 6:.1f}H{self.width - MARGIN:.1f}"/>'
        self.y += 6 if out else 0
        return out

    def _lane(self, name: str, more: str, band: Band, write: Write, above: float, quiet: bool = False) -> str:
        cells = [write(stage) for stage in band.stages]
        if not any(cells):
            return ""
        self.y += above
        head = [line(name, Style(12.5, 400, 92), "ink-2") if quiet else line(name, _LANE)]
        head += [line(more, _SMALL, "ink-2")] if more else []
        blocks = [set_text(head, MARGIN, self.y, HEADS - 10, "g-")]
        for place, cell in enumerate(cells):
            x = self.left + place * self.column + PAD
            blocks.append(set_text(cell, x, self.y, self.column - PAD - 7, "g-"))
        self.y += max(block.height for block in blocks) + 2
        return "".join(block.svg for block in blocks)

    def _canvas(self, band: Band, place: int) -> Canvas:
        return Canvas(len(band.stages), self.column, False, "g-", place)

    def _draw(self, drawing: str, high: float) -> str:
        svg = f'<g transform="translate({self.left:.1f} {self.y:.1f})">{drawing}</g>'
        self.y += high
        return svg

    def _feelings(self, band: Band, place: int) -> str:
        canvas = self._canvas(band, place)
        out = self._rule()
        if band.relief is None:
            self.y += 9
            head = [line(_("The relief"), _LANE), line(_("what they feel"), _SMALL, "ink-2")]
            left = set_text(head, MARGIN, self.y, HEADS - 10, "g-")
            note = [line(unasked_words(), Style(13, 400, 92), "ink-2")]
            text = set_text(note, self.left + PAD, self.y, min(560, self.inner - HEADS), "g-")
            self.y += max(left.height, text.height) + 8
            stops = relief(band.stages, self.column, "", {}).stops
            return out + left.svg + text.svg + (self._draw(draw_stops(stops, 18, canvas), 38) if stops else "")
        out += self._lane(_("The relief"), _("what they feel"), band, lines.felt, 9)
        for value, word, figure in axis_words():
            y = self.y + height_of(value) + 4
            out += (
                f'<text x="{self.left - 30:.1f}" y="{y:.1f}" text-anchor="end" font-size="{_AXIS.size}" '
                f'fill="var(--ink-2)">{prose(word)}</text><text x="{self.left - 8:.1f}" y="{y:.1f}" '
                f'text-anchor="end" font-size="{_AXIS.size}" font-weight="600" fill="var(--ink)">{figure}</text>'
            )
        return out + self._draw(draw_relief(band.relief, canvas), RELIEF_HEIGHT)

    def _people(self, band: Band, place: int, following: StageColumn | None) -> str:
        if not any(stage.lived for stage in band.stages):
            return ""
        after = dict(zip((stage.id for stage in band.stages), [*band.stages[1:], following], strict=True))
        scale = river_scale(band.stages[0].counted, band.magnified if place else 1.0)
        out = self._rule()
        out += self._lane(_("The river"), scale, band, lambda stage: lines.entered(stage, after[stage.id]), 9)
        if any(stage.reached.count for stage in band.stages):
            self.y += 4
            out += self._bars(band)
            out += self._draw(draw_river(band, self._canvas(band, place)), band.river_height)
        brief = self.picture.detail == "summary"
        out += self._lane(
            _("Leaving"), "" if brief else _("and others"), band, lambda stage: lines.leaving(stage, brief), 8
        )
        self.y += 10
        return out

    def _bars(self, band: Band) -> str:
        bars = [(band.river.bar, 0.0, "")]
        if band.lens is not None:
            bars.append((band.lens.stream.bar, band.lens.top, _("under the lens")))
        out = ""
        for (count, high), top, more in bars:
            y = self.y + top
            out += f'<rect class="water" x="{MARGIN}" y="{y + 2:.1f}" width="7" height="{max(high, 1):.1f}"/>'
            words = f"{plural_counted(count, band.stages[0].counted)} {more}".strip()
            out += set_text([line(words, _AXIS, "ink-2", leading=14)], MARGIN + 15, y, HEADS - 30, "g-").svg
        return out
