"""Figures of maps in words and in places, and addresses of pages that another package may offer."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

from parcours.journeymap.figures import Gauge
from parcours.language.formats import quoted, signed

register = template.Library()


@register.filter
def valence(value: float) -> str:
    """Write a feeling with its sign: +0.4."""
    return signed(value)


@register.filter
def in_quotes(text: str) -> str:
    """Put quotation marks of the reader's language around words."""
    return quoted(text)


@register.filter
def place(value: float) -> str:
    """Write a place on a gauge for SVG, whatever the language of the page, never off its ends."""
    return f"{min(max(value, 0.0), 100.0):.1f}"


@register.filter
def reach(gauge: Gauge) -> str:
    """Write how long the interval of a gauge is."""
    low, high = (min(max(one or 0.0, 0.0), 100.0) for one in (gauge.low, gauge.high))
    return f"{max(high - low, 0.5):.1f}"


@register.simple_tag(takes_context=True)
def address_of(context: dict[str, Any], view: str) -> str:
    """Return the address of a page of this workspace, or nothing where no package offers it."""
    try:
        return reverse(view, kwargs={"workspace": context["workspace"].public_id})
    except NoReverseMatch:
        return ""
