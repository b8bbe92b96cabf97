"""Slides of running text in two columns, and of a table: as many as they need."""

from __future__ import annotations

from collections.abc import Sequence

from parcours.picture.slides.deck import FOOT, MARGIN, WIDE, Deck
from parcours.picture.slides.paint import Cell, Pen
from parcours.picture.slides.told import paged
from parcours.picture.slides.words import Box, Para, dealt, height, para

_ALL = WIDE - 2 * MARGIN
_TOP, _GAP = 124.0, 48.0
_BOTTOM = FOOT.y - 14
_CELL_PAD = 10.0
Row = Sequence[Sequence[Para]]
"""The cells of a row, each of some paragraphs."""


def draw_texts(deck: Deck, title: str, blocks: Sequence[Sequence[Para]], notes: str, *, apart: bool = False) -> None:
    """Draw blocks in two columns a slide; ``apart`` begins a column with each block. No block, no slide."""
    wide, room = (_ALL - _GAP) / 2, _BOTTOM - _TOP
    if apart:
        columns = [column for block in blocks for column in dealt([block], wide, room)]
    else:
        columns = dealt(blocks, wide, room, gap=14)
    pages = [columns[start : start + 2] for start in range(0, len(columns), 2)]
    for place, page in enumerate(pages):
        heading = paged(title, place + 1, len(pages))
        painter = deck.slide([para(heading, 30, bold=True)], Box(MARGIN, 58, _ALL - 160, 44), notes)
        for side, column in enumerate(page):
            box = Box(MARGIN + side * (wide + _GAP), _TOP, wide, height(column, wide))
            painter.line(box.x, _TOP - 10, box.right, _TOP - 10, Pen("carte", 1.5))
            painter.text(box, column, heading)
        deck.foot(painter)


def table_slides(widths: Sequence[float], heads: Sequence[str], rows: Sequence[Row], lead: str = "") -> int:
    """Return how many slides a table needs."""
    return len(_table_pages(widths, heads, rows, lead)) if rows else 0


def draw_table_slides(
    deck: Deck, title: str, widths: Sequence[float], heads: Sequence[str], rows: Sequence[Row], notes: str,
    lead: str = "", right: frozenset[int] = frozenset(),
) -> None:  # fmt: skip
    """Draw a table under a sentence, on as many slides as its rows need. ``widths`` are parts of the whole width;
    the columns ``right`` are set flush right. No row, no slide."""
    if not rows:
        return
    pages = _table_pages(widths, heads, rows, lead)
    for place, page in enumerate(pages):
        heading = paged(title, place + 1, len(pages))
        painter = deck.slide([para(heading, 30, bold=True)], Box(MARGIN, 58, _ALL - 160, 44), notes)
        top = _TOP - 14
        if lead:
            said = _lead(lead)
            painter.text(Box(MARGIN, top, _ALL, height(said, _ALL)), said, heading)
            top += height(said, _ALL) + 14
        drawn = [
            (_row_high(widths, cells), [Cell(tuple(cell), at in right) for at, cell in enumerate(cells)])
            for cells in (_heads(heads), *page)
        ]
        whole = Box(MARGIN, top, _ALL, sum(high for high, _cells in drawn))
        painter.table(whole, _px(widths), drawn, heading)
        deck.foot(painter)


def _table_pages(widths: Sequence[float], heads: Sequence[str], rows: Sequence[Row], lead: str) -> list[list[Row]]:
    room = _BOTTOM - _TOP + 14 - _row_high(widths, _heads(heads))
    room -= height(_lead(lead), _ALL) + 14 if lead else 0
    pages: list[list[Row]] = [[]]
    used = 0.0
    for row in rows:
        high = _row_high(widths, row)
        if pages[-1] and used + high > room:
            pages.append([])
            used = 0.0
        pages[-1].append(row)
        used += high
    return pages


def _lead(text: str) -> list[Para]:
    return [para(text, 15, "ink-2")]


def _heads(heads: Sequence[str]) -> list[list[Para]]:
    return [[para(head, 11, "ink-2", bold=True)] for head in heads]


def _px(widths: Sequence[float]) -> list[float]:
    return [_ALL * one / sum(widths) for one in widths]


def _row_high(widths: Sequence[float], cells: Row) -> float:
    return max(height(cell, wide - 12) for cell, wide in zip(cells, _px(widths), strict=True)) + _CELL_PAD
