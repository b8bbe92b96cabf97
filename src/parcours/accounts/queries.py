"""Reads about accounts: each list in a number of queries that does not grow with it."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils import timezone

from parcours.accounts.mail import KEPT_FOR, empty_old
from parcours.accounts.models import ApiKey, AuditEntry, Invitation, Membership, UnsentMail, User, Workspace
from parcours.accounts.tokens import digest_of


def memberships_of(user: User) -> Any:
    """Return a user's memberships with their workspaces, by name."""
    return Membership.objects.filter(user=user).select_related("workspace").order_by("workspace__name", "pk")


def members_of(workspace: Workspace) -> Any:
    """Return the members with their users, by name."""
    return workspace.memberships.select_related("user").order_by("user__name", "user__email")


def invitations_to(workspace: Workspace) -> Any:
    """Return the invitations that were not accepted, the newest first; those that ran out among them."""
    return Invitation.objects.filter(workspace=workspace).select_related("invited_by").order_by("-sent_at")


def keys_of(workspace: Workspace) -> Any:
    """Return the keys, those in force first, the newest first."""
    return (
        ApiKey.objects.filter(workspace=workspace)
        .select_related("created_by")
        .order_by(F("revoked_at").asc(nulls_first=True), "-created_at")
    )


def trail_of(workspace: Workspace, *, verb: str = "", actor: str = "") -> Any:
    """Return the entries of the trail, the newest first, of one verb and one actor if they are given."""
    entries = AuditEntry.objects.filter(workspace=workspace)
    if verb:
        entries = entries.filter(verb=verb)
    return entries.filter(actor_name=actor) if actor else entries


def verbs_and_actors(workspace: Workspace) -> tuple[list[str], list[str]]:
    """Return what a trail can be filtered by."""
    entries = AuditEntry.objects.filter(workspace=workspace).order_by()
    verbs = entries.values_list("verb", flat=True).distinct()
    actors = entries.exclude(actor_name="").values_list("actor_name", flat=True).distinct()
    return sorted(verbs), sorted(actors)


def unsent_mail() -> Any:
    """Return the messages of the last day that could not be sent, the newest first; older texts are emptied."""
    empty_old()
    return UnsentMail.objects.filter(created_at__gt=timezone.now() - KEPT_FOR).order_by("-created_at")[:100]


def kept_link(workspace: Workspace, email: str) -> str:
    """Return the link of the open invitation of ``email``, if its message was not sent and is kept; else nothing.

    For the keeper only: who holds the link makes an account for the address.
    """
    invited = Invitation.objects.filter(workspace=workspace, email=email).first()
    links = UnsentMail.objects.filter(recipient=email).exclude(link="").values_list("link", flat=True)
    return next((link for link in links if invited and digest_of(link.rsplit("/", 2)[-2]) == invited.digest), "")
