from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from parcours.accounts.models import User, Workspace
from parcours.web.compression import Compress

LONG = "the same words again, " * 200


def sent(response: HttpResponse | StreamingHttpResponse, accepts: str = "gzip, deflate, br") -> HttpResponse:
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepts})
    return Compress(lambda _request: response)(request)


def test_page_is_compressed_and_says_what_its_form_depends_on() -> None:
    answer = sent(HttpResponse(LONG))
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert gzip.decompress(answer.content).decode() == LONG
    assert len(answer.content) < len(LONG) / 5


def test_same_page_has_not_always_the_same_length() -> None:
    assert len({len(sent(HttpResponse(LONG)).content) for _time in range(50)}) > 5


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(LONG, headers={"Cache-Control": "no-cache, No-Store, private"}),
        HttpResponse(LONG, content_type="application/pdf"),
        HttpResponse("short"),
        StreamingHttpResponse(iter([LONG.encode()]), content_type="text/event-stream"),
    ],
    ids=["secret", "packed already", "short", "stream"],
)
def test_left_as_it_is(response: HttpResponse | StreamingHttpResponse) -> None:
    assert "Content-Encoding" not in sent(response).headers


def test_browser_that_takes_no_gzip_gets_none() -> None:
    assert "Content-Encoding" not in sent(HttpResponse(LONG), accepts="br").headers


def test_pages_are_compressed_and_those_with_secrets_are_not(
    inside: Callable[[User], Client], alice: User, workspace: Workspace
) -> None:
    client, asked = inside(alice), {"Accept-Encoding": "gzip"}
    home = f"/w/{workspace.public_id}/"
    assert client.get(home, headers=asked).headers["Content-Encoding"] == "gzip"
    made = client.post(f"{home}keys/", {"name": "Till", "scopes": ["read"]}, headers=asked)
    codes = client.get("/account/2fa/totp/activate/", headers=asked)
    seen = client.get("/account/profile/", headers=asked)
    assert made.status_code == 201
    assert not any("Content-Encoding" in answer.headers for answer in (made, codes, seen))
