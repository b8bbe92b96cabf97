"""Plain data that has been found valid, as a journey map."""

from __future__ import annotations

from datetime import date
from typing import cast

from parcours.engine.calendar import WEEKDAYS, Calendar
from parcours.engine.plan import Clock, Initiator, PointKind
from parcours.language.formats import parse_duration
from parcours.mapdoc.document import (
    AlignmentRule,
    Channel,
    Direction,
    JourneyMap,
    Layer,
    Link,
    Metric,
    MetricKind,
    MetricUnit,
    OtherJourney,
    Owner,
    Promise,
    Raci,
    Receiver,
    Stage,
    Step,
    Touchpoint,
    TripRule,
    Weights,
)
from parcours.mapdoc.narrative_building import (
    build_action,
    build_evidence,
    build_opportunity,
    build_pain_point,
    build_persona,
    evidence_level,
)
from parcours.mapdoc.plain_values import Plain, TextForm, read_day, read_number, read_whole
from parcours.mapdoc.rules import rule_in
from parcours.mapdoc.text import LanguageCode

DEFAULT_ZONE = "Europe/Paris"
DEFAULT_LANGUAGE: LanguageCode = "fr"
DEFAULT_ICON = "page"


def build_map(data: Plain) -> JourneyMap:
    """Return the map that ``data`` says. ``data`` has passed ``checking``: nothing is checked again."""
    texts = TextForm(cast(LanguageCode, data.get("default_language", DEFAULT_LANGUAGE)))
    return JourneyMap(
        id=data["id"],
        title=texts.read(data["title"]),
        stages=tuple(_stage(stage, texts) for stage in data["stages"]),
        default_language=texts.language,
        description=texts.read_field(data, "description"),
        company=texts.read_field(data, "company"),
        zone=data.get("time_zone", DEFAULT_ZONE),
        channels=tuple(
            Channel(one["id"], texts.read(one["name"]), one.get("icon", DEFAULT_ICON))
            for one in data.get("channels", ())
        ),
        owners=tuple(Owner(one["id"], texts.read(one["name"])) for one in data.get("owners", ())),
        trip=_trip(data.get("trip", {})),
        origin=texts.read_field(data, "origin"),
        ignore=rule_in(data, "ignore"),
        calendar=_calendar(data["calendar"]) if "calendar" in data else None,
        alignment=_alignment(data.get("alignment", {})),
        version=data.get("version"),
        owner=data.get("owner"),
        review_due=read_day(data.get("review_due")),
        scenario=texts.read_field(data, "scenario"),
        expectations=texts.read_field(data, "expectations"),
        evidence_level=evidence_level(data),
        metrics=tuple(_metric(one, texts) for one in data.get("metrics", ())),
        personas=tuple(build_persona(one, texts) for one in data.get("personas", ())),
        evidence=tuple(build_evidence(one, texts) for one in data.get("evidence", ())),
        pain_points=tuple(build_pain_point(one, texts) for one in data.get("pain_points", ())),
        opportunities=tuple(build_opportunity(one, texts) for one in data.get("opportunities", ())),
        actions=tuple(build_action(one, texts) for one in data.get("actions", ())),
        journeys=tuple(
            OtherJourney(one["id"], texts.read(one["title"]), one["file"]) for one in data.get("journeys", ())
        ),
    )


def _stage(data: Plain, texts: TextForm) -> Stage:
    return Stage(
        id=data["id"],
        name=texts.read(data["name"]),
        goal=texts.read_field(data, "goal"),
        owner=data.get("owner"),
        expected_emotion=read_number(data.get("expected_emotion")),
        touchpoints=tuple(_touchpoint(one, texts) for one in data.get("touchpoints", ())),
        metrics=tuple(_metric(one, texts) for one in data.get("metrics", ())),
        description=texts.read_field(data, "description"),
        steps=tuple(
            Step(one["id"], texts.read(one["name"]), texts.read_field(one, "description"))
            for one in data.get("steps", ())
        ),
        journey=data.get("journey"),
    )


def _touchpoint(data: Plain, texts: TextForm) -> Touchpoint:
    return Touchpoint(
        id=data["id"],
        name=texts.read(data["name"]),
        rule=rule_in(data, "matches"),
        channel=data.get("channel"),
        owner=data.get("owner"),
        process=texts.read_field(data, "process"),
        description=texts.read_field(data, "description"),
        moment_of_truth=data.get("moment_of_truth", False),
        expected_emotion=read_number(data.get("expected_emotion")),
        kind=cast(PointKind, data.get("kind", "action")),
        initiator=cast(Initiator, data.get("initiator", "customer")),
        required=data.get("required", False),
        max_occurs=read_whole(data.get("max_occurs")),
        after=tuple(data.get("after", ())),
        one_of=data.get("one_of"),
        fails_when=rule_in(data, "fails_when"),
        promises=tuple(_promise(one, texts) for one in data.get("promises", ())),
        step=data.get("step"),
        receiver=cast(Receiver | None, data.get("receiver")),
        layer=cast(Layer | None, data.get("layer")),
        importance_to_customer=read_whole(data.get("importance_to_customer")),
        importance_to_company=read_whole(data.get("importance_to_company")),
        raci=_raci(data["raci"]) if "raci" in data else None,
        links=tuple(Link(texts.read(one["title"]), one["url"]) for one in data.get("links", ())),
        journey=data.get("journey"),
    )


def _raci(data: Plain) -> Raci:
    return Raci(
        responsible=tuple(data.get("responsible", ())),
        accountable=data.get("accountable"),
        consulted=tuple(data.get("consulted", ())),
        informed=tuple(data.get("informed", ())),
    )


def _promise(data: Plain, texts: TextForm) -> Promise:
    return Promise(
        id=data["id"],
        statement=texts.read(data["statement"]),
        source=data["from"],
        within_seconds=parse_duration(data["within"]),
        clock=cast(Clock, data.get("clock", "calendar")),
        percentile=float(data.get("percentile", 100)),
        owner=data.get("owner"),
    )


def _metric(data: Plain, texts: TextForm) -> Metric:
    target = data["target"]
    return Metric(
        id=data["id"],
        kind=cast(MetricKind, data["kind"]),
        target=parse_duration(target) if isinstance(target, str) else float(target),
        direction=cast(Direction, data["direction"]),
        name=texts.read_field(data, "name"),
        numerator=rule_in(data, "numerator"),
        denominator=rule_in(data, "denominator"),
        unit=cast(MetricUnit, data.get("unit", "persons")),
        at_least=int(data.get("at_least", 1)),
        complement=data.get("complement", False),
        property=data.get("property", "value"),
        currency=data.get("currency"),
    )


def _trip(data: Plain) -> TripRule:
    return TripRule(
        starts_when=rule_in(data, "starts_when"),
        succeeds_when=rule_in(data, "succeeds_when"),
        fails_when=rule_in(data, "fails_when"),
        timeout_seconds=parse_duration(data["timeout"]) if "timeout" in data else None,
        key=data.get("key"),
    )


def _calendar(data: Plain) -> Calendar:
    hours = data["hours"]
    return Calendar(
        hours=tuple(
            tuple((read_minutes(one["from"]), read_minutes(one["to"])) for one in hours.get(day, ()))
            for day in WEEKDAYS
        ),
        holidays=data.get("holidays"),
        closed=tuple(date.fromisoformat(day) for day in data.get("closed", ())),
    )


def read_minutes(text: str) -> int:
    """Return the minute of the day that ``text``, such as ``09:30``, stands for: 0 to 1440."""
    hours, _colon, minutes = text.partition(":")
    return 60 * int(hours) + int(minutes)


def _alignment(data: Plain) -> AlignmentRule:
    usual = AlignmentRule()
    return AlignmentRule(
        threshold=float(data.get("threshold", usual.threshold)),
        drift=float(data.get("drift", usual.drift)),
        weights=Weights(**{name: float(weight) for name, weight in data.get("weights", {}).items()}),
    )
