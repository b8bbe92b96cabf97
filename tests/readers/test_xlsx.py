"""Excel workbooks become the same events as the same table in CSV would."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from parcours.language.errors import InputError
from parcours.readers.source import SourceOptions, open_source
from parcours.readers.xlsx_package import shows_date
from parcours.readers.xlsx_sheet import _date_text, column_letters, column_number

Reader = Callable[..., Any]
HEADER = ["client", "date", "action"]
DAY = dt.datetime(2026, 3, 2, 9, 14)


def test_a_sheet_becomes_events_with_their_rows_as_excel_numbers_them(tmp_path: Path, read: Reader, workbooks) -> None:
    rows = [[*HEADER, "canal", "montant", "fidèle"], ["C-17", DAY, "visite", "web", 12.5, True], [18, DAY, "devis"]]
    found = read(workbooks.save(tmp_path / "clients.xlsx", {"Ventes": rows}), zone="Europe/Paris")
    first, second = found.rows
    assert first == {
        "person": "C-17", "time": "2026-03-02T08:14:00+00:00", "event": "visite", "line": 2,
        "channel": "web", "value": 12.5, "fidèle": True,
    }  # fmt: skip
    assert (second["person"], second["line"], second["value"], second["fidèle"]) == ("18", 3, None, None)
    assert found.source.format == "xlsx" and found.source.sheet == "Ventes" and not found.bad


@pytest.mark.parametrize("epoch", [openpyxl.utils.datetime.WINDOWS_EPOCH, openpyxl.utils.datetime.MAC_EPOCH])
def test_dates_of_both_systems_are_the_same_instants(tmp_path: Path, read: Reader, workbooks, epoch) -> None:
    moments = [dt.datetime(1995, 12, 31, 23, 59, 59), DAY, dt.datetime(2024, 2, 29), dt.datetime(2025, 7, 1, 0, 0, 1)]

    def change(book: Any) -> None:
        book.epoch = epoch

    rows = [HEADER, *(["a", moment, "e"] for moment in moments), ["a", dt.date(2025, 7, 2), "e"]]
    found = read(workbooks.save(tmp_path / "c.xlsx", {"A": rows}, change))
    assert found.column("time") == [f"{m.isoformat()}+00:00" for m in [*moments, dt.datetime(2025, 7, 2)]]


def test_an_hour_that_summer_time_skipped_or_repeated_is_counted(tmp_path: Path, read: Reader, workbooks) -> None:
    rows = [HEADER, ["a", dt.datetime(2025, 3, 30, 2, 30), "e"], ["a", dt.datetime(2025, 10, 26, 2, 30), "e"]]
    found = read(workbooks.save(tmp_path / "c.xlsx", {"A": rows}), zone="Europe/Paris")
    assert found.column("time") == ["2025-03-30T01:30:00+00:00", "2025-10-26T00:30:00+00:00"]
    assert found.source.clock_changes == (1, 1)


CELL = st.one_of(
    st.none(),
    st.integers(-(10**9), 10**9),
    st.booleans(),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn", "Zl", "Zp")), max_size=8),
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELL, CELL), max_size=12))
def test_a_workbook_and_the_same_table_in_csv_give_the_same_rows(tmp_path: Path, read: Reader, workbooks, rows) -> None:
    table = [[*HEADER, "x", "y"], *(["p", DAY, "e", *row] for row in rows)]
    book = workbooks.save(tmp_path / "t.xlsx", {"A": table})
    out = io.StringIO()
    writer = csv.writer(out)
    for row in table:
        writer.writerow(
            ["" if v is None else str(v).lower() if isinstance(v, bool) else str(v).replace("\r", "") for v in row]
        )
    (tmp_path / "t.csv").write_text(out.getvalue(), encoding="utf-8", newline="")
    assert read(book).rows == read(tmp_path / "t.csv", encoding="utf-8").rows


def test_titles_above_and_empty_rows_and_columns_around_a_table_are_passed_over(
    tmp_path: Path, read: Reader, workbooks
) -> None:
    rows = [
        ["Export du 3 mars 2026"], [], ["Période", "février"], [None, None],
        [None, *HEADER, None, "canal", None], [None, "a", DAY, "e", None, "web"], [],
        [None, "b", DAY, "e", None, "mail"], ["", None, None],
    ]  # fmt: skip

    def change(book: Any) -> None:
        sheet = book["A"]
        sheet["L40"].fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")

    found = read(workbooks.save(tmp_path / "c.xlsx", {"A": rows}, change))
    assert [(row["person"], row["line"], row["channel"]) for row in found.rows] == [("a", 6, "web"), ("b", 8, "mail")]
    assert not found.bad and [guess.name for guess in found.source.columns] == [*HEADER, "canal"]


def test_merged_cells_give_their_value_to_each_row_they_cover(tmp_path: Path, read: Reader, workbooks) -> None:
    rows = [
        ["Clients et dates", None, "Faits"],
        HEADER,
        ["a", DAY, "x"],
        [None, DAY, "y"],
        ["b", None, "z"],
        ["c", DAY, "w"],
    ]

    def change(book: Any) -> None:
        for area in ("A1:B1", "A3:A4", "B4:B5", "C6:D6"):
            book["A"].merge_cells(area)

    found = read(workbooks.save(tmp_path / "c.xlsx", {"A": rows}, change))
    assert found.column("person") == ["a", "a", "b", "c"] and found.column("event") == ["x", "y", "z", "w"]
    assert not found.bad


def test_merged_cells_hold_over_the_pieces_of_a_large_sheet(
    tmp_path: Path, read: Reader, workbooks, monkeypatch
) -> None:
    monkeypatch.setattr("parcours.readers.xlsx_sheet.PIECE_CHARACTERS", 100)
    rows = [HEADER, *(["a" if n % 7 == 0 else None, DAY, f"e{n}"] for n in range(70))]

    def change(book: Any) -> None:
        for n in range(0, 70, 7):
            book["A"].merge_cells(f"A{n + 2}:A{n + 8}")

    found = read(workbooks.save(tmp_path / "c.xlsx", {"A": rows}, change))
    assert found.column("event") == [f"e{n}" for n in range(70)] and set(found.column("person")) == {"a"}


def test_the_first_shown_sheet_is_read_and_any_other_by_name(tmp_path: Path, read: Reader, workbooks) -> None:
    def change(book: Any) -> None:
        book["Notes"].sheet_state = "hidden"

    table = {name: [HEADER, [name, DAY, "e"]] for name in ("Notes", "Ventes", "Été")}
    path = workbooks.save(tmp_path / "c.xlsx", table, change)
    assert read(path).column("person") == ["Ventes"] and read(path).source.other_sheets == ("Été",)
    assert read(path, sheet="été").column("person") == ["Été"]
    assert read(path, sheet="Notes").column("person") == ["Notes"]
    with pytest.raises(InputError, match="Notes, Ventes, Été"):
        read(path, sheet="Achats")
    digests = {open_source(SourceOptions(path=path, sheet=name)).digest() for name in (None, *table)}
    assert len(digests) == 3


def test_a_workbook_without_a_shown_or_filled_sheet_is_refused(tmp_path: Path, read: Reader, workbooks) -> None:
    empty = workbooks.save(tmp_path / "c.xlsx", {"Vide": [], "Ventes": [HEADER]})
    with pytest.raises(InputError, match="Ventes"):
        read(empty)
    hidden = workbooks.parts(workbooks.GOOD)
    hidden["xl/workbook.xml"] = hidden["xl/workbook.xml"].replace('sheetId="1"', 'sheetId="1" state="veryHidden"')
    with pytest.raises(InputError, match="Sheet1"):
        read(workbooks.pack(tmp_path / "h.xlsx", hidden))
    none = workbooks.parts("")
    none["xl/workbook.xml"] = none["xl/workbook.xml"].replace("<sheet ", "<other ")
    with pytest.raises(InputError, match="no sheet"):
        read(workbooks.pack(tmp_path / "n.xlsx", none))
    with pytest.raises(InputError, match="empty"):
        read(workbooks.pack(tmp_path / "e.xlsx", workbooks.parts("")))


def test_an_error_of_excel_is_a_bad_row_in_a_role_and_missing_elsewhere(
    tmp_path: Path, read: Reader, workbooks
) -> None:
    def row(number: int, person: str, more: str) -> str:
        return (
            f'<row r="{number}">{person}{workbooks.cell(f"B{number}", "2026-03-05")}{workbooks.cell(f"C{number}", "e")}'
            f"{more}</row>"
        )

    rows = workbooks.line(1, *HEADER, "note") + row(2, workbooks.cell("A2", "a"), '<c r="D2" t="e"><v>#REF!</v></c>')
    rows += row(3, '<c r="A3" t="e"><f>VLOOKUP(1,X,2)</f><v>#N/A</v></c>', "") + row(4, workbooks.cell("A4", "b"), "")
    found = read(workbooks.pack(tmp_path / "c.xlsx", workbooks.parts(rows)))
    assert found.column("person") == ["a", "b"] and found.column("note") == [None, None]
    (bad,) = found.bad
    assert (bad.file, bad.line, bad.column, bad.value) == ("c.xlsx [Sheet1]", 3, "client", "#N/A")
    assert found.reasons == [(3, "cell_error")] and found.source.counts.bad == {"cell_error": 1}


def test_a_formula_counts_by_its_stored_result_and_without_one_its_row_is_bad(
    tmp_path: Path, read: Reader, workbooks
) -> None:
    rows = [[*HEADER, "montant"], ["a", DAY, "e", "=6*7"], ["b", DAY, "e", 3]]
    found = read(workbooks.save(tmp_path / "c.xlsx", {"A": rows}))
    assert [(row.line, row.column, row.value, row.reason) for row in found.bad] == [
        (2, "montant", "=6*7", "formula_uncomputed")
    ]
    stored = workbooks.line(1, *HEADER) + (
        '<row r="2"><c r="A2" t="str"><f>"a"&amp;"b"</f><v>ab</v></c><c r="B2" t="str"><v>2026-03-05</v></c>'
        '<c r="C2" t="str"><f>X</f><v>e</v></c></row>'
    )
    assert read(workbooks.pack(tmp_path / "s.xlsx", workbooks.parts(stored))).column("person") == ["ab"]


def test_a_value_beyond_the_named_columns_is_a_bad_row(tmp_path: Path, read: Reader, workbooks, monkeypatch) -> None:
    monkeypatch.setattr("parcours.readers.xlsx_reader.HEAD_ROWS", 3)
    rows = [HEADER, ["a", DAY, "e"], ["b", DAY, "e"], ["c", DAY, "e"], ["d", DAY, "e", None, "to check"]]
    found = read(workbooks.save(tmp_path / "c.xlsx", {"A": rows}))
    assert found.reasons == [(5, "field_count")] and "column E" in found.bad[0].expected
    assert found.column("person") == ["a", "b", "c"]


def test_what_office_writes_in_unusual_ways_is_read(tmp_path: Path, read: Reader, workbooks) -> None:
    """Prefixed names, no references, rich and phonetic texts, escaped characters, ISO dates, no row numbers."""
    texts = (
        "<si><r><t>an</t></r><r><t>n</t></r><rPh><t>x</t></rPh></si><si><t>time</t></si><si><t>event</t></si>"
        "<si><t>person</t></si><si><t>note</t></si><si><t>a_x000D_b_x0041_</t></si>"
    )
    rows = (
        '<row><c t="s"><v>3</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c><c t="s"><v>4</v></c></row>'
        '<row><c t="s"><v>0</v></c><c t="d"><v>2026-03-05T10:00:00</v></c><c t="inlineStr"><is><t>visit</t></is></c>'
        '<c t="s"><v>5</v></c></row>'
        '<row><c><v>1.2E1</v></c><c s="1"><v>46086.5</v></c><c t="str"><v>buy</v></c><c t="b"><v>0</v></c></row>'
        '<row><c><v>x1</v></c><c s="1"><v>-5</v></c><c t="str"><v>buy</v></c></row>'
        '<row><c><v>0.5</v></c><c s="1"><v>x</v></c><c t="str"><v>buy</v></c></row>'
        '<row><c><v>1</v></c><c s="1"><v>0.25</v></c><c t="str"><v>buy</v></c></row>'
    )
    styles = '<numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
    styles += '<cellXfs><xf/><xf numFmtId="164"/></cellXfs>'
    plain = workbooks.parts(rows, texts=texts, styles=styles)
    for name, text in list(plain.items()):
        if "worksheets/" in name or "shared" in name:
            for tag in ("sst", "si", "rPh", "r", "t", "worksheet", "sheetData", "row", "c", "v", "is"):
                text = (
                    text.replace(f"<{tag}>", f"<x:{tag}>")
                    .replace(f"<{tag} ", f"<x:{tag} ")
                    .replace(f"</{tag}>", f"</x:{tag}>")
                )
            plain[name] = text.replace("xmlns=", "xmlns:x=")
    found = read(workbooks.pack(tmp_path / "c.xlsx", plain))
    assert found.column("person") == ["ann", "12"] and found.column("event") == ["visit", "buy"]
    assert found.column("time") == ["2026-03-05T10:00:00+00:00", "2026-03-05T12:00:00+00:00"]
    assert found.column("note") == ["a\rbA", "false"]
    assert [(row.line, row.value) for row in found.bad] == [(4, "-5"), (5, "x"), (6, "06:00:00")]


def test_a_row_that_is_too_long_is_a_bad_row(tmp_path: Path, read: Reader, workbooks) -> None:
    rows = workbooks.GOOD + workbooks.line(3, "x" * 5000, "2026-03-05", "e") + workbooks.line(4, "b", "2026-03-05", "e")
    found = read(workbooks.pack(tmp_path / "c.xlsx", workbooks.parts(rows)), line_limit_bytes=1000)
    assert found.reasons == [(3, "line_too_long")] and found.column("person") == ["ann", "b"]
    texts = f"<si><t>{'y' * 70_000}</t></si>"
    rows = workbooks.GOOD + '<row r="3"><c r="A3" t="s"><v>0</v></c></row>' + workbooks.line(4, "z" * 300_000, "", "e")
    found = read(workbooks.pack(tmp_path / "d.xlsx", workbooks.parts(rows, texts=texts)))
    assert found.reasons == [(3, "line_too_long"), (4, "line_too_long")]


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("General", False), ("0.00", False), ('#,##0.00 "days"', False), ("[Red]0.0", False), ("[h]:mm", False),
        ("yyyy-mm-dd", True), ("d/m/yy h:mm", True), ("[$-40C]d mmmm yyyy;@", True), ("h:mm AM/PM", True),
        ('0.0\\d', False), ("0_m", False), ('"le" dd', True), ("@", False), ("mm:ss.0", True),
    ],
)  # fmt: skip
def test_a_number_format_shows_a_date_or_does_not(code: str, is_date: bool) -> None:
    assert shows_date(code) is is_date


@given(st.integers(0, 16_383))
def test_letters_of_columns_count_as_excel_does(number: int) -> None:
    assert column_letters(number) == openpyxl.utils.get_column_letter(number + 1)
    assert column_number(column_letters(number)) == number


@given(st.datetimes(dt.datetime(1904, 1, 2), dt.datetime(2200, 1, 1)), st.booleans())
@example(dt.datetime(1900, 1, 1), False)
@example(dt.datetime(1900, 2, 28, 12, 30), False)
@example(dt.datetime(1900, 3, 1), False)
def test_a_serial_date_is_the_moment_that_another_library_wrote(moment: dt.datetime, from_1904: bool) -> None:
    epoch = openpyxl.utils.datetime.MAC_EPOCH if from_1904 else openpyxl.utils.datetime.WINDOWS_EPOCH
    whole = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    serial = openpyxl.utils.datetime.to_excel(whole, epoch)
    assert dt.datetime.fromisoformat(_date_text(repr(serial), from_1904)) == whole
