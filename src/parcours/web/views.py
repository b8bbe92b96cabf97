"""For machines: is it alive, can it answer, how much did it do."""

from __future__ import annotations

from hmac import compare_digest

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from parcours.accounts.access import public


@public
def live(_request: HttpRequest) -> HttpResponse:
    """Answer as soon as the process runs."""
    return JsonResponse({"status": "live"})


@public
def ready(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers in the right version and the folder of the data can be written, else 503."""
    problems = []
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            problems.append("database needs an upgrade: run parcours upgrade")
    except DatabaseError:
        problems.append("database does not answer")
    if not settings.PARCOURS_HOME.is_dir():
        problems.append("folder of the data is missing")
    return JsonResponse(
        {"status": "not ready" if problems else "ready", "problems": problems}, status=503 if problems else 200
    )


@public
def metrics(request: HttpRequest) -> HttpResponse:
    """Give Prometheus its figures, to who knows PARCOURS_METRICS_TOKEN; without a token there is no page."""
    token = settings.PARCOURS_METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not compare_digest(given.encode(), token.encode()):
        raise Http404
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
