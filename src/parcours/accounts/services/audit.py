"""The audit trail: who did what in a workspace, in a chain that shows when an entry was changed or taken out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC

from django.db import connection, transaction
from django.utils import timezone

from parcours.accounts.models import AuditEntry, User, Workspace

Detail = str | int | float | bool | None | list[str]


@dataclass(frozen=True)
class Broken:
    """The first entry at which the chain does not hold; ``number`` is one past the last when the end was cut off."""

    number: int


def record(workspace: Workspace, actor: User | None, verb: str, target: str, **details: Detail) -> AuditEntry:
    """Write one line in the trail, in the transaction of the change itself. Never pass a secret in ``details``.

    ``verb`` is a past tense with its domain (``member.removed``), ``target`` what it was done to, as people know it.
    Entries of one workspace are written one after the other: its row is locked until the transaction ends (SQLite
    locks the whole database from the first statement on).
    """
    if not connection.in_atomic_block:
        raise RuntimeError("record() belongs into the transaction of the change that it records.")
    held = Workspace.objects.select_for_update().only("public_id", "trail_head").get(pk=workspace.pk)
    last = AuditEntry.objects.filter(workspace=held).order_by("-number").values_list("number", flat=True).first()
    entry = AuditEntry(
        workspace=held,
        number=(last or 0) + 1,
        at=timezone.now(),
        actor=actor,
        actor_name=actor.email if actor else "",
        verb=verb,
        target=target[:254],
        details=details,
        previous=held.trail_head,
    )
    entry.digest = _digest(entry, held.public_id)
    entry.save()
    Workspace.objects.filter(pk=held.pk).update(trail_head=entry.digest)
    return entry


@transaction.atomic
def record_of_account(user: User, verb: str, **details: Detail) -> None:
    """Write a line about a person's own account in the trail of every workspace that they belong to.

    Owners see so when a member's address or keys change: who comes in by the account may be somebody else since.
    """
    for workspace in user.workspaces.order_by("pk"):
        record(workspace, user, verb, user.email, **details)


def verify(workspace: Workspace) -> Broken | None:
    """Follow the chain from its beginning; return where it breaks first, or None when it holds to the end."""
    previous, expected = "", 1
    entries = AuditEntry.objects.filter(workspace=workspace).order_by("number")
    for entry in entries.iterator(chunk_size=2000):
        if (
            entry.number != expected
            or entry.previous != previous
            or entry.digest != _digest(entry, workspace.public_id)
        ):
            return Broken(min(expected, entry.number))
        previous, expected = entry.digest, expected + 1
    head = Workspace.objects.values_list("trail_head", flat=True).get(pk=workspace.pk)
    return None if head == previous else Broken(expected)


def _digest(entry: AuditEntry, public_id: str) -> str:
    content = {
        "workspace": public_id,
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor_name,
        "verb": entry.verb,
        "target": entry.target,
        "details": entry.details,
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"{entry.previous}\n{canonical}".encode()).hexdigest()
