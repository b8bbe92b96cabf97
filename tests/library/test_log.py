"""The library as an analyst meets it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import parcours as pc
from parcours.language.errors import InputError, LogError, UsageError

ROWS = {
    "person": ["ann", "ann", "ann", "bob", "bob", "cid"],
    "time": [f"2026-03-0{day}T10:00:00Z" for day in (1, 2, 3, 1, 9, 4)],
    "event": ["visit", "quote", "purchase", "visit", "quote", "visit"],
    "channel": ["web", "mail", "web", "shop", "mail", "web"],
    "value": [None, None, 120.0, None, None, None],
}


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "events.csv"
    pd.DataFrame(ROWS).to_csv(path, index=False)
    return path


@pytest.fixture
def log(csv: Path, tmp_path: Path) -> pc.EventLog:
    return pc.read(csv, into=tmp_path / "shop.parcours")


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(lambda: pd.DataFrame(ROWS), id="pandas"),
        pytest.param(lambda: pd.DataFrame(ROWS).assign(time=lambda f: pd.to_datetime(f.time)), id="pandas-times"),
        pytest.param(lambda: pl.DataFrame(ROWS), id="polars"),
        pytest.param(lambda: pa.table(ROWS), id="arrow"),
        pytest.param(lambda: duckdb.from_arrow(pa.table(ROWS)), id="duckdb"),
    ],
)
def test_every_kind_of_table_gives_the_log_that_the_file_gives(table, log: pc.EventLog) -> None:
    read = pc.read(table())
    assert (read.events, read.persons, read.names) == (log.events, log.persons, log.names)
    steps = ["visit", "quote", "purchase"]
    assert read.funnel(steps).rows() == log.funnel(steps).rows()


def test_a_funnel_counts_the_people_it_lists(log: pc.EventLog) -> None:
    steps = ["visit", "quote", "purchase"]
    result = log.funnel(steps, within="7d")
    assert [step.persons for step in result.steps] == [3, 1, 1]
    assert log.funnel_people(steps, 2, within="7d") == ["ann"]
    assert sorted(log.funnel_people(steps, 2, lost=True, within="7d")) == ["bob", "cid"]


def test_a_window_may_be_given_in_words_or_in_seconds(log: pc.EventLog) -> None:
    steps = ["visit", "quote"]
    assert log.funnel(steps, within="8d").rows() == log.funnel(steps, within=8 * 86_400).rows()
    with pytest.raises(UsageError, match="soon"):
        log.funnel(steps, within="soon")


def test_a_funnel_splits_by_a_property_and_refuses_an_unknown_one(log: pc.EventLog) -> None:
    result = log.funnel(["visit", "quote"], by="channel")
    assert {value: [s.persons for s in steps] for value, steps in result.breakdown or ()} == {
        "web": [2, 1],
        "shop": [1, 1],
    }
    with pytest.raises(UsageError, match=r"chanel.*channel"):
        log.funnel(["visit"], by="chanel")


def test_an_unknown_step_names_the_nearest(log: pc.EventLog) -> None:
    with pytest.raises(UsageError, match="purchase"):
        log.funnel(["visit", "purchse"])
    with pytest.raises(UsageError, match="list"):
        log.funnel("visit")


def test_transitions_count_the_cases_they_list(log: pc.EventLog) -> None:
    edges = {(edge.source, edge.target): edge.count for edge in log.transitions().transitions}
    assert edges == {("visit", "quote"): 2, ("quote", "purchase"): 1}
    assert sorted(log.transition_people("visit", "quote")) == ["ann", "bob"]
    with pytest.raises(UsageError, match="visit"):
        log.transition_people("visite", "quote")


def test_a_map_is_discovered_and_a_goal_overrides_its_success(log: pc.EventLog) -> None:
    drafted = log.discover(title="Shop")
    assert [point.id for stage in drafted.map.stages for point in stage.touchpoints]
    assert log.journey(drafted) == log.journey(drafted.map)
    with_goal = log.map(goal="quote")
    assert log.journey(with_goal).succeeded == 2
    assert log.journey(goal="purchase").succeeded == 1
    with pytest.raises(UsageError, match="quote"):
        log.discover(goal="quot")


def test_every_figure_opens_onto_as_many_cases_as_it_counts(log: pc.EventLog) -> None:
    from parcours.engine.figures import figure_count, figure_keys

    document = log.discover().map
    result = log.journey(document)
    for key in figure_keys(log.plan(document)):
        assert len(log.people(key, document)) == figure_count(result, key), key


def test_a_report_is_saved_in_the_form_its_name_says(log: pc.EventLog, tmp_path: Path) -> None:
    report = log.report(language="fr")
    for name, start in (("r.html", "<!doctype html>"), ("r.svg", "<svg"), ("r.json", "{")):
        report.save(tmp_path / name)
        assert (tmp_path / name).read_text(encoding="utf-8").lower().lstrip().startswith(start)
    with pytest.raises(UsageError, match=r"\.docx"):
        report.save(tmp_path / "r.docx")


def test_results_draw_themselves_in_notebooks(log: pc.EventLog) -> None:
    for result in (log.funnel(["visit", "quote"]), log.transitions(), log.journey()):
        html = result._repr_html_()
        assert html is not None and "<" in html
    assert "<" in log.report()._repr_html_()


def test_results_become_pandas_tables(log: pc.EventLog) -> None:
    assert list(log.funnel(["visit", "quote"]).to_pandas().persons) == [3, 2]
    assert set(log.transitions().to_pandas().columns) >= {"from", "to", "count"}
    assert len(log.journey().to_pandas()) == len(log.journey().stages)


def test_more_files_are_added_and_the_same_one_adds_nothing(log: pc.EventLog, csv: Path, tmp_path: Path) -> None:
    report = log.add(csv)
    assert (report.events, dict(report.skipped)) == (0, {"already_imported": 6})
    more = tmp_path / "more.csv"
    more.write_text("person,time,event\ncid,2026-03-05T10:00:00Z,quote\n")
    assert log.add(more).events == 1
    assert log.events == 7 and log.names["quote"] == 3


def test_a_bad_row_stops_the_reading_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("person,time,event\nann,2026-03-05,visit\nbob,yesterday,visit\n")
    with pytest.raises(InputError, match=r"bad\.csv:3.*yesterday"):
        pc.read(path)
    log = pc.read(path, on_error="skip")
    assert log.events == 1 and log.skipped == {"time_unreadable": 1}


def test_wrong_options_and_wrong_things_are_named(csv: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"persn.*person"):
        pc.read(csv, persn="person")
    with pytest.raises(UsageError, match="int"):
        pc.read(42)
    with pytest.raises(LogError, match=r"nowhere"):
        pc.EventLog(tmp_path / "nowhere.parcours")


def test_a_temporary_log_goes_with_its_object(csv: Path) -> None:
    log = pc.read(csv)
    path = log.path
    assert path.is_dir()
    del log
    assert not path.exists()


def test_an_empty_log_says_what_to_do(tmp_path: Path) -> None:
    from parcours.columnstore.log import StoredLog

    StoredLog.create(tmp_path / "empty.parcours")
    log = pc.EventLog(tmp_path / "empty.parcours")
    assert (log.events, log.persons, log.names) == (0, 0, {})
    with pytest.raises(UsageError, match="import"):
        log.discover()


def test_an_unknown_attribute_is_refused() -> None:
    with pytest.raises(AttributeError, match="reed"):
        _ = pc.reed


def test_a_step_that_asks_for_an_unknown_property_names_those_there_are(log: pc.EventLog) -> None:
    with pytest.raises(UsageError, match=r"amount.*channel.*value"):
        log.funnel(["visit", "purchase where amount > 10"])
