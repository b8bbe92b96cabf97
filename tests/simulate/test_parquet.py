"""Companies of any size go to Parquet in bounded memory, with the same events and the same truth as elsewhere."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from parcours.language.errors import UsageError
from parcours.library.sample import play
from parcours.mapdoc.templates import load_template
from parcours.simulate import play as playing
from parcours.simulate.company import Company, simulate, trips_for
from parcours.simulate.parquet import write_parquet
from parcours.simulate.sample import sample_company
from parcours.simulate.tally import Tally


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "CHUNK", 200)


def company(persons: int) -> Company:
    return simulate(load_template("coach"), replace(sample_company("fr"), persons=persons), "fr")


def test_the_file_holds_the_events_of_the_columns(tmp_path: Path, small_chunks: None) -> None:
    played = company(500)
    written, truth = write_parquet(played, tmp_path / "e.parquet", count=True)
    file = pq.ParquetFile(tmp_path / "e.parquet")
    assert file.num_row_groups == 3 and written == file.metadata.num_rows == len(played.events)
    assert truth == played.truth
    found = pq.read_table(tmp_path / "e.parquet").to_pydict()
    by_chunk = list(played.chunks())
    names = ["person", "event", "channel", "comment"]
    for name in names:
        assert found[name] == [cell for part in by_chunk for cell in getattr(part, name).tolist()]
    for name in by_chunk[0].properties:
        assert found[name] == [cell for part in by_chunk for cell in part.properties[name].tolist()], name
    for name in ("nps", "csat", "ces", "value"):
        wanted = np.concatenate([getattr(part, name) for part in by_chunk])
        assert [cell is None for cell in found[name]] == np.isnan(wanted).tolist()
        assert [cell for cell in found[name] if cell is not None] == wanted[~np.isnan(wanted)].tolist()
    for name, field in (("time", "time"), ("received_at", "received")):
        wanted = np.concatenate([getattr(part, field) for part in by_chunk])
        assert [cell.timestamp() for cell in found[name]] == wanted.astype(int).tolist()
    assert set(found) == set(played.columns())


def test_the_truth_does_not_depend_on_the_size_of_chunks_added_at_once(small_chunks: None) -> None:
    """What is decided while playing, and what waits for the end of the data, add up to the same."""
    played = company(900)
    early, late = Tally(played.theatre), Tally(played.theatre)
    chunks = list(playing.chunks(played.theatre))
    for chunk in chunks:
        early.add(chunk)
    for chunk in reversed(chunks):
        late.add(chunk)
    first, second = early.truth().to_dict(), late.truth().to_dict()
    for one, other in zip(first.pop("promises"), second.pop("promises"), strict=True):
        for after in ("after_kept", "after_broken"):
            assert one.pop(after) == pytest.approx(other.pop(after))
        assert one == other
    assert first == second and first["open"] > 20


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_parquet(company(300), tmp_path / f"{name}.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_memory_does_not_grow_with_the_number_of_chunks(tmp_path: Path, small_chunks: None) -> None:
    def most(persons: int) -> int:
        played = company(persons)
        tracemalloc.start()
        write_parquet(played, tmp_path / "m.parquet", count=True)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    most(200)
    few, many = most(600), most(6_000)
    # Ten times the events: what grows is four bytes per stay of a person, and the file's own index.
    assert many - few < 1_500_000


def test_about_so_many_events_come_as_were_asked_for(tmp_path: Path) -> None:
    heard: list[int] = []
    written = play(tmp_path / "e.parquet", events=50_000, truth=tmp_path / "t.json", tell=heard.append)
    assert written == pytest.approx(50_000, rel=0.05) and heard[-1] == written
    truth = json.loads((tmp_path / "t.json").read_text())
    assert truth["events"] == written and truth["promises"][0]["id"] == "answer-in-a-working-day"
    assert play(tmp_path / "e.csv", events=1_000) == pytest.approx(1_000, rel=0.2)


def test_an_impossible_number_of_events_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="“events” cannot be 0"):
        trips_for(0, load_template("coach"), sample_company("fr"), "fr")
    with pytest.raises(UsageError, match="not for both"):
        play(tmp_path / "e.parquet", events=10, persons=10)
    with pytest.raises(UsageError, match=r"\.csv, \.jsonl, \.parquet"):
        play(tmp_path / "e.xls")


def test_a_company_without_anybody_makes_an_empty_file(tmp_path: Path) -> None:
    assert write_parquet(company(0), tmp_path / "e.parquet")[0] == 0
    assert pq.read_table(tmp_path / "e.parquet").num_rows == 0
