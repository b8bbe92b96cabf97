"""Workspaces and who belongs to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from parcours.accounts.errors import LastOwnerError, NotAsTypedError
from parcours.accounts.models import Membership, User, Workspace
from parcours.accounts.roles import Role
from parcours.accounts.services.audit import record

log = structlog.get_logger("parcours.accounts")
WhenDeleted = Callable[[str], None]
"""Takes the public id of a workspace that is gone, and removes what stands outside the database."""
SETTINGS = ("name", "language", "time_zone", "currency")


@transaction.atomic
def create_workspace(owner: User, name: str, *, language: str = "") -> Workspace:
    """Make a workspace that ``owner`` owns."""
    made: Workspace = Workspace.objects.create(name=name, language=language or settings.LANGUAGE_CODE)
    Membership.objects.create(workspace=made, user=owner, role=Role.OWNER)
    record(made, owner, "workspace.created", name)
    return made


@transaction.atomic
def change_workspace(workspace: Workspace, by: User, **changes: Any) -> Workspace:
    """Change what ``SETTINGS`` lists; the trail keeps the old and the new value. Nothing changed, nothing recorded."""
    held: Workspace = Workspace.objects.select_for_update().get(pk=workspace.pk)
    changed = {name: changes[name] for name in SETTINGS if name in changes and getattr(held, name) != changes[name]}
    if not changed:
        return held
    before = {f"{name}_before": getattr(held, name) for name in changed}
    for name, value in changed.items():
        setattr(held, name, value)
    held.save(update_fields=list(changed))
    record(held, by, "workspace.changed", held.name, **changed, **before)
    return held


def delete_workspace(workspace: Workspace, by: User, *, typed: str, then: Sequence[WhenDeleted] = ()) -> None:
    """Delete a workspace with all that belongs to it, once ``typed`` is its name.

    ``then`` is called with the public id after the transaction is through: what stands in files goes last, so that a
    failure leaves orphaned files rather than a workspace without its data.
    """
    if " ".join(typed.split()) != " ".join(workspace.name.split()):
        raise NotAsTypedError(_("This is not the name of the workspace: {name}").format(name=workspace.name))
    with transaction.atomic():
        for step in then:
            transaction.on_commit(partial(step, workspace.public_id))
        Workspace.objects.get(pk=workspace.pk).delete()
    log.warning("workspace deleted", workspace=workspace.public_id, by=by.pk)


@transaction.atomic
def change_role(membership: Membership, by: User, role: str) -> None:
    """Give a member another role; raises ``LastOwnerError`` rather than leave nobody in charge."""
    held = _held(membership)
    if held.role == role:
        return
    _keep_an_owner(held)
    before, held.role = held.role, Role(role)
    held.save(update_fields=["role"])
    record(held.workspace, by, "member.role_changed", held.user.email, role=str(role), role_before=before)


@transaction.atomic
def remove_member(membership: Membership, by: User) -> None:
    """Take a member out of a workspace; raises ``LastOwnerError``."""
    held = _held(membership)
    _keep_an_owner(held)
    record(held.workspace, by, "member.removed", held.user.email, role=held.role)
    held.delete()


@transaction.atomic
def leave(membership: Membership) -> None:
    """Leave a workspace oneself; raises ``LastOwnerError``."""
    held = _held(membership)
    _keep_an_owner(held)
    record(held.workspace, held.user, "member.left", held.user.email, role=held.role)
    held.delete()


def _held(membership: Membership) -> Membership:
    # Two owners who demote each other at the same moment wait here for one another.
    Workspace.objects.select_for_update().get(pk=membership.workspace_id)
    held: Membership = Membership.objects.select_related("workspace", "user").get(pk=membership.pk)
    return held


def _keep_an_owner(membership: Membership) -> None:
    owners = Membership.objects.filter(workspace=membership.workspace_id, role=Role.OWNER).exclude(pk=membership.pk)
    if membership.role == Role.OWNER and not owners.exists():
        raise LastOwnerError(_("A workspace needs an owner. Make somebody else an owner first."))
