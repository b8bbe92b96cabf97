"""What matters most where a journey leaves its plan: candidates beside those of ``findings``, in the same weights.

============== ============================================= ==============================================
kind           people                                        gap
============== ============================================= ==============================================
promise        broken beyond what the promise allows         1/4 where the next answer is clearly lower, else 1/8
deviation      trips with it                                 by how much fewer of them clearly succeed, halved
alignment      came to the stage or further                  points missing to the threshold ÷ 100, quartered
============== ============================================= ==============================================

A comparison counts only when it ``tells``, a stage only when its quadrant is certain or its scores drift apart. What
is late is told as a broken promise, not twice. Nothing here claims a cause.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from parcours.report.findings import Candidate
from parcours.report.holding import PlanResults
from parcours.report.keys import stage_key
from parcours.report.stages import LivedStage

if TYPE_CHECKING:
    from parcours.engine.promises import PromiseFigures

_FELT, _UNFELT = 0.25, 0.125


def plan_candidates(stages: Sequence[LivedStage], plan: PlanResults) -> list[Candidate]:
    """Return the candidates that the plan gives, in the order of the map."""
    return [*_promises(stages, plan), *_deviations(stages, plan), *_alignment(stages, plan)]


def broken_beyond(promise: PromiseFigures) -> float:
    """Return how many of a promise were broken beyond the share that it allows itself."""
    return max(0.0, promise.broken - (1 - promise.percentile / 100) * promise.settled)


def felt_lower(promise: PromiseFigures) -> bool:
    """Whether the next answer after a broken one is clearly lower than after a kept one."""
    return promise.feeling.tells and (promise.feeling.change or 0.0) < 0


def _promises(stages: Sequence[LivedStage], plan: PlanResults) -> Iterator[Candidate]:
    by_id = {stage.plan.id: stage for stage in stages}
    for promise in plan.promises.promises if plan.promises is not None else ():
        if promise.as_meant is not False or promise.stage not in by_id:
            continue
        stage = by_id[promise.stage]
        point = next((point for point in stage.touchpoints if point.plan.id == promise.touchpoint), None)
        weight = broken_beyond(promise) * (_FELT if felt_lower(promise) else _UNFELT)
        yield Candidate(
            "promise", weight, stage, point, f"promise:{promise.id}:broken", promise.broken, promise=promise
        )


def _deviations(stages: Sequence[LivedStage], plan: PlanResults) -> Iterator[Candidate]:
    places = {point.plan.id: (stage, point) for stage in stages for point in stage.touchpoints}
    for one in plan.deviations.figures if plan.deviations is not None else ():
        change = one.success.change or 0.0
        if one.scope != "touchpoint" or one.kind == "late" or not one.success.tells or change >= 0:
            continue
        stage, point = places[one.id]
        yield Candidate("deviation", one.trips * -change / 2, stage, point, one.key, one.trips, deviation=one)


def _alignment(stages: Sequence[LivedStage], plan: PlanResults) -> Iterator[Candidate]:
    by_id = {stage.plan.id: stage for stage in stages}
    for one in plan.alignment.stages if plan.alignment is not None else ():
        if one.quadrant in (None, "aligned") or not (one.certain or one.drift) or not one.shortfall:
            continue
        stage = by_id[one.id]
        weight = one.people * one.shortfall / 100 / 4
        yield Candidate("alignment", weight, stage, None, stage_key(stage, "reached"), one.people, aligned=one)
