"""The section of the whole journey: metrics of the map beside their targets, with a verdict each."""

from __future__ import annotations

from collections.abc import Sequence

from parcours.language.formats import number
from parcours.language.translation import _, ngettext
from parcours.picture.cells import Pen, verdict_word
from parcours.picture.facts_table import Column, draw_facts, draw_section
from parcours.picture.model import Indicator, MapPicture
from parcours.picture.typeface import prose


def draw_whole(picture: MapPicture, pen: Pen) -> str:
    """Draw the metrics of the whole map; nothing where it has none."""
    shown = picture.indicators
    if not shown:
        return ""
    columns = (
        Column(_("Indicator")), Column(_("Value"), True), Column(_("Target"), True), Column(_("Verdict")),
        Column(_("Evidence")),
    )  # fmt: skip
    rows = [_row(one, pen) for one in shown]
    facts = draw_facts(pen, "t-whole", _("Indicators"), columns, rows)
    return draw_section("whole-part", _("The whole journey"), [whole_lead(shown)], facts)


def whole_lead(shown: Sequence[Indicator]) -> str:
    """Say how many targets are missed and how many cannot be judged."""
    missed = sum(one.verdict == "missed" for one in shown)
    undecided = sum(one.verdict == "unknown" for one in shown)
    said = ngettext("{n} target of {all} is missed", "{n} targets of {all} are missed", missed)
    parts = said.format(n=number(missed), all=number(len(shown)))
    open_ = ngettext("{n} cannot be judged yet", "{n} cannot be judged yet", undecided).format(n=number(undecided))
    if not missed:
        none = _("No target is missed.")
        return f"{none} {_('{sentence}.').format(sentence=open_)}" if undecided else none
    if not undecided:
        return _("{sentence}.").format(sentence=parts)
    return _("{first}, {second}.").format(first=parts, second=open_)


def _row(one: Indicator, pen: Pen) -> list[str]:
    mark = f'<span class="verdict">{pen.icon(one.verdict)}<span>{prose(verdict_word(one))}</span></span>'
    about = f"{_('The whole journey')}: {one.label}"
    return [
        prose(one.label),
        f"<b>{pen.figure(one.value, one.figure, about)}</b>",
        prose(one.target) if one.target else "",
        f'<span class="kpi {one.verdict}">{mark}</span>',
        f'<span class="sub">{prose(one.detail)}</span>' if one.detail else "",
    ]
