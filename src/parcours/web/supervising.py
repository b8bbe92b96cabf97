"""Processes that are started, watched, started again when they die, and stopped together."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import structlog

log = structlog.get_logger("parcours.serve")
LONG_LIFE_SECONDS = 60.0
"""A process that lived this long failed for a new reason: its delay starts again."""
MOST_DELAY_SECONDS = 60.0
PATIENCE_SECONDS = 8.0
"""What is not stopped by then is killed."""


class Stop(Exception):  # noqa: N818 - no error
    """Raised to end what is supervised."""


@dataclass
class Child:
    """A process that has to run. ``failures`` in a row make the next start wait longer."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    next_start: float = 0.0

    def tend(self, now: float) -> None:
        """Start the process if it is not running and its delay is over; note a death."""
        if self.process is not None and self.process.poll() is not None:
            self._note_death(now, self.process.returncode)
        if self.process is None and now >= self.next_start:
            self.process, self.started = subprocess.Popen(self.command), now  # noqa: S603 - our own program

    def _note_death(self, now: float, code: int) -> None:
        self.process = None
        self.failures = 1 if now - self.started >= LONG_LIFE_SECONDS else self.failures + 1
        delay = delay_seconds(self.failures)
        self.next_start = now + delay
        log.error("process died", process=self.name, exit=code, starts_again_in_seconds=delay)

    def ask_to_stop(self) -> None:
        """Send the process the signal to stop."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGTERM)

    def end(self, deadline: float) -> None:
        """Wait for the end of the process; kill it after ``deadline``."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("process killed", process=self.name)
            self.process.kill()
            self.process.wait()


def delay_seconds(failures: int) -> float:
    """Return how long to wait after so many failures in a row: 1, 2, 4 seconds … at most a minute."""
    return float(min(2.0 ** (failures - 1), MOST_DELAY_SECONDS))


def supervise(children: Sequence[Child], each_turn: Callable[[], bool]) -> None:
    """Keep ``children`` running until SIGTERM or SIGINT.

    ``each_turn`` is called until it says True, then left alone; it raises ``Stop`` to end everything.
    """
    done = False
    with _signals() as wait, suppress(Stop):
        try:
            while True:
                now = time.monotonic()
                for child in children:
                    child.tend(now)
                done = done or each_turn()
                if wait(1.0 if done else 0.05):
                    break
        finally:
            for child in children:
                child.ask_to_stop()
            deadline = time.monotonic() + PATIENCE_SECONDS
            for child in children:
                child.end(deadline)


@contextmanager
def _signals() -> Iterator[Callable[[float], bool]]:
    """Give what waits at most so many seconds, less when a child dies, and tells whether to stop."""
    stops = (signal.SIGTERM, signal.SIGINT)
    reading, writing = socket.socketpair()
    reading.setblocking(False)
    writing.setblocking(False)
    before = {number: signal.signal(number, lambda *_: None) for number in (*stops, signal.SIGCHLD)}
    wakeup = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)

    def wait(seconds: float) -> bool:
        if not select.select([reading], [], [], seconds)[0]:
            return False
        return any(number in stops for number in reading.recv(64))

    try:
        yield wait
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)
        reading.close()
        writing.close()


def parent_option() -> list[str]:
    """Return the option that tells a child whom to end with."""
    return ["--parent", str(os.getpid())]
