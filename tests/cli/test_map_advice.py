"""``parcours map checklist`` and ``catalogue``, and the journeys that ``parcours map validate`` follows."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

import parcours as pc
from parcours.cli.main import main

MAP = """
id: shop
title: Shop
default_language: en
owners: [{id: sales, name: Sales}]
trip: {key: order, succeeds_when: buy, timeout: 5d}
stages:
  - id: look
    name: Look around
    owner: sales
    touchpoints: [{id: visit, name: Visit, matches: visit, process: We greet.}]
  - id: decide
    name: Decide
    touchpoints:
      - {id: quote, name: Quote, matches: quote, process: We write it.}
      - {id: fax, name: Fax, matches: fax}
"""
ROWS = """person,time,event,order,nps
A,2026-01-01 10:00,visit,1,
A,2026-01-02 10:00,quote,1,9
B,2026-01-03 10:00,visit,2,
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    Path("shop.yaml").write_text(MAP, "utf-8")
    Path("shop.csv").write_text(ROWS, "utf-8")
    return tmp_path


@pytest.fixture
def log(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["import", "shop.csv", "--into", "shop.parcours"]) == 0
    capsys.readouterr()
    return "shop.parcours"


def test_the_checklist_names_the_fact_and_what_is_open(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", "checklist", "shop.yaml"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("1 of 10 points is ticked.")
    assert "✓ It is said when a trip succeeds and when it is over" in told
    assert "○ Everything has somebody who answers for it" in told
    assert "Stages with an owner: 1 of 2. Touchpoints with an owner and a documented process: 1 of 3." in told
    assert "Still open: Decide, Quote, Fax." in told
    assert "? What is planned is seen" in told


def test_a_log_shows_which_touchpoints_take_place_and_who_answers(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", "checklist", "shop.yaml", log, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    points = {point["id"]: point for point in answer["points"]}
    assert answer["ticked"] == 1
    assert points["events"]["state"] == "open"
    assert points["events"]["open"] == [{"id": "fax", "name": "Fax"}]
    assert points["events"]["fact"] == "Touchpoints seen in the log: 2 of 3."
    assert points["listening"]["open"] == [{"id": "look", "name": "Look around"}]
    assert points["listening"]["fact"].endswith("Stages with answers in the log: 1 of 2.")


def test_more_than_a_few_open_places_are_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stages = ", ".join(f"{{id: s{n}, name: S{n}}}" for n in range(12))
    Path("many.yaml").write_text(f"id: many\ntitle: Many\nstages: [{stages}]", "utf-8")
    assert main(["map", "checklist", "many.yaml"]) == 0
    assert "Still open: S0, S1, S2, S3, S4, S5, S6, S7 and 4 more." in capsys.readouterr().out


def test_the_library_looks_at_a_map_and_a_log(log: str) -> None:
    points = {one.id: one for one in pc.checklist("shop.yaml", pc.EventLog(log), today=date(2026, 2, 1), language="fr")}
    assert points["events"].fact == "Points de contact vus dans le journal\u00a0: 2 sur 3."
    assert pc.checklist("shop.yaml")[0].state == "ticked"


def test_the_catalogue_lists_every_friction_by_stage(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", "catalogue"]) == 0
    told = capsys.readouterr().out
    assert "Purchase and payment (purchase)" in told
    assert "forced-account           Forced to make an account (25%)" in told
    assert "parcours map catalogue --stage purchase" in told


def test_the_catalogue_of_one_stage_says_what_helps_and_where_its_figures_come_from(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["map", "catalogue", "--stage", "purchase"]) == 0
    told = capsys.readouterr().out
    assert "• Ordering as a guest" in told
    assert "Known: 25% of abandoned carts" in told
    assert "Source: A French guide" in told
    assert "low-visibility" not in told


def test_the_catalogue_leaves_as_data_in_both_languages(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", "catalogue", "--stage", "loyalty", "--json"]) == 0
    first, _second = json.loads(capsys.readouterr().out)
    assert first["problem"] == {"fr": "Clients inactifs", "en": "Inactive customers"}
    assert first["metric"]["at_least"] == 2
    assert [figure["share"] for figure in first["figures"]] == [0.82, None]


def test_a_stage_that_the_catalogue_does_not_know_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", "catalogue", "--stage", "purchases"]) == 2
    assert "Nearest first: “purchase”" in capsys.readouterr().err


def test_validate_names_the_line_of_a_journey_whose_file_is_missing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = "\njourneys: [{id: inside, title: Inside, file: inside.yaml}]\n"
    Path("shop.yaml").write_text(MAP + line, "utf-8")
    assert main(["map", "validate", "shop.yaml", "--json"]) == 4
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["line"], problem["field"]) == (MAP.count("\n") + 2, "journeys[0].file")
    assert "There is no file" in problem["message"]
    Path("inside.yaml").write_text("id: i\ntitle: I\nstages: [{id: a, name: A}]", "utf-8")
    assert main(["map", "validate", "shop.yaml"]) == 0
