"""One metric before and since: the same figures as laid over either period alone, and differences by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_journey import FEELINGS, LOGS, plans, splits, tables_of
from slow_metrics import METRICS

from parcours.engine.analysis import run_tables
from parcours.engine.differences import of_rates, of_shares
from parcours.engine.journey import Journey
from parcours.engine.metric_change import MetricChange
from parcours.engine.metrics import Metrics
from parcours.engine.plan import Plan, PlannedMetric, PlannedTouchpoint
from parcours.engine.predicates import EventMatch, Rule
from parcours.engine.scores import student_t
from parcours.engine.table import Column, table_from_arrays
from parcours.engine.trips import TripFilter
from parcours.language.errors import UsageError


def rule(*names: str) -> Rule:
    return Rule((EventMatch(names),))


@settings(max_examples=80, deadline=None)
@given(plans(), METRICS, LOGS, st.integers(0, 3), st.integers(1, 5), splits())
def test_both_sides_are_what_each_period_shows_alone(plan, metrics, log, timeout, cut, groups):
    plan = replace(plan, metrics=tuple(replace(one, id=f"m{at}") for at, one in enumerate(metrics)))
    after, before, end, before_end = TripFilter(from_us=cut), TripFilter(until_us=cut), 6, cut + 1
    tables = tables_of(log, groups)

    def change(asked, stage=None):
        return run_tables(
            MetricChange(plan, timeout, end, FEELINGS, None, asked, stage, after, before, before_end), tables
        )

    alone = [(after, end), (before, before_end)]
    counted = [run_tables(Metrics(plan, timeout, until, (), side), tables) for side, until in alone]
    lived = [run_tables(Journey(plan, timeout, until, FEELINGS, side), tables) for side, until in alone]
    for metric in plan.metrics:
        found = change(metric)
        assert (found.after.trips, found.before.trips) == (lived[0].trips, lived[1].trips)
        assert (found.after.open, found.before.open) == (lived[0].open, lived[1].open)
        sides = [one.of(metric.id) for one in counted]
        assert (found.difference.value, found.difference.base) == pytest.approx(tuple(one.value for one in sides))
        rest = [one.numerator if metric.kind == "value" else one.denominator for one in sides]
        if metric.unit == "events":
            rest = [min(one.persons, one.denominator) for one in sides]
        assert [found.difference.n, found.difference.base_n] == rest
    for index in range(len(plan.stages)):
        stages = [one.stages[index] for one in lived]
        assert change("leak", index).difference == of_shares(
            stages[0].left + stages[0].failed, stages[0].entered, stages[1].left + stages[1].failed, stages[1].entered
        )
        assert change("conversion", index).difference == of_shares(
            stages[0].went_on, stages[0].settled, stages[1].went_on, stages[1].settled
        )
        assert [change("time", index).difference.n] == [stages[0].timed]
        for kind in ("nps", "csat", "ces"):
            scores = [next((one for one in stage.scores if (one.kind, one.effort_scale) == (kind, False)), None)
                      for stage in stages]  # fmt: skip
            answers = tuple(0 if one is None else one.answers for one in scores)
            found = change(kind, index).difference
            assert (found.n, found.base_n) == answers
    whole = change("conversion").difference
    assert whole == of_shares(lived[0].succeeded, lived[0].ended, lived[1].succeeded, lived[1].ended)
    assert change("leak").difference.value == (None if whole.value is None else pytest.approx(1 - whole.value))
    assert change("time").difference.n == lived[0].succeeded


def test_neither_period_has_had_more_time_than_the_other():
    """Each visitor buys ten days after the visit: seen up to its own end, each period shows the same."""
    plan = Plan(("only",), (PlannedTouchpoint("visit", 0, rule("visit")),), starts_when=rule("visit"))
    bought = PlannedMetric("worth", "value", rule("buy"))
    person, time, name, value = [], [], [], []
    for at in range(40):
        for when, what, amount in ((at, "visit", math.nan), (at + 10, "buy", 10.0 + at % 3)):
            person.append(at), time.append(when), name.append(what), value.append(amount)
    table = table_from_arrays(person, time, name, columns={"value": Column("number", np.array(value))})
    sides = {"after": TripFilter(from_us=20, until_us=40), "before": TripFilter(from_us=0, until_us=20)}
    asked = MetricChange(replace(plan, metrics=(bought,)), 5, 39, asked=bought, **sides, before_end_us=19)
    found = run_tables(asked, [table]).difference
    assert found.n == found.base_n == 10
    unequal = run_tables(replace(asked, before_end_us=None), [table]).difference
    assert (unequal.n, unequal.base_n) == (10, 20), "without it, those before have had more time"


def test_two_ratios_of_events_differ_by_hand():
    # Twelve persons on each side; x orders and y messages of each.
    x = np.array([1, 2, 1, 3, 1, 1, 2, 4, 1, 1, 2, 1])
    sides = [np.array([0, 3, 1, 2, 0, 1, 5, 4, 0, 2, 1, 0]), np.array([0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0])]
    sums = [(12, int(y.sum()), int(x.sum()), int(y @ y), int(x @ y), int(x @ x)) for y in sides]
    found = of_rates(*sums)
    parts = [12 / 11 * float(((y - y.sum() / 20 * x) ** 2).sum()) / 400 for y in sides]
    freedom = sum(parts) ** 2 / sum(part**2 / 11 for part in parts)
    margin = student_t(0.975, freedom) * math.sqrt(sum(parts))
    assert (found.value, found.base, found.n, found.base_n) == (19 / 20, 4 / 20, 12, 12)
    assert (found.change, found.low, found.high) == pytest.approx((0.75, 0.75 - margin, 0.75 + margin))
    assert found.tells
    assert of_rates((9, *sums[0][1:]), sums[1]).change is None, "nine persons are too few"
    assert of_rates((12, 0, 20, 0, 0, 38), (12, 0, 20, 0, 0, 38)).change is None, "nothing varies"


def test_periods_that_overlap_are_refused():
    plan = Plan(("only",), ())
    with pytest.raises(UsageError):
        MetricChange(plan, 5, 39, asked="leak", after=TripFilter(from_us=10), before=TripFilter(until_us=11))


def test_a_change_is_plain_data_and_one_line():
    plan = Plan(("only",), (PlannedTouchpoint("visit", 0, rule("visit")),))
    asked = MetricChange(plan, 5, 39, after=TripFilter(from_us=1), before=TripFilter(until_us=1))
    result = run_tables(asked, [table_from_arrays([1, 2], [0, 3], ["visit", "visit"])])
    (line,) = result.rows()
    assert (line["after_trips"], line["before_trips"], line["value"], line["change"]) == (1, 1, 0.0, None)
    assert result.to_dict()["after"]["ended"] == 1
