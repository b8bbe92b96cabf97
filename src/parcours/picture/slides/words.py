"""Text of a slide and the room it takes.

The deck names fonts that stand on every machine and embeds none. Lines are therefore measured with the bundled font and
some slack: a substitute font may be a little wider without a line more.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

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


def fitted(
    text: str, size: float, least: float, box: Box, colour: str = "ink", *, bold: bool = True, voice: bool = False
) -> list[Para]:
    """Return a text as large as ``box`` allows, and cut where even the smallest size is too large.

    What is cut must stand in the notes.
    """

    def fits(words: str) -> bool:
        return height([para(words, size, colour, bold=bold, voice=voice)], box.wide) <= box.high

    while size > least and not fits(text):
        size -= 1
    if not fits(text):
        pieces = text.split()
        most = bisect_left(range(1, len(pieces)), True, key=lambda count: not fits(" ".join(pieces[:count]) + " …"))
        text = " ".join(pieces[:most]) + " …"
    return [para(text, size, colour, bold=bold, voice=voice)]


def dealt(blocks: Sequence[Sequence[Para]], wide: float, room: float, *, gap: float = 0) -> list[list[Para]]:
    """Deal blocks of paragraphs out to columns of ``wide`` × ``room`` px, ``gap`` px apart; nothing is left out.

    A block stays together where a column can hold it, and a paragraph where a column can.
    """
    columns: list[list[Para]] = []
    for block in blocks:
        fresh = [replace(one, before=one.before + gap) if place == 0 else one for place, one in enumerate(block)]
        if columns and height([*columns[-1], *fresh], wide) <= room:
            columns[-1] += fresh
            continue
        columns.append([])
        for one in (piece for whole in block for piece in broken(whole, wide, room)):
            if columns[-1] and height([*columns[-1], one], wide) > room:
                columns.append([])
            columns[-1].append(one)
    return [column for column in columns if column]


def broken(one: Para, wide: float, room: float) -> list[Para]:
    """Return a paragraph in pieces that are not taller than ``room``; one of several styles stays whole."""
    if len(one.runs) != 1 or height([one], wide) <= room:
        return [one]
    (run,), pieces = one.runs, []
    words = run.text.split(" ")
    while words:
        most = bisect_left(
            range(1, len(words) + 1), True,
            key=lambda count: height([_with(one, run, words[:count])], wide) > room,
        )  # fmt: skip
        pieces.append(_with(one, run, words[: max(most, 1)]))
        words = words[max(most, 1) :]
    return pieces


def cut(one: Para, wide: float, room: float) -> Para:
    """Return a paragraph that is not taller than ``room``, cut where it has to be; what is cut stands in the notes."""
    first, *rest = broken(one, wide, room)
    return _with(first, first.runs[0], [first.runs[0].text.removesuffix("…")[:-1].rstrip() + "…"]) if rest else first


def _with(one: Para, run: Run, words: Sequence[str]) -> Para:
    return replace(one, runs=(replace(run, text=" ".join(words)),))


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
