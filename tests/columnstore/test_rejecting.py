"""Rows that were left out go to a person whole, and come in once they are corrected."""

from __future__ import annotations

import csv
from datetime import UTC, datetime

import openpyxl
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from parcours.columnstore.importing import import_files
from parcours.columnstore.log import StoredLog
from parcours.columnstore.rejecting import said_of_rows
from parcours.language.cells import bare
from parcours.readers.peeking import peek
from parcours.readers.returned import REJECT_COLUMNS
from parcours.readers.source import SourceOptions

HEADER = ["person", "time", "event", "note", "value"]
ROWS = [["ann", "2026-01-01", "visit", "calm", 1.5], ["bob", "soon", "visit", "-5", -2.5]]


def rejected(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def own(row):
    """Return what stood in the row itself."""
    return {name: bare(text) for name, text in row.items() if name not in REJECT_COLUMNS}


def corrected(path, to, **fixed):
    """Write a file of rejected rows again with ``fixed`` in place of what was wrong, as a spreadsheet would."""
    rows = [{**row, **fixed} for row in rejected(path)]
    with to.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return SourceOptions(path=to, delimiter=",", time="time")


def as_csv(path):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *ROWS])


def as_jsonl(path):
    path.write_text(
        '{"person": "ann", "time": "2026-01-01", "event": "visit", "note": "calm", "value": 1.5}\n'
        '{"person": "bob", "time": "soon", "event": "visit", "note": "-5", "value": -2.5}\n'
    )


def as_xlsx(path):
    book = openpyxl.Workbook()
    for row in (HEADER, *ROWS):
        book.active.append(row)
    book.save(path)


def as_parquet(path):
    parquet.write_table(
        pa.table(dict(zip(HEADER, map(list, zip(*ROWS, strict=True)), strict=True))), path, compression="none"
    )


@pytest.mark.parametrize("write", [as_csv, as_jsonl, as_xlsx, as_parquet])
def test_a_bad_row_keeps_all_that_stood_in_it(write, log, tmp_path):
    file = tmp_path / f"events.{write.__name__.removeprefix('as_')}"
    write(file)
    import_files(log, [SourceOptions(path=file)], on_error="skip", rejects=tmp_path / "r.csv")
    (row,) = rejected(tmp_path / "r.csv")
    assert own(row) == dict(zip(HEADER, map(str, ROWS[1]), strict=True))
    assert (row["parcours:column"], row["parcours:value"]) == ("time", "soon")


def test_numbers_of_a_file_with_decimal_commas_stay_numbers_and_roles_their_columns(log, tmp_path, content):
    file = tmp_path / "e.csv"
    rows = "ann;2026-01-01;visit;12,50;1 234,5;x\nbob;soon;visit;-1 234,50;+5;=y\ncid;soon;visit;3,25;2,5;'t Hooft\n"
    file.write_text("person;time;event;montant;poids;@type\n" + rows)
    import_files(log, [SourceOptions(path=file)], on_error="skip", rejects=tmp_path / "r.csv")
    back = tmp_path / "back.csv"
    back.write_bytes((tmp_path / "r.csv").read_bytes().replace(b"soon;visit", b"2026-01-02;visit"))
    peeked = {column.name: (column.role, column.kind) for column in peek(SourceOptions(path=back)).columns}
    assert peeked["montant"] == ("value", "number") and peeked["poids"] == (None, "number") and "@type" in peeked
    import_files(log, [SourceOptions(path=back)])
    assert [content(log)[person][-1][2] for person in ("ann", "bob", "cid")] == [
        {"value": 12.5, "poids": 1234.5, "@type": "x"},
        {"value": -1234.5, "poids": 5.0, "@type": "=y"},
        {"value": 3.25, "poids": 2.5, "@type": "'t Hooft"},
    ]


@pytest.mark.parametrize("separator", [",", ";"])
def test_what_is_said_of_rows_is_read_however_long_they_are(log, tmp_path, separator):
    file = tmp_path / "e.csv"
    file.write_text(f"person,time,event,note\nann,soon,visit,{'x' * 200_000}\n".replace(",", separator))
    with file.open("a") as more:
        more.write("ann,2026-01-01,visit,x\n".replace(",", separator))
    import_files(log, [SourceOptions(path=file)], on_error="skip", rejects=tmp_path / "r.csv")
    (said,) = said_of_rows(tmp_path / "r.csv")
    assert said[:5] == ["e.csv", "2", "time", "soon", "time_unreadable"]


def test_two_names_that_differ_by_an_apostrophe_stay_two(log, tmp_path):
    file = tmp_path / "e.csv"
    file.write_text("parcours:line,person,time,event,@a,'@a\n3,ann,2026-01-01,visit,x,y\n")
    import_files(log, [SourceOptions(path=file)])
    assert {"@a", "'@a"} <= set(log.properties)


def test_times_with_a_zone_keep_it_and_all_their_digits(log, tmp_path, content):
    at = datetime(2026, 1, 1, 12, 30, 15, 123456, UTC)
    table = pa.table({"person": ["ann", None], "time": pa.array([at, at]), "event": ["visit", "visit"]})
    parquet.write_table(table, tmp_path / "e.parquet")
    import_files(log, [SourceOptions(path=tmp_path / "e.parquet")], on_error="skip", rejects=tmp_path / "r.csv")
    back = corrected(tmp_path / "r.csv", tmp_path / "again.csv", person="bob")
    assert import_files(log, [back]).events == 1 and log.events == 2
    assert {event[0] for events in content(log).values() for event in events} == {int(at.timestamp()) * 10**6 + 123456}


def test_too_many_and_too_few_fields_keep_their_texts(log, tmp_path):
    file = tmp_path / "e.csv"
    file.write_text(
        'person,time,event,note\nann,2026-01-01,visit,"a ""b""",c\nbob,2026-01-01\nann,2026-01-01,visit,x\n'
    )
    import_files(log, [SourceOptions(path=file)], on_error="skip", rejects=tmp_path / "r.csv")
    first, second = map(own, rejected(tmp_path / "r.csv"))
    assert first == {"person": "ann", "time": "2026-01-01", "event": "visit", "note": 'a "b",c'}
    assert second == {"person": "bob", "time": "2026-01-01", "event": "", "note": ""}


def test_a_line_whose_fields_nobody_can_tell_apart_has_no_columns(log, tmp_path):
    file = tmp_path / "e.csv"
    file.write_text('person,time,event\nann,"2026-01-01,visit\nbob,2026-01-01,visit\n')
    import_files(log, [SourceOptions(path=file)], on_error="skip", rejects=tmp_path / "r.csv")
    (row,) = rejected(tmp_path / "r.csv")
    assert row["parcours:value"] == 'ann,"2026-01-01,visit' and set(own(row).values()) == {""}


def test_rows_of_several_files_stand_under_the_columns_of_all(log, tmp_path):
    (tmp_path / "a.csv").write_text("person,time,event,shop\nann,soon,visit,Lyon\nann,2026-01-01,visit,Lyon\n")
    (tmp_path / "b.csv").write_text("person,time,event,till\nbob,soon,visit,3\nbob,2026-01-01,visit,3\n")
    sources = [SourceOptions(path=tmp_path / name) for name in ("a.csv", "b.csv")]
    import_files(log, sources, on_error="skip", rejects=tmp_path / "r.csv")
    found = [(row["parcours:file"], row["shop"], row["till"]) for row in rejected(tmp_path / "r.csv")]
    assert found == [("a.csv", "Lyon", ""), ("b.csv", "", "3")]


def test_what_we_said_of_a_row_does_not_come_in_with_it(log, tmp_path, content):
    as_csv(tmp_path / "e.csv")
    import_files(log, [SourceOptions(path=tmp_path / "e.csv")], on_error="skip", rejects=tmp_path / "r.csv")
    still_bad = corrected(tmp_path / "r.csv", tmp_path / "again.csv", time="later")
    report = import_files(log, [still_bad], on_error="skip", rejects=tmp_path / "r2.csv")
    assert report.skipped == {"time_unreadable": 1}
    (row,) = rejected(tmp_path / "r2.csv")
    assert list(row) == [*REJECT_COLUMNS, *HEADER] and row["parcours:value"] == "later"
    import_files(log, [corrected(tmp_path / "r2.csv", tmp_path / "third.csv", time="2026-01-02")])
    assert [event[1:] for event in content(log)["bob"]] == [("visit", {"note": "-5", "value": -2.5})]


TEXT = st.text("=+-@'\",\ta é", min_size=1, max_size=6).filter(lambda text: text == text.strip() and text.strip())


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(TEXT, TEXT, TEXT, st.booleans()), min_size=1, max_size=8))
def test_corrected_rows_make_the_log_that_good_ones_make(rows, tmp_path_factory, content):
    assume(any(bad for *_texts, bad in rows))
    folder = tmp_path_factory.mktemp("rows")

    def imported(name, sources, **how):
        log = StoredLog.create(folder / name, buckets=2)
        for source in sources:
            import_files(log, [source() if callable(source) else source], **how)
            how = {}
        return {
            person: sorted((time_us, event, sorted(values.items())) for time_us, event, values in events)
            for person, events in content(log).items()
        }

    def written(name, time_of):
        path = folder / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["person", "time", "event", "note"])
            writer.writerows([person, time_of(bad), event, f"said {note}"] for person, event, note, bad in rows)
        return SourceOptions(path=path, delimiter=",", time="time")

    good = written("good.csv", lambda _bad: "2026-01-01 10:00")
    mixed = written("mixed.csv", lambda bad: "soon" if bad else "2026-01-01 10:00")
    rejects = folder / "r.csv"

    def back():
        return corrected(rejects, folder / "back.csv", time="2026-01-01 10:00")

    expected = imported("a.parcours", [good])
    assert imported("b.parcours", [mixed, back], on_error="skip", rejects=rejects) == expected
