"""The clock of the company and its customers: time zone and waking hours. Times are seconds UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Seconds = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
DAY = 86_400
NIGHT_ENDS = 7 * 3_600
ARRIVALS_BY_WEEKDAY = (1.25, 1.2, 1.1, 1.05, 0.9, 0.6, 0.9)
"""Monday first: people look for a service at the start of the week."""


@dataclass(frozen=True)
class Clock:
    """Offsets of one zone over a period: from ``changes[i]`` (seconds UTC) on, local time is UTC + ``offsets[i]``."""

    changes: Ints
    offsets: Ints

    @classmethod
    def of(cls, zone: str, start: date, days: int) -> Clock:
        """Look up the offsets of ``zone``, to the hour, from a day before ``start`` to well after its end."""
        place = ZoneInfo(zone)
        first = datetime(start.year, start.month, start.day, tzinfo=UTC) - timedelta(days=2)
        changes: list[int] = []
        offsets: list[int] = []
        for hour in range((days + 4) * 24):
            moment = first + timedelta(hours=hour)
            offset = int((moment.astimezone(place).utcoffset() or timedelta()).total_seconds())
            if not offsets or offset != offsets[-1]:
                changes.append(int(moment.timestamp()))
                offsets.append(offset)
        return cls(np.array(changes, np.int64), np.array(offsets, np.int64))

    def offset(self, utc: npt.NDArray[np.generic]) -> Ints:
        """Return seconds to add to each UTC time to get local time."""
        return self.offsets[np.maximum(np.searchsorted(self.changes, utc, side="right") - 1, 0)]

    def awake(self, utc: Seconds, later: Seconds) -> Seconds:
        """Move times of the night (0 to 7) to the morning after, over three hours."""
        local = utc + self.offset(utc)
        day = np.floor(local / DAY)
        night = local - day * DAY < NIGHT_ENDS
        return np.where(night, day * DAY + NIGHT_ENDS + later * 3 * 3_600 - self.offset(utc), utc)


def arrivals(
    clock: Clock, rng: np.random.Generator, start: date, days: int, count: int, seasons: Mapping[int, float]
) -> Seconds:
    """Draw ``count`` first moments: more on Mondays than on Saturdays, most between 8 and 22 o'clock.

    ``seasons`` weighs the months of the year; a month that is not named weighs 1.
    """
    weight = np.array(
        [
            ARRIVALS_BY_WEEKDAY[(start.weekday() + day) % 7] * seasons.get((start + timedelta(days=day)).month, 1.0)
            for day in range(days)
        ]
    )
    if not weight.any():
        weight[:] = 1.0
    day = rng.choice(days, count, p=weight / weight.sum())
    # Two humps, before noon and in the evening.
    hour = np.where(rng.random(count) < 0.55, rng.normal(11.0, 2.0, count), rng.normal(19.5, 1.8, count))
    local = (
        datetime(start.year, start.month, start.day, tzinfo=UTC).timestamp() + day * DAY + np.clip(hour, 6, 23) * 3600
    )
    return np.asarray(local - clock.offset(local), np.float64)
