"""Wall times of a zone become UTC for a whole column at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wall:
    """Times as read: microseconds, whether each could be read, and whether it is a wall time without offset."""

    time_us: Int64s
    known: Bools
    naive: Bools


@dataclass(frozen=True, slots=True)
class Settled:
    """Times in UTC, with the wall times that a clock change skipped (gap) or repeated (fold)."""

    time_us: Int64s
    gap: Bools | None
    fold: Bools | None


@dataclass(frozen=True, slots=True)
class _Changes:
    """``walls[i]``: the last wall second that ``offsets[i]`` governs, exclusive; ``gaps``: seconds gained there."""

    walls: Int64s
    offsets: Int64s
    gaps: Int64s


def walls_to_utc(wall_us: Int64s, zone: str) -> Settled:
    """Give the instants of wall times in ``zone``, as ``datetime`` with ``fold=0`` would (RFC 5545, 3.3.5).

    A wall time that was skipped is read with the offset before the change, and so moves forward; one that occurs
    twice is the first of the two.
    """
    changes = _changes(zone)
    if not len(changes.walls):
        return Settled(wall_us - changes.offsets[0] * 1_000_000, None, None)
    seconds = wall_us // 1_000_000
    after = np.searchsorted(changes.walls, seconds, side="right")
    time_us = wall_us - changes.offsets[after] * 1_000_000
    coming = np.minimum(after, len(changes.walls) - 1)
    until = changes.walls[coming] - seconds  # seconds left before the offset changes
    near = (until > 0) & (until <= np.abs(changes.gaps[coming]))
    if not near.any():
        return Settled(time_us, None, None)
    return Settled(time_us, near & (changes.gaps[coming] > 0), near & (changes.gaps[coming] < 0))


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    shift = moment.astimezone(zone).utcoffset()
    return int(shift.total_seconds()) if shift is not None else 0


@lru_cache(maxsize=16)
def _changes(name: str) -> _Changes:
    """Find every change of offset between 1900 and 2100 by looking at every fifth day, then halving."""
    zone = ZoneInfo(name)
    walls: list[int] = []
    offsets = [_offset(zone, _FIRST)]
    gaps: list[int] = []
    moment, step = _FIRST, timedelta(days=5)
    while moment < _LAST:
        following = moment + step
        before, after = _offset(zone, moment), _offset(zone, following)
        if before != after:
            low, high = int(moment.timestamp()), int(following.timestamp())
            while high - low > 1:
                middle = (low + high) // 2
                if _offset(zone, datetime.fromtimestamp(middle, UTC)) == before:
                    low = middle
                else:
                    high = middle
            walls.append(high + max(before, after))
            offsets.append(after)
            gaps.append(after - before)
        moment = following
    return _Changes(np.array(walls, np.int64), np.array(offsets, np.int64), np.array(gaps, np.int64))
