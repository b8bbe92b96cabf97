"""Tags and filters that every template has without loading them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from parcours.language import formats
from parcours.ui import toasts
from parcours.ui.icons import path_of

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a line icon of 16 px; it is decoration, so the words beside it must say the same."""
    return mark_safe(f'<svg class="i" viewBox="0 0 16 16" aria-hidden="true"><path d="{path_of(name)}"/></svg>')  # noqa: S308 - our own paths


@register.filter
def number(value: float) -> str:
    """Write a whole number in the reader's language."""
    return formats.number(value)


@register.filter
def percent(share: float, digits: int = 0) -> str:
    """Write a share of one as a percentage in the reader's language."""
    return formats.percent(share, digits)


@register.filter
def bytes_in_words(size: int) -> str:
    """Write a size of a file: 1.2 MB."""
    from parcours.ui.words import size_in_words

    return size_in_words(size)


@register.simple_tag
def moment(at: datetime | None) -> SafeString | str:
    """Write a time with its machine form: the reader sees day and hour in the time zone in force."""
    if at is None:
        return ""
    here = timezone.localtime(at)
    words = f"{formats.date(here.date())}, {here:%H:%M}"
    return mark_safe(f'<time datetime="{here.isoformat(timespec="seconds")}">{words}</time>')  # noqa: S308 - no outside text


@register.filter
def day(value: date | None) -> SafeString | str:
    """Write a day with its machine form, in the reader's language."""
    if value is None:
        return ""
    return mark_safe(f'<time datetime="{value.isoformat()}">{formats.date(value)}</time>')  # noqa: S308 - no outside text


@register.filter
def undo_address(message: Any) -> str:
    """Give the address at which a toast can be taken back, or nothing."""
    return toasts.undo_address(message)


@register.simple_tag(takes_context=True)
def here(context: dict[str, Any], *names: str) -> SafeString | str:
    """Give ``aria-current`` when the page shown is one of the views ``names``."""
    match = context["request"].resolver_match
    return mark_safe('aria-current="page"') if match and match.view_name in names else ""
