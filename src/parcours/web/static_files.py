"""The files of the pages straight from the folder they were gathered in: no session, no thread, no Django."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from whitenoise import WhiteNoise

CHUNK_BYTES = 65_536
PREFIX = "/static/"
_NAMED_AFTER_CONTENT = re.compile(r"\.[0-9a-f]{12}\.")
Headers = list[tuple[bytes, bytes]]


class StaticFiles:
    """An ASGI application over the gathered files of ``folder``, compressed ones where the browser takes them.

    With ``hsts_seconds`` browsers are told to come by HTTPS only, as pages tell them.
    """

    def __init__(self, folder: Path, *, hsts_seconds: int = 0) -> None:
        def add_headers(headers: Any, path: str, _url: str) -> None:
            headers["X-Content-Type-Options"] = "nosniff"
            if path.endswith(".svg"):
                headers["Content-Type"] = "image/svg+xml; charset=utf-8"
            if hsts_seconds:
                headers["Strict-Transport-Security"] = f"max-age={hsts_seconds}"

        self._nothing = [(b"content-type", b"text/plain; charset=utf-8"), (b"x-content-type-options", b"nosniff")]
        if hsts_seconds:
            self._nothing.append((b"strict-transport-security", f"max-age={hsts_seconds}".encode()))
        self._known = WhiteNoise(
            application=None,
            max_age=3600,
            allow_all_origins=False,
            immutable_file_test=lambda _path, url: bool(_NAMED_AFTER_CONTENT.search(url)),
            add_headers_function=add_headers,
        )
        self._known.add_files(str(folder), prefix=PREFIX)

    async def __call__(self, scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        """Answer a request for a file."""
        found = self._known.files.get(scope["path"])
        if found is None:
            await _answer(send, 404, self._nothing)
            return
        given = {
            "HTTP_" + name.decode("latin-1").upper().replace("-", "_"): held.decode("latin-1")
            for name, held in scope["headers"]
        }
        response = found.get_response(scope["method"], given)
        headers = [(name.lower().encode("latin-1"), str(held).encode("latin-1")) for name, held in response.headers]
        await _answer(send, int(response.status), headers, response.file)


async def _answer(send: Callable[..., Any], status: int, headers: Headers, file: Any = None) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    if file is not None:
        with file:
            while chunk := file.read(CHUNK_BYTES):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
