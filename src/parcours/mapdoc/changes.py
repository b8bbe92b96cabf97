"""What changed between two versions of a map, and the same changes made again on the first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from parcours.language.errors import UsageError, shorten
from parcours.language.translation import _
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.parts import Held, Item, Parts, is_text, put_together, same, take_apart
from parcours.mapdoc.sequences import moved

Path: TypeAlias = tuple[str, ...]
"""The way to a field inside its item: ``("owner",)``, ``("name", "fr")``, ``("calendar", "hours", "monday")``."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an item stands: in which item, and at which place of that list, from 0."""

    parent: Item
    place: int


@dataclass(frozen=True, slots=True)
class Added:
    """An item that only the second map has. What stands in it is added on its own."""

    item: Item
    to: Spot
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Removed:
    """An item that only the first map has."""

    item: Item
    spot: Spot
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Moved:
    """An item that stands elsewhere: in another item, or at another place of the order."""

    item: Item
    spot: Spot
    to: Spot


@dataclass(frozen=True, slots=True)
class Changed:
    """A field with another value, as the document writes it; None where it has none. A text changes by language."""

    item: Item
    path: Path
    old: Any
    new: Any


Change: TypeAlias = Added | Removed | Moved | Changed


def diff(old: JourneyMap, new: JourneyMap) -> tuple[Change, ...]:
    """Return what leads from ``old`` to ``new``, by ids: nothing where they are the same map.

    What was removed comes first, in the order of ``old``; then the rest in the order of ``new``. The order of a list
    of items is told by the fewest items that moved.
    """
    before, after = take_apart(old), take_apart(new)
    gone = [Removed(item, _spot(before, item), one.fields)
            for item, one in before.items.items() if item not in after.items]  # fmt: skip
    displaced = _displaced(before, after)
    changes: list[Change] = [*gone]
    for item, one in after.items.items():
        if item not in before.items:
            changes.append(Added(item, _spot(after, item), one.fields))
            continue
        if item in displaced:
            changes.append(Moved(item, _spot(before, item), _spot(after, item)))
        changes += [Changed(item, path, was, now)
                    for path, was, now in _field_changes((), before.items[item].fields, one.fields)]  # fmt: skip
    return tuple(changes)


def apply(changes: Sequence[Change], document: JourneyMap) -> JourneyMap:
    """Make ``changes`` on ``document``: ``apply(diff(a, b), a) == b``.

    Raises UsageError where a change names what the map does not hold, or adds what it holds already; MapError where the
    result is no valid map.
    """
    parts = take_apart(document)
    items, orders = dict(parts.items), {key: list(ids) for key, ids in parts.orders.items()}
    arriving: list[tuple[Spot, Item]] = []
    for change in changes:
        _refuse_stranger(change, items)
        if isinstance(change, Changed):
            held = items[change.item]
            items[change.item] = Held(held.parent, _with(held.fields, change.path, change.new))
            continue
        if isinstance(change, Removed | Moved):
            orders[items[change.item].parent, change.item.kind].remove(change.item.id)
        if isinstance(change, Removed):
            del items[change.item]
        else:
            fields = change.fields if isinstance(change, Added) else items[change.item].fields
            items[change.item] = Held(change.to.parent, fields)
            arriving.append((change.to, change.item))
    # What stays is in its final order: the others, put in from the front, each find exactly their place.
    for spot, item in sorted(arriving, key=lambda pair: pair[0].place):
        orders.setdefault((spot.parent, item.kind), []).insert(spot.place, item.id)
    kept = {key: tuple(ids) for key, ids in orders.items() if ids and key[0] in items}
    return put_together(Parts(items, kept))


def _spot(parts: Parts, item: Item) -> Spot:
    parent = parts.items[item].parent
    return Spot(parent, parts.orders[parent, item.kind].index(item.id))


def _displaced(before: Parts, after: Parts) -> frozenset[Item]:
    elsewhere = {
        item for item, one in after.items.items()
        if item in before.items and before.items[item].parent != one.parent
    }  # fmt: skip
    reordered = {
        Item(key[1], name)
        for key, ids in after.orders.items()
        for name in moved(before.orders.get(key, ()), ids)
    }  # fmt: skip
    return frozenset(elsewhere | reordered)


def _field_changes(path: Path, old: Any, new: Any) -> Iterator[tuple[Path, Any, Any]]:
    if same(old, new):
        return
    kinds = [isinstance(one, Mapping) for one in (old, new)]
    if all(kinds) or (old is None and is_text(new)) or (new is None and is_text(old)):
        was, now = old or {}, new or {}
        for name in dict.fromkeys((*was, *now)):
            yield from _field_changes((*path, name), was.get(name), now.get(name))
    else:
        yield path, old, new


def _with(fields: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """Return ``fields`` with another value at ``path``; what is left empty goes."""
    name, *rest = path
    inner = _with(fields.get(name) or {}, tuple(rest), value) if rest else value
    changed = {**fields, name: inner}
    return {key: one for key, one in changed.items() if one is not None and one != {}}


def _refuse_stranger(change: Change, items: Mapping[Item, Held]) -> None:
    if isinstance(change, Added) == (change.item not in items):
        return
    message = _("“{id}” is already in “{list}”.") if isinstance(change, Added) else _("There is no “{id}” in “{list}”.")
    raise UsageError(
        message.format(id=shorten(change.item.id), list=change.item.kind),
        value=change.item.id,
        expected=_("Make these changes on the map from which they were told."),
    )
