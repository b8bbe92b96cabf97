"""The effect of an action in words: since, never because."""

from __future__ import annotations

from collections.abc import Mapping

from parcours.engine.differences import Difference
from parcours.language.formats import SPACE, date, decimal, duration, money, number, percent, signed
from parcours.language.translation import _, current_language
from parcours.mapdoc.narrative import ActionStatus
from parcours.report.acting import ActionEffect
from parcours.report.measuring import MeasuredMetric

_SHARES = ("conversion", "leak", "csat")


def status_names() -> Mapping[ActionStatus, str]:
    """Return what each status of an action is called."""
    return {"planned": _("to be done"), "doing": _("being done"), "done": _("done"), "dropped": _("dropped")}


def effect_words(one: ActionEffect) -> str:
    """Say what has changed since, on how many cases, or why nothing can be said."""
    if one.effect is None:
        if one.look_again is not None:
            return _("too early to tell: look again after {day}").format(day=date(one.look_again))
        said = _silences()[one.silence or "no metric"]
        if one.silence == "too few" and one.difference is not None:
            counts = {"n": number(one.difference.n), "m": number(one.difference.base_n)}
            return _("{said} ({n} since, {m} before)").format(said=said, **counts)
        return said
    words = {"better": _("better"), "worse": _("worse"), "unclear": _("may be chance")}[one.effect]
    assert one.metric is not None and one.difference is not None
    return ", ".join([f"{words}{_colon()} {change_words(one.metric, one.difference)}", *_reach(one)])


def change_words(metric: MeasuredMetric, found: Difference) -> str:
    """Say how far a metric lies apart, with its interval; ``found`` must have one."""
    assert found.change is not None and found.low is not None and found.high is not None
    span = _("{change}, from {low} to {high}")
    if found.ratio:
        parts = [decimal(value, 2) for value in (found.change, found.low, found.high)]
        return _("×\u202f{change}, from {low} to {high}").format(change=parts[0], low=parts[1], high=parts[2])
    if is_share(metric):
        parts = [signed(100 * value) for value in (found.change, found.low, found.high)]
        span = _("{change} points, from {low} to {high}")
    else:
        parts = [apart_words(metric, value) for value in (found.change, found.low, found.high)]
    return span.format(change=parts[0], low=parts[1], high=parts[2])


def is_share(metric: MeasuredMetric) -> bool:
    """Whether a metric is a share 0..1, which differs by points."""
    return metric.kind in _SHARES or (metric.kind == "ratio" and metric.unit != "events")


def apart_words(metric: MeasuredMetric, value: float) -> str:
    """Write a difference of a metric that is no share."""
    if metric.kind == "nps":
        return signed(value, 0)
    if metric.kind == "ces":
        return signed(value)
    if metric.currency is not None:
        return f"{'+' if value > 0 else ''}{money(value, metric.currency)}"
    return signed(value, 2)


def _reach(one: ActionEffect) -> list[str]:
    """Say how long the periods are, and whether the later one is cut short by the data's end."""
    said = []
    if one.period_seconds is not None:
        said.append(_("trips of {time} before and since").format(time=duration(one.period_seconds)))
    if one.follow_up_seconds:
        said.append(_("each followed for {time}").format(time=duration(one.follow_up_seconds)))
    if one.open_since is not None:
        said.append(_("{share} of the trips since are still open").format(share=percent(one.open_since)))
    return said


def _silences() -> Mapping[str, str]:
    return {
        "not done": _("not done yet"),
        "no metric": _("no metric says what should change"),
        "no goal": _("the map does not say what success is"),
        "not in the log": _("the log lacks what the metric asks for"),
        "no data before": _("the log begins too late: nothing before to compare with"),
        "no data since": _("nothing has happened in the log since"),
        "too few": _("too few to compare"),
        "nothing varies": _("nothing varies, before or since"),
    }


def _colon() -> str:
    return f"{SPACE}:" if current_language() == "fr" else ":"
