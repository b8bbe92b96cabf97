"""What opens an account."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from parcours.accounts.models import User


@transaction.atomic
def take_away_what_opens(user: User) -> bool:
    """Take password, second factors and sessions from an account, to which links then lead; say whether it had any."""
    had_password = user.has_usable_password()
    user.set_unusable_password()
    user.save(update_fields=["password"])
    factors, _kinds = Authenticator.objects.filter(user=user).delete()
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return had_password or bool(factors or sessions)
