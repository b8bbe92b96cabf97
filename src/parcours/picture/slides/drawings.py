"""The drawings of the deck: what people feel against the plan, people to scale, scores and promises on their scales.

Ours is straight and ink blue, theirs is curved and terracotta; hatching says that nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from parcours.language.counted import plural_counted
from parcours.language.formats import number, signed
from parcours.language.translation import _
from parcours.picture.drawing import LEAVE_AT, LEAVE_END
from parcours.picture.held import Aligned, PromiseShown
from parcours.picture.model import StageColumn
from parcours.picture.relief import Relief, Run, Spot, height_of, relief
from parcours.picture.river import Reach, stream
from parcours.picture.slides.paint import Command, Painter, Pen, curve
from parcours.picture.slides.words import SLACK, Box, para
from parcours.picture.typeface import Style, width

LABEL_ROOM = 15.0
"""Px over and under the drawing of feelings that its labels may need."""


class Feelings:
    """The relief of some stages in a box."""

    def __init__(self, stages: Sequence[StageColumn], box: Box) -> None:
        self.stages, self.box = stages, box
        self.column = box.wide / len(stages)
        self.made: Relief = relief(stages, self.column, _("nobody asked"), {})

    @property
    def anything(self) -> bool:
        """Tell whether there is anything to draw."""
        return bool(self.made.expected or self.made.runs) or any(spot.felt for spot in self.made.spots)

    def x(self, column: float) -> float:
        """Return the x of a place counted in columns."""
        return self.box.x + column * self.column

    def y(self, valence: float) -> float:
        """Return the y of an emotion."""
        return self.box.y + (2 - min(max(valence, -2.0), 2.0)) / 4 * self.box.high

    def words(self) -> str:
        """Say what the drawing shows."""
        told = [
            _("{place}: {felt} felt").format(place=spot.name, felt=signed(spot.mean))
            for spot in self.made.spots if spot.mean is not None
        ]  # fmt: skip
        planned = [
            _("{place}: {felt} planned").format(place=stage.name, felt=signed(stage.expected))
            for stage in self.stages if stage.expected is not None
        ]  # fmt: skip
        return "; ".join([*told, *planned]) or _("Nobody was asked.")

    def draw(self, painter: Painter, *, named: bool = True) -> None:
        """Draw ground, gaps, plan and feelings; ``named``: with the names of what stands out."""
        box = Box(self.box.x, self.box.y, self.box.wide, self.box.high)
        whole = Box(box.x, box.y - LABEL_ROOM, box.wide, box.high + 2 * LABEL_ROOM) if named else box
        with painter.drawing(whole, _("What they feel"), self.words()):
            for value in (2, 1, 0, -1, -2):
                pen = Pen("edge", 1) if value == 0 else Pen("hair", 0.75)
                painter.line(box.x, self.y(value), box.right, self.y(value), pen)
            for gap in self.made.gaps:
                painter.hatch(Box(self.x(gap.left), box.y, (gap.right - gap.left) * self.column, box.high), "still")
            self._short(painter)
            for run in self.made.expected:
                self._planned(painter, run)
            for felt in self.made.runs:
                self._felt(painter, felt)
            for spot in self.made.spots:
                self._spot(painter, spot)
            for text, place in self._labels() if named else ():
                painter.text(place, [para(text, 11, bold=True)], text, align="ctr")

    def _labels(self) -> Iterator[tuple[str, Box]]:
        """Name what stands out, as far as a name meets neither a point nor another name."""
        marks = [(x, value) for run in self.made.expected for x, value in run]
        marks += [(spot.x, spot.mean) for spot in self.made.spots if spot.mean is not None]
        taken = [Box(self.x(x) - 7, self.y(value) - 7, 14, 14) for x, value in marks]
        for label in self.made.labels:
            text = f"{label.name} {signed(label.value)}"
            wide = width(text, Style(11, 700)) * SLACK["sans"] + 6
            left = min(max(self.x(label.x) + label.shift - wide / 2, self.box.x), self.box.right - wide)
            y = self.y(label.value) + (label.y - height_of(label.value)) - 11
            box = Box(left, min(max(y, self.box.y - LABEL_ROOM), self.box.bottom + 1), wide, 14)
            if not any(box.meets(other) for other in taken):
                taken.append(box)
                yield text, box

    def _short(self, painter: Painter) -> None:
        """Shade what lies between feeling and plan: the gap is the product."""
        planned = {round(x, 4): value for run in self.made.expected for x, value in run}
        for felt in self.made.runs:
            for known, stretch in groupby(felt, key=lambda spot: round(spot.x, 4) in planned):
                spots = list(stretch)
                if not known or len(spots) < 2:
                    continue
                there = curve([(self.x(spot.x), self.y(spot.mean or 0.0)) for spot in spots])
                back: list[Command] = [
                    ("L", (self.x(spot.x), self.y(planned[round(spot.x, 4)]))) for spot in reversed(spots)
                ]
                painter.path([*there, *back, ("Z", ())], "voyage-soft")

    def _planned(self, painter: Painter, run: Run) -> None:
        if len(run) > 1:
            first, *rest = [(self.x(x), self.y(value)) for x, value in run]
            painter.path([("M", first), *(("L", point) for point in rest)], pen=Pen("carte", 1.5, dashed=True))
        for x, value in run:
            painter.shape("rect", Box(self.x(x) - 2.5, self.y(value) - 2.5, 5, 5), "carte")

    def _felt(self, painter: Painter, run: Sequence[Spot]) -> None:
        known = [(self.x(spot.x), spot.felt) for spot in run if spot.felt is not None and spot.felt.mean is not None]
        if len(known) < 2:
            return
        high = curve([(x, self.y(one.mean if one.high is None else one.high)) for x, one in known])  # type: ignore[arg-type]
        low = [(x, self.y(one.mean if one.low is None else one.low)) for x, one in reversed(known)]  # type: ignore[arg-type]
        painter.path([*high, *curve(low, "L"), ("Z", ())], "voyage", opacity=0.22)
        painter.wave([(x, self.y(one.mean or 0.0)) for x, one in known], Pen("voyage", 2.5))

    def _spot(self, painter: Painter, spot: Spot) -> None:
        felt, x = spot.felt, self.x(spot.x)
        if felt is None:
            return
        if felt.mean is None:
            for value in sorted(set(felt.raw)):
                painter.shape("ellipse", Box(x - 3, self.y(value) - 3, 6, 6), "", Pen("voyage", 1.25))
            return
        few = felt.answers < 30
        if few and felt.low is not None and felt.high is not None:
            painter.line(x, self.y(felt.high), x, self.y(felt.low), Pen("voyage", 1.25))
        size = 13.0 if spot.truth else 8.0
        box = Box(x - size / 2, self.y(felt.mean) - size / 2, size, size)
        edge = Pen("voyage", 1.75) if few else Pen("paper", 1)
        painter.shape("diamond" if spot.truth else "ellipse", box, "paper" if few else "voyage", edge)


def draw_people(painter: Painter, stages: Sequence[StageColumn], onward: int, box: Box, scale: float) -> float:
    """Draw the people to scale, ``scale`` px each, and those who leave; return how deep the drawing is."""
    river = stream(stages, 0, onward, scale)
    column = box.wide / len(stages)
    words = "; ".join(
        _("{stage}: {counted}, {left} leave").format(
            stage=stage.name,
            counted=plural_counted(stage.reached.count, stage.counted),
            left=number(stage.left.count),
        )
        for stage in stages
    )
    with painter.drawing(Box(box.x, box.y, box.wide, max(river.bottom, 4)), _("The river of people"), words):
        for reach in river.reaches:
            _reach(painter, reach, box.x + reach.column * column, box.y, column)
    return river.bottom


def _reach(painter: Painter, reach: Reach, x: float, top: float, wide: float) -> None:
    leave, end = x + LEAVE_AT * wide, x + LEAVE_END * wide
    y = top + reach.on
    kind = "still" if reach.neutral else "carte-pale"
    below = y + reach.arrived + reach.open
    for high, colour, more in ((reach.admitted, kind, 0.0), (reach.beyond, "rompu", 4.0)):
        if high > 0:
            painter.path(_strand(leave, end, below, max(high, 0.8), reach.drop + more), colour)
        below += high
    if reach.height > 0:
        painter.shape("rect", Box(x, top, leave - x, max(reach.height, 0.8)), "carte-mid")
    if reach.on > 0:
        painter.shape("rect", Box(leave, top, x + wide - leave, max(reach.on, 0.8)), "carte-mid")
    if reach.arrived > 0:
        painter.shape("rect", Box(leave, y, 0.3 * wide, max(reach.arrived, 1)), "carte")
    if reach.open > 0:
        painter.hatch(Box(leave, y + reach.arrived, 0.3 * wide, max(reach.open, 1)), "carte-mid")


def _strand(start: float, end: float, y: float, high: float, drop: float) -> list[Command]:
    """Return a branch that leaves at ``start`` and sinks by ``drop`` until ``end``, as thick all along."""
    near, far = start + (end - start) * 0.46, end - (end - start) * 0.46
    low = y + drop
    return [
        ("M", (start, y)), ("C", (near, y, far, low, end, low)), ("L", (end, low + high)),
        ("C", (far, low + high, near, y + high, start, y + high)), ("Z", ()),
    ]  # fmt: skip


def draw_scores(painter: Painter, aligned: Aligned, box: Box, words: str) -> None:
    """Draw structure (a square) over feeling (a disc) on one scale 0..100, with their intervals."""

    def x(score: float) -> float:
        return box.x + 6 + min(max(score, 0.0), 100.0) / 100 * (box.wide - 12)

    above, below = box.y + box.high * 0.3, box.y + box.high * 0.7
    with painter.drawing(box, _("Structure and feeling"), words):
        painter.line(box.x, box.y + box.high / 2, box.right, box.y + box.high / 2, Pen("edge", 0.75))
        painter.line(x(aligned.threshold), box.y, x(aligned.threshold), box.bottom, Pen("edge", 1, dashed=True))
        if aligned.structure is not None:
            _reaches(painter, x, aligned.structure_low, aligned.structure_high, above, "carte-mid")
            painter.shape("rect", Box(x(aligned.structure) - 5, above - 5, 10, 10), "carte", Pen("paper", 1))
        if aligned.experience is not None:
            few = aligned.answers.count < 30
            _reaches(painter, x, aligned.experience_low, aligned.experience_high, below, "voyage-mid")
            disc = Box(x(aligned.experience) - 5, below - 5, 10, 10)
            painter.shape("ellipse", disc, "paper" if few else "voyage", Pen("voyage" if few else "paper", 1.5))
        for value in () if aligned.experience is not None else aligned.few:
            painter.shape("ellipse", Box(x(value) - 3, below - 3, 6, 6), "", Pen("voyage", 1.25))


def _reaches(painter: Painter, x: object, low: float | None, high: float | None, y: float, colour: str) -> None:
    if low is not None and high is not None and callable(x):
        painter.line(x(low), y, x(high), y, Pen(colour, 4, opacity=0.55))


def draw_kept(painter: Painter, promise: PromiseShown, box: Box, words: str) -> None:
    """Draw how much of a promise was kept, and a tick where it was meant to be."""
    middle = box.y + box.high / 2
    with painter.drawing(box, promise.statement[:40], words):
        painter.shape("rect", Box(box.x, middle - 3, box.wide, 6), "well")
        if promise.share:
            painter.shape("rect", Box(box.x, middle - 3, box.wide * min(promise.share, 1.0), 6), "carte-mid")
        aim = box.x + box.wide * min(promise.target, 1.0)
        painter.line(aim, box.y, aim, box.bottom, Pen("ink", 1.75))
