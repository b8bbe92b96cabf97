"""A journey map as plain data again. What is written reads back as the same map."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from parcours.engine.calendar import WEEKDAYS, Calendar
from parcours.mapdoc.building import DEFAULT_ICON
from parcours.mapdoc.document import AlignmentRule, JourneyMap, Metric, Promise, Raci, Stage, Touchpoint, TripRule
from parcours.mapdoc.narrative_writing import (
    plain_action,
    plain_evidence,
    plain_opportunity,
    plain_pain_point,
    plain_persona,
)
from parcours.mapdoc.plain_values import TextForm, given, plain_day, plain_number, unless, write_duration
from parcours.mapdoc.rules import plain_rule
from parcours.mapdoc.versions import NEWEST


def plain_map(document: JourneyMap) -> dict[str, Any]:
    """Return the document as plain data, fields in the order of the schema, nothing that says only the default."""
    texts = TextForm(document.default_language)
    return given(
        {
            "$schema": NEWEST,
            "id": document.id,
            "title": texts.write(document.title),
            "default_language": texts.language,
            "description": texts.write(document.description),
            "company": texts.write(document.company),
            "version": document.version,
            "owner": document.owner,
            "review_due": plain_day(document.review_due),
            "scenario": texts.write(document.scenario),
            "expectations": texts.write(document.expectations),
            "evidence_level": document.evidence_level,
            "origin": texts.write(document.origin),
            "time_zone": document.zone,
            "channels": [
                given({"id": one.id, "name": texts.write(one.name), "icon": unless(one.icon, DEFAULT_ICON)})
                for one in document.channels
            ],
            "owners": [{"id": one.id, "name": texts.write(one.name)} for one in document.owners],
            "trip": _trip(document.trip),
            "ignore": plain_rule(document.ignore),
            "calendar": None if document.calendar is None else _calendar(document.calendar),
            "alignment": _alignment(document.alignment),
            "stages": [_stage(stage, texts) for stage in document.stages],
            "metrics": [_metric(one, texts) for one in document.metrics],
            "personas": [plain_persona(one, texts) for one in document.personas],
            "evidence": [plain_evidence(one, texts) for one in document.evidence],
            "pain_points": [plain_pain_point(one, texts) for one in document.pain_points],
            "opportunities": [plain_opportunity(one, texts) for one in document.opportunities],
            "actions": [plain_action(one, texts) for one in document.actions],
            "journeys": [
                {"id": one.id, "title": texts.write(one.title), "file": one.file} for one in document.journeys
            ],
        }
    )


def _stage(stage: Stage, texts: TextForm) -> dict[str, Any]:
    return given(
        {
            "id": stage.id,
            "name": texts.write(stage.name),
            "goal": texts.write(stage.goal),
            "description": texts.write(stage.description),
            "owner": stage.owner,
            "journey": stage.journey,
            "expected_emotion": plain_number(stage.expected_emotion),
            "steps": [
                given({"id": one.id, "name": texts.write(one.name), "description": texts.write(one.description)})
                for one in stage.steps
            ],
            "touchpoints": [_touchpoint(one, texts) for one in stage.touchpoints],
            "metrics": [_metric(one, texts) for one in stage.metrics],
        }
    )


def _touchpoint(point: Touchpoint, texts: TextForm) -> dict[str, Any]:
    return given(
        {
            "id": point.id,
            "name": texts.write(point.name),
            "description": texts.write(point.description),
            "matches": plain_rule(point.rule),
            "channel": point.channel,
            "owner": point.owner,
            "raci": None if point.raci is None else _raci(point.raci),
            "process": texts.write(point.process),
            "links": [{"title": texts.write(one.title), "url": one.url} for one in point.links],
            "step": point.step,
            "kind": unless(point.kind, "action"),
            "initiator": unless(point.initiator, "customer"),
            "receiver": point.receiver,
            "layer": point.layer,
            "importance_to_customer": point.importance_to_customer,
            "importance_to_company": point.importance_to_company,
            "required": unless(point.required, False),
            "max_occurs": point.max_occurs,
            "after": list(point.after),
            "one_of": point.one_of,
            "fails_when": plain_rule(point.fails_when),
            "promises": [_promise(one, texts) for one in point.promises],
            "moment_of_truth": unless(point.moment_of_truth, False),
            "expected_emotion": plain_number(point.expected_emotion),
            "journey": point.journey,
        }
    )


def _raci(raci: Raci) -> dict[str, Any]:
    return given(
        {
            "responsible": list(raci.responsible),
            "accountable": raci.accountable,
            "consulted": list(raci.consulted),
            "informed": list(raci.informed),
        }
    )


def _metric(metric: Metric, texts: TextForm) -> dict[str, Any]:
    return given(
        {
            "id": metric.id,
            "kind": metric.kind,
            "target": write_duration(metric.target) if metric.kind == "time" else plain_number(metric.target),
            "direction": metric.direction,
            "name": texts.write(metric.name),
            "numerator": plain_rule(metric.numerator),
            "denominator": plain_rule(metric.denominator),
            "unit": unless(metric.unit, "persons"),
            "at_least": unless(metric.at_least, 1),
            "complement": unless(metric.complement, False),
            "property": unless(metric.property, "value"),
            "currency": metric.currency,
        }
    )


def _promise(promise: Promise, texts: TextForm) -> dict[str, Any]:
    return given(
        {
            "id": promise.id,
            "statement": texts.write(promise.statement),
            "from": promise.source,
            "within": write_duration(promise.within_seconds),
            "clock": unless(promise.clock, "calendar"),
            "percentile": plain_number(unless(promise.percentile, 100.0)),
            "owner": promise.owner,
        }
    )


def _calendar(calendar: Calendar) -> dict[str, Any]:
    def clock(minutes: int) -> str:
        return f"{minutes // 60:02d}:{minutes % 60:02d}"

    hours = {
        day: [{"from": clock(opens), "to": clock(closes)} for opens, closes in spans]
        for day, spans in zip(WEEKDAYS, calendar.hours, strict=True)
    }
    closed = [day.isoformat() for day in calendar.closed]
    return given({"hours": given(hours), "holidays": calendar.holidays, "closed": closed})


def _alignment(alignment: AlignmentRule) -> dict[str, Any]:
    usual = AlignmentRule()
    ours, theirs = asdict(alignment), asdict(usual)
    weights = {
        name: plain_number(weight) for name, weight in ours["weights"].items() if weight != theirs["weights"][name]
    }
    kept = {name: plain_number(ours[name]) for name in ("threshold", "drift") if ours[name] != theirs[name]}
    return given({**kept, "weights": weights})


def _trip(trip: TripRule) -> dict[str, Any]:
    return given(
        {
            "key": trip.key,
            "starts_when": plain_rule(trip.starts_when),
            "succeeds_when": plain_rule(trip.succeeds_when),
            "fails_when": plain_rule(trip.fails_when),
            "timeout": None if trip.timeout_seconds is None else write_duration(trip.timeout_seconds),
        }
    )
