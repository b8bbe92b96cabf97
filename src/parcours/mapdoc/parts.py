"""A map taken apart into its items, so that two versions can be compared item by item whatever the document holds.

Every list of objects that have an ``id`` is a collection; its objects are items, known by the collection's name and
their id wherever they stand. All else belongs to the item that holds it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from parcours.language.errors import MapError, Place
from parcours.language.translation import LANGUAGES
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.parsing import checked_map
from parcours.mapdoc.source import Source
from parcours.mapdoc.versions import map_schema
from parcours.mapdoc.writing import plain_map

_TEXT = "#/$defs/text"


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """One thing of a map: ``kind`` is the name of its collection in the document (``touchpoints``)."""

    kind: str
    id: str


MAP = Item("map", "")
"""The document itself, the item that holds all others."""


@dataclass(frozen=True, slots=True)
class Held:
    """What an item is: where it hangs, and its own fields, as plain data with every text by language."""

    parent: Item
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parts:
    """A map taken apart: its ``items`` in the order of the document, and the order of ids in every collection."""

    items: Mapping[Item, Held]
    orders: Mapping[tuple[Item, str], tuple[str, ...]]

    def stage_of(self, item: Item) -> str | None:
        """Return the id of the stage that ``item`` is or stands in, or that it names; None for what has none."""
        here = item
        while here in self.items:
            if here.kind == "stages":
                return here.id
            named = self.items[here].fields
            if isinstance(named.get("stage"), str):
                return str(named["stage"])
            point = named.get("touchpoint")
            here = Item("touchpoints", point) if isinstance(point, str) else self.items[here].parent
            if here == MAP:
                return None
        return None


def take_apart(document: JourneyMap) -> Parts:
    """Return the items of ``document``."""
    plain = _by_language(plain_map(document), map_schema(), document.default_language)
    plain.pop("$schema", None)
    items: dict[Item, Held] = {}
    orders: dict[tuple[Item, str], tuple[str, ...]] = {}
    for item, parent, data in _walk(MAP, MAP, plain):
        items[item] = Held(parent, {name: value for name, value in data.items() if not is_collection(value)})
        for name, value in data.items():
            if is_collection(value):
                orders[item, name] = tuple(one["id"] for one in value)
    return Parts(items, orders)


def put_together(parts: Parts) -> JourneyMap:
    """Return the map of ``parts``. Raises MapError with every problem, each at its field, where they make no map."""

    def data_of(item: Item) -> dict[str, Any]:
        listed = {
            kind: [data_of(Item(kind, one)) for one in ids] for (holder, kind), ids in parts.orders.items()
            if holder == item and ids
        }  # fmt: skip
        return {**parts.items[item].fields, **listed}

    try:
        return checked_map(Source("", data_of(MAP), {}, {}))
    except MapError as error:
        problems = tuple(replace(one, place=Place(field=one.place.field)) for one in error.problems)
        raise MapError(error.message, problems=problems) from None


def is_collection(value: object) -> bool:
    """Tell whether a value is a list of objects that have ids."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and "id" in one for one in value)


def is_text(value: object) -> bool:
    """Tell whether a value is a text by language."""
    return isinstance(value, dict) and bool(value) and set(value) <= set(LANGUAGES)


def same(one: object, other: object) -> bool:
    """Tell whether two plain values are written alike: 1 is not true, and the order of conditions counts."""
    return json.dumps(one, ensure_ascii=False) == json.dumps(other, ensure_ascii=False)


def _walk(item: Item, parent: Item, data: Mapping[str, Any]) -> Iterator[tuple[Item, Item, Mapping[str, Any]]]:
    yield item, parent, data
    for name, value in data.items():
        if is_collection(value):
            for one in value:
                yield from _walk(Item(name, one["id"]), item, one)


def _by_language(value: Any, schema: Mapping[str, Any], language: str) -> Any:
    """Return ``value`` with every text that is one plain string as a text by language, as the schema says."""
    reference = schema.get("$ref")
    if reference == _TEXT:
        texts = {language: value} if isinstance(value, str) else value
        return {one: texts[one] for one in LANGUAGES if one in texts}
    if reference is not None:
        schema = map_schema()["$defs"][reference.removeprefix("#/$defs/")]
    if isinstance(value, dict):
        known = schema.get("properties", {})
        return {name: _by_language(one, known.get(name, {}), language) for name, one in value.items()}
    if isinstance(value, list):
        return [_by_language(one, schema.get("items", {}), language) for one in value]
    return value
