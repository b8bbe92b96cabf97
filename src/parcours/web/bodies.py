"""Bodies of requests, held to a measure before anything reads them: how large they may be, and how slow.

Django takes a whole body in before it looks at the address, the session or the token of a form, so whoever reaches the
port could fill the disk, or hold the connections of a process by sending nothing. What is refused here reaches nobody.
"""

from __future__ import annotations

import asyncio
import io
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from importlib import import_module
from typing import Any

import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.handlers.asgi import ASGIRequest
from django.db import connections

from parcours.eventlog import uploads
from parcours.eventlog.errors import NoRoom
from parcours.language.errors import ParcoursError
from parcours.language.translation import Language, _, speaking
from parcours.ui.words import size_in_words

Application = Callable[[dict[str, Any], Callable[..., Any], Callable[..., Any]], Awaitable[None]]
log = structlog.get_logger("parcours.request")

TINY_BYTES, ORDINARY_BYTES = 1_000, 10_000_000
TINY_PLACES = ("/health/", "/metrics", "/static/")
"""Nothing is sent to these."""
WHOLE_FILES = re.compile(r"/w/[^/]+/imports/")
"""Here a form without JavaScript sends a whole file; pieces of one are ordinary (``upload.js`` cuts 4 MiB)."""
MAP_FILES = re.compile(r"/w/[^/]+/maps/(new/file|[^/]+/versions/new)")
MAP_BYTES = 41_000_000
"""The largest file of a map: ten million letters of up to four bytes; workbooks may have 32 MB."""
FORM_BYTES = 1_000_000
"""What a form may add around its file."""
COPIES = 2
"""A form's file lies in the body and beside it before it is where it belongs."""
WAIT_SECONDS = 30.0
"""Longest time between two pieces of a body."""
GRACE_SECONDS, SLOWEST_BYTES_A_SECOND = 60.0, 5_000
"""A body may take this long, and a second more for so many bytes that came."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a body is not taken."""

    status: HTTPStatus
    why: ParcoursError


class Bounded:
    """An ASGI application that hands requests on to another, unless their body is too large or too slow.

    A larger one is taken where whole files are sent, from who is signed in, if it says its size and the disk has room.
    """

    def __init__(self, answer: Application) -> None:
        self._answer = answer
        self._coming = 0

    async def __call__(self, scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        """Answer, or refuse: before the body is read where it says that it is too large."""
        if scope["type"] != "http":
            return await self._answer(scope, receive, send)
        request = ASGIRequest(scope, io.BytesIO())
        with speaking(_language_of(request)):
            announced = _announced(request)
            most = _most(request, announced)
            refusal = _too_large(most) if announced > most else None
            if refusal is None and most > ORDINARY_BYTES:
                refusal = await sync_to_async(_refuse_file, thread_sensitive=False)(request, announced + self._coming)
            if refusal is None:
                refusal = await self._watched(scope, _Body(receive, most), send, announced)
            if refusal is not None:
                log.warning("body refused", status=refusal.status.value, announced=announced)
                await _tell(send, refusal)
        return None

    async def _watched(
        self, scope: dict[str, Any], body: _Body, send: Callable[..., Any], announced: int
    ) -> Refusal | None:
        """Answer; return why the body was cut, unless an answer has begun all the same."""
        begun = False

        async def watching(message: dict[str, Any]) -> None:
            nonlocal begun
            begun = True
            await send(message)

        self._coming += announced
        try:
            await self._answer(scope, body.receive, watching)
        finally:
            self._coming -= announced
        return None if begun else body.refusal


class _Body:
    """What comes of a request, counted and timed. Where it goes beyond, the application sees the sender leave."""

    def __init__(self, receive: Callable[..., Any], most: int) -> None:
        self.refusal: Refusal | None = None
        self._receive, self._most = receive, most
        self._began, self._came, self._whole = time.monotonic(), 0, False

    async def receive(self) -> dict[str, Any]:
        """Give the next message; once the body is whole, waiting for the sender to leave has no end."""
        if self.refusal is not None:
            return {"type": "http.disconnect"}
        if self._whole:
            return await self._message()
        lasts = self._began + GRACE_SECONDS + self._came / SLOWEST_BYTES_A_SECOND - time.monotonic()
        try:
            message = await asyncio.wait_for(self._message(), min(WAIT_SECONDS, max(lasts, 0)))
        except TimeoutError:
            why = ParcoursError(_("What was sent comes too slowly."), expected=_("Try again with a better connection."))
            self.refusal = Refusal(HTTPStatus.REQUEST_TIMEOUT, why)
            return {"type": "http.disconnect"}
        self._came += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._came > self._most:
            self.refusal = _too_large(self._most)
        elif self._came > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:  # from here on it lies on the disk
            self.refusal = _lack_of_room()
        return {"type": "http.disconnect"} if self.refusal is not None else message

    async def _message(self) -> dict[str, Any]:
        message: dict[str, Any] = await self._receive()
        return message


def _language_of(request: ASGIRequest) -> Language:
    from parcours.accounts.middleware import language_of  # with it come models, for which Django has to be set up

    request.user = None  # nobody has looked yet
    return language_of(request)


def _announced(request: ASGIRequest) -> int:
    length = request.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() else 0


def _most(request: ASGIRequest, announced: int) -> int:
    """Return how large the body of a request may be; one that does not say its size may be an ordinary one."""
    if request.path.startswith(TINY_PLACES):
        return TINY_BYTES
    if request.method == "POST" and announced > ORDINARY_BYTES:
        if WHOLE_FILES.fullmatch(request.path):
            return max(int(settings.PARCOURS_MAX_UPLOAD_BYTES), ORDINARY_BYTES) + FORM_BYTES
        if MAP_FILES.fullmatch(request.path):
            return MAP_BYTES + FORM_BYTES
    return ORDINARY_BYTES


def _refuse_file(request: ASGIRequest, size: int) -> Refusal | None:
    """Say why a body of a whole file is not taken: nobody is signed in, or the disk would not hold it."""
    try:
        session = import_module(settings.SESSION_ENGINE).SessionStore(
            request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        )
        if SESSION_KEY not in session:
            why = ParcoursError(_("Nobody is signed in here."), expected=_("Sign in, then send the file again."))
            return Refusal(HTTPStatus.FORBIDDEN, why)
    finally:
        connections.close_all()  # of this thread, which nobody else tidies up
    return _lack_of_room((COPIES + uploads.ROOM_FACTOR) * size)


def _lack_of_room(size: int = 0) -> Refusal | None:
    try:
        uploads.refuse_lack_of_room(size)
    except NoRoom as error:
        return Refusal(HTTPStatus.INSUFFICIENT_STORAGE, error)
    return None


def _too_large(most: int) -> Refusal:
    why = ParcoursError(
        _("What was sent is larger than the {size} that are taken here.").format(size=size_in_words(most))
    )
    return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, why)


async def _tell(send: Callable[..., Any], refusal: Refusal) -> None:
    """Answer in plain words: the page of an error would cost what is refused here. Then the connection ends."""
    body = f"{refusal.why}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    if settings.SECURE_HSTS_SECONDS:
        headers.append((b"strict-transport-security", f"max-age={settings.SECURE_HSTS_SECONDS}".encode()))
    await send({"type": "http.response.start", "status": refusal.status.value, "headers": headers})
    await send({"type": "http.response.body", "body": body})
