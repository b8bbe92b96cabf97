"""The page of discovery: what is found again of known maps, beside the algorithm before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.machine import ROOT

BEFORE = "b6fa51e"
"""The last commit that cut stages at the widest steps of the order."""
DATA = Path(os.environ.get("PARCOURS_DATA", ROOT.parent / "shared" / "data"))

_COLUMNS = (
    ("touchpoints: precision", "precision"),
    ("recall", "recall"),
    ("F1", "f1"),
    ("order: τ", "tau"),
    ("boundaries: F1", "boundaries"),
    ("same stage: F1", "same_stage"),
    ("adjusted Rand", "rand"),
    ("success", "success"),
    ("stages too many", "stages_more"),
)


def page() -> list[str]:
    """Measure now and before, and return the lines of the page."""
    logs = ["--logs", str(DATA)] if DATA.is_dir() else []
    now, fine = _measured(ROOT, *logs), _measured(ROOT, "--detail", "4")
    with tempfile.TemporaryDirectory(prefix="parcours-before-") as folder:
        archive = subprocess.run(
            ["git", "-C", ROOT, "archive", BEFORE, "src", "tools"], capture_output=True, check=True
        )
        subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
        subprocess.run([sys.executable, "tools/translations.py"], cwd=folder, capture_output=True, check=True)
        before = _measured(Path(folder), *logs)
    runs = {label: line["runs"] for label, line in now.items() if "runs" in line}
    lines = [
        "# Discovery against maps that are known",
        "",
        "Companies are played from a map, and the map is discovered in their log alone: the template of the coach, the "
        "map in which nothing matters, and random maps of 4 to 12 stages and 10 to 60 touchpoints, with returns, "
        "skipped stages, ties, events off the map, anonymous visitors, forty rare names, names that carry a number, "
        "and five ways of writing names. What decides was tuned on the seeds from 0 on; these figures are of "
        f"{sum(runs.values())} other companies, seeds from 100,000 on: "
        + ", ".join(f"{count} {label}" for label, count in runs.items())
        + ".",
        "",
        "- **touchpoints**: a drafted one is right when most of its events belong to a true one; a true event name is "
        "found when a right one shows it. Names of failure count in neither.",
        "- **order τ**: Kendall's tau over the touchpoints found.",
        "- **boundaries F1**: a cut between stages is found when it has the same names before it, but for one at most.",
        "- **same stage F1, adjusted Rand**: over pairs of names; for the latter 0 is chance, 1 the same stages.",
        "- **success**: the event proposed is the true one. A quarter of the random maps succeed with a name that says "
        "nothing of success; there no proposal is better than a wrong one, and it counts as missed all the same.",
        "",
        "## Simulated companies",
        "",
        *_table([(label, which, found[label]) for label in runs for which, found in
                 (("before", before), ("now", now), ("now, detail 4", fine))]),
        "",
        f"“Before” is commit {BEFORE}: the same order of touchpoints, cut at its widest steps, their number a third of "
        "that of touchpoints. The order was good already; what is met anywhere is left out now, and stages are cut "
        "where the same people stop meeting things together, in any order and close in time. The usual detail shows 36 "
        "touchpoints at most, which costs recall on maps of up to 60; detail 4 shows 60.",
        "",
        "Simulated stages are easier than life: within one, touchpoints come in changing order and close together, "
        "because the simulator plays them so, and the weights were fitted on it. Read the gain, not the height.",
    ]  # fmt: skip
    if logs:
        lines += _real(now, before)
    return lines


def _real(now: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    names = [name for name in now if "runs" not in now[name]]
    lines = [
        "",
        "## Real logs",
        "",
        "Held against an order of ours (`benchmarks/discovery_maps.py`), written from the names, knowing none of the "
        "companies, after first drafts had been seen: a description rather than a test.",
        "",
        *_table([(name, which, found[name]) for name in names for which, found in (("before", before), ("now", now))]),
    ]  # fmt: skip
    for name in names:
        lines += ["", f"{name}, now:", "", *(f"{at}. {text}" for at, text in enumerate(now[name]["stages"], 1))]
    return lines


def _table(rows: list[tuple[str, str, Mapping[str, Any]]]) -> list[str]:
    table = [
        "| | | " + " | ".join(title for title, _field in _COLUMNS) + " |",
        "|---|---|" + "---|" * len(_COLUMNS),
    ]
    for label, which, line in rows:
        cells = [f"{line[field]:.2f}" if field != "stages_more" else f"{line[field]:+.1f}" for _t, field in _COLUMNS]
        table.append(f"| {label} | {which} | " + " | ".join(cells).replace("-", "−") + " |")
    return table


def _measured(source: Path, *options: str) -> dict[str, Any]:
    """Measure in a process of its own, with the code in ``source``."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.discovery", "--report", *options],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(source / "src"), "PARCOURS_LANGUAGE": "en"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"The measurement failed:\n{done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer
