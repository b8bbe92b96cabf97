"""How many messages anybody can have sent to an address that they only name."""

from __future__ import annotations

from allauth.core.internal.ratelimit import get_ip
from allauth.core.ratelimit import clear, consume
from django.http import HttpRequest


def may_write(request: HttpRequest, about: str, address: str) -> bool:
    """Say whether another message ``about`` something may go to ``address``, and count it.

    It is counted for who asks, so that nobody uses up what somebody else may ask for, and more loosely for all
    together. Who is over it gets the usual answer, and what was sent before still works.
    """
    named = f"{about} {address.lower()}"
    return consume(request, action="message_asked_for", key=f"{named} {get_ip(request)}") and consume(
        request, action="messages_to_address", key=named
    )


def forget_writing(request: HttpRequest, about: str, address: str) -> None:
    """Begin to count anew for all together: who owns ``address`` has just shown it."""
    clear(request, action="messages_to_address", key=f"{about} {address.lower()}")
