"""Filters for the audit trail."""

from __future__ import annotations

from typing import Any

from django import template

from parcours.accounts.words import VERBS

register = template.Library()


@register.filter
def verb_in_words(verb: str) -> str:
    """Write what was done as people say it."""
    return str(VERBS.get(verb, verb))


@register.filter
def detail_in_words(details: dict[str, Any]) -> str:
    """Write the details of an entry in one line."""
    return " · ".join(
        f"{name.replace('_', ' ')}: {', '.join(value) if isinstance(value, list) else value}"
        for name, value in sorted(details.items())
    )
