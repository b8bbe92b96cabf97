"""All events as Arrow batches, with texts instead of codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from parcours.columnstore.manifest import Segment, State
from parcours.columnstore.rebuilding import bucket_order, one_property
from parcours.columnstore.segments import MORE, integers, read_segment
from parcours.columnstore.words import StoredWords, arrow_words
from parcours.engine.table import Kind, Vocabulary
from parcours.readers.arrays import to_arrow

OWN = ("person", "time", "name")


def scan(
    root: Path, state: State, properties: Mapping[str, Kind], identities: StoredWords, names: Vocabulary
) -> Iterator[pa.RecordBatch]:
    """Yield the events of a log in canonical order, one batch a bucket."""
    persons, words = arrow_words(identities), pa.array(list(names.words), pa.large_string())
    for bucket in range(state.buckets):
        runs = state.runs(bucket)
        if not runs:
            continue
        core = pa.concat_tables([read_segment(root, run, ("person", "time_us", "name")) for run in runs])
        columns: dict[str, Any] = {
            "person": persons.take(to_arrow(integers(core, "person"))),
            "time": to_arrow(integers(core, "time_us")).cast(pa.timestamp("us", "UTC")),
            "name": words.take(to_arrow(integers(core, "name"))),
        }
        for name, kind in properties.items():
            columns[f"property {name}" if name in OWN else name] = _values(root, runs, name, kind)
        rows = pa.RecordBatch.from_pydict(columns)
        order = bucket_order(root, runs)
        yield rows if order is None else rows.take(to_arrow(order))


def _values(root: Path, runs: tuple[Segment, ...], name: str, kind: Kind) -> Any:
    if name == MORE:
        parts = [
            read_segment(root, run, [MORE]).column(MORE).combine_chunks()
            if (MORE, "text") in run.columns
            else pa.nulls(run.rows, pa.large_string())
            for run in runs
        ]
    else:
        parts = [one_property(root, run, name, kind) for run in runs]
    if kind == "text":
        parts = [part.cast(pa.large_string()) for part in parts]
    return pa.concat_arrays([part.combine_chunks() if isinstance(part, pa.ChunkedArray) else part for part in parts])
