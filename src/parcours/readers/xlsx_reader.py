"""Reads one sheet of an Excel workbook: every value comes as text, as a careful person would write it into a CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pyarrow as pa

from parcours.language.errors import InputError, Place, shorten
from parcours.language.translation import _
from parcours.readers.arrays import text_array
from parcours.readers.batch import BadRow
from parcours.readers.csv_dialect import column_names
from parcours.readers.opening import reading
from parcours.readers.options import SourceOptions
from parcours.readers.raw import Piece, Raw
from parcours.readers.xlsx_package import Package, Sheet, Workbook
from parcours.readers.xlsx_sheet import Merged, Rows, SheetReader, column_letters

HEAD_ROWS = 5_000
TITLE_ROWS = 50
"""The header is looked for in so many rows with content."""


class XlsxReader:
    """One sheet of a workbook, by default the first that is not hidden.

    A row's line is its number in Excel. Dates are wall times of the source's zone. A cell with an Excel error is a
    bad row in a column with a role, else a missing value; a formula without a stored result is a bad row.
    """

    texts_only = True
    decimal_comma = False
    fixed_roles: Mapping[str, str] = {}

    def __init__(self, options: SourceOptions) -> None:
        self.options = options
        self._roles: frozenset[str] = frozenset()
        with reading(options.path):
            package = Package(options.path)
            try:
                workbook = package.workbook()
                self.shown = tuple(sheet.name for sheet in workbook.sheets if not sheet.hidden)
                sheet = choose_sheet(workbook, options)
                self._sheet = SheetReader(
                    package, workbook, sheet, package.texts(workbook.texts_part), options.line_limit_bytes
                )
                self.sheet_name = sheet.name
                self.file = self._sheet.place
                self._merged = self._sheet.merged()
                self._head = self._first_rows()
            finally:
                package.close()
        self._header, names = find_header(self._head, self._merged, self.file)
        self._merged = [area for area in self._merged if self._header < area.first_row < area.last_row]
        self._names = {name: place for place, name in enumerate(names) if name is not None}
        self.columns = tuple(self._names)

    def know_roles(self, columns: frozenset[str]) -> None:
        """Tell which columns have a role: an error in one of them makes a bad row."""
        self._roles = columns

    def head(self) -> Raw:
        """Return the first rows."""
        return self._raw(_Filling(self._merged).fill(self._head), frozenset(self.columns))

    def pieces(self, needed: frozenset[str], repeated: frozenset[str]) -> Iterator[Piece]:
        """Read the whole sheet, some thousand rows at a time."""
        size = self.options.path.stat().st_size
        with reading(self.options.path):
            package = Package(self.options.path)
            try:
                filling = _Filling(self._merged)
                sheet = self._sheet.over(package)
                for rows in sheet.rows():
                    yield Piece(partial(self._raw, filling.fill(rows), needed), int(size * rows.share))
            finally:
                package.close()

    def _first_rows(self) -> Rows:
        found = next((rows for rows in self._sheet.rows(HEAD_ROWS) if rows.numbers), None)
        if found is None:
            more = [name for name in self.shown if name != self.sheet_name]
            raise InputError(
                _("The sheet is empty."),
                place=Place(self.file),
                expected=_("Its other sheets: {sheets}; say which with --sheet.").format(sheets=_listed(more))
                if more
                else _("A first line with the names of the columns."),
            )
        return found

    def _raw(self, rows: Rows, needed: frozenset[str]) -> Raw:
        """Bring rows below the header to columns."""
        above = next((place for place, number in enumerate(rows.numbers) if number > self._header), len(rows.numbers))
        places = {name: place for name, place in self._names.items() if name in needed}
        bad = self._bad_rows(rows, needed, above)
        refused = {row.line for row in bad}
        kept = [at for at in range(above, len(rows.numbers)) if rows.numbers[at] not in refused]
        cells = [rows.cells[at] for at in kept]
        columns = {name: text_array([row.get(place) for row in cells]) for name, place in places.items()}
        if not columns:
            columns = {name: pa.nulls(len(cells), pa.string()) for name in needed}
        lines = np.array([rows.numbers[at] for at in kept], np.int64)
        return Raw(columns, lines, tuple(bad), rows.empty if above == 0 else 0)

    def _bad_rows(self, rows: Rows, needed: frozenset[str], above: int) -> list[BadRow]:
        names = {place: name for name, place in self._names.items()}
        bad: dict[int, BadRow] = {}

        def whole(row: dict[int, str]) -> dict[str, str]:
            return {names[place]: text for place, text in row.items() if place in names}

        for at, column, flaw, value in rows.flaws:
            name, line = names.get(column), rows.numbers[at]
            if at < above or line in bad:
                continue
            if flaw == "line_too_long":
                expected = _("a line of at most {size} MB").format(
                    size=f"{self.options.line_limit_bytes / (1 << 20):g}"
                )
                bad[line] = BadRow(self.file, line, None, value, flaw, expected)
            elif flaw == "cell_error" and name in self._roles:
                bad[line] = BadRow(
                    self.file, line, name, value, flaw, _("a value, not an error of Excel"), whole(rows.cells[at])
                )
            elif flaw == "formula_uncomputed" and name in needed:
                expected = _("the result of the formula; open the workbook in Excel and save it, and it is stored")
                bad[line] = BadRow(self.file, line, name, shorten(value, 200), flaw, expected, whole(rows.cells[at]))
        for at in range(above, len(rows.numbers)):
            row, line = rows.cells[at], rows.numbers[at]
            beyond = next((column for column in row if column not in names), None) if row else None
            if beyond is not None and line not in bad:
                expected = _("a name above column {letters}, or nothing in it").format(letters=column_letters(beyond))
                bad[line] = BadRow(
                    self.file, line, None, shorten(row[beyond], 200), "field_count", expected, whole(row)
                )
        return sorted(bad.values(), key=lambda row: row.line)


@dataclass
class _Filling:
    """Gives the value of cells that were merged down to each row they cover, piece by piece in file order."""

    merged: Sequence[Merged]
    _open: dict[int, tuple[Merged, str]] = field(default_factory=dict)
    _starts: dict[int, list[Merged]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for area in self.merged:
            self._starts.setdefault(area.first_row, []).append(area)

    def fill(self, rows: Rows) -> Rows:
        """Return ``rows`` with what merged cells hold in each of their rows."""
        if not self.merged:
            return rows
        cells = []
        for number, row in zip(rows.numbers, rows.cells, strict=True):
            self._open = {column: held for column, held in self._open.items() if number <= held[0].last_row}
            if self._open and row:
                row = {column: value for column, (_area, value) in self._open.items()} | row
            for area in self._starts.get(number, ()):
                if area.column in row:
                    self._open[area.column] = (area, row[area.column])
            cells.append(row)
        return Rows(rows.numbers, cells, rows.flaws, rows.empty, rows.share)


def choose_sheet(workbook: Workbook, options: SourceOptions) -> Sheet:
    """Return the sheet that was asked for by name, else the first whose tab is not hidden."""
    place = Place(options.name)
    if options.sheet is not None:
        for fits in (str.__eq__, lambda name, wanted: name.strip().casefold() == wanted.strip().casefold()):
            for sheet in workbook.sheets:
                if fits(sheet.name, options.sheet):
                    return sheet
        raise InputError(
            _("There is no sheet “{sheet}”.").format(sheet=shorten(options.sheet)),
            place=place,
            value=options.sheet,
            expected=_("Its sheets: {sheets}.").format(sheets=_listed([sheet.name for sheet in workbook.sheets])),
        )
    shown = [sheet for sheet in workbook.sheets if not sheet.hidden]
    if not shown:
        raise InputError(
            _("The workbook has no sheet that is shown."),
            place=place,
            expected=_("Its hidden sheets: {sheets}; say which with --sheet.").format(
                sheets=_listed([sheet.name for sheet in workbook.sheets])
            )
            if workbook.sheets
            else _("A workbook with a table of events."),
        )
    return shown[0]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(shorten(name, 40) for name in names[:40])
    return shown if len(names) <= 40 else f"{shown}, …"


def find_header(head: Rows, merged: Sequence[Merged], file: str) -> tuple[int, list[str | None]]:
    """Return the number of the header's row, and the name of each column (None: nothing in it).

    The header is the first row that fills more than half as many columns as the fullest of the first 50 rows, and two
    at least: titles and notes above a table fill one or two cells, or are merged across. Columns without a name and
    without content do not exist; one with content only is called ``column_3``.
    """
    first = head.cells[:TITLE_ROWS]
    fullest = max((len(row) for row in first), default=0)
    needed = min(fullest, max(2, fullest // 2 + 1))
    across = {area.first_row for area in merged if area.last_column > area.column}
    fitting = [place for place, row in enumerate(first) if len(row) >= needed]
    at = next((place for place in fitting if head.numbers[place] not in across), fitting[0])
    header = head.cells[at]
    filled = set(header)
    for row in head.cells[at + 1 :]:
        filled.update(row)
    flawed = next((value for place, _column, _flaw, value in head.flaws if place == at), None)
    if flawed is not None or not header:
        raise InputError(
            _("A name of a column cannot be read."),
            place=Place(file, head.numbers[at]),
            value=flawed,
            expected=_("A first line with the names of the columns."),
        )
    named = column_names([header.get(column, "") for column in range(max(filled) + 1)])
    return head.numbers[at], [name if column in filled else None for column, name in enumerate(named)]
