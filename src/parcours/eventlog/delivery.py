"""Facts from the outbox into the log: each exactly once, some thousands at a time.

A worker that is killed between the log and the outbox brings the same facts again; the log knows their message ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from parcours.columnstore.locking import LogBusy
from parcours.columnstore.writing import SourceInfo
from parcours.eventlog.leasing import Hold, Later, release
from parcours.eventlog.models import Outbox, Postman
from parcours.eventlog.running import BUSY_SECONDS, open_log
from parcours.readers.arrays import text_array, to_arrow
from parcours.readers.batch import Batch

FACTS_AT_ONCE, ROWS_AT_ONCE = 5000, 500
PAUSE_SECONDS = 2.0
"""Between two deliveries: facts that come one by one travel together."""
GIVEN_UP_SECONDS = 600.0
SOURCE = SourceInfo("application", "outbox")


def waiting() -> Any:
    """Return who has facts to deliver."""
    facts = Outbox.objects.filter(workspace=OuterRef("workspace"), delivered_at=None, due_at__lte=timezone.now())
    return Postman.objects.filter(Exists(facts))


def deliver(postman: Postman, hold: Hold) -> None:
    """Bring all facts of a workspace that are due into its log; raises Later while somebody else writes to it."""
    while facts := _take(postman.workspace):
        hold.check()
        try:
            open_log(postman.workspace).append([batch_of(facts)], SOURCE)
        except LogBusy:
            raise Later(BUSY_SECONDS) from None
        ids = [fact.pk for fact in facts]
        for start in range(0, len(ids), ROWS_AT_ONCE):
            delivered = Outbox.objects.filter(pk__in=ids[start : start + ROWS_AT_ONCE])
            delivered.update(delivered_at=timezone.now())
    release(postman, wait_seconds=PAUSE_SECONDS, attempts=0, error="")


def give_up(postman: Postman, reason: str) -> None:
    """Facts are never given up: they wait ten minutes, and the pages say why."""
    release(postman, wait_seconds=GIVEN_UP_SECONDS, attempts=0, error=reason)


def _take(workspace: Any) -> list[Outbox]:
    """Take the oldest facts that are due: from here on they cannot be withdrawn."""
    due = Outbox.objects.filter(workspace=workspace, delivered_at=None, due_at__lte=timezone.now()).order_by("pk")
    with transaction.atomic():
        if connection.features.has_select_for_update:
            due = due.select_for_update()
        facts = list(due[:FACTS_AT_ONCE])
        new = [fact.pk for fact in facts if fact.taken_at is None]
        for start in range(0, len(new), ROWS_AT_ONCE):
            Outbox.objects.filter(pk__in=new[start : start + ROWS_AT_ONCE]).update(taken_at=timezone.now())
    return facts


def batch_of(facts: Sequence[Outbox]) -> Batch:
    """Bring facts into the form that a log takes."""
    properties: dict[str, Any] = {
        "message_id": text_array([fact.message_id for fact in facts]),
        "channel": text_array([fact.said("channel") for fact in facts]),
        "comment": text_array([fact.said("comment") for fact in facts]),
        "value": _column([fact.said("value") for fact in facts]),
    }
    for name in dict.fromkeys(name for fact in facts for name in fact.said("properties") or ()):
        if name not in properties:
            properties[name] = _column([(fact.said("properties") or {}).get(name) for fact in facts])
    return Batch(
        rows=len(facts),
        person=text_array([fact.said("person") for fact in facts]),
        time_us=np.array([fact.said("time_us") for fact in facts], np.int64),
        name=text_array([fact.said("name") for fact in facts]),
        line=np.arange(1, len(facts) + 1, dtype=np.int64),
        properties=properties,
    )


def _column(values: Sequence[Any]) -> pa.Array:
    """Make a column of one kind: numbers or booleans where all are, else texts."""
    missing = np.array([value is None for value in values], np.bool_)
    known = [value for value in values if value is not None]
    if all(isinstance(value, bool) for value in known):
        return to_arrow(np.array([bool(value) for value in values], np.bool_), missing)
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in known):
        return to_arrow(np.array([float(value or 0) for value in values], np.float64), missing)
    return text_array([None if value is None else str(value) for value in values])
