"""Trips, deviations, promises and alignment as the command and the library show them, over one small shop."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import parcours as pc
from parcours.cli.main import main
from parcours.engine.figures import figure_keys, plan_keys
from parcours.language.errors import UsageError

MAP = """
id: shop
title: Shop
default_language: en
time_zone: UTC
channels: [{id: web, name: Website}, {id: phone, name: Telephone}]
owners: [{id: sales, name: Sales}]
trip: {key: order, starts_when: [visit], succeeds_when: [buy], timeout: 5d}
stages:
  - id: look
    name: Look around
    owner: sales
    touchpoints:
      - {id: visit, name: Visit, matches: [visit], channel: web, process: We greet.}
  - id: decide
    name: Decide
    owner: sales
    touchpoints:
      - {id: question, name: Question, matches: [ask], channel: phone, kind: communication, initiator: customer}
      - id: quote
        name: Quote
        matches: [quote]
        channel: web
        owner: sales
        required: true
        max_occurs: 1
        after: [visit]
        promises:
          - {id: quote-fast, statement: Your quote within a day, from: visit, within: 1d, percentile: 90}
      - {id: buy, name: Purchase, matches: [buy], after: [quote]}
"""
BARE = """
id: bare
title: Bare
stages: [{id: look, name: Look, touchpoints: [{id: visit, name: Visit, matches: [visit]}]}]
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Forty people: every third has a late quote and a bad answer, every fifth no purchase; one comes twice."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    with Path("shop.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("person", "time", "event", "order", "nps", "value"))
        for at in range(40):
            who, day = f"P{at:02}", f"2026-01-{at % 20 + 1:02}"
            writer.writerow((who, f"{day} 10:00", "visit", f"o{at}", "", ""))
            if at % 5 == 0:
                continue
            late = at % 3 == 0
            writer.writerow((who, f"2026-01-{at % 20 + (4 if late else 1):02} 11:00", "quote", f"o{at}", "", ""))
            writer.writerow((who, f"2026-01-{at % 20 + 5:02} {at % 20:02}:00", "buy", "", 2 if late else 9, 100))
        writer.writerow(("P01", "2026-02-20 10:00", "visit", "o99", "", ""))
        writer.writerow(("P01", "2026-02-20 11:00", "wandered", "o99", "", ""))
    Path("shop.yaml").write_text(MAP)
    Path("bare.yaml").write_text(BARE)
    assert main(["import", "shop.csv", "--into", "shop.parcours"]) == 0
    return "shop.parcours"


@pytest.fixture
def ask(log: str, capsys: pytest.CaptureFixture[str]):
    def go(command: str, *more: str, map: str = "shop.yaml", code: int = 0) -> str:
        capsys.readouterr()
        speaks = () if "--language" in more else ("--language", "en")  # a language stays for the whole process
        assert main([command, log, "--map", map, *more, *speaks]) == code
        found = capsys.readouterr()
        return found.err if code else found.out

    return go


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def widest(told: str) -> int:
    """How wide the tables are; sentences are left to the terminal."""
    return max(len(line.rstrip()) for line in told.splitlines() if line.startswith(" ") and "--figure" not in line)


def test_trips_are_listed_counted_and_filtered(ask) -> None:
    told = ask("trips")
    assert "41 trips of 40 people: 32 succeeded, 0 failed, 8 left, 1 still under way." in " ".join(told.split())
    assert "1 person made several trips, up to 2." in told and "20 listed" in told and "P39" not in told
    assert widest(told) <= 80
    whole = json.loads(ask("trips", "--json"))
    assert (whole["trips"], whole["succeeded"], len(whole["listed"])) == (41, 32, 41)
    lost = rows(ask("trips", "--state", "lost", "--csv"))
    assert [row["person"] for row in lost] == [f"P{at:02}" for at in range(0, 40, 5)]
    assert {row["state"] for row in lost} == {"left"} and lost[0]["start"] == "2026-01-01 10:00:00+00:00"
    late = json.loads(ask("trips", "--deviation", "touchpoint:quote:late", "--limit", "2", "--json"))
    assert (late["trips"], len(late["listed"])) == (19, 2)
    assert "That is 19.5% of all 41 trips." in ask("trips", "--stage", "look", "--state", "left", "--limit", "0")
    assert "No trip fits, of 41 in all." in ask("trips", "--state", "failed")


def test_a_person_s_trips_are_told_in_full(ask) -> None:
    told = ask("trips", "--person", "P03")
    assert "late: “Quote”" in told and "Stages: Look around and Decide." in told
    assert "Felt: mean −1.2, worst −1.2, last −1.2." in told and "Value: 100.00." in told
    both = ask("trips", "--person", "P01")
    assert "No deviation." in both and "ad hoc: “Look around”" in both and "o99" in both
    assert "Aucun écart." in ask("trips", "--person", "P01", "--language", "fr")
    assert "nobody" in ask("trips", "--person", "nobody", code=2)
    assert "P03" not in ask("trips", "--pseudonyms")
    assert "touchpoint:quote:late" in ask("trips", "--deviation", "touchpoint:quote:lat", code=2)


def test_deviations_say_how_often_and_what_goes_with_them(ask) -> None:
    told = ask("deviations")
    assert "20 of 41 trips leave the plan somewhere (48.8%)." in told
    assert "This is an association, not a cause." in told and "“wandered” (1)" in told
    assert "late" in told and widest(told) <= 80
    french = ask("deviations", "--language", "fr")
    assert "C’est une association, pas une cause." in french
    late = rows(ask("deviations", "--kind", "late", "--by", "touchpoint", "--csv"))
    assert [(row["id"], row["trips"]) for row in late] == [("quote", "19")]
    assert set(late[0]) >= {"success_change", "success_low", "time_high", "feeling_base"}
    by_owner = json.loads(ask("deviations", "--by", "owner", "--json"))["figures"]
    assert {one["scope"] for one in by_owner} == {"owner"}
    by_stage = ask("deviations", "--by", "stage")
    assert re.search(r"stage .+:.*\n +events off plan", by_stage) and "ad hoc" not in by_stage
    assert "No trip deviates so." in ask("deviations", "--kind", "failing")


def test_a_difference_is_written_with_its_interval_and_a_star_where_it_tells() -> None:
    from parcours.cli.plan import compared
    from parcours.engine.differences import Difference

    assert compared(Difference(0.2, 0.5, 50, 90, -0.3, -0.42, -0.15), "points") == "−30*\n−42 to −15"
    assert compared(Difference(9, 8, 50, 90, 1.125, 0.9, 1.4, ratio=True), "factor") == "×1.13\n0.90 to 1.40"
    assert compared(Difference(None, 0.5, 0, 90), "feeling") == "–"


def test_promises_say_how_many_are_kept_and_how_late_the_others_are(ask) -> None:
    told = " ".join(ask("promises").split())
    assert "Your quote within a day" in told and "52.5%*" in told and "1 d · Sales" in told
    (one,) = rows(ask("promises", "--csv"))
    assert (one["given"], one["kept"], one["broken"], one["unmet"]) == ("41", "21", "19", "8")
    assert json.loads(ask("promises", "--json"))["promises"][0]["id"] == "quote-fast"


def test_a_map_that_promises_nothing_says_what_to_add(ask) -> None:
    for arguments in (("promises",), ("deviations", "--kind", "late")):
        assert "promises nothing yet: add `promises`" in ask(*arguments, map="bare.yaml")
    assert "This map says little of the plan yet" in ask("deviations", "--kind", "missing", map="bare.yaml")
    assert "ne promet rien" in ask("promises", "--language", "fr", map="bare.yaml")


def test_alignment_shows_both_scores_every_part_and_what_to_mend_first(ask) -> None:
    told = ask("alignment")
    words = " ".join(told.split())
    assert "not enough to say" in told and "21/40" in words and "NPS" in told
    assert "on time 2, as planned 2, forward 2 and carried 1" in words and "Good from 60 on" in told
    assert widest(told) <= 80
    stages = json.loads(ask("alignment", "--json"))["stages"]
    assert [stage["id"] for stage in stages] == ["look", "decide"]
    assert rows(ask("alignment", "--csv"))[1]["nps_answers"] == "32"
    assert "pas assez pour" in ask("alignment", "--language", "fr")


def test_people_list_every_figure_in_words_and_find_one_by_a_text(ask, log: str) -> None:
    counts = json.loads(ask("people", "--figures", "--json"))
    opened = pc.EventLog(log)
    plan = opened.plan("shop.yaml")
    assert list(counts["figures"]) == [*figure_keys(plan), *plan_keys(plan)] == list(opened.figures("shop.yaml"))
    for key, count in counts["figures"].items():
        assert len(opened.people(key, "shop.yaml")) == count, key
    assert counts["words"]["touchpoint:quote:late"] == "“Quote”: late"
    assert counts["words"]["promise:quote-fast:kept"] == "“Your quote within a day”: promises kept"
    found = ask("people", "--search", "promises kept")
    assert "stage:decide:kept" in found and "lost" not in found
    assert "more figures have no case" in ask("people", "--figures")
    assert rows(ask("people", "--search", "deviating", "--csv")) == [
        {"figure": "journey:deviating", "count": "20", "words": "trips that leave the plan"}
    ]
    assert "--search" in ask("people", "--search", "x", "--figure", "journey:left", code=2)


def test_the_library_asks_the_same_questions(log: str) -> None:
    opened = pc.EventLog(log)
    trips = opened.trips("shop.yaml", state=("left", "open"), most=None)
    assert list(trips.to_pandas().state) == ["left"] * 5 + ["open"] + ["left"] * 3 or trips.trips == 9
    assert trips.to_pandas().start.dt.tz is not None
    assert opened.trips("shop.yaml", deviation="adhoc").listed[0].person == "P01"
    assert opened.deviations("shop.yaml").deviating == 20
    assert [one.broken for one in opened.promises("shop.yaml").promises] == [19]
    assert [stage.id for stage in opened.alignment("shop.yaml").stages] == ["look", "decide"]
    with pytest.raises(UsageError, match="nobody"):
        opened.trips("shop.yaml", person="nobody")


def test_results_over_a_map_show_themselves_in_notebooks(log: str) -> None:
    opened, map = pc.EventLog(log), "shop.yaml"
    shown = {
        "P01": opened.trips(map), "touchpoint": opened.deviations(map), "quote-fast": opened.promises(map),
        "decide": opened.alignment(map), "conversion": opened.compare(map, before="2026-01-10"),
    }  # fmt: skip
    for word, result in shown.items():
        assert word in result._repr_html_() and "<table" in result._repr_html_()
    assert "16 more rows" in opened.trips(map)._repr_html_().replace("\u00a0", " ")


def test_two_periods_and_two_groups_are_compared(ask, log: str) -> None:
    told = ask("compare", "--before", "2026-01-11")
    words = " ".join(told.split())
    assert "Since 2026-01-11: 21 trips, 20 ended, 1 still under way." in words and "Success" in told
    assert "association, not a cause" in told and widest(told) <= 80
    opened = pc.EventLog(log)
    same = opened.compare("shop.yaml", after="2026-01-11")
    assert json.loads(ask("compare", "--before", "2026-01-11", "--json"))["first"] == {
        "trips": 21,
        "ended": 20,
        "open": 1,
    }
    assert same == opened.compare("shop.yaml", before=date(2026, 1, 11), after=datetime(2026, 1, 11, tzinfo=UTC))
    assert same.of("success").n == 20 and same.of("success").base_n == 20
    by_nps = opened.compare("shop.yaml", by="nps", between=("2", 9))
    assert (by_nps.first.trips, by_nps.second.trips) == (11, 21)
    assert "2: 11 trips" in ask("compare", "--by", "nps", "--between", "2,9", "--all")
    assert rows(ask("compare", "--by", "nps", "--between", "2, 9", "--csv"))[0]["what"] == "success"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ((), "two periods or two groups"),
        (("--before", "2026-01-11", "--by", "nps"), "two periods or two groups"),
        (("--before", "soon"), "soon.*not a day"),
        (("--before", "2026-02-01", "--after", "2026-01-01"), "begins before"),
        (("--by", "nps"), "two of its values"),
        (("--by", "nps", "--between", "1"), "two of its values"),
        (("--by", "nps", "--between", "low,high"), "“low” is no value of “nps”"),
        (("--by", "nps", "--between", "2,3"), "second side: none has “3” as its first “nps”. Known: 9, 2"),
        (("--by", "order", "--between", "o1,o1000"), "has “o1000” as its first “order”. Nearest: .*Others: .*, …"),
        (("--by", "colour", "--between", "red,blue"), "no property “colour”"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(ask, wrong, said) -> None:
    assert re.search(said, " ".join(ask("compare", *wrong, code=2).split()))


def test_the_letter_is_shown_written_and_given_to_programs(ask, tmp_path: Path, log: str) -> None:
    told = ask("letter")
    assert "WHERE WE LOSE PEOPLE" in told and "WHAT TO DO FIRST" in told
    for name in ("letter.html", "letter.txt", "letter.md", "letter.pdf"):
        assert "letter." in ask("letter", "-o", name) and (tmp_path / name).stat().st_size > 500
    assert json.loads(ask("letter", "--json"))["language"] == "en"
    assert pc.EventLog(log).letter("shop.yaml", language="en").text() in told + "\n"
    assert ".xls" in ask("letter", "-o", "letter.xls", code=2)
