"""Rows that were left out, as they go to a person to be corrected and come back in a file of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from parcours.language.cells import GUARDED, bare
from parcours.readers.arrays import shown
from parcours.readers.raw import FormatReader, Piece, Raw

_OURS = "parcours:"
REJECT_COLUMNS = tuple(_OURS + name for name in ("file", "line", "column", "value", "reason", "expected"))
"""What we say of a row that was left out; its own columns follow. Read again, these are no part of it."""


def is_ours(column: str) -> bool:
    """Tell whether we wrote a column beside the rows of a file."""
    return column in REJECT_COLUMNS


class Returned:
    """Reads a file of ours: without the apostrophes that kept a spreadsheet from running what is in it.

    ``within`` reads the file as it stands.
    """

    def __init__(self, within: FormatReader) -> None:
        self.within = within
        self.file, self.texts_only = within.file, within.texts_only
        self.decimal_comma, self.fixed_roles = within.decimal_comma, within.fixed_roles
        self._names = {bare(name): name for name in within.columns}
        if len(self._names) < len(within.columns):  # two names that differ by an apostrophe stay two
            self._names = {name: name for name in within.columns}
        self.columns = tuple(self._names)

    def in_file(self, column: str) -> str:
        """Return what a column is called in the file."""
        return self._names.get(column, column)

    def head(self) -> Raw:
        """Return the first rows."""
        return self._as_written(self.within.head)

    def pieces(self, needed: frozenset[str], repeated: frozenset[str]) -> Iterator[Piece]:
        """Read the file from its start."""
        for piece in self.within.pieces(frozenset(map(self.in_file, needed)), frozenset(map(self.in_file, repeated))):
            yield Piece(partial(self._as_written, piece.parse), piece.bytes_done)

    def _as_written(self, parse: Callable[[], Raw]) -> Raw:
        raw = parse()
        written = {name: column for column, name in self._names.items()}
        columns = {written.get(name, name): _bare(values) for name, values in raw.columns.items()}
        return Raw(columns, raw.line, raw.bad, raw.blank)


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


def written_as(reader: FormatReader) -> FormatReader:
    """Return ``reader``, or what takes our apostrophes off where it reads a file of ours."""
    return Returned(reader) if any(map(is_ours, reader.columns)) else reader
