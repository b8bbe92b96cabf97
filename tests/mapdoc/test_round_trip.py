"""What is written reads back as the same map; what is not a map is refused without a traceback."""

from __future__ import annotations

import json
import math
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from parcours.engine.predicates import Condition, EventMatch, Rule
from parcours.language.errors import MapError
from parcours.language.formats import parse_duration
from parcours.mapdoc.document import (
    Channel,
    JourneyMap,
    Metric,
    Owner,
    Stage,
    Text,
    Touchpoint,
    TripRule,
)
from parcours.mapdoc.json_source import read_json
from parcours.mapdoc.reading import dump_map, parse_map
from parcours.mapdoc.source import Unreadable
from parcours.mapdoc.templates import template_text
from parcours.mapdoc.writing import write_duration, write_json, write_yaml
from parcours.mapdoc.yaml_source import read_yaml

FORMATS: tuple[Literal["json", "yaml"], ...] = ("json", "yaml")

anything = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
lookalikes = st.sampled_from(
    [
        "yes",
        "no",
        "null",
        "~",
        "true",
        "1e5",
        "0x10",
        "1_000",
        ".5",
        "-",
        "- a",
        "a: b",
        "a #b",
        "2020-01-01",
        "&x",
        "*x",
        "!!str",
        "%TAG",
        "@a",
        "`",
        "'",
        '"',
        "<<",
        "=",
        "?",
        "|",
        ">",
        "[",
        "{",
        "é",
        "🎉",
        "\u2028",
        "\x85",
        "a\tb",
        "0o7",
    ]
)
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
    point_ids, metric_ids = some_ids(5), some_ids(4)
    stages = []
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
                )
            )
        found = [draw(metrics(metric_ids.pop())) for _n in range(min(len(metric_ids), draw(st.integers(0, 2))))]
        stages.append(
            Stage(stage_id, draw(texts), draw(maybe_texts), draw(owner), draw(emotions), tuple(points), tuple(found))
        )
    trip = TripRule(draw(maybe_rules), draw(maybe_rules), draw(maybe_rules), draw(st.none() | seconds))
    return JourneyMap(
        draw(ids), draw(texts), tuple(stages), draw(st.sampled_from(["fr", "en"])), draw(maybe_texts), draw(maybe_texts),
        draw(st.sampled_from(["Europe/Paris", "UTC", "America/Argentina/Ushuaia"])), channels, owners, trip,
        draw(maybe_texts),
    )  # fmt: skip


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
    text = f'{{"id": "m", "title": "T", "stages": [{{"id": "s", "name": "S"}}], "trip": {{"fails_when": {{"where": {where}}}}}}}'
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


BROKEN_JSON = [
    ("", "empty"), ("{", "missing"), ('{"a"', "colon"), ('{"a":', "value is missing"), ("[1,", "missing"),
    ("[1,]", "comma stands before"), ('{"a":1,}', "comma stands before"), ("[1 2]", "comma or “]” is missing"),
    ("{a:1}", "field name was expected, not “a”"), ("// x\n{}", "no comments"), ('{"a":1, # x\n"b":2}', "no comments"),
    ('{"a":NaN}', "“NaN”"), ('{"a":-Infinity}', "not a number"), ('{"a":01}', "not a number"), ('{"a":1.}', "missing"),
    ('{"a":True}', "“True” is not a JSON value"), ('{"a":"x', "never closed"), ('{"a":"x\ny"}', "never closed"),
    ('{"a":"\t"}', "U+0009"), ('{"a":"\\q"}', "“\\q”"), ('{"a":"\\u12"}', "four hexadecimal"),
    ('{"a":"\\ud83d"}', "half a character"), ('{"a":"\\ude00\\ud83d"}', "half a character"), ('{"a":1,\n"a":2}', "line 1"),
    ("[" * 100_000, "levels deep"), ('{"a":' * 100_000, "levels deep"), ("{} x", "follows the end"), ("1e999", "too large"),
    ("9" * 5_000, "too many digits"), ("[,1]", "value is missing"), ('{"a":1 "b":2}', "missing"), ("٣", "not a number"),
    ("[" + "1," * 200_001 + "1]", "200000 values"), ("\x00", "not a JSON value"), ("{1:2}", "field name was expected"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), BROKEN_JSON, ids=[words for _text, words in BROKEN_JSON])
def test_broken_json_is_named_in_one_sentence(text: str, words: str) -> None:
    with pytest.raises(MapError) as caught:
        parse_map(text, file="our.json", format="json")
    (found,) = caught.value.problems
    assert words in found.message
    assert found.place.file == "our.json"
    assert found.place.line is not None


BROKEN_YAML = [
    ("", "empty", ""), ("# only a comment", "empty", ""), ("a: &x 1", "&x", "anchors"), ("a: *x", "*x", "anchors"),
    ("a: !!str 1", "tag", "Remove"), ("a: !<tag:x> 1", "tag", "Remove"), ("a:\n\tb: 1", "from here", "tabs"),
    ("a: b: c", "from here", "colon and a space"), ("a: 1\n---\nb: 2", "second document", "one map"),
    ("? [a]\n: 1", "must be a text", ""), ("a: 1\na: 2", "line 1", "one of the two"), ('a: "x', "from here", "closed"),
    ("a: .nan", "“.nan”", ""), ("a: -.inf", "“-.inf”", ""), ("a: 1e999", "too large", ""), ("a: \x01", "U+0001", "escape"),
    ("- " * 100, "levels deep", "eight"), ("[" * 10_000, "levels deep", "eight"), ("- a\nb", "from here", "colon seems"),
    ("@a", "from here", "Check"), ("a: '", "from here", "closed"),
    ("a: &a [x]\n" + "b: [" + "*a," * 9 + "*a]", "&a", "anchors"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words", "right"), BROKEN_YAML, ids=[one[0][:12] for one in BROKEN_YAML])
def test_broken_yaml_is_named_in_one_sentence(text: str, words: str, right: str) -> None:
    with pytest.raises(MapError) as caught:
        parse_map(text, file="our.yaml", format="yaml")
    (found,) = caught.value.problems
    assert words in found.message
    assert right in (found.expected or "")


def test_yaml_keeps_dates_yes_and_octals_as_the_texts_they_are() -> None:
    data = read_yaml("a: 2020-01-01\nb: yes\nc: 0x10\nd: '1'\ne: 1\nf: ~\ng: .5\nh: \"\\U0001F600\"\n1: x", "f").data
    assert data == {
        "a": "2020-01-01", "b": "yes", "c": "0x10", "d": "1", "e": 1, "f": None, "g": 0.5, "h": "😀", "1": "x",
    }  # fmt: skip


def test_json_joins_the_two_escapes_of_one_character() -> None:
    assert read_json('"\\ud83d\\ude00\\u00e9\\n\\/"', "f").data == "😀é\n/"
    assert read_json("\ufeff{}", "f").data == {}


def test_a_number_as_large_as_a_double_stays_a_number() -> None:
    assert read_json("1e308", "f").data == 1e308
    assert math.isclose(float(str(read_json("0.1", "f").data)), 0.1)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60) | st.text(st.sampled_from("{}[]\",:\\u0019e.-+ntf#&*!|>%@`\n\t '?~"), max_size=40))
@example("\ud800")
@example("a: *")
@example("%YAML 1.1\n---\n- a")
def test_no_text_at_all_makes_a_traceback(text: str) -> None:
    for form in FORMATS:
        try:
            parse_map(text, file="f", format=form)
        except MapError as error:
            assert error.problems
            assert str(error.problems[0])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_damage_to_a_map_makes_a_traceback(data: st.DataObject) -> None:
    small = '{"id": "m", "title": {"fr": "T"}, "trip": {"timeout": "3d", "succeeds_when": [{"event": ["x"], "where": ' \
        '{"v": {">=": 1}}}]}, "owners": [{"id": "o", "name": "O"}], "stages": [{"id": "s", "name": "S", "owner": "o", ' \
        '"touchpoints": [{"id": "t", "name": "T", "matches": "x"}], "metrics": [{"id": "k", "kind": "nps", ' \
        '"target": 5, "direction": "up"}]}]}'  # fmt: skip
    start = data.draw(st.integers(0, len(small)))
    end = data.draw(st.integers(start, min(len(small), start + 12)))
    filling = data.draw(st.sampled_from(["", "null", "1", '"', "{}", "[]", "[1]", '"z"', "true", ",", ":", "}", "1e9"]))
    text = small[:start] + filling + small[end:]
    for form in FORMATS:
        try:
            parse_map(text, file="f", format=form)
        except MapError as error:
            assert all(problem.place.line for problem in error.problems)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_any_value_in_any_place_of_the_template_is_answered(data: st.DataObject) -> None:
    document = json.loads(template_text("coach"))
    document["stages"] = document["stages"][:2]
    holder: Any = document
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = data.draw(st.sampled_from(keys))
        if not holder[key] or not isinstance(holder[key], dict | list) or data.draw(st.integers(0, 3)) == 0:
            break
        holder = holder[key]
    holder[key] = data.draw(plain)
    try:
        parse_map(json.dumps(document), file="f", format="json")
    except MapError as error:
        assert all(problem.message and problem.place.line for problem in error.problems)


def test_reading_stops_at_the_first_unreadable_thing() -> None:
    with pytest.raises(Unreadable) as caught:
        read_json('{"a": ?, "b": ?}', "f")
    assert caught.value.spot == (1, 7)
