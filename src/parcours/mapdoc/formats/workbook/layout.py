"""Which sheets a workbook has and which columns each: taken from the schema, so that every field has its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from parcours.mapdoc.versions import map_schema

Kind = Literal["text", "texts", "ids", "word", "number", "target", "yes", "day", "time", "rule", "choice"]
"""What a cell holds: a text in two languages, a list of such, ids, one word or name, and so on."""


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a row. ``path`` is its path in the document, ``raci.responsible``; ``refers`` the sheet it names.

    ``called`` is what people call it where the name of the field means something else elsewhere.
    """

    path: str
    kind: Kind
    options: tuple[str, ...] = ()
    refers: str | None = None
    required: bool = False
    called: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of rows. ``holder`` is the column that says what a row belongs to: the stage of a touchpoint."""

    key: str
    columns: tuple[Column, ...]
    holder: str | None = None


WEEKDAY = "weekday"
_REFERRED = {
    "owner": "owners",
    "accountable": "owners",
    "channel": "channels",
    "stage": "stages",
    "touchpoint": "touchpoints",
    "from": "touchpoints",
    "step": "steps",
    "journey": "journeys",
    "opportunity": "opportunities",
    "metric": "metrics",
}
_ROWS = (
    ("stages", "stage", None),
    ("steps", "step", "stage"),
    ("touchpoints", "touchpoint", "stage"),
    ("links", "link", "touchpoint"),
    ("promises", "promise", "touchpoint"),
    ("metrics", "metric", "stage"),
    ("personas", "persona", None),
    ("pain_points", "pain_point", None),
    ("opportunities", "opportunity", None),
    ("actions", "action", None),
    ("evidence", "evidence", None),
    ("journeys", "journey", None),
    ("channels", "channel", None),
    ("owners", "owner", None),
)
"""Sheet, definition of its rows in the schema, and what a row belongs to."""
_OPEN = (Column("from", "time", called="opens"), Column("to", "time", called="closes"))
_NOT_HERE = frozenset({"$schema", "hours", "closed"})


@cache
def map_columns() -> tuple[Column, ...]:
    """Return the fields of the map itself, one a row of the first sheet."""
    return _columns(map_schema())


@cache
def sheets() -> tuple[Sheet, ...]:
    """Return the sheets of rows in their order."""
    schema = map_schema()
    rows = [
        Sheet(
            key,
            ((Column(holder, "word", refers=_REFERRED[holder]),) if holder else ()) + _columns(schema["$defs"][name]),
            holder,
        )
        for key, name, holder in _ROWS
    ]
    weekdays = tuple(schema["$defs"]["calendar"]["properties"]["hours"]["properties"])
    hours = (Column(WEEKDAY, "choice", weekdays, required=True), *_OPEN)
    return (*rows, Sheet("hours", hours, WEEKDAY), Sheet("closed", (Column("day", "day", required=True),)))


def _columns(schema: Mapping[str, Any], before: str = "") -> tuple[Column, ...]:
    found: list[Column] = []
    for name, field in schema["properties"].items():
        whole = _whole(field)
        if name in _NOT_HERE or (whole.get("type") == "array" and not _ids(field) and _name_of(field) != "texts"):
            continue  # a sheet of its own
        if "properties" in whole and _name_of(field) not in ("text", "rule"):
            found += _columns(whole, f"{before}{name}.")
        else:
            found.append(_column(f"{before}{name}", name, field, whole, name in schema.get("required", ())))
    return tuple(found)


def _column(path: str, name: str, field: Mapping[str, Any], whole: Mapping[str, Any], required: bool) -> Column:
    named = _name_of(field)
    if named in ("text", "texts", "rule", "day", "time"):
        return Column(path, named, required=required)  # type: ignore[arg-type]
    if _ids(field):
        return Column(path, "ids", required=required)
    if "enum" in whole:
        return Column(path, "choice", tuple(whole["enum"]), required=required)
    kind: Kind = {"boolean": "yes", "number": "number", "integer": "number", "string": "word"}.get(  # type: ignore[assignment]
        str(whole.get("type")), "target"
    )
    return Column(path, kind, refers=_REFERRED.get(name) if kind == "word" else None, required=required)


def _name_of(field: Mapping[str, Any]) -> str:
    return str(field.get("$ref", "")).rpartition("/")[2]


def _whole(field: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**map_schema()["$defs"].get(_name_of(field), {}), **field}


def _ids(field: Mapping[str, Any]) -> bool:
    """Return whether a field is a list of ids rather than of objects or texts."""
    whole = _whole(field)
    return (
        whole.get("type") == "array" and whole.get("items", {}).get("type") == "string" and _name_of(field) != "texts"
    )
