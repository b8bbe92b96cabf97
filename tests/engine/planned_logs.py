"""Made plans that use every field, and logs that break them: for Hypothesis and from a seed with crowded instants."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import strategies as st
from slow_journey import LOGS, NAME_RULES, NAMES, Row, crowded, plans

from parcours.engine.calendar import Calendar
from parcours.engine.plan import Plan, PlannedPromise, PlannedTouchpoint
from parcours.engine.predicates import EventMatch, Rule

HOUR = 3_600_000_000
OFFICE = ((540, 750), (840, 1080))
CALENDARS = (
    Calendar((OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, (), ()), "FR"),
    Calendar((OFFICE,) * 5 + (((600, 720),), ()), "FR-57", (date(2024, 4, 2), date(2024, 10, 28))),
    # Around the clock, and hours inside the gap of spring and the fold of autumn.
    Calendar((((0, 1440),),) * 7),
    Calendar((((90, 135), (150, 200)),) * 7),
    Calendar(((),) * 6 + (((125, 170), (175, 1440)),), "FR"),
)


def instant(text: str) -> int:
    """Microseconds of a wall time in UTC."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


# Paris: Good Friday, clocks forward in the night to Easter Sunday, Easter Monday; clocks back, All Saints.
SPRING = [instant(f"2024-{text}") for text in (
    "03-28T16:20", "03-29T08:00", "03-29T17:00:30", "03-30T09:10", "03-31T00:20", "03-31T01:00", "03-31T01:10",
    "04-01T10:00", "04-02T07:00", "04-02T12:15", "04-03T08:45",
)]  # fmt: skip
AUTUMN = [instant(f"2024-{text}") for text in (
    "10-25T11:00", "10-25T16:30", "10-26T23:40", "10-27T00:20", "10-27T00:59:59", "10-27T01:10", "10-27T02:00",
    "10-28T09:00", "10-30T16:00", "11-01T10:00", "11-04T08:30",
)]  # fmt: skip
PLAIN = list(range(11))
TIMELINES = (PLAIN, SPRING, AUTUMN)
"""What the small whole numbers of made logs stand for."""


def laid_out(log: list[Row], timeline: list[int], chance: random.Random) -> list[Row]:
    """Put the times 0..6 of a log onto seven instants of a timeline."""
    instants = sorted(chance.sample(timeline, 7))
    return [replace(row, time=instants[row.time]) for row in log]


def with_fields(plan: Plan, chance: random.Random, rule, timeline: list[int]) -> Plan:
    """Give a plan of stages and touchpoints everything else that a plan can say. ``rule()`` makes a rule."""
    points: list[PlannedTouchpoint] = []
    size, unit = len(plan.touchpoints), 1 if timeline is PLAIN else HOUR
    for point in plan.touchpoints:
        failing = rule() if chance.random() < 0.3 else None
        points.append(
            replace(
                point,
                rule=point.rule if failing is None else Rule(point.rule.any_of + failing.any_of),
                fails_when=failing,
                required=chance.random() < 0.5,
                max_occurs=chance.choice([None, None, 1, 2]),
                after=tuple(sorted(chance.sample(range(size), chance.choice([0, 0, 1, 1, 2][: size + 2])))),
                one_of=chance.choice([None, None, "g", "h"]),
                kind=chance.choice(["communication", "action"]),
                initiator=chance.choice(["customer", "company"]),
                channel=chance.choice([None, "web", "phone"]),
                owner=chance.choice([None, "sales", "care"]),
            )
        )
    promises = [
        PlannedPromise(
            f"p{index}",
            chance.randrange(size),
            chance.randrange(size),
            chance.choice([0, 1, 2, 3, 9]) * unit,
            "calendar" if timeline is PLAIN else chance.choice(["calendar", "business", "business"]),
            chance.choice([100.0, 80.0, 50.0]),
            chance.choice([None, "care"]),
        )
        for index in range(chance.choice([0, 1, 2, 3]) if size else 0)
    ]
    return replace(
        plan,
        touchpoints=tuple(points),
        promises=tuple(promises),
        calendar=None if timeline is PLAIN else chance.choice(CALENDARS),
        zone="UTC" if timeline is PLAIN else "Europe/Paris",
    )


def untied(plan: Plan, timeout: int, end: int, log: list[Row], chance: random.Random) -> tuple:
    """The same with no two rows at one instant, and some persons who answer nothing: they are counted another way."""
    finer = 1000
    rows = [replace(row, time=row.time * finer + place) for place, row in enumerate(chance.sample(log, len(log)))]
    rows = [replace(row, answers={}) if row.person % 2 else row for row in rows]
    within = [replace(promise, within_us=promise.within_us * finer) for promise in plan.promises]
    return replace(plan, promises=tuple(within)), timeout * finer, end * finer, rows


@st.composite
def planned_logs(draw):
    """A plan, its timeout, the data's end, and a log."""
    timeline = draw(st.sampled_from(TIMELINES))
    chance = draw(st.randoms(use_true_random=False))
    plan = with_fields(draw(plans()), chance, lambda: draw(NAME_RULES), timeline)
    unit = 1 if timeline is PLAIN else 10 * HOUR
    timeout = draw(st.integers(0, 4)) * unit
    made = plan, timeout, timeline[draw(st.integers(2, 10))], laid_out(draw(LOGS), timeline, chance)
    return untied(*made, chance) if timeline is PLAIN and draw(st.booleans()) else made


def planned_crowd(seed: int, people: int = 3, timeline: list[int] | None = None) -> tuple[Plan, int, int, list[Row]]:
    """The same from a seed: a few people with crowded instants, or many, so that groups can be compared."""
    chance = random.Random(seed)
    finer = timeline is None and seed % 2 == 1
    timeline = timeline or (PLAIN, SPRING, PLAIN, AUTUMN)[seed // 2 % 4]

    def rule() -> Rule:
        return Rule((EventMatch(tuple(chance.sample(NAMES, chance.choice([1, 1, 2])))),))

    plan, log = crowded(chance)
    for _more in range(people // 3):
        log += [replace(row, person=chance.randint(1, people)) for row in crowded(chance)[1]]
    plan = with_fields(plan, chance, rule, timeline)
    unit = 1 if timeline is PLAIN else 10 * HOUR
    made = plan, chance.randint(0, 4) * unit, timeline[chance.randint(3, 10)], laid_out(log, timeline, chance)
    return untied(*made, chance) if timeline is PLAIN and finer else made


def plain_crowd(seed: int) -> tuple[Plan, int, int, list[Row]]:
    """A crowd in which hardly two events stand at one instant, each name one touchpoint: the compiled short way."""
    plan, timeout, end, log = planned_crowd(seed, timeline=PLAIN)
    chance = random.Random(seed)
    points = tuple(
        replace(point, rule=Rule((EventMatch((name,)),)), fails_when=None, one_of=None, after=())
        for point, name in zip(plan.touchpoints, NAMES, strict=False)
    )
    size = len(points)
    points = tuple(
        replace(point, after=tuple(sorted(chance.sample(range(size), chance.choice([0, 1, min(2, size)])))))
        for point in points
    )
    promises = tuple(
        replace(
            promise, source=promise.source % size, touchpoint=promise.touchpoint % size, within_us=chance.randrange(900)
        )
        for promise in plan.promises
    )
    spread = [replace(row, time=100 * row.time + chance.randrange(100)) for row in log]
    return replace(plan, touchpoints=points, promises=promises), 100 * timeout, 100 * end, spread
