"""Facts from the outbox into the log: each exactly once, all that wait together in one go.

A worker that is killed between the log and the outbox brings the same facts again; the log knows their message ids.
Deliveries of one day that follow each other are one batch of the log (see ``SourceInfo.joins``).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from parcours.columnstore.locking import LogBusy
from parcours.columnstore.writing import SourceInfo
from parcours.eventlog.leasing import Hold, Later, release
from parcours.eventlog.models import OUTBOX, Outbox, Postman
from parcours.eventlog.running import BUSY_SECONDS, open_log
from parcours.readers.arrays import text_array, to_arrow
from parcours.readers.batch import Batch

FACTS_AT_ONCE, ROWS_AT_ONCE = 5000, 500
PIECES_AT_ONCE = 20
"""One delivery has at most so many times ``FACTS_AT_ONCE``; memory holds one of them."""
PAUSE_SECONDS, MOST_PAUSE_SECONDS, PAUSE_FACTOR = 2.0, 30.0, 10.0
"""Between two deliveries: facts that come one by one travel together. A delivery writes the columns of the whole log
anew, so the pause is ten times as long as it took: a large log gets its facts some seconds later."""
GIVEN_UP_SECONDS = 600.0
KEPT = timedelta(days=30)
"""How long a fact stays in the outbox after its delivery. One told again later than that is delivered again, and the
log leaves it out."""
SOURCE = SourceInfo("application", OUTBOX, joins=True)


def waiting() -> Any:
    """Return who has facts to deliver."""
    facts = Outbox.objects.filter(workspace=OuterRef("workspace"), delivered_at=None, due_at__lte=timezone.now())
    return Postman.objects.filter(Exists(facts))


def deliver(postman: Postman, hold: Hold) -> None:
    """Bring all facts of a workspace that are due into its log; raises Later while somebody else writes to it."""
    begun = time.monotonic()
    while True:
        taken: list[int] = []
        pieces = _pieces(postman.workspace, hold, taken)
        first = next(pieces, None)
        if first is None:  # withdrawn in the meantime
            break
        try:
            open_log(postman.workspace).append(chain([first], pieces), SOURCE)
        except LogBusy:
            raise Later(BUSY_SECONDS) from None
        for ids in _slices(taken):
            Outbox.objects.filter(pk__in=ids).update(delivered_at=timezone.now())
        if len(taken) < PIECES_AT_ONCE * FACTS_AT_ONCE:
            break
    pause = min(max(PAUSE_SECONDS, PAUSE_FACTOR * (time.monotonic() - begun)), MOST_PAUSE_SECONDS)
    release(postman, wait_seconds=pause, attempts=0, error="")


def give_up(postman: Postman, reason: str) -> None:
    """Facts are never given up: they wait ten minutes, and the pages say why."""
    release(postman, wait_seconds=GIVEN_UP_SECONDS, attempts=0, error=reason)


def _pieces(workspace: Any, hold: Hold, taken: list[int]) -> Iterator[Batch]:
    """Take the facts that are due, piece by piece; their keys are put into ``taken``."""
    for _piece in range(PIECES_AT_ONCE):
        hold.check()
        facts = _take(workspace, taken[-1] if taken else 0)
        if not facts:
            return
        taken.extend(fact.pk for fact in facts)
        yield batch_of(facts)


def _take(workspace: Any, after: int) -> list[Outbox]:
    """Take the oldest facts that are due: from here on they cannot be withdrawn."""
    due = Outbox.objects.filter(workspace=workspace, delivered_at=None, due_at__lte=timezone.now(), pk__gt=after)
    due = due.order_by("pk")
    with transaction.atomic():
        if connection.features.has_select_for_update:
            due = due.select_for_update()
        facts = list(due[:FACTS_AT_ONCE])
        for ids in _slices([fact.pk for fact in facts if fact.taken_at is None]):
            Outbox.objects.filter(pk__in=ids).update(taken_at=timezone.now())
    return facts


def _slices(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), ROWS_AT_ONCE):
        yield ids[start : start + ROWS_AT_ONCE]


def old() -> Any:
    """Return who has facts that were delivered long ago."""
    facts = Outbox.objects.filter(workspace=OuterRef("workspace"), delivered_at__lt=timezone.now() - KEPT)
    return Postman.objects.filter(Exists(facts))


def sweep(postman: Postman, hold: Hold) -> None:
    """Remove the facts of a workspace that were delivered long ago."""
    before = timezone.now() - KEPT
    found = Outbox.objects.filter(workspace=postman.workspace, delivered_at__lt=before).order_by("pk")
    while ids := list(found.values_list("pk", flat=True)[:ROWS_AT_ONCE]):
        hold.check()
        Outbox.objects.filter(pk__in=ids).delete()
    release(postman, attempts=postman.attempts - 1)


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
