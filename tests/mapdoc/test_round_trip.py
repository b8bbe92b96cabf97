"""What is written reads back as the same map; what is not a map is refused without a traceback."""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import anything, maps, names, seconds

from parcours.engine.predicates import Condition, EventMatch, Rule
from parcours.language.formats import parse_duration
from parcours.mapdoc.document import JourneyMap, Stage, Touchpoint
from parcours.mapdoc.json_source import read_json
from parcours.mapdoc.notation import write_json, write_yaml
from parcours.mapdoc.plain_values import write_duration
from parcours.mapdoc.reading import dump_map, parse_map
from parcours.mapdoc.text import Text
from parcours.mapdoc.yaml_source import read_yaml

FORMATS: tuple[Literal["json", "yaml"], ...] = ("json", "yaml")


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(maps())
def test_every_map_reads_back_as_itself_in_both_formats(document: JourneyMap) -> None:
    for form in FORMATS:
        assert parse_map(dump_map(document, form), file="f", format=form) == document


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(maps())
def test_writing_twice_gives_the_same_bytes(document: JourneyMap) -> None:
    for form in FORMATS:
        once = dump_map(document, form)
        assert dump_map(parse_map(once, file="f", format=form), form) == once


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | names,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(plain)
def test_json_reads_as_the_standard_library_does(data: Any) -> None:
    for text in (json.dumps(data), json.dumps(data, ensure_ascii=False, indent=1)):
        assert read_json(text, "f").data == json.loads(text) == data


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(names, plain, min_size=1, max_size=4).map(lambda data: _without_empty(data)))
def test_yaml_that_we_write_reads_as_it_was(data: Any) -> None:
    assert read_yaml(write_yaml(data), "f").data == data
    assert read_json(write_json(data), "f").data == data


def _without_empty(data: Any) -> Any:
    """Maps never hold an empty list or object, so the writer need not know them."""
    if isinstance(data, dict):
        return {name: _without_empty(value) for name, value in data.items()} or {"x": 1}
    if isinstance(data, list):
        return [_without_empty(value) for value in data] or [1]
    return data


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(anything, plain, max_size=3))
def test_every_value_has_the_place_where_it_stands(data: dict[str, Any]) -> None:
    text = json.dumps(data, indent=2, ensure_ascii=False)
    lines = text.split("\n")
    source = read_json(text, "f")
    for path, (line, column) in source.values.items():
        value: Any = data
        for part in path:
            value = value[part]
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        found, _end = json.JSONDecoder().raw_decode(rest)
        assert found == value
    for path, (line, column) in source.fields.items():
        assert lines[line - 1][column - 1 :].startswith(json.dumps(path[-1], ensure_ascii=False))


@settings(max_examples=100, deadline=None)
@given(seconds)
def test_durations_are_written_without_loss(value: float) -> None:
    assert parse_duration(write_duration(value)) == value


@pytest.mark.parametrize(
    ("value", "text"), [(86400.0, "1d"), (5400.0, "90min"), (3600.0, "1h"), (1.5, "1.5s"), (1e-7, "0.0000001s")]
)
def test_durations_are_written_in_the_largest_whole_unit(value: float, text: str) -> None:
    assert write_duration(value) == text


def test_a_condition_asked_twice_is_written_as_two_groups() -> None:
    where = (Condition("x", "contains", "a"), Condition("x", "contains", "b"), Condition("y", "=", 1.0))
    where += (Condition("x", "starts_with", "c"),)  # written with the other x it would come before y
    stage = Stage(
        "s", Text({"fr": "S"}), touchpoints=(Touchpoint("t", Text({"fr": "T"}), Rule((EventMatch((), where),))),)
    )
    document = JourneyMap("m", Text({"fr": "M"}), (stage,))
    for form in FORMATS:
        assert parse_map(dump_map(document, form), file="f", format=form) == document


def test_any_event_at_all_is_written_with_a_star() -> None:
    stage = Stage("s", Text({"fr": "S"}), touchpoints=(Touchpoint("t", Text({"fr": "T"}), Rule((EventMatch(),))),))
    text = dump_map(JourneyMap("m", Text({"fr": "M"}), (stage,)), "json")
    again = parse_map(text, file="f", format="json").stages[0].touchpoints[0].rule
    assert again == Rule((EventMatch(("*",)),))


def test_single_forms_read_as_lists_of_one() -> None:
    start = '{"id": "m", "title": "T", "stages": [{"id": "s", "name": "S"}], "trip": {"succeeds_when": '
    for written in ('"x"', '["x"]', '{"event": "x"}', '{"event": ["x"]}'):
        got = parse_map(start + written + "}}", file="f", format="json").trip.succeeds_when
        assert got == Rule((EventMatch(("x",)),))


def test_conditions_read_as_they_are_documented() -> None:
    where = '{"a": "x", "b": ["x", 2], "c": {">=": 1, "<": 5}, "d": {"known": true}, "e": true}'
    stages = '"stages": [{"id": "s", "name": "S"}]'
    text = f'{{"id": "m", "title": "T", {stages}, "trip": {{"fails_when": {{"where": {where}}}}}}}'
    for form in FORMATS:
        rule = parse_map(text, file="f", format=form).trip.fails_when
        assert rule is not None
        assert rule.any_of[0].where == (
            Condition("a", "=", "x"),
            Condition("b", "in", ("x", 2.0)),
            Condition("c", ">=", 1.0),
            Condition("c", "<", 5.0),
            Condition("d", "known"),
            Condition("e", "=", True),
        )
