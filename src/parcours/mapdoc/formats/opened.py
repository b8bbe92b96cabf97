"""A map that was read from a file, and the file that a map was written to, each with what was lost."""

from __future__ import annotations

from dataclasses import dataclass, field

from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.formats.losses import LossReport
from parcours.mapdoc.source import Source


@dataclass(frozen=True, slots=True)
class OpenedMap:
    """A map as it was read, and what of its file the map could not take up; ``source`` knows where everything stood."""

    map: JourneyMap
    source: Source
    losses: LossReport = field(default_factory=LossReport)


@dataclass(frozen=True, slots=True)
class WrittenMap:
    """The bytes of a file that holds a map, and what of the map the file could not take up."""

    content: bytes
    losses: LossReport = field(default_factory=LossReport)
