"""Counts that depend on when the data ends, which is known only when everything has been played."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


class Undecided:
    """Adds up things that count in one place if the data ends after a moment, and in another one if not.

    Things whose moment is already past, or lies after the last possible end, are decided at once: what has to be kept
    is a small remainder, so that companies of any size are counted in bounded memory. Times are seconds UTC.
    """

    def __init__(self, places: int, end: int) -> None:
        self.counts = np.zeros(places + 1, np.int64)
        self._latest, self._end = -(1 << 62), end
        self._kept: list[tuple[Ints, Ints, Ints]] = []

    def saw(self, time: int) -> None:
        """Learn that the data does not end before ``time``."""
        self._latest = max(self._latest, time)

    def add(self, moment: Ints, after: Ints | int, until: Ints | int = -1) -> None:
        """Count each in the place ``after`` if the data ends later than ``moment``, else in ``until`` (-1: nowhere)."""
        after, until = (np.broadcast_to(np.asarray(place, np.int64), moment.shape) for place in (after, until))
        past, open_still = moment < self._latest, moment >= self._end
        self._count(after[past])
        self._count(until[open_still])
        rest = ~(past | open_still)
        if rest.any():
            self._kept.append((moment[rest], after[rest], until[rest]))

    def decide(self, end: int) -> Ints:
        """Return the counts, given that the last event of the data happened at ``end``."""
        for moment, after, until in self._kept:
            self._count(np.where(moment < end, after, until))
        self._kept.clear()
        return self.counts[:-1]

    def _count(self, places: Ints) -> None:
        self.counts += np.bincount(np.where(places < 0, len(self.counts) - 1, places), minlength=len(self.counts))
