"""Filters for keys and the audit trail."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from parcours.accounts.roles import Role
from parcours.accounts.services import Scope
from parcours.accounts.words import DETAILS, VERBS

register = template.Library()


@register.filter
def verb_in_words(verb: str) -> str:
    """Write what was done as people say it."""
    return str(VERBS.get(verb, verb))


@register.filter
def detail_in_words(details: dict[str, Any]) -> str:
    """Write the details of an entry in one line."""
    return " · ".join(
        _("{what}: {value}").format(what=DETAILS.get(name, name.replace("_", " ")), value=_value_in_words(name, value))
        for name, value in sorted(details.items())
    )


@register.filter
def scopes_in_words(scopes: list[str]) -> str:
    """Write what a key may do."""
    return ", ".join(str(Scope(one).label) if one in Scope.values else one for one in scopes)


def _value_in_words(name: str, value: Any) -> str:
    if name == "scopes":
        return scopes_in_words(value)
    if name in ("role", "role_before") and value in Role.values:
        return str(Role(value).label)
    return ", ".join(value) if isinstance(value, list) else str(value)
