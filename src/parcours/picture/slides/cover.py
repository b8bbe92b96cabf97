"""The first slide: the headline, the whole journey in one line, and what to do first; more slides where it is much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parcours.language.formats import number
from parcours.language.translation import _
from parcours.picture.lines import lost_heading
from parcours.picture.model import Finding, MapPicture
from parcours.picture.slides.deck import FOOT, MARGIN, WIDE, Deck
from parcours.picture.slides.drawings import Feelings
from parcours.picture.slides.paint import Painter, Pen
from parcours.picture.slides.told import about, paged, spoken
from parcours.picture.slides.words import Box, Para, broken, fitted, height, para

_TOP, _NEXT_TOP = 72.0, 58.0
_COLUMN_GAP, _HEAD, _PIN = 40.0, 42.0, 34.0
_BOTTOM = FOOT.y - 14
_ALL = WIDE - 2 * MARGIN


@dataclass(frozen=True, slots=True)
class Entry:
    """A sentence of a column, or a finding with its number."""

    words: tuple[Para, ...]
    pin: int | None = None

    def high(self, wide: float) -> float:
        """Return its height in a column of ``wide`` px."""
        if self.pin is None:
            return height(self.words, wide)
        return max(height(self.words, wide - _PIN), 22.0) + 6


@dataclass(frozen=True, slots=True)
class Column:
    """A column under the headline: the colour of its rule, its title and what stands in it."""

    colour: str
    name: str
    entries: tuple[Entry, ...]


def cover_slides(picture: MapPicture) -> int:
    """Return how many slides the headline and what stands under it need."""
    return len(_pages(picture))


def draw_cover(deck: Deck, picture: MapPicture) -> None:
    """Draw the headline over the three columns of the page, those that have something to say."""
    pages = _pages(picture)
    findings = [f"{one.number}. {one.headline} {one.detail}" for one in picture.findings]
    said = spoken(picture, [picture.headline, about(picture), *picture.lost, *picture.felt, *findings])
    for place, page in enumerate(pages):
        if place == 0:
            box, title = _headline(picture)
            painter = deck.slide(title, box, said)
            y = _about(painter, picture, box.bottom + 14)
            y = _journey(painter, picture, y)
        else:
            box = Box(MARGIN, _NEXT_TOP, _ALL - 160, 44)
            words = paged(_("What matters most"), place + 1, len(pages))
            painter, y = deck.slide([para(words, 30, bold=True)], box, said), _NEXT_TOP + 64
        for column, shown, x, wide in page:
            _column(painter, column, shown, Box(x, y, wide, _BOTTOM - y))
        deck.foot(painter)


def _headline(picture: MapPicture) -> tuple[Box, list[Para]]:
    wide = _ALL - 160
    title = fitted(picture.headline, 40, 20, Box(MARGIN, _TOP, wide, 110))
    return Box(MARGIN, _TOP, wide, height(title, wide)), title


def _whose(picture: MapPicture) -> list[Para]:
    return fitted(about(picture), 16, 12, Box(0, 0, _ALL, 44), "ink-2", bold=False)


def _about(painter: Painter, picture: MapPicture, y: float) -> float:
    whose = _whose(picture)
    painter.text(Box(MARGIN, y, _ALL, height(whose, _ALL)), whose, _("The map"))
    return y + height(whose, _ALL) + 20


def _journey(painter: Painter, picture: MapPicture, y: float) -> float:
    """Draw the whole journey in one line: the plan straight, and what people feel, curved, under it."""
    stages = picture.stages
    if not stages:
        return y
    column = _ALL / len(stages)
    painter.line(MARGIN, y + 9, WIDE - MARGIN, y + 9, Pen("carte", 2.5))
    for place in range(len(stages)):
        painter.shape("rect", Box(MARGIN + (place + 0.5) * column - 9, y, 18, 18), "sheet", Pen("carte", 2))
    feelings = _feelings(picture, y)
    if feelings.anything:
        feelings.draw(painter, named=False)
    return y + _journey_high(picture)


def _feelings(picture: MapPicture, y: float) -> Feelings:
    return Feelings(picture.stages, Box(MARGIN, y + 40, _ALL, 84))


def _journey_high(picture: MapPicture) -> float:
    if not picture.stages:
        return 0.0
    return 160.0 if _feelings(picture, 0).anything else 60.0


# --------------------------------------------------------------------- columns


def _columns(picture: MapPicture) -> list[Column]:
    columns = (
        Column("carte", lost_heading(picture), _sentences(picture.lost)),
        Column("voyage", _("What they feel"), _sentences(picture.felt)),
        Column("rompu", _("Where to look first"), tuple(map(_finding, picture.findings))),
    )
    return [column for column in columns if column.entries]


def _sentences(sentences: Sequence[str]) -> tuple[Entry, ...]:
    return tuple(
        Entry((para(text, 15, "ink" if place == 0 else "ink-2", bold=place == 0),))
        for place, text in enumerate(sentences)
    )


def _finding(one: Finding) -> Entry:
    return Entry((para(one.headline, 15, bold=True), para(one.detail, 13, "ink-2", before=2)), one.number)


_Shown = tuple[Column, tuple[Entry, ...], float, float]
"""A column, what of it stands on a slide, where it begins and how wide it is."""


def _pages(picture: MapPicture) -> list[list[_Shown]]:
    """Deal the columns out to as many slides as the longest needs; nothing is left out."""
    columns = _columns(picture)
    box, _title = _headline(picture)
    first = _BOTTOM - (box.bottom + 34 + height(_whose(picture), _ALL) + _journey_high(picture)) - _HEAD
    later = _BOTTOM - (_NEXT_TOP + 64) - _HEAD
    share = (_ALL + _COLUMN_GAP) / max(len(columns), 1)
    wide = share - _COLUMN_GAP
    parts = [_dealt(column.entries, wide, first, later) for column in columns]
    count = max(map(len, parts), default=1)
    return [
        [
            (column, part[page], MARGIN + place * share, wide)
            for place, (column, part) in enumerate(zip(columns, parts, strict=True))
            if page < len(part)
        ]
        for page in range(count)
    ]


def _dealt(entries: Sequence[Entry], wide: float, first: float, later: float) -> list[tuple[Entry, ...]]:
    pages: list[tuple[Entry, ...]] = [()]
    used = 0.0
    for entry in (piece for whole in entries for piece in _pieces(whole, wide, later)):
        high = entry.high(wide) + (8 if pages[-1] else 0)
        if used + high > (first if len(pages) == 1 else later):
            pages.append(())
            used, high = 0.0, entry.high(wide)
        pages[-1] = (*pages[-1], entry)
        used += high
    return pages


def _pieces(entry: Entry, wide: float, room: float) -> list[Entry]:
    """Return an entry, in several where it is taller than a slide."""
    if entry.high(wide) <= room:
        return [entry]
    inner = wide - (_PIN if entry.pin is not None else 0)
    words = [piece for one in entry.words for piece in broken(one, inner, room - 6)]
    return [Entry((one,), entry.pin if place == 0 else None) for place, one in enumerate(words)]


def _column(painter: Painter, column: Column, entries: Sequence[Entry], box: Box) -> None:
    painter.line(box.x, box.y, box.right, box.y, Pen(column.colour, 2.5))
    painter.text(Box(box.x, box.y + 10, box.wide, 22), [para(column.name, 15, bold=True)], column.name)
    y = box.y + _HEAD
    for entry in entries:
        _entry(painter, entry, column.name, Box(box.x, y, box.wide, entry.high(box.wide)))
        y += entry.high(box.wide) + 8


def _entry(painter: Painter, entry: Entry, name: str, box: Box) -> None:
    if entry.pin is None:
        painter.text(box, entry.words, name)
        return
    painter.shape("ellipse", Box(box.x, box.y, 22, 22), "rompu")
    pin = number(entry.pin)
    painter.text(Box(box.x, box.y + 3, 22, 17), [para(pin, 12, "on-rompu", bold=True)], pin, align="ctr")
    inner = box.wide - _PIN
    painter.text(
        Box(box.x + _PIN, box.y, inner, height(entry.words, inner)), entry.words, entry.words[0].runs[0].text[:40]
    )
