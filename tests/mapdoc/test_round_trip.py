"""What is written reads back as the same map; what is not a map is refused without a traceback."""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcours.engine.calendar import Calendar
from parcours.engine.predicates import Condition, EventMatch, Rule
from parcours.language.formats import parse_duration
from parcours.mapdoc.document import (
    AlignmentRule,
    Channel,
    JourneyMap,
    Metric,
    Owner,
    Promise,
    Stage,
    Touchpoint,
    TripRule,
    Weights,
)
from parcours.mapdoc.json_source import read_json
from parcours.mapdoc.notation import write_json, write_yaml
from parcours.mapdoc.plain_values import write_duration
from parcours.mapdoc.reading import dump_map, parse_map
from parcours.mapdoc.text import Text
from parcours.mapdoc.yaml_source import read_yaml

FORMATS: tuple[Literal["json", "yaml"], ...] = ("json", "yaml")

anything = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
LOOKALIKES = """yes no null ~ true 1e5 0x10 1_000 .5 - 2020-01-01 0o7 &x *x !!str %TAG @a ` ' " << = ? | > [ { é"""
lookalikes = st.sampled_from([*LOOKALIKES.split(), "🎉", "- a", "a: b", "a #b", "\u2028", "\x85", "a\tb"])
names = anything | lookalikes
visible = names.filter(lambda text: bool(text.strip()) and all(ord(char) > 31 or char in "\n\t" for char in text))
texts = st.dictionaries(st.sampled_from(["fr", "en"]), visible, min_size=1).map(Text)
maybe_texts = st.none() | texts
ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,12}", fullmatch=True)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53).map(float)
emotions = st.none() | st.floats(-2, 2) | st.integers(-2, 2).map(float)
seconds = st.floats(1e-3, 3e9) | st.integers(1, 10**9).map(float) | st.sampled_from([60.0, 3600.0, 86400.0, 5400.0])


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    name = draw(names)
    operator = draw(
        st.sampled_from(["=", "!=", ">", ">=", "<", "<=", "in", "contains", "starts_with", "known", "unknown"])
    )
    value: Any = None
    if operator in ("=", "!="):
        value = draw(names | numbers | st.booleans())
    elif operator in (">", ">=", "<", "<="):
        value = draw(names | numbers)
    elif operator == "in":
        value = tuple(draw(st.lists(names | numbers, min_size=1, max_size=3)))
    elif operator in ("contains", "starts_with"):
        value = draw(names)
    return Condition(name, operator, value)  # type: ignore[arg-type]


matches = st.builds(EventMatch, st.lists(names, min_size=1, max_size=3).map(tuple)) | st.builds(
    EventMatch, st.lists(names, max_size=2).map(tuple), st.lists(conditions(), min_size=1, max_size=4).map(tuple)
)
rules = st.lists(matches, min_size=1, max_size=3).map(lambda found: Rule(tuple(found)))
maybe_rules = st.none() | rules


@st.composite
def maps(draw: st.DrawFn) -> JourneyMap:
    def some_ids(most: int) -> list[str]:
        return draw(st.lists(ids, max_size=most, unique=True))

    channels = tuple(Channel(one, draw(texts), draw(st.sampled_from(["page", "web", "mail"]))) for one in some_ids(3))
    owners = tuple(Owner(one, draw(texts)) for one in some_ids(3))
    channel = st.none() | st.sampled_from([one.id for one in channels]) if channels else st.none()
    owner = st.none() | st.sampled_from([one.id for one in owners]) if owners else st.none()
    point_ids, metric_ids, promise_ids = some_ids(5), some_ids(4), some_ids(3)
    calendar = draw(st.none() | calendars())
    clocks = st.just("calendar") if calendar is None else st.sampled_from(["calendar", "business"])
    stages, earlier = [], []
    for stage_id in draw(st.lists(ids, min_size=1, max_size=3, unique=True)):
        points = []
        while point_ids and draw(st.booleans()):
            points.append(
                Touchpoint(
                    point_ids.pop(),
                    draw(texts),
                    draw(maybe_rules),
                    draw(channel),
                    draw(owner),
                    draw(maybe_texts),
                    draw(maybe_texts),
                    draw(st.booleans()),
                    draw(emotions),
                    draw(st.sampled_from(["action", "communication"])),
                    draw(st.sampled_from(["customer", "company"])),
                    draw(st.booleans()),
                    draw(st.none() | st.integers(1, 10**6)),
                    tuple(draw(st.lists(st.sampled_from(earlier), max_size=2)) if earlier else ()),
                    draw(st.none() | ids),
                    draw(maybe_rules),
                    draw(promises(earlier, promise_ids, owner, clocks)),
                )
            )
            earlier.append(points[-1].id)
        found = [draw(metrics(metric_ids.pop())) for _n in range(min(len(metric_ids), draw(st.integers(0, 2))))]
        stages.append(
            Stage(stage_id, draw(texts), draw(maybe_texts), draw(owner), draw(emotions), tuple(points), tuple(found))
        )
    trip = TripRule(
        draw(maybe_rules), draw(maybe_rules), draw(maybe_rules), draw(st.none() | seconds), draw(st.none() | names)
    )
    return JourneyMap(
        draw(ids),
        draw(texts),
        tuple(stages),
        draw(st.sampled_from(["fr", "en"])),
        draw(maybe_texts),
        draw(maybe_texts),
        draw(st.sampled_from(["Europe/Paris", "UTC", "America/Argentina/Ushuaia"])),
        channels,
        owners,
        trip,
        draw(maybe_texts),
        draw(maybe_rules),
        calendar,
        draw(st.builds(AlignmentRule, scores, scores, st.builds(Weights, scores, scores, scores, scores))),
    )


scores = st.floats(0, 100) | st.integers(0, 100).map(float)


@st.composite
def promises(draw: st.DrawFn, earlier: list[str], free: list[str], owner: Any, clocks: Any) -> tuple[Promise, ...]:
    if not earlier:
        return ()
    return tuple(
        Promise(
            free.pop(),
            draw(texts),
            draw(st.sampled_from(earlier)),
            draw(seconds),
            draw(clocks),
            draw(st.floats(1, 100)),
            draw(owner),
        )
        for _n in range(min(len(free), draw(st.integers(0, 2))))
    )


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    def day() -> tuple[tuple[int, int], ...]:
        edges = sorted(draw(st.sets(st.integers(0, 1440), max_size=4)))
        return tuple(zip(edges[::2], edges[1::2], strict=False))

    days = [day() for _n in range(7)]
    days[draw(st.integers(0, 6))] = ((540, 1080),)
    closed = draw(st.lists(st.dates(), max_size=2))
    return Calendar(tuple(days), draw(st.sampled_from([None, "FR", "FR-57", "GB-ENG", "US"])), tuple(closed))


def metrics(metric_id: str) -> st.SearchStrategy[Metric]:
    targets = {
        "conversion": st.floats(0, 1),
        "leak": st.floats(0, 1),
        "csat": st.floats(0, 1),
        "nps": st.floats(-100, 100),
        "ces": st.floats(1, 7),
        "time": seconds,
    }
    return st.sampled_from(sorted(targets)).flatmap(
        lambda kind: st.builds(
            Metric, st.just(metric_id), st.just(kind), targets[kind], st.sampled_from(["up", "down"]), maybe_texts
        )
    )


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
