"""A workbook as a map: every mistake with its sheet, row and column, all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from parcours.language.errors import MapProblem, Place, shorten
from parcours.language.formats import quoted
from parcours.language.translation import LANGUAGES, _
from parcours.mapdoc.formats.headings import field_of, former_names, known_words
from parcours.mapdoc.formats.losses import Losses
from parcours.mapdoc.formats.opened import OpenedMap
from parcours.mapdoc.formats.workbook.cells import BadCell, Cell, from_cells, headings
from parcours.mapdoc.formats.workbook.layout import WEEKDAY, Column, Sheet, map_columns, sheets
from parcours.mapdoc.formats.workbook.package import Book, Grid, column_letters, read_book
from parcours.mapdoc.formats.workbook.titles import HOW, MAP, sheet_title
from parcours.mapdoc.parsing import checked_map
from parcours.mapdoc.phrases import choices
from parcours.mapdoc.source import Path, Source, Spot, Unreadable

_WITH_TOUCHPOINT = ("evidence", "pain_points", "opportunities", "actions")
"""Sheets whose rows may name a touchpoint and its stage."""


@dataclass(frozen=True)
class _SheetSource(Source):
    """Plain data out of a workbook: a place also names its sheet and cell."""

    sheets: Mapping[Path, str] = field(default_factory=dict)

    def place(self, path: Any, *, at_field_name: bool = False) -> Place:
        """Return where ``path`` is: row, column, and ``Touchpoints!C5`` with the field in brackets."""
        place = super().place(path, at_field_name=at_field_name)
        around = tuple(path)
        while around and around not in self.sheets:
            around = around[:-1]
        if around not in self.sheets:
            return place
        cell = f"{self.sheets[around]}!{column_letters(place.column or 1)}{place.line}"
        name = next((part for part in reversed(tuple(path)) if isinstance(part, str)), "")
        return replace(place, field=f"{cell} ({name})")


def read_workbook(raw: bytes, file: str) -> OpenedMap:
    """Read a workbook such as ``write_workbook`` makes. Raises MapError with every problem."""
    try:
        book = read_book(raw)
    except Unreadable as unreadable:
        raise unreadable.as_map_error(file) from None
    return _Reader(book, file).opened()


class _Reader:
    def __init__(self, book: Book, file: str) -> None:
        self.book = book
        self.file = file
        self.losses = Losses()
        self.problems: list[MapProblem] = []
        self.data: dict[str, Any] = {}
        self.values: dict[Path, Spot] = {(): (1, 1)}
        self.sheets: dict[Path, str] = {}
        self.places: dict[str, dict[str, Path]] = {"stage": {}, "touchpoint": {}}
        self.grids: dict[str, Grid] = {}

    def opened(self) -> OpenedMap:
        known = {sheet_title(key, language).casefold(): key for key in self.keys() for language in LANGUAGES}
        for name in self.keys():
            known |= {name: name, **{former: name for former in former_names(name) if former not in known}}
        for grid in self.book.grids:
            key = known.get(grid.title.strip().casefold())
            if key is None and grid.cells:
                self.losses.add(_("Sheets that a map does not have"), grid.title)
            elif key is not None:
                self.grids.setdefault(key, grid)
        if not self.grids.keys() & {MAP, "stages"}:
            names = ", ".join(quoted(shorten(grid.title)) for grid in self.book.grids[:8])
            message = _("None of the sheets is one of a map: {list}.").format(list=names)
            raise Unreadable((1, 1), message, _("“parcours map new our-map.xlsx” makes one.")).as_map_error(self.file)
        self.map_sheet()
        for sheet in sheets():
            if sheet.key in self.grids:
                self.rows_sheet(sheet, self.grids[sheet.key])
        self.follow_touchpoints()
        return self.checked()

    def keys(self) -> list[str]:
        return [MAP, HOW, *(sheet.key for sheet in sheets())]

    def checked(self) -> OpenedMap:
        source = _SheetSource(self.file, self.data, self.values, {}, self.sheets)
        return OpenedMap(checked_map(source, self.problems), source, self.losses.report())

    def problem(self, grid: Grid, spot: Spot, name: str, message: str, expected: str | None) -> None:
        place = Place(self.file, *spot, f"{grid.title}!{column_letters(spot[1])}{spot[0]} ({name})")
        value = grid.cells.get(spot)
        self.problems.append(MapProblem(place, message, shorten(value) if value is not None else None, expected))

    def follow_touchpoints(self) -> None:
        """Let what names a touchpoint stand in its stage: moving a touchpoint to another stage moves that too."""
        stage_of = {
            point["id"]: stage["id"]
            for stage in self.data.get("stages", ())
            for point in stage.get("touchpoints", ())
            if isinstance(point.get("id"), str) and isinstance(stage.get("id"), str)
        }
        for key in _WITH_TOUCHPOINT:
            for item in self.data.get(key, ()):
                here, there = item.get("stage"), stage_of.get(str(item.get("touchpoint")))
                if here in self.places["stage"] and there is not None and here != there:
                    item["stage"] = there
                    moved = f"{self.grids[key].title}: {item.get('id', '?')} ({here} → {there})"
                    self.losses.add(_("Moved to the stage in which their touchpoint stands"), moved)

    # ------------------------------------------------------------ the sheet of the map itself

    def map_sheet(self) -> None:
        grid = self.grids.get(MAP)
        if grid is None:
            return
        columns = {column.path: column for column in map_columns()}
        words = known_words(list(columns))
        for (row, place), cell in sorted(grid.cells.items(), key=lambda item: item[0]):
            if place != 1 or row == 1:
                continue
            path = field_of(str(cell), words)
            if path is None:
                self.losses.add(_("Fields that a map does not have"), f"{grid.title}!A{row}: {cell}")
                continue
            spots = [(row, 2 + at) for at in range(len(headings(columns[path])))]
            self.put(self.data, (), columns[path], grid, spots)

    # ------------------------------------------------------------ sheets of rows

    def rows_sheet(self, sheet: Sheet, grid: Grid) -> None:
        places = self.columns(sheet, grid)
        last = max((row for row, _place in grid.cells), default=1)
        for row in range(2, last + 1):
            held = {name: (row, place) for name, place in places.items()}
            if not any(spot in grid.cells for spot in held.values()):
                continue
            target = self.target(sheet, grid, row, held)
            if target is None:
                continue
            made, path = target
            self.values[path], self.sheets[path] = (row, 1), grid.title
            for column in sheet.columns:
                if column.path != sheet.holder:
                    spots = [held.get(name, (0, 0)) for name in headings(column)]
                    self.put(made, path, column, grid, spots)
            if sheet.key in ("stages", "touchpoints") and isinstance(made.get("id"), str):
                self.places[sheet.key.removesuffix("s")].setdefault(made["id"], path)

    def columns(self, sheet: Sheet, grid: Grid) -> dict[str, int]:
        """Return the place of each field by the headings of the first row."""
        names = [name for column in sheet.columns for name in headings(column)]
        words = known_words(names, {column.path: column.called for column in sheet.columns if column.called})
        places: dict[str, int] = {}
        for (row, place), cell in sorted(grid.cells.items(), key=lambda item: item[0]):
            if row != 1:
                continue
            name = field_of(str(cell), words)
            if name is None:
                self.losses.add(_("Columns that a map does not have"), f"{grid.title}!{column_letters(place)}1: {cell}")
            elif name in places:
                message = _("This column stands there already, as {column}.").format(
                    column=column_letters(places[name])
                )
                self.problem(grid, (1, place), name, message, _("Keep one of the two."))
            else:
                places[name] = place
        headed = {place for row, place in grid.cells if row == 1}
        bare = sorted({column_letters(place) for _row, place in grid.cells if place not in headed})
        self.losses.add(_("Columns without a heading"), *(f"{grid.title}!{letters}" for letters in bare))
        return places

    def target(
        self, sheet: Sheet, grid: Grid, row: int, held: Mapping[str, Spot]
    ) -> tuple[dict[str, Any], Path] | None:
        """Return the object that a row fills, and its path; None where nobody can say what it belongs to."""
        if sheet.key in ("hours", "closed"):
            return self.calendar_row(sheet, grid, row, held)
        holder, path = self.data, cast(Path, ())
        spot = held.get(sheet.holder or "", (row, 1))
        named = grid.cells.get(spot) if sheet.holder else None
        if sheet.holder and (named is not None or sheet.key != "metrics"):
            places = self.places[sheet.holder]
            found = places.get(str(named).strip()) if named is not None else None
            if found is None:
                self.unknown_holder(sheet, grid, spot, named)
                return None
            holder, path = self.at(found), found
        rows = holder.setdefault(sheet.key, [])
        rows.append({})
        return rows[-1], (*path, sheet.key, len(rows) - 1)

    def unknown_holder(self, sheet: Sheet, grid: Grid, spot: Spot, named: Cell) -> None:
        word, known = ("" if named is None else str(named)), self.places[sheet.holder or ""]
        if not word:
            message = _("It is not said to what this row belongs.")
        elif sheet.holder == "stage":
            message = _("There is no stage “{id}” in this map.").format(id=shorten(word))
        else:
            message = _("There is no touchpoint “{id}” in this map.").format(id=shorten(word))
        self.problem(grid, spot, sheet.holder or "", message, choices(word, known))

    def calendar_row(
        self, sheet: Sheet, grid: Grid, row: int, held: Mapping[str, Spot]
    ) -> tuple[dict[str, Any], Path] | None:
        calendar = self.data.setdefault("calendar", {})
        if sheet.key == "closed":
            days = calendar.setdefault("closed", [])
            spot = held.get("day", (row, 1))
            days.append(from_cells(sheet.columns[0], [grid.cells.get(spot)], from_1904=self.book.from_1904))
            path: Path = ("calendar", "closed", len(days) - 1)
            self.values[path], self.sheets[path] = spot, grid.title
            return None
        spot = held.get(WEEKDAY, (row, 1))
        day = str(grid.cells.get(spot) or "").strip()
        spans = calendar.setdefault("hours", {}).setdefault(day, [])
        self.values.setdefault(("calendar", "hours", day), spot)
        self.sheets.setdefault(("calendar", "hours", day), grid.title)
        spans.append({})
        return spans[-1], ("calendar", "hours", day, len(spans) - 1)

    def at(self, path: Path) -> dict[str, Any]:
        found: Any = self.data
        for part in path:
            found = found[part]
        return cast(dict[str, Any], found)

    def put(self, made: dict[str, Any], path: Path, column: Column, grid: Grid, spots: list[Spot]) -> None:
        """Read the cells at ``spots`` into ``made``; an empty field stays away."""
        cells = [grid.cells.get(spot) for spot in spots]
        first = next((spot for spot, cell in zip(spots, cells, strict=True) if cell is not None), spots[0])
        if first == (0, 0):
            return None
        try:
            value = from_cells(column, cells, from_1904=self.book.from_1904)
        except BadCell as bad:
            return self.problem(grid, first, column.path, bad.message, bad.expected)
        if value is None:
            return None
        *before, name = column.path.split(".")
        for part in before:
            made, path = made.setdefault(part, {}), (*path, part)
            self.values.setdefault(path, first)
            self.sheets.setdefault(path, grid.title)
        made[name] = value
        for whole, spot in _spots((*path, name), column, first, spots, value):
            self.values[whole], self.sheets[whole] = spot, grid.title
        return None


def _spots(path: Path, column: Column, first: Spot, spots: list[Spot], value: Any) -> Iterator[tuple[Path, Spot]]:
    yield path, first
    if column.kind == "text":
        yield from (((*path, language), spot) for language, spot in zip(LANGUAGES, spots, strict=True))
    elif isinstance(value, list):
        yield from (((*path, index), first) for index in range(len(value)))
