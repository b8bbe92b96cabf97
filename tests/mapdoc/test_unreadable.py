"""What is not JSON, not YAML or not a map is refused in one sentence, with its place, never with a traceback."""

from __future__ import annotations

import json
import math
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from parcours.language.errors import MapError
from parcours.mapdoc.json_source import read_json
from parcours.mapdoc.reading import parse_map
from parcours.mapdoc.source import Unreadable
from parcours.mapdoc.templates import template_text
from parcours.mapdoc.yaml_source import read_yaml

FORMATS: tuple[Literal["json", "yaml"], ...] = ("json", "yaml")

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats(-1e9, 1e9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)

BROKEN_JSON = [
    ("", "empty"),
    ("{", "missing"),
    ('{"a"', "colon"),
    ('{"a":', "value is missing"),
    ("[1,", "missing"),
    ("[1,]", "comma stands before"),
    ('{"a":1,}', "comma stands before"),
    ("[1 2]", "comma or “]” is missing"),
    ("{a:1}", "field name was expected, not “a”"),
    ("// x\n{}", "no comments"),
    ('{"a":1, # x\n"b":2}', "no comments"),
    ('{"a":NaN}', "“NaN”"),
    ('{"a":-Infinity}', "not a number"),
    ('{"a":01}', "not a number"),
    ('{"a":1.}', "missing"),
    ('{"a":True}', "“True” is not a JSON value"),
    ('{"a":"x', "never closed"),
    ('{"a":"x\ny"}', "never closed"),
    ('{"a":"\t"}', "U+0009"),
    ('{"a":"\\q"}', "“\\q”"),
    ('{"a":"\\u12"}', "four hexadecimal"),
    ('{"a":"\\ud83d"}', "half a character"),
    ('{"a":"\\ude00\\ud83d"}', "half a character"),
    ('{"a":1,\n"a":2}', "line 1"),
    ("[" * 100_000, "levels deep"),
    ('{"a":' * 100_000, "levels deep"),
    ("{} x", "follows the end"),
    ("1e999", "too large"),
    ("9" * 5_000, "too many digits"),
    ("[,1]", "value is missing"),
    ('{"a":1 "b":2}', "missing"),
    ("٣", "not a number"),
    ("[" + "1," * 200_001 + "1]", "200000 values"),
    ("\x00", "not a JSON value"),
    ("{1:2}", "field name was expected"),
]


@pytest.mark.parametrize(("text", "words"), BROKEN_JSON, ids=[words for _text, words in BROKEN_JSON])
def test_broken_json_is_named_in_one_sentence(text: str, words: str) -> None:
    with pytest.raises(MapError) as caught:
        parse_map(text, file="our.json", format="json")
    (found,) = caught.value.problems
    assert words in found.message
    assert found.place.file == "our.json"
    assert found.place.line is not None


BROKEN_YAML = [
    ("", "empty", ""),
    ("# only a comment", "empty", ""),
    ("a: &x 1", "&x", "anchors"),
    ("a: *x", "*x", "anchors"),
    ("a: !!str 1", "tag", "Remove"),
    ("a: !<tag:x> 1", "tag", "Remove"),
    ("a:\n\tb: 1", "from here", "tabs"),
    ("a: b: c", "from here", "colon and a space"),
    ("a: 1\n---\nb: 2", "second document", "one map"),
    ("? [a]\n: 1", "must be a text", ""),
    ("a: 1\na: 2", "line 1", "one of the two"),
    ('a: "x', "from here", "closed"),
    ("a: .nan", "“.nan”", ""),
    ("a: -.inf", "“-.inf”", ""),
    ("a: 1e999", "too large", ""),
    ("a: \x01", "U+0001", "escape"),
    ("- " * 100, "levels deep", "eight"),
    ("[" * 10_000, "levels deep", "eight"),
    ("- a\nb", "from here", "colon seems"),
    ("@a", "from here", "Check"),
    ("a: '", "from here", "closed"),
    ("a: &a [x]\n" + "b: [" + "*a," * 9 + "*a]", "&a", "anchors"),
]


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
        "a": "2020-01-01",
        "b": "yes",
        "c": "0x10",
        "d": "1",
        "e": 1,
        "f": None,
        "g": 0.5,
        "h": "😀",
        "1": "x",
    }


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
    small = json.dumps(
        {
            "id": "m",
            "title": {"fr": "T"},
            "trip": {"timeout": "3d", "succeeds_when": [{"event": ["x"], "where": {"v": {">=": 1}}}]},
            "owners": [{"id": "o", "name": "O"}],
            "stages": [
                {
                    "id": "s",
                    "name": "S",
                    "owner": "o",
                    "touchpoints": [{"id": "t", "name": "T", "matches": "x"}],
                    "metrics": [{"id": "k", "kind": "nps", "target": 5, "direction": "up"}],
                }
            ],
        }
    )
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
