from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from parcours.web.draining import Draining

InALoop = Callable[..., Any]
STARTS = {"stream": b"text/event-stream", "page": b"text/html"}


def answers(kind: str, ended: list[str], seconds: float):
    async def answer(scope: dict[str, Any], _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"Content-Type", STARTS[kind])]})
        try:
            await asyncio.sleep(seconds)
            ended.append("whole")
        except asyncio.CancelledError:
            ended.append("cut")
            raise

    return answer


async def told(_message: dict[str, Any]) -> None:
    pass


@pytest.mark.parametrize(
    ("kind", "seconds", "patience", "how"),
    [("stream", 30, 5, "cut"), ("page", 0.2, 5, "whole"), ("page", 30, 0.1, "cut")],
)
def test_stream_is_cut_at_once_and_a_page_has_time(
    in_a_loop: InALoop, monkeypatch: pytest.MonkeyPatch, kind: str, seconds: float, patience: float, how: str
) -> None:
    monkeypatch.setattr("parcours.web.draining.PATIENCE_SECONDS", patience)
    ended: list[str] = []

    async def play() -> None:
        draining = Draining(answers(kind, ended, seconds))
        request = asyncio.ensure_future(draining({"type": "http"}, None, told))
        await asyncio.sleep(0.05)
        draining.end()
        await asyncio.wait_for(request, 3)

    in_a_loop(play())
    assert ended == [how]


def test_mistake_of_the_application_is_not_hidden(in_a_loop: InALoop) -> None:
    async def broken(_scope: Any, _receive: Any, _send: Any) -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        in_a_loop(Draining(broken)({"type": "http"}, None, told))
