"""Opening hours of the company that is played, counted on their own: no code is shared with the analyses.

Times are seconds UTC. Hours are wall times of the map's zone, so spans are longer or shorter where clocks change in
them; public holidays and the map's closed days have none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from parcours.mapdoc.document import JourneyMap

Seconds = npt.NDArray[np.float64]
Instants = npt.NDArray[np.float64] | npt.NDArray[np.int64]
USUAL_HOURS = (((9 * 60, 18 * 60),),) * 5 + ((),) * 2
"""Monday to Friday, 9 to 18, where a map has no calendar."""


@dataclass(frozen=True)
class OpeningHours:
    """Open spans in order: ``starts`` and ``ends``; ``before[i]`` is the open time before span ``i``, in seconds."""

    starts: Seconds
    ends: Seconds
    before: Seconds

    @classmethod
    def of(cls, map: JourneyMap, start: date, days: int) -> OpeningHours:
        """Lay out the hours from ``start`` to well after the end of the period, so that delays still find a day."""
        calendar, zone = map.calendar, ZoneInfo(map.zone)
        hours = calendar.hours if calendar else USUAL_HOURS
        closed = set(calendar.closed) if calendar else set()
        if calendar and calendar.holidays:
            closed |= _holidays(calendar.holidays, start.year, (start + timedelta(days=days + 120)).year)
        spans = []
        for number in range(-1, days + 120):
            day = start + timedelta(days=number)
            if day not in closed:
                spans += [(_instant(day, a, zone), _instant(day, b, zone)) for a, b in hours[day.weekday()]]
        real = np.array([span for span in spans if span[0] < span[1]], np.float64).reshape(-1, 2)
        lengths = real[:, 1] - real[:, 0]
        return cls(real[:, 0].copy(), real[:, 1].copy(), np.cumsum(lengths) - lengths)

    def elapsed(self, utc: Instants) -> Seconds:
        """Return the open time before each instant."""
        span = np.searchsorted(self.starts, utc, side="right") - 1
        inside = np.minimum(utc - self.starts[span], self.ends[span] - self.starts[span])
        return np.where(span < 0, 0.0, self.before[span] + inside)

    def at(self, open_time: Seconds) -> Seconds:
        """Return the first instant before which the company has been open for so long."""
        span = np.maximum(np.searchsorted(self.before, open_time, side="left") - 1, 0)
        return np.asarray(self.starts[span] + open_time - self.before[span], np.float64)

    def are_open(self, utc: Instants) -> npt.NDArray[np.bool_]:
        """Say of each instant whether the company is open; it is closed at the very end of a span."""
        span = np.searchsorted(self.starts, utc, side="right") - 1
        return np.asarray((span >= 0) & (utc < self.ends[np.maximum(span, 0)]))

    def within(self, utc: Seconds, margin: float) -> Seconds:
        """Keep instants of open spans ``margin`` seconds away from opening and closing."""
        span = np.maximum(np.searchsorted(self.starts, utc, side="right") - 1, 0)
        return np.clip(
            utc, self.starts[span] + margin, np.maximum(self.ends[span] - margin, self.starts[span] + margin)
        )

    def next_open(self, utc: Seconds, later: Seconds) -> Seconds:
        """Move instants outside opening hours into the span that follows.

        ``later`` 0..1 spreads those moved over its first half, so that not everybody stands at the door.
        """
        span = np.minimum(np.searchsorted(self.starts, utc, side="right"), len(self.starts) - 1)
        moved = self.starts[span] + later * 0.5 * (self.ends[span] - self.starts[span])
        return np.where(self.are_open(utc), utc, moved)


def _holidays(code: str, first: int, last: int) -> set[date]:
    from holidays import country_holidays

    country, _hyphen, region = code.partition("-")
    return set(country_holidays(country, subdiv=region or None, years=range(first, last + 1)))


def _instant(day: date, minutes: int, zone: ZoneInfo) -> float:
    """Return the instant of a wall time: after the gap where clocks skip it, the first where they show it twice."""
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)
    utc = wall.replace(tzinfo=zone).astimezone(UTC)
    if utc.astimezone(zone).replace(tzinfo=None) != wall:
        # The time does not exist: the instant at which clocks jump is the first after which the offset is larger.
        while utc.astimezone(zone).utcoffset() == (utc - timedelta(minutes=1)).astimezone(zone).utcoffset():
            utc -= timedelta(minutes=1)
    return utc.timestamp()
