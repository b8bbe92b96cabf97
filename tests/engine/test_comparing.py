from __future__ import annotations

import math
import random
from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_alignment import promises as slow_promises
from slow_journey import FEELINGS, LOGS, Row, crowded, live, plans, splits, tables_of, valence
from slow_metrics import METRICS

from parcours.engine.analysis import run_tables
from parcours.engine.comparing import Compare, CompareResult
from parcours.engine.deviations import Deviations
from parcours.engine.journey import Journey
from parcours.engine.metric_change import MetricChange
from parcours.engine.plan import Plan, PlannedPromise, PlannedTouchpoint
from parcours.engine.predicates import Condition, EventMatch, Rule
from parcours.engine.trips import TripFilter
from parcours.language.errors import UsageError

TIMEOUT, END = 2, 6
EARLY, LATER = TripFilter(until_us=3), TripFilter(from_us=3)
HERE, THERE = TripFilter(property="order", value="a"), TripFilter(property="order", value="b")


def test_two_groups_are_told_apart_by_the_first_value_of_a_property():
    log = company(50, 20)
    for row in log:
        row.order = "a" if row.person < 1000 else "b"
    log.append(Row(0, 50, "visit", order="b"))  # a later value changes nothing
    asked = Compare(SHOP, 30, 1000, FEELINGS[:1], first=HERE, second=THERE)
    groups, periods = run_tables(asked, tables_of(log)), ask(log)
    assert groups.comparisons == periods.comparisons
    assert groups.first.trips == 60


def passes(lived, side: TripFilter) -> bool:
    start = min(row.time for row in lived.rows)
    if side.from_us is not None and start < side.from_us:
        return False
    if side.until_us is not None and start >= side.until_us:
        return False
    if side.property is None:
        return True
    known = [(row.time, row.order) for row in lived.rows if row.order is not None]
    first = min((time for time, _value in known), default=None)
    # Where several values stand at the first instant, any of them will do; Hypothesis checks the sums, not this.
    return any(time == first and value == side.value for time, value in known)


def slow_side(plan, log, side):
    """Hits and cases of shares, and lists of numbers, of the trips of one side."""
    people = defaultdict(list)
    for row in log:
        people[row.person].append(row)
    share, numbers = defaultdict(lambda: [0, 0]), defaultdict(list)
    sizes = [0, 0]

    def count(address, hit, case=True):
        share[address][0] += bool(hit and case)
        share[address][1] += bool(case)

    for person in sorted(people):
        for lived in live(plan, TIMEOUT, END, people[person]):
            if not passes(lived, side):
                continue
            sizes[0] += 1
            sizes[1] += lived.state == "open"
            count(("success", ""), lived.state == "succeeded", lived.state != "open")
            path = []
            for stage, time in lived.placements:
                if not path or path[-1][0] != stage:
                    path.append((stage, time))
            furthest = max((stage for stage, _time in path), default=-1)
            for index, id in enumerate(plan.stages):
                here = furthest == index
                on = furthest > index or (here and lived.state == "succeeded")
                count(("conversion", id), on, furthest >= index and not (here and lived.state == "open"))
                visits = [i for i, (stage, _time) in enumerate(path) if stage == index]
                count(("leak", id), here and lived.state in ("left", "failed"), visits)
                if visits and visits[0] + 1 < len(path):
                    numbers["time", id].append(path[visits[0] + 1][1] - path[visits[0]][1])
            for promise, state in slow_promises(plan, END, lived.rows):
                count(("kept", promise.id), state == "kept", state != "pending")
            for row in lived.rows:
                for column in FEELINGS:
                    answer = row.answers.get(column.property)
                    if answer is None or not column.low <= answer <= column.high:
                        continue
                    numbers["emotion", ""].append(valence(column, answer))
                    if column.kind == "nps":
                        numbers["nps", ""].append((answer >= 9) - (answer < 7))
                    elif column.kind == "csat":
                        count(("csat", ""), answer >= 4 if column.property == "stars" else answer > 0.6)
                    else:
                        numbers["ces_effort" if column.effort else "ces", ""].append(answer)
    return sizes, share, numbers


def compare(result: CompareResult, plan, log, first, second) -> None:
    for at, side in enumerate((first, second)):
        sizes, share, numbers = slow_side(plan, log, side)
        found = (result.first, result.second)[at]
        assert [found.trips, found.open] == sizes
        for one in result.comparisons:
            address = (one.what, one.id)
            value = (one.difference.value, one.difference.base)[at]
            n = (one.difference.n, one.difference.base_n)[at]
            if address in share:
                hits, cases = share[address]
                assert (value, n) == (hits / cases if cases else None, cases), address
            elif address in numbers or one.what in ("time", "ces", "ces_effort", "emotion", "nps"):
                values = numbers[address]
                assert n == len(values), address
                mean = sum(values) / len(values) if values else None
                if one.what == "nps" and values:
                    mean = 100 * mean
                if one.what == "time" and values:
                    mean = math.expm1(sum(math.log1p(time / 1e6) for time in values) / len(values))
                assert value == (None if mean is None else pytest.approx(mean, abs=1e-4)), address


@settings(deadline=None, max_examples=80)
@given(plan=plans(), log=LOGS, split=splits(), periods=st.booleans())
def test_both_sides_equal_the_slow_reading_however_persons_are_split(plan, log, split, periods):
    plan = replace(plan, key=None)
    first, second = (EARLY, LATER) if periods else (HERE, THERE)
    asked = Compare(plan, TIMEOUT, END, FEELINGS, first=first, second=second)
    result = run_tables(asked, tables_of(log))
    if periods:
        compare(result, plan, log, first, second)
    assert run_tables(asked, tables_of(log, split)) == result


@settings(deadline=None, max_examples=60)
@given(plan=plans(), metrics=METRICS, log=LOGS, cut=st.integers(1, 5), split=splits())
def test_metrics_with_rules_of_their_own_are_compared_as_each_alone(plan, metrics, log, cut, split):
    plan = replace(plan, metrics=tuple(replace(one, id=f"m{at}") for at, one in enumerate(metrics)))
    first, second = TripFilter(from_us=cut), TripFilter(until_us=cut)
    result = run_tables(Compare(plan, TIMEOUT, END, FEELINGS, first=first, second=second), tables_of(log, split))
    for metric in plan.metrics:
        alone = MetricChange(plan, TIMEOUT, END, FEELINGS, None, metric, None, first, second)
        assert result.of(metric.kind, metric.id) == run_tables(alone, tables_of(log)).difference
        key = next(one.key for one in result.comparisons if one.id == metric.id and one.what == metric.kind)
        assert key == f"metric:{metric.id}:{'without' if metric.complement else 'numerator'}"


def test_both_sides_equal_the_slow_reading_on_crowded_instants():
    chance = random.Random(2)
    told = 0
    for _run in range(80):
        plan, log = crowded(chance)
        count = len(plan.touchpoints)
        promises = tuple(
            PlannedPromise(f"p{at}", chance.randrange(count), chance.randrange(count), 1) for at in range(2)
        )
        plan = replace(plan, promises=promises)
        result = run_tables(Compare(plan, TIMEOUT, END, FEELINGS, first=EARLY, second=LATER), tables_of(log))
        compare(result, plan, log, EARLY, LATER)
        told += result.first.trips > 0 < result.second.trips and result.of("emotion").n > 0
    assert told > 20, "the logs are rich enough"


def rule(*names: str) -> Rule:
    return Rule((EventMatch(names),))


SHOP = Plan(
    stages=("look", "buy"),
    touchpoints=(
        PlannedTouchpoint("visit", 0, rule("visit"), required=True),
        PlannedTouchpoint("order", 1, rule("buy")),
    ),
    succeeds_when=rule("buy"),
)


def company(first_buyers: int, second_buyers: int, people: int = 60) -> list[Row]:
    """People who visit before 100 and others after it, of whom so many buy."""
    log = []
    for side, buyers in enumerate((first_buyers, second_buyers)):
        for person in range(people):
            who, when = 1000 * side + person, 100 * side
            log.append(Row(who, when, "visit", answers={"nps": 10 if person % 2 else 3}))
            if person < buyers:
                log.append(Row(who, when + 5, "buy"))
    return log


def ask(log: list[Row], end: int = 1000) -> CompareResult:
    asked = Compare(SHOP, 30, end, FEELINGS[:1], first=TripFilter(until_us=100), second=TripFilter(from_us=100))
    return run_tables(asked, tables_of(log))


def test_the_worked_example_of_two_periods():
    result = ask(company(42, 36))
    success = result.of("success")
    # 42 of 60 before, 36 of 60 after. Wilson: 0.5749..0.8009 and 0.4736..0.7144, so the difference of 0.1 lies between
    # 0.1 − √(0.1251² + 0.1144²) and 0.1 + √(0.1009² + 0.1264²), which holds 0.
    assert (success.value, success.base) == (0.7, 0.6)
    assert (success.low, success.high) == (pytest.approx(-0.0694, abs=1e-4), pytest.approx(0.2618, abs=1e-4))
    assert not success.tells
    assert result.of("conversion", "look") == success
    assert result.of("nps").change == 0
    assert (result.first.trips, result.first.open) == (60, 0)
    assert result.telling == 0
    assert result.by_chance == pytest.approx(0.05 * result.compared)


def test_a_real_change_tells_and_is_counted():
    result = ask(company(50, 20))
    assert result.of("success").tells
    assert result.telling >= 2
    assert {row["what"] for row in result.rows() if row["tells"]} >= {"success", "conversion"}
    assert any(line["tells"] for line in result.to_dict()["comparisons"])
    with pytest.raises(KeyError):
        result.of("success", "nowhere")


def test_trips_that_the_data_cut_short_are_open_and_not_lost():
    result = ask(company(50, 20), end=110)
    assert result.second.open == 40
    assert result.of("success").base == 1, "of those that have ended"


def test_a_comparison_without_two_sides_is_refused():
    with pytest.raises(UsageError, match="overlap"):
        Compare(SHOP, 30, 50, first=TripFilter(until_us=100), second=TripFilter(from_us=99))
    with pytest.raises(UsageError, match="overlap"):
        Compare(SHOP, 30, 50, first=HERE, second=HERE)
    with pytest.raises(UsageError, match="two sides alone"):
        Compare(SHOP, 30, 50, only=HERE, first=EARLY, second=LATER)
    Compare(SHOP, 30, 50, first=EARLY, second=LATER)
    Compare(SHOP, 30, 50, first=LATER, second=EARLY)
    Compare(SHOP, 30, 50, first=replace(HERE, until_us=3), second=replace(HERE, from_us=3))


def test_trips_with_an_event_are_held_against_those_without_it_and_against_no_others():
    rule = Rule((EventMatch(("visit",)),))
    both = {"first": TripFilter(matching=rule), "second": TripFilter(without=rule)}
    Compare(SHOP, 30, 50, **both)
    Compare(SHOP, 30, 50, first=both["second"], second=both["first"])
    with pytest.raises(UsageError, match="overlap"):
        Compare(SHOP, 30, 50, first=both["first"], second=TripFilter(matching=Rule((EventMatch(("buy",)),))))
    large = Rule((EventMatch((), (Condition("amount", ">", 2),)),))
    asked = Compare(SHOP, 30, 50, first=TripFilter(matching=large), second=TripFilter(without=large))
    assert "amount" in asked.columns


def test_each_side_has_the_figures_of_the_analyses_over_the_same_trips():
    log = company(50, 20)
    tables = tables_of(log)
    result = ask(log)
    for at, side in enumerate((TripFilter(until_us=100), TripFilter(from_us=100))):
        lived = run_tables(Journey(SHOP, 30, 1000, FEELINGS[:1], side), tables)
        held = run_tables(Deviations(SHOP, 30, 1000, FEELINGS[:1], side), tables)

        def mine(what: str, id: str = "", at: int = at) -> float | None:
            difference = result.of(what, id)
            return (difference.value, difference.base)[at]

        assert mine("success") == lived.succeeded / (lived.trips - lived.open)
        for stage in lived.stages:
            assert mine("conversion", stage.id) == stage.conversion
            assert mine("leak", stage.id) == stage.leak
        assert mine("nps") == lived.scores[0].value
        for kind, figures in held.of("journey").items():
            assert mine(kind) == figures.share
