"""A real server under load, killed whole at random moments: what it acknowledged is there exactly once."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

import pytest
from servers import Server, Visitor, command, free_port, make_alice, program, serving, start

from parcours.columnstore.log import StoredLog

pytestmark = [pytest.mark.xdist_group("server"), pytest.mark.slow, pytest.mark.own_server]
KILLS = int(os.environ.get("PARCOURS_KILLS", "10"))
ROWS, PIECE_BYTES = 3000, 30_000
WHAT_GOES_WRONG = (OSError, http.client.HTTPException)

RECORD = """
from datetime import UTC, datetime
from django.db import OperationalError, transaction
from parcours.accounts.models import Workspace
from parcours.eventlog.services import record_event
space, n = Workspace.objects.get(), 0
while True:
    n += 1
    try:
        with transaction.atomic():
            record_event(space, "fact", f"q{n % 50}", datetime(2026, 3, 1, tzinfo=UTC), message_id=f"{sys.argv[1]}:{n}")
    except OperationalError:
        continue
    print(f"{sys.argv[1]}:{n}", flush=True)
"""


class Load:
    """What people do meanwhile, and what the server acknowledged of it."""

    def __init__(self, home: Path, port: int, workspace: str) -> None:
        self.home, self.port, self.workspace = home, port, workspace
        self.sessions: set[str] = set()
        self.facts: set[str] = set()
        self.begun_files: dict[int, str] = {}
        self.ended_files: set[int] = set()
        self.bytes_there: dict[int, int] = {}
        self.faults: list[str] = []
        self.visitors = 0
        self.ending = threading.Event()

    def run(self, name: str) -> list[threading.Thread]:
        """Begin; the recorder's process is returned by ``recorder``."""
        self.ending.clear()
        self.recorder = program(self.home, RECORD, name)
        threads = [threading.Thread(target=work) for work in (self._sign_in, self._upload, self._note_facts)]
        for thread in threads:
            thread.start()
        return threads

    def _until_end(self, turn: Callable[[], None]) -> None:
        while not self.ending.is_set():
            try:
                turn()
            except WHAT_GOES_WRONG:
                time.sleep(0.05)

    def _sign_in(self) -> None:
        def turn() -> None:
            self.visitors += 1
            if session := Visitor(self.port, self.visitors).sign_in():
                self.sessions.add(session)

        self._until_end(turn)

    def _note_facts(self) -> None:
        assert self.recorder.stdout is not None
        for line in self.recorder.stdout:
            if line.endswith("\n"):
                self.facts.add(line.strip())

    def _upload(self) -> None:
        browser = Visitor(self.port, 0)

        def turn() -> None:
            if "session" not in browser.cookies and not browser.sign_in():
                return
            number = next((one for one in sorted(self.begun_files) if one not in self.ended_files), None)
            if number is None:
                self._begin_file(browser, len(self.begun_files))
            else:
                self._go_on(browser, number)

        self._until_end(turn)

    def _begin_file(self, browser: Visitor, number: int) -> None:
        wanted = json.dumps({"name": f"{number}.csv", "size": len(content(number))}).encode()
        status, read = browser.ask(
            "POST", f"/w/{self.workspace}/imports/", wanted, Content_Type="application/json", Accept="application/json"
        )
        if status == 201:
            self.begun_files[number], self.bytes_there[number] = json.loads(read)["id"], 0

    def _go_on(self, browser: Visitor, number: int) -> None:
        """Add the next piece where the server says that the file ends; hand the whole file to the worker."""
        page = f"/w/{self.workspace}/imports/{self.begun_files[number]}/"
        whole = content(number)
        status, read = browser.ask("GET", f"{page}file")
        if status != 200:
            self.faults.append(f"{page}file answered {status}")
            return
        there = json.loads(read)["offset"]
        if there < self.bytes_there[number]:
            self.faults.append(f"file {number} had {self.bytes_there[number]} bytes, now {there}")
        if there < len(whole):
            piece = whole[there : there + PIECE_BYTES]
            status, read = browser.ask("PATCH", f"{page}file", piece, Upload_Offset=str(there))
            if status == 200:
                self.bytes_there[number] = json.loads(read)["offset"]
        elif json.loads(read)["state"] == "uploading":
            browser.ask("PATCH", f"{page}file", b"", Upload_Offset=str(there))
        else:
            form = urlencode({"then": "import"}).encode()
            status, _read = browser.ask("POST", page, form, Content_Type="application/x-www-form-urlencoded")
            if status == 303:
                self.ended_files.add(number)

    def wait_until_felt(self) -> None:
        """Wait until a fact of this round and one more session were acknowledged, and any file was handed over.

        No moment before tells anything.
        """
        facts, sessions, until = len(self.facts), len(self.sessions), time.monotonic() + 120
        while len(self.facts) == facts or len(self.sessions) == sessions or not self.ended_files:
            assert time.monotonic() < until, "nothing was acknowledged in two minutes"
            time.sleep(0.01)

    def end(self, threads: list[threading.Thread]) -> None:
        self.ending.set()
        self.recorder.kill()
        self.recorder.wait()
        for thread in threads:
            thread.join(60)
        assert self.recorder.stdout is not None
        self.recorder.stdout.close()


def content(number: int) -> bytes:
    rows = (f"p{n % 300},2026-02-{n % 28 + 1:02d}T10:00:00Z,step {n % 4},file{number}:{n}" for n in range(ROWS))
    return ("person,time,event,message_id\n" + "\n".join(rows) + "\n").encode()


def kill(server: Server) -> None:
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait()


def let_time_pass(home: Path) -> None:
    """What the clock would do in five minutes: leases end, and sign-ins that were killed no longer count as failed."""
    with closing(sqlite3.connect(home / "parcours.sqlite3", timeout=30)) as database, database:
        for table in ("eventlog_import", "eventlog_postman"):
            database.execute(f"UPDATE {table} SET leased_until = NULL, due_at = '2026-01-01', attempts = 0")
        database.execute("DELETE FROM cache")


def wait_until_done(home: Path, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with closing(sqlite3.connect(home / "parcours.sqlite3", timeout=30)) as database:
            waiting = database.execute("SELECT count(*) FROM eventlog_outbox WHERE delivered_at IS NULL").fetchone()[0]
            states = Counter(state for (state,) in database.execute("SELECT state FROM eventlog_import"))
        if not waiting and not states["queued"] and not states["running"]:
            return
        time.sleep(0.3)
    pytest.fail(f"not done after {seconds} seconds: {waiting} facts wait, imports {states}")


def found_in(home: Path, workspace: str) -> Counter[str]:
    log = StoredLog.open(home / "workspaces" / workspace / "log")
    log.verify()
    return Counter(one for batch in log.scan(["message_id"]) for one in batch.column("message_id").to_pylist())


def rows_of(files: set[int]) -> set[str]:
    return {f"file{number}:{n}" for number in files for n in range(ROWS)}


def sessions_in(home: Path) -> Counter[str]:
    with closing(sqlite3.connect(home / "parcours.sqlite3")) as database:
        return Counter(key for (key,) in database.execute("SELECT session_key FROM django_session"))


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Load:
    """An installation that was used and killed many times, and everything that it acknowledged."""
    folder = tmp_path_factory.mktemp("killed")
    home, port, chance = folder / "home", free_port(), random.Random(20261128)
    with serving(home, folder, port=port):
        workspace = make_alice(home)
    load = Load(home, port, workspace)
    for number in range(KILLS):
        server = start(home, folder, port=port)
        threads = load.run(f"round{number}")
        load.wait_until_felt()
        time.sleep(chance.uniform(0, 2.5))
        kill(server)
        load.end(threads)
        let_time_pass(home)
    server = start(home, folder, port=port)
    wait_until_done(home)
    assert server.stop() == 0
    return load


def test_killed_server_has_everything_it_acknowledged_exactly_once(worked: Load) -> None:
    assert worked.faults == []
    assert len(worked.sessions) >= KILLS
    assert len(worked.facts) >= KILLS
    assert sum(worked.bytes_there.values()) >= KILLS * PIECE_BYTES // 2
    found = found_in(worked.home, worked.workspace)
    assert {key for key, times in found.items() if times > 1} == set()
    assert worked.facts <= set(found)
    assert worked.ended_files
    assert rows_of(worked.ended_files) <= set(found)
    assert worked.sessions <= set(sessions_in(worked.home))


def test_backup_under_load_holds_everything_acknowledged_before(worked: Load, tmp_path: Path) -> None:
    server = start(worked.home, tmp_path, port=worked.port)
    threads = worked.run("during")
    worked.wait_until_felt()
    before = set(worked.facts), set(worked.ended_files), set(worked.sessions)
    kept = command("backup", str(tmp_path / "kept.tar.zst"), "--json", home=worked.home)
    worked.end(threads)
    assert server.stop() == 0
    assert kept.returncode == 0, kept.stderr
    new = tmp_path / "new"
    back = command("restore", str(tmp_path / "kept.tar.zst"), "--into", str(new), home=tmp_path / "unused")
    assert back.returncode == 0, back.stderr
    restored = {path.relative_to(new).as_posix(): path for path in new.rglob("*") if path.is_file()}
    digests = {name: sha256(path.read_bytes()).hexdigest() for name, path in restored.items()}
    assert digests == json.loads(kept.stdout)["files"]
    let_time_pass(new)
    with serving(new, tmp_path):
        wait_until_done(new)
    found = found_in(new, worked.workspace)
    facts, files, sessions = before
    assert any(fact.startswith("during") for fact in facts), "the backup was taken before anything happened"
    assert files, "the backup was taken before a file was handed over"
    assert {key for key, times in found.items() if times > 1} == set()
    assert facts <= set(found)
    assert rows_of(files) <= set(found)
    assert sessions <= set(sessions_in(new))
