"""The measurements: each round asks ours and every peer in turn, so that all suffer the same machine."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import data
from benchmarks.child import FailedError, Run, Series, run
from benchmarks.machine import ROOT

PEERS = Path(__file__).parent / "peers"
WINDOW_MS = data.WITHIN_DAYS * 86_400_000
PM4PY_FUNNEL = 4_000
"""Its filter joins every pair of events of a person: more than this takes gigabytes and minutes."""
PM4PY_BYTES = 6 << 30
RETENTIONEERING_MOST = 5_000_000
REPEATS = 5


@dataclass
class Finding:
    """What was measured of one question at one size: seconds by engine, inside a process with everything open
    (``kernel``), from the files on disk with libraries loaded (``from_files``), from the start of a process."""

    events: int
    persons: int
    kernel: dict[str, Series] = field(default_factory=dict)
    end_to_end: dict[str, Series] = field(default_factory=dict)
    from_files: dict[str, Series] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)

    def take(self, engine: str, got: Run, *, whole: bool = False) -> None:
        """Add one run of ``engine``; ``whole``: until its process ended, not only until it answered."""
        self.answers[engine] = got.answer
        self.end_to_end.setdefault(engine, Series()).add(
            got.ended if whole else got.answered,
            got.processor - sum(spent for _s, spent in got.repeats),
            got.peak_bytes,
        )
        self.repeat(engine, got)

    def repeat(self, engine: str, got: Run) -> None:
        """Add only what was asked again inside the process."""
        _add_repeats(self.kernel, engine, got)

    def reopen(self, engine: str, got: Run) -> None:
        """Add what was asked again inside the process, the files opened anew each time."""
        self.answers[f"{engine}, from files"] = got.answer
        _add_repeats(self.from_files, engine, got)


def _add_repeats(series: dict[str, Series], engine: str, got: Run) -> None:
    for seconds, processor in got.repeats:
        series.setdefault(engine, Series()).add(seconds, processor)


@dataclass(frozen=True)
class Workshop:
    """Where data is made and programs are found."""

    folder: Path
    oracles: Path
    runs: int
    tell: Callable[[str], None]

    def ours(self, *words: str | Path) -> Run:
        """Run our command, as a user does."""
        return run([Path(sys.executable).parent / "parcours", *words])

    def inside(self, question: str, *words: str | Path, repeats: int = REPEATS) -> Run:
        """Ask one of ``benchmarks.ours``."""
        argv = [sys.executable, "-m", "benchmarks.ours", question, str(repeats), *words]
        return run(argv, {"PYTHONPATH": str(ROOT)})

    def peer(self, name: str, asked: Mapping[str, Any], *, most_bytes: int = 0) -> Run:
        """Ask a peer in its own environment."""
        program = [self.oracles / "bin" / "python", PEERS / f"{name}_peer.py", json.dumps(asked)]
        return run(program, most_bytes=most_bytes)

    def warm(self, log: Path) -> None:
        """Let every program run once on nothing to speak of: code is compiled and files are read before it counts."""
        tiny = self.folder / "tiny.csv"
        rows = (f"p{i % 9},2025-01-01T00:00:{i:02d}Z,e{i % 3}" for i in range(60))
        tiny.write_text("\n".join(["person,time,event", *rows]) + "\n", encoding="utf-8")
        shutil.rmtree(log, ignore_errors=True)
        self.ours("import", tiny, "--into", log, "--json")
        self.ours("funnel", log, "e0", "e1", "--within", "7d", "--json")
        self.ours("transitions", log, "--json")
        for peer in ("pm4py", "retentioneering"):
            self.peer(peer, {"question": "import", "csv": str(tiny)})

    def parquet(self, size: int) -> Path:
        """Make the events of ``size`` once."""
        path = self.folder / f"{size}.parquet"
        if not path.exists():
            self.tell(f"making {size:,} events")
            data.write_parquet(data.events(size), path)
        return path

    def log(self, size: int) -> Path:
        """Import the events of ``size`` into a log of ours, once."""
        path = self.folder / f"{size}.parcours"
        if not path.exists():
            self.tell(f"importing {size:,} events")
            self.ours("import", self.parquet(size), "--into", path, "--json")
        return path


def importing(shop: Workshop, size: int) -> Finding:
    """Time CSV rows to something that can be asked, process start included."""
    csv = shop.folder / f"{size}.csv"
    if not csv.exists():
        import pyarrow.parquet as pq

        shop.tell(f"writing {size:,} rows of CSV")
        data.write_csv(pq.read_table(shop.parquet(size)), csv)
    finding: Finding | None = None
    log = shop.folder / "import.parcours"
    shop.warm(log)
    for number in range(shop.runs):
        shop.tell(f"import {size:,}, run {number + 1}")
        shutil.rmtree(log, ignore_errors=True)
        mine = shop.ours("import", csv, "--into", log, "--json")
        finding = finding or Finding(mine.answer["events"], mine.answer["persons"])
        finding.take("parcours", mine, whole=True)
        for peer in ("pm4py", "retentioneering"):
            got = shop.peer(peer, {"question": "import", "csv": str(csv)})
            finding.take(peer, got, whole=True)
            assert got.answer == {"events": finding.events, "persons": finding.persons}, (peer, got.answer)
    assert finding is not None
    finding.notes.append(
        f"the file has {csv.stat().st_size / 1e6:,.0f} MB; our log {_bytes(log) / 1e6:,.0f} MB on disk"
    )
    shutil.rmtree(log, ignore_errors=True)
    return finding


def funnel(shop: Workshop, size: int) -> Finding:
    """Ask for five frequent steps within seven days."""
    log, folder, file = shop.log(size), shop.folder / f"{size}.chdb", shop.folder / f"{size}.duckdb"
    parquet, steps = str(shop.parquet(size)), list(data.STEPS)
    if not folder.exists():
        shop.tell("filling the peers' tables")
        shop.peer("chdb", {"folder": str(folder), "parquet": parquet, "names": data.NAMES})
        shop.peer("duckdb", {"file": str(file), "parquet": parquet, "names": data.NAMES})
    counted = shop.inside("opening", log, repeats=0).answer
    finding = Finding(counted, 0)
    within = f"{data.WITHIN_DAYS}d"
    for number in range(shop.runs):
        shop.tell(f"funnel {size:,}, run {number + 1}")
        mine = shop.ours("funnel", log, *steps, "--within", within, "--json")
        finding.end_to_end.setdefault("parcours", Series()).add(mine.ended, mine.processor, mine.peak_bytes)
        finding.answers["parcours, command"] = [step["persons"] for step in mine.answer["steps"]]
        inner = shop.inside("funnel", log, *steps, str(data.WITHIN_DAYS))
        finding.answers["parcours"] = inner.answer
        finding.repeat("parcours", inner)
        finding.repeat("one full pass", shop.inside("full-pass", log))
        finding.reopen("parcours", shop.inside("funnel-from-files", log, *steps, str(data.WITHIN_DAYS)))
        forms = _chdb_forms(finding)
        for name, form in forms.items():
            asked = {"folder": str(folder), "steps": steps, "window_ms": WINDOW_MS, "repeats": 3}
            finding.take(name, shop.peer("chdb", asked | form))
            finding.reopen(name, shop.peer("chdb", asked | form | {"reopen": True}))
        if number < 3:
            asked = {"file": str(file), "steps": steps, "window_ms": WINDOW_MS, "repeats": 1}
            finding.take("duckdb", shop.peer("duckdb", asked))
            finding.reopen("duckdb", shop.peer("duckdb", asked | {"reopen": True}))
    same = {name: answer for name, answer in finding.answers.items() if answer != finding.answers["parcours"]}
    assert not same, (same, finding.answers["parcours"])
    finding.notes.append(f"persons at each step, the same from all of these: {finding.answers['parcours']}")
    _without_window(shop, size, log, parquet, finding)
    return finding


def _chdb_forms(finding: Finding) -> dict[str, dict[str, bool]]:
    """With and without a WHERE on the names, each with and without aggregation in order; after the first round, the
    faster of each two."""
    forms = {}
    for only_steps in (True, False):
        where = f"chdb, {'WHERE' if only_steps else 'no WHERE'}"
        both = {
            where + (", in order" if in_order else ""): {"only_steps": only_steps, "in_order": in_order}
            for in_order in (True, False)
        }
        if set(both) <= set(finding.kernel):
            best = min(both, key=lambda name: finding.kernel[name].middle)
            both = {best: both[best]}
        forms |= both
    return forms


def _without_window(shop: Workshop, size: int, log: Path, parquet: str, finding: Finding) -> None:
    """Ask the peers that know no window; and us, without one, for their answers."""
    steps = list(data.STEPS)
    if size <= RETENTIONEERING_MOST:
        ours = shop.inside("funnel", log, *steps, "0").answer
        for number in range(min(shop.runs, 3)):
            shop.tell(f"funnel {size:,} by retentioneering, run {number + 1}")
            asked = {"question": "funnel", "parquet": parquet, "steps": steps, "repeats": 2}
            finding.take("retentioneering", shop.peer("retentioneering", asked))
        theirs = finding.answers["retentioneering"]
        apart = max(abs(a - b) for a, b in zip(ours, theirs, strict=True))
        assert apart <= max(2, 1e-4 * ours[0]), (ours, theirs)
        finding.notes.append(
            "retentioneering knows no window and reads rows at one instant in an order of their own: "
            f"its answer without a window differs from ours by at most {apart} persons"
        )
    else:
        finding.notes.append(f"retentioneering is asked up to {RETENTIONEERING_MOST:,} events only (memory)")


def pm4py_funnel(shop: Workshop, size: int) -> Finding:
    """Ask pm4py's closest question, at a size that it survives."""
    size = min(size, PM4PY_FUNNEL)
    parquet, steps, log = shop.parquet(size), list(data.STEPS), shop.log(size)
    finding = Finding(shop.inside("opening", log, repeats=0).answer, 0)
    for number in range(min(shop.runs, 3)):
        shop.tell(f"pm4py's eventually-follows filter on {size:,}, run {number + 1}")
        asked = {"question": "funnel", "parquet": str(parquet), "steps": steps, "repeats": 1}
        try:
            got = shop.peer("pm4py", asked, most_bytes=PM4PY_BYTES)
        except FailedError as failed:
            finding.notes.append(f"pm4py failed within {PM4PY_BYTES >> 30} GB: {str(failed).splitlines()[-1]}")
            break
        finding.take("pm4py", got)
        ours = shop.inside("funnel", log, *steps, "0")
        finding.answers["parcours"] = ours.answer
        finding.repeat("parcours", ours)
        whole = shop.ours("funnel", log, *steps, "--json")
        finding.end_to_end.setdefault("parcours", Series()).add(whole.ended, whole.processor, whole.peak_bytes)
        assert abs(got.answer - ours.answer[-1]) <= 2, (got.answer, ours.answer)
    return finding


def transitions(shop: Workshop, size: int) -> Finding:
    """Ask what came directly after what."""
    log, parquet = shop.log(size), str(shop.parquet(size))
    finding = Finding(shop.inside("opening", log, repeats=0).answer, 0)
    for number in range(shop.runs):
        shop.tell(f"transitions {size:,}, run {number + 1}")
        mine = shop.ours("transitions", log, "--json")
        finding.end_to_end.setdefault("parcours", Series()).add(mine.ended, mine.processor, mine.peak_bytes)
        inner = shop.inside("transitions", log)
        finding.answers["parcours"] = inner.answer
        finding.repeat("parcours", inner)
        if number < 3:
            for peer in ("pm4py", "retentioneering"):
                asked = {"question": "transitions", "parquet": parquet, "repeats": 2}
                finding.take(peer, shop.peer(peer, asked))
    ours = {(source, target): count for source, target, count in finding.answers["parcours"]}
    for peer in ("pm4py", "retentioneering"):
        theirs = {(source, target): count for source, target, count in finding.answers[peer]}
        apart = sum(abs(ours.get(edge, 0) - theirs.get(edge, 0)) for edge in ours.keys() | theirs.keys())
        assert apart <= 1e-4 * sum(ours.values()), (peer, apart)
        same = (
            "the same graph, edge for edge" if not apart else f"{apart:,} of {sum(ours.values()):,} steps differ (ties)"
        )
        finding.notes.append(f"{peer}: {same}")
    return finding


OVER_MAP = {"trips": "finding trips", "placing": "placing their events", "holding": "holding them against the plan"}


def over_map(shop: Workshop, size: int) -> Finding:
    """Time what lays a log over a plan, part by part, beside one pass over the same columns in the same rounds."""
    log = shop.log(size)
    finding = Finding(shop.inside("opening", log, repeats=0).answer, 0)
    for number in range(shop.runs):
        shop.tell(f"a plan over {size:,}, run {number + 1}")
        finding.repeat("one full pass", shop.inside("full-pass", log))
        for part, words in OVER_MAP.items():
            finding.repeat(words, shop.inside("over-map", log, part))
        whole = shop.inside("over-map", log, "deviations")
        finding.repeat("the whole question of deviations", whole)
        finding.notes[:] = [f"peak memory of the process that answers it: {whole.peak_bytes / 2**20:,.0f} MB"]
    return finding


def opening(shop: Workshop, size: int) -> Finding:
    """Open a log that exists: in a fresh process, and again inside one."""
    log = shop.log(size)
    finding = Finding(0, 0)
    for _number in range(shop.runs):
        got = shop.inside("opening", log)
        finding.events = got.answer
        finding.take("parcours", got)
    return finding


def report(shop: Workshop, file: Path) -> Finding:
    """Import a real loan log and draw its report with a discovered map."""
    log, page = shop.folder / "report.parcours", shop.folder / "report.html"
    finding: Finding | None = None
    for number in range(shop.runs):
        shop.tell(f"report of {file.name}, run {number + 1}")
        shutil.rmtree(log, ignore_errors=True)
        read = shop.ours("import", file, "--into", log, "--json")
        finding = finding or Finding(read.answer["events"], read.answer["persons"])
        finding.take("import", read, whole=True)
        finding.take("report", shop.ours("report", log, "--output", page), whole=True)
    assert finding is not None
    finding.notes.append(f"the page has {page.stat().st_size / 1e3:,.0f} kB")
    return finding


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
