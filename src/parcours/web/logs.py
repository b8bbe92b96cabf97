"""Logs as lines a person reads (text) or as JSON for machines; secrets never reach them."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

SECRET_WORDS = ("password", "secret", "token", "authorization", "cookie", "key", "code")
HIDDEN = "…"


def hide_secrets(_logger: Any, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Replace the value of every field whose name says that it is secret."""
    for name in event:
        if name != "event" and any(word in name.lower() for word in SECRET_WORDS):
            event[name] = HIDDEN
    return event


class WithoutAddress(logging.Filter):
    """Takes the address out of what Django says about a request: it may hold the token of a link.

    Where a page was only refused or not found, the traceback goes too: it tells where we refuse, not what went wrong.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every line, changed where it names an address."""
        if isinstance(record.args, tuple):
            record.args = tuple(HIDDEN if isinstance(said, str) and said[:1] == "/" else said for said in record.args)
        if record.levelno < logging.ERROR:
            record.exc_info = None
        return True


def configure(settings: dict[str, str]) -> None:
    """Send everything to the error output in one form; Django calls this with its LOGGING setting."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]
    renderer: list[structlog.types.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if settings["format"] == "json"
        else [
            # Never the local variables beside a traceback: they hold passwords and people's data.
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        ]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    root = logging.getLogger()
    for old in [held for held in root.handlers if getattr(held, "of_parcours", False)]:
        root.removeHandler(old)
    handler.of_parcours = True  # type: ignore[attr-defined]
    root.addHandler(handler)
    root.setLevel(settings["level"].upper())
    for name in ("django.request", "django.security.csrf"):
        speaker = logging.getLogger(name)
        if not any(isinstance(held, WithoutAddress) for held in speaker.filters):
            speaker.addFilter(WithoutAddress())
    logging.captureWarnings(True)
    logging.getLogger("django.utils.autoreload").setLevel("WARNING")
