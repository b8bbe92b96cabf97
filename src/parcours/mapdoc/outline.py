"""The parts of a document, each with its path, whatever else is wrong with it; and what is said of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from parcours.mapdoc.phrases import Phrase
from parcours.mapdoc.source import Path

Part = tuple[Path, dict[str, Any]]
Problem = tuple[Path, object, Phrase]
"""Where it stands, the wrong value, what is wrong with it and the right form."""


def items(holder: object, path: Path, field: str) -> Iterator[Part]:
    """Give the objects of the list ``field``; nothing where the schema already complains."""
    for place, item in values(holder, path, field):
        if isinstance(item, dict):
            yield place, item


def values(holder: object, path: Path, field: str) -> Iterator[tuple[Path, object]]:
    """Give the values of the list ``field``, each with its path."""
    listed = holder.get(field) if isinstance(holder, dict) else None
    for index, item in enumerate(listed if isinstance(listed, list) else ()):
        yield (*path, field, index), item


def stage_parts(data: object, field: str) -> Iterator[Part]:
    """Give the objects of the list ``field`` of every stage."""
    for path, stage in items(data, (), "stages"):
        yield from items(stage, path, field)


def promises(data: object) -> Iterator[Part]:
    """Give every promise of every touchpoint."""
    for path, point in stage_parts(data, "touchpoints"):
        yield from items(point, path, "promises")


def metrics(data: object) -> Iterator[Part]:
    """Give every metric, of the stages and of the map."""
    yield from stage_parts(data, "metrics")
    yield from items(data, (), "metrics")


def ids_of(parts: Iterator[Part]) -> list[str]:
    """Return the ids of ``parts``."""
    return [item["id"] for _path, item in parts if isinstance(item.get("id"), str)]
