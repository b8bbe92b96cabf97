"""The alignment of a stored log with a map: how each stage is felt beside how it is run."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from parcours.mapdoc.document import JourneyMap, Metric, MetricKind, Stage, Touchpoint
from parcours.report.laying import journey_over

if TYPE_CHECKING:
    from parcours.columnstore.log import StoredLog
    from parcours.engine.alignment import Alignment
    from parcours.engine.alignment_result import AlignmentResult
    from parcours.engine.alignment_settings import AlignmentSettings
    from parcours.engine.journey import Journey


def align(log: StoredLog, map: JourneyMap) -> AlignmentResult:
    """Lay what ``log`` holds over ``map`` and score every stage."""
    return log.run(alignment_over(log, map))


def alignment_over(log: StoredLog, map: JourneyMap) -> Alignment:
    """Return the question that ``align`` asks: the journey of ``map`` over ``log`` with the rule of the map."""
    return alignment_of(journey_over(log, map), map)


def alignment_of(journey: Journey, map: JourneyMap) -> Alignment:
    """Ask for the alignment of the same trips and answers as ``journey``."""
    from parcours.engine.alignment import Alignment

    frame = {field.name: getattr(journey, field.name) for field in fields(journey)}
    return Alignment(**frame, rule=settings_of(map))


def settings_of(map: JourneyMap) -> AlignmentSettings:
    """Reduce what ``map`` says of alignment: its rule, the targets of its stages, and who carries their touchpoints.

    The target of a stage's duration is its metric ``time``, that of its conversion its metric ``conversion``. A
    touchpoint is carried when it, or its stage, has an owner and its process is documented.
    """
    from parcours.engine.alignment_settings import AlignmentSettings, StageTargets

    rule, weights = map.alignment, map.alignment.weights
    return AlignmentSettings(
        threshold=rule.threshold,
        drift=rule.drift,
        on_time=weights.on_time,
        as_planned=weights.as_planned,
        forward=weights.forward,
        carried=weights.carried,
        stages=tuple(
            StageTargets(
                duration_us=None if longest is None else round(longest * 1_000_000),
                conversion=_target(stage, "conversion"),
                carried=sum(
                    (point.owner or stage.owner) is not None and _written(point) for point in stage.touchpoints
                ),
                touchpoints=len(stage.touchpoints),
            )
            for stage in map.stages
            for longest in [_target(stage, "time")]
        ),
    )


def _written(point: Touchpoint) -> bool:
    return point.process is not None and any(text.strip() for text in point.process.by_language.values())


def _target(stage: Stage, kind: MetricKind) -> float | None:
    found: Metric | None = next((metric for metric in stage.metrics if metric.kind == kind), None)
    return None if found is None else found.target
