"""Where the files of a workspace lie: ``PARCOURS_HOME/workspaces/<public id>/``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings

REJECTED = "rejected/rejected.csv"
"""In the folder of an import: the rows that were left out."""


def workspace_folder(workspace: Any) -> Path:
    """Return the folder that holds everything of one workspace and nothing of another; it need not exist."""
    return Path(settings.PARCOURS_HOME) / "workspaces" / workspace.public_id


def log_folder(workspace: Any) -> Path:
    """Return where the event log of a workspace lies, or will lie."""
    return workspace_folder(workspace) / "log"


def imports_folder(workspace: Any) -> Path:
    """Return where files wait for their import."""
    return workspace_folder(workspace) / "imports"


def folders_with_rejected() -> list[Path]:
    """Return the folders of all imports of all workspaces that hold rejected rows."""
    found = (Path(settings.PARCOURS_HOME) / "workspaces").glob(f"*/imports/*/{REJECTED}")
    return [path.parents[1] for path in found]
