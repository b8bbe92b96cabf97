"""The trips of a log one by one, held against a slow reading and against the members of each figure."""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_journey import FEELINGS, LOGS, Row, cut, follow, lanes, matches, plans, quantile, splits, tables_of, valence

from parcours.engine.analysis import run_tables
from parcours.engine.deviations import Deviations
from parcours.engine.figures import DEVIATING
from parcours.engine.journey import Journey, JourneyMembers
from parcours.engine.plan import DEVIATIONS, Plan, PlannedTouchpoint
from parcours.engine.predicates import EventMatch, Rule
from parcours.engine.trip_list import TRIP_STATES, TripList, deviation_parts
from parcours.language.errors import UsageError


def with_value(tables):
    """The same tables; ``amount`` is also what an event is worth."""
    for table in tables:
        table._loaded["value"] = table.column("amount")
    return tables


def asked(plan, tables, **more):
    settings = {"timeout_us": 2, "data_end_us": 6, "feelings": FEELINGS, "most": None, **more}
    return run_tables(TripList(plan, **settings), tables)


def slow_trips(plan, timeout, end, log):
    """Tell every trip with plain loops: (person, key, start, end, over, state, furthest, stages, events, …)."""
    told = []
    for person in sorted({row.person for row in log}):
        of_person = []
        for lane in lanes(plan, [row for row in log if row.person == person]):
            key = next((row.order for row in lane if row.order is not None), None) if plan.key else None
            for rows, followed in cut(plan, timeout, end, lane):
                of_person.append(slow_trip(plan, timeout, end, person, key, rows, followed))
        told += sorted(of_person, key=lambda trip: (trip[2], trip[1] or ""))
    return told


def slow_trip(plan, timeout, end, person, key, rows, followed):
    lived = follow(plan, timeout, end, rows, followed)
    ends = [rule for rule in (plan.succeeds_when, plan.fails_when) if rule is not None]
    over = [row.time for row in rows if any(matches(rule, row) for rule in ends)]
    stages = sorted({stage for stage, _time in lived.placements})
    felt = [
        (row.time, valence(column, row.answers[column.property]))
        for row in rows
        for column in FEELINGS
        if column.property in row.answers and column.low <= row.answers[column.property] <= column.high
    ]
    values = [row.amount for row in rows if row.amount is not None]
    last = [each for time, each in felt if time == max(time for time, _each in felt)]
    return (
        person, key, min(row.time for row in rows), max(row.time for row in rows), min(over) if over else None,
        lived.state, plan.stages[stages[-1]] if stages else None, tuple(plan.stages[stage] for stage in stages),
        len(rows), len(felt), math.fsum(each for _time, each in felt) / len(felt) if felt else None,
        min((each for _time, each in felt), default=None), math.fsum(last) / len(last) if last else None,
        math.fsum(values) if values else None,
    )  # fmt: skip


def told(trip):
    return (
        trip.person, trip.key, trip.start_us, trip.end_us, trip.over_us, trip.state, trip.furthest, trip.stages,
        trip.events, trip.answers, trip.feeling, trip.worst, trip.last, trip.value,
    )  # fmt: skip


@settings(deadline=None, max_examples=250)
@given(plan=plans(), log=LOGS, timeout=st.integers(0, 4), share=splits())
def test_trips_are_told_as_a_slow_reading_tells_them(plan, log, timeout, share) -> None:
    expected = slow_trips(plan, timeout, 6, log)
    found = asked(plan, with_value(tables_of(log, share)), timeout_us=timeout)
    assert [told(trip)[:10] for trip in found.listed] == [trip[:10] for trip in expected]
    for trip, slow in zip(found.listed, expected, strict=True):
        assert list(told(trip)[10:]) == [each if each is None else pytest.approx(each) for each in slow[10:]]
    persons = Counter(trip[0] for trip in expected)
    assert (found.trips, found.all_trips, found.persons) == (len(expected), len(expected), len(persons))
    assert found.several == sum(count > 1 for count in persons.values())
    assert found.most_of_one == max(persons.values(), default=0)
    states = Counter(trip[5] for trip in expected)
    assert {state: getattr(found, state) for state in TRIP_STATES} == {state: states[state] for state in TRIP_STATES}
    middle = quantile([trip[4] - trip[2] for trip in expected if trip[5] == "succeeded"], 0.5)
    assert found.success_seconds == (None if middle is None else pytest.approx(middle / 1e6))


@settings(deadline=None, max_examples=60)
@given(plan=plans(), log=LOGS, data=st.data())
def test_a_filter_leaves_the_trips_that_fit_it_and_the_first_of_them_are_listed(plan, log, data) -> None:
    tables = with_value(tables_of(log, data.draw(splits())))
    everything = asked(plan, tables).listed
    states = tuple(data.draw(st.sets(st.sampled_from(TRIP_STATES), max_size=2)))
    stage = data.draw(st.sampled_from([None, *plan.stages]))
    person = data.draw(st.sampled_from([None, 1, 2]))
    kind = data.draw(st.sampled_from([None, *DEVIATIONS, DEVIATING]))
    fits = [
        trip
        for trip in everything
        if (not states or trip.state in states)
        and (stage is None or trip.furthest == stage)
        and (person is None or trip.person == person)
        and (kind is None or any(kind in (DEVIATING, deviation_parts(key)[2]) for key in trip.deviations))
    ]
    found = asked(plan, tables, states=states, stage=stage, person=person, deviation=kind, most=2)
    assert found.listed == tuple(fits[:2]) and found.trips == len(fits) and found.all_trips == len(everything)
    assert found.persons == len({trip.person for trip in fits})


@settings(deadline=None, max_examples=60)
@given(plan=plans(), log=LOGS, data=st.data())
def test_every_deviation_of_a_trip_is_a_figure_that_counts_it(plan, log, data) -> None:
    needs = data.draw(st.sets(st.integers(0, 5)))
    points = tuple(
        PlannedTouchpoint(point.id, point.stage, point.rule, required=at in needs, max_occurs=1 if at % 2 else None)
        for at, point in enumerate(plan.touchpoints)
    )
    plan = Plan(plan.stages, points, plan.starts_when, plan.succeeds_when, plan.fails_when, None, plan.key, plan.ignore)
    tables = with_value(tables_of(log, data.draw(splits())))
    trips = asked(plan, tables).listed
    counted = Counter(key for trip in trips for key in trip.deviations)
    journey = Journey(plan, timeout_us=2, data_end_us=6, feelings=FEELINGS)
    figures = run_tables(Deviations(plan, 2, 6, FEELINGS), tables)
    assert {one.key: one.trips for one in figures.figures if one.scope == "touchpoint" and one.trips} == {
        key: count for key, count in counted.items() if key.startswith("touchpoint:")
    }
    assert figures.deviating == sum(bool(trip.deviations) for trip in trips)
    for key in counted:
        members = run_tables(JourneyMembers(journey, key), tables).persons.tolist()
        cases = asked(plan, tables, deviation=key).listed
        assert sorted(trip.person for trip in cases) == members
        assert {trip for trip in trips if key in trip.deviations} <= set(cases)


PLAN = Plan(("look", "buy"), (PlannedTouchpoint("visit", 0, Rule((EventMatch(("visit",)),))),))


def test_rows_carry_readable_times_and_the_ids_of_the_files() -> None:
    found = asked(PLAN, tables_of([Row(1, 5, "visit"), Row(1, 6, "call")])).named(("ann",))
    (row,) = found.rows()
    assert list(row)[:5] == ["person", "key", "start", "end", "over"]
    assert (row["person"], row["start"]) == ("ann", datetime(1970, 1, 1, 0, 0, 0, 5, tzinfo=UTC))
    assert (row["stages"], row["deviations"]) == ("look", "stage:look:adhoc")
    assert list(found.to_pandas().person) == ["ann"] and found.to_dict()["listed"][0]["start_us"] == 5
    assert found.trips_per_person == 1 and asked(PLAN, tables_of([])).trips_per_person is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"states": ("gone",)}, "gone.*succeeded"),
        ({"stage": "nowhere"}, "nowhere.*look, buy"),
        ({"deviation": "lately"}, "lately"),
        ({"deviation": "stage:look:lost"}, "no deviation.*missing"),
        ({"deviation": "stage:look:as_planned"}, "no deviation"),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(wrong, said) -> None:
    with pytest.raises(UsageError, match=said):
        TripList(PLAN, 1, 1, **wrong)
