"""Metrics that carry their own rules: against the slow reading, and case by case as the documentation words them."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from statistics import mean, stdev

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from slow_journey import LOGS, NAMES, Row, plans, splits, tables_of
from slow_metrics import METRICS, cases_of

from parcours.engine.analysis import run_tables
from parcours.engine.cases import JourneyCases
from parcours.engine.figures import metric_keys, parse_figure
from parcours.engine.journey import Journey, JourneyMembers
from parcours.engine.metrics import MetricFigures, Metrics
from parcours.engine.plan import Plan, PlannedMetric, PlannedTouchpoint
from parcours.engine.predicates import EventMatch, Rule
from parcours.engine.scores import student_t, wilson
from parcours.engine.table import Column, Vocabulary, table_from_arrays
from parcours.engine.trips import TripFilter
from parcours.language.errors import UsageError
from parcours.language.translation import speaking


def rule(*names: str) -> Rule:
    return Rule((EventMatch(names),))


PLAN = Plan(("only",), (PlannedTouchpoint("basket", 0, rule("basket")),), succeeds_when=rule("buy"))
BOUGHT = PlannedMetric("bought", "ratio", rule("buy"), rule("basket"))


def counted(metric: PlannedMetric, log: list[tuple], *, plan: Plan = PLAN, end: int = 100, timeout: int = 10, **frame):
    """Count one metric in (person, time, name) or (person, time, name, value)."""
    value = np.array([row[3] if len(row) > 3 else math.nan for row in log], np.float64)
    person, time, name = ([row[place] for row in log] for place in range(3))
    table = table_from_arrays(person, time, name, columns={"value": Column("number", value)})
    asked = Metrics(replace(plan, metrics=(metric,)), timeout, end, **frame)
    return run_tables(asked, [table]).of(metric.id)


def counts(found: MetricFigures) -> tuple[int | None, ...]:
    return found.numerator, found.denominator, found.without, found.open


# ---------------------------------------------------------------- against the slow reading


@settings(max_examples=200, deadline=None)
@given(plans(), METRICS, LOGS, st.integers(0, 4), st.integers(2, 6), splits())
def test_every_metric_and_the_people_behind_it_equal_the_slow_reading(plan, metrics, log, timeout, end, groups):
    compare(plan, metrics, log, timeout, end, groups)


@settings(max_examples=40, deadline=None)
@given(plans(), METRICS, st.integers(0, 10_000))
def test_metrics_of_many_persons_equal_the_slow_reading_with_their_intervals(plan, metrics, seed):
    chance = random.Random(seed)
    log = [
        Row(chance.randint(1, 30), chance.randint(0, 6), chance.choice(NAMES), chance.choice([None, 1.0, 3.0, 7.25]))
        for _row in range(150)
    ]
    found = compare(plan, metrics, log, 2, 6, [list(range(1, 12)), [], list(range(12, 31))])
    event("with an interval" if any(metric.low is not None for metric in found) else "without")


def compare(plan, metrics, log, timeout, end, groups):
    metrics = tuple(replace(metric, id=f"m{at}") for at, metric in enumerate(metrics))
    plan = replace(plan, metrics=metrics)
    slow = cases_of(plan, timeout, end, log)
    tables = tables_of(log, groups)
    result = run_tables(Metrics(plan, timeout, end), tables)
    journey = Journey(plan, timeout, end)
    cases = run_tables(JourneyCases(journey, metric_keys(plan)), tables)
    for metric in metrics:
        found = result.of(metric.id)
        for name in ("numerator", "denominator", "without", "open"):
            key = f"metric:{metric.id}:{name}"
            if key not in metric_keys(plan):
                assert getattr(found, name) is None
                continue
            assert getattr(found, name) == len(slow[key]), key
            assert (
                cases[key].persons.tolist()
                == slow[key]
                == run_tables(JourneyMembers(journey, key), tables).persons.tolist()
            )
        assert found.value == pytest.approx(slow_value(metric, slow))
        assert (found.low, found.high) == pytest.approx(slow_interval(metric, slow))
    return result.metrics


def slow_value(metric: PlannedMetric, slow: dict[str, list]) -> float | None:
    if metric.kind == "value":
        sums = slow[f"sum:{metric.id}"]
        return mean(sums) if sums else None
    hits = slow[f"metric:{metric.id}:{'without' if metric.complement else 'numerator'}"]
    cases = slow[f"metric:{metric.id}:denominator"]
    return len(hits) / len(cases) if cases else None


def slow_interval(metric: PlannedMetric, slow: dict[str, list]) -> tuple[float | None, float | None]:
    if metric.kind == "value":
        sums = slow[f"sum:{metric.id}"]
        if len(sums) < 10:
            return None, None
        margin = student_t(0.975, len(sums) - 1) * stdev(sums) / math.sqrt(len(sums))
        return mean(sums) - margin, mean(sums) + margin
    cases, ratio = len(slow[f"metric:{metric.id}:denominator"]), slow_value(metric, slow)
    if cases < 10 or ratio is None:
        return None, None
    if metric.unit != "events":
        return wilson(round(ratio * cases), cases)
    people = slow[f"persons:{metric.id}"]
    if len(people) < 10:
        return None, None
    left = [y - ratio * x for y, x in people]
    off = student_t(0.975, len(left) - 1) * math.sqrt(len(left) / (len(left) - 1) * sum(one**2 for one in left)) / cases
    if sum(abs(one) for one in left) < 1e-9:
        off = len(people) * wilson(0, len(people))[1] / cases
    return max(0.0, ratio - off), ratio + off


# ---------------------------------------------------------------- who counts


def test_people_under_way_count_once_they_have_the_numerator_and_not_before():
    log = [(1, 0, "basket"), (1, 2, "buy"), (2, 0, "basket"), (3, 95, "basket"), (4, 95, "basket"), (4, 96, "buy")]
    under_way = replace(PLAN, succeeds_when=None)
    found = counted(BOUGHT, log, plan=under_way)
    assert counts(found) == (2, 3, 1, 1), "person 3 is under way without, person 4 under way with it"
    assert found.value == pytest.approx(2 / 3)


def test_a_person_has_ended_when_all_their_trips_have():
    twice = replace(PLAN, starts_when=rule("visit"), succeeds_when=rule("order"))
    log = [(1, 0, "visit"), (1, 1, "basket"), (1, 95, "visit")]
    assert counts(counted(BOUGHT, log, plan=twice)) == (0, 0, 0, 1), "the second trip may still bring the numerator"
    by_trip = replace(BOUGHT, unit="trips")
    assert counts(counted(by_trip, log, plan=twice)) == (0, 1, 1, 0), "the first trip is over for good"
    assert counts(counted(BOUGHT, [*log, (1, 97, "buy")], plan=twice)) == (1, 1, 0, 0)


def test_the_numerator_counts_from_the_first_denominator_on_and_a_tie_is_in_its_favour():
    after, before, together = [(1, 1, "basket"), (1, 2, "buy")], [(2, 1, "buy"), (2, 2, "basket")], 3
    log = [*after, *before, (together, 1, "buy"), (together, 1, "basket")]
    assert counts(counted(BOUGHT, log)) == (2, 3, 1, 0)
    again = [*before, (2, 3, "buy"), (2, 4, "basket")]
    assert counts(counted(BOUGHT, again)) == (1, 1, 0, 0), "after the first, though before the last"


def test_at_least_twice_the_same_event_is_who_came_back():
    back = PlannedMetric("back", "ratio", rule("buy"), rule("buy"), at_least=2)
    log = [(1, 0, "buy"), (1, 5, "buy"), (2, 0, "buy"), (3, 0, "buy"), (3, 0, "buy")]
    assert counts(counted(back, log)) == (2, 3, 1, 0), "two at one instant are two"


def test_the_complement_is_the_share_of_those_without():
    log = [(person, 0, "basket") for person in range(20)] + [(person, 1, "buy") for person in range(5)]
    abandoned = counted(replace(BOUGHT, complement=True), log)
    bought = counted(BOUGHT, log)
    assert (abandoned.value, bought.value) == (0.75, 0.25)
    assert counts(abandoned) == counts(bought) == (5, 20, 15, 0)
    assert (abandoned.low, abandoned.high) == wilson(15, 20)


def test_events_outside_trips_and_after_the_data_end_count_nowhere():
    starts = replace(PLAN, starts_when=rule("visit"))
    log = [(1, 0, "basket"), (1, 1, "visit"), (1, 2, "buy"), (2, 0, "visit"), (2, 1, "basket"), (2, 101, "buy")]
    assert counts(counted(BOUGHT, log, plan=starts)) == (0, 1, 1, 0)
    rate = counted(replace(BOUGHT, unit="events"), log, plan=starts)
    assert counts(rate) == (1, 1, None, None)


def test_a_filter_of_trips_chooses_what_counts():
    starts = replace(PLAN, starts_when=rule("visit"))
    log = [(1, 0, "visit"), (1, 1, "basket"), (1, 40, "visit"), (1, 41, "basket"), (1, 42, "buy")]
    assert counts(counted(BOUGHT, log, plan=starts, only=TripFilter(until_us=20))) == (0, 1, 1, 0)
    assert counts(counted(BOUGHT, log, plan=starts, only=TripFilter(from_us=20))) == (1, 1, 0, 0)


# ---------------------------------------------------------------- values


def test_a_value_sums_over_a_person_and_averages_over_persons_ended_or_not():
    spent = PlannedMetric("spent", "value", rule("buy"))
    log = [(1, 0, "buy", 10.0), (1, 5, "buy", 20.1), (2, 99, "buy", 5.0), (3, 0, "buy"), (4, 0, "basket", 7.0)]
    found = counted(spent, log)
    assert (found.value, found.numerator, found.without) == (pytest.approx(35.1 / 2), 2, 1)
    by_trip = counted(replace(spent, unit="trips"), log)
    assert by_trip.numerator == 2, "without a start, a person makes one trip"


def test_amounts_that_cannot_be_meant_are_no_values():
    spent = PlannedMetric("spent", "value", rule("buy"))
    log = [(1, 0, "buy", math.inf), (2, 0, "buy", 1e300), (3, 0, "buy", -5.0), (4, 0, "buy", 1e11)]
    found = counted(spent, log)
    assert (found.value, found.numerator, found.without) == ((1e11 - 5) / 2, 2, 2)


def test_the_interval_of_a_mean_of_large_amounts_is_exact():
    spent = PlannedMetric("spent", "value", rule("buy"))
    amounts = [1e9 + person for person in range(12)]
    found = counted(spent, [(person, 0, "buy", amount) for person, amount in enumerate(amounts)])
    margin = student_t(0.975, 11) * stdev(range(12)) / math.sqrt(12)
    assert (found.low, found.high) == pytest.approx((mean(amounts) - margin, mean(amounts) + margin), rel=1e-12)


def test_a_property_that_the_log_does_not_have_leaves_nobody_with_a_value():
    found = counted(PlannedMetric("spent", "value", rule("buy"), property="price"), [(1, 0, "buy", 3.0)])
    assert (found.value, found.numerator, found.without) == (None, 0, 1)


def test_a_property_of_texts_is_refused_by_the_name_of_the_metric():
    asked = Metrics(replace(PLAN, metrics=(PlannedMetric("spent", "value", rule("buy"), property="shop"),)), 10, 100)
    shops = Column("text", np.zeros(1, np.int32), Vocabulary(("aix",)))
    with speaking("en"), pytest.raises(UsageError, match="“spent” adds up the property “shop”") as refused:
        run_tables(asked, [table_from_arrays([1], [0], ["buy"], columns={"shop": shops})])
    assert refused.value.value == "shop"


# ---------------------------------------------------------------- ratios of events


def test_a_ratio_of_events_and_its_interval_are_those_of_the_textbook():
    # Twelve persons with x orders and y messages each; computed by hand from Cochran's 2.11.
    x = [1, 2, 1, 3, 1, 1, 2, 4, 1, 1, 2, 1]
    y = [0, 3, 1, 2, 0, 1, 5, 4, 0, 2, 1, 0]
    log = [(who, 0, "order") for who, many in enumerate(x) for _i in range(many)]
    log += [(who, 0, "message") for who, many in enumerate(y) for _i in range(many)]
    found = counted(PlannedMetric("messages", "ratio", rule("message"), rule("order"), unit="events"), log)
    ratio = 19 / 20
    left = [one - ratio * other for one, other in zip(y, x, strict=True)]
    margin = student_t(0.975, 11) * math.sqrt(12 / 11 * sum(one * one for one in left)) / 20
    assert (found.numerator, found.denominator, found.persons) == (19, 20, 12)
    assert (found.value, found.low, found.high) == pytest.approx((ratio, ratio - margin, ratio + margin))


def test_a_person_with_many_events_widens_the_interval_of_a_ratio_of_events():
    metric = PlannedMetric("returns", "ratio", rule("return"), rule("order"), unit="events")
    orders = [(who, 0, "order") for who in range(40)]
    spread_out = counted(metric, [*orders, *((who, 1, "return") for who in range(10))])
    of_one = counted(metric, [*orders, *((0, 1, "return") for _i in range(10))])
    assert spread_out.value == of_one.value == 0.25
    assert of_one.high - of_one.value > spread_out.high - spread_out.value


def test_a_ratio_of_events_in_which_nobody_differs_still_has_an_interval():
    metric = PlannedMetric("returns", "ratio", rule("return"), rule("order"), unit="events")
    none = counted(metric, [(who, 0, "order") for who in range(50)])
    assert (none.value, none.low) == (0.0, 0.0)
    assert none.high == wilson(0, 50)[1]
    every = counted(metric, [(who, 0, name) for who in range(50) for name in ("order", "return")])
    assert (every.low, every.value, every.high) == (1 - wilson(0, 50)[1], 1.0, 1 + wilson(0, 50)[1])


def test_few_persons_give_a_ratio_of_events_no_interval_however_many_events_there_are():
    metric = PlannedMetric("returns", "ratio", rule("return"), rule("order"), unit="events")
    found = counted(metric, [(who, 0, "order") for who in range(9) for _i in range(30)])
    assert (found.value, found.low, found.high, found.few) == (0.0, None, None, True)


# ---------------------------------------------------------------- what cannot be asked


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"denominator": None}, "needs a denominator"),
        ({"unit": "events", "complement": True}, "neither how often nor"),
        ({"unit": "events", "at_least": 2}, "neither how often nor"),
        ({"at_least": 0}, "at least once"),
        ({"kind": "value"}, "numerator and a property only"),
        ({"kind": "value", "denominator": None, "unit": "events"}, "over persons or trips"),
    ],
)
def test_parts_of_a_metric_that_do_not_go_together_are_refused(parts, said):
    asked = {"id": "m", "kind": "ratio", "numerator": rule("a"), "denominator": rule("b")} | parts
    with speaking("en"), pytest.raises(UsageError, match="“m” cannot be counted") as refused:
        PlannedMetric(**asked)
    assert said in refused.value.expected


def test_an_unknown_figure_of_a_metric_is_answered_with_the_nearest_ones():
    plan = replace(PLAN, metrics=(BOUGHT, replace(BOUGHT, id="rate", unit="events")))
    with speaking("en"), pytest.raises(UsageError) as refused:
        parse_figure("metric:bougth:numerator", plan)
    assert "metric:bought:numerator" in refused.value.expected
    with pytest.raises(UsageError):
        parse_figure("metric:rate:without", plan)


def test_a_log_without_trips_has_no_figure_and_nobody():
    starts = replace(PLAN, starts_when=rule("never"))
    for metric in (BOUGHT, replace(BOUGHT, unit="events"), PlannedMetric("spent", "value", rule("buy"))):
        found = counted(metric, [(1, 0, "basket"), (1, 1, "buy", 3.0)], plan=starts)
        assert (found.value, found.low, found.numerator) == (None, None, 0)


def test_a_result_is_plain_data_and_a_flat_table():
    plan = replace(PLAN, metrics=(BOUGHT,))
    result = run_tables(Metrics(plan, 10, 100), tables_of([Row(1, 0, "visit")]))
    assert list(result.to_dict()["metrics"]) == result.rows()
    assert result.to_pandas().loc[0, "id"] == "bought"
    with pytest.raises(KeyError):
        result.of("nothing")
