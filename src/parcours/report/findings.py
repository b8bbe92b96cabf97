"""What matters most in a journey: candidates of every kind, ranked by people × size of the gap.

Each candidate's ``weight`` is in people, so that kinds compare; the gap is a share 0..1:

============== ============================================= ==============================================
kind           people                                        gap
============== ============================================= ==============================================
leak_beyond    lost beyond what the map admits               1
leak_most      lost in the stage where most are lost         share of those who entered (from 1 %)
leak           lost in another stage without a target        the same
slow           half of those timed (slower than the median)  1 − target ÷ median, halved
wait_most      half of those timed, the longest median       its share of all medians, halved
felt           entered (or met the touchpoint)               (expected − mean) ÷ 4, halved
returns        came back                                     share of those who entered, halved
unlived        entered the stage                             0.02
unplaced       trips                                         share of events outside the map, quartered
unasked        entered the stage                             0.01
============== ============================================= ==============================================

``plan_findings`` adds those of the plan. Only a lost person counts in full. Whenever a finding is chosen, others on the
same subject count half, and others of the same stage three tenths, so that what is told is not one thing told three
times.
A feeling counts only from 10 answers on, and only when its whole 95 % interval lies below what was expected. People
under way are never among the lost. A finding says where to look; it never claims a cause.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from parcours.engine.results import Emotion, JourneyResult
from parcours.report.keys import stage_key, touchpoint_key
from parcours.report.stages import UNRANKED_UNDER, LivedStage, LivedTouchpoint, most_lost

if TYPE_CHECKING:
    from parcours.engine.alignment_result import StageAlignment
    from parcours.engine.deviations import DeviationFigures
    from parcours.engine.promises import PromiseFigures

FindingKind = Literal[
    "leak_beyond",
    "leak_most",
    "leak",
    "slow",
    "wait_most",
    "felt",
    "returns",
    "unlived",
    "unplaced",
    "unasked",
    "promise",
    "deviation",
    "alignment",
]

_RETURNS_FROM = 0.1
_RETURNS_OF_MOST = 2 / 3
"""Where more come back than this, the stages of a discovered map overlap: their order is the draft's, not people's."""
_LEAK_FROM = 0.01
_UNPLACED_FROM = 0.05
_UNLIVED_GAP, _UNASKED_GAP = 0.02, 0.01
_SUBJECT_AGAIN, _STAGE_AGAIN = 0.5, 0.3


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that may matter. ``count`` is the length of the people list under ``figure``, where there is one."""

    kind: FindingKind
    weight: float
    stage: LivedStage | None = None
    touchpoint: LivedTouchpoint | None = None
    figure: str | None = None
    count: int = 0
    unlived: tuple[LivedTouchpoint, ...] = ()
    promise: PromiseFigures | None = None
    deviation: DeviationFigures | None = None
    aligned: StageAlignment | None = None


def candidates(
    stages: Sequence[LivedStage],
    result: JourneyResult,
    *,
    has_goal: bool,
    discovered: bool = False,
    more: Iterable[Candidate] = (),
) -> list[Candidate]:
    """Return every candidate, heaviest first; ties in the order of the map.

    ``has_goal`` says whether the map knows what success is: without it, ending in the last stage is no loss.
    A ``discovered`` map leaves rare names out on purpose: they are no finding. ``more`` are those of the plan
    (``plan_findings``).
    """
    found = [
        *_leaks(stages if has_goal else stages[:-1]),
        *_waits(stages),
        *_feelings(stages),
        *_returns(stages, discovered),
        *_gaps_of_the_map(stages, result, discovered),
        *more,
    ]
    return sorted((one for one in found if one.weight > 0), key=lambda one: -one.weight)


def most_important(ranked: Iterable[Candidate], limit: int = 3) -> list[Candidate]:
    """Choose at most ``limit``, heaviest first; another of a subject or stage that was chosen weighs less."""
    left = list(ranked)
    chosen: list[Candidate] = []

    def weight_now(one: Candidate) -> float:
        subject = sum(subject_of(other.kind) == subject_of(one.kind) for other in chosen)
        stage = sum(one.stage is not None and other.stage is one.stage for other in chosen)
        return one.weight * _SUBJECT_AGAIN**subject * _STAGE_AGAIN**stage

    while left and len(chosen) < limit:
        best = max(left, key=weight_now)
        left.remove(best)
        chosen.append(best)
    return sorted(chosen, key=lambda one: -one.weight)


def subject_of(kind: FindingKind) -> str:
    """Return what a kind is about: people lost, time, feelings, returns, or the kind itself."""
    return {"leak_beyond": "lost", "leak_most": "lost", "leak": "lost", "slow": "slow", "wait_most": "slow"}.get(
        kind, kind
    )


def disappoints(emotion: Emotion, expected: float | None) -> bool:
    """Say whether people felt worse than expected beyond what chance explains."""
    if expected is None or emotion.mean is None or emotion.high is None or emotion.answers < UNRANKED_UNDER:
        return False
    return emotion.high < expected


def unplaced_share(result: JourneyResult) -> float:
    """Return the share of events inside trips that match no touchpoint."""
    return result.unplaced_events / result.trip_events if result.trip_events else 0.0


def _leaks(stages: Sequence[LivedStage]) -> list[Candidate]:
    found = [
        Candidate("leak_beyond", float(stage.excess), stage, figure=stage_key(stage, "lost"), count=stage.lost)
        for stage in stages
        if stage.excess
    ]
    worst = most_lost(stages)
    for stage in stages:
        if stage.admitted is not None or (stage.figures.leak or 0.0) < _LEAK_FROM:
            continue
        kind: FindingKind = "leak_most" if stage is worst else "leak"
        weight = stage.lost * (stage.figures.leak or 0.0)
        found.append(Candidate(kind, weight, stage, figure=stage_key(stage, "lost"), count=stage.lost))
    return found


def _waits(stages: Sequence[LivedStage]) -> list[Candidate]:
    found = []
    medians = {stage.plan.id: stage.figures.median_seconds or 0.0 for stage in stages}
    for stage in stages:
        figures, target, median = stage.figures, stage.target_seconds, medians[stage.plan.id]
        if target is not None and median > target:
            weight = figures.timed / 2 * (1 - target / median) / 2
            found.append(Candidate("slow", weight, stage, figure=stage_key(stage, "timed"), count=figures.timed))
    longest = max(stages, key=lambda stage: (medians[stage.plan.id], -stage.position), default=None)
    if longest is not None and longest.target_seconds is None and sum(value > 0 for value in medians.values()) > 1:
        weight = longest.figures.timed / 2 * medians[longest.plan.id] / sum(medians.values()) / 2
        figure = stage_key(longest, "timed")
        found.append(Candidate("wait_most", weight, longest, figure=figure, count=longest.figures.timed))
    return found


def _feelings(stages: Sequence[LivedStage]) -> list[Candidate]:
    found = []
    for stage in stages:
        emotion, expected = stage.figures.emotion, stage.expected
        if disappoints(emotion, expected):
            weight = stage.figures.entered * _distance(emotion, expected)
            key = stage_key(stage, "answers")
            found.append(Candidate("felt", weight, stage, figure=key, count=emotion.answers))
        for point in stage.touchpoints:
            felt, planned = point.figures.emotion, point.plan.expected_emotion
            if disappoints(felt, planned):
                weight = point.figures.persons * _distance(felt, planned)
                key = touchpoint_key(point, "answers")
                found.append(Candidate("felt", weight, stage, point, figure=key, count=felt.answers))
    return found


def _returns(stages: Sequence[LivedStage], discovered: bool) -> list[Candidate]:
    found = []
    for stage in stages:
        returned, entered = stage.figures.returned, stage.figures.entered
        share = returned / entered if entered else 0.0
        if share >= _RETURNS_FROM and not (discovered and share > _RETURNS_OF_MOST):
            key = stage_key(stage, "returned")
            found.append(Candidate("returns", returned * share / 2, stage, figure=key, count=returned))
    return found


def _gaps_of_the_map(stages: Sequence[LivedStage], result: JourneyResult, discovered: bool) -> list[Candidate]:
    found = []
    silent = [
        (stage, point)
        for stage in stages
        for point in stage.touchpoints
        if point.plan.rule is not None and not point.figures.persons and stage.figures.entered
    ]
    if silent:
        most = Counter(stage.position for stage, _point in silent).most_common(1)[0][0]
        stage = stages[most]
        missed = tuple(point for _stage, point in silent)
        alone = len({stage.position for stage, _point in silent}) == 1
        weight = _UNLIVED_GAP * max(where.figures.entered for where, _point in silent)
        found.append(Candidate("unlived", weight, stage if alone else None, unlived=missed))
    share = unplaced_share(result)
    if share >= _UNPLACED_FROM and not discovered:
        found.append(Candidate("unplaced", result.trips * share / 4))
    asked = any(stage.figures.emotion.answers for stage in stages)
    mute = [stage for stage in stages if stage.figures.entered and not stage.figures.emotion.answers]
    if mute and (asked or any(stage.expected is not None for stage in mute)):
        busiest = max(mute, key=lambda stage: (stage.figures.entered, -stage.position))
        entered = busiest.figures.entered
        if asked:
            figure = stage_key(busiest, "entered")
            found.append(Candidate("unasked", _UNASKED_GAP * entered, busiest, figure=figure, count=entered))
        else:
            found.append(Candidate("unasked", _UNASKED_GAP * entered))
    return found


def _distance(emotion: Emotion, expected: float | None) -> float:
    return ((expected or 0.0) - (emotion.mean or 0.0)) / 4 / 2
