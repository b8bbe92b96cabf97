"""A map as a workbook: a sheet for each kind of thing, drop-down lists, and nothing that is not in the map."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from parcours.language.errors import MapProblem, Place
from parcours.language.translation import Language, _, speaking
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.formats.headings import heading
from parcours.mapdoc.formats.opened import WrittenMap
from parcours.mapdoc.formats.workbook.cells import Cell, headings, to_cells
from parcours.mapdoc.formats.workbook.layout import WEEKDAY, Column, Sheet, map_columns, sheets
from parcours.mapdoc.formats.workbook.package import column_letters
from parcours.mapdoc.formats.workbook.titles import HOW, MAP, sheet_title
from parcours.mapdoc.source import map_error
from parcours.mapdoc.writing import plain_map

LONGEST_CELL = 32_767
_SPARE_ROWS = 500
_AS_TYPED = ("word", "choice", "time")
"""Kinds of cells that Excel must take as text, so that 09:00 or 1-2 stay what was typed."""
_TOP, _MIDDLE = Alignment(wrap_text=True, vertical="top"), Alignment(wrap_text=True, vertical="center")
_WIDTHS = {"text": 42, "texts": 42, "rule": 46, "ids": 22, "number": 11, "yes": 9, "day": 12, "time": 9, "choice": 15}
_INK, _PAPER = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="2F4B5C")
_NEEDED = PatternFill("solid", fgColor="A44A2B")
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_SAVED_AT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_STAMP = (1980, 1, 1, 0, 0, 0)


def write_workbook(map: JourneyMap, language: Language) -> WrittenMap:
    """Write ``map`` as an .xlsx file whose headings are in ``language``; equal maps give equal bytes.

    Raises MapError where a value is longer than a cell of Excel can be.
    """
    return WrittenMap(_Writer(plain_map(map), language).written())


class _Writer:
    def __init__(self, data: Mapping[str, Any], language: Language) -> None:
        self.data = data
        self.language = language
        self.main: Language = data["default_language"]
        self.book = Workbook()
        self.book.remove(self.book.active)

    def written(self) -> bytes:
        self.how_to()
        self.map_sheet()
        for sheet in sheets():
            self.rows_sheet(sheet)
        self.book.active = 1
        held = io.BytesIO()
        self.book.save(held)
        return _without_time(held.getvalue())

    def sheet(self, key: str) -> Worksheet:
        made: Worksheet = self.book.create_sheet(sheet_title(key, self.language))
        return made

    def how_to(self) -> None:
        made = self.sheet(HOW)
        made.column_dimensions["A"].width = 110
        with speaking(self.language):
            lines = _how_to()
        for row, line in enumerate(lines, 1):
            cell = made.cell(row, 1)
            self.put(cell, line)
            cell.font = Font(bold=row == 1, size=14 if row == 1 else 11)

    def map_sheet(self) -> None:
        made = self.sheet(MAP)
        with speaking(self.language):
            titles = (_("Field"), _("Value, or French"), _("English"))
        for place, title in enumerate(titles, 1):
            self.head(made.cell(1, place), title, 44)
        for row, column in enumerate(map_columns(), 2):
            name = made.cell(row, 1)
            self.put(name, heading(column.path, self.language))
            name.font = Font(bold=True)
            for place, value in enumerate(to_cells(column, _inside(self.data, column.path), self.main), 2):
                self.put(made.cell(row, place), value, column)
            self.choose(made, column, f"B{row}")
        made.freeze_panes = "B2"

    def rows_sheet(self, sheet: Sheet) -> None:
        made = self.sheet(sheet.key)
        place = 0
        rows = list(_rows(self.data, sheet))
        for column in sheet.columns:
            for name, cells in zip(headings(column), self.cells(column, rows), strict=True):
                place += 1
                letters = column_letters(place)
                self.head(
                    made.cell(1, place),
                    heading(name, self.language, column.called),
                    _WIDTHS.get(column.kind, 20),
                    column,
                )
                for row, value in enumerate(cells, 2):
                    self.put(made.cell(row, place), value, column)
                self.choose(made, column, f"{letters}2:{letters}{len(rows) + _SPARE_ROWS}")
                if column.kind in _AS_TYPED:
                    made.column_dimensions[letters].number_format = "@"
        made.freeze_panes = "C2" if sheet.holder else "B2"

    def cells(self, column: Column, rows: Sequence[Mapping[str, Any]]) -> list[list[Cell]]:
        """Return the cells of a field over all rows, a list for each of its columns."""
        every = [to_cells(column, _inside(row, column.path), self.main) for row in rows]
        return [[cells[place] for cells in every] for place in range(len(headings(column)))]

    def head(self, cell: SheetCell, title: str, width: float, column: Column | None = None) -> None:
        self.put(cell, title)
        cell.font, cell.alignment = _INK, _MIDDLE
        cell.fill = _NEEDED if column is not None and column.required else _PAPER
        cell.parent.column_dimensions[cell.column_letter].width = width

    def put(self, cell: SheetCell, value: Cell, column: Column | None = None) -> None:
        if value is None:
            return
        cell.alignment = _TOP
        if isinstance(value, str):
            value = _UNSEEN.sub(lambda found: f"_x{ord(found[0]):04X}_", _ESCAPED.sub("_x005F_", value))
            if len(value) > LONGEST_CELL:
                raise self.too_long(cell, column)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # “=1+1” is a text here, and never a formula
            cell.number_format = "@" if column is not None and column.kind in _AS_TYPED else "General"
            cell.quotePrefix = value[:1] in ("=", "+", "-", "@")

    def too_long(self, cell: SheetCell, column: Column | None) -> Exception:
        place = Place(None, cell.row, cell.column, f"{cell.parent.title}!{cell.coordinate}")
        message = _("This is longer than the {limit} characters that a cell of Excel holds.").format(limit=LONGEST_CELL)
        right = _("Write this map as JSON or YAML.")
        return map_error(_("The map cannot be written as a workbook."), (MapProblem(place, message, None, right),))

    def choose(self, made: Worksheet, column: Column, cells: str) -> None:
        """Offer what a cell may hold as a drop-down list; something else is still let in, and said on reading."""
        if column.kind == "choice":
            formula = f'"{",".join(column.options)}"'
        elif column.kind == "yes":
            with speaking(self.main):
                formula = f'"{_("yes")},{_("no")}"'
        elif column.refers is not None:
            target = next(sheet for sheet in sheets() if sheet.key == column.refers)
            letters = column_letters(1 + [one.path for one in target.columns].index("id"))
            formula = f"'{sheet_title(target.key, self.language)}'!${letters}$2:${letters}${_SPARE_ROWS}"
        else:
            return
        rule = DataValidation("list", formula1=formula, allow_blank=True, errorStyle="warning", showErrorMessage=True)
        rule.add(cells)
        made.add_data_validation(rule)


def _how_to() -> tuple[str, ...]:
    return (
        _("How to edit this map"),
        _("Each sheet holds one kind of thing, a row each. The order of rows is their order on the map."),
        _("What stands in square brackets in a heading is what is read: keep it. Columns may change places."),
        _("Rust-coloured headings must be filled. Ids are short names without accents; other rows refer to them."),
        _("Texts have a column for each language; one is enough. Lists have one entry a line, ids a comma between."),
        _("Event matches have one alternative a line: purchase, or page_viewed where page = prices and value >= 100."),
        _("Lengths of time are a number and a unit: 30d, 2h, 45min. Emotions go from −2 to 2, shares from 0 to 1."),
        _("Save as .xlsx and bring it back by “Change” on the map’s page. Mistakes show their sheet and cell."),
        _("On the command line: parcours map validate our-map.xlsx."),
    )


def _inside(holder: Mapping[str, Any], path: str) -> Any:
    """Return the value at ``path``, None where there is none."""
    value: Any = holder
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _rows(data: Mapping[str, Any], sheet: Sheet) -> Iterator[Mapping[str, Any]]:
    """Give the rows of a sheet, each with what it belongs to."""
    if sheet.key == "hours":
        for day, spans in data.get("calendar", {}).get("hours", {}).items():
            yield from ({WEEKDAY: day, **span} for span in spans)
    elif sheet.key == "closed":
        yield from ({"day": day} for day in data.get("calendar", {}).get("closed", ()))
    elif sheet.holder == "touchpoint":
        for stage in data["stages"]:
            for point in stage.get("touchpoints", ()):
                yield from ({"touchpoint": point["id"], **one} for one in point.get(sheet.key, ()))
    elif sheet.holder == "stage":
        for stage in data["stages"]:
            yield from ({"stage": stage["id"], **one} for one in stage.get(sheet.key, ()))
        yield from data.get(sheet.key, ())
    else:
        yield from data.get(sheet.key, ())


def _without_time(raw: bytes) -> bytes:
    """Return the archive without the moment at which it was made, so that equal maps are equal files."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "docProps/core.xml":
                data = _SAVED_AT.sub(b"2000-01-01T00:00:00Z", data)
            made = zipfile.ZipInfo(part.filename, _STAMP)
            made.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(made, data)
    return held.getvalue()
