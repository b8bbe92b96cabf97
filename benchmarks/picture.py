"""What drawing costs: ``python -m benchmarks.picture`` prints time and size of the page for maps of every size.

Time is that of the whole ``render_page``, warm, in one process: the least and the median of 15 runs. Size is that of
the file, with its fonts and the people behind its figures.
"""

from __future__ import annotations

import importlib.util
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from types import ModuleType

from benchmarks.machine import ROOT
from parcours.picture.page import render_page
from parcours.picture.svg import render_svg

RUNS = 15


def main() -> None:
    """Measure and print a table in Markdown."""
    journeys = _journeys()
    print("| stages | touchpoints | page, ms (least, median) | page, kB | static SVG, ms | static SVG, kB |")
    print("|---|---|---|---|---|---|")
    for kind in journeys.kinds():
        if kind.language != "fr" or not kind.data or kind.theme == "dark":
            continue
        picture = journeys.picture(kind)
        page, drawn = _timed(partial(render_page, picture)), _timed(partial(render_svg, picture))
        print(
            f"| {kind.stages} | {kind.touchpoints} | {page[0]:.0f}, {page[1]:.0f} | {page[2] / 1000:.0f} "
            f"| {drawn[0]:.0f}, {drawn[1]:.0f} | {drawn[2] / 1000:.0f} |"
        )


def _timed(draw: Callable[[], str]) -> tuple[float, float, int]:
    size = len(draw().encode())
    times = []
    for _run in range(RUNS):
        begun = time.perf_counter()
        draw()
        times.append((time.perf_counter() - begun) * 1000)
    return min(times), statistics.median(times), size


def _journeys() -> ModuleType:
    spec = importlib.util.spec_from_file_location("picture_journeys", ROOT / "tests" / "picture" / "journeys.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
