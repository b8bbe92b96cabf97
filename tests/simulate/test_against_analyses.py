"""The analyses find in a simulated company exactly what was played: two independent readings of one map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from parcours.engine.analysis import Analysis, run_tables
from parcours.engine.deviations import Deviations, DeviationsResult
from parcours.engine.feelings import FeelingColumn
from parcours.engine.journey import journey_of
from parcours.engine.kinds import plan_rules
from parcours.engine.predicates import rule_columns
from parcours.engine.promises import Promises, PromisesResult
from parcours.engine.results import JourneyResult
from parcours.engine.table import Column, EventTable, Vocabulary, table_from_arrays
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.planning import plan_of
from parcours.mapdoc.templates import load_template
from parcours.simulate.companies import null_company, planted_company
from parcours.simulate.company import Company, Feeling, Scenario, simulate
from parcours.simulate.sample import sample_company

DAY = 86_400.0


def text(values: np.ndarray) -> Column:
    words = sorted({str(word) for word in values if word is not None})
    codes = {word: code for code, word in enumerate(words)}
    return Column("text", np.array([-1 if w is None else codes[str(w)] for w in values], np.int32), Vocabulary(words))


def table_of(company: Company) -> EventTable:
    events = company.events
    columns = {key: text(values) for key, values in events.properties.items()}
    columns |= {"channel": text(events.channel), "value": Column("number", events.value)}
    columns |= {kind: Column("number", getattr(events, kind)) for kind in ("nps", "csat", "ces")}
    # What the map asks of other tools' events: this company sends none of it.
    asked = {name for rule in plan_rules(plan_of(company.theatre.map)) for name in rule_columns(rule)}
    columns |= {name: text(np.full(len(events), None, object)) for name in asked - set(columns)}
    _names, person = np.unique(events.person.astype(str), return_inverse=True)
    return table_from_arrays(person, events.time.astype(np.int64) * 1_000_000, events.event.tolist(), columns=columns)


class _InMemory:
    def __init__(self, table: EventTable) -> None:
        self.table = table

    def run(self, analysis: Analysis) -> object:  # type: ignore[type-arg]
        return run_tables(analysis, [self.table])


def journey_over(map: JourneyMap, company: Company, *, effort: bool) -> JourneyResult:
    executor = _InMemory(table_of(company))
    feelings = (
        FeelingColumn("nps", "nps", 0, 10),
        FeelingColumn("csat", "csat", 1, 5),
        FeelingColumn("ces", "ces", 1, 7, effort),
    )
    return executor.run(journey_of(executor, plan_of(map), feelings))  # type: ignore[arg-type, return-value]


def assert_same(company: Company, found: JourneyResult) -> None:
    truth = company.truth
    for name in ("persons", "events", "trips", "placed", "succeeded", "failed", "left", "open", "unplaced_events"):
        assert getattr(found, name) == getattr(truth, name), name
    assert found.timeout_seconds == pytest.approx(truth.timeout_seconds)
    assert found.data_end_us == (truth.data_end or 0) * 1_000_000
    for stage, planted in zip(found.stages, truth.stages, strict=True):
        for name in ("id", "entered", "reached", "left", "failed", "open", "arrived", "returned", "returns", "timed"):
            assert getattr(stage, name) == getattr(planted, name), (stage.id, name)
        assert stage.median_seconds == planted.median_seconds, stage.id
        assert stage.leak == ((planted.left + planted.failed) / planted.entered if planted.entered else None)
        answered = {score.kind: score for score in stage.scores if score.answers}
        assert {kind: score.answers for kind, score in answered.items()} == {
            kind: sum(counts) for kind, counts in planted.answers.items() if sum(counts)
        }
        for kind, score in answered.items():
            scores = np.repeat(np.arange(11), planted.answers[kind])
            wanted = {
                "nps": 100 * ((scores >= 9).mean() - (scores <= 6).mean()),
                "csat": (scores >= 4).mean(),
                "ces": scores.mean(),
            }[kind]
            assert score.value == pytest.approx(wanted), (stage.id, kind)
    assert {t.id: (t.persons, t.events) for t in found.touchpoints} == truth.touchpoints


@pytest.mark.parametrize("language", ["fr", "en"])
def test_journey_of_the_sample_company_is_what_was_played(language: str) -> None:
    coach = load_template("coach")
    company = simulate(coach, sample_company(language), language)  # type: ignore[arg-type]
    assert_same(company, journey_over(coach, company, effort=True))


@pytest.mark.parametrize("seed", range(5))
def test_journey_of_a_restless_company_is_what_was_played(shop: JourneyMap, seed: int) -> None:
    """Many returns, skips, ties, duplicates and strays; short waits; few days."""
    story = Scenario(
        persons=400,
        seed=seed,
        days=70,
        leak={"look": 0.2, "ask": 0.3},
        wait={"look": DAY, "ask": 3 * DAY, "buy": 3_600, "use": 600},
        feelings={stage: (Feeling("csat", 0.2, 0.5), Feeling("nps", 0.2, 0.5)) for stage in ("look", "ask", "use")},
        returns=0.5,
        skips=0.3,
        ties=0.3,
        duplicates=0.1,
        noise=0.5,
    )
    company = simulate(shop, story, "en")
    assert_same(company, journey_over(shop, company, effort=False))


def test_journey_without_trip_rules_is_what_was_played(shop: JourneyMap) -> None:
    free = replace(shop, trip=replace(shop.trip, starts_when=None, succeeds_when=None, timeout_seconds=None))
    company = simulate(free, Scenario(persons=500, seed=3, days=120), "en")
    assert_same(company, journey_over(free, company, effort=False))


def test_order_of_rows_at_one_instant_changes_nothing(shop: JourneyMap, shuffled: Callable[..., Company]) -> None:
    company = simulate(shop, Scenario(persons=500, seed=5, days=120, ties=0.3), "en")
    assert_same(company, journey_over(shop, shuffled(company), effort=False))


def plan_over(company: Company) -> tuple[DeviationsResult, PromisesResult]:
    map = company.theatre.map
    executor = _InMemory(table_of(company))
    feelings = (
        FeelingColumn("nps", "nps", 0, 10),
        FeelingColumn("csat", "csat", 1, 5),
        FeelingColumn("ces", "ces", 1, 7, True),
    )
    journey = journey_of(executor, plan_of(map), feelings)  # type: ignore[arg-type]
    frame = (journey.plan, journey.timeout_us, journey.data_end_us, feelings)
    return executor.run(Deviations(*frame)), executor.run(Promises(*frame))  # type: ignore[return-value]


def assert_same_plan(company: Company) -> None:
    """Every deviation and every promise, counted twice from two readings of the same definitions."""
    truth = company.truth
    deviations, promises = plan_over(company)
    planted = {(one.kind, one.touchpoint): (one.trips, one.events) for one in truth.deviations}
    for stage in company.theatre.map.stages:
        for point in stage.touchpoints:
            for kind, found in deviations.of("touchpoint", point.id).items():
                trips, events = planted.get((kind, point.id), (0, 0))
                assert (found.trips, found.events) == (trips, events), (point.id, kind)
    found = deviations.of("journey")["adhoc"]
    assert found.events == sum(one.events for one in truth.deviations if one.kind == "adhoc")
    assert len(promises.promises) == len(truth.promises)
    for one in promises.promises:
        played = next(promise for promise in truth.promises if promise.id == one.id)
        assert (one.kept, one.broken, one.unmet, one.pending) == (
            played.kept, played.late + played.unmet, played.unmet, played.pending
        ), one.id  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
def test_the_plan_of_the_sample_company_is_left_as_was_played(seed: int) -> None:
    """With ties, rows that come twice or late, trips under way and promises not yet due."""
    assert_same_plan(simulate(load_template("coach"), replace(sample_company("en"), seed=seed), "en"))


def test_a_company_followed_to_its_end_leaves_its_plan_as_was_planted() -> None:
    assert_same_plan(planted_company(persons=2_500, seed=3))


def test_a_company_in_which_nothing_matters_leaves_its_plan_as_was_played() -> None:
    assert_same_plan(null_company(seed=5, persons=600))


def test_a_broken_promise_is_felt_at_the_next_answer() -> None:
    _deviations, promises = plan_over(planted_company(persons=6_000, seed=4))
    quote = next(one for one in promises.promises if one.id == "quote-in-two-days")
    assert quote.feeling.low is not None and quote.feeling.high is not None
    assert quote.feeling.low < -0.6 and quote.feeling.high < 0
