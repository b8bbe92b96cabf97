"""The quadrant picture: how each stage is run (to the right) and how it is felt (upwards), with where it may also lie.

Discs are sized by people, crosses are 95 % intervals, hatching says that an interval straddles a threshold. Labels
keep clear of each other, of discs and of the quadrants' names, and are tied to their disc by a line where they must
stand away from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin, sqrt

from parcours.language.formats import number
from parcours.language.translation import _
from parcours.picture.gauges import quadrant_word
from parcours.picture.held import Aligned, QuadrantName
from parcours.picture.model import StageColumn
from parcours.picture.typeface import Style, prose, shorten, width

LABEL = Style(12.5, 600, 92)
CORNER = Style(13, 400, 100, "voice")
_LINE = 15.0
_SMALLEST, _LARGEST = 6.0, 19.0
_LEFT, _BOTTOM, _TOP, _RIGHT = 34.0, 42.0, 26.0, 12.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in px."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Tell whether the two share any place."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True, slots=True)
class Disc:
    """A stage at its scores: place and radius in px, its interval's ends, and its label (None: no room at all)."""

    number: int
    name: str
    x: float
    y: float
    radius: float
    cross: tuple[float, float, float, float]
    quadrant: QuadrantName
    certain: bool
    label: Box | None


@dataclass(frozen=True, slots=True)
class Plane:
    """The laid out picture, ``side`` px wide and high without its axes."""

    side: float
    threshold: float
    discs: tuple[Disc, ...]
    corners: tuple[tuple[QuadrantName, Box], ...]

    @property
    def wide(self) -> float:
        """Px of the whole drawing, across."""
        return _LEFT + self.side + _RIGHT

    @property
    def high(self) -> float:
        """Px of the whole drawing, down."""
        return _TOP + self.side + _BOTTOM

    def x(self, score: float) -> float:
        """Return where a structure score stands."""
        return _LEFT + score / 100 * self.side

    def y(self, score: float) -> float:
        """Return where a feeling stands."""
        return _TOP + (1 - score / 100) * self.side


def placed(stages: Sequence[StageColumn]) -> list[tuple[StageColumn, Aligned]]:
    """Return the stages of which both scores are known."""
    found = [(stage, stage.aligned) for stage in stages if stage.aligned is not None]
    return [(stage, one) for stage, one in found if one.structure is not None and one.experience is not None]


def lay_plane(stages: Sequence[StageColumn], threshold: float, side: float, *, names: bool = True) -> Plane:
    """Lay out the stages on a plane of ``side`` px; without ``names`` labels are numbers alone."""
    empty = Plane(side, threshold, (), ())
    corners = _corners(empty)
    found = placed(stages)
    most = max((one.people.count for _stage, one in found), default=0) or 1
    places = []
    for stage, one in found:
        radius = max(_SMALLEST, _LARGEST * sqrt(one.people.count / most) * min(1.0, side / 460))
        places.append((stage, one, empty.x(one.structure or 0.0), empty.y(one.experience or 0.0), radius))
    taken = [box for _name, box in corners]
    taken += [Box(x - r - 1, y - r - 1, x + r + 1, y + r + 1) for _stage, _one, x, y, r in places]
    for _stage, one, x, y, _r in places:
        left, right, top, bottom = _cross(one, empty)
        taken += [Box(left, y - 1, right, y + 1), Box(x - 1, top, x + 1, bottom)]
    discs = []
    for stage, one, x, y, radius in places:
        text = shorten(f"{stage.number}  {stage.name}", LABEL, min(200.0, side * 0.45)) if names else f"{stage.number}"
        label = _label(text, x, y, radius, empty, taken)
        if label is not None:
            taken.append(label)
        name = text.split("  ", 1)[1] if names and "  " in text else ""
        discs.append(
            Disc(stage.number, name, x, y, radius, _cross(one, empty), one.quadrant or "broken", one.certain, label)
        )
    return Plane(side, threshold, tuple(discs), corners)


def _cross(one: Aligned, plane: Plane) -> tuple[float, float, float, float]:
    """Return left, right, top and bottom of the intervals."""
    ours, theirs = one.structure or 0.0, one.experience or 0.0
    return (
        plane.x(ours if one.structure_low is None else one.structure_low),
        plane.x(ours if one.structure_high is None else one.structure_high),
        plane.y(theirs if one.experience_high is None else one.experience_high),
        plane.y(theirs if one.experience_low is None else one.experience_low),
    )


def _corners(plane: Plane) -> tuple[tuple[QuadrantName, Box], ...]:
    left, right, top, bottom = plane.x(0), plane.x(100), plane.y(100), plane.y(0)
    found = []
    places: tuple[tuple[QuadrantName, bool, bool], ...] = (
        ("warm", True, True), ("aligned", False, True), ("broken", True, False), ("cold", False, False),
    )  # fmt: skip
    for name, west, north in places:
        wide = width(quadrant_word(name), CORNER) + 4
        x = left + 7 if west else right - 7 - wide
        y = top + 6 if north else bottom - 23
        found.append((name, Box(x, y, x + wide, y + 17)))
    return tuple(found)


def _label(text: str, x: float, y: float, radius: float, plane: Plane, taken: Sequence[Box]) -> Box | None:
    wide = width(text, LABEL) + 4
    for box in _options(x, y, radius, wide):
        inside = box.left >= plane.x(0) + 2 and box.right <= plane.x(100) - 2
        inside &= box.top >= plane.y(100) + 2 and box.bottom <= plane.y(0) - 2
        if inside and not any(box.meets(other) for other in taken):
            return box
    return None


def _options(x: float, y: float, radius: float, wide: float) -> Iterator[Box]:
    """Yield places for a label: right, left, above, below, then in growing rings around the disc."""
    high = _LINE
    for gap in range(4, 240, 9):
        away = radius + gap
        for turn in (0, 8, 12, 4, 2, 14, 6, 10, 1, 15, 7, 9, 3, 13, 5, 11):
            angle = turn * pi / 8
            across, down = cos(angle), sin(angle)
            left = x + across * away - wide / 2 + across * wide / 2
            top = y + down * away - high / 2 + down * high / 2
            yield Box(left, top, left + wide, top + high)


def quadrant_words(stages: Sequence[StageColumn]) -> str:
    """Say where each stage stands, for those who cannot see it."""
    return "; ".join(
        _("{stage}: structure {ours}, felt {theirs}, {quadrant}").format(
            stage=stage.name,
            ours=number(one.structure or 0.0),
            theirs=number(one.experience or 0.0),
            quadrant=quadrant_word(one.quadrant or "broken"),
        )
        for stage, one in placed(stages)
    )


def draw_plane(plane: Plane, prefix: str) -> str:
    """Return the drawing as SVG content of ``plane.wide`` by ``plane.high`` px."""
    out = _field(plane) + _axes(plane)
    for name, box in plane.corners:
        out += _text("corner-word", box.left + 2, box.bottom - 4, quadrant_word(name))
    out += "".join(_crossed(disc) for disc in plane.discs)
    out += "".join(_tie(disc) for disc in plane.discs)
    for disc in sorted(plane.discs, key=lambda one: -one.radius):
        at = f'cx="{disc.x:.1f}" cy="{disc.y:.1f}" r="{disc.radius:.1f}"'
        if disc.certain:
            out += f'<circle class="disc {disc.quadrant}" {at}/>'
        else:
            out += f'<circle class="disc-base" {at}/><circle class="disc-doubt" {at} fill="url(#{prefix}doubt)"/>'
    return out + "".join(map(_named, plane.discs))


def _field(plane: Plane) -> str:
    """Draw the ground: ours to the lower right, theirs to the upper left, with the thresholds and both axes."""
    left, right, top, bottom = plane.x(0), plane.x(100), plane.y(100), plane.y(0)
    x, y = plane.x(plane.threshold), plane.y(plane.threshold)

    def rect(kind: str, at: float, down: float, wide: float, high: float) -> str:
        return f'<rect class="{kind}" x="{at:.1f}" y="{down:.1f}" width="{wide:.1f}" height="{high:.1f}"/>'

    return (
        rect("field", left, top, plane.side, plane.side)
        + rect("field-ours", x, y, right - x, bottom - y)
        + rect("field-theirs", left, top, x - left, y - top)
        + f'<path class="limit" d="M{x:.1f} {top:.1f}V{bottom:.1f}M{left:.1f} {y:.1f}H{right:.1f}"/>'
        + f'<path class="plan" d="M{left:.1f} {bottom:.1f}H{right:.1f}"/>'
        + f'<path class="theirs-axis" d="M{left:.1f} {top:.1f}V{bottom:.1f}"/>'
    )


def _text(kind: str, x: float, y: float, text: str, anchor: str = "start") -> str:
    turn = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}"{turn}>{prose(text)}</text>'


def _axes(plane: Plane) -> str:
    out = ""
    for score in (0.0, plane.threshold, 100.0):
        anchor = "start" if score == 0 else "end" if score == 100 else "middle"
        out += _text("tick", plane.x(score), plane.y(0) + 16, number(score), anchor)
        down = 0 if score == 0 else 9 if score == 100 else 4
        out += _text("tick", plane.x(0) - 7, plane.y(score) + down, number(score), "end")
    out += _text("axis-ours", plane.x(100), plane.y(0) + 34, _("Structure: how it is run"), "end")
    return out + _text("axis-theirs", plane.x(0), plane.y(100) - 10, _("Feeling: how it is lived"))


def _crossed(disc: Disc) -> str:
    left, right, top, bottom = disc.cross
    return f'<path class="cross" d="M{left:.1f} {disc.y:.1f}H{right:.1f}M{disc.x:.1f} {top:.1f}V{bottom:.1f}"/>'


def _tie(disc: Disc) -> str:
    """Draw the line to a label that had to move away from its disc."""
    box = disc.label
    if box is None:
        return ""
    x = min(max(disc.x, box.left), box.right)
    y = min(max(disc.y, box.top), box.bottom)
    if hypot(x - disc.x, y - disc.y) < disc.radius + 12:
        return ""
    return f'<path class="tie" d="M{disc.x:.1f} {disc.y:.1f}L{x:.1f} {y:.1f}"/>'


def _named(disc: Disc) -> str:
    if disc.label is None:
        return ""
    x, y = disc.label.left + 2, disc.label.bottom - 3.5
    name = f' <tspan class="name">{prose(disc.name)}</tspan>' if disc.name else ""
    return f'<text class="stage-label" x="{x:.1f}" y="{y:.1f}"><tspan class="strong">{disc.number}</tspan>{name}</text>'
