"""Writes a simulated company to Parquet chunk by chunk, so that memory does not grow with the number of events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from parcours.simulate.company import Company, Persons
from parcours.simulate.play import chunks
from parcours.simulate.rows import Chunk
from parcours.simulate.tally import Tally
from parcours.simulate.theatre import KINDS
from parcours.simulate.truth import Truth

if TYPE_CHECKING:
    import pyarrow as pa

Ints = npt.NDArray[np.int64]


def write_parquet(
    company: Company, path: Path, *, count: bool = False, tell: Callable[[int], None] | None = None
) -> tuple[int, Truth | None]:
    """Write all events, a row group per chunk of up to 20,000 trips; return how many, and the truth if ``count``.

    The columns are those of the CSV, with times as instants in UTC. ``tell`` hears after each chunk how many events
    are written. The truth is counted while writing: nothing is played twice.
    """
    import pyarrow.parquet as pq

    tally = Tally(company.theatre) if count else None
    schema = _table(company, Chunk.nothing(late=company.theatre.scenario.late_arrival > 0)).schema
    written = 0
    with (
        pq.ParquetWriter(path, schema, **_form(schema)) as writer,
        ThreadPoolExecutor(1) as beside,
    ):
        # One chunk is written while the next one is played: never more than two are in memory.
        writing: Future[None] | None = None
        for chunk in chunks(company.theatre):
            table = _table(company, chunk)
            if writing is not None:
                writing.result()
            if len(chunk.rows):
                writing = beside.submit(writer.write_table, table, row_group_size=len(chunk.rows))
            if tally is not None:
                tally.add(chunk)
            written += len(chunk.rows)
            if tell is not None:
                tell(written)
        if writing is not None:
            writing.result()
    return written, None if tally is None else tally.truth()


def _form(schema: pa.Schema) -> dict[str, Any]:
    """Say how columns are stored: times as differences, texts by dictionary. It halves what writing costs."""
    import pyarrow as pa

    times = [field.name for field in schema if pa.types.is_timestamp(field.type)]
    return {
        "compression": "zstd",
        "compression_level": 1,
        "use_dictionary": [field.name for field in schema if pa.types.is_dictionary(field.type)],
        "column_encoding": dict.fromkeys(times, "DELTA_BINARY_PACKED"),
        "write_statistics": times,
        # Without its own schema the texts are read as plain ones, not as dictionaries.
        "store_schema": False,
    }


def _table(company: Company, chunk: Chunk) -> pa.Table:
    import pyarrow as pa

    theatre = company.theatre
    order = chunk.arrival
    persons = Persons.of(theatre, chunk, company.language)
    rows = chunk.rows.take(order)
    emitted = theatre.emitted
    amounts = np.array([_amount(shape.properties.get("value")) for shape in emitted])
    value = np.where(np.isnan(rows.value), amounts[rows.shape], rows.value)
    columns: dict[str, Any] = {
        "person": _texts(persons.names.tolist(), persons.owner[order], different=True),
        "time": _instants(rows.time),
        "event": _texts([shape.name for shape in emitted], rows.shape),
        "channel": _texts(persons.channels, persons.channel[order]),
        "value": pa.array(value, from_pandas=True),
    }
    for key in theatre.shapes.columns:
        cells = [shape.properties.get(key) for shape in emitted]
        columns[key] = _texts([None if cell is None else _text(cell) for cell in cells], rows.shape)
    for key, (words, codes) in persons.coded_properties().items():
        columns[key] = _texts(words, codes[order], different=True)
    for code, kind in enumerate(KINDS):
        columns[kind] = pa.array(np.where(rows.kind == code, rows.score, np.nan), from_pandas=True)
    columns["comment"] = _texts(theatre.comments, rows.comment)
    if chunk.received is not None:
        columns["received_at"] = _instants(chunk.received[order])
    return pa.table(columns)


def _texts(words: Sequence[str | None], codes: Ints, *, different: bool = False) -> pa.DictionaryArray:
    """Return ``words[code]`` for each code; nothing where the code is negative or the word None.

    ``different``: there is no None among the words, and none twice.
    """
    if different:
        return _by_place(codes.astype(np.int32), words)
    place = {word: number for number, word in enumerate(dict.fromkeys(word for word in words if word is not None))}
    # Each word once, or Parquet gives up its dictionary; the last place is for nothing.
    places = np.array([-1 if word is None else place[word] for word in words] + [-1], np.int32)
    found = places[np.where(codes < 0, len(words), codes)]
    return _by_place(found, list(place))


def _by_place(places: npt.NDArray[np.int32], words: Sequence[str | None]) -> pa.DictionaryArray:
    import pyarrow as pa

    nothing = places < 0
    kept = pa.array(np.where(nothing, 0, places), mask=nothing) if nothing.any() else pa.array(places)
    return pa.DictionaryArray.from_arrays(kept, pa.array(words, pa.string()))


def _instants(seconds: Ints) -> pa.Array:
    import pyarrow as pa

    return pa.array(seconds * 1_000_000, pa.timestamp("us", "UTC"))


def _amount(cell: object) -> float:
    return float(cell) if isinstance(cell, int | float) else np.nan


def _text(cell: object) -> str:
    return str(cell).lower() if isinstance(cell, bool) else str(cell)
