"""The event log of a workspace, as far as it has one."""

from __future__ import annotations

from parcours.accounts.models import Workspace
from parcours.columnstore.log import StoredLog
from parcours.columnstore.manifest import FILE, present_token
from parcours.eventlog.places import log_folder


def log_of(workspace: Workspace) -> StoredLog | None:
    """Open the log; None where nothing was ever imported."""
    path = log_folder(workspace)
    return StoredLog.open(path) if (path / FILE).is_file() else None


def token_of(workspace: Workspace) -> str:
    """Return what names the present state of the log: another one after every change, empty without a log.

    Cheap: one row of its manifest.
    """
    path = log_folder(workspace)
    return present_token(path) if (path / FILE).is_file() else ""
