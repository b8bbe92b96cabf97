"""Invitations: a link for one address, good for seven days, until it is accepted, sent again or revoked."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from parcours.accounts.errors import AlreadyMemberError, LinkSpentError, WrongAddressError
from parcours.accounts.mail import INVITATION, forget, send
from parcours.accounts.models import Invitation, Membership, User, Workspace
from parcours.accounts.roles import Role
from parcours.accounts.services.audit import record
from parcours.accounts.tokens import digest_of, new_token

GOOD_FOR = timedelta(days=7)


@transaction.atomic
def invite(workspace: Workspace, by: User, email: str, role: str) -> str:
    """Ask ``email`` into ``workspace``; return the link. Asking again replaces the older link.

    It is sent once the transaction is through: a slow mail server would hold SQLite's lock all the while.

    Raises ``AlreadyMemberError``.
    """
    email = email.strip().lower()
    if Membership.objects.filter(workspace=workspace, user__email__iexact=email).exists():
        raise AlreadyMemberError(_("{email} belongs to this workspace already.").format(email=email), value=email)
    token = new_token()
    invitation, _new = Invitation.objects.update_or_create(
        workspace=workspace, email=email, defaults={"role": Role(role), "invited_by": by, **_fresh(token)}
    )
    record(workspace, by, "member.invited", email, role=str(role))
    return _send(invitation, token)


@transaction.atomic
def resend(invitation: Invitation, by: User) -> str:
    """Send an invitation with a new link, which is returned; the one before stops working.

    Raises ``LinkSpentError`` when it was accepted or taken back meanwhile.
    """
    token = new_token()
    if not Invitation.objects.filter(pk=invitation.pk).update(**_fresh(token)):
        raise _spent()
    record(invitation.workspace, by, "member.invited_again", invitation.email, role=invitation.role)
    return _send(invitation, token)


@transaction.atomic
def revoke_invitation(invitation: Invitation, by: User) -> None:
    """Take an invitation back; raises ``LinkSpentError`` when it was accepted or taken back meanwhile."""
    taken, _kinds = Invitation.objects.filter(pk=invitation.pk).delete()
    if not taken:
        raise _spent()
    record(invitation.workspace, by, "member.invitation_revoked", invitation.email, role=invitation.role)
    forget(invitation.email, INVITATION)


def find_invitation(digest: str) -> Invitation:
    """Return the open invitation whose link has a token of ``digest``; raises ``LinkSpentError``."""
    found = Invitation.objects.select_related("workspace", "invited_by").filter(digest=digest).first()
    if found is None or not found.is_open:
        raise _spent()
    return found


@transaction.atomic
def accept(digest: str, user: User) -> Membership:
    """Let ``user`` in by the invitation whose link has a token of ``digest``.

    Raises ``LinkSpentError``, or ``WrongAddressError`` when it is not theirs.
    """
    # Whoever accepts twice at once waits here, and finds the invitation gone.
    Workspace.objects.select_for_update().filter(invitations__digest=digest).first()
    invitation = find_invitation(digest)
    if invitation.email != user.email.lower():
        raise WrongAddressError(
            _("This invitation is for {invited}, and you are signed in as {present}.").format(
                invited=invitation.email, present=user.email
            )
        )
    membership, new = Membership.objects.get_or_create(
        workspace=invitation.workspace, user=user, defaults={"role": invitation.role}
    )
    if new:
        record(invitation.workspace, user, "member.joined", user.email, role=invitation.role)
    invitation.delete()
    forget(user.email, INVITATION)
    return membership


def _fresh(token: str) -> dict[str, object]:
    now = timezone.now()
    return {"digest": digest_of(token), "sent_at": now, "expires_at": now + GOOD_FOR}


def _spent() -> LinkSpentError:
    return LinkSpentError(
        _("This invitation no longer works: it was accepted, taken back, or is older than seven days.")
    )


def _send(invitation: Invitation, token: str) -> str:
    link = str(settings.PARCOURS_URL + reverse("invitation", kwargs={"token": token}))
    transaction.on_commit(partial(_write, invitation, link))
    return link


def _write(invitation: Invitation, link: str) -> None:
    with override(invitation.workspace.language):
        send("accounts/mail/invitation.txt", invitation.email, {"invitation": invitation, "link": link})
