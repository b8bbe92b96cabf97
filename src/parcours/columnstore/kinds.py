"""One property, several kinds: what they become together, and how their values are written then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parcours.engine.table import NO_TIME, Kind
from parcours.readers.arrays import known, text_array, to_arrow, to_numpy
from parcours.readers.kinds import FALSE, ISO_TIME, TRUE, read_numbers
from parcours.readers.times import TimeRules, read_times

ARROW = {
    "text": pa.string(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "time": pa.timestamp("us", "UTC"),
}
_EXACT = float(1 << 53)


def joint_kind(kinds: Iterable[Kind]) -> Kind:
    """Return the kind that holds values of all ``kinds``: the one kind there is, else text."""
    distinct = set(kinds)
    return distinct.pop() if len(distinct) == 1 else "text"


def kind_of(column: pa.DataType) -> Kind:
    """Return our kind of an Arrow type that a batch may hold."""
    if pa.types.is_boolean(column):
        return "boolean"
    if pa.types.is_timestamp(column):
        return "time"
    return "number" if pa.types.is_floating(column) or pa.types.is_integer(column) else "text"


def as_text(values: Any) -> Any:
    """Return values of any kind as text: whole numbers without a point, true and false, ISO 8601 times in UTC."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        return values.cast(kind.value_type)
    if pa.types.is_boolean(kind):
        return pc.if_else(values, "true", "false")
    if pa.types.is_timestamp(kind):
        text = pc.strftime(values.cast(pa.timestamp("us")), format="%Y-%m-%dT%H:%M:%S")
        return pc.binary_join_element_wise(pc.replace_substring_regex(text, r"\.0+$", ""), "Z", "")
    if pa.types.is_floating(kind):
        whole = pc.and_(pc.equal(values, pc.trunc(values)), pc.less_equal(pc.abs(values), _EXACT))
        integers = pc.if_else(whole, values, 0.0).cast(pa.int64()).cast(pa.string())
        return pc.if_else(whole, integers, values.cast(pa.string()))
    return values.cast(pa.string())


def alike(texts: Any, kinds: Iterable[Kind]) -> Any:
    """Return texts as ``as_text`` writes what a reader makes of them where all of their column is of one of ``kinds``.

    One word makes a column text, and so ``1,50`` there and 1.5 in an earlier export can be the same value. What says
    that a value is missing becomes null; times without a zone are taken for UTC.
    """
    texts = result = texts.cast(pa.string())
    for kind in kinds:
        if kind == "number":
            read, misfit = read_numbers(texts, decimal_comma=True)
            fits = known(texts) if misfit is None else known(texts) & ~misfit
        elif kind == "boolean":
            plain = pc.utf8_lower(pc.utf8_trim_whitespace(texts))
            read, said = pc.is_in(plain, text_array(TRUE)), pc.is_in(plain, text_array((*TRUE, *FALSE)))
            fits = to_numpy(said)
        elif kind == "time":
            iso = pc.if_else(pc.match_substring_regex(texts, ISO_TIME), texts, text_array([None])[0])
            moments = read_times(iso, TimeRules()).time_us
            fits = moments != NO_TIME
            read = to_arrow(moments, ~fits).cast(ARROW["time"])
        else:
            continue
        result = pc.if_else(to_arrow(fits), as_text(read), result)
    return result


def numbers(values: Any) -> npt.NDArray[np.float64]:
    """Return a number column as float64, NaN where missing."""
    return to_numpy(values.cast(pa.float64()), np.nan)


def booleans(values: Any) -> npt.NDArray[np.int8]:
    """Return a boolean column as int8: 0, 1, and -1 where missing."""
    return to_numpy(values.cast(pa.int8()), -1)


def times(values: Any) -> npt.NDArray[np.int64]:
    """Return a time column as int64 microseconds UTC, ``NO_TIME`` where missing."""
    return to_numpy(values.cast(pa.int64()), NO_TIME)
