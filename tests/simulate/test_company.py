from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from parcours.language.errors import UsageError
from parcours.mapdoc.document import JourneyMap, TripRule
from parcours.mapdoc.templates import load_template
from parcours.simulate import play
from parcours.simulate.company import Company, Feeling, Scenario, simulate, write_csv, write_jsonl, write_truth

DAY = 86_400.0
STORY = Scenario(
    persons=1_500,
    seed=7,
    days=150,
    leak={"look": 0.3, "ask": 0.5, "buy": 0.1},
    wait={"look": 2 * DAY, "ask": 5 * DAY, "buy": 0.5 * DAY, "use": DAY},
    feelings={"ask": (Feeling("csat", -0.6, 0.4),), "use": (Feeling("nps", 1.2, 0.5), Feeling("ces", 0.5, 0.3))},
    returns=0.2,
    skips=0.1,
    ties=0.05,
    duplicates=0.02,
    noise=0.1,
)


@pytest.fixture(scope="module")
def company(shop: JourneyMap) -> Company:
    return simulate(shop, STORY, "en")


def trips_of(company: Company) -> dict[str, list[tuple[int, str]]]:
    """(time, event) of each person from the first visit on, in the order of the data."""
    events = company.events
    trips: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for person, time, event in zip(events.person, events.time.astype(int).tolist(), events.event, strict=True):
        if event == "visit" or person in trips:
            trips[person].append((time, event))
    return trips


def test_an_obvious_count_of_the_raw_events_finds_the_truth(company: Company, stage_of_event: dict[str, str]) -> None:
    """Rows at one instant are read here with those of the stage people are in first, then stage by stage."""
    truth = company.truth
    order = [stage.id for stage in truth.stages]
    end = max(company.events.time.astype(int))
    entered, returns, returned, state = Counter(), Counter(), Counter(), Counter()  # type: ignore[var-annotated]
    waits: dict[str, list[int]] = defaultdict(list)
    for events in trips_of(company).values():
        stays: list[tuple[str, int]] = []
        times = sorted({time for time, _event in events})
        for time in times:
            here = [stage_of_event[event] for at, event in events if at == time and event in stage_of_event]
            now = stays[-1][0] if stays else ""
            for stage in sorted(here, key=lambda one: (one != now, order.index(one))):
                if not stays or stays[-1][0] != stage:
                    stays.append((stage, time))
        visited = Counter(stage for stage, _time in stays)
        for stage, times_there in visited.items():
            entered[stage] += 1
            returns[stage] += times_there - 1
            returned[stage] += times_there > 1
            first = next(i for i, stay in enumerate(stays) if stay[0] == stage)
            if first + 1 < len(stays):
                waits[stage].append(stays[first + 1][1] - stays[first][1])
        names = {event for _time, event in events}
        furthest = max(visited, key=order.index)
        gone = end - events[-1][0] > 20 * DAY
        how = "arrived" if "paid" in names else "failed" if "offer_refused" in names else "left" if gone else "open"
        state[furthest, how] += 1
    for stage in truth.stages:
        assert stage.entered == entered[stage.id]
        assert (stage.returns, stage.returned) == (returns[stage.id], returned[stage.id])
        assert stage.timed == len(waits[stage.id])
        assert stage.median_seconds == (median(waits[stage.id]) if waits[stage.id] else None)
        for how in ("left", "failed", "open", "arrived"):
            assert getattr(stage, how) == state[stage.id, how], (stage.id, how)
    assert min(stage.entered for stage in truth.stages) > 50
    assert truth.failed > 20 and truth.left > 20 and truth.open > 5
    assert sum(returns.values()) > 50


def test_reached_falls_by_those_who_stopped(company: Company) -> None:
    for here, after in zip(company.truth.stages, company.truth.stages[1:], strict=False):
        assert after.reached == here.reached - here.left - here.failed - here.open - here.arrived


def test_planted_leaks_come_out_of_the_events(shop: JourneyMap) -> None:
    """With nobody still under way, the share that stops is the planted one but for chance."""
    story = replace(STORY, persons=6_000, days=400, arriving_days=60, returns=0.0, skips=0.0)
    truth = simulate(shop, story, "en").truth
    assert truth.open == 0
    for stage in truth.stages[:3]:
        stopped = (
            stage.entered - truth.stages[[s.id for s in truth.stages].index(stage.id) + 1].entered
        ) / stage.entered
        planted = story.leak[stage.id]
        assert abs(stopped - planted) < 4 * (planted * (1 - planted) / stage.entered) ** 0.5


def test_planted_waits_come_out_of_the_events(shop: JourneyMap) -> None:
    story = replace(STORY, persons=6_000, days=400, arriving_days=60, office_hours=False)
    truth = simulate(shop, story, "en").truth
    for stage in truth.stages[:3]:
        assert stage.median_seconds == pytest.approx(story.wait[stage.id], rel=0.06)


def test_planted_feelings_come_out_of_the_answers(shop: JourneyMap) -> None:
    story = replace(STORY, persons=6_000, days=400, arriving_days=60, leak={"look": 0.1, "ask": 0.0, "buy": 0.0})
    company = simulate(shop, story, "en")
    asked, used = company.truth.stages[1], company.truth.stages[3]
    scores = np.repeat(np.arange(11), asked.answers["csat"])
    assert scores.mean() - 3 == pytest.approx(-0.6, abs=0.06)
    assert len(scores) / asked.entered == pytest.approx(0.4, abs=0.03)
    loved = np.repeat(np.arange(11), used.answers["nps"])
    assert loved.min() >= 0 and loved.max() == 10
    assert np.median(loved) == 8
    events = company.events
    assert np.nansum(events.csat) == scores.sum()
    assert np.isfinite(events.nps).sum() == len(loved)
    assert sum(used.answers["ces"]) > 300


def test_effort_is_low_where_the_map_wants_it_low() -> None:
    """The template asks for effort: people who feel well give few points."""
    coach = load_template("coach")
    story = Scenario(
        persons=800, days=300, usual_leak=0.02, usual_wait=DAY, feelings={"purchase": (Feeling("ces", 1.5, 0.9),)}
    )
    answers = next(stage for stage in simulate(coach, story, "fr").truth.stages if stage.id == "purchase").answers[
        "ces"
    ]
    assert np.repeat(np.arange(11), answers).mean() < 2.6


def test_ties_and_duplicates_are_as_many_as_planted(company: Company, stage_of_event: dict[str, str]) -> None:
    events, truth = company.events, company.truth
    rows = list(zip(events.person, events.time.astype(int).tolist(), events.event, strict=True))
    assert truth.events == len(rows)
    assert sum(count - 1 for count in Counter(rows).values()) >= truth.duplicates
    assert truth.duplicates == pytest.approx(0.02 * (truth.events - truth.duplicates), abs=1)
    instants: dict[tuple[str, int], list[str]] = defaultdict(list)
    for person, time, event in rows:
        instants[person, time].append(event)
    tied = sum(len(names) - 1 for names in instants.values()) - truth.duplicates
    assert tied == truth.ties == pytest.approx(0.05 * (truth.events - truth.duplicates), rel=0.02)
    across = [names for names in instants.values() if len({stage_of_event.get(name, "") for name in names} - {""}) > 1]
    assert len(across) > 20, "some ties lie between two stages"


def test_no_ties_and_no_duplicates_where_none_are_planted(shop: JourneyMap) -> None:
    events = simulate(shop, replace(STORY, persons=300, ties=0.0, duplicates=0.0), "en").events
    instants = Counter(zip(events.person, events.time.astype(int).tolist(), strict=True))
    assert max(instants.values()) == 1


def test_same_seed_gives_the_same_bytes(shop: JourneyMap, tmp_path: Path) -> None:
    story = replace(STORY, persons=200)
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        company = simulate(shop, replace(story, seed=seed), "en")
        write_csv(company, tmp_path / f"{name}.csv")
        write_jsonl(company, tmp_path / f"{name}.jsonl")
        write_truth(company.truth, tmp_path / f"{name}.json")
    for ending in ("csv", "jsonl", "json"):
        one, same, other = ((tmp_path / f"{name}.{ending}").read_bytes() for name in "abc")
        assert one == same != other


def test_chunks_add_up_to_one_company(shop: JourneyMap, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(play, "CHUNK", 256)
    company = simulate(shop, STORY, "en")
    assert len(list(company.chunks())) == 7
    events = company.events
    assert (np.diff(events.time.astype(int)) >= 0).all()
    assert company.truth.events == len(events) == write_csv(company, tmp_path / "events.csv")
    assert company.truth.persons == len(set(events.person))
    assert company.truth.data_end == events.time.astype(int).max()


def test_files_say_what_the_columns_say(company: Company, tmp_path: Path) -> None:
    events = company.events
    assert write_csv(company, tmp_path / "e.csv") == write_jsonl(company, tmp_path / "e.jsonl") == len(events)
    with (tmp_path / "e.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [json.loads(line) for line in (tmp_path / "e.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == len(lines) == len(events)
    for i in range(0, len(events), 37):
        moment = events.time[i].astype(datetime).replace(tzinfo=ZoneInfo("UTC"))
        for row in (rows[i], lines[i]):
            assert datetime.fromisoformat(row["time"]) == moment
            assert moment.astimezone(ZoneInfo("Europe/Paris")).isoformat() == row["time"]
            assert (row["person"], row["event"]) == (events.person[i], events.event[i])
            assert float(row.get("csat") or "nan") == pytest.approx(events.csat[i], nan_ok=True)
            assert (row.get("comment") or None) == events.comment[i]
        assert "" not in lines[i].values()
    assert any("," in str(row["comment"]) for row in rows), "quoting was exercised"


def test_people_call_in_office_hours_only(company: Company) -> None:
    events = company.events
    zone = ZoneInfo("Europe/Paris")
    calls = [time.astype(datetime).replace(tzinfo=ZoneInfo("UTC")).astimezone(zone)
             for time, event in zip(events.time, events.event, strict=True) if event == "call"]  # fmt: skip
    assert len(calls) > 200
    assert all(call.weekday() < 5 and 9 <= call.hour < 18 for call in calls)
    assert len({call.utcoffset() for call in calls}) == 2, "the clock change lies inside"


def test_channels_without_a_plan_follow_the_mix(shop: JourneyMap) -> None:
    events = simulate(shop, replace(STORY, channels={"mail": 3.0, "counter": 1.0}), "en").events
    offers = Counter(
        channel for channel, event in zip(events.channel, events.event, strict=True) if event == "offer_sent"
    )
    assert set(offers) == {"mail", "counter"}
    assert offers["mail"] / offers["counter"] == pytest.approx(3, rel=0.35)
    assert {channel for channel, event in zip(events.channel, events.event, strict=True) if event == "call"} == {
        "phone"
    }


def test_visitors_never_touch_the_map(company: Company, stage_of_event: dict[str, str]) -> None:
    events = company.events
    strangers = {person for person in events.person if person.startswith("visitor-")}
    assert 60 <= len(strangers) <= 75
    assert not {e for p, e in zip(events.person, events.event, strict=True) if p in strangers} & set(stage_of_event)
    assert company.truth.trips == company.truth.persons - len(strangers)


def test_nobody_leaves_the_period(company: Company) -> None:
    local = [datetime.fromisoformat(text) for text in company.events.local]
    assert min(local).date().isoformat() >= "2026-01-05"
    assert max(local).date().isoformat() <= "2026-06-03"


def test_a_map_without_trip_rules_is_played(shop: JourneyMap) -> None:
    truth = simulate(replace(shop, trip=TripRule()), replace(STORY, persons=300), "fr").truth
    assert truth.succeeded == truth.failed == 0
    assert truth.trips == truth.persons
    assert truth.timeout_seconds >= 30 * DAY


def test_an_empty_company_is_a_company(shop: JourneyMap, tmp_path: Path) -> None:
    company = simulate(shop, Scenario(persons=0), "en")
    assert len(company.events) == 0
    assert company.truth.data_end is None and company.truth.stages[0].median_seconds is None
    assert write_csv(company, tmp_path / "none.csv") == 0
    assert (tmp_path / "none.csv").read_text(encoding="utf-8").count("\n") == 1


def test_addresses_are_of_example_org_and_differ(shop: JourneyMap) -> None:
    events = simulate(shop, replace(STORY, ids="emails"), "fr").events
    known = {person for person in events.person if not person.startswith("visitor-")}
    assert len(known) == 1_500
    assert all(person.endswith("@example.org") for person in known)


@pytest.mark.parametrize(
    ("story", "wrong", "right"),
    [
        (Scenario(leak={"sell": 0.1}), "“leak” names the stage “sell”", "look, ask, buy, use"),
        (Scenario(wait={"look": 5.0}), "“wait.look” cannot be 5.0", "between 60"),
        (Scenario(ties=1.5), "“ties” cannot be 1.5", "between 0 and 1"),
        (Scenario(feelings={"ask": (Feeling("csat", 3, 0.1),)}), "“feelings.ask” cannot be 3", "between -2 and 2"),
        (Scenario(start="05/01/2026"), "“05/01/2026” is not a day", "2026-01-05"),
        (Scenario(days=0), "“days” cannot be 0", "between 1"),
        (Scenario(days=10, arriving_days=11), "“arriving_days” cannot be 11", "between 1 and 10"),
        (Scenario(anonymous=float("nan")), "“anonymous” cannot be nan", "between"),
    ],
)
def test_an_impossible_story_is_refused(shop: JourneyMap, story: Scenario, wrong: str, right: str) -> None:
    with pytest.raises(UsageError) as caught:
        simulate(shop, story, "en")
    assert wrong in str(caught.value) and right in str(caught.value)
