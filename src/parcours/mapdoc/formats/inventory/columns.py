"""The columns of the inventory, in their order, and how each is read and written."""

from __future__ import annotations

from functools import cache

from parcours.mapdoc.formats.workbook.cells import headings
from parcours.mapdoc.formats.workbook.layout import Column, sheets

STAGE, STEP, POINT = "stage", "step", "touchpoint"
_FACTS = (
    "channel",
    "owner",
    "kind",
    "initiator",
    "receiver",
    "layer",
    "required",
    "moment_of_truth",
    "expected_emotion",
)
PROMISES, MATCHES = "promises", "matches"


@cache
def facts() -> dict[str, Column]:
    """Return the fields of a touchpoint that have a column of their own, by name, its texts included."""
    columns = {column.path: column for sheet in sheets() if sheet.key == "touchpoints" for column in sheet.columns}
    return {name: columns[name] for name in ("name", *_FACTS, MATCHES)}


@cache
def fields() -> tuple[str, ...]:
    """Return the fields of a row in their order: ``stage``, ``stage.fr``, ``stage.en``, ``step`` …"""
    named = [part for part in (STAGE, STEP) for part in (part, f"{part}.fr", f"{part}.en")]
    return (*named, POINT, *headings(facts()["name"]), *_FACTS, PROMISES, MATCHES)
