from __future__ import annotations

import os
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from parcours.accounts.models import Workspace
from parcours.web import removal
from parcours.web.doctor import workspaces
from parcours.web.worker import chores

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(settings, tmp_path: Path) -> Path:
    settings.PARCOURS_HOME = tmp_path
    return tmp_path


def fill(home: Path, public_id: str) -> Path:
    folder = home / "workspaces" / public_id
    (folder / "log").mkdir(parents=True)
    (folder / "log" / "manifest.sqlite").write_bytes(b"people")
    return folder


def test_what_an_import_under_way_writes_after_the_removal_is_swept(home: Path) -> None:
    folder = fill(home, "abcdefghjkmn")
    removal.remove_folder("abcdefghjkmn")
    assert not folder.exists()
    fill(home, "abcdefghjkmn")
    removal.sweep()
    assert not folder.exists()


def test_mark_goes_after_a_day(home: Path) -> None:
    removal.remove_folder("abcdefghjkmn")
    mark = home / removal.MARKS / "abcdefghjkmn"
    removal.sweep()
    assert mark.exists()
    os.utime(mark, (0, 0))
    removal.sweep()
    assert not mark.exists()


def test_folder_that_cannot_go_is_told_and_tried_again(home: Path) -> None:
    place = home / "workspaces"
    place.mkdir()
    (place / "abcdefghjkmn").write_bytes(b"no folder")
    with capture_logs() as told:
        removal.remove_folder("abcdefghjkmn")
    assert [line["event"] for line in told] == ["folder of a deleted workspace is left"]
    (place / "abcdefghjkmn").unlink()
    folder = fill(home, "abcdefghjkmn")
    removal.sweep()
    assert not folder.exists()


def test_folders_that_nobody_deleted_stay_and_doctor_tells_of_them(home: Path) -> None:
    """A setting may name the wrong database: every folder is then without a workspace."""
    unknown, known = fill(home, "abcdefghjkmn"), fill(home, Workspace.objects.create(name="W").public_id)
    removal.sweep()
    assert unknown.is_dir() and known.is_dir()
    (found,) = workspaces()
    assert found.verdict == "warning"
    assert str(unknown) in found.found


def test_workspace_that_was_restored_keeps_its_folder(home: Path) -> None:
    public_id = Workspace.objects.create(name="W").public_id
    removal.remove_folder(public_id)
    folder = fill(home, public_id)
    removal.sweep()
    assert folder.is_dir()


def test_removal_that_was_interrupted_is_finished_by_the_worker(home: Path) -> None:
    folder = fill(home, "abcdefghjkmn")
    (home / removal.MARKS).mkdir()
    (home / removal.MARKS / "abcdefghjkmn").touch()  # the process died between the mark and the removal
    next(chore for chore in chores() if chore.name == "deleted workspaces").run()
    assert not folder.exists()
