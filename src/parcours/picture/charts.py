"""Small pictures of engine results for notebooks: real tables with a bar per line, scoped style, no script."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from parcours.engine.results import FunnelResult, FunnelStep, JourneyResult, StageFigures, TransitionsResult
from parcours.language.formats import decimal, duration, number, percent, signed
from parcours.language.translation import _, current_language, ngettext
from parcours.picture.icons import ICONS
from parcours.picture.typeface import prose

MOST_GROUPS = 12
"""A broken down funnel shows so many values and counts the others."""


def funnel_html(result: FunnelResult) -> str:
    """Draw a funnel, step by step, and value by value where it is broken down."""
    heads = (_("Step"), "", _("People"), _("Of the first"), _("Of the one before"), _("Median time"))
    note = result.breakdown_note or ""
    if result.breakdown is None:
        body = _steps(result.steps, result.steps[0].persons if result.steps else 0)
    else:
        groups = sorted(result.breakdown, key=lambda group: -(group[1][0].persons if group[1] else 0))
        most = max((steps[0].persons for _value, steps in groups if steps), default=0)
        body = "".join(_group(value, steps, most) for value, steps in groups[:MOST_GROUPS])
        hidden = len(groups) - MOST_GROUPS
        if hidden > 0:
            more = ngettext("{n} more value is not drawn.", "{n} more values are not drawn.", hidden)
            note = f"{note} {more.format(n=number(hidden))}".strip()
    within = result.within_seconds
    title = _("Funnel") if within is None else _("Funnel within {time}").format(time=duration(within))
    return _chart(title, heads, body, note)


def _group(value: str | None, steps: Sequence[FunnelStep], most: int) -> str:
    name = _("(none)") if value is None else value
    return f'<tr class="group"><th scope="rowgroup" colspan="6">{prose(name)}</th></tr>{_steps(steps, most)}'


def _steps(steps: Sequence[FunnelStep], most: int) -> str:
    rows = []
    for step, before in zip(steps, (None, *steps), strict=False):
        cells = (
            number(step.persons),
            percent(step.share_of_first) if step.share_of_first is not None else "",
            percent(step.share_of_previous) if step.share_of_previous is not None and before is not None else "",
            duration(step.median_seconds) if step.median_seconds is not None else "",
        )
        rows.append(_row(prose(step.name), _bar(step.persons, most, before.persons if before else None), cells))
    return "".join(rows)


def transitions_html(result: TransitionsResult, most: int = 20) -> str:
    """Draw the ``most`` frequent steps from one event to the next."""
    edges = sorted(result.transitions, key=lambda edge: -edge.count)
    largest = edges[0].count if edges else 0
    then = prose(_("then"))
    arrow = f'<svg class="to" viewBox="0 2 16 12" role="img" aria-label="{then}"><path d="{ICONS["next"]}"/></svg>'
    body = "".join(
        _row(
            f"{prose(edge.source)}{arrow}{prose(edge.target)}",
            _bar(edge.count, largest),
            (number(edge.count), number(edge.tied) if edge.tied else ""),
        )
        for edge in edges[:most]
    )
    notes = []
    if len(edges) > most:
        notes.append(_("The {n} most frequent of {total}.").format(n=number(most), total=number(len(edges))))
    if result.tie_affected_edges:
        words = _("Another order of events at one instant could change {edges} pairs, {share} of all steps.")
        share = percent(result.tie_affected_share, 1)
        notes.append(words.format(edges=number(result.tie_affected_edges), share=share))
    return _chart(_("Transitions"), (_("From and to"), "", _("Times"), _("At one instant")), body, " ".join(notes))


def journey_html(result: JourneyResult) -> str:
    """Draw the stages of a journey: people, leaving, time and feeling."""
    largest = max((stage.entered for stage in result.stages), default=0)
    heads = (_("Stage"), "", _("Entered"), _("Leave"), _("Leak"), _("Median time"), _("Felt"))
    body = "".join(
        _row(prose(stage.id), _bar(stage.entered, largest), _journey_cells(stage)) for stage in result.stages
    )
    note = _("{trips} trips: {succeeded} succeeded, {failed} failed, {left} left, {open} still on their way.").format(
        trips=number(result.trips),
        succeeded=number(result.succeeded),
        failed=number(result.failed),
        left=number(result.left),
        open=number(result.open),
    )
    return _chart(_("Journey"), heads, body, note)


def rows_html(title: str, rows: Sequence[Mapping[str, object]], columns: Sequence[str], most: int = 25) -> str:
    """Draw the first ``most`` of ``rows`` as a plain table of these ``columns``; numbers with three digits."""

    def cell(value: object) -> str:
        if isinstance(value, float):
            return decimal(value, 0 if abs(value) >= 100 else 2)
        return "" if value is None else prose(f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value))

    first, *others = columns
    body = "".join(_row(cell(row[first]), "", [cell(row[name]) for name in others]) for row in rows[:most])
    hidden = len(rows) - most
    note = ngettext("{n} more row.", "{n} more rows.", hidden).format(n=number(hidden)) if hidden > 0 else ""
    return _chart(title, (first, "", *others), body, note)


def _journey_cells(stage: StageFigures) -> tuple[str, ...]:
    felt = ""
    if stage.emotion.answers and stage.emotion.mean is not None:
        felt = f'<b class="feel">{signed(stage.emotion.mean)}</b> <small>({number(stage.emotion.answers)})</small>'
    elif stage.emotion.answers:
        answers = ngettext("{n} answer", "{n} answers", stage.emotion.answers)
        felt = f"<small>{prose(answers.format(n=number(stage.emotion.answers)))}</small>"
    return (
        number(stage.entered),
        number(stage.left + stage.failed),
        percent(stage.leak) if stage.leak is not None else "",
        duration(stage.median_seconds) if stage.median_seconds is not None else "",
        felt,
    )


def _row(name: str, bar: str, cells: Sequence[str]) -> str:
    tds = "".join(f'<td class="num">{cell}</td>' for cell in cells)
    return f'<tr><th scope="row">{name}</th><td class="bar">{bar}</td>{tds}</tr>'


def _bar(count: int, most: int, before: int | None = None) -> str:
    """Draw a bar to scale; behind it, pale, the one before (whom it lost)."""
    if most <= 0:
        return ""
    pale = f'<rect class="all" width="{before / most * 100:.2f}%" height="16"/>' if before else ""
    part = f'<rect class="part" width="{count / most * 100:.2f}%" height="16"/>'
    return f'<svg aria-hidden="true">{pale}{part}</svg>'


def _chart(title: str, heads: Sequence[str], body: str, note: str) -> str:
    columns = "".join(
        f'<th scope="col"{"" if place < 2 else " class=num"}>{prose(head)}</th>' if head else "<td></td>"
        for place, head in enumerate(heads)
    )
    foot = f"<p>{prose(note)}</p>" if note else ""
    return (
        f'<div class="parcours-chart" lang="{current_language()}"><style>{_style()}</style><table>'
        f"<caption>{prose(title)}</caption><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>{foot}</div>"
    )


@cache
def _style() -> str:
    return re.sub(r"\s+", " ", (Path(__file__).parent / "charts.css").read_text("utf-8")).strip()
