"""An import that ends while a backup copies the database: what is restored knows the import and has its file."""

from __future__ import annotations

import shutil
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from parcours.accounts.models import User, Workspace
from parcours.columnstore.log import StoredLog
from parcours.eventlog import keeping, queries, services
from parcours.eventlog.models import Import, State
from parcours.eventlog.reading import Answers
from parcours.web import databases
from parcours.web.backups import back_up
from parcours.web.errors import InstallationError
from parcours.web.home import SECRET_FILE

pytestmark = pytest.mark.django_db(transaction=True)
CSV = b"person,time,event\n" + b"".join(b"p%d,2026-03-01T10:00:00Z,visit\n" % n for n in range(100))


@pytest.fixture
def kept(home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return what backs up, with something that happens right before and right after the moment of the copy."""

    def keep(before: Callable[[], Any], after: Callable[[], Any]) -> Path:
        folder, copy_to = tmp_path_factory.mktemp("kept"), databases.copy_to

        def copy_meanwhile(place: Path) -> Any:
            before()
            copied = copy_to(place)
            after()
            return copied

        monkeypatch.setattr(databases, "copy_to", copy_meanwhile)
        back_up(folder / "kept.tar")
        with tarfile.open(folder / "kept.tar") as tar:
            tar.extractall(folder / "new", filter="data")
        return folder / "new"

    return keep


@pytest.mark.parametrize("once_more", [False, True], ids=["once", "again"])
def test_import_that_ended_while_the_database_was_copied_is_recognised_after_restoring(
    queued: Callable[..., Import], worker: Callable[..., bool], kept: Callable[..., Path], workspace: Workspace,
    settings: Any, once_more: bool,
) -> None:  # fmt: skip
    if once_more:
        queued(CSV)
        worker()
    rows: list[Import] = []
    new = kept(lambda: rows.append(queued(CSV, "second.csv", again=once_more)), worker)
    done = Import.objects.get(pk=rows[0].pk)
    assert (done.state, done.events, done.has_file, done.path.exists()) == (State.DONE, 100, False, False)
    # What the database of the backup says of it, over the files of the backup:
    stood = {field.attname: getattr(rows[0], field.attname) for field in Import._meta.concrete_fields}
    Import.objects.filter(pk=done.pk).update(**stood)
    settings.PARCOURS_HOME = new
    assert Import.objects.get(pk=done.pk).path.read_bytes() == CSV
    worker()
    restored = Import.objects.get(pk=done.pk)
    assert (restored.state, restored.batch, restored.events) == (State.DONE, done.batch, 100)
    log = queries.find_log(workspace)
    assert log is not None and log.events == (200 if once_more else 100)


def test_upload_that_is_cancelled_while_the_database_is_copied_is_in_the_backup(
    home: Path, kept: Callable[..., Path], workspace: Workspace, alice: User
) -> None:
    uploads: list[Import] = []

    def begin() -> None:
        uploads.append(services.begin_upload(workspace, alice, "half.csv", 100))
        services.add_to_upload(uploads[0], 0, [b"half"])

    new = kept(begin, lambda: services.cancel(uploads[0], alice))
    assert not uploads[0].path.exists()
    assert (new / uploads[0].path.relative_to(home)).read_bytes() == b"half"


def test_files_are_handed_to_backups_that_live_and_what_dead_ones_left_is_removed(
    home: Path, brought: Callable[..., Import], alice: User
) -> None:
    dead = home / f"{keeping.PREFIX}dead"
    dead.mkdir()
    (dead / keeping.LOCK).touch()
    keeping.hand_over(brought(CSV).path)
    assert not (dead / keeping.HELD).exists()
    with keeping.backup_folder() as place:
        assert not dead.exists()
        row = brought(CSV, "later.csv")
        services.cancel(row, alice)
        assert (place / keeping.HELD / row.path.relative_to(home)).read_bytes() == CSV
        with keeping.backup_folder() as another:
            assert place.exists() and another != place
    assert not list(home.glob(f"{keeping.PREFIX}*"))


def test_upload_that_nobody_finished_is_cancelled_before_its_file_goes(
    brought: Callable[..., Import], worker: Callable[..., bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that is killed in between leaves a cancelled import whose file goes a week later."""
    from parcours.eventlog import jobs

    old = brought(CSV)
    Import.objects.filter(pk=old.pk).update(created_at=timezone.now() - services.FILE_KEPT * 1.1)

    class Killed(BaseException):
        pass

    def killed(_row: Import) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "forget_file", killed)
        with pytest.raises(Killed):
            worker(jobs.FILES)
    assert Import.objects.get(pk=old.pk).state == State.CANCELLED
    Import.objects.update(ended_at=timezone.now() - services.FILE_KEPT * 1.1, leased_until=None)
    assert worker(jobs.FILES) and not old.path.exists()


def test_a_file_that_somebody_goes_on_with_waits_a_week_from_then(
    brought: Callable[..., Import], worker: Callable[..., bool], alice: User
) -> None:
    from parcours.eventlog import jobs

    old = brought(CSV)
    Import.objects.update(created_at=timezone.now() - services.FILE_KEPT * 1.1, state=State.FAILED)
    services.read_again(Import.objects.get(), alice)
    assert not worker(jobs.FILES) and old.path.exists()
    Import.objects.update(due_at=timezone.now())
    waiting = Import.objects.get()
    services.answer(waiting, Answers.of(waiting.options))
    assert not worker(jobs.FILES) and old.path.exists()
    Import.objects.update(due_at=timezone.now())
    assert worker(jobs.FILES) and not old.path.exists()


def test_a_file_that_cannot_be_removed_is_tried_again_as_often_as_it_takes(
    brought: Callable[..., Import], worker: Callable[..., bool], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from parcours.eventlog import jobs

    old = brought(CSV)
    Import.objects.update(state=State.FAILED, ended_at=timezone.now() - services.FILE_KEPT * 1.1, error="line 3")

    def read_only(_row: Import) -> None:
        raise OSError("the disk is read-only")

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "forget_file", read_only)
        for _turn in range(12):
            Import.objects.update(due_at=timezone.now(), leased_until=None)
            worker(jobs.FILES)
    Import.objects.update(due_at=timezone.now(), leased_until=None)
    assert worker(jobs.FILES) and not old.path.exists() and Import.objects.get().error == "line 3"


def test_uploads_are_listed_while_imports_that_end_remove_their_folders(home: Path) -> None:
    imports, stop = home / "workspaces" / "abcdefghjkmn" / "imports", threading.Event()

    def come_and_go() -> None:
        while not stop.is_set():
            for number in range(30):
                (imports / str(number) / "deep").mkdir(parents=True)
            for number in range(30):
                shutil.rmtree(imports / str(number))

    ending = threading.Thread(target=come_and_go)
    ending.start()
    try:
        for _turn in range(300):
            assert keeping.uploads() == []
    finally:
        stop.set()
        ending.join()


def test_backup_with_a_secret_that_was_made_a_moment_ago_is_refused(
    home: Path, tmp_path: Path, settings: Any, workspace: Workspace
) -> None:
    """Commands do not read what the server is told: its secret may be there."""
    settings.PARCOURS_SECRET_IS_NEW = True
    (home / SECRET_FILE).write_text("made for this command\n")
    with pytest.raises(InstallationError, match=r"is not in .*Set PARCOURS_SECRET_KEY"):
        back_up(tmp_path / "b.tar.zst")
    assert not (home / SECRET_FILE).exists() and not (tmp_path / "b.tar.zst").exists()


def test_backup_of_a_new_database_is_refused(home: Path, tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE aside AS SELECT * FROM django_migrations")
        cursor.execute("DELETE FROM django_migrations")
    try:
        with pytest.raises(InstallationError, match=f"nothing to back up.*{home}.*Set PARCOURS_HOME"):
            back_up(tmp_path / "kept.tar")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO django_migrations SELECT * FROM aside")
            cursor.execute("DROP TABLE aside")
    assert not (tmp_path / "kept.tar").exists()


@pytest.mark.own_server
def test_backup_of_no_database_is_refused_and_makes_none(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "NAME", str(home / "parcours.sqlite3"))
        with pytest.raises(InstallationError, match="nothing to back up"):
            back_up(tmp_path / "kept.tar")
    assert not (home / "parcours.sqlite3").exists()


def test_backup_holds_neither_what_deleted_workspaces_left_nor_a_secret_that_is_not_in_use(
    home: Path, brought: Callable[..., Import], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = brought(CSV)
    StoredLog.create(home / "workspaces" / "abcdefghjkmn" / "log", zone="Europe/Paris")
    (home / "workspaces" / "abcdefghjkmn" / "imports").mkdir()
    (home / "workspaces" / "abcdefghjkmn" / "imports" / "left.csv").write_bytes(CSV)
    (home / "secret-key").write_text("of the folder")
    first = back_up(tmp_path / "first.tar")
    assert first.holds_secret
    assert row.path.relative_to(home).as_posix() in first.files
    assert not [name for name in first.files if "abcdefghjkmn" in name]
    monkeypatch.setenv("PARCOURS_SECRET_KEY", "of the environment")
    assert not back_up(tmp_path / "second.tar").holds_secret
