"""For machines: is it alive, can it answer, how much did it do."""

from __future__ import annotations

import os
from functools import cache
from hmac import compare_digest

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from parcours.accounts.access import public


@public
@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """Answer as soon as the process runs."""
    return JsonResponse({"status": "live"})


@public
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers in the right version and the folder of the data can be written, else 503."""
    problems = []
    try:
        if not _database_fits():
            problems.append("database needs an upgrade: run parcours upgrade")
    except DatabaseError:
        problems.append("database does not answer")
    if not settings.PARCOURS_HOME.is_dir():
        problems.append("folder of the data is missing")
    return JsonResponse(
        {"status": "not ready" if problems else "ready", "problems": problems}, status=503 if problems else 200
    )


def _database_fits() -> bool:
    """Compare the names of migrations: planning them would read every migration at each call."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return _migrations_of_this_version() <= set(cursor.fetchall())


@cache
def _migrations_of_this_version() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


@public
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Give Prometheus its figures, to who knows PARCOURS_METRICS_TOKEN; without a token there is no page."""
    token = settings.PARCOURS_METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not compare_digest(given.encode(), token.encode()):
        raise Http404
    return HttpResponse(generate_latest(_counts()), content_type=CONTENT_TYPE_LATEST)


def _counts() -> CollectorRegistry:
    """Return the counts of this process, or of all processes that ``parcours serve`` keeps running."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together
