"""The first slide: the headline, the whole journey in one line, and what to do first."""

from __future__ import annotations

from collections.abc import Sequence

from parcours.language.formats import number
from parcours.language.translation import _
from parcours.picture.lines import lost_heading
from parcours.picture.model import Finding, MapPicture
from parcours.picture.slides.deck import FOOT, MARGIN, WIDE, Deck
from parcours.picture.slides.drawings import Feelings
from parcours.picture.slides.paint import Painter, Pen
from parcours.picture.slides.told import about, spoken
from parcours.picture.slides.words import Box, Para, height, para, shrunk

_TOP = 72.0
_COLUMN_GAP = 40.0
_BOTTOM = FOOT.y - 14


def draw_cover(deck: Deck, picture: MapPicture) -> None:
    """Draw the headline over the three columns of the page, those that have something to say."""
    wide = WIDE - 2 * MARGIN - 160
    title = shrunk(picture.headline, 40, 20, Box(MARGIN, _TOP, wide, 110))
    high = height(title, wide)
    said = [about(picture), *picture.lost, *picture.felt]
    findings = [f"{one.number}. {one.headline} {one.detail}" for one in picture.findings]
    painter = deck.slide(title, Box(MARGIN, _TOP, wide, high), spoken(picture, [*said, *findings]))
    y = _TOP + high + 14
    whose = [para(about(picture), 16, "ink-2")]
    painter.text(Box(MARGIN, y, WIDE - 2 * MARGIN, height(whose, WIDE - 2 * MARGIN)), whose, _("The map"))
    y = _journey(painter, picture, y + height(whose, WIDE - 2 * MARGIN) + 20)
    columns = [
        (colour, name, words)
        for colour, name, words in (
            ("carte", lost_heading(picture), _sentences(picture.lost)),
            ("voyage", _("What they feel"), _sentences(picture.felt)),
            ("rompu", _("Where to look first"), None),
        )
        if words or (words is None and picture.findings)
    ]
    share = (WIDE - 2 * MARGIN + _COLUMN_GAP) / max(len(columns), 1)
    for place, (colour, name, words) in enumerate(columns):
        box = Box(MARGIN + place * share, y, share - _COLUMN_GAP, _BOTTOM - y)
        painter.line(box.x, y, box.right, y, Pen(colour, 2.5))
        painter.text(Box(box.x, y + 10, box.wide, 22), [para(name, 15, bold=True)], name)
        inner = Box(box.x, y + 42, box.wide, box.high - 42)
        if words is None:
            _findings(painter, picture.findings, inner)
        else:
            painter.text(inner, words, name)
    deck.foot(painter)


def _journey(painter: Painter, picture: MapPicture, y: float) -> float:
    """Draw the whole journey in one line: the plan straight, and what people feel, curved, under it."""
    stages = picture.stages
    if not stages:
        return y
    wide = WIDE - 2 * MARGIN
    column = wide / len(stages)
    painter.line(MARGIN, y + 9, WIDE - MARGIN, y + 9, Pen("carte", 2.5))
    for place in range(len(stages)):
        painter.shape("rect", Box(MARGIN + (place + 0.5) * column - 9, y, 18, 18), "sheet", Pen("carte", 2))
    feelings = Feelings(stages, Box(MARGIN, y + 40, wide, 84))
    if not feelings.anything:
        return y + 60
    feelings.draw(painter, named=False)
    return y + 160


def _sentences(sentences: Sequence[str]) -> list[Para]:
    return [
        para(text, 15, "ink" if place == 0 else "ink-2", bold=place == 0, before=8 if place else 0)
        for place, text in enumerate(sentences)
    ]


def _findings(painter: Painter, findings: Sequence[Finding], box: Box) -> None:
    y = box.y
    for one in findings:
        words = [para(one.headline, 15, bold=True), para(one.detail, 13, "ink-2", before=2)]
        painter.shape("ellipse", Box(box.x, y, 22, 22), "rompu")
        painter.text(
            Box(box.x, y + 3, 22, 17),
            [para(number(one.number), 12, "on-rompu", bold=True)],
            number(one.number),
            align="ctr",
        )
        high = height(words, box.wide - 34)
        painter.text(Box(box.x + 34, y, box.wide - 34, high), words, one.headline[:40])
        y += max(high, 22) + 14
