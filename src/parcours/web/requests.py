"""Every answered request: an id, one log line, and counts for Prometheus."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

log = structlog.get_logger("parcours.request")
REQUESTS = Counter("parcours_requests_total", "Answered requests.", ["method", "view", "status"])
SECONDS = Histogram("parcours_request_seconds", "Time to answer, by view.", ["view"])
_GIVEN_ID = re.compile(r"[\w-]{8,64}")
_QUIET = ("live", "ready", "metrics")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Anybody may invent another, and each would be a series of its own for as long as the server runs."""


class RequestLog:
    """Outermost middleware. A request id that a proxy gives is kept when it looks like one."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> Any:
        """Answer and tell; neither query strings nor bodies are logged."""
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request_id)
        begun = time.perf_counter()
        response = self.answer(request)
        seconds = time.perf_counter() - begun
        view = request.resolver_match.view_name if request.resolver_match else "none"
        method = request.method if request.method in _METHODS else "other"
        REQUESTS.labels(method, view, response.status_code).inc()
        SECONDS.labels(view).observe(seconds)
        response.headers["X-Request-ID"] = request_id
        if view not in _QUIET:
            # The view's name, not the address: an address may hold a token.
            log.info(
                "answered", method=request.method, view=view, status=response.status_code, ms=round(seconds * 1000)
            )
        return response
