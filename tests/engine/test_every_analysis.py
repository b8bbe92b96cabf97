"""What every analysis must survive. Add yours to ANALYSES: it then passes through all of these tests."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.engine.alignment import Alignment
from parcours.engine.alignment_settings import AlignmentSettings, StageTargets
from parcours.engine.analysis import Analysis, run_tables
from parcours.engine.calendar import Calendar
from parcours.engine.comparing import Compare
from parcours.engine.deviations import Deviations
from parcours.engine.effort import Effort, EffortMembers
from parcours.engine.feelings import FeelingColumn
from parcours.engine.funnel import Funnel, FunnelMembers
from parcours.engine.gaps import Gaps
from parcours.engine.journey import Journey, JourneyMembers
from parcours.engine.metric_change import MetricChange
from parcours.engine.metrics import Metrics
from parcours.engine.moments import TripMoments
from parcours.engine.plan import DEVIATIONS, Plan, PlannedMetric, PlannedPromise, PlannedTouchpoint
from parcours.engine.predicates import Condition, EventMatch, Rule
from parcours.engine.promises import Promises
from parcours.engine.results import Members
from parcours.engine.succession import FrequentNames, Succession
from parcours.engine.table import Column, EventTable, Vocabulary
from parcours.engine.transitions import TransitionMembers, Transitions
from parcours.engine.trip_list import TripList
from parcours.engine.trips import TripFilter

NAMES = Vocabulary(("visit", "quote", "buy", "call"))
CITIES = Vocabulary(("zurich", "aix"))


def _step(name: str, *where: Condition) -> tuple[str, Rule]:
    return name, Rule((EventMatch((name,), where),))


FUNNEL = Funnel((_step("visit"), _step("quote"), _step("buy")), within_us=5, breakdown="city")
REPEATED = Funnel((_step("visit"), _step("visit"), _step("buy", Condition("value", ">", 2))), entry="first", grace_us=1)
PLAN = Plan(
    stages=("discover", "decide", "use"),
    touchpoints=(
        PlannedTouchpoint("site", 0, _step("visit")[1]),
        PlannedTouchpoint("talk", 1, _step("call")[1]),
        PlannedTouchpoint("offer", 1, _step("quote", Condition("city", "known"))[1]),
        PlannedTouchpoint("help", 2, _step("call")[1]),
        PlannedTouchpoint("order", 2, _step("buy")[1]),
    ),
    starts_when=_step("visit")[1],
    succeeds_when=_step("buy", Condition("city", "=", "aix"))[1],
)
JOURNEY = Journey(PLAN, timeout_us=2, data_end_us=6, feelings=(FeelingColumn("value", "csat", 1, 4),))
FULL_PLAN = Plan(
    stages=PLAN.stages,
    touchpoints=(
        PlannedTouchpoint("site", 0, _step("visit")[1], max_occurs=1, channel="web", owner="sales"),
        PlannedTouchpoint(
            "talk", 1, _step("call")[1], required=True, after=(0, 2), kind="communication",
            channel="phone", owner="care",
        ),
        PlannedTouchpoint(
            "offer", 1, _step("quote")[1], _step("quote", Condition("value", "<", 2))[1], required=True, one_of="way",
            kind="communication", initiator="company",
        ),
        PlannedTouchpoint("order", 2, _step("buy", Condition("value", ">", 0))[1], one_of="way", channel="web"),
    ),
    starts_when=_step("visit")[1],
    succeeds_when=_step("buy", Condition("value", ">", 2))[1],
    fails_when=_step("quote", Condition("value", "=", 0))[1],
    timeout_us=3,
    key="city",
    ignore=_step("buy", Condition("value", "unknown"))[1],
    promises=(
        PlannedPromise("soon", 0, 1, 1, percentile=90.0, owner="care"),
        PlannedPromise("open", 1, 3, 2, "business"),
    ),
    # The log lies in the first microseconds of 1970: still the last day of 1969 in New York, no holiday.
    calendar=Calendar((((0, 1440),),) * 7, "US"),
    zone="America/New_York",
)  # fmt: skip
HELD = Journey(FULL_PLAN, timeout_us=2, data_end_us=6, feelings=JOURNEY.feelings)
SOME = replace(HELD, only=TripFilter(1, 6, "city", "aix"))
COUNTED = replace(
    HELD,
    plan=replace(
        FULL_PLAN,
        metrics=(
            PlannedMetric("quoted", "ratio", _step("quote")[1], _step("visit")[1]),
            PlannedMetric(
                "unsold", "ratio", _step("buy", Condition("value", ">", 1))[1], _step("call")[1], "trips", 2, True
            ),
            PlannedMetric("calls", "ratio", _step("call")[1], _step("visit")[1], "events"),
            PlannedMetric("worth", "value", _step("buy", Condition("city", "known"))[1]),
        ),
    ),
)  # fmt: skip
TARGETS = AlignmentSettings(stages=(StageTargets(2, 0.6, 1, 2),) * 3, replicates=30)

ANALYSES: dict[str, Analysis[Any, Any]] = {
    "funnel": FUNNEL,
    "funnel of repeated steps": REPEATED,
    "funnel by value at step 2": Funnel(FUNNEL.steps, breakdown="city", breakdown_by="step:2"),
    "funnel by all values": Funnel(FUNNEL.steps, breakdown="city", breakdown_by="all"),
    "funnel by last value": Funnel(FUNNEL.steps, breakdown="value", breakdown_by="last"),
    "people of a step": FunnelMembers(FUNNEL, 2),
    "people lost before a step": FunnelMembers(REPEATED, 3, lost=True),
    "people of a step and a value": FunnelMembers(FUNNEL, 1, value="aix"),
    "transitions": Transitions(),
    "people of a transition": TransitionMembers("visit", "quote"),
    "people who begin so": TransitionMembers(None, "visit"),
    "gaps": Gaps(),
    "journey": JOURNEY,
    "journey without feelings": Journey(PLAN, timeout_us=2, data_end_us=6),
    "everybody": JourneyMembers(JOURNEY, "journey:persons"),
    "people who left": JourneyMembers(JOURNEY, "journey:left"),
    "people of a stage": JourneyMembers(JOURNEY, "stage:decide:entered"),
    "people of a touchpoint": JourneyMembers(JOURNEY, "touchpoint:talk:persons"),
    "answers of a stage": JourneyMembers(JOURNEY, "stage:use:satisfied"),
    "answers that are not valid": JourneyMembers(JOURNEY, "journey:invalid_answers"),
    "alignment": Alignment(**vars(HELD), rule=TARGETS),
    "moments of trips": TripMoments(**vars(HELD)),
    "alignment of some trips": Alignment(**vars(SOME), rule=replace(TARGETS, stages=())),
    "two groups": Compare(
        FULL_PLAN,
        2,
        6,
        JOURNEY.feelings,
        first=TripFilter(property="city", value="aix"),
        second=TripFilter(property="city", value="zurich"),
    ),
    "two periods": Compare(FULL_PLAN, 2, 6, first=TripFilter(until_us=3), second=TripFilter(from_us=3)),
    "promises kept in a stage": JourneyMembers(HELD, "stage:decide:kept"),
    "trips that had to chase": JourneyMembers(HELD, "stage:decide:chased"),
    "signals of effort": Effort(JOURNEY, comment="city"),
    "comments of a signal": EffortMembers(JOURNEY, "waiting", "use", comment="city"),
    "deviations": Deviations(**vars(HELD)),
    "deviations of some trips": Deviations(**vars(SOME)),
    "journey of some trips": SOME,
    "promises": Promises(**vars(HELD)),
    "promises of some trips": Promises(**vars(SOME)),
    "people who leave the plan": JourneyMembers(HELD, "journey:deviating"),
    "people who miss something": JourneyMembers(HELD, "stage:decide:missing"),
    "people off the plan": JourneyMembers(HELD, "channel:web:adhoc"),
    "people for whom it failed": JourneyMembers(HELD, "touchpoint:offer:failing"),
    "people out of sequence": JourneyMembers(HELD, "owner:care:out_of_sequence"),
    "people served late": JourneyMembers(HELD, "journey:late"),
    "people as planned": JourneyMembers(HELD, "stage:discover:as_planned"),
    "broken promises": JourneyMembers(HELD, "promise:soon:broken"),
    "trips": TripList(FULL_PLAN, timeout_us=2, data_end_us=6, feelings=JOURNEY.feelings),
    "first trips that left": TripList(PLAN, 2, 6, JOURNEY.feelings, states=("left", "succeeded"), most=3),
    "metrics": Metrics(**vars(COUNTED)),
    "metrics of some trips": Metrics(**vars(replace(COUNTED, only=SOME.only))),
    "a ratio before and since": MetricChange(
        **vars(COUNTED),
        asked=COUNTED.plan.metrics[0],
        after=TripFilter(from_us=3),
        before=TripFilter(until_us=3),
        before_end_us=4,
    ),
    "a score before and since": MetricChange(
        **vars(COUNTED),
        asked="csat",
        stage=1,
        after=TripFilter(from_us=3),
        before=TripFilter(until_us=3),
    ),
    "a time of one city and the other": MetricChange(
        **vars(COUNTED),
        asked="time",
        after=TripFilter(property="city", value="aix"),
        before=TripFilter(property="city", value="zurich"),
    ),
    "people of a ratio": JourneyMembers(COUNTED, "metric:quoted:numerator"),
    "people under way": JourneyMembers(COUNTED, "metric:quoted:open"),
    "trips without": JourneyMembers(COUNTED, "metric:unsold:without"),
    "events of a ratio": JourneyMembers(COUNTED, "metric:calls:denominator"),
    "people of a value": JourneyMembers(COUNTED, "metric:worth:numerator"),
    "frequent names": FrequentNames(2),
    "succession": Succession(("buy", "visit", "never")),
}
ORDER_MATTERS = {"transitions", "people of a transition", "people who begin so"}
"""Analyses of the source's order; all others must not see the order of events at one instant."""

every_analysis = pytest.mark.parametrize("name", ANALYSES)


def build(seed: int, people: int = 12, longest: int = 9) -> EventTable:
    """Random persons with many ties; ids are not the table's indexes."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, longest, people)
    offsets = np.r_[0, np.cumsum(lengths)].astype(np.int64)
    who = np.repeat(np.arange(people), lengths)
    time = rng.integers(0, 7, len(who))
    order = np.lexsort((time, who))
    values = rng.integers(0, 5, len(who)).astype(np.float64)
    values[rng.random(len(who)) < 0.3] = np.nan
    return EventTable(
        persons=np.arange(people, dtype=np.int64) * 7 + 3,
        offsets=offsets,
        time_us=time[order].astype(np.int64),
        name=rng.integers(0, len(NAMES), len(who)).astype(np.int32),
        names=NAMES,
        _loaded={
            "city": Column("text", rng.integers(-1, 2, len(who)).astype(np.int32), CITIES),
            "value": Column("number", values),
        },
    )


def rearranged(table: EventTable, events: Any, people: Any) -> EventTable:
    """The table with these events (positions) of these persons (indexes)."""
    lengths = np.diff(table.offsets)[people]
    return EventTable(
        persons=table.persons[people],
        offsets=np.r_[0, np.cumsum(lengths)].astype(np.int64),
        time_us=table.time_us[events],
        name=table.name[events],
        names=table.names,
        _loaded={
            key: Column(column.kind, column.values[events], column.vocabulary) for key, column in table._loaded.items()
        },
    )


def part(table: EventTable, low: int, high: int) -> EventTable:
    return rearranged(table, slice(table.offsets[low], table.offsets[high]), slice(low, high))


def plain(result: Any) -> Any:
    """A result as values that compare."""
    return (result.figure, result.persons.tolist()) if isinstance(result, Members) else asdict(result)


def answer(name: str, *tables: EventTable) -> Any:
    return plain(run_tables(ANALYSES[name], tables))


@every_analysis
def test_every_analysis_answers_an_empty_log(name: str) -> None:
    empty = part(build(1), 0, 0)
    assert len(empty) == len(empty.persons) == 0
    assert answer(name, empty) == answer(name, empty, empty)
    assert answer(name, build(1), empty) == answer(name, empty, build(1)) == answer(name, build(1))


@every_analysis
def test_every_analysis_names_the_columns_that_it_reads_and_no_other(name: str) -> None:
    table = build(2)
    asked: list[str] = []

    def load(column: str) -> Column:
        asked.append(column)
        return table.column(column)

    bare = EventTable(table.persons, table.offsets, table.time_us, table.name, table.names, load)
    assert answer(name, bare) == answer(name, table)
    assert set(asked) == set(ANALYSES[name].columns)


@every_analysis
def test_every_analysis_takes_read_only_arrays_and_leaves_writable_ones_alone(name: str) -> None:
    table, untouched = build(3), build(3)
    expected = answer(name, table)
    for values in (table.persons, table.offsets, table.time_us, table.name):
        assert any(np.array_equal(values, same) for same in vars(untouched).values() if isinstance(same, np.ndarray))
        values.flags.writeable = False
    for column in table._loaded.values():
        column.values.flags.writeable = False
    assert answer(name, table) == expected == answer(name, untouched)


@every_analysis
def test_every_analysis_answers_the_same_when_asked_again(name: str) -> None:
    table = build(4)
    assert answer(name, table) == answer(name, table) == plain(run_tables(ANALYSES[name], [build(4)]))


@every_analysis
@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000), cuts=st.lists(st.integers(0, 12), max_size=4), turn=st.booleans())
def test_every_analysis_answers_the_same_however_persons_are_split(
    name: str, seed: int, cuts: list[int], turn: bool
) -> None:
    table = build(seed)
    bounds = [0, *sorted(cuts), 12]
    parts = [part(table, low, high) for low, high in pairwise(bounds)]
    assert answer(name, *(reversed(parts) if turn else parts)) == answer(name, table)
    analysis = ANALYSES[name]
    partials = [analysis.partial(each) for each in parts]
    from_the_right = reduce(lambda right, left: analysis.merge(left, right), reversed(partials))
    assert plain(analysis.finish(from_the_right)) == answer(name, table), "merge is associative"


@every_analysis
def test_every_analysis_reads_persons_in_any_order(name: str) -> None:
    table = build(5)
    people = np.random.default_rng(1).permutation(len(table.persons))
    events = np.concatenate([np.arange(table.offsets[each], table.offsets[each + 1]) for each in people])
    assert answer(name, rearranged(table, events, people)) == answer(name, table)


@pytest.mark.parametrize("name", sorted(ANALYSES.keys() - ORDER_MATTERS))
@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_analyses_without_an_order_ignore_the_order_of_rows_at_one_instant(name: str, seed: int) -> None:
    table = build(seed)
    who = np.repeat(np.arange(len(table.persons)), np.diff(table.offsets))
    shuffled = np.lexsort((np.random.default_rng(seed).random(len(table)), table.time_us, who))
    assert answer(name, rearranged(table, shuffled, slice(None))) == answer(name, table)


def test_the_plan_of_these_tests_brings_out_what_they_are_about() -> None:
    tables = [build(seed) for seed in range(20)]
    found = run_tables(Deviations(**vars(HELD)), tables)
    assert {one.kind for one in found.figures if one.scope == "journey" and one.trips} == set(DEVIATIONS)
    assert sum(count for _stage, count in found.chases) > 0
    for promise in run_tables(Promises(**vars(HELD)), tables).promises:
        assert min(promise.kept, promise.broken, promise.unmet, promise.pending) > 0, promise
    for name in ("people who miss something", "people off the plan", "people for whom it failed"):
        assert len(run_tables(ANALYSES[name], tables)) > 0, name
    for name in ("people of a ratio", "trips without", "events of a ratio", "people of a value"):
        assert len(run_tables(ANALYSES[name], tables)) > 0, name
    for name in ("people out of sequence", "people served late", "people as planned", "broken promises"):
        assert len(run_tables(ANALYSES[name], tables)) > 0, name
