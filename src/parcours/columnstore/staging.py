"""Rows on their way into a log: encoded as they come, split into buckets, spilled to disk when they grow too many."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parcours.columnstore import kinds
from parcours.columnstore.dictionaries import Coder, encoded
from parcours.columnstore.layout import STAGING
from parcours.columnstore.ordering import buckets_of, canonical_order
from parcours.columnstore.segments import CORE, MORE, physical_name
from parcours.engine.table import Int32s, Int64s
from parcours.readers.arrays import to_arrow, to_numpy
from parcours.readers.options import ROLES

if TYPE_CHECKING:
    from parcours.readers.batch import Batch

CHUNK_BYTES = 384 << 20
MAX_TYPED_PROPERTIES = 200


class Registry:
    """Which properties have a column of their own: reserved ones, and the first ``MAX_TYPED_PROPERTIES`` that came.

    Reserved ones mean something to the log and to analyses (a message id, a score), which never look into the rest.
    """

    def __init__(self, known: Sequence[str]) -> None:
        self._known = dict.fromkeys(known)
        self._before = len(self._known)

    def typed(self, name: str) -> bool:
        """Tell whether ``name`` has a column of its own, giving it one where there is room."""
        room = len(self._known) < MAX_TYPED_PROPERTIES and name != MORE
        if name not in self._known and (room or name in ROLES):
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
        self._kept: tuple[_Chunk, list[Int64s]] | None = None
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
        chunk = self._take_pending()
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._directory / f"{len(self._spilled)}.arrow"
        schema = chunk.in_order(np.empty(0, np.int64)).schema
        with pa.ipc.new_file(path, schema) as writer:
            for rows in chunk.rows_of_bucket(self.buckets):
                writer.write_batch(chunk.in_order(rows))
        self._spilled.append(pa.ipc.open_file(pa.OSFile(str(path))))

    def _take_pending(self) -> _Chunk:
        chunk = _Chunk.of(self._pending, self.persons, self.names)
        self._pending, self._pending_bytes = [], 0
        return chunk

    def finish(self) -> None:
        """Say that no more batches come."""
        if self._spilled and self._pending:
            self._spill()
        elif self._pending:
            chunk = self._take_pending()
            self._kept = chunk, chunk.rows_of_bucket(self.buckets)

    def rows(self, bucket: int) -> list[pa.Table]:
        """Return the rows of a bucket as tables in canonical order, earlier sequences in the earlier table."""
        if self._kept is not None:
            chunk, buckets = self._kept
            return [pa.Table.from_batches([chunk.in_order(buckets[bucket])])] if len(buckets[bucket]) else []
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


@dataclass(frozen=True)
class _Chunk:
    """Rows with the codes of the log, in the order of their sequences, which follow each other without a gap."""

    person: Int64s
    time_us: Int64s
    name: Int32s
    first_sequence: int
    properties: Mapping[str, Any]

    @classmethod
    def of(cls, parts: Sequence[_Encoded], persons: Coder, names: Coder) -> _Chunk:
        """Put encoded batches under each other; persons, most of the work, are coded beside the rest."""
        with ThreadPoolExecutor(1, thread_name_prefix="persons") as pool:
            person = pool.submit(_coded, [part.person for part in parts], persons, np.int64)
            name = _coded([part.name for part in parts], names, np.int32)
            time_us = np.concatenate([part.time_us for part in parts])
            columns = dict.fromkeys(column for part in parts for column in part.columns)
            table = pa.Table.from_arrays([_under_each_other(column, parts) for column in columns], list(columns))
            properties = {name: values.chunk(0) for name, values in _one_chunk(table).items()}
            return cls(person.result(), time_us, name, parts[0].sequence, properties)

    def rows_of_bucket(self, buckets: int) -> list[Int64s]:
        """Return for each bucket the numbers of its rows, ascending."""
        bucket_of = buckets_of(np.arange(int(self.person.max()) + 1), buckets)
        bucket = bucket_of[self.person]
        order = np.argsort(bucket, kind="stable")
        ends = np.cumsum(np.bincount(bucket, minlength=buckets))
        return np.split(order, ends[:-1])

    def in_order(self, rows: Int64s) -> pa.RecordBatch:
        """Return some rows, given ascending, in canonical order."""
        person, time_us = self.person[rows], self.time_us[rows]
        order = canonical_order(person, time_us)
        if order is not None:
            rows, person, time_us = rows[order], person[order], time_us[order]
        core: list[npt.NDArray[Any]] = [person, time_us, rows + self.first_sequence, self.name[rows]]
        at = to_arrow(rows)
        columns = [*map(to_arrow, core), *(values.take(at) for values in self.properties.values())]
        return pa.RecordBatch.from_arrays(columns, names=[*CORE, *self.properties])


def _one_chunk(table: pa.Table) -> dict[str, pa.ChunkedArray]:
    whole = table.unify_dictionaries().combine_chunks()
    return dict(zip(whole.column_names, whole.columns, strict=True))


def _coded(columns: Sequence[Any], coder: Coder, dtype: type[np.signedinteger[Any]]) -> npt.NDArray[Any]:
    """Return the code of every value of dictionary columns put under each other."""
    coded = np.empty(sum(len(column) for column in columns), dtype)
    start = 0
    for codes, column in zip(coder.codes([column.dictionary for column in columns]), columns, strict=True):
        np.take(codes.astype(dtype), to_numpy(column.indices), out=coded[start : start + len(column)], mode="clip")
        start += len(column)
    return coded


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
