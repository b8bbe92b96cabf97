"""Map documents as JSON and YAML texts, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, cast

from parcours.language.errors import MapError, MapProblem, Place, UsageError, shorten
from parcours.language.translation import _, ngettext
from parcours.mapdoc.building import build_map
from parcours.mapdoc.checking import problems_of
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.json_source import read_json
from parcours.mapdoc.notation import write_json, write_yaml
from parcours.mapdoc.source import MAX_CHARACTERS, Source, Unreadable, map_error, unreadable_map
from parcours.mapdoc.versions import carried_over
from parcours.mapdoc.writing import plain_map

Format = Literal["json", "yaml"]


def parse_map(text: str, *, file: str, format: Format) -> JourneyMap:
    """Read a map document from ``text``; ``file`` is the name that problems give as their place.

    Raises MapError with every problem of the document, each with line, column and field.
    """
    return checked_map(read_source(text, file=file, format=format))


def read_source(text: str, *, file: str, format: Format) -> Source:
    """Read ``text`` as plain data with the place of everything; whether it is a map is not looked at.

    Raises MapError where it is not JSON or YAML, UsageError for another format.
    """
    if format not in ("json", "yaml"):
        raise UsageError(
            _("Unknown format “{format}”.").format(format=shorten(format)),
            value=format,
            expected=_("Maps are JSON or YAML."),
        )
    if len(text) > MAX_CHARACTERS[format]:
        raise too_long(file, MAX_CHARACTERS[format])
    try:
        return read_json(text, file) if format == "json" else _yaml(text, file)
    except Unreadable as unreadable:
        raise unreadable.as_map_error(file) from None


def checked_map(source: Source, found: Iterable[MapProblem] = ()) -> JourneyMap:
    """Return the map that ``source`` holds; ``found`` are problems that were met on the way to it.

    Raises MapError with every problem, each at its place in the file.
    """
    refuse((*found, *problems_of(source)))
    return build_map(carried_over(cast(dict[str, Any], source.data)))


def refuse(problems: Sequence[MapProblem]) -> None:
    """Raise MapError where there are problems."""
    if problems:
        message = ngettext("The map has {n} problem.", "The map has {n} problems.", len(problems))
        raise map_error(message.format(n=len(problems)), tuple(problems))


def dump_map(map: JourneyMap, format: Format) -> str:
    """Write ``map`` as a document that reads back as the same map."""
    return write_json(plain_map(map)) if format == "json" else write_yaml(plain_map(map))


def decoded(raw: bytes, file: str) -> str:
    """Return ``raw`` as text. Raises MapError with the place of the first byte that is not UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        line = before.count("\n") + 1
        place = Place(file, line, len(before) - before.rfind("\n"))
        problem = MapProblem(
            place,
            _("The byte 0x{byte} is not UTF-8.").format(byte=f"{raw[error.start]:02X}"),
            None,
            _("Save the file in UTF-8."),
        )
        raise unreadable_map(problem) from None


def too_long(file: str, characters: int) -> MapError:
    """Return the error for a document that is far longer than any map."""
    problem = MapProblem(
        Place(file, 1, 1),
        _("The document is longer than {limit} million characters.").format(limit=characters // 1_000_000),
    )
    return unreadable_map(problem)


def _yaml(text: str, file: str) -> Source:
    from parcours.mapdoc.yaml_source import read_yaml

    return read_yaml(text, file)
