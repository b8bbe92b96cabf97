"""Messages: sent where there is a mail server; where there is none, or it fails, printed and kept for a day."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import timezone

from parcours.accounts.models import UnsentMail

log = structlog.get_logger("parcours.mail")
KEPT_FOR = timedelta(hours=24)
CONFIRMATION, INVITATION, LINK, PASSWORD = (
    "/account/confirm-email/",
    "/invitation/",
    "/account/link/",
    "/account/password/",
)
"""Below which address the link of a message is, by what the message is for."""


class Backend(BaseEmailBackend):
    """Hands messages to the mail server, if there is one; what cannot be handed over is kept for the keeper."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        """Send what can be sent; return how many. A mail server that fails never breaks the page that wrote."""
        sent = 0
        for message in messages:
            if settings.PARCOURS_HAS_MAIL:
                try:
                    sent += get_connection("django.core.mail.backends.smtp.EmailBackend").send_messages([message]) or 0
                    continue
                except OSError as error:  # every failure of smtplib is one
                    log.error("message not sent", reason=type(error).__name__)
            else:
                print(f"\n{message.subject} → {', '.join(message.to)}\n{message.body}\n", file=sys.stderr, flush=True)
            keep(message)
        return sent


def send(template: str, address: str, context: dict[str, Any]) -> None:
    """Send the text of ``template`` to ``address``; its first line is the subject, and ``link`` what it is about."""
    subject, _line, text = render_to_string(template, context).strip().partition("\n")
    with_link(EmailMessage(subject.strip(), text.strip() + "\n", to=[address]), context.get("link", "")).send()


def with_link(message: EmailMessage, link: str) -> EmailMessage:
    """Note the link that ``message`` is about, which the keeper is shown when it is not sent.

    It is not looked for in the text, where names stand that others chose.
    """
    message.link = link
    return message


def keep(message: EmailMessage) -> None:
    """Keep a message that was not sent, one row for each recipient; empty what is older than a day."""
    empty_old()
    UnsentMail.objects.bulk_create(
        UnsentMail(
            recipient=address,
            subject=str(message.subject)[:254],
            text=str(message.body),
            link=getattr(message, "link", ""),
        )
        for address in message.to
    )


def empty_old() -> None:
    """Empty the messages that are older than a day, and drop those older than a month."""
    now = timezone.now()
    UnsentMail.objects.filter(created_at__lt=now - KEPT_FOR).exclude(text="").update(text="", link="")
    UnsentMail.objects.filter(created_at__lt=now - timedelta(days=30)).delete()


def forget(address: str, below: str) -> None:
    """Empty the messages kept for ``address`` whose link is ``below`` there: it was used.

    Others stay, as the keeper has the only copy of them.
    """
    UnsentMail.objects.filter(recipient__iexact=address, link__contains=below).update(text="", link="")
