"""The keys under which the cases behind each figure are listed: the one place that knows them.

``journey:<name>``, ``stage:<id>:<name>``, ``touchpoint:<id>:<name>``, ``channel:<id>:<name>``, ``owner:<id>:<name>``,
``promise:<id>:<name>`` and ``metric:<id>:<name>``. A figure of trips has one case per trip, a figure of answers one per
answer, a figure of a promise one per time that it was given, a figure of a metric one per person, trip or event, as the
metric counts; a case is shown by its person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

from parcours.engine.plan import DEVIATIONS, PROMISE_STATES, Plan, PlannedMetric
from parcours.engine.results import Emotion, JourneyResult, Score, ScoreKind, StageFigures
from parcours.language.errors import UsageError, shorten
from parcours.language.translation import _

Scope = Literal["journey", "stage", "touchpoint", "channel", "owner", "promise", "metric"]

ANSWERS = (
    "answers",
    "nps",
    "promoters",
    "passives",
    "detractors",
    "csat",
    "satisfied",
    "unsatisfied",
    "ces",
    "ces_effort",
)
"""Figures of answers: all of them, those of one kind, and the parts that NPS and CSAT are made of."""

JOURNEY = (
    "persons",
    "trips",
    "placed",
    "unplaced",
    "succeeded",
    "failed",
    "left",
    "lost",
    "open",
    *ANSWERS,
    "unplaced_answers",
    "invalid_answers",
)
STAGE = (
    "entered",
    "reached",
    "left",
    "failed",
    "lost",
    "open",
    "arrived",
    "went_on",
    "returned",
    "timed",
    "skipped",
    *ANSWERS,
)
TOUCHPOINT = ("persons", "answers")
AS_PLANNED = "as_planned"
"""Ended trips that came to a stage or further without anything missing, failing or out of sequence in it."""
KEPT_PROMISES, BROKEN_PROMISES = "kept", "broken"
"""Promises kept or broken by the touchpoints of a stage; one case per time that one was given."""
CHASED = "chased"
"""Trips in which a message of a stage had to be sent again before any reply."""
_STAGE_PLAN = (AS_PLANNED, KEPT_PROMISES, BROKEN_PROMISES, CHASED)
DEVIATING = "deviating"
"""Trips that leave the plan in any way."""
RATIO = ("numerator", "denominator", "without", "open")
"""Of a ratio: those counted with the numerator, all counted, those counted without it, those still under way."""
EVENT_RATIO = ("numerator", "denominator")
VALUE = ("numerator", "without")
"""Of a value: those in its mean, and those of whom no event of the numerator has the property."""

_COUNTS: dict[str, tuple[ScoreKind, int]] = {
    "detractors": ("nps", 0),
    "passives": ("nps", 1),
    "promoters": ("nps", 2),
    "unsatisfied": ("csat", 0),
    "satisfied": ("csat", 1),
}


@dataclass(frozen=True, slots=True)
class FigureKey:
    """A figure: ``name`` of the whole journey, or of the stage or touchpoint with this ``index`` in the plan."""

    scope: Scope
    index: int
    name: str

    @property
    def of_answers(self) -> bool:
        """Whether a case of it is an answer rather than a person."""
        return self.name in ANSWERS or self.name in ("unplaced_answers", "invalid_answers")

    @property
    def of_plan(self) -> bool:
        """Whether trips have to be held against the plan to know its cases."""
        return self.scope == "promise" or self.name in (*DEVIATIONS, DEVIATING, *_STAGE_PLAN)

    @property
    def of_metric(self) -> bool:
        """Whether it belongs to a metric with rules of its own, the one with this ``index`` in the plan."""
        return self.scope == "metric"

    @property
    def of_promises(self) -> bool:
        """Whether a case of it is one time that a promise was given."""
        return self.scope == "promise" or self.name in (KEPT_PROMISES, BROKEN_PROMISES)


def figure_keys(plan: Plan) -> tuple[str, ...]:
    """List every key of a journey over ``plan``, in the order of the map."""
    return _keys(plan.stages, [point.id for point in plan.touchpoints])


def plan_keys(plan: Plan) -> tuple[str, ...]:
    """List every key of a figure for which trips are held against the plan, in the order of the map."""
    named = {scope: ids for scope, ids in _named(plan).items() if scope not in ("promise", "metric")}
    return (
        *(f"journey:{name}" for name in (*DEVIATIONS, DEVIATING)),
        *(f"{scope}:{id}:{kind}" for scope, ids in named.items() for id in ids for kind in DEVIATIONS),
        *(f"stage:{id}:{name}" for id in plan.stages for name in _STAGE_PLAN),
        *(f"promise:{promise.id}:{state}" for promise in plan.promises for state in PROMISE_STATES),
    )


def metric_keys(plan: Plan) -> tuple[str, ...]:
    """List every key of a metric that carries its own rules, in the order of the map."""
    return tuple(f"metric:{metric.id}:{name}" for metric in plan.metrics for name in metric_figures(metric))


def metric_figures(metric: PlannedMetric) -> tuple[str, ...]:
    """Return the names of the figures of ``metric``."""
    if metric.kind == "value":
        return VALUE
    return EVENT_RATIO if metric.unit == "events" else RATIO


def _named(plan: Plan) -> dict[Scope, list[str]]:
    """The ids of everything that keys can name, by scope, in the order of the map."""
    channels = (point.channel for point in plan.touchpoints if point.channel is not None)
    owners = (point.owner for point in plan.touchpoints if point.owner is not None)
    return {
        "stage": list(plan.stages),
        "touchpoint": [point.id for point in plan.touchpoints],
        "channel": list(dict.fromkeys(channels)),
        "owner": list(dict.fromkeys(owners)),
        "promise": [promise.id for promise in plan.promises],
        "metric": [metric.id for metric in plan.metrics],
    }


def parse_figure(key: str, plan: Plan) -> FigureKey:
    """Read a key. UsageError, with the nearest valid keys, where the plan has no such figure."""
    further = (*plan_keys(plan), *metric_keys(plan))
    if key in further:
        scope, _colon, rest = key.partition(":")
        if scope == "journey":
            return FigureKey("journey", -1, rest)
        place, _colon, name = rest.rpartition(":")
        of = cast(Scope, scope)
        return FigureKey(of, _named(plan)[of].index(place), name)
    return _parse(key, plan.stages, [point.id for point in plan.touchpoints], further)


def figure_count(result: JourneyResult, key: str) -> int:
    """Return the count shown under ``key``: how many cases its members list."""
    figure = _parse(key, [stage.id for stage in result.stages], [point.id for point in result.touchpoints])
    if figure.scope == "touchpoint":
        point = result.touchpoints[figure.index]
        return point.persons if figure.name == "persons" else point.emotion.answers
    if figure.scope == "stage":
        return _stage_count(result.stages[figure.index], figure.name)
    if figure.name in ANSWERS:
        return _answer_count(figure.name, result.scores, result.emotion)
    if figure.name == "unplaced":
        return result.trips - result.placed
    return int(getattr(result, figure.name))


def _stage_count(stage: StageFigures, name: str) -> int:
    if name in ANSWERS:
        return _answer_count(name, stage.scores, stage.emotion)
    if name == "lost":
        return stage.left + stage.failed
    if name == "went_on":
        return stage.went_on
    if name == "skipped":
        return stage.reached - stage.entered
    return int(getattr(stage, name))


def _answer_count(name: str, scores: Sequence[Score], emotion: Emotion) -> int:
    if name == "answers":
        return emotion.answers
    if name in _COUNTS:
        kind, part = _COUNTS[name]
        return sum(score.counts[part] for score in scores if score.kind == kind)
    kind_name = name.removesuffix("_effort")
    return sum(score.answers for score in scores if (score.kind, score.effort_scale) == (kind_name, name != kind_name))


def _keys(stages: Sequence[str], points: Sequence[str]) -> tuple[str, ...]:
    return (
        *(f"journey:{name}" for name in JOURNEY),
        *(f"stage:{stage}:{name}" for stage in stages for name in STAGE),
        *(f"touchpoint:{point}:{name}" for point in points for name in TOUCHPOINT),
    )


def _parse(key: str, stages: Sequence[str], points: Sequence[str], more: Sequence[str] = ()) -> FigureKey:
    scope, _colon, rest = key.partition(":")
    place, _colon, name = rest.rpartition(":")
    if scope == "journey" and rest in JOURNEY:
        return FigureKey("journey", -1, rest)
    if scope == "stage" and place in stages and name in STAGE:
        return FigureKey("stage", list(stages).index(place), name)
    if scope == "touchpoint" and place in points and name in TOUCHPOINT:
        return FigureKey("touchpoint", list(points).index(place), name)
    raise UsageError(
        _("Unknown figure “{key}”.").format(key=shorten(key)),
        value=key,
        expected=_("Nearest: {list}.").format(list=", ".join(_nearest(key, (*_keys(stages, points), *more)))),
    )


def _nearest(key: str, keys: Sequence[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(key, keys, n=5, cutoff=0.0)
