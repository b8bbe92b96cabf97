"""A slow reading of trips, placement and figures: plain loops over dictionaries, nothing shared with the code."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import numpy as np
from hypothesis import strategies as st

from parcours.engine.analysis import run_tables
from parcours.engine.feelings import FeelingColumn
from parcours.engine.figures import figure_keys
from parcours.engine.journey import Journey
from parcours.engine.plan import Plan, PlannedTouchpoint
from parcours.engine.predicates import Condition, EventMatch, Rule
from parcours.engine.table import Column, EventTable, Vocabulary, table_from_arrays

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
    order: str | None = None


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
    """One trip as the slow reading sees it. ``strays`` are rows with the stage in which they lie (None: none yet)."""

    state: str
    placements: list[tuple[int, int]]
    rows: list[Row]
    belongs: dict[int, tuple[int | None, int | None]]
    strays: list[tuple[Row, int | None]]


def lanes(plan: Plan, rows: list[Row]) -> list[list[Row]]:
    """Share one person's rows, given in any order, among the keys of the plan."""
    if plan.key is None:
        return [rows]
    found: dict[str, list[Row]] = defaultdict(list)
    last: str | None = None
    for now in sorted({row.time for row in rows}):
        together = [row for row in rows if row.time == now]
        last = min((row.order for row in together if row.order is not None), default=last)
        for row in together:
            mine = row.order if row.order is not None else last
            if mine is not None:
                found[mine].append(row)
    return [found[key] for key in sorted(found)]


def cut(plan: Plan, timeout: int, end: int, rows: list[Row]) -> list[tuple[list[Row], bool]]:
    """Cut a lane into trips, each with whether another one follows."""
    rows = [row for row in rows if row.time <= end]
    if plan.starts_when is None:
        return [(rows, False)] if rows else []
    trips: list[list[Row]] = []
    over, before = True, 0
    for now in sorted({row.time for row in rows}):
        together = [row for row in rows if row.time == now]
        if trips and now - before > timeout:
            over = True
        if over and any(matches(plan.starts_when, row) for row in together):
            trips.append([])
            over = False
        if trips:
            trips[-1] += together
        ends = [rule for rule in (plan.succeeds_when, plan.fails_when) if rule is not None]
        if any(matches(rule, row) for rule in ends for row in together):
            over = True
        before = now
    return [(trip, trip is not trips[-1]) for trip in trips]


def planned(plan: Plan, row: Row) -> bool:
    rules = [point.rule for point in plan.touchpoints]
    rules += [rule for rule in (plan.starts_when, plan.succeeds_when, plan.fails_when, plan.ignore) if rule is not None]
    return any(matches(rule, row) for rule in rules)


def live(plan: Plan, timeout: int, end: int, rows: list[Row]) -> list[Lived]:
    """Read one person's rows, given in any order."""
    return [
        follow(plan, timeout, end, trip, followed)
        for lane in lanes(plan, rows)
        for trip, followed in cut(plan, timeout, end, lane)
    ]


def follow(plan: Plan, timeout: int, end: int, rows: list[Row], followed: bool) -> Lived:
    placements: list[tuple[int, int]] = []
    belongs: dict[int, tuple[int | None, int | None]] = {}
    current: int | None = None
    latest: int | None = None
    strays: list[tuple[Row, int | None]] = []
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
        strays += [(row, current) for row in together if not planned(plan, row)]
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
    elif followed or end - max(row.time for row in rows) > timeout:
        state = "left"
    else:
        state = "open"
    return Lived(state, placements, rows, belongs, strays)


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
        trips = live(plan, timeout, end, people[person])
        for lived in trips:
            trip_events += len(lived.rows)
            tell_trip(plan, person, lived, cases, returns, stays)
            for row in lived.rows:
                hits = [i for i, point in enumerate(plan.touchpoints) if matches(point.rule, row)]
                unplaced[row.name] += not hits and not (plan.ignore and matches(plan.ignore, row))
                for i in hits:
                    touches[i] += 1
            for point in plan.touchpoints:
                if any(matches(point.rule, row) for row in lived.rows):
                    cases[f"touchpoint:{point.id}:persons"].append(person)
        for row in people[person]:
            if row.time <= end:
                belongs = [lived.belongs[id(row)] for lived in trips if id(row) in lived.belongs]
                tell_answers(plan, person, row, belongs[0] if belongs else (None, None), feelings, cases, answers)
    return Read(cases, returns, stays, touches, +unplaced, trip_events, answers)


def tell_trip(plan, person, lived, cases, returns, stays):
    cases["journey:trips"].append(person)
    cases[f"journey:{lived.state}"].append(person)
    if lived.state in ("left", "failed"):
        cases["journey:lost"].append(person)
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


def tell_answers(plan, person, row, belongs, feelings, cases, answers):
    for column in feelings:
        if column.property not in row.answers:
            continue
        answer = row.answers[column.property]
        if not column.low <= answer <= column.high:
            cases["journey:invalid_answers"].append(person)
            continue
        stage, point = belongs
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
    words = Vocabulary(("s0", "s1", "s2", "s3", "t0", "t1", "t2", "nowhere", "b", "a"))

    def table(rows: list[Row]) -> EventTable:
        def numbers(values):
            return Column("number", np.array([math.nan if value is None else value for value in values], np.float64))

        def texts(values):
            codes = [-1 if value is None else words.code(value) for value in values]
            return Column("text", np.array(codes, np.int32), words)

        columns = {column.property: numbers([row.answers.get(column.property) for row in rows]) for column in FEELINGS}
        columns["amount"] = numbers([row.amount for row in rows])
        columns["stage"] = texts([row.stage for row in rows])
        columns["order"] = texts([row.order for row in rows])
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
        ignore=draw(role),
        key=draw(st.sampled_from([None, None, "order"])),
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
    order=st.sampled_from([None, None, "a", "b"]),
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
    key = chance.choice([None, None, "order"])
    plan = Plan(tuple(f"s{i}" for i in range(stages)), tuple(points), *roles, key=key)

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
            chance.choice([None, None, "a", "b"]),
        )
        for _row in range(chance.randint(5, 50))
    ]
    return plan, log
