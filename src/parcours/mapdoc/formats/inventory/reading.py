"""An inventory as a map: stages, steps, channels and owners come from what its rows name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from parcours.language.errors import MapProblem, Place, shorten
from parcours.language.translation import LANGUAGES, Language, _
from parcours.mapdoc.formats.headings import field_of, known_words
from parcours.mapdoc.formats.inventory.columns import PROMISES, facts, fields
from parcours.mapdoc.formats.inventory.promise_text import read_promise, right_form
from parcours.mapdoc.formats.inventory.table import Cell, read_table
from parcours.mapdoc.formats.losses import Losses
from parcours.mapdoc.formats.naming import Ids, is_id
from parcours.mapdoc.formats.opened import OpenedMap
from parcours.mapdoc.formats.workbook.cells import BadCell, from_cells
from parcours.mapdoc.parsing import checked_map
from parcours.mapdoc.source import Path as FieldPath
from parcours.mapdoc.source import Source, Spot, Unreadable

Row = dict[str, Cell]


def read_inventory(raw: bytes, file: str, language: Language) -> OpenedMap:
    """Read an inventory; ``language`` is the map's where both languages, or neither, have texts.

    Raises MapError with every problem, each with line and column.
    """
    losses = Losses()
    try:
        rows = read_table(_decoded(raw, losses))
        return _Importer(file, language, losses).opened(rows)
    except Unreadable as unreadable:
        raise unreadable.as_map_error(file) from None


def _decoded(raw: bytes, losses: Losses) -> str:
    """Return the text of a file as spreadsheets save it: UTF-8, UTF-16, or else Windows-1252."""
    try:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            return raw.decode("utf-16")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        losses.add(_("Read as Windows-1252, because it is not UTF-8"), _("line {n}").format(n=line))
        return raw.decode("cp1252", "replace")


class _Importer:
    def __init__(self, file: str, language: Language, losses: Losses) -> None:
        self.file = file
        self.language = language
        self.losses = losses
        self.ids = Ids()
        self.problems: list[MapProblem] = []
        self.values: dict[FieldPath, Spot] = {(): (1, 1)}
        self.named: dict[str, dict[str, str]] = {"channel": {}, "owner": {}}
        self.stages: list[dict[str, Any]] = []
        self.places: dict[object, int] = {}
        self.steps: dict[object, str] = {}

    def opened(self, rows: list[list[Cell]]) -> OpenedMap:
        head = rows[0] if rows else []
        columns = self.columns(head)
        if not {"touchpoint", "name.fr", "name.en"} & set(columns.values()):
            right = _("The first row names the columns: Stage, Touchpoint, Name (fr), Channel, Owner …")
            raise Unreadable((1, 1), _("No column of touchpoints stands in the first row."), right)
        taken = [self.row(row, columns) for row in rows[1:]]
        self.language = _language(taken, self.language)
        for row in taken:
            self.touchpoint(row)
        data: dict[str, Any] = {
            "id": self.ids.of("map", Path(self.file).stem),
            "title": Path(self.file).stem or "–",
            "default_language": self.language,
        }
        for kind, names in self.named.items():
            if names:
                data[f"{kind}s"] = [{"id": own, "name": name} for name, own in names.items()]
        data["stages"] = self.stages
        source = Source(self.file, data, self.values, {})
        return OpenedMap(checked_map(source, self.problems), source, self.losses.report())

    def columns(self, head: list[Cell]) -> dict[int, str]:
        words = known_words(fields())
        columns: dict[int, str] = {}
        for place, cell in enumerate(head):
            name = field_of(cell.text, words)
            if name is None:
                if cell.text.strip():
                    self.losses.add(_("Columns that a map does not have"), cell.text.strip())
            elif name in columns.values():
                self.problem(cell, name, _("This column stands there twice."), _("Keep one of the two."))
            else:
                columns[place] = name
        return columns

    def row(self, row: list[Cell], columns: Mapping[int, str]) -> Row:
        """Return the cells that say something by their fields; one without a heading is a mistake or is reported."""
        taken: Row = {}
        for place, cell in enumerate(row):
            if not cell.text.strip():
                continue
            if place in columns:
                taken[columns[place]] = cell
            else:
                self.losses.add(_("Cells without a column of the map"), f"{cell.spot[0]}:{cell.spot[1]}: {cell.text}")
        return taken

    def problem(self, cell: Cell, field: str, message: str, expected: str | None) -> None:
        self.problems.append(MapProblem(Place(self.file, *cell.spot, field), message, shorten(cell.text), expected))

    def touchpoint(self, row: Row) -> None:
        if not row:
            return
        place = self.stage(row)
        stage, before = self.stages[place], ("stages", place)
        step = self.step(row, stage, before)
        if not any(field in row for field in fields()[6:]):
            return
        points = stage.setdefault("touchpoints", [])
        path: FieldPath = (*before, "touchpoints", len(points))
        spot = min(cell.spot for cell in row.values())
        self.values[path] = self.values[(*path, "name")] = spot
        made = self.identified(row, "touchpoint", path)
        if step is not None:
            made["step"] = step
        for name, column in facts().items():
            if name != "name" and name in row:
                self.fact(row[name], column, made, path)
        self.promises(row, made, path)
        points.append(made)

    def fact(self, cell: Cell, column: Any, made: dict[str, Any], path: FieldPath) -> None:
        try:
            value = from_cells(column, [cell.text.strip()], from_1904=False)
        except BadCell as bad:
            return self.problem(cell, column.path, bad.message, bad.expected)
        if column.path in self.named:
            value = self.reference(column.path, str(value), cell)
        if value is not None and value is not False:
            made[column.path] = value
            self.values[(*path, column.path)] = cell.spot
            for index in range(len(value) if isinstance(value, list) else 0):
                self.values[(*path, column.path, index)] = cell.spot
        return None

    def reference(self, kind: str, name: str, cell: Cell) -> str:
        """Return the id of a channel or owner; one that is met for the first time is taken up."""
        names = self.named[kind]
        if name not in names:
            self.values[f"{kind}s", len(names), "name"] = cell.spot
            names[name] = self.ids.keep(kind, name)
        return names[name]

    def promises(self, row: Row, made: dict[str, Any], path: FieldPath) -> None:
        cell = row.get(PROMISES)
        for line in cell.text.split("\n") if cell is not None else ():
            if cell is None or not line.strip():
                continue
            promise = read_promise(line)
            if promise is None:
                message = _("“{text}” is not a promise.").format(text=shorten(line))
                self.problem(cell, PROMISES, message, right_form())
                continue
            if promise.pop("clock", None):
                self.losses.add(
                    _("Promises in business time, taken as calendar time without opening hours"), promise["id"]
                )
            if "owner" in promise:
                promise["owner"] = self.reference("owner", promise["owner"], cell)
            held = made.setdefault(PROMISES, [])
            self.values[(*path, PROMISES, len(held))] = cell.spot
            held.append(promise)

    def stage(self, row: Row) -> int:
        """Return the place of the row's stage; a row that names none belongs to the one above."""
        said = [row[field].text.strip() for field in ("stage", "stage.fr", "stage.en") if field in row]
        if not said and self.stages:
            return len(self.stages) - 1 if not self.places else list(self.places.values())[-1]
        key = row["stage"].text.strip() if "stage" in row else tuple(said)
        if key not in self.places:
            path: FieldPath = ("stages", len(self.stages))
            self.places[key] = len(self.stages)
            self.values[path] = min(cell.spot for cell in row.values())
            title = Path(self.file).stem or "–"
            made = self.identified(row, "stage", path) if said else {"id": self.ids.of("stage", title), "name": title}
            self.stages.append(made)
        place = self.places.pop(key)
        self.places[key] = place  # the one that the next row may mean
        return place

    def step(self, row: Row, stage: dict[str, Any], path: FieldPath) -> str | None:
        said = [row[field].text.strip() for field in ("step", "step.fr", "step.en") if field in row]
        if not said:
            return None
        key = ("step", stage["id"], *said[:1])
        steps = stage.setdefault("steps", [])
        if key not in self.steps:
            made = self.identified(row, "step", (*path, "steps", len(steps)))
            steps.append(made)
            self.steps[key] = made["id"]
        return self.steps[key]

    def identified(self, row: Row, part: str, path: FieldPath) -> dict[str, Any]:
        """Return id and name of a stage, step or touchpoint; either may have to do for the other."""
        named = "name" if part == "touchpoint" else part
        texts = {one: row[f"{named}.{one}"].text for one in LANGUAGES if f"{named}.{one}" in row}
        own = row.get(part)
        name: Any = texts or (own.text.strip() if own is not None else None)
        for one in LANGUAGES:
            if one in texts:
                self.values[(*path, "name", one)] = row[f"{named}.{one}"].spot
        if own is not None:
            self.values[(*path, "id")] = own.spot
        if own is not None and (texts or is_id(own.text.strip())):
            return {"id": own.text.strip(), "name": name}
        if name is None:
            return {"id": self.ids.of(part, part)}
        first = next(iter(texts.values())) if texts else name
        return {"id": self.ids.of(part, first), "name": name}


def _language(rows: list[Row], usual: Language) -> Language:
    """Return the one language in which the rows have names, else ``usual``."""
    found = [one for one in LANGUAGES if any(f"{part}.{one}" in row for row in rows for part in ("name", "stage"))]
    return found[0] if len(found) == 1 else usual
