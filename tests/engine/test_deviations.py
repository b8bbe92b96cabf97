"""Deviations and promises against the slow reading of the same words."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planned_logs import plain_crowd, planned_crowd, planned_logs
from slow_journey import FEELINGS, RULES, planned, splits, tables_of
from slow_plan import Told, deviates, feeling_after, figures, people, tell, wilson

from parcours.engine.analysis import run_tables
from parcours.engine.deviations import Deviations
from parcours.engine.differences import Difference
from parcours.engine.figures import plan_keys
from parcours.engine.journey import Journey, JourneyMembers
from parcours.engine.plan import Plan, PlannedTouchpoint
from parcours.engine.predicates import Condition, EventMatch, Rule
from parcours.engine.promises import Promises
from parcours.engine.trips import TripFilter, filter_columns


def compare(plan, timeout, end, log, groups=None, only=None):
    tables = tables_of(log, groups)
    trips = tell(plan, timeout, end, log, only)
    frame = (plan, timeout, end, FEELINGS, only)
    compare_deviations(plan, run_tables(Deviations(*frame), tables), trips)
    compare_promises(plan, run_tables(Promises(*frame), tables), trips)
    return trips


def compare_deviations(plan: Plan, result, trips: list[Told]) -> None:
    expected = figures(plan, trips)
    assert [(one.scope, one.id, one.kind) for one in result.figures] == list(expected)
    for one in result.figures:
        case = expected[one.scope, one.id, one.kind]
        place = (one.scope, one.id, one.kind)
        assert (one.trips, one.possible, one.events) == (len(case.trips), case.possible, case.events), place
        assert one.share == (len(case.trips) / case.possible if case.possible else None)
        assert one.share is None or one.share <= 1
        for found, wanted in ((one.success, case.success), (one.time, case.time), (one.feeling, case.feeling)):
            compare_difference(found, wanted, place)
    assert (result.trips, result.ended) == (len(trips), sum(trip.ended for trip in trips))
    assert result.deviating == sum(map(deviates, trips))
    names = [row.name for trip in trips for row, _stage in trip.lived.strays]
    assert result.stray_names == tuple(
        sorted(((name, names.count(name)) for name in set(names)), key=lambda found: (-found[1], found[0]))
    )
    assert result.chases == tuple(
        (
            stage,
            sum(
                trip.chases[i]
                for trip in trips
                for i, p in enumerate(plan.touchpoints)
                if plan.stages[p.stage] == stage
            ),
        )
        for stage in plan.stages
    )


def compare_difference(found: Difference, wanted: tuple, place) -> None:
    got = (found.value, found.base, found.change, found.low, found.high)
    assert [one is None for one in got] == [one is None for one in wanted], place
    for one, other in zip(got, wanted, strict=True):
        assert one is None or one == pytest.approx(other, abs=1e-6, rel=1e-6), place


def compare_promises(plan: Plan, result, trips: list[Told]) -> None:
    for index, (promise, found) in enumerate(zip(plan.promises, result.promises, strict=True)):
        point = plan.touchpoints[promise.touchpoint]
        assert (found.id, found.stage, found.touchpoint) == (promise.id, plan.stages[point.stage], point.id)
        assert (found.owner, found.clock, found.percentile) == (promise.owner, promise.clock, promise.percentile)
        assert found.within_seconds == promise.within_us / 1e6
        given = [one for trip in trips for one in trip.given if one.promise == index]
        kept, broken, pending = (sum(one.state == s for one in given) for s in ("kept", "broken", "pending"))
        assert (found.given, found.kept, found.broken, found.pending) == (len(given), kept, broken, pending)
        assert found.unmet == sum(one.state == "broken" and one.met is None for one in given)
        settled = [one for one in given if one.state != "pending"]
        assert found.settled == len(settled)
        if not settled:
            assert (found.share, found.low, found.high, found.as_meant) == (None,) * 4
        else:
            wanted = (kept / len(settled), *wilson([one.state == "kept" for one in settled]))
            assert (found.share, found.low, found.high) == pytest.approx(wanted, abs=1e-9)
            assert found.as_meant is (kept * 100 >= promise.percentile * len(settled))
        for percent, seconds in ((50, found.median_seconds), (95, found.percentile_95_seconds)):
            compare_delay(settled, percent, seconds)
        compare_difference(found.feeling, feeling_after(plan, index, trips), promise.id)


def compare_delay(settled, percent: int, seconds: float | None) -> None:
    delays = sorted(one.delay for one in settled if one.met is not None)
    enough = [delay for delay in delays if 100 * sum(d <= delay for d in delays) >= percent * len(settled)]
    if not enough or not settled:
        assert seconds is None
    else:
        assert enough[0] / 1e6 <= seconds <= enough[0] / 1e6 * 1.001 + 1e-9


def test_crowded_random_trips_deviate_as_the_slow_reading_says():
    for seed in range(240):
        compare(*planned_crowd(seed), groups=[[1, 3], [2]])


def test_trips_without_two_events_at_one_instant_deviate_as_the_slow_reading_says():
    for seed in range(60):
        compare(*plain_crowd(seed), groups=[[1, 3], [2]])


BARE = PlannedTouchpoint("", 0, Rule(()))


@pytest.mark.parametrize(
    "kept",
    [("required",), ("max_occurs",), ("after",), ("one_of",), ("fails_when",), ("kind", "initiator"), ("promises",)],
)
def test_each_field_of_a_plan_works_without_the_others(kept):
    fields = ("required", "max_occurs", "after", "one_of", "fails_when", "kind", "initiator")
    stripped = {field: getattr(BARE, field) for field in fields if field not in kept}
    for seed in range(12):
        plan, timeout, end, log = plain_crowd(seed) if seed % 3 else planned_crowd(seed)
        plan = replace(
            plan,
            touchpoints=tuple(replace(point, **stripped) for point in plan.touchpoints),
            promises=plan.promises if "promises" in kept else (),
        )
        compare(plan, timeout, end, log)


def test_groups_of_many_people_compare_as_the_formulas_say():
    told = 0
    for seed in range(40):
        plan, timeout, end, log = planned_crowd(seed, people=45)
        compare(plan, timeout, end, log)
        result = run_tables(Deviations(plan, timeout, end, FEELINGS), tables_of(log))
        told += sum(one.success.tells + one.time.tells + one.feeling.tells for one in result.figures)
    assert told > 20, "some differences must be told"


@settings(max_examples=150, deadline=None)
@given(planned_logs(), splits())
def test_every_figure_of_the_plan_equals_the_slow_reading(made, groups):
    compare(*made, groups=groups)


VALUES = st.one_of(
    st.tuples(st.just("order"), st.sampled_from(["a", "b", "never seen", None])),
    st.tuples(st.just("amount"), st.sampled_from([1.0, 3.0, 7.0, None])),
    st.just((None, None)),
)


@settings(max_examples=120, deadline=None)
@given(planned_logs(), st.tuples(st.integers(-1, 11), st.integers(-1, 11)), VALUES)
def test_only_some_trips_are_those_and_no_others(made, between, wanted):
    plan, timeout, end, log = made
    ordered = sorted({row.time for row in log} | {end})
    low, high = (ordered[at] + 1 if 0 <= at < len(ordered) else None for at in between)
    compare(plan, timeout, end, log, only=TripFilter(low, high, *wanted))


def test_only_some_trips_of_a_crowd_are_those_and_no_others():
    left = 0
    for seed in range(150):
        plan, timeout, end, log = planned_crowd(seed)
        chance = random.Random(seed)
        name, value = chance.choice([("order", "a"), ("amount", 3.0), ("order", None), ("order", "no"), (None, None)])
        times = sorted(row.time for row in log)
        low, high = (chance.choice([None, chance.choice(half)]) for half in (times[:3], times[3:]))
        left += len(compare(plan, timeout, end, log, [[1, 3], [2]], TripFilter(low, high, name, value)))
    assert left > 100


@settings(max_examples=120, deadline=None)
@given(planned_logs(), RULES, st.booleans())
def test_only_trips_with_or_without_an_event_of_a_rule_are_those_and_no_others(made, rule, with_it):
    only = TripFilter(matching=rule) if with_it else TripFilter(without=rule)
    assert filter_columns(only) <= {"amount"}
    compare(*made, only=only)


def test_only_trips_of_a_crowd_with_an_event_of_a_rule_are_those_and_no_others():
    rules = [
        Rule((EventMatch(("visit",)),)),
        Rule((EventMatch((), (Condition("amount", ">", 2.0),)),)),
        Rule((EventMatch(("ask*",)),)),
    ]
    left, all_ = 0, 0
    for seed in range(90):
        rule = rules[seed % 3]
        for only in (TripFilter(matching=rule), TripFilter(without=rule)):
            left += len(compare(*planned_crowd(seed), [[1, 3], [2]], only))
        all_ += len(compare(*planned_crowd(seed), [[1, 3], [2]]))
    assert 100 < left == all_  # each trip is on one side and only one


def members_equal(plan, timeout, end, log, groups=None, only=None):
    journey, tables = Journey(plan, timeout, end, FEELINGS, only), tables_of(log, groups)
    expected = people(plan, tell(plan, timeout, end, log, only))
    assert set(plan_keys(plan)) == set(expected)
    for key in plan_keys(plan):
        members = run_tables(JourneyMembers(journey, key), tables)
        assert members.persons.tolist() == sorted(expected[key]), key
        assert members.figure == key


@settings(max_examples=25, deadline=None)
@given(planned_logs(), splits())
def test_every_figure_of_the_plan_opens_onto_exactly_its_people(made, groups):
    members_equal(*made, groups=groups)


def test_every_figure_of_a_crowd_opens_onto_exactly_its_people():
    for seed in range(30):
        only = TripFilter(property="order", value="a") if seed % 3 == 0 else None
        members_equal(*planned_crowd(seed), [[1, 3], [2]], only)


@settings(max_examples=60, deadline=None)
@given(planned_logs(), splits(), st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_the_split_into_tables_changes_what_deviates(made, groups, chance):
    plan, timeout, end, log = made
    shuffled = list(log)
    chance.shuffle(shuffled)
    for analysis in (Deviations(plan, timeout, end, FEELINGS), Promises(plan, timeout, end, FEELINGS)):
        assert run_tables(analysis, tables_of(shuffled, groups)) == run_tables(analysis, tables_of(log))


def test_made_plans_bring_out_every_deviation_and_promise():
    """The references above prove nothing about what never happens."""
    seen = dict.fromkeys(("missing", "adhoc", "failing", "out_of_sequence", "late", "chase", "stray"), 0)
    states = dict.fromkeys(("kept", "broken", "unmet", "pending"), 0)
    again = 0
    for seed in range(120):
        plan, timeout, end, log = planned_crowd(seed)
        for trip in tell(plan, timeout, end, log):
            for kind, found in trip.deviations.items():
                seen[kind] += sum(found.values())
            seen["chase"] += sum(trip.chases.values())
            seen["stray"] += len(trip.lived.strays)
            for one in trip.given:
                states[one.state] += 1
                states["unmet"] += one.state == "broken" and one.met is None
                business = plan.promises[one.promise].clock == "business"
                again += business and one.delay != (end if one.met is None else one.met) - one.since
        assert any(planned(plan, row) for row in log) or not plan.touchpoints
    assert min(seen.values()) > 15, seen
    assert min(states.values()) > 15, states
    assert again > 40, "business time differs from the calendar's"


def test_a_plan_without_fields_has_no_deviation():
    plan, timeout, end, log = planned_crowd(4)
    bare = [
        replace(p, fails_when=None, required=False, max_occurs=None, after=(), one_of=None) for p in plan.touchpoints
    ]
    result = run_tables(Deviations(replace(plan, touchpoints=tuple(bare), promises=()), timeout, end), tables_of(log))
    assert {one.kind for one in result.figures if one.trips} <= {"adhoc"}
    assert result.rows() == [] or {row["kind"] for row in result.rows()} == {"adhoc"}
