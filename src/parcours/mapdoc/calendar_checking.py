"""What is wrong with the calendar of a map document, beyond what the schema says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from parcours.engine.calendar import WEEKDAYS, holiday_calendars
from parcours.language.errors import shorten
from parcours.language.translation import _
from parcours.mapdoc import phrases
from parcours.mapdoc.building import read_minutes
from parcours.mapdoc.content_checking import is_day, no_such_day
from parcours.mapdoc.outline import Problem


def problems_of(calendar: Mapping[str, Any]) -> Iterator[Problem]:
    """Give each problem with its path inside the calendar and the wrong value."""
    hours = calendar.get("hours")
    if isinstance(hours, dict):
        yield from _hours_problems(hours)
    holidays = calendar.get("holidays")
    if isinstance(holidays, str):
        yield from _holiday_problems(holidays)
    closed = calendar.get("closed")
    for index, day in enumerate(closed if isinstance(closed, list) else ()):
        if isinstance(day, str) and not is_day(day):
            yield ("closed", index), day, no_such_day(day)


def _hours_problems(hours: Mapping[str, Any]) -> Iterator[Problem]:
    opens_ever = False
    for day in WEEKDAYS:
        spans = hours.get(day)
        last = 0
        for index, span in enumerate(spans if isinstance(spans, list) else ()):
            opens_ever = True
            times = _times(span)
            if times is None:
                return  # the schema complains already
            opens, closes = times
            if closes <= opens:
                message = _("It closes at {to}, not later than it opens, at {start}.").format(
                    to=span["to"], start=span["from"]
                )
                right = _("Hours over midnight are two entries: up to 24:00, and from 00:00 on the next day.")
                yield ("hours", day, index, "to"), span["to"], (message, right)
            elif opens < last:
                message = _("These hours begin before the ones above them end.")
                yield ("hours", day, index, "from"), span["from"], (message, _("Write them in order, without overlap."))
            last = max(last, closes)
    if not opens_ever:
        yield ("hours",), None, (_("The company is never open."), _("Give the hours of at least one weekday."))


def _times(span: object) -> tuple[int, int] | None:
    if not isinstance(span, dict):
        return None
    try:
        return read_minutes(span["from"]), read_minutes(span["to"])
    except (KeyError, ValueError, AttributeError):
        return None


def _holiday_problems(code: str) -> Iterator[Problem]:
    country, _hyphen, region = code.partition("-")
    known = holiday_calendars()
    if country not in known:
        message = _("The public holidays of “{code}” are not known.").format(code=shorten(country))
        yield ("holidays",), code, (message, phrases.choices(country, sorted(known)))
    elif region and region not in known[country]:
        message = _("“{country}” has no region “{region}” with holidays of its own.").format(
            country=country, region=shorten(region)
        )
        regions = [f"{country}-{one}" for one in known[country]]
        yield ("holidays",), code, (message, phrases.choices(code, [country, *regions]))
