from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_alignment import SlowAlignment, experience, feel, read_alignment, structure
from slow_journey import FEELINGS, LOGS, crowded, plans, splits, tables_of

from parcours.engine.alignment import Alignment
from parcours.engine.alignment_result import AlignmentResult
from parcours.engine.alignment_settings import AlignmentSettings, StageTargets
from parcours.engine.analysis import run_tables
from parcours.engine.journey import Journey
from parcours.engine.plan import Plan, PlannedPromise

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
