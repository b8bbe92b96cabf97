"""The key figures of a home: only what was really measured; of the others, why they are not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from parcours.engine.results import Score, ScoreKind
from parcours.language.formats import decimal, number, percent, signed
from parcours.language.translation import Language, _, ngettext, speaking
from parcours.report.building import Report
from parcours.report.measuring import MeasuredMetric

Say = Callable[[float], str]
Place = Callable[[float], float]


@dataclass(frozen=True)
class Gauge:
    """Places on a bar, in hundredths of its length: the value, its interval, the target."""

    value: float
    low: float | None = None
    high: float | None = None
    target: float | None = None


@dataclass(frozen=True)
class KeyFigure:
    """A figure in words. ``value`` empty: it was not measured, and ``detail`` says why.

    ``lived`` ones are of what people feel. ``verdict`` is that of the map's metric of this kind, where it has one.
    """

    label: str
    value: str
    detail: str
    unit: str = ""
    lived: bool = False
    verdict: Literal["kept", "missed", "unknown"] | None = None
    gauge: Gauge | None = None


def key_figures(report: Report, language: Language) -> tuple[KeyFigure, ...]:
    """Return persons, conversion, promises kept, NPS, satisfaction and effort."""
    with speaking(language):
        metrics = {metric.kind: metric for metric in reversed(report.metrics.in_stage(None))}
        scores = {score.kind: score for score in report.journey.scores}
        return (
            _persons(report),
            _conversion(report, metrics.get("conversion")),
            _promises(report),
            *(_score(kind, scores.get(kind), metrics.get(kind)) for kind in ("nps", "csat", "ces")),
        )


def _persons(report: Report) -> KeyFigure:
    result = report.journey
    out = result.setting_out
    of = ngettext("of {n} person in the data", "of {n} people in the data", result.persons)
    return KeyFigure(_("People who set out"), number(out), of.format(n=number(result.persons)))


def _conversion(report: Report, metric: MeasuredMetric | None) -> KeyFigure:
    label, result = _("Conversion"), report.journey
    if report.map.trip.succeeds_when is None:
        return KeyFigure(label, "", _("The map does not say what success is."))
    if not result.ended:
        return KeyFigure(label, "", _("No journey has ended yet."))
    share = result.succeeded / result.ended
    detail = _("{n} of {all} that ended").format(n=number(result.succeeded), all=number(result.ended))
    aim = metric.target if metric is not None else None
    if aim is not None:
        detail = _("target {target} · {detail}").format(target=percent(aim), detail=detail)
    gauge = Gauge(100 * share, target=None if aim is None else 100 * aim)
    return KeyFigure(label, percent(share, 1), detail, verdict=metric.verdict if metric else None, gauge=gauge)


def _promises(report: Report) -> KeyFigure:
    label, held = _("Promises kept"), report.plan.promises
    if held is None:
        return KeyFigure(label, "", _("The map makes no promise yet."))
    kept, broken = sum(one.kept for one in held.promises), sum(one.broken for one in held.promises)
    if not kept + broken:
        return KeyFigure(label, "", _("No promise has come due yet."))
    share = kept / (kept + broken)
    detail = _("{n} of {all} that came due").format(n=number(kept), all=number(kept + broken))
    return KeyFigure(label, percent(share), detail, gauge=Gauge(100 * share))


def _score(kind: ScoreKind, score: Score | None, metric: MeasuredMetric | None) -> KeyFigure:
    effort = score is not None and score.effort_scale
    label = {
        "nps": _("NPS"),
        "csat": _("Satisfied (CSAT)"),
        "ces": _("Effort, 1 to 7") if effort else _("Ease, 1 to 7"),
    }[kind]
    if score is None or not score.answers:
        why = {
            "nps": _("Nobody was asked whether they would recommend you."),
            "csat": _("Nobody was asked how satisfied they are."),
            "ces": _("Nobody was asked how much effort it took."),
        }[kind]
        return KeyFigure(label, "", why, lived=True)
    if score.value is None:
        few = ngettext(
            "{n} answer: read it, do not average it.", "{n} answers: read them, do not average them.", score.answers
        )
        return KeyFigure(label, "", few.format(n=number(score.answers)), lived=True)
    said: Say = {"nps": lambda value: signed(value, 0), "csat": percent, "ces": decimal}[kind]
    place: Place = {"nps": lambda v: (v + 100) / 2, "csat": lambda v: 100 * v, "ces": lambda v: (v - 1) / 6 * 100}[kind]
    detail = ngettext("{n} answer", "{n} answers", score.answers).format(n=number(score.answers))
    low, high = score.low, score.high
    if low is not None and high is not None:
        detail = _("between {low} and {high} · {detail}").format(low=said(low), high=said(high), detail=detail)
    aim = metric.target if metric is not None and metric.kind == kind else None
    if aim is not None:
        detail = _("target {target} · {detail}").format(target=said(aim), detail=detail)
    gauge = Gauge(place(score.value), *(None if one is None else place(one) for one in (low, high, aim)))
    return KeyFigure(
        label, said(score.value), detail, lived=True, verdict=metric.verdict if metric else None, gauge=gauge
    )
