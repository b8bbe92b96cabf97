"""The journey against the slow reading of the same words."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_journey import FEELINGS, LOGS, NAMES, Row, crowded, plans, quantile, ran, read, splits, tables_of, valence

from parcours.engine.analysis import run_tables
from parcours.engine.feelings import FeelingColumn
from parcours.engine.figures import figure_count, figure_keys
from parcours.engine.gaps import Gaps
from parcours.engine.journey import Journey, JourneyMembers, journey_of
from parcours.engine.plan import Plan, PlannedTouchpoint
from parcours.engine.predicates import Condition, EventMatch, Rule
from parcours.engine.table import Column, EventTable, Vocabulary, table_from_arrays
from parcours.language.errors import UsageError

# ---------------------------------------------------------------- tests


def test_crowded_random_trips_equal_the_slow_reading():
    for seed in range(400):
        plan, log = crowded(random.Random(seed))
        compare(plan, log, timeout=seed % 4, end=3 + seed % 5, groups=[[1, 3], [2]])


@settings(max_examples=150, deadline=None)
@given(plans(), LOGS, st.integers(0, 4), st.integers(2, 6), splits())
def test_every_figure_of_the_journey_equals_the_slow_reading(plan, log, timeout, end, groups):
    compare(plan, log, timeout, end, groups)


def compare(plan, log, timeout, end, groups):
    result = ran(Journey(plan, timeout, end, FEELINGS), tables_of(log, groups))
    expected = read(plan, timeout, end, FEELINGS, log)
    assert {key: figure_count(result, key) for key in figure_keys(plan)} == {
        key: len(cases) for key, cases in expected.cases.items()
    }
    assert result.events == len(log)
    assert result.travellers == len(set(expected.cases["journey:trips"]))
    assert result.trip_events == expected.trip_events
    assert dict(result.unplaced_names) == dict(expected.unplaced)
    assert result.unplaced_events == sum(expected.unplaced.values())
    assert result.data_start_us == min((row.time for row in log), default=end)
    assert [point.events for point in result.touchpoints] == expected.touches
    assert [stage.returns for stage in result.stages] == expected.returns
    for stage, stays in zip(result.stages, expected.stays, strict=True):
        got = (stage.lower_seconds, stage.median_seconds, stage.upper_seconds)
        wanted = [quantile(stays, share) for share in (0.25, 0.5, 0.75)]
        assert got == (None, None, None) if not stays else got == pytest.approx([value / 1e6 for value in wanted])
        assert stage.leak == ((stage.left + stage.failed) / stage.entered if stage.entered else None)
    felt = {"journey": (result.scores, result.emotion)}
    felt |= {f"stage:{stage.id}": (stage.scores, stage.emotion) for stage in result.stages}
    felt |= {f"touchpoint:{point.id}": ((), point.emotion) for point in result.touchpoints}
    for place, (scores, emotion) in felt.items():
        compare_feelings(scores, emotion, expected.answers.get(place, []))


def compare_feelings(scores, emotion, answers):
    valences = sorted(valence(column, answer) for column, answer in answers)
    assert emotion.answers == len(valences)
    if len(valences) < 10:
        assert (emotion.mean, emotion.low, emotion.high) == (None, None, None)
        assert emotion.few == pytest.approx(valences)
    else:
        assert emotion.few == ()
        assert emotion.mean == pytest.approx(sum(valences) / len(valences))
        assert -2 <= emotion.low <= emotion.mean + 1e-9 <= emotion.high + 2e-9 <= 2 + 2e-9
    for score in scores:
        mine = sorted(
            answer for column, answer in answers if (column.kind, column.effort) == (score.kind, score.effort_scale)
        )
        assert score.answers == len(mine)
        if len(mine) < 10:
            assert (score.value, score.low, score.high) == (None, None, None)
            assert score.few == pytest.approx(mine)
            continue
        wanted = {
            "nps": lambda mine: 100 * (sum(a >= 9 for a in mine) - sum(a < 7 for a in mine)) / len(mine),
            "csat": lambda mine, counts=score.counts: counts[1] / len(mine),
            "ces": lambda mine: sum(mine) / len(mine),
        }[score.kind]
        assert score.value == pytest.approx(wanted(mine))


@settings(max_examples=40, deadline=None)
@given(plans(), LOGS, st.integers(0, 4), st.integers(2, 6), splits())
def test_every_figure_opens_onto_exactly_its_people(plan, log, timeout, end, groups):
    journey = Journey(plan, timeout, end, FEELINGS)
    tables = tables_of(log, groups)
    result = ran(journey, tables)
    expected = read(plan, timeout, end, FEELINGS, log)
    for key in figure_keys(plan):
        members = run_tables(JourneyMembers(journey, key), tables)
        assert members.persons.tolist() == sorted(expected.cases[key]), key
        assert len(members) == figure_count(result, key), key
        assert members.figure == key


@settings(max_examples=100, deadline=None)
@given(plans(), LOGS, splits(), st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_the_split_into_tables_changes_the_answer(plan, log, groups, chance):
    journey = Journey(plan, 2, 5, FEELINGS)
    once = ran(journey, tables_of(log))
    shuffled = list(log)
    chance.shuffle(shuffled)
    assert ran(journey, tables_of(shuffled, groups)) == once


@settings(max_examples=100, deadline=None)
@given(plans(), LOGS, st.integers(0, 4))
def test_who_reached_a_stage_ended_there_or_reached_the_next(plan, log, timeout):
    result = ran(Journey(plan, timeout, 5), tables_of(log))
    flow = result.placed
    for stage in result.stages:
        assert stage.reached == flow
        assert stage.entered >= stage.left + stage.failed + stage.open + stage.arrived
        flow -= stage.left + stage.failed + stage.open + stage.arrived
    assert flow == 0
    assert result.succeeded + result.failed + result.left + result.open == result.trips


def names(*words: str) -> Rule:
    return Rule((EventMatch(words),))


THREE = Plan(
    ("discover", "decide", "use"),
    (
        PlannedTouchpoint("visit", 0, names("visit")),
        PlannedTouchpoint("call", 1, names("call", "ask")),
        PlannedTouchpoint("buy", 2, names("buy", "ask")),
    ),
    succeeds_when=names("buy"),
)


def single(plan: Plan, *steps: tuple[int, str], end: int = 100, timeout: int = 1000):
    return ran(Journey(plan, timeout, end), tables_of([Row(1, time, name) for time, name in steps]))


def entered(result) -> list[int]:
    return [stage.entered for stage in result.stages]


def test_an_event_of_several_stages_stays_in_the_current_one():
    result = single(THREE, (0, "call"), (1, "ask"))
    assert entered(result) == [0, 1, 0]
    assert [point.events for point in result.touchpoints] == [0, 2, 1]


def test_an_event_of_several_later_stages_goes_to_the_nearest():
    assert entered(single(THREE, (0, "visit"), (1, "ask"))) == [1, 1, 0]


def test_an_event_of_earlier_stages_only_goes_to_the_nearest_of_them():
    plan = Plan(
        ("a", "b", "c", "d"),
        (
            PlannedTouchpoint("x", 0, names("ask")),
            PlannedTouchpoint("y", 1, names("ask")),
            PlannedTouchpoint("z", 3, names("buy")),
        ),
    )
    assert entered(single(plan, (0, "buy"), (1, "ask"))) == [0, 1, 0, 1]


def test_coming_back_counts_once_per_person_and_every_time_as_a_return():
    result = single(THREE, (0, "visit"), (1, "call"), (2, "visit"), (3, "visit"), (4, "call"), (5, "visit"))
    assert [(stage.returned, stage.returns) for stage in result.stages] == [(1, 2), (1, 1), (0, 0)]


def test_time_in_a_stage_runs_from_the_first_placement_to_the_next_in_another():
    second = 1_000_000
    result = single(
        THREE, (0, "visit"), (3 * second, "visit"), (10 * second, "call"), (50 * second, "visit"), end=60 * second
    )
    assert [stage.median_seconds for stage in result.stages] == [10, 40, None]
    assert [stage.timed for stage in result.stages] == [1, 1, 0]


def test_a_trip_is_left_only_when_more_than_the_timeout_has_passed():
    assert single(THREE, (0, "visit"), end=10, timeout=10).open == 1
    assert single(THREE, (0, "visit"), end=11, timeout=10).left == 1


def test_the_first_of_success_and_failure_decides_and_success_wins_a_tie():
    plan = Plan(THREE.stages, THREE.touchpoints, succeeds_when=names("buy"), fails_when=names("call"))
    assert single(plan, (0, "buy"), (1, "call")).succeeded == 1
    assert single(plan, (0, "call"), (1, "buy")).failed == 1
    assert single(plan, (0, "call"), (0, "buy")).succeeded == 1


def test_events_after_the_success_are_still_placed():
    result = single(THREE, (0, "buy"), (1, "visit"))
    assert entered(result) == [1, 0, 1]
    assert result.stages[2].arrived == 1


def test_a_trip_begins_with_the_whole_instant_that_starts_it():
    plan = Plan(THREE.stages, THREE.touchpoints, starts_when=names("call"))
    result = single(plan, (0, "visit"), (5, "visit"), (5, "call"), (6, "buy"))
    assert result.trip_events == 3
    assert result.touchpoints[0].events == 1
    never = single(plan, (0, "visit"))
    assert (never.persons, never.trips, never.trip_events) == (1, 0, 0)


def test_events_after_the_cut_off_are_not_looked_at():
    result = single(THREE, (0, "visit"), (50, "call"), (51, "buy"), end=50)
    assert entered(result) == [1, 1, 0]
    assert (result.events, result.trip_events, result.open) == (3, 2, 1)
    assert single(THREE, (51, "buy"), end=50).trips == 0


def test_rows_at_one_instant_stay_first_and_then_follow_the_map():
    # In "decide": the ask can stay there; then the visit leads back, then the buy leads on.
    result = single(THREE, (0, "call"), (1, "buy"), (1, "visit"), (1, "ask"))
    assert entered(result) == [1, 1, 1]
    assert [stage.returns for stage in result.stages] == [0, 0, 0]
    assert [stage.timed for stage in result.stages] == [1, 1, 0]


def test_a_plan_of_64_stages_and_more_than_64_touchpoints_is_placed_to_its_last_bit():
    words = tuple(f"n{i}" for i in range(130))
    plan = Plan(
        tuple(f"s{i}" for i in range(64)),
        tuple(PlannedTouchpoint(f"t{i}", i % 64, names(words[i])) for i in range(130)),
    )
    rows = [(1, i, i) for i in range(130)] + [(2, 0, 63), (2, 1, 127), (3, 0, 129)]
    person, time, code = (np.array(column) for column in zip(*rows, strict=True))
    table = table_from_arrays(person, time, code.astype(np.int32), names=words)
    journey = Journey(plan, 1000, 200)
    result = run_tables(journey, [table])
    assert result.stages[63].reached == 2
    assert result.stages[1].entered == 2
    assert [result.touchpoints[i].persons for i in (63, 64, 127, 128, 129)] == [2, 1, 2, 1, 2]
    for key in ("touchpoint:t127:persons", "touchpoint:t129:persons", "stage:s63:entered", "stage:s63:open"):
        assert len(run_tables(JourneyMembers(journey, key), [table])) == figure_count(result, key)


def test_one_person_with_many_rows_at_one_instant_is_placed():
    chance = random.Random(1)
    log = [Row(1, 3, chance.choice(NAMES), chance.choice([None, 1.0, 3.0])) for _ in range(3000)]
    assert entered(ran(Journey(THREE, 10, 5), tables_of(log))) == [1, 1, 1]


def test_answers_belong_to_the_explicit_place_then_to_their_own_touchpoint_then_to_the_last_one():
    log = [
        Row(1, 0, "ask again", answers={"nps": 1}),  # before any placement: nowhere
        Row(1, 1, "visit"),
        Row(1, 2, "ask again", answers={"nps": 2}),  # the last touchpoint: visit
        Row(1, 3, "call", answers={"nps": 3}),  # its own: call
        Row(1, 4, "ask again", stage="use", answers={"nps": 4}),  # explicit stage, no touchpoint
        Row(1, 5, "ask again", touchpoint="visit", stage="use", answers={"nps": 5}),  # explicit touchpoint
        Row(
            1, 6, "ask again", touchpoint="nonsense", answers={"nps": 6, "stars": 9}
        ),  # falls through; 9 stars do not exist
    ]
    words = Vocabulary(("use", "visit", "nonsense"))

    def texts(values):
        return Column("text", np.array([-1 if v is None else words.code(v) for v in values], np.int32), words)

    table = table_from_arrays(
        [row.person for row in log],
        [row.time for row in log],
        [row.name for row in log],
        columns={
            "stage": texts([row.stage for row in log]),
            "touchpoint": texts([row.touchpoint for row in log]),
            "nps": Column("number", np.array([row.answers["nps"] if row.answers else math.nan for row in log])),
            "stars": Column("number", np.array([row.answers.get("stars", math.nan) for row in log])),
        },
    )
    result = run_tables(Journey(THREE, 10, 10, FEELINGS[:2]), [table])
    nps = {stage.id: stage.scores[0].few for stage in result.stages}
    assert nps == {"discover": (2.0, 5.0), "decide": (3.0, 6.0), "use": (4.0,)}
    assert [point.emotion.few for point in result.touchpoints] == [
        pytest.approx((-1.2, 0.0)),
        pytest.approx((-0.8, 0.4)),
        (),
    ]
    assert (result.unplaced_answers, result.invalid_answers) == (1, 1)
    assert result.scores[0].few == (1, 2, 3, 4, 5, 6)


def test_of_several_touchpoints_at_the_last_instant_the_answer_goes_to_the_last_in_map_order():
    for order in (1, -1):
        steps = [Row(1, 0, "visit"), Row(1, 0, "call"), Row(1, 0, "ask again", answers={"nps": 0})][::order]
        result = ran(Journey(THREE, 10, 10, FEELINGS), tables_of(steps))
        assert [stage.emotion.answers for stage in result.stages] == [0, 1, 0]


def test_the_journey_takes_the_default_timeout_and_the_end_of_the_log_unless_told_otherwise():
    class OneTable:
        def __init__(self, tables):
            self.tables = tables

        def run(self, analysis):
            return run_tables(analysis, self.tables)

    executor = OneTable(tables_of([Row(1, 5, "visit"), Row(2, 9, "call")]))
    journey = journey_of(executor, THREE)
    assert (journey.timeout_us, journey.data_end_us) == (30 * 86_400_000_000, 9)
    stated = journey_of(executor, Plan((), (), timeout_us=7), FEELINGS, data_end_us=6)
    assert (stated.timeout_us, stated.data_end_us, stated.feelings) == (7, 6, FEELINGS)
    assert journey_of(OneTable(tables_of([])), THREE).data_end_us == 0


def test_the_rows_of_a_result_all_have_the_same_columns():
    result = ran(Journey(THREE, 10, 10, FEELINGS), tables_of([Row(1, 0, "visit", answers={"ces": 1, "effort": 7})]))
    lines = result.rows()
    assert len({tuple(line) for line in lines}) == 1
    assert (lines[0]["ces_answers"], lines[0]["ces_effort_answers"]) == (1, 1)
    assert result.to_dict()["stages"][0]["emotion"]["few"] == (-2.0, -2.0)


def test_the_journey_names_the_columns_that_it_reads():
    plan = Plan(
        ("a",), (PlannedTouchpoint("x", 0, Rule((EventMatch((), (Condition("amount", ">", 1),)),))),), names("visit")
    )
    assert Journey(plan, 1, 1).columns == ("amount",)
    journey = Journey(plan, 1, 1, FEELINGS[:1])
    assert journey.columns == ("amount", "nps", "stage", "touchpoint")
    assert JourneyMembers(journey, "journey:answers").columns == journey.columns
    assert JourneyMembers(journey, "journey:trips").columns == ("amount",)
    assert JourneyMembers(journey, "journey:invalid_answers").columns == journey.columns
    assert JourneyMembers(journey, "journey:persons").columns == ()


@pytest.mark.parametrize(
    ("low", "high", "first"),
    [(1, 5, 4), (0, 10, 7), (1, 10, 7), (0, 1, 1), (1, 3, 3), (0, 5, 4), (0, 100, 61), (1, 7, 5)],
)
def test_the_satisfied_gave_an_answer_in_the_top_two_fifths_of_the_scale(low, high, first):
    answers = np.arange(low, high + 1, dtype=np.float64)
    assert answers[FeelingColumn("stars", "csat", low, high).satisfied(answers)][0] == first


def test_a_stage_property_that_is_no_text_says_nothing():
    table = table_from_arrays(
        [1, 1],
        [0, 1],
        ["visit", "ask again"],
        columns={"nps": Column("number", np.array([math.nan, 9])), "stage": Column("number", np.array([1.0, 2.0]))},
    )
    result = run_tables(Journey(THREE, 10, 10, FEELINGS[:1]), [table])
    assert [stage.emotion.answers for stage in result.stages] == [1, 0, 0]


def test_of_many_unplaced_names_the_twenty_most_frequent_are_shown():
    words = [f"n{i:02}" for i in range(30)]
    rows = [(word, time) for i, word in enumerate(words) for time in range(1 + i // 10)]
    table = table_from_arrays([1] * len(rows), [time for _word, time in rows], [word for word, _time in rows])
    result = run_tables(Journey(THREE, 10, 10), [table])
    assert result.unplaced_names == (*((word, 3) for word in words[20:]), *((word, 2) for word in words[10:20]))
    assert result.unplaced_events == len(rows)


def test_read_only_memory_maps_are_read(tmp_path):
    table = tables_of([Row(1, 0, "visit"), Row(1, 1, "call"), Row(2, 0, "buy")])[0]
    arrays = {}
    for name in ("persons", "offsets", "time_us", "name"):
        np.save(tmp_path / name, getattr(table, name))
        arrays[name] = np.load(tmp_path / f"{name}.npy", mmap_mode="r")
    mapped = EventTable(**arrays, names=table.names)
    journey = Journey(THREE, 10, 10)
    assert run_tables(journey, [mapped]) == run_tables(journey, [table])
    assert run_tables(Gaps(), [mapped]) == run_tables(Gaps(), [table])
    assert run_tables(JourneyMembers(journey, "journey:persons"), [mapped]).persons.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: FeelingColumn("a", "joy", 0, 1), "joy"),
        (lambda: FeelingColumn("a", "csat", 5, 1), "5"),
        (lambda: FeelingColumn("a", "nps", 0, 100), "100"),
        (lambda: Journey(THREE, 1, 1, (FEELINGS[0], FEELINGS[0])), "nps"),
        (lambda: Journey(THREE, 1, 1, (FEELINGS[3], FeelingColumn("easy", "ces", 1, 5))), "easy"),
        (lambda: Journey(THREE, -1, 1), "negative"),
        (lambda: Journey(Plan(tuple(map(str, range(65))), ()), 1, 1), "65"),
        (lambda: Journey(Plan(("a",), (PlannedTouchpoint("lost", 1, names("x")),)), 1, 1), "lost"),
        (lambda: JourneyMembers(Journey(THREE, 1, 1), "stage:decide:leeft"), "stage:decide:left"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_with_its_value(build, said):
    with pytest.raises(UsageError) as refused:
        build()
    assert said in str(refused.value)


def test_a_feeling_that_the_log_does_not_hold_as_a_number_is_refused():
    tables = tables_of([Row(1, 0, "visit")])
    with pytest.raises(UsageError, match="mood"):
        ran(Journey(THREE, 1, 1, (FeelingColumn("mood", "nps", 0, 10),)), tables)
    with pytest.raises(UsageError, match="stage"):
        ran(Journey(THREE, 1, 1, (FeelingColumn("stage", "nps", 0, 10),)), tables)


BANK = Plan(
    ("apply", "offer", "decide"),
    (
        PlannedTouchpoint("application", 0, names("A_SUBMITTED", "A_PARTLYSUBMITTED", "A_PREACCEPTED", "A_ACCEPTED")),
        PlannedTouchpoint("leads", 0, names("W_Afhandelen leads")),
        PlannedTouchpoint("completion", 0, names("W_Completeren aanvraag", "A_FINALIZED")),
        PlannedTouchpoint("offers", 1, names("O_*", "A_FINALIZED")),
        PlannedTouchpoint("calls", 1, names("W_Nabellen *")),
        PlannedTouchpoint("assessment", 2, names("W_Valideren aanvraag", "W_Beoordelen fraude", "O_SENT_BACK")),
        PlannedTouchpoint("end", 2, names("A_APPROVED", "A_DECLINED", "A_CANCELLED", "A_ACTIVATED")),
    ),
    succeeds_when=names("A_ACTIVATED"),
    fails_when=names("A_DECLINED", "A_CANCELLED"),
)


@pytest.mark.data
@pytest.mark.slow
def test_on_a_real_loan_log_shuffling_rows_inside_ties_changes_nothing(xes_table):
    table = xes_table("bpic2012.xes.gz")
    end = int(table.time_us.max())
    person = np.repeat(table.persons, np.diff(table.offsets))
    order = np.lexsort((np.random.default_rng(3).random(len(table)), table.time_us, person))
    assert (table.name[order] != table.name).sum() > 1000
    shuffled = table_from_arrays(person[order], table.time_us[order], table.name[order], names=table.names.words)
    journey = Journey(BANK, 30 * 86_400_000_000, end)
    result = run_tables(journey, [table])
    assert run_tables(journey, [shuffled]) == result
    assert (result.trips, result.placed) == (13087, 13087)
    for key in figure_keys(BANK):
        assert len(run_tables(JourneyMembers(journey, key), [shuffled])) == figure_count(result, key), key


@pytest.mark.data
@pytest.mark.slow
def test_on_a_real_loan_log_the_journey_equals_the_slow_reading(xes_table):
    table = xes_table("bpic2012.xes.gz")
    last = int(table.offsets[1500])
    person = np.repeat(table.persons, np.diff(table.offsets))[:last]
    part = table_from_arrays(person, table.time_us[:last], table.name[:last], names=table.names.words)
    rows = zip(person.tolist(), part.time_us.tolist(), part.name.tolist(), strict=True)
    log = [Row(who, time, table.names.words[code]) for who, time, code in rows]
    end, timeout = int(part.time_us.max()), 30 * 86_400_000_000
    result = run_tables(Journey(BANK, timeout, end), [part])
    expected = read(BANK, timeout, end, (), log)
    assert {key: figure_count(result, key) for key in figure_keys(BANK)} == {
        key: len(cases) for key, cases in expected.cases.items()
    }
    assert [stage.returns for stage in result.stages] == expected.returns
    assert [point.events for point in result.touchpoints] == expected.touches
    assert [stage.median_seconds for stage in result.stages] == [
        pytest.approx(quantile(stays, 0.5) / 1e6) if stays else None for stays in expected.stays
    ]
