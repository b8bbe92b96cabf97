"""What single values must be beyond their type: real days, lengths of time, addresses, metrics that can be counted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from parcours.language.errors import UsageError, shorten
from parcours.language.formats import parse_duration, quoted
from parcours.language.translation import _
from parcours.mapdoc.field_words import value_word
from parcours.mapdoc.outline import Problem, items, metrics, promises, stage_parts
from parcours.mapdoc.phrases import Phrase
from parcours.mapdoc.source import Path

Data = Mapping[str, Any]

_BELONGS_TO = {
    "numerator": ("ratio", "value"),
    "denominator": ("ratio",),
    "unit": ("ratio", "value"),
    "at_least": ("ratio",),
    "complement": ("ratio",),
    "property": ("value",),
    "currency": ("value",),
}
"""Fields of a metric that only some kinds have."""
_MARKDOWN_LINK = re.compile(r"\[[^\[\]]*\]\(\s*([^)\s]*)")
_UNSAFE = re.compile(r"[\s\x00-\x20\x7f<>\"\\^`{|}]")


def metric_problems(data: Data) -> Iterator[Problem]:
    """Find fields of a metric that its kind, or its unit, cannot use."""
    for path, metric in metrics(data):
        kind = metric.get("kind")
        for field in metric:
            kinds = _BELONGS_TO.get(field, ())
            if kinds and isinstance(kind, str) and kind not in kinds:
                message = _("“{field}” has no meaning for a metric of kind “{kind}”.").format(
                    field=field, kind=shorten(kind)
                )
                right = _("It belongs to {list}: take it out, or change the kind.").format(
                    list=", ".join(quoted(one) for one in kinds)
                )
                yield (*path, field), metric[field], (message, right)
            elif kind == "ratio" and metric.get("unit") == "events" and field in ("at_least", "complement"):
                message = _("“{field}” has no meaning for a ratio of events.").format(field=field)
                yield (*path, field), metric[field], (message, _("Count persons or trips, or take it out."))


def day_problems(data: Data) -> Iterator[Problem]:
    """Find days that no calendar has, and actions that are done on a day without being done."""
    days: list[tuple[Path, object]] = [(("review_due",), data.get("review_due"))]
    days += [((*path, "date"), one.get("date")) for path, one in items(data, (), "evidence")]
    actions = list(items(data, (), "actions"))
    days += [((*path, field), one.get(field)) for path, one in actions for field in ("due", "done_on")]
    for path, day in days:
        if isinstance(day, str) and not is_day(day):
            yield path, day, no_such_day(day)
    for path, action in actions:
        status = action.get("status", "planned")
        if isinstance(action.get("done_on"), str) and status in ("planned", "doing"):
            message = _("The action has a day on which it was done, and its status is still {status}.")
            message = message.format(status=_written(status))
            right = _("Write “done” as its status, or take the day out.")
            yield (*path, "done_on"), action["done_on"], (message, right)


def _written(status: str) -> str:
    """Write a status as the file has it, and what that means where the language has another word for it."""
    word = value_word("status", status)
    return quoted(status) if word in (None, status) else f"{quoted(status)} ({word})"


def is_day(text: str) -> bool:
    """Return whether ``text`` is a day of the calendar, such as ``2024-12-24``."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def no_such_day(text: str) -> Phrase:
    """Say that there is no such day."""
    return _("There is no day “{day}”.").format(day=shorten(text)), _("For example: “2024-12-24”")


def duration_problems(data: Data) -> Iterator[Problem]:
    """Find lengths of time that cannot be read, or are zero."""
    trip = data.get("trip")
    listed: list[tuple[Path, object]] = [(("trip", "timeout"), trip.get("timeout"))] if isinstance(trip, dict) else []
    listed += [((*path, "target"), one.get("target")) for path, one in metrics(data) if one.get("kind") == "time"]
    listed += [((*path, "within"), promise.get("within")) for path, promise in promises(data)]
    for path, value in listed:
        if not isinstance(value, str):
            continue
        try:
            seconds = parse_duration(value)
        except UsageError as error:
            yield path, value, (error.message, error.expected)
            continue
        if seconds <= 0:
            yield path, value, (_("This length of time is zero."), _("For example: “30d”"))


def address_problems(data: Data) -> Iterator[Problem]:
    """Find links that do not lead to the web: only http and https are followed from a map."""
    links = [((*path, "link"), one.get("link")) for path, one in items(data, (), "evidence")]
    for path, point in stage_parts(data, "touchpoints"):
        links += [((*inner, "url"), link.get("url")) for inner, link in items(point, path, "links")]
        links += _links_in_text((*path, "process"), point.get("process"))
    for path, address in links:
        if isinstance(address, str) and not _is_web_address(address):
            message = _("{value} is not an address on the web.").format(value=quoted(shorten(address)))
            right = f"https://{address}" if _is_web_address(f"https://{address}") and "." in address else None
            if right is None or ":" in address:
                right = "https://example.com/handbook"
            yield path, address, (message, _("For example: {example}").format(example=quoted(shorten(right))))


def _links_in_text(path: Path, text: object) -> list[tuple[Path, object]]:
    if isinstance(text, dict):
        return [link for language, one in text.items() for link in _links_in_text((*path, language), one)]
    if not isinstance(text, str):
        return []
    return [(path, found[1]) for found in _MARKDOWN_LINK.finditer(text)]


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not _UNSAFE.search(text)
    except ValueError:
        return False
