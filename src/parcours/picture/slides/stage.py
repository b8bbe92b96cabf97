"""The slides of one stage: what it is for, its figures, its touchpoints, what goes with them; as many as it needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from parcours.language.formats import number, signed
from parcours.language.translation import _
from parcours.picture import lines
from parcours.picture.cells import interval
from parcours.picture.model import MapPicture, StageColumn, Station
from parcours.picture.slides.deck import FOOT, MARGIN, WIDE, Deck
from parcours.picture.slides.figures import draw_figures, figures_high, figures_of
from parcours.picture.slides.paint import Painter, Pen
from parcours.picture.slides.panels import Panel, draw_panels, fit_panels, panels_of, quote_panel
from parcours.picture.slides.told import about, paged, spoken
from parcours.picture.slides.touchpoints import ASIDE, TABLE_WIDE, columns_of, draw_table, head_height, row_of
from parcours.picture.slides.words import Box, Para, Run, fitted, height, para, shrunk
from parcours.picture.typeface import Style, shorten

_BOTTOM = FOOT.y - 12
_UNDER = 26.0
_LONGEST_NAME = 150
_GOAL_TOP, _NEXT_TOP = 102.0, 120.0


@dataclass(frozen=True, slots=True)
class Page:
    """What one slide of a stage shows beside its head."""

    stations: tuple[Station, ...]
    under: tuple[Panel, ...]
    """Panels in the wide column, under the touchpoints."""
    beside: tuple[Panel, ...]


def pages_of(picture: MapPicture, stage: StageColumn) -> list[Page]:
    """Deal touchpoints and panels out to as many slides as they need; nothing is left out."""
    columns = columns_of(picture.stages)
    rows, panels = list(stage.stations), panels_of(stage)
    quote = [] if stage.quote is None else [quote_panel(stage.quote)]
    pages: list[Page] = []
    while rows or panels or quote or not pages:
        room = _BOTTOM - (_NEXT_TOP if pages else _first_top(picture, stage))
        used, shown = 0.0, list[Station]()
        if rows:
            used = head_height(columns)
            shown, rows = _fitting(rows, room - used, lambda one: row_of(columns, one)[0], least=1)
            used += sum(row_of(columns, one)[0] for one in shown) + _UNDER
        fit = fit_panels(panels, ASIDE, room)
        beside, panels = panels[:fit], panels[fit:]
        under: list[Panel] = []
        if not rows:
            waiting = [*quote, *panels]
            under = waiting[: fit_panels(waiting, TABLE_WIDE, room - used)]
            if not (shown or beside or under):
                under = waiting[:1]  # taller than a slide: it gets one of its own
            quote, panels = [one for one in quote if one not in under], [one for one in panels if one not in under]
        pages.append(Page(tuple(shown), tuple(under), tuple(beside)))
    return pages


def draw_stage(deck: Deck, picture: MapPicture, stage: StageColumn) -> None:
    """Draw the slides of a stage."""
    pages = pages_of(picture, stage)
    for place, page in enumerate(pages):
        name = stage.name if len(stage.name) <= _LONGEST_NAME else stage.name[: _LONGEST_NAME - 1] + "…"
        title = paged(f"{stage.number}. {name}", place + 1, len(pages))
        box = Box(MARGIN, 58, WIDE - 2 * MARGIN - 260, 40)
        painter = deck.slide(shrunk(title, 30, 14, box), box, _notes(picture, stage))
        _walk(painter, picture.stages, stage)
        if place == 0:
            _head(painter, picture, stage)
        top = _NEXT_TOP if place else _first_top(picture, stage)
        _body(painter, picture, page, top)
        deck.foot(painter)


def _notes(picture: MapPicture, stage: StageColumn) -> str:
    said = [about(picture), stage.name, stage.goal or ""]
    said += [f"{finding.headline} {finding.detail}" for finding in picture.findings if finding.stage == stage.id]
    for cell in (lines.owner(stage), lines.time(stage), lines.leaving(stage) if stage.lived else []):
        said.append(" ".join(run.text for one in cell for run in one.runs))
    if stage.felt is not None and stage.felt.mean is not None:
        said.append(
            _("Felt: {value}, {interval}.").format(value=signed(stage.felt.mean), interval=interval(stage.felt))
        )
    return spoken(picture, said)


# ------------------------------------------------------------------------ head


def _walk(painter: Painter, stages: Sequence[StageColumn], here: StageColumn) -> None:
    """Show where on the line of the plan this stage stands."""
    left, right, y = MARGIN, WIDE - MARGIN - 130, 30.0
    step = (right - left - 22) / max(len(stages) - 1, 1)
    with painter.drawing(
        Box(left, y - 11, right - left, 22), _("The line"),
        _("Stage {n} of {total}").format(n=number(here.number), total=number(len(stages))),
    ):  # fmt: skip
        painter.line(left, y, right, y, Pen("carte", 2))
        for place, stage in enumerate(stages):
            x = left + place * step
            if stage is here:
                painter.shape("rect", Box(x, y - 11, 22, 22), "carte")
                painter.text(
                    Box(x, y - 8, 22, 17), [para(number(stage.number), 12, "paper", bold=True)], number(stage.number),
                    align="ctr",
                )  # fmt: skip
            else:
                painter.shape("rect", Box(x + 6, y - 5, 10, 10), "sheet", Pen("carte", 1.5))


def _head(painter: Painter, picture: MapPicture, stage: StageColumn) -> None:
    owner = [Run(_("Owner") + "  ", Style(12), "ink-2"), _owner(stage)]
    painter.text(Box(WIDE - MARGIN - 250, 66, 250, 36), [Para(tuple(owner), 18)], _("Owner"), align="r")
    if stage.goal:
        painter.text(Box(MARGIN, _GOAL_TOP, WIDE - 2 * MARGIN, _goal_high(stage)), _goal(stage), _("What they want"))
    draw_figures(painter, figures_of(picture, stage), _GOAL_TOP + _goal_high(stage) + 12)


def _first_top(picture: MapPicture, stage: StageColumn) -> float:
    """Return where touchpoints and panels begin on the first slide of a stage, under its head."""
    cells = figures_of(picture, stage)
    return _GOAL_TOP + _goal_high(stage) + 12 + (figures_high(cells) + 26 if cells else 0)


def _goal(stage: StageColumn) -> list[Para]:
    box = Box(0, 0, WIDE - 2 * MARGIN, 96)
    return fitted(stage.goal, 17, 12, box, "ink-2", bold=False, voice=True) if stage.goal else []


def _goal_high(stage: StageColumn) -> float:
    return height(_goal(stage), WIDE - 2 * MARGIN)


def _owner(stage: StageColumn) -> Run:
    return (
        Run(shorten(stage.owner, Style(14, 700), 380), Style(14, 700))
        if stage.owner
        else Run(_("no owner"), Style(14), "ink-2")
    )


# ------------------------------------------------------------------------ body


def _body(painter: Painter, picture: MapPicture, page: Page, top: float) -> None:
    y = top
    if page.stations:
        y += draw_table(painter, picture, page.stations, Box(MARGIN, top, TABLE_WIDE, 0)) + _UNDER
    draw_panels(painter, page.under, MARGIN, y, TABLE_WIDE)
    draw_panels(painter, page.beside, WIDE - MARGIN - ASIDE, top, ASIDE)


_T = TypeVar("_T")


def _fitting(items: list[_T], room: float, high: Callable[[_T], float], *, least: int = 0) -> tuple[list[_T], list[_T]]:
    """Return what fits into ``room`` px, ``least`` at any rate, and what is left."""
    used = 0.0
    for place, one in enumerate(items):
        used += high(one)
        if used > room and place >= least:
            return items[:place], items[place:]
    return items, []
