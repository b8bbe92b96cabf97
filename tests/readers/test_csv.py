from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parcours.language.errors import InputError
from parcours.readers.source import SourceOptions, open_source

Reader = Callable[..., Any]
Writer = Callable[..., Path]
PLAIN = "person,time,event\na,2025-01-01 10:00:00,visit\nb,2025-01-02 11:00:00,buy\n"


def test_a_plain_file_becomes_events_with_their_lines(read: Reader, write: Writer) -> None:
    found = read(write(PLAIN))
    assert found.rows == [
        {"person": "a", "time": "2025-01-01T10:00:00+00:00", "event": "visit", "line": 2},
        {"person": "b", "time": "2025-01-02T11:00:00+00:00", "event": "buy", "line": 3},
    ]
    assert (found.source.format, found.source.name, found.bad) == ("csv", "events.csv", [])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(read: Reader, write: Writer, delimiter: str) -> None:
    assert read(write(PLAIN.replace(",", delimiter))).column("event") == ["visit", "buy"]


def test_any_single_delimiter_can_be_given_and_no_other(read: Reader, write: Writer) -> None:
    assert read(write(PLAIN.replace(",", "~")), delimiter="~").column("person") == ["a", "b"]
    assert read(write(PLAIN.replace(",", "\t")), delimiter="tab").column("person") == ["a", "b"]
    for wrong in ("::", "§", '"', ""):
        with pytest.raises(InputError, match="one ASCII character"):
            read(write(PLAIN), delimiter=wrong)


def test_a_sep_line_of_a_spreadsheet_names_the_delimiter(read: Reader, write: Writer) -> None:
    found = read(write("sep=~\r\n" + PLAIN.replace(",", "~").replace("\n", "\r\n")))
    assert found.column("line") == [3, 4]


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8"),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("cp1252"),
        lambda text: gzip.compress(text.encode()),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_line_ends_and_gzip_are_found(
    read: Reader, write: Writer, encode: Callable[[str], bytes], newline: str
) -> None:
    text = "personne;horodatage;évènement;note\nZoé;2025-01-01 10:00;réservé;à 5 €\n\nb;2025-01-02;vu;\n"
    found = read(write(encode(text.replace("\n", newline))), block_bytes=11, event="évènement")
    assert [(row["person"], row["event"], row["note"], row["line"]) for row in found.rows] == [
        ("Zoé", "réservé", "à 5 €", 2),
        ("b", "vu", None, 4),
    ]
    assert found.source.counts.blank_lines == 1


def test_a_given_encoding_is_used_and_an_unknown_one_refused(read: Reader, write: Writer) -> None:
    path = write(PLAIN.replace("visit", "vu №1").encode("cp1251"))
    assert read(path, encoding="cp1251").column("event") == ["vu №1", "buy"]
    assert read(write(PLAIN.encode("utf-8-sig")), encoding="utf-8").column("person") == ["a", "b"]
    assert read(write(PLAIN.encode("utf-16")), encoding="utf-16").column("person") == ["a", "b"]
    with pytest.raises(InputError, match="klingon"):
        read(path, encoding="klingon")


@pytest.mark.parametrize("block_bytes", [20, 1 << 20])
def test_a_byte_that_the_encoding_lacks_costs_its_row_only(read: Reader, write: Writer, block_bytes: int) -> None:
    rows = "person,time,event\nzoé,2025-01-01,é\nb,2025-01-01,X\nc,2025-01-01,ok\n".encode().replace(b"X", b"\xe9t\xe9")
    found = read(write(rows), block_bytes=block_bytes)
    assert [(row.line, row.column, row.reason) for row in found.bad] == [(3, "event", "encoding")]
    assert found.column("person") == ["zoé", "c"]
    latin = rows.replace("é".encode(), b"\xe9").replace(b"b,", b"\x81,")
    assert [(row.line, row.column) for row in read(write(latin), encoding="cp1252").bad] == [(3, "person")]


def test_utf_16_that_breaks_off_inside_a_character_costs_its_row(read: Reader, write: Writer) -> None:
    found = read(write(PLAIN.encode("utf-16")[:-3] + b"\x00\xd8\n\x00"))
    assert found.reasons == [(3, "encoding")] and found.column("person") == ["a"]


def test_single_quotes_are_found_and_quotes_can_be_switched_off(read: Reader, write: Writer) -> None:
    single = "'person','time','event'\n'a','2025-01-01','a, b'\n'c','2025-01-01','it''s'\n"
    assert read(write(single)).column("event") == ["a, b", "it's"]
    off = read(write('person;time;event\na;2025-01-01;"x\nb;2025-01-01;y"\n'), quote="")
    assert off.column("event") == ['"x', 'y"']
    with pytest.raises(InputError, match="quote"):
        read(write(PLAIN), quote="''")


def test_duplicate_and_empty_headers_get_names_of_their_own(read: Reader, write: Writer) -> None:
    found = read(write('person,time,event,note,note,,"a\nb"\nx,2025-01-01,e,1,2,3,4\n'))
    assert [column.name for column in found.source.columns] == (
        ["person", "time", "event", "note", "note_2", "column_6", "a\nb"]
    )
    assert found.column("line") == [3] and found.column("note_2") == [2.0]


def test_two_columns_with_the_name_of_the_time_are_asked_about(read: Reader, write: Writer) -> None:
    with pytest.raises(InputError) as caught:
        read(write("person,date,date,event\na,2025-01-01,2025-01-02,e\n"))
    assert "date, date_2" in str(caught.value) and "--time" in str(caught.value)


def test_rows_with_another_number_of_fields_are_bad_rows(read: Reader, write: Writer) -> None:
    found = read(write(PLAIN + "c,2025-01-01\nd,2025-01-01,e,more\ne,2025-01-01,ok\n"))
    assert found.reasons == [(4, "field_count"), (5, "field_count")]
    assert "3 fields" in found.bad[0].expected and found.bad[1].value == "d,2025-01-01,e,more"
    assert found.column("person") == ["a", "b", "e"]


def test_blank_lines_and_empty_spreadsheet_rows_are_counted_not_bad(read: Reader, write: Writer) -> None:
    found = read(write("\n" + PLAIN.replace("b,", "\n   \n,,\nb,") + ",,\n\n"))
    assert found.source.counts.blank_lines == 5
    assert found.column("line") == [3, 7] and not found.bad


def test_missing_person_event_and_time_are_bad_rows_with_their_reason(read: Reader, write: Writer) -> None:
    found = read(write(PLAIN + ",2025-01-01,e\nc,,e\nd,soon,e\ne,2025-01-01,\nf,NaN,e\n"))
    assert found.reasons == [
        (4, "person_missing"),
        (5, "time_missing"),
        (6, "time_unreadable"),
        (7, "event_missing"),
        (8, "time_unreadable"),
    ]
    assert (found.bad[2].column, found.bad[2].value) == ("time", "soon") and "2025-12-31" in found.bad[2].expected
    assert found.source.counts.bad == {
        "person_missing": 1, "time_missing": 1, "time_unreadable": 2, "event_missing": 1
    }  # fmt: skip


def test_times_before_1990_or_after_tomorrow_are_out_of_range(read: Reader, write: Writer) -> None:
    found = read(write(PLAIN + "c,9999-12-31,e\nd,1989-12-31 23:59:59,e\ne,1990-01-01,e\nf,1970-01-01,e\n"))
    assert found.reasons == [(4, "time_out_of_range"), (5, "time_out_of_range"), (7, "time_out_of_range")]
    assert found.bad[0].value == "9999-12-31" and found.column("person") == ["a", "b", "e"]


def test_numbers_booleans_times_and_codes_get_their_kind(read: Reader, write: Writer) -> None:
    header = "person,time,event,size,code,big,flag,when,mixed,none\n"
    rows = "a,2025-01-01,e,1.5,007,9007199254740993,oui,2025-01-02 10:00,1,\nb,2025-01-01,e,NaN,8,1,NON,,x,\n"
    found = read(write(header + rows), zone="Europe/Paris")
    kinds = {column.name: column.kind for column in found.source.columns}
    assert kinds == {
        "person": "text", "time": "time", "event": "text", "size": "number", "code": "text", "big": "text",
        "flag": "boolean", "when": "time", "mixed": "text", "none": "text",
    }  # fmt: skip
    first, second = found.rows
    assert (first["size"], second["size"]) == (1.5, None)
    assert (first["code"], first["big"]) == ("007", "9007199254740993")
    assert (first["flag"], second["flag"]) == (True, False)
    assert first["when"].isoformat() == "2025-01-02T09:00:00+00:00" and second["when"] is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,5", 1.5),
        ("-3", -3.0),
        ("1 234,56", 1234.56),
        ("1\u202f234,5", 1234.5),
        ("1.234,5", 1234.5),
        ("1 000", 1000.0),
        *[("2.5", 2.5), ("", None), ("N/A", None), ("+1,5", 1.5), ("1e3", 1000.0)],
    ],
)
def test_decimal_commas_are_numbers_beside_semicolons(
    read: Reader, write: Writer, text: str, number: float | None
) -> None:
    found = read(write(f"person;time;event;montant\na;2025-01-01;e;2,5\na;2025-01-01;e;{text}\n"))
    assert found.column("value") == [2.5, number]


def test_infinity_and_odd_words_keep_a_column_text(read: Reader, write: Writer) -> None:
    found = read(write("person,time,event,a,b\np,2025-01-01,e,inf,1\np,2025-01-01,e,1,1-2\n"))
    assert found.column("a") == ["inf", "1"] and found.column("b") == ["1", "1-2"]


def test_a_later_block_that_does_not_fit_widens_to_text(read: Reader, write: Writer) -> None:
    rows = "".join(f"p,2025-01-01,e,{row}\n" for row in range(120_000))
    path = write("person,time,event,size\n" + rows + "p,2025-01-01,e,large\n")
    source = open_source(SourceOptions(path=path, block_bytes=1 << 20))
    kinds = [str(batch.properties["size"].type) for batch in source.batches(lambda _row: None)]
    assert kinds[0] == "double" and kinds[-1] == "string" and len(kinds) > 2


def test_formulas_stay_the_text_that_they_are(read: Reader, write: Writer) -> None:
    cells = ["=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2+3", '=HYPERLINK("http://x")']
    rows = "".join('"{0}",2025-01-01,"{0}","{0}"\n'.format(cell.replace('"', '""')) for cell in cells)
    found = read(write("person,time,event,note\n" + rows))
    assert found.column("person") == found.column("event") == found.column("note") == cells


def test_a_header_alone_yields_nothing_and_an_empty_file_is_refused(read: Reader, write: Writer) -> None:
    assert read(write("person,time,event\n")).rows == []
    assert read(write("person,time,event,value,nps,csat")).rows == []
    for empty in ("", "\n\n  \n", "\ufeff"):
        with pytest.raises(InputError, match="empty"):
            read(write(empty))


def test_an_unclosed_quote_in_the_header_is_an_error_with_its_line(read: Reader, write: Writer) -> None:
    with pytest.raises(InputError) as caught:
        read(write('\nperson,"time,event\n' + "a,2025-01-01,e\n" * 50))
    assert caught.value.place is not None and caught.value.place.line == 2


def test_only_asked_properties_are_kept(read: Reader, write: Writer) -> None:
    path = write("person,time,event,a,b,c\np,2025-01-01,e,1,2,3\n")
    assert set(read(path, properties=("b",)).rows[0]) == {"person", "time", "event", "line", "b"}
    assert set(read(path, properties=()).rows[0]) == {"person", "time", "event", "line"}
    with pytest.raises(InputError, match="“d”"):
        read(path, properties=("d",))


def test_blocks_of_any_size_give_the_same_rows(read: Reader, write: Writer) -> None:
    rows = "".join(f'p{row % 7},2025-01-01 10:{row % 60:02d},e{row % 3},"x, {row}\n{row}"\n' for row in range(300))
    path = write("person,time,event,note\n" + rows)
    expected = read(path).rows
    assert len(expected) == 300
    for size in (40, 97, 1000):
        assert read(path, block_bytes=size).rows == expected


def test_clock_changes_are_counted(read: Reader, write: Writer) -> None:
    rows = "p,2025-03-30 02:30:00,e\np,2025-10-26 02:30:00,e\np,2025-10-26 02:31:00,e\n,2025-10-26 02:31:00,e\n"
    found = read(write("person,time,event\n" + rows), zone="Europe/Paris")
    assert found.source.clock_changes == (1, 2)


def test_days_and_months_that_contradict_each_other_are_asked_about(read: Reader, write: Writer) -> None:
    both = write("person,time,event\np,31/12/2024,e\np,12/31/2024,e\n")
    with pytest.raises(InputError, match="day first"):
        read(both)
    assert read(both, day_first=True).reasons == [(3, "time_unreadable")]
    late = "p,03/04/2024,e\n" * 200_000 + "p,12/31/2024,e\n"
    with pytest.raises(InputError, match="--month-first"):
        read(write("person,time,event\n" + late))


def test_month_first_is_proved_by_the_head(read: Reader, write: Writer) -> None:
    found = read(write("person,time,event\np,03/04/2024,e\np,12/31/2024,e\n"))
    assert found.rows[0]["time"].startswith("2024-03-04") and found.source.day_first is False


def test_a_time_format_decides(read: Reader, write: Writer) -> None:
    found = read(write("person,time,event\np,2024.31.12,e\np,2024-12-31,e\n"), time_format="%Y.%d.%m")
    assert found.column("time") == ["2024-12-31T00:00:00+00:00"]
    assert found.reasons == [(3, "time_unreadable")] and "%Y.%d.%m" in found.bad[0].expected


@pytest.mark.data
def test_the_leads_and_deals_of_olist_are_recognised(read: Reader, data: Path) -> None:
    leads = read(data / "olist_marketing_qualified_leads.csv", event_name="lead")
    deals = read(data / "olist_closed_deals.csv", event_name="won")
    assert (len(leads.rows), len(deals.rows), leads.bad, deals.bad) == (8000, 842, [], [])
    assert set(deals.column("person")) <= set(leads.column("person"))
    assert leads.rows[0]["channel"] == "social" and set(leads.column("event")) == {"lead"}


@pytest.mark.data
def test_the_shop_log_is_recognised(read: Reader, data: Path) -> None:
    found = read(data / "ecom.csv.gz")
    assert (len(found.rows), len(set(found.column("person"))), found.bad) == (31_106, 600, [])


def test_a_blank_person_or_name_is_missing_and_blank_cells_make_no_row(read: Reader, write: Writer) -> None:
    found = read(
        write(
            "person,time,event\n ,2025-01-01,a\n\u00a0\u2003,2025-01-01,a\na,2025-01-01, \t\nb, ,x\n"
            " , , \n \u00e9,2025-01-01,\u00e9\n"
        )
    )
    assert found.reasons == [(2, "person_missing"), (3, "person_missing"), (4, "event_missing"), (5, "time_missing")]
    assert found.source.counts.blank_lines == 1
    assert [(row["person"], row["event"]) for row in found.rows] == [(" \u00e9", "\u00e9")]
