"""Two sides to hold against each other, from what a person says: two periods, or two values of a property."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from parcours.language.errors import UsageError, shorten
from parcours.language.translation import Language, _, speaking

if TYPE_CHECKING:
    from parcours.columnstore.log import StoredLog
    from parcours.engine.trips import TripFilter

Day = str | date | datetime
"""A day or an instant; without a zone it is meant in the map's."""
Value = str | float | bool | None


def sides_of(
    log: StoredLog, zone: str, before: Day | None, after: Day | None, by: str | None, between: Sequence[Value] | None
) -> tuple[TripFilter, TripFilter]:
    """Return the two sides; of two periods the later one comes first, so that a difference is what has changed.

    ``before`` and ``after`` alone stand for both. UsageError where it is not said what to compare, or said twice.
    """
    from parcours.engine.trips import TripFilter

    if (before is None and after is None) == (by is None and between is None):
        raise UsageError(
            _("Say what to compare: two periods or two groups."),
            expected="--before 2024-06-01 | --by channel --between web,phone",
        )
    if by is None and between is None:
        earlier, later = (_instant(day, zone) for day in (before or after, after or before))
        if later < earlier:
            raise UsageError(_("The second period begins before the first one ends."), value=after)
        return TripFilter(from_us=later), TripFilter(until_us=earlier)
    if by is None or between is None or isinstance(between, str) or len(between) != 2:
        raise UsageError(
            _("Two groups need a property and two of its values."),
            value=between,
            expected="--by channel --between web,phone",
        )
    first, second = (_value(log, by, value) for value in between)
    return TripFilter(property=by, value=first), TripFilter(property=by, value=second)


def side_names(
    before: Day | None, after: Day | None, between: Sequence[Value] | None, language: Language
) -> tuple[str, str]:
    """Return what the two sides of ``sides_of`` are called, in their order."""
    with speaking(language):
        if between is not None:
            first, second = (str(value) for value in between)
            return first, second
        earlier, later = before or after, after or before
        return _("Since {day}").format(day=later), _("Before {day}").format(day=earlier)


def _instant(day: Day | None, zone: str) -> int:
    from zoneinfo import ZoneInfo

    found = day
    if isinstance(day, str):
        try:
            found = datetime.fromisoformat(day)
        except ValueError:
            raise UsageError(
                _("“{day}” is not a day.").format(day=shorten(day)), value=day, expected="2024-06-01"
            ) from None
    assert isinstance(found, date)
    moment = found if isinstance(found, datetime) else datetime(found.year, found.month, found.day)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return round(moment.timestamp() * 1_000_000)


def _value(log: StoredLog, name: str, value: Value) -> Value:
    """Read a text as a value of the property ``name``, whatever that holds; an unknown property is left to others."""
    held = log.properties.get(name)
    if held is None or not isinstance(value, str) or held.kind == "text":
        return value
    try:
        if held.kind == "number":
            return float(value)
        return {"true": True, "yes": True, "false": False, "no": False}[value.strip().casefold()]
    except (ValueError, KeyError):
        raise UsageError(
            _("“{value}” is no value of “{name}”.").format(value=shorten(value), name=name),
            value=value,
            expected=_("A number.") if held.kind == "number" else "true, false",
        ) from None
