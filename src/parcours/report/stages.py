"""A stage of the map beside what people lived in it: the pairs that findings, indicators and the picture read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from parcours.engine.results import JourneyResult, StageFigures, TouchpointFigures
from parcours.language.counted import Counted, counts
from parcours.language.translation import current_language
from parcours.mapdoc.document import JourneyMap, Metric, MetricKind, Stage, Touchpoint

FRAGILE_UNDER = 30
"""Answers below which a mean is called fragile."""

UNRANKED_UNDER = 10
"""Answers below which there is no mean, no score and no ranking."""


@dataclass(frozen=True, slots=True)
class LivedTouchpoint:
    """A touchpoint as planned and as lived."""

    plan: Touchpoint
    figures: TouchpointFigures

    @property
    def name(self) -> str:
        """Name in the current language."""
        return self.plan.name.in_language(current_language())


@dataclass(frozen=True, slots=True)
class LivedStage:
    """A stage as planned and as lived; ``continued`` is the next stage's ``reached``, None for the last stage."""

    position: int
    plan: Stage
    figures: StageFigures
    touchpoints: tuple[LivedTouchpoint, ...]
    continued: int | None
    owner: str | None
    counted: Counted = "people"

    @property
    def name(self) -> str:
        """Name in the current language."""
        return self.plan.name.in_language(current_language())

    @property
    def lost(self) -> int:
        """People whose journey ended here without success: left or failed, never those under way."""
        return self.figures.left + self.figures.failed

    @property
    def admitted(self) -> float | None:
        """Share of leak that the map accepts: its ``leak`` target, else what its ``conversion`` target leaves."""
        leak = self.metric("leak")
        if leak is not None:
            return leak.target
        conversion = self.metric("conversion")
        return None if conversion is None else max(0.0, 1.0 - conversion.target)

    @property
    def excess(self) -> int | None:
        """People lost beyond what the map admits of those who entered; None where it admits nothing in particular."""
        if self.admitted is None:
            return None
        return max(0, self.lost - round(self.admitted * self.figures.entered))

    @property
    def settled(self) -> int:
        """People who reached this stage and of whom it is known whether they went on: not under way in it."""
        return self.figures.settled

    @property
    def went_on(self) -> int:
        """People who reached it and then a later stage, or succeeded here."""
        return self.figures.went_on

    @property
    def target_seconds(self) -> float | None:
        """Longest median time that the map accepts."""
        metric = self.metric("time")
        return metric.target if metric is not None else None

    @property
    def expected(self) -> float | None:
        """Valence that the map expects: the stage's, else the mean of its touchpoints'."""
        if self.plan.expected_emotion is not None:
            return self.plan.expected_emotion
        planned = [point.plan.expected_emotion for point in self.touchpoints]
        known = [value for value in planned if value is not None]
        return sum(known) / len(known) if known else None

    def metric(self, kind: MetricKind) -> Metric | None:
        """Return the first metric of ``kind``."""
        return next((metric for metric in self.plan.metrics if metric.kind == kind), None)

    def moments(self) -> tuple[LivedTouchpoint, ...]:
        """Touchpoints to look at first: moments of truth, else the one felt worst, else the one most lived."""
        truths = tuple(point for point in self.touchpoints if point.plan.moment_of_truth)
        if truths:
            return truths[:2]
        felt = [point for point in self.touchpoints if point.figures.emotion.mean is not None]
        if felt:
            return (min(felt, key=lambda point: (point.figures.emotion.mean, point.plan.id)),)
        lived = [point for point in self.touchpoints if point.figures.persons]
        return (max(lived, key=lambda point: point.figures.persons),) if lived else ()


def most_lost(stages: Iterable[LivedStage]) -> LivedStage | None:
    """Return the stage where most people stop; of two with as many, where they are a larger share, then the earlier."""
    return max(stages, key=lambda stage: (stage.lost, stage.figures.leak or 0.0, -stage.position), default=None)


def lived_stages(map: JourneyMap, result: JourneyResult) -> tuple[LivedStage, ...]:
    """Pair every stage of ``map`` with its figures in ``result`` (same ids, same order)."""
    owners = {owner.id: owner.name.in_language(current_language()) for owner in map.owners}
    points = {figures.id: figures for figures in result.touchpoints}
    following: list[int | None] = [figures.reached for figures in result.stages[1:]]
    return tuple(
        LivedStage(
            position=position,
            plan=stage,
            figures=figures,
            touchpoints=tuple(
                LivedTouchpoint(point, points[point.id]) for point in stage.touchpoints if point.id in points
            ),
            continued=continued,
            owner=owners.get(stage.owner or ""),
            counted=counts(result.trips, result.setting_out),
        )
        for position, (stage, figures, continued) in enumerate(
            zip(map.stages, result.stages, [*following, None], strict=True)
        )
    )
