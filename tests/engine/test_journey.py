"""The journey against a slow reading of the same words: plain loops over dictionaries, nothing shared with the code."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.engine.analysis import run_tables
from parcours.engine.feelings import FeelingColumn
from parcours.engine.figures import figure_count, figure_keys
from parcours.engine.gaps import Gaps
from parcours.engine.journey import Journey, JourneyMembers, journey_of
from parcours.engine.plan import Plan, PlannedTouchpoint
from parcours.engine.predicates import Condition, EventMatch, Rule
from parcours.engine.table import Column, EventTable, Vocabulary, table_from_arrays
from parcours.language.errors import UsageError

NAMES = ("ask", "ask again", "buy", "call", "visit")
FEELINGS = (
    FeelingColumn("nps", "nps", 0, 10),
    FeelingColumn("stars", "csat", 1, 5),
    FeelingColumn("happy", "csat", 0, 1),
    FeelingColumn("ces", "ces", 1, 7),
    FeelingColumn("effort", "ces", 1, 7, effort=True),
)


@dataclass
class Row:
    person: int
    time: int
    name: str
    amount: float | None = None
    stage: str | None = None
    touchpoint: str | None = None
    answers: dict[str, float] = field(default_factory=dict)


# ---------------------------------------------------------------- the slow reading


def matches(rule: Rule, row: Row) -> bool:
    for match in rule.any_of:
        named = not match.names or any(
            row.name.startswith(name[:-1]) if name.endswith("*") else row.name == name for name in match.names
        )
        if named and all(row.amount is not None and row.amount > condition.value for condition in match.where):
            return True
    return False


def choose(stages: set[int], current: int | None) -> int:
    if current is None:
        return min(stages)
    if current in stages:
        return current
    later = [stage for stage in stages if stage > current]
    return min(later) if later else max(stages)


@dataclass
class Lived:
    """One person's trip as the slow reading sees it."""

    state: str
    placements: list[tuple[int, int]]
    rows: list[Row]
    belongs: dict[int, tuple[int | None, int | None]]


def live(plan: Plan, timeout: int, end: int, rows: list[Row]) -> Lived | None:
    """Read one person's rows, given in any order."""
    rows = [row for row in rows if row.time <= end]
    begins = [row.time for row in rows if plan.starts_when is None or matches(plan.starts_when, row)]
    if not begins:
        return None
    rows = [row for row in rows if row.time >= min(begins)]
    placements: list[tuple[int, int]] = []
    belongs: dict[int, tuple[int | None, int | None]] = {}
    current: int | None = None
    latest: int | None = None
    for now in sorted({row.time for row in rows}):
        together = [row for row in rows if row.time == now]
        points = {
            id(row): [i for i, point in enumerate(plan.touchpoints) if matches(point.rule, row)] for row in together
        }
        stages = {id(row): {plan.touchpoints[i].stage for i in points[id(row)]} for row in together}
        placeable = [row for row in together if stages[id(row)]]
        staying = [row for row in placeable if current in stages[id(row)]]
        moving = [row for row in placeable if current not in stages[id(row)]]
        moving.sort(key=lambda row: (min(stages[id(row)]), sum(2**stage for stage in stages[id(row)])))
        placed: dict[int, int] = {}
        for row in staying + moving:
            current = choose(stages[id(row)], current)
            placed[id(row)] = current
            placements.append((current, now))
        own = {
            id(row): [i for i in points[id(row)] if plan.touchpoints[i].stage == placed[id(row)]] for row in placeable
        }
        if placeable:
            latest = max(i for found in own.values() for i in found)
        ids = [point.id for point in plan.touchpoints]
        for row in together:
            point = max(own[id(row)]) if id(row) in own else latest
            stage = None if point is None else plan.touchpoints[point].stage
            if row.touchpoint in ids:
                point = ids.index(row.touchpoint)
                stage = plan.touchpoints[point].stage
            elif row.stage in plan.stages:
                point, stage = None, plan.stages.index(row.stage)
            belongs[id(row)] = (stage, point)
    success = [row.time for row in rows if plan.succeeds_when and matches(plan.succeeds_when, row)]
    failure = [row.time for row in rows if plan.fails_when and matches(plan.fails_when, row)]
    if success and (not failure or min(success) <= min(failure)):
        state = "succeeded"
    elif failure:
        state = "failed"
    elif end - max(row.time for row in rows) > timeout:
        state = "left"
    else:
        state = "open"
    return Lived(state, placements, rows, belongs)


@dataclass
class Read:
    """All figures as lists of cases, by key, and what is not a count."""

    cases: dict[str, list[int]]
    returns: list[int]
    stays: list[list[int]]
    touches: list[int]
    unplaced: Counter[str]
    trip_events: int
    answers: dict[str, list[tuple[FeelingColumn, float]]]


def read(plan: Plan, timeout: int, end: int, feelings: tuple[FeelingColumn, ...], log: list[Row]) -> Read:
    cases: dict[str, list[int]] = {key: [] for key in figure_keys(plan)}
    returns, stays = [0 for _ in plan.stages], [[] for _ in plan.stages]
    touches, unplaced, trip_events = [0 for _ in plan.touchpoints], Counter(), 0
    answers = defaultdict(list)
    people = defaultdict(list)
    for row in log:
        people[row.person].append(row)
    for person in sorted(people):
        cases["journey:persons"].append(person)
        lived = live(plan, timeout, end, people[person])
        if lived is not None:
            trip_events += len(lived.rows)
            tell_trip(plan, person, lived, cases, returns, stays)
            for row in lived.rows:
                hits = [i for i, point in enumerate(plan.touchpoints) if matches(point.rule, row)]
                unplaced[row.name] += not hits
                for i in hits:
                    touches[i] += 1
            for point in plan.touchpoints:
                if any(matches(point.rule, row) for row in lived.rows):
                    cases[f"touchpoint:{point.id}:persons"].append(person)
        for row in people[person]:
            if row.time <= end:
                tell_answers(plan, person, row, lived, feelings, cases, answers)
    return Read(cases, returns, stays, touches, +unplaced, trip_events, answers)


def tell_trip(plan, person, lived, cases, returns, stays):
    cases["journey:trips"].append(person)
    cases[f"journey:{lived.state}"].append(person)
    path = []
    for stage, time in lived.placements:
        if not path or path[-1][0] != stage:
            path.append((stage, time))
    cases["journey:placed" if path else "journey:unplaced"].append(person)
    if not path:
        return
    furthest = max(stage for stage, _time in path)
    ending = {"succeeded": "arrived"}.get(lived.state, lived.state)
    cases[f"stage:{plan.stages[furthest]}:{ending}"].append(person)
    if ending in ("left", "failed"):
        cases[f"stage:{plan.stages[furthest]}:lost"].append(person)
    for index, name in enumerate(plan.stages):
        visits = [i for i, (stage, _time) in enumerate(path) if stage == index]
        if index < furthest or (index == furthest and lived.state == "succeeded"):
            cases[f"stage:{name}:went_on"].append(person)
        if index <= furthest:
            cases[f"stage:{name}:reached"].append(person)
            cases[f"stage:{name}:{'entered' if visits else 'skipped'}"].append(person)
        if len(visits) > 1:
            cases[f"stage:{name}:returned"].append(person)
            returns[index] += len(visits) - 1
        if visits and visits[0] + 1 < len(path):
            cases[f"stage:{name}:timed"].append(person)
            stays[index].append(path[visits[0] + 1][1] - path[visits[0]][1])


def tell_answers(plan, person, row, lived, feelings, cases, answers):
    for column in feelings:
        if column.property not in row.answers:
            continue
        answer = row.answers[column.property]
        if not column.low <= answer <= column.high:
            cases["journey:invalid_answers"].append(person)
            continue
        stage, point = (None, None) if lived is None else lived.belongs.get(id(row), (None, None))
        names = ["answers", {True: "ces_effort"}.get(column.effort, column.kind)]
        if column.kind == "nps":
            names.append("promoters" if answer >= 9 else "passives" if answer >= 7 else "detractors")
        if column.kind == "csat":
            top = {"stars": answer >= 4, "happy": answer > 0.6}[column.property]
            names.append("satisfied" if top else "unsatisfied")
        places = ["journey"]
        if stage is not None:
            places.append(f"stage:{plan.stages[stage]}")
        else:
            cases["journey:unplaced_answers"].append(person)
        if point is not None:
            cases[f"touchpoint:{plan.touchpoints[point].id}:answers"].append(person)
            answers[f"touchpoint:{plan.touchpoints[point].id}"].append((column, answer))
        for place in places:
            answers[place].append((column, answer))
            for name in names:
                cases[f"{place}:{name}"].append(person)


def quantile(values: list[int], share: float) -> float | None:
    if not values:
        return None
    ordered = sorted(values)
    at = (len(ordered) - 1) * share
    below, above = ordered[math.floor(at)], ordered[math.ceil(at)]
    return below + (above - below) * (at - math.floor(at))


def valence(column: FeelingColumn, answer: float) -> float:
    hundred = {
        "nps": 10 * answer,
        "stars": 100 * (answer - 1) / 4,
        "happy": 100 * answer,
        "ces": 100 * (answer - 1) / 6,
        "effort": 100 - 100 * (answer - 1) / 6,
    }[column.property]
    return hundred / 25 - 2


# ---------------------------------------------------------------- tables and strategies


def tables_of(log: list[Row], share: list[list[int]] | None = None) -> list[EventTable]:
    """Make tables of the log, one per group of persons."""
    groups = share if share is not None else [sorted({row.person for row in log})]
    words = Vocabulary(("s0", "s1", "s2", "s3", "t0", "t1", "t2", "nowhere"))

    def table(rows: list[Row]) -> EventTable:
        def numbers(values):
            return Column("number", np.array([math.nan if value is None else value for value in values], np.float64))

        def texts(values):
            codes = [-1 if value is None else words.code(value) for value in values]
            return Column("text", np.array(codes, np.int32), words)

        columns = {column.property: numbers([row.answers.get(column.property) for row in rows]) for column in FEELINGS}
        columns["amount"] = numbers([row.amount for row in rows])
        columns["stage"] = texts([row.stage for row in rows])
        columns["touchpoint"] = texts([row.touchpoint for row in rows])
        codes = np.array([NAMES.index(row.name) for row in rows], np.int32)
        return table_from_arrays(
            [row.person for row in rows], [row.time for row in rows], codes, names=NAMES, columns=columns
        )

    return [table([row for row in log if row.person in group]) for group in groups]


RULES = st.lists(
    st.builds(
        EventMatch,
        names=st.one_of(
            st.lists(st.sampled_from(NAMES), min_size=1, max_size=2).map(tuple), st.just(("ask*",)), st.just(())
        ),
        where=st.one_of(
            st.just(()), st.just(()), st.sampled_from([0, 2]).map(lambda least: (Condition("amount", ">", least),))
        ),
    ),
    min_size=1,
    max_size=2,
).map(lambda matches: Rule(tuple(matches)))
NAME_RULES = st.lists(st.sampled_from(NAMES), min_size=1, max_size=2).map(
    lambda names: Rule((EventMatch(tuple(names)),))
)


@st.composite
def plans(draw):
    """Mostly plans in which people move: several stages, touchpoints that share names; now and then an empty one."""
    stages = draw(st.sampled_from([3, 4, 2, 3, 4, 1, 0]))
    rules = draw(st.sampled_from([NAME_RULES, NAME_RULES, RULES]))
    points = [(i % stages, draw(rules)) for i in range(draw(st.sampled_from([4, 5, 3, 6, 0])))] if stages else []
    points = draw(st.permutations(points))
    role = st.one_of(st.none(), st.none(), NAME_RULES, RULES)
    return Plan(
        stages=tuple(f"s{i}" for i in range(stages)),
        touchpoints=tuple(PlannedTouchpoint(f"t{i}", stage, rule) for i, (stage, rule) in enumerate(points)),
        starts_when=draw(role),
        succeeds_when=draw(role),
        fails_when=draw(role),
    )


ANSWERED = st.dictionaries(
    st.sampled_from([column.property for column in FEELINGS]),
    st.sampled_from([0, 1, 3, 4, 5, 6.5, 7, 9, 10]),
    max_size=2,
)
ROWS = st.builds(
    Row,
    person=st.integers(1, 4),
    time=st.one_of(st.integers(0, 1), st.integers(0, 6)),
    name=st.sampled_from(NAMES),
    amount=st.sampled_from([None, 1.0, 3.0]),
    stage=st.sampled_from([None, None, None, "s0", "s2", "nowhere"]),
    touchpoint=st.sampled_from([None, None, None, "t0", "t1", "nowhere"]),
    answers=st.one_of(st.just({}), ANSWERED),
)
# Lists without a least size are mostly short: half of the logs have enough rows for crowded instants and scores.
LOGS = st.one_of(st.lists(ROWS, max_size=12), st.lists(ROWS, min_size=20, max_size=60))


@st.composite
def splits(draw, persons=4):
    """Deal the persons 1..4 over one to three tables, some of them empty."""
    groups = [[], [], []]
    for person in range(1, persons + 1):
        groups[draw(st.integers(0, 2))].append(person)
    return groups


def ran(journey: Journey, tables: list[EventTable]):
    return run_tables(journey, tables)


def crowded(chance: random.Random) -> tuple[Plan, list[Row]]:
    """A few persons with many rows at few instants, over touchpoints that share names: Hypothesis rarely goes there."""

    def rule() -> Rule:
        where = (Condition("amount", ">", 2),) if chance.random() < 0.2 else ()
        return Rule((EventMatch(tuple(chance.sample(NAMES, chance.choice([1, 1, 2]))), where),))

    stages = chance.choice([2, 3, 4])
    points = [PlannedTouchpoint(f"t{i}", chance.randrange(stages), rule()) for i in range(chance.choice([3, 4, 6]))]
    roles = [rule() if chance.random() < 0.4 else None for _role in range(3)]
    plan = Plan(tuple(f"s{i}" for i in range(stages)), tuple(points), *roles)

    def answers() -> dict[str, float]:
        asked = [column.property for column in FEELINGS if chance.random() < 0.15]
        return {name: chance.choice([0, 1, 3, 4, 5, 7, 9, 10]) for name in asked}

    log = [
        Row(
            chance.randint(1, 3),
            chance.randint(0, 6),
            chance.choice(NAMES),
            chance.choice([None, 1.0, 3.0]),
            chance.choice(["s0", "s1", "nowhere", *[None] * 9]),
            chance.choice(["t0", "t1", "nowhere", *[None] * 9]),
            answers(),
        )
        for _row in range(chance.randint(5, 50))
    ]
    return plan, log


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
    assert JourneyMembers(journey, "journey:invalid_answers").columns == ("nps", "stage", "touchpoint")
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
