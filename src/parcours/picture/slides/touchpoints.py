"""The table of a stage's touchpoints: a real table, whose rows are as high as their words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from parcours.language.formats import number, signed
from parcours.language.translation import _, ngettext
from parcours.picture.held import PromiseShown
from parcours.picture.model import MapPicture, StageColumn, Station
from parcours.picture.slides.deck import MARGIN, WIDE
from parcours.picture.slides.paint import Cell, Painter
from parcours.picture.slides.words import Box, Para, height, para

ASIDE, GAP = 392.0, 36.0
"""Px of the column beside the table, and between them."""
TABLE_WIDE = WIDE - 2 * MARGIN - ASIDE - GAP
_HEAD_HIGH, _CELL_PAD = 30.0, 10.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its head, its part of the width, and what it says of a touchpoint."""

    name: str
    share: float
    write: Callable[[Station], list[Para]]
    right: bool = False


def columns_of(stages: Sequence[StageColumn]) -> list[Column]:
    """Return the columns of the table of touchpoints in which anything is said anywhere on the map."""
    every = [station for stage in stages for station in stage.stations]
    promised: dict[str, list[PromiseShown]] = {}
    for stage in stages:
        for promise in stage.promises:
            promised.setdefault(promise.touchpoint, []).append(promise)

    def name(station: Station) -> list[Para]:
        out = [para(station.name, 13, bold=True)]
        if station.step is not None:
            out.append(para(station.step, 11, "ink-2"))
        if station.moment_of_truth:
            out.append(para("◆ " + _("moment of truth"), 11, "carte", bold=True))
        return [*out, *(para(f"{one.statement} ({one.within})", 11, "ink-2") for one in promised.get(station.name, ()))]

    def plain(text: str | None) -> list[Para]:
        return [para(text or "–", 12, "ink" if text else "ink-2")]

    def people(station: Station) -> list[Para]:
        return plain(number(station.persons.count) if station.persons is not None else None)

    def planned(station: Station) -> list[Para]:
        return plain(signed(station.expected) if station.expected is not None else None)

    columns = [
        Column(_("Touchpoint"), 3.4, name),
        Column(_("Channel"), 1.4, lambda one: plain(one.channel)),
        Column(_("Owner"), 1.5, lambda one: plain(one.owner)),
        Column(_("People"), 0.95, people, True),
        Column(_("Planned"), 0.95, planned, True),
        Column(_("Felt"), 1.15, _felt, True),
    ]
    said = {
        _("Touchpoint"): True,
        _("Channel"): any(one.channel for one in every),
        _("Owner"): any(one.owner for one in every),
        _("People"): any(one.persons is not None for one in every),
        _("Planned"): any(one.expected is not None for one in every),
        _("Felt"): any(one.felt is not None and one.felt.answers for one in every),
    }
    return [column for column in columns if said[column.name]]


def _felt(station: Station) -> list[Para]:
    measure = station.felt
    if measure is None or not measure.answers:
        return [para(_("not asked"), 11, "ink-2")]
    noun = ngettext("{n} answer", "{n} answers", measure.answers).format(n=number(measure.answers))
    if measure.mean is None:
        return [para(noun, 11, "ink-2")]
    few = f" · {_('fragile')}" if measure.answers < 30 else ""
    return [para(signed(measure.mean), 13, "voyage", bold=True), para(noun + few, 11, "ink-2")]


def _widths(columns: Sequence[Column]) -> list[float]:
    total = sum(column.share for column in columns)
    return [TABLE_WIDE * column.share / total for column in columns]


def row_of(columns: Sequence[Column], station: Station) -> tuple[float, list[Cell]]:
    """Return the height and the cells of a touchpoint's row."""
    cells = [Cell(tuple(column.write(station)), column.right) for column in columns]
    highs = [height(cell.paragraphs, one - 12) for cell, one in zip(cells, _widths(columns), strict=True)]
    return max(highs) + _CELL_PAD, cells


def _heads(columns: Sequence[Column]) -> list[Cell]:
    return [Cell((para(column.name, 11, "ink-2", bold=True),), column.right) for column in columns]


def head_height(columns: Sequence[Column]) -> float:
    """Return the height of the row of heads."""
    heads = zip(_heads(columns), _widths(columns), strict=True)
    return max(_HEAD_HIGH, *(height(cell.paragraphs, one - 12) + _CELL_PAD for cell, one in heads))


def draw_table(painter: Painter, picture: MapPicture, stations: Sequence[Station], box: Box) -> float:
    """Draw the touchpoints and return the height of their table."""
    columns = columns_of(picture.stages)
    rows = [(head_height(columns), _heads(columns)), *(row_of(columns, station) for station in stations)]
    high = sum(row[0] for row in rows)
    painter.table(Box(box.x, box.y, box.wide, high), _widths(columns), rows, _("Touchpoints"))
    return high
