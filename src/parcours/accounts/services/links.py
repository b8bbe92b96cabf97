"""Signing in by a link: sent to a known address, good once and for a quarter of an hour."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from parcours.accounts.errors import LinkSpentError
from parcours.accounts.mail import forget, send
from parcours.accounts.models import MagicLink, User
from parcours.accounts.tokens import digest_of, new_token

GOOD_FOR = timedelta(minutes=15)


def send_link(email: str) -> None:
    """Send a link to ``email``; an address without an account gets a message that says so.

    The caller learns nothing, and both cases cost one message. A new link ends the one before.
    """
    email = email.strip().lower()
    user = User.objects.filter(email=email, is_active=True).first()
    if user is None:
        send("accounts/mail/no_account.txt", email, {"url": settings.PARCOURS_URL})
        return
    minutes = int(GOOD_FOR.total_seconds() // 60)
    send("accounts/mail/magic_link.txt", email, {"link": link_for(user), "minutes": minutes})


def link_for(user: User) -> str:
    """Return a link that signs ``user`` in; it ends the one before."""
    token, now = new_token(), timezone.now()
    with transaction.atomic():
        MagicLink.objects.filter(user=user).delete()
        MagicLink.objects.create(user=user, digest=digest_of(token), expires_at=now + GOOD_FOR)
    return str(settings.PARCOURS_URL + reverse("magic_link", kwargs={"token": token}))


@transaction.atomic
def use_link(token: str) -> User:
    """Return whom a link signs in, and spend it; raises ``LinkSpentError``."""
    now = timezone.now()
    taken = MagicLink.objects.filter(
        digest=digest_of(token), used_at=None, expires_at__gt=now, user__is_active=True
    ).update(used_at=now)  # one statement: of two who come at once, one is refused
    if not taken:
        raise LinkSpentError(_("This link no longer works: it was used, or is older than a quarter of an hour."))
    user: User = MagicLink.objects.select_related("user").get(digest=digest_of(token)).user
    forget(user.email)
    return user
