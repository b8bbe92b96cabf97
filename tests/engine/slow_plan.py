"""A slow reading of the plan: deviations, promises, chases, business time. Plain loops over rows and dictionaries.

Written from the words of ``engine.held``, ``engine.deviations`` and ``engine.promises``; shares nothing with the code.
Trips, placement and strays come from ``slow_journey``.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from slow_journey import FEELINGS, Lived, Row, live, matches, valence

from parcours.engine.calendar import Calendar
from parcours.engine.plan import Plan, PlannedPromise
from parcours.engine.trips import TripFilter

KINDS = ("missing", "adhoc", "failing", "out_of_sequence", "late")
MINUTE = 60_000_000
HOLIDAYS = {
    "FR": {date(2024, 4, 1), date(2024, 5, 1), date(2024, 5, 8), date(2024, 5, 9), date(2024, 11, 1)},
    "FR-57": {date(2024, 3, 29), date(2024, 4, 1), date(2024, 5, 1), date(2024, 11, 1)},
    None: set(),
}
"""The public holidays of the days that the tests use, from the French Code du travail (L3133-1, L3134-13)."""

# ---------------------------------------------------------------- business time, minute by minute


@cache
def open_minutes(calendar: Calendar, zone: str, first: int, last: int) -> list[bool]:
    """Whether each minute of UTC from ``first`` to ``last`` (in minutes since 1970) is open."""
    by_day = defaultdict(list)
    # Two days more on each side, so that every day is looked at as a whole.
    for minute in range(first - 2880, last + 2880):
        wall = datetime.fromtimestamp(minute * 60, UTC).astimezone(ZoneInfo(zone))
        by_day[wall.date()].append((minute, wall.hour * 60 + wall.minute))
    found = set()
    for day, minutes in by_day.items():
        if day in calendar.closed or day in HOLIDAYS[calendar.holidays]:
            continue
        for opens, closes in calendar.hours[day.weekday()]:
            # A time that does not exist moves forward, of one that exists twice the first is meant: in both cases
            # the first minute of the day at which the clock shows this time or a later one.
            begun = [minute for minute, wall in minutes if wall >= opens][:1]
            over = [minute for minute, wall in minutes if wall >= closes][:1] or [minutes[-1][0] + 1]
            if begun:
                found.update(range(begun[0], over[0]))
    return [minute in found for minute in range(first, last)]


@cache
def _opened(calendar: Calendar, zone: str, first: int, last: int) -> list[int]:
    """How many open minutes lie before each minute."""
    total, found = 0, [0]
    for is_open in open_minutes(calendar, zone, first, last):
        total += is_open
        found.append(total)
    return found


def business_time(calendar: Calendar, zone: str, since: int, until: int, window: tuple[int, int]) -> int:
    """Open microseconds between two instants; ``window`` are two instants around all that are asked."""
    first, last = window[0] // MINUTE - 1, window[1] // MINUTE + 2
    before = _opened(calendar, zone, first, last)

    def up_to(instant: int) -> int:
        minute, rest = divmod(instant, MINUTE)
        is_open = before[minute - first + 1] - before[minute - first]
        return before[minute - first] * MINUTE + rest * is_open

    return up_to(until) - up_to(since)


# ---------------------------------------------------------------- one trip held against the plan


@dataclass
class Given:
    """A promise given: its index, when, when met (None: not), its delay and state, and when it was settled."""

    promise: int
    since: int
    met: int | None
    delay: int
    state: str
    settled: int | None


@dataclass
class Told:
    """A trip: what it deviates in by kind and touchpoint (events), its promises, chases by touchpoint, and outcome."""

    person: int
    lived: Lived
    furthest: int
    touched: set[int]
    deviations: dict[str, Counter[int]]
    given: list[Given]
    chases: Counter[int]
    answers: list[tuple[int, int]]
    log_seconds: int | None = None

    @property
    def ended(self) -> bool:
        return self.lived.state != "open"

    @property
    def feeling(self) -> int | None:
        return mean(value for _time, value in self.answers)


def mean(values) -> int | None:
    """The mean in whole ten-thousandths."""
    listed = list(values)
    return round(sum(listed) / len(listed)) if listed else None


def instants(rows: list[Row]) -> list[tuple[int, list[Row]]]:
    return [(now, [row for row in rows if row.time == now]) for now in sorted({row.time for row in rows})]


def when(plan: Plan, point: int, rows: list[Row]) -> list[int]:
    """The instants of a touchpoint, ascending, one for each of its events."""
    return sorted(row.time for row in rows if matches(plan.touchpoints[point].rule, row))


def hold(plan: Plan, person: int, lived: Lived, end: int, window: tuple[int, int]) -> Told:
    times = [when(plan, point, lived.rows) for point in range(len(plan.touchpoints))]
    furthest = max((stage for stage, _time in lived.placements), default=-1)
    told = Told(
        person,
        lived,
        furthest,
        {point for point, found in enumerate(times) if found},
        {kind: Counter() for kind in KINDS},
        [one for index in range(len(plan.promises)) for one in promises_of(plan, index, times, end, window)],
        chases_of(plan, lived.rows),
        [
            (row.time, round(valence(column, row.answers[column.property]) * 10_000))
            for row in lived.rows
            for column in FEELINGS
            if column.property in row.answers and column.low <= row.answers[column.property] <= column.high
        ],
    )
    for index, point in enumerate(plan.touchpoints):
        if point.fails_when is not None:
            told.deviations["failing"][index] = sum(matches(point.fails_when, row) for row in lived.rows)
        if times[index] and any(times[other] and times[other][0] > times[index][0] for other in point.after):
            told.deviations["out_of_sequence"][index] = 1
        told.deviations["adhoc"][index] = beyond(plan, index, times)
        told.deviations["missing"][index] = int(told.ended and is_missing(plan, index, times, furthest))
    for one in told.given:
        told.deviations["late"][plan.promises[one.promise].touchpoint] += one.state == "broken"
    if lived.state == "succeeded":
        success = min(row.time for row in lived.rows if matches(plan.succeeds_when, row))
        told.log_seconds = round(math.log1p((success - min(row.time for row in lived.rows)) / 1e6) * 10_000)
    return told


def is_missing(plan: Plan, index: int, times: list[list[int]], furthest: int) -> bool:
    point = plan.touchpoints[index]
    if not point.required or furthest < point.stage or times[index]:
        return False
    if point.one_of is None:
        return True
    group = [i for i, other in enumerate(plan.touchpoints) if other.one_of == point.one_of]
    if any(times[i] for i in group):
        return False
    return index == min(i for i in group if plan.touchpoints[i].required)


def beyond(plan: Plan, index: int, times: list[list[int]]) -> int:
    """How many events of a touchpoint are off the plan: beyond ``max_occurs``, or of the wrong one of a group."""
    point, count = plan.touchpoints[index], len(times[index])
    if point.one_of is not None and count:
        group = [i for i, other in enumerate(plan.touchpoints) if other.one_of == point.one_of and times[i]]
        if index != min(group, key=lambda i: (times[i][0], i)):
            return count
    return 0 if point.max_occurs is None else max(0, count - point.max_occurs)


def promises_of(plan: Plan, index: int, times: list[list[int]], end: int, window: tuple[int, int]) -> list[Given]:
    promise = plan.promises[index]
    found: list[Given] = []
    for since in sorted(set(times[promise.source])):
        if found and (found[-1].met is None or since < found[-1].met):
            continue
        met = min((time for time in times[promise.touchpoint] if time >= since), default=None)
        delay = passed(plan, promise, since, end if met is None else met, window)
        state = "broken" if delay > promise.within_us else "pending" if met is None else "kept"
        found.append(Given(index, since, met, delay, state, met))
        if met is None and state == "broken":
            found[-1].settled = deadline(plan, promise, since, end, window)
    return found


def passed(plan: Plan, promise: PlannedPromise, since: int, until: int, window: tuple[int, int]) -> int:
    if promise.clock == "calendar":
        return until - since
    return business_time(plan.calendar, plan.zone, since, until, window)


def deadline(plan: Plan, promise: PlannedPromise, since: int, end: int, window: tuple[int, int]) -> int:
    """The first instant at which the time of a broken promise has passed: by halving, since time only adds up."""
    low, high = since, end
    while low < high:
        middle = (low + high) // 2
        if passed(plan, promise, since, middle, window) >= promise.within_us:
            high = middle
        else:
            low = middle + 1
    return low


def chases_of(plan: Plan, rows: list[Row]) -> Counter[int]:
    found: Counter[int] = Counter()
    unanswered = False
    for _now, together in instants(rows):
        here = {i for i, point in enumerate(plan.touchpoints) if any(matches(point.rule, row) for row in together)}
        messages = {i for i in here if plan.touchpoints[i].kind == "communication"}
        inbound = {i for i in messages if plan.touchpoints[i].initiator == "customer"}
        if messages - inbound:
            unanswered = False
        elif inbound:
            if unanswered:
                found.update(inbound)
            unanswered = True
    return found


def tell(plan: Plan, timeout: int, end: int, log: list[Row], only: TripFilter | None = None) -> list[Told]:
    """Read all trips of a log, in the order of persons."""
    people = defaultdict(list)
    for row in log:
        people[row.person].append(row)
    # Whole days, so that the open minutes are walked once for many logs.
    every, day = [end, *(row.time for row in log)], 1440 * MINUTE
    window = (min(every) // day * day, (max(every) // day + 1) * day)
    return [
        hold(plan, person, lived, end, window)
        for person in sorted(people)
        for lived in live(plan, timeout, end, people[person])
        if only is None or chosen(only, lived)
    ]


def chosen(only: TripFilter, lived: Lived) -> bool:
    start = min(row.time for row in lived.rows)
    if only.from_us is not None and start < only.from_us:
        return False
    if only.until_us is not None and start >= only.until_us:
        return False
    if only.matching is not None and not any(matches(only.matching, row) for row in lived.rows):
        return False
    if only.without is not None and any(matches(only.without, row) for row in lived.rows):
        return False
    if only.property is None:
        return True
    known = [row for row in lived.rows if getattr(row, only.property) is not None]
    if not known or only.value is None:
        return not known and only.value is None
    first = min(row.time for row in known)
    return any(getattr(row, only.property) == only.value for row in known if row.time == first)


# ---------------------------------------------------------------- figures


def places(plan: Plan) -> dict[tuple[str, str], list[int]]:
    """The parts of the map with their touchpoints."""
    found = {("journey", ""): list(range(len(plan.touchpoints)))}
    for index, stage in enumerate(plan.stages):
        found["stage", stage] = [i for i, point in enumerate(plan.touchpoints) if point.stage == index]
    for index, point in enumerate(plan.touchpoints):
        found["touchpoint", point.id] = [index]
    for scope in ("channel", "owner"):
        for index, point in enumerate(plan.touchpoints):
            if getattr(point, scope) is not None:
                found.setdefault((scope, getattr(point, scope)), []).append(index)
    return found


def strays_at(plan: Plan, scope: str, id: str, trip: Told) -> int:
    if scope == "journey":
        return len(trip.lived.strays)
    if scope == "stage":
        return sum(stage is not None and plan.stages[stage] == id for _row, stage in trip.lived.strays)
    return 0


def events_at(plan: Plan, scope: str, id: str, kind: str, trip: Told) -> int:
    points = places(plan)[scope, id]
    count = sum(trip.deviations[kind][point] for point in points)
    return count + strays_at(plan, scope, id, trip) if kind == "adhoc" else count


def came(plan: Plan, scope: str, id: str, trip: Told) -> bool:
    if scope == "journey":
        return True
    points = places(plan)[scope, id]
    first = plan.stages.index(id) if scope == "stage" else min(plan.touchpoints[i].stage for i in points)
    return trip.furthest >= first


def could(plan: Plan, scope: str, id: str, kind: str, trip: Told) -> bool:
    point = places(plan)[scope, id][0] if scope == "touchpoint" else -1
    if scope == "touchpoint" and kind == "late":
        return any(plan.promises[one.promise].touchpoint == point and one.state != "pending" for one in trip.given)
    if scope == "touchpoint" and kind != "missing":
        return point in trip.touched
    if came(plan, scope, id, trip):
        return kind != "missing" or trip.ended
    return events_at(plan, scope, id, kind, trip) > 0


@dataclass
class Case:
    trips: list[int]
    possible: int
    events: int
    success: tuple
    time: tuple
    feeling: tuple


def figures(plan: Plan, trips: list[Told]) -> dict[tuple[str, str, str], Case]:
    found = {}
    for scope, id in places(plan):
        for kind in KINDS:
            able = [trip for trip in trips if could(plan, scope, id, kind, trip)]
            events = [events_at(plan, scope, id, kind, trip) for trip in trips]
            assert all(trip in able for trip, count in zip(trips, events, strict=True) if count)
            groups = [
                [trip for trip in able if trip.ended and bool(events_at(plan, scope, id, kind, trip)) is deviates]
                for deviates in (True, False)
            ]
            found[scope, id, kind] = Case(
                [trip.person for trip, count in zip(trips, events, strict=True) if count],
                len(able),
                sum(events),
                shares(*([trip.lived.state == "succeeded" for trip in group] for group in groups)),
                times(*([trip.log_seconds for trip in group if trip.log_seconds is not None] for group in groups)),
                means(*([trip.feeling for trip in group if trip.feeling is not None] for group in groups)),
            )
    return found


def deviates(trip: Told) -> bool:
    return bool(trip.lived.strays) or any(sum(found.values()) for found in trip.deviations.values())


def as_planned(plan: Plan, stage: str, trip: Told) -> bool:
    kinds = ("missing", "failing", "out_of_sequence")
    clean = not any(events_at(plan, "stage", stage, kind, trip) for kind in kinds)
    return trip.ended and came(plan, "stage", stage, trip) and clean


def people(plan: Plan, trips: list[Told]) -> dict[str, list[int]]:
    """The persons of every figure of the plan, by key."""
    found = {"journey:deviating": [trip.person for trip in trips if deviates(trip)]}
    for (scope, id, kind), case in figures(plan, trips).items():
        found[f"journey:{kind}" if scope == "journey" else f"{scope}:{id}:{kind}"] = case.trips
    for stage in plan.stages:
        found[f"stage:{stage}:as_planned"] = [trip.person for trip in trips if as_planned(plan, stage, trip)]
        here = [at for at, point in enumerate(plan.touchpoints) if plan.stages[point.stage] == stage]
        found[f"stage:{stage}:chased"] = [trip.person for trip in trips if any(trip.chases[at] for at in here)]
        given = [(trip.person, one) for trip in trips for one in trip.given]
        mine = [(person, one) for person, one in given if plan.promises[one.promise].touchpoint in here]
        for state in ("kept", "broken"):
            found[f"stage:{stage}:{state}"] = [person for person, one in mine if one.state == state]
    for index, promise in enumerate(plan.promises):
        mine = [(trip.person, one) for trip in trips for one in trip.given if one.promise == index]
        found[f"promise:{promise.id}:given"] = [person for person, _one in mine]
        for state in ("kept", "broken", "pending"):
            found[f"promise:{promise.id}:{state}"] = [person for person, one in mine if one.state == state]
        found[f"promise:{promise.id}:unmet"] = [p for p, one in mine if one.state == "broken" and one.met is None]
    return found


def next_feeling(trip: Told, settled: int) -> int | None:
    """The mean of the first answers at or after an instant."""
    later = [time for time, _value in trip.answers if time >= settled]
    return mean(value for time, value in trip.answers if time == min(later)) if later else None


def feeling_after(plan: Plan, index: int, trips: list[Told]) -> tuple:
    felt = {state: [] for state in ("broken", "kept")}
    for trip in trips:
        for one in trip.given:
            if one.promise == index and one.state != "pending":
                felt[one.state].append(next_feeling(trip, one.settled))
    return means(*([value for value in felt[state] if value is not None] for state in ("broken", "kept")))


# ---------------------------------------------------------------- differences, by their formulas


def shares(group: list[bool], base: list[bool]) -> tuple:
    """Newcombe 1998, method 10."""
    value, other = (sum(one) / len(one) if one else None for one in (group, base))
    if min(len(group), len(base)) < 10:
        return value, other, None, None, None
    (low, high), (base_low, base_high) = wilson(group), wilson(base)
    down = math.sqrt((value - low) ** 2 + (base_high - other) ** 2)
    up = math.sqrt((high - value) ** 2 + (other - base_low) ** 2)
    return value, other, value - other, value - other - down, value - other + up


def wilson(hits: list[bool]) -> tuple[float, float]:
    """The two shares that lie 1.96 standard errors from the one seen: roots of (p − s)² = z²·p(1 − p)/n."""
    n, share, z2 = len(hits), sum(hits) / len(hits), 1.959963984540054**2
    a, b, c = 1 + z2 / n, -(2 * share + z2 / n), share**2
    root = math.sqrt(max(0.0, b * b - 4 * a * c))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def means(group: list[int], base: list[int]) -> tuple:
    """Welch 1947. Numbers in ten-thousandths."""
    value, other = (sum(one) / len(one) / 10_000 if one else None for one in (group, base))
    if min(len(group), len(base)) < 10:
        return value, other, None, None, None
    errors = []
    for one in (group, base):
        middle = sum(one) / len(one)
        errors.append(sum((x - middle) ** 2 for x in one) / (len(one) - 1) / len(one) / 10_000**2)
    if len(set(group)) == len(set(base)) == 1:
        return value, other, None, None, None
    freedom = sum(errors) ** 2 / (errors[0] ** 2 / (len(group) - 1) + errors[1] ** 2 / (len(base) - 1))
    margin = student(freedom) * math.sqrt(sum(errors))
    return value, other, value - other, value - other - margin, value - other + margin


def times(group: list[int], base: list[int]) -> tuple:
    """Typical seconds: what lies behind the mean of ln(1 + seconds); the rest as ratios."""
    value, other, *rest = means(group, base)
    back = [None if one is None else math.exp(one) - 1 for one in (value, other)]
    return (*back, *(None if one is None else math.exp(one) for one in rest))


@cache
def student(freedom: float) -> float:
    """The 97.5 % quantile of Student's t: the density summed by Simpson's rule until 0.475 is reached."""
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)

    def density(t: float) -> float:
        return scale * (1 + t * t / freedom) ** (-(freedom + 1) / 2)

    low, high = 0.0, 13.0
    for _halving in range(40):
        middle = (low + high) / 2
        step = middle / 400
        inner = sum((4 if i % 2 else 2) * density(i * step) for i in range(1, 400))
        area = (density(0) + inner + density(middle)) * step / 3
        low, high = (middle, high) if area < 0.475 else (low, middle)
    return low
