"""What a team knows and plans around its map, in the words of the picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from urllib.parse import quote as quote_url

from parcours.language.formats import date, list_words, number
from parcours.language.translation import _, current_language, ngettext
from parcours.mapdoc.catalogue import frictions
from parcours.mapdoc.document import JourneyMap, Raci, Stage, Touchpoint
from parcours.mapdoc.narrative import Action, Evidence, Opportunity, PainPoint, Persona
from parcours.mapdoc.text import Text
from parcours.picture.blueprint import layer_names
from parcours.picture.told import (
    About,
    DeedShown,
    EffectShown,
    EvidenceShown,
    FrictionShown,
    LinkShown,
    PainShown,
    PersonaShown,
    Story,
)
from parcours.report.plan_shown import Names
from parcours.report.wording import DOT

Effects = Mapping[str, EffectShown]
"""What has changed since actions were done, by their ids."""
NONE: Effects = MappingProxyType({})


def story_of(map: JourneyMap, effects: Effects = NONE) -> Story:
    """Return what stands under the map; opportunities by their priority, actions after them in the map's order.

    ``effects`` of actions stand by their ids.
    """
    ranked = sorted(map.opportunities, key=lambda one: -(one.priority if one.priority is not None else -1.0))
    names = Names(map)
    setting = ((_("Scenario"), _said(map.scenario)), (_("What they expect"), _said(map.expectations)))
    return Story(
        setting=tuple((name, words) for name, words in setting if words),
        pains=tuple(_pain(map, names, one) for one in map.pain_points),
        deeds=(*(_opportunity(names, one) for one in ranked), *(_action(names, one, effects) for one in map.actions)),
        personas=tuple(_persona(map, one) for one in map.personas),
        evidence=tuple(_evidence(names, one) for one in map.evidence),
    )


def stage_pains(map: JourneyMap) -> Mapping[str, tuple[PainShown, ...]]:
    """Return the pain points of each stage, the worst first; those of no stage under an empty id."""
    names = Names(map)
    found: dict[str, list[PainPoint]] = {}
    for one in map.pain_points:
        found.setdefault(_stage(names, one.stage, one.touchpoint), []).append(one)
    ranked = {stage: sorted(pains, key=lambda one: -(one.severity or 0)) for stage, pains in found.items()}
    return {stage: tuple(_pain(map, names, one) for one in pains) for stage, pains in ranked.items()}


def stage_deeds(
    map: JourneyMap, effects: Effects = NONE, *, dropped: bool = False
) -> Mapping[str, tuple[DeedShown, ...]]:
    """Return what could be and is done in each stage: actions, then opportunities by priority; those of no stage under
    an empty id. Unless ``dropped``, what was dropped is left to the table under the map."""
    names = Names(map)
    found: dict[str, list[DeedShown]] = {}
    for action in map.actions:
        if dropped or action.status != "dropped":
            found.setdefault(_stage(names, action.stage, action.touchpoint), []).append(_action(names, action, effects))
    for one in sorted(map.opportunities, key=lambda one: -(one.priority if one.priority is not None else -1.0)):
        if dropped or one.status != "dropped":
            found.setdefault(_stage(names, one.stage, one.touchpoint), []).append(_opportunity(names, one))
    return {stage: tuple(deeds) for stage, deeds in found.items()}


def about(map: JourneyMap, point: Touchpoint) -> About | None:
    """Return what opens under a touchpoint; None where the map says no more than its name."""
    facts = [*_roles(map, point.raci)]
    for name, value in (
        (_("Matters to customers"), point.importance_to_customer),
        (_("Matters to us"), point.importance_to_company),
    ):
        if value is not None:
            facts.append((name, _("{n} of 5").format(n=value)))
    links = [LinkShown(_said(link.title) or link.url, link.url) for link in point.links]
    deeper = journey_link(map, point.journey)
    links += [deeper] if deeper is not None else []
    if not (facts or links or point.description or point.process):
        return None
    if point.layer is not None:
        facts.append((_("Layer"), layer_names()[point.layer]))
    if point.receiver is not None:
        receivers = {"customer": _("the customer"), "company": _("the company"), "partner": _("a partner")}
        facts.append((_("Addressed to"), receivers[point.receiver]))
    return About(_said(point.description), _said(point.process), tuple(facts), tuple(links))


def step_name(stage: Stage, point: Touchpoint) -> str | None:
    """Return what the step of a touchpoint is called."""
    return next((_said(step.name) for step in stage.steps if step.id == point.step), None)


def journey_link(map: JourneyMap, id: str | None) -> LinkShown | None:
    """Return a link to the page of another map: the name of its file with the ending .html, beside this page."""
    other = next((one for one in map.journeys if one.id == id), None)
    if other is None:
        return None
    page = PurePosixPath(other.file.replace("\\", "/")).with_suffix(".html")
    return LinkShown(_said(other.title) or other.file, quote_url(str(page).lstrip("/"), safe="/."))


def level_names() -> dict[str, str]:
    """Return what the levels of evidence are called."""
    return {
        "assumed": _("assumed"),
        "partial": _("partly researched"),
        "researched": _("researched"),
        "measured": _("measured"),
    }


def _said(text: Text | None) -> str | None:
    return None if text is None else text.in_language(current_language()) or None


def _all(texts: Iterable[Text]) -> tuple[str, ...]:
    return tuple(words for words in map(_said, texts) if words)


def _stage(names: Names, stage: str | None, touchpoint: str | None) -> str:
    return stage or names.stage_of.get(touchpoint or "", "")


def _place(names: Names, stage: str | None, touchpoint: str | None) -> str | None:
    if touchpoint is not None:
        return names.touchpoint.get(touchpoint)
    return names.stage.get(stage or "")


def _pain(map: JourneyMap, names: Names, one: PainPoint) -> PainShown:
    personas = tuple(_said(persona.name) or persona.id for persona in map.personas if persona.id in one.personas)
    return PainShown(
        name=_said(one.name) or one.id,
        description=_said(one.description),
        place=_place(names, one.stage, one.touchpoint),
        severity=one.severity,
        share=one.share,
        source=_said(one.source),
        personas=personas,
        level=level_names()[one.evidence_level] if one.evidence_level is not None else None,
        assumed=one.evidence_level == "assumed",
        friction=_friction(one.friction),
        id=one.id,
    )


def _friction(id: str | None) -> FrictionShown | None:
    """Return what the catalogue says of a friction; None for none, or one that another catalogue has."""
    known = next((one for one in frictions() if one.id == id), None)
    if known is None:
        return None
    figure = next((one for one in known.figures if one.role == "friction"), None)
    language = current_language()
    published = None
    if figure is not None:
        published = _("{sentence} ({source})").format(
            sentence=figure.says.in_language(language).rstrip("."), source=figure.source.in_language(language)
        )
    return FrictionShown(known.problem.in_language(language), known.share, published)


def _opportunity(names: Names, one: Opportunity) -> DeedShown:
    place = _place(names, one.stage, one.touchpoint)
    owner = names.owner.get(one.owner or "")
    description = _said(one.description)
    name = _said(one.name) or one.id
    return DeedShown(name, description, False, one.status, place, owner, None, one.priority, id=one.id)


def _action(names: Names, one: Action, effects: Effects) -> DeedShown:
    when = None
    if one.done_on is not None:
        when = _("done on {day}").format(day=date(one.done_on))
    elif one.due is not None:
        when = _("due on {day}").format(day=date(one.due))
    place = _place(names, one.stage, one.touchpoint)
    owner = names.owner.get(one.owner or "")
    name, effect = _said(one.name) or one.id, effects.get(one.id)
    return DeedShown(name, _said(one.description), True, one.status, place, owner, when, None, effect, one.id)


def _persona(map: JourneyMap, one: Persona) -> PersonaShown:
    titles = tuple(_said(piece.title) or piece.id for piece in map.evidence if piece.id in one.evidence)
    return PersonaShown(
        id=one.id,
        name=_said(one.name) or one.id,
        description=_said(one.description),
        goals=_all(one.goals),
        needs=_all(one.needs),
        frustrations=_all(one.frustrations),
        traits=_all(one.traits),
        quote=_said(one.quote),
        level=level_names()[one.evidence_level] if one.evidence_level is not None else None,
        assumed=one.evidence_level == "assumed",
        evidence=titles,
    )


def _evidence(names: Names, one: Evidence) -> EvidenceShown:
    kinds = {
        "interview": _("interview"), "observation": _("observation"), "survey": _("survey"),
        "analytics": _("figures"), "workshop": _("workshop"), "document": _("document"),
    }  # fmt: skip
    facts = [kinds[one.kind]]
    if one.date is not None:
        facts.append(date(one.date))
    if one.people is not None:
        facts.append(ngettext("{n} person", "{n} people", one.people).format(n=number(one.people)))
    place = _place(names, one.stage, one.touchpoint)
    facts += [place] if place is not None else []
    title = _said(one.title) or one.id
    return EvidenceShown(title, DOT.join(facts), _said(one.summary), _all(one.quotes), one.link)


def _roles(map: JourneyMap, raci: Raci | None) -> Iterable[tuple[str, str]]:
    if raci is None:
        return
    owners = {owner.id: _said(owner.name) or owner.id for owner in map.owners}
    roles = (
        (_("Does it"), raci.responsible),
        (_("Answers for it"), (raci.accountable,) if raci.accountable is not None else ()),
        (_("Is asked before"), raci.consulted),
        (_("Is told after"), raci.informed),
    )
    for name, ids in roles:
        if ids:
            yield name, list_words([owners.get(id, id) for id in ids])
