"""Reads Parquet piece by piece; nested values become JSON text."""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from parcours.language.errors import InputError, Place
from parcours.language.translation import _
from parcours.readers.arrays import text_array, to_numpy
from parcours.readers.kinds import EXACT
from parcours.readers.opening import GZIP, Opened, reading
from parcours.readers.options import SourceOptions
from parcours.readers.raw import Piece, Raw

ROWS = 1 << 17
UNPACKED_LIMIT, UNPACKED_TIMES = 1 << 30, 50
"""A .parquet.gz is unpacked to disk first: to at most 1 GB, or 50 times its size where that is more."""


class ParquetReader:
    """One Parquet file. The line of a row is its number, from 1."""

    texts_only = False
    decimal_comma = False
    fixed_roles: Mapping[str, str] = {}

    def __init__(self, options: SourceOptions) -> None:
        self.options = options
        self.file = options.name
        with self._opened() as table:
            self.columns = tuple(table.schema_arrow.names)
        if len(set(self.columns)) != len(self.columns):
            raise InputError(_("Two columns have the same name."), place=Place(self.file))

    def head(self) -> Raw:
        """Return the first rows."""
        for raw, _done in self._raws(list(self.columns), 20_000):
            return _plain(*raw)
        with self._opened() as table:
            schema = table.schema_arrow
        return _plain(pa.RecordBatch.from_arrays([pa.nulls(0, field.type) for field in schema], schema=schema), 1)

    def pieces(self, needed: frozenset[str], repeated: frozenset[str]) -> Iterator[Piece]:
        """Read the whole file in pieces of 131,072 rows."""
        size = self.options.path.stat().st_size
        for raw, share in self._raws([name for name in self.columns if name in needed], ROWS):
            yield Piece(partial(_plain, *raw), int(size * share))

    def _raws(self, columns: list[str], rows: int) -> Iterator[tuple[tuple[pa.RecordBatch, int], float]]:
        with self._opened() as table:
            total, done = max(1, table.metadata.num_rows), 0
            for batch in table.iter_batches(rows, columns=columns, use_threads=False):
                yield (batch, done + 1), (done + batch.num_rows) / total
                done += batch.num_rows

    @contextmanager
    def _opened(self) -> Iterator[pq.ParquetFile]:
        with reading(self.options.path):
            file = self._unpacked()
            try:
                yield pq.ParquetFile(file)
            # Arrow raises OSError with text and without errno for damaged pages.
            except (pa.ArrowException, OSError) as error:
                if isinstance(error, OSError) and error.errno is not None:
                    raise
                raise InputError(
                    _("The Parquet file is damaged or cut off."),
                    place=Place(self.file),
                    value=str(error).splitlines()[0] if str(error) else None,
                    expected=_("Write or copy it again."),
                ) from None
            finally:
                file.close()

    def _unpacked(self) -> IO[bytes]:
        file = self.options.path.open("rb")
        start = file.read(2)
        file.seek(0)
        if start != GZIP:
            return file
        file.close()
        limit = max(UNPACKED_LIMIT, UNPACKED_TIMES * self.options.path.stat().st_size)
        opened, target = Opened(self.options.path), tempfile.TemporaryFile()  # noqa: SIM115  the caller closes it
        try:
            written = 0
            while data := opened.read(1 << 22):
                written += len(data)
                if written > limit:
                    raise InputError(
                        _("The compressed file unpacks to more than {size} MB.").format(size=limit >> 20),
                        place=Place(self.file),
                        expected=_("Unpack it first."),
                    )
                target.write(data)
        except BaseException:
            target.close()
            raise
        finally:
            opened.close()
        target.seek(0)
        return target


def _plain(batch: pa.RecordBatch, first: int) -> Raw:
    columns = {name: plain_array(batch.column(place)) for place, name in enumerate(batch.schema.names)}
    return Raw(columns, np.arange(first, first + batch.num_rows, dtype=np.int64))


def plain_array(values: pa.Array) -> pa.Array:
    """Bring any Arrow column to text, a dictionary of texts, a number, boolean or time."""
    form = values.type
    if pa.types.is_dictionary(form):
        words = values.dictionary
        if _is_text(words.type) and not words.null_count:
            return pa.DictionaryArray.from_arrays(values.indices.cast(pa.int32()), words.cast(pa.string()))
        return plain_array(values.dictionary_decode())
    if _is_text(form):
        return values.cast(pa.string())
    if pa.types.is_decimal(form):
        return _decimals(values)
    kept = (pa.types.is_boolean, pa.types.is_integer, pa.types.is_floating, pa.types.is_timestamp, pa.types.is_date)
    if pa.types.is_null(form) or any(is_kept(form) for is_kept in kept):
        return values.cast(pa.float32()) if pa.types.is_float16(form) else values
    if pa.types.is_binary(form) or pa.types.is_large_binary(form) or pa.types.is_fixed_size_binary(form):
        return text_array([None if value is None else _bytes_text(value) for value in values.to_pylist()])
    if pa.types.is_nested(form):
        return text_array([None if value is None else _json(value) for value in values.to_pylist()])
    return text_array([None if value is None else str(value) for value in values.to_pylist()])


def _decimals(values: pa.Array) -> pa.Array:
    """Bring decimals to floats, or to text where floats would lose digits: databases give long ids as decimals."""
    numbers = values.cast(pa.float64())
    plain = to_numpy(numbers, 0.0)
    if (np.abs(plain) < EXACT).all():
        return numbers
    return pc.replace_substring_regex(values.cast(pa.string()), r"\.0+$", "")


def _is_text(form: pa.DataType) -> bool:
    return bool(pa.types.is_string(form) or pa.types.is_large_string(form) or form == pa.string_view())


def _bytes_text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return base64.b64encode(value).decode()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_bytes_or_text)


def _bytes_or_text(value: Any) -> str:
    return _bytes_text(value) if isinstance(value, bytes) else str(value)
