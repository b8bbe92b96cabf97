"""Two people changed the same map: one map out of both, and what only they can settle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from parcours.mapdoc.changes import Path
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.parts import MAP, Held, Item, Parts, is_text, put_together, same, take_apart
from parcours.mapdoc.sequences import merge_orders

Side: TypeAlias = Literal["mine", "theirs"]
ConflictKind: TypeAlias = Literal["field", "removed", "place", "order"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that both sides changed, each in another way; ``base``, ``mine``, ``theirs`` are plain data.

    ``field``: values at ``path``. ``removed``: the fields of an item that one side took out (None) while the other
    changed it or put something into it. ``place``: ids of the items into which it was moved. ``order``: the ids of the
    list at ``path``.
    """

    kind: ConflictKind
    item: Item
    path: Path
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merge:
    """One map out of two. Where there are conflicts, ``parts`` hold what the preferred side wants.

    Without a preferred side they hold mine, and every item that one side removed and the other changed.
    """

    parts: Parts
    conflicts: tuple[Conflict, ...]

    def map(self) -> JourneyMap:
        """Return the merged map.

        Raises MapError where two good changes make no valid map together: one removed an owner, the other named it.
        """
        return put_together(self.parts)


def merge(base: JourneyMap, mine: JourneyMap, theirs: JourneyMap, *, prefer: Side | None = None) -> Merge:
    """Put what ``mine`` and ``theirs`` each changed since ``base`` into one map.

    What only one side changed is taken; what both changed alike too. Everything else is a conflict, settled for
    ``prefer``. An order matters only among those who stay where they are.
    """
    return _Merging(take_apart(base), take_apart(mine), take_apart(theirs), prefer).run()


@dataclass
class _Merging:
    base: Parts
    mine: Parts
    theirs: Parts
    prefer: Side | None
    conflicts: list[Conflict] = field(default_factory=list)

    def run(self) -> Merge:
        every = list(dict.fromkeys((*self.base.items, *self.mine.items, *self.theirs.items)))
        parents = {item: self._parent(item) for item in every}
        kept = self._kept(every, parents)
        items = {item: Held(parents[item], self._fields(item)) for item in every if item in kept}
        orders = dict(self._orders(items))
        return Merge(Parts(items, orders), tuple(self.conflicts))

    def _sides(self, item: Item) -> tuple[Held | None, Held | None, Held | None]:
        return self.base.items.get(item), self.mine.items.get(item), self.theirs.items.get(item)

    # ---------------------------------------------------------------- what stays

    def _parent(self, item: Item) -> Item:
        """Return where an item hangs, if it stays."""
        base, mine, theirs = self._sides(item)
        if mine is None or theirs is None:
            there = mine or theirs or base
            return there.parent if there is not None else MAP
        was = base.parent if base is not None else None
        if theirs.parent in (was, mine.parent):
            return mine.parent
        if mine.parent == was:
            return theirs.parent
        self._conflict("place", item, (), was and was.id, mine.parent.id, theirs.parent.id)
        return theirs.parent if self.prefer == "theirs" else mine.parent

    def _kept(self, every: Sequence[Item], parents: dict[Item, Item]) -> set[Item]:
        """Return what stays: all that nobody removed, and what one side removed while the other worked on it.

        Where the preferred side's removals win, what it keeps goes back to where that side has it.
        """
        contested: set[Item] = set()
        while True:
            kept, removed = self._standing(every, parents)
            contested |= removed
            lost = {item for item in contested if self._remover(item) == self.prefer}
            inside = [item for item in every if item in kept - lost and lost & set(_above(item, parents))]
            homes = {item: self._preferred.items[item].parent for item in inside if item in self._preferred.items}
            back = {item: home for item, home in homes.items() if home != parents[item]}
            for item, home in back.items():
                base, mine, theirs = (held and held.parent.id for held in self._sides(item))
                self._conflict("place", item, (), base, mine, theirs)
                parents[item] = home
            if not back:
                break
        lost |= {item for item in inside if item not in homes}
        for item in every:
            if item in contested or item in lost:
                self._conflict("removed", item, (), *(held and dict(held.fields) for held in self._sides(item)))
        return kept - lost

    @property
    def _preferred(self) -> Parts:
        return self.theirs if self.prefer == "theirs" else self.mine

    def _standing(self, every: Sequence[Item], parents: Mapping[Item, Item]) -> tuple[set[Item], set[Item]]:
        """Return what stays as long as no removal wins, and what of it was removed by one side."""
        kept = {item for item in every if not self._is_removed(item)}
        for item in tuple(kept):
            kept.update(_above(item, parents))
        contested = {item for item in kept if self._remover(item) is not None}
        for item in every:  # parents come before what stands in them, so that all that went with one comes back with it
            if item not in kept and parents[item] in contested and self._remover(item) is not None:
                contested.add(item)
        return kept | contested, contested

    def _is_removed(self, item: Item) -> bool:
        """Tell whether an item goes without anybody minding."""
        base, mine, theirs = self._sides(item)
        if base is None or (mine is not None and theirs is not None):
            return False
        other = mine or theirs
        return other is None or (other.parent == base.parent and same(_sorted(other.fields), _sorted(base.fields)))

    def _remover(self, item: Item) -> Side | None:
        base, mine, theirs = self._sides(item)
        if base is None or (mine is None) == (theirs is None):
            return None
        return "mine" if mine is None else "theirs"

    # -------------------------------------------------------------------- fields

    def _fields(self, item: Item) -> Mapping[str, Any]:
        base, mine, theirs = self._sides(item)
        if mine is None or theirs is None:
            there = mine or theirs
            return there.fields if there is not None else {}
        was = base.fields if base is not None else {}
        return self._field(item, (), was, mine.fields, theirs.fields) or {}

    def _field(self, item: Item, path: Path, base: Any, mine: Any, theirs: Any) -> Any:
        if same(mine, theirs) or same(theirs, base):
            return mine
        if same(mine, base):
            return theirs
        sides = [isinstance(one, Mapping) for one in (base, mine, theirs)]
        if all(sides) or (base is None and is_text(mine) and is_text(theirs)):
            was = base or {}
            merged = {
                name: self._field(item, (*path, name), was.get(name), mine.get(name), theirs.get(name))
                for name in dict.fromkeys((*was, *mine, *theirs))
            }
            return {name: value for name, value in merged.items() if value is not None} or None
        self._conflict("field", item, path, base, mine, theirs)
        return theirs if self.prefer == "theirs" else mine

    # --------------------------------------------------------------------- order

    def _orders(self, items: Mapping[Item, Held]) -> Iterator[tuple[tuple[Item, str], tuple[str, ...]]]:
        members: dict[tuple[Item, str], set[str]] = {}
        for item, held in items.items():
            if item != MAP:
                members.setdefault((held.parent, item.kind), set()).add(item.id)
        for key, ids in members.items():
            lists = [side.orders.get(key, ()) for side in (self.base, self.mine, self.theirs)]
            merged = merge_orders(frozenset(ids), *lists, mine_wins=self.prefer != "theirs")
            if merged.disputed:
                self._conflict("order", key[0], (key[1],), *(list(one) for one in lists))
            yield key, merged.order

    def _conflict(self, kind: ConflictKind, item: Item, path: Path, base: Any, mine: Any, theirs: Any) -> None:
        self.conflicts.append(Conflict(kind, item, path, base, mine, theirs))


def _above(item: Item, parents: Mapping[Item, Item]) -> Iterator[Item]:
    while item != MAP:
        item = parents[item]
        yield item


def _sorted(fields: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return sorted(fields.items())
