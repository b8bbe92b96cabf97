"""``make proof``: the long demonstrations; each writes a page of docs/proof with date, commit, machine and figures.

Environment: PARCOURS_PROOFS, names of the proofs to run (all); PARCOURS_ORACLES as for the benchmarks;
PARCOURS_PROOF_ROWS, rows of the large import (50000000); PARCOURS_CHROMIUM, the browser of the upload.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import data, discovery_page, lighthouse, upload
from benchmarks.child import run
from benchmarks.machine import ROOT, describe

ORACLES = Path(os.environ.get("PARCOURS_ORACLES", ROOT / ".oracles"))


def funnel_equality() -> list[str]:
    """Compare the funnel with an exhaustive matcher and with ClickHouse on 50,000 traces of each of ten families."""
    seconds, summary = _tests("tests/engine/test_funnel_reference.py", "families", PARCOURS_FUNNEL_TRACES="50000")
    return [
        "# The funnel on a million random traces",
        "",
        "Ten families of steps (disjoint, repeated, overlapping predicates), 50,000 random traces of each with ties "
        "and repeats, two windows: a million answers, compared with an exhaustive matcher that tries every choice "
        "of rows, and with ClickHouse `windowFunnel(w, 'strict_once')`; then the rows inside ties are shuffled and "
        "counted again. A single difference fails the run.",
        "",
        f"- result: {summary}",
        f"- time: {seconds:.0f} s",
        "- by hand: `PARCOURS_FUNNEL_TRACES=50000 pytest tests/engine/test_funnel_reference.py -k families`",
    ]


def killed_imports() -> list[str]:
    """Kill an importing process a hundred times at random moments and look at the log each time."""
    seconds, summary = _tests("tests/columnstore/test_durability.py", "kill", PARCOURS_KILLS="100")
    return [
        "# A hundred killed imports",
        "",
        "A process that imports is ended with `SIGKILL` at a random moment, a hundred times; each time the log must "
        "open, verify its checksums and hold whole imports only.",
        "",
        f"- result: {summary}",
        f"- time: {seconds:.0f} s",
        "- by hand: `PARCOURS_KILLS=100 pytest tests/columnstore/test_durability.py -k kill`",
    ]


def large_import() -> list[str]:
    """Import a CSV file much larger than the memory that the import may use, and ask it a funnel."""
    rows = int(os.environ.get("PARCOURS_PROOF_ROWS", "50000000"))
    with tempfile.TemporaryDirectory(prefix="parcours-proof-") as folder:
        file, log = Path(folder) / "events.csv", Path(folder) / "events.parcours"
        written = _write_in_parts(file, rows)
        size = file.stat().st_size
        parcours = [sys.executable, "-m", "parcours"]
        imported = run([*parcours, "import", str(file), "--into", str(log), "--json"])
        funnel = run([*parcours, "funnel", str(log), *data.STEPS, "--within", f"{data.WITHIN_DAYS}d", "--json"])
        on_disk = sum(found.stat().st_size for found in log.rglob("*") if found.is_file())
        if imported.answer["events"] != written:
            raise SystemExit(f"{imported.answer['events']} of {written} rows were imported.")
        shutil.rmtree(log)
    if imported.answer["persons"] < written // 40:
        raise SystemExit(f"Only {imported.answer['persons']} persons in {written} rows: the slices share theirs.")
    steps = ", ".join(f"{step['name']} {step['persons']:,}" for step in funnel.answer["steps"])
    return [
        f"# An import of {written:,} rows",
        "",
        "A CSV file in the order of time, five columns, a person for every twenty rows, through the command, process "
        "start included.",
        "",
        f"- persons: {imported.answer['persons']:,}",
        f"- file: {size / 1e9:.2f} GB; log on disk afterwards: {on_disk / 1e9:.2f} GB",
        f"- import: {imported.ended:.0f} s, {written / imported.ended / 1e6:.2f} million rows a second",
        f"- peak memory of the import: {imported.peak_bytes / 2**30:.2f} GB",
        f"- then a funnel of five steps within {data.WITHIN_DAYS} days, from the command: {funnel.ended:.1f} s, "
        f"{funnel.peak_bytes / 2**30:.2f} GB ({steps})",
    ]


def kills() -> list[str]:
    """Kill a whole server under load at random moments, and take a backup under load."""
    where = "tests/application/web/test_kill.py"
    seconds, summary = _tests(where, "acknowledged", PARCOURS_KILLS="100")
    return [
        "# A server killed a hundred times",
        "",
        "`parcours serve` with all its processes is ended with `SIGKILL` at a random moment, a hundred times, while "
        "people sign in, upload and import files piece by piece, and the application writes down facts. Every session, "
        "every byte, every event that was acknowledged must be there afterwards, exactly once. Then a backup is taken "
        "under the same load, restored into an empty folder, and held to the same. All of it on "
        "SQLite: on PostgreSQL nothing is killed; there a test backs up, restores and serves again.",
        "",
        f"- result: {summary}",
        f"- time: {seconds:.0f} s",
        f"- by hand: `PARCOURS_KILLS=100 pytest {where}`",
    ]


def coverage() -> list[str]:
    """Count how often each interval holds the truth over 5,000 seeded runs, and flags where there is no truth."""
    with tempfile.TemporaryDirectory(prefix="parcours-proof-") as folder:
        table = Path(folder) / "coverage.tsv"
        runs = {"PARCOURS_COVERAGE_RUNS": "5000", "PARCOURS_COVERAGE_TABLE": str(table)}
        seconds, summary = _tests("tests/engine/test_coverage.py", "intervals or few", **runs)
        found = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()]
    null_seconds, null_summary = _tests("tests/engine/test_null_companies.py", "flag", PARCOURS_NULL_COMPANIES="1000")
    usual = next(place for place, line in enumerate(found) if line[0].startswith("NPS, 10 answers"))
    return [
        "# How often the intervals hold the truth",
        "",
        "Every interval in use, over 5,000 seeded runs of each situation: simulated as a company would see it once, "
        "did the 95 % interval hold what it was drawn from? The resampling of the alignment is the one in use, a "
        "thousand draws a run. A run without an interval (nothing varies in it) is not judged.",
        "",
        "## Situations that occur",
        "",
        "Each has to lie between 93 and 97 %, within binomial bounds, or the run fails.",
        "",
        *_covered(found[:usual]),
        "",
        "## Few cases, shares near none or all",
        "",
        "Not required to: stated as they are. Means of very skewed answers (most at one end of the scale) fall to "
        "about 90 % even with thirty of them: read an interval of CES or emotion that ends at the end of its scale as "
        "too narrow. Newcombe's and Wilson's intervals and those of the alignment lie on the safe side.",
        "",
        *_covered(found[usual:]),
        "",
        f"- result: {summary}; time: {seconds:.0f} s",
        "- by hand: `PARCOURS_COVERAGE_RUNS=5000 pytest tests/engine/test_coverage.py`",
        "",
        "## Companies where nothing hangs together",
        "",
        "A thousand companies of 150 people, in which deviations, broken promises, success, times and feelings have "
        "nothing to do with each other, and both scores of a stage are equally high: each flag (a difference that "
        "tells, a gap that excludes 0, a drift) is raised in at most 5 % of them within binomial bounds, and together "
        "in about 5 %.",
        "",
        f"- result: {null_summary}; time: {null_seconds:.0f} s",
        "- by hand: `PARCOURS_NULL_COMPANIES=1000 pytest tests/engine/test_null_companies.py`",
    ]


def _covered(lines: list[list[str]]) -> list[str]:
    table = ["| situation | held | runs | share |", "|---|---|---|---|"]
    for name, held, runs in lines:
        table.append(f"| {name} | {int(held):,} | {int(runs):,} | {100 * int(held) / int(runs):.1f} % |")
    return table


PROOFS: dict[str, Callable[[], list[str]]] = {
    "funnel-equality": funnel_equality,
    "killed-imports": killed_imports,
    "kills": kills,
    "large-import": large_import,
    "coverage": coverage,
    "discovery": discovery_page.page,
    "lighthouse": lighthouse.page,
    "upload": upload.page,
}


def _write_in_parts(file: Path, rows: int, part: int = 5_000_000) -> int:
    """Write ``rows`` rows in slices with persons of their own, so that making them needs little memory."""
    written = 0
    with file.open("wb") as out:
        for number in range(-(-rows // part)):
            table = data.events(min(part, rows - written), seed=100 + number)
            piece = file.with_suffix(f".{number}")
            data.write_csv(table, piece, seed=200 + number)
            with piece.open("rb") as made:
                header = made.readline()
                out.write(header if not number else b"")
                out.writelines(re.sub(rb'^("?)C', rb"\g<1>C%d-" % number, line) for line in made)
            piece.unlink()
            written += len(table)
    return written


def _tests(path: str, words: str, **environment: str) -> tuple[float, str]:
    begin = time.perf_counter()
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", path, "-k", words]
    settings = os.environ | environment | {"PARCOURS_ORACLES": str(ORACLES), "CI": "true"}
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-300:]
    if done.returncode:
        raise SystemExit(f"The proof failed:\n{done.stdout[-3000:]}")
    return time.perf_counter() - begin, re.sub(r" in [\d.]+s.*", "", last)


def main() -> None:
    """Run the proofs asked for and write their pages."""
    asked = os.environ.get("PARCOURS_PROOFS", ",".join(PROOFS)).split(",")
    for name in asked:
        print(f"{name} …", flush=True)
        machine = describe(ORACLES)
        lines = PROOFS[name]()
        facts = [
            f"- {key}: {machine[key]}" for key in ("date", "commit", "processor", "memory", "system", "load before")
        ]
        page = ROOT / "docs" / "proof" / f"{name}.md"
        page.write_text("\n".join([*lines, "", "## Machine", "", *facts, ""]), encoding="utf-8")
        print(f"written: {page.relative_to(ROOT)}", flush=True)


if __name__ == "__main__":
    main()
