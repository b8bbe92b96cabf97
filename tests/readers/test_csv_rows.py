"""Nothing is lost: every record of a file is a row, a bad row or a blank line, as an obvious slow reader says."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parcours.readers.csv_reader import CsvReader
from parcours.readers.options import SourceOptions
from parcours.readers.source import open_source
from parcours.readers.times import TimeRules

HEADER = b"person,time,event,comment\n"
Outcome = tuple[int, Any]


def looks_like_row(line: bytes) -> bool:
    """Four fields, the second of them a day."""
    line = line.removesuffix(b"\r")
    fields = read_record([line], 0, lambda _line: False)
    # A line whose own quotes are out of order is judged by its commas alone.
    parts = fields[0] if fields else [re.sub(rb'^"(.*).$', rb"\1", part) for part in line.split(b",")]
    return len(parts) == 4 and re.fullmatch(rb"\s*2025-01-0[1-9]\s*", parts[1]) is not None


def read_record(lines: list[bytes], at: int, is_row: Callable[[bytes], bool]) -> tuple[list[bytes], int] | None:
    """Read one record character by character; None where a quote is out of order."""
    fields: list[bytes] = []
    field, state, place = b"", "start", 0
    text = lines[at].removesuffix(b"\r")
    while True:
        if place == len(text):
            if state != "quoted":
                return [*fields, field], at + 1
            at += 1
            if at == len(lines) or is_row(lines[at]):
                return None
            # The carriage return that ended the line before belongs to the quoted text.
            field += (b"\r" if lines[at - 1].endswith(b"\r") else b"") + b"\n"
            text, place = lines[at].removesuffix(b"\r"), 0
            continue
        char = text[place : place + 1]
        place += 1
        if state == "quoted":
            if char != b'"':
                field += char
            elif text[place : place + 1] == b'"':
                field, place = field + char, place + 1
            else:
                state = "closed"
        elif char == b",":
            fields, field, state = [*fields, field], b"", "start"
        elif state == "closed":
            return None
        elif state == "start" and char == b'"':
            state = "quoted"
        else:
            field, state = field + char, "plain"


def slowly(body: bytes) -> list[Outcome]:
    """Return (line, fields), (line, reason) or (line, None) for a blank line, of every record after the header."""
    lines = re.sub(rb"\r(?!\n)", b"\n", body).split(b"\n")
    if not lines[-1]:
        lines.pop()
    found: list[Outcome] = []
    at = 0
    while at < len(lines):
        start, number = at, at + 2
        if not lines[at].strip():
            found.append((number, None))
            at += 1
            continue
        record = read_record(lines, at, looks_like_row)
        at += 1
        if record is None or (len(record[0]) != 4 and record[1] > at):
            found.append((number, "quote_unclosed"))
            continue
        fields, end = record
        whole = b"\n".join(lines[start:end])
        if any(not is_utf8(field) for field in fields):
            found.append((number, "encoding"))
        elif b"\x00" in whole:
            found.append((number, "nul_byte"))
        elif len(fields) != 4:
            found.append((number, "field_count"))
        else:
            found.append((number, [field.decode() or None for field in fields]))
        at = end
    return found


def is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def quickly(body: bytes, block_bytes: int) -> list[Outcome]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.csv"
        path.write_bytes(HEADER + body)
        reader = CsvReader(
            SourceOptions(path=path, block_bytes=block_bytes, encoding="utf-8", delimiter=",", quote='"')
        )
        reader.know_times("time", TimeRules())
        found: list[Outcome] = []
        blank = 0
        for piece in reader.pieces(frozenset(reader.columns), frozenset({"event"})):
            raw = piece.parse()
            columns = [raw.columns[name].to_pylist() for name in reader.columns]
            found += [(line, list(fields)) for line, *fields in zip(raw.line.tolist(), *columns, strict=True)]
            found += [(row.line, row.reason) for row in raw.bad]
            blank += raw.blank
        return sorted(found, key=lambda outcome: outcome[0]) + [(0, None)] * blank


GOOD = st.sampled_from(
    [
        *[b"p,2025-01-01,e,c\n", b'q,2025-01-02,e,"a, b"\n', b'r,2025-01-03,e,"two\nlines"\n'],
        *[b't,2025-01-05,e,"say ""hi"""\n', b",,,\n", b'"u","2025-01-06","e","c"\n', b's,2025-01-04,e,""\r\n'],
        *[b'w,2025-01-08,"e\r\n""f""","x\n\ny"\n', b'v,2025-01-07,e,5" wide\n'],
    ]
)
NOISE = st.lists(
    st.sampled_from(
        [b'"', b'"', b",", b"\n", b"a", b'""', b"\r\n", b"\r", b" ", b"2025-01-09", b"\xff", b"\x00", b"\xc3\xa9"]
    ),
    max_size=12,
).map(b"".join)
BODY = st.lists(st.one_of(GOOD, NOISE), max_size=14).map(b"".join)


@settings(max_examples=400, deadline=None)
@given(BODY, st.sampled_from([7, 33, 100, 1 << 20]))
@example(b'"\n"\n",,,\n', 7)
@example(b'"\n"\n",,,\n', 1 << 20)
def test_every_record_is_read_as_the_slow_reader_says(body: bytes, block_bytes: int) -> None:
    expected = slowly(body)
    blanks = [(0, None) for outcome in expected if outcome[1] is None]
    assert quickly(body, block_bytes) == [outcome for outcome in expected if outcome[1] is not None] + blanks


@settings(max_examples=150, deadline=None)
@given(BODY, st.sampled_from([50, 1 << 20]))
def test_rows_and_bad_rows_and_blank_lines_add_up(body: bytes, block_bytes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.csv"
        path.write_bytes(HEADER + b"p,2025-01-01,e,c\n" * 3 + body)
        names = {"person": "person", "time": "time", "event": "event", "comment": "comment"}
        source = open_source(
            SourceOptions(path=path, block_bytes=block_bytes, encoding="utf-8", delimiter=",", **names)
        )
        bad: list[Any] = []
        rows = sum(batch.rows for batch in source.batches(bad.append))
        expected = slowly(b"p,2025-01-01,e,c\n" * 3 + body)
        assert rows + len(bad) + source.counts.blank_lines == len(expected)
        assert [row.line for row in bad] == sorted(row.line for row in bad)


def rows_of(count: int) -> list[bytes]:
    return [b"p%d,2025-01-01 10:00:%02d,visit,fine" % (row % 997, row % 60) for row in range(count)]


@pytest.mark.parametrize(
    "lost", [b'p,2025-01-01,visit,"lost', b'"p,2025-01-01,visit,lost', b'p,2025-01-01,"visit,lost']
)
@pytest.mark.parametrize("quoted", [False, True])
def test_one_lost_quote_in_200_000_rows_costs_one_row(
    read: Callable[..., Any], write: Callable[..., Path], lost: bytes, quoted: bool
) -> None:
    rows = rows_of(200_000)
    if quoted:
        rows = [b'"%s"' % row.replace(b",", b'","') for row in rows]
    rows[70_000] = lost
    source = open_source(SourceOptions(path=write(HEADER + b"\n".join(rows) + b"\n"), block_bytes=1 << 20))
    bad: list[Any] = []
    assert sum(batch.rows for batch in source.batches(bad.append)) == 199_999
    assert [(row.line, row.reason) for row in bad] == [(70_002, "quote_unclosed")]


def test_an_inch_mark_does_not_close_a_lost_quote(read: Callable[..., Any], write: Callable[..., Path]) -> None:
    body = b'a,2025-01-01,e,"lost\nb,2025-01-02,e,plain\nc,2025-01-03,e,TV 55"\nd,2025-01-04,e,fine\n'
    found = read(write(HEADER + body))
    assert found.reasons == [(2, "quote_unclosed")]
    assert found.column("person") == ["b", "c", "d"]


def test_long_comments_with_lines_and_commas_stay_whole(read: Callable[..., Any], write: Callable[..., Path]) -> None:
    text = 'Bonjour,\nmerci, mais, vraiment, non\n\n"trop long", dit-il\n'
    escaped = text.replace('"', '""')
    found = read(write(HEADER + f'a,2025-01-01,e,"{escaped}"\nb,2025-01-02,e,ok\n'.encode() * 2))
    assert found.column("comment") == [text, "ok"] * 2
    assert found.column("line") == [2, 7, 8, 13] and not found.bad


def test_a_field_without_end_is_given_up_after_a_thousand_lines(
    read: Callable[..., Any], write: Callable[..., Path]
) -> None:
    body = b'a,2025-01-01,e,"never\n' + b"just text\n" * 3000 + b"b,2025-01-02,e,ok\n"
    found = read(write(HEADER + body), block_bytes=4000)
    assert found.reasons[0] == (2, "quote_unclosed") and {reason for _line, reason in found.reasons[1:]} == {
        "field_count"
    }
    assert found.column("person") == ["b"] and len(found.bad) == 3001
