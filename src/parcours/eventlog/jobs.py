"""What the worker does for the log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from parcours.eventlog import delivery, places, running
from parcours.eventlog.leasing import Hold, Later, note, release
from parcours.eventlog.models import UNDER_WAY, Import, State
from parcours.eventlog.services import FILE_KEPT, forget_file, forget_rejected, note_in_trail
from parcours.eventlog.worker import Chore, Job

log = structlog.get_logger("parcours.worker")
PUT_OFF_SECONDS = 3600.0
REJECTED_KEPT = timedelta(days=30)
"""How long rejected rows wait for somebody to mend them."""


def imports_to_do() -> Any:
    """Return the imports that wait for the worker, or were left by one that was killed."""
    return Import.objects.filter(state__in=UNDER_WAY).select_related("workspace", "by")


def files_to_forget() -> Any:
    """Return the imports whose file nobody needs any more."""
    before = timezone.now() - FILE_KEPT
    left = Q(state__in=(State.UPLOADING, State.PREVIEW), created_at__lt=before)
    ended = Q(state__in=(State.FAILED, State.CANCELLED), ended_at__lt=before)
    done = Q(state__in=(State.DONE, State.UNDONE))
    return Import.objects.filter(left | ended | done, has_file=True).select_related("workspace")


def forget(ended: Import, _hold: Hold) -> None:
    """Remove a file that nobody needs; an upload that nobody finished is cancelled with it."""
    if ended.state in (State.UPLOADING, State.PREVIEW):
        with transaction.atomic():
            note(ended, state=State.CANCELLED, ended_at=timezone.now())
            note_in_trail(ended, None, "import.cancelled")
    try:
        forget_file(ended)
    except OSError as error:  # nothing that the page of the import has to say: it keeps its own error
        log.error("file cannot be removed", id=ended.public_id, exc_info=error)
        raise Later(PUT_OFF_SECONDS) from error
    release(ended)


def put_off(ended: Import, _reason: str) -> None:
    """Try again later, as often as it takes: people stand in the file."""
    release(ended, wait_seconds=PUT_OFF_SECONDS, attempts=0)


def forget_old_rejected() -> None:
    """Remove the rejected rows that have waited long enough: people stand in them."""
    before = timezone.now() - REJECTED_KEPT
    for folder in places.folders_with_rejected():
        row = Import.objects.filter(public_id=folder.name, ended_at__lt=before).exclude(state__in=UNDER_WAY)
        for old in row.select_related("workspace"):
            forget_rejected(old)


IMPORTS = Job("imports", imports_to_do, running.run, running.give_up)
FACTS = Job("facts", delivery.waiting, delivery.deliver, delivery.give_up)
FILES = Job("files", files_to_forget, forget, put_off)
OLD_FACTS = Job("old facts", delivery.old, delivery.sweep, delivery.give_up)
OLD_REJECTED = Chore("old rejected rows", forget_old_rejected)
JOBS = (IMPORTS, FACTS, FILES, OLD_FACTS)
CHORES = (OLD_REJECTED,)
