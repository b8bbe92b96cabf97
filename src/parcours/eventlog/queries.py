"""What the pages show of imports, of facts that wait, and of the log behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils import timezone

from parcours.columnstore.log import StoredLog
from parcours.columnstore.manifest import FILE, present_token
from parcours.columnstore.rejecting import said_of_rows
from parcours.eventlog import uploads
from parcours.eventlog.models import OUTBOX, Import, Outbox, Postman, State
from parcours.eventlog.places import log_folder
from parcours.eventlog.reading import Answers
from parcours.language.errors import InputError
from parcours.language.formats import duration, number, percent
from parcours.language.translation import _, ngettext
from parcours.readers.source import open_source
from parcours.readers.words import reason_in_words, right_form

SHOWN_REJECTED, SHOWN_OTHERS, SUGGESTED = 50, 20, 60
MOST_EVENTS_COUNTED = 50_000_000


def find_log(workspace: Any) -> StoredLog | None:
    """Open the log of a workspace to read it; None where nothing was ever brought into it."""
    path = log_folder(workspace)
    return StoredLog.open(path) if (path / FILE).is_file() else None


def log_token(workspace: Any) -> str:
    """Return what names the present state of the log: another one after every change, empty without a log.

    Cheap: one row of its manifest.
    """
    path = log_folder(workspace)
    return present_token(path) if (path / FILE).is_file() else ""


def newest_batch(workspace: Any) -> int:
    """Return the number of the newest batch in the log of a workspace, 0 where there is none."""
    log = find_log(workspace)
    return max((batch.id for batch in log.batches()), default=0) if log is not None else 0


def imports_of(workspace: Any) -> Any:
    """Return the imports of a workspace, the newest first, with who began them."""
    return Import.objects.filter(workspace=workspace).select_related("by", "workspace")


@dataclass(frozen=True)
class Unfinished:
    """An upload that somebody can go on with; ``offset`` bytes of it are here."""

    upload: Import
    offset: int


def unfinished_uploads(workspace: Any) -> list[Unfinished]:
    """Return the uploads that are not complete, and how far each has come."""
    found = imports_of(workspace).filter(state=State.UPLOADING)
    return [Unfinished(one, one.path.stat().st_size) for one in found if one.path.is_file()]


def announced(before: Import | None = None) -> int:
    """Return how many bytes the uploads under way have yet to send, of all workspaces; only those ``before`` one.

    What was announced later may not end what was taken before.
    """
    found = Import.objects.filter(state=State.UPLOADING).select_related("workspace")
    if before is not None:
        found = found.filter(pk__lt=before.pk)
    return sum(uploads.to_come(one.path, one.size) for one in found)


def ended_with_file(workspace: Any) -> Any:
    """Return the imports that failed or were cancelled and can be read again, those that ended last first."""
    found = imports_of(workspace).filter(state__in=(State.FAILED, State.CANCELLED), has_file=True)
    return found.order_by("-ended_at", "-pk")


@dataclass(frozen=True)
class Other:
    """What came into the log by another way than an import of this application."""

    name: str
    events: int
    at: datetime


def brought_otherwise(workspace: Any) -> list[Other]:
    """Return what the command, or the sample company, brought into the log of a workspace, the newest first.

    Facts that were written down are not among them: they stand on a page of their own.
    """
    log = find_log(workspace)
    if log is None:
        return []
    ours = set(Import.objects.filter(workspace=workspace, batch__isnull=False).values_list("batch", flat=True))
    found = [one for one in log.batches() if one.id not in ours and one.format != OUTBOX]
    newest = sorted(found, key=lambda one: -one.id)[:SHOWN_OTHERS]
    return [Other(one.source, one.events, datetime.fromtimestamp(one.imported_us / 1e6, UTC)) for one in newest]


def brought_before(row: Import) -> datetime | None:
    """Return when the very same file came into the log, None where it did not or cannot be opened.

    Only a file of the same size as one of the log's is read for it.
    """
    log = find_log(row.workspace)
    alike = [one for one in log.batches() if one.bytes == row.size] if log is not None else []
    if not alike:
        return None
    try:
        digest = open_source(Answers.of(row.options).source(row.path)).digest()
    except InputError:
        return None
    found = [one.imported_us for one in alike if one.digest == digest]
    return datetime.fromtimestamp(max(found) / 1e6, UTC) if found else None


@dataclass(frozen=True)
class Step:
    """How far the worker is. ``percent`` None: it does something whose end is not known."""

    percent: int | None
    words: str

    @property
    def share(self) -> str:
        """``percent`` as the reader's language writes it."""
        return "" if self.percent is None else percent(self.percent / 100)


def step_of(row: Import) -> Step:
    """Say what the worker does with an import at this moment."""
    if row.cancelling:
        return Step(None, _("It is being cancelled."))
    if row.state == State.QUEUED:
        return Step(None, _("It waits for the worker."))
    if row.state == State.UNDOING:
        return Step(None, _("Its events are being taken out of the log."))
    if row.bytes_done >= row.size:
        said = ngettext(
            "{rows} row read; it is being written into the log.",
            "{rows} rows read; they are being written into the log.", row.rows_done,
        )  # fmt: skip
        return Step(None, said.format(rows=number(row.rows_done)))
    share = row.bytes_done / row.size
    parts = [ngettext("{rows} row read", "{rows} rows read", row.rows_done).format(rows=number(row.rows_done))]
    seconds = (timezone.now() - row.started_at).total_seconds() if row.started_at else 0.0
    if seconds >= 2 and share > 0.01:
        parts.append(_("{count} events/s").format(count=number(round(row.rows_done / seconds))))
        parts.append(_("{time} left").format(time=duration(max(1, round(seconds / share * (1 - share))))))
    return Step(int(share * 100), ", ".join(parts))


def reason_on_a_page(reason: str) -> str:
    """Say why a row did not come in, without the options of the command."""
    return _("this file was imported before") if reason == "already_imported" else reason_in_words(reason)


def left_out(row: Import) -> list[tuple[str, int]]:
    """Return why rows were left out and how many, the most first."""
    said = [(reason_on_a_page(reason), count) for reason, count in row.skipped.items() if count]
    return sorted(said, key=lambda pair: (-pair[1], pair[0]))


@dataclass(frozen=True)
class Rejected:
    """A bad row that was left out."""

    line: str
    column: str
    value: str
    reason: str
    expected: str


def rejected_rows(row: Import) -> list[Rejected]:
    """Return the first rows that were left out because they are bad."""
    path: Path = row.rejected_path
    if not row.rejected or not path.is_file():
        return []
    return [
        Rejected(line, column, value, reason_on_a_page(reason), _expected(row, reason, expected))
        for _file, line, column, value, reason, expected in islice(said_of_rows(path), SHOWN_REJECTED)
    ]


def _expected(row: Import, reason: str, written: str) -> str:
    """Say the right form in the reader's language where it can be; the file has it in that of who imported it."""
    if reason == "time_unreadable" and row.options.get("time_format"):
        return written
    return right_form(reason) or written


@dataclass(frozen=True)
class Waiting:
    """Facts that the log does not have yet, and why where something is wrong."""

    facts: int
    error: str


def waiting_facts(workspace: Any) -> Waiting:
    """Say how many facts wait for the log of a workspace."""
    facts = Outbox.objects.filter(workspace=workspace, delivered_at=None).count()
    error = Postman.objects.filter(workspace=workspace).values_list("error", flat=True).first() if facts else ""
    return Waiting(facts, error or "")


def newest_facts(workspace: Any, count: int = 10) -> list[Outbox]:
    """Return what was written down last."""
    return list(Outbox.objects.filter(workspace=workspace).select_related("by").order_by("-pk")[:count])


def event_names(workspace: Any) -> list[str]:
    """Return the names of events that the log has most often, to be suggested."""
    log = find_log(workspace)
    if log is None or not log.events or log.events > MOST_EVENTS_COUNTED:
        return []
    counts = log.name_counts()
    best = counts.argsort(kind="stable")[::-1][:SUGGESTED]
    return [log.names.words[code] for code in best.tolist() if counts[code]]
