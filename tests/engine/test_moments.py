from __future__ import annotations

import math
import random
from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from slow_journey import FEELINGS, LOGS, Row, crowded, live, plans, splits, tables_of, valence

from parcours.engine.analysis import run_tables
from parcours.engine.effort import Effort, feelings_result
from parcours.engine.feelings import FeelingColumn
from parcours.engine.figures import figure_keys
from parcours.engine.journey import Journey, JourneyMembers
from parcours.engine.moments import TripMoments, against_expected
from parcours.engine.plan import Plan, PlannedTouchpoint
from parcours.engine.predicates import EventMatch, Rule
from parcours.engine.results import Emotion
from parcours.engine.table import EventTable

TIMEOUT, END = 2, 6
T9 = 2.262157162798204


def slow_moments(plan, log):
    """Per place (None: whole trips) the lists of mean, worst and last valences of the trips with an answer there."""
    people = defaultdict(list)
    for row in log:
        people[row.person].append(row)
    found = {place: ([], [], []) for place in (None, *range(len(plan.stages)))}
    for person in sorted(people):
        for lived in live(plan, TIMEOUT, END, people[person]):
            for place, (means, worsts, lasts) in found.items():
                felt = [
                    (row.time, valence(column, row.answers[column.property]))
                    for row in lived.rows
                    for column in FEELINGS
                    if column.property in row.answers and column.low <= row.answers[column.property] <= column.high
                    if place is None or lived.belongs[id(row)][0] == place
                ]
                if felt:
                    last = [value for time, value in felt if time == max(time for time, _value in felt)]
                    means.append(sum(value for _time, value in felt) / len(felt))
                    worsts.append(min(value for _time, value in felt))
                    lasts.append(sum(last) / len(last))
    return found


def agree(emotion: Emotion, values: list[float]) -> None:
    assert emotion.answers == len(values)
    if len(values) < 10:
        assert emotion.mean is None
        assert list(emotion.few) == pytest.approx(sorted(values), abs=1e-4)
    else:
        assert emotion.mean == pytest.approx(sum(values) / len(values), abs=1e-4)


def compare(result, slow):
    for felt, (means, worsts, lasts) in zip(
        (result.journey, *(stage.felt for stage in result.stages)), slow.values(), strict=True
    ):
        assert felt.trips == len(means)
        agree(felt.mean, means)
        agree(felt.worst, worsts)
        agree(felt.last, lasts)


@settings(deadline=None, max_examples=100)
@given(plan=plans(), log=LOGS, split=splits())
def test_moments_equal_the_slow_reading_however_persons_are_split(plan, log, split):
    analysis = TripMoments(plan, TIMEOUT, END, FEELINGS)
    result = run_tables(analysis, tables_of(log))
    compare(result, slow_moments(plan, log))
    assert run_tables(analysis, tables_of(log, split)) == result


def test_moments_equal_the_slow_reading_on_crowded_instants():
    chance = random.Random(11)
    for _run in range(60):
        plan, log = crowded(chance)
        compare(run_tables(TripMoments(plan, TIMEOUT, END, FEELINGS), tables_of(log)), slow_moments(plan, log))


def rule(*names: str) -> Rule:
    return Rule((EventMatch(names),))


# A visit and a message of the customer, then the company's reply.
MAIL = Plan(
    stages=("ask", "served"),
    touchpoints=(
        PlannedTouchpoint("message", 0, rule("ask"), kind="communication", initiator="customer"),
        PlannedTouchpoint("reply", 0, rule("call"), kind="communication", initiator="company"),
        PlannedTouchpoint("order", 1, rule("buy")),
    ),
    succeeds_when=rule("buy"),
)


def worked_example() -> list[EventTable]:
    """Ten trips that answer 10, then 0, then 5 (of 10); the last two answers in another stage."""
    log = []
    for person in range(10):
        log += [
            Row(person, 0, "ask", answers={"nps": 10}),
            Row(person, 1, "buy", answers={"nps": 0}),
            Row(person, 2, "buy", answers={"nps": 5 if person else 10}),
        ]
    return tables_of(log)


def test_the_worked_example_of_the_moments_of_a_trip():
    result = run_tables(TripMoments(MAIL, 30, 50, FEELINGS[:1]), worked_example())
    felt = result.journey
    assert felt.trips == 10
    # Nine trips have the mean (2 − 2 + 0) ÷ 3 = 0 and one (2 − 2 + 2) ÷ 3 = 0.6667; the worst is −2 in all.
    assert felt.mean.mean == pytest.approx(0.06667, abs=1e-5)
    spread = math.sqrt(sum((value - 0.06667) ** 2 for value in [0.6667, *[0] * 9]) / 9 / 10)
    assert felt.mean.high == pytest.approx(0.06667 + T9 * spread, abs=1e-4)
    assert (felt.worst.mean, felt.worst.low, felt.worst.high) == (-2, -2, -2)
    # The last moments: nine 0 and one +2.
    assert felt.last.mean == pytest.approx(0.2)
    asked, served = (stage.felt for stage in result.stages)
    assert (asked.mean.mean, asked.worst.mean, asked.last.mean) == (2, 2, 2)
    assert (served.mean.mean, served.last.mean) == (pytest.approx(-0.9), pytest.approx(0.2))


def test_answers_outside_every_trip_have_no_moment():
    log = [Row(person, 1, "call", answers={"nps": 9}) for person in range(12)]
    plan = replace(MAIL, starts_when=rule("ask"))
    assert run_tables(TripMoments(plan, 30, 50, FEELINGS[:1]), tables_of(log)).journey.trips == 0


def test_a_second_message_before_any_reply_is_a_chase_and_its_people_are_listed():
    log = [
        *(Row(1, time, "ask") for time in (0, 1, 2)),  # two chases in one trip
        Row(2, 0, "ask"), Row(2, 1, "call"), Row(2, 2, "ask"),  # answered: none
        Row(3, 0, "ask"), Row(3, 3, "ask"),  # one
    ]  # fmt: skip
    result = run_tables(TripMoments(MAIL, 30, 50), tables_of(log))
    assert [(stage.id, stage.chased, stage.chases) for stage in result.stages] == [("ask", 2, 3), ("served", 0, 0)]
    listed = run_tables(JourneyMembers(Journey(MAIL, 30, 50), "stage:ask:chased"), tables_of(log))
    assert listed.persons.tolist() == [1, 3]
    assert "stage:ask:chased" not in figure_keys(MAIL), "it needs trips held against the plan"
    nobody = run_tables(JourneyMembers(Journey(MAIL, 30, 50), "stage:served:chased"), tables_of(log))
    assert len(nobody) == 0


def test_the_signals_of_comments_stand_beside_the_chases_of_the_log_and_the_moments_of_trips():
    tables = worked_example()
    journey = Journey(MAIL, 30, 50, FEELINGS[:1])
    moments = run_tables(TripMoments(MAIL, 30, 50, FEELINGS[:1]), tables)
    plain = run_tables(journey, tables), run_tables(Effort(journey), tables)
    result = feelings_result(journey, *plain, moments, (1.5, None))
    assert result.journey.moments == moments.journey
    assert [stage.against for stage in result.stages] == ["above", None]
    row = result.rows()[0]
    assert (row["trips"], row["worst"], row["chased"], row["expected"]) == (10, 2.0, 0, 1.5)
    assert "trips" not in feelings_result(journey, *plain).rows()[0]


@pytest.mark.parametrize(
    ("expected", "low", "high", "verdict"),
    [
        (0.5, 0.6, 1.0, "above"),
        (0.5, 0.1, 0.4, "below"),
        (0.5, 0.5, 0.9, "as expected"),
        (0.5, 0.1, 0.5, "as expected"),
        (0.5, None, None, "too few"),
        (None, 0.6, 1.0, None),
    ],
)
def test_an_expected_emotion_is_held_against_the_interval_of_the_measured_one(expected, low, high, verdict):
    measured = Emotion(30 if low is not None else 3, None if low is None else (low + high) / 2, low, high)
    assert against_expected(expected, measured) == verdict


def test_promises_kept_and_broken_in_a_stage_are_listed_time_by_time():
    from parcours.engine.plan import PlannedPromise

    plan = replace(MAIL, promises=(PlannedPromise("soon", 0, 1, 1), PlannedPromise("sure", 0, 2, 5)))
    log = [
        Row(1, 0, "ask"), Row(1, 1, "call"), Row(1, 2, "ask"), Row(1, 3, "call"),  # soon is kept twice
        Row(2, 0, "ask"), Row(2, 4, "call"), Row(2, 5, "buy"),  # soon is broken, sure is kept
    ]  # fmt: skip

    def listed(key: str) -> list[int]:
        return run_tables(JourneyMembers(Journey(plan, 30, 50), key), tables_of(log)).persons.tolist()

    assert (listed("stage:ask:kept"), listed("stage:ask:broken")) == ([1, 1], [2])
    assert (listed("stage:served:kept"), listed("stage:served:broken")) == ([2], [1])
    assert listed("promise:soon:kept") == [1, 1]


def test_a_feeling_that_is_not_read_has_no_moments():
    assert run_tables(TripMoments(MAIL, 30, 50), worked_example()).journey.trips == 0
    other = FeelingColumn("stars", "csat", 1, 5)
    assert run_tables(TripMoments(MAIL, 30, 50, (other,)), worked_example()).journey.trips == 0
