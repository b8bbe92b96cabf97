"""A slow reading of the alignment of each stage, straight from its definition; nothing shared with the code."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from slow_journey import Row, live, matches

NAME = {"nps": "nps", "stars": "csat", "happy": "csat", "ces": "ces", "effort": "ces_effort"}
ORDER = ("nps", "csat", "ces", "ces_effort")


def hundred(column: str, answer: float) -> float:
    return {
        "nps": 10 * answer,
        "stars": 100 * (answer - 1) / 4,
        "happy": 100 * answer,
        "ces": 100 * (answer - 1) / 6,
        "effort": 100 * (7 - answer) / 6,
    }[column]


@dataclass
class SlowStage:
    people: int = 0
    answers: list[tuple[str, float]] = field(default_factory=list)
    kept: int = 0
    settled: int = 0
    within: int = 0
    timed: int = 0
    planned: int = 0
    could: int = 0
    went_on: int = 0
    reached: int = 0
    worth: list[float] = field(default_factory=list)


@dataclass
class SlowAlignment:
    stages: list[SlowStage]
    everything: list[tuple[str, float]]
    worth: list[float]


def promises(plan, end: int, rows: list[Row]):
    """Each promise given in a trip, with kept, broken or pending; calendar time only."""
    for promise in plan.promises:
        source, keeper = plan.touchpoints[promise.source], plan.touchpoints[promise.touchpoint]
        given = None
        for now in sorted({row.time for row in rows}):
            here = [row for row in rows if row.time == now]
            opens, meets = (any(matches(point.rule, row) for row in here) for point in (source, keeper))
            if meets and given is not None:
                yield promise, "kept" if now - given <= promise.within_us else "broken"
                given = None
            if meets and opens:
                yield promise, "kept"
            elif opens and given is None:
                given = now
        if given is not None:
            yield promise, "broken" if end - given > promise.within_us else "pending"


def as_planned(plan, stage: int, lived) -> bool:
    """Whether nothing is missing, failing or out of sequence in ``stage`` (the trip came there, and has ended)."""
    first = {}
    for at, point in enumerate(plan.touchpoints):
        times = [row.time for row in lived.rows if matches(point.rule, row)]
        if times:
            first[at] = min(times)
    grouped = set()
    for at, point in enumerate(plan.touchpoints):
        if point.required and point.one_of not in grouped:
            members = [at]
            if point.one_of is not None:
                grouped.add(point.one_of)
                members = [i for i, other in enumerate(plan.touchpoints) if other.one_of == point.one_of]
            if point.stage == stage and not any(i in first for i in members):
                return False
        if point.stage != stage:
            continue
        if point.fails_when is not None and any(matches(point.fails_when, row) for row in lived.rows):
            return False
        if at in first and any(other in first and first[other] > first[at] for other in point.after):
            return False
    return True


def asks(plan, stage: int) -> bool:
    return any(
        point.stage == stage and (point.required or point.after or point.fails_when or point.one_of)
        for point in plan.touchpoints
    )


def read_alignment(plan, timeout: int, end: int, feelings, durations, log: list[Row]) -> SlowAlignment:
    stages = [SlowStage() for _stage in plan.stages]
    everything: list[tuple[str, float]] = []
    worth: list[float] = []
    people = defaultdict(list)
    for row in log:
        people[row.person].append(row)
    for person in sorted(people):
        trips = live(plan, timeout, end, people[person])
        for lived in trips:
            _tell(plan, end, durations, lived, stages, worth)
        for row in people[person]:
            if row.time > end:
                continue
            where = [lived.belongs[id(row)] for lived in trips if id(row) in lived.belongs]
            for column in feelings:
                answer = row.answers.get(column.property)
                if answer is None or not column.low <= answer <= column.high:
                    continue
                one = NAME[column.property], hundred(column.property, answer)
                everything.append(one)
                if where and where[0][0] is not None:
                    stages[where[0][0]].answers.append(one)
    return SlowAlignment(stages, everything, worth)


def _tell(plan, end, durations, lived, stages, worth):
    path = []
    for stage, time in lived.placements:
        if not path or path[-1][0] != stage:
            path.append((stage, time))
    furthest = max((stage for stage, _time in path), default=-1)
    spent = [row.amount for row in lived.rows if plan.succeeds_when and matches(plan.succeeds_when, row)]
    known = [amount for amount in spent if amount is not None]
    if lived.state == "succeeded" and known:
        worth.append(sum(known))
    for promise, state in promises(plan, end, lived.rows):
        stage = stages[plan.touchpoints[promise.touchpoint].stage]
        stage.kept += state == "kept"
        stage.settled += state in ("kept", "broken")
    for index, stage in enumerate(stages):
        visits = [i for i, (at, _time) in enumerate(path) if at == index]
        if durations[index] is not None and visits and visits[0] + 1 < len(path):
            stage.timed += 1
            stage.within += path[visits[0] + 1][1] - path[visits[0]][1] <= durations[index]
        if furthest < index:
            continue
        stage.people += 1
        if lived.state == "succeeded" and known:
            stage.worth.append(sum(known))
        if lived.state != "open" and asks(plan, index):
            stage.could += 1
            stage.planned += as_planned(plan, index, lived)
        if furthest > index or lived.state != "open":
            stage.reached += 1
            stage.went_on += furthest > index or lived.state == "succeeded"


def feel(answers: list[tuple[str, float]]) -> float | None:
    weights = total = 0.0
    for name in ORDER:
        mine = [score for kind, score in answers if kind == name]
        if mine:
            weight = len(mine) / (len(mine) + 20)
            weights += weight
            total += weight * sum(mine) / len(mine)
    return total / weights if weights else None


def experience(stage: SlowStage, everything) -> float | None:
    n = len(stage.answers)
    if n < 10:
        return None
    return (n * feel(stage.answers) + 20 * feel(everything)) / (n + 20)


def structure(stage: SlowStage, plan, index: int, targets, weights) -> float | None:
    """``weights`` of on time, as planned, forward, carried."""
    parts = []
    if stage.settled:
        parts.append((weights[0], 100 * stage.kept / stage.settled))
    elif stage.timed:
        parts.append((weights[0], 100 * stage.within / stage.timed))
    if stage.could:
        parts.append((weights[1], 100 * stage.planned / stage.could))
    if stage.reached and targets.conversion is not None:
        done = 1.0 if targets.conversion <= 0 else min(1.0, stage.went_on / stage.reached / targets.conversion)
        parts.append((weights[2], 100 * done))
    parts = [(weight, value) for weight, value in parts if weight > 0]
    if len(parts) < 2:
        return None
    if targets.touchpoints and weights[3] > 0:
        parts.append((weights[3], 100 * targets.carried / targets.touchpoints))
    return sum(weight * value for weight, value in parts) / sum(weight for weight, _value in parts)
