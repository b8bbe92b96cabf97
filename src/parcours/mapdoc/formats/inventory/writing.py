"""A map as an inventory of its touchpoints, and the report of what such a table cannot hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from parcours.language.translation import LANGUAGES, Language, _, speaking
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.formats.fields import lost_fields
from parcours.mapdoc.formats.headings import label
from parcours.mapdoc.formats.inventory.columns import MATCHES, POINT, PROMISES, STAGE, STEP, facts, fields
from parcours.mapdoc.formats.inventory.promise_text import write_promise
from parcours.mapdoc.formats.inventory.table import write_table
from parcours.mapdoc.formats.losses import Losses
from parcours.mapdoc.formats.opened import WrittenMap
from parcours.mapdoc.formats.workbook.cells import headings, to_cells
from parcours.mapdoc.writing import plain_map

_KEPT = frozenset(
    {"id", "default_language", "stages", "channels", "owners"}
    | {f"{holder}[].{field}" for holder in ("channels", "owners") for field in ("id", "name", "icon")}
    | {f"stages[].{field}" for field in ("id", "name", "steps", "touchpoints")}
    | {f"stages[].steps[].{field}" for field in ("id", "name")}
    | {f"stages[].touchpoints[].{field}" for field in ("id", STEP, PROMISES, MATCHES, *facts())}
    | {f"stages[].touchpoints[].promises[].{field}" for field in ("id", "statement", "from", "within", "clock")}
    | {f"stages[].touchpoints[].promises[].{field}" for field in ("percentile", "owner")}
)
_USUAL = {"kind": "action", "initiator": "customer"}
_SEPARATORS = {"fr": ";", "en": ","}


def write_inventory(map: JourneyMap, language: Language) -> WrittenMap:
    """Write the touchpoints of ``map`` as CSV with headings in ``language``, as its spreadsheets expect it.

    UTF-8 with a mark at its beginning; semicolons and decimal commas in French, commas and points in English.
    """
    data = plain_map(map)
    losses = Losses()
    losses.add_all(lost_fields(data, _KEPT, None))
    named = [one for field in ("channels", "owners") for one in data.get(field, ())]
    losses.add(_("Names of channels and owners"), *(one["id"] for one in named if one["name"] != one["id"]))
    points = [point for stage in data["stages"] for point in stage.get("touchpoints", ())]
    holders = [*points, *(promise for point in points for promise in point.get(PROMISES, ()))]
    used = {holder.get(field) for holder in holders for field in ("channel", "owner")}
    unused = [one["id"] for one in named if one["id"] not in used]
    losses.add(_("Channels and owners that no touchpoint names"), *unused)
    rows = [[label(field, language) for field in fields()]]
    rows += [[row.get(field, "") for field in fields()] for row in _Rows(data, language).every()]
    return WrittenMap(b"\xef\xbb\xbf" + write_table(rows, _SEPARATORS[language]).encode(), losses.report())


class _Rows:
    def __init__(self, data: Mapping[str, Any], language: Language) -> None:
        self.data = data
        self.main: Language = data["default_language"]
        self.language = language

    def every(self) -> Iterator[dict[str, str]]:
        """Give a row for each touchpoint, and for each step and stage that has none."""
        for stage in self.data["stages"]:
            head = self.named(STAGE, stage)
            points = stage.get("touchpoints", ())
            steps = {step["id"]: self.named(STEP, step) for step in stage.get("steps", ())}
            used = dict.fromkeys(point["step"] for point in points if "step" in point)
            if not points and not steps:
                yield head
            if list(used) != list(steps):  # rows of touchpoints alone would not tell all steps in their order
                yield from ({**head, **step} for step in steps.values())
            for point in points:
                yield {**head, **steps.get(point.get("step", ""), {}), **self.point(point)}

    def named(self, field: str, part: Mapping[str, Any]) -> dict[str, str]:
        texts = part["name"] if isinstance(part["name"], dict) else {self.main: part["name"]}
        return {field: part["id"], **{f"{field}.{one}": texts.get(one, "") for one in LANGUAGES}}

    def point(self, point: Mapping[str, Any]) -> dict[str, str]:
        row = {POINT: str(point["id"])}
        for name, column in facts().items():
            with speaking(self.language):
                cells = to_cells(
                    column, point.get(name, _USUAL.get(name)), self.language if column.kind == "yes" else self.main
                )
            row.update(zip(headings(column), map(self.shown, cells), strict=True))
        row[PROMISES] = "\n".join(write_promise(one, self.main) for one in point.get(PROMISES, ()))
        return row

    def shown(self, value: Any) -> str:
        if isinstance(value, float):
            return repr(value).replace(".", "," if self.language == "fr" else ".")
        return "" if value is None else str(value)
