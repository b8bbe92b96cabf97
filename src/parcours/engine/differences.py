"""Two groups held against each other, from exact sums: a difference with its 95 % interval, or none when too few.

An association, never a cause: nobody was assigned to a group. Persons, trips and answers count as independent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from parcours.engine.scores import FEWEST, student_t, wilson

UNIT = 10_000
"""Logarithms and valences are summed in whole ten-thousandths, so that sums never depend on their order."""


@dataclass(frozen=True, slots=True)
class Difference:
    """``value`` of the first group and ``base`` of the second, of ``n`` and ``base_n`` cases; None without any case.

    ``change`` is value − base for shares and means, (1 + value) ÷ (1 + base) for times in seconds. It lies in
    ``low``..``high`` with 95 % confidence. All three are None where a group has fewer than ten cases, or where nothing
    in them varies.
    """

    value: float | None
    base: float | None
    n: int
    base_n: int
    change: float | None = None
    low: float | None = None
    high: float | None = None
    ratio: bool = False

    @property
    def tells(self) -> bool:
        """Whether the interval excludes that the groups are alike."""
        if self.low is None or self.high is None:
            return False
        same = 1.0 if self.ratio else 0.0
        return self.low > same or self.high < same


@dataclass(frozen=True, slots=True)
class Moments:
    """``n`` whole numbers by their ``total`` and the total of their ``squares``; exact, so the order never matters."""

    n: int
    total: int
    squares: int

    def minus(self, part: Moments) -> Moments:
        """Return what is left without ``part``."""
        return Moments(self.n - part.n, self.total - part.total, self.squares - part.squares)

    @property
    def mean(self) -> float | None:
        """The mean, in the unit of the numbers."""
        return self.total / self.n if self.n else None

    @property
    def variance(self) -> float:
        """The sample variance, from whole numbers: n·Σx² − (Σx)² loses nothing."""
        return (self.n * self.squares - self.total**2) / (self.n * (self.n - 1))


def of_shares(hits: int, n: int, base_hits: int, base_n: int) -> Difference:
    """Compare two shares, with Newcombe's hybrid score interval (1998, method 10)."""
    share = hits / n if n else None
    base = base_hits / base_n if base_n else None
    if share is None or base is None or min(n, base_n) < FEWEST:
        return Difference(share, base, n, base_n)
    low, high = wilson(hits, n)
    base_low, base_high = wilson(base_hits, base_n)
    change = share - base
    return Difference(
        share,
        base,
        n,
        base_n,
        change,
        change - math.hypot(share - low, base_high - base),
        change + math.hypot(high - share, base - base_low),
    )


def of_means(group: Moments, base: Moments) -> Difference:
    """Compare two means of numbers in ``UNIT``, with Welch's interval (1947)."""
    return _welch(group, base)


def of_times(group: Moments, base: Moments) -> Difference:
    """Compare two typical times from sums of ``UNIT``·ln(1 + seconds): geometric means and their ratio.

    Waits are skewed: a few very long ones move a mean, not a geometric mean. The interval is Welch's on logarithms.
    """

    def seconds(value: float) -> float:
        return math.expm1(value / UNIT)

    logs = _welch(group, base)
    change, low, high = (None if found is None else math.exp(found) for found in (logs.change, logs.low, logs.high))
    value, base_value = (None if side.mean is None else seconds(side.mean) for side in (group, base))
    return Difference(value, base_value, group.n, base.n, change, low, high, ratio=True)


def _welch(group: Moments, base: Moments) -> Difference:
    value = None if group.mean is None else group.mean / UNIT
    other = None if base.mean is None else base.mean / UNIT
    if value is None or other is None or min(group.n, base.n) < FEWEST:
        return Difference(value, other, group.n, base.n)
    parts = [side.variance / side.n / UNIT**2 for side in (group, base)]
    if sum(parts) == 0:
        return Difference(value, other, group.n, base.n)
    freedom = sum(parts) ** 2 / sum(part**2 / (side.n - 1) for part, side in zip(parts, (group, base), strict=True))
    # Rounded down: Student's t for whole degrees of freedom, never narrower than Welch's.
    margin = student_t(0.975, max(1, int(freedom))) * math.sqrt(sum(parts))
    change = value - other
    return Difference(value, other, group.n, base.n, change, change - margin, change + margin)
