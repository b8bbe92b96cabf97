"""The sections that need no data: what hurts, what is done, personas, evidence; and what opens under a touchpoint."""

from __future__ import annotations

from collections.abc import Sequence

from parcours.language.formats import number, percent, quoted
from parcours.language.translation import _
from parcours.picture.cells import Pen, about_id
from parcours.picture.facts_table import Column, draw_facts, draw_section
from parcours.picture.model import MapPicture, Station
from parcours.picture.rich import rich_html
from parcours.picture.story_cells import (
    SEVERITY_HIGH,
    SEVERITY_WIDE,
    deed_icon,
    deed_word,
    effect_icon,
    effect_line,
    friction_words,
    severity,
    status_icon,
    status_words,
)
from parcours.picture.told import DeedShown, EffectShown, EvidenceShown, PainShown, PersonaShown
from parcours.picture.typeface import prose


def draw_story(picture: MapPicture, pen: Pen) -> str:
    """Draw what the map tells: a section each for what hurts, what to do, personas, evidence."""
    out = _pains(picture.story.pains, pen) if "pains" in picture.shown else ""
    out += _deeds(picture.story.deeds, pen) if "actions" in picture.shown else ""
    if picture.lanes is not None:
        return out
    return (
        _setting(picture.story.setting)
        + out
        + _personas(picture.story.personas, pen)
        + _evidence(picture.story.evidence)
    )


def _setting(setting: Sequence[tuple[str, str]]) -> str:
    if not setting:
        return ""
    facts = "".join(f"<dt>{prose(name)}</dt><dd>{prose(words)}</dd>" for name, words in setting)
    return draw_section("setting", _("Whose journey"), (), f"<dl>{facts}</dl>")


def _pains(pains: Sequence[PainShown], pen: Pen) -> str:
    if not pains:
        return ""
    columns = (
        Column(_("Pain point")), Column(_("Where")), Column(_("Severity")), Column(_("People"), True),
        Column(_("Whom")), Column(_("How we know")),
    )  # fmt: skip
    rows = []
    for pain in sorted(pains, key=lambda one: -(one.severity or 0)):
        box = f'width="{SEVERITY_WIDE:.0f}" height="{SEVERITY_HIGH:.0f}" aria-hidden="true"'
        drawn = f'<svg class="severity" {box}>{pen.drawing(severity(pain, pen.prefix))}</svg>'
        words = _("{n} of 5").format(n=pain.severity)
        published = pain.friction.published if pain.friction is not None else None
        known = ", ".join(fact for fact in (pain.level, pain.source, published) if fact)
        rows.append(
            [
                _named(pain.name, pain.description, friction_words(pain)),
                prose(pain.place or _("everywhere")),
                f'{drawn}<span class="sub">{prose(words)}</span>' if pain.severity is not None else "",
                percent(pain.share) if pain.share is not None else "",
                prose(", ".join(pain.personas)),
                prose(known),
            ]
        )
    table = draw_facts(pen, "t-pains", _("Pain points"), columns, rows)
    return draw_section("pains-part", _("What hurts"), [_("Hatched: assumed, nobody has looked into it yet.")], table)


def _deeds(deeds: Sequence[DeedShown], pen: Pen) -> str:
    if not deeds:
        return ""
    columns = (
        Column(_("What")), Column(_("Kind")), Column(_("Where")), Column(_("Status")), Column(_("Owner")),
        Column(_("When")), Column(_("Priority"), True),
        *([Column(_("Before → since"))] if any(deed.effect for deed in deeds) else []),
    )  # fmt: skip
    rows = [
        [
            _named(deed.name, deed.description),
            f'<span class="status">{pen.icon(deed_icon(deed))}{prose(deed_word(deed))}</span>',
            prose(deed.place or _("everywhere")),
            f'<span class="status">{pen.icon(status_icon(deed))}{prose(status_words()[deed.status])}</span>',
            prose(deed.owner or ""),
            prose(deed.when or ""),
            number(deed.priority) if deed.priority is not None else "",
            *([_since(deed.effect, pen)] if any(one.effect for one in deeds) else []),
        ]
        for deed in deeds
    ]
    lead = []
    if any(deed.priority is not None for deed in deeds):
        lead.append(_("Priority: mean of the value to customers and to us × confidence ÷ effort (at least ½)."))
    if any(deed.effect for deed in deeds):
        lead.append(_("Since, not because: whatever else changed on the way is in these figures too."))
    table = draw_facts(pen, "t-deeds", _("Opportunities and actions"), columns, rows)
    return draw_section("deeds-part", _("What to do"), lead, table)


def _named(name: str, *more: str | None) -> str:
    return prose(name) + "".join(f' <span class="sub">{prose(words)}</span>' for words in more if words)


def _since(effect: EffectShown | None, pen: Pen) -> str:
    if effect is None:
        return ""
    if effect.verdict is None:
        return f"{prose(effect.metric)}, {prose(effect.said)}"
    said = f"{pen.icon(effect_icon(effect))}<span>{prose(effect.said)}</span>"
    sign = f'<span class="status effect {effect.verdict}">{said}</span>'
    return f"<b>{prose(effect_line(effect))}</b>{sign}"


def _personas(personas: Sequence[PersonaShown], pen: Pen) -> str:
    if not personas:
        return ""
    drawn = "".join(f"<article>{_persona(one, pen)}</article>" for one in personas)
    return draw_section("personas-part", _("Who they are"), (), f'<div class="personas">{drawn}</div>')


def _persona(one: PersonaShown, pen: Pen) -> str:
    out = f"<h3>{prose(one.name)}</h3>"
    if one.level is not None:
        hatch = (
            f'<rect class="frame" width="20" height="10"/><rect width="20" height="10" fill="url(#{pen.prefix}doubt)"/>'
        )
        sign = f'<svg width="20" height="10" aria-hidden="true">{hatch}</svg>' if one.assumed else ""
        out += f'<p class="sub level">{sign}{prose(one.level)}</p>'
    out += f"<p>{prose(one.description)}</p>" if one.description else ""
    out += f'<blockquote class="voice">{prose(quoted(one.quote))}</blockquote>' if one.quote else ""
    lists = (
        (_("They want"), one.goals), (_("They need"), one.needs), (_("They cannot stand"), one.frustrations),
        (_("They are"), one.traits), (_("We know it from"), one.evidence),
    )  # fmt: skip
    for name, words in lists:
        if words:
            items = "".join(f"<li>{prose(each)}</li>" for each in words)
            out += f"<h4>{prose(name)}</h4><ul>{items}</ul>"
    return out


def _evidence(evidence: Sequence[EvidenceShown]) -> str:
    if not evidence:
        return ""
    items = "".join(f"<li>{_piece(one)}</li>" for one in evidence)
    return draw_section("evidence-part", _("How we know"), (), f'<ul class="evidence">{items}</ul>')


def _piece(one: EvidenceShown) -> str:
    title = prose(one.title)
    if one.link is not None:
        title = f'<a href="{prose(one.link)}" rel="noopener noreferrer">{title}</a>'
    out = f'<p><b>{title}</b></p><p class="sub">{prose(one.facts)}</p>'
    out += f"<p>{prose(one.summary)}</p>" if one.summary else ""
    return out + "".join(f'<blockquote class="voice">{prose(quoted(words))}</blockquote>' for words in one.quotes)


# -------------------------------------------------------- under a touchpoint


def draw_abouts(picture: MapPicture, pen: Pen) -> str:
    """Draw what opens under touchpoints: once for the whole page, opened by the browser alone, without script."""
    stations = [station for stage in picture.stages for station in stage.stations if station.about is not None]
    return "".join(_about(station, pen) for station in stations)


def _about(station: Station, pen: Pen) -> str:
    about = station.about
    if about is None:
        return ""
    id_ = about_id(station, pen)
    body = f"<p>{prose(about.description)}</p>" if about.description else ""
    if about.process:
        body += f'<h3>{prose(_("How it is done"))}</h3><div class="rich">{rich_html(about.process)}</div>'
    facts = "".join(f"<dt>{prose(name)}</dt><dd>{prose(words)}</dd>" for name, words in about.facts)
    body += f"<dl>{facts}</dl>" if facts else ""
    links = "".join(
        f'<li><a href="{prose(link.url)}" rel="noopener noreferrer">{prose(link.words)}</a></li>'
        for link in about.links
    )
    body += f"<ul>{links}</ul>" if links else ""
    close = prose(_("Close"))
    return (
        f'<div popover class="about-point" id="{id_}" role="dialog" aria-labelledby="{id_}-t" tabindex="-1">'
        f'<header><h2 id="{id_}-t">{prose(station.name)}</h2><button class="square" popovertarget="{id_}" '
        f'popovertargetaction="hide" aria-label="{close}">{pen.icon("close")}</button></header>{body}</div>'
    )
