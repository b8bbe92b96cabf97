"""What stands in the lanes of pain points and of what to do: one stage in one piece of HTML, or as set paragraphs."""

from __future__ import annotations

from collections.abc import Sequence

from parcours.language.formats import number, percent, quoted
from parcours.language.translation import _
from parcours.picture.cells import Pen, hidden
from parcours.picture.model import StageColumn
from parcours.picture.setting import Paragraph, Run, line
from parcours.picture.told import DeedShown, DeedStatus, EffectShown, PainShown
from parcours.picture.typeface import Style, prose, soften

MOST_SEVERE = 5
SEVERITY_WIDE, SEVERITY_HIGH = 58.0, 9.0
_MARKS: dict[DeedStatus, str] = {
    "idea": "idea", "planned": "calendar", "doing": "next", "done": "kept", "dropped": "close",
}  # fmt: skip
DEED_ICONS = frozenset((*_MARKS.values(), "flag"))
_NAME = Style(13, 500, 92)
_SUB = Style(12, 400, 92)


def status_icon(deed: DeedShown) -> str:
    """Return the icon of a status."""
    return _MARKS[deed.status]


def deed_icon(deed: DeedShown) -> str:
    """Return the icon of a kind: a lamp for what could be done, a flag for what the team has decided to do."""
    return "flag" if deed.action else "idea"


def deed_word(deed: DeedShown) -> str:
    """Return the word of a kind."""
    return _("action") if deed.action else _("opportunity")


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


def deed_facts(deed: DeedShown, *, worded: bool = True) -> str:
    """Say what kind it is and where it stands: status, day, owner, priority."""
    facts = [deed_word(deed)] if worded else []
    facts.append(deed.when if deed.status == "done" and deed.when else status_words()[deed.status])
    if deed.when and deed.status != "done":
        facts.append(deed.when)
    if deed.owner:
        facts.append(deed.owner)
    if deed.priority is not None:
        facts.append(_("priority {n}").format(n=number(deed.priority)))
    return " · ".join(facts)


def friction_words(pain: PainShown) -> str:
    """Say which friction of the catalogue a pain point is, and how many people it holds up as far as published."""
    if pain.friction is None:
        return ""
    words = _("known friction: {problem}").format(problem=pain.friction.problem)
    if pain.friction.share is None:
        return words
    return _("{words}, {share} as published").format(words=words, share=percent(pain.friction.share))


def at_place(place: str | None, stage: StageColumn | None) -> str:
    """Say at which touchpoint something of ``stage`` stands; nothing where it is the whole stage."""
    return (
        _("at {place}").format(place=quoted(place))
        if place is not None and stage is not None and place != stage.name
        else ""
    )


def effect_icon(effect: EffectShown) -> str:
    """Return the icon of a verdict."""
    return {"better": "kept", "worse": "missed"}.get(effect.verdict or "", "unknown")


def effect_line(effect: EffectShown) -> str:
    """Say how the metric of an action stood before, and how since: with an arrow, for those who see."""
    return _("{metric}: {before} → {since}").format(metric=effect.metric, before=effect.before, since=effect.since)


def effect_facts(deed: DeedShown) -> tuple[str, ...]:
    """Return what has changed since an action was done, as text: before and since, and what can be said of it."""
    if deed.effect is None:
        return ()
    if deed.effect.verdict is None:
        return (f"{deed.effect.metric}, {deed.effect.word}",)
    return (effect_line(deed.effect), deed.effect.word)


def pains(stage: StageColumn, pen: Pen) -> str:
    """The pain points of a stage."""
    return pain_list(stage.pains, pen, stage)


def pain_list(pains: Sequence[PainShown], pen: Pen, stage: StageColumn | None = None) -> str:
    """List the pain points of a stage, or of none; nothing where there are none."""
    items = ""
    for pain in pains:
        drawn = ""
        if pain.severity is not None:
            box = f'width="{SEVERITY_WIDE:.0f}" height="{SEVERITY_HIGH:.0f}" aria-hidden="true"'
            drawn = f'<svg class="severity" {box}>{pen.drawing(severity(pain, pen.prefix))}</svg>'
        name = prose(soften(pain.name, _NAME, pen.column_px - 14))
        facts = (at_place(pain.place, stage), pain_facts(pain), friction_words(pain))
        said = "".join(f'<p class="sub">{prose(words)}</p>' for words in facts if words)
        marks = pen.changes("pain_points", pain.id)
        items += f'<li><p class="tp">{name}</p>{marks}{drawn}{said}</li>'
    return f'<ul class="pains">{items}</ul>' if items else ""


def deeds(stage: StageColumn, pen: Pen) -> str:
    """What could be done and what is done in a stage."""
    return deed_list(stage.deeds, pen, stage)


def deed_list(deeds: Sequence[DeedShown], pen: Pen, stage: StageColumn | None = None) -> str:
    """List the opportunities and actions of a stage, or of none; nothing where there are none."""
    items = ""
    for deed in deeds:
        name = prose(soften(deed.name, _NAME, pen.column_px - 36))
        kind = f'<b class="kind-word">{prose(deed_word(deed))}</b>'
        facts = pen.changes("actions" if deed.action else "opportunities", deed.id)
        facts += f'<p class="sub">{kind} · {prose(deed_facts(deed, worded=False))}</p>'
        where = at_place(deed.place, stage)
        facts += f'<p class="sub">{prose(where)}</p>' if where else ""
        facts += _effect(deed.effect, pen) if deed.effect is not None else ""
        name = f'<div><p class="tp">{name}</p>{facts}</div>'
        items += (
            f'<li class="{"deed" if deed.action else "chance"} {deed.status}">{pen.icon(deed_icon(deed))}{name}</li>'
        )
    return f'<ul class="deeds">{items}</ul>' if items else ""


def _effect(effect: EffectShown, pen: Pen) -> str:
    """Draw what has changed since an action was done; the arrow is said in words to those who listen."""
    word = prose(effect.word)
    if effect.verdict is None:
        return f'<p class="sub">{prose(effect.metric)}, {word}</p>'
    spoken = _("{metric}: {before} before, {since} since").format(
        metric=effect.metric, before=effect.before, since=effect.since
    )
    line_ = f'<span aria-hidden="true">{prose(effect_line(effect))}</span>{hidden(spoken)}'
    verdict = f"{pen.icon(effect_icon(effect))}<b>{word}</b>"
    return f'<p class="sub effect {effect.verdict}">{line_} <span class="w">{verdict}</span></p>'


def pain_lines(stage: StageColumn) -> list[Paragraph]:
    """The pain points of a stage for the static picture."""
    out: list[Paragraph] = []
    for pain in stage.pains:
        out.append(line(pain.name, Style(13, 600, 92), before=9 if out else 0))
        if pain.severity is not None:
            out.append(Paragraph((), SEVERITY_HIGH + 3, 3, draw=lambda _wide, pain=pain: severity(pain, "g-")))  # type: ignore[misc]
        facts = (at_place(pain.place, stage), pain_facts(pain), friction_words(pain))
        out += [line(words, _SUB, "ink-2") for words in facts if words]
    return out


def deed_lines(stage: StageColumn) -> list[Paragraph]:
    """What could be done and what is done, for the static picture."""
    out: list[Paragraph] = []
    for deed in stage.deeds:
        name = Run(deed.name, Style(13, 600, 92))
        out.append(Paragraph((name,), 16.5, 8 if out else 0, 22, deed_icon(deed)))
        facts = [deed_facts(deed), at_place(deed.place, stage), *effect_facts(deed)]
        out += [Paragraph((Run(words, _SUB, "ink-2"),), 15.5, 0, 22) for words in facts if words]
    return out
