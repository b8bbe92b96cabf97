"""Names in the order in which people meet them, and the order cut into stages."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_PRIOR = 0.02
"""How much a mean position counts beside the pairs: enough to place names that share nobody with the others."""
_MOST_PER_STAGE = 6


def order_scores(before: Floats, together: Floats, position: Floats) -> Floats:
    """Return a place on one line for each of n names, low for early.

    ``before[i, j]``: persons in whom i first came before j; ``together[i, j]``: persons who have both;
    ``position``: mean relative place 0..1, used alone where a name shares nobody with the others.

    Least squares over all pairs (HodgeRank, Jiang et al. 2011): a name lies one step behind those it follows, so
    that what ends short trips is put behind its own past and not at the end of everybody's.
    """
    n = len(position)
    share = np.divide(before - before.T, together, out=np.zeros((n, n)), where=together > 0)
    weight = together / max(float(together.max(initial=0.0)), 1.0)
    np.fill_diagonal(weight, 0.0)
    system = np.diag(weight.sum(1) + _PRIOR) - weight
    # share[i, j] > 0 where i is earlier: i wants to lie that far before j.
    right = -(weight * share).sum(1) + _PRIOR * 2.0 * position
    return np.asarray(np.linalg.solve(system, right)) if n else np.zeros(0)


def stage_count(names: int) -> int:
    """Return how many stages a map of so many touchpoints wants: 4 to 8, fewer only for lack of names."""
    return min(names, max(4, min(8, round(names / 3)))) if names > 3 else names


def cut(scores: Floats, persons: Floats, stages: int, milestones: Collection[int] = ()) -> list[range]:
    """Cut ascending ``scores`` into ``stages`` runs with the least spread inside (dynamic programming, exact).

    Spread is the sum of squared distances from the run's mean, in units of the whole line's length, weighted by the
    root of ``persons`` so that a rare name seldom makes a stage of its own. Names beyond six in one run cost extra,
    and so do, a little, numbers of persons that differ inside a run: leaks lie between stages. A name alone in its
    run costs extra when few persons have it compared with its neighbours, unless it is one of ``milestones``.
    """
    n = len(scores)
    stages = max(1, min(stages, n))
    line = scores / max(float(scores[-1] - scores[0]), 1e-9)
    weights = np.sqrt(np.maximum(persons, 1.0) / max(float(persons.max()), 1.0))
    cost = np.full((n + 1, n + 1), np.inf)
    for start in range(n):
        for end in range(start + 1, n + 1):
            run, weight = line[start:end], weights[start:end]
            spread = float((weight * (run - np.average(run, weights=weight)) ** 2).sum())
            crowd = max(0, end - start - _MOST_PER_STAGE)
            falls = np.abs(np.diff(np.log1p(persons[start:end])))
            cost[start, end] = spread + 0.05 * crowd**2 + 0.004 * float(falls.sum())
    for place in range(n):
        around = [persons[other] for other in (place - 1, place + 1) if 0 <= other < n]
        if around and place not in milestones and 3 * persons[place] < min(around):
            cost[place, place + 1] += 0.1
    best = np.full((stages + 1, n + 1), np.inf)
    came = np.zeros((stages + 1, n + 1), np.int64)
    best[0, 0] = 0.0
    for used in range(1, stages + 1):
        for end in range(used, n + 1):
            options = best[used - 1, :end] + cost[:end, end]
            came[used, end] = int(np.argmin(options))
            best[used, end] = options[came[used, end]]
    runs: list[range] = []
    end = n
    for used in range(stages, 0, -1):
        start = int(came[used, end])
        runs.append(range(start, end))
        end = start
    return runs[::-1]
