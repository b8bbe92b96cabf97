"""How long people pause between two events: the timeout that a map without one gets."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from parcours.engine.plan import DEFAULT_TIMEOUT_US
from parcours.engine.results import Result
from parcours.engine.table import EventTable, Int64s

_PRECISION_BITS = 10


@dataclass(frozen=True)
class GapsPartial:
    """Gaps by length in slots of a logarithmic histogram, and the span of the events."""

    persons: int
    events: int
    start_us: int | None
    end_us: int | None
    slots: Int64s


@dataclass(frozen=True)
class GapsResult(Result):
    """``gaps`` between consecutive events of one person (0 for events at one instant), and the span of the log.

    ``percentile_95_seconds`` is the shortest length that at least 95 % of the gaps do not exceed (None without gaps),
    rounded up by less than 0.1 % of it. ``timeout_us`` is the default timeout: 30 days, or three times that
    percentile where that is longer. ``data_start_us`` and ``data_end_us`` are None for a log without events.
    """

    persons: int
    events: int
    gaps: int
    percentile_95_seconds: float | None
    timeout_us: int
    data_start_us: int | None
    data_end_us: int | None

    def rows(self) -> list[dict[str, Any]]:
        """One line."""
        return [asdict(self)]


@dataclass(frozen=True)
class Gaps:
    """The default timeout of a log.

    Gaps are counted in a histogram, so that memory does not grow with the log: exact below 2,048 µs, above that
    with 1,024 slots for each doubling. Counts only add up, so the answer is the same however the log is split.
    """

    @property
    def columns(self) -> tuple[str, ...]:
        """No further columns."""
        return ()

    def partial(self, table: EventTable) -> GapsPartial:
        """Count the gaps of the persons of one table."""
        from parcours.engine import _succession_kernels as kernels

        if not len(table):
            return GapsPartial(len(table.persons), 0, None, None, np.zeros(kernels.SLOTS, np.int64))
        start, end = table.time_us[table.offsets[:-1]].min(), table.time_us[table.offsets[1:] - 1].max()
        slots = kernels.count_gaps(table.offsets, table.time_us)
        return GapsPartial(len(table.persons), len(table), int(start), int(end), slots)

    def merge(self, left: GapsPartial, right: GapsPartial) -> GapsPartial:
        """Add the counts."""
        starts = [part.start_us for part in (left, right) if part.start_us is not None]
        ends = [part.end_us for part in (left, right) if part.end_us is not None]
        return GapsPartial(
            left.persons + right.persons,
            left.events + right.events,
            min(starts, default=None),
            max(ends, default=None),
            left.slots + right.slots,
        )

    def finish(self, partial: GapsPartial) -> GapsResult:
        """Read the percentile from the histogram."""
        gaps = int(partial.slots.sum())
        longest: int | None = None
        if gaps:
            # At least 95 of 100: in whole numbers, since 0.95 × gaps would round.
            wanted = (95 * gaps + 99) // 100
            longest = longest_of_slot(int(np.searchsorted(np.cumsum(partial.slots), wanted)))
        return GapsResult(
            persons=partial.persons,
            events=partial.events,
            gaps=gaps,
            percentile_95_seconds=None if longest is None else longest / 1e6,
            timeout_us=max(DEFAULT_TIMEOUT_US, 3 * (longest or 0)),
            data_start_us=partial.start_us,
            data_end_us=partial.end_us,
        )


def longest_of_slot(slot: int) -> int:
    """Return the longest gap, in microseconds, that is counted in ``slot``."""
    width = 1 << _PRECISION_BITS
    if slot < 2 * width:
        return slot
    doubling, step = divmod(slot - width, width)
    return ((width + step + 1) << doubling) - 1
