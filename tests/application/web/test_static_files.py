from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parcours.web.static_files import StaticFiles

Ask = Callable[..., tuple[int, dict[str, str], bytes]]
STYLE = b"a { color: red }" * 9_000


@pytest.fixture
def files(tmp_path: Path) -> StaticFiles:
    (tmp_path / "ui").mkdir()
    for name in ("page.css", "page.0123456789ab.css"):
        (tmp_path / "ui" / name).write_bytes(STYLE)
        (tmp_path / "ui" / f"{name}.gz").write_bytes(gzip.compress(STYLE))
    (tmp_path.parent / "outside.txt").write_text("secret")
    return StaticFiles(tmp_path)


@pytest.fixture
def ask(files: StaticFiles, in_a_loop: Callable[..., Any]) -> Callable[..., tuple[int, dict[str, str], bytes]]:
    """Return what asks for a path and gives status, headers and body."""

    def request(path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        said: list[dict] = []

        async def send(message: dict) -> None:
            said.append(message)

        given = [(name.replace("_", "-").encode(), held.encode()) for name, held in headers.items()]
        in_a_loop(files({"path": path, "method": method, "headers": given}, None, send))
        assert said[-1]["more_body"] is False
        held = {name.decode(): value.decode() for name, value in said[0]["headers"]}
        return said[0]["status"], held, b"".join(message.get("body", b"") for message in said[1:])

    return request


def test_file_comes_whole_and_is_not_sniffed(ask: Ask) -> None:
    status, headers, body = ask("/static/ui/page.css")
    assert (status, body) == (200, STYLE)
    assert headers["content-type"].startswith("text/css")
    assert headers["x-content-type-options"] == "nosniff"
    assert "immutable" not in headers["cache-control"]


def test_browser_that_takes_gzip_gets_it(ask: Ask) -> None:
    _status, headers, body = ask("/static/ui/page.css", accept_encoding="gzip, br")
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(body) == STYLE


def test_file_named_after_its_content_is_kept_for_ever(ask: Ask) -> None:
    _status, headers, _body = ask("/static/ui/page.0123456789ab.css")
    assert "immutable" in headers["cache-control"]


def test_known_file_is_not_sent_again(ask: Ask) -> None:
    _status, headers, _body = ask("/static/ui/page.css")
    status, _headers, body = ask("/static/ui/page.css", if_none_match=headers["etag"])
    assert (status, body) == (304, b"")


def test_head_has_no_body(ask: Ask) -> None:
    status, headers, body = ask("/static/ui/page.css", "HEAD")
    assert (status, body, headers["content-length"]) == (200, b"", str(len(STYLE)))


@pytest.mark.parametrize(
    "path", ["/static/ui/none.css", "/static/../outside.txt", "/static/ui/", "/static//etc/passwd"]
)
def test_nothing_else_is_found(ask: Ask, path: str) -> None:
    assert ask(path)[0] == 404


def test_nothing_is_changed_by_posting(ask: Ask) -> None:
    assert ask("/static/ui/page.css", "POST")[0] == 405
