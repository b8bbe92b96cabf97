from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from parcours.accounts.models import User, Workspace
from parcours.columnstore.locking import write_lock
from parcours.columnstore.log import StoredLog
from parcours.eventlog import queries, running, services
from parcours.eventlog.errors import NotNow, TooLarge, TooManyUploads, WrongOffset
from parcours.eventlog.jobs import FILES
from parcours.eventlog.models import Import, State
from parcours.eventlog.places import log_folder
from parcours.eventlog.reading import Answers, Preview, look, preview
from parcours.eventlog.uploads import clean_name
from parcours.language.errors import InputError
from parcours.language.translation import speaking

Made = Callable[..., Import]
Work = Callable[..., bool]
pytestmark = pytest.mark.django_db(transaction=True)

HEAD = "person,time,event,channel\n"


def rows(count: int, first: int = 0) -> bytes:
    said = (
        f"p{n % 97},2026-03-{n % 28 + 1:02d}T10:{n % 60:02d}:00Z,step {n % 5},web\n"
        for n in range(first, first + count)
    )
    return (HEAD + "".join(said)).encode()


def again(row: Import) -> Import:
    return Import.objects.select_related("workspace", "by").get(pk=row.pk)


def events(workspace: Workspace) -> int:
    log = queries.find_log(workspace)
    return 0 if log is None else log.events


# -- uploads --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\ventes 2026.csv", "ventes 2026.csv"),
        ("a\x00b\nc.csv", "abc.csv"),
        ("..", "file"),
        ("", "file"),
        ("-rf.csv", "file-rf.csv"),
        (".hidden", "hidden"),
        ("é" * 200 + ".csv.gz", None),
        ("x" * 300, None),
        ("\ud800.csv", "csv"),
    ],
)
def test_a_name_is_safe_on_any_disk_and_keeps_its_ending(sent: str, kept: str | None) -> None:
    name = clean_name(sent)
    assert kept is None or name == kept
    assert 0 < len(name.encode()) <= 120 and "/" not in name and not name.startswith(".")
    assert not sent.endswith(".csv.gz") or name.endswith(".csv.gz")


def test_an_upload_comes_in_pieces_and_every_wrong_offset_is_told_the_right_one(
    home: Path, workspace: Workspace, alice: User
) -> None:
    content = rows(50)
    upload = services.begin_upload(workspace, alice, "e.csv", len(content))
    assert services.add_to_upload(upload, 0, [content[:100], content[100:200]]) == 200
    for wrong in (0, 199, 201, len(content)):
        with pytest.raises(WrongOffset) as refused:
            services.add_to_upload(upload, wrong, [b"x"])
        assert refused.value.offset == 200
    assert services.offset_of(again(upload)) == 200
    with pytest.raises(TooLarge):
        services.add_to_upload(upload, 200, [content[200:], b"one byte more"])
    assert services.offset_of(upload) == 200
    services.add_to_upload(upload, 200, [content[200:]])
    assert again(upload).state == State.PREVIEW and upload.path.read_bytes() == content


def test_a_piece_that_breaks_off_leaves_the_file_as_it_was(home: Path, workspace: Workspace, alice: User) -> None:
    upload = services.begin_upload(workspace, alice, "e.csv", 1000)

    def broken() -> Any:
        yield b"x" * 100
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        services.add_to_upload(upload, 0, broken())
    assert services.offset_of(upload) == 0


def test_an_upload_is_refused_before_its_first_byte(
    home: Path, workspace: Workspace, alice: User, settings: Any
) -> None:
    settings.PARCOURS_MAX_UPLOAD_BYTES = 1000
    with pytest.raises(TooLarge):
        services.begin_upload(workspace, alice, "e.csv", 1001)
    with pytest.raises(InputError):
        services.begin_upload(workspace, alice, "e.csv", 0)
    for _n in range(services.MOST_UPLOADS):
        services.begin_upload(workspace, alice, "e.csv", 1000)
    with pytest.raises(TooManyUploads):
        services.begin_upload(workspace, alice, "e.csv", 1000)
    assert Import.objects.count() == services.MOST_UPLOADS


def test_a_cancelled_upload_leaves_no_file_and_takes_nothing_more(
    home: Path, workspace: Workspace, alice: User
) -> None:
    upload = services.begin_upload(workspace, alice, "e.csv", 1000)
    services.add_to_upload(upload, 0, [b"x" * 10])
    services.cancel(upload, alice)
    assert not upload.folder.exists() and again(upload).state == State.CANCELLED
    with pytest.raises(NotNow):
        services.add_to_upload(again(upload), 10, [b"x"])


# -- the preview ----------------------------------------------------------------------------------------------------
def test_the_first_answers_are_what_the_file_tells(brought: Made, workspace: Workspace) -> None:
    row = brought(b"Client;Date;Action;Montant;Note\n7;31/12/2025 14:05;achat;12,50;ok\n8;30/12/2025 14:05;achat;3;\n")
    answers = Answers.of(row.options)
    assert answers.zone == workspace.time_zone
    assert answers.roles == {
        "Client": "person",
        "Date": "time",
        "Action": "event",
        "Montant": "value",
        "Note": "property",
    }
    shown = preview(answers, row.path)
    assert shown.problems == () and shown.whole and shown.sampled == 2 and shown.zoneless
    assert shown.titles == ("person", "time", "event", "value", "Note")
    assert shown.rows[0] == ("7", "31 Dec 2025, 14:05", "achat", "12.5", "ok")
    assert shown.heads[3] == ("amount", True)


def test_a_column_whose_role_was_taken_away_does_not_get_it_back(
    queued: Made, worker: Work, workspace: Workspace
) -> None:
    content = b"person,time,event,nps,secret\nann,2026-03-05T10:00:00Z,visit,9,x\n"
    roles = {"person": "person", "time": "time", "event": "event", "nps": "property", "secret": "none"}
    row = queued(content, roles=roles)
    worker()
    assert again(row).state == State.DONE
    log = StoredLog.open(log_folder(workspace))
    assert list(log.properties) == ["nps_2"] and log.properties["nps_2"].kind == "number"


def test_rows_of_the_sample_that_cannot_be_read_are_counted_and_shown(brought: Made) -> None:
    row = brought((HEAD + "ann,2026-03-05T10:00:00Z,visit,web\n" * 30 + "bob,soon,visit,web\n" * 12).encode())
    shown = preview(Answers.of(row.options), row.path)
    assert shown.sampled == 42 and shown.bad == {"time_unreadable": 12} and shown.bad_count == 12
    assert len(shown.bad_rows) == 10 and shown.bad_rows[0].line == 32 and len(shown.rows) == 20


def test_a_large_file_is_only_sampled(brought: Made) -> None:
    shown = preview(Answers.of((row := brought(rows(60_000))).options), row.path)
    assert not shown.whole and 10_000 <= shown.sampled < 60_000


def test_dates_that_contradict_each_other_are_said_beside_their_question(brought: Made) -> None:
    row = brought(b"person,time,event\nann,31/12/2025 10:00,visit\nbob,12/31/2025 10:00,visit\n")
    (problem,) = preview(Answers.of(row.options), row.path).problems
    assert problem.answer == "day_order" and "--" not in problem.message
    decided = Answers.of(row.options | {"day_order": "day"})
    assert preview(decided, row.path).bad_count == 1


def test_a_preview_says_what_is_wrong_with_no_word_about_the_command(brought: Made) -> None:
    row = brought(b"a,b\n1,2\n")
    answers = Answers.of(row.options)
    assert set(answers.roles.values()) == {"property"}
    shown = preview(answers, row.path)
    assert isinstance(shown, Preview) and shown.rows == () and "--" not in shown.problems[0].message


def test_columns_beyond_those_asked_about_are_kept(brought: Made) -> None:
    names = ["person", "time", "event", *(f"c{n}" for n in range(300))]
    row = brought(
        (",".join(names) + "\n" + ",".join(["ann", "2026-03-05T10:00:00Z", "visit", *["1"] * 300]) + "\n").encode()
    )
    answers = Answers.of(row.options)
    assert len(answers.roles) == 303 and look(answers, row.path).columns[-1].name == "c299"
    source = Answers.of(row.options | {"roles": {**answers.roles, "c0": "none"}}).source(row.path)
    assert source.properties is not None and "c299" in source.properties and "c0" not in source.properties


# -- running --------------------------------------------------------------------------------------------------------
def test_an_import_is_read_counted_and_its_file_forgotten(queued: Made, worker: Work, workspace: Workspace) -> None:
    row = queued(rows(1000))
    assert worker() and not worker()
    done = again(row)
    assert (done.state, done.events, done.persons, done.batch) == (State.DONE, 1000, 97, 1)
    assert done.ended_at and done.attempts == 1 and not done.has_file and not done.folder.exists()
    assert events(workspace) == 1000


def test_bad_rows_are_left_out_counted_and_kept_for_who_wants_to_mend_them(
    queued: Made, worker: Work, workspace: Workspace
) -> None:
    row = queued(rows(10) + b"bob,soon,visit,web\n=x,2026-03-05,,web\n", on_error="skip")
    worker()
    done = again(row)
    assert done.state == State.DONE and done.events == 10 and done.rejected == 2
    assert queries.left_out(done) == [("a time that cannot be read", 1), ("no event name", 1)]
    bad = queries.rejected_rows(done)
    assert [one.line for one in bad] == ["12", "13"] and bad[0].value == "soon"
    assert done.rejected_path.exists() and not done.path.exists()


def test_what_a_bad_row_should_have_said_is_in_the_readers_language(queued: Made, worker: Work) -> None:
    bad = rows(10) + b"bob,soon,visit,web\n"
    row = queued(bad, on_error="skip")
    worker()
    with speaking("fr"):
        assert queries.rejected_rows(again(row))[0].expected.startswith("une date telle que 2025-12-31")
    own = queued(b"person,time,event\nann,31/12/2025,visit\nbob,soon,visit\n", on_error="skip", time_format="%d/%m/%Y")
    worker()
    assert queries.rejected_rows(again(own))[0].expected == "a time of the form %d/%m/%Y"


def test_a_bad_row_stops_the_import_with_its_line_and_keeps_nothing(
    queued: Made, worker: Work, workspace: Workspace, alice: User
) -> None:
    row = queued(rows(10) + b"bob,soon,visit,web\n")
    worker()
    failed = again(row)
    assert failed.state == State.FAILED and ":12" in failed.error and "soon" in failed.error and events(workspace) == 0
    services.read_again(failed, failed.by)
    services.start(failed, alice, Answers.of(failed.options | {"on_error": "skip"}))
    worker()
    assert again(row).state == State.DONE and events(workspace) == 10


def test_the_same_file_twice_adds_nothing_and_says_so(queued: Made, worker: Work, workspace: Workspace) -> None:
    for _time in range(2):
        row = queued(rows(100))
        worker()
    twice = again(row)
    assert twice.state == State.DONE and twice.events == 0 and twice.batch is None and events(workspace) == 100
    assert queries.left_out(twice) == [("this file was imported before", 100)] and twice.rejected == 0
    row = queued(rows(100), again=True)
    worker()
    assert again(row).events == 100 and events(workspace) == 200


def test_overlapping_exports_bring_each_event_once(queued: Made, worker: Work, workspace: Workspace) -> None:
    queued(rows(100))
    worker()
    row = queued(rows(150, first=50), dedupe="content")
    worker()
    assert again(row).events == 100 and events(workspace) == 200


def test_an_import_is_taken_back_whole(queued: Made, worker: Work, workspace: Workspace, alice: User) -> None:
    first, second = queued(rows(100)), queued(rows(100, first=1000), name="other.csv")
    worker(), worker()
    services.undo(again(first), alice)
    worker()
    assert again(first).state == State.UNDONE and events(workspace) == 100
    with pytest.raises(NotNow):
        services.undo(again(first), alice)
    services.undo(again(second), alice)
    Import.objects.filter(pk=second.pk).update(attempts=1)
    StoredLog.open(log_folder(workspace)).undo(again(second).batch)  # a worker was killed right after this
    worker()
    assert again(second).state == State.UNDONE and events(workspace) == 0


def test_cancelling_keeps_nothing_whether_it_waits_or_runs(
    queued: Made, worker: Work, workspace: Workspace, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = queued(rows(100))
    services.cancel(waiting, alice)
    assert again(waiting).state == State.CANCELLED and not worker()
    monkeypatch.setattr(running, "PROGRESS_SECONDS", 0)
    row = queued(rows(500_000))
    Import.objects.filter(pk=row.pk).update(state=State.RUNNING)
    services.cancel(again(row), alice)
    assert again(row).cancelling
    worker()
    cancelled = again(row)
    assert cancelled.state == State.CANCELLED and events(workspace) == 0 and cancelled.can_be_read_again
    services.read_again(cancelled, cancelled.by)
    services.start(cancelled, alice, Answers.of(cancelled.options))
    worker()
    assert again(row).events == 500_000


def test_a_worker_that_is_asked_to_end_gives_the_import_back_as_it_was(
    queued: Made, worker: Work, workspace: Workspace
) -> None:
    row = queued(rows(1000))
    stop = threading.Event()
    stop.set()
    worker(stop=stop)
    given = again(row)
    assert (
        given.state == State.RUNNING and given.attempts == 0 and given.leased_until is None and events(workspace) == 0
    )
    worker()
    assert again(row).events == 1000


def test_an_import_waits_while_somebody_else_writes_to_the_log(
    queued: Made, worker: Work, workspace: Workspace
) -> None:
    row = queued(rows(100))
    folder = log_folder(workspace)
    running.open_log(workspace)
    with write_lock(folder / "write.lock", folder):
        worker()
        assert again(row).attempts == 0 and not again(row).error
    Import.objects.update(due_at=timezone.now())
    worker()
    assert again(row).events == 100


def test_a_batch_that_was_switched_in_before_a_kill_is_recognised(
    queued: Made, worker: Work, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = queued(rows(100))

    class Killed(BaseException):
        pass

    def killed(*_arguments: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(running, "_done", killed)
        with pytest.raises(Killed):
            worker()
    assert events(workspace) == 100 and again(row).state == State.RUNNING
    Import.objects.update(leased_until=timezone.now())
    worker()
    done = again(row)
    assert (done.state, done.events, done.persons, done.batch) == (State.DONE, 100, 97, 1) and events(workspace) == 100


def test_a_failing_disk_is_tried_again_and_given_up_with_its_reason(
    queued: Made, worker: Work, workspace: Workspace
) -> None:
    row = queued(rows(100))
    log_folder(workspace).parent.mkdir(parents=True, exist_ok=True)
    log_folder(workspace).write_text("this is no log")
    for _attempt in range(5):
        Import.objects.update(due_at=timezone.now())
        worker()
    failed = again(row)
    assert failed.state == State.FAILED and failed.attempts == 5 and "log" in failed.error and failed.has_file


def test_files_nobody_needs_are_removed_after_a_week(queued: Made, brought: Made, worker: Work) -> None:
    old, new = brought(rows(10), "old.csv"), brought(rows(11), "new.csv")
    Import.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=8))
    assert worker(FILES) and not worker(FILES)
    assert again(old).state == State.CANCELLED and not old.folder.exists()
    assert again(new).state == State.PREVIEW and new.path.exists()
