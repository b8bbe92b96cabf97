from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from parcours.web.supervising import Child, Stop, delay_seconds, supervise

NOTE_AND_SLEEP = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(60)"
DEAF = (
    "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "open(sys.argv[1], 'a').write('x\\n'); time.sleep(60)"
)


def child(script: str, notes: Path) -> Child:
    return Child("test", [sys.executable, "-c", script, str(notes)])


def starts(notes: Path) -> list[str]:
    return notes.read_text().split() if notes.exists() else []


def test_delay_grows_to_a_minute() -> None:
    assert [delay_seconds(n) for n in (1, 2, 3, 4, 20)] == [1, 2, 4, 8, 60]


def test_child_that_is_killed_starts_again(tmp_path: Path) -> None:
    notes = tmp_path / "starts"
    one = child(NOTE_AND_SLEEP, notes)
    killed: list[str] = []

    def turn() -> bool:
        known = starts(notes)
        if known and not killed:
            killed.append(known[0])
            os.kill(int(known[0]), signal.SIGKILL)
        if len(known) == 2:
            raise Stop
        return False

    supervise([one], turn)
    first, second = starts(notes)
    assert first == killed[0] != second
    assert one.failures == 1
    assert one.process is not None and one.process.returncode == -signal.SIGTERM


def test_child_that_dies_at_once_waits_longer_each_time(tmp_path: Path) -> None:
    one = Child("test", [sys.executable, "-c", "raise SystemExit(3)"])
    now, delays = 100.0, []
    for _start in range(3):
        one.tend(now)
        assert one.process is not None
        one.process.wait()
        one.tend(now)
        assert one.process is None
        delays.append(one.next_start - now)
        now = one.next_start
    assert delays == [1, 2, 4]


def test_delay_starts_again_after_a_long_life() -> None:
    one = Child("test", [sys.executable, "-c", ""], failures=5)
    one.tend(0.0)
    assert one.process is not None
    one.process.wait()
    one.tend(61.0)
    assert one.failures == 1


def test_child_that_does_not_listen_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parcours.web.supervising.PATIENCE_SECONDS", 0.2)
    notes = tmp_path / "starts"
    one = child(DEAF, notes)

    def turn() -> bool:
        if starts(notes):
            raise Stop
        return False

    supervise([one], turn)
    assert one.process is not None and one.process.returncode == -signal.SIGKILL


def test_sigterm_ends_supervision_and_what_is_supervised(tmp_path: Path) -> None:
    notes = tmp_path / "starts"
    one = child(NOTE_AND_SLEEP, notes)
    before = signal.getsignal(signal.SIGTERM)

    def turn() -> bool:
        if not starts(notes):
            return False
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM)).start()
        return True

    begun = time.monotonic()
    supervise([one], turn)
    assert time.monotonic() - begun < 5
    assert one.process is not None and one.process.returncode == -signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) == before


def test_process_ends_with_its_supervisor() -> None:
    program = (
        "import subprocess, sys, os, time; "
        "child = subprocess.Popen([sys.executable, '-m', 'parcours.web.processes', 'worker', "
        "'--parent', str(os.getpid())]); print(child.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        orphan = int(supervisor.stdout.readline())
        time.sleep(1.0)
        supervisor.kill()
    for _try in range(150):
        if not running(orphan):
            return
        time.sleep(0.1)
    os.kill(orphan, signal.SIGKILL)
    pytest.fail("the process outlived its supervisor")


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False
