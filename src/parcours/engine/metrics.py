"""Metrics that carry their own rules, counted over the trips of a log: ratios and mean values.

``engine.metric_units`` says who counts in them. Intervals, at 95 %:

- a share of persons or trips: Wilson's (``scores.wilson``), cases independent;
- a ratio of events: that of a ratio of two totals of persons drawn from many, by linearisation (Cochran 1977,
  *Sampling Techniques*, 2.11), with Student's t: R ± t·√(G/(G − 1)·Σ(y − R·x)²) ÷ Σx over the G persons with any event
  of either rule, x of the denominator and y of the numerator. The events of a person go together, so persons are what
  is drawn. Where no person differs from the others, as when nobody has a numerator, it is the R from which so many
  persons could differ by one event as Wilson's interval leaves open for none among G (ours);
- a mean value: Student's t over persons or trips.

Under ``FEWEST`` units, or persons behind a ratio of events, there is no interval.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from parcours.engine.differences import UNIT, Difference, Moments, of_means, of_rates, of_shares, rate_spread
from parcours.engine.lived import Frame, lay_trips
from parcours.engine.metric_units import Counting, metric_columns
from parcours.engine.plan import CountedKind, MetricUnit, PlannedMetric
from parcours.engine.results import Result
from parcours.engine.scores import FEWEST, student_t, wilson
from parcours.engine.table import EventTable


@dataclass(frozen=True, slots=True)
class MetricFigures:
    """One metric as it was counted; every count opens onto its cases under ``key``.

    ``value`` is a share 0..1 (of those without, where the metric asks for its complement), a ratio of events from 0 on,
    or a mean in the unit of the property; None where nobody counts. ``low`` and ``high`` bound the 95 % interval, None
    where too few count. ``numerator``, ``denominator``, ``without`` and ``open`` are those counted with the numerator,
    all counted, those counted without it, those still under way. With ``unit`` events the first two count events, and
    ``persons`` those who have any. Of a value, ``numerator`` are the units in the mean, ``without`` those of whom no
    event has the property.
    """

    id: str
    kind: CountedKind
    unit: MetricUnit
    at_least: int
    complement: bool
    value: float | None
    low: float | None
    high: float | None
    numerator: int
    denominator: int | None
    without: int | None
    open: int | None
    persons: int | None = None

    @property
    def units(self) -> int:
        """How many the figure rests on: persons behind a ratio of events, else the units counted."""
        if self.persons is not None:
            return self.persons
        return self.numerator if self.denominator is None else self.denominator

    @property
    def few(self) -> bool:
        """Whether too few count for an interval."""
        return self.units < FEWEST or (self.denominator is not None and self.denominator < FEWEST)

    def key(self, name: str) -> str:
        """Return the key under which the cases of the figure ``name`` are listed."""
        return f"metric:{self.id}:{name}"


@dataclass(frozen=True)
class MetricsResult(Result):
    """Every metric of the plan that carries its own rules, in the order of the map."""

    metrics: tuple[MetricFigures, ...]

    def rows(self) -> list[dict[str, Any]]:
        """One line per metric."""
        return [asdict(metric) for metric in self.metrics]

    def of(self, id: str) -> MetricFigures:
        """Return one metric; KeyError where there is none."""
        for metric in self.metrics:
            if metric.id == id:
                return metric
        raise KeyError(id)


Sums = tuple[int, ...]
"""Whole numbers of one metric, which add: with, without, under way; or those of ``_event_sums`` or ``_value_sums``."""


@dataclass(frozen=True)
class Metrics(Frame):
    """All metrics of a plan that carry their own rules, in one pass."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Those that decide what a trip is, and those that the metrics read."""
        own = (metric_columns(metric) for metric in self.plan.metrics)
        return tuple(sorted(self.rule_columns.union(*own)))

    def partial(self, table: EventTable) -> tuple[Sums, ...]:
        """Count in the trips of one table."""
        ground = lay_trips(self, table)
        counting = Counting(ground, ground.place(np.empty(0, np.int64)))
        return tuple(metric_sums(counting, metric) for metric in self.plan.metrics)

    def merge(self, left: tuple[Sums, ...], right: tuple[Sums, ...]) -> tuple[Sums, ...]:
        """Add the sums."""
        return tuple(
            tuple(one + other for one, other in zip(*pair, strict=True)) for pair in zip(left, right, strict=True)
        )

    def finish(self, partial: tuple[Sums, ...]) -> MetricsResult:
        """Turn the sums into figures."""
        tell = {"value": _mean, "events": _rate}
        return MetricsResult(
            tuple(
                tell.get(metric.kind if metric.kind == "value" else metric.unit, _share)(metric, sums)
                for metric, sums in zip(self.plan.metrics, partial, strict=True)
            )
        )


def rate_interval(numerator: int, denominator: int, persons: int, spread: float) -> tuple[float, float]:
    """Give the interval of a ratio of events; ``spread`` is Σ(y − R·x)² over ``persons``, at least two."""
    ratio = numerator / denominator
    if spread > 0:
        margin = student_t(0.975, persons - 1) * math.sqrt(persons / (persons - 1) * spread) / denominator
    else:
        margin = wilson(0, persons)[1] * persons / denominator
    return max(0.0, ratio - margin), ratio + margin


def mean_interval(moments: Moments) -> tuple[float, float]:
    """Give Student's interval of a mean of numbers in ``UNIT``, of at least two."""
    mean = moments.total / moments.n / UNIT
    margin = student_t(0.975, moments.n - 1) * math.sqrt(moments.variance / moments.n) / UNIT
    return mean - margin, mean + margin


def metric_difference(metric: PlannedMetric, group: Sums, base: Sums) -> Difference:
    """Hold ``metric`` of one group of trips against that of another, by the sums that ``metric_sums`` counted."""
    if metric.kind == "value":
        return of_means(Moments(*group[:3]), Moments(*base[:3]))
    if metric.unit == "events":
        return of_rates(group, base)
    hits, base_hits = (side[1] if metric.complement else side[0] for side in (group, base))
    return of_shares(hits, group[0] + group[1], base_hits, base[0] + base[1])


def metric_sums(counting: Counting, metric: PlannedMetric) -> Sums:
    """Count ``metric`` in one table."""
    if metric.kind == "value":
        return _value_sums(counting, metric)
    if metric.unit == "events":
        return _event_sums(counting, metric)
    units = counting.ratio(metric)
    return tuple(int(units.chosen(name).sum()) for name in ("numerator", "without", "open"))


def _event_sums(counting: Counting, metric: PlannedMetric) -> Sums:
    """Persons with any event, Σy, Σx, Σy², Σxy, Σx²."""
    counts = counting.events(metric)
    y, x = counts.numerator, counts.denominator
    persons = int(((x > 0) | (y > 0)).sum())
    return persons, int(y.sum()), int(x.sum()), int(np.dot(y, y)), int(np.dot(x, y)), int(np.dot(x, x))


def _value_sums(counting: Counting, metric: PlannedMetric) -> Sums:
    """Units with a value, the sum of their values, that of its squares; units without a value."""
    units = counting.value(metric)
    total = units.total[units.chosen("numerator")]
    # Squares of money in ten-thousandths exceed 64 bits.
    whole = total.astype(object)
    return len(total), int(total.sum()), int((whole * whole).sum()), int(units.chosen("without").sum())


def _share(metric: PlannedMetric, sums: Sums) -> MetricFigures:
    having, without, under_way = sums
    counted = having + without
    hits = without if metric.complement else having
    low, high = wilson(hits, counted) if counted >= FEWEST else (None, None)
    share = hits / counted if counted else None
    return MetricFigures(*_asked(metric), share, low, high, having, counted, without, under_way)


def _rate(metric: PlannedMetric, sums: Sums) -> MetricFigures:
    persons, y, x, yy, xy, xx = sums
    low = high = None
    if min(persons, x) >= FEWEST:
        low, high = rate_interval(y, x, persons, rate_spread(y, x, yy, xy, xx))
    ratio = y / x if x else None
    return MetricFigures(*_asked(metric), ratio, low, high, y, x, None, None, persons)


def _mean(metric: PlannedMetric, sums: Sums) -> MetricFigures:
    n, total, squares, without = sums
    low, high = mean_interval(Moments(n, total, squares)) if n >= FEWEST else (None, None)
    mean = total / n / UNIT if n else None
    return MetricFigures(*_asked(metric), mean, low, high, n, None, without, None)


def _asked(metric: PlannedMetric) -> tuple[str, CountedKind, MetricUnit, int, bool]:
    return metric.id, metric.kind, metric.unit, metric.at_least, metric.complement
