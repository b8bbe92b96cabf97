"""Answers that took time, kept on disk until nobody wants them: each is made once, whoever asks at the same moment.

A key says everything that an answer depends on, so an answer is never wrong, only unused; the oldest go first.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO

from parcours import __version__
from parcours.journeymap.errors import Busy

MOST_FILES, MOST_BYTES = 200, 100_000_000
FORMAT = "2"
"""Changes when what is kept changes its form."""
MOST_AT_ONCE = max(1, os.cpu_count() or 1)
PATIENCE_SECONDS = 90.0
"""How long a reader waits for a turn, or for somebody else who makes the same answer; then ``Busy``."""
LOOK_SECONDS = 0.05


def key_of(*parts: object) -> str:
    """Return a name for what depends on ``parts``, on this version of the program, and on nothing else."""
    return sha256("\0".join(map(str, (__version__, FORMAT, *parts))).encode()).hexdigest()


class Shelf:
    """The kept answers of one workspace, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, key: str) -> bytes | None:
        """Return a kept answer, None where it is not there."""
        path = self.folder / key
        try:
            found = path.read_bytes()
        except FileNotFoundError:
            return None
        with suppress(OSError):
            os.utime(path)  # what was looked at last goes last
        return found

    def made(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Return the answer, made by ``make`` where it is not kept. ``Busy`` where that would take too long."""
        found = self.find(key)
        if found is not None:
            return found
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._alone(key):
            found = self.find(key)
            if found is None:
                with a_turn(self.folder):
                    found = make()
                self._keep(key, found)
        return found

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        with (self.folder / f".{key[:2]}.lock").open("w") as lock:
            until = time.monotonic() + PATIENCE_SECONDS
            while not _locked(lock):
                if time.monotonic() > until:
                    raise Busy
                time.sleep(LOOK_SECONDS)
            yield

    def _keep(self, key: str, answer: bytes) -> None:
        new = self.folder / f".{key}.{os.getpid()}.{threading.get_ident()}"
        new.write_bytes(answer)
        new.rename(self.folder / key)
        self._clear()

    def _clear(self) -> None:
        """Throw away the oldest until what is left is little enough."""
        kept = []
        for path in self.folder.iterdir():
            if not path.name.startswith("."):
                with suppress(FileNotFoundError):
                    kept.append((path.stat().st_mtime_ns, path.stat().st_size, path))
        kept.sort(reverse=True)
        total = 0
        for place, (_time, size, path) in enumerate(kept):
            total += size
            if place and (place >= MOST_FILES or total > MOST_BYTES):
                path.unlink(missing_ok=True)


def _locked(file: IO[str]) -> bool:
    """Take the lock of a file unless somebody else has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Turns:
    """So many slow answers at a time, ``most``; a workspace has a second turn only while no other waits for its first.

    Otherwise whoever asks for answer after answer of one workspace would keep all others waiting.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._changed = threading.Condition()
        self._held: Counter[Path] = Counter()
        self._waiting: list[_Waiting] = []

    @contextmanager
    def one(self, whose: Path) -> Iterator[None]:
        """Hold a turn for the workspace whose folder is ``whose``; ``Busy`` where none came in time."""
        me = _Waiting(whose)
        with self._changed:
            self._waiting.append(me)
            try:
                if not self._changed.wait_for(lambda: self._next() is me, PATIENCE_SECONDS):
                    raise Busy
                self._held[whose] += 1
            finally:
                self._waiting.remove(me)
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._held[whose] -= 1
                if not self._held[whose]:
                    del self._held[whose]
                self._changed.notify_all()

    def _next(self) -> _Waiting | None:
        """Return who may go on: the first of a workspace that has no turn, else the first of all."""
        if self._held.total() >= self._most:
            return None
        return next((one for one in self._waiting if one.whose not in self._held), self._waiting[0])


class _Waiting:
    """Somebody who waits; two of one workspace are not the same."""

    def __init__(self, whose: Path) -> None:
        self.whose = whose


_TURNS = Turns(MOST_AT_ONCE)


def a_turn(whose: Path) -> AbstractContextManager[None]:
    """Hold one of the turns of this process for the workspace whose folder is ``whose``; ``Busy`` as in ``Turns``."""
    return _TURNS.one(whose)
