"""Map documents from files and texts, and back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, cast

from parcours.engine.predicates import nearest
from parcours.language.errors import InputError, MapError, MapProblem, Place, UsageError, shorten
from parcours.language.formats import quoted
from parcours.language.translation import _, ngettext
from parcours.mapdoc.building import build_map
from parcours.mapdoc.checking import problems_of
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.json_source import read_json
from parcours.mapdoc.notation import write_json, write_yaml
from parcours.mapdoc.phrases import Phrase
from parcours.mapdoc.source import MAX_CHARACTERS, Source, Unreadable, map_error, unreadable_map
from parcours.mapdoc.versions import carried_over
from parcours.mapdoc.writing import plain_map

Format = Literal["json", "yaml"]
_FORMATS: dict[str, Format] = {".json": "json", ".yaml": "yaml", ".yml": "yaml"}


def load_map(path: Path | str) -> JourneyMap:
    """Read the map document at ``path`` (``.json``, ``.yaml``, ``.yml``; UTF-8).

    Raises MapError with every problem of the document, each with line, column and field; InputError where the
    file cannot be read at all; UsageError for another kind of file.
    """
    return _checked(_source_at(Path(path)))


def validate_map(path: Path | str) -> JourneyMap:
    """Read the map at ``path`` as ``load_map`` does, and see that every other map it names is there and is a map.

    Raises what ``load_map`` raises; a journey whose file is missing or is no map is a problem like any other.
    """
    path = Path(path)
    source = _source_at(path)
    document = _checked(source)
    found = [_neighbour_problem(path, other.file) for other in document.journeys]
    _refuse(
        [
            MapProblem(source.place(("journeys", index, "file")), phrase[0], other.file, phrase[1])
            for index, (other, phrase) in enumerate(zip(document.journeys, found, strict=True))
            if phrase is not None
        ]
    )
    return document


def _neighbour_problem(path: Path, file: str) -> Phrase | None:
    """Say what is wrong with the map that the one at ``path`` names as ``file``; None where nothing is."""
    if Path(file).is_absolute():
        message = _("“{file}” is an absolute path.").format(file=shorten(file))
        return message, _("Name the file as it is reached from this map's folder.")
    other = path.parent / file
    try:
        if other.resolve() == path.resolve():
            return _("A map cannot be a journey within itself."), _("Name another map.")
        load_map(other)
    except MapError as error:
        first = error.problems[0] if error.problems else None
        return _("“{file}” is not a valid map.").format(file=shorten(file)), None if first is None else str(first)
    except (InputError, UsageError) as error:
        return error.message, error.expected
    except (OSError, ValueError):
        return _("“{file}” cannot be opened.").format(file=shorten(file)), None
    return None


def _form(path: Path) -> Format:
    form = _FORMATS.get(path.suffix.lower())
    if form is None:
        raise UsageError(
            _("“{file}” is not called like a map.").format(file=shorten(path.name)),
            value=path.name,
            expected=_("Maps are files that end with .json, .yaml or .yml."),
        )
    return form


def parse_map(text: str, *, file: str, format: Format) -> JourneyMap:
    """Read a map document from ``text``; ``file`` is the name that problems give as their place.

    Raises MapError with every problem of the document, each with line, column and field.
    """
    if format not in ("json", "yaml"):
        raise UsageError(
            _("Unknown format “{format}”.").format(format=shorten(format)),
            value=format,
            expected=_("Maps are JSON or YAML."),
        )
    return _checked(_source(text, file, format))


def dump_map(map: JourneyMap, format: Format) -> str:
    """Write ``map`` as a document that reads back as the same map."""
    return write_json(plain_map(map)) if format == "json" else write_yaml(plain_map(map))


def _checked(source: Source) -> JourneyMap:
    _refuse(problems_of(source))
    return build_map(carried_over(cast(dict[str, Any], source.data)))


def _source_at(path: Path) -> Source:
    form = _form(path)
    return _source(_decoded(path, _bytes(path, form)), str(path), form)


def _source(text: str, file: str, format: Format) -> Source:
    if len(text) > MAX_CHARACTERS[format]:
        raise _too_long(file, format)
    try:
        return read_json(text, file) if format == "json" else _yaml(text, file)
    except Unreadable as unreadable:
        raise unreadable.as_map_error(file) from None


def _refuse(problems: Sequence[MapProblem]) -> None:
    if problems:
        message = ngettext("The map has {n} problem.", "The map has {n} problems.", len(problems))
        raise map_error(message.format(n=len(problems)), tuple(problems))


def _yaml(text: str, file: str) -> Source:
    from parcours.mapdoc.yaml_source import read_yaml

    return read_yaml(text, file)


def _bytes(path: Path, form: Format) -> bytes:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_CHARACTERS[form] * 4 + 1)
    except FileNotFoundError:
        raise InputError(
            _("There is no file “{file}”.").format(file=shorten(path)), value=str(path), expected=_beside(path)
        ) from None
    except (OSError, ValueError):
        raise InputError(_("“{file}” cannot be opened.").format(file=shorten(path)), value=str(path)) from None
    if len(raw) > MAX_CHARACTERS[form] * 4:
        raise _too_long(str(path), form)
    return raw


def _beside(path: Path) -> str | None:
    """Name the map that may have been meant."""
    try:
        names = [one.name for one in path.parent.iterdir() if one.suffix.lower() in _FORMATS]
    except OSError:
        return None
    close = nearest(path.name, names, limit=3)
    return _("Near it: {list}.").format(list=", ".join(quoted(shorten(name)) for name in close)) if close else None


def _decoded(path: Path, raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        line = before.count("\n") + 1
        place = Place(str(path), line, len(before) - before.rfind("\n"))
        problem = MapProblem(
            place,
            _("The byte 0x{byte} is not UTF-8.").format(byte=f"{raw[error.start]:02X}"),
            None,
            _("Save the file in UTF-8."),
        )
        raise unreadable_map(problem) from None


def _too_long(file: str, format: Format) -> MapError:
    problem = MapProblem(
        Place(file, 1, 1),
        _("The document is longer than {limit} million characters.").format(limit=MAX_CHARACTERS[format] // 1_000_000),
    )
    return unreadable_map(problem)
