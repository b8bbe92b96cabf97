"""Immutable Parquet files: events of one bucket in canonical order, which any engine can read.

Columns: ``person`` and ``sequence`` int64, ``time_us`` int64 (microseconds UTC), ``name`` int32 (code of the names
dictionary), one column ``<property>.<kind>`` per property and kind that occurs, and ``_more`` (JSON text) for
properties beyond the limit of typed columns. A property of several kinds has several columns, at most one of them
filled in a row: what was read stays as it was read, and becomes one kind only when it is asked for.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from parcours.columnstore.layout import SEGMENTS, damaged
from parcours.columnstore.locking import fsync_path
from parcours.columnstore.manifest import FORMAT_VERSION, Segment
from parcours.engine.table import Int64s, Kind
from parcours.readers.arrays import to_numpy

CORE = ("person", "time_us", "sequence", "name")
MORE = "_more"
_DELTA = "DELTA_BINARY_PACKED"
_ENCODING = {"person": _DELTA, "time_us": _DELTA, "sequence": "BYTE_STREAM_SPLIT"}
_BIG_TEXT = 1 << 30


def physical_name(name: str, kind: Kind) -> str:
    """Return the column of a segment that holds values of this kind of the property."""
    return f"{name}.{kind}"


def logical_name(column: str) -> tuple[str, Kind]:
    """Return the property and kind of a column that ``physical_name`` named."""
    name, _dot, kind = column.rpartition(".")
    return name, cast(Kind, kind)


def write_segment(root: Path, bucket: int, rows: pa.Table) -> Segment:
    """Write sorted rows as a new segment, durable when this returns (its directory is not yet)."""
    path = f"{SEGMENTS}/{bucket:04d}-{secrets.token_hex(8)}.parquet"
    columns = [_for_writing(rows.column(name), rows.num_rows) for name in rows.column_names]
    table = pa.table(columns, names=rows.column_names)
    texts = [name for name, column in zip(table.column_names, columns, strict=True) if _is_text(column.type)]
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        compression="zstd",
        compression_level=1,
        use_dictionary=["name", *texts],
        column_encoding=_ENCODING,
        write_page_checksum=True,
        row_group_size=1 << 20,
    )
    content = memoryview(sink.getvalue())
    target = root / path
    with target.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    sequence, time_us = integers(rows, "sequence"), integers(rows, "time_us")
    return Segment(
        path=path,
        bucket=bucket,
        rows=rows.num_rows,
        bytes=len(content),
        checksum=hashlib.sha256(content).hexdigest(),
        first_sequence=int(sequence.min()),
        last_sequence=int(sequence.max()),
        first_us=int(time_us.min()),
        last_us=int(time_us.max()),
        columns={
            (logical_name(name) if name != MORE else (MORE, "text")): rows.num_rows - rows.column(name).null_count
            for name in rows.column_names
            if name not in CORE
        },
        format_version=FORMAT_VERSION,
    )


def integers(rows: pa.Table, name: str) -> Int64s:
    """Return a core column of rows as int64, without copying where it is one chunk of int64."""
    column = rows.column(name)
    whole = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    values: Int64s = to_numpy(whole).astype(np.int64, copy=False)
    return values


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_dictionary(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _for_writing(column: pa.ChunkedArray, rows: int) -> pa.ChunkedArray:
    """Decode a dictionary that is large beside the rows: Parquet would store all of it with every bucket."""
    if pa.types.is_dictionary(column.type):
        words = max((len(chunk.dictionary) for chunk in column.chunks), default=0)
        if words > max(256, rows // 8):
            return column.cast(pa.large_string())
    return column


def read_segment(root: Path, segment: Segment, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a segment, texts as dictionaries; LogError where the file is missing or damaged."""
    path = root / segment.path
    wanted = list(columns) if columns is not None else [*CORE, *physical_columns(segment)]
    texts = [name for name in wanted if name not in CORE and (name == MORE or logical_name(name)[1] == "text")]
    try:
        if path.stat().st_size != segment.bytes:
            raise damaged(root, segment.path)
        table = pq.read_table(
            path,
            columns=wanted,
            read_dictionary=texts,
            use_threads=False,
            page_checksum_verification=True,
            partitioning=None,
        )
    except (OSError, pa.ArrowInvalid) as error:
        raise damaged(root, segment.path) from error
    if table.num_rows != segment.rows:
        raise damaged(root, segment.path)
    return table.select(wanted)


def physical_columns(segment: Segment) -> list[str]:
    """Return the columns of a segment beside the core ones."""
    return [MORE if name == MORE else physical_name(name, kind) for name, kind in segment.columns]


def join(tables: Sequence[pa.Table]) -> pa.Table:
    """Put tables with different columns under each other, ready for ``take``: one chunk a column."""
    joined = tables[0] if len(tables) == 1 else pa.concat_tables(_alike(tables), promote_options="default")
    return joined.unify_dictionaries().combine_chunks()


def _alike(tables: Sequence[pa.Table]) -> list[pa.Table]:
    """Give text columns of the same name the same type: dictionaries, unless one of them is plain or too large."""
    plain: dict[str, pa.DataType] = {}
    for name in {name for table in tables for name in table.column_names}:
        parts = [table.column(name) for table in tables if name in table.column_names]
        if not _is_text(parts[0].type):
            continue
        if sum(part.nbytes for part in parts) > _BIG_TEXT:
            plain[name] = pa.large_string()
        elif not all(part.type == parts[0].type for part in parts):
            plain[name] = pa.string()
    return [_cast(table, plain) for table in tables]


def _cast(table: pa.Table, kinds: dict[str, pa.DataType]) -> pa.Table:
    for name, kind in kinds.items():
        if name in table.column_names:
            at = table.column_names.index(name)
            table = table.set_column(at, name, table.column(name).cast(kind))
    return table


def check_file(root: Path, path: str, checksum: str) -> None:
    """Compare any file of the log with its SHA-256; LogError where it is missing or damaged."""
    try:
        with (root / path).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise damaged(root, path) from error
    if found != checksum:
        raise damaged(root, path)


def sync_directories(root: Path, names: Sequence[str]) -> None:
    """Make new entries of the log's directories durable."""
    for name in names:
        fsync_path(root / name)
