"""A stored log laid over a map: the one run of the journey from which a report takes all its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.planning import plan_of

if TYPE_CHECKING:
    from parcours.columnstore.log import StoredLog
    from parcours.engine.feelings import FeelingColumn
    from parcours.engine.journey import Journey
    from parcours.engine.results import JourneyResult, ScoreKind

_SCALES: dict[ScoreKind, tuple[float, float]] = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}


@dataclass(frozen=True)
class Laid:
    """The question that was asked (``journey``), its answer, and what the map says of its own."""

    map: JourneyMap
    journey: Journey
    result: JourneyResult

    @property
    def has_goal(self) -> bool:
        """Whether the map says what success is."""
        return self.journey.plan.succeeds_when is not None

    @property
    def timeout_is_planned(self) -> bool:
        """Whether the timeout stands on the map, rather than being the default of the log."""
        return self.journey.plan.timeout_us is not None


def lay(log: StoredLog, map: JourneyMap) -> Laid:
    """Lay what ``log`` holds over ``map``: trips, stages, touchpoints, feelings.

    Raises UsageError where a rule of the map asks for a property that the log does not have.
    """
    journey = journey_over(log, map)
    return Laid(map, journey, log.run(journey))


def journey_over(log: StoredLog, map: JourneyMap) -> Journey:
    """Return the question that ``lay`` asks: the map's plan, the timeout, the data's end and the feelings."""
    from parcours.engine.journey import journey_of

    return journey_of(log, plan_of(map), feelings_of(log))


def feelings_of(log: StoredLog) -> tuple[FeelingColumn, ...]:
    """Return the answers that ``log`` holds: its number properties ``nps``, ``csat`` and ``ces``, with their scales."""
    from parcours.engine.feelings import FeelingColumn

    found = []
    for kind, usual in _SCALES.items():
        held = log.properties.get(kind)
        if held is not None and held.kind == "number":
            low, high = held.scale or usual
            found.append(FeelingColumn(kind, kind, low, high, effort=kind == "ces" and bool(held.effort)))
    return tuple(found)
