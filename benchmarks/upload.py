"""A file of millions of rows from a real Chromium through ``parcours serve`` into a log, with everything that happens.

    python -m benchmarks.upload [ROWS]

A person begins the upload and cancels it, begins again, the whole server is killed half-way and started anew, the
browser goes on by itself; the import is cancelled half-way, begun again, the server killed in the middle, and at the
end every row of the file is accounted for. Whatever is not as it has to be ends the run. Memory is the peak of each
process as Linux counts it.
"""

from __future__ import annotations

import csv
import os
import re
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from benchmarks.machine import ROOT
from parcours.columnstore.log import StoredLog

sys.path.insert(0, str(ROOT / "tests" / "servers"))
from servers import EMAIL, PASSWORD, Server, ask, free_port, make_alice, start

ROWS = 5_000_000
SMALL_SHARE = 5
"""Memory is measured with a file so many times smaller, too: the web process must not need more for the larger one."""
MOST_WEB_GROWTH_MB = 50
MOST_WORKER_MB, PERSON_BYTES = 1300, 200
"""What the worker may need however large a file is, and beyond that for each person (see ``import_files``)."""
REASONS = {
    "time_unreadable": "a time that cannot be read",
    "person_missing": "no person",
    "field_count": "too few or too many columns",
}
STATE = """
from parcours.eventlog.models import Import
print(json.dumps(list(Import.objects.order_by("pk").values("state", "events", "persons", "skipped", "attempts"))))
"""


def write(path: Path, rows: int) -> Counter[str]:
    """Write rows of a fifth as many persons, some of them bad in three ways; return how many of each."""
    bad: Counter[str] = Counter()
    with path.open("w") as out:
        out.write("person,time,event,channel,amount,message\n")
        for n in range(rows):
            day, hour, minute = n % 28 + 1, n // 28 % 24, n // 700 % 60
            person, end = f"customer-{n * 2654435761 % (rows // 5 + 1)}", "\n"
            moment = f"2026-03-{day:02d}T{hour:02d}:{minute:02d}:00Z"
            if n % 997 == 996:
                moment = "soon"
                bad["time_unreadable"] += 1
            elif n % 1499 == 1498:
                person = ""
                bad["person_missing"] += 1
            elif n % 2003 == 2002:
                end = ",too much\n"
                bad["field_count"] += 1
            out.write(
                f"{person},{moment},step {n % 23},{('web', 'shop', 'phone')[n % 3]},{n % 9973 / 100},"
                f"a note of some length {n % 5000}{end}"
            )
    return bad


def require(held: bool, said: object) -> None:
    if not held:
        raise SystemExit(f"The proof failed: {said}")


@dataclass
class Memory:
    """The most memory that each process of a server ever had, however often it is started anew."""

    home: Path
    peaks: dict[str, int] = field(default_factory=dict)

    def look(self) -> None:
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
                ours = f"PARCOURS_HOME={self.home}".encode() in (folder / "environ").read_bytes().split(b"\0")
                if b"parcours.web.processes" not in words or not ours:
                    continue
                status = (folder / "status").read_text()
            except OSError:
                continue
            role = words[words.index(b"parcours.web.processes") + 1].decode()
            found = re.search(r"VmHWM:\s+(\d+) kB", status)
            self.peaks[role] = max(self.peaks.get(role, 0), int(found[1]) // 1024 if found else 0)

    @contextmanager
    def watched(self) -> Iterator[Memory]:
        over = threading.Event()

        def watch() -> None:
            while not over.wait(0.1):
                self.look()

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield self
        finally:
            over.set()
            thread.join()


@dataclass
class Run:
    """One installation, one person in front of it, and what was seen."""

    folder: Path
    rows: int
    said: dict[str, Any] = field(default_factory=dict)
    sent: list[int] = field(default_factory=list)
    """Offsets of the pieces that left the browser."""
    acknowledged: int = 0

    def __post_init__(self) -> None:
        self.home, self.port = self.folder / "home", free_port()
        self.file = self.folder / "events.csv"
        self.bad = write(self.file, self.rows)
        self.size = self.file.stat().st_size
        self.memory = Memory(self.home)

    # -- the server
    def serve(self) -> None:
        self.server: Server = start(self.home, self.folder, port=self.port)

    def kill(self) -> None:
        self.memory.look()
        os.killpg(self.server.process.pid, signal.SIGKILL)
        self.server.process.wait()

    # -- the person
    def sign_in(self, page: Page) -> None:
        self.page = page
        page.on("response", self._noticed)
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto("/account/login/")
        page.locator("input[name=login]").fill(EMAIL)
        page.locator("input[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/w/"))
        self.imports = f"/w/{self.workspace}/imports/"

    def _noticed(self, answer: Any) -> None:
        if answer.request.method == "PATCH":
            self.sent.append(int(answer.request.headers["upload-offset"]))
            if answer.status == 200:
                self.acknowledged = int(answer.headers["upload-offset"])

    def choose(self) -> None:
        self.sent.clear()
        self.page.goto(self.imports)
        self.page.get_by_label("Choose a file").set_input_files(self.file)

    def uploaded(self, percent: float) -> str:
        """Wait until the bar of the upload shows so much; return what stands below it."""
        bar, words = self.page.locator("[data-upload-bar]"), self.page.locator("[data-upload-words]")
        self.wait(lambda: bar.evaluate("bar => bar.value") >= percent)
        return str(words.inner_text())

    def read(self, least: int, most: int = 100) -> str:
        """Wait until the bar of the import stands between these; return what stands below it."""
        bar, words = self.page.locator("[data-step] progress"), self.page.locator("[data-step] p")
        self.wait(lambda: bar.count() == 1)
        self.wait(lambda: least <= bar.evaluate("bar => bar.value", timeout=2000) <= most)
        return str(words.inner_text())

    def wait(self, true: Callable[[], bool], seconds: float = 120) -> None:
        until = time.monotonic() + seconds
        while not true():
            require(time.monotonic() < until, self.page.locator("#main").inner_text()[:500])
            self.page.wait_for_timeout(20)

    def at_preview(self) -> None:
        expect(self.page.get_by_role("heading", name="What each column is")).to_be_visible(timeout=300_000)

    def begin_import(self) -> None:
        self.at_preview()
        skip = self.page.get_by_label("leave them out, count them and list them")
        if not skip.is_checked():
            with self.page.expect_response(lambda answer: answer.request.method == "POST"):
                skip.check()
            self.page.wait_for_timeout(300)
        self.page.get_by_role("button", name="Import the file").click()

    # -- what is expected of it
    def standing(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = ask(self.home, STATE)
        return found

    @property
    def log(self) -> Path:
        return self.home / "workspaces" / self.workspace / "log"

    def events(self) -> int:
        return StoredLog.open(self.log).events if (self.log / "manifest.sqlite").is_file() else 0

    def uploads(self) -> list[Path]:
        return [path for path in (self.home / "workspaces" / self.workspace / "imports").rglob("*") if path.is_file()]


def cancelled_upload(run: Run) -> None:
    run.choose()
    run.said["sending"] = run.uploaded(25)
    run.page.get_by_role("button", name="Cancel").first.click()
    expect(run.page.get_by_role("row", name=run.file.name)).to_contain_text("Cancelled", timeout=30_000)
    run.wait(lambda: not run.uploads(), 30)


def killed_upload(run: Run) -> None:
    begun = time.monotonic()
    run.choose()
    run.uploaded(45)
    run.kill()
    killed = time.monotonic()
    acknowledged = run.acknowledged
    expect(run.page.locator("[data-upload-words]")).to_contain_text("The connection is lost", timeout=60_000)
    (there,) = run.uploads()
    require(there.stat().st_size >= acknowledged, f"{acknowledged} bytes acknowledged, {there.stat().st_size} there")
    before = len(run.sent)
    run.serve()
    away = time.monotonic() - killed
    run.at_preview()
    run.said["upload seconds"] = time.monotonic() - begun - away
    again = run.sent[before:]
    require(bool(again) and again[0] >= acknowledged, f"sent again from {again[:1]}, {acknowledged} acknowledged")
    require(there.read_bytes() == run.file.read_bytes(), "the uploaded file is another one")
    run.said["acknowledged"] = acknowledged


def cancelled_import(run: Run) -> None:
    run.begin_import()
    run.said["reading"] = run.read(40)
    run.page.get_by_role("button", name="Cancel the import").click()
    expect(run.page.get_by_text("It was cancelled: nothing of it was kept.")).to_be_visible(timeout=60_000)
    require(run.events() == 0, f"{run.events()} events of a cancelled import are in the log")
    run.page.get_by_role("button", name="Read it another way").click()


def killed_import(run: Run) -> None:
    run.begin_import()
    run.read(50)
    run.kill()
    require(run.events() == 0, "a half-read import is in the log")
    run.serve()
    run.read(0, 40)
    run.said["after the restart"] = run.read(10)
    begun = time.monotonic()
    expect(run.page.locator(".kpi").first).to_be_visible(timeout=600_000)
    run.said["import seconds"] = time.monotonic() - begun


def accounted(run: Run) -> None:
    """Every row of the file is in the log, or among the rejected with its reason."""
    good = run.rows - sum(run.bad.values())
    last = run.standing()[-1]
    require(last["events"] == good == run.events(), f"{good} good rows, {last}, {run.events()} in the log")
    require(last["skipped"] == dict(run.bad), f"{dict(run.bad)} bad rows, {last['skipped']} left out")
    shown = run.page.locator("#main").inner_text()
    for figure in (good, sum(run.bad.values()), *run.bad.values()):
        require(f"{figure:,}" in shown, f"{figure:,} is not on the page")
    for reason in run.bad:
        require(REASONS[reason] in shown, f"{REASONS[reason]!r} is not on the page")
    with run.page.expect_download() as got:
        run.page.get_by_role("link", name="Download them all").click()
    with Path(got.value.path()).open(encoding="utf-8-sig", newline="") as file:
        listed = Counter(row["parcours:reason"] for row in csv.DictReader(file))
    require(listed == run.bad, f"{run.bad} bad rows, {listed} in the file of them")
    StoredLog.open(run.log).verify()
    run.said |= {"good": good, "persons": last["persons"]}


def taken_back(run: Run) -> None:
    begun = time.monotonic()
    run.page.get_by_role("link", name="Take it back").click()
    run.page.get_by_role("button", name="Take it back").click()
    expect(run.page.get_by_text("It was taken back")).to_be_visible(timeout=600_000)
    require(run.events() == 0, f"{run.events()} events are left")
    run.said["undo seconds"] = time.monotonic() - begun


STEPS = (cancelled_upload, killed_upload, cancelled_import, killed_import, accounted, taken_back)


def demonstrate(rows: int) -> Run:
    """Go all the way with a file of so many rows."""
    with tempfile.TemporaryDirectory(prefix="parcours-proof-") as folder, sync_playwright() as playwright:
        run = Run(Path(folder), rows)
        run.serve()
        run.workspace = make_alice(run.home)
        path = os.environ.get("PARCOURS_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        try:
            with run.memory.watched():
                address = f"http://127.0.0.1:{run.port}"
                run.sign_in(browser.new_context(base_url=address, locale="en").new_page())
                for step in STEPS:
                    print(f"  {rows:,} rows: {step.__name__.replace('_', ' ')} …", flush=True)
                    step(run)
        finally:
            browser.close()
            run.server.stop()
        return run


def page(rows: int = ROWS) -> list[str]:
    """Measure, and return the lines of the page."""
    small, large = demonstrate(rows // SMALL_SHARE), demonstrate(rows)
    said, bad = large.said, large.bad
    growth = large.memory.peaks["web"] - small.memory.peaks["web"]
    require(growth <= MOST_WEB_GROWTH_MB, f"web needs {growth} MB more for the larger file")
    most = MOST_WORKER_MB + said["persons"] * PERSON_BYTES // 2**20
    require(large.memory.peaks["worker"] <= most, f"worker had {large.memory.peaks['worker']} MB, of {most} MB")
    return [
        f"# {rows:,} rows from the browser",
        "",
        f"A CSV file of {rows:,} rows ({large.size / 1e6:.0f} MB, six columns) is chosen on the page of imports in a "
        "real Chromium and goes through `parcours serve` (web and worker) into the log of a workspace. On the way:",
        "",
        "1. The upload is cancelled at a quarter: it stands as cancelled in the list, and no byte of it is left.",
        "2. It is begun again; at 45 % the whole server is ended with `SIGKILL` and started anew. The page says that "
        f"the connection is lost, then goes on by itself after the {said['acknowledged'] / 1e6:.0f} MB that were "
        "acknowledged; what arrives is the file, byte for byte.",
        "3. The import is cancelled at 40 %: nothing is in the log. It is read another way.",
        "4. At half the whole server is ended with `SIGKILL` again and started anew. The worker that was killed held "
        "its lease for up to half a minute more; then the new one reads the file from its beginning, while the page "
        "that stayed open shows how far it is.",
        f"5. Every row is accounted for: {said['good']:,} events of {said['persons']:,} persons in the log, whose "
        f"checksums hold, and {sum(bad.values()):,} rows left out ("
        + ", ".join(f"{REASONS[reason]}: {count:,}" for reason, count in sorted(bad.items()))
        + "): on the page, in the file of rejected rows, and as they were written into the file.",
        "6. It is taken back: no event is left.",
        "",
        "A single deviation fails the run.",
        "",
        "| | rows | upload | import | undo | web, peak | worker, peak |",
        "|---|---|---|---|---|---|---|",
        *(_line(run) for run in (small, large)),
        "",
        "Times are those of a person in front of the page; the upload's without the time in which there was no "
        "server, the import's from its second beginning to the result on the page. Peaks are `VmHWM`, the most that "
        "each process ever held, over everything above: the web process may need at most "
        f"{MOST_WEB_GROWTH_MB} MB more for the larger file, the worker {MOST_WORKER_MB:,} MB and {PERSON_BYTES} bytes "
        "a person however large it is (its rows are collected in pieces; "
        "[fifty million](large-import.md) need 1.5 GB).",
        "",
        f"What the page said: “{said['sending']}” while it was sent, “{said['reading']}” while it was read, "
        f"“{said['after the restart']}” after the restart.",
        "",
        "- by hand: `python -m benchmarks.upload`",
    ]


def _line(run: Run) -> str:
    times = " | ".join(f"{run.said[f'{name} seconds']:.1f} s" for name in ("upload", "import", "undo"))
    peaks = " | ".join(f"{run.memory.peaks[role]:,} MB" for role in ("web", "worker"))
    return f"| {run.size / 1e6:.0f} MB | {run.rows:,} | {times} | {peaks} |"


if __name__ == "__main__":
    print("\n".join(page(int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else ROWS)))
