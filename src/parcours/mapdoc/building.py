"""Plain data that has been found valid, as a journey map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from parcours.engine.calendar import WEEKDAYS, Calendar
from parcours.engine.plan import Clock, Initiator, PointKind
from parcours.engine.predicates import Condition, EventMatch, Operand, Operator, Rule
from parcours.language.formats import parse_duration
from parcours.mapdoc.document import (
    AlignmentRule,
    Channel,
    Direction,
    JourneyMap,
    LanguageCode,
    Metric,
    MetricKind,
    Owner,
    Promise,
    Stage,
    Text,
    Touchpoint,
    TripRule,
    Weights,
)

Plain = Mapping[str, Any]
DEFAULT_ZONE = "Europe/Paris"
DEFAULT_LANGUAGE: LanguageCode = "fr"
DEFAULT_ICON = "page"


def build_map(data: Plain) -> JourneyMap:
    """Return the map that ``data`` says. ``data`` has passed ``checking``: nothing is checked again."""
    language = cast(LanguageCode, data.get("default_language", DEFAULT_LANGUAGE))
    return _Builder(language).journey_map(data)


class _Builder:
    def __init__(self, language: LanguageCode) -> None:
        self.language = language

    def text(self, value: str | Plain) -> Text:
        return Text({self.language: value} if isinstance(value, str) else dict(value))

    def maybe(self, holder: Plain, field: str) -> Text | None:
        return self.text(holder[field]) if field in holder else None

    def journey_map(self, data: Plain) -> JourneyMap:
        return JourneyMap(
            id=data["id"],
            title=self.text(data["title"]),
            stages=tuple(self.stage(stage) for stage in data["stages"]),
            default_language=self.language,
            description=self.maybe(data, "description"),
            company=self.maybe(data, "company"),
            zone=data.get("time_zone", DEFAULT_ZONE),
            channels=tuple(
                Channel(one["id"], self.text(one["name"]), one.get("icon", DEFAULT_ICON))
                for one in data.get("channels", ())
            ),
            owners=tuple(Owner(one["id"], self.text(one["name"])) for one in data.get("owners", ())),
            trip=_trip(data.get("trip", {})),
            evidence=self.maybe(data, "evidence"),
            ignore=_maybe_rule(data, "ignore"),
            calendar=_calendar(data["calendar"]) if "calendar" in data else None,
            alignment=_alignment(data.get("alignment", {})),
        )

    def stage(self, data: Plain) -> Stage:
        return Stage(
            id=data["id"],
            name=self.text(data["name"]),
            goal=self.maybe(data, "goal"),
            owner=data.get("owner"),
            expected_emotion=_number(data.get("expected_emotion")),
            touchpoints=tuple(self.touchpoint(one) for one in data.get("touchpoints", ())),
            metrics=tuple(self.metric(one) for one in data.get("metrics", ())),
        )

    def touchpoint(self, data: Plain) -> Touchpoint:
        return Touchpoint(
            id=data["id"],
            name=self.text(data["name"]),
            rule=_maybe_rule(data, "matches"),
            channel=data.get("channel"),
            owner=data.get("owner"),
            process=self.maybe(data, "process"),
            description=self.maybe(data, "description"),
            moment_of_truth=data.get("moment_of_truth", False),
            expected_emotion=_number(data.get("expected_emotion")),
            kind=cast(PointKind, data.get("kind", "action")),
            initiator=cast(Initiator, data.get("initiator", "customer")),
            required=data.get("required", False),
            max_occurs=int(data["max_occurs"]) if "max_occurs" in data else None,
            after=tuple(data.get("after", ())),
            one_of=data.get("one_of"),
            fails_when=_maybe_rule(data, "fails_when"),
            promises=tuple(self.promise(one) for one in data.get("promises", ())),
        )

    def promise(self, data: Plain) -> Promise:
        return Promise(
            id=data["id"],
            statement=self.text(data["statement"]),
            source=data["from"],
            within_seconds=parse_duration(data["within"]),
            clock=cast(Clock, data.get("clock", "calendar")),
            percentile=float(data.get("percentile", 100)),
            owner=data.get("owner"),
        )

    def metric(self, data: Plain) -> Metric:
        target = data["target"]
        return Metric(
            id=data["id"],
            kind=cast(MetricKind, data["kind"]),
            target=parse_duration(target) if isinstance(target, str) else float(target),
            direction=cast(Direction, data["direction"]),
            name=self.maybe(data, "name"),
        )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _trip(data: Plain) -> TripRule:
    return TripRule(
        starts_when=_maybe_rule(data, "starts_when"),
        succeeds_when=_maybe_rule(data, "succeeds_when"),
        fails_when=_maybe_rule(data, "fails_when"),
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


def _maybe_rule(holder: Plain, field: str) -> Rule | None:
    return build_rule(holder[field]) if field in holder else None


def build_rule(data: Any) -> Rule:
    """Return the rule of a ``matches`` or ``succeeds_when``: a list of event matches, or a single one."""
    return Rule(tuple(_match(one) for one in (data if isinstance(data, list) else [data])))


def _match(data: str | Plain) -> EventMatch:
    if isinstance(data, str):
        return EventMatch((data,))
    names = data.get("event", ())
    where = data.get("where", ())
    groups: Sequence[Plain] = where if isinstance(where, list | tuple) else [where]
    return EventMatch(
        names=(names,) if isinstance(names, str) else tuple(names),
        where=tuple(
            condition for group in groups for name, tests in group.items() for condition in _conditions(name, tests)
        ),
    )


def _conditions(name: str, tests: Any) -> list[Condition]:
    if isinstance(tests, list):
        return [Condition(name, "in", tuple(_operand(value) for value in tests))]
    if not isinstance(tests, dict):
        return [Condition(name, "=", _operand(tests))]
    return [Condition(name, cast(Operator, operator), _tested(operator, value)) for operator, value in tests.items()]


def _tested(operator: str, value: Any) -> Operand:
    if operator in ("known", "unknown"):
        return None
    if operator == "in":
        return tuple(_operand(one) for one in value)
    return _operand(value)


def _operand(value: str | float | bool) -> str | float | bool:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
