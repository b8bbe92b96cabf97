"""Personas, evidence, pain points, opportunities and actions as the plain data of a document."""

from __future__ import annotations

from typing import Any

from parcours.mapdoc.narrative import Action, Evidence, Opportunity, PainPoint, Persona
from parcours.mapdoc.plain_values import TextForm, given, plain_day, plain_number, unless
from parcours.mapdoc.rules import plain_rule


def plain_persona(persona: Persona, texts: TextForm) -> dict[str, Any]:
    """Return a persona as plain data."""
    return given(
        {
            "id": persona.id,
            "name": texts.write(persona.name),
            "description": texts.write(persona.description),
            "matches": plain_rule(persona.rule),
            "goals": texts.write_list(persona.goals),
            "needs": texts.write_list(persona.needs),
            "frustrations": texts.write_list(persona.frustrations),
            "traits": texts.write_list(persona.traits),
            "quote": texts.write(persona.quote),
            "evidence_level": persona.evidence_level,
            "evidence": list(persona.evidence),
        }
    )


def plain_evidence(evidence: Evidence, texts: TextForm) -> dict[str, Any]:
    """Return a piece of evidence as plain data."""
    return given(
        {
            "id": evidence.id,
            "kind": evidence.kind,
            "title": texts.write(evidence.title),
            "date": plain_day(evidence.date),
            "people": evidence.people,
            "summary": texts.write(evidence.summary),
            "quotes": texts.write_list(evidence.quotes),
            "link": evidence.link,
            "stage": evidence.stage,
            "touchpoint": evidence.touchpoint,
            "personas": list(evidence.personas),
        }
    )


def plain_pain_point(point: PainPoint, texts: TextForm) -> dict[str, Any]:
    """Return a pain point as plain data."""
    return given(
        {
            "id": point.id,
            "name": texts.write(point.name),
            "description": texts.write(point.description),
            "stage": point.stage,
            "touchpoint": point.touchpoint,
            "personas": list(point.personas),
            "severity": point.severity,
            "share": plain_number(point.share),
            "source": texts.write(point.source),
            "friction": point.friction,
            "evidence_level": point.evidence_level,
            "evidence": list(point.evidence),
        }
    )


def plain_opportunity(one: Opportunity, texts: TextForm) -> dict[str, Any]:
    """Return an opportunity as plain data."""
    return given(
        {
            "id": one.id,
            "name": texts.write(one.name),
            "description": texts.write(one.description),
            "stage": one.stage,
            "touchpoint": one.touchpoint,
            "pain_points": list(one.pain_points),
            "customer_value": plain_number(one.customer_value),
            "business_value": plain_number(one.business_value),
            "effort": plain_number(one.effort),
            "confidence": plain_number(one.confidence),
            "status": unless(one.status, "idea"),
            "owner": one.owner,
        }
    )


def plain_action(action: Action, texts: TextForm) -> dict[str, Any]:
    """Return an action as plain data."""
    return given(
        {
            "id": action.id,
            "name": texts.write(action.name),
            "description": texts.write(action.description),
            "opportunity": action.opportunity,
            "stage": action.stage,
            "touchpoint": action.touchpoint,
            "owner": action.owner,
            "status": unless(action.status, "planned"),
            "due": plain_day(action.due),
            "done_on": plain_day(action.done_on),
            "metric": action.metric,
        }
    )
