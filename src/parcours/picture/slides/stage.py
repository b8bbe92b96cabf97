"""The slides of one stage: what it is for, its figures, its touchpoints, what goes with them; as many as it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from parcours.language.formats import number, percent, quoted, signed
from parcours.language.translation import _, ngettext
from parcours.picture import lines, plan_lines
from parcours.picture.cells import interval, verdict_word
from parcours.picture.held import Aligned, PromiseShown
from parcours.picture.model import Finding, Indicator, MapPicture, Quote, StageColumn, Station
from parcours.picture.plan_cells import drift_words, kept_words, reach, scores_words, verdict_words
from parcours.picture.slides.deck import FOOT, MARGIN, WIDE, Deck
from parcours.picture.slides.drawings import LABEL_ROOM, Feelings, draw_kept, draw_scores
from parcours.picture.slides.paint import Cell, Painter, Pen
from parcours.picture.slides.told import about, paged, spoken, told
from parcours.picture.slides.words import Box, Para, Run, height, para
from parcours.picture.typeface import Style, tidy

_BOTTOM = FOOT.y - 12
_GAP = 36.0
_ASIDE = 392.0
_WIDE = WIDE - 2 * MARGIN - _ASIDE - _GAP
_UNDER = 26.0
_TITLE = 26.0
_FIRST_TOP, _NEXT_TOP = 236.0, 120.0
_HEAD_HIGH, _CELL_PAD = 30.0, 10.0
_PLOT = 104.0


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece of the right column: its title, its height in a column, and how it is painted into a box."""

    title: str
    high: Callable[[float], float]
    paint: Callable[[Painter, Box], None]
    colour: str = "carte"


@dataclass(frozen=True, slots=True)
class Page:
    """What one slide of a stage shows beside its head."""

    stations: tuple[Station, ...]
    under: tuple[Panel, ...]
    """Panels in the wide column, under the touchpoints."""
    beside: tuple[Panel, ...]


def pages_of(picture: MapPicture, stage: StageColumn) -> list[Page]:
    """Deal touchpoints and panels out to as many slides as they need; nothing is left out."""
    columns = _columns(picture.stages)
    rows, panels = list(stage.stations), _panels(stage)
    quote = [] if stage.quote is None else [_quote(stage.quote)]
    pages: list[Page] = []
    while rows or panels or quote or not pages:
        room = _BOTTOM - (_NEXT_TOP if pages else _FIRST_TOP)
        used, shown = 0.0, list[Station]()
        if rows:
            used = _head_height(columns)
            shown, rows = _fitting(rows, room - used, lambda one: _row(columns, one)[0], least=1)
            used += sum(_row(columns, one)[0] for one in shown) + _UNDER
        fit = _fit(panels, _ASIDE, room)
        beside, panels = panels[:fit], panels[fit:]
        under: list[Panel] = []
        if not rows:
            waiting = [*quote, *panels]
            under = waiting[: _fit(waiting, _WIDE, room - used)]
            if not (shown or beside or under):
                under = waiting[:1]  # taller than a slide: it gets one of its own
            quote, panels = [one for one in quote if one not in under], [one for one in panels if one not in under]
        pages.append(Page(tuple(shown), tuple(under), tuple(beside)))
    return pages


def draw_stage(deck: Deck, picture: MapPicture, stage: StageColumn) -> None:
    """Draw the slides of a stage."""
    pages = pages_of(picture, stage)
    for place, page in enumerate(pages):
        title = paged(f"{stage.number}. {stage.name}", place + 1, len(pages))
        painter = deck.slide(
            [para(title, 30, bold=True)], Box(MARGIN, 58, WIDE - 2 * MARGIN - 260, 40), _notes(picture, stage)
        )
        _walk(painter, picture.stages, stage)
        if place == 0:
            _head(painter, picture, stage)
        top = _NEXT_TOP if place else _FIRST_TOP
        _body(painter, picture, page, top)
        deck.foot(painter)


def _notes(picture: MapPicture, stage: StageColumn) -> str:
    said = [about(picture), stage.goal or ""]
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
    painter.text(Box(WIDE - MARGIN - 250, 66, 250, 40), [Para(tuple(owner), 18)], _("Owner"), align="r")
    y = 102.0
    if stage.goal:
        painter.text(
            Box(MARGIN, y, WIDE - 2 * MARGIN, 26), [para(stage.goal, 17, "ink-2", voice=True)], _("What they want")
        )
        y += 30
    finding = next((one for one in picture.findings if one.stage == stage.id), None)
    _figures(painter, stage, finding, _following(picture.stages, stage))


def _owner(stage: StageColumn) -> Run:
    return Run(stage.owner, Style(14, 700)) if stage.owner else Run(_("no owner"), Style(14), "ink-2")


def _following(stages: Sequence[StageColumn], stage: StageColumn) -> StageColumn | None:
    return next((one for one in stages if one.number == stage.number + 1), None)


def _figures(painter: Painter, stage: StageColumn, finding: Finding | None, following: StageColumn | None) -> None:
    cells: list[tuple[str, list[Para]]] = []
    if stage.lived:
        cells.append((_("People"), told(lines.entered(stage, following), 1.05)[:3]))
        cells.append((_("Leaving"), told(lines.leaving(stage), 1.05)[:3]))
    if stage.median_seconds is not None or stage.target_seconds is not None:
        cells.append((_("Median time"), told(lines.time(stage), 1.25) or _planned_time(stage)))
    if stage.expected is not None or (stage.felt is not None and stage.felt.answers):
        cells.append((_("What they feel"), told(lines.felt(stage), 1.05)))
    if finding is not None:
        cells.append(
            (_("What to do first"), [para(finding.headline, 14, "rompu", bold=True), para(finding.detail, 12, "ink-2")])
        )
    if not cells:
        return
    top, wide = 138.0, (WIDE - 2 * MARGIN) / len(cells)
    painter.line(MARGIN, top, WIDE - MARGIN, top, Pen("carte", 2.25))
    for place, (title, words) in enumerate(cells):
        box = Box(MARGIN + place * wide, top + 8, wide - 20, 82)
        painter.text(box, [para(title, 12, "ink-2", bold=True), *words], title)
        if place:
            painter.line(box.x - 12, top + 10, box.x - 12, top + 84, Pen("hair", 1))


def _planned_time(stage: StageColumn) -> list[Para]:
    from parcours.language.formats import duration

    if stage.target_seconds is None:
        return []
    return [para(_("planned {value}").format(value=duration(stage.target_seconds)), 14)]


# ------------------------------------------------------------------------ body


def _body(painter: Painter, picture: MapPicture, page: Page, top: float) -> None:
    y = top
    if page.stations:
        y += _table(painter, picture, page.stations, Box(MARGIN, top, _WIDE, 0)) + _UNDER
    _column(painter, page.under, MARGIN, y, _WIDE)
    _column(painter, page.beside, WIDE - MARGIN - _ASIDE, top, _ASIDE)


def _column(painter: Painter, panels: Sequence[Panel], x: float, top: float, wide: float) -> None:
    for panel, down, titled in _stacked(panels, wide):
        y = top + down
        if titled:
            painter.line(x, y, x + wide, y, Pen(panel.colour, 1.5))
            painter.text(Box(x, y + 5, wide, 18), [para(panel.title, 12, bold=True)], panel.title)
            y += _TITLE
        panel.paint(painter, Box(x, y, wide, panel.high(wide)))


def _stacked(panels: Sequence[Panel], wide: float) -> Iterator[tuple[Panel, float, bool]]:
    """Give each panel with its distance from the top and whether its title stands over it: once for those alike."""
    down, last = 0.0, ""
    for place, panel in enumerate(panels):
        titled = panel.title != last
        down += (16 if titled else 9) if place else 0
        yield panel, down, titled
        down += panel.high(wide) + (_TITLE if titled else 0)
        last = panel.title


def _fit(panels: Sequence[Panel], wide: float, room: float) -> int:
    """Return how many panels fit under one another."""
    count = 0
    for panel, down, titled in _stacked(panels, wide):
        if down + panel.high(wide) + (_TITLE if titled else 0) > room:
            break
        count += 1
    return count


_T = TypeVar("_T")


def _fitting(items: list[_T], room: float, high: Callable[[_T], float], *, least: int = 0) -> tuple[list[_T], list[_T]]:
    """Return what fits into ``room`` px, ``least`` at any rate, and what is left."""
    used = 0.0
    for place, one in enumerate(items):
        used += high(one)
        if used > room and place >= least:
            return items[:place], items[place:]
    return items, []


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    share: float
    write: Callable[[Station], list[Para]]
    right: bool = False


def _columns(stages: Sequence[StageColumn]) -> list[_Column]:
    """Return the columns of the table of touchpoints in which anything is said anywhere on the map."""
    every = [station for stage in stages for station in stage.stations]
    promised: dict[str, list[PromiseShown]] = {}
    for stage in stages:
        for promise in stage.promises:
            promised.setdefault(promise.touchpoint, []).append(promise)

    def name(station: Station) -> list[Para]:
        out = [para(station.name, 13, bold=True)]
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
        _Column(_("Touchpoint"), 3.4, name),
        _Column(_("Channel"), 1.4, lambda one: plain(one.channel)),
        _Column(_("Owner"), 1.5, lambda one: plain(one.owner)),
        _Column(_("People"), 0.95, people, True),
        _Column(_("Planned"), 0.95, planned, True),
        _Column(_("Felt"), 1.15, _felt, True),
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


def _widths(columns: Sequence[_Column]) -> list[float]:
    total = sum(column.share for column in columns)
    return [_WIDE * column.share / total for column in columns]


def _row(columns: Sequence[_Column], station: Station) -> tuple[float, list[Cell]]:
    cells = [Cell(tuple(column.write(station)), column.right) for column in columns]
    highs = [height(cell.paragraphs, one - 12) for cell, one in zip(cells, _widths(columns), strict=True)]
    return max(highs) + _CELL_PAD, cells


def _heads(columns: Sequence[_Column]) -> list[Cell]:
    return [Cell((para(column.name, 11, "ink-2", bold=True),), column.right) for column in columns]


def _head_height(columns: Sequence[_Column]) -> float:
    heads = zip(_heads(columns), _widths(columns), strict=True)
    return max(_HEAD_HIGH, *(height(cell.paragraphs, one - 12) + _CELL_PAD for cell, one in heads))


def _table(painter: Painter, picture: MapPicture, stations: Sequence[Station], box: Box) -> float:
    """Draw the touchpoints and return the height of their table."""
    columns = _columns(picture.stages)
    rows = [(_head_height(columns), _heads(columns)), *(_row(columns, station) for station in stations)]
    high = sum(row[0] for row in rows)
    painter.table(Box(box.x, box.y, box.wide, high), _widths(columns), rows, _("Touchpoints"))
    return high


# ---------------------------------------------------------------------- panels


def _panels(stage: StageColumn) -> list[Panel]:
    """Return what stands beside the touchpoints; empty ones are not there."""
    panels: list[Panel] = []
    if stage.stations:
        feelings = Feelings([stage], Box(0, 0, _ASIDE, _PLOT))
        if feelings.anything:
            panels.append(
                Panel(_("What they feel, and what was planned"), lambda _wide: _PLOT + 2 * LABEL_ROOM, _plot(stage))
            )
    if stage.aligned is not None:
        panels.append(_scores(stage.aligned))
    panels += [_promise(one) for one in stage.promises]
    if stage.deviations:
        panels.append(_text(_("Deviations"), _deviations(stage)))
    panels += [_text(_("Indicators"), _indicator_words(one)) for one in stage.indicators]
    return panels


def _deviations(stage: StageColumn) -> list[Para]:
    """Set the kinds one after another."""
    kinds = told(plan_lines.deviations(stage))
    apart = Run("     ", Style(13))
    runs = [run for place, one in enumerate(kinds) for run in (*((apart,) if place else ()), *one.runs)]
    return [Para(tuple(runs), 19)]


def _quote(quote: Quote) -> Panel:
    words = [para(quoted(quote.text), 18, "voyage", voice=True), para(quote.source, 12, "ink-2", before=4)]
    return replace(_text(_("Their words"), words), colour="voyage")


def _text(title: str, words: Sequence[Para]) -> Panel:
    return Panel(
        title,
        lambda wide: height(words, wide),
        lambda painter, box: painter.text(Box(box.x, box.y, box.wide, height(words, box.wide)), words, title),
    )


def _indicator_words(one: Indicator) -> list[Para]:
    colour = {"kept": "tenu", "missed": "rompu", "unknown": "ink-2"}[one.verdict]
    sign = {"kept": "✓", "missed": "✕", "unknown": "○"}[one.verdict]
    words = verdict_word(one) + (", " + _("target {value}").format(value=one.target) if one.target is not None else "")
    runs = (
        Run(tidy(one.value) + "  ", Style(17, 700), "rompu" if one.verdict == "missed" else "ink"),
        Run(f"{sign} {tidy(words)}", Style(12), colour),
    )
    return [para(one.label, 12), Para(runs, 22), *([para(one.detail, 11, "ink-2")] if one.detail else [])]


def _plot(stage: StageColumn) -> Callable[[Painter, Box], None]:
    def paint(painter: Painter, box: Box) -> None:
        Feelings([stage], Box(box.x, box.y + LABEL_ROOM, box.wide, _PLOT)).draw(painter)

    return paint


def _scores(aligned: Aligned) -> Panel:
    words = f"{verdict_words(aligned)}, {scores_words(aligned)}"
    runs = [Run(verdict_words(aligned) + "  ", Style(14, 700)), Run(scores_words(aligned), Style(12), "ink-2")]
    if aligned.drift and aligned.gap is not None:
        runs.append(Run(f"  ↔ {drift_words(aligned.gap)}", Style(12, 700), "retard"))

    text = [Para(tuple(runs), 18)]

    def paint(painter: Painter, box: Box) -> None:
        high = height(text, box.wide)
        painter.text(Box(box.x, box.y, box.wide, high), text, _("Structure and feeling"))
        draw_scores(painter, aligned, Box(box.x, box.y + high + 6, box.wide, 28), words)

    return Panel(_("Structure and feeling"), lambda wide: height(text, wide) + 34, paint)


def _promise(one: PromiseShown) -> Panel:
    words = [para(one.statement, 12)]
    if one.share is None:
        words.append(para(_("nothing settled yet") if one.given.count else _("never given"), 12, "ink-2"))
        return _text(_("Promises"), words)
    missed = one.kept_target is False
    sign, colour = ("✕", "rompu") if missed else ("✓", "carte")
    verdict = (
        Run(f"{sign} {kept_words(one)}  ", Style(13, 700), colour),
        Run(_("{share}, {reach}").format(share=percent(one.share), reach=reach(one)), Style(12), "ink-2"),
    )
    words.append(Para(verdict, 18, 2))

    def paint(painter: Painter, box: Box) -> None:
        high = height(words, box.wide)
        painter.text(Box(box.x, box.y, box.wide, high), words, _("Promises"))
        draw_kept(
            painter,
            one,
            Box(box.x, box.y + high + 3, box.wide, 14),
            f"{one.statement}: {kept_words(one)}, {reach(one)}",
        )

    return Panel(_("Promises"), lambda wide: height(words, wide) + 17, paint)
