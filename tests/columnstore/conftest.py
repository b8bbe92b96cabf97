"""Hand-made batches, and two independent ways to read a log back: by its tables, and by a scan of its segments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from parcours.columnstore.kinds import ARROW
from parcours.columnstore.log import StoredLog
from parcours.columnstore.writing import SourceInfo
from parcours.engine.table import NO_TIME
from parcours.readers.batch import Batch

Row = tuple[str, int, str, dict[str, Any]]
Content = dict[str, list[tuple[int, str, dict[str, Any]]]]


def _arrow(values: list[Any]) -> pa.Array:
    known = [value for value in values if value is not None]
    if not known or isinstance(known[0], str):
        return pa.array(values, pa.string())
    if isinstance(known[0], bool):
        return pa.array(values, pa.bool_())
    if isinstance(known[0], datetime):
        return pa.array(values, ARROW["time"])
    return pa.array(values, pa.float64())


@pytest.fixture(scope="session")
def batch_of() -> Callable[[Sequence[Row]], Batch]:
    """Make a batch of (person, time, name, properties) rows; a property has one kind within a batch."""

    def make(rows: Sequence[Row]) -> Batch:
        names = dict.fromkeys(key for row in rows for key in row[3])
        return Batch(
            rows=len(rows),
            person=pa.array([row[0] for row in rows], pa.string()),
            time_us=np.array([row[1] for row in rows], np.int64),
            name=pa.array([row[2] for row in rows], pa.string()).dictionary_encode(),
            line=np.arange(2, len(rows) + 2),
            properties={name: _arrow([row[3].get(name) for row in rows]) for name in names},
        )

    return make


@pytest.fixture(scope="session")
def add(batch_of: Callable[[Sequence[Row]], Batch]) -> Callable[..., Any]:
    """Append rows to a log as one import."""

    def append(log: StoredLog, rows: Sequence[Row], *, pieces: int = 1, **options: Any) -> Any:
        size = max(1, -(-len(rows) // pieces))
        parts: Iterable[Batch] = (batch_of(rows[at : at + size]) for at in range(0, len(rows), size))
        return log.append(parts, SourceInfo("rows", "test"), **options)

    return append


@pytest.fixture(scope="session")
def content() -> Callable[[StoredLog], Content]:
    """Read a log by its tables: per external id, the events in order with their decoded properties."""

    def read(log: StoredLog) -> Content:
        found: Content = {}
        for table in log.tables():
            columns = {name: _decoded(table.column(name)) for name in log.properties}
            externals = log.external_ids(table.persons)
            assert len(table.offsets) == len(table.persons) + 1
            for at, external in enumerate(externals):
                events = range(int(table.offsets[at]), int(table.offsets[at + 1]))
                assert len(events) and external not in found
                found[external] = [
                    (
                        int(table.time_us[event]),
                        table.names.words[table.name[event]],
                        {name: column[event] for name, column in columns.items() if column[event] is not None},
                    )
                    for event in events
                ]
        return found

    return read


def _decoded(column: Any) -> list[Any]:
    values = column.values.tolist()
    if column.kind == "text":
        return [None if code < 0 else column.vocabulary.words[code] for code in values]
    if column.kind == "number":
        return [None if value != value else value for value in values]
    if column.kind == "boolean":
        return [None if value < 0 else bool(value) for value in values]
    return [None if value == NO_TIME else value for value in values]


@pytest.fixture(scope="session")
def scanned() -> Callable[[StoredLog], Content]:
    """Read a log by a scan of its segments, in the same form as ``content``."""

    def read(log: StoredLog) -> Content:
        found: Content = {}
        for batch in log.scan():
            times = batch.column("time").cast(pa.int64()).to_pylist()
            columns = {
                name: values.cast(pa.int64()).to_pylist() if pa.types.is_timestamp(values.type) else values.to_pylist()
                for name, values in zip(batch.schema.names, batch.columns, strict=True)
            }
            for at, person in enumerate(columns["person"]):
                properties = {
                    name: values[at]
                    for name, values in columns.items()
                    if name not in ("person", "time", "name") and values[at] is not None
                }
                found.setdefault(person, []).append((times[at], columns["name"][at], properties))
        return found

    return read


@pytest.fixture(scope="session")
def expected() -> Callable[[Iterable[Row]], Content]:
    """What a log with these rows holds: per person, sorted by time, rows at one instant in the order given."""

    def sort(rows: Iterable[Row]) -> Content:
        found: Content = {}
        for person, time_us, name, properties in rows:
            found.setdefault(person, []).append((time_us, name, {k: v for k, v in properties.items() if v is not None}))
        return {person: sorted(events, key=lambda event: event[0]) for person, events in found.items()}

    return sort


@pytest.fixture
def log(tmp_path: Path) -> StoredLog:
    """An empty log of three buckets."""
    return StoredLog.create(tmp_path / "shop.parcours", buckets=3)
