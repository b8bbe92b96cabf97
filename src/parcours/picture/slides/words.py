"""Text of a slide and the room it takes.

The deck names fonts that stand on every machine and embeds none. Lines are therefore measured with the bundled font and
some slack: a substitute font may be a little wider without a line more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from parcours.picture.typeface import Style, tidy, width

_PIECE = re.compile(" +|[^ ]+")

SLACK = {"sans": 1.08, "voice": 1.36}
"""Arial is at most 5 % wider than the bundled sans, Georgia some 15 % wider than the bundled serif; what stands in for
Georgia where it is missing is a third wider."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one style; ``colour`` is a token."""

    text: str
    style: Style
    colour: str = "ink"


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph: ``leading`` px from line to line, ``before`` px above it; ``bullet`` stands before it, hanging."""

    runs: tuple[Run, ...]
    leading: float
    before: float = 0
    bullet: str | None = None

    @property
    def indent(self) -> float:
        """Return how far the text stands from the left."""
        return 14.0 if self.bullet else 0.0


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a slide, in px of 1280 × 720."""

    x: float
    y: float
    wide: float
    high: float

    @property
    def right(self) -> float:
        """Return the right edge."""
        return self.x + self.wide

    @property
    def bottom(self) -> float:
        """Return the lower edge."""
        return self.y + self.high

    def meets(self, other: Box) -> bool:
        """Tell whether two boxes overlap."""
        across = self.x < other.right and other.x < self.right
        return across and self.y < other.bottom and other.y < self.bottom


def para(
    text: str,
    size: float,
    colour: str = "ink",
    *,
    bold: bool = False,
    voice: bool = False,
    before: float = 0,
    bullet: str | None = None,
) -> Para:
    """Return a paragraph of a single style."""
    style = Style(size, 700 if bold else 400, 100, "voice" if voice else "sans")
    return Para((Run(tidy(text), style, colour),), round(size * 1.28, 2), before, bullet)


def shrunk(text: str, size: float, least: float, box: Box) -> list[Para]:
    """Return a title as large as ``box`` allows, from ``size`` down to ``least``."""
    while size > least and height([para(text, size, bold=True)], box.wide) > box.high:
        size -= 1
    return [para(text, size, bold=True)]


def lines_in(one: Para, wide: float) -> int:
    """Return how many lines a paragraph fills, counted with some slack."""
    room = wide - one.indent
    count, used, gap = 1, 0.0, 0.0
    for run in one.runs:
        for piece in _PIECE.findall(run.text.replace("\n", " ")):
            length = width(piece, run.style) * SLACK[run.style.family]
            if piece[0] == " ":
                gap += length
                continue
            if used and used + gap + length > room:
                count, used, gap = count + 1, 0.0, 0.0
            used, gap = used + (gap if used else 0.0) + length, 0.0
            if used > room:
                more = int(used // room)  # a word wider than a line is cut wherever it has to be
                count, used = count + more, used - more * room
    return count


def height(paragraphs: Sequence[Para], wide: float) -> float:
    """Return the height of paragraphs in a column; the first has nothing above it."""
    spaces = sum(one.before for one in paragraphs[1:])
    return spaces + sum(lines_in(one, wide) * one.leading for one in paragraphs)
