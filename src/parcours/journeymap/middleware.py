"""What a reader is told when the machine already makes as many slow answers as it may."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from parcours.journeymap.errors import Busy

RETRY_SECONDS = 10


class AskToComeBack:
    """Answers 503 to any page whose slow answer found no turn, so that no view has to think of it."""

    def __init__(self, answer: Callable[[Any], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: Any) -> HttpResponse:
        """Answer; nothing is done before or after."""
        return self.answer(request)

    def process_exception(self, request: Any, error: Exception) -> HttpResponse | None:
        """Show the page that says when to come back; other errors are none of this."""
        if not isinstance(error, Busy):
            return None
        shown = render(request, "journeymap/busy.html", status=HTTPStatus.SERVICE_UNAVAILABLE)
        shown.headers["Retry-After"] = str(RETRY_SECONDS)
        return shown
