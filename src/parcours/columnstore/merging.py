"""Bringing new rows of one bucket into a log: duplicates left out, runs folded, columns merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from parcours.columnstore.columns import NOTHING, BucketColumns
from parcours.columnstore.duplicates import MESSAGE_ID, first_of_each_id, without_known_content
from parcours.columnstore.manifest import Segment, State
from parcours.columnstore.ordering import canonical_order, person_offsets
from parcours.columnstore.segments import (
    CORE,
    MORE,
    integers,
    join,
    logical_name,
    physical_columns,
    read_segment,
    write_segment,
)
from parcours.engine.table import Bools, Int64s
from parcours.readers.arrays import to_arrow

Dedupe = Literal["none", "content"]
FOLD_SHARE = 5
MOST_RUNS = 8


@dataclass(frozen=True)
class BucketChange:
    """What new rows do to one bucket. Counts have one value per new batch, in their order."""

    columns: BucketColumns
    added: Segment | None
    dropped: tuple[Segment, ...]
    events: Int64s
    persons: Int64s
    distinct_persons: int
    skipped: dict[str, Int64s]


@dataclass(frozen=True)
class Merger:
    """Brings the rows of new batches, which begin at the sequences ``starts``, into the log at ``root``.

    ``since``: the sequence at which a batch begins that the only new one becomes part of; persons that it has already
    are not counted again.
    """

    root: Path
    state: State
    starts: Sequence[int]
    dedupe: Dedupe
    since: int | None = None

    def merge(self, bucket: int, tables: Sequence[pa.Table], before: BucketColumns | None) -> BucketChange:
        """Write the new rows of one bucket; ``before`` are its present core columns (None: it is empty)."""
        runs = self.state.runs(bucket)
        skipped: dict[str, Int64s] = {}
        if not tables:
            return self._unchanged(before, skipped)
        new = join(tables)
        fold = bool(runs) and self._folds(runs, new.num_rows)
        known = self._known(runs, new, whole=fold)
        for reason, keep in self._checks(known, new):
            skipped[reason] = self._per_batch(integers(new, "sequence")[~keep])
            new = new.filter(to_arrow(keep))
        if not new.num_rows:
            return self._unchanged(before, skipped)
        new = in_order(new)
        events, persons, distinct = self._counts(new)
        if self.since is not None and known is not None:
            earlier = integers(known, "person")[integers(known, "sequence") >= self.since]
            persons = np.array([len(np.setdiff1d(integers(new, "person"), earlier))])
        if fold and known is not None:
            new = in_order(join([known, new]))
        columns = BucketColumns.of_sorted(
            integers(new, "person"), integers(new, "time_us"), integers(new, "name").astype(np.int32)
        )
        if runs and not fold and before is not None:
            columns = merged(before, columns)
        added = write_segment(self.root, bucket, new)
        return BucketChange(columns, added, runs if fold else (), events, persons, distinct, skipped)

    def _unchanged(self, before: BucketColumns | None, skipped: dict[str, Int64s]) -> BucketChange:
        nothing = np.zeros(len(self.starts), np.int64)
        return BucketChange(before if before is not None else NOTHING, None, (), nothing, nothing, 0, skipped)

    def _folds(self, runs: Sequence[Segment], rows: int) -> bool:
        deltas = sum(run.rows for run in runs[1:]) + rows
        return deltas * FOLD_SHARE > runs[0].rows or len(runs) >= MOST_RUNS

    def _known(self, runs: Sequence[Segment], new: pa.Table, *, whole: bool) -> pa.Table | None:
        """Return the rows of the bucket that are there: with all columns, only what ids need, or None if not needed."""
        if not runs:
            return None
        if whole or self.dedupe == "content":
            return join([read_segment(self.root, run) for run in runs])
        if not _has_ids(new) and self.since is None:
            return None
        return join([read_segment(self.root, run, [*CORE, *_id_columns(physical_columns(run))]) for run in runs])

    def _checks(self, known: pa.Table | None, new: pa.Table) -> Any:
        """Yield reason and rows to keep of each check; each sees only what the one before has left."""
        before = known.num_rows if known is not None else 0
        if _has_ids(new):
            keep = first_of_each_id(join([known, new]) if known is not None else new)[before:]
            yield "duplicate_id", keep
            new = new.filter(to_arrow(keep))
        if self.dedupe == "content":
            rows = join([known, new]) if known is not None else new
            yield "duplicate_content", without_known_content(rows, self.starts)[before:]

    def _per_batch(self, sequence: Int64s) -> Int64s:
        return np.bincount(self._batch_of(sequence), minlength=len(self.starts))

    def _batch_of(self, sequence: Int64s) -> Int64s:
        return np.searchsorted(np.asarray(self.starts, np.int64), sequence, side="right") - 1

    def _counts(self, new: pa.Table) -> tuple[Int64s, Int64s, int]:
        """Count events and distinct persons of each batch, and distinct persons of all; rows are in order."""
        person = integers(new, "person")
        distinct = len(person_offsets(person)[0])
        if len(self.starts) == 1:
            return np.array([len(person)]), np.array([distinct]), distinct
        batch = self._batch_of(integers(new, "sequence"))
        pairs = np.unique(person * len(self.starts) + batch)
        persons = np.bincount(pairs % len(self.starts), minlength=len(self.starts))
        return np.bincount(batch, minlength=len(self.starts)), persons, distinct


def in_order(rows: pa.Table) -> pa.Table:
    """Return rows that stand in the order of their sequences inside one instant in canonical order."""
    order = canonical_order(integers(rows, "person"), integers(rows, "time_us"))
    return rows if order is None else rows.take(to_arrow(order))


def merged(before: BucketColumns, new: BucketColumns) -> BucketColumns:
    """Return the core columns of a bucket with those of later rows."""
    person = np.concatenate([before.person_of_event(), new.person_of_event()])
    time_us, name = np.concatenate([before.time_us, new.time_us]), np.concatenate([before.name, new.name])
    order = canonical_order(person, time_us)
    if order is None:
        return BucketColumns.of_sorted(person, time_us, name)
    return BucketColumns.of_sorted(person[order], time_us[order], name[order])


def _has_ids(rows: pa.Table) -> bool:
    return bool(_id_columns(rows.column_names))


def _id_columns(names: Sequence[str]) -> list[str]:
    return [name for name in names if name not in (*CORE, MORE) and logical_name(name)[0] == MESSAGE_ID]


def without(rows: pa.Table, sequences: tuple[int, int]) -> pa.Table:
    """Return the rows whose sequence lies outside the half-open range."""
    sequence = integers(rows, "sequence")
    keep: Bools = (sequence < sequences[0]) | (sequence >= sequences[1])
    return rows.filter(to_arrow(keep))
