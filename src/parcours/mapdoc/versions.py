"""The versions of the map document: the schema of each, and how an older one is carried over."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, cast

FIRST = "urn:parcours:map:1"
NEWEST = "urn:parcours:map:2"
_SCHEMAS = {FIRST: "map-1.json", NEWEST: "map-2.json"}
_NUMBERED = re.compile("urn:parcours:map:([0-9]{1,9})")


@cache
def map_schema(version: str = NEWEST) -> Mapping[str, Any]:
    """Return the JSON Schema of map documents of ``version``."""
    text = files("parcours.mapdoc").joinpath("schema", _SCHEMAS[version]).read_text("utf-8")
    return cast(Mapping[str, Any], json.loads(text))


def version_of(data: object) -> str:
    """Return the version that ``data`` says it is; the newest where it says none, or one that is not known."""
    said = data.get("$schema") if isinstance(data, dict) else None
    return said if isinstance(said, str) and said in _SCHEMAS else NEWEST


def later_version(data: object) -> str | None:
    """Return the version of ``data`` where it is one that came after this program."""
    said = data.get("$schema") if isinstance(data, dict) else None
    found = _NUMBERED.fullmatch(said) if isinstance(said, str) else None
    return said if found is not None and int(found[1]) > len(_SCHEMAS) else None


@cache
def newest_fields(title: str) -> frozenset[str]:
    """Return the fields that the newest version has in the part called ``title``."""
    schema = map_schema()
    parts = (schema, *schema["$defs"].values())
    return frozenset(name for part in parts if part["title"] == title for name in part.get("properties", ()))


def carried_over(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return valid ``data`` of any version as data of the newest one.

    What version 1 called ``evidence``, one text, is ``origin`` since.
    """
    if version_of(data) == NEWEST:
        return data
    renamed = {"origin" if name == "evidence" else name: value for name, value in data.items()}
    return {**renamed, "$schema": NEWEST}
