"""What a document names by id: each id once, and each named thing there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any

from parcours.language.errors import shorten
from parcours.language.translation import _
from parcours.mapdoc import phrases
from parcours.mapdoc.catalogue import friction_ids
from parcours.mapdoc.outline import Problem, ids_of, items, metrics, promises, stage_parts, values
from parcours.mapdoc.source import Path

Data = Mapping[str, Any]

_LISTS = ("channels", "owners", "stages", "personas", "evidence", "pain_points", "opportunities", "actions", "journeys")
_NAMED = {
    "owner": "owners",
    "channel": "channels",
    "journey": "journeys",
    "stage": "stages",
    "persona": "personas",
    "evidence": "evidence",
    "pain_point": "pain_points",
    "opportunity": "opportunities",
}
"""Kinds of named things that stand in a list of the map itself."""
_SINGLE = {
    "stages": ("owner", "journey"),
    "touchpoints": ("owner", "channel", "journey"),
    "promises": ("owner",),
    "evidence": ("stage", "touchpoint"),
    "pain_points": ("stage", "touchpoint", "friction"),
    "opportunities": ("stage", "touchpoint", "owner"),
    "actions": ("opportunity", "stage", "touchpoint", "owner", "metric"),
}
"""Fields that name one other thing; each is called like the kind of that thing."""
_LISTED = {
    "personas": {"evidence": "evidence"},
    "evidence": {"personas": "persona"},
    "pain_points": {"personas": "persona", "evidence": "evidence"},
    "opportunities": {"pain_points": "pain_point"},
}
"""Fields that name several other things, with their kind."""


def id_problems(data: Data, line_of: Callable[[Path], int | None]) -> Iterator[Problem]:
    """Find ids that two things of one kind share."""
    kinds = [items(data, (), field) for field in _LISTS]
    kinds += [stage_parts(data, field) for field in ("touchpoints", "steps")]
    for parts in (*kinds, metrics(data), promises(data)):
        listed = [((*path, "id"), item["id"]) for path, item in parts if isinstance(item.get("id"), str)]
        taken = {name for _path, name in listed}
        first: dict[str, Path] = {}
        for path, name in listed:
            if name not in first:
                first[name] = path
                continue
            line = line_of(first[name])
            message = _("The id “{id}” is already given in line {line}.").format(id=shorten(name), line=line)
            free = next(f"{name[:58]}-{n}" for n in range(2, len(taken) + 3) if f"{name[:58]}-{n}" not in taken)
            taken.add(free)
            yield path, name, (message, _("Free is, for example, “{id}”.").format(id=shorten(free)))


def reference_problems(data: Data) -> Iterator[Problem]:
    """Find what is named and is not there, named twice in one list, or there but elsewhere."""
    known = {kind: ids_of(items(data, (), field)) for kind, field in _NAMED.items()}
    known["touchpoint"] = ids_of(stage_parts(data, "touchpoints"))
    known["metric"] = ids_of(metrics(data))
    known["friction"] = list(friction_ids())
    there = {kind: frozenset(names) for kind, names in known.items()}
    for path, name, kind in _references(data):
        if isinstance(name, str) and name not in there[kind]:
            yield path, name, (_absent(kind, name), phrases.choices(name, known[kind]))
    yield from _step_problems(data)
    yield from _twice_problems(data)
    yield from _place_problems(data)


def _references(data: Data) -> Iterator[tuple[Path, object, str]]:
    """Give every name of another thing, with the kind of that thing."""
    yield ("owner",), data.get("owner"), "owner"
    in_stages = {"touchpoints": stage_parts(data, "touchpoints"), "promises": promises(data)}
    for holder, kinds in _SINGLE.items():
        for path, item in in_stages.get(holder) or items(data, (), holder):
            yield from (((*path, kind), item.get(kind), kind) for kind in kinds)
    for path, point in stage_parts(data, "touchpoints"):
        raci = point.get("raci")
        if isinstance(raci, dict):
            yield (*path, "raci", "accountable"), raci.get("accountable"), "owner"
    for path, held_by, field, kind in _reference_lists(data):
        yield from ((place, name, kind) for place, name in values(held_by, path, field))


def _reference_lists(data: Data) -> Iterator[tuple[Path, object, str, str]]:
    """Give every list of names: the path and value of its holder, its field, and the kind of what it names."""
    for path, point in stage_parts(data, "touchpoints"):
        for field in ("responsible", "consulted", "informed"):
            yield (*path, "raci"), point.get("raci"), field, "owner"
    for holder, fields in _LISTED.items():
        for path, item in items(data, (), holder):
            yield from ((path, item, field, kind) for field, kind in fields.items())


def _twice_problems(data: Data) -> Iterator[Problem]:
    for path, item, field, _kind in _reference_lists(data):
        seen: set[str] = set()
        for place, name in values(item, path, field):
            if isinstance(name, str) and name in seen:
                message = _("“{id}” is named twice here.").format(id=shorten(name))
                yield place, name, (message, _("Keep one of the two."))
            seen |= {name} if isinstance(name, str) else set()


def _step_problems(data: Data) -> Iterator[Problem]:
    for path, stage in items(data, (), "stages"):
        known = ids_of(items(stage, path, "steps"))
        for inner, point in items(stage, path, "touchpoints"):
            name = point.get("step")
            if isinstance(name, str) and name not in known:
                message = _("There is no step “{id}” in this stage.").format(id=shorten(name))
                yield (*inner, "step"), name, (message, phrases.choices(name, known))


def _place_problems(data: Data) -> Iterator[Problem]:
    """Find what names a touchpoint and, beside it, a stage in which that touchpoint does not stand."""
    stage_of = {
        name: stage.get("id")
        for path, stage in items(data, (), "stages")
        for name in ids_of(items(stage, path, "touchpoints"))
    }
    lists = ("evidence", "pain_points", "opportunities", "actions")
    for path, item in chain.from_iterable(items(data, (), field) for field in lists):
        stage, point = item.get("stage"), item.get("touchpoint")
        if not isinstance(stage, str) or not isinstance(point, str) or stage_of.get(point, stage) == stage:
            continue
        message = _("The touchpoint “{point}” stands in the stage “{stage}”.").format(
            point=shorten(point), stage=shorten(str(stage_of[point]))
        )
        yield (*path, "stage"), stage, (message, _("Name that stage, or leave the stage out."))


def _absent(kind: str, name: str) -> str:
    return {
        "owner": _("There is no owner “{id}” in “owners”."),
        "channel": _("There is no channel “{id}” in “channels”."),
        "journey": _("There is no journey “{id}” in “journeys”."),
        "stage": _("There is no stage “{id}” in this map."),
        "touchpoint": _("There is no touchpoint “{id}” in this map."),
        "persona": _("There is no persona “{id}” in “personas”."),
        "evidence": _("There is no evidence “{id}” in “evidence”."),
        "pain_point": _("There is no pain point “{id}” in “pain_points”."),
        "opportunity": _("There is no opportunity “{id}” in “opportunities”."),
        "metric": _("There is no metric “{id}” in this map or its stages."),
        "friction": _("There is no friction “{id}” in the catalogue."),
    }[kind].format(id=shorten(name))


def order_problems(data: Data) -> Iterator[Problem]:
    """Find what ``after`` and ``from`` cannot name: no touchpoint, the touchpoint itself, one that comes after it."""
    points = [(path, point) for path, point in stage_parts(data, "touchpoints") if isinstance(point.get("id"), str)]
    known = [point["id"] for _path, point in points]
    there = frozenset(known)
    comes_after = {
        point["id"]: [name for _place, name in values(point, path, "after") if isinstance(name, str)]
        for path, point in points
    }
    asked = [(place, name, point["id"]) for path, point in points for place, name in values(point, path, "after")]
    asked += [
        ((*inner, "from"), promise.get("from"), point["id"])
        for path, point in points
        for inner, promise in items(point, path, "promises")
    ]
    for path, name, own in asked:
        if not isinstance(name, str):
            continue
        if name not in there:
            yield path, name, (_absent("touchpoint", name), phrases.choices(name, known))
        elif name == own:
            others = [other for other in known if other != own]
            yield path, name, (_("A touchpoint cannot come after itself."), phrases.choices(name, others))
        elif path[-2] == "after" and _leads_to(name, own, comes_after):
            message = _("“{first}” and “{second}” would each come after the other.").format(
                first=shorten(own), second=shorten(name)
            )
            yield path, name, (message, _("Take one of the two out."))


def _leads_to(start: str, goal: str, comes_after: Mapping[str, list[str]]) -> bool:
    """Return whether ``start`` comes after ``goal``, perhaps by way of others."""
    seen, waiting = {start}, [start]
    while waiting:
        for name in comes_after.get(waiting.pop(), ()):
            if name == goal:
                return True
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return False
