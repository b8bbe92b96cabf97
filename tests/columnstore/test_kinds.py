"""Properties of several kinds become text without losing what was read; too many properties lose nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from parcours.columnstore import kinds
from parcours.columnstore.log import StoredLog

MOMENT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "second", "texts"),
    [
        (1.0, "one", ["1", "one"]),
        (0.25, "¼", ["0.25", "¼"]),
        (True, "maybe", ["true", "maybe"]),
        (False, 2.0, ["false", "2"]),
        (MOMENT, "later", ["2026-03-01T09:30:00Z", "later"]),
        (MOMENT, 3.0, ["2026-03-01T09:30:00Z", "3"]),
        (True, MOMENT, ["true", "2026-03-01T09:30:00Z"]),
    ],
)
def test_kinds_that_differ_become_text_and_part_again_on_undo(log, add, content, scanned, first, second, texts):
    add(log, [("a", 1, "x", {"v": first}), ("a", 2, "x", {})])
    kind, before = log.properties["v"].kind, content(log)
    added = add(log, [("a", 3, "x", {"v": second}), ("a", 4, "x", {"v": None})])
    assert log.properties["v"].kind == "text" and log.properties["v"].filled == 2
    assert content(log) == scanned(log)
    assert [event[2].get("v") for event in content(log)["a"]] == [texts[0], None, texts[1], None]
    log.undo(added.id)
    assert log.properties["v"].kind == kind and content(log) == before


def test_every_kind_comes_back_as_it_went_in(log, add, content):
    values = {"n": -1.5, "b": False, "t": MOMENT, "s": "été ☀", "empty": ""}
    add(log, [("a", 1, "x", values), ("b", 1, "x", {})])
    assert {name: info.kind for name, info in log.properties.items()} == {
        "n": "number", "b": "boolean", "t": "time", "s": "text", "empty": "text",
    }  # fmt: skip
    assert content(log)["a"][0][2] == values | {"t": int(MOMENT.timestamp()) * 1_000_000}
    assert content(log)["b"][0][2] == {}


def test_numbers_and_times_are_written_without_needless_digits():
    numbers = kinds.as_text(pa.array([1.0, -0.5, 2.0**53, 1e300, None, float("inf")]))
    assert numbers.to_pylist() == ["1", "-0.5", "9007199254740992", "1e+300", None, "inf"]
    times = kinds.as_text(pa.array([0, 1_500_000, None, -1], pa.timestamp("us", "UTC")))
    assert times.to_pylist() == [
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:00:01.500000Z",
        None,
        "1969-12-31T23:59:59.999999Z",
    ]
    assert kinds.as_text(pa.array([7], pa.int32())).to_pylist() == ["7"]


def test_properties_beyond_the_limit_are_kept_as_json(log, add, scanned, content):
    wide = {f"p{number}": float(number) for number in range(199)}
    add(log, [("a", 1, "x", wide)])
    add(log, [("a", 2, "x", {"text": "t", "extra": "é", "flag": True, "when": MOMENT}), ("a", 3, "x", {"flag": False})])
    add(log, [("a", 4, "x", {"extra": 2.0, "p3": 1.0})])
    assert len(log.properties) == 200 and "text" in log.properties and "extra" not in log.properties
    events = [properties for _time, _name, properties in scanned(log)["a"]]
    assert events[0] == wide
    assert events[1]["text"] == "t"
    assert json.loads(events[1]["_more"]) == {"extra": "é", "flag": True, "when": "2026-03-01T09:30:00Z"}
    assert json.loads(events[2]["_more"]) == {"flag": False}
    assert events[3] == {"p3": 1.0, "_more": '{"extra": 2.0}'}
    assert [len(properties) for _t, _n, properties in content(log)["a"]] == [199, 1, 0, 1]
    assert [add(log, [("a", 3, "x", {"flag": flag})], dedupe="content").events for flag in (False, True, True)] == [
        0,
        1,
        0,
    ]
    assert [json.loads(properties["_more"]) for time, _n, properties in scanned(log)["a"] if time == 3] == [
        {"flag": False},
        {"flag": True},
    ]


def test_a_message_id_and_a_score_have_their_column_however_many_properties_there_are(log, add, content):
    add(log, [("a", 1, "x", {f"p{number}": 1.0 for number in range(200)})])
    answered = ("a", 2, "y", {"message_id": "m1", "nps": 9.0})
    assert add(log, [answered]).events == 1
    assert dict(add(log, [answered]).skipped) == {"duplicate_id": 1}
    assert log.properties["nps"].filled == 1 and content(log)["a"][1][2] == answered[3]


def test_the_order_of_properties_beyond_the_limit_does_not_make_rows_differ(log, add):
    add(log, [("a", 1, "x", {f"p{number}": 1.0 for number in range(200)})])
    assert add(log, [("a", 2, "x", {"b": "1", "c": "2"})]).events == 1
    assert add(log, [("a", 2, "x", {"c": "2", "b": "1"})], dedupe="content").events == 0


def test_awkward_property_names_are_kept_apart(log, add, content, scanned):
    odd = {
        "person": "p",
        "time_us": 1.0,
        "name.text": "a",
        "name": "b",
        "a b/c": "d",
        "": "f",
        "é.number": 2.0,
    }
    add(log, [("x", 1, "y", odd)])
    assert content(log)["x"][0][2] == odd
    add(log, [("x", 2, "y", odd)])
    assert content(StoredLog.open(log.path))["x"][1][2] == odd


def test_a_property_called_like_the_remainder_goes_into_it(log, add, scanned):
    for time_us in (1, 2):
        add(log, [("a", time_us, "x", {"_more": "e"})])
    assert dict(log.properties) == {}
    assert scanned(log)["a"] == [(time_us, "x", {"_more": '{"_more": "e"}'}) for time_us in (1, 2)]


def test_nearly_unique_texts_are_stored_plainly_and_read_back(log, add, content):
    rows = [("a", n, "x", {"comment": f"comment {n}", "c": "web"}) for n in range(3000)]
    add(log, rows, pieces=3)
    assert [event[2]["comment"] for event in content(log)["a"]] == [f"comment {n}" for n in range(3000)]
