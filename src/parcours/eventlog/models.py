"""Imports on their way into the log, facts that wait for it, and who may write it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parcours.accounts.models import Workspace, new_public_id
from parcours.eventlog.leasing import Leased
from parcours.eventlog.places import REJECTED, imports_folder

DUPLICATES = frozenset({"duplicate_id", "duplicate_content", "already_imported"})
"""Reasons that leave out good rows, because they are there already."""


OUTBOX = "outbox"
"""The form that the log notes for facts born in the application."""


class State(models.TextChoices):
    """Where an import stands."""

    UPLOADING = "uploading", _("Uploading")
    PREVIEW = "preview", _("To be checked")
    QUEUED = "queued", pgettext_lazy("an import", "Waiting")
    RUNNING = "running", _("Reading")
    DONE = "done", _("Imported")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", _("Taken back")


UNDER_WAY = (State.QUEUED, State.RUNNING, State.UNDOING)
"""States in which the worker does something."""
WAITING = (State.UPLOADING, State.PREVIEW, State.QUEUED, State.RUNNING)
"""States in which a file is on its way into the log."""


class Import(Leased):
    """A file that somebody brings into the log of a workspace.

    While it is uploaded the file on disk says how far it has come. ``options`` are the answers of the preview (see
    ``reading``). ``newest_batch`` is the newest batch of the log when it was handed to the worker, so that an attempt
    that was killed after it had switched its rows in is recognised.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="imports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=160)
    size = models.BigIntegerField()
    fingerprint = models.CharField(max_length=40, blank=True)
    has_file = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADING)
    options = models.JSONField(default=dict)
    cancelling = models.BooleanField(default=False)
    bytes_done = models.BigIntegerField(default=0)
    rows_done = models.BigIntegerField(default=0)
    newest_batch = models.IntegerField(default=0)
    batch = models.IntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    events = models.BigIntegerField(default=0)
    persons = models.BigIntegerField(default=0)
    skipped = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "-created_at"], name="imports_of_a_workspace"),
            models.Index(fields=["state", "due_at"], name="imports_to_work_on"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def folder(self) -> Path:
        """The folder of this import's files."""
        return imports_folder(self.workspace) / self.public_id

    @property
    def path(self) -> Path:
        """The uploaded file, under the name it came with: its ending tells the format, errors name it."""
        return self.folder / self.name

    @property
    def rejected_path(self) -> Path:
        """The CSV file of bad rows that were left out; it may not be there."""
        return self.folder / REJECTED

    @property
    def rejected(self) -> int:
        """Bad rows that were left out."""
        return sum(count for reason, count in self.skipped.items() if reason not in DUPLICATES)

    @property
    def left_out(self) -> int:
        """All rows that were left out, bad or there already."""
        return sum(self.skipped.values())

    @property
    def under_way(self) -> bool:
        """Whether the worker has something to do with it."""
        return self.state in UNDER_WAY

    @property
    def can_be_read_again(self) -> bool:
        """Whether its file is still there to be tried with other answers."""
        return self.has_file and self.state in (State.FAILED, State.CANCELLED)


class Outbox(models.Model):
    """A fact born in the application, written in the transaction of what it tells about, until the log has it.

    ``taken_at``: a worker may have brought it there already, so it cannot be withdrawn any more. Some weeks after
    ``delivered_at`` it is removed (see ``delivery.KEPT``).
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    message_id = models.CharField(max_length=120)
    event = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    @property
    def happened_at(self) -> datetime:
        """When it happened, which may be long before it was written down."""
        return datetime.fromtimestamp(self.event["time_us"] / 1e6, UTC)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "message_id"], name="one_fact_one_message_id")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "due_at"], name="facts_to_deliver", condition=models.Q(delivered_at__isnull=True)
            ),
            models.Index(
                fields=["workspace", "delivered_at"],
                name="facts_to_sweep",
                condition=models.Q(delivered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.message_id

    def said(self, part: str) -> Any:
        """Return one part of the event: person, name, time, channel, comment …; None where it has none."""
        return self.event.get(part)


class Postman(Leased):
    """Who brings the facts of one workspace to its log: one worker at a time."""

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return str(self.workspace)
