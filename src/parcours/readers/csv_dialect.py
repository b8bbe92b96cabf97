"""How a CSV file is written: delimiter, quote, number of fields, and what one of its rows looks like."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from functools import cached_property

from parcours.language.errors import InputError, Place
from parcours.language.translation import _
from parcours.readers.arrays import text_array
from parcours.readers.options import SourceOptions
from parcours.readers.times import NO_TIME, MixedDayOrderError, TimeRules, read_times

FIELD_BYTES, FIELD_LINES = 1 << 20, 1000
"""A quoted field that is longer has lost its closing quote."""


@dataclass(frozen=True)
class Dialect:
    """``names`` are the columns, unique and never empty; ``time_at`` is the place of the time column, once known."""

    delimiter: bytes
    quote: bytes | None
    names: tuple[str, ...]
    time_at: int | None = None
    rules: TimeRules = field(default_factory=TimeRules)

    @cached_property
    def one_field(self) -> re.Pattern[bytes]:
        """One field and what ends it: quoted without line end left open, or plain. Group 1 is its end."""
        delimiter = re.escape(self.delimiter)
        plain = rb"[^" + delimiter + rb"]*"
        if self.quote is None:
            return re.compile(rb"(?:" + plain + rb")(" + delimiter + rb"|\Z)", re.DOTALL)
        quote = re.escape(self.quote)
        quoted = quote + rb"[^" + quote + rb"]*(?:" + quote * 2 + rb"[^" + quote + rb"]*)*" + quote
        return re.compile(
            rb"(?:" + quoted + rb"|(?!" + quote + rb")" + plain + rb")(" + delimiter + rb"|\Z)", re.DOTALL
        )

    def split(self, record: bytes) -> list[bytes] | None:
        """Split a record without its line end into fields as they stand; None where a quote is out of order."""
        fields: list[bytes] = []
        start = 0
        while True:
            found = self.one_field.match(record, start)
            if found is None:
                return None
            fields.append(record[start : found.start(1)])
            if not found.group(1):
                return fields
            start = found.end()

    def text(self, field: bytes) -> str:
        """Return the text of a field without its quotes."""
        if self.quote is not None and field.startswith(self.quote):
            field = field[1:-1].replace(self.quote * 2, self.quote)
        return field.decode("utf-8", "replace")

    def is_row(self, line: bytes) -> bool:
        """Would this line, by itself, be a whole row with a readable time?"""
        if line.count(self.delimiter) < len(self.names) - 1:
            return False
        line = line.removesuffix(b"\r")
        fields = self.split(line)
        if fields is None:
            fields = line.split(self.delimiter)
        if len(fields) != len(self.names):
            return False
        tried = fields if self.time_at is None else [fields[self.time_at]]
        return any(self._is_time(self.text(field)) for field in tried)

    def _is_time(self, text: str) -> bool:
        if not re.search(r"\d", text) or len(text) > 80:
            return False
        try:
            return bool(read_times(text_array([text]), self.rules).time_us[0] != NO_TIME)
        except MixedDayOrderError:
            return True


def find_delimiter(text: str, options: SourceOptions) -> str:
    """Return the delimiter: the given one, the one of a ``sep=`` line, or the one that gives the steadiest rows."""
    if options.delimiter is not None:
        given = {"tab": "\t", "\\t": "\t"}.get(options.delimiter, options.delimiter)
        if len(given) != 1 or not given.isascii() or given in '"\n\r':
            raise InputError(
                _("The delimiter must be one ASCII character."),
                value=options.delimiter,
                expected=_("For example “;”, “,” or “tab”."),
            )
        return given
    first = re.match(r"sep=(.)\r?\n", text)
    if first is not None:
        return first[1]
    lines = text.splitlines()[:200]
    best, best_score = ",", (0.0, 0)
    for candidate in ("\t", ";", ",", "|"):
        rows = _rows("\n".join(lines), candidate)
        counts = [len(row) for row in rows if row]
        if not counts or counts[0] < 2:
            continue
        score = (round(sum(count == counts[0] for count in counts) / len(counts), 1), counts[0])
        if score > best_score:
            best, best_score = candidate, score
    return best


def _rows(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter))
    except csv.Error:
        return [line.split(delimiter) for line in text.splitlines()]


def find_quote(text: str, delimiter: str, options: SourceOptions) -> str | None:
    """Return the quote character: the given one (empty: none), else ``"``, or ``'`` where fields wear that."""
    if options.quote is not None:
        if len(options.quote) > 1 or not options.quote.isascii():
            raise InputError(_("The quote must be one ASCII character, or empty."), value=options.quote)
        return options.quote or None
    if '"' in text:
        return '"'
    edge = re.escape(delimiter)
    worn = len(re.findall(rf"(?:^|{edge})'[^'\n]*'(?={edge}|$)", text, re.MULTILINE))
    return "'" if worn > text.count("\n") / 2 and worn > 1 else '"'


def column_names(fields: list[str]) -> tuple[str, ...]:
    """Make headers unique and non-empty: a second ``date`` is ``date_2``, the empty third header ``column_3``."""
    names: list[str] = []
    for place, header in enumerate(fields, 1):
        wanted = header.strip() or f"column_{place}"
        name, number = wanted, 2
        while name in names:
            name, number = f"{wanted}_{number}", number + 1
        names.append(name)
    return tuple(names)


def refuse_empty(file: str) -> InputError:
    """Return the error for a file without any content."""
    return InputError(
        _("The file is empty."), place=Place(file), expected=_("A first line with the names of the columns.")
    )
