"""Filters for keys and the audit trail."""

from __future__ import annotations

from django import template

from parcours.accounts.words import details_in_words, scopes_in_words, verb_in_words

register = template.Library()
register.filter("verb_in_words", verb_in_words)
register.filter("details_in_words", details_in_words)
register.filter("scopes_in_words", scopes_in_words)
