"""What stands in the lanes of pain points and of what to do: one stage in one piece of HTML, or as set paragraphs."""

from __future__ import annotations

from parcours.language.formats import number, percent
from parcours.language.translation import _
from parcours.picture.cells import Pen
from parcours.picture.model import StageColumn
from parcours.picture.setting import Paragraph, Run, line
from parcours.picture.told import DeedShown, DeedStatus, PainShown
from parcours.picture.typeface import Style, prose, soften

MOST_SEVERE = 5
SEVERITY_WIDE, SEVERITY_HIGH = 58.0, 9.0
_MARKS: dict[DeedStatus, str] = {
    "idea": "idea", "planned": "calendar", "doing": "next", "done": "kept", "dropped": "close",
}  # fmt: skip
DEED_ICONS = frozenset(_MARKS.values())
_NAME = Style(13, 500, 92)
_SUB = Style(12, 400, 92)


def deed_icon(deed: DeedShown) -> str:
    """Return the icon of a status."""
    return _MARKS[deed.status]


def status_words() -> dict[DeedStatus, str]:
    """Return what the status of an opportunity or action is called."""
    return {
        "idea": _("idea"),
        "planned": _("planned"),
        "doing": _("under way"),
        "done": _("done"),
        "dropped": _("dropped"),
    }


def severity(pain: PainShown, prefix: str) -> str:
    """Draw five squares, as many filled as it is severe; hatched where it is only assumed."""
    filled = f'fill="url(#{prefix}doubt)"' if pain.assumed else 'class="severe"'
    return "".join(
        f'<rect x="{place * 12}" y="0.5" width="8" height="8" class="frame"/>'
        + (f'<rect x="{place * 12}" y="0.5" width="8" height="8" {filled}/>' if place < (pain.severity or 0) else "")
        for place in range(MOST_SEVERE)
    )


def pain_facts(pain: PainShown) -> str:
    """Say how severe it is, whom it befalls, and how sure that is."""
    facts = []
    if pain.severity is not None:
        facts.append(_("severity {n} of 5").format(n=pain.severity))
    if pain.share is not None:
        facts.append(_("{share} of people").format(share=percent(pain.share)))
    facts += [*pain.personas, *([pain.level] if pain.level is not None else [])]
    return " · ".join(facts)


def deed_facts(deed: DeedShown) -> str:
    """Say where it stands: status, day, owner, priority."""
    facts = [deed.when if deed.status == "done" and deed.when else status_words()[deed.status]]
    if deed.when and deed.status != "done":
        facts.append(deed.when)
    if deed.owner:
        facts.append(deed.owner)
    if deed.priority is not None:
        facts.append(_("priority {n}").format(n=number(deed.priority)))
    return " · ".join(facts)


def pains(stage: StageColumn, pen: Pen) -> str:
    """The pain points of a stage."""
    items = ""
    for pain in stage.pains:
        drawn = ""
        if pain.severity is not None:
            box = f'width="{SEVERITY_WIDE:.0f}" height="{SEVERITY_HIGH:.0f}" aria-hidden="true"'
            drawn = f'<svg class="severity" {box}>{severity(pain, pen.prefix)}</svg>'
        name = prose(soften(pain.name, _NAME, pen.column_px - 14))
        items += f'<li><p class="tp">{name}</p>{drawn}<p class="sub">{prose(pain_facts(pain))}</p></li>'
    return f'<ul class="pains">{items}</ul>' if items else ""


def deeds(stage: StageColumn, pen: Pen) -> str:
    """What could be done and what is done in a stage."""
    items = ""
    for deed in stage.deeds:
        name = prose(soften(deed.name, _NAME, pen.column_px - 36))
        facts = f'<p class="sub">{prose(deed_facts(deed))}</p>'
        items += f'<li class="{deed.status}">{pen.icon(deed_icon(deed))}<div><p class="tp">{name}</p>{facts}</div></li>'
    return f'<ul class="deeds">{items}</ul>' if items else ""


def pain_lines(stage: StageColumn) -> list[Paragraph]:
    """The pain points of a stage for the static picture."""
    out: list[Paragraph] = []
    for pain in stage.pains:
        out.append(line(pain.name, Style(13, 600, 92), before=9 if out else 0))
        if pain.severity is not None:
            out.append(Paragraph((), SEVERITY_HIGH + 3, 3, draw=lambda _wide, pain=pain: severity(pain, "g-")))  # type: ignore[misc]
        out.append(line(pain_facts(pain), _SUB, "ink-2"))
    return out


def deed_lines(stage: StageColumn) -> list[Paragraph]:
    """What could be done and what is done, for the static picture."""
    out: list[Paragraph] = []
    for deed in stage.deeds:
        name = Run(deed.name, Style(13, 600, 92))
        out.append(Paragraph((name,), 16.5, 8 if out else 0, 22, deed_icon(deed)))
        out.append(Paragraph((Run(deed_facts(deed), _SUB, "ink-2"),), 15.5, 0, 22))
    return out
