"""People who make several journeys: journeys are counted as journeys, and nobody is counted below zero."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from parcours.library.log import EventLog, read
from parcours.mapdoc.reading import parse_map

MAP = """
id: orders
title: Orders
default_language: en
trip: {key: order, succeeds_when: [paid]}
stages:
  - id: ask
    name: Ask
    touchpoints: [{id: asked, name: Asked, matches: [asked]}]
  - id: pay
    name: Pay
    touchpoints: [{id: paid, name: Paid, matches: [paid]}]
"""


@pytest.fixture
def orders(tmp_path: Path) -> EventLog:
    lines = ["person,time,event,order,csat"]
    for number in range(20):
        person, day = f"K{number % 8}", f"2026-01-{number + 1:02d}"
        lines.append(f"{person},{day}T09:00:00Z,asked,N{number},")
        lines.append(f"{person},{day}T10:00:00Z,survey_answered,N{number},4")
        if number % 2:
            lines.append(f"{person},{day}T11:00:00Z,paid,N{number},")
    lines.append("nobody,2026-01-05T09:00:00Z,visited,,")
    (tmp_path / "orders.csv").write_text("\n".join(lines), encoding="utf-8")
    return read(tmp_path / "orders.csv")


def test_a_report_counts_journeys_and_who_makes_them(orders: EventLog) -> None:
    report = orders.report(parse_map(MAP, file="m.yaml", format="yaml"), language="en")
    assert (report.journey.trips, report.journey.travellers, report.journey.persons) == (20, 8, 9)
    assert "20 trips of 8 people" in report.picture.subtitle
    said = " ".join(report.picture.notes)
    assert "20 trips of 8 people" in said
    assert "1 person of the log never set out" in said


def test_an_answer_is_not_off_the_plan(orders: EventLog) -> None:
    map = parse_map(MAP, file="m.yaml", format="yaml")
    assert orders.deviations(map).deviating == 0
    assert orders.journey(map).unplaced_events == 0


@pytest.mark.parametrize(("language", "trips", "people"), [("en", "trips", "people"), ("fr", "voyages", "personnes")])
def test_what_a_map_counts_has_one_noun_wherever_it_is_told(orders: EventLog, language, trips, people) -> None:
    report = orders.report(parse_map(MAP, file="m.yaml", format="yaml"), language=language)
    assert {stage.counted for stage in report.picture.stages} == {"trips"}
    page = report.html()
    lane = page.split('<tr class="open keep">')[-1].split('<tr class="open">')[0]
    assert trips in lane and people not in lane
    titles = re.findall(r'data-k="stage:[^"]*:(?:entered|lost|arrived)" data-t="((?:Ask|Pay)[^"]*)"', page)
    assert titles and all(trips in title and people not in title for title in titles)
    assert not [sentence for sentence in report.picture.lost if people in sentence and trips not in sentence]
    drawn = " ".join(re.sub(r"<[^>]+>", "", report.svg()).split())
    assert {"en": "trips, to scale", "fr": "les voyages, à l’échelle"}[language] in drawn
    head = next(block.head for block in report.paper().blocks if getattr(block, "numeric", ())[:4] == (0, 0, 1, 1))
    assert head[2].lower() == trips


def test_a_map_on_which_each_makes_one_trip_counts_people(orders: EventLog) -> None:
    once = MAP.replace("key: order, ", "")
    picture = orders.report(parse_map(once, file="m.yaml", format="yaml"), language="en").picture
    assert {stage.counted for stage in picture.stages} == {"people"}
