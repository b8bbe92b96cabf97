"""How rows reach the company: some at one instant, some twice, some late and out of order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from parcours.simulate.rows import Rows
from parcours.simulate.theatre import Theatre

Ints = npt.NDArray[np.int64]


def tie(theatre: Theatre, rng: np.random.Generator, rows: Rows, visit: Ints, stage: Ints) -> Rows:
    """Put some rows at the very second of the row before, and some last rows of a stay at the next one's first.

    Only where the order of rows at one instant cannot change where people were: inside one stay; or, moving
    forward, when the stay had begun before that instant.
    """
    count = len(rows)
    wanted = round(count * theatre.scenario.ties)
    if count < 3 or not wanted:
        return rows
    same_person = np.r_[False, rows.person[1:] == rows.person[:-1]]
    same_stay = same_person & np.r_[False, visit[1:] == visit[:-1]]
    silent = rows.kind < 0
    # Somebody has to be there at this very hour, or something in the plan depends on it.
    fixed = theatre.fixed[rows.shape]
    inside = same_stay & silent & np.r_[False, silent[:-1]]
    placed = np.array([shape.stage >= 0 for shape in theatre.emitted])[rows.shape]
    # Row i is the last of a stay that began earlier, and row i + 1 begins a later stage.
    forward = np.r_[(stage[1:] > stage[:-1]) & same_person[1:] & ~same_stay[1:], False]
    across = forward & inside & ~fixed & placed & np.r_[placed[1:], False]
    edge = rng.permutation(np.flatnonzero(across))[: wanted // 5]
    blocked = np.zeros(count, bool)
    blocked[edge] = True
    pool = np.flatnonzero(inside & ~blocked & ~fixed)
    chosen = rng.permutation(pool)[: wanted - len(edge)]
    time = rows.time.copy()
    time[edge] = time[edge + 1]
    moved = np.zeros(count, bool)
    moved[chosen] = True
    leader = np.maximum.accumulate(np.where(moved, -1, np.arange(count)))
    time[moved] = time[leader[moved]]
    return replace(rows, time=time)


def duplicate(theatre: Theatre, rng: np.random.Generator, rows: Rows) -> tuple[Rows, int, Ints]:
    """Deliver some rows twice, never answers nor what has a limit, and put everything into the order of time.

    Returns the rows, how many came twice, and the positions of the rows in the order in which they stood.
    """
    pool = np.flatnonzero((rows.kind < 0) & ~theatre.limited[rows.shape])
    wanted = min(round(len(rows) * theatre.scenario.duplicates), len(pool))
    times = np.ones(len(rows), np.int64)
    times[rng.permutation(pool)[:wanted]] = 2
    which = np.repeat(np.arange(len(rows)), times)
    order = np.argsort(rows.time[which], kind="stable")
    lived = np.empty(len(order), np.int64)
    lived[order] = np.arange(len(order))
    return rows.take(which[order]), wanted, lived


def received(theatre: Theatre, rng: np.random.Generator, rows: Rows) -> Ints | None:
    """Draw when each row reaches the company: at once, or for some hours or days later, never after the end."""
    share = theatre.scenario.late_arrival
    if not share:
        return None
    late = rng.random(len(rows)) < share
    delay = np.where(late, rng.lognormal(np.log(4 * 3_600), 1.2, len(rows)), rng.random(len(rows)) * 3)
    return np.minimum(rows.time + np.minimum(delay, 5 * 86_400).astype(np.int64), theatre.end)
