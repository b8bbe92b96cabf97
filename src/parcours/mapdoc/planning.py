"""What the analyses need of a map."""

from __future__ import annotations

from parcours.engine.plan import Plan, PlannedTouchpoint
from parcours.mapdoc.document import JourneyMap


def plan_of(map: JourneyMap) -> Plan:
    """Reduce ``map`` to its stages in order, the touchpoints that events can match, and its trips.

    A touchpoint without a rule is planned but never seen in a log: it is not part of the plan.
    """
    trip = map.trip
    return Plan(
        stages=tuple(stage.id for stage in map.stages),
        touchpoints=tuple(
            PlannedTouchpoint(point.id, index, point.rule)
            for index, stage in enumerate(map.stages)
            for point in stage.touchpoints
            if point.rule is not None
        ),
        starts_when=trip.starts_when,
        succeeds_when=trip.succeeds_when,
        fails_when=trip.fails_when,
        timeout_us=None if trip.timeout_seconds is None else round(trip.timeout_seconds * 1_000_000),
    )
