"""``parcours feelings`` and the same in the library, over a small log with scores and comments."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

import parcours as pc
from parcours.cli.main import main

COMMENTS = ("J'ai dû relancer deux fois.", "Simple et rapide.", "=1+1 still no reply", "", "Sans avoir à relancer.")


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    with Path("shop.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("person", "time", "event", "nps", "comment"))
        for person in range(60):
            writer.writerow((f"P{person:02}", f"2026-01-01 10:{person:02}", "visit", "", ""))
            score = 2 if person % 5 == 0 else 9
            writer.writerow((f"P{person:02}", f"2026-01-02 10:{person:02}", "buy", score, COMMENTS[person % 5]))
    assert main(["import", "shop.csv", "--into", "shop.parcours"]) == 0
    return "shop.parcours"


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert main(["feelings", *arguments]) == 0
    return capsys.readouterr().out


def test_scripts_and_spreadsheets_get_counts_that_agree_with_the_lists(log: str, capsys) -> None:
    whole = json.loads(ask(capsys, log, "--json"))["journey"]
    counts = {figures["signal"]: figures["comments"] for figures in whole["signals"]}
    assert whole["comments"] == 48
    assert counts == {"chasing": 12, "waiting": 0, "passed_around": 0, "no_answer": 12, "unreachable": 0,
                      "broken_promise": 0, "simple": 12, "fast": 12}  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(ask(capsys, log, "--csv"))))
    assert rows[-1]["chasing"] == "12" and sum(int(row["chasing"]) for row in rows[:-1]) == 12
    listed = json.loads(ask(capsys, log, "--signal", "chasing", "--json"))
    assert listed["count"] == len(listed["comments"]) == 12
    assert listed["comments"][0]["detail"] == "relancer"


def test_people_read_scores_signals_and_marked_words(log: str, capsys) -> None:
    told = ask(capsys, log)
    assert "NPS" in told and "n = 60" in told and "Had to chase" in told and "25.0%" in told
    assert "J'ai dû [relancer] deux fois." in ask(capsys, log, "--signal", "chasing")
    french = ask(capsys, log, "--language", "fr")
    assert "A dû relancer" in french
    assert "'=1+1" in ask(capsys, log, "--signal", "no_answer", "--csv")


def test_one_stage_and_pseudonyms(log: str, capsys) -> None:
    stages = [row["id"] for row in csv.DictReader(io.StringIO(ask(capsys, log, "--csv"))) if row["chasing"] != "0"]
    shown = ask(capsys, log, "--signal", "chasing", "--stage", stages[0], "--pseudonyms", "--json")
    cases = json.loads(shown)["comments"]
    assert len(cases) == 12
    assert all(case["person"].startswith("P-") and case["stage"] == stages[0] for case in cases)


def test_wrong_words_are_refused(log: str, capsys) -> None:
    assert main(["feelings", log, "--signal", "anger"]) == 2
    assert main(["feelings", log, "--stage", "visit"]) == 2
    assert "--signal" in capsys.readouterr().err


def test_a_log_without_comments_or_scores_says_so(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bare.csv").write_text(
        "person,time,event\n" + "".join(f"P{n},2026-01-01,visit\nP{n},2026-02-01,buy\n" for n in range(20))
    )
    assert main(["import", "bare.csv", "--into", "bare.parcours"]) == 0
    assert "No comment" in ask(capsys, "bare.parcours")


def test_the_library_answers_the_same(log: str) -> None:
    opened = pc.EventLog(log)
    result = opened.feelings()
    assert result.journey.comments == 48
    assert len(result.to_pandas()) == len(result.stages) + 1
    chased = opened.effort_people("chasing")
    assert len(chased) == 12 and {case.person for case in chased} == {f"P{n:02}" for n in range(0, 60, 5)}


def test_people_read_the_moments_of_trips_and_chases_in_their_language(log: str, capsys) -> None:
    Path("shop.json").write_text(json.dumps(SHOP), encoding="utf-8")
    told = ask(capsys, log, "--map", "shop.json")
    assert "Worst moment" in told and "Last moment" in told and "Chases" in told
    assert "above" in told, "the map expects −1 of buying, and people liked it"
    whole = json.loads(ask(capsys, log, "--map", "shop.json", "--json"))
    buying = whole["stages"][1]
    assert buying["moments"]["trips"] == 60 and buying["against"] == "above"
    # Per trip one answer: twelve of 2 and forty-eight of 9, as valences −1.2 and 1.6.
    assert buying["moments"]["worst"]["mean"] == pytest.approx((12 * -1.2 + 48 * 1.6) / 60)
    french = ask(capsys, log, "--map", "shop.json", "--language", "fr")
    assert "Pire moment" in french and "Relances" in french and "au-dessus" in french


def _touchpoint(id: str) -> dict[str, object]:
    return {"id": id, "name": id.capitalize(), "matches": [id]}


SHOP = {
    "$schema": "urn:parcours:map:2",
    "id": "shop",
    "title": "Shop",
    "stages": [
        {"id": "look", "name": "Look", "touchpoints": [_touchpoint("visit")]},
        {"id": "get", "name": "Get", "expected_emotion": -1, "touchpoints": [_touchpoint("buy")]},
    ],
}
