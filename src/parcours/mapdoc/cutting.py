"""An order of touchpoints cut into stages: where a stage ends, and which cut goes first when fewer are wanted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from parcours.mapdoc.ordering import Floats

FEWEST, MOST = 4, 8
"""Stages of a map at the usual detail."""

_BASE, _ORDER, _STEP, _COMPANY, _TIME = 9.4, 9.6, 3.3, 2.0, 0.64
"""Log-odds that two touchpoints share a stage: fitted on simulated maps, rounded (docs/reference/discovery.md)."""
_NEAR = 12
"""Pairs further apart along the line than this say nothing about how alike neighbours are."""
_LEAST_ALIKE, _MOST_ALIKE = 0.2, 0.4
"""However clear or muddled a log is, at least and at most this share of near pairs counts as alike."""
_ALONE, _RARE_ALONE = 1.0, 5.0


@dataclass(frozen=True)
class Ladder:
    """Cuts of a line of n touchpoints, the one that goes last first: the first k of them make k + 1 stages.

    A cut at i lies before the touchpoint i. So each stage of a coarser map is one or more whole stages of a finer one.
    """

    size: int
    cuts: tuple[int, ...]
    usual: int

    def runs(self, stages: int) -> list[range]:
        """Return the touchpoints of each of ``stages`` stages (fewer where there are not so many touchpoints)."""
        stages = max(1, min(stages, self.size))
        edges = [0, *sorted(self.cuts[: stages - 1]), self.size]
        return [range(start, end) for start, end in pairwise(edges)] if self.size else []


def affinity(before: Floats, together: Floats, apart: Floats, scores: Floats, all_persons: int) -> Floats:
    """Return for each pair of touchpoints, in their order, how much speaks for one stage (positive) or two.

    Two belong together when people meet them in either order, close together in time and on the line, and when the
    same people have both. Fixed weights on figures of the pair, then moved so that neither a log without any order
    nor one that never varies makes everything, or nothing, alike. ``apart`` is in seconds, NaN where nobody has both.
    """
    n = len(scores)
    one_sided = np.divide(np.abs(before - before.T), together, out=np.ones((n, n)), where=together > 0)
    share = np.diag(together) / max(all_persons, 1)
    spread = np.sqrt(np.outer(share * (1 - share), share * (1 - share)) + 1e-9)
    company = (together / max(all_persons, 1) - np.outer(share, share)) / spread
    length = np.log1p(apart)
    known = length[np.isfinite(length) & ~np.eye(n, dtype=bool)]
    length = np.where(np.isfinite(length), length, known.max(initial=0.0))
    neighbours = np.diag(length, 1)
    length = length - (np.median(neighbours) if len(neighbours) else 0.0)
    steps = np.abs(scores[None, :] - scores[:, None])
    gain = _BASE - _ORDER * one_sided - _STEP * steps + _COMPANY * company - _TIME * length
    rows, columns = np.triu_indices(n, 1)
    near = np.sort(gain[rows, columns][columns - rows < _NEAR])
    if len(near):
        gain = gain - max(_from_top(near, _MOST_ALIKE), 0.0) - min(_from_top(near, _LEAST_ALIKE), 0.0)
    # Rounded, so that the last bit of a sum never decides a cut.
    return np.asarray(np.round(gain, 9))


def _from_top(ascending: Floats, share: float) -> float:
    """Return the value that ``share`` of the values reach."""
    return float(np.quantile(ascending, 1 - share))


def ladder_of(gain: Floats, persons: Floats, milestones: Collection[int] = ()) -> Ladder:
    """Cut the line where the sum of ``gain`` inside stages is greatest (dynamic programming, exact), 4 to 8 stages.

    Fewer stages come of joining, again and again, the two neighbours that lose least; more of splitting where most is
    won. A touchpoint alone in its stage counts as a loss, a great one where few persons have it compared with its
    neighbours, unless it is one of ``milestones``.
    """
    n = len(gain)
    inside = _sums(gain)
    for place in range(n):
        if place not in milestones:
            inside[place, place + 1] -= _ALONE
        around = [persons[other] for other in (place - 1, place + 1) if 0 <= other < n]
        if around and place not in milestones and 3 * persons[place] < min(around):
            inside[place, place + 1] -= _RARE_ALONE
    usual = _best_cuts(inside, min(FEWEST, n), min(MOST, n))
    joined: list[int] = []
    left = list(usual)
    while left:
        edges = [0, *left, n]
        # Joining loses what the parts are worth more than the whole.
        _loss, at = min(
            (inside[a, b] + inside[b, c] - inside[a, c], b)
            for a, b, c in zip(edges, edges[1:], edges[2:], strict=False)
        )
        left.remove(at)
        joined.append(at)
    cuts = joined[::-1]
    while len(cuts) < n - 1:
        edges = [0, *sorted(cuts), n]
        _cost, at = min(
            (inside[a, c] - inside[a, b] - inside[b, c], b) for a, c in pairwise(edges) for b in range(a + 1, c)
        )
        cuts.append(at)
    return Ladder(n, tuple(cuts), len(usual) + 1 if n else 0)


def _sums(gain: Floats) -> Floats:
    """Return the sum of gain over the pairs inside each run, by its start and end."""
    n = len(gain)
    inside = np.zeros((n + 1, n + 1))
    for start in range(n):
        column = np.array([gain[start:end, end].sum() for end in range(start, n)])
        inside[start, start + 1 :] = np.cumsum(column)
    return inside


def _best_cuts(inside: Floats, fewest: int, most: int) -> list[int]:
    """Return the cuts into ``fewest`` to ``most`` runs that are worth most; the fewer runs where two are equal."""
    n = len(inside) - 1
    if n < 1:
        return []
    best = np.full((most + 1, n + 1), -np.inf)
    came = np.zeros((most + 1, n + 1), np.int64)
    best[0, 0] = 0.0
    for used in range(1, most + 1):
        for end in range(used, n + 1):
            options = best[used - 1, :end] + inside[:end, end]
            came[used, end] = int(np.argmax(options))
            best[used, end] = options[came[used, end]]
    runs = max(range(fewest, most + 1), key=lambda used: (round(float(best[used, n]), 6), -used))
    cuts, end = [], n
    for used in range(runs, 0, -1):
        end = int(came[used, end])
        cuts.append(end)
    return cuts[::-1][1:]
