from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.language.errors import InputError
from parcours.readers.jsonl_reader import JsonLinesReader
from parcours.readers.options import SourceOptions

Reader = Callable[..., Any]
Writer = Callable[..., Path]


def lines(*rows: Any) -> str:
    return "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)


def event(**more: Any) -> dict[str, Any]:
    return {"person": "a", "time": "2025-01-01T10:00:00", "event": "e", **more}


@pytest.mark.parametrize("pack", [lambda data: data, gzip.compress])
def test_objects_become_events_with_nested_names_joined_by_dots(read: Reader, write: Writer, pack: Any) -> None:
    rows = lines(event(n=1.5, page={"url": "/a", "size": {"w": 3}}), event(ok=True, tags=["x", {"y": 1}]))
    found = read(write(pack(rows.encode()), "events.jsonl.gz"))
    assert found.source.format == "jsonl"
    first, second = found.rows
    assert (first["n"], first["page.url"], first["page.size.w"]) == (1.5, "/a", 3.0)
    assert (second["ok"], second["tags"], second["line"]) == (True, '["x", {"y": 1}]', 2)


def test_every_bad_line_is_reported_and_costs_no_other(read: Reader, write: Writer) -> None:
    bad = [
        "{",
        "[1]",
        '"x"',
        "NaN",
        '{"person": NaN}',
        '{"a":1} {"b":2}',
        '{"a":' * 50_000 + "1" + "}" * 50_000,
        "1e999x",
    ]
    text = "".join(lines(event(), row) for row in bad) + "\n  \n" + lines(event())
    found = read(write(text, "events.jsonl"))
    assert found.reasons == [(2 * number, "json_invalid") for number in range(1, 9)]
    assert found.source.counts.blank_lines == 2
    assert found.column("line") == [1, 3, 5, 7, 9, 11, 13, 15, 19]


def test_an_object_nested_without_measure_is_a_bad_row(read: Reader, write: Writer) -> None:
    """Arrow would follow it until its stack overflows, and the process dies."""
    depth = 200_000
    found = read(write(lines(event(), '{"a":' * depth + "1" + "}" * depth, event()), "events.jsonl"))
    assert found.reasons == [(2, "json_invalid")] and found.column("line") == [1, 3]


def test_bytes_that_are_no_utf_8_cost_their_line(read: Reader, write: Writer) -> None:
    good = '{"person":"é","time":"2025-01-01","event":"é"}\n'.encode()
    found = read(write(good + b'{"person":"\xe9"}\n' + good, "events.jsonl"))
    assert found.reasons == [(2, "encoding")] and found.column("person") == ["é", "é"]


def test_columns_that_appear_late_are_read(read: Reader, write: Writer) -> None:
    text = lines(event()) * 30_000 + lines(event(late="x", value_2=3, channel=5))
    found = read(write(text, "events.jsonl"), block_bytes=1 << 20)
    assert found.rows[-1]["late"] == "x" and found.rows[-1]["channel_2"] == 5.0 and "late" not in found.rows[0]
    only = read(write(text, "events.jsonl"), properties=())
    assert set(only.rows[-1]) == {"person", "time", "event", "line"}


def test_epochs_numeric_persons_and_large_numbers_stay_exact(read: Reader, write: Writer) -> None:
    rows = [event(person=12, time=1735725600, big=2**53 + 1), event(person=13, time=1735725600, big=1)]
    found = read(write(lines(*rows), "events.jsonl"))
    assert found.column("person") == ["12", "13"] and found.column("big") == [str(2**53 + 1), "1"]
    assert found.column("time") == ["2025-01-01T10:00:00+00:00"] * 2


def test_mixed_kinds_in_one_column_become_text(read: Reader, write: Writer) -> None:
    found = read(write(lines(event(x=1), event(x="a"), event(x=True), event(x=None), event(x=2.5)), "events.jsonl"))
    assert found.column("x") == ["1", "a", "true", None, "2.5"]


def test_texts_that_look_like_times_or_numbers_stay_texts(read: Reader, write: Writer) -> None:
    found = read(write(lines(event(code="007", day="2025-01-01", o={"at": "2025-01-01 10:00:00"})), "events.jsonl"))
    assert (found.rows[0]["code"], found.rows[0]["day"]) == ("007", "2025-01-01")
    assert found.rows[0]["o.at"] == "2025-01-01 10:00:00"


def test_a_file_without_any_object_says_so(write: Writer) -> None:
    for text in ("[1]\n[2]\n", "\n\n", ""):
        with pytest.raises(InputError, match=r"empty|No line is a JSON object"):
            JsonLinesReader(SourceOptions(path=write(text, "events.jsonl")))


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
    st.sampled_from(["2025-01-01", "2025-01-01 10:00:00", "1", "}{", '"', "\u2028"]),
    st.dictionaries(st.sampled_from("xy"), st.integers(0, 3), max_size=2),
    st.lists(st.integers(0, 3), max_size=2),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from("abc"), VALUES), min_size=1, max_size=6), st.booleans())
def test_arrow_and_the_slow_way_read_the_same(tmp_path_factory: Any, rows: list[dict[str, Any]], ascii: bool) -> None:
    path = tmp_path_factory.mktemp("json") / "events.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=ascii) + "\n" for row in rows), encoding="utf-8", newline="\n")
    reader = JsonLinesReader(SourceOptions(path=path))
    for block in reader._blocks(1 << 20):
        fast, slow = reader._with_arrow(block), reader._line_by_line(block)
        if fast is None:
            continue
        assert fast.line.tolist() == slow.line.tolist() and not slow.bad
        kept = {name: values.to_pylist() for name, values in fast.columns.items() if values.null_count < len(values)}
        expected = {name: values.to_pylist() for name, values in slow.columns.items()}
        assert kept == {name: values for name, values in expected.items() if any(item is not None for item in values)}


def test_half_a_surrogate_pair_becomes_a_question_mark(read: Reader, write: Writer) -> None:
    lines = '{"person":"1","time":"2025-01-01","event":"a","\\ud800k":"v\\udfff","é":1}\n'
    assert read(write(lines, "e.jsonl")).rows[0] | {"line": 0} == {
        "person": "1", "time": "2025-01-01T00:00:00+00:00", "event": "a", "line": 0, "?k": "v?", "é": 1.0,
    }  # fmt: skip
