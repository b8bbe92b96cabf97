"""What is known of the names of a log, as arrays: what discovery decides from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from parcours.engine.succession import SuccessionResult
from parcours.mapdoc.ordering import Floats, order_scores, steadiness


@dataclass(frozen=True)
class Observed:
    """The most frequent names of a log; arrays are indexed by their places.

    ``alike[i]`` 0: a name; else so many rare names that begin like ``names[i]``, which ends with ``*``.
    ``before``, ``together`` and ``apart`` (seconds) are those of ``engine.succession``; ``position`` is the mean of
    the first one, ``line`` where a name stands from 0 (first) to 1 (last), ``scores`` the same in steps.
    """

    names: Sequence[str]
    alike: Sequence[int]
    persons: Floats
    events: Floats
    ends: Floats
    position: Floats
    mean_position: Floats
    before: Floats
    together: Floats
    apart: Floats
    all_persons: int
    all_events: int
    distinct: int

    def __len__(self) -> int:
        return len(self.names)

    def overlap(self, name: int, other: int) -> float:
        """Return the share of the persons of ``name`` who also have ``other``."""
        return float(self.together[name, other] / self.persons[name])

    def rank(self, place: int) -> tuple[float, float, str]:
        """Return what sorts names: most persons first, then most events, then by alphabet."""
        return -self.persons[place], -self.events[place], self.names[place]

    @cached_property
    def scores(self) -> Floats:
        """Where each name stands, in steps: those that are no touchpoints still say where the others lie."""
        return order_scores(self.before, self.together, self.mean_position)

    @cached_property
    def line(self) -> Floats:
        """Where each name stands, from 0 to 1."""
        span = float(np.ptp(self.scores)) if len(self) else 0.0
        return (self.scores - self.scores.min()) / span if span > 0 else np.zeros(len(self))

    @cached_property
    def steady(self) -> Floats:
        """How much each name keeps its place among the others: 1 always, 0 as often before as after."""
        return steadiness(self.before, self.together)


def observed_of(succession: SuccessionResult) -> Observed:
    """Return the names that somebody has."""
    met = [place for place, name in enumerate(succession.names) if name.persons]
    names = [succession.names[place] for place in met]
    pairs = np.ix_(met, met)
    size = (len(succession.names), len(succession.names))
    return Observed(
        names=[name.name for name in names],
        alike=[name.alike for name in names],
        persons=np.array([name.persons for name in names], np.float64),
        events=np.array([name.events for name in names], np.float64),
        ends=np.array([name.ends for name in names], np.float64),
        position=np.array([name.first_position for name in names], np.float64),
        mean_position=np.array([name.mean_position for name in names], np.float64),
        before=np.array(succession.before, np.float64).reshape(size)[pairs],
        together=np.array(succession.together, np.float64).reshape(size)[pairs],
        apart=np.array(succession.apart, np.float64).reshape(size)[pairs],
        all_persons=succession.persons,
        all_events=succession.events,
        distinct=succession.distinct,
    )
