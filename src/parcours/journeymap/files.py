"""Maps from files that somebody sends: every form that a map can have, within its size, with what is lost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from parcours.language.errors import UsageError, shorten
from parcours.language.translation import Language, _
from parcours.mapdoc.document import JourneyMap as MapDocument
from parcours.mapdoc.formats.registry import endings
from parcours.mapdoc.parsing import too_long
from parcours.mapdoc.reading import format_of


class Sent(Protocol):
    """A file as a form gives it."""

    name: str | None

    def read(self, size: int = -1) -> bytes:
        """Give at most ``size`` bytes."""
        ...


@dataclass(frozen=True)
class Received:
    """A map from a file: its document, the file's name, and a line for each kind of thing that was lost."""

    map: MapDocument
    file: str
    lost: tuple[str, ...]


def receive(sent: Sent, language: Language) -> Received:
    """Read the map that was sent. Not a byte more is read than the longest map of its form has.

    UsageError for another kind of file; MapError with every problem, each with its place and the right form.
    """
    file = PurePosixPath((sent.name or "map").replace("\\", "/")).name
    form = format_of(Path(file))
    raw = sent.read(form.longest + 1)
    if len(raw) > form.longest:
        raise too_long(shorten(file), form.longest // 4)
    if not raw.strip():
        raise UsageError(
            _("“{file}” is empty.").format(file=shorten(file)), value=file, expected=_("Send a file that holds a map.")
        )
    opened = form.read(raw, shorten(file), language)
    return Received(opened.map, file, opened.losses.lines())


def accepted() -> str:
    """Return the endings of names that are read, as a file field wants them."""
    return ",".join(endings())
