"""Business time: when a company is open, and how much open time lies between two instants.

Opening hours are wall times of a zone. On a day on which clocks change, a time that does not exist moves forward to the
moment at which clocks jumped, and one that exists twice is the first of the two: hours that span the change last as
long as they really did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np

from parcours.engine.table import Int64s

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Calendar:
    """``hours`` per weekday from Monday: (opens, closes) in minutes of the day, ascending, without overlap.

    ``holidays`` is the ISO code of a country, with a region after a hyphen where one is meant (``FR``, ``FR-57``);
    its public holidays are closed days, and so are the days of ``closed``.
    """

    hours: tuple[tuple[tuple[int, int], ...], ...]
    holidays: str | None = None
    closed: tuple[date, ...] = ()


@dataclass(frozen=True)
class OpenTime:
    """The open spans of a stretch of time, ascending: ``starts`` and ``ends`` in microseconds UTC, ends excluded.

    ``before[i]`` is the open time in microseconds before span ``i`` begins.
    """

    starts: Int64s
    ends: Int64s
    before: Int64s


def open_time(calendar: Calendar, zone: str, first_us: int, last_us: int) -> OpenTime:
    """Lay out the open spans from the day of ``first_us`` to the day of ``last_us``."""
    local = ZoneInfo(zone)
    first, last = (_day_of(instant, local) for instant in (first_us, last_us))
    closed = {*calendar.closed, *_holidays(calendar.holidays, range(first.year, last.year + 1))}
    starts: list[int] = []
    ends: list[int] = []
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if day in closed:
            continue
        for opens, closes in calendar.hours[day.weekday()]:
            start, end = _instant(day, opens, local), _instant(day, closes, local)
            # Where clocks go forward, hours inside the gap do not exist; spans that touch are one.
            if end <= start:
                continue
            if ends and start <= ends[-1]:
                ends[-1] = end
            else:
                starts.append(start)
                ends.append(end)
    lengths = np.array(ends, np.int64) - np.array(starts, np.int64)
    before = np.zeros(len(starts), np.int64)
    np.cumsum(lengths[:-1], out=before[1:])
    return OpenTime(np.array(starts, np.int64), np.array(ends, np.int64), before)


def elapsed(spans: OpenTime, instants: Int64s) -> Int64s:
    """Return the open time in microseconds from the beginning of ``spans`` up to each of ``instants``."""
    if not len(spans.starts):
        return np.zeros(len(instants), np.int64)
    at = np.searchsorted(spans.starts, instants, side="right") - 1
    inside = np.clip(at, 0, None)
    within = np.minimum(instants, spans.ends[inside]) - spans.starts[inside]
    return np.where(at < 0, 0, spans.before[inside] + within).astype(np.int64)


def instant_after(spans: OpenTime, instants: Int64s, open_us: Int64s) -> Int64s:
    """Return the first instant at which ``open_us`` of open time have passed since each of ``instants``.

    Where ``spans`` end before that, the end of the last one.
    """
    if not len(spans.starts):
        return instants.copy()
    wanted = elapsed(spans, instants) + open_us
    at = np.clip(np.searchsorted(spans.before, wanted, side="left") - 1, 0, None)
    reached = np.minimum(spans.starts[at] + wanted - spans.before[at], spans.ends[at])
    return np.where(open_us > 0, np.maximum(instants, reached), instants).astype(np.int64)


@cache
def holiday_calendars() -> Mapping[str, Sequence[str]]:
    """Return the ISO codes of the countries whose public holidays are known, each with those of its regions."""
    from holidays import list_supported_countries

    return {country: tuple(regions) for country, regions in list_supported_countries().items()}


def _holidays(code: str | None, years: Iterable[int]) -> set[date]:
    if code is None:
        return set()
    from holidays import country_holidays

    country, _hyphen, region = code.partition("-")
    return set(country_holidays(country, subdiv=region or None, years=years))


def _day_of(instant_us: int, zone: ZoneInfo) -> date:
    return (_EPOCH + instant_us * _MICROSECOND).astimezone(zone).date()


def _instant(day: date, minutes: int, zone: ZoneInfo) -> int:
    """Return the instant of a wall time; ``minutes`` may be 1440, the beginning of the next day."""
    if minutes == _DAY_MINUTES:
        day, minutes = day + timedelta(days=1), 0
    wall = datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=zone)
    moment = wall.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
        # In a gap Python reads the time with the offset before it; that is the instant after the gap plus the rest.
        moment = _gap_end(moment, zone)
    return (moment - _EPOCH) // _MICROSECOND


def _gap_end(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant at which clocks jump forward, at most a day before ``moment``."""
    low, high = moment - timedelta(days=1), moment
    offset = high.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return high.replace(microsecond=0)
