"""What the analyses need of a map."""

from __future__ import annotations

from typing import cast, get_args

from parcours.engine.plan import CountedKind, Plan, PlannedMetric, PlannedPromise, PlannedTouchpoint
from parcours.engine.predicates import Rule
from parcours.mapdoc.document import JourneyMap, Metric, Touchpoint


def plan_of(map: JourneyMap) -> Plan:
    """Reduce ``map`` to its stages in order, the touchpoints that events can match, its trips, and its metrics that
    carry their own rules.

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
        metrics=tuple(_counted(metric) for metric in metrics_of(map) if has_rules(metric)),
    )


def metrics_of(map: JourneyMap) -> tuple[Metric, ...]:
    """Return every metric of ``map``: those of the whole map, then stage by stage."""
    return (*map.metrics, *(metric for stage in map.stages for metric in stage.metrics))


def has_rules(metric: Metric) -> bool:
    """Whether ``metric`` carries its own rules, rather than being a figure of its stage or of the whole map."""
    return metric.kind in get_args(CountedKind)


def _counted(metric: Metric) -> PlannedMetric:
    assert metric.numerator is not None
    return PlannedMetric(
        id=metric.id,
        kind=cast(CountedKind, metric.kind),
        numerator=metric.numerator,
        denominator=metric.denominator,
        unit=metric.unit,
        at_least=metric.at_least,
        complement=metric.complement,
        property=metric.property,
    )


def _rule(point: Touchpoint) -> Rule:
    rules = [rule for rule in (point.rule, point.fails_when) if rule is not None]
    return Rule(tuple(match for rule in rules for match in rule.any_of))
