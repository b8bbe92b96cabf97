"""CSV with the place of every cell, as spreadsheets of both languages write it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from parcours.language.cells import bare, harmless
from parcours.language.translation import _
from parcours.mapdoc.source import MAX_VALUES, Spot, Unreadable, too_many

_HINT = re.compile(r"sep=(.)(\r\n|\r|\n)", re.IGNORECASE)
_QUOTES = re.compile(r'"((?:[^"]|"")*+)"')


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell and where it begins."""

    text: str
    spot: Spot


def read_table(text: str) -> list[list[Cell]]:
    """Read rows; the separator is a semicolon, comma or tab. Raises Unreadable for quotes that do not match."""
    return _Reader(text).rows()


def write_table(rows: Iterable[Sequence[str]], separator: str) -> str:
    """Write rows with the line ends of spreadsheets; nothing in them can run as a formula."""
    return "".join(separator.join(_quoted(harmless(cell), separator) for cell in row) + "\r\n" for row in rows)


def _quoted(text: str, separator: str) -> str:
    if any(sign in text for sign in (separator, '"', "\n", "\r")) or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text


def _doubled() -> str:
    return _("Write each quotation mark inside a cell twice.")


class _Reader:
    def __init__(self, text: str) -> None:
        hint = _HINT.match(text)
        self.line, self.start = (2, hint.end()) if hint else (1, 0)
        self.text = text
        self.at = self.start
        self.separator = hint[1] if hint else self.likely()
        self.end = re.compile(rf"[{re.escape(self.separator)}\r\n]")
        self.count = 0

    def likely(self) -> str:
        """Return the sign that parts the headings: the likeliest outside of quotation marks."""
        heading = re.sub(r'"[^"]*"', "", self.text[:20_000]).lstrip("\r\n").split("\n")[0]
        return max(";,\t", key=heading.count)

    def rows(self) -> list[list[Cell]]:
        rows: list[list[Cell]] = []
        while self.at < len(self.text):
            row = self.row()
            if any(cell.text.strip() for cell in row):
                rows.append(row)
        return rows

    def row(self) -> list[Cell]:
        row: list[Cell] = []
        while True:
            row.append(self.cell())
            sign = self.text[self.at : self.at + 1]
            self.at += 1
            if sign == self.separator:
                continue
            if sign == "\r" and self.text[self.at : self.at + 1] == "\n":
                self.at += 1
            self.line, self.start = self.line + 1, self.at
            return row

    def cell(self) -> Cell:
        spot = (self.line, self.at - self.start + 1)
        self.count += 1
        if self.count > MAX_VALUES:
            raise too_many(spot)
        if self.text[self.at : self.at + 1] == '"':
            return Cell(bare(self.inside_quotes(spot)), spot)
        end = self.end.search(self.text, self.at)
        found = self.text[self.at : end.start() if end else len(self.text)]
        self.at += len(found)
        return Cell(bare(found), spot)

    def inside_quotes(self, spot: Spot) -> str:
        match = _QUOTES.match(self.text, self.at)
        if match is None:
            raise Unreadable(spot, _("This quotation mark is never closed."), _doubled())
        self.at = match.end()
        for line_end in re.finditer(r"\r\n|\r|\n", match[0]):
            self.line, self.start = self.line + 1, match.start() + line_end.end()
        if self.text[self.at : self.at + 1] not in ("", self.separator, "\r", "\n"):
            here = (self.line, self.at - self.start + 1)
            raise Unreadable(here, _("Something follows the closing quotation mark."), _doubled())
        return re.sub(r"\r\n|\r", "\n", match[1].replace('""', '"'))
