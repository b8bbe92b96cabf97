"""Everything that is wrong with a map document, found in one go, each with its place and the right form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from parcours.language.errors import MapProblem, Place, shorten
from parcours.language.translation import _
from parcours.mapdoc import calendar_checking, content_checking, phrases, reference_checking
from parcours.mapdoc.outline import Problem, promises
from parcours.mapdoc.phrases import Phrase
from parcours.mapdoc.plain_values import LARGEST_WHOLE_NUMBER
from parcours.mapdoc.source import Path, Source
from parcours.mapdoc.versions import FIRST, NEWEST, later_version, map_schema, newest_fields, version_of

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
    if (version := later_version(source.data)) is not None:
        yield _problem(source, ("$schema",), phrases.later_version(version, NEWEST), version)
        return
    unfit = set()
    for problem in _schema_problems(source):
        unfit.add(problem.place.field)
        yield problem
    for path, value, phrase in _content_problems(source, source.data) if isinstance(source.data, dict) else ():
        problem = _problem(source, path, phrase, value)
        if problem.place.field not in unfit:  # what does not belong there need not be right as well
            yield problem
    yield from _value_problems(source)


def _content_problems(source: Source, data: dict[str, Any]) -> Iterator[Problem]:
    yield from reference_checking.id_problems(data, lambda path: source.place(path).line)
    yield from reference_checking.reference_problems(data)
    yield from _zone_problems(data)
    yield from content_checking.duration_problems(data)
    yield from reference_checking.order_problems(data)
    yield from _calendar_problems(data)
    yield from content_checking.day_problems(data)
    yield from content_checking.metric_problems(data)
    yield from content_checking.address_problems(data)


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
                    phrase = phrases.unknown_field(name, known)
                    if version == FIRST and name in newest_fields(error.schema["title"]):
                        phrase = phrases.field_of_newer_version(name, NEWEST)
                    yield _problem(source, (*path, name), phrase, name, name=True)
        elif path == ("evidence",) and isinstance(error.instance, str):
            yield _problem(source, path, phrases.evidence_of_version_one(error.instance), error.instance)
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


def _calendar_problems(data: dict[str, Any]) -> Iterator[Problem]:
    calendar = data.get("calendar")
    if isinstance(calendar, dict):
        for path, value, phrase in calendar_checking.problems_of(calendar):
            yield ("calendar", *path), value, phrase
        return
    for path, promise in promises(data):
        if promise.get("clock") == "business" and "calendar" not in data:
            message = _("A promise in business time needs the opening hours of the company.")
            right = _("Add “calendar” to the map, or write “calendar” as the clock.")
            yield (*path, "clock"), "business", (message, right)


def _zone_problems(data: dict[str, Any]) -> Iterator[Problem]:
    zone = data.get("time_zone")
    if not isinstance(zone, str):
        return
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        message = _("There is no time zone “{zone}”.").format(zone=shorten(zone))
        near = phrases.choices(zone.replace(" ", "_"), sorted(available_timezones()), most=5)
        yield ("time_zone",), zone, (message, near)


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
