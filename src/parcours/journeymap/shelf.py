"""Answers that took time, kept on disk until nobody wants them: each is made once, whoever asks at the same moment.

A key says everything that an answer depends on, so an answer is never wrong, only unused; the oldest go first.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from parcours import __version__
from parcours.journeymap.errors import Busy

MOST_FILES, MOST_BYTES = 200, 100_000_000
FORMAT = "2"
"""Changes when what is kept changes its form."""
MOST_AT_ONCE = max(1, os.cpu_count() or 1)
_AT_ONCE = threading.BoundedSemaphore(MOST_AT_ONCE)
PATIENCE_SECONDS = 90.0


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
        """Return the answer, made by ``make`` where it is not kept. ``Busy`` where too many are being made."""
        found = self.find(key)
        if found is not None:
            return found
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._alone(key):
            found = self.find(key)
            if found is None:
                with a_turn():
                    found = make()
                self._keep(key, found)
        return found

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        with (self.folder / f".{key[:2]}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
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


@contextmanager
def a_turn() -> Iterator[None]:
    """Hold one of the turns of this process; ``Busy`` where none came free in time."""
    if not _AT_ONCE.acquire(timeout=PATIENCE_SECONDS):
        raise Busy
    try:
        yield
    finally:
        _AT_ONCE.release()
