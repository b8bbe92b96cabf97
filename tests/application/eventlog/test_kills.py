"""A real worker process, killed at random moments while it imports and delivers: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from servers import ask, inside, make_alice

pytestmark = pytest.mark.own_server
KILLS = int(os.environ.get("PARCOURS_KILLS", "10"))
ROWS, FACTS = 400_000, 300


class Installation:
    """A home of its own with a database file, and a worker in a process of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        make_alice(home)

    def run(self, source: str) -> Any:
        return ask(self.home, source)

    def worker(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "parcours.web.worker"]
        with (self.home / "worker.txt").open("ab") as said:
            return subprocess.Popen(command, env=inside(self.home), stderr=said)

    def begun(self) -> bool:
        """Wait until the worker holds something, for a few seconds at most."""
        until = time.monotonic() + 10
        question = "SELECT 1 FROM {} WHERE leased_until IS NOT NULL"
        while time.monotonic() < until:
            with closing(sqlite3.connect(self.home / "parcours.sqlite3", timeout=20)) as database:
                tables = ("eventlog_import", "eventlog_postman")
                if any(database.execute(question.format(table)).fetchone() for table in tables):
                    return True
            time.sleep(0.01)
        return False

    def settled(self, seconds: float) -> dict[str, Any]:
        """Wait until nothing is left to do; return how things stand then, or in the end."""
        until = time.monotonic() + seconds
        while (standing := self.run(STANDING)) != SETTLED and time.monotonic() < until:
            time.sleep(1)
        return standing


SETUP = """
    from parcours.accounts.models import User, Workspace
    from parcours.eventlog import services
    from parcours.eventlog.models import Import
    from parcours.eventlog.reading import Answers
    from datetime import UTC, datetime, timedelta
    space, alice = Workspace.objects.get(), User.objects.get()
    def rows(first):
        for n in range(first, first + {rows}):
            yield f"p{{n % 5000}},2026-03-{{n % 28 + 1:02d}}T10:{{n % 60:02d}}:00Z,step {{n % 5}},{{n}}\\n"
    for part in range(2):
        content = ("person,time,event,number\\n" + "".join(rows(part * {rows}))).encode()
        row = services.begin_upload(space, alice, f"part{{part}}.csv", len(content))
        services.add_to_upload(row, 0, [content])
        row.refresh_from_db()
        services.start(row, alice, Answers.of(row.options))
    for n in range({facts}):
        then = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=n)
        services.record_event(space, "order", f"q{{n}}", then, message_id=f"order:{{n}}")
"""
ANOTHER = """
    from parcours.accounts.models import Workspace
    from parcours.eventlog import services
    from parcours.eventlog.models import Import, Outbox, Postman
    from datetime import UTC, datetime
    for row in (Import, Postman):  # what the clock would do in half a minute
        row.objects.update(leased_until=None, due_at=datetime(2026, 1, 1, tzinfo=UTC), attempts=0)
    space = Workspace.objects.get()
    for n in range(20):
        then = datetime(2026, 3, 2, tzinfo=UTC)
        services.record_event(space, "later", f"q{n}", then, message_id="later:{kill}:" + str(n))
"""
STANDING = """
    from parcours.eventlog.models import Import, Outbox
    print(json.dumps({"states": sorted(Import.objects.values_list("state", flat=True)),
                      "waiting": Outbox.objects.filter(delivered_at=None).count()}))
"""
SETTLED = {"states": ["done", "done"], "waiting": 0}
FOUND = """
    from collections import Counter
    from parcours.accounts.models import Workspace
    from parcours.eventlog.models import Import, Outbox
    from parcours.eventlog.queries import find_log
    log = find_log(Workspace.objects.get())
    log.verify()
    numbers, ids = Counter(), Counter()
    for batch in log.scan(["number", "message_id"]):
        numbers.update(n for n in batch.column("number").to_pylist() if n is not None)
        ids.update(m for m in batch.column("message_id").to_pylist() if m is not None)
    print(json.dumps({
        "events": log.events, "numbers": len(numbers), "ids": len(ids), "told": Outbox.objects.count(),
        "doubled": [k for k, v in (numbers + ids).items() if v > 1][:5],
        "imports": sorted(Import.objects.values_list("batch", "events")),
        "batches": sorted((b.id, b.events) for b in log.batches() if b.source != "application"),
        "staged": len(list((log.path / "staging").iterdir())),
    }))
"""


@pytest.mark.slow
def test_a_worker_killed_at_random_moments_loses_and_doubles_nothing(tmp_path: Path) -> None:
    there = Installation(tmp_path)
    there.run(SETUP.format(rows=ROWS, facts=FACTS))
    chance = random.Random(20261128)
    for kill in range(KILLS):
        worker = there.worker()
        there.begun()
        time.sleep(chance.uniform(0, 2.5))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        there.run(ANOTHER.replace("{kill}", str(kill)))
    worker = there.worker()
    try:
        standing = there.settled(120)
    finally:
        worker.terminate()
    said = (tmp_path / "worker.txt").read_text()
    assert worker.wait(30) == 0 and standing == SETTLED, said
    found = there.run(FOUND)
    facts = FACTS + KILLS * 20
    assert found["doubled"] == [] and found["ids"] == found["told"] == facts
    assert found["numbers"] == 2 * ROWS and found["events"] == 2 * ROWS + facts
    assert found["imports"] == found["batches"] and len(found["imports"]) == 2


def test_a_worker_that_is_asked_to_end_does_so_at_once(tmp_path: Path) -> None:
    there = Installation(tmp_path)
    there.run(SETUP.format(rows=1, facts=1))
    worker = there.worker()
    standing = there.settled(60)
    worker.terminate()
    assert worker.wait(15) == 0 and standing == SETTLED
