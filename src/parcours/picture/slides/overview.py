"""The slide with the whole map: stages as columns, the lanes that tell the most, nothing smaller than 11 px."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from parcours.language.formats import number
from parcours.language.translation import _, ngettext
from parcours.picture import lines
from parcours.picture.layout import MOST_COLUMNS
from parcours.picture.model import MapPicture, StageColumn
from parcours.picture.plan_cells import scores_words, verdict_words
from parcours.picture.river import stream
from parcours.picture.setting import Paragraph
from parcours.picture.slides.deck import FOOT, MARGIN, WIDE, Deck
from parcours.picture.slides.drawings import LABEL_ROOM, Feelings, draw_people, draw_scores
from parcours.picture.slides.paint import Painter, Pen
from parcours.picture.slides.told import about, paged, spoken, told
from parcours.picture.slides.words import Box, Para, cut, height, para, shrunk

_HEADS, _PAD, _SCALE = 92.0, 10.0, 0.88
_TOP = 88.0
_FEELINGS, _RIVER, _GAUGE = 76.0, 40.0, 18.0
_MOST = 120.0
"""Px that one paragraph may take; a longer one is cut, and stands whole in the notes."""
_LEAST = 58.0
"""Px for three touchpoints: with less room for them, a slide shows fewer stages."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A row of the map: its name and what it says of each stage."""

    name: str
    cells: Mapping[str, list[Para]]
    gap: float = 9

    def high(self, wide: float) -> float:
        """Return the height of the row in columns of ``wide`` px."""
        high = max((height(cell, wide) for cell in self.cells.values()), default=0.0)
        return max(high, height(self.head, _HEADS - 8)) if high else 0.0

    @property
    def head(self) -> list[Para]:
        """Return the lane's name, as it stands at the left."""
        return [para(self.name, 11, "ink-2", bold=True)] if self.name else []


def draw_overview(
    deck: Deck,
    picture: MapPicture,
    pages_of: Mapping[str, int],
    *,
    title: str | None = None,
    scale: float | None = None,
) -> None:
    """Draw the whole map on as few slides as keep it readable. ``pages_of``: on which slide a stage is told in full.

    ``title`` names it where there are several maps, and ``scale`` (px a person) is then the same for all.
    """
    rows = _rows(picture, scale)
    title = title or _("The whole map")
    scale = people_scale(picture.stages) if scale is None else scale
    head = Box(MARGIN, 24, WIDE - 2 * MARGIN - 120, 38)
    for place, row in enumerate(rows):
        onward = rows[place + 1][0] if place + 1 < len(rows) else None
        heading = paged(title, place + 1, len(rows))
        painter = deck.slide(shrunk(heading, 28, 14, head), head, _notes(picture, row, listed=not pages_of))
        _Sheet(painter, row, onward, scale, pages_of).draw(picture)
        deck.foot(painter)


def overview_slides(picture: MapPicture) -> int:
    """Return how many slides the whole map needs."""
    return len(_rows(picture))


def _rows(picture: MapPicture, scale: float | None = None) -> list[tuple[StageColumn, ...]]:
    """Cut the stages into rows of nearly equal length, as long as everything but the touchpoints fits on a slide."""
    stages = tuple(picture.stages)
    scale = people_scale(stages) if scale is None else scale
    for most in range(MOST_COLUMNS, 0, -1):
        count = -(-len(stages) // most)
        size = -(-len(stages) // count) if count else 1
        rows = [stages[start : start + size] for start in range(0, len(stages), size)]
        if most == 1 or all(_Sheet(None, row, None, scale, {}).room() >= _LEAST for row in rows):
            return rows
    return []


def people_scale(stages: Sequence[StageColumn]) -> float:
    """Return the px a person, so that the most people fill the drawing's height."""
    most = max((stage.reached.count for stage in stages), default=0)
    return _RIVER / most if most else 0.0


def _notes(picture: MapPicture, row: Sequence[StageColumn], *, listed: bool) -> str:
    """Say what the slide shows; ``listed``: with every touchpoint, as no other slide has them."""
    told_stages = []
    for stage in row:
        told_stages.append(f"{stage.number}. {stage.name}{': ' + stage.goal if stage.goal else ''}")
        told_stages += [f"– {station.name}" for station in stage.stations if listed]
    return spoken(picture, [about(picture), picture.headline, *picture.lost, *picture.felt, "", *told_stages])


class _Sheet:
    """One slide of the overview. Without a painter it only measures."""

    def __init__(
        self,
        painter: Painter | None,
        row: Sequence[StageColumn],
        onward: StageColumn | None,
        scale: float,
        pages_of: Mapping[str, int],
    ) -> None:
        self.painter, self.row, self.onward, self.scale, self.pages_of = painter, row, onward, scale, pages_of
        self.left = MARGIN + _HEADS
        self.column = (WIDE - MARGIN - self.left) / len(row)
        self.wide = self.column - _PAD
        self.feelings = Feelings(row, Box(self.left, 0, WIDE - MARGIN - self.left, _FEELINGS))
        self.lived = any(stage.lived for stage in row)

    def _lane(self, name: str, write: Callable[[StageColumn], list[Paragraph]]) -> Lane:
        cells = {stage.id: told(write(stage), _SCALE) for stage in self.row}
        return Lane(name, {id: [cut(one, self.wide, _MOST) for one in cell] for id, cell in cells.items()})

    def _before(self) -> list[Lane]:
        names = Lane("", {stage.id: [cut(para(stage.name, 13, bold=True), self.wide, _MOST)] for stage in self.row}, 8)
        lanes = [
            names,
            self._lane(_("What they want"), lines.goal),
            self._lane(_("Owner"), lines.owner),
            self._lane(_("Median time"), lines.time),
        ]
        return [lane for lane in lanes if lane.high(self.wide)]

    def _people(self) -> list[Lane]:
        following = [*self.row[1:], self.onward]
        numbers = {
            stage.id: told(lines.entered(stage, after)[:2], _SCALE)
            for stage, after in zip(self.row, following, strict=True)
        }
        leaving = {stage.id: told(lines.leaving(stage)[:2], _SCALE) for stage in self.row}
        return [Lane(_("The river"), numbers, 2), Lane(_("Leaving"), leaving)] if self.lived else []

    def _after(self) -> list[Lane]:
        verdicts = {
            stage.id: [para(verdict_words(stage.aligned), 12, bold=True)] if stage.aligned is not None else []
            for stage in self.row
        }
        promises = {stage.id: _promises(stage) for stage in self.row}
        return [Lane(_("Structure and feeling"), verdicts, 3), Lane(_("Promises"), promises)]

    def room(self) -> float:
        """Return the height that is left for the touchpoints."""
        lanes = (*self._before(), *self._people(), *self._after())
        fixed = sum(lane.high(self.wide) + lane.gap for lane in lanes if lane.high(self.wide))
        fixed += _GAUGE + 6 if self._scored else 0
        drawings = (_FEELINGS + 2 * LABEL_ROOM + 2 if self.feelings.anything else 0) + (
            self._depth() + 6 if self.lived else 0
        )
        return FOOT.y - 8 - _TOP - 30 - fixed - drawings

    @property
    def _scored(self) -> bool:
        return any(stage.aligned is not None for stage in self.row)

    def _depth(self) -> float:
        return stream(self.row, 0, self._going_on, self.scale).bottom

    @property
    def _going_on(self) -> int:
        return self.onward.reached.count if self.onward is not None else 0

    def draw(self, picture: MapPicture) -> None:
        """Draw from top to bottom."""
        assert self.painter is not None
        self.painter.text(Box(MARGIN, 61, WIDE - 2 * MARGIN, 18), [para(about(picture), 13, "ink-2")], _("The map"))
        y = self._line(_TOP) + 8
        for lane in self._before():
            y = self._words(lane, y)
        if self.feelings.anything:
            y = self._feelings(y)
        people = self._people()
        if people:
            y = self._words(people[0], y)
            y += draw_people(
                self.painter, self.row, self._going_on,
                Box(self.left, y, WIDE - MARGIN - self.left, _RIVER), self.scale,
            ) + 6  # fmt: skip
            y = self._words(people[1], y, ruled=False)
        room = self.room()
        y = self._words(Lane(_("Touchpoints"), {stage.id: self._stations(stage, room - 9) for stage in self.row}), y)
        verdicts, promises = self._after()
        if self._scored:
            y = self._scores(self._words(verdicts, y))
        if promises.high(self.wide):
            self._words(promises, y)

    def _line(self, y: float) -> float:
        """Draw the line of the plan: straight, with the stages as its stops."""
        assert self.painter is not None
        self.painter.line(self.left, y + 11, WIDE - MARGIN, y + 11, Pen("carte", 2.25))
        for place, stage in enumerate(self.row):
            box = Box(self.left + place * self.column, y, 22, 22)
            self.painter.shape("rect", box, "sheet", Pen("carte", 1.75))
            self.painter.text(
                Box(box.x, y + 3, 22, 17), [para(number(stage.number), 12, "carte", bold=True)],
                _("Stage {n}").format(n=stage.number), align="ctr",
            )  # fmt: skip
            for beside, pin in enumerate(stage.pins):
                left = box.x + 30 + 26 * beside
                self.painter.shape("ellipse", Box(left, y, 22, 22), "rompu", Pen("paper", 1.5))
                self.painter.text(
                    Box(left, y + 3, 22, 17), [para(number(pin), 12, "on-rompu", bold=True)],
                    _("To do first, number {n}").format(n=pin), align="ctr",
                )  # fmt: skip
        return y + 22

    def _words(self, lane: Lane, y: float, *, ruled: bool = True) -> float:
        assert self.painter is not None
        if lane.name and ruled:
            self.painter.line(MARGIN, y - lane.gap / 2 + 1, WIDE - MARGIN, y - lane.gap / 2 + 1, Pen("rule", 0.75))
        high = lane.high(self.wide)
        if lane.name:
            self.painter.text(Box(MARGIN, y, _HEADS - 8, max(high, 15)), lane.head, lane.name)
        for place, stage in enumerate(self.row):
            cell = lane.cells[stage.id]
            if cell:
                box = Box(self.left + place * self.column, y, self.wide, high)
                self.painter.text(box, cell, f"{stage.name}: {lane.name}" if lane.name else stage.name)
        return y + high + lane.gap

    def _feelings(self, y: float) -> float:
        assert self.painter is not None
        box = Box(self.left, y + LABEL_ROOM - 6, WIDE - MARGIN - self.left, _FEELINGS)
        self.painter.text(
            Box(MARGIN, y, _HEADS - 8, 60),
            [para(_("The relief"), 11, "voyage", bold=True), para(_("what they feel"), 11, "ink-2")],
            _("The relief"),
        )
        Feelings(self.row, box).draw(self.painter)
        return box.bottom + LABEL_ROOM + 8

    def _scores(self, y: float) -> float:
        assert self.painter is not None
        for place, stage in enumerate(self.row):
            if stage.aligned is not None:
                box = Box(self.left + place * self.column, y, self.wide, _GAUGE)
                words = f"{stage.name}: {verdict_words(stage.aligned)}, {scores_words(stage.aligned)}"
                draw_scores(self.painter, stage.aligned, box, words)
        return y + _GAUGE + 6

    def _stations(self, stage: StageColumn, room: float) -> list[Para]:
        """List the touchpoints as far as they fit; the others are counted and their slide is named."""
        out: list[Para] = []
        for place, station in enumerate(stage.stations):
            name = f"{station.name} ◆" if station.moment_of_truth else station.name
            one = para(name, 11, before=2, bullet="▪")
            rest = len(stage.stations) - place
            last = place + 1 == len(stage.stations)
            if height([*out, one, *([] if last else [self._more(stage, rest)])], self.wide) > room:
                return [*out, self._more(stage, rest)]
            out.append(one)
        return out

    def _more(self, stage: StageColumn, rest: int) -> Para:
        if stage.id not in self.pages_of:
            words = ngettext("{n} more, in the notes", "{n} more, in the notes", rest).format(n=number(rest))
        else:
            words = ngettext("{n} more, slide {page}", "{n} more, slide {page}", rest)
            words = words.format(n=number(rest), page=self.pages_of[stage.id])
        return para(words, 11, "carte", bold=True, before=2)


def _promises(stage: StageColumn) -> list[Para]:
    """Say how many of the stage's promises are kept as often as meant."""
    judged = [one for one in stage.promises if one.kept_target is not None]
    if not judged:
        return []
    kept = sum(bool(one.kept_target) for one in judged)
    sign, colour = ("✓", "carte") if kept == len(judged) else ("✕", "rompu")
    words = ngettext("{kept} of {n} kept as meant", "{kept} of {n} kept as meant", len(judged))
    return [para(f"{sign} {words.format(kept=number(kept), n=number(len(judged)))}", 11, colour, bold=True)]
