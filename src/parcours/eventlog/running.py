"""The worker's part of an import: the file into the log, exactly once, however often the worker is killed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.db import OperationalError, transaction
from django.utils import timezone

from parcours.columnstore.importing import ImportReport, Progress, import_files
from parcours.columnstore.locking import LogBusy
from parcours.columnstore.log import BatchInfo, StoredLog
from parcours.eventlog.errors import NoRoom
from parcours.eventlog.leasing import Hold, Later, note, release
from parcours.eventlog.models import Import, State
from parcours.eventlog.places import log_folder
from parcours.eventlog.reading import Answers, in_the_browser
from parcours.eventlog.services import forget_file, forget_rejected, note_in_trail
from parcours.eventlog.uploads import refuse_lack_of_room
from parcours.language.errors import InputError, UsageError
from parcours.language.translation import Language, speaking
from parcours.readers.options import SourceOptions
from parcours.readers.source import open_source

BUSY_SECONDS = 1.0
PROGRESS_SECONDS = 0.5
EVENT_BYTES = 24
"""What an event takes in the columns of the whole log, which every import writes anew beside the present ones."""


class Cancelled(Exception):  # noqa: N818 - a wish, not a mistake
    """Somebody cancelled the import while it was read."""


def run(taken: Import, hold: Hold) -> None:
    """Read a file in, or take it back out; raises Later while somebody else writes to the log."""
    language: Language = (taken.by and taken.by.language) or taken.workspace.language
    with speaking(language):
        try:
            if taken.state == State.UNDOING:
                _take_out(taken)
            else:
                _read_in(taken, hold)
        except LogBusy:
            raise Later(BUSY_SECONDS) from None
        except Cancelled:
            _end(taken, "import.cancelled", state=State.CANCELLED, cancelling=False)
        except (InputError, UsageError, NoRoom) as error:
            _end(taken, "import.failed", state=State.FAILED, error=in_the_browser(error))


def give_up(taken: Import, reason: str) -> None:
    """Say that an import cannot be done, and why; what could not be taken out stays in."""
    if taken.state == State.UNDOING:
        _end(taken, "import.undoing_failed", state=State.DONE, error=reason)
    else:
        _end(taken, "import.failed", state=State.FAILED, error=reason)


def _end(taken: Import, verb: str, details: Mapping[str, int] | None = None, **fields: Any) -> None:
    """Give an import back as it has ended, with its line in the audit trail; rejected rows are those of its events."""
    with transaction.atomic():
        release(taken, ended_at=timezone.now(), **fields)
        note_in_trail(taken, None, verb, **(details or {}))
    if taken.state != State.DONE:
        forget_rejected(taken)


def open_log(workspace: Any) -> StoredLog:
    """Open the log of a workspace to write to it, made where it is the first time."""
    path = log_folder(workspace)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return StoredLog.open_or_create(path, zone=workspace.time_zone)


def _take_out(taken: Import) -> None:
    log = open_log(taken.workspace)
    if taken.batch is not None and any(batch.id == taken.batch for batch in log.batches()):
        log.undo(taken.batch)
    _end(taken, "import.undone", {"events": taken.events}, state=State.UNDONE)


def _read_in(taken: Import, hold: Hold) -> None:
    log = open_log(taken.workspace)
    answers = Answers.of(taken.options)
    source = answers.source(taken.path)
    batch = _switched_in(taken, log, source)
    if batch is not None:
        _done(taken, batch, batch.persons, dict(batch.skipped))
        return
    note(taken, state=State.RUNNING, started_at=timezone.now(), bytes_done=0, rows_done=0)
    report = _import(taken, hold, log, source, answers)
    _done(taken, next(iter(report.batches), None), report.persons, report.skipped)


def _import(taken: Import, hold: Hold, log: StoredLog, source: SourceOptions, answers: Answers) -> ImportReport:
    rejects = None
    if answers.on_error == "skip":
        rejects = taken.rejected_path
        rejects.parent.mkdir(exist_ok=True)
    return import_files(
        log, [source], on_error=answers.on_error, rejects=rejects, dedupe=answers.dedupe, again=answers.again,
        progress=_Reporter(taken, hold, log),
    )  # fmt: skip


def _switched_in(taken: Import, log: StoredLog, source: SourceOptions) -> BatchInfo | None:
    """Find the batch that an earlier attempt brought into the log, unless another import did.

    The attempt was killed before it could say so, or came after the moment of the backup that was restored.
    """
    newer = [batch for batch in log.batches() if batch.id > taken.newest_batch and batch.bytes == taken.size]
    if not newer:
        return None
    digest = open_source(source).digest()
    others = Import.objects.filter(workspace=taken.workspace, batch__isnull=False).exclude(pk=taken.pk)
    claimed = set(others.values_list("batch", flat=True))
    return next((batch for batch in newer if batch.digest == digest and batch.id not in claimed), None)


def _done(taken: Import, batch: BatchInfo | None, persons: int, skipped: dict[str, int]) -> None:
    brought: dict[str, Any] = {"batch": batch.id, "digest": batch.digest, "events": batch.events} if batch else {}
    came = {"events": batch.events if batch else 0, "persons": persons, "left_out": sum(skipped.values())}
    _end(
        taken, "import.ended", came, state=State.DONE, persons=persons, skipped=skipped, bytes_done=taken.size,
        error="", cancelling=False, **brought,
    )  # fmt: skip
    forget_file(taken)


class _Reporter:
    """Writes down how far the reading has come, twice a second at most, and ends it where somebody wishes so.

    It also ends it with NoRoom before the disk is full: what is read may be far larger than its file.
    """

    def __init__(self, taken: Import, hold: Hold, log: StoredLog) -> None:
        self._taken, self._hold, self._before = taken, hold, log.events
        self._last = 0.0

    def __call__(self, progress: Progress) -> None:
        self._hold.check()
        refuse_lack_of_room(EVENT_BYTES * (self._before + progress.events))
        if time.monotonic() - self._last < PROGRESS_SECONDS and progress.bytes_done < progress.bytes_total:
            return
        self._last = time.monotonic()
        with suppress(OperationalError):  # a busy database is no reason to give the reading up
            note(self._taken, bytes_done=progress.bytes_done, rows_done=progress.events)
            if Import.objects.filter(pk=self._taken.pk, cancelling=True).exists():
                raise Cancelled
