"""Names in the order in which people meet them, and how far each keeps to it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_PRIOR = 0.02
"""How much a mean position counts beside the pairs: enough to place names that share nobody with the others."""


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


def steadiness(before: Floats, together: Floats) -> Floats:
    """Return for each name how one-sided its order with the others is, over all persons: 0 (none) to 1 (always)."""
    others = together.copy()
    np.fill_diagonal(others, 0.0)
    met = others.sum(1)
    one_sided = np.abs(before - before.T).sum(1)
    return np.asarray(np.divide(one_sided, met, out=np.ones(len(met)), where=met > 0))
