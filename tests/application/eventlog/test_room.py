"""What of the disk uploads and imports may take, and when they give it back."""

from __future__ import annotations

import gzip
import os
import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from django.utils import timezone

from parcours.accounts.models import User, Workspace
from parcours.eventlog import queries, services, uploads
from parcours.eventlog.errors import NoRoom, TooManyUploads
from parcours.eventlog.jobs import REJECTED_KEPT, forget_old_rejected
from parcours.eventlog.models import Import, State

Made = Callable[..., Import]
Work = Callable[..., bool]
pytestmark = pytest.mark.django_db(transaction=True)

HEAD, GOOD, BAD = b"person,time,event\n", b"ann,2026-03-05T10:00:00Z,visit\n", b"bob,soon,visit\n"


class Disk(NamedTuple):
    """What the system says of a disk."""

    free: int


def again(row: Import) -> Import:
    return Import.objects.select_related("workspace", "by").get(pk=row.pk)


def test_files_that_wait_count_whatever_they_wait_for(
    brought: Made, queued: Made, workspace: Workspace, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_UPLOADS", 3)
    services.begin_upload(workspace, alice, "e.csv", 1000)
    brought(HEAD + GOOD), queued(HEAD + GOOD * 2)
    with pytest.raises(TooManyUploads, match=r"^3 files of this workspace are not in the log yet"):
        services.begin_upload(workspace, alice, "e.csv", 1000)
    services.cancel(Import.objects.get(state=State.PREVIEW), alice)
    services.begin_upload(workspace, alice, "e.csv", 1000)


def test_a_workspace_keeps_the_files_of_few_imports_that_failed(
    queued: Made, worker: Work, workspace: Workspace, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_ENDED", 2)
    failed = [queued(HEAD + BAD * (n + 1), f"{n}.csv") for n in range(4)]
    assert all(worker() for _row in failed)
    services.begin_upload(workspace, alice, "e.csv", 1000)
    assert [again(row).can_be_read_again for row in failed] == [False, False, True, True]
    assert [row.path.exists() for row in failed] == [False, False, True, True]


def test_what_others_announced_is_not_given_away_twice(
    home: Path, workspace: Workspace, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is room for the whole of one such file, not for the rest of another beside it."""
    size = 4_000_000_000
    free = [uploads.ROOM_FACTOR * size + uploads.ROOM_BYTES]
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Disk(free[0]))
    first = services.begin_upload(workspace, alice, "first.csv", size)
    with pytest.raises(NoRoom):
        services.begin_upload(workspace, alice, "second.csv", size)
    services.add_to_upload(first, 0, [b"x" * 1000])
    free[0] -= 1000
    services.add_to_upload(first, 1000, [b"x" * 1000])  # its own announcement is not held against it
    free[0] += 1000
    an_hour_ago = time.time() - uploads.RESERVED.total_seconds() - 60
    os.utime(first.path, (an_hour_ago, an_hour_ago))
    services.begin_upload(workspace, alice, "second.csv", size)


def test_what_is_announced_later_does_not_end_an_upload_that_was_taken(
    home: Path, workspace: Workspace, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = [1 << 40]
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Disk(free[0]))
    first = services.begin_upload(workspace, alice, "first.csv", 4_000_000_000)
    services.begin_upload(workspace, alice, "second.csv", 4_000_000_000)
    free[0] = uploads.ROOM_FACTOR * 4_000_000_000 + uploads.ROOM_BYTES
    services.add_to_upload(first, 0, [b"x" * 1000])


def test_a_small_file_that_unpacks_to_bad_rows_ends_before_the_disk_is_full(
    queued: Made, worker: Work, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = b"bob,soon,visit," + b"x" * 980 + b"\n"  # one column too many: nothing of it becomes a batch
    row = queued(gzip.compress(HEAD + GOOD * 20_000 + bad * 100_000, 1), "bomb.csv.gz", on_error="skip")
    seen: list[int] = []

    def usage(_path: object) -> Disk:
        seen.append(row.rejected_path.stat().st_size)
        return Disk(0 if seen[-1] > 5_000_000 else 1 << 40)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    worker()
    failed = again(row)
    assert failed.state == State.FAILED and queries.find_log(workspace).events == 0
    assert failed.error.startswith("There is not enough room on the server")
    assert failed.error.endswith("Ask who runs the server to free some.")
    assert 5_000_000 < seen[-1] < 10_000_000  # all of them would be three times as much
    assert not row.rejected_path.exists() and failed.can_be_read_again


def test_rejected_rows_go_with_their_import(queued: Made, worker: Work, alice: User) -> None:
    row = queued(HEAD + GOOD + BAD, on_error="skip")
    worker()
    services.undo(again(row), alice)
    assert row.rejected_path.exists()
    worker()
    assert again(row).state == State.UNDONE and not row.folder.exists()


def test_rejected_rows_go_after_thirty_days(queued: Made, worker: Work) -> None:
    old, new = (queued(HEAD + GOOD + BAD * n, on_error="skip") for n in (1, 2))
    worker(), worker()
    Import.objects.filter(pk=old.pk).update(ended_at=timezone.now() - REJECTED_KEPT - timedelta(minutes=1))
    Import.objects.filter(pk=new.pk).update(ended_at=timezone.now() - REJECTED_KEPT + timedelta(minutes=1))
    forget_old_rejected()
    assert not old.folder.exists() and new.rejected_path.exists()
    assert queries.rejected_rows(again(old)) == [] and again(old).rejected == 1
