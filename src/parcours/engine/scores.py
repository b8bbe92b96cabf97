"""Scores with honest intervals, from how often each answer was given.

Every function takes ``tally``: distinct answers, ascending, with their counts. Below ``FEWEST`` answers there is no
score, only the answers. Sums run over the tally, so the result does not depend on how a log was split.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist

from parcours.engine.results import Emotion, Score

Tally = Sequence[tuple[float, int]]

FEWEST = 10
"""From this many answers on there is a score."""

Z_95 = NormalDist().inv_cdf(0.975)
"""The 97.5 % quantile of the normal distribution."""


def nps(tally: Tally) -> Score:
    """Score answers 0..10: 100·(promoters − detractors), with the adjusted Wald interval.

    Promoters gave at least 9, detractors less than 7. The interval is that of Bonett and Price (2012) as Rocks
    (2016, "Interval Estimation for the Net Promoter Score") recommends it: with p̃ = (P + ¾)/(n + 3) and
    d̃ = (D + ¾)/(n + 3), 100·(p̃ − d̃ ± 1.96·√((p̃ + d̃ − (p̃ − d̃)²)/(n + 3))), clipped to −100..100.
    """
    n = _count(tally)
    promoters = sum(times for answer, times in tally if answer >= 9)
    detractors = sum(times for answer, times in tally if answer < 7)
    counts = (detractors, n - promoters - detractors, promoters)
    if n < FEWEST:
        return Score("nps", n, None, None, None, counts, few=_spread(tally))
    centre, variance = adjusted_nps(promoters, detractors, n)
    margin = 1.96 * math.sqrt(variance)
    low, high = max(-100.0, 100 * (centre - margin)), min(100.0, 100 * (centre + margin))
    return Score("nps", n, 100 * (promoters - detractors) / n, low, high, counts)


def adjusted_nps(promoters: int, detractors: int, n: int) -> tuple[float, float]:
    """Give p̃ − d̃, the adjusted score of −1..1, and its variance."""
    p, d = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3)
    return p - d, (p + d - (p - d) ** 2) / (n + 3)


def csat(satisfied: int, tally: Tally) -> Score:
    """Score satisfaction: the share of satisfied answers, with Wilson's interval (1927) at 95 %."""
    n = _count(tally)
    counts = (n - satisfied, satisfied)
    if n < FEWEST:
        return Score("csat", n, None, None, None, counts, few=_spread(tally))
    low, high = wilson(satisfied, n)
    return Score("csat", n, satisfied / n, low, high, counts)


def ces(tally: Tally, low: float, high: float, *, effort: bool) -> Score:
    """Score effort: the mean answer, with Student's t interval at 95 % clipped to the scale."""
    mean, lower, upper = _mean(tally, low, high)
    few = _spread(tally) if mean is None else ()
    return Score("ces", _count(tally), mean, lower, upper, effort_scale=effort, few=few)


def emotion(tally: Tally) -> Emotion:
    """Give the mean of valences −2..+2, with Student's t interval at 95 % clipped to the scale."""
    mean, lower, upper = _mean(tally, -2.0, 2.0)
    return Emotion(_count(tally), mean, lower, upper, _spread(tally) if mean is None else ())


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Give Wilson's score interval of a share at 95 %, without continuity correction; ``n`` is at least 1."""
    share, z2 = hits / n, Z_95**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    margin = Z_95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, centre - margin), min(1.0, centre + margin)


@lru_cache(maxsize=10_000)
def student_t(probability: float, freedom: float) -> float:
    """Give the quantile of Student's t distribution, for ``probability`` of at least one half, of any degrees of
    freedom from 1 on (Welch's are not whole).

    Up to 200 degrees of freedom by bisection of the incomplete beta function, above by the expansion of Abramowitz
    and Stegun 26.7.5, which is then exact to better than 1e-9 for the probabilities in use.
    """
    if freedom > 200:
        return _expansion(NormalDist().inv_cdf(probability), freedom)
    low, high = 0.0, 2.0
    while _t_distribution(high, freedom) < probability:
        low, high = high, 2 * high
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        if _t_distribution(middle, freedom) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _expansion(z: float, freedom: float) -> float:
    n = freedom
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    fourth = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + first / n + second / n**2 + third / n**3 + fourth / n**4


def _t_distribution(t: float, freedom: float) -> float:
    """Give the probability of at most ``t`` ≥ 0: 1 − ½·I(ν/(ν + t²); ν/2, ½)."""
    return 1 - 0.5 * _beta(freedom / (freedom + t * t), freedom / 2, 0.5)


def _beta(x: float, a: float, b: float) -> float:
    """Give the regularised incomplete beta function, for 0 < ``x`` < 1, by its continued fraction (DLMF 8.17.22)."""
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(1 - x, b, a)
    scale = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    # Lentz's method: c and d are ratios of successive convergents, ``value`` is 1 + the fraction.
    value, c, d = 1.0, 1.0, 0.0
    for i in range(10_000):
        m = i // 2
        if i == 0:
            term = 1.0
        elif i % 2 == 0:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / (1 + term * d)
        c = 1 + term / c
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return scale * (value - 1)


def _mean(tally: Tally, low: float, high: float) -> tuple[float | None, float | None, float | None]:
    n = _count(tally)
    if n < FEWEST:
        return None, None, None
    mean = math.fsum(answer * times for answer, times in tally) / n
    variance = math.fsum((answer - mean) ** 2 * times for answer, times in tally) / (n - 1)
    margin = student_t(0.975, n - 1) * math.sqrt(variance / n)
    return mean, max(low, mean - margin), min(high, mean + margin)


def _count(tally: Tally) -> int:
    return sum(times for _answer, times in tally)


def _spread(tally: Tally) -> tuple[float, ...]:
    return tuple(answer for answer, times in tally for _i in range(times))
