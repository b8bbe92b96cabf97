"""Files of imports that a backup under way still wants: whoever removes one hands it over first.

A backup copies the database at some moment between its beginning and its end. An import that ends meanwhile may still
be waiting in that copy, so its file has to be in the backup too, though it is removed here.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

PREFIX, LOCK, HELD = ".backup-", "lock", "held"


@contextmanager
def backup_folder() -> Iterator[Path]:
    """Give a new folder for the work of a backup; files removed from now on are handed over to it."""
    home = Path(settings.PARCOURS_HOME)
    for left in home.glob(f"{PREFIX}*"):
        if (left / LOCK).exists() and not _in_use(left):  # of a backup that was killed
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=home, prefix=PREFIX) as made, Path(made, LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield Path(made)


def hold_uploads(place: Path) -> Path:
    """Link the files that wait for their import into a backup's folder; return where they stand, by their paths."""
    for path in uploads():
        _link(path, place)
    return place / HELD


def uploads() -> list[Path]:
    """Return the files of imports that are there now; an import that ends removes its folder meanwhile."""
    folders = (Path(settings.PARCOURS_HOME) / "workspaces").glob("*/imports")
    return [Path(place, name) for folder in folders for place, _below, names in os.walk(folder) for name in names]


def hand_over(path: Path) -> None:
    """Leave a file that is about to be removed to the backups under way."""
    for place in Path(settings.PARCOURS_HOME).glob(f"{PREFIX}*"):
        if _in_use(place):
            _link(path, place)


def _link(path: Path, place: Path) -> None:
    link = place / HELD / path.relative_to(settings.PARCOURS_HOME)
    with suppress(FileNotFoundError, FileExistsError):
        link.parent.mkdir(parents=True, exist_ok=True)
        os.link(path, link)


def _in_use(place: Path) -> bool:
    try:
        with (place / LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
