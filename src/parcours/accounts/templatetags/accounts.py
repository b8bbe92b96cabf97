"""Filters for keys, sessions and the audit trail."""

from __future__ import annotations

from django import template

from parcours.accounts.devices import device_in_words
from parcours.accounts.words import details_in_words, scopes_in_words, verb_in_words

register = template.Library()
register.filter("device_in_words", device_in_words)
register.filter("verb_in_words", verb_in_words)
register.filter("details_in_words", details_in_words)
register.filter("scopes_in_words", scopes_in_words)
