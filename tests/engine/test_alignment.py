from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_alignment import SlowAlignment, experience, feel, read_alignment, structure
from slow_journey import FEELINGS, LOGS, crowded, plans, splits, tables_of

from parcours.engine.alignment import Alignment
from parcours.engine.alignment_lines import PersonLines, joined
from parcours.engine.alignment_result import AlignmentResult, StageAlignment
from parcours.engine.alignment_scores import resampled
from parcours.engine.alignment_settings import AlignmentSettings, StageTargets
from parcours.engine.analysis import run_tables
from parcours.engine.feelings import FeelingColumn
from parcours.engine.journey import Journey
from parcours.engine.plan import Plan, PlannedPromise, PlannedTouchpoint
from parcours.engine.predicates import EventMatch, Rule
from parcours.engine.table import Column, EventTable, Vocabulary, table_from_arrays
from parcours.language.errors import UsageError

TIMEOUT, END = 2, 6
TARGETS = st.builds(
    StageTargets,
    duration_us=st.sampled_from([None, 0, 1, 2]),
    conversion=st.sampled_from([None, 0.0, 0.5, 0.9, 1.0]),
    carried=st.integers(0, 2),
    touchpoints=st.sampled_from([0, 2, 3]),
)


def with_demands(plan: Plan, chance: random.Random) -> Plan:
    """Let a plan ask something of its touchpoints, and promise something."""
    count = len(plan.touchpoints)
    points = tuple(
        replace(
            point,
            required=chance.random() < 0.4,
            after=tuple(other for other in range(count) if other != at and chance.random() < 0.2),
            one_of=chance.choice([None, None, "either"]),
        )
        for at, point in enumerate(plan.touchpoints)
    )
    promises = tuple(
        PlannedPromise(f"p{at}", chance.randrange(count), chance.randrange(count), chance.choice([0, 1, 3]))
        for at in range(chance.choice([0, 0, 1, 2]) if count else 0)
    )
    return replace(plan, touchpoints=points, promises=promises)


def compare(result: AlignmentResult, slow: SlowAlignment, plan: Plan, rule: AlignmentSettings) -> None:
    assert result.answers == len(slow.everything)
    assert result.experience == (None if len(slow.everything) < 10 else pytest.approx(feel(slow.everything), abs=1e-3))
    weights = (rule.on_time, rule.as_planned, rule.forward, rule.carried)
    for index, (stage, expected) in enumerate(zip(result.stages, slow.stages, strict=True)):
        felt = experience(expected, slow.everything)
        run = structure(expected, plan, index, rule.stages[index], weights)
        assert stage.people == expected.people
        assert stage.answers == len(expected.answers)
        assert stage.experience == (None if felt is None else pytest.approx(felt, abs=1e-3))
        assert stage.raw == (None if felt is None else pytest.approx(feel(expected.answers), abs=1e-3))
        assert list(stage.few) == pytest.approx(
            [] if felt is not None else sorted(s for _k, s in expected.answers), abs=1e-3
        )
        assert stage.structure == (None if run is None else pytest.approx(run))
        assert stage.part("as_planned").n == expected.could
        assert (stage.part("forward").hits, stage.part("forward").n) == (expected.went_on, expected.reached)
        on_time = stage.part("on_time")
        if expected.settled:
            assert (on_time.basis, on_time.hits, on_time.n) == ("promises", expected.kept, expected.settled)
        else:
            assert (on_time.hits, on_time.n) == (expected.within, expected.timed)
        worth = expected.worth or slow.worth
        assert stage.value == (pytest.approx(sum(worth) / len(worth)) if worth else None)
        lacking = [max(0, rule.threshold - score) for score in (felt, run) if score is not None]
        assert stage.shortfall == (pytest.approx(sum(lacking), abs=1e-3) if lacking else None)
        if stage.priority is not None:
            assert stage.priority == pytest.approx(stage.people * stage.shortfall * (stage.value or 1))
        for score, low, high in (
            (stage.experience, stage.experience_low, stage.experience_high),
            (stage.structure, stage.structure_low, stage.structure_high),
            (stage.gap, stage.gap_low, stage.gap_high),
        ):
            assert low is None or low - 1e-9 <= high
            assert score is not None or low is None


@settings(deadline=None, max_examples=150)
@given(plan=plans(), log=LOGS, split=splits(), seed=st.integers(0, 10**6), data=st.data())
def test_alignment_equals_the_slow_reading_however_persons_are_split(plan, log, split, seed, data):
    chance = random.Random(seed)
    plan = with_demands(plan, chance)
    targets = tuple(data.draw(TARGETS) for _stage in plan.stages)
    weights = [chance.choice([0, 1, 2]) for _part in range(4)]
    rule = AlignmentSettings(50, 10, *weights, stages=targets, replicates=20, value="amount")
    analysis = Alignment(plan, TIMEOUT, END, FEELINGS, rule=rule)
    result = run_tables(analysis, tables_of(log))
    slow = read_alignment(plan, TIMEOUT, END, FEELINGS, [one.duration_us for one in targets], log)
    compare(result, slow, plan, rule)
    assert run_tables(analysis, tables_of(log, split)) == result


def test_alignment_equals_the_slow_reading_on_crowded_instants():
    chance = random.Random(3)
    scored = 0
    for _run in range(150):
        plan, log = crowded(chance)
        plan = with_demands(plan, chance)
        for row in log:
            if chance.random() < 0.6:
                row.answers["stars"] = chance.choice([1, 2, 3, 4, 5])
        targets = tuple(
            StageTargets(chance.choice([None, 0, 2]), chance.choice([None, 0.5, 1.0]), 1, 2) for _stage in plan.stages
        )
        rule = AlignmentSettings(stages=targets, replicates=10, value="amount")
        result = run_tables(Alignment(plan, TIMEOUT, END, FEELINGS, rule=rule), tables_of(log))
        slow = read_alignment(plan, TIMEOUT, END, FEELINGS, [one.duration_us for one in targets], log)
        compare(result, slow, plan, rule)
        scored += sum(stage.experience is not None and stage.structure is not None for stage in result.stages)
    assert scored > 50, "the logs are rich enough for scores"


def test_conversion_is_the_journeys():
    chance = random.Random(5)
    for _run in range(40):
        plan, log = crowded(chance)
        rule = AlignmentSettings(stages=(StageTargets(conversion=0.5),) * len(plan.stages), replicates=1)
        lived = run_tables(Journey(plan, TIMEOUT, END), tables_of(log))
        aligned = run_tables(Alignment(plan, TIMEOUT, END, rule=rule), tables_of(log))
        for figures, stage in zip(lived.stages, aligned.stages, strict=True):
            part = stage.part("forward")
            assert (part.hits, part.n) == (figures.went_on, figures.settled)
            assert (part.hits / part.n if part.n else None) == figures.conversion


HOUR = 3_600_000_000
CARE = Plan(
    stages=("care", "order"),
    touchpoints=(
        PlannedTouchpoint("request", 0, Rule((EventMatch(("request",)),))),
        PlannedTouchpoint("form", 0, Rule((EventMatch(("form",)),)), required=True),
        PlannedTouchpoint("reply", 0, Rule((EventMatch(("reply",)),))),
        PlannedTouchpoint("order", 1, Rule((EventMatch(("order",)),))),
    ),
    succeeds_when=Rule((EventMatch(("order",)),)),
    promises=(PlannedPromise("soon", source=0, touchpoint=2, within_us=24 * HOUR),),
)
ASKED = (FeelingColumn("nps", "nps", 0, 10), FeelingColumn("csat", "csat", 1, 5))
CARED = StageTargets(conversion=0.8, carried=1, touchpoints=2)


def care_log(people: int = 100, csat: tuple[float, ...] = (3, 2), later: float = 5, **answered: int) -> EventTable:
    """The worked example: of a hundred, 90 have a reply in time, 80 their form, 60 order; 50 answer in each stage."""
    who, when, name = [], [], []
    answers: dict[str, list[float]] = {"nps": [], "csat": [], "value": []}

    def event(person: int, hour: int, what: str, **said: float) -> None:
        who.append(person)
        when.append(hour * HOUR)
        name.append(what)
        for column, values in answers.items():
            values.append(said.get(column, math.nan))

    for person in range(people):
        event(person, 0, "request")
        if not 70 <= person < 90:
            event(person, 1, "form")
        said: dict[str, float] = {}
        if person < answered.get("csat_answers", 40):
            said = {"csat": csat[person % len(csat)]}
        elif person < answered.get("csat_answers", 40) + answered.get("nps_answers", 10):
            said = {"nps": 3.0}
        event(person, 30 if person >= 90 else 10, "reply", **said)
        if person < 60:
            event(person, 100, "order", value=50.0, **({"csat": later} if person < 50 else {}))
    columns = {column: Column("number", np.array(values)) for column, values in answers.items()}
    return table_from_arrays(who, when, name, columns=columns)


def care(rule: AlignmentSettings | None = None, table: EventTable | None = None) -> StageAlignment:
    chosen = rule or AlignmentSettings(stages=(CARED, StageTargets()))
    asked = Alignment(CARE, 10 * HOUR, 1000 * HOUR, ASKED, rule=chosen)
    return run_tables(asked, [table if table is not None else care_log()]).of("care")


def test_the_worked_example_of_the_reference_page():
    stage = care()
    parts = {part.name: (part.value, part.hits, part.n) for part in stage.parts}
    assert parts["on_time"] == (90, 90, 100)
    assert parts["as_planned"] == (80, 80, 100)
    assert parts["forward"] == (pytest.approx(75), 60, 100)
    assert parts["carried"] == (50, 1, 2)
    assert stage.structure == pytest.approx((2 * 90 + 2 * 80 + 2 * 75 + 50) / 7)  # 77.14
    assert {kind.name: (kind.answers, kind.mean) for kind in stage.kinds} == {
        "nps": (10, pytest.approx(30)),
        "csat": (40, pytest.approx(37.5)),
    }
    assert stage.raw == pytest.approx(35)  # (37.5 · 40/60 + 30 · 10/30) ÷ (40/60 + 10/30)
    assert stage.experience == pytest.approx((50 * 35 + 20 * 60) / 70)  # 42.14, the workspace stands at 60
    assert stage.gap == pytest.approx(-35)
    assert (stage.quadrant, stage.certain, stage.drift) == ("cold", True, True)
    assert stage.shortfall == pytest.approx(60 - 295 / 7)  # 17.86
    assert (stage.people, stage.value) == (100, 50)
    assert stage.priority == pytest.approx(100 * (60 - 295 / 7) * 50)  # 89,286


def test_the_workspace_and_what_to_mend_first():
    asked = Alignment(CARE, 10 * HOUR, 1000 * HOUR, ASKED, rule=AlignmentSettings(stages=(CARED, StageTargets())))
    result = run_tables(asked, [care_log()])
    assert (result.experience, result.answers) == (pytest.approx(60), 100)
    assert result.first == ("care",), "the other stage lacks nothing that is known"
    assert result.of("order").structure is None
    assert result.of("order").quadrant is None
    with pytest.raises(KeyError):
        result.of("nowhere")
    line = result.rows()[0]
    assert (line["id"], line["on_time"], line["on_time_n"], line["csat_answers"]) == ("care", 90, 100, 40)


def test_intervals_stay_about_the_scores_and_within_the_scale():
    stage = care()
    assert 30 < stage.experience_low < stage.experience < stage.experience_high < 50
    assert 70 < stage.structure_low < stage.structure < stage.structure_high < 85
    assert stage.gap_low < stage.gap < stage.gap_high < 0
    assert care() == stage, "seeded"


def test_under_ten_answers_there_are_the_answers_and_no_score():
    stage = care(table=care_log(csat_answers=6, nps_answers=3))
    assert (stage.answers, stage.experience, stage.raw, stage.gap, stage.quadrant) == (9, None, None, None, None)
    assert stage.few == (25, 25, 25, 30, 30, 30, 50, 50, 50)
    assert all(kind.mean is None for kind in stage.kinds)
    assert not stage.drift
    assert not stage.certain
    assert (stage.shortfall, stage.priority) == (0, 0), "what is known lacks nothing"
    assert stage.structure_low is not None


def test_with_fewer_than_two_of_the_first_three_there_is_not_enough_to_say():
    bare = AlignmentSettings(stages=(StageTargets(carried=1, touchpoints=1), StageTargets()), on_time=0.0)
    stage = care(bare)
    assert stage.part("forward").value is None, "there is no target"
    assert stage.part("on_time").value == 90, "shown, but left out"
    assert stage.structure is None
    assert stage.structure_low is None
    assert stage.shortfall == pytest.approx(60 - 295 / 7), "the known score alone"


def test_a_weight_of_nothing_leaves_a_part_out():
    stage = care(AlignmentSettings(stages=(CARED, StageTargets()), on_time=0.0, carried=0.0))
    assert stage.structure == pytest.approx((80 + 75) / 2)


def test_a_stage_without_settled_promises_is_on_time_by_its_duration():
    plan = replace(CARE, promises=())
    targets = StageTargets(duration_us=120 * HOUR, conversion=0.8)
    asked = Alignment(plan, 10 * HOUR, 1000 * HOUR, ASKED, rule=AlignmentSettings(stages=(targets, StageTargets())))
    part = run_tables(asked, [care_log()]).of("care").part("on_time")
    assert (part.value, part.hits, part.n, part.basis, part.target) == (100, 60, 60, "duration", 120 * 3600)
    assert part.key == "stage:care:timed"
    untimed = replace(asked, rule=AlignmentSettings())
    part = run_tables(untimed, [care_log()]).of("care").part("on_time")
    assert (part.value, part.basis, part.target) == (None, "", None)


def test_no_plan_no_part_as_planned():
    plan = replace(CARE, touchpoints=tuple(replace(point, required=False) for point in CARE.touchpoints))
    asked = Alignment(plan, 10 * HOUR, 1000 * HOUR, ASKED, rule=AlignmentSettings(stages=(CARED, StageTargets())))
    assert run_tables(asked, [care_log()]).of("care").part("as_planned").value is None


@pytest.mark.parametrize(
    ("csat", "target", "quadrant"),
    [((5, 5), 0.8, "aligned"), ((2, 3), 0.8, "cold"), ((5, 5), 50.0, "warm"), ((1, 2), 50.0, "broken")],
)
def test_each_quadrant(csat, target, quadrant):
    rule = AlignmentSettings(stages=(replace(CARED, conversion=target), StageTargets()), on_time=0.5)
    assert care(rule, care_log(csat=csat, later=csat[0])).quadrant == quadrant


def test_a_quadrant_is_not_certain_while_an_interval_straddles_the_threshold():
    assert not care(AlignmentSettings(threshold=42, stages=(CARED, StageTargets()))).certain
    assert not care(AlignmentSettings(threshold=77, stages=(CARED, StageTargets()))).certain
    assert care(AlignmentSettings(threshold=60, stages=(CARED, StageTargets()))).certain


def test_a_drift_needs_points_and_an_interval_beside_0():
    assert not care(AlignmentSettings(drift=36, stages=(CARED, StageTargets()))).drift
    assert care(AlignmentSettings(drift=34, stages=(CARED, StageTargets()))).drift


def test_a_share_of_all_leaves_open_what_so_few_cases_cannot_say():
    few = care(table=care_log(people=12, csat_answers=6, nps_answers=6))
    assert few.part("on_time").value == few.part("as_planned").value == 100
    assert few.structure_low < few.structure - 5
    many = care(table=care_log(people=60))
    assert few.structure_low < many.structure_low


def test_nine_persons_are_too_few_for_an_interval():
    nine = care(table=care_log(people=9, csat_answers=9))
    assert (nine.structure, nine.structure_low, nine.certain) == (pytest.approx(nine.structure), None, False)


def test_targets_for_other_stages_than_the_plans_are_refused():
    with pytest.raises(UsageError, match="1 stages; the map has 2"):
        Alignment(CARE, 1, 1, ASKED, rule=AlignmentSettings(stages=(CARED,)))


def test_a_value_that_is_no_number_or_no_success_is_no_value():
    table = care_log()
    words = Column("text", np.zeros(len(table), np.int32), Vocabulary(("a",)))
    table._loaded["value"] = words
    assert care(table=table).value is None
    unknown = replace(AlignmentSettings(stages=(CARED, StageTargets())), value="worth")
    assert care(unknown).value is None
    asked = Alignment(replace(CARE, succeeds_when=None), 10 * HOUR, 1000 * HOUR, ASKED)
    assert "value" not in asked.columns
    assert run_tables(asked, [care_log()]).of("care").value is None


def test_many_lines_are_joined_on_the_way(monkeypatch):
    from parcours.engine import alignment as module

    parts = [care_log(people) for people in (20, 40, 60, 100)]
    moved = [replace(table, persons=table.persons + 1000 * at) for at, table in enumerate(parts)]
    asked = Alignment(CARE, 10 * HOUR, 1000 * HOUR, ASKED, rule=AlignmentSettings(stages=(CARED, StageTargets())))
    whole = run_tables(asked, moved)
    monkeypatch.setattr(module, "_JOINED_FROM", 3)
    assert run_tables(asked, moved) == whole
    assert run_tables(asked, moved[::-1]) == whole


def test_resampling_persons_one_by_one_or_as_counts_is_the_same_distribution():
    times = np.array([1, 2, 30, 40, 500], np.int64)
    lines = PersonLines(np.eye(5, dtype=np.int64), times)
    sums = resampled(lines, 20_000, (1, 2))
    people = times.sum()
    assert (sums.sum(axis=1) == people).all()
    assert sums.mean(axis=0) == pytest.approx(times, rel=0.02)
    assert np.cov(sums.T).diagonal() == pytest.approx(times * (1 - times / people), rel=0.05)
    assert np.cov(sums.T)[2, 4] == pytest.approx(-30 * 500 / people, rel=0.08)
    assert np.array_equal(sums, resampled(lines, 20_000, (1, 2)))
    assert resampled(PersonLines(np.zeros((0, 3), np.int64), np.zeros(0, np.int64)), 7, (1,)).shape == (7, 3)


def test_distinct_lines_are_counted_whatever_their_number():
    chance = np.random.default_rng(4)
    lines = chance.integers(0, 40, (5000, 2))
    lines[::7] = 0
    found = joined([PersonLines(lines, np.ones(len(lines), np.int64))])
    expected, times = np.unique(lines[lines.any(axis=1)], axis=0, return_counts=True)
    assert np.array_equal(found.lines, expected)
    assert np.array_equal(found.times, times)
