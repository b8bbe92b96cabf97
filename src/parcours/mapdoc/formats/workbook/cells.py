"""Values of a map as cells of a sheet, and cells as values; what is written reads back exactly."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from parcours.engine.predicates import NUMBER
from parcours.language.translation import LANGUAGES, Language, _, speaking
from parcours.mapdoc.formats.rule_text import NotARule, read_rule, write_rule
from parcours.mapdoc.formats.workbook.layout import Column
from parcours.mapdoc.rules import build_rule, plain_rule

Cell = str | int | float | bool | date | None

_EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_FIRST_DAY, _LAST_DAY = date(1900, 3, 1), date(9999, 12, 31)
"""Days before the first are written as text: Excel believes that 1900 was a leap year."""
_YES = frozenset({"yes", "oui", "true", "vrai", "x", "1"})
_NO = frozenset({"no", "non", "false", "faux", "0"})


class BadCell(Exception):  # noqa: N818 - it names the state of the cell, and never reaches a user
    """A cell that cannot be what its column holds; whoever reads the sheet says so at its place."""

    def __init__(self, message: str, expected: str | None) -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected


def headings(column: Column) -> tuple[str, ...]:
    """Return the field names of the columns that a field takes: two for a text, one for anything else."""
    if column.kind in ("text", "texts"):
        return tuple(f"{column.path}.{language}" for language in LANGUAGES)
    return (column.path,)


def to_cells(column: Column, value: Any, main: Language) -> tuple[Cell, ...]:
    """Return the cells of a field; ``main`` is the language of texts that are one plain string."""
    if value is None:
        return (None,) * len(headings(column))
    if column.kind == "text":
        texts = value if isinstance(value, dict) else {main: value}
        return tuple(texts.get(language) for language in LANGUAGES)
    if column.kind == "texts":
        return _text_lists([one if isinstance(one, dict) else {main: one} for one in value])
    if column.kind == "ids":
        return (", ".join(value),)
    if column.kind == "rule":
        return (write_rule(build_rule(value)),)
    if column.kind == "yes":
        with speaking(main):
            return (_("yes") if value else _("no"),)
    if column.kind == "day":
        day = date.fromisoformat(value)
        return (day if day >= _FIRST_DAY else value,)
    if isinstance(value, int | float) and float(f"{value:.15g}") != value:
        return (repr(value),)  # more digits than Excel keeps
    return (value,)


def from_cells(column: Column, cells: Sequence[Cell], *, from_1904: bool) -> Any:
    """Return the plain value that cells hold, None where they are empty. Raises BadCell.

    What is merely of the wrong type comes back as it is: the check of the whole map says so.
    """
    if column.kind == "text":
        texts = {language: _lines(cell) for language, cell in zip(LANGUAGES, cells, strict=True)}
        return {language: text for language, text in texts.items() if text} or None
    if column.kind == "texts":
        return _read_text_lists([_lines(cell) for cell in cells])
    (cell,) = cells
    if cell is None or (isinstance(cell, str) and not cell):
        return None
    if column.kind == "rule":
        try:
            return plain_rule(read_rule(_lines(cell)))
        except NotARule as wrong:
            raise BadCell(wrong.message, wrong.expected) from None
    if column.kind == "ids":
        return [one.strip() for one in re.split(r"[,;\n]", _text(cell)) if one.strip()]
    if column.kind == "day" and isinstance(cell, int | float) and not isinstance(cell, bool):
        return _day(cell, from_1904)
    if column.kind == "time" and isinstance(cell, float):
        minutes = round(cell * 24 * 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return _scalar(column, cell)


def _scalar(column: Column, cell: Cell) -> Any:
    if column.kind == "yes":
        word = _text(cell).strip().casefold()
        return True if word in _YES else False if word in _NO else cell
    if column.kind in ("number", "target"):
        if isinstance(cell, str) and NUMBER.fullmatch(cell.strip().replace(",", ".")):
            number = float(cell.strip().replace(",", "."))
            return int(number) if number.is_integer() and abs(number) < 2**53 else number
        return cell
    text = _text(cell)
    return text.strip() if column.kind in ("choice", "day", "time") else text


def _text(cell: Cell) -> str:
    """Return what a cell shows where a text is wanted: Excel takes a typed 12 for a number."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    return "" if cell is None else str(cell)


def _lines(cell: Cell) -> str:
    return _text(cell).replace("\r\n", "\n")


def _day(serial: float, from_1904: bool) -> str | float:
    try:
        return (_EPOCHS[from_1904] + timedelta(days=int(serial))).isoformat()
    except OverflowError:
        return serial


def _text_lists(texts: list[Mapping[str, str]]) -> tuple[Cell, ...]:
    """Write one text a line, the languages side by side; as JSON where a text has lines of its own."""
    columns = ["\n".join(one.get(language, "") for one in texts) for language in LANGUAGES]
    if any("\n" in text for one in texts for text in one.values()) or columns[0].startswith("["):
        return (json.dumps([dict(one) for one in texts], ensure_ascii=True), None)
    return tuple(column if column.strip("\n") else None for column in columns)


def _read_text_lists(columns: list[str]) -> list[dict[Language, str]] | None:
    if columns[0].startswith("[") and not columns[1]:
        try:
            return list(json.loads(columns[0]))
        except ValueError:
            raise BadCell(_("This begins like a list in JSON and is none."), _("Write one text a line.")) from None
    lines = [column.split("\n") if column else [] for column in columns]
    texts = [
        {language: held[row] for language, held in zip(LANGUAGES, lines, strict=True) if row < len(held) and held[row]}
        for row in range(max(map(len, lines)))
    ]
    return [text for text in texts if text] or None
