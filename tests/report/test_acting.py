"""What has changed since actions were done, over a shop in which one of them was followed by more purchases."""

from __future__ import annotations

import csv
import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from parcours.cli.main import main
from parcours.language.translation import speaking
from parcours.library.log import EventLog
from parcours.report.acting_words import effect_words

MAP = """
id: shop
title: Shop
default_language: en
time_zone: Europe/Paris
owners: [{id: web, name: {fr: Équipe web, en: Web team}}]
trip: {starts_when: [visit], succeeds_when: [buy], timeout: 10d}
metrics:
  - {id: success, kind: conversion, target: 0.5, direction: up}
  - {id: spent, name: Spent, kind: value, numerator: buy, currency: EUR, target: 50, direction: up}
  - id: returns
    name: Returns
    kind: ratio
    numerator: return
    denominator: buy
    unit: events
    target: 0.5
    direction: down
  - {id: speed, kind: time, target: 1h, direction: down}
  - {id: reviews, kind: ratio, numerator: review, denominator: buy, target: 0.1, direction: up}
stages:
  - id: look
    name: Look
    touchpoints: [{id: visit, name: Visit, matches: [visit]}]
    metrics: [{id: losing, name: Lost at sight, kind: leak, target: 0.5, direction: down}]
  - id: buy
    name: Purchase
    touchpoints: [{id: buy, name: Purchase, matches: [buy]}]
    metrics: [{id: liked, kind: nps, target: 0, direction: up}]
actions:
  - {id: express, name: One-click payment, status: done, done_on: 2026-03-02, metric: success, owner: web}
  - {id: shorter, name: A shorter page, status: done, done_on: 2026-03-02, metric: losing}
  - {id: gift, name: Gift, status: done, done_on: 2026-03-02, metric: spent}
  - {id: simpler, name: Simpler returns, status: done, done_on: 2026-03-02, metric: returns}
  - {id: faster, name: Faster, status: done, done_on: 2026-03-02, metric: speed}
  - {id: smile, name: Smile, status: done, done_on: 2026-03-02, metric: liked}
  - {id: asking, name: Ask for reviews, status: done, done_on: 2026-03-02, metric: reviews}
  - {id: recent, name: New banner, status: done, done_on: 2026-04-25, metric: success}
  - {id: old, name: New name, status: done, done_on: 2025-12-01, metric: success}
  - {id: next, name: Next year, status: done, done_on: 2027-01-01, metric: success}
  - {id: idea, name: Loyalty card, status: planned, metric: success}
  - {id: vague, name: Be nicer, status: done, done_on: 2026-03-02}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four visitors a day from 1 January to 29 April; a quarter buy, from 2 March on three quarters, for more."""
    here = tmp_path_factory.mktemp("acting")
    with (here / "shop.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("person", "time", "event", "value", "nps"))
        for at in range(4 * 119):
            day = datetime(2026, 1, 1, 9, at % 4) + timedelta(days=at // 4)
            later = day >= datetime(2026, 3, 2)
            writer.writerow((f"P{at:03}", day, "visit", "", ""))
            if at % 4 < (3 if later else 1):
                minutes = (20 if later else 60) + at % 7
                writer.writerow((f"P{at:03}", day + timedelta(minutes=minutes), "buy", 40 + at % 5 + 20 * later, 9))
                if at % 8 == 0:
                    writer.writerow((f"P{at:03}", day + timedelta(days=1), "return", "", ""))
    (here / "shop.yaml").write_text(MAP)
    assert main(["import", str(here / "shop.csv"), "--into", str(here / "shop.parcours")]) == 0
    return here


@pytest.fixture(scope="module")
def acted(shop: Path):
    with speaking("en"):
        return {one.id: one for one in EventLog(shop / "shop.parcours").actions(shop / "shop.yaml").actions}


def words(one) -> str:
    return effect_words(one).replace("\u00a0", " ").replace("\u202f", " ")


def test_a_share_is_compared_in_equal_periods_that_are_followed_for_a_timeout(acted, english):
    express = acted["express"]
    assert (express.owner, express.done_on, express.metric.id) == ("Web team", date(2026, 3, 2), "success")
    # From 2 March 0:00 in Paris to the last event on 30 April, less ten days to be over: 49 whole days.
    assert express.period_seconds == 49 * 86_400
    assert express.follow_up_seconds == 10 * 86_400
    assert (express.difference.value, express.difference.base) == (0.75, 0.25)
    assert express.difference.n == express.difference.base_n == 4 * 49
    assert express.effect == "better"
    said = words(express)
    assert said.startswith("better: +50.0 points, from +40.") and "each followed for 10 d" in said


def test_less_of_what_should_be_less_is_better(acted, english):
    assert acted["shorter"].effect == "better"
    assert acted["shorter"].difference.change == pytest.approx(-0.5)
    assert acted["shorter"].metric.stage == "look"
    faster = acted["faster"]
    assert faster.effect == "better" and faster.difference.ratio
    assert words(faster).startswith("better: × 0.3")


def test_values_scores_and_ratios_of_events_are_seen_up_to_the_end_of_their_period(acted, english):
    gift = acted["gift"]
    assert gift.follow_up_seconds == 0 and gift.period_seconds == 59 * 86_400
    assert gift.effect == "better" and words(gift).startswith("better: +€19.97, from ")
    assert acted["simpler"].difference.n > acted["simpler"].difference.base_n
    assert acted["simpler"].effect == "better", "0.5 returns a purchase before, a third of that since"
    assert acted["smile"].silence is None and acted["smile"].effect == "unclear"
    assert words(acted["smile"]).startswith("may be chance: 0, from ")


def test_what_cannot_be_said_is_said_to_be_so(acted, english):
    silent = {id: acted[id].silence for id in ("asking", "recent", "old", "next", "idea", "vague")}
    assert silent == {
        "asking": "not in the log", "recent": "too early", "old": "no data before", "next": "no data since",
        "idea": "not done", "vague": "no metric",
    }  # fmt: skip
    assert words(acted["recent"]) == "too early to tell: look again after 6 May 2026"
    assert {acted[id].effect for id in silent} == {None}


def test_few_cases_are_counted_and_not_judged(shop, english):
    text = MAP.replace("done_on: 2026-03-02, metric: success", "done_on: 2026-01-03, metric: success")
    (shop / "early.yaml").write_text(text)
    first = EventLog(shop / "shop.parcours").actions(shop / "early.yaml").actions[0]
    assert (first.silence, first.difference.base_n) == ("too few", 4)
    assert words(first) == "too few to compare (4 since, 4 before)"


def test_the_command_says_since_and_not_because_in_both_languages(shop, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "130")
    asked = ["actions", str(shop / "shop.parcours"), "--map", str(shop / "shop.yaml")]
    assert main([*asked, "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "Since, not because" in said and "Lost at sight" in said and "25%" in said and "75%" in said
    assert main([*asked, "--language", "fr"]) == 0
    assert "Depuis, non pas à cause de" in capsys.readouterr().out
    assert main([*asked, "--json"]) == 0
    lines = {line["id"]: line for line in json.loads(capsys.readouterr().out)["actions"]}
    assert (lines["express"]["effect"], lines["express"]["difference"]["value"]) == ("better", 0.75)
    assert main([*asked, "--csv"]) == 0
    rows = {row["id"]: row for row in csv.DictReader(capsys.readouterr().out.splitlines())}
    assert (rows["express"]["metric"], rows["express"]["change"], rows["idea"]["silence"]) == (
        "success", "0.5", "not done",
    )  # fmt: skip


def test_a_map_without_actions_says_what_to_write_down(shop, capsys):
    (shop / "bare.yaml").write_text(MAP.partition("actions:")[0])
    assert main(["actions", str(shop / "shop.parcours"), "--map", str(shop / "bare.yaml"), "--language", "en"]) == 0
    assert "The map has no actions" in capsys.readouterr().out


def test_a_report_shows_at_its_stage_what_changed_since_an_action_and_nothing_on_a_plan(shop):
    placed = MAP.replace("metric: losing}", "metric: losing, stage: look}").replace(
        "done_on: 2026-04-25, metric: success}", "done_on: 2026-04-25, metric: success, stage: look}"
    )
    (shop / "placed.yaml").write_text(placed)
    log = EventLog(shop / "shop.parcours")
    report = log.report(shop / "placed.yaml", language="en")
    shorter, recent = report.picture.stages[0].deeds
    assert (shorter.effect.metric, shorter.effect.before, shorter.effect.since) == ("Lost at sight", "75%", "25%")
    assert (shorter.effect.verdict, shorter.effect.word) == ("better", "better since")
    assert recent.effect.verdict is None and recent.effect.word.startswith("too early to tell")
    page = report.html()
    for part in (page.split('<div class="tables">')[1].split("<ol")[0], page.split('<ol class="walk">')[1]):
        assert "Lost at sight: 75% → 25%" in part and "Lost at sight: 75% before, 25% since" in part
    assert "Lost at sight: 75% → 25%" in page.split("deeds-part")[1]
    drawn = " ".join(re.sub(r"<[^>]+>", "", report.svg()).split())
    assert "75% → 25%" in drawn and "better since" in drawn
    assert "Lost at sight: 75% → 25%. better: " in repr(report.paper().blocks)
    from parcours.report.building import draw_map

    plan = draw_map(report.map, language="en")
    assert {deed.effect for stage in plan.picture.stages for deed in stage.deeds} == {None}
