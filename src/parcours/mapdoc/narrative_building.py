"""Personas, evidence, pain points, opportunities and actions, from plain data that has been found valid."""

from __future__ import annotations

from typing import cast

from parcours.mapdoc.narrative import (
    Action,
    ActionStatus,
    Evidence,
    EvidenceKind,
    EvidenceLevel,
    Opportunity,
    OpportunityStatus,
    PainPoint,
    Persona,
)
from parcours.mapdoc.plain_values import Plain, TextForm, read_day, read_number, read_whole
from parcours.mapdoc.rules import rule_in


def build_persona(data: Plain, texts: TextForm) -> Persona:
    """Return the persona that ``data`` says."""
    return Persona(
        id=data["id"],
        name=texts.read(data["name"]),
        description=texts.read_field(data, "description"),
        rule=rule_in(data, "matches"),
        goals=texts.read_list(data, "goals"),
        needs=texts.read_list(data, "needs"),
        frustrations=texts.read_list(data, "frustrations"),
        traits=texts.read_list(data, "traits"),
        quote=texts.read_field(data, "quote"),
        evidence_level=evidence_level(data),
        evidence=tuple(data.get("evidence", ())),
    )


def build_evidence(data: Plain, texts: TextForm) -> Evidence:
    """Return the piece of evidence that ``data`` says."""
    return Evidence(
        id=data["id"],
        kind=cast(EvidenceKind, data["kind"]),
        title=texts.read(data["title"]),
        date=read_day(data.get("date")),
        people=read_whole(data.get("people")),
        summary=texts.read_field(data, "summary"),
        quotes=texts.read_list(data, "quotes"),
        link=data.get("link"),
        stage=data.get("stage"),
        touchpoint=data.get("touchpoint"),
        personas=tuple(data.get("personas", ())),
    )


def build_pain_point(data: Plain, texts: TextForm) -> PainPoint:
    """Return the pain point that ``data`` says."""
    return PainPoint(
        id=data["id"],
        name=texts.read(data["name"]),
        description=texts.read_field(data, "description"),
        stage=data.get("stage"),
        touchpoint=data.get("touchpoint"),
        personas=tuple(data.get("personas", ())),
        severity=read_whole(data.get("severity")),
        share=read_number(data.get("share")),
        source=texts.read_field(data, "source"),
        friction=data.get("friction"),
        evidence_level=evidence_level(data),
        evidence=tuple(data.get("evidence", ())),
    )


def build_opportunity(data: Plain, texts: TextForm) -> Opportunity:
    """Return the opportunity that ``data`` says."""
    return Opportunity(
        id=data["id"],
        name=texts.read(data["name"]),
        description=texts.read_field(data, "description"),
        stage=data.get("stage"),
        touchpoint=data.get("touchpoint"),
        pain_points=tuple(data.get("pain_points", ())),
        customer_value=read_number(data.get("customer_value")),
        business_value=read_number(data.get("business_value")),
        effort=read_number(data.get("effort")),
        confidence=read_number(data.get("confidence")),
        status=cast(OpportunityStatus, data.get("status", "idea")),
        owner=data.get("owner"),
    )


def build_action(data: Plain, texts: TextForm) -> Action:
    """Return the action that ``data`` says."""
    return Action(
        id=data["id"],
        name=texts.read(data["name"]),
        description=texts.read_field(data, "description"),
        opportunity=data.get("opportunity"),
        stage=data.get("stage"),
        touchpoint=data.get("touchpoint"),
        owner=data.get("owner"),
        status=cast(ActionStatus, data.get("status", "planned")),
        due=read_day(data.get("due")),
        done_on=read_day(data.get("done_on")),
        metric=data.get("metric"),
    )


def evidence_level(data: Plain) -> EvidenceLevel | None:
    """Return how well ``data`` says that something is known."""
    return cast(EvidenceLevel | None, data.get("evidence_level"))
