"""Deriving columns from the segments, one bucket at a time."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parcours.columnstore import kinds
from parcours.columnstore.columns import VALUE_TYPES, ArrayFile, BucketColumns, CoreWriter
from parcours.columnstore.dictionaries import Coder, encoded
from parcours.columnstore.manifest import Segment, State
from parcours.columnstore.ordering import canonical_order
from parcours.columnstore.segments import integers, join, physical_name, read_segment
from parcours.columnstore.words import SUFFIX, write_words
from parcours.engine.table import Int64s, Kind
from parcours.readers.arrays import to_numpy


def build_core(root: Path, state: State, place: Path | None = None) -> int:
    """Write the core columns of a generation anew, into its log unless ``place`` is given; return its persons."""
    writer = CoreWriter(place or root, state.token)
    try:
        for bucket in range(state.buckets):
            writer.add(bucket_core(root, state.runs(bucket)))
    except BaseException:
        writer.discard()
        raise
    writer.publish()
    return writer.persons


def bucket_core(root: Path, runs: tuple[Segment, ...]) -> BucketColumns:
    """Read the core columns of one bucket and merge its runs."""
    tables = [read_segment(root, run, ("person", "time_us", "name")) for run in runs]

    def column(name: str) -> Int64s:
        return np.concatenate([np.empty(0, np.int64), *(integers(table, name) for table in tables)])

    person, time_us, name = column("person"), column("time_us"), column("name").astype(np.int32)
    order = canonical_order(person, time_us) if len(runs) > 1 else None
    if order is not None:
        person, time_us, name = person[order], time_us[order], name[order]
    return BucketColumns.of_sorted(person, time_us, name)


def bucket_order(root: Path, runs: tuple[Segment, ...]) -> Int64s | None:
    """Return the canonical order of the rows of all runs of a bucket put under each other, None if it is theirs.

    Runs stand in the order of their sequences, so that a stable sort keeps the sequence inside one instant.
    """
    if len(runs) < 2:
        return None
    tables = [read_segment(root, run, ("person", "time_us")) for run in runs]
    person, time_us = (np.concatenate([integers(run, name) for run in tables]) for name in ("person", "time_us"))
    return canonical_order(person, time_us)


def property_kind(state: State, name: str) -> Kind | None:
    """Return the kind that holds every value of a property, None where no event has one."""
    found = [
        kind for segment in state.segments for (one, kind), filled in segment.columns.items() if one == name and filled
    ]
    return kinds.joint_kind(found) if found else None


def build_property(root: Path, state: State, name: str, path: Path) -> None:
    """Write the column of one property over the whole log to ``path``, its words (if text) beside it first."""
    kind = property_kind(state, name) or "text"
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    coder = Coder()
    file = ArrayFile(beside, VALUE_TYPES[kind])
    try:
        for bucket in range(state.buckets):
            runs = state.runs(bucket)
            if runs:
                values = np.concatenate([_decoded(one_property(root, run, name, kind), kind, coder) for run in runs])
                order = bucket_order(root, runs)
                file.append(values if order is None else values[order])
        file.close()
        if kind == "text":
            words = beside.with_suffix(SUFFIX)
            write_words(words, coder.all_words())
            words.replace(path.with_suffix(SUFFIX))
        beside.replace(path)
    finally:
        file.abandon()
        beside.unlink(missing_ok=True)


def _decoded(values: Any, kind: Kind, coder: Coder) -> npt.NDArray[Any]:
    if kind == "text":
        coded = encoded(values)
        (codes,) = coder.codes([coded.dictionary])
        log_codes: npt.NDArray[Any] = np.append(codes, -1).astype(np.int32)
        decoded: npt.NDArray[Any] = log_codes[to_numpy(coded.indices, -1)]
        return decoded
    if kind == "number":
        return kinds.numbers(values)
    return kinds.booleans(values) if kind == "boolean" else kinds.times(values)


def one_property(root: Path, segment: Segment, name: str, kind: Kind) -> Any:
    """Return a property of every event of a segment as one Arrow array of ``kind``."""
    variants = [found for (one, found), filled in segment.columns.items() if one == name and filled]
    if not variants:
        return pa.nulls(segment.rows, kinds.ARROW[kind])
    table = join([read_segment(root, segment, [physical_name(name, found) for found in variants])])
    return coalesced([table.column(at).chunk(0) for at in range(len(variants))], kind)


def coalesced(columns: list[Any], kind: Kind) -> Any:
    """Return columns of several kinds, at most one filled in a row, as one of ``kind``."""
    if len(columns) == 1 and kinds.kind_of(columns[0].type) == kind:
        return columns[0]
    texts = [kinds.as_text(column) for column in columns]
    return texts[0] if len(texts) == 1 else pc.coalesce(*(text.cast(pa.large_string()) for text in texts))
