"""Whether the other maps that a map names are there, and are maps."""

from __future__ import annotations

from pathlib import Path

from parcours.language.errors import InputError, MapError, MapProblem, UsageError, shorten
from parcours.language.translation import _
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.formats.opened import OpenedMap
from parcours.mapdoc.parsing import refuse
from parcours.mapdoc.phrases import Phrase
from parcours.mapdoc.reading import load_map, open_map


def validate_map(path: Path | str) -> JourneyMap:
    """Read the map at ``path`` as ``load_map`` does, and see that every other map it names is there and is a map.

    Raises what ``load_map`` raises; a journey whose file is missing or is no map is a problem like any other.
    """
    opened = open_map(path)
    refuse_lost_journeys(opened, path)
    return opened.map


def refuse_lost_journeys(opened: OpenedMap, path: Path | str) -> None:
    """Raise MapError where a map that ``opened``, read from ``path``, names as a journey is missing or is no map."""
    found = [_neighbour_problem(Path(path), other.file) for other in opened.map.journeys]
    refuse(
        [
            MapProblem(opened.source.place(("journeys", index, "file")), phrase[0], other.file, phrase[1])
            for index, (other, phrase) in enumerate(zip(opened.map.journeys, found, strict=True))
            if phrase is not None
        ]
    )


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
