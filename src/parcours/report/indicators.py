"""Measured metrics in words: a value beside its target, and the evidence under it.

``report.measuring`` says what is measured and when it is judged.
"""

from __future__ import annotations

from collections.abc import Iterable

from parcours.language.formats import decimal, duration, list_words, money, number, percent, quoted, signed
from parcours.language.translation import _, ngettext
from parcours.mapdoc.planning import has_rules
from parcours.picture.model import Indicator
from parcours.report.measuring import MeasuredMetric, measure_in
from parcours.report.stages import FRAGILE_UNDER, LivedStage

NOTHING = "–"
_SCORES = ("nps", "csat", "ces")


def indicators(stage: LivedStage) -> tuple[Indicator, ...]:
    """Return one indicator per metric that is a figure of ``stage``, in the order of the map."""
    return told(measure_in(stage, metric) for metric in stage.plan.metrics if not has_rules(metric))


def told(metrics: Iterable[MeasuredMetric]) -> tuple[Indicator, ...]:
    """Return one indicator per metric."""
    return tuple(
        Indicator(
            label=one.name,
            value=NOTHING if one.value is None else value_of(one, one.value),
            target=target_of(one),
            verdict=one.verdict,
            detail=detail_of(one),
            figure=one.figure,
        )
        for one in metrics
    )


def value_of(metric: MeasuredMetric, value: float) -> str:
    """Write a value of ``metric``: a percentage, a score, a time, an amount."""
    if metric.kind == "nps":
        return signed(value, 0)
    if metric.kind == "ces":
        return decimal(value)
    if metric.kind == "time":
        return duration(value)
    if metric.kind == "value":
        return decimal(value, 2) if metric.currency is None else money(value, metric.currency)
    if metric.unit == "events":
        return decimal(value, 2)
    return percent(value)


def target_of(metric: MeasuredMetric) -> str:
    """Write the target with the side on which it is met."""
    sign = "≥" if metric.direction == "up" else "≤"
    return f"{sign}\u00a0{value_of(metric, metric.target)}"


def detail_of(metric: MeasuredMetric) -> str:
    """Say what the value rests on, and why there is no verdict where there is none."""
    silent = {
        "nobody": _("nobody has come so far yet"),
        "nobody went on": _("nobody has gone on from here yet") if metric.stage else _("nobody has succeeded yet"),
        "nobody asked": _("nobody was asked"),
        "asked as ease": _("asked as ease, not as effort"),
        "asked as effort": _("asked as effort, not as ease"),
        "no goal": _("the map does not say what success is"),
        "no event": _("the log has no event {names}"),
        "no property": _("the log has no property {names}"),
    }.get(metric.doubt or "")
    if silent is not None:
        return silent.format(names=list_words([quoted(name) for name in metric.lacking]))
    detail = _counted(metric)
    if metric.doubt == "too few":
        if metric.kind in _SCORES:
            return _("{answers}: too few for a score").format(answers=detail)
        return _("{detail}: too few to judge").format(detail=detail)
    if metric.low is not None and metric.high is not None:
        detail = _("{answers}, from {low} to {high}").format(
            answers=detail, low=value_of(metric, metric.low), high=value_of(metric, metric.high)
        )
    if metric.doubt == "too close":
        detail = _("{detail}: too close to tell").format(detail=detail)
    if metric.low is not None and _weight(metric) < FRAGILE_UNDER:
        detail = _("fragile: {detail}").format(detail=detail)
    return detail


def _counted(metric: MeasuredMetric) -> str:
    """Write how many count, and of how many."""
    n, hits = number(metric.cases), number(metric.hits or 0)
    if metric.kind in _SCORES:
        return ngettext("{n} answer", "{n} answers", metric.cases).format(n=n)
    if metric.unit == "events":
        people = ngettext("{n} person", "{n} people", metric.persons or 0).format(n=number(metric.persons or 0))
        return _("{n} to {all}, among {people}").format(n=hits, all=n, people=people)
    if metric.unit == "trips":
        if metric.hits is None:
            return ngettext("{n} trip", "{n} trips", metric.cases).format(n=n)
        return ngettext("{n} of {all} trip", "{n} of {all} trips", metric.cases).format(n=hits, all=n)
    if metric.hits is None:
        return ngettext("{n} person", "{n} people", metric.cases).format(n=n)
    return ngettext("{n} of {all} person", "{n} of {all} people", metric.cases).format(n=hits, all=n)


def _weight(metric: MeasuredMetric) -> int:
    """How many cases that are independent the figure rests on."""
    return metric.cases if metric.persons is None else metric.persons
