"""Short news after something was done, with a way to take it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest

_UNDO = "undo:"


def say(request: HttpRequest, text: str, *, undo: str = "", bad: bool = False) -> None:
    """Show ``text`` on the reader's next page; ``undo`` is the address that a POST without fields takes it back at."""
    messages.add_message(request, messages.ERROR if bad else messages.SUCCESS, text, extra_tags=f"{_UNDO}{undo}")


def undo_address(message: Any) -> str:
    """Return where a message can be taken back, or nothing."""
    tags = message.extra_tags or ""
    return tags.removeprefix(_UNDO) if tags.startswith(_UNDO) else ""
