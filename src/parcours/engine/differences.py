"""Two groups held against each other, from exact sums: a difference with its 95 % interval, or none when too few.

An association, never a cause: nobody was assigned to a group. Persons, trips and answers count as independent.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from parcours.engine.scores import FEWEST, Z_95, adjusted_nps, student_t, wilson

UNIT = 10_000
"""Logarithms and valences are summed in whole ten-thousandths, so that sums never depend on their order."""


@dataclass(frozen=True, slots=True)
class Difference:
    """``value`` of the first group and ``base`` of the second, of ``n`` and ``base_n`` cases; None without any case.

    ``change`` is value − base for shares, means and NPS, (1 + value) ÷ (1 + base) for times in seconds. It lies in
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
    return Difference(share, base, n, base_n, share - base, *newcombe(hits, n, base_hits, base_n))


def newcombe(hits: int, n: int, base_hits: int, base_n: int) -> tuple[float, float]:
    """Give Newcombe's hybrid score interval of the difference of two shares, of any number of cases but 0."""
    share, base = hits / n, base_hits / base_n
    low, high = wilson(hits, n)
    base_low, base_high = wilson(base_hits, base_n)
    change = share - base
    return change - math.hypot(share - low, base_high - base), change + math.hypot(high - share, base - base_low)


def of_nps(
    promoters: int, detractors: int, n: int, base_promoters: int, base_detractors: int, base_n: int
) -> Difference:
    """Compare two Net Promoter Scores: value, base and change are the scores −100..100 and their difference.

    The interval is of the adjusted scores of ``scores.nps`` (Rocks 2016), their variances added, clipped to ±200; like
    those it need not lie evenly about the plain difference.
    """
    score = 100 * (promoters - detractors) / n if n else None
    base = 100 * (base_promoters - base_detractors) / base_n if base_n else None
    if score is None or base is None or min(n, base_n) < FEWEST:
        return Difference(score, base, n, base_n)
    centre, variance = adjusted_nps(promoters, detractors, n)
    base_centre, base_variance = adjusted_nps(base_promoters, base_detractors, base_n)
    margin = Z_95 * math.sqrt(variance + base_variance)
    low, high = (100 * (centre - base_centre + side * margin) for side in (-1, 1))
    return Difference(score, base, n, base_n, score - base, max(-200.0, low), min(200.0, high))


def of_means(group: Moments, base: Moments) -> Difference:
    """Compare two means of numbers in ``UNIT``, with Welch's interval (1947)."""
    return _welch(group, base)


def of_times(group: Moments, base: Moments) -> Difference:
    """Compare two typical times from sums of ``UNIT``·ln(1 + seconds): geometric means, and the ratio of those of
    1 + seconds, which is theirs but for the shortest times.

    Waits are skewed: a few very long ones move a mean, not a geometric mean. The interval is Welch's on logarithms.
    """

    def seconds(value: float) -> float:
        return math.expm1(value / UNIT)

    logs = _welch(group, base)
    change, low, high = (None if found is None else math.exp(found) for found in (logs.change, logs.low, logs.high))
    value, base_value = (None if side.mean is None else seconds(side.mean) for side in (group, base))
    return Difference(value, base_value, group.n, base.n, change, low, high, ratio=True)


def of_rates(group: Sequence[int], base: Sequence[int]) -> Difference:
    """Compare two ratios of events, each by its persons G, Σy, Σx, Σy², Σxy, Σx².

    Cases are the persons, or the events x where these are fewer.
    The interval is Welch's on the variances of the linearised ratios (Cochran 1977): G/(G − 1)·Σ(y − R·x)² ÷ (Σx)².
    """
    (persons, y, x), (base_persons, base_y, base_x) = group[:3], base[:3]
    value, other = (y / x if x else None), (base_y / base_x if base_x else None)
    n = min(persons, x), min(base_persons, base_x)
    if value is None or other is None or min(n) < FEWEST:
        return Difference(value, other, *n)
    parts = [side[0] / (side[0] - 1) * rate_spread(*side[1:]) / side[2] ** 2 for side in (group, base)]
    return _between(value, other, n, parts, (persons, base_persons))


def rate_spread(y: int, x: int, yy: int, xy: int, xx: int) -> float:
    """Give Σ(y − R·x)² for R = Σy ÷ Σx, from whole sums: nothing is lost where no person differs."""
    return (yy * x * x - 2 * y * x * xy + y * y * xx) / (x * x)


def _welch(group: Moments, base: Moments) -> Difference:
    value = None if group.mean is None else group.mean / UNIT
    other = None if base.mean is None else base.mean / UNIT
    if value is None or other is None or min(group.n, base.n) < FEWEST:
        return Difference(value, other, group.n, base.n)
    parts = [side.variance / side.n / UNIT**2 for side in (group, base)]
    return _between(value, other, (group.n, base.n), parts, (group.n, base.n))


def _between(
    value: float, base: float, n: tuple[int, int], parts: Sequence[float], drawn: tuple[int, int]
) -> Difference:
    """Welch's interval of ``value`` − ``base``, whose variances ``parts`` rest on ``drawn`` cases each."""
    if sum(parts) == 0:
        return Difference(value, base, *n)
    freedom = sum(parts) ** 2 / sum(part**2 / (cases - 1) for part, cases in zip(parts, drawn, strict=True))
    margin = student_t(0.975, freedom) * math.sqrt(sum(parts))
    change = value - base
    return Difference(value, base, *n, change, change - margin, change + margin)
