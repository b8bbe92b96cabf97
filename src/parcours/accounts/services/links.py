"""Signing in by a link: sent to a known address, good once and for a quarter of an hour."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from parcours.accounts.errors import LinkSpentError
from parcours.accounts.mail import LINK, forget, send
from parcours.accounts.models import MagicLink, User
from parcours.accounts.tokens import digest_of, new_token

GOOD_FOR = timedelta(minutes=15)
MOST_AT_ONCE = 3
"""Links that may wait to be used. No more are sent, so that who asks for somebody else ends none of theirs."""


def send_link(email: str) -> None:
    """Send a link to ``email``; an address without an account gets a message that says so.

    The caller learns nothing, and both cases cost one message.
    """
    email = email.strip().lower()
    user = User.objects.filter(email=email, is_active=True).first()
    if user is None:
        send("accounts/mail/no_account.txt", email, {"url": settings.PARCOURS_URL})
        return
    minutes = int(GOOD_FOR.total_seconds() // 60)
    send("accounts/mail/magic_link.txt", email, {"link": link_for(user), "minutes": minutes})


def enough_wait(email: str) -> bool:
    """Tell whether as many links wait as may for ``email``: one more would help nobody."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    return user is not None and _waiting(user).count() >= MOST_AT_ONCE


def link_for(user: User) -> str:
    """Return a link that signs ``user`` in; those before work on until one is used."""
    token = new_token()
    with transaction.atomic():
        MagicLink.objects.filter(user=user).exclude(pk__in=_waiting(user)).delete()
        MagicLink.objects.create(user=user, digest=digest_of(token), expires_at=timezone.now() + GOOD_FOR)
    return str(settings.PARCOURS_URL + reverse("magic_link", kwargs={"token": token}))


@transaction.atomic
def use_link(token: str) -> User:
    """Return whom a link signs in, and spend it and the others that wait; raises ``LinkSpentError``."""
    now = timezone.now()
    taken = MagicLink.objects.filter(
        digest=digest_of(token), used_at=None, expires_at__gt=now, user__is_active=True
    ).update(used_at=now)  # one statement: of two who come at once, one is refused
    if not taken:
        raise LinkSpentError(
            _("This link no longer works: it or another was used, or it is older than a quarter of an hour.")
        )
    user: User = MagicLink.objects.select_related("user").get(digest=digest_of(token)).user
    _waiting(user).delete()
    forget(user.email, LINK)
    return user


def _waiting(user: User) -> Any:
    return MagicLink.objects.filter(user=user, used_at=None, expires_at__gt=timezone.now())
