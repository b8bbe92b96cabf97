"""Promises: what their docstrings say, at the edges that made logs rarely meet. ``test_deviations`` has the rest."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from planned_logs import CALENDARS, HOUR, instant
from slow_journey import FEELINGS, NAMES, Row, tables_of
from slow_plan import MINUTE
from test_deviations import compare

from parcours.engine.analysis import run_tables
from parcours.engine.deviations import Deviations
from parcours.engine.plan import Plan, PlannedPromise, PlannedTouchpoint
from parcours.engine.predicates import EventMatch, Rule
from parcours.engine.promises import PromiseFigures, Promises
from parcours.engine.table import table_from_arrays
from parcours.language.errors import UsageError

SECOND = 1_000_000


def names(*words: str) -> Rule:
    return Rule((EventMatch(words),))


ASKED = Plan(
    ("ask", "answer"),
    (PlannedTouchpoint("asked", 0, names("ask")), PlannedTouchpoint("called", 1, names("call"), owner="care")),
    promises=(PlannedPromise("call", 0, 1, 5 * SECOND, percentile=90.0, owner="care"),),
)


def promise(log: list[Row], end: int = 100 * SECOND, plan: Plan = ASKED, index: int = 0) -> PromiseFigures:
    return run_tables(Promises(plan, 10**15, end, FEELINGS), tables_of(log)).promises[index]


def rows(*steps: tuple[float, str], person: int = 1) -> list[Row]:
    return [Row(person, round(time * SECOND), name) for time, name in steps]


def counts(found: PromiseFigures) -> tuple[int, ...]:
    return found.given, found.kept, found.broken, found.unmet, found.pending


def test_the_last_moment_still_keeps_a_promise():
    assert counts(promise(rows((0, "ask"), (5, "call")))) == (1, 1, 0, 0, 0)
    assert counts(promise(rows((0, "ask"), (5.000001, "call")))) == (1, 0, 1, 0, 0)


def test_a_promise_not_met_is_pending_until_its_time_has_passed():
    assert counts(promise(rows((0, "ask")), end=5 * SECOND)) == (1, 0, 0, 0, 1)
    assert counts(promise(rows((0, "ask")), end=5 * SECOND + 1)) == (1, 0, 1, 1, 0)


def test_what_happens_after_the_data_end_does_not_keep_a_promise():
    assert counts(promise(rows((0, "ask"), (4, "call")), end=3 * SECOND)) == (1, 0, 0, 0, 1)


def test_asking_again_before_it_is_met_gives_no_second_promise():
    assert counts(promise(rows((0, "ask"), (4, "ask"), (6, "call"), (7, "call")))) == (1, 0, 1, 0, 0)


def test_asking_after_it_was_met_gives_another():
    assert counts(promise(rows((0, "ask"), (1, "call"), (2, "ask"), (9, "call"), (10, "ask")))) == (3, 1, 2, 1, 0)


def test_at_one_instant_it_is_met_at_once_whatever_waited_before():
    assert counts(promise(rows((0, "call"), (0, "ask")))) == (1, 1, 0, 0, 0)
    assert counts(promise(rows((0, "ask"), (9, "call"), (9, "ask")))) == (2, 1, 1, 0, 0)


def test_a_trip_keeps_no_promise_of_another():
    plan = replace(ASKED, starts_when=names("ask"), succeeds_when=names("buy"))
    assert counts(promise(rows((0, "ask"), (1, "buy"), (2, "ask"), (3, "call")), plan=plan)) == (2, 1, 1, 1, 0)


def test_the_share_is_held_against_the_percentile_that_was_promised():
    log = [row for i in range(10) for row in rows((0, "ask"), (1 if i else 9, "call"), person=i)]
    found = promise(log)
    assert (found.share, found.as_meant, found.percentile) == (0.9, True, 90.0)
    assert promise(log[2:]).as_meant is True
    assert promise(log[:-2]).as_meant is False


def test_nobody_can_say_the_median_where_half_were_never_met():
    log = [row for i in range(4) for row in rows((0, "ask"), *([(3, "call")] if i % 2 else []), person=i)]
    found = promise(log)
    assert (found.median_seconds, found.percentile_95_seconds) == (pytest.approx(3, rel=1e-3), None)
    found = promise([*log, *rows((0, "ask"), person=9)])
    assert (found.unmet, found.median_seconds) == (3, None)


def test_the_next_answer_is_the_first_at_or_after_the_promise_was_settled():
    def asked(*answers: tuple[float, float], met: float | None) -> float | None:
        log = [*rows((0, "ask"), *([] if met is None else [(met, "call")]))]
        log += [Row(1, round(time * SECOND), "visit", answers={"nps": nps}) for time, nps in answers]
        feeling = promise(log).feeling
        return feeling.base if feeling.value is None else feeling.value

    assert asked((1, 0), (2, 10), (3, 0), met=2) == 2
    assert asked((1, 0), met=2) is None
    assert asked((2, 0), (2, 10), (9, 10), met=2) == 0
    # Never met: what counts is what is said once its time was over, at 5.
    assert asked((4.9, 10), (5, 0), (6, 10), met=None) == -2
    # Met late: what counts is what is said once it was met.
    assert asked((6, 0), (8, 10), met=8) == 2


def test_a_broken_promise_that_lowers_the_next_answer_is_told():
    chance = random.Random(3)
    log = []
    for i in range(60):
        late = i % 2 == 0
        log += rows((0, "ask"), (9 if late else 1, "call"), person=i)
        answer = chance.choice([2, 3, 4]) if late else chance.choice([7, 8, 9])
        log.append(Row(i, 20 * SECOND, "visit", answers={"nps": answer}))
    found = promise(log).feeling
    assert (found.n, found.base_n, found.tells) == (30, 30, True)
    assert found.change == pytest.approx(-2, abs=0.3)
    compare(ASKED, 10**15, 100 * SECOND, log)


def test_business_time_stands_still_while_the_company_is_closed():
    plan = replace(
        ASKED,
        calendar=CALENDARS[0],
        zone="Europe/Paris",
        promises=(PlannedPromise("call", 0, 1, 3 * HOUR, "business"),),
    )

    def asked(since: str, met: str) -> str:
        log = [Row(1, instant(since), "ask"), Row(1, instant(met), "call")]
        found = promise(log, plan=plan, end=instant("2024-05-30T00:00"))
        return "kept" if found.kept else "broken"

    # Thursday 28 March 2024, 16:00 in Paris; open 9:00-12:30 and 14:00-18:00, Easter Monday is 1 April.
    assert asked("2024-03-28T15:00", "2024-03-29T09:00") == "kept"
    assert asked("2024-03-28T15:00", "2024-03-29T09:01") == "broken"
    # Friday 17:30 to Tuesday 11:30, by then summer time: half an hour and two and a half.
    assert asked("2024-03-29T16:30", "2024-04-02T09:30") == "kept"
    assert asked("2024-03-29T16:30", "2024-04-02T09:31") == "broken"


def test_the_deadline_of_a_promise_at_night_counts_from_the_next_morning():
    plan = replace(ASKED, calendar=CALENDARS[0], promises=(PlannedPromise("call", 0, 1, HOUR, "business"),))
    log = [Row(1, instant("2024-03-28T22:00"), "ask")]
    morning = instant("2024-03-29T10:00")
    assert promise(log, plan=plan, end=morning).pending == 1
    assert promise(log, plan=plan, end=morning + 1).unmet == 1
    log += [Row(1, morning - MINUTE, "visit", answers={"nps": 0}), Row(1, morning, "visit", answers={"nps": 10})]
    assert promise(log, plan=plan, end=morning + HOUR).feeling.value == 2


def test_a_promise_in_business_time_without_opening_hours_is_refused():
    plan = replace(ASKED, promises=(PlannedPromise("call", 0, 1, HOUR, "business"),))
    with pytest.raises(UsageError, match="opening hours"):
        Promises(plan, 1, 1)


def test_thousands_of_promises_of_one_person_are_all_counted():
    log = rows(*((time, "ask" if time % 2 == 0 else "call") for time in range(6000)), (6000, "ask"))
    found = promise(log, end=6010 * SECOND)
    assert counts(found) == (3001, 3000, 1, 1, 0)
    short = [Row(person, SECOND * time, "ask") for person in range(2000) for time in (0, 1)]
    assert counts(promise(short)) == (2000, 0, 2000, 2000, 0)


def test_a_plan_of_more_than_64_touchpoints_is_held_to_its_last_bit():
    words = tuple(f"n{i}" for i in range(130))
    points = [PlannedTouchpoint(f"t{i}", i % 3, names(words[i]), required=i == 129) for i in range(130)]
    points[128] = replace(points[128], after=(127, 3), fails_when=points[128].rule, max_occurs=1)
    points[64] = replace(points[64], kind="communication", one_of="g")
    points[65] = replace(points[65], one_of="g")
    plan = Plan(("a", "b", "c"), tuple(points), promises=(PlannedPromise("p", 126, 127, 0),))
    person, time, code = zip(
        *[(1, 0, 126), (1, 1, 128), (1, 2, 127), (1, 3, 128), (1, 4, 64), (1, 5, 64), (1, 5, 65), (1, 6, 2)],
        strict=True,
    )
    table = table_from_arrays(person, time, np.array(code, np.int32), names=words)
    result = run_tables(Deviations(plan, 10, 100), [table])
    seen = {(one.id, one.kind): one.events for one in result.figures if one.scope == "touchpoint" and one.trips}
    assert seen == {
        ("t65", "adhoc"): 1,
        ("t127", "late"): 1,
        ("t128", "out_of_sequence"): 1,
        ("t128", "failing"): 2,
        ("t128", "adhoc"): 1,
        ("t129", "missing"): 1,
    }
    assert dict(result.chases)["b"] == 1


@pytest.mark.parametrize("size", [63, 64, 65, 129])
def test_plans_of_any_size_are_held_as_the_slow_reading_says(size):
    """Words of 64 bits must not run into each other, nor an event of no touchpoint into the first one."""
    for seed in range(3):
        chance = random.Random(seed)
        extra = [PlannedTouchpoint(f"t{i}", 0, names(f"never {i}")) for i in range(size - len(NAMES))]
        known = [PlannedTouchpoint(f"k{name}", 1, names(name)) for name in NAMES if name != "visit"]
        known.append(PlannedTouchpoint("beside", 0, names("buy", "ask") if seed == 2 else names("never")))
        places = [0, *sorted(chance.sample(range(1, size - 1), len(NAMES) - 2)), size - 1]
        points = list(extra)
        for place, point in zip(places, known, strict=True):
            points.insert(place, point)
        others = [at for at in places if points[at].id != "beside"]
        points = [
            replace(
                point,
                after=tuple(one for one in others if one != at) if at in others else (),
                max_occurs=2 if at in others else None,
                required=at % 7 == 0,
                kind="communication",
                initiator=("customer", "company")[at % 2],
            )
            for at, point in enumerate(points)
        ]
        promises = tuple(PlannedPromise(f"p{i}", *chance.sample(others, 2), 3 * SECOND) for i in range(3))
        plan = Plan(("a", "b"), tuple(points), promises=promises)
        assert len(points) == size
        for tied in (False, True):
            log = [
                Row(person, (place // 2 if tied else place) * SECOND, chance.choice(NAMES))
                for person in range(6)
                for place in range(chance.randint(1, 9))
            ]
            compare(plan, 2 * SECOND, 9 * SECOND, log)


def test_the_rows_of_results_all_have_the_same_columns():
    log = rows((0, "ask"), (9, "call"), (10, "visit"))
    promises = run_tables(Promises(ASKED, 10, 100 * SECOND), tables_of(log))
    assert [(row["id"], row["broken"], row["feeling_value"]) for row in promises.rows()] == [("call", 1, None)]
    deviations = run_tables(Deviations(ASKED, 10, 100 * SECOND), tables_of(log))
    assert {row["kind"] for row in deviations.rows()} == {"adhoc", "late"}
    assert len({tuple(row) for row in deviations.rows()}) == 1
    assert deviations.of("touchpoint", "called")["late"].key == "touchpoint:called:late"
    assert deviations.of("journey")["adhoc"].key == "journey:adhoc"
    assert deviations.stray_names == (("visit", 1),)


def test_a_touchpoint_that_may_never_occur_is_off_the_plan_whenever_it_does():
    plan = replace(ASKED, touchpoints=(replace(ASKED.touchpoints[0], max_occurs=0), ASKED.touchpoints[1]), promises=())
    result = run_tables(Deviations(plan, 10, 100), tables_of([Row(1, 0, "ask"), Row(1, 0, "ask")]))
    assert result.of("touchpoint", "asked")["adhoc"].events == 2
