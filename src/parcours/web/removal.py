"""What goes with a workspace that is deleted, outside the database. A package with files of its own adds a line.

A mark is set before anything is removed, and goes a day later: what could not be removed, was interrupted, or was
written meanwhile by an import under way, is removed by the worker. Folders without a workspace and without a mark are
never touched: a setting may name the wrong database. ``parcours doctor`` tells of them.
"""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from pathlib import Path

import structlog
from django.conf import settings

log = structlog.get_logger("parcours.removal")
MARKS = "deleted"
KEPT_SECONDS = 86_400.0


def remove_folder(public_id: str) -> None:
    """Remove the folder of a workspace: its log, uploads and columns. It never raises: the workspace is gone."""
    mark = Path(settings.PARCOURS_HOME) / MARKS / public_id
    try:
        mark.parent.mkdir(exist_ok=True, mode=0o700)
        mark.touch()
    except OSError as error:
        log.error("deleted workspace not marked", workspace=public_id, reason=str(error))
    _remove(public_id)


def _remove(public_id: str) -> None:
    folder = _folder(public_id)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        with suppress(FileNotFoundError):
            shutil.rmtree(folder)  # says why what is left could not go
    except OSError as error:
        log.error("folder of a deleted workspace is left", folder=str(folder), reason=str(error))


def _folder(public_id: str) -> Path:
    return Path(settings.PARCOURS_HOME) / "workspaces" / public_id


def sweep() -> None:
    """Remove what workspaces that were deleted have left by now."""
    from parcours.accounts.models import Workspace

    for mark in sorted((Path(settings.PARCOURS_HOME) / MARKS).glob("*")):
        if not Workspace.objects.filter(public_id=mark.name).exists():
            _remove(mark.name)
        if time.time() - mark.stat().st_mtime > KEPT_SECONDS and not _folder(mark.name).exists():
            mark.unlink(missing_ok=True)


def without_workspace(home: Path) -> list[Path]:
    """Return the folders that belong to no workspace of the database."""
    from parcours.accounts.models import Workspace

    folders = sorted(path for path in (home / "workspaces").glob("*") if path.is_dir())
    known = set(Workspace.objects.values_list("public_id", flat=True))
    return [path for path in folders if path.name not in known]


WHEN_A_WORKSPACE_IS_DELETED = (remove_folder,)
