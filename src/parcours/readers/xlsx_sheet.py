"""Reads the rows of a worksheet as a stream: every value as text, every flaw with its cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from parcours.language.errors import InputError, Place
from parcours.language.translation import _
from parcours.readers.xlsx_package import LONGEST_CELL, Package, Sheet, Workbook, unescaped

MOST_COLUMNS, MOST_ROWS, MOST_MERGED = 16_384, 1_048_576, 100_000
"""What Excel itself allows; the last is ours."""
ROWS, PIECE_CHARACTERS = 20_000, 8 << 20

Flaw = Literal["cell_error", "formula_uncomputed", "line_too_long"]
_MERGED = re.compile(
    rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([A-Za-z]{1,3})(\d{1,7}):([A-Za-z]{1,3})(\d{1,7})["']"""
)
_DAY = 86_400_000


@dataclass(slots=True)
class Rows:
    """Some rows in file order: Excel's number of each, its texts by column from 0, and the flaws of its cells.

    ``flaws`` are (place in ``numbers``, column, what is wrong, what stands there). ``empty`` counts rows without
    content; ``share`` is how much of the sheet has been read, 0..1.
    """

    numbers: list[int]
    cells: list[dict[int, str]]
    flaws: list[tuple[int, int, Flaw, str]]
    empty: int
    share: float


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells that were merged into one, whose value stands in the first; columns count from 0, rows as Excel does."""

    column: int
    last_column: int
    first_row: int
    last_row: int


def column_number(letters: str) -> int:
    """Return the number of a column from 0: A is 0, XFD 16,383."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    """Return the letters of a column that is numbered from 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class SheetReader:
    """One worksheet; ``rows`` may be asked for several times and reads from the start each time."""

    def __init__(
        self, package: Package, workbook: Workbook, sheet: Sheet, texts: list[str], line_limit: int = 16 << 20
    ) -> None:
        self.line_limit = line_limit
        self.package = package
        self.workbook = workbook
        self.sheet = sheet
        self.texts = texts
        self.place = f"{package.file} [{sheet.name}]"

    def over(self, package: Package) -> SheetReader:
        """Return a reader of the same sheet over a package that was opened anew."""
        return SheetReader(package, self.workbook, self.sheet, self.texts, self.line_limit)

    def rows(self, most: int = ROWS) -> Iterator[Rows]:
        """Yield the rows with content, ``most`` at a time or fewer where they are wide."""
        parse = _Parse(self, most)
        parser = parse.parser
        for data, parse.share in self.package.chunks(self.sheet.part):
            self.package.feed(parser, data, last=False)
            yield from parse.finished()
        self.package.feed(parser, b"", last=True)
        parse.cut(1.0)
        yield from parse.finished()

    def merged(self) -> list[Merged]:
        """Return the merged cells. They stand behind the rows, so the part is read to its end."""
        found: list[Merged] = []
        tail, inside = b"", False
        for data, _share in self.package.chunks(self.sheet.part):
            data = tail + data
            if not inside:
                at = data.rfind(b"mergeCells")
                if at < 0:
                    tail = data[-16:]
                    continue
                inside, data = True, data[data.find(b"mergeCells") :]
            end = 0
            for match in _MERGED.finditer(data):
                end = match.end()
                left, right = (column_number(letters.decode()) for letters in (match[1], match[3]))
                found.append(Merged(left, right, int(match[2]), int(match[4])))
                if len(found) > MOST_MERGED:
                    raise self.refuse(_("More than {n} cells are merged.").format(n=MOST_MERGED))
            tail = data[max(end, len(data) - 200) :]
        return found

    def refuse(self, message: str, row: int | None = None) -> InputError:
        """Return an error about this sheet."""
        return InputError(message, place=Place(self.place, row), expected=_("Save the table alone in a new workbook."))


class _Parse:
    """Collects rows while expat reads."""

    def __init__(self, reader: SheetReader, most: int) -> None:
        self.reader = reader
        self.most = most
        self.limit = reader.line_limit
        self.share = 0.0
        self.numbers: list[int] = []
        self.cells: list[dict[int, str]] = []
        self.flaws: list[tuple[int, int, Flaw, str]] = []
        self.empty = 0
        self.size = 0
        self._done: list[Rows] = []
        self.parser = reader.package.parser()
        self.parser.ordered_attributes = True
        self._set_handlers()

    def finished(self) -> Iterator[Rows]:
        """Give the pieces that are full."""
        done, self._done = self._done, []
        yield from done

    def cut(self, share: float) -> None:
        """End a piece here: after so many rows or so much text, wherever the XML happened to be cut."""
        self._done.append(Rows(self.numbers, self.cells, self.flaws, self.empty, share))
        self.numbers, self.cells, self.flaws, self.empty, self.size = [], [], [], 0, 0

    def add(self, number: int, row: dict[int, str], flaws: list[tuple[int, Flaw, str]], size: int) -> None:
        """Take up one row."""
        if size > self.limit:
            row, flaws, size = {}, [(-1, "line_too_long", "")], 0
        if not row and not flaws:
            self.empty += 1
            return
        self.flaws += [(len(self.numbers), *flaw) for flaw in flaws]
        self.numbers.append(number)
        self.cells.append(row)
        self.size += size + 50
        if len(self.numbers) >= self.most or self.size >= PIECE_CHARACTERS:
            self.cut(self.share)

    def _set_handlers(self) -> None:
        """Closures, as they run a million times."""
        reader, texts, known = self.reader, self.reader.texts, len(self.reader.texts)
        dates, from_1904 = self.reader.workbook.date_styles, self.reader.workbook.from_1904
        columns: dict[str, int] = {}
        plain: dict[str, str] = {}
        row: dict[int, str] = {}
        pieces: list[str] = []
        flaws: list[tuple[int, Flaw, str]] = []
        number, column, style, form = 0, -1, 0, "n"
        inside = computed = valued = phonetic = False
        formula = ""
        size = length = 0

        def column_of(reference: str) -> int:
            letters = reference.rstrip("0123456789")
            place = columns.get(letters)
            if place is None:
                if not letters.isascii() or not letters.isalpha() or len(letters) > 3:
                    raise reader.refuse(_("A cell lies beyond the last column that a sheet can have."), number)
                place = columns[letters] = column_number(letters)
            return place

        def start(tag: str, attributes: list[str]) -> None:
            nonlocal number, column, style, form, computed, valued, inside, phonetic
            name = plain.get(tag) or plain.setdefault(tag, tag.rpartition(":")[2])
            if name == "c":
                column, style, form = column + 1, 0, "n"
                for place in range(0, len(attributes), 2):
                    key = attributes[place]
                    if key == "r":
                        column = column_of(attributes[place + 1])
                    elif key == "t":
                        form = attributes[place + 1]
                    elif key == "s" and attributes[place + 1].isdigit():
                        style = int(attributes[place + 1])
                if column >= MOST_COLUMNS:
                    raise reader.refuse(_("A cell lies beyond the last column that a sheet can have."), number)
                computed = valued = False
            elif name == "v":
                inside = valued = True
            elif name == "t":
                inside = not phonetic
            elif name == "f":
                inside = computed = True
            elif name == "rPh":
                phonetic = True
            elif name == "row":
                column, before = -1, number
                number += 1
                for place in range(0, len(attributes), 2):
                    if attributes[place] == "r" and attributes[place + 1].isdigit():
                        number = int(attributes[place + 1][:9])
                if not before < number <= MOST_ROWS:
                    raise reader.refuse(_("The rows of the sheet are not in order."), number)
                self.empty += number - before - 1

        def end(tag: str) -> None:
            nonlocal inside, phonetic, row, formula, pieces, flaws, size
            name = plain[tag]
            if name == "v" or name == "t":
                inside = False
            elif name == "c":
                value = "".join(pieces) if pieces else ""
                if pieces:
                    pieces = []
                if form == "s":
                    place = int(value) if value.isdigit() else known
                    if place >= known:
                        if value:
                            raise reader.package.damaged(value)
                        return
                    value = texts[place]
                elif computed and not (value or (valued and form == "str")):
                    flaws.append((column, "formula_uncomputed", f"={formula}"))
                    return
                elif form == "n":
                    value = _date_text(value, from_1904) if style in dates else _number_text(value)
                elif form == "e":
                    flaws.append((column, "cell_error", value))
                    return
                elif form == "b":
                    value = "true" if value.strip() == "1" else "false" if value else ""
                elif value:
                    value = unescaped(value)
                if value:
                    size += len(value) if len(value) <= LONGEST_CELL else self.limit + 1
                    if size <= self.limit:
                        row[column] = value
            elif name == "f":
                inside, formula, pieces = False, "".join(pieces)[:200], []
            elif name == "rPh":
                phonetic = False
            elif name == "row":
                self.add(number, row, flaws, size)
                row, flaws, size = {}, [], 0

        def text(data: str) -> None:
            nonlocal length
            if inside:
                length = length + len(data) if pieces else len(data)
                if length <= LONGEST_CELL + len(data):  # enough to see that it is too long
                    pieces.append(data)

        self.parser.StartElementHandler = start
        self.parser.EndElementHandler = end
        self.parser.CharacterDataHandler = text


@lru_cache(maxsize=1 << 16)
def _number_text(value: str) -> str:
    """Write a number as short as possible: 12.0 and 1.2E1 are 12; ids of up to 15 digits stay whole."""
    if value.isdigit():
        return value
    try:
        number = float(value)
    except ValueError:
        return value.strip()
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(number)


@lru_cache(maxsize=1 << 16)
def _date_text(value: str, from_1904: bool) -> str:
    """Write a serial date as ISO 8601, to the millisecond as Excel does; one below 1 is a time of day.

    The 1900 system takes 1900 for a leap year: serials before 1 March 1900 are one day off (ECMA-376, 18.17.4.1).
    """
    try:
        serial = float(value)
        days, millis = divmod(round(serial * _DAY), _DAY)
    except (ValueError, OverflowError):
        return value.strip()
    moment = timedelta(milliseconds=millis)
    leap = datetime(1899, 12, 30) if serial >= 60 else datetime(1899, 12, 31)
    start = datetime(1904, 1, 1) if from_1904 else leap
    if days < 0 or days > 2_957_003:
        return _number_text(value)
    if days == 0:
        return str((start + moment).time())
    when = start + timedelta(days=days) + moment
    return when.isoformat(" ", "milliseconds" if when.microsecond else "seconds")
