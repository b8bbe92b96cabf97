"""Rows on their way into a log: encoded as they come, split into buckets, spilled to disk when they grow too many."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from parcours.columnstore import kinds
from parcours.columnstore.dictionaries import Coder, encoded
from parcours.columnstore.layout import STAGING
from parcours.columnstore.ordering import buckets_of, canonical_order
from parcours.columnstore.segments import MORE, integers, physical_name
from parcours.engine.table import Int64s
from parcours.readers.arrays import to_arrow, to_numpy

if TYPE_CHECKING:
    from parcours.readers.batch import Batch

CHUNK_BYTES = 384 << 20
MAX_TYPED_PROPERTIES = 200


class Registry:
    """Which properties have a column of their own: the first ``MAX_TYPED_PROPERTIES`` that ever came."""

    def __init__(self, known: Sequence[str]) -> None:
        self._known = dict.fromkeys(known)
        self._before = len(self._known)

    def typed(self, name: str) -> bool:
        """Tell whether ``name`` has a column of its own, giving it one where there is room."""
        if name not in self._known and len(self._known) < MAX_TYPED_PROPERTIES:
            self._known[name] = None
        return name in self._known

    def new(self) -> list[str]:
        """Return the properties that came in since the start."""
        return list(self._known)[self._before :]


class Staging:
    """Collects batches; afterwards ``rows(bucket)`` gives every row of a bucket in the order of sequences.

    Memory holds at most about ``chunk_bytes`` of encoded rows and one working copy of them, and the dictionaries.
    """

    def __init__(
        self, root: Path, buckets: int, persons: Coder, names: Coder, registry: Registry, sequence: int,
        chunk_bytes: int = CHUNK_BYTES,
    ) -> None:  # fmt: skip
        self.buckets, self.persons, self.names, self.registry = buckets, persons, names, registry
        self.next_sequence = sequence
        self._chunk_bytes = chunk_bytes
        self._directory = root / STAGING / secrets.token_hex(8)
        self._pending: list[_Encoded] = []
        self._pending_bytes = 0
        self._spilled: list[pa.ipc.RecordBatchFileReader] = []
        self._kept: tuple[pa.Table, list[Int64s]] | None = None
        self._plain_texts: set[str] = set()

    def add(self, batch: Batch) -> None:
        """Take the rows of a batch, in their order."""
        if not batch.rows:
            return
        one = _Encoded(batch, self._columns(batch), self.next_sequence)
        self.next_sequence += batch.rows
        self._pending.append(one)
        self._pending_bytes += one.nbytes
        if self._pending_bytes >= self._chunk_bytes:
            self._spill()

    def _columns(self, batch: Batch) -> dict[str, Any]:
        columns: dict[str, Any] = {}
        more: dict[str, Any] = {}
        for name, given in batch.properties.items():
            values = given.combine_chunks() if isinstance(given, pa.ChunkedArray) else given
            if values.null_count == len(values):
                continue
            if not self.registry.typed(name):
                more[name] = values
                continue
            kind = kinds.kind_of(values.type)
            column = physical_name(name, kind)
            columns[column] = self._text(column, values) if kind == "text" else values.cast(kinds.ARROW[kind])
        if more:
            columns[MORE] = _as_json(more)
        return columns

    def _text(self, column: str, values: Any) -> Any:
        """Encode a text column as a dictionary unless nearly every value is different (ids, comments)."""
        if column not in self._plain_texts:
            coded = encoded(values)
            if len(coded.dictionary) <= max(1024, len(coded) // 4):
                return coded
            self._plain_texts.add(column)
        return values.cast(pa.large_string())

    def _spill(self) -> None:
        """Write the pending rows to a file of uncompressed Arrow batches, one per bucket, each in canonical order."""
        table, buckets = self._split()
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._directory / f"{len(self._spilled)}.arrow"
        with pa.ipc.new_file(path, table.schema) as writer:
            for rows in buckets:
                batches = _sorted(table, rows).to_batches()
                writer.write_batch(batches[0] if batches else table.slice(0, 0).to_batches()[0])
        self._spilled.append(pa.ipc.open_file(pa.memory_map(str(path))))

    def _split(self) -> tuple[pa.Table, list[Int64s]]:
        """Code persons and names; return the pending rows as one table, and the row numbers of each bucket."""
        table = _chunk_table(self._pending, self.persons, self.names)
        self._pending, self._pending_bytes = [], 0
        person = integers(table, "person")
        bucket = buckets_of(np.arange(len(self.persons)), self.buckets)[person]
        order = np.argsort(bucket, kind="stable")
        ends = np.cumsum(np.bincount(bucket, minlength=self.buckets))
        return table, np.split(order, ends[:-1])

    def finish(self) -> None:
        """Say that no more batches come."""
        if self._spilled and self._pending:
            self._spill()
        elif self._pending:
            self._kept = self._split()

    def rows(self, bucket: int) -> list[pa.Table]:
        """Return the rows of a bucket as tables in canonical order, earlier sequences in the earlier table."""
        if self._kept is not None:
            table, buckets = self._kept
            return [_sorted(table, buckets[bucket])] if len(buckets[bucket]) else []
        tables = [pa.Table.from_batches([reader.get_batch(bucket)]) for reader in self._spilled]
        return [table for table in tables if table.num_rows]

    def workers(self) -> int:
        """Return how many buckets may be worked on at a time: as many as there are cores, fewer when they are large."""
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        largest = sum(os.path.getsize(path) for path in self._directory.glob("*")) // self.buckets  # noqa: PTH202
        return max(1, min(cores, self.buckets, self._chunk_bytes // max(1, largest)))

    def discard(self) -> None:
        """Let go of all rows, and remove spilled files."""
        self._spilled, self._kept = [], None
        shutil.rmtree(self._directory, ignore_errors=True)


class _Encoded:
    """One batch whose persons and names are still coded by its own dictionaries."""

    def __init__(self, batch: Batch, columns: Mapping[str, Any], sequence: int) -> None:
        self.rows, self.sequence, self.columns = batch.rows, sequence, columns
        self.time_us = np.asarray(batch.time_us, np.int64)
        self.person, self.name = encoded(_whole(batch.person)), encoded(_whole(batch.name))
        self.nbytes = 8 * self.rows + sum(values.nbytes for values in (self.person, self.name, *columns.values()))


def _whole(values: Any) -> Any:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _chunk_table(parts: Sequence[_Encoded], persons: Coder, names: Coder) -> pa.Table:
    """Put encoded batches under each other with the codes of the log: one chunk a column."""
    columns: dict[str, Any] = {
        "person": _coded([part.person for part in parts], persons),
        "time_us": np.concatenate([part.time_us for part in parts]),
        "sequence": np.concatenate([np.arange(part.sequence, part.sequence + part.rows) for part in parts]),
        "name": _coded([part.name for part in parts], names).astype(np.int32),
    }
    core = pa.Table.from_arrays([to_arrow(values) for values in columns.values()], names=list(columns))
    for column in dict.fromkeys(name for part in parts for name in part.columns):
        core = core.append_column(column, _under_each_other(column, parts))
    return core.unify_dictionaries().combine_chunks()


def _coded(columns: Sequence[Any], coder: Coder) -> Int64s:
    codes = coder.codes([column.dictionary for column in columns])
    return np.concatenate([code[to_numpy(column.indices)] for code, column in zip(codes, columns, strict=True)])


def _under_each_other(column: str, parts: Sequence[_Encoded]) -> pa.ChunkedArray:
    chunks = [part.columns.get(column) for part in parts]
    kinds_found = {chunk.type for chunk in chunks if chunk is not None}
    kind = kinds_found.pop() if len(kinds_found) == 1 else pa.large_string()
    return pa.chunked_array(
        [
            pa.nulls(part.rows, kind) if chunk is None else chunk.cast(kind)
            for part, chunk in zip(parts, chunks, strict=True)
        ],
        kind,
    )


def _sorted(table: pa.Table, rows: Int64s) -> pa.Table:
    """Return the given rows of a table, which are in the order of sequences, in canonical order."""
    order = canonical_order(integers(table, "person")[rows], integers(table, "time_us")[rows])
    return table.take(to_arrow(rows if order is None else rows[order]))


def _as_json(columns: Mapping[str, Any]) -> Any:
    """Write the values of properties beyond the limit as one JSON object a row, keys sorted, without the missing."""
    names = sorted(columns)
    values = [
        (columns[name] if kinds.kind_of(columns[name].type) != "time" else kinds.as_text(columns[name])).to_pylist()
        for name in names
    ]
    objects = [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in zip(*values, strict=True)
    ]
    return pa.array([json.dumps(one, ensure_ascii=False) if one else None for one in objects], pa.large_string())
