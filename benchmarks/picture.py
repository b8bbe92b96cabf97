"""What drawing costs: ``python -m benchmarks.picture`` measures the page for maps of every size, and writes its section
of docs/benchmarks.md alone.

Time is that of the whole ``render_page``, warm, in one process: the least, the median and the most of 15 runs, and the
processor time that the median one spent. Size is that of the file, with its fonts and the people behind its figures.
"""

from __future__ import annotations

import importlib.util
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType

from benchmarks.machine import ROOT
from parcours.picture.page import render_page
from parcours.picture.svg import render_svg

RUNS = 15
MOST_MS, MOST_BYTES, OF_TOUCHPOINTS = 150.0, 400_000, 60
"""What was promised of a page with so many touchpoints."""
TITLE = "## The picture"


@dataclass(frozen=True)
class Drawn:
    """What one face of a map costs: milliseconds of each run by the clock and by the processor, and its bytes."""

    clock_ms: tuple[float, ...]
    processor_ms: tuple[float, ...]
    size: int

    @property
    def middle_ms(self) -> float:
        """Return the median by the clock."""
        return statistics.median(self.clock_ms)


@dataclass(frozen=True)
class Fixture:
    """A map of the tests, as a page and as a static picture."""

    stages: int
    touchpoints: int
    page: Drawn
    static: Drawn

    @property
    def promised(self) -> bool:
        """Return whether the bars are meant for maps of this size."""
        return self.touchpoints == OF_TOUCHPOINTS

    @property
    def kept(self) -> bool:
        """Return whether the page is as fast and as light as promised, by the median of its runs."""
        return self.page.middle_ms <= MOST_MS and self.page.size <= MOST_BYTES


def measured(runs: int = RUNS) -> list[Fixture]:
    """Draw every French map with data, each in one theme, ``runs`` times."""
    journeys = of_the_tests("journeys")
    sizes = {(kind.stages, kind.touchpoints): kind for kind in journeys.kinds() if kind.language == "fr" and kind.data}
    found = []
    for kind in sizes.values():
        picture = journeys.picture(kind)
        page, static = _timed(partial(render_page, picture), runs), _timed(partial(render_svg, picture), runs)
        found.append(Fixture(kind.stages, kind.touchpoints, page, static))
    return found


def section(found: Sequence[Fixture]) -> str:
    """Return the section of the page, with its title."""
    lines = [
        "| stages | touchpoints | page, min | median | max | processor time | page | static SVG | static SVG | |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    for one in found:
        verdict = ("met" if one.kept else "**missed**") if one.promised else ""
        page = one.page
        cells = (
            one.stages, one.touchpoints, f"{min(page.clock_ms):.0f} ms", f"{page.middle_ms:.0f} ms",
            f"{max(page.clock_ms):.0f} ms", f"{statistics.median(page.processor_ms):.0f} ms",
            f"{page.size / 1000:.0f} kB", f"{one.static.middle_ms:.0f} ms", f"{one.static.size / 1000:.0f} kB", verdict,
        )  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cells))} |")
    words = (
        "The page of the invented maps that the tests look at (French, with data, every lane full, 200 people behind "
        f"the losses of each stage), drawn {len(found[0].page.clock_ms)} times in a warm process, as one file with "
        f"its fonts. Promised of {OF_TOUCHPOINTS} touchpoints: ≤ {MOST_MS:.0f} ms by the clock and "
        f"≤ {MOST_BYTES // 1000} kB."
    )
    return "\n\n".join([TITLE, words, "\n".join(lines)])


def replaced(page: str, written: str) -> str:
    """Return ``page`` with the section replaced that has the title of ``written``, or with one more at its end."""
    title = re.escape(written.partition("\n")[0])
    kept = re.sub(rf"\n*^{title}\n.*?(?=^## |\Z)", "\n\n", page, flags=re.DOTALL | re.MULTILINE)
    return f"{kept.rstrip()}\n\n{written}\n"


def of_the_tests(name: str) -> ModuleType:
    """Return a module of the picture's tests, which invents what they look at."""
    spec = importlib.util.spec_from_file_location(f"picture_{name}", ROOT / "tests" / "picture" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Measure, print the section, and write it into the page."""
    written = section(measured())
    print(written)
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "benchmarks.md"
    target.write_text(replaced(target.read_text("utf-8"), written), "utf-8")


def _timed(draw: Callable[[], str], runs: int) -> Drawn:
    size = len(draw().encode())
    clock, processor = [], []
    for _run in range(runs):
        begun, spent = time.perf_counter(), time.process_time()
        draw()
        clock.append((time.perf_counter() - begun) * 1000)
        processor.append((time.process_time() - spent) * 1000)
    return Drawn(tuple(clock), tuple(processor), size)


if __name__ == "__main__":
    main()
