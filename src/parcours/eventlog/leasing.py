"""Rows of domain tables that one worker at a time may work on: claimed, kept, given back, or freed by the clock.

A queue alone cannot give exactly-once; a row can: what was done is written together with giving the row back.
"""

from __future__ import annotations

import secrets
import threading
from datetime import timedelta
from typing import Any

from django.db import connection, connections, models, transaction
from django.utils import timezone

LEASE_SECONDS = 30.0
"""A worker that was killed is replaced after this; one that lives renews three times as often."""


class LeaseLost(Exception):  # noqa: N818 - what happened to the worker, not a mistake of anybody
    """Somebody else holds the row by now: what is known about it here must not be written."""


class Stopped(Exception):  # noqa: N818
    """The process is asked to end: the row is given back as it was."""


class Later(Exception):  # noqa: N818
    """It cannot be done now, through nobody's fault: try again in ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Leased(models.Model):
    """A table whose rows are worked on. ``due_at``: not before; ``attempts``: begun since it was last put in order."""

    due_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True, editable=False)
    leased_by = models.CharField(max_length=32, blank=True, editable=False)
    attempts = models.PositiveIntegerField(default=0, editable=False)
    error = models.TextField(blank=True, editable=False)

    class Meta:
        abstract = True


def claim(waiting: Any, seconds: float = LEASE_SECONDS) -> Any:
    """Take one row of the queryset ``waiting`` that nobody holds, the longest due first; None where there is none.

    Two workers never get the same row: PostgreSQL locks it and lets the others pass, SQLite has one writer at a time
    from the first statement on (``BEGIN IMMEDIATE``).
    """
    now = timezone.now()
    unheld = models.Q(leased_until=None) | models.Q(leased_until__lt=now)
    free = waiting.filter(unheld, due_at__lte=now).order_by("due_at", "pk")
    if not free.exists():  # most looks find nothing: they must not make writers wait
        return None
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            free = free.select_for_update(skip_locked=True, of=("self",))
        row = free.first()
        if row is None:
            return None
        row.leased_by = secrets.token_hex(16)
        row.leased_until = timezone.now() + timedelta(seconds=seconds)
        row.attempts += 1
        row.save(update_fields=["leased_by", "leased_until", "attempts"])
    return row


def renew(row: Any, seconds: float = LEASE_SECONDS) -> None:
    """Keep a claimed row for ``seconds`` from now; LeaseLost where somebody else has it."""
    row.leased_until = timezone.now() + timedelta(seconds=seconds)
    _change(row, {"leased_until": row.leased_until})


def note(row: Any, **fields: Any) -> None:
    """Write ``fields`` of a claimed row and keep it; LeaseLost where somebody else has it."""
    _change(row, fields)


def release(row: Any, *, wait_seconds: float = 0, **fields: Any) -> None:
    """Give a claimed row back, due again after ``wait_seconds``, with ``fields``; LeaseLost where it was taken."""
    freed = {"leased_until": None, "due_at": timezone.now() + timedelta(seconds=wait_seconds)}
    _change(row, {**freed, **fields})


def _change(row: Any, fields: dict[str, Any]) -> None:
    if not type(row).objects.filter(pk=row.pk, leased_by=row.leased_by, leased_until__isnull=False).update(**fields):
        raise LeaseLost(f"{type(row).__name__} {row.pk}")
    for name, value in fields.items():
        setattr(row, name, value)


class Hold:
    """Keeps a claimed row while the block runs, however long a single step of it takes.

    ``check`` is called between steps: it raises Stopped when the process is asked to end, LeaseLost when the row was
    taken all the same (a machine that slept).
    """

    def __init__(self, row: Any, stop: threading.Event) -> None:
        self.row = row
        self._stop = stop
        self._over = threading.Event()
        self._lost = False
        self._beat = threading.Thread(target=self._keep, name=f"lease-{row.pk}", daemon=True)

    def __enter__(self) -> Hold:
        self._beat.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._beat.join()

    def check(self) -> None:
        """Raise where the work has to end here."""
        if self._lost:
            raise LeaseLost(f"{type(self.row).__name__} {self.row.pk}")
        if self._stop.is_set():
            raise Stopped

    def _keep(self) -> None:
        try:
            while not self._over.wait(LEASE_SECONDS / 3):
                renew(self.row)
        except LeaseLost:
            self._lost = True
        finally:
            connections.close_all()
