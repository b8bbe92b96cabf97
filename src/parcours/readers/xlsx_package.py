"""Opens an Excel workbook as what it is, a ZIP archive of XML parts, and believes nothing it says about itself."""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn
from xml.parsers import expat

from parcours.language.errors import InputError, Place
from parcours.language.translation import _
from parcours.readers.opening import GZIP, reading
from parcours.readers.options import name_of

ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
CHUNK = 1 << 18
LIST_BYTES = 16 << 20
"""Longest list of contents of an archive: a workbook lists some dozens of parts in a few kilobytes."""
SMALL_PART = 32 << 20
UNPACKED, UNPACKED_TIMES = 256 << 20, 100
"""No part may unpack to more than 256 MB, or 100 times the file where that is more (usual are 5 to 20 times)."""
LONGEST_CELL = 1 << 16
"""Characters of one cell; Excel allows 32,767."""
TEXT_BYTES, TEXTS = 512 << 20, 8_000_000
"""Bounds of the table of shared texts, the only part that is held in memory as a whole."""

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_HIDDEN_DATES = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_BUILTIN_DATES = frozenset({*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)})
_DURATIONS = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet of a workbook: its name on the tab, the part that holds it, and whether its tab is hidden."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True)
class Workbook:
    """What holds for all sheets: their list, the date system, and which cell styles show a date."""

    sheets: tuple[Sheet, ...]
    from_1904: bool
    texts_part: str | None
    date_styles: frozenset[int]


def refuse_compound(path: Path) -> InputError:
    """Return the error for an OLE file: an encrypted workbook, or one of before 2007."""
    place = Place(name_of(path))
    with reading(path), path.open("rb") as file:
        mark = "EncryptedPackage".encode("utf-16-le")
        encrypted = any(mark in part for part in iter(lambda: file.read(1 << 22), b""))
    if encrypted:
        return InputError(
            _("The workbook is protected by a password."),
            place=place,
            expected=_("Open it in Excel and save it without the password."),
        )
    return InputError(
        _("This is a workbook of the old form (.xls), which is not read here."),
        place=place,
        expected=_("Open it in Excel or LibreOffice and save it as .xlsx."),
    )


def refuse_archive(path: Path, names: list[str]) -> InputError:
    """Return the error for an archive that is no Excel workbook."""
    if any(name.endswith("workbook.bin") for name in names) or "content.xml" in names:
        return InputError(
            _("This kind of spreadsheet is not read here."),
            place=Place(name_of(path)),
            expected=_("Save it as .xlsx or CSV."),
        )
    return InputError(
        _("This is a ZIP archive, which is not read here."), place=Place(name_of(path)), expected=_("Unpack it first.")
    )


class Package:
    """An opened workbook file. Close it when done; every part is read as a stream of bounded length."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = name_of(path)
        self.size = path.stat().st_size
        self._disk: IO[bytes] = path.open("rb")
        try:
            self._check_list()
            with self._damage():
                self._zip = zipfile.ZipFile(self._disk)
            self.names = {name.lower(): name for name in self._zip.namelist()}
        except BaseException:
            self._disk.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._zip.close()
        self._disk.close()

    def _check_list(self) -> None:
        """Look at the length of the list of contents before the library reads all of it into memory."""
        if self._disk.read(2) == GZIP:
            raise InputError(
                _("The workbook is compressed once more."), place=Place(self.file), expected=_("Unpack it first.")
            )
        self._disk.seek(max(0, self.size - (1 << 16) - 22))
        tail = self._disk.read()
        at = tail.rfind(b"PK\x05\x06")
        length = struct.unpack_from("<I", tail, at + 12)[0] if 0 <= at <= len(tail) - 22 else 0
        if at < 0 or (length > LIST_BYTES):
            raise self.damaged()
        self._disk.seek(0)

    def damaged(self, reason: str | None = None) -> InputError:
        """Return the error for a workbook that is cut off or damaged."""
        return InputError(
            _("The workbook is damaged or cut off."),
            place=Place(self.file),
            value=reason,
            expected=_("Copy it again, or open it in Excel and save it anew."),
        )

    @contextmanager
    def _damage(self) -> Iterator[None]:
        try:
            yield
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error, ValueError) as error:
            raise self.damaged(str(error)) from None
        except RuntimeError as error:  # how zipfile says that a member wants a password
            raise self.damaged(str(error)) from None

    def part_name(self, wanted: str) -> str | None:
        """Return the name of a part as the archive writes it; names of parts know no capitals."""
        return self.names.get(wanted.lower().lstrip("/"))

    def chunks(self, part: str, limit: int | None = None) -> Iterator[tuple[bytes, float]]:
        """Yield a part unpacked, chunk by chunk, each with the share of the part that is read by then.

        Raises ``InputError`` where it unpacks to more than ``limit`` bytes (default: ``UNPACKED`` and its like).
        """
        most = limit if limit is not None else max(UNPACKED, UNPACKED_TIMES * self.size)
        with self._damage():
            info = self._zip.getinfo(part)
            if info.file_size > most:
                raise self._too_large(most)
            done = 0
            with self._zip.open(info) as file:
                while data := file.read(CHUNK):
                    done += len(data)
                    yield data, done / max(1, info.file_size)

    def _too_large(self, most: int) -> InputError:
        return InputError(
            _("A part of the workbook unpacks to more than {size} MB.").format(size=most >> 20),
            place=Place(self.file),
            expected=_("Save the sheet as CSV if it really holds so much."),
        )

    def parse(self, part: str, start: Start, end: End, text: Callable[[str], None], limit: int = SMALL_PART) -> None:
        """Read a small XML part; the names of elements and attributes come without their prefixes."""
        parser = self.parser()
        parser.StartElementHandler = lambda tag, attributes: start(
            _plain(tag), {_plain(name): value for name, value in attributes.items()}
        )
        parser.EndElementHandler = lambda tag: end(_plain(tag))
        parser.CharacterDataHandler = text
        for data, _share in self.chunks(part, limit):
            self.feed(parser, data, last=False)
        self.feed(parser, b"", last=True)

    def parser(self) -> expat.XMLParserType:
        """Return a parser that refuses document types and entities."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = lambda *_args: self._refuse("DOCTYPE")
        parser.EntityDeclHandler = lambda *_args: self._refuse("ENTITY")
        parser.ExternalEntityRefHandler = lambda *_args: self._refuse("SYSTEM")
        return parser

    def feed(self, parser: expat.XMLParserType, data: bytes, *, last: bool) -> None:
        """Parse on; InputError where this is no XML."""
        try:
            parser.Parse(data, last)
        except (expat.ExpatError, LookupError) as error:
            raise self.damaged(str(error)) from None

    def _refuse(self, construct: str) -> NoReturn:
        raise InputError(
            _("The file declares {construct}, which is refused for safety.").format(construct=f"<!{construct}>"),
            place=Place(self.file),
            value=construct,
            expected=_("A workbook as Excel or LibreOffice writes it."),
        )

    # ------------------------------------------------------------ what the parts say

    def workbook(self) -> Workbook:
        """Read the list of sheets, the date system and the styles."""
        main = next(iter(self._relations("").get("officeDocument", {}).values()), None)
        main = self.part_name(main or "xl/workbook.xml")
        if main is None or main.lower().endswith(".bin"):
            raise refuse_archive(self.path, list(self.names))
        found: list[tuple[str, str, bool]] = []
        system: list[bool] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "sheet":
                hidden = attributes.get("state", "visible") != "visible"
                found.append((attributes.get("name", ""), attributes.get("id", ""), hidden))
            elif tag == "workbookPr":
                system.append(attributes.get("date1904", "0") in ("1", "true", "on"))

        self.parse(main, start, lambda _tag: None, lambda _text: None)
        relations = self._relations(main)
        parts = {key: self.part_name(part) for key, part in relations.get("worksheet", {}).items()}
        sheets = ((name, parts.get(key), hidden) for name, key, hidden in found)
        shared, styles = (
            next((self.part_name(part) for part in relations.get(kind, {}).values()), None)
            for kind in ("sharedStrings", "styles")
        )
        return Workbook(
            tuple(Sheet(name, part, hidden) for name, part, hidden in sheets if part is not None),
            any(system),
            shared,
            self._date_styles(styles) if styles is not None else frozenset(),
        )

    def _relations(self, part: str) -> dict[str, dict[str, str]]:
        """Return the parts that ``part`` refers to, by kind and id; "" stands for the package itself."""
        folder, name = posixpath.split(part)
        listed = self.part_name(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, dict[str, str]] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                whole = target if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                kind = attributes.get("Type", "").rpartition("/")[2]
                found.setdefault(kind, {})[attributes.get("Id", "")] = whole.lstrip("/")

        if listed is not None:
            self.parse(listed, start, lambda _tag: None, lambda _text: None)
        return found

    def _date_styles(self, part: str) -> frozenset[int]:
        """Return the numbers of the cell styles whose number format shows a date or a time of day."""
        formats: dict[int, bool] = {}
        styles: list[int] = []
        inside: list[str] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            inside.append(tag)
            number = attributes.get("numFmtId", "0")
            if tag == "numFmt" and number.isdigit():
                formats[int(number)] = shows_date(attributes.get("formatCode", ""))
            elif tag == "xf" and "cellXfs" in inside[-2:-1]:
                styles.append(int(number) if number.isdigit() else 0)

        def end(_tag: str) -> None:
            inside.pop()

        self.parse(part, start, end, lambda _text: None)
        return frozenset(place for place, number in enumerate(styles) if formats.get(number, number in _BUILTIN_DATES))

    def texts(self, part: str | None) -> list[str]:
        """Read the table of shared texts: rich text as plain text, without its phonetic reading."""
        table: list[str] = []
        if part is None:
            return table
        pieces: list[str] = []
        state = {"wanted": 0, "reading": 0, "length": 0}

        def start(tag: str, _attributes: dict[str, str]) -> None:
            if tag == "t":
                state["wanted"] = not state["reading"]
            elif tag == "rPh":
                state["reading"] += 1

        def end(tag: str) -> None:
            if tag == "t":
                state["wanted"] = False
            elif tag == "rPh":
                state["reading"] -= 1
            elif tag == "si":
                table.append(unescaped("".join(pieces)))
                pieces.clear()
                state["length"] = 0
                if len(table) > TEXTS:
                    raise self._too_large(TEXT_BYTES)

        def text(data: str) -> None:
            if state["wanted"] and state["length"] <= LONGEST_CELL:  # enough to see that it is too long
                pieces.append(data)
                state["length"] += len(data)

        most = min(TEXT_BYTES, max(UNPACKED, UNPACKED_TIMES * self.size))
        self.parse(part, start, end, text, most)
        return table


def _plain(tag: str) -> str:
    return tag.rpartition(":")[2]


def unescaped(text: str) -> str:
    """Undo what Office does to characters that XML cannot hold: ``_x000D_`` is a carriage return."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def shows_date(code: str) -> bool:
    """Tell whether a number format shows a date or a time of day; a duration such as ``[h]:mm`` is a number.

    Quoted words, escaped characters, colours and conditions do not count (ECMA-376, 18.8.31).
    """
    first = _HIDDEN_DATES.sub("", code.split(";")[0])
    if _DURATIONS.search(first) or first.lower() == "general":
        return False
    return re.search(r"[dmyhs]", first, re.IGNORECASE) is not None
