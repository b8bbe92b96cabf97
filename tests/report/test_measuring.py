"""Metrics of a map over a small shop, and the same numbers on every screen."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from parcours.cli.main import main
from parcours.engine.figures import metric_keys
from parcours.language.errors import UsageError
from parcours.language.translation import speaking
from parcours.library.log import EventLog
from parcours.mapdoc.planning import plan_of
from parcours.mapdoc.reading import load_map
from parcours.report.building import build_report
from parcours.report.indicators import told
from parcours.report.letter import letter_over

MAP = """
version: "1"
id: shop
title: Shop
default_language: en
time_zone: UTC
trip: {succeeds_when: [buy]}
metrics:
  - {id: again, name: Buy again, kind: ratio, numerator: buy, denominator: buy, at_least: 2, target: 0.6, direction: up}
  - {id: spent, name: Spent so far, kind: value, numerator: buy, currency: EUR, target: 50, direction: up}
  - {id: returns, kind: ratio, numerator: return, denominator: buy, unit: events, target: 0.5, direction: down}
  - {id: reviews, kind: ratio, numerator: review, denominator: buy, target: 0.1, direction: up}
  - {id: paid, kind: value, numerator: buy, property: price, target: 10, direction: up}
  - {id: gold, kind: ratio, numerator: {event: buy, where: {level: gold}}, denominator: buy, target: 0.1, direction: up}
  - {id: success, kind: conversion, target: 0.5, direction: up}
  - {id: losing, kind: leak, target: 0.5, direction: down}
  - {id: speed, kind: time, target: 1h, direction: down}
  - {id: liked, kind: nps, target: 0, direction: up}
  - {id: eased, kind: ces, target: 5, direction: up}
stages:
  - id: look
    name: Look
    touchpoints: [{id: visit, name: Visit, matches: [visit]}]
    metrics: [{id: few, kind: ratio, numerator: buy, denominator: gift, target: 0.5, direction: up}]
  - id: decide
    name: Decide
    touchpoints: [{id: basket, name: Basket, matches: [basket, gift]}, {id: buy, name: Purchase, matches: [buy]}]
    metrics:
      - id: left-behind
        name: Baskets abandoned
        kind: ratio
        numerator: buy
        denominator: basket
        complement: true
        target: 0.2
        direction: down
      - {id: on, kind: conversion, target: 0.5, direction: up}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty people: each fills a basket, every other buys (of these every third again), six are under way."""
    here = tmp_path_factory.mktemp("shop")
    with (here / "shop.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("person", "time", "event", "value", "nps"))
        for at in range(60):
            month = "06" if at >= 54 else "01"
            writer.writerow((f"P{at:02}", f"2026-{month}-10 10:00", "basket", "", ""))
            if at < 5:
                writer.writerow((f"P{at:02}", f"2026-{month}-10 10:01", "gift", "", ""))
            if at % 2 == 0 and at < 54:
                writer.writerow((f"P{at:02}", "2026-01-10 10:30", "buy", 40, 9 if at % 4 else 3))
                if at % 6 == 0:
                    writer.writerow((f"P{at:02}", "2026-01-12 10:30", "buy", 20.5, ""))
                    writer.writerow((f"P{at:02}", "2026-01-13 10:30", "return", "", ""))
    (here / "shop.yaml").write_text(MAP)
    assert main(["import", str(here / "shop.csv"), "--into", str(here / "shop.parcours")]) == 0
    return here


@pytest.fixture(scope="module")
def measured(shop: Path):
    with speaking("en"):
        return EventLog(shop / "shop.parcours").metrics(shop / "shop.yaml")


def plain(indicator) -> tuple[str | None, ...]:
    cells = (indicator.value, indicator.target, indicator.verdict, indicator.detail, indicator.figure)
    return tuple(cell.replace("\u00a0", " ") if cell else cell for cell in cells)


def test_every_metric_stands_beside_its_target_with_its_evidence(measured, english):
    shown = {one.id: plain(told([one])[0]) for one in measured.metrics}
    assert shown["again"] == (
        "33%", "≥ 60%", "missed", "fragile: 9 of 27 people, from 19% to 52%", "metric:again:numerator",
    )  # fmt: skip
    assert shown["spent"][:3] == ("€46.83", "≥ €50.00", "unknown")
    assert shown["spent"][3] == "fragile: 27 people, from €42.94 to €50.73: too close to tell"
    assert shown["returns"][:3] == ("0.25", "≤ 0.50", "kept")
    assert shown["returns"][3].startswith("fragile: 9 to 36, among 27 people, from ")
    assert shown["left-behind"][:3] == ("50%", "≤ 20%", "missed")
    assert shown["left-behind"][3:] == ("27 of 54 people, from 37% to 63%", "metric:left-behind:without")
    assert shown["few"][2:4] == ("unknown", "3 of 5 people: too few to judge")


def test_what_the_log_never_saw_cannot_be_measured_and_is_named(measured, english):
    shown = {one.id: plain(told([one])[0]) for one in measured.metrics}
    assert shown["reviews"] == ("–", "≥ 10%", "unknown", "the log has no event “review”", None)
    assert shown["paid"][2:] == ("unknown", "the log has no property “price”", None)
    assert shown["gold"][2:] == ("unknown", "the log has no property “level”", None)


def test_figures_of_the_whole_map_are_of_ended_trips(measured, english):
    shown = {one.id: plain(told([one])[0]) for one in measured.in_stage(None)}
    assert shown["success"] == ("50%", "≥ 50%", "kept", "27 of 54 people", "journey:succeeded")
    assert shown["losing"] == ("50%", "≤ 50%", "kept", "27 of 54 people", "journey:lost")
    assert shown["speed"] == ("30 min", "≤ 1 h", "kept", "27 people", "journey:succeeded")
    assert shown["liked"][4] == "journey:nps"
    assert shown["eased"][2:4] == ("unknown", "nobody was asked")
    assert measured.of("success").under_way == measured.of("left-behind").under_way == 6


def test_without_a_success_nothing_of_the_whole_map_can_be_won_or_lost(shop, english):
    document = load_map(shop / "shop.yaml")
    aimless = replace(document, trip=replace(document.trip, succeeds_when=None))
    found = EventLog(shop / "shop.parcours").metrics(aimless)
    assert {found.of(id).doubt for id in ("success", "losing", "speed")} == {"no goal"}
    assert told([found.of("success")])[0].detail == "the map does not say what success is"


def test_every_screen_shows_the_same_metrics_and_as_many_people(shop, measured, english):
    log, document = EventLog(shop / "shop.parcours"), load_map(shop / "shop.yaml")
    report = build_report(log.stored, document, language="en")
    assert report.metrics == measured
    assert report.picture.indicators == told(measured.in_stage(None))
    assert [column.indicators for column in report.picture.stages] == [
        told(measured.in_stage(stage)) for stage in ("look", "decide")
    ]
    assert [line["id"] for line in report.to_dict()["metrics"]] == [one.id for one in measured.metrics]
    figures = log.figures(document)
    for key in metric_keys(plan_of(document)):
        assert len(log.people(key, document)) == figures[key], key
    for key, count in report.figures().items():
        if key.startswith("metric:"):
            assert count == figures[key] == report.picture.people_total[key]
    assert len(log.people("metric:left-behind:open", document)) == 6
    assert len(log.people("metric:returns:denominator", document)) == 36, "one line per event"


def test_the_page_has_a_section_for_the_whole_journey_with_a_verdict_each(shop, english):
    log, document = EventLog(shop / "shop.parcours"), load_map(shop / "shop.yaml")
    report = build_report(log.stored, document, language="en")
    section = report.html().partition('class="part whole-part"')[2].partition("</section>")[0]
    assert section.count('role="row"') == 12
    assert "metric:again:numerator" in section
    assert "1 target of 11 is missed" in section
    bare = replace(document, metrics=())
    assert "whole-part" not in build_report(log.stored, bare, language="en").html().partition("<body>")[2]


def test_the_letter_tells_missed_targets_of_the_whole_journey_only(shop, english):
    log, document = EventLog(shop / "shop.parcours"), load_map(shop / "shop.yaml")
    told_ = " ".join(letter_over(log.stored, document, "en").page.passages[0].sentences).replace("\u00a0", " ")
    assert "1 target of the whole journey is missed: “Buy again” (33%, target ≥ 60%)." in told_
    assert "abandoned" not in told_


def test_a_property_of_texts_is_refused_with_its_metric(shop, tmp_path, english):
    log = tmp_path / "texts.csv"
    log.write_text("person,time,event,price\nA,2026-01-01 10:00,buy,much\nB,2026-01-02 10:00,buy,little\n")
    assert main(["import", str(log), "--into", str(tmp_path / "texts.parcours")]) == 0
    with pytest.raises(UsageError, match="“paid” adds up the property “price”, which holds no numbers"):
        EventLog(tmp_path / "texts.parcours").metrics(shop / "shop.yaml")


def test_the_command_lists_metrics_for_people_and_for_programs(shop, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    asked = ["metrics", str(shop / "shop.parcours"), "--map", str(shop / "shop.yaml"), "--language", "en"]
    assert main(asked) == 0
    said = capsys.readouterr().out
    lines_ = [line.strip() for line in said.splitlines()]
    assert lines_.index("The whole journey") < lines_.index("Look") < lines_.index("Decide")
    assert "Under way and not counted yet: Conversion (6), Leak (6) and Baskets abandoned (6)." in said
    assert "metric:again:numerator" in said, "a key to copy, without emoji"
    assert "2 targets are missed." in said
    assert main([*asked, "--json"]) == 0
    lines = {line["id"]: line for line in json.loads(capsys.readouterr().out)["metrics"]}
    assert (lines["again"]["hits"], lines["again"]["cases"], lines["again"]["verdict"]) == (9, 27, "missed")
    assert main([*asked, "--csv"]) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [row["id"] for row in rows] == list(lines)
    assert main(["people", *asked[1:], "--search", "metric:left-behind"]) == 0
    assert "those without it" in capsys.readouterr().out


def test_a_map_without_metrics_and_one_without_misses_say_so(shop, capsys):
    head, _metrics, rest = MAP.partition("metrics:\n")
    few = "metrics: [{id: losing, kind: leak, target: 0.5, direction: down}]\n"
    bare = "stages:\n  - id: look\n    name: Look\n    touchpoints: [{id: visit, name: Visit, matches: [visit]}]\n"
    assert rest
    (shop / "none.yaml").write_text(head + bare)
    (shop / "few.yaml").write_text(head + few + bare)
    for name, said in (("none", "The map has no metrics"), ("few", "No target is missed.")):
        asked = ["metrics", str(shop / "shop.parcours"), "--map", str(shop / f"{name}.yaml"), "--language", "en"]
        assert main(asked) == 0
        assert said in capsys.readouterr().out
    letter = letter_over(EventLog(shop / "shop.parcours").stored, load_map(shop / "few.yaml"), "en")
    assert "target" not in " ".join(letter.page.passages[0].sentences)
