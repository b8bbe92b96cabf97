"""Passes values between numpy and Arrow through their buffers.

``pa.array``, ``pa.scalar`` and ``to_numpy`` import pandas where it is installed, which costs a second at the start
of every process; these do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bools = npt.NDArray[np.bool_]

_FORMS = {np.dtype(np.int64): pa.int64(), np.dtype(np.int32): pa.int32(), np.dtype(np.float64): pa.float64()}


def _bitmap(values: Bools) -> pa.Buffer:
    return pa.py_buffer(np.packbits(values, bitorder="little"))


def to_arrow(values: npt.NDArray[Any], missing: Bools | None = None) -> pa.Array:
    """Make an Arrow array of int32, int64, float64 or bool values, null where ``missing``."""
    validity = None if missing is None or not missing.any() else _bitmap(~missing)
    if values.dtype == np.bool_:
        return pa.Array.from_buffers(pa.bool_(), len(values), [validity, _bitmap(values)])
    data = pa.py_buffer(np.ascontiguousarray(values))
    return pa.Array.from_buffers(_FORMS[values.dtype], len(values), [validity, data])


def text_array(texts: Sequence[str | None]) -> pa.Array:
    """Make an Arrow string array."""
    plain = [text or "" for text in texts]
    lengths = np.fromiter(map(len, plain), np.int32, len(plain))
    data = "".join(plain).encode("utf-8", "replace")
    if len(data) != lengths.sum():  # some character takes more than one byte
        lengths = np.fromiter((len(text.encode("utf-8", "replace")) for text in plain), np.int32, len(plain))
    offsets = np.zeros(len(plain) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    validity = _bitmap(np.array([text is not None for text in texts], bool)) if None in texts else None
    return pa.Array.from_buffers(pa.string(), len(plain), [validity, pa.py_buffer(offsets), pa.py_buffer(data)])


def known(values: pa.Array) -> Bools:
    """Return which values are not null."""
    if values.null_count == 0:
        return np.ones(len(values), bool)
    validity = values.buffers()[0]
    if validity is None:  # the null type, or a union: all or none
        return np.zeros(len(values), bool)
    return _bits(validity, values.offset, len(values))


def to_numpy(values: pa.Array, missing: Any = None) -> npt.NDArray[Any]:
    """Return int, float or bool values, with ``missing`` in place of nulls (a read-only view where there are none)."""
    data = values.buffers()[1]
    if pa.types.is_boolean(values.type):
        found: npt.NDArray[Any] = np.zeros(0, bool) if data is None else _bits(data, values.offset, len(values))
    else:
        width = np.dtype(values.type.to_pandas_dtype())
        found = (
            np.zeros(0, width)
            if data is None
            else np.frombuffer(data, width, count=values.offset + len(values))[values.offset :]
        )
    if values.null_count:
        found = np.where(known(values), found, np.asarray(missing, found.dtype))
    return found


def _bits(buffer: pa.Buffer, offset: int, count: int) -> Bools:
    packed = np.frombuffer(buffer, np.uint8)
    return np.unpackbits(packed, count=offset + count, bitorder="little")[offset:].astype(bool)


def shown(values: pa.Array) -> list[str]:
    """Return values as texts for a person: missing ones empty, times as ISO 8601."""
    if pa.types.is_timestamp(values.type):
        micros = to_numpy(values.cast(pa.timestamp("us", values.type.tz), safe=False).cast(pa.int64()), 0)
        texts = np.datetime_as_string(micros.view("M8[us]"), unit="s").tolist()
        return [text if there else "" for text, there in zip(texts, known(values).tolist(), strict=True)]
    if pa.types.is_date(values.type):
        return shown(values.cast(pa.timestamp("us")))
    return ["" if value is None else str(value) for value in values.to_pylist()]
