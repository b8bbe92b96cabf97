"""The file of an upload on disk: it alone says how far the upload has come, before and after any crash."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from parcours.columnstore.locking import fsync_path
from parcours.eventlog.errors import NoRoom, TooLarge, WrongOffset

NAME_LENGTH = 120
ROOM_FACTOR, ROOM_BYTES = 3, 500_000_000
"""A file needs its own size, as much for the rows in work, and as much for the log at most; and the server goes on."""
RESERVED = timedelta(hours=1)
"""How long room is kept for the rest of an upload of which nothing comes."""


def clean_name(raw: str) -> str:
    """Return a name that is safe for any disk and shows what the sender called the file: no folders, no controls."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", raw))[-1]
    printable = "".join(char for char in last if char.isprintable() and char not in '<>:"|?*')
    name = re.sub(r"\s+", " ", printable).strip(" .")
    name = name.encode("utf-8", "ignore").decode()
    if not name or name.startswith("-"):
        name = f"file{name}"
    stem, endings = _endings(name)
    while len((stem + endings).encode()) > NAME_LENGTH and stem:
        stem = stem[:-1]
    return (stem + endings)[:NAME_LENGTH]


def _endings(name: str) -> tuple[str, str]:
    """Split off at most two endings (``.csv.gz``): they tell the format."""
    found = re.search(r"(\.\w{1,8}){1,2}$", name)
    return (name[: found.start()], found.group()) if found and found.start() else (name, "")


def refuse_size(size: int, already: int = 0, reserved: int = 0) -> None:
    """Raise TooLarge or NoRoom where a file of ``size`` bytes, ``already`` of them there, cannot be taken.

    ``reserved`` bytes of the disk are for others.
    """
    if size > settings.PARCOURS_MAX_UPLOAD_BYTES:
        raise TooLarge(settings.PARCOURS_MAX_UPLOAD_BYTES)
    refuse_lack_of_room(ROOM_FACTOR * size - already + reserved)


def refuse_lack_of_room(size: int) -> None:
    """Raise NoRoom where the disk would not hold ``size`` bytes more and leave the server what it needs to go on."""
    home = Path(settings.PARCOURS_HOME)
    home.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(home).free < size + ROOM_BYTES:
        raise NoRoom


def create(path: Path) -> None:
    """Make the empty file of an upload, durable."""
    made = path.parent
    made.mkdir(parents=True, mode=0o700)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    for folder in (path, made, made.parent, made.parent.parent):
        fsync_path(folder)


def offset_of(path: Path) -> int:
    """Return how many bytes are safely on disk: what is acknowledged outlives a power cut."""
    fsync_path(path)
    return path.stat().st_size


def to_come(path: Path, size: int) -> int:
    """Return how many bytes of a file of ``size`` are still awaited: none where nothing came for ``RESERVED``."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0
    return size - found.st_size if time.time() - found.st_mtime < RESERVED.total_seconds() else 0


def append(path: Path, offset: int, pieces: Iterable[bytes], size: int) -> int:
    """Add ``pieces`` at ``offset`` and return the new end, safely on disk.

    WrongOffset where the file ends elsewhere; TooLarge where it would grow beyond ``size``: then nothing of it stays.
    """
    with path.open("r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # a lost connection's piece may still be on its way into the file
        end = file.seek(0, os.SEEK_END)
        if offset != end:
            raise WrongOffset(end)
        try:
            for piece in pieces:
                if end + len(piece) > size:
                    raise TooLarge(size)
                file.write(piece)
                end += len(piece)
        except BaseException:
            file.truncate(offset)
            raise
        finally:
            os.fsync(file.fileno())
    return end


def remove(folder: Path) -> None:
    """Remove a folder of an import with all that is in it."""
    shutil.rmtree(folder, ignore_errors=True)
