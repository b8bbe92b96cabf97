"""The metrics that a map sets for a stage, each measured and held against its target.

Conversion is (people who reached a later stage or succeeded here) ÷ (people who reached the stage, without those
still under way in it). A score under ten answers is not shown; one whose 95 % interval holds the target is called
undecided, never kept or missed.
"""

from __future__ import annotations

from parcours.engine.results import Score
from parcours.language.formats import decimal, duration, number, percent, signed
from parcours.language.translation import _, current_language, ngettext
from parcours.mapdoc.document import Metric
from parcours.picture.model import Indicator, Verdict
from parcours.report.keys import stage_key
from parcours.report.stages import FRAGILE_UNDER, UNRANKED_UNDER, LivedStage

NOTHING = "–"


def indicators(stage: LivedStage) -> tuple[Indicator, ...]:
    """Return one indicator per metric of the stage, in the order of the map; ratios and values have none here."""
    return tuple(_indicator(stage, metric) for metric in stage.plan.metrics if metric.kind not in ("ratio", "value"))


def _indicator(stage: LivedStage, metric: Metric) -> Indicator:
    label = metric.name.in_language(current_language()) if metric.name is not None else _label(metric)
    figures = stage.figures
    target = _target(metric)
    if metric.kind == "conversion":
        share = figures.conversion
        if share is None:
            return Indicator(label, NOTHING, target, "unknown", _("nobody has come so far yet"))
        detail = ngettext("{n} of {all} person", "{n} of {all} people", stage.settled).format(
            n=number(stage.went_on), all=number(stage.settled)
        )
        return Indicator(label, percent(share), target, _verdict(share, metric), detail, stage_key(stage, "went_on"))
    if metric.kind == "leak":
        if figures.leak is None:
            return Indicator(label, NOTHING, target, "unknown", _("nobody has come so far yet"))
        detail = ngettext("{n} of {all} person", "{n} of {all} people", figures.entered).format(
            n=number(stage.lost), all=number(figures.entered)
        )
        key = stage_key(stage, "lost")
        return Indicator(label, percent(figures.leak), target, _verdict(figures.leak, metric), detail, key)
    if metric.kind == "time":
        if figures.median_seconds is None:
            return Indicator(label, NOTHING, target, "unknown", _("nobody has gone on from here yet"))
        detail = ngettext("{n} person", "{n} people", figures.timed).format(n=number(figures.timed))
        verdict = _verdict(figures.median_seconds, metric)
        return Indicator(label, duration(figures.median_seconds), target, verdict, detail, stage_key(stage, "timed"))
    effort = metric.kind == "ces" and metric.direction == "down"
    score = next(
        (score for score in figures.scores if score.kind == metric.kind and score.effort_scale == effort), None
    )
    return _score(stage, metric, label, score)


def _score(stage: LivedStage, metric: Metric, label: str, score: Score | None) -> Indicator:
    target = _target(metric)
    if score is None or not score.answers:
        return Indicator(label, NOTHING, target, "unknown", _unasked(stage, metric))
    key = stage_key(stage, f"{metric.kind}_effort" if score.effort_scale else metric.kind)
    count = ngettext("{n} answer", "{n} answers", score.answers).format(n=number(score.answers))
    if score.answers < UNRANKED_UNDER or score.value is None:
        return Indicator(
            label, NOTHING, target, "unknown", _("{answers}: too few for a score").format(answers=count), key
        )
    verdict: Verdict = _verdict(score.value, metric)
    detail = count
    if score.low is not None and score.high is not None:
        detail = _("{answers}, from {low} to {high}").format(
            answers=count, low=_value(metric, score.low), high=_value(metric, score.high)
        )
        if score.low < metric.target < score.high:
            verdict, detail = "unknown", _("{detail}: too close to tell").format(detail=detail)
    if score.answers < FRAGILE_UNDER:
        detail = _("fragile: {detail}").format(detail=detail)
    return Indicator(label, _value(metric, score.value), target, verdict, detail, key)


def _unasked(stage: LivedStage, metric: Metric) -> str:
    if metric.kind == "ces" and any(score.kind == "ces" and score.answers for score in stage.figures.scores):
        return _("asked as ease, not as effort") if metric.direction == "down" else _("asked as effort, not as ease")
    return _("nobody was asked")


def _verdict(value: float, metric: Metric) -> Verdict:
    kept = value >= metric.target if metric.direction == "up" else value <= metric.target
    return "kept" if kept else "missed"


def _value(metric: Metric, value: float) -> str:
    if metric.kind == "nps":
        return signed(value, 0)
    if metric.kind == "ces":
        return decimal(value)
    if metric.kind == "time":
        return duration(value)
    return percent(value)


def _target(metric: Metric) -> str:
    sign = "≥" if metric.direction == "up" else "≤"
    return f"{sign}\u00a0{_value(metric, metric.target)}"


def _label(metric: Metric) -> str:
    if metric.kind == "ces":
        return _("Effort, 1 to 7") if metric.direction == "down" else _("Ease, 1 to 7")
    return {
        "conversion": _("Conversion"),
        "leak": _("Leak"),
        "time": _("Median time"),
        "nps": _("NPS"),
        "csat": _("Satisfied"),
    }[metric.kind]
