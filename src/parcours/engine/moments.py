"""Moments of a trip: the mean, the worst and the last of what was answered in it, and the chases beside them.

What people keep of an experience is its worst moment and its end rather than its mean (the peak-end rule, Kahneman et
al. 1993). All three stand beside each other; none replaces the mean. Each trip counts once, however much was answered
in it: its mean; its lowest answer; the answers of its last instant that has any (their mean, where there are several).
Intervals are Student's over trips. An answer outside every trip has no part in this.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from parcours.engine import scores
from parcours.engine.deviations import figure_trips
from parcours.engine.differences import UNIT
from parcours.engine.figures import CHASED, FigureKey
from parcours.engine.held import hold
from parcours.engine.lived import Frame, Lived, live
from parcours.engine.results import Emotion, Result
from parcours.engine.table import Bools, EventTable, Int64s

Against = Literal["above", "as expected", "below", "too few"]
_MOMENTS = ("mean", "worst", "last")


@dataclass(frozen=True, slots=True)
class TripFeelings:
    """``trips`` with an answer in a place; of each its ``mean``, ``worst`` and ``last`` valence −2..+2, averaged.

    Under ten trips there are only the valences themselves (``few``).
    """

    trips: int
    mean: Emotion
    worst: Emotion
    last: Emotion


@dataclass(frozen=True, slots=True)
class StageMoments:
    """What was answered in a stage, trip by trip; ``chased`` trips in which a message of the stage had to be sent again
    before any reply, ``chases`` such messages."""

    id: str
    felt: TripFeelings
    chased: int
    chases: int


@dataclass(frozen=True)
class TripMomentsResult(Result):
    """The moments of whole trips, and of each stage of the plan in order those of its answers."""

    journey: TripFeelings
    stages: tuple[StageMoments, ...]

    def rows(self) -> list[dict[str, Any]]:
        """One line per stage, and one without id for whole trips."""
        lines = [{"id": stage.id, **_cells(stage.felt), "chases": stage.chases} for stage in self.stages]
        return [*lines, {"id": None, **_cells(self.journey), "chases": sum(stage.chases for stage in self.stages)}]


@dataclass(frozen=True)
class TripMomentsPartial:
    """How often each valence (in ten-thousandths) was the mean, the worst, the last of a trip, by place (-1: whole
    trips); chased trips and chases by stage."""

    felt: Counter[tuple[int, int, int]]
    chased: Int64s
    chases: Int64s


@dataclass(frozen=True)
class TripMoments(Frame):
    """The moments of the trips of a log laid over a plan."""

    def partial(self, table: EventTable) -> TripMomentsPartial:
        """Look at the trips of one table."""
        lived = live(self, table)
        plan = self.plan
        held = hold(lived.ground, lived.trips)
        felt: Counter[tuple[int, int, int]] = Counter()
        inside = lived.answer_trip >= 0
        for place in range(-1, len(plan.stages)):
            chosen = inside if place < 0 else inside & (lived.stage == place)
            for moment, valences in enumerate(_moments(lived, chosen)):
                values, times = np.unique(valences, return_counts=True)
                for value, count in zip(values.tolist(), times.tolist(), strict=True):
                    felt[place, moment, value] = count
        keys = [FigureKey("stage", stage, CHASED) for stage in range(len(plan.stages))]
        stage_of = np.array([point.stage for point in plan.touchpoints], np.int64)
        chases = np.zeros(len(plan.stages), np.int64)
        np.add.at(chases, stage_of, held.chases)
        chased = [int(figure_trips(key, plan, held, lived.trips).sum()) for key in keys]
        return TripMomentsPartial(felt, np.array(chased, np.int64), chases)

    def merge(self, left: TripMomentsPartial, right: TripMomentsPartial) -> TripMomentsPartial:
        """Add the counts."""
        return TripMomentsPartial(left.felt + right.felt, left.chased + right.chased, left.chases + right.chases)

    def finish(self, partial: TripMomentsPartial) -> TripMomentsResult:
        """Average over trips."""
        tallies: dict[tuple[int, int], list[tuple[float, int]]] = {}
        for (place, moment, value), times in sorted(partial.felt.items()):
            tallies.setdefault((place, moment), []).append((value / UNIT, times))

        def felt(place: int) -> TripFeelings:
            mean, worst, last = (scores.emotion(tallies.get((place, moment), [])) for moment in range(len(_MOMENTS)))
            return TripFeelings(mean.answers, mean, worst, last)

        return TripMomentsResult(
            journey=felt(-1),
            stages=tuple(
                StageMoments(id, felt(index), int(partial.chased[index]), int(partial.chases[index]))
                for index, id in enumerate(self.plan.stages)
            ),
        )


def against_expected(expected: float | None, measured: Emotion) -> Against | None:
    """Hold a measured emotion against the one that the map expects (None: it expects none).

    *Above* or *below* where its 95 % interval lies wholly there, *too few* under ten answers.
    """
    if expected is None:
        return None
    if measured.low is None or measured.high is None:
        return "too few"
    if measured.low > expected:
        return "above"
    return "below" if measured.high < expected else "as expected"


def _moments(lived: Lived, chosen: Bools) -> tuple[Int64s, Int64s, Int64s]:
    """Give the mean, worst and last valence, in ten-thousandths, of each trip that has an answer among ``chosen``."""
    at = np.flatnonzero(chosen)
    trip = lived.answer_trip[at]
    when = lived.ground.table.time_us[lived.answers.row[at]]
    valence = np.rint(lived.valence[at] * UNIT).astype(np.int64)
    order = np.lexsort((when, trip))
    trip, when, valence = trip[order], when[order], valence[order]
    if not len(trip):
        return valence, valence, valence
    first = np.flatnonzero(np.r_[True, trip[1:] != trip[:-1]])
    sizes = np.diff(np.r_[first, len(trip)])
    last_instant = np.repeat(when[first + sizes - 1], sizes)
    is_last = when == last_instant
    mean = _rounded(np.add.reduceat(valence, first), sizes)
    last = _rounded(
        np.add.reduceat(np.where(is_last, valence, 0), first), np.add.reduceat(is_last.astype(np.int64), first)
    )
    return mean, np.minimum.reduceat(valence, first), last


def _rounded(total: Int64s, n: Int64s) -> Int64s:
    return np.rint(total / n).astype(np.int64)


def _cells(felt: TripFeelings) -> dict[str, Any]:
    cells: dict[str, Any] = {"trips": felt.trips}
    for name in _MOMENTS:
        emotion: Emotion = getattr(felt, name)
        cells |= {name: emotion.mean, f"{name}_low": emotion.low, f"{name}_high": emotion.high}
    return cells
