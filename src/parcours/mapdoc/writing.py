"""A journey map as a document again: plain data, JSON, YAML. What is written reads back as the same map."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from parcours.engine.calendar import WEEKDAYS, Calendar
from parcours.engine.predicates import Condition, EventMatch, Rule
from parcours.mapdoc.building import DEFAULT_ICON
from parcours.mapdoc.checking import LARGEST_WHOLE_NUMBER
from parcours.mapdoc.document import AlignmentRule, JourneyMap, Metric, Promise, Stage, Text, Touchpoint, TripRule
from parcours.mapdoc.yaml_source import plain_value

MAP_VERSION = "urn:parcours:map:1"
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))
_PLAIN_YAML = re.compile(r"[^\W\d_][\w .()’/+-]*", re.UNICODE)
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def plain_map(document: JourneyMap) -> dict[str, Any]:
    """Return the document as plain data, fields in the order of the schema, nothing that says only the default."""
    language = document.default_language
    data = {
        "$schema": MAP_VERSION,
        "id": document.id,
        "title": _text(document.title, language),
        "default_language": language,
        "description": _text(document.description, language),
        "company": _text(document.company, language),
        "time_zone": document.zone,
        "channels": [
            {
                "id": one.id,
                "name": _text(one.name, language),
                **({} if one.icon == DEFAULT_ICON else {"icon": one.icon}),
            }
            for one in document.channels
        ],
        "owners": [{"id": one.id, "name": _text(one.name, language)} for one in document.owners],
        "trip": _trip(document.trip),
        "ignore": plain_rule(document.ignore),
        "calendar": None if document.calendar is None else _calendar(document.calendar),
        "alignment": _alignment(document.alignment),
        "stages": [_stage(stage, language) for stage in document.stages],
        "evidence": _text(document.evidence, language),
    }
    return _given(data)


def write_json(data: Any) -> str:
    """Return ``data`` as JSON, two spaces a level, one field a line."""
    return json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def write_yaml(data: Mapping[str, Any]) -> str:
    """Return ``data`` as block YAML; every text that YAML might take for something else stands in double quotes."""
    return "\n".join(_yaml_lines(data, 0)) + "\n"


def _given(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in (None, [], {})}


def _text(text: Text | None, language: str) -> Any:
    if text is None:
        return None
    if list(text.by_language) == [language]:
        return text.by_language[language]
    return dict(text.by_language)


def _stage(stage: Stage, language: str) -> dict[str, Any]:
    return _given(
        {
            "id": stage.id,
            "name": _text(stage.name, language),
            "goal": _text(stage.goal, language),
            "owner": stage.owner,
            "expected_emotion": _number(stage.expected_emotion),
            "touchpoints": [_touchpoint(one, language) for one in stage.touchpoints],
            "metrics": [_metric(one, language) for one in stage.metrics],
        }
    )


def _touchpoint(point: Touchpoint, language: str) -> dict[str, Any]:
    return _given(
        {
            "id": point.id,
            "name": _text(point.name, language),
            "description": _text(point.description, language),
            "matches": plain_rule(point.rule),
            "channel": point.channel,
            "owner": point.owner,
            "process": _text(point.process, language),
            "kind": None if point.kind == "action" else point.kind,
            "initiator": None if point.initiator == "customer" else point.initiator,
            "required": True if point.required else None,
            "max_occurs": point.max_occurs,
            "after": list(point.after),
            "one_of": point.one_of,
            "fails_when": plain_rule(point.fails_when),
            "promises": [_promise(one, language) for one in point.promises],
            "moment_of_truth": True if point.moment_of_truth else None,
            "expected_emotion": _number(point.expected_emotion),
        }
    )


def _metric(metric: Metric, language: str) -> dict[str, Any]:
    target = write_duration(metric.target) if metric.kind == "time" else _number(metric.target)
    name = _text(metric.name, language)
    return _given({"id": metric.id, "kind": metric.kind, "target": target, "direction": metric.direction, "name": name})


def _promise(promise: Promise, language: str) -> dict[str, Any]:
    return _given(
        {
            "id": promise.id,
            "statement": _text(promise.statement, language),
            "from": promise.source,
            "within": write_duration(promise.within_seconds),
            "clock": None if promise.clock == "calendar" else promise.clock,
            "percentile": None if promise.percentile == 100 else _number(promise.percentile),
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
    return _given({"hours": _given(hours), "holidays": calendar.holidays, "closed": closed})


def _alignment(alignment: AlignmentRule) -> dict[str, Any]:
    usual = AlignmentRule()
    ours, theirs = asdict(alignment), asdict(usual)
    weights = {name: _number(weight) for name, weight in ours["weights"].items() if weight != theirs["weights"][name]}
    kept = {name: _number(ours[name]) for name in ("threshold", "drift") if ours[name] != theirs[name]}
    return _given({**kept, "weights": weights})


def _trip(trip: TripRule) -> dict[str, Any]:
    return _given(
        {
            "key": trip.key,
            "starts_when": plain_rule(trip.starts_when),
            "succeeds_when": plain_rule(trip.succeeds_when),
            "fails_when": plain_rule(trip.fails_when),
            "timeout": None if trip.timeout_seconds is None else write_duration(trip.timeout_seconds),
        }
    )


def write_duration(seconds: float) -> str:
    """Write seconds in the largest unit that divides them: ``30d``, ``90min``; never rounded."""
    for size, unit in _UNITS:
        if seconds % size == 0:
            return f"{int(seconds // size)}{unit}"
    return f"{Decimal(repr(seconds)):f}s"  # no exponent: durations have none


def _number(value: float | None) -> int | float | None:
    """Write a whole number without its point, up to where reading would take it for an identifier."""
    if value is None or isinstance(value, bool) or abs(value) > LARGEST_WHOLE_NUMBER or not float(value).is_integer():
        return value
    return int(value)


def plain_rule(rule: Rule | None) -> list[Any] | None:
    """Return a rule as the list of event matches that a document holds."""
    return None if rule is None else [_match(match) for match in rule.any_of]


def _match(match: EventMatch) -> Any:
    if not match.where and len(match.names) == 1:
        return match.names[0]
    data: dict[str, Any] = {}
    if match.names:
        data["event"] = match.names[0] if len(match.names) == 1 else list(match.names)
    elif not match.where:
        data["event"] = "*"
    if match.where:
        data["where"] = _where(match.where)
    return data


def _where(conditions: Iterable[Condition]) -> Any:
    """Write conditions as one object; as several where one could not hold them in their order."""
    groups: list[dict[str, dict[str, Any]]] = [{}]
    for condition in conditions:
        group = groups[-1]
        tests = group.get(condition.property)
        last = next(reversed(group), None)
        if tests is not None and (condition.property != last or condition.operator in tests):
            groups.append({})
            tests = None
        if tests is None:
            tests = groups[-1][condition.property] = {}
        tests[condition.operator] = _operand(condition)
    written = [{name: _short(tests) for name, tests in group.items()} for group in groups]
    return written[0] if len(written) == 1 else written


def _short(tests: dict[str, Any]) -> Any:
    """A single test for equality, or for one of several, needs no operator."""
    return next(iter(tests.values())) if list(tests) in (["="], ["in"]) else tests


def _operand(condition: Condition) -> Any:
    value = condition.value
    if condition.operator in ("known", "unknown"):
        return True
    if isinstance(value, tuple):
        return [_number(one) if isinstance(one, float | int) else one for one in value]
    return value if isinstance(value, str | bool) or value is None else _number(value)


def _yaml_lines(value: Any, level: int) -> list[str]:
    lines: list[str] = []
    indent = "  " * level
    if isinstance(value, Mapping):
        for name, inner in value.items():
            head = f"{indent}{_yaml_text(name)}:"
            lines += _yaml_after(head, inner, level)
        return lines
    for inner in value:
        nested = _yaml_lines(inner, level + 1) if isinstance(inner, Mapping | list) else [_yaml_scalar(inner)]
        lines += [f"{indent}- {nested[0].lstrip()}", *nested[1:]]
    return lines


def _yaml_after(head: str, value: Any, level: int) -> list[str]:
    if isinstance(value, Mapping):
        return [head, *_yaml_lines(value, level + 1)]
    if isinstance(value, list):
        if all(not isinstance(one, Mapping | list) for one in value):
            return [f"{head} [{', '.join(_yaml_scalar(one) for one in value)}]"]
        return [head, *_yaml_lines(value, level + 1)]
    return [f"{head} {_yaml_scalar(value)}"]


def _yaml_scalar(value: Any) -> str:
    if isinstance(value, str):
        return _yaml_text(value)
    return json.dumps(value, allow_nan=False)


def _yaml_text(text: str) -> str:
    if _PLAIN_YAML.fullmatch(text) and text == text.strip() and isinstance(plain_value(text), str):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
