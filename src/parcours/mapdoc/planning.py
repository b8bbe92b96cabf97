"""What the analyses need of a map."""

from __future__ import annotations

from parcours.engine.plan import Plan, PlannedPromise, PlannedTouchpoint
from parcours.engine.predicates import Rule
from parcours.mapdoc.document import JourneyMap, Touchpoint


def plan_of(map: JourneyMap) -> Plan:
    """Reduce ``map`` to its stages in order, the touchpoints that events can match, and its trips.

    A touchpoint without a rule is planned but never seen in a log: it is not part of the plan, nor is a promise that
    counts from it or that it keeps. Events that are a touchpoint gone wrong are that touchpoint too.
    """
    trip = map.trip
    seen = [
        (index, point)
        for index, stage in enumerate(map.stages)
        for point in stage.touchpoints
        if point.rule is not None or point.fails_when is not None
    ]
    places = {point.id: place for place, (_index, point) in enumerate(seen)}
    return Plan(
        stages=tuple(stage.id for stage in map.stages),
        touchpoints=tuple(
            PlannedTouchpoint(
                id=point.id,
                stage=index,
                rule=_rule(point),
                fails_when=point.fails_when,
                required=point.required,
                max_occurs=point.max_occurs,
                after=tuple(places[other] for other in point.after if other in places),
                one_of=point.one_of,
                kind=point.kind,
                initiator=point.initiator,
                channel=point.channel,
                owner=point.owner or map.stages[index].owner,
            )
            for index, point in seen
        ),
        starts_when=trip.starts_when,
        succeeds_when=trip.succeeds_when,
        fails_when=trip.fails_when,
        timeout_us=None if trip.timeout_seconds is None else round(trip.timeout_seconds * 1_000_000),
        key=trip.key,
        ignore=map.ignore,
        promises=tuple(
            PlannedPromise(
                id=promise.id,
                source=places[promise.source],
                touchpoint=places[point.id],
                within_us=round(promise.within_seconds * 1_000_000),
                clock=promise.clock,
                percentile=promise.percentile,
                owner=promise.owner or point.owner or map.stages[index].owner,
            )
            for index, point in seen
            for promise in point.promises
            if promise.source in places
        ),
        calendar=map.calendar,
        zone=map.zone,
    )


def _rule(point: Touchpoint) -> Rule:
    rules = [rule for rule in (point.rule, point.fails_when) if rule is not None]
    return Rule(tuple(match for rule in rules for match in rule.any_of))
