"""Answers in the reader's language and time zone."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from parcours.language.translation import LANGUAGES, Language, speaking


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
