"""Workbooks for tests: honest ones by openpyxl, the others part by part."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
START = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
HEADER = ("client", "date", "action")


def save(path: Path, sheets: dict[str, Sequence[Sequence[Any]]], change: Any = None) -> Path:
    """Write ``sheets`` (name → rows) with openpyxl; ``change`` may alter the workbook before."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    if change is not None:
        change(book)
    book.save(path)
    return path


def relations(*targets: tuple[str, str, str]) -> str:
    found = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>' for key, kind, target in targets
    )
    return f'{START}<Relationships xmlns="{PACKAGE}">{found}</Relationships>'


def parts(rows: str, *, texts: str = "", before: str = "", after: str = "", styles: str = "") -> dict[str, str | bytes]:
    """Return the parts of a workbook with one sheet whose ``sheetData`` is ``rows``."""
    return {
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'{START}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            ("r1", "worksheet", "worksheets/sheet1.xml"),
            ("r2", "sharedStrings", "sharedStrings.xml"),
            ("r3", "styles", "styles.xml"),
        ),
        "xl/sharedStrings.xml": f'{before}<sst xmlns="{MAIN}">{texts}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
        "xl/worksheets/sheet1.xml": (
            f'{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'
        ),
    }


def pack(path: Path, content: dict[str, str | bytes | Iterable[bytes]]) -> Path:
    """Write an archive of parts; a part may come in pieces."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in content.items():
            with archive.open(name, "w", force_zip64=True) as file:
                if isinstance(data, str | bytes):
                    file.write(data.encode() if isinstance(data, str) else data)
                else:
                    for piece in data:
                        file.write(piece)
    return path


def cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def line(number: int, *values: str) -> str:
    cells = "".join(cell(f"{chr(65 + at)}{number}", value) for at, value in enumerate(values) if value)
    return f'<row r="{number}">{cells}</row>'


GOOD = line(1, *HEADER) + line(2, "ann", "2026-03-05 10:00:00", "visit")
