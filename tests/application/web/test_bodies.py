from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from servers import Visitor, free_port, lend_files, make_alice, program

from parcours.accounts.models import User, Workspace
from parcours.eventlog import uploads
from parcours.web import bodies
from parcours.web.asgi import application
from parcours.web.bodies import Bounded

MEGABYTE = 1_000_000
Ask = Callable[..., Any]


class Asked:
    """What an application was given and what it said, for one request of raw messages."""

    def __init__(self) -> None:
        self.read: list[bytes] = []
        self.left = False
        self.said: list[dict[str, Any]] = []

    @property
    def status(self) -> int:
        return int(self.said[0]["status"])

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.said[0]["headers"])

    @property
    def words(self) -> str:
        return b"".join(message.get("body", b"") for message in self.said[1:]).decode()


@pytest.fixture
def ask(in_a_loop: Callable[..., Any]) -> Ask:
    """Return what sends pieces of a body, each after some seconds, through the bounds to one that reads them all."""

    def request(path: str, *pieces: bytes, method: str = "POST", every: float = 0, **headers: str) -> Asked:
        headers = {"Accept_Language": "en"} | headers
        asked, waiting = Asked(), list(pieces)

        async def read(_scope: Any, receive: Any, send: Any) -> None:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    asked.left = True
                    return
                asked.read.append(message.get("body", b""))
                if not message.get("more_body", False):
                    break
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"read"})

        async def receive() -> dict[str, Any]:
            if not waiting:
                await asyncio.sleep(60)
            await asyncio.sleep(every)
            piece = waiting.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(waiting) or not piece}

        async def send(message: dict[str, Any]) -> None:
            asked.said.append(message)

        in_a_loop(Bounded(read)(scope(path, method, headers), receive, send))
        return asked

    return request


def scope(path: str, method: str, headers: dict[str, str]) -> dict[str, Any]:
    given = [(name.replace("_", "-").lower().encode(), held.encode()) for name, held in headers.items()]
    return {"type": "http", "path": path, "method": method, "headers": given, "query_string": b""}


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "Ce qui est envoyé dépasse les 10,0 Mo"), ("en", "larger than the 10.0 MB")]
)
def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_read(ask: Ask, language: str, words: str) -> None:
    asked = ask("/account/login/", b"x", Content_Length=str(500_000 * MEGABYTE), Accept_Language=language)
    assert (asked.status, asked.read, asked.left) == (413, [], False)
    assert words in asked.words.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")
    assert asked.headers[b"x-content-type-options"] == b"nosniff"


def test_a_body_that_says_nothing_or_lies_is_cut_where_it_is_too_large(ask: Ask) -> None:
    for headers in ({}, {"Content_Length": "5"}):
        asked = ask("/account/login/", *[b"x" * MEGABYTE] * 12, **headers)
        assert (asked.status, asked.left, len(asked.read)) == (413, True, 10)


def test_a_body_of_the_largest_size_passes(ask: Ask) -> None:
    asked = ask("/account/login/", *[b"x" * MEGABYTE] * 10, Content_Length=str(10 * MEGABYTE))
    assert (asked.status, sum(map(len, asked.read))) == (200, 10 * MEGABYTE)


def test_a_body_is_cut_before_it_fills_the_disk(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "ROOM_BYTES", 1 << 60)
    asked = ask("/account/login/", *[b"x" * MEGABYTE] * 9)
    assert (asked.status, asked.left, len(asked.read)) == (507, True, 2)
    assert ask("/account/login/", b"login=alice").status == 200  # it stays in memory


@pytest.mark.parametrize("place", ["/health/live", "/health/ready", "/metrics", "/static/ui/parcours.css"])
def test_where_nothing_is_sent_next_to_nothing_is_taken(ask: Ask, place: str) -> None:
    assert ask(place, b"x" * 1001).status == 413
    assert ask(place, b"x", Content_Length="1001").status == 413
    assert ask(place, b"x" * 1000).status == 200


def test_a_body_that_stops_coming_is_given_up(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "WAIT_SECONDS", 0.1)
    begun = time.monotonic()
    asked = ask("/account/login/", b"x", b"", Content_Length="1000000")
    assert (asked.status, asked.left, asked.read) == (408, True, [b"x", b""])
    assert time.monotonic() - begun < 5


def test_a_body_that_drips_is_given_up_though_it_never_stops(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.2)
    asked = ask("/account/login/", *[b"x"] * 1000, every=0.02, Content_Length="1000")
    assert (asked.status, asked.left) == (408, True)
    assert len(asked.read) < 100


def test_a_slow_body_that_goes_on_well_is_taken(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.1)
    asked = ask("/account/login/", *[b"x" * 10_000] * 20, every=0.02)
    assert asked.status == 200


def test_a_page_that_listens_after_its_request_is_not_given_up(
    in_a_loop: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "WAIT_SECONDS", 0.05)
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.05)
    messages = [({"type": "http.request"}, 0), ({"type": "http.disconnect"}, 0.3)]
    said: list[dict[str, Any]] = []

    async def listen(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        assert (await receive())["type"] == "http.disconnect"
        said.append({"type": "left"})

    async def receive() -> dict[str, Any]:
        message, seconds = messages.pop(0)
        await asyncio.sleep(seconds)
        return message

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    in_a_loop(Bounded(listen)(scope("/", "GET", {}), receive, send))
    assert [message["type"] for message in said] == ["http.response.start", "left"]
    assert not messages


# -- whole files ----------------------------------------------------------------------------------------------------
@pytest.fixture
def signed_in(inside: Callable[[User], Client], alice: User) -> str:
    client = inside(alice)
    return "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())


@pytest.mark.django_db(transaction=True)
def test_a_whole_file_is_taken_at_its_address_from_who_is_signed_in(
    ask: Ask, signed_in: str, workspace: Workspace
) -> None:
    there, size = f"/w/{workspace.public_id}/imports/", str(20 * MEGABYTE)
    file = [b"x" * MEGABYTE] * 20
    assert ask(there, *file, Content_Length=size, Cookie=signed_in).status == 200
    for stranger in ({}, {"Cookie": "session=0123456789abcdefghijklmnopqrstuv"}):
        refused = ask(there, *file, Content_Length=size, **stranger)
        assert (refused.status, refused.read) == (403, [])
        assert "Nobody is signed in here." in refused.words
    assert ask(there, *file, Cookie=signed_in).status == 413  # it does not say how large it is
    assert ask(there, *file, Content_Length=size, Cookie=signed_in, method="PATCH").status == 413
    assert ask(f"{there}abcdefghjkmn/file", *file, Content_Length=size, Cookie=signed_in).status == 413


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("where", ["new/file", "abcdefghjkmn/versions/new"])
def test_the_largest_file_of_a_map_is_taken_from_who_is_signed_in(
    ask: Ask, signed_in: str, workspace: Workspace, where: str
) -> None:
    there, file = f"/w/{workspace.public_id}/maps/{where}", [b"x" * MEGABYTE] * 40
    assert ask(there, *file, Content_Length=str(40 * MEGABYTE), Cookie=signed_in).status == 200
    assert ask(there, *file, Content_Length=str(40 * MEGABYTE)).status == 403
    assert ask(there, b"x", Content_Length=str(43 * MEGABYTE), Cookie=signed_in).status == 413


@pytest.mark.django_db(transaction=True)
def test_a_whole_file_is_refused_where_the_setting_or_the_disk_does_not_hold_it(
    ask: Ask, signed_in: str, workspace: Workspace, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = f"/w/{workspace.public_id}/imports/"
    settings.PARCOURS_MAX_UPLOAD_BYTES = 15 * MEGABYTE
    refused = ask(there, b"x", Content_Length=str(20 * MEGABYTE), Cookie=signed_in)
    assert (refused.status, refused.read) == (413, [])
    monkeypatch.setattr(uploads, "ROOM_BYTES", 1 << 60)
    refused = ask(there, b"x", Content_Length=str(12 * MEGABYTE), Cookie=signed_in)
    assert (refused.status, refused.read) == (507, [])
    assert "not enough room" in refused.words


# -- the whole application, and a server ----------------------------------------------------------------------------
def test_the_application_is_bounded(in_a_loop: Callable[..., Any]) -> None:
    said: list[dict[str, Any]] = []

    async def never() -> dict[str, Any]:
        raise AssertionError("the body was read")

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    in_a_loop(application(scope("/health/live", "POST", {"Content-Length": "500000000000"}), never, send))
    assert said[0]["status"] == 413


FILE = b"person,time,event\n" + b"ann,2026-03-05T10:00:00Z,visit\n" * 400_000
SERVE = """
import sys
from parcours.web import bodies, processes
bodies.WAIT_SECONDS = 0.5
processes.MOST_REQUESTS = 4
processes.main(["web", "--port", sys.argv[1], "--parent", sys.argv[2]])
"""


@pytest.mark.own_server
@pytest.mark.xdist_group("server")
def test_bodies_that_never_end_hold_a_server_only_for_a_moment(tmp_path: Path) -> None:
    home, port = tmp_path / "home", free_port()
    lend_files(home)
    workspace = make_alice(home)
    with program(home, SERVE, str(port), str(os.getpid())) as served:
        try:
            _until_it_answers(port)
            slow = [socket.create_connection(("127.0.0.1", port), timeout=10) for _one in range(4)]
            for one in slow:
                one.sendall(b"POST /account/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nx")
            assert _get(port) == 200  # they are gone by then
            for one in slow:
                with closing(one):
                    assert one.recv(65_536).startswith(b"HTTP/1.1 408 ")
            with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as large:
                large.putrequest("POST", "/health/live")
                large.putheader("Content-Length", "500000000000")
                large.endheaders()
                assert large.getresponse().status == 413
            alice = Visitor(port, 1)
            assert alice.sign_in()
            body = (
                b'--x\r\nContent-Disposition: form-data; name="file"; filename="e.csv"\r\n\r\n'
                + FILE
                + b"\r\n--x--\r\n"
            )
            status, said = alice.ask(
                "POST", f"/w/{workspace}/imports/", body, Content_Type="multipart/form-data; boundary=x"
            )
            assert status == 303, said
        finally:
            served.terminate()
    assert list((home / "run" / "bodies").iterdir()) == []


def _get(port: int) -> int:
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as asking:
        asking.request("GET", "/health/live", headers={"Host": "localhost"})
        return asking.getresponse().status


def _until_it_answers(port: int) -> None:
    for _try in range(300):
        try:
            assert _get(port) == 200
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server does not answer")
