"""Everything that can go wrong for a user, each said with the value, the place and the right form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is wrong. Lines and columns count from 1; every part may be unknown.

    ``field`` is a column of a file (``amount``) or a path in a document (``stages[2].owner``).
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        spot = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        if self.field is None:
            return spot
        return f"{spot}, {self.field}" if spot else self.field


class ParcoursError(Exception):
    """A mistake that a user can mend: never a bug, never shown as a traceback.

    ``message`` says what is wrong in one sentence, already in the user's language; ``expected`` gives the
    right form; ``value`` the offending text (shortened when shown). The command exits with ``exit_code``.
    """

    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        message: str,
        *,
        place: Place | None = None,
        value: object = None,
        expected: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.value = value
        self.expected = expected

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place is not None and str(self.place) else ""
        right = f" {self.expected}" if self.expected else ""
        return f"{where}{self.message}{right}"


class UsageError(ParcoursError):
    """The question itself is wrong: an unknown step, an impossible window, options that clash."""

    exit_code = 2


class InputError(ParcoursError):
    """A file that is read cannot be understood, or a row of it is bad and errors stop the import."""

    exit_code = 3


class MapError(ParcoursError):
    """A map document is not valid. ``problems`` lists every problem found, each with its place."""

    exit_code = 4

    def __init__(self, message: str, *, problems: tuple[MapProblem, ...] = (), place: Place | None = None) -> None:
        super().__init__(message, place=place)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class MapProblem:
    """One thing to mend in a map document."""

    place: Place
    message: str
    value: object = None
    expected: str | None = None

    def __str__(self) -> str:
        right = f" {self.expected}" if self.expected else ""
        return f"{self.place}: {self.message}{right}"


class MergeConflict(ParcoursError):  # noqa: N818 - a state of two maps rather than a mistake in one
    """Two maps changed the same thing in different ways, and nobody said which to prefer."""

    exit_code = 6


class LogError(ParcoursError):
    """An event log on disk is missing, locked, damaged or of a version that is not known."""

    exit_code = 5


def shorten(value: object, limit: int = 80) -> str:
    """Give ``value`` as one printable line of at most ``limit`` characters, for error messages."""
    text = str(value)
    flat = "".join(char if char.isprintable() else "·" for char in text[: limit + 1])
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
