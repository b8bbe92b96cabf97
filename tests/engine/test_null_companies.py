"""In companies where nothing hangs together, what the analyses flag stays within binomial bounds of 5 %.

PARCOURS_NULL_COMPANIES sets how many companies are played (200).
"""

from __future__ import annotations

import math
import os
from collections import defaultdict

import numpy as np
import pytest

from parcours.engine.alignment import Alignment
from parcours.engine.alignment_settings import AlignmentSettings, StageTargets
from parcours.engine.analysis import run_tables
from parcours.engine.comparing import Compare
from parcours.engine.deviations import Deviations
from parcours.engine.feelings import FeelingColumn
from parcours.engine.plan import Plan, PlannedPromise, PlannedTouchpoint
from parcours.engine.predicates import EventMatch, Rule
from parcours.engine.promises import Promises
from parcours.engine.table import Column, EventTable, table_from_arrays
from parcours.engine.trips import TripFilter

pytestmark = pytest.mark.xdist_group("null companies")
COMPANIES = int(os.environ.get("PARCOURS_NULL_COMPANIES", "200"))
PEOPLE, HOUR, DAY = 150, 3_600_000_000, 86_400_000_000
HALFWAY, END = 50 * DAY, 200 * DAY


def rule(*names: str) -> Rule:
    return Rule((EventMatch(names),))


PLAN = Plan(
    stages=("ask", "order"),
    touchpoints=(
        PlannedTouchpoint("request", 0, rule("request")),
        PlannedTouchpoint("form", 0, rule("form"), required=True),
        PlannedTouchpoint("reply", 0, rule("reply", "bounced"), fails_when=rule("bounced")),
        PlannedTouchpoint("order", 1, rule("order")),
    ),
    succeeds_when=rule("order"),
    timeout_us=30 * DAY,
    promises=(PlannedPromise("soon", source=0, touchpoint=2, within_us=24 * HOUR),),
)
CSAT = (FeelingColumn("csat", "csat", 1, 5),)
FRAME = (PLAN, 30 * DAY, END, CSAT)
TARGETS = AlignmentSettings(stages=(StageTargets(conversion=1.0), StageTargets()), carried=0.0, replicates=400)


def company(seed: int) -> EventTable:
    """Every request is answered in time, has its form, goes on and is liked with chances of their own.

    As planned, on time, forward and liked are all 70 % on the way from asking to ordering: no gap, nothing to find.
    """
    chance = np.random.default_rng(seed)
    person, time, name, answer = [], [], [], []

    def event(who: int, when: float, what: str, felt: float = math.nan) -> None:
        person.append(who)
        time.append(int(when))
        name.append(what)
        answer.append(felt)

    for who in range(PEOPLE):
        begin = chance.uniform(0, 100 * DAY)
        event(who, begin, "request")
        failed = chance.random() < 0.1
        if chance.random() < 0.7 / 0.9:
            event(who, begin + HOUR, "form")
        wait = chance.uniform(2, 24) if chance.random() < 0.7 else chance.uniform(25, 60)
        felt = 1.0 + chance.binomial(4, 0.7) if chance.random() < 0.5 else math.nan
        event(who, begin + wait * HOUR, "bounced" if failed else "reply", felt)
        if chance.random() < 0.2:
            event(who, begin + 61 * HOUR, "complaint")
        if chance.random() < 0.7:
            event(who, begin + chance.lognormal(math.log(100), 0.3) * HOUR + 62 * HOUR, "order")
    return table_from_arrays(person, time, name, columns={"csat": Column("number", np.array(answer))})


@pytest.fixture(scope="module")
def flags() -> dict[str, list[bool]]:
    """What was flagged, company after company."""
    found: dict[str, list[bool]] = defaultdict(list)
    for seed in range(COMPANIES):
        table = company(seed)
        for one in run_tables(Deviations(*FRAME), [table]).figures:
            for measure in ("success", "time", "feeling"):
                difference = getattr(one, measure)
                if difference.low is not None and one.scope == "touchpoint":
                    found[f"{one.id} {one.kind}: {measure}"].append(difference.tells)
        for promise in run_tables(Promises(*FRAME), [table]).promises:
            found["feeling after broken promises"].append(promise.feeling.tells)
        compared = run_tables(
            Compare(*FRAME, first=TripFilter(until_us=HALFWAY), second=TripFilter(from_us=HALFWAY)), [table]
        )
        for one in compared.comparisons:
            if one.difference.low is not None:
                found[f"two periods: {one.what} {one.id}"].append(one.difference.tells)
        aligned = run_tables(Alignment(*FRAME, rule=TARGETS), [table]).of("ask")
        assert aligned.gap is not None
        found["gap excludes 0"].append(not aligned.gap_low <= 0 <= aligned.gap_high)
        found["drift"].append(aligned.drift)
    return found


def test_each_flag_stays_within_binomial_bounds_of_5_percent(flags):
    assert len(flags) > 12
    for name, found in flags.items():
        n = len(found)
        most = 0.05 * n + 3.3 * math.sqrt(0.05 * 0.95 * n) + 1
        assert sum(found) <= most, f"{name}: {sum(found)} of {n}"


def test_all_flags_together_are_about_5_percent_where_the_interval_alone_decides(flags):
    rates = [np.mean(found) for name, found in flags.items() if name != "drift"]
    # The flags of one company hang together: the bounds are those of one flag per company.
    slack = 3 * math.sqrt(0.05 * 0.95 / COMPANIES)
    assert 0.01 < np.mean(rates) < 0.05 + slack
    assert np.mean(rates) == pytest.approx(0.05, abs=slack)
