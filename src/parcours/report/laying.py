"""A stored log laid over a map: the one run of the journey from which a report takes all its numbers."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.planning import metrics_of, plan_of

if TYPE_CHECKING:
    from parcours.columnstore.log import StoredLog
    from parcours.engine.feelings import FeelingColumn
    from parcours.engine.journey import Journey
    from parcours.engine.plan import Plan
    from parcours.engine.predicates import EventMatch, Rule
    from parcours.engine.results import JourneyResult, ScoreKind
    from parcours.engine.trips import TripFilter

_SCALES: dict[ScoreKind, tuple[float, float]] = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}


@dataclass(frozen=True)
class Laid:
    """The question that was asked (``journey``), its answer, and what the map says of its own."""

    map: JourneyMap
    journey: Journey
    result: JourneyResult
    absent: tuple[str, ...] = ()
    """Properties that rules of the map ask for and the log does not have: there they match nothing."""
    unheard: tuple[str, ...] = ()
    """Event names of the map's rules that the log never saw."""

    @property
    def has_goal(self) -> bool:
        """Whether the map says what success is."""
        return self.journey.plan.succeeds_when is not None

    @property
    def timeout_is_planned(self) -> bool:
        """Whether the timeout stands on the map, rather than being the default of the log."""
        return self.journey.plan.timeout_us is not None


def lay(log: StoredLog, map: JourneyMap, only: TripFilter | None = None) -> Laid:
    """Lay what ``log`` holds over ``map``: trips (all, or those that ``only`` keeps), stages, touchpoints, feelings."""
    journey = replace(journey_over(log, map), only=only)
    return Laid(map, journey, log.run(journey), absent_properties(log, map), unheard_names(log, map))


def journey_over(log: StoredLog, map: JourneyMap) -> Journey:
    """Return the question that ``lay`` asks: the map's plan, the timeout, the data's end and the feelings."""
    from parcours.engine.effort import COMMENT
    from parcours.engine.journey import journey_of

    feelings = feelings_of(log)
    answered = [feeling.property for feeling in feelings] + [name for name in (COMMENT,) if name in log.properties]
    return journey_of(log, _without_answers(_readable(plan_of(map), log.properties), answered), feelings)


def absent_properties(log: StoredLog, map: JourneyMap) -> tuple[str, ...]:
    """Return the properties that ``log`` would need for rules of ``map`` that it cannot answer, by alphabet.

    A rule is answered where one of its alternatives is: a map may know what several tools call one thing.
    """
    from parcours.engine.predicates import rule_columns

    asked = {column for rule in _unanswered(log, map) for column in rule_columns(rule)}
    asked |= {metric.property for metric in metrics_of(map) if metric.kind == "value"}
    return tuple(sorted(asked - set(log.properties)))


def unheard_names(log: StoredLog, map: JourneyMap) -> tuple[str, ...]:
    """Return the event names that ``log`` would need for rules of ``map`` that it cannot answer, in their order."""
    heard = _heard(log)
    named = [name for rule in _unanswered(log, map) for match in rule.any_of for name in match.names]
    return tuple(name for name in dict.fromkeys(named) if not heard(name))


def _unanswered(log: StoredLog, map: JourneyMap) -> list[Rule]:
    heard, properties = _heard(log), log.properties

    def answered(match: EventMatch) -> bool:
        known = all(one.property in properties or one.operator == "unknown" for one in match.where)
        return known and (not match.names or any(heard(name) for name in match.names))

    return [rule for rule in _rules(map) if not any(answered(match) for match in rule.any_of)]


def _heard(log: StoredLog) -> Callable[[str], bool]:
    """Return whether the log saw an event of a name; of one that ends with * nobody knows."""
    counts = log.name_counts()

    def heard(name: str) -> bool:
        code = log.names.code(name)
        return name.endswith("*") or (code is not None and bool(counts[code]))

    return heard


def _rules(map: JourneyMap) -> list[Rule]:
    from parcours.engine.kinds import plan_rules

    plan = plan_of(map)
    own = [rule for metric in plan.metrics for rule in (metric.numerator, metric.denominator) if rule is not None]
    return plan_rules(plan) + own


def _readable(plan: Plan, properties: Container[str]) -> Plan:
    """Take from the rules what the log cannot answer: a map may know more than a log holds so far."""
    from parcours.engine.predicates import known_part

    def known(rule: Rule | None) -> Rule | None:
        return None if rule is None else known_part(rule, properties)

    return replace(
        plan,
        touchpoints=tuple(
            replace(point, rule=known_part(point.rule, properties), fails_when=known(point.fails_when))
            for point in plan.touchpoints
        ),
        starts_when=known(plan.starts_when),
        succeeds_when=known(plan.succeeds_when),
        fails_when=known(plan.fails_when),
        ignore=known(plan.ignore),
        metrics=tuple(
            replace(metric, numerator=known_part(metric.numerator, properties), denominator=known(metric.denominator))
            for metric in plan.metrics
        ),
    )


def _without_answers(plan: Plan, properties: list[str]) -> Plan:
    """Ignore events that carry an answer or a comment and nothing else: whoever answers has not left the plan."""
    from parcours.engine.predicates import Condition, EventMatch, Rule

    said = tuple(EventMatch((), (Condition(name, "known"),)) for name in properties)
    ignored = plan.ignore.any_of if plan.ignore is not None else ()
    return replace(plan, ignore=Rule(ignored + said)) if said else plan


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
