"""A map with a plan is played as stated: every rate, every promise, every opening hour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from math import comb, exp, fsum, log
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from parcours.engine.calendar import Calendar
from parcours.engine.predicates import EventMatch, Rule
from parcours.language.errors import UsageError
from parcours.mapdoc.document import JourneyMap, Promise, Stage, Touchpoint, TripRule
from parcours.mapdoc.templates import load_template
from parcours.mapdoc.text import Text
from parcours.simulate.companies import null_company, null_map, planted_company
from parcours.simulate.company import Company, Feeling, Scenario, simulate
from parcours.simulate.hours import OpeningHours
from parcours.simulate.planting import Deviation, Kept, Persona
from parcours.simulate.sample import sample_company

DAY = 86_400.0
PARIS = ZoneInfo("Europe/Paris")
OFFICE = (((9 * 60, 12 * 60 + 30), (14 * 60, 18 * 60)),) * 5 + ((), ())


def rule(*names: str) -> Rule:
    return Rule((EventMatch(names),))


def point(id: str, **fields: Any) -> Touchpoint:
    return Touchpoint(id, Text({"en": id}), rule(id), **fields)


def map_of(*stages: Sequence[Touchpoint], **fields: Any) -> JourneyMap:
    numbered = tuple(Stage(f"s{i}", Text({"en": f"s{i}"}), touchpoints=tuple(ps)) for i, ps in enumerate(stages))
    usual: dict[str, Any] = {"trip": TripRule(timeout_seconds=20 * DAY), "zone": "Europe/Paris"}
    return JourneyMap("m", Text({"en": "M"}), numbered, **(usual | fields))


def promise(source: str, within: float, clock: str = "calendar") -> tuple[Promise, ...]:
    return (Promise(f"after-{source}", Text({"en": "p"}), source, within, clock),)  # type: ignore[arg-type]


def lived(company: Company) -> dict[str, list[tuple[int, str]]]:
    """(seconds, event) of each person in the order of time."""
    events = company.events
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for person, time, event in zip(events.person, events.time.astype(int).tolist(), events.event, strict=True):
        found[person].append((time, event))
    return {person: sorted(rows) for person, rows in found.items()}


def likely(count: int, of: int, rate: float) -> bool:
    """Say whether ``count`` of ``of`` lies within the exact binomial bounds of ``rate``, at one in a million."""
    logs = [log(comb(of, k)) + k * log(rate) + (of - k) * log(1 - rate) for k in range(of + 1)]
    below, above = fsum(map(exp, logs[: count + 1])), fsum(map(exp, logs[count:]))
    return min(below, above) > 5e-7


@pytest.fixture(scope="module")
def planted() -> Company:
    return planted_company(persons=5_000, seed=11)


def test_every_planted_rate_comes_out_within_binomial_bounds(planted: Company) -> None:
    truth = planted.truth
    stated = {(one.kind, one.touchpoint): one.rate for one in planted.theatre.scenario.deviations}
    assert {kind for kind, _point in stated} == {"missing", "adhoc", "failing", "out_of_sequence"}
    for one in truth.deviations:
        if one.rate is not None:
            assert one.rate == stated[one.kind, one.touchpoint]  # type: ignore[index]
            assert one.chances > 200
            assert likely(one.planted, one.chances, one.rate), one
    for kept in truth.promises:
        # What is left out is never in time either.
        rate = 1 - (1 - kept.broken) * (1 - stated.get(("missing", kept.touchpoint), 0.0))
        assert likely(kept.planned_late + kept.planned_never, kept.given, rate), kept
        assert kept.given == kept.planned_kept + kept.planned_late + kept.planned_never > 200


def test_where_all_trips_ended_what_was_planted_is_what_happened(planted: Company) -> None:
    truth = planted.truth
    assert sum(stage.open for stage in truth.stages) == 0, "only visitors who never touch the map are under way"
    for one in truth.deviations:
        if one.rate is not None:
            assert one.trips == one.planted > 0, one
        else:
            assert one.kind == "late" or (one.kind, one.touchpoint) == ("adhoc", None), one
    for promise in truth.promises:
        assert (promise.kept, promise.late, promise.unmet) == (
            promise.planned_kept, promise.planned_late, promise.planned_never
        ), promise  # fmt: skip
        assert promise.pending == promise.abandoned == 0


def test_another_seed_is_another_company_and_the_same_seed_the_same(planted: Company) -> None:
    again, other = planted_company(persons=5_000, seed=11), planted_company(persons=5_000, seed=12)
    assert again.truth == planted.truth != other.truth
    assert (again.events.local == planted.events.local).all()


def test_a_broken_promise_lowers_the_next_answer_by_its_effect() -> None:
    story = {"leaver_mood": 0.0, "wait_effect": 0.0, "chase_effect": 0.0, "personas": ()}
    company = planted_company(persons=12_000, seed=2, **story)
    quote = next(one for one in company.truth.promises if one.id == "quote-in-two-days")
    assert quote.after_kept.answers > 400 and quote.after_broken.answers > 400
    assert quote.after_kept.mean_valence is not None and quote.after_broken.mean_valence is not None
    # Where people leave before they answer, or the follow-up stage asks, other means mix in; both sides alike.
    assert quote.after_broken.mean_valence - quote.after_kept.mean_valence == pytest.approx(quote.effect, abs=0.2)


def test_staff_work_in_opening_hours_only_over_holidays_and_clock_changes(planted: Company) -> None:
    """From January to spring: two holidays on weekdays, and the change to summer time on 29 March."""
    names = {
        "call_held", "call_missed", "quote_sent", "question_answered", "support_answered", "session_held",
        "kickoff_held", "final_review_held", "quote_followed_up", "document_shared",
    }  # fmt: skip
    events = planted.events
    holidays = {date(2026, 1, 1), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14),
                date(2026, 5, 25), date(2026, 7, 14)}  # fmt: skip
    seen = set()
    offsets = set()
    for time, name in zip(events.time.astype(int).tolist(), events.event, strict=True):
        if name in names:
            moment = datetime.fromtimestamp(time, PARIS)
            minutes = moment.hour * 60 + moment.minute
            assert moment.weekday() < 5 and (540 <= minutes < 750 or 840 <= minutes < 1080), (name, moment)
            assert moment.date() not in holidays, (name, moment)
            seen.add(name)
            offsets.add(moment.utcoffset())
    assert seen == names and len(offsets) == 2


@pytest.mark.parametrize(("opens", "on_the_change"), [(60, 120), (150, 60)])
def test_opening_hours_agree_with_a_walk_through_every_minute(opens: int, on_the_change: int) -> None:
    """On 29 March the clocks go from 2 to 3; the second company would open at half past two."""
    calendar = Calendar(hours=(((opens, 240),),) * 7, holidays="FR", closed=(date(2026, 3, 27),))
    hours = OpeningHours.of(map_of([point("a")], calendar=calendar), date(2026, 3, 26), 12)
    start = int(datetime(2026, 3, 26, tzinfo=PARIS).timestamp())
    minutes = np.arange(start, start + 12 * 86_400, 60)

    def open_at(second: int) -> bool:
        moment = datetime.fromtimestamp(second, PARIS)
        closed = moment.date() in (date(2026, 3, 27), date(2026, 4, 6))
        return not closed and opens <= moment.hour * 60 + moment.minute < 240

    walked = np.array([open_at(int(second)) for second in minutes])
    assert (hours.are_open(minutes) == walked).all()
    assert 60 * walked.sum() == hours.elapsed(minutes[-1:] + 60)[0] - hours.elapsed(minutes[:1])[0]
    assert walked[(minutes >= start + 3 * 86_400) & (minutes < start + 4 * 86_400 - 3_600)].sum() == on_the_change
    spans = np.linspace(0, 3_000, 50) + hours.elapsed(minutes[:1])
    assert np.allclose(hours.elapsed(hours.at(spans)), spans)


def test_a_promise_in_business_time_is_kept_by_the_company_s_own_clock() -> None:
    map = map_of(
        [point("ask", required=True), point("reply", promises=promise("ask", 5 * 3_600, "business"))],
        calendar=Calendar(hours=OFFICE, holidays="FR"),
    )
    story = Scenario(persons=400, seed=3, days=200, arriving_days=150, promises={"after-ask": Kept(broken=0.4)},
                     ties=0, duplicates=0, noise=0, usual_wait=DAY)  # fmt: skip
    company = simulate(map, story, "en")
    closed = {date(2026, 1, 1), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14),
              date(2026, 5, 25)}  # fmt: skip

    def working_minutes(first: int, last: int) -> float:
        """Count the open minutes between two instants, one by one."""
        count = 0
        for second in range(first, last, 60):
            moment = datetime.fromtimestamp(second, PARIS)
            minutes = moment.hour * 60 + moment.minute
            open_now = 540 <= minutes < 750 or 840 <= minutes < 1080
            count += open_now and moment.weekday() < 5 and moment.date() not in closed
        return count

    kept = late = 0
    for rows in lived(company).values():
        asked = None
        for time, name in rows:
            if name == "ask":
                asked = time if asked is None else asked
            elif name == "reply" and asked is not None:
                took = working_minutes(asked, time)
                assert abs(took - 300) > 20, "nothing is near the edge"
                kept, late, asked = kept + (took < 300), late + (took > 300), None
    (truth,) = company.truth.promises
    assert (truth.kept, truth.late) == (kept, late) and late > 100


def test_chases_come_before_the_answer_and_open_no_second_promise() -> None:
    map = map_of([point("ask", required=True, max_occurs=None), point("reply", promises=promise("ask", 7_200))])
    kept = Kept(broken=0.5, never=0.3, chase=1.0, effect=-1.0)
    story = Scenario(persons=1_000, seed=4, days=60, arriving_days=10, promises={"after-ask": kept}, duplicates=0,
                     again={"ask": 0.0}, returns=0, ties=0, noise=0, anonymous=0)  # fmt: skip
    company = simulate(map, story, "en")
    (truth,) = company.truth.promises
    assert truth.given == 1_000 == truth.kept + truth.late + truth.unmet
    assert truth.chases == truth.late + truth.unmet > 400
    for rows in lived(company).values():
        names = [name for _time, name in rows]
        assert names in (["ask", "reply"], ["ask", "ask", "reply"], ["ask", "ask"])


def test_a_promise_for_a_later_stage_is_kept_there_or_abandoned() -> None:
    map = map_of(
        [point("pay", required=True)], [point("welcome", required=True, promises=promise("pay", DAY)), point("use")]
    )
    story = Scenario(persons=2_000, seed=6, days=90, arriving_days=20, leak={"s0": 0.3}, usual_wait=3 * DAY,
                     promises={"after-pay": Kept(broken=0.25, never=0.4)}, ties=0, duplicates=0,
                     noise=0, skips=0)  # fmt: skip
    (truth,) = simulate(map, story, "en").truth.promises
    assert truth.abandoned > 500 and truth.given + truth.abandoned == 2_000
    assert (truth.kept, truth.late) == (truth.planned_kept, truth.planned_late)
    assert truth.unmet == truth.planned_never + truth.abandoned
    assert likely(truth.late + truth.planned_never, truth.given, 0.25)


def test_only_one_of_a_group_occurs_and_the_required_one_stands_in() -> None:
    map = map_of([point("enter", required=True), point("by-post", one_of="way"),
                  point("by-hand", one_of="way", required=True)])  # fmt: skip
    company = simulate(map, Scenario(persons=500, chance={"by-post": 0.3}, noise=0, anonymous=0), "en")
    ways = [{name for _time, name in rows} & {"by-post", "by-hand"} for rows in lived(company).values()]
    assert all(len(way) == 1 for way in ways if way) and 100 < sum(way == {"by-post"} for way in ways) < 200
    assert {(one.kind, one.touchpoint) for one in company.truth.deviations} <= {("missing", "by-hand")}


def test_late_rows_stand_out_of_order_in_the_file() -> None:
    company = simulate(null_map(), replace(null_company(1).theatre.scenario, late_arrival=0.2, persons=300), "en")
    events, truth = company.events, company.truth
    assert events.received is not None
    delay = events.received.astype(int) - events.time.astype(int)
    assert (delay >= 0).all() and (np.diff(events.received.astype(int)) >= 0).all()
    assert likely(int((delay > 60).sum()), len(events), 0.2) and (delay > 60).sum() == truth.late_events
    times = events.time.astype(int)
    assert (times < np.maximum.accumulate(times)).sum() == truth.out_of_order > 200


def test_visitors_are_anonymous_until_they_say_who_they_are() -> None:
    company = simulate(load_template("coach"), replace(sample_company("en"), persons=600), "en")
    events, truth = company.events, company.truth
    columns = company.columns()
    telling = {"guide_downloaded", "question_asked", "prequalification_submitted", "booking_made", "booking_moved"}
    rows: dict[str, list[tuple[int, bool, bool]]] = defaultdict(list)
    audience = columns["audience"]
    for i, person in enumerate(events.person):
        tells = events.event[i] in telling or audience[i] == "prospect"
        rows[person].append((int(events.time[i].astype(int)), tells, columns["anonymous_id"][i] is not None))
    known = {person for person, several in rows.items() if any(tells for _time, tells, _hidden in several)}
    assert len(known) == truth.identified > 200
    assert all(person.startswith("C-") == (person in known) for person in rows)
    assert sum(hidden for several in rows.values() for _t, _tells, hidden in several) == truth.anonymous_events
    for person, several in rows.items():
        first = min((time for time, tells, _hidden in several if tells), default=None)
        for time, _tells, hidden in several:
            if first is None or time < first:
                assert hidden
            elif time > first:
                assert not hidden, person


def test_personas_have_their_shares_patience_and_mood() -> None:
    people = (Persona("calm", 3.0, patience=2.0, mood=0.5), Persona("hasty", 1.0, patience=0.5, mood=-0.5))
    story = replace(null_company(1).theatre.scenario, persons=6_000, personas=people, seed=9)
    company = simulate(null_map(), story, "en")
    truth = company.truth
    assert [one.persons for one in truth.personas] == [4_500, 1_500]
    columns = company.columns()
    who = np.array(columns["persona"].tolist())
    left = {
        kind: 1 - len(set(columns["person"][(who == kind) & (columns["event"] == "ask_2")]))
        / len(set(columns["person"][who == kind])) for kind in ("calm", "hasty")
    }  # fmt: skip
    assert left["calm"] == pytest.approx(0.15 / 2, abs=0.02) and left["hasty"] == pytest.approx(0.15 * 2, abs=0.04)
    scores = {kind: np.nanmean(columns["csat"][who == kind]) for kind in ("calm", "hasty")}
    assert scores["calm"] - scores["hasty"] > 0.4


def test_more_people_come_in_the_season() -> None:
    story = replace(null_company(1).theatre.scenario, persons=8_000, seasons={1: 1.0, 2: 3.0, 3: 0.0})
    truth = simulate(null_map(), story, "en").truth
    assert truth.begun["03"] == 0 and sum(truth.begun.values()) == 8_000
    # 27 days of January and the 28 of February, three times as busy.
    assert truth.begun["02"] / truth.begun["01"] == pytest.approx(3 * 28 / 27, rel=0.1)


def test_people_with_several_trips_keep_them_apart_by_key() -> None:
    map = map_of(
        [point("order", required=True), point("parcel", promises=promise("order", DAY))],
        trip=TripRule(key="order", timeout_seconds=20 * DAY),
    )
    story = Scenario(persons=2_000, seed=8, repeat=0.4, days=120, arriving_days=60, ties=0, duplicates=0,
                     promises={"after-order": Kept(broken=0.3)})  # fmt: skip
    company = simulate(map, story, "en")
    columns, truth = company.columns(), company.truth
    walks = np.array([not person.startswith("visitor-") for person in columns["person"]])
    trips = {}
    for person, order in zip(columns["person"][walks], columns["order"][walks], strict=True):
        assert order is not None and trips.setdefault(order, person) == person
    people = len(set(trips.values()))
    assert len(trips) == 2_000 and 1_100 < people < 1_300
    assert truth.persons == len(set(columns["person"])) and truth.promises[0].given == 2_000


def test_in_a_null_company_nothing_goes_with_anything() -> None:
    company = null_company(seed=3, persons=12_000)
    truth = company.truth
    rates = {(one.kind, one.rate) for one in truth.deviations if one.rate is not None}
    assert {rate for _kind, rate in rates} == {0.1} and len(rates) == 4
    for one in truth.promises:
        assert one.effect == one.loses == 0.0
        assert one.after_kept.mean_valence == pytest.approx(one.after_broken.mean_valence, abs=0.08)
    lost = [(stage.left + stage.failed) / stage.entered for stage in truth.stages]
    assert max(lost) - min(lost) < 0.02
    means = [np.repeat(np.arange(11), stage.answers["csat"]).mean() for stage in truth.stages]
    assert max(means) - min(means) < 0.06
    # Structure: two parts each of promises kept and trips as planned, two of all going on, one of owners.
    structure = [100 * (2 * 0.8 + 2 * (1 - stage.off_plan / stage.entered) + 2 + 1) / 7 for stage in truth.stages]
    feeling = [25 * (mean - 1) for mean in means]
    assert max(abs(s - f) for s, f in zip(structure, feeling, strict=True)) < 4


def test_the_stages_of_the_sample_stand_in_their_quadrants() -> None:
    """The simulator's own figures, on the formula that the project has written down: 60 divides good from bad."""
    company = simulate(load_template("coach"), sample_company("en"), "en")
    truth, found = company.truth, {}
    for number, stage in enumerate(truth.stages):
        if stage.quadrant is None:
            continue
        plan = company.theatre.map.stages[number]
        mine = {point.id for point in plan.touchpoints}
        promises = [one for one in truth.promises if one.touchpoint in mine]
        settled = sum(one.kept + one.late + one.unmet for one in promises)
        parts = [(2, sum(one.kept for one in promises) / settled), (2, 1 - stage.off_plan / stage.entered), (1, 1.0)]
        for metric in plan.metrics:
            if metric.kind == "conversion":
                on = truth.stages[number + 1].reached + stage.arrived
                parts.append((2, min(1.0, on / (stage.reached - stage.open) / metric.target)))
        structure = 100 * sum(weight * part for weight, part in parts) / sum(weight for weight, _part in parts)
        kinds = {"nps": lambda x: x / 10, "csat": lambda x: (x - 1) / 4, "ces": lambda x: (7 - x) / 6}
        means = {kind: [kinds[kind](np.repeat(np.arange(11), n)).mean(), sum(n)]
                 for kind, n in stage.answers.items() if sum(n)}  # fmt: skip
        weights = {kind: n / (n + 20) for kind, (_mean, n) in means.items()}
        feeling = 100 * sum(weights[k] * means[k][0] for k in means) / sum(weights.values())
        assert sum(n for _mean, n in means.values()) > 100
        assert abs(structure - 60) > 4 and abs(feeling - 60) > 6, (stage.id, structure, feeling)
        words = {(True, True): "aligned", (True, False): "efficient_but_cold",
                 (False, True): "warm_but_disorganised", (False, False): "broken"}  # fmt: skip
        found[stage.id] = words[structure > 60, feeling > 60]
        assert found[stage.id] == stage.quadrant, (stage.id, structure, feeling)
    assert len(set(found.values())) == 4


@pytest.mark.parametrize(
    ("story", "wrong", "right"),
    [
        ({"deviations": (Deviation("missing", "nowhere", 0.1),)}, "“deviations” names “nowhere”", "ask-1"),
        ({"deviations": (Deviation("missing", "answer-1", 0.1),)}, "“answer-1” cannot be missing", "required"),
        ({"deviations": (Deviation("adhoc", "ask-1", 0.1),)}, "cannot be adhoc", "max_occurs"),
        ({"deviations": (Deviation("failing", "ask-1", 0.1),)}, "cannot be failing", "fails_when"),
        ({"deviations": (Deviation("out_of_sequence", "ask-1", 0.1),)}, "cannot be out_of_sequence", "after"),
        ({"deviations": (Deviation("missing", "step-1", 1.1),)}, "“missing.step-1” cannot be 1.1", "between 0"),
        ({"promises": {"none": Kept()}}, "“promises” names “none”", "answer-1-in-a-day"),
        ({"promises": {"answer-1-in-a-day": Kept(broken=2)}}, "answer-1-in-a-day.broken” cannot be 2", "between 0"),
        ({"personas": (Persona("p", 1.0, patience=0.0),)}, "“personas.p.patience” cannot be 0", "between 0.1"),
        ({"seasons": {13: 1.0}}, "“seasons” cannot be 13", "between 1"),
        ({"chance": {"ask-1": 3}}, "“chance.ask-1” cannot be 3", "between 0"),
    ],
)
def test_what_the_plan_does_not_have_cannot_be_planted(story: dict[str, Any], wrong: str, right: str) -> None:
    base = replace(null_company(1).theatre.scenario, deviations=(), promises={})
    with pytest.raises(UsageError) as caught:
        simulate(null_map(), replace(base, **story), "en")
    assert wrong in str(caught.value) and right in str(caught.value)


def test_touchpoints_that_wait_for_each_other_cannot_be_played() -> None:
    map = map_of([point("a", after=("b",)), point("b", after=("a",))])
    with pytest.raises(UsageError, match="wait for each other"):
        simulate(map, Scenario(), "en")


def test_answers_can_be_asked_for_where_nothing_is_planned_to_happen() -> None:
    map = map_of([point("only", required=True)], ignore=rule("survey_answered"))
    truth = simulate(
        map, Scenario(persons=200, feelings={"s0": (Feeling("nps", 1.0, 0.5),)}, noise=0, anonymous=0), "en"
    ).truth
    assert 60 < sum(truth.stages[0].answers["nps"]) < 140 and truth.deviations == ()


def test_what_weighs_on_people_weighs_once() -> None:
    map = map_of(
        [point("ask", required=True), point("reply", promises=promise("ask", 7_200))],
        [point("use", required=True)],
        ignore=rule("survey_answered"),
    )
    asked = (Feeling("csat", 0.5, 1.0),)
    story = Scenario(persons=2_000, seed=5, days=90, arriving_days=20, leak={"s0": 0.0}, skips=0, returns=0, ties=0,
                     feelings={"s0": asked, "s1": asked}, duplicates=0, noise=0, anonymous=0,
                     again={"ask": 0.0}, promises={"after-ask": Kept(broken=0.5, effect=-1.2)})  # fmt: skip
    company = simulate(map, story, "en")
    events = company.events
    scores: dict[tuple[bool, int], list[float]] = defaultdict(list)
    for person in sorted(set(events.person)):
        mine = events.person == person
        times = dict(zip(events.event[mine].tolist(), events.time[mine].astype(int).tolist(), strict=True))
        late = times["reply"] - times["ask"] > 7_200
        for number, score in enumerate(events.csat[mine][~np.isnan(events.csat[mine])].tolist()):
            scores[late, number].append(score)
    mean = {key: float(np.mean(several)) for key, several in scores.items()}
    assert mean[False, 0] - mean[True, 0] == pytest.approx(1.1, abs=0.15)
    assert mean[False, 1] == pytest.approx(mean[True, 1], abs=0.1)
