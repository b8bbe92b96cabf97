"""The bank's loans counted again with pandas and plain loops, straight from the XES file."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

import parcours as pc

pytestmark = [pytest.mark.data, pytest.mark.xdist_group("bank")]
ROOT = Path(__file__).resolve().parents[2]
MAP = ROOT / "docs" / "maps" / "bpic2012.yaml"
PAGE = ROOT / "docs" / "tutorial" / "bank.md"
AMSTERDAM = "Europe/Amsterdam"
CLOSED = {date(2011, 12, 25), date(2011, 12, 26), date(2012, 1, 1)}
"""Dutch holidays between October 2011 and March 2012."""


@pytest.fixture(scope="module")
def events(data) -> pd.DataFrame:
    """One row per event of the file, in its order."""
    rows = []
    with gzip.open(data / "bpic2012.xes.gz") as file:
        for _event, element in ElementTree.iterparse(file):
            if element.tag.rpartition("}")[2] != "trace":
                continue
            case = next(each.get("value") for each in element if each.get("key") == "concept:name")
            for event in element:
                if event.tag.rpartition("}")[2] == "event":
                    found = {each.get("key"): each.get("value") for each in event}
                    rows.append((case, found["concept:name"], found["lifecycle:transition"], found["time:timestamp"],
                                 found.get("org:resource")))  # fmt: skip
            element.clear()
    table = pd.DataFrame(rows, columns=["case", "name", "life", "time", "who"])
    table["time"] = pd.to_datetime(table["time"], utc=True)
    return table[~table.name.str.startswith("W_") | (table.life == "START") | table.name.str.contains("Wijzigen")]


@pytest.fixture(scope="module")
def log(data, tmp_path_factory) -> pc.EventLog:
    return pc.read(data / "bpic2012.xes.gz", into=tmp_path_factory.mktemp("bank") / "bank.parcours")


@pytest.fixture(scope="module")
def outcome(events) -> pd.Series:
    """How each application ended: succeeded, failed or open."""
    ends = {"A_ACTIVATED": "succeeded", "A_DECLINED": "failed", "A_CANCELLED": "failed"}
    known = events[events.name.isin(ends)].groupby("case").name.first().map(ends)
    return known.reindex(events.case.unique()).fillna("open")


def first(events, name) -> pd.Series:
    return events[events.name == name].groupby("case").time.min()


def test_outcomes_stages_and_calls_are_those_of_the_file(events, outcome, log) -> None:
    journey = log.journey(MAP)
    counted = outcome.value_counts()
    assert (journey.succeeded, journey.failed, journey.open) == (2246, 10442, 399)
    assert counted.to_dict() == {"failed": 10442, "succeeded": 2246, "open": 399}
    reached = pd.DataFrame({
        "file": outcome.index.isin(events[events.name.isin(["A_PREACCEPTED", "W_Completeren aanvraag"])].case),
        "offer": outcome.index.isin(events[events.name.isin(["O_SENT", "W_Nabellen offertes", "O_CANCELLED"])].case),
        "check": outcome.index.isin(events[events.name.isin(
            ["O_SENT_BACK", "W_Valideren aanvraag", "W_Nabellen incomplete dossiers"])].case),
        "decision": outcome.index.isin(events[events.name.isin(["A_APPROVED", "A_ACTIVATED"])].case),
    }, index=outcome.index)  # fmt: skip
    assert {stage.id: stage.entered for stage in journey.stages[1:]} == reached.sum().to_dict()
    furthest = reached.iloc[:, ::-1].idxmax(axis=1).where(reached.any(axis=1), "request")
    lost = furthest[outcome == "failed"].value_counts()
    assert {stage.id: stage.failed for stage in journey.stages if stage.failed} == lost.to_dict()
    works = {"lead": "W_Afhandelen leads", "completion": "W_Completeren aanvraag", "follow-up": "W_Nabellen offertes",
             "incomplete": "W_Nabellen incomplete dossiers", "validation": "W_Valideren aanvraag"}  # fmt: skip
    points = {point.id: point for point in journey.touchpoints}
    for id, name in works.items():
        mine = events[events.name == name]
        assert (points[id].events, points[id].persons) == (len(mine), mine.case.nunique()), name


def test_requests_refused_within_a_minute_are_those_of_the_file(events, outcome, log) -> None:
    refused = outcome.index[outcome == "failed"].difference(first(events, "A_PREACCEPTED").index)
    over = events[events.name.isin(["A_DECLINED", "A_CANCELLED"])].groupby("case").time.min()
    seconds = (over - first(events, "A_SUBMITTED"))[refused].dt.total_seconds()
    trips = log.trips(MAP, stage="request", state="failed", most=None).to_pandas()
    assert (len(refused), int((seconds < 60).sum())) == (5720, 3345) == (
        len(trips), int(((trips.over - trips.start).dt.total_seconds() < 60).sum()))  # fmt: skip
    assert (trips.over - trips.start).dt.total_seconds().median() == pytest.approx(seconds.median())


@pytest.mark.parametrize(
    ("point", "name", "most"),
    [("completion", "W_Completeren aanvraag", 5), ("follow-up", "W_Nabellen offertes", 5),
     ("incomplete", "W_Nabellen incomplete dossiers", 3), ("offer-sent", "O_SENT", 1)],
)  # fmt: skip
def test_what_goes_beyond_the_limit_and_what_goes_with_it_is_in_the_file(
    events, outcome, log, point, name, most
) -> None:
    calls = events[events.name == name].groupby("case").size()
    beyond = calls > most
    ended = outcome[calls.index] != "open"
    success = outcome[calls.index] == "succeeded"
    found = log.deviations(MAP).of("touchpoint", point)["adhoc"]
    assert (found.trips, found.possible) == (int(beyond.sum()), len(calls))
    assert found.success.value == pytest.approx(success[beyond & ended].mean())
    assert found.success.base == pytest.approx(success[~beyond & ended].mean())


def test_offers_that_run_out_are_those_that_the_computer_withdrew_after_a_month(events, outcome, log) -> None:
    mine = events[(events.name == "O_CANCELLED") & (events.who == "112")]
    trips = log.trips(MAP, deviation="touchpoint:offer-withdrawn:failing", most=None)
    assert (
        trips.trips == mine.case.nunique() == 560 and trips.succeeded == (outcome[mine.case] == "succeeded").sum() == 0
    )
    last = events[events.name == "O_SENT"].groupby("case").time.max()
    days = (mine.groupby("case").time.max() - last[mine.case.unique()]).dt.total_seconds() / 86_400
    assert days.between(30, 31.1).all()


def opening(first_day: date, last_day: date) -> list[tuple[datetime, datetime]]:
    hours = {0: (9, 21), 1: (9, 21), 2: (9, 21), 3: (9, 21), 4: (9, 21), 5: (10, 17)}
    spans = []
    for number in range((last_day - first_day).days + 1):
        day = first_day + timedelta(days=number)
        if day.weekday() in hours and day not in CLOSED:
            spans.append(tuple(pd.Timestamp(datetime.combine(day, time(hour)), tz=AMSTERDAM).tz_convert(UTC)
                               for hour in hours[day.weekday()]))  # fmt: skip
    return spans


@pytest.mark.parametrize(
    ("promise", "source", "keeper", "hours"),
    [("file-opened", "A_PREACCEPTED", "W_Completeren aanvraag", 12),
     ("first-call", "O_SENT", "W_Nabellen offertes", 24), ("validated", "O_SENT_BACK", "W_Valideren aanvraag", 36)],
)  # fmt: skip
def test_promises_in_hours_of_opening_are_kept_as_plain_loops_count_them(
    events, log, promise, source, keeper, hours
) -> None:
    end = events.time.max()
    edges = [round(edge.timestamp() * 1e6) for span in opening(date(2011, 9, 29), date(2012, 3, 20)) for edge in span]

    def open_us(instant: pd.Timestamp) -> int:
        now, total = round(instant.timestamp() * 1e6), 0
        for opens, closes in zip(edges[::2], edges[1::2], strict=True):
            total += min(max(now - opens, 0), closes - opens)
        return total

    kept = broken = unmet = pending = 0
    chosen = events[events.name.isin([source, keeper])].sort_values(["case", "time"], kind="stable")
    for _case, rows in groupby(chosen.itertuples(), key=lambda row: row.case):
        since = None
        for instant, together in groupby(rows, key=lambda row: row.time):
            names = {row.name for row in together}
            if source in names and since is None:
                since = instant
            if keeper in names and since is not None:
                in_time = open_us(instant) - open_us(since) <= hours * 3_600_000_000
                kept, broken, since = kept + in_time, broken + (not in_time), None
        if since is not None:
            over = open_us(end) - open_us(since) > hours * 3_600_000_000
            broken, unmet, pending = broken + over, unmet + over, pending + (not over)
    found = next(one for one in log.promises(MAP).promises if one.id == promise)
    assert (found.kept, found.broken, found.unmet, found.pending) == (kept, broken, unmet, pending)
    assert found.given == kept + broken + pending


def test_the_figures_in_the_page_s_sentences_are_those_of_the_log(log) -> None:
    page = PAGE.read_text("utf-8")
    journey, plan = log.journey(MAP), log.deviations(MAP)
    points = {point.id: point for point in journey.touchpoints}

    def beyond(id: str):
        return plan.of("touchpoint", id)["adhoc"]

    late = {id: plan.of("touchpoint", id)["late"] for id in ("validation", "follow-up")}

    said = [
        f"**{journey.succeeded / journey.trips:.1%}**", f"{journey.succeeded / (journey.trips - journey.open):.1%}",
        f"{journey.succeeded / points['offer-sent'].persons:.1%}", f"{points['lead'].events:,} calls",
        f"{beyond('completion').trips:,} files of {points['completion'].persons:,} ({beyond('completion').share:.1%})",
        f"{beyond('completion').success.value:.1%} succeed, of the others {beyond('completion').success.base:.1%}",
        f"{points['follow-up'].persons:,} people were called {points['follow-up'].events:,} times",
        f"{beyond('follow-up').trips:,} of them ({beyond('follow-up').share:.1%})",
        f"{beyond('follow-up').success.value:.1%} of", f"against {beyond('follow-up').success.base:.1%}",
        f"({beyond('follow-up').time.low:.2f} to {beyond('follow-up').time.high:.2f} times)",
        f"{points['reply'].persons:,} people send", f"{points['incomplete'].persons:,} (51%)",
        f"{points['incomplete'].events / points['incomplete'].persons:.1f} times each",
        f"{beyond('incomplete').time.change:.2f} times as long", f"{beyond('completion').time.change:.2f} times as",
        f"{late['validation'].trips} cases ({late['validation'].share:.1%})",
        f"{late['validation'].time.change:.2f} times as long",
        f"{round(100 * late['follow-up'].success.change)} points more frequent",
    ]  # fmt: skip
    text = " ".join(page.replace(" %", "%").split())
    assert [sentence for sentence in said if sentence not in text] == []
