"""How django-allauth does what it does here: sign-up by invitation unless it is open."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from parcours.accounts.models import User


class Adapter(DefaultAccountAdapter):
    """Sign-up is open for the first user, for who is invited, and where PARCOURS_ALLOW_SIGN_UP says so."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say whether ``request`` may make an account."""
        return settings.PARCOURS_ALLOW_SIGN_UP or not User.objects.exists() or "invitation" in request.session

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Keep the address in lower case, and the language in which the person signed up."""
        user.language = request.LANGUAGE_CODE
        saved: User = super().save_user(request, user, form, commit=False)
        saved.email = saved.email.lower()
        if commit:
            saved.save()
        return saved
