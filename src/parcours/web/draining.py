"""The end of a web process: streams are cut at once, every other answer gets some seconds to be finished."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from parcours.web.bodies import Application

PATIENCE_SECONDS = 5.0
_STREAM = b"text/event-stream"


class Draining:
    """An ASGI application that hands requests on to another and knows which are under way."""

    def __init__(self, answer: Application) -> None:
        self._answer = answer
        self._streams: set[asyncio.Task[None]] = set()
        self._others: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        """Answer; a request that is cut ends without an error, its connection with it."""

        async def watched(message: dict[str, Any]) -> None:
            said = {name.lower(): held for name, held in message.get("headers", ())}
            if said.get(b"content-type", b"").startswith(_STREAM) and task in self._others:
                self._others.discard(task)
                self._streams.add(task)
            await send(message)

        task = asyncio.ensure_future(self._answer(scope, receive, watched))
        self._others.add(task)
        with suppress(asyncio.CancelledError):
            try:
                await task
            finally:
                self._others.discard(task)
                self._streams.discard(task)
                task.cancel()

    def end(self) -> None:
        """Cut the streams now, and in a while what has not ended until then."""
        _cut(self._streams)
        asyncio.get_running_loop().call_later(PATIENCE_SECONDS, _cut, self._others)


def _cut(tasks: set[asyncio.Task[None]]) -> None:
    for task in tuple(tasks):
        task.cancel()
