"""The figures under the head of a stage: people, leaving, time, feeling, and what to look at first there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parcours.language.counted import said_of
from parcours.language.formats import duration, number
from parcours.language.translation import _, ngettext
from parcours.picture import lines
from parcours.picture.model import MapPicture, StageColumn
from parcours.picture.slides.deck import MARGIN, WIDE
from parcours.picture.slides.paint import Painter, Pen
from parcours.picture.slides.told import told
from parcours.picture.slides.words import Box, Para, height, para

_MOST_FINDINGS = 2
"""Findings that stand under the head of their stage; all of them stand at the beginning."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the figures under the head; ``share`` is its part of the width."""

    title: str
    words: list[Para]
    share: float = 1.0

    @property
    def text(self) -> list[Para]:
        """Return title and words."""
        return [para(self.title, 12, "ink-2", bold=True), *self.words]


def figures_of(picture: MapPicture, stage: StageColumn) -> list[Figure]:
    """Return the figures that there are, of what was lived or only planned, and the finding that stands here."""
    cells: list[Figure] = []
    if stage.lived:
        cells.append(
            Figure(
                said_of(picture.counted, _("People"), _("Trips")),
                told(lines.entered(stage, _following(picture.stages, stage)), 1.05),
            )
        )
        cells.append(Figure(_("Leaving"), told(lines.leaving(stage), 1.05)))
    if stage.median_seconds is not None or stage.target_seconds is not None:
        cells.append(Figure(_("Median time"), told(lines.time(stage), 1.25) or _planned_time(stage)))
    if stage.expected is not None or (stage.felt is not None and stage.felt.answers):
        cells.append(Figure(_("What they feel"), told(lines.felt(stage), 1.05)))
    here = [finding for finding in picture.findings if finding.stage == stage.id]
    for finding in here[:_MOST_FINDINGS]:
        said = [para(finding.headline, 14, "rompu", bold=True), para(finding.detail, 12, "ink-2")]
        cells.append(Figure(_("Where to look first"), said, 1.5))
    more = len(here) - _MOST_FINDINGS
    if more > 0:
        words = ngettext("and {n} more, at the beginning", "and {n} more, at the beginning", more)
        cells[-1].words.append(para(words.format(n=number(more)), 12, "rompu", bold=True, before=4))
    return cells


def _figure_boxes(cells: Sequence[Figure], top: float) -> list[Box]:
    unit = (WIDE - 2 * MARGIN + 24) / sum(cell.share for cell in cells) if cells else 0.0
    boxes, x = [], MARGIN
    for cell in cells:
        wide = unit * cell.share - 24
        boxes.append(Box(x, top, wide, height(cell.text, wide)))
        x += wide + 24
    return boxes


def figures_high(cells: Sequence[Figure]) -> float:
    """Return the height of the highest figure."""
    return max(box.high for box in _figure_boxes(cells, 0))


def draw_figures(painter: Painter, cells: Sequence[Figure], top: float) -> None:
    """Draw the figures side by side, under a rule."""
    if not cells:
        return
    painter.line(MARGIN, top, WIDE - MARGIN, top, Pen("carte", 2.25))
    high = figures_high(cells)
    for place, (cell, box) in enumerate(zip(cells, _figure_boxes(cells, top + 8), strict=True)):
        painter.text(box, cell.text, cell.title)
        if place:
            painter.line(box.x - 12, top + 10, box.x - 12, top + 8 + high, Pen("hair", 1))


def _following(stages: Sequence[StageColumn], stage: StageColumn) -> StageColumn | None:
    return next((one for one in stages if one.number == stage.number + 1), None)


def _planned_time(stage: StageColumn) -> list[Para]:
    if stage.target_seconds is None:
        return []
    return [para(_("planned {value}").format(value=duration(stage.target_seconds)), 14)]
