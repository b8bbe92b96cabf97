"""Rows that were left out, as they go to a person to be corrected and come back in a file of their own."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from parcours.language.cells import GUARDED
from parcours.readers.arrays import shown

_OURS = "parcours:"
REJECT_COLUMNS = tuple(_OURS + name for name in ("file", "line", "column", "value", "reason", "expected"))
"""What we say of a row that was left out; its own columns follow. Read again, these are no part of it."""


def is_ours(column: str) -> bool:
    """Tell whether we wrote a column beside the rows of a file."""
    return column in REJECT_COLUMNS


def as_written(columns: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """Take the apostrophes off that kept a spreadsheet from running what is in a file of ours."""
    return {name: _bare(values) for name, values in columns.items()}


def _bare(values: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(values.type):
        return pa.DictionaryArray.from_arrays(values.indices, _bare(values.dictionary))
    return pc.replace_substring_regex(values, GUARDED, r"\1") if pa.types.is_string(values.type) else values


def texts(values: pa.Array) -> list[str]:
    """Write values so that they are read again as they are: numbers in full, times with all their digits and zone."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_timestamp(values.type) or pa.types.is_date(values.type):
        values = values.cast(pa.string())
    return shown(values)
