"""How many pages are told at a time how far their imports are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from parcours.accounts.models import Membership, User, Workspace
from parcours.accounts.roles import Role
from parcours.eventlog import streams
from parcours.eventlog.models import Import

pytestmark = pytest.mark.django_db(transaction=True)


async def for_ever() -> AsyncGenerator[str, None]:
    while True:
        yield "event: step\n\n"
        await asyncio.sleep(60)


async def first_of(stream: AsyncGenerator[str, None]) -> str:
    return await anext(stream)


@pytest.fixture
def ask(
    queued: Callable[..., Import], inside: Callable[[User], Client], workspace: Workspace, bob: User
) -> Callable[[User], Any]:
    """Return what asks as somebody to be told of an import."""
    Membership.objects.filter(user=bob).update(role=Role.EDITOR)
    row = queued(b"person,time,event\nann,2026-03-05T10:00:00Z,visit\n")
    address = reverse("import-progress", kwargs={"workspace": workspace.public_id, "import_id": row.public_id})

    def asked(user: User) -> Any:
        try:
            return inside(user).get(address)
        finally:
            connections.close_all()  # of the thread in which it is asked

    return asked


def test_one_person_has_only_so_many_pages_that_are_told(
    ask: Callable[[User], Any], in_a_loop: Callable[..., Any], alice: User, bob: User
) -> None:
    async def play() -> list[int]:
        told = [streams.counted(alice.pk, for_ever()) for _page in range(streams.MOST_OF_ONE)]
        asked = [(await asyncio.to_thread(ask, alice)).status_code]  # none of them has begun
        assert [await first_of(one) for one in told] == ["event: step\n\n"] * len(told)
        refused = await asyncio.to_thread(ask, alice)
        assert refused.headers["Retry-After"] == "10"
        asked += [refused.status_code, (await asyncio.to_thread(ask, bob)).status_code]
        async with aclosing(streams.counted(alice.pk, for_ever())) as late:
            assert [event async for event in late] == ["retry: 10000\n\n"]
        await told[0].aclose()
        asked.append((await asyncio.to_thread(ask, alice)).status_code)
        for one in told:
            await one.aclose()
        return asked

    assert in_a_loop(play()) == [200, 429, 200, 200]


def test_all_people_have_only_so_many_pages_that_are_told(
    ask: Callable[[User], Any], in_a_loop: Callable[..., Any], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOST_OF_ALL", 3)

    async def play() -> list[int]:
        told = [streams.counted(alice.pk + 1 + n, for_ever()) for n in range(3)]
        for one in told:
            await first_of(one)
        asked = [(await asyncio.to_thread(ask, alice)).status_code]
        for one in told:
            await one.aclose()
        return [*asked, (await asyncio.to_thread(ask, alice)).status_code]

    assert in_a_loop(play()) == [429, 200]
