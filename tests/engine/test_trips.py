"""Trips of a person: where they begin and end, keys, and only some of them."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planned_logs import untied
from slow_journey import FEELINGS, LOGS, Row, crowded, plans, read, splits, tables_of
from slow_plan import tell
from test_journey import compare as compare_journey

from parcours.engine.analysis import run_tables
from parcours.engine.figures import figure_count, figure_keys
from parcours.engine.journey import Journey, JourneyMembers
from parcours.engine.lived import lay_trips
from parcours.engine.plan import Plan, PlannedTouchpoint
from parcours.engine.predicates import EventMatch, Rule
from parcours.engine.table import Column, EventTable, table_from_arrays
from parcours.engine.trips import TripFilter
from parcours.language.errors import UsageError

STATES = ("succeeded", "failed", "left", "open")


def names(*words: str) -> Rule:
    return Rule((EventMatch(words),))


SHOP = Plan(
    ("look", "take"),
    (PlannedTouchpoint("visit", 0, names("visit")), PlannedTouchpoint("buy", 1, names("buy"))),
    starts_when=names("visit"),
    succeeds_when=names("buy"),
    fails_when=names("call"),
)
LONG = 1000


def told(plan: Plan, *rows: tuple[int, str], end: int = 100, timeout: int = LONG) -> list[tuple[list[int], str]]:
    """The times and the state of each trip of one person, as the code says it."""
    table = tables_of([Row(1, time, name) for time, name in rows])[0]
    journey = Journey(plan, timeout, end)
    ground = lay_trips(journey, table)
    placed = ground.place(np.empty(0, np.int64))
    states = {4: "succeeded", 3: "failed", 2: "left", 1: "open"}
    return [
        (ground.table.time_us[first:last].tolist(), states[int(state)])
        for first, last, state in zip(ground.rows.first, ground.rows.end, placed.state, strict=True)
    ]


def test_a_new_trip_begins_at_the_next_start_after_a_success_and_keeps_what_follows_until_then():
    rows = ((0, "visit"), (1, "visit"), (2, "buy"), (3, "ask"), (4, "visit"), (5, "buy"))
    assert told(SHOP, *rows) == [([0, 1, 2, 3], "succeeded"), ([4, 5], "succeeded")]


def test_a_failure_ends_a_trip_and_the_first_end_decides():
    rows = ((0, "visit"), (1, "call"), (2, "buy"), (3, "visit"))
    assert told(SHOP, *rows) == [([0, 1, 2], "failed"), ([3], "open")]


def test_a_start_while_a_trip_goes_on_begins_none():
    assert told(SHOP, (0, "visit"), (1, "visit"), (2, "visit"), timeout=1) == [([0, 1, 2], "left")]


def test_a_silence_longer_than_the_timeout_ends_a_trip_only_if_another_begins():
    assert told(SHOP, (0, "visit"), (41, "visit"), end=50, timeout=40) == [([0], "left"), ([41], "open")]
    assert told(SHOP, (0, "visit"), (40, "visit"), end=50, timeout=40) == [([0, 40], "open")]
    assert told(SHOP, (0, "visit"), (41, "buy"), end=50, timeout=40) == [([0, 41], "succeeded")]
    # The silence lies before the question that breaks it; the visit after that begins the next trip.
    rows = ((0, "visit"), (41, "ask"), (42, "visit"))
    assert told(SHOP, *rows, end=50, timeout=40) == [([0, 41], "left"), ([42], "open")]


def test_events_before_the_first_start_lie_outside_but_those_of_its_instant_inside():
    assert told(SHOP, (0, "ask"), (1, "ask"), (1, "visit")) == [([1, 1], "open")]
    assert told(SHOP, (0, "ask"), (1, "buy")) == []


def test_a_trip_may_begin_and_end_at_one_instant_and_the_next_begins_later():
    assert told(SHOP, (0, "visit"), (0, "buy"), (1, "visit")) == [([0, 0], "succeeded"), ([1], "open")]
    rows = ((0, "visit"), (1, "buy"), (1, "visit"), (2, "visit"))
    assert told(SHOP, *rows) == [([0, 1, 1], "succeeded"), ([2], "open")]


def test_thousands_of_trips_of_one_person_are_all_found():
    rows = [Row(1, 2 * i + j, word) for i in range(3000) for j, word in enumerate(("visit", "buy"))]
    result = run_tables(Journey(SHOP, LONG, 10_000), tables_of(rows))
    assert (result.persons, result.trips, result.succeeded) == (1, 3000, 3000)


def keyed(kind: str, values: list, missing) -> EventTable:
    column = Column(kind, np.array([missing if value is None else value for value in values]))
    count = len(values)
    return table_from_arrays([1] * count, list(range(count)), ["visit"] * count, columns={"order": column})


@pytest.mark.parametrize(
    ("kind", "values", "missing"),
    [
        ("number", [None, 10.5, None, 2.0, 10.5], math.nan),
        ("boolean", [None, 1, None, 0, 1], -1),
        ("time", [None, 10**15, None, 0, 10**15], np.iinfo(np.int64).min),
    ],
)
def test_a_key_may_be_of_any_kind_and_its_trips_stand_in_its_order(kind, values, missing):
    plan = Plan(SHOP.stages, SHOP.touchpoints, key="order")
    ground = lay_trips(Journey(plan, LONG, 10), keyed(kind, values, missing))
    trips = [ground.table.time_us[a:b].tolist() for a, b in zip(ground.rows.first, ground.rows.end, strict=True)]
    assert trips == [[3], [1, 2, 4]]
    assert ground.lanes.key_row is not None
    assert [row >= 0 for row in ground.lanes.key_row.tolist()] == [False, True, True]


def test_an_unknown_key_is_named():
    plan = Plan(SHOP.stages, SHOP.touchpoints, key="parcel")
    with pytest.raises(UsageError, match="parcel"):
        run_tables(Journey(plan, LONG, 10), tables_of([Row(1, 0, "visit")]))


def compare(plan, timeout, end, log, groups, only):
    journey, tables = Journey(plan, timeout, end, FEELINGS, only), tables_of(log, groups)
    result = run_tables(journey, tables)
    trips = tell(plan, timeout, end, log, only)
    states = {state: sorted(trip.person for trip in trips if trip.lived.state == state) for state in STATES}
    assert {state: getattr(result, state) for state in STATES} == {s: len(people) for s, people in states.items()}
    assert result.trips == len(trips)
    assert result.trip_events == sum(len(trip.lived.rows) for trip in trips)
    assert result.emotion.answers == sum(len(trip.answers) for trip in trips)
    for point, found in zip(plan.touchpoints, result.touchpoints, strict=True):
        assert found.persons == sum(point.id == plan.touchpoints[i].id for trip in trips for i in trip.touched)
    for key in figure_keys(plan):
        members = run_tables(JourneyMembers(journey, key), tables)
        assert len(members) == figure_count(result, key), key
        if key.removeprefix("journey:") in STATES:
            assert members.persons.tolist() == states[key.removeprefix("journey:")]


FILTERS = st.builds(
    lambda low, high, wanted: TripFilter(low, high, *wanted),
    st.sampled_from([None, None, 1, 3]),
    st.sampled_from([None, None, 2, 5]),
    st.sampled_from([(None, None), ("order", "a"), ("order", None), ("order", "?"), ("amount", 3.0), ("amount", "3")]),
)


@settings(max_examples=30, deadline=None)
@given(plans(), LOGS, st.integers(0, 4), st.integers(2, 6), splits(), FILTERS)
def test_a_journey_of_some_trips_tells_of_no_others(plan, log, timeout, end, groups, only):
    if only.value == "3":  # a text that reads as a number is that number
        assert run_tables(Journey(plan, timeout, end, FEELINGS, only), tables_of(log, groups)) == run_tables(
            Journey(plan, timeout, end, FEELINGS, TripFilter(only.from_us, only.until_us, "amount", 3.0)),
            tables_of(log, groups),
        )
        return
    compare(plan, timeout, end, log, groups, only)


def test_a_journey_of_some_crowded_trips_tells_of_no_others():
    for seed in range(12):
        plan, log = crowded(random.Random(seed))
        wanted = [("order", "a"), ("order", None), ("amount", 1.0)][seed % 3]
        compare(plan, 2, 6, log, [[1, 3], [2]], TripFilter(seed % 4, 5, *wanted))


def test_trips_without_two_rows_at_one_instant_are_placed_as_the_slow_reading_says():
    for seed in range(120):
        chance = random.Random(seed)
        plan, log = crowded(chance)
        log = [replace(row, person=row.person + 3 * chance.randrange(3)) for row in log]
        plan, timeout, end, log = untied(plan, seed % 4, 3 + seed % 5, log, chance)
        compare_journey(plan, log, timeout, end, [[1, 3, 4, 6, 7, 8], [2, 5, 9]])


def test_trips_with_ties_in_which_nothing_is_answered_are_placed_as_the_slow_reading_says():
    for seed in range(60):
        plan, log = crowded(random.Random(seed))
        compare_journey(plan, [replace(row, answers={}) for row in log], seed % 4, 3 + seed % 5, [[1, 3], [2]])


def test_a_period_holds_its_first_moment_and_not_its_last():
    log = [Row(person, person, "visit") for person in range(5)]

    def begun(low: int | None, high: int | None) -> int:
        return run_tables(Journey(SHOP, LONG, 10, only=TripFilter(low, high)), tables_of(log)).trips

    assert [begun(1, 3), begun(None, 3), begun(1, None), begun(2, 2), begun(None, None)] == [2, 3, 4, 0, 5]


def test_a_trip_with_two_values_at_its_first_instant_counts_under_both():
    log = [
        Row(1, 0, "visit"),
        Row(1, 1, "visit", order="a"),
        Row(1, 1, "visit", order="b"),
        Row(1, 2, "buy", order="b"),
    ]
    plan = Plan(SHOP.stages, SHOP.touchpoints)

    def trips(value: str | None) -> int:
        return run_tables(Journey(plan, LONG, 10, only=TripFilter(property="order", value=value)), tables_of(log)).trips

    assert [trips("a"), trips("b"), trips("nobody"), trips(None)] == [1, 1, 0, 0]


@settings(max_examples=60, deadline=None)
@given(plans(), LOGS, st.integers(0, 4), st.integers(2, 6))
def test_trips_share_out_events_without_counting_any_twice(plan, log, timeout, end):
    result = run_tables(Journey(plan, timeout, end), tables_of(log))
    looked_at = sum(row.time <= end for row in log)
    assert result.trip_events <= looked_at
    if plan.starts_when is None and plan.key is None:
        assert result.trip_events == looked_at
        assert result.trips == len({row.person for row in log if row.time <= end})
    assert result.trip_events == read(plan, timeout, end, (), log).trip_events


def test_asking_for_trips_by_a_property_that_nothing_has_is_refused():
    with pytest.raises(UsageError, match="parcel"):
        run_tables(Journey(SHOP, LONG, 10, only=TripFilter(property="parcel", value="a")), tables_of([]))
