"""What a reader waits for: ``python -m benchmarks.waiting`` measures the report of a real log and the opening of a map
in a browser, and writes its section of docs/benchmarks.md alone.

Environment: PARCOURS_DATA, the folder of the loan log; PARCOURS_CHROMIUM, the browser (/usr/bin/chromium). What is not
there is not measured, and the section says so.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import picture
from benchmarks.machine import ROOT, describe
from parcours.library.log import read
from parcours.picture.page import render_page

RUNS = 9
TITLE = "## What a reader waits for"
REPORT, OPENING = "the French report of a real loan log", "a rich map, opened in Chromium"
PROMISED_SECONDS = {REPORT: 2.0, OPENING: 1.0}
LOANS = Path(os.environ.get("PARCOURS_DATA", ROOT.parent / "shared" / "data")) / "bpic2012.xes.gz"
CHROMIUM = Path(os.environ.get("PARCOURS_CHROMIUM", "/usr/bin/chromium"))
LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"


@dataclass(frozen=True)
class Waited:
    """Seconds of each run by the clock; ``missing`` says instead what could not be measured with."""

    what: str
    seconds: tuple[float, ...] = ()
    missing: str = ""

    @property
    def line(self) -> str:
        """Return its row of the table."""
        promised = PROMISED_SECONDS[self.what]
        if not self.seconds:
            return f"| {self.what} | | | | ≤ {promised:g} s | not measured: there is no {self.missing} |"
        middle = statistics.median(self.seconds)
        figures = " | ".join(f"{value * 1000:.0f} ms" for value in (min(self.seconds), middle, max(self.seconds)))
        return f"| {self.what} | {figures} | ≤ {promised:g} s | {'met' if middle <= promised else '**missed**'} |"


def measured(runs: int = RUNS) -> list[Waited]:
    """Measure ``runs`` times whatever can be measured here."""
    return [
        Waited(REPORT, _reported(LOANS, runs)) if LOANS.exists() else Waited(REPORT, missing=LOANS.name),
        Waited(OPENING, _opened(runs)) if CHROMIUM.exists() else Waited(OPENING, missing=CHROMIUM.name),
    ]


def section(found: Sequence[Waited], machine: str = "") -> str:
    """Return the section of the page, with its title; ``machine`` where it is not that of the page."""
    words = (
        "The report: 262,200 events held in memory, the map discovered, every figure counted and the page written, in "
        "a warm process. The map: the richest one that the tests look at, a single file with its fonts, from the start "
        "of its navigation to the end of its load event, in a new window of 1440 × 900. The median of "
        f"{max(len(one.seconds) for one in found)} runs counts."
    )
    rows = ["| what | min | median | max | promised | |", "|---|---:|---:|---:|---:|---|"]
    rows += [one.line for one in found]
    return "\n\n".join([TITLE, words, *([machine] if machine else []), "\n".join(rows)])


def main() -> None:
    """Measure, print the section, and write it into the page."""
    told = describe(ROOT / ".oracles")
    machine = f"Measured {told['date']}, commit {told['commit']}, {told['processor']}, {told['system']}."
    written = section(measured(), machine)
    print(written)
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "benchmarks.md"
    target.write_text(picture.replaced(target.read_text("utf-8"), written), "utf-8")


def _reported(file: Path, runs: int) -> tuple[float, ...]:
    log, took = read(file), []
    log.report(language="en").html()
    for _run in range(runs):
        begun = time.perf_counter()
        log.report(language="fr").html()
        took.append(time.perf_counter() - begun)
    return tuple(took)


def _opened(runs: int) -> tuple[float, ...]:
    from playwright.sync_api import sync_playwright

    took = []
    with tempfile.TemporaryDirectory(prefix="parcours-bench-") as folder, sync_playwright() as playwright:
        file = Path(folder) / "map.html"
        file.write_text(render_page(picture.of_the_tests("samples").rich("fr")), "utf-8")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for _run in range(runs + 1):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            page = context.new_page()
            page.goto(file.as_uri())
            while not page.evaluate(f"{LOADED} > 0"):  # the page's policy lets no function wait inside it
                page.wait_for_timeout(1)
            took.append(page.evaluate(f"{LOADED} - performance.getEntriesByType('navigation')[0].startTime") / 1000)
            context.close()
        browser.close()
    return tuple(took[1:])  # the first one starts what the browser needs for any page


if __name__ == "__main__":
    main()
