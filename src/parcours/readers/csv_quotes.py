"""Proves in one pass over the bytes that every quote of a block of CSV opens or closes a field as it should.

A reader that meets one lost quote swallows the rows up to the next quote. Here a block with a quote that is not
provably in order is left to ``csv_scan``, which reads record by record.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parcours.readers.csv_dialect import FIELD_BYTES, FIELD_LINES, Dialect

Int64s = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
NEWLINE = 10


@dataclass(frozen=True, slots=True)
class Clean:
    """A block that a plain CSV parser may read. ``quotes``: it has any; ``multiline``: some span lines."""

    quotes: bool
    multiline: bool


def prove(data: bytes, last: bool, dialect: Dialect) -> tuple[int, Clean] | None:
    """Return where ``data`` can be cut and that it is clean up to there, or None where that cannot be proved."""
    if not last and data.rfind(b"\n") < 0:
        return 0, Clean(False, False)
    if b"\x00" in data:
        return None
    if dialect.quote is None or dialect.quote not in data:
        return (len(data) if last else data.rfind(b"\n") + 1), Clean(False, False)
    view = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(view == dialect.quote[0])
    stop = len(data) if last else _last_even_newline(data, quotes)
    if stop is None:
        return None
    quotes = quotes[: int(np.searchsorted(quotes, stop))]
    if len(quotes) % 2 or not _in_order(view, quotes, stop, dialect):
        return None
    opens, closes = quotes[0::2], quotes[1::2]
    newlines = np.flatnonzero(view[:stop] == NEWLINE)
    inside = np.searchsorted(newlines, closes) - np.searchsorted(newlines, opens)
    spanning = np.flatnonzero(inside)
    if not len(spanning):
        return stop, Clean(len(quotes) > 0, False)
    long = (inside > FIELD_LINES).any() or (closes - opens > FIELD_BYTES).any()
    delimiters = np.flatnonzero(view[:stop] == dialect.delimiter[0])
    if long or _swallows_a_row(data[:stop], quotes, newlines, delimiters, dialect):
        return None
    # A record of several lines that has not its fields is taken apart again, and that may need what comes next.
    if not _have_their_fields(stop, opens[spanning], quotes, newlines, delimiters, len(dialect.names)):
        return None
    return stop, Clean(True, True)


def record_lines(data: bytes, line: int, clean: Clean, dialect: Dialect) -> tuple[Int64s, int]:
    """Return the line on which each record of a clean block starts, and the number of blank lines in it."""
    view = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(view == NEWLINE)
    starts = np.concatenate(([0], ends + 1))
    if starts[-1] == len(data):
        starts = starts[:-1]
    else:
        ends = np.append(ends, len(data))
    lengths = ends - starts
    returns = np.flatnonzero(lengths == 1)
    lengths[returns] -= view[starts[returns]] == 13
    begins = np.ones(len(starts), bool)
    if clean.multiline and dialect.quote is not None:
        quotes = np.flatnonzero(view == dialect.quote[0])
        begins = np.searchsorted(quotes, starts) % 2 == 0
    blank = begins & (lengths == 0)
    return np.flatnonzero(begins & ~blank) + line, int(blank.sum())


def _last_even_newline(data: bytes, quotes: Int64s) -> int | None:
    """Find the last line end outside quotes, as far as a quoted field may reach back."""
    stop = len(data)
    for _line in range(FIELD_LINES + 1):
        stop = data.rfind(b"\n", 0, stop)
        if stop < 0:
            return None
        if np.searchsorted(quotes, stop) % 2 == 0:
            return stop + 1
    return None


def _in_order(view: Bytes, quotes: Int64s, stop: int, dialect: Dialect) -> bool:
    """Even quotes follow a delimiter, a line end or the quote before; odd quotes stand before one of these."""
    if not len(quotes):
        return True
    delimiter = dialect.delimiter[0]
    opens, closes = quotes[0::2], quotes[1::2]
    doubled = np.flatnonzero(opens[1:] == closes[:-1] + 1)
    before = view[np.maximum(opens - 1, 0)]
    opening = (opens == 0) | (before == delimiter) | (before == NEWLINE)
    opening[doubled + 1] = True
    after = view[np.minimum(closes + 1, stop - 1)]
    following = view[np.minimum(closes + 2, stop - 1)]
    at_end = closes + 1 >= stop
    closing = at_end | (after == delimiter) | (after == NEWLINE) | ((after == 13) & (following == NEWLINE))
    closing[doubled] = True
    return bool(opening.all() and closing.all())


def _have_their_fields(
    stop: int, opens: Int64s, quotes: Int64s, newlines: Int64s, delimiters: Int64s, count: int
) -> bool:
    """Have the records that hold the quotes at ``opens`` as many fields as there are columns?"""
    delimiters = delimiters[np.searchsorted(quotes, delimiters) % 2 == 0]
    ends = newlines[np.searchsorted(quotes, newlines) % 2 == 0]
    bounds = np.concatenate(([0], ends + 1, [stop]))
    fields = np.diff(np.searchsorted(delimiters, bounds)) + 1
    records = np.searchsorted(bounds, opens, side="right") - 1
    return bool((fields[records] == count).all())


def _swallows_a_row(data: bytes, quotes: Int64s, newlines: Int64s, delimiters: Int64s, dialect: Dialect) -> bool:
    """Is a line that begins inside quotes a row by itself? Only those with enough delimiters are looked at."""
    inside = np.flatnonzero(np.searchsorted(quotes, newlines) % 2)
    starts, ends = newlines[inside] + 1, np.append(newlines, len(data))[inside + 1]
    found = np.searchsorted(delimiters, ends) - np.searchsorted(delimiters, starts)
    likely = np.flatnonzero(found >= len(dialect.names) - 1)
    spans = zip(starts[likely].tolist(), ends[likely].tolist(), strict=True)
    return any(dialect.is_row(data[start:end]) for start, end in spans)
