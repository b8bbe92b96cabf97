"""Every metric of a map, measured and held against its target: the numbers that pages, letters and commands share.

**Verdict.** A figure with a 95 % interval that holds the target is undecided, never kept or missed; so is one without
an interval because too few count (fewer than ten). Conversion, leak and time have no interval: their verdict is that of
the figure itself. A metric that asks for an event or a property which the log never saw cannot be measured.

**Of the whole map**, conversion is the share of ended trips that succeeded, leak the share that did not, time the
median from a trip's start to its success; scores are of every valid answer.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from parcours.engine.results import JourneyResult, Result, Score
from parcours.language.translation import _, current_language
from parcours.mapdoc.document import Direction, JourneyMap, Metric, MetricKind, MetricUnit
from parcours.mapdoc.planning import has_rules
from parcours.picture.model import Verdict
from parcours.report.keys import stage_key
from parcours.report.stages import UNRANKED_UNDER, LivedStage, lived_stages

if TYPE_CHECKING:
    from parcours.columnstore.log import StoredLog
    from parcours.engine.metrics import MetricFigures, MetricsResult
    from parcours.engine.predicates import Rule
    from parcours.report.laying import Laid

Doubt = Literal[
    "nobody", "nobody went on", "nobody asked", "asked as ease", "asked as effort", "no goal", "no event",
    "no property", "too few", "too close",
]  # fmt: skip
"""Why there is no verdict."""


@dataclass(frozen=True, slots=True)
class MeasuredMetric:
    """A metric of ``stage`` (an id; None: of the whole map) beside its target.

    ``value``, ``low``, ``high`` and ``target`` are shares 0..1 for conversion, leak, csat and ratio (from 0 on for a
    ratio of events), seconds for time, −100..100 for nps, 1..7 for ces, amounts of ``currency`` for value; None where
    nothing can be said. ``hits`` of ``cases`` count; ``hits`` None where there is only one number. ``under_way`` are
    those not counted yet. ``figure`` is the key under which people are listed: the hits, else the cases. ``lacking``
    are names that the metric asks for and the log does not have. ``verdict`` unknown comes with a ``doubt``.
    """

    id: str
    stage: str | None
    kind: MetricKind
    name: str
    unit: MetricUnit | None
    direction: Direction
    target: float
    value: float | None = None
    low: float | None = None
    high: float | None = None
    verdict: Verdict = "unknown"
    doubt: Doubt | None = None
    hits: int | None = None
    cases: int = 0
    under_way: int | None = None
    persons: int | None = None
    currency: str | None = None
    figure: str | None = None
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True)
class MapMetrics(Result):
    """Every metric of a map: those of the whole map, then stage by stage."""

    metrics: tuple[MeasuredMetric, ...]

    def rows(self) -> list[dict[str, Any]]:
        """One line per metric."""
        return [asdict(metric) | {"lacking": " ".join(metric.lacking)} for metric in self.metrics]

    def of(self, id: str) -> MeasuredMetric:
        """Return one metric; KeyError where there is none."""
        for metric in self.metrics:
            if metric.id == id:
                return metric
        raise KeyError(id)

    def in_stage(self, stage: str | None) -> tuple[MeasuredMetric, ...]:
        """Return those of one stage, or (None) of the whole map."""
        return tuple(metric for metric in self.metrics if metric.stage == stage)


def metrics_over(log: StoredLog, map: JourneyMap) -> MapMetrics:
    """Lay ``log`` over ``map`` and measure every metric."""
    from parcours.report.laying import lay

    laid = lay(log, map)
    return measure(laid, count(log, laid))


def count(log: StoredLog, laid: Laid) -> MetricsResult | None:
    """Count the metrics that carry their own rules; None where the map has none."""
    from dataclasses import fields

    from parcours.engine.lived import Frame
    from parcours.engine.metrics import Metrics

    if not laid.journey.plan.metrics:
        return None
    return log.run(Metrics(**{field.name: getattr(laid.journey, field.name) for field in fields(Frame)}))


def measure(laid: Laid, counted: MetricsResult | None) -> MapMetrics:
    """Measure every metric of a laid map; ``counted`` as ``count`` gives it."""

    def own(metric: Metric) -> MeasuredMetric:
        assert counted is not None
        return _counted(metric, counted.of(metric.id), *lacking(metric, laid.absent, laid.unheard))

    whole = [
        own(metric) if has_rules(metric) else _whole(metric, laid.result, has_goal=laid.has_goal)
        for metric in laid.map.metrics
    ]
    staged = [
        replace(own(metric), stage=stage.plan.id) if has_rules(metric) else measure_in(stage, metric)
        for stage in lived_stages(laid.map, laid.result)
        for metric in stage.plan.metrics
    ]
    return MapMetrics((*whole, *staged))


def measure_in(stage: LivedStage, metric: Metric) -> MeasuredMetric:
    """Measure a metric that is one of the figures of its stage."""
    figures, empty = stage.figures, replace(unmeasured(metric), stage=stage.plan.id)
    if metric.kind == "conversion":
        found = _share(empty, figures.conversion, stage.went_on, stage.settled, stage_key(stage, "went_on"))
    elif metric.kind == "leak":
        found = _share(empty, figures.leak, stage.lost, figures.entered, stage_key(stage, "lost"))
    elif metric.kind == "time":
        found = _time(empty, figures.median_seconds, figures.timed, stage_key(stage, "timed"))
    else:
        found = _score(empty, figures.scores, f"stage:{stage.plan.id}")
    return _judged(found)


def name_of(metric: Metric) -> str:
    """Return what a metric is called in the current language."""
    if metric.name is not None:
        return metric.name.in_language(current_language())
    if metric.kind == "ces":
        return _("Effort, 1 to 7") if metric.direction == "down" else _("Ease, 1 to 7")
    if metric.kind == "ratio" and metric.unit == "events":
        return _("Ratio of events")
    return {
        "conversion": _("Conversion"),
        "leak": _("Leak"),
        "time": _("Median time"),
        "nps": _("NPS"),
        "csat": _("Satisfied"),
        "ratio": _("Share without") if metric.complement else _("Share"),
        "value": _("Mean value"),
    }[metric.kind]


def unmeasured(metric: Metric) -> MeasuredMetric:
    """Return ``metric`` of the whole map before anything is known of it."""
    unit = metric.unit if has_rules(metric) else None
    return MeasuredMetric(
        metric.id, None, metric.kind, name_of(metric), unit, metric.direction, metric.target, currency=metric.currency
    )


def _whole(metric: Metric, result: JourneyResult, *, has_goal: bool) -> MeasuredMetric:
    empty = unmeasured(metric)
    if metric.kind in ("conversion", "leak", "time") and not has_goal:
        return replace(empty, doubt="no goal")
    if metric.kind in ("conversion", "leak"):
        name = "succeeded" if metric.kind == "conversion" else "lost"
        hits = result.succeeded if metric.kind == "conversion" else result.lost
        share = hits / result.ended if result.ended else None
        found = replace(_share(empty, share, hits, result.ended, f"journey:{name}"), under_way=result.open)
    elif metric.kind == "time":
        found = _time(empty, result.success_seconds, result.succeeded, "journey:succeeded")
    else:
        found = _score(empty, result.scores, "journey")
    return _judged(found)


def _share(empty: MeasuredMetric, share: float | None, hits: int, cases: int, key: str) -> MeasuredMetric:
    if share is None:
        return replace(empty, doubt="nobody")
    return replace(empty, value=share, hits=hits, cases=cases, figure=key)


def _time(empty: MeasuredMetric, seconds: float | None, cases: int, key: str) -> MeasuredMetric:
    if seconds is None:
        return replace(empty, doubt="nobody went on")
    return replace(empty, value=seconds, cases=cases, figure=key)


def _score(empty: MeasuredMetric, scores: Sequence[Score], place: str) -> MeasuredMetric:
    effort = empty.kind == "ces" and empty.direction == "down"
    score = next((one for one in scores if one.kind == empty.kind and one.effort_scale == effort), None)
    if score is None or not score.answers:
        return replace(empty, doubt=_unasked(empty, scores))
    found = replace(empty, cases=score.answers, figure=f"{place}:{empty.kind}{'_effort' if effort else ''}")
    if score.answers < UNRANKED_UNDER or score.value is None:
        return replace(found, doubt="too few")
    return replace(found, value=score.value, low=score.low, high=score.high)


def _unasked(empty: MeasuredMetric, scores: Sequence[Score]) -> Doubt:
    if empty.kind == "ces" and any(score.kind == "ces" and score.answers for score in scores):
        return "asked as ease" if empty.direction == "down" else "asked as effort"
    return "nobody asked"


def _counted(metric: Metric, found: MetricFigures, doubt: Doubt | None, lacking: tuple[str, ...]) -> MeasuredMetric:
    """Read a metric that carries its own rules."""
    empty = replace(unmeasured(metric), lacking=lacking, under_way=found.open)
    if doubt is not None:
        return replace(empty, doubt=doubt)
    if found.value is None:
        return replace(empty, doubt="nobody")
    if found.denominator is None:
        told = replace(empty, cases=found.numerator, figure=found.key("numerator"))
    else:
        hits = found.without if metric.complement and found.without is not None else found.numerator
        key = found.key("without" if metric.complement else "numerator")
        told = replace(empty, hits=hits, cases=found.denominator, figure=key, persons=found.persons)
    told = replace(told, value=found.value, low=found.low, high=found.high)
    return replace(told, doubt="too few") if found.few else _judged(told)


def _judged(found: MeasuredMetric) -> MeasuredMetric:
    if found.value is None or found.doubt is not None:
        return found
    if found.low is not None and found.high is not None and found.low < found.target < found.high:
        return replace(found, doubt="too close")
    kept = found.value >= found.target if found.direction == "up" else found.value <= found.target
    return replace(found, verdict="kept" if kept else "missed")


# ---------------------------------------------------------------- what the log lacks


def lacking(metric: Metric, absent: Collection[str], unheard: Collection[str]) -> tuple[Doubt | None, tuple[str, ...]]:
    """Say why no event of the log can be meant: names that it never saw, else properties that it does not have.

    ``absent`` are the properties and ``unheard`` the names of the map that the log lacks.
    """
    for rule in (metric.denominator, metric.numerator):
        if rule is None:
            continue
        doubt, names = _deaf(rule, absent, unheard)
        if doubt is not None:
            return doubt, names
    if metric.kind == "value" and metric.property in absent:
        return "no property", (metric.property,)
    return None, ()


def _deaf(rule: Rule, absent: Collection[str], unheard: Collection[str]) -> tuple[Doubt | None, tuple[str, ...]]:
    """Tell whether every alternative of ``rule`` asks for something that the log lacks, and what."""
    names: list[str] = []
    columns: list[str] = []
    for match in rule.any_of:
        # Where a property is missing, a test for "unknown" holds all the same.
        missing = [one.property for one in match.where if one.property in absent and one.operator != "unknown"]
        if match.names and all(name in unheard for name in match.names):
            names += match.names
        elif missing:
            columns += missing
        else:
            return None, ()
    if names:
        return "no event", tuple(dict.fromkeys(names))
    return ("no property", tuple(dict.fromkeys(columns))) if columns else (None, ())
