"""Pages compressed on their way out, unless they hold a secret: the length of an answer tells about what is in it."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXTS = frozenset(
    {"text/html", "text/css", "text/csv", "text/plain", "text/javascript", "image/svg+xml"}
    | {"application/json", "application/xml", "application/yaml"}
)


class Compress(GZipMiddleware):
    """Compress whole texts. Django adds up to 100 random bytes to each, and masks the token of forms anew each time.

    Left as they are: streams, which would be held back; what is packed already; and answers that nobody may store
    (``no-store``), because those hold what is shown once: a link, a key, codes.
    """

    def process_response(self, request: Any, response: HttpResponseBase) -> HttpResponseBase:
        """Compress the answer where that is both useful and safe."""
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        kept_from_all = "no-store" in response.headers.get("Cache-Control", "").lower()
        if response.streaming or kept_from_all or kind not in TEXTS:
            return response
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed
