"""A map's plan held against a log: deviations, promises, alignment. Each is one run over the same trips as the journey.

What a map does not say is not asked: without a plan there are no deviations, without promises none to keep.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from parcours.engine.figures import figure_count
from parcours.engine.results import JourneyResult

if TYPE_CHECKING:
    from parcours.columnstore.log import StoredLog
    from parcours.engine.alignment_result import AlignmentResult
    from parcours.engine.deviations import DeviationsResult
    from parcours.engine.metrics import MetricsResult
    from parcours.engine.plan import Plan
    from parcours.engine.promises import PromisesResult
    from parcours.report.laying import Laid


@dataclass(frozen=True)
class PlanResults:
    """The answers; None where the map gives nothing to ask for."""

    deviations: DeviationsResult | None = None
    promises: PromisesResult | None = None
    alignment: AlignmentResult | None = None
    counted: MetricsResult | None = None
    """The metrics that carry their own rules; ``measuring`` says what comes of them, beside all others."""

    def to_dict(self) -> dict[str, Any]:
        """Return those that were asked for as plain data."""
        found = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "counted"}
        return {name: result.to_dict() for name, result in found.items() if result is not None}


def hold_to_plan(log: StoredLog, laid: Laid) -> PlanResults:
    """Hold the trips of ``laid`` against the plan of its map."""
    from parcours.engine.deviations import Deviations
    from parcours.engine.lived import Frame
    from parcours.engine.promises import Promises
    from parcours.report.alignment import alignment_of
    from parcours.report.measuring import count

    journey = laid.journey
    same: dict[str, Any] = {field.name: getattr(journey, field.name) for field in fields(Frame)}
    return PlanResults(
        deviations=log.run(Deviations(**same)) if demands_anything(journey.plan) else None,
        promises=log.run(Promises(**same)) if journey.plan.promises else None,
        alignment=log.run(alignment_of(journey, laid.map)),
        counted=count(log, laid),
    )


def demands_anything(plan: Plan) -> bool:
    """Whether the plan says what must happen, how often, in which order, or by when."""
    return bool(plan.promises) or any(
        point.required or point.max_occurs is not None or point.after or point.one_of or point.fails_when
        for point in plan.touchpoints
    )


def count_of(journey: JourneyResult, plan: PlanResults, key: str) -> int:
    """Return the count shown under ``key``, of the journey or of the plan; UsageError for an unknown key."""
    scope, _colon, rest = key.partition(":")
    place, _colon, name = rest.rpartition(":")
    if scope == "promise" and plan.promises is not None:
        for promise in plan.promises.promises:
            if promise.id == place:
                return int(getattr(promise, name))
    if scope == "metric" and plan.counted is not None:
        return int(getattr(plan.counted.of(place), name))
    if plan.deviations is not None:
        if key == "journey:deviating":
            return plan.deviations.deviating
        for figure in plan.deviations.figures:
            if figure.key == key:
                return figure.trips
    if plan.alignment is not None and scope == "stage":
        for part in plan.alignment.of(place).parts:
            if part.key == key and part.value is not None:
                return part.n if part.basis == "duration" else part.hits
    return figure_count(journey, key)
