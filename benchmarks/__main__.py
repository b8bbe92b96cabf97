"""``make bench``. Environment: PARCOURS_ORACLES, a virtual environment with the peers; PARCOURS_BENCH_SIZES, numbers of
events (1000000,5000000,20000000); PARCOURS_BENCH_RUNS (5); PARCOURS_BENCH_FOLDER for data (.bench); PARCOURS_BENCH_PAGE
for the page (docs/benchmarks.md); PARCOURS_DATA for the real loan log."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from benchmarks import measure, page, picture, waiting
from benchmarks.machine import ROOT, describe

IMPORT_MOST = 5_000_000


def main() -> None:
    oracles = Path(os.environ.get("PARCOURS_ORACLES", ROOT / ".oracles"))
    if not (oracles / "bin" / "python").exists():
        sys.exit(f"No environment of peers at {oracles}: run make bench, or set PARCOURS_ORACLES.")
    sizes = sorted(int(size) for size in os.environ.get("PARCOURS_BENCH_SIZES", "1000000,5000000,20000000").split(","))
    folder = Path(os.environ.get("PARCOURS_BENCH_FOLDER", ROOT / ".bench"))
    folder.mkdir(parents=True, exist_ok=True)
    begin = time.perf_counter()

    def tell(text: str) -> None:
        print(f"{time.perf_counter() - begin:6.0f} s  {text}", flush=True)

    shop = measure.Workshop(folder, oracles, int(os.environ.get("PARCOURS_BENCH_RUNS", "5")), tell)
    machine = describe(oracles)
    middle = max((size for size in sizes if size <= IMPORT_MOST), default=sizes[0])
    imported = measure.importing(shop, middle)
    funnels = [measure.funnel(shop, size) for size in sizes]
    filtered = measure.pm4py_funnel(shop, sizes[0])
    moved = measure.transitions(shop, middle)
    laid = measure.over_map(shop, sizes[-1])
    opened = [measure.opening(shop, size) for size in sizes[-1:]]
    real = Path(os.environ.get("PARCOURS_DATA", ROOT.parent / "shared" / "data")) / "bpic2012.xes.gz"
    reported = measure.report(shop, real) if real.exists() else None
    tell("the picture")
    pictured = picture.measured(min(picture.RUNS, 3 * shop.runs))
    tell("what a reader waits for")
    waited = waiting.measured(min(waiting.RUNS, 3 * shop.runs))
    text = page.write(machine, imported, funnels, filtered, moved, laid, opened, reported, pictured, waited)
    target = Path(os.environ.get("PARCOURS_BENCH_PAGE", ROOT / "docs" / "benchmarks.md"))
    target.write_text(text, encoding="utf-8")
    tell(f"written: {target}")
    for bar in page.bars(imported, funnels, moved):
        print(bar.line)


if __name__ == "__main__":
    main()
