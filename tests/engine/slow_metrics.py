"""A slow reading of metrics that carry their own rules: plain loops over the trips of ``slow_journey``."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import strategies as st
from slow_journey import NAME_RULES, RULES, Lived, Row, live, matches

from parcours.engine.plan import Plan, PlannedMetric


def cases_of(plan: Plan, timeout: int, end: int, log: list[Row]) -> dict[str, list[int]]:
    """The cases of every figure of every metric, by key; ``sum:ID`` lists what each unit of a value adds up to."""
    found: dict[str, list] = defaultdict(list)
    for person in sorted({row.person for row in log}):
        trips = live(plan, timeout, end, [row for row in log if row.person == person])
        for metric in plan.metrics:
            units = [[trip] for trip in trips] if metric.unit == "trips" else [trips] if trips else []
            for unit in units:
                tell(metric, person, unit, found)
    return found


def tell(metric: PlannedMetric, person: int, unit: list[Lived], found: dict[str, list]) -> None:
    rows = [row for trip in unit for row in trip.rows]
    having = [row for row in rows if matches(metric.numerator, row)]
    if metric.kind == "value":
        known = [row.amount for row in having if row.amount is not None]
        if known:
            found[f"metric:{metric.id}:numerator"].append(person)
            found[f"sum:{metric.id}"].append(sum(known))
        elif having:
            found[f"metric:{metric.id}:without"].append(person)
        return
    asked = [row for row in rows if matches(metric.denominator, row)]
    if metric.unit == "events":
        found[f"metric:{metric.id}:numerator"] += [person] * len(having)
        found[f"metric:{metric.id}:denominator"] += [person] * len(asked)
        if having or asked:
            found[f"persons:{metric.id}"].append((len(having), len(asked)))
        return
    if not asked:
        return
    since = min(row.time for row in asked)
    if len([row for row in having if row.time >= since]) >= metric.at_least:
        found[f"metric:{metric.id}:numerator"].append(person)
        found[f"metric:{metric.id}:denominator"].append(person)
    elif all(trip.state != "open" for trip in unit):
        found[f"metric:{metric.id}:without"].append(person)
        found[f"metric:{metric.id}:denominator"].append(person)
    else:
        found[f"metric:{metric.id}:open"].append(person)


RULE = st.one_of(NAME_RULES, RULES)
RATIO = st.builds(
    PlannedMetric,
    id=st.just("m"),
    kind=st.just("ratio"),
    numerator=RULE,
    denominator=RULE,
    unit=st.sampled_from(["persons", "trips"]),
    at_least=st.sampled_from([1, 1, 2]),
    complement=st.booleans(),
)
RATE = st.builds(
    PlannedMetric,
    id=st.just("m"),
    kind=st.just("ratio"),
    numerator=RULE,
    denominator=RULE,
    unit=st.just("events"),
)
VALUE = st.builds(
    PlannedMetric,
    id=st.just("m"),
    kind=st.just("value"),
    numerator=RULE,
    unit=st.sampled_from(["persons", "trips"]),
    property=st.just("amount"),
)
METRICS = st.lists(st.one_of(RATIO, RATIO, RATE, VALUE), min_size=1, max_size=4)
