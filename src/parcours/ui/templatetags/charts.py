"""Tags of the charts: ``{% load charts %}`` in a page that links ``ui/charts.css``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from parcours.ui import charts

register = template.Library()


@register.simple_tag
def goal(
    value: float, aim: float | None = None, most: float = 100, low: float | None = None, high: float | None = None,
    lived: bool = False,
) -> SafeString:  # fmt: skip
    """Draw a figure with its target; ``lived`` gives it the customers' colour. The words stand beside it."""
    span = None if low is None or high is None else (low, high)
    return mark_safe(charts.goal(value, aim, most, span, lived=lived))  # noqa: S308 - numbers only


@register.simple_tag
def pair(
    structure: float | None = None, felt: float | None = None, low: float | None = None, high: float | None = None,
    limit: float = 60, frail: bool = False,
) -> SafeString:  # fmt: skip
    """Draw a stage's two scores, 0 to 100. The words stand beside it."""
    span = None if low is None or high is None else (low, high)
    return mark_safe(charts.pair(structure, felt, span, limit, frail=frail))  # noqa: S308 - numbers only


@register.simple_tag
def corner(structure_is_good: bool | None = None, felt_is_good: bool | None = None) -> SafeString:
    """Draw in which of the four corners a stage stands. The word stands beside it."""
    return mark_safe(charts.corner(structure_is_good, felt_is_good))  # noqa: S308 - no outside text


@register.inclusion_tag("ui/charts/funnel.html")
def funnel(rows: Sequence[charts.FunnelRow]) -> dict[str, Any]:
    """Draw a funnel as a list that reads well without its bars."""
    return {"bars": charts.funnel_bars(rows)}


@register.inclusion_tag("ui/charts/retention.html")
def retention(rows: Sequence[charts.RetentionRow], heads: Sequence[str], caption: str) -> dict[str, Any]:
    """Draw who is still there after each period."""
    return {"rows": [(row, charts.retention_cells(row)) for row in rows], "heads": heads, "caption": caption}
