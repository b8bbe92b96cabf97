"""What is done with imports stands in the audit trail, in the transaction in which it is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from parcours.accounts.models import User, Workspace
from parcours.accounts.services import verify
from parcours.eventlog import jobs, running, services
from parcours.eventlog.errors import NotNow
from parcours.eventlog.models import Import, State
from parcours.eventlog.reading import Answers

Made = Callable[..., Import]
Work = Callable[..., bool]
pytestmark = pytest.mark.django_db(transaction=True)
CSV = b"person,time,event\nann,2026-03-01T10:00:00Z,visit\n,2026-03-01T10:00:00Z,visit\n"


def told(workspace: Workspace) -> list[tuple[str, str]]:
    """Who did what, the oldest first; the chain holds."""
    assert verify(workspace) is None
    return [(entry.actor_name.partition("@")[0], entry.verb) for entry in workspace.trail.order_by("number")]


def again(row: Import) -> Import:
    return Import.objects.get(pk=row.pk)


def test_an_import_leaves_its_whole_way(queued: Made, worker: Work, workspace: Workspace, bob: User) -> None:
    row = queued(CSV, on_error="skip")
    worker()
    services.undo(again(row), bob)
    worker()
    assert told(workspace) == [
        ("alice", "import.begun"), ("alice", "import.started"), ("", "import.ended"),
        ("bob", "import.undoing"), ("", "import.undone"),
    ]  # fmt: skip
    begun, _started, ended, *_undone = workspace.trail.order_by("number")
    assert (begun.target, begun.details) == ("events.csv", {"id": row.public_id, "bytes": len(CSV)})
    assert ended.details == {"id": row.public_id, "events": 1, "persons": 1, "left_out": 1}


def test_what_goes_wrong_and_what_is_cancelled_is_told_once(
    queued: Made, brought: Made, worker: Work, workspace: Workspace, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued(CSV)
    worker()
    services.cancel(brought(CSV, "upload.csv"), bob)
    services.cancel(queued(CSV, "waiting.csv"), bob)
    taken = queued(CSV, "running.csv", on_error="skip")
    Import.objects.filter(pk=taken.pk).update(state=State.RUNNING)
    for _time in range(2):
        services.cancel(again(taken), bob)
    monkeypatch.setattr(running, "PROGRESS_SECONDS", 0)
    worker()
    brought(b"\0\0\0", "broken.xlsx")
    verbs = [(who, verb) for who, verb in told(workspace) if verb not in ("import.begun", "import.started")]
    assert verbs == [
        ("", "import.failed"), ("bob", "import.cancelled"), ("bob", "import.cancelled"), ("bob", "import.cancelling"),
        ("", "import.cancelled"), ("alice", "import.failed"),
    ]  # fmt: skip


def test_an_upload_that_ran_out_is_told_as_cancelled_by_nobody(
    brought: Made, worker: Work, workspace: Workspace
) -> None:
    old = brought(CSV)
    Import.objects.filter(pk=old.pk).update(created_at=timezone.now() - services.FILE_KEPT - timedelta(days=1))
    worker(jobs.FILES)
    assert told(workspace)[-1] == ("", "import.cancelled")


def test_what_could_not_be_taken_back_is_told(queued: Made, worker: Work, workspace: Workspace, alice: User) -> None:
    row = queued(CSV, on_error="skip")
    worker()
    services.undo(again(row), alice)
    running.give_up(_claimed(row), "the disk")
    assert told(workspace)[-1] == ("", "import.undoing_failed")
    assert again(row).state == State.DONE


def _claimed(row: Import) -> Import:
    from parcours.eventlog.leasing import claim

    claimed = claim(jobs.imports_to_do())
    assert claimed.pk == row.pk
    return claimed


def test_a_change_that_fails_leaves_neither_itself_nor_a_line(
    queued: Made, brought: Made, worker: Work, workspace: Workspace, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, upload = queued(CSV, on_error="skip"), brought(CSV, "other.csv")
    before = told(workspace)

    class Killed(BaseException):
        pass

    def killed(*_arguments: Any, **_details: Any) -> None:
        raise Killed

    monkeypatch.setattr(services, "record", killed)
    for act in (
        worker,
        lambda: services.start(again(upload), alice, Answers.of(upload.options)),
        lambda: services.cancel(again(upload), alice),
        lambda: services.begin_upload(workspace, alice, "third.csv", 10),
    ):
        with pytest.raises(Killed):
            act()
    monkeypatch.undo()
    assert told(workspace) == before
    states = dict(Import.objects.values_list("pk", "state"))
    assert states == {waiting.pk: State.RUNNING, upload.pk: State.PREVIEW}
    with pytest.raises(NotNow):
        services.undo(again(waiting), alice)
    assert told(workspace) == before


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["read a file into the log", "events: 1", "rows left out: 1", "began to upload a file"]),
        ("fr", ["a versé un fichier dans le journal", "événements : 1", "lignes écartées : 1"]),
    ],
)
def test_the_page_says_it_in_words(
    queued: Made, worker: Work, inside: Callable[[User], Client], workspace: Workspace, alice: User, home: Path,
    language: str, words: list[str],
) -> None:  # fmt: skip
    queued(CSV, on_error="skip")
    worker()
    User.objects.filter(pk=alice.pk).update(language=language)
    shown = inside(alice).get(f"/w/{workspace.public_id}/audit/").content.decode()
    for part in words:
        assert part in shown.replace("\u202f", " ").replace("\u00a0", " "), part
    assert "import.ended</td>" not in shown
