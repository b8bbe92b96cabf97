"""What to look at on a map, and what helps where it hurts: the ten points and the catalogue."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from parcours.language.translation import Language, current_language, speaking

if TYPE_CHECKING:
    from parcours.library.log import EventLog
    from parcours.mapdoc.catalogue import Friction
    from parcours.mapdoc.checklist import CheckPoint, LogFacts
    from parcours.mapdoc.document import JourneyMap


def catalogue(stage: str | None = None) -> tuple[Friction, ...]:
    """Return what commonly goes wrong, what helps and what to measure; ``stage`` is one of eight, such as ``purchase``.

    UsageError for a stage that the catalogue does not know.
    """
    from parcours.mapdoc.catalogue import frictions

    return frictions(stage)


def checklist(
    map: JourneyMap | str | Path,
    log: EventLog | None = None,
    *,
    today: date | None = None,
    language: Language | None = None,
) -> tuple[CheckPoint, ...]:
    """Look at the ten points of a map (a document or its path), with what ``log`` shows of it where there is one.

    ``today`` None: the day it is here.
    """
    from parcours.mapdoc.checklist import checklist as looked_at
    from parcours.mapdoc.reading import load_map

    document = load_map(Path(map)) if isinstance(map, (str, Path)) else map
    facts = None if log is None else _facts(log, document)
    with speaking(language or current_language()):
        return looked_at(document, today or date.today(), facts)


def _facts(log: EventLog, map: JourneyMap) -> LogFacts:
    from parcours.mapdoc.checklist import LogFacts

    result = log.journey(map)
    return LogFacts(
        events={point.id: point.events for point in result.touchpoints},
        answers={stage.id: stage.emotion.answers for stage in result.stages},
    )
