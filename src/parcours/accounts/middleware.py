"""Answers in the reader's language and time zone; sessions that end, and what browsers keep of them."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers

from parcours.language.translation import LANGUAGES, Language, speaking

SIGNED_IN = "signed_in"
"""Where a session keeps when it began and when it was last seen, in seconds."""


class SpeakToTheReader:
    """The language a user chose, else the cookie's, else the browser's, else the installation's; both gettexts obey."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: Any) -> HttpResponse:
        """Answer inside the language; a workspace's own time zone is set when it is entered."""
        language = language_of(request)
        request.LANGUAGE_CODE = language
        with (
            translation.override(language),
            speaking(language),
            timezone.override(zoneinfo.ZoneInfo(settings.TIME_ZONE)),
        ):
            response = self.answer(request)
        response.headers.setdefault("Content-Language", language)
        return response


def language_of(request: Any) -> Language:
    """Return the language to answer ``request`` in."""
    chosen = getattr(request.user, "language", "") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in LANGUAGES:
        return chosen
    for code, _quality in translation.trans_real.parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if code[:2] in LANGUAGES:
            return code[:2]
    return settings.LANGUAGE_CODE


class EndOldSessions:
    """A session ends 14 days after its last use (the cookie's age) and 30 days after signing in, whatever the use."""

    LONGEST_SECONDS = 30 * 86_400
    NOTED_EVERY_SECONDS = 3600

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: Any) -> HttpResponse:
        """End the session that is too old; note the use of the others once an hour, which renews them."""
        times = request.session.get(SIGNED_IN) if request.user.is_authenticated else None
        if times:
            now = int(timezone.now().timestamp())
            if now - times["at"] > self.LONGEST_SECONDS:
                logout(request)
            elif now - times["seen"] > self.NOTED_EVERY_SECONDS:
                request.session[SIGNED_IN] = {**times, "seen": now}
        return self.answer(request)


class RenewSessions:
    """Who shows once more that it is them goes on in a session of a new name: one that was taken before is worthless.

    Django does it on signing in; this does it on asking again.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: Any) -> HttpResponse:
        """Answer; name the session anew when a proof was added to it."""
        if not request.user.is_authenticated:
            return self.answer(request)
        user, before = request.user.pk, request.session.get(AUTHENTICATION_METHODS_SESSION_KEY)
        response = self.answer(request)
        proofs = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY)
        if request.user.pk == user and proofs and proofs != before:
            old = request.session.session_key
            request.session.cycle_key()
            UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)
        return response


class LeaveNothingBehind:
    """Pages of accounts, which show seeds and codes, are stored nowhere; who signs out empties the browser's cache."""

    PLACE = "/account/"

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: Any) -> HttpResponse:
        """Answer, and tell the browser what to forget."""
        was_signed_in = request.user.is_authenticated
        response = self.answer(request)
        if request.path.startswith(self.PLACE):
            add_never_cache_headers(response)
        if was_signed_in and not request.user.is_authenticated:
            response.headers["Clear-Site-Data"] = '"cache"'
        return response
