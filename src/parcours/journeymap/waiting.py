"""Answers that take longer than a page may: the page comes at once, asks for them, and is shown again."""

from __future__ import annotations

from django.http import HttpResponse

from parcours.journeymap.living import Question, living


def wait_or_show(question: Question | None) -> HttpResponse:
    """Answer when ``question`` is answered: htmx then shows the page again."""
    if question is not None:
        living(question)
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})
