"""What people do with imports, and what the application writes down: each verb is one transaction."""

from __future__ import annotations

import secrets
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from parcours.accounts.services import record
from parcours.eventlog import queries, uploads
from parcours.eventlog.errors import NotNow, TooManyUploads
from parcours.eventlog.keeping import hand_over
from parcours.eventlog.models import WAITING, Import, Outbox, Postman, State
from parcours.eventlog.reading import Answers, first_answers, in_the_browser, look
from parcours.language.errors import InputError, UsageError
from parcours.language.translation import _

MOST_UPLOADS = 10
"""Files of a workspace that may wait at a time: unfinished uploads, files to be checked, imports to be read."""
MOST_ENDED = 5
"""Files of failed and cancelled imports that a workspace keeps to be read again; a new upload removes older ones."""
FILE_KEPT = timedelta(days=7)
"""How long a file waits for somebody to go on with it."""
TEXT_LENGTH = 200
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
PROPERTY_TYPES = (str, int, float, bool)


def begin_upload(workspace: Any, by: Any, name: str, size: int, fingerprint: str = "") -> Import:
    """Make room for a file of ``size`` bytes; TooLarge, NoRoom or TooManyUploads where there is none."""
    if size < 1:
        raise InputError(_("The file is empty."), expected=_("A first line with the names of the columns."))
    with transaction.atomic():
        type(workspace).objects.select_for_update().get(pk=workspace.pk)  # two at once would both find a free place
        uploads.refuse_size(size, reserved=queries.announced())
        if Import.objects.filter(workspace=workspace, state__in=WAITING).count() >= MOST_UPLOADS:
            raise TooManyUploads(MOST_UPLOADS)
        made = Import.objects.create(
            workspace=workspace, by=by, name=uploads.clean_name(name), size=size, fingerprint=fingerprint[:40]
        )
        uploads.create(made.path)
        note_in_trail(made, by, "import.begun", bytes=size)
    for old in queries.ended_with_file(workspace)[MOST_ENDED:]:
        forget_file(old)
    return made


def add_to_upload(upload: Import, offset: int, pieces: Iterable[bytes]) -> int:
    """Add bytes at ``offset`` and return the new offset, safely on disk; the last ones complete the upload.

    WrongOffset where the file ends elsewhere, TooLarge beyond the size announced, NotNow where it is no upload.
    """
    if upload.state != State.UPLOADING:
        raise NotNow
    uploads.refuse_size(upload.size, already=offset, reserved=queries.announced(before=upload))
    end = uploads.append(upload.path, offset, pieces, upload.size)
    if end == upload.size:
        complete_upload(upload)
    return end


def offset_of(upload: Import) -> int:
    """Return how many bytes of the file are safely here."""
    return uploads.offset_of(upload.path) if upload.state == State.UPLOADING else upload.size


def complete_upload(upload: Import) -> None:
    """Look into the whole file: it waits for a person's answers then, or is refused and removed."""
    answers: dict[str, Any] = {}
    refused = ""
    blank = Answers(zone=upload.workspace.time_zone)
    try:
        answers = first_answers(look(blank, upload.path), blank.zone).to_json()
    except InputError as error:
        refused = in_the_browser(error)
    state = State.FAILED if refused else State.PREVIEW
    ended = timezone.now() if refused else None
    with transaction.atomic():
        _go(upload, (State.UPLOADING,), state=state, options=answers, error=refused, ended_at=ended)
        if refused:
            note_in_trail(upload, upload.by, "import.failed")
    if refused:
        forget_file(upload)


def answer(waiting: Import, answers: Answers) -> None:
    """Keep the answers about a file that waits for them; it waits anew from now on."""
    _go(waiting, (State.PREVIEW,), options=answers.to_json(), due_at=timezone.now() + FILE_KEPT)


@transaction.atomic
def start(waiting: Import, by: Any, answers: Answers) -> None:
    """Hand a file to the worker, to be read as ``answers`` say."""
    _go(
        waiting, (State.PREVIEW,), state=State.QUEUED, options=answers.to_json(), due_at=timezone.now(), attempts=0,
        newest_batch=queries.newest_batch(waiting.workspace), error="", cancelling=False, bytes_done=0, rows_done=0,
        skipped={}, started_at=None, ended_at=None,
    )  # fmt: skip
    note_in_trail(waiting, by, "import.started")


def cancel(running: Import, by: Any) -> None:
    """Give an import up. The worker stops at its next step; what it has read so far was never in the log."""
    if running.state in (State.UPLOADING, State.PREVIEW):
        with transaction.atomic():
            _go(running, (State.UPLOADING, State.PREVIEW), state=State.CANCELLED, ended_at=timezone.now())
            note_in_trail(running, by, "import.cancelled")
        forget_file(running)
        return
    with transaction.atomic():
        unheld = models.Q(leased_until=None) | models.Q(leased_until__lt=timezone.now())
        waiting = Import.objects.filter(unheld, pk=running.pk, state=State.QUEUED)
        if waiting.update(state=State.CANCELLED, ended_at=timezone.now()):
            note_in_trail(running, by, "import.cancelled")
        else:
            asked = Import.objects.filter(pk=running.pk, cancelling=True).exists()
            _go(running, (State.QUEUED, State.RUNNING), cancelling=True)
            if not asked:
                note_in_trail(running, by, "import.cancelling")
    running.refresh_from_db()


@transaction.atomic
def read_again(ended: Import, by: Any) -> None:
    """Ask anew how a file is to be read that failed or was cancelled."""
    if not ended.can_be_read_again:
        raise NotNow
    due = timezone.now() + FILE_KEPT  # not for the worker to forget before
    _go(ended, (State.FAILED, State.CANCELLED), state=State.PREVIEW, error="", ended_at=None, due_at=due)
    note_in_trail(ended, by, "import.reopened")


@transaction.atomic
def tell_of_download(done: Import, by: Any) -> None:
    """Write in the trail that ``by`` took the rejected rows of an import away: people stand in them."""
    note_in_trail(done, by, "import.rejected_taken", left_out=done.rejected)


@transaction.atomic
def undo(done: Import, by: Any) -> None:
    """Have the worker take the whole batch of an import out of the log again."""
    if done.batch is None:
        raise NotNow
    _go(done, (State.DONE,), state=State.UNDOING, due_at=timezone.now(), attempts=0, error="")
    note_in_trail(done, by, "import.undoing", events=done.events)


def forget_file(ended: Import) -> None:
    """Remove the uploaded file of an import that does not need it any more, as the database says by now.

    Its rejected rows stay.
    """
    hand_over(ended.path)
    ended.path.unlink(missing_ok=True)
    if not ended.rejected_path.exists():
        uploads.remove(ended.folder)
    Import.objects.filter(pk=ended.pk).update(has_file=False)
    ended.has_file = False


def forget_rejected(ended: Import) -> None:
    """Remove the rejected rows of an import: people stand in them."""
    hand_over(ended.rejected_path)
    ended.rejected_path.unlink(missing_ok=True)
    if not ended.path.exists():
        uploads.remove(ended.folder)


def note_in_trail(row: Import, by: Any, verb: str, **details: int) -> None:
    """Write in the audit trail what is done to an import, in the same transaction; ``by`` None: by no person."""
    record(row.workspace, by, verb, row.name, id=row.public_id, **details)


def _go(row: Import, states: Sequence[Any], **fields: Any) -> None:
    """Change an import that still is in one of ``states``; NotNow where it has gone on."""
    if not Import.objects.filter(pk=row.pk, state__in=states).update(**fields):
        raise NotNow
    for name, value in fields.items():
        setattr(row, name, value)


def record_event(
    workspace: Any, name: str, person: str, time: datetime, *, message_id: str, channel: str = "",
    value: float | None = None, comment: str = "", properties: Mapping[str, str | float | bool] | None = None,
    by: Any = None, wait_seconds: float = 0,
) -> None:  # fmt: skip
    """Write down a fact of the application in the caller's transaction; the log has it soon after, exactly once.

    ``message_id`` is the same whenever the same fact is told again: then nothing more happens. ``wait_seconds`` leave
    time to withdraw it. UsageError where the log could not take the event.
    """
    event = _event(name, person, time, channel, value, comment, properties or {})
    due = timezone.now() + timedelta(seconds=wait_seconds)
    Postman.objects.bulk_create([Postman(workspace=workspace)], ignore_conflicts=True)
    fact = Outbox(workspace=workspace, message_id=message_id, event=event, by=by, due_at=due)
    Outbox.objects.bulk_create([fact], ignore_conflicts=True)


def _event(
    name: str, person: str, time: datetime, channel: str, value: float | None, comment: str,
    properties: Mapping[str, str | float | bool],
) -> dict[str, Any]:  # fmt: skip
    event: dict[str, Any] = {"person": _text(person, _("a person’s identifier")), "name": _text(name, _("event"))}
    if not EARLIEST <= time <= timezone.now() + timedelta(days=1):
        raise UsageError(
            _("The time {time} is not possible.").format(time=time.isoformat()),
            value=time,
            expected=_("a time from 1990 on and at most one day from now"),
        )
    event["time_us"] = (time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    event |= {part: said for part, said in (("channel", channel), ("value", value), ("comment", comment)) if said}
    if value is not None:
        event["value"] = float(value)
    event["properties"] = dict(properties)
    if any(not isinstance(one, PROPERTY_TYPES) for one in event["properties"].values()):
        raise TypeError(f"properties are texts, numbers or booleans: {event['properties']!r}")
    return event


@transaction.atomic
def write_note(
    workspace: Any, by: Any, name: str, person: str, time: datetime, *, message_id: str, channel: str = "",
    comment: str = "", wait_seconds: float = 0,
) -> None:  # fmt: skip
    """Write down what ``by`` saw happen, as ``record_event`` does; the trail says of what kind, not of whom nor words.

    A note that is sent twice is there once, in the trail too; sent again in other words it is corrected, as long as
    nobody has begun to deliver it. UsageError after that.
    """
    type(workspace).objects.select_for_update().get(pk=workspace.pk)  # two that are sent at once
    there = Outbox.objects.filter(workspace=workspace, message_id=message_id).first()
    if there is None:
        verb = "note.written"
        record_event(
            workspace, name, person, time, message_id=message_id, channel=channel, comment=comment, by=by,
            wait_seconds=wait_seconds,
        )  # fmt: skip
    else:
        verb = "note.corrected"
        event = _event(name, person, time, channel, None, comment, {})
        if there.event == event:
            return
        if not Outbox.objects.filter(pk=there.pk, by=by, taken_at=None).update(event=event):
            raise UsageError(_("What you wrote first is in the log already and stays as it was: write a new note."))
    when = timezone.localtime(time, zoneinfo.ZoneInfo(workspace.time_zone))
    record(workspace, by, verb, name.strip(), id=message_id, happened=f"{when:%Y-%m-%d %H:%M}")


@transaction.atomic
def withdraw_event(workspace: Any, message_id: str, by: Any) -> bool:
    """Take back what ``by`` wrote down, unless a worker has begun to deliver it; return whether it was possible."""
    facts = Outbox.objects.filter(workspace=workspace, message_id=message_id, by=by, taken_at=None)
    names = [fact.event["name"] for fact in facts]
    deleted, _rows = facts.delete()
    if deleted:
        record(workspace, by, "note.withdrawn", names[0], id=message_id)
    return bool(deleted)


def new_message_id(what: str) -> str:
    """Return a message id for a fact that happens once, such as a form that was sent."""
    return f"{what}:{secrets.token_hex(12)}"


def _text(raw: str, what: str) -> str:
    text = raw.strip().replace("\0", "")
    if not text or len(text) > TEXT_LENGTH:
        raise UsageError(
            _("{what} is missing or too long.").format(what=what[:1].upper() + what[1:]),
            value=raw,
            expected=_("From 1 to {most} characters.").format(most=TEXT_LENGTH),
        )
    return text
