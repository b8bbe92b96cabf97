"""Changes of a map and conflicts of a merge in words, in the current language."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from parcours.language.formats import decimal, list_words, quoted
from parcours.language.translation import _, current_language
from parcours.mapdoc.changes import Added, Change, Changed, Moved, Path, Removed, Spot
from parcours.mapdoc.field_words import REFERS_TO, RULES, collection_word, field_word, order_word, value_word
from parcours.mapdoc.formats.rule_text import write_rule
from parcours.mapdoc.merging import Conflict
from parcours.mapdoc.parts import MAP, Item, Parts, is_text, same
from parcours.mapdoc.rules import build_rule

_NAMED_BY = ("name", "title", "statement", "summary")
_LONGEST_NAME, _LONGEST_VALUE = 60, 90


@dataclass(frozen=True, slots=True)
class StageLines:
    """What is said of one stage, or of the map as a whole (``stage`` None)."""

    stage: str | None
    heading: str
    lines: tuple[str, ...]


def told_by_stage(changes: Iterable[Change], old: Parts, new: Parts) -> list[StageLines]:
    """Tell ``changes`` stage by stage: first the map's own, then the stages in the new order, then those that went."""
    words = _Words(new, old)
    groups: dict[str | None, list[str]] = {}
    for change in changes:
        parts = old if isinstance(change, Removed) else new
        groups.setdefault(parts.stage_of(change.item), []).append(words.change(change, old, new))
    order = [None, *new.orders.get((MAP, "stages"), ()), *old.orders.get((MAP, "stages"), ())]
    return [
        StageLines(one, _("The map") if one is None else words.name(Item("stages", one)), tuple(groups[one]))
        for one in dict.fromkeys(order) if one in groups
    ]  # fmt: skip


def told_conflict(conflict: Conflict, *, base: Parts, mine: Parts, theirs: Parts) -> tuple[str, ...]:
    """Tell one conflict: where it is, then the three values."""
    words = _Words(base, mine, theirs)
    stage = next((found for one in (mine, theirs, base) if (found := one.stage_of(conflict.item))), None)
    where = words.item(conflict.item)
    if conflict.path:
        field = order_word(conflict.path[-1]) if conflict.kind == "order" else field_words(conflict.path)
        where = _("{thing}, {field}").format(thing=where, field=field)
    if stage is not None and conflict.item.kind != "stages":
        where = _("{stage}: {thing}").format(stage=words.name(Item("stages", stage)), thing=where)
    values = [words.conflicting(conflict, value) for value in (conflict.base, conflict.mine, conflict.theirs)]
    labels = (_("base"), _("mine"), _("theirs"))
    return (
        where,
        *(
            "  " + _("{label}: {value}").format(label=one, value=value)
            for one, value in zip(labels, values, strict=True)
        ),
    )


def field_words(path: Path) -> str:
    """Return what a field is called; a text names its language."""
    language = {"fr": _("in French"), "en": _("in English")}.get(path[-1]) if len(path) > 1 else None
    names = [field_word(name) for name in (path[:-1] if language else path)]
    return " · ".join(names) + (f" {language}" if language else "")


class _Words:
    """Says items and values; names are looked up in the first of ``maps`` that has them."""

    def __init__(self, *maps: Parts) -> None:
        self.maps = maps

    def change(self, change: Change, old: Parts, new: Parts) -> str:
        thing = self.item(change.item)
        if isinstance(change, Added):
            return _("+ added: {thing}, {place}").format(thing=thing, place=self.place(change.item, change.to, new))
        if isinstance(change, Removed):
            return _("− removed: {thing}").format(thing=thing)
        if isinstance(change, Moved):
            return self.move(change, thing, old, new)
        return _("~ changed: {thing}, {field}: {old} → {new}").format(
            thing=thing,
            field=field_words(change.path),
            old=self.value(change.path, change.old),
            new=self.value(change.path, change.new),
        )

    def move(self, change: Moved, thing: str, old: Parts, new: Parts) -> str:
        place = self.place(change.item, change.to, new)
        if change.spot.parent == change.to.parent:
            was = self.place(change.item, change.spot, old)
            return _("→ moved: {thing}, now {place}, was {was}").format(thing=thing, place=place, was=was)
        return _("→ moved: {thing}, from {old} to {new}, {place}").format(
            thing=thing, old=self.inside(change.spot.parent), new=self.inside(change.to.parent), place=place
        )

    def place(self, item: Item, spot: Spot, parts: Parts) -> str:
        if not spot.place:
            return _("at the front")
        before = parts.orders[spot.parent, item.kind][spot.place - 1]
        return _("after {thing}").format(thing=quoted(self.name(Item(item.kind, before))))

    def inside(self, item: Item) -> str:
        return _("the map") if item == MAP else quoted(self.name(item))

    def item(self, item: Item) -> str:
        return _("the map") if item == MAP else f"{collection_word(item.kind) or item.kind} {quoted(self.name(item))}"

    def name(self, item: Item) -> str:
        fields: Mapping[str, Any] = next((one.items[item].fields for one in self.maps if item in one.items), {})
        text: Mapping[str, str] = next((fields[name] for name in _NAMED_BY if is_text(fields.get(name))), {})
        return _cut(text.get(current_language()) or next(iter(text.values()), item.id), _LONGEST_NAME)

    def value(self, path: Path, value: Any) -> str:
        if value is None:
            return _("nothing")
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, int | float):
            return decimal(value, len(f"{value:.12g}".partition(".")[2]))
        field = path[-1] if path else ""
        if field in RULES:
            return _cut(quoted("; ".join(write_rule(build_rule(value)).split("\n"))), _LONGEST_VALUE)
        if isinstance(value, str):
            return quoted(value_word(field, value) or self._referred(field, value))
        words = [self._listed(field, one) for one in value] if isinstance(value, list) else []
        if words and None not in words:
            return _cut(list_words([quoted(one) for one in words if one is not None]), _LONGEST_VALUE)
        return _cut(json.dumps(value, ensure_ascii=False), _LONGEST_VALUE)

    def _listed(self, field: str, one: Any) -> str | None:
        """Return what an entry of a list is called: a name, a text, hours; None for what has parts of other kinds."""
        if is_text(one):
            return str(one.get(current_language()) or next(iter(one.values())))
        if isinstance(one, dict) and set(one) == {"from", "to"}:
            return f"{one['from']}–{one['to']}"
        return self._referred(field, one) if isinstance(one, str) else None

    def conflicting(self, conflict: Conflict, value: Any) -> str:
        """Say one of the three values of a conflict."""
        if conflict.kind == "field":
            return self.value(conflict.path, value)
        if value is None:
            return _("not there")
        if conflict.kind == "order":
            return list_words([quoted(self.name(Item(conflict.path[-1], one))) for one in value])
        if conflict.kind == "place":
            parents = [one.items[conflict.item].parent for one in self.maps if conflict.item in one.items]
            return next((self.item(one) for one in parents if one.id == value), quoted(value))
        return self._differences(conflict.base, value)

    def _differences(self, base: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> str:
        if base is None:
            return _("there")
        names = [
            field_word(name) for name in dict.fromkeys((*base, *fields)) if not same(base.get(name), fields.get(name))
        ]
        return _("there, with other values of: {fields}").format(fields=list_words(names)) if names else _("there")

    def _referred(self, field: str, value: str) -> str:
        kind = REFERS_TO.get(field, "")
        if any(Item(kind, value) in one.items for one in self.maps):
            return self.name(Item(kind, value))
        return _cut(value, _LONGEST_VALUE)


def _cut(text: str, most: int) -> str:
    flat = text.replace("\n", " ")
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def plain_change(change: Change, old: Parts, new: Parts) -> dict[str, Any]:
    """Return a change as plain, JSON-ready data: ids and values, no sentences."""
    parts = old if isinstance(change, Removed) else new
    data: dict[str, Any] = {
        "change": type(change).__name__.lower(),
        "collection": change.item.kind,
        "id": change.item.id,
        "stage": parts.stage_of(change.item),
    }
    if isinstance(change, Changed):
        return {**data, "field": list(change.path), "old": change.old, "new": change.new}
    if isinstance(change, Added):
        return {**data, "to": _plain_spot(change.to), "fields": change.fields}
    if isinstance(change, Removed):
        return {**data, "from": _plain_spot(change.spot), "fields": change.fields}
    return {**data, "from": _plain_spot(change.spot), "to": _plain_spot(change.to)}


def plain_conflict(conflict: Conflict) -> dict[str, Any]:
    """Return a conflict as plain, JSON-ready data."""
    return {
        "conflict": conflict.kind,
        "collection": conflict.item.kind,
        "id": conflict.item.id,
        "field": list(conflict.path),
        "base": conflict.base,
        "mine": conflict.mine,
        "theirs": conflict.theirs,
    }


def _plain_spot(spot: Spot) -> dict[str, Any]:
    return {"collection": spot.parent.kind, "id": spot.parent.id, "place": spot.place}
