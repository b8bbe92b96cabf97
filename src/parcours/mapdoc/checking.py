"""Everything that is wrong with a map document, found in one go, each with its place and the right form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from parcours.language.errors import MapProblem, Place, UsageError, shorten
from parcours.language.formats import parse_duration
from parcours.language.translation import _
from parcours.mapdoc import calendar_checking, phrases
from parcours.mapdoc.phrases import Phrase
from parcours.mapdoc.plain_values import LARGEST_WHOLE_NUMBER
from parcours.mapdoc.source import Path, Source
from parcours.mapdoc.versions import map_schema, version_of

MAX_PROBLEMS = 200
"""More are not listed: the rest is nearly always the same mistake again."""


def problems_of(source: Source) -> tuple[MapProblem, ...]:
    """Return every problem of the document in the order of its lines, at most ``MAX_PROBLEMS``."""
    found: dict[Place, MapProblem] = {}
    for problem in islice(_every_problem(source), MAX_PROBLEMS * 3):
        found.setdefault(problem.place, problem)  # the first thing said of one value is enough
    ordered = sorted(found.values(), key=lambda problem: (problem.place.line or 0, problem.place.column or 0))
    return tuple(ordered[:MAX_PROBLEMS])


def _every_problem(source: Source) -> Iterator[MapProblem]:
    yield from _schema_problems(source)
    if isinstance(source.data, dict):
        yield from _id_problems(source, source.data)
        yield from _reference_problems(source, source.data)
        yield from _zone_problems(source, source.data)
        yield from _duration_problems(source, source.data)
        yield from _order_problems(source, source.data)
        yield from _calendar_problems(source, source.data)
    yield from _value_problems(source)


def _problem(source: Source, path: Path, phrase: Phrase, value: object = None, *, name: bool = False) -> MapProblem:
    message, expected = phrase
    kept = shorten(value) if isinstance(value, str) else value if isinstance(value, int | float | bool) else None
    return MapProblem(source.place(path, at_field_name=name), message, kept, expected)


@cache
def _validator(version: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(map_schema(version))


def _schema_problems(source: Source) -> Iterator[MapProblem]:
    version = version_of(source.data)
    for error in _validator(version).iter_errors(source.data):
        path: Path = tuple(error.absolute_path)
        if error.validator == "required":
            for name in error.validator_value:
                if name not in error.instance:
                    field = _with_references(error.schema["properties"].get(name, {}), version)
                    yield _problem(source, (*path, name), phrases.missing_field(name, field))
        elif error.validator == "additionalProperties":
            known = list(error.schema["properties"])
            for name in error.instance:
                if name not in known:
                    yield _problem(source, (*path, name), phrases.unknown_field(name, known), name, name=True)
        else:
            yield _problem(source, path, _schema_phrase(error, version), error.instance)


def _schema_phrase(error: Any, version: str) -> Phrase:
    value, limit, schema = error.instance, error.validator_value, _with_references(error.schema, version)
    match error.validator:
        case "type":
            return phrases.wrong_type(value, schema)
        case "enum":
            return phrases.unknown_value(value, limit)
        case "const":
            return phrases.must_be_true(value) if limit is True else phrases.wrong_version(value, limit)
        case "minimum" | "maximum":
            return phrases.out_of_range(value, schema)
        case "pattern":
            return phrases.wrong_pattern(value, schema)
        case _:
            return phrases.wrong_size(error.validator, limit, schema, len(value))


def _with_references(schema: Mapping[str, Any], version: str) -> Mapping[str, Any]:
    """Return ``schema`` with what it refers to; its own words win."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    return {**map_schema(version)["$defs"][reference.removeprefix("#/$defs/")], **schema}


def _items(holder: object, path: Path, field: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Give the objects of the list ``field``, each with its path; nothing where the schema already complains."""
    listed = holder.get(field) if isinstance(holder, dict) else None
    for index, item in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(item, dict):
            yield (*path, field, index), item


def _stage_parts(data: Mapping[str, Any], field: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path, stage in _items(data, (), "stages"):
        yield from _items(stage, path, field)


def _promises(data: Mapping[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path, point in _stage_parts(data, "touchpoints"):
        yield from _items(point, path, "promises")


def _id_problems(source: Source, data: dict[str, Any]) -> Iterator[MapProblem]:
    kinds = (
        _items(data, (), "channels"),
        _items(data, (), "owners"),
        _items(data, (), "stages"),
        _stage_parts(data, "touchpoints"),
        _stage_parts(data, "metrics"),
        _promises(data),
    )
    for items in kinds:
        listed = [((*path, "id"), item["id"]) for path, item in items if isinstance(item.get("id"), str)]
        taken = {name for _path, name in listed}
        first: dict[str, Path] = {}
        for path, name in listed:
            if name not in first:
                first[name] = path
                continue
            line = source.place(first[name]).line
            message = _("The id “{id}” is already given in line {line}.").format(id=shorten(name), line=line)
            free = next(f"{name[:58]}-{n}" for n in range(2, len(taken) + 3) if f"{name[:58]}-{n}" not in taken)
            taken.add(free)
            yield _problem(source, path, (message, _("Free is, for example, “{id}”.").format(id=shorten(free))), name)


def _reference_problems(source: Source, data: dict[str, Any]) -> Iterator[MapProblem]:
    known = {
        field: [item["id"] for _path, item in _items(data, (), f"{field}s") if isinstance(item.get("id"), str)]
        for field in ("owner", "channel")
    }
    for path, item in (*_items(data, (), "stages"), *_stage_parts(data, "touchpoints"), *_promises(data)):
        for field in ("owner", "channel"):
            name = item.get(field)
            if isinstance(name, str) and name not in known[field]:
                message = (
                    _("There is no owner “{id}” in “owners”.")
                    if field == "owner"
                    else _("There is no channel “{id}” in “channels”.")
                ).format(id=shorten(name))
                yield _problem(source, (*path, field), (message, phrases.choices(name, known[field])), name)


def _order_problems(source: Source, data: dict[str, Any]) -> Iterator[MapProblem]:
    """Find what ``after`` and ``from`` cannot name: no touchpoint, the touchpoint itself, one that comes after it."""
    points = [(path, point) for path, point in _stage_parts(data, "touchpoints") if isinstance(point.get("id"), str)]
    known = [point["id"] for _path, point in points]
    named = [(path, point, point["id"]) for path, point in points]
    comes_after = {
        point["id"]: [name for name in point["after"] if isinstance(name, str)]
        for _path, point in points
        if isinstance(point.get("after"), list)
    }
    asked: list[tuple[Path, object, str]] = [
        ((*path, "after", index), name, own)
        for path, point, own in named
        for index, name in enumerate(point["after"] if isinstance(point.get("after"), list) else ())
    ]
    asked += [
        ((*inner, "from"), promise.get("from"), own)
        for path, point, own in named
        for inner, promise in _items(point, path, "promises")
    ]
    for path, name, own in asked:
        if not isinstance(name, str):
            continue
        if name not in known:
            message = _("There is no touchpoint “{id}” in this map.").format(id=shorten(name))
            yield _problem(source, path, (message, phrases.choices(name, known)), name)
        elif name == own:
            others = [other for other in known if other != own]
            message = _("A touchpoint cannot come after itself.")
            yield _problem(source, path, (message, phrases.choices(name, others)), name)
        elif path[-2] == "after" and _leads_to(name, own, comes_after):
            message = _("“{first}” and “{second}” would each come after the other.").format(
                first=shorten(own), second=shorten(name)
            )
            yield _problem(source, path, (message, _("Take one of the two out.")), name)


def _leads_to(start: str, goal: str, comes_after: Mapping[str, list[str]]) -> bool:
    """Return whether ``start`` comes after ``goal``, perhaps by way of others."""
    seen, waiting = {start}, [start]
    while waiting:
        for name in comes_after.get(waiting.pop(), ()):
            if name == goal:
                return True
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return False


def _calendar_problems(source: Source, data: dict[str, Any]) -> Iterator[MapProblem]:
    calendar = data.get("calendar")
    if isinstance(calendar, dict):
        for path, value, phrase in calendar_checking.problems_of(calendar):
            yield _problem(source, ("calendar", *path), phrase, value)
        return
    for path, promise in _promises(data):
        if promise.get("clock") == "business" and "calendar" not in data:
            message = _("A promise in business time needs the opening hours of the company.")
            right = _("Add “calendar” to the map, or write “calendar” as the clock.")
            yield _problem(source, (*path, "clock"), (message, right), "business")


def _zone_problems(source: Source, data: dict[str, Any]) -> Iterator[MapProblem]:
    zone = data.get("time_zone")
    if not isinstance(zone, str):
        return
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        message = _("There is no time zone “{zone}”.").format(zone=shorten(zone))
        near = phrases.choices(zone.replace(" ", "_"), sorted(available_timezones()), most=5)
        yield _problem(source, ("time_zone",), (message, near), zone)


def _duration_problems(source: Source, data: dict[str, Any]) -> Iterator[MapProblem]:
    trip = data.get("trip")
    listed: list[tuple[Path, object]] = [(("trip", "timeout"), trip.get("timeout"))] if isinstance(trip, dict) else []
    for path, metric in _stage_parts(data, "metrics"):
        if metric.get("kind") == "time":
            listed.append(((*path, "target"), metric.get("target")))
    listed += [((*path, "within"), promise.get("within")) for path, promise in _promises(data)]
    for path, value in listed:
        if not isinstance(value, str):
            continue
        try:
            seconds = parse_duration(value)
        except UsageError as error:
            yield _problem(source, path, (error.message, error.expected), value)
            continue
        if seconds <= 0:
            yield _problem(source, path, (_("This length of time is zero."), _("For example: “30d”")), value)


def _value_problems(source: Source) -> Iterator[MapProblem]:
    """Find what no schema says: numbers a log cannot hold, control characters in texts that people read."""
    waiting: list[tuple[Path, object, bool]] = [((), source.data, False)]
    while waiting:
        path, value, raw = waiting.pop()
        if isinstance(value, dict):
            waiting += [((*path, name), inner, raw or _holds_raw(name)) for name, inner in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, index), inner, raw) for index, inner in enumerate(value)]
        elif isinstance(value, str) and not raw and any(ord(char) < 32 and char not in "\n\t" for char in value):
            message = _("This text holds a control character.")
            yield _problem(source, path, (message, _("Remove what cannot be seen.")), value)
        elif isinstance(value, int) and abs(value) > LARGEST_WHOLE_NUMBER:
            message = _("The whole number {value} has too many digits.").format(value=shorten(value))
            yield _problem(source, path, (message, _("Write it between quotes: logs keep such numbers as texts.")))


def _holds_raw(field: str) -> bool:
    """Return whether ``field`` holds names and values of the log, which may be anything."""
    return field in (
        "matches",
        "starts_when",
        "succeeds_when",
        "fails_when",
        "ignore",
        "key",
        "numerator",
        "denominator",
        "property",
    )
