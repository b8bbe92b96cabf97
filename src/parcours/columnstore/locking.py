"""Who may write, and which state readers still hold: advisory file locks, freed by the system when a process dies."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from parcours.language.errors import LogError
from parcours.language.translation import _


class LogBusy(LogError):  # noqa: N818 - a state of the log, nobody's mistake
    """Somebody else is writing to the log at this moment; nothing is wrong with it."""


@contextmanager
def write_lock(path: Path, log: Path) -> Iterator[None]:
    """Hold the one right to write to a log; LogBusy names the holder where somebody else has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _held(descriptor, log) from None
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": time.time()}
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _held(descriptor: int, log: Path) -> LogBusy:
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
        since = datetime.fromtimestamp(holder["since"], UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        who = _("process {pid} on {host}, since {since}").format(pid=holder["pid"], host=holder["host"], since=since)
    except (ValueError, KeyError, TypeError):
        who = _("a process that has just begun")
    return LogBusy(
        _("Somebody else is writing to the log “{log}”: {who}.").format(log=log, who=who),
        expected=_("Wait until it has finished, then try again."),
    )


@contextmanager
def writable(log: Path) -> Iterator[None]:
    """Turn what the system refuses (a full disk, a folder without rights) into a LogError."""
    try:
        yield
    except OSError as error:
        raise LogError(
            _("The log “{log}” cannot be written: {error}.").format(log=log, error=error.strerror or error),
            expected=_("Is the disk full, or the folder read-only? The log is as it was before."),
        ) from error


class Lease:
    """A reader's claim on one generation of a log: while it lasts, no file of that generation is deleted.

    On a read-only disk no claim can be made and none is needed.
    """

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError:
            return
        self.release = weakref.finalize(self, os.close, descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_SH)

    release: weakref.finalize[..., Lease] | None = None


def unclaimed(path: Path) -> bool:
    """Tell whether no reader holds the lease at ``path``, and remove its file if so."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        path.unlink(missing_ok=True)
        return True
    finally:
        os.close(descriptor)


def fsync_path(path: Path) -> None:
    """Make a file or a directory durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
