"""Cuts a stream of text into blocks of whole records, and bounds the length of a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from parcours.language.translation import _
from parcours.readers.batch import BadRow

Verdict = TypeVar("Verdict")

LONG_LINE = b"\x00\x00long:"
"""Stands, with the first bytes of it, for a line that is too long to be held."""


@dataclass(frozen=True, slots=True)
class Block(Generic[Verdict]):
    """Whole records of a text file: ``line`` is the number of the first line, ``bytes_done`` counts bytes on disk.

    ``data`` ends with a line end, except at the end of the file. ``verdict`` is what the cut found out about it.
    """

    data: bytes
    line: int
    bytes_done: int
    verdict: Verdict


Cut = Callable[[bytes, int, bool], tuple[int, Verdict]]
"""``cut(data, line, last)``: how many bytes of ``data`` are whole records (the others wait), and a verdict."""


def at_newline(data: bytes, _line: int, last: bool) -> tuple[int, None]:
    """Cut after the last line end."""
    return (len(data) if last else data.rfind(b"\n") + 1), None


def blocks_of(chunks: Iterable[tuple[bytes, int]], limit: int, cut: Cut[Verdict]) -> Iterator[Block[Verdict]]:
    """Join chunks and cut them at records. A line over ``limit`` bytes is replaced by ``LONG_LINE``, never held."""
    line, rest, skipping, done = 1, b"", False, 0
    for chunk, done in chunks:
        if skipping:
            end = chunk.find(b"\n")
            if end < 0:
                continue
            chunk, skipping = chunk[end:], False
        data, skipping = _without_long_lines(rest + chunk if rest else chunk, limit)
        rest = data
        while rest:
            stop, verdict = cut(rest, line, False)
            if not stop:
                break
            yield Block(rest[:stop], line, done, verdict)
            line += rest.count(b"\n", 0, stop)
            rest = rest[stop:]
    while rest:
        stop, verdict = cut(rest, line, True)
        yield Block(rest[:stop], line, done, verdict)
        line += rest.count(b"\n", 0, stop)
        rest = rest[stop:]


def _without_long_lines(data: bytes, limit: int) -> tuple[bytes, bool]:
    """Replace lines over ``limit`` bytes; True where the last one is not over yet."""
    if len(data) <= limit:
        return data, False
    parts, start, kept = [], 0, 0
    while len(data) - start > limit:
        end = data.rfind(b"\n", start, start + limit + 1) + 1
        if end:
            start = end
            continue
        end = data.find(b"\n", start + limit)
        parts += [data[kept:start], LONG_LINE, data[start : start + 60].replace(b"\n", b" ")]
        if end < 0:
            return b"".join(parts), True
        start = kept = end
        if end == len(data):
            break
    return b"".join([*parts, data[kept:]]) if parts else data, False


def long_line(file: str, line: int, text: bytes, limit: int) -> BadRow:
    """Return the bad row for a line that ``LONG_LINE`` stands for."""
    start = text[len(LONG_LINE) :].decode("utf-8", "ignore")
    expected = _("a line of at most {size} MB").format(size=f"{limit / (1 << 20):g}")
    return BadRow(file, line, None, f"{start}…", "line_too_long", expected)
