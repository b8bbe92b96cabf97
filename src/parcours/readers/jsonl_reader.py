"""Reads JSON Lines: one object per line; nested objects become columns with dots, arrays JSON text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.json as arrow_json

from parcours.language.errors import InputError, Place, shorten
from parcours.language.translation import _
from parcours.readers.arrays import text_array, to_arrow, to_numpy
from parcours.readers.batch import BadRow
from parcours.readers.kinds import EXACT
from parcours.readers.lines import LONG_LINE, Block, at_newline, blocks_of, long_line
from parcours.readers.opening import Opened, find_encoding, first_bytes, reading, utf8_chunks
from parcours.readers.options import SourceOptions
from parcours.readers.raw import Piece, Raw

HEAD_BYTES = 1 << 20
DEEPEST = 32
"""Objects nested deeper than this are kept as JSON text."""


class JsonLinesReader:
    """One file of JSON Lines. Columns that first appear after the head are read too."""

    texts_only = False
    decimal_comma = False
    fixed_roles: Mapping[str, str] = {}

    def __init__(self, options: SourceOptions) -> None:
        self.options = options
        self.file = options.name
        start = first_bytes(options.path, 1 << 16)
        self.encoding, self.mark_length = find_encoding(start, options.encoding, self.file)
        self._head = self._read_head()
        self.columns = tuple(self._head.columns)
        self._texts = [
            name for name, values in self._head.columns.items() if pa.types.is_string(values.type) and "." not in name
        ]

    def head(self) -> Raw:
        """Return the rows of the first megabyte."""
        return self._head

    def pieces(self, needed: frozenset[str], repeated: frozenset[str]) -> Iterator[Piece]:
        """Read the whole file, block by block."""
        for block in self._blocks(self.options.block_bytes):
            yield Piece(partial(self._parse, block), block.bytes_done)

    def _read_head(self) -> Raw:
        first: BadRow | None = None
        for block in self._blocks(HEAD_BYTES):
            raw = self._line_by_line(block)
            if len(raw.line):
                return raw
            first = first or next(iter(raw.bad), None)
        expected = _("One JSON object per line.")
        if first is None:
            raise InputError(_("The file is empty."), place=Place(self.file), expected=expected)
        raise InputError(
            _("No line is a JSON object."), place=Place(self.file, first.line), value=first.value, expected=expected
        )

    def _blocks(self, size: int) -> Iterator[Block[None]]:
        with reading(self.options.path):
            opened = Opened(self.options.path)
            try:
                chunks = utf8_chunks(opened, self.encoding, self.mark_length, size)
                yield from blocks_of(chunks, self.options.line_limit_bytes, at_newline)
            finally:
                opened.close()

    def _parse(self, block: Block[None]) -> Raw:
        return self._with_arrow(block) or self._line_by_line(block)

    def _with_arrow(self, block: Block[None]) -> Raw | None:
        """Parse with Arrow; None where it refuses, or could read something else than we would."""
        data = block.data
        lines = None if b"\x00" in data or b"[" in data else _plain_lines(data)
        if lines is None:
            return None
        try:
            data.decode("utf-8")
            table = arrow_json.read_json(
                pa.BufferReader(data),
                arrow_json.ReadOptions(use_threads=False, block_size=len(data) + 1),
                arrow_json.ParseOptions(
                    explicit_schema=pa.schema([(name, pa.string()) for name in self._texts]),
                    unexpected_field_behavior="infer",
                ),
            )
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, UnicodeDecodeError):
            return None
        if table.num_rows != len(lines):
            return None
        while any(pa.types.is_struct(field.type) for field in table.schema):
            table = table.flatten()
        columns = {name: table.column(name).combine_chunks() for name in table.column_names}
        if len(columns) != table.num_columns or not all(_is_exact(values) for values in columns.values()):
            return None
        return Raw(columns, lines + block.line, (), data.count(b"\n") + (not data.endswith(b"\n")) - len(lines))

    def _line_by_line(self, block: Block[None]) -> Raw:
        rows: list[dict[str, Any]] = []
        lines: list[int] = []
        bad: list[BadRow] = []
        blank = 0
        texts = block.data.split(b"\n")
        if not texts[-1]:
            texts.pop()
        for line, text in enumerate(texts, block.line):
            if not text.strip():
                blank += 1
            elif text.startswith(LONG_LINE):
                bad.append(long_line(self.file, line, text, self.options.line_limit_bytes))
            else:
                row = self._object(text, line)
                if isinstance(row, BadRow):
                    bad.append(row)
                else:
                    rows.append(row)
                    lines.append(line)
        names = dict.fromkeys(name for row in rows for name in row)
        columns = {name: _column([row.get(name) for row in rows]) for name in names}
        return Raw(columns, np.array(lines, np.int64), tuple(bad), blank)

    def _object(self, text: bytes, line: int) -> dict[str, Any] | BadRow:
        reason, expected = "json_invalid", _("a JSON object on one line")
        try:
            decoded = text.decode("utf-8")
        except UnicodeDecodeError:
            decoded = text.decode("utf-8", "replace")
            reason, expected = "encoding", _("text in the encoding of the file; see --encoding")
        else:
            try:
                found = json.loads(decoded, parse_constant=_refuse_constant)
                if isinstance(found, dict):
                    flat: dict[str, Any] = {}
                    _flatten(found, "", flat, DEEPEST)
                    return flat
            except (ValueError, RecursionError):  # how deep Python follows differs between its versions
                pass
        return BadRow(self.file, line, None, shorten(decoded, 200), reason, expected)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _plain_lines(data: bytes) -> npt.NDArray[np.int64] | None:
    """Return which lines hold something, if each of these begins with ``{`` and ends with ``}``, else None.

    None also where one line has many braces: Arrow follows nesting on its own stack, without a limit.
    """
    view = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(view == 10)
    if not data.endswith(b"\n"):
        ends = np.append(ends, len(data))
    starts = np.concatenate(([0], ends[:-1] + 1))
    ends = ends - ((ends > starts) & (view[np.maximum(ends - 1, 0)] == 13))
    lines = np.flatnonzero(ends > starts)
    if not len(lines) or (view[starts[lines]] != 123).any() or (view[ends[lines] - 1] != 125).any():
        return None
    braces = np.diff(np.searchsorted(np.flatnonzero(view == 123), np.append(starts, len(data))))
    return lines if braces.max() <= DEEPEST else None


def _is_exact(values: pa.Array) -> bool:
    """Does Arrow's type keep what stands in the file? Not times it guessed, nor large numbers made to float."""
    form = values.type
    if pa.types.is_floating(form):
        plain = to_numpy(values, 0.0)
        return bool((np.abs(plain) < EXACT).all())
    return any(fits(form) for fits in (pa.types.is_string, pa.types.is_boolean, pa.types.is_int64, pa.types.is_null))


def _flatten(found: Mapping[str, Any], prefix: str, flat: dict[str, Any], depth: int) -> None:
    for key, value in found.items():
        if not key.isascii():  # half a surrogate pair cannot be written
            key = key.encode("utf-8", "replace").decode()
        if isinstance(value, dict) and depth:
            _flatten(value, f"{prefix}{key}.", flat, depth - 1)
        elif isinstance(value, (dict, list)):
            flat[prefix + key] = json.dumps(value, ensure_ascii=False)
        elif value is not None:
            flat[prefix + key] = value


def _column(values: list[Any]) -> pa.Array:
    """Make the narrowest column that holds all values: boolean, whole numbers, numbers, else text."""
    forms = {type(value) for value in values if value is not None}
    missing = np.fromiter((value is None for value in values), bool, len(values))
    if not forms:
        return pa.nulls(len(values))
    if forms == {bool}:
        return to_arrow(np.array([bool(value) for value in values], bool), missing)
    if forms == {int} and all(abs(value) < 2**63 for value in values if value is not None):
        return to_arrow(np.array([value or 0 for value in values], np.int64), missing)
    if forms <= {int, float} and all(abs(value) < EXACT for value in values if isinstance(value, int)):
        return to_arrow(np.array([value or 0 for value in values], np.float64), missing)
    return text_array([value if value is None or isinstance(value, str) else json.dumps(value) for value in values])
