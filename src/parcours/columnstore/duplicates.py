"""Which rows are there already: by message id, or by everything that they say."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

import numpy as np
import pyarrow as pa

from parcours.columnstore.dictionaries import encoded
from parcours.columnstore.kinds import alike, joint_kind, kind_of
from parcours.columnstore.rebuilding import coalesced
from parcours.columnstore.segments import CORE, MORE, integers, logical_name
from parcours.engine.table import Bools, Int64s, Kind
from parcours.readers.arrays import to_arrow, to_numpy

MESSAGE_ID = "message_id"


def first_of_each_id(rows: pa.Table) -> Bools:
    """Tell which rows to keep so that no person has a message id twice: the one of the lowest sequence stays.

    Rows without an id stay.
    """
    ids = _codes_of(rows, MESSAGE_ID)
    keep = np.ones(rows.num_rows, np.bool_)
    with_id = np.flatnonzero(ids >= 0)
    person, sequence = integers(rows, "person")[with_id], integers(rows, "sequence")[with_id]
    order = np.lexsort((sequence, ids[with_id], person))
    who, what = person[order], ids[with_id][order]
    again = np.flatnonzero((who[1:] == who[:-1]) & (what[1:] == what[:-1])) + 1
    keep[with_id[order[again]]] = False
    return keep


def without_known_content(rows: pa.Table, batch_starts: Sequence[int]) -> Bools:
    """Tell which rows to keep so that the n-th same row of a file is added only where fewer than n are there.

    Rows are the same when person, time, name and every property are equal. Rows before ``batch_starts[0]`` are in
    the log already; each batch reaches from its first sequence to the next one's.
    """
    keep = np.ones(rows.num_rows, np.bool_)
    person, time_us, name, sequence = (integers(rows, column) for column in ("person", "time_us", "name", "sequence"))
    code, several = _repeated(np.lexsort((name, time_us, person)), person, time_us, name)
    candidates = np.flatnonzero(several)
    if not len(candidates):
        return keep
    code, part = code[candidates], rows.take(to_arrow(candidates))
    for column in _properties(rows):
        values = _codes_of(part, column) + 1
        code = np.unique(code * (int(values.max()) + 1) + values, return_inverse=True)[1]
    batch = np.searchsorted(np.asarray(batch_starts, np.int64), sequence[candidates], side="right")
    keep[candidates] = _most_copies(code, batch, sequence[candidates])
    return keep


def _most_copies(code: Int64s, batch: Int64s, sequence: Int64s) -> Bools:
    """Keep all rows of batch 0; of each later batch, in turn, the copies beyond those kept before."""
    keep = np.ones(len(code), np.bool_)
    have = np.bincount(code[batch == 0], minlength=int(code.max()) + 1)
    for number in range(1, int(batch.max()) + 1):
        rows = np.flatnonzero(batch == number)
        rows = rows[np.lexsort((sequence[rows], code[rows]))]
        codes = code[rows]
        starts = np.flatnonzero(np.diff(codes, prepend=-1))
        copy = np.arange(len(codes)) - np.repeat(starts, np.diff(starts, append=len(codes)))
        keep[rows] = copy >= have[codes]
        have = np.maximum(have, np.bincount(codes, minlength=len(have)))
    return keep


def _repeated(order: Int64s, *columns: Int64s) -> tuple[Int64s, Bools]:
    """Return the dense rank of each row by ``columns``, and whether it has the rank together with another row."""
    new = np.zeros(len(order), np.bool_)
    for column in columns:
        ordered = column[order]
        new[1:] |= ordered[1:] != ordered[:-1]
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.cumsum(new)
    return ranks, np.bincount(ranks)[ranks] > 1


def _properties(rows: pa.Table) -> list[str]:
    return list(
        dict.fromkeys(MORE if name == MORE else logical_name(name)[0] for name in rows.column_names if name not in CORE)
    )


def _codes_of(rows: pa.Table, name: str) -> Int64s:
    """Return a code for each value of a property, equal for equal values whatever file they came from; -1 missing."""
    if name == MORE:
        columns = [rows.column(MORE).combine_chunks()]
        kind = joint_kind(["text"])
    else:
        found = [
            column for column in rows.column_names if column not in (*CORE, MORE) and logical_name(column)[0] == name
        ]
        filled = [column for column in found if rows.column(column).null_count < rows.num_rows]
        if not filled:
            return np.full(rows.num_rows, -1, np.int64)
        columns = [rows.column(column).combine_chunks() for column in filled]
        kinds = {logical_name(column)[1] for column in filled}
        kind = joint_kind(kinds)
        if len(kinds) > 1:
            columns = [_alike(column, kinds) if kind_of(column.type) == "text" else column for column in columns]
    coded = encoded(_one(coalesced(columns, kind)))
    words = encoded(coded.dictionary)  # a dictionary may hold a word twice
    codes = np.append(to_numpy(words.indices), -1).astype(np.int64)
    values: Int64s = codes[to_numpy(coded.indices, -1)]
    return values


def _alike(texts: Any, kinds: Set[Kind]) -> Any:
    coded = encoded(texts)
    return alike(coded.dictionary, kinds).take(coded.indices)


def _one(values: Any) -> Any:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
