"""An .xlsx file as sheets of cells: an archive of XML, read within bounds and trusted in nothing."""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from parcours.language.translation import _
from parcours.mapdoc.formats.workbook.cells import Cell
from parcours.mapdoc.source import Spot, Unreadable

MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 20_000, 200, 400_000
_UNPACKED, _PARTS = 128 << 20, 2_000
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_COMPOUND = b"\xd0\xcf\x11\xe0"
_TRUE = ("1", "true", "on")


@dataclass
class Grid:
    """A sheet: its cells by (row, column), both from 1."""

    title: str
    cells: dict[Spot, Cell] = field(default_factory=dict)


@dataclass
class Book:
    """A workbook: its sheets in their order, and whether its days count from 1904."""

    grids: list[Grid]
    from_1904: bool


def read_book(raw: bytes) -> Book:
    """Read every sheet of a workbook. Raises Unreadable where it is none, is damaged, or is larger than any map."""
    return _Package(raw).book()


def column_letters(column: int) -> str:
    """Return the letters of a column: 1 is A, 28 is AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class _Package:
    def __init__(self, raw: bytes) -> None:
        if raw.startswith(_COMPOUND):
            raise _refused(
                _("This workbook is protected by a password, or of the old form (.xls)."),
                _("Open it and save it as .xlsx without a password."),
            )
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(raw))
        except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError):
            raise _damaged() from None
        listed = self.zip.infolist()
        if len(listed) > _PARTS or sum(part.file_size for part in listed) > _UNPACKED:
            raise _refused(_("The workbook unpacks to far more than a map."), _("A map takes less than one megabyte."))
        self.names = {part.filename.lower(): part.filename for part in listed}

    def book(self) -> Book:
        main = next(iter(self.relations("").get("officeDocument", {}).values()), "xl/workbook.xml")
        if main.lower() not in self.names:
            raise _refused(
                _("This is a ZIP archive and no workbook."), _("Save it from Excel or LibreOffice as .xlsx.")
            )
        found: list[tuple[str, str]] = []
        system: list[bool] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "sheet":
                found.append((attributes.get("name", ""), attributes.get("id", "")))
            elif tag == "workbookPr":
                system.append(attributes.get("date1904", "0") in _TRUE)

        self.parse(main, start)
        relations = self.relations(main)
        texts = [text for part in relations.get("sharedStrings", {}).values() for text in self.texts(part)]
        sheets = relations.get("worksheet", {})
        grids = [self.grid(name, sheets[own], texts) for name, own in found if own in sheets]
        return Book(grids, any(system))

    def parse(
        self,
        part: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] = lambda _tag: None,
        text: Callable[[str], None] = lambda _text: None,
    ) -> None:
        """Read one XML part; names come without their prefixes; document types and entities are refused."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = lambda tag, attributes: start(
            _plain(tag), {_plain(name): value for name, value in attributes.items()}
        )
        parser.EndElementHandler = lambda tag: end(_plain(tag))
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = lambda *_args: _refuse_entities()
        parser.EntityDeclHandler = lambda *_args: _refuse_entities()
        name = self.names.get(part.lower().lstrip("/"))
        if name is None:
            raise _damaged()
        try:
            parser.Parse(self.zip.read(name), True)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error, RuntimeError):
            raise _damaged() from None
        except (expat.ExpatError, LookupError, ValueError):
            raise _damaged() from None

    def relations(self, part: str) -> dict[str, dict[str, str]]:
        """Return the parts that ``part`` refers to, by kind and id; "" stands for the package itself."""
        folder, name = posixpath.split(part)
        listed = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, dict[str, str]] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                whole = target if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                kind = attributes.get("Type", "").rpartition("/")[2]
                found.setdefault(kind, {})[attributes.get("Id", "")] = whole.lstrip("/")

        if listed.lower() in self.names:
            self.parse(listed, start)
        return found

    def texts(self, part: str) -> list[str]:
        """Read the table of shared texts; rich text as plain text, without its phonetic reading."""
        table: list[str] = []
        reader = _TextReader()

        def end(tag: str) -> None:
            reader.end(tag)
            if tag == "si":
                table.append(reader.taken())

        self.parse(part, reader.start, end, reader.text)
        return table

    def grid(self, title: str, part: str, texts: list[str]) -> Grid:
        """Read one sheet. Raises Unreadable for cells beyond the bounds of any map."""
        grid = Grid(title)
        reader = _TextReader()
        at: list[Spot] = [(0, 0)]
        kind = [""]

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "row":
                at[0] = (int(attributes.get("r", at[0][0] + 1)), 0)
            elif tag == "c":
                reference = _REFERENCE.fullmatch(attributes.get("r", ""))
                at[0] = (int(reference[2]), _column_number(reference[1])) if reference else (at[0][0], at[0][1] + 1)
                kind[0] = attributes.get("t", "n")
                reader.taken()
            reader.start("t" if tag == "v" else tag, attributes)

        def end(tag: str) -> None:
            reader.end("t" if tag == "v" else tag)
            if tag == "c":
                value = _value(kind[0], reader.taken(), texts)
                if value is not None:
                    grid.cells[at[0]] = value
                    if at[0][0] > MOST_ROWS or at[0][1] > MOST_COLUMNS or len(grid.cells) > MOST_CELLS:
                        raise _refused(
                            _("The sheet “{sheet}” goes on beyond {rows} rows or {columns} columns.").format(
                                sheet=title, rows=MOST_ROWS, columns=MOST_COLUMNS
                            ),
                            _("Remove what lies outside of the table."),
                        )

        self.parse(part, start, end, reader.text)
        return grid


class _TextReader:
    """Gathers the text of ``t`` elements that do not stand inside a phonetic reading."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.wanted = False
        self.reading = 0

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        if tag == "t":
            self.wanted = not self.reading
        elif tag == "rPh":
            self.reading += 1

    def end(self, tag: str) -> None:
        if tag == "t":
            self.wanted = False
        elif tag == "rPh":
            self.reading -= 1

    def text(self, text: str) -> None:
        if self.wanted:
            self.pieces.append(text)

    def taken(self) -> str:
        text, self.pieces = "".join(self.pieces), []
        return text


def _value(kind: str, text: str, texts: list[str]) -> Cell:
    if not text:
        return None
    if kind == "s":
        place = int(text) if text.isdigit() else -1
        if not 0 <= place < len(texts):
            raise _damaged()
        return _unescaped(texts[place])
    if kind == "n":
        number = float(text)
        return int(number) if number.is_integer() and abs(number) <= 2**53 else number
    if kind == "b":
        return text in _TRUE
    return _unescaped(text)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _plain(name: str) -> str:
    return name.rpartition(":")[2]


def _refused(message: str, right: str) -> Unreadable:
    return Unreadable((1, 1), message, right)


def _damaged() -> Unreadable:
    return _refused(_("The workbook is damaged or cut off."), _("Copy it again, or open it in Excel and save it anew."))


def _refuse_entities() -> NoReturn:
    message = _("The file declares {construct}, which is refused for safety.").format(construct="<!DOCTYPE>")
    raise _refused(message, _("A workbook as Excel or LibreOffice writes it."))
