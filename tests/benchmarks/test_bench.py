"""The benchmarks run, agree with the peers and write their page; the figures themselves are nobody's test."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import data, page, picture, waiting
from benchmarks.child import FailedError, Series, run
from benchmarks.measure import OVER_MAP, Finding


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_program_is_measured_until_its_answer_and_its_end() -> None:
    got = run(python("import time; print('hello'); print([1, 2], flush=True); time.sleep(.3); print([[0.5, 0.25]])"))
    assert got.answer == [1, 2] and got.repeats == ((0.5, 0.25),)
    assert got.answered < got.ended - 0.25
    assert got.peak_bytes > 2 << 20 and 0 < got.processor < got.ended + 1


def test_a_program_that_fails_says_why() -> None:
    with pytest.raises(FailedError, match="no such table"):
        run(python("raise SystemExit('no such table')"))


def test_memory_is_that_of_the_program_and_not_of_who_started_it() -> None:
    held = bytearray(b"x" * (300 << 20))
    assert run(python("print(1)")).peak_bytes < 100 << 20 < len(held)
    assert run(python("held = bytearray(b'x' * (200 << 20)); print(1)")).peak_bytes > 200 << 20


def test_memory_of_a_program_is_bounded() -> None:
    with pytest.raises(FailedError):
        run(python("bytearray(2 << 30)"), most_bytes=1 << 30)


def test_events_have_the_stated_shape() -> None:
    table = data.events(200_000)
    person, time = table["person"].to_numpy(), table["time"].cast("int64").to_numpy()
    assert table.equals(data.events(200_000))
    assert abs(len(table) - 200_000) < 2_000
    assert len(np.unique(person)) == 10_000
    order = np.lexsort((time, person))
    assert (order == np.arange(len(order))).all()
    counts = np.bincount(np.unique(person, return_inverse=True)[1])
    assert np.median(counts) < 0.6 * counts.mean() and counts.max() > 20 * counts.mean()


def test_the_csv_holds_the_same_events_in_the_order_of_time(tmp_path: Path) -> None:
    table = data.events(5_000)
    data.write_csv(table, tmp_path / "e.csv")
    lines = (tmp_path / "e.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(table) + 1
    times = [line.split(",")[1] for line in lines[1:]]
    assert times == sorted(times)
    assert all(bool(line.rsplit(",", 1)[1]) == (',"purchase",' in line or ",purchase," in line) for line in lines[1:])


def test_a_ratio_is_to_the_best_form_of_a_peer() -> None:
    series = {
        "parcours": Series([1.0, 2.0, 3.0], [1.0]),
        "chdb, WHERE": Series([20.0], [8.0]),
        "chdb, no WHERE": Series([10.0], [4.0]),
    }
    assert page.ratio(series, "chdb") == (5.0, 4.0)
    assert page.ratio(series, "pm4py") is None
    assert "**missed**" in page.Bar("x", 7.99, 9.0, 8.0).line
    assert "| met |" in page.Bar("x", 8.0, 1.0, 8.0).line
    assert "| chdb, WHERE | 20 s | 20 s | 20 s | 10× | 8 s |" in page.table(series, memory=False)


def test_a_small_page_is_complete() -> None:
    found = Finding(10, 3)
    for engine in ("parcours", "pm4py", "retentioneering", "chdb, WHERE", "duckdb"):
        found.kernel[engine] = Series([0.5], [0.9])
        found.end_to_end[engine] = Series([1.5], [2.5], 1 << 20)
    laid = Finding(10, 3)
    for part in ("one full pass", *OVER_MAP.values()):
        laid.kernel[part] = Series([0.5 if part == "one full pass" else 5.01], [0.9])
    fast, slow = picture.Drawn((90.0, 149.0, 151.0), (80.0, 80.0, 80.0), 370_499), picture.Drawn((9.0,), (9.0,), 1_000)
    drawn = picture.Fixture(12, 60, fast, slow)
    waited = [waiting.Waited(waiting.REPORT, (0.9, 2.01, 3.0)), waiting.Waited(waiting.OPENING, (0.3, 0.5, 1.5))]
    text = page.write(
        {"date": "today"}, found, [found], found, found, laid, [found], None, [drawn, replace(drawn, touchpoints=5)],
        waited,
    )  # fmt: skip
    for wanted in (
        "- date: today",
        "## The ordered funnel",
        "| parcours | 500 ms | 500 ms | 500 ms |  | 900 ms |",
        "1 MB",
        "| 12 | 60 | 90 ms | 149 ms | 151 ms | 80 ms | 370 kB | 9 ms | 1 kB | met |",
        "| 12 | 5 | 90 ms | 149 ms | 151 ms | 80 ms | 370 kB | 9 ms | 1 kB |  |",
        "| finding trips | 5.01 s | 5.01 s | 5.01 s | 10.0 | ≤ 10 | **missed** |",
        "| the French report of a real loan log | 900 ms | 2010 ms | 3000 ms | ≤ 2 s | **missed** |",
        "| a rich map, opened in Chromium | 300 ms | 500 ms | 1500 ms | ≤ 1 s | met |",
    ):
        assert wanted in text


def test_a_page_that_is_too_slow_or_too_heavy_misses_its_bar() -> None:
    good = picture.Drawn((150.0,), (1.0,), 400_000)
    for page_ in (good, replace(good, clock_ms=(151.0,)), replace(good, size=400_001)):
        assert picture.Fixture(8, 60, page_, good).kept == (page_ is good)


def test_what_cannot_be_measured_here_is_said() -> None:
    text = waiting.section([waiting.Waited(waiting.OPENING, missing="chromium")], "Measured today.")
    assert "| a rich map, opened in Chromium | | | | ≤ 1 s | not measured: there is no chromium |" in text
    assert text.startswith("## What a reader waits for\n") and "\n\nMeasured today.\n\n" in text


def test_a_section_replaces_the_one_before_and_no_other() -> None:
    before = "# Benchmarks\n\n## A\n\na\n\n## The picture\n\nold\n\n| old |\n"
    once = picture.replaced(before, "## The picture\n\nnew")
    assert once == "# Benchmarks\n\n## A\n\na\n\n## The picture\n\nnew\n"
    assert picture.replaced(once, "## The picture\n\nnew") == once
    assert picture.replaced(once, "## A\n\nb") == "# Benchmarks\n\n## The picture\n\nnew\n\n## A\n\nb\n"


@pytest.mark.oracle
@pytest.mark.slow
def test_the_whole_bench_runs_on_little_data(tmp_path: Path, root: Path) -> None:
    oracles = os.environ.get("PARCOURS_ORACLES")
    if not oracles or not (Path(oracles) / "bin" / "python").exists():
        pytest.skip("PARCOURS_ORACLES names no environment of independent engines: run `make oracles`")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks"],
        cwd=root,
        env={
            **os.environ,
            "PARCOURS_BENCH_SIZES": "20000",
            "PARCOURS_BENCH_RUNS": "1",
            "PARCOURS_BENCH_FOLDER": str(tmp_path / "data"),
            "PARCOURS_BENCH_PAGE": str(tmp_path / "page.md"),
            "PARCOURS_DATA": str(tmp_path / "none"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "persons at each step, the same from all of these" in text
    assert "pm4py: the same graph, edge for edge" in text
    assert "| a rich map, opened in Chromium | " in text and "not measured: there is no bpic2012.xes.gz" in text
