"""The two scores of a stage from sums of its lines, and their intervals by resampling persons.

**Experience.** Answers on 0..100; per kind their mean; kinds weighted n ÷ (n + 20); then drawn to the mean F̄ of the
workspace, made in the same way of all its answers: (n·F + 20·F̄) ÷ (n + 20).

**Structure.** The weighted mean of the parts that exist.

**Intervals** at 95 %: persons are drawn with replacement a thousand times, seeded, all scores made anew each time.
The percentiles are those of the *expanded* percentile interval (Hesterberg 2015, "What Teachers Should Know About the
Bootstrap", section 4.4): Φ(−√(n/(n−1))·t) in place of 2.5 %, with Student's t of n − 1 degrees of freedom and n the
persons behind the score, since plain percentiles are too narrow for few persons. A share of none or of all never
varies between draws: it widens the interval by what Wilson's interval of it leaves open, joined as independent
estimates are (Zou and Donner 2008, MOVER). With fewer than ten persons there is no interval.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from parcours.engine.alignment_lines import FIRST_KIND, PersonLines
from parcours.engine.differences import UNIT
from parcours.engine.scores import FEWEST, student_t, wilson
from parcours.engine.table import Floats, Int64s

_DRAWN_AT_ONCE = 4_000_000
_RARE = 32
Interval = tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Share:
    """A part that is resampled: its first ``column``, its ``weight``, and the share that is enough (``target``)."""

    column: int
    weight: float
    target: float = 1.0

    def value(self, share: Floats) -> Floats:
        """Turn shares into points 0..100."""
        if self.target <= 0:
            return np.where(np.isnan(share), np.nan, 100.0)
        found: Floats = 100 * np.minimum(1.0, share / self.target)
        return found


def resampled(lines: PersonLines, replicates: int, seed: Sequence[int]) -> Floats:
    """Sum the lines of ``replicates`` samples, with replacement, of as many persons as there are; one line each."""
    values = lines.lines.astype(np.float64)  # sums of whole numbers below 2**53: exact in any order
    if not len(values):
        return np.zeros((replicates, values.shape[1]))
    draws = _Draws(lines.times, np.random.Generator(np.random.PCG64(list(seed))))
    at_once = max(1, _DRAWN_AT_ONCE // len(values))
    begins = range(0, replicates, at_once)
    return np.concatenate([draws.next(min(at_once, replicates - begun)) @ values for begun in begins])


class _Draws:
    """Multinomial counts of how often each line is drawn.

    Lines of many persons are drawn as counts; persons of the others are drawn one by one, which has the same
    distribution and is many times faster where most lines are of a few persons.
    """

    def __init__(self, times: Int64s, chance: np.random.Generator) -> None:
        self._chance = chance
        self._persons, self._lines = int(times.sum()), len(times)
        self._common, rare = np.flatnonzero(times > _RARE), np.flatnonzero(times <= _RARE)
        self._line = np.repeat(rare.astype(np.int32), times[rare])
        self._probability = np.append(times[self._common], len(self._line)) / self._persons

    def next(self, samples: int) -> Floats:
        """Draw as many persons as there are, several times; give the count of each line."""
        from parcours.engine import _alignment_kernels as kernels

        of_each = self._chance.multinomial(self._persons, self._probability, size=samples)
        counts = np.zeros((samples, self._lines))
        counts[:, self._common] = of_each[:, :-1]
        if len(self._line):
            seeds = self._chance.integers(0, 2**64, samples, dtype=np.uint64)
            kernels.draw_persons(self._line, np.ascontiguousarray(of_each[:, -1]), seeds, counts)
        return counts


def experience(sums: Floats, kinds: int, shrinkage: float) -> Floats:
    """Score each line of ``sums``; not a number where nobody answered."""
    own, everywhere = (_feeling(sums, FIRST_KIND + 2 * kinds * half, kinds, shrinkage) for half in (0, 1))
    n = sums[:, FIRST_KIND : FIRST_KIND + 2 * kinds : 2].sum(axis=1)
    found: Floats = (n * own + shrinkage * everywhere) / (n + shrinkage)
    return found


def raw_experience(sums: Floats, kinds: int, shrinkage: float, *, everywhere: bool = False) -> Floats:
    """Score each line of ``sums`` without drawing it to the mean of the workspace, or score the workspace itself."""
    return _feeling(sums, FIRST_KIND + (2 * kinds if everywhere else 0), kinds, shrinkage)


def means(sums: Floats, kinds: int, first: int = FIRST_KIND) -> Floats:
    """Give the mean of each kind, 0..100; not a number where nobody answered."""
    n, total = sums[:, first : first + 2 * kinds : 2], sums[:, first + 1 : first + 2 * kinds : 2]
    return _quotient(total, n) / UNIT


def structure(sums: Floats, parts: Sequence[Share], carried: float | None, carried_weight: float) -> Floats:
    """Score each line of ``sums``; not a number where one of ``parts`` has no case."""
    total = np.zeros(len(sums))
    weight = 0.0
    for part in parts:
        total += part.weight * part.value(_quotient(sums[:, part.column], sums[:, part.column + 1]))
        weight += part.weight
    if carried is not None and carried_weight > 0:
        total += carried_weight * carried
        weight += carried_weight
    found: Floats = total / weight
    return found


def interval(replicates: Floats, persons: int) -> Interval:
    """Give the expanded percentile interval of ``persons``; draws in which a part had no case are left out."""
    known = np.sort(replicates[~np.isnan(replicates)])
    if persons < FEWEST or not len(known):
        return None
    outside = NormalDist().cdf(-math.sqrt(persons / (persons - 1)) * student_t(0.975, persons - 1))
    low, high = np.quantile(known, (outside, 1 - outside), method="weibull")
    return float(low), float(high)


def widened(score: float, found: Interval, below: float, above: float) -> Interval:
    """Join an interval of ``score`` with what else could lie ``below`` and ``above``."""
    if found is None:
        return None
    return score - math.hypot(score - found[0], below), score + math.hypot(found[1] - score, above)


def clipped(found: Interval, low: float, high: float) -> Interval:
    """Keep an interval within a scale."""
    return None if found is None else (max(low, found[0]), min(high, found[1]))


def left_open(sums: Floats, parts: Sequence[Share], weight: float) -> tuple[float, float]:
    """Say how many points of a structure score the shares of none or all leave open, below and above."""
    below = above = 0.0
    for part in parts:
        hits, n = (int(sums[0, part.column + place]) for place in (0, 1))
        if 0 < hits < n:
            continue
        low, value, high = part.value(np.array([wilson(hits, n)[0], hits / n, wilson(hits, n)[1]]))
        below = math.hypot(below, part.weight / weight * (value - low))
        above = math.hypot(above, part.weight / weight * (high - value))
    return float(below), float(above)


def persons_with(lines: PersonLines, column: int) -> int:
    """Count the persons with a case in the pair of a structure part."""
    return int(lines.times[lines.lines[:, column + 1] > 0].sum())


def persons_who_answered(lines: PersonLines, kinds: int) -> int:
    """Count the persons who answered in the stage."""
    answers = lines.lines[:, FIRST_KIND : FIRST_KIND + 2 * kinds : 2].sum(axis=1)
    return int(lines.times[answers > 0].sum())


def _feeling(sums: Floats, first: int, kinds: int, shrinkage: float) -> Floats:
    n = sums[:, first : first + 2 * kinds : 2]
    weight = n / (n + shrinkage) if shrinkage else (n > 0).astype(np.float64)
    mean = np.nan_to_num(means(sums, kinds, first))
    return _quotient((weight * mean).sum(axis=1), weight.sum(axis=1))


def _quotient(value: Floats, n: Floats) -> Floats:
    found: Floats = np.divide(value, n, out=np.full(value.shape, np.nan), where=n > 0)
    return found
