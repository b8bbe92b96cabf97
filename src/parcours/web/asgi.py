"""The application as ASGI servers want it: what answers under which path."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parcours.web.settings")

from django.conf import settings
from django.core.asgi import get_asgi_application

from parcours.web.bodies import Application, Bounded
from parcours.web.static_files import PREFIX, StaticFiles

_PAGES = get_asgi_application()
APPLICATIONS: tuple[tuple[str, Application], ...] = (
    # While developing nothing is gathered: Django finds the files in the packages.
    (
        PREFIX,
        _PAGES if settings.DEBUG else StaticFiles(settings.STATIC_ROOT, hsts_seconds=settings.SECURE_HSTS_SECONDS),
    ),
    ("/", _PAGES),
)
"""Paths by their beginning, the first that fits answers: what must not pay for Django's pages stands above ``/``."""


async def _by_path(scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
    """Hand a request to the application that answers under its path."""
    path = scope.get("path", "/")
    for beginning, answer in APPLICATIONS:
        if path.startswith(beginning):
            return await answer(scope, receive, send)
    raise ValueError(path)


application: Application = Bounded(_by_path)
