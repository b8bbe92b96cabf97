"""A document as plain data, with the line and column of every value and every field name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from parcours.language.errors import MapError, MapProblem, Place
from parcours.language.translation import _

MAX_CHARACTERS = {"json": 10_000_000, "yaml": 2_000_000}
"""Longest text that is read: far above any map; YAML takes some fifty times longer per character."""
MAX_DEPTH = 24
MAX_VALUES = 200_000

Path: TypeAlias = tuple[str | int, ...]
Spot: TypeAlias = tuple[int, int]
"""Line and column, both from 1."""

_PLAIN_FIELD = re.compile(r"[A-Za-z_$][\w$-]*", re.ASCII)


@dataclass(frozen=True)
class Source:
    """Plain data (dict, list, str, int, float, bool, None) and where it stands. ``fields`` are the field names."""

    file: str
    data: object
    values: Mapping[Path, Spot]
    fields: Mapping[Path, Spot]

    def place(self, path: Sequence[str | int], *, at_field_name: bool = False) -> Place:
        """Return where ``path`` is; where it does not exist, where the nearest thing around it is."""
        here = tuple(path)
        spots = self.fields if at_field_name and here in self.fields else self.values
        around = here
        while around not in spots and around:
            around, spots = around[:-1], self.values
        line, column = spots.get(around, (1, 1))
        return Place(self.file, line, column, field_path(here) or None)


def field_path(path: Sequence[str | int]) -> str:
    """Write a path as a person does: ``stages[2].owner``; list places count from 0, as in ``jq`` and Python."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _PLAIN_FIELD.fullmatch(part):
            text += f".{part}" if text else part
        else:
            text += f'["{part[:40]}"]'
    return text


class Unreadable(Exception):  # noqa: N818 - it names the state of the text, and never reaches a user
    """The text is not JSON or YAML at ``spot``; ``reading`` turns this into a MapError."""

    def __init__(self, spot: Spot, message: str, expected: str | None = None, value: object = None) -> None:
        super().__init__(message)
        self.spot = spot
        self.message = message
        self.expected = expected
        self.value = value

    def as_map_error(self, file: str, path: Path = ()) -> MapError:
        """Return the error for a user, with the file's name."""
        place = Place(file, *self.spot, field_path(path) or None)
        return unreadable_map(MapProblem(place, self.message, self.value, self.expected))


def unreadable_map(problem: MapProblem) -> MapError:
    """Return the error for a document that is not JSON or YAML at all."""
    return map_error(_("The map cannot be read."), (problem,))


def map_error(message: str, problems: tuple[MapProblem, ...]) -> MapError:
    """Return a MapError that shows its problems wherever it is shown: in a notebook as its notes."""
    error = MapError(message, problems=problems)
    for problem in problems:
        error.add_note(str(problem))
    return error


def too_deep(spot: Spot) -> Unreadable:
    """Say that lists and objects are nested beyond ``MAX_DEPTH``."""
    return Unreadable(
        spot,
        _("Lists and objects lie more than {limit} levels deep here.").format(limit=MAX_DEPTH),
        _("A map needs eight at most."),
    )


def too_many(spot: Spot) -> Unreadable:
    """Say that the document holds more than ``MAX_VALUES`` values."""
    return Unreadable(spot, _("The document holds more than {limit} values.").format(limit=MAX_VALUES))


def named_twice(spot: Spot, name: str, first: Spot) -> Unreadable:
    """Say that one object has a field twice."""
    return Unreadable(
        spot,
        _("The field “{name}” is already given in line {line}.").format(name=name[:80], line=first[0]),
        _("Keep one of the two."),
        name,
    )
