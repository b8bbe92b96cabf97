"""What the players of a company write down as they plant it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass
class Book:
    """Sums over the trips of one chunk; only of what was played before the data ends.

    ``deviations[i]``: how often deviation ``i`` could have been planted, and was. ``promises[i]``: given, kept, late,
    never met, for each promise. ``chases``: second requests. ``abandoned``: promises for a later stage to which the
    person never came. ``answers[i]`` by kept and broken: the next answers, and the sum of their valences.
    """

    deviations: Ints
    promises: Ints
    chases: Ints
    abandoned: Ints
    answers: Floats

    @classmethod
    def empty(cls, deviations: int, promises: int) -> Book:
        """Return a book with nothing in it."""
        return cls(
            np.zeros((deviations, 2), np.int64),
            np.zeros((promises, 4), np.int64),
            np.zeros(promises, np.int64),
            np.zeros(promises, np.int64),
            np.zeros((promises, 2, 2)),
        )

    def add(self, other: Book) -> None:
        """Add what another chunk wrote down."""
        for name in self.__dataclass_fields__:
            getattr(self, name)[...] += getattr(other, name)

    def answered(self, awaiting: Ints, valence: Floats) -> None:
        """Note answers of people with promises behind them: ``awaiting[promise, kept or broken, person]``."""
        self.answers[:, :, 0] += awaiting.sum(axis=2)
        self.answers[:, :, 1] += awaiting @ valence
