"""What goes with a workspace that is deleted, outside the database. A package with files of its own adds a line."""

from __future__ import annotations

import shutil

from django.conf import settings


def remove_folder(public_id: str) -> None:
    """Remove the folder of a workspace: its log, uploads and columns."""
    shutil.rmtree(settings.PARCOURS_HOME / "workspaces" / public_id, ignore_errors=True)


WHEN_A_WORKSPACE_IS_DELETED = (remove_folder,)
