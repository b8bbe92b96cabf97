"""Each of the ten points is ticked by a fact, and says which and where it is still open."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from strategies import maps

from parcours.language.translation import speaking
from parcours.mapdoc.checklist import CheckPoint, LogFacts, checklist, ticked
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.reading import parse_map
from parcours.mapdoc.text import Text

TODAY = date(2026, 11, 27)

GOOD = """
id: good
title: Good
default_language: en
owner: sales
review_due: 2027-01-15
owners: [{id: sales, name: Sales}]
trip: {key: order, succeeds_when: buy, timeout: 30d}
personas: [{id: founder, name: Founder, evidence_level: researched, evidence: [talks]}]
evidence: [{id: talks, kind: interview, title: Talks}]
pain_points: [{id: slow, name: Slow quote, touchpoint: quote}]
opportunities: [{id: template, name: Template, pain_points: [slow], owner: sales}]
actions: [{id: do, name: Do it, opportunity: template, due: 2026-12-01}]
stages:
  - id: look
    name: Look
    owner: sales
    touchpoints: [{id: ask, name: Ask, matches: ask, process: We read it.}]
    metrics:
      - {id: look-leak, kind: leak, target: 0.4, direction: down}
      - {id: look-nps, kind: nps, target: 50, direction: up}
  - id: decide
    name: Decide
    owner: sales
    touchpoints:
      - id: quote
        name: Quote
        matches: quote
        initiator: company
        after: [ask]
        process: We write it.
        moment_of_truth: true
        expected_emotion: 1
        promises: [{id: fast, statement: In two days, from: ask, within: 48h}]
    metrics:
      - {id: won, kind: ratio, numerator: buy, denominator: quote, target: 0.5, direction: up}
      - {id: decide-ces, kind: ces, target: 3, direction: down}
"""


@pytest.fixture
def good() -> JourneyMap:
    return parse_map(GOOD, file="good.yaml", format="yaml")


def seen(quotes: int = 3) -> LogFacts:
    return LogFacts(events={"ask": 5, "quote": quotes}, answers={"look": 2, "decide": 0})


def point(map: JourneyMap, name: str, log: LogFacts | None = None) -> CheckPoint:
    (found,) = [one for one in checklist(map, TODAY, log) if one.id == name]
    return found


def changed(there: str, put: str) -> JourneyMap:
    assert there in GOOD
    return parse_map(GOOD.replace(there, put), file="good.yaml", format="yaml")


def test_a_map_that_has_everything_and_a_log_that_shows_it_has_ten_ticks(good: JourneyMap) -> None:
    points = checklist(good, TODAY, seen())
    assert [(one.id, one.state, one.places) for one in points if one.state != "ticked"] == []
    assert (len(points), ticked(points)) == (10, 10)


def test_without_a_log_nobody_can_say_whether_what_is_planned_takes_place(good: JourneyMap) -> None:
    found = point(good, "events")
    assert found.state == "unknown"
    assert "2 of 2" in found.fact
    assert "A log shows" in found.fact


CASES = [
    # id of the point, what stands in the good map, what is put there, words of the fact, ids still open
    ("trip", "{key: order, succeeds_when: buy, timeout: 30d}", "{key: order}", "when it succeeds", []),
    ("trip", ", timeout: 30d", "", "when it is over without success", []),
    (
        "owners",
        "process: We read it.",
        "description: It.",
        "Stages with an owner: 2 of 2. Touchpoints with an owner and a documented process: 1 of 2.",
        ["ask"],
    ),
    ("owners", "name: Look\n    owner: sales", "name: Look", "Stages with an owner: 1 of 2.", ["look", "ask"]),
    ("personas", "evidence_level: researched", "evidence_level: assumed", "0 of 1", ["founder"]),
    ("personas", ", evidence: [talks]", "", "0 of 1", ["founder"]),
    ("personas", "evidence_level: researched, ", "", "0 of 1", ["founder"]),
    ("moments-of-truth", "        expected_emotion: 1\n", "", "0 of 1", ["quote"]),
    ("moments-of-truth", "        moment_of_truth: true\n", "", "names no moment of truth", []),
    (
        "promises",
        "        promises: [{id: fast, statement: In two days, from: ask, within: 48h}]\n",
        "",
        "0 of 1",
        ["quote"],
    ),
    (
        "targets",
        "kind: leak, target: 0.4, direction: down",
        "kind: csat, target: 0.4, direction: up",
        "1 of 2",
        ["look"],
    ),
    ("listening", "kind: ces, target: 3,", "kind: leak, target: 0.3,", "1 of 2", ["decide"]),
    ("pain-points", ", due: 2026-12-01", "", "0 of 1", ["slow"]),
    ("pain-points", "pain_points: [slow], owner: sales", "pain_points: [slow]", "0 of 1", ["slow"]),
    ("pain-points", "pain_points: [slow], owner: sales", "owner: sales", "0 of 1", ["slow"]),
    ("pain-points", "owner: sales}]\nactions", "owner: sales, status: dropped}]\nactions", "0 of 1", ["slow"]),
    ("pain-points", "due: 2026-12-01", "due: 2026-12-01, status: dropped", "0 of 1", ["slow"]),
    ("review", "review_due: 2027-01-15\n", "", "No day of the next review", []),
    ("review", "2027-01-15", "2026-11-26", "was due on 26 Nov 2026", []),
    ("review", "owner: sales\nreview", "review", "Nobody answers for the map", []),
]


@pytest.mark.parametrize(("name", "there", "put", "fact", "places"), CASES)
def test_each_point_is_open_for_want_of_its_fact_and_no_other_is(
    name: str, there: str, put: str, fact: str, places: list[str]
) -> None:
    points = checklist(changed(there, put), TODAY, seen())
    (open_point,) = [one for one in points if one.state != "ticked"]
    assert open_point.id == name
    assert open_point.state == "open"
    assert fact in open_point.fact
    assert [place.id for place in open_point.places] == places


def test_an_owner_of_the_action_counts_like_the_owner_of_its_opportunity() -> None:
    text = GOOD.replace("pain_points: [slow], owner: sales", "pain_points: [slow]")
    text = text.replace("due: 2026-12-01", "owner: sales, status: done, done_on: 2026-10-01")
    assert point(parse_map(text, file="g", format="yaml"), "pain-points").state == "ticked"


def test_where_nothing_shows_that_people_wait_it_cannot_be_said(good: JourneyMap) -> None:
    text = GOOD.replace("        after: [ask]\n", "").replace(
        "        promises: [{id: fast, statement: In two days, from: ask, within: 48h}]\n", ""
    )
    found = point(parse_map(text, file="g", format="yaml"), "promises")
    assert found.state == "unknown"
    assert "does not show where customers wait" in found.fact


def test_a_touchpoint_never_seen_in_the_log_is_named(good: JourneyMap) -> None:
    found = point(good, "events", seen(quotes=0))
    assert (found.state, [place.name for place in found.places]) == ("open", ["Quote"])
    assert "1 of 2" in found.fact


def test_a_touchpoint_without_a_rule_is_open_even_without_a_log() -> None:
    found = point(changed("matches: ask, ", ""), "events")
    assert (found.state, [place.id for place in found.places]) == ("open", ["ask"])


def test_answers_in_the_log_count_where_the_map_asks_nothing() -> None:
    map = changed("kind: nps, target: 50,", "kind: conversion, target: 0.5,")
    assert point(map, "listening").state == "open"
    found = point(map, "listening", seen())
    assert found.state == "ticked"
    assert "Stages with answers in the log: 1 of 2." in found.fact


def test_a_bare_map_has_no_tick_that_it_did_not_earn() -> None:
    bare = parse_map("id: b\ntitle: B\nstages: [{id: a, name: A}]", file="b", format="yaml")
    assert [one.id for one in checklist(bare, TODAY) if one.state == "ticked"] == []


def test_the_points_are_said_in_french(good: JourneyMap) -> None:
    with speaking("fr"):
        found = point(replace(good, personas=()), "personas")
    assert found.title == "Les personas reposent sur des preuves"
    assert found.fact == "La carte n’a aucun persona."


def test_names_stand_in_the_language_spoken(good: JourneyMap) -> None:
    stage = replace(good.stages[0], owner=None, name=Text({"en": "Look", "fr": "Regarder"}))
    with speaking("fr"):
        places = point(replace(good, stages=(stage, good.stages[1])), "owners").places
    assert places[0].name == "Regarder"


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(maps())
def test_any_map_can_be_looked_at_and_a_tick_leaves_nothing_open(map: JourneyMap) -> None:
    everything = {one.id: 1 for stage in map.stages for one in stage.touchpoints}
    for log in (None, LogFacts(everything, {}), LogFacts({}, {})):
        points = checklist(map, TODAY, log)
        assert len({one.id for one in points}) == 10
        assert all(one.fact and one.why for one in points)
        assert not any(one.places for one in points if one.state == "ticked")


def test_a_point_leaves_as_plain_data(good: JourneyMap) -> None:
    blind = replace(good.stages[0].touchpoints[0], rule=None)
    stage = replace(good.stages[0], touchpoints=(blind,))
    data = point(replace(good, stages=(stage, good.stages[1])), "events").to_dict()
    assert data["open"] == [{"id": "ask", "name": "Ask"}]
    assert set(data) == {"id", "title", "why", "state", "fact", "open"}


def test_the_page_of_the_ten_points_names_each_and_shows_what_its_example_gives(root: Path) -> None:
    page = (root / "docs" / "reference" / "checklist.md").read_text("utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    points = checklist(parse_map(example, file="studio.yaml", format="yaml"), TODAY)
    assert [one.id for one in points if f"| `{one.id}` | {one.title} |" not in page] == []
    (shown,) = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    assert [one.fact for one in points if f"\n  {one.fact}\n" not in shown] == []
    assert f"{ticked(points)} of 10 points are ticked." in shown
