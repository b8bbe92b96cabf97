from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from parcours.language.errors import InputError

Reader = Callable[..., Any]
NOON = datetime(2025, 7, 1, 12)


def table(**more: Any) -> pa.Table:
    return pa.table(
        {"person": ["a", "b"], "time": pa.array([NOON, NOON], pa.timestamp("ms")), "event": ["e", "f"], **more}
    )


def test_types_are_kept(read: Reader, tmp_path: Path) -> None:
    pq.write_table(
        table(
            whole=[1, 2**53 + 1], small=pa.array([1, None], pa.uint8()), real=[1.5, float("nan")], yes=[True, None],
            day=[date(2025, 1, 2), None], at=pa.array([NOON, None], pa.timestamp("ns", "Asia/Tokyo")),
            price=[Decimal("1.50"), None], nested=[{"a": [1, None]}, None], many=[["x"], []], raw=[b"abc", b"\xff"],
            none=pa.nulls(2), word=pa.array(["x", None]).dictionary_encode(),
            large=pa.array(["l", None], pa.large_string()),
            clock=pa.array([1, None], pa.time32("s")), code=pa.array([7, 8]).dictionary_encode(),
        ),
        tmp_path / "events.parquet",
    )  # fmt: skip
    found = read(tmp_path / "events.parquet", zone="Europe/Paris")
    first, second = found.rows
    assert found.source.format == "parquet" and first["time"] == "2025-07-01T10:00:00+00:00"
    assert (first["whole"], second["whole"]) == ("1", str(2**53 + 1))
    assert (first["small"], first["real"], second["real"], first["yes"]) == (1.0, 1.5, None, True)
    assert first["day"] == datetime(2025, 1, 1, 23, tzinfo=UTC) and first["at"] == NOON.replace(tzinfo=UTC)
    assert (first["value"], first["nested"], second["many"]) == (1.5, '{"a": [1, null]}', "[]")
    assert (first["raw"], second["raw"], first["none"]) == ("abc", "/w==", None)
    assert (first["word"], second["word"], first["large"], first["clock"]) == ("x", None, "l", "00:00:01")
    assert (first["code"], first["line"], second["line"]) == (7.0, 1, 2)


def test_float_persons_and_bad_rows_are_read_by_row_number(read: Reader, tmp_path: Path) -> None:
    rows = pa.table(
        {
            "person": [12.0, float("nan"), 13.5, 14.0],
            "time": pa.array([NOON, NOON, datetime(9999, 1, 1), None], pa.timestamp("us")),
            "event": ["e"] * 4,
            "nps": [11, 3, 3, 3],
        }
    )
    pq.write_table(rows, tmp_path / "events.parquet")
    found = read(tmp_path / "events.parquet", nps="nps")
    assert found.reasons == [
        (1, "score_out_of_range"),
        (2, "person_missing"),
        (3, "time_out_of_range"),
        (4, "time_missing"),
    ]
    assert found.bad[2].value.startswith("9999-01-01")


def test_row_groups_stream_in_order(read: Reader, tmp_path: Path) -> None:
    count = 300_000
    rows = pa.table(
        {"person": [f"p{row}" for row in range(count)], "time": [1735689600] * count, "event": ["e"] * count}
    )
    pq.write_table(rows, tmp_path / "events.parquet", row_group_size=70_000)
    done: list[int] = []
    from parcours.readers.source import SourceOptions, open_source

    source = open_source(SourceOptions(path=tmp_path / "events.parquet"))
    batches = list(source.batches(lambda _row: None, done.append))
    assert len(batches) > 1 and [line for batch in batches for line in batch.line.tolist()] == list(range(1, count + 1))
    assert done == sorted(done) and done[-1] == source.size_bytes


def test_gzip_around_parquet_and_empty_tables_are_read(read: Reader, tmp_path: Path) -> None:
    pq.write_table(table(), tmp_path / "plain.parquet")
    (tmp_path / "events.parquet.gz").write_bytes(gzip.compress((tmp_path / "plain.parquet").read_bytes()))
    assert read(tmp_path / "events.parquet.gz").column("person") == ["a", "b"]
    pq.write_table(table().slice(0, 0), tmp_path / "empty.parquet")
    assert read(tmp_path / "empty.parquet").rows == []


def test_a_damaged_file_is_an_error(read: Reader, tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    pq.write_table(table(x=["y" * 1000, "z" * 1000]), path)
    whole = path.read_bytes()
    for broken in (whole[:-10], whole[:4], whole[:60] + bytes(40) + whole[100:]):
        path.write_bytes(broken)
        with pytest.raises(InputError):
            read(path)


def test_two_columns_of_one_name_are_refused(read: Reader, tmp_path: Path) -> None:
    columns = [pa.array(["a"]), pa.array(["b"])]
    pq.write_table(pa.Table.from_arrays(columns, names=["person", "person"]), tmp_path / "events.parquet")
    with pytest.raises(InputError, match="same name"):
        read(tmp_path / "events.parquet")


def test_long_ids_that_a_database_gave_as_decimals_stay_apart(read: Reader, tmp_path: Path) -> None:
    ids = [Decimal("12345678901234567890"), Decimal("12345678901234567891"), Decimal(7)]
    path = tmp_path / "events.parquet"
    for form, written in ((pa.decimal128(38, 0), ids), (pa.decimal128(38, 2), ids)):
        table = {"person": pa.array(written, form), "time": pa.array(["2025-01-01"] * 3), "event": pa.array(["a"] * 3)}
        pq.write_table(pa.table(table), path)
        assert read(path).column("person") == ["12345678901234567890", "12345678901234567891", "7"]
