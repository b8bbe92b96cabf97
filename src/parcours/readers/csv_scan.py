"""Reads doubtful CSV record by record: exact about lines, and one bad line never costs its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parcours.language.errors import shorten
from parcours.language.translation import _
from parcours.readers.batch import BadRow
from parcours.readers.csv_dialect import FIELD_BYTES, FIELD_LINES, Dialect
from parcours.readers.lines import LONG_LINE, long_line


@dataclass(frozen=True, slots=True)
class Scanned:
    """The good records of a block, clean enough for a plain parser, with the line of each."""

    data: bytes
    line: npt.NDArray[np.int64]
    bad: tuple[BadRow, ...]
    blank: int


def scan(data: bytes, line: int, last: bool, dialect: Dialect, file: str, limit: int) -> tuple[int, Scanned]:
    """Scan ``data``, whose first line has number ``line``; return how far whole records reach and what they are.

    Rules: a quoted field must be followed by a delimiter or a line end, within ``FIELD_BYTES`` and
    ``FIELD_LINES``, and its later lines may not be rows of their own; otherwise its first line alone is bad
    (``quote_unclosed``) and the next line starts a new record. A quote inside a plain field is a character.
    """
    scanner = _Scanner(data, line, last, dialect, file, limit)
    scanner.run()
    return scanner.stop, Scanned(
        b"\n".join((*scanner.good, b"")), np.array(scanner.numbers, np.int64), tuple(scanner.bad), scanner.blank
    )


class _Scanner:
    def __init__(self, data: bytes, line: int, last: bool, dialect: Dialect, file: str, limit: int) -> None:
        self.lines = data.split(b"\n")
        self.first, self.last, self.dialect, self.file, self.limit = line, last, dialect, file, limit
        self.whole = len(self.lines) if last and self.lines[-1] else len(self.lines) - 1
        self.valid = _is_utf8(data)
        self.good: list[bytes] = []
        self.numbers: list[int] = []
        self.bad: list[BadRow] = []
        self.blank = self.stop = 0
        self._size, self._nul = len(data), b"\x00" in data

    def run(self) -> None:
        """Read record after record, most of them by the number of their delimiters alone."""
        delimiter, wanted = self.dialect.delimiter, len(self.dialect.names) - 1
        quote = self.dialect.quote
        opening = delimiter if quote is None else delimiter + quote
        plain = self.valid and not self._nul and wanted > 0
        at = 0
        while at < self.whole:
            text = self.lines[at]
            if (
                plain
                and text.count(delimiter) == wanted
                and (quote is None or quote not in text or (opening not in text and not text.startswith(quote)))
            ):
                self._take(at, text)
                at += 1
                continue
            following = self._record(at)
            if following is None:
                break
            at = following
        self.stop = min(sum(map(len, self.lines[:at])) + at, self._size)

    def _record(self, at: int) -> int | None:
        """Read the record that starts at line ``at``; return the line after it, None where its end is not here."""
        text = self.lines[at].removesuffix(b"\r")
        if not text.strip():
            self.blank += 1
            return at + 1
        if text.startswith(LONG_LINE):
            self.bad.append(long_line(self.file, self.first + at, text, self.limit))
            return at + 1
        quote = self.dialect.quote
        if quote is None or quote not in text:
            self._judge(at, text, None if self.valid else self.dialect.split(text))
            return at + 1
        fields = self.dialect.split(text)
        if fields is not None:
            self._judge(at, text, fields)
            return at + 1
        joined = self._join(at)
        if isinstance(joined, int):
            return joined
        if joined is None:
            return None
        record, following = joined
        fields = self.dialect.split(record)
        if fields is None or len(fields) != len(self.dialect.names):
            self._unclosed(at)
            return at + 1
        self._judge(at, record, fields)
        return following

    def _join(self, at: int) -> tuple[bytes, int] | int | None:
        """Join the lines of a record with quoted line ends; an int is the line to resume at, after a lost quote."""
        size, place = len(self.lines[at]), at
        if not self._is_open(self.lines[at]):
            self._unclosed(at)
            return at + 1
        while True:
            place += 1
            if place >= self.whole and not self.last:
                return None
            lost = place >= self.whole or place - at > FIELD_LINES or size > FIELD_BYTES
            if lost or self.lines[place].startswith(LONG_LINE) or self.dialect.is_row(self.lines[place]):
                self._unclosed(at)
                return at + 1
            size += len(self.lines[place]) + 1
            if self.dialect.quote in self.lines[place]:  # type: ignore[operator]
                record = b"\n".join(self.lines[at : place + 1]).removesuffix(b"\r")
                if self.dialect.split(record) is not None:
                    return record, place + 1
                if not self._is_open(record):
                    self._unclosed(at)
                    return at + 1

    def _is_open(self, record: bytes) -> bool:
        """Does the record end inside a quoted field that began as it should?"""
        field, quote, start = self.dialect.one_field, self.dialect.quote or b"", 0
        while (found := field.match(record, start)) is not None:
            if not found.group(1):
                return False
            start = found.end()
        rest = record[start:]
        return rest.startswith(quote) and quote not in rest[1:].replace(quote * 2, b"")

    def _judge(self, at: int, record: bytes, fields: list[bytes] | None) -> None:
        """Take a record whose end is known, or say what is wrong in it."""
        count = record.count(self.dialect.delimiter) + 1 if fields is None else len(fields)
        names = self.dialect.names
        if not self.valid and not _is_utf8(record):
            place = next((place for place, field in enumerate(fields or ()) if not _is_utf8(field)), None)
            column = names[place] if place is not None and place < len(names) else None
            value = record if place is None or fields is None else fields[place]
            expected = _("text in the encoding of the file; see --encoding")
            self._bad(at, column, value, "encoding", expected, self._row(record, fields))
        elif b"\x00" in record:
            split = fields if fields is not None else record.split(self.dialect.delimiter)
            place = next((place for place, field in enumerate(split) if b"\x00" in field), 0)
            column = names[place] if place < len(names) else None
            self._bad(at, column, split[place], "nul_byte", _("text without NUL characters"), self._row(record, split))
        elif count != len(names):
            expected = _("{count} fields, as in the first line").format(count=len(names))
            self._bad(at, None, record, "field_count", expected, self._row(record, fields))
        else:
            self._take(at, record)

    def _take(self, at: int, record: bytes) -> None:
        self.good.append(record)
        self.numbers.append(self.first + at)

    def _unclosed(self, at: int) -> None:
        self._bad(at, None, self.lines[at], "quote_unclosed", _("a closing quote before the end of the field"))

    def _row(self, record: bytes, fields: list[bytes] | None) -> dict[str, str]:
        """Give the fields their columns; those beyond the last column stay with it, as they stand."""
        delimiter, names = self.dialect.delimiter, self.dialect.names
        parts = [self.dialect.text(field) for field in (record.split(delimiter) if fields is None else fields)]
        last = len(names) - 1
        parts[last:] = [delimiter.decode().join(parts[last:])]
        return {name: part.replace("\0", "") for name, part in zip(names, parts, strict=False)}

    def _bad(
        self, at: int, column: str | None, value: bytes, reason: str, expected: str, row: dict[str, str] | None = None
    ) -> None:
        text = shorten(value.decode("utf-8", "replace"), 200)
        self.bad.append(BadRow(self.file, self.first + at, column, text, reason, expected, row))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
