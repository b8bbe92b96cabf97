"""What is sent piece by piece: how far an import is, to a page that stays open, and files of any size."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from http import HTTPStatus
from pathlib import Path
from typing import Any

from asgiref.sync import sync_to_async
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.http import require_safe

from parcours.accounts.access import in_workspace
from parcours.accounts.roles import EDIT
from parcours.eventlog.models import Import
from parcours.eventlog.queries import step_of
from parcours.language.translation import Language, speaking

PIECE_BYTES = 1 << 20
LOOK_SECONDS = 0.5
LASTS_SECONDS = 60.0
"""Then the page asks again, and whether it still may is looked at again."""
MOST_OF_ONE, MOST_OF_ALL = 4, 64
"""Pages of one person, and of all people, that this process tells at a time: each holds one of its connections."""
RETRY_SECONDS = 10
_told: Counter[int] = Counter()


@in_workspace(EDIT)
@require_safe
async def progress(request: Any, import_id: str) -> HttpResponse:
    """Tell how far an import is until it has ended; 429 where too many pages are told: they ask again."""
    found = await Import.objects.filter(workspace=request.workspace, public_id=import_id).afirst()
    if found is None:
        raise Http404
    if _is_full(request.user.pk):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(RETRY_SECONDS)})
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    events = counted(request.user.pk, tell(found.pk, request.LANGUAGE_CODE))
    return StreamingHttpResponse(events, content_type="text/event-stream", headers=headers)


async def counted(user: int, events: AsyncGenerator[str, None]) -> AsyncGenerator[str]:
    """Give ``events`` to a page of ``user`` while they count as one that is told.

    It counts from the first of them on, not before: a page that leaves before that must not count for ever.
    """
    if _is_full(user):  # others came in between
        yield f"retry: {RETRY_SECONDS}000\n\n"
        return
    _told[user] += 1
    try:
        async with aclosing(events):
            async for event in events:
                yield event
    finally:
        _told[user] -= 1
        if not _told[user]:
            del _told[user]


def _is_full(user: int) -> bool:
    return _told[user] >= MOST_OF_ONE or _told.total() >= MOST_OF_ALL


async def pieces_of(path: Path) -> AsyncIterator[bytes]:
    """Read a file in pieces: Django's own answer with a file holds all of it in memory under ASGI."""
    file = await asyncio.to_thread(path.open, "rb")
    try:
        while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
            yield piece
    finally:
        file.close()


async def tell(import_pk: int, language: Language) -> AsyncGenerator[str, None]:
    """Give an event with the new state of the page each time that something has changed, and one at the end."""
    shown: tuple[Any, ...] = ()
    until = time.monotonic() + LASTS_SECONDS
    yield "retry: 1000\n\n"
    while time.monotonic() < until:
        row = await Import.objects.filter(pk=import_pk).afirst()
        if row is None or not row.under_way:
            yield message("end", "")
            return
        now = (row.state, row.cancelling, row.bytes_done, row.rows_done)
        if now != shown:
            shown = now
            yield message("step", await sync_to_async(_fragment)(row, language))
        await asyncio.sleep(LOOK_SECONDS)


def message(event: str, text: str) -> str:
    """Write one event as the stream has it."""
    lines = "".join(f"data: {line}\n" for line in text.splitlines() or [""])
    return f"event: {event}\n{lines}\n"


def _fragment(row: Import, language: Language) -> str:
    with translation.override(language), speaking(language):
        return render_to_string("eventlog/_step.html", {"step": step_of(row)})
