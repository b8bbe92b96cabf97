"""Promises kept and broken: how often, how late, and what people feel afterwards.

``engine.held`` says when a promise is given, kept, broken or pending. Delays run by the promise's own clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from parcours.engine.differences import UNIT, Difference, Moments, of_means
from parcours.engine.figures import FigureKey
from parcours.engine.gaps import longest_of_slot
from parcours.engine.held import BROKEN, KEPT, PENDING, Held, hold
from parcours.engine.lived import Frame, Lived, live
from parcours.engine.plan import PROMISE_STATES, Clock, Plan, PromiseState
from parcours.engine.results import Result
from parcours.engine.scores import wilson
from parcours.engine.table import Bools, EventTable, Int32s, Int64s

_COUNTS = len(PROMISE_STATES)


@dataclass(frozen=True, slots=True)
class PromiseFigures:
    """How often a promise was ``given``, ``kept``, ``broken`` (of these ``unmet``: not met up to the data's end) and is
    ``pending``.

    ``share`` is kept ÷ (kept + broken), with Wilson's interval at 95 %; None where none is settled. ``as_meant`` says
    whether the share reaches the promise's percentile. ``median_seconds`` and ``percentile_95_seconds`` are of the
    delays of all settled ones, rounded up by less than 0.1 %; None where so many were never met that nobody can say.
    ``feeling`` compares what is answered next in the trip after broken ones with what is answered after kept ones: the
    mean valence at the first instant with any answer, at or after the one at which the promise was met or, where it was
    not, its time was over.
    """

    id: str
    stage: str
    touchpoint: str
    owner: str | None
    clock: Clock
    within_seconds: float
    percentile: float
    given: int
    kept: int
    broken: int
    unmet: int
    pending: int
    share: float | None
    low: float | None
    high: float | None
    as_meant: bool | None
    median_seconds: float | None
    percentile_95_seconds: float | None
    feeling: Difference

    @property
    def settled(self) -> int:
        """How many were kept or broken."""
        return self.kept + self.broken


@dataclass(frozen=True)
class PromisesResult(Result):
    """Every promise of the plan that a log can show, in the order of the map."""

    promises: tuple[PromiseFigures, ...]

    def rows(self) -> list[dict[str, Any]]:
        """One line per promise."""
        lines = []
        for promise in self.promises:
            cells = asdict(promise)
            feeling = cells.pop("feeling")
            lines.append(
                cells | {f"feeling_{part}": feeling[part] for part in ("value", "base", "change", "low", "high")}
            )
        return lines


@dataclass(frozen=True)
class PromisesPartial:
    """Per promise: counts by ``PROMISE_STATES``, met delays by slot, and Σ, Σx, Σx² of next valences by state."""

    counts: npt.NDArray[np.int64]
    delays: npt.NDArray[np.int64]
    felt: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Promises(Frame):
    """The promises of a plan, held against what people lived."""

    def partial(self, table: EventTable) -> PromisesPartial:
        """Count the promises given to the persons of one table."""
        from parcours.engine import _succession_kernels as kernels

        lived = live(self, table)
        given = hold(lived.ground, lived.trips).given
        felt = _next_feelings(lived, given.trip, given.settled_us)
        plan = self.plan
        counts = np.zeros((len(plan.promises), _COUNTS), np.int64)
        delays = np.zeros((len(plan.promises), kernels.SLOTS), np.int64)
        moments = np.zeros((len(plan.promises), 2, 3), np.int64)
        for index in range(len(plan.promises)):
            mine = given.promise == index
            for place, name in enumerate(PROMISE_STATES):
                counts[index, place] = int((mine & promises_in(name, given.state, given.met)).sum())
            met = np.ascontiguousarray(given.delay_us[mine & given.met & (given.state != PENDING)])
            delays[index] = kernels.count_lengths(met)
            for place, state in enumerate((BROKEN, KEPT)):
                here = felt[1][mine & (given.state == state) & (felt[0] > 0)]
                moments[index, place] = len(here), here.sum(), (here**2).sum()
        return PromisesPartial(counts, delays, moments)

    def merge(self, left: PromisesPartial, right: PromisesPartial) -> PromisesPartial:
        """Add the counts."""
        return PromisesPartial(left.counts + right.counts, left.delays + right.delays, left.felt + right.felt)

    def finish(self, partial: PromisesPartial) -> PromisesResult:
        """Turn the counts into figures."""
        return PromisesResult(tuple(self._figures(partial, index) for index in range(len(self.plan.promises))))

    def _figures(self, partial: PromisesPartial, index: int) -> PromiseFigures:
        plan, promise = self.plan, self.plan.promises[index]
        point = plan.touchpoints[promise.touchpoint]
        counts = dict(zip(PROMISE_STATES, (int(count) for count in partial.counts[index]), strict=True))
        settled = counts["kept"] + counts["broken"]
        share = counts["kept"] / settled if settled else None
        low, high = wilson(counts["kept"], settled) if settled else (None, None)
        after_broken, after_kept = (Moments(*(int(one) for one in sums)) for sums in partial.felt[index])
        return PromiseFigures(
            id=promise.id,
            stage=plan.stages[point.stage],
            touchpoint=point.id,
            owner=promise.owner,
            clock=promise.clock,
            within_seconds=promise.within_us / 1e6,
            percentile=promise.percentile,
            **counts,
            share=share,
            low=low,
            high=high,
            as_meant=None if share is None else 100 * counts["kept"] >= promise.percentile * settled,
            median_seconds=_percentile(partial.delays[index], settled, 50),
            percentile_95_seconds=_percentile(partial.delays[index], settled, 95),
            feeling=of_means(after_broken, after_kept),
        )


def promises_in(state: PromiseState, states: npt.NDArray[np.int8], met: Bools) -> Bools:
    """Which of the promises given count under ``state``."""
    if state == "given":
        return np.ones(len(states), np.bool_)
    if state == "unmet":
        return np.asarray((states == BROKEN) & ~met, np.bool_)
    return np.asarray(states == {"kept": KEPT, "broken": BROKEN, "pending": PENDING}[state], np.bool_)


def promises_of(figure: FigureKey, plan: Plan) -> tuple[int, ...]:
    """Return the indexes of the promises that a figure counts: one, or all that a stage's touchpoints keep."""
    if figure.scope == "promise":
        return (figure.index,)
    return tuple(
        index
        for index, promise in enumerate(plan.promises)
        if plan.touchpoints[promise.touchpoint].stage == figure.index
    )


def promise_persons(lived: Lived, held: Held, promises: Sequence[int], state: PromiseState) -> Int64s:
    """Return the log's id of the person of each time that one of ``promises`` was given and counts under ``state``."""
    given = held.given
    chosen = np.isin(given.promise, promises) & promises_in(state, given.state, given.met)
    persons: Int64s = lived.ground.persons[given.trip[chosen]]
    return persons


def _percentile(slots: Int64s, settled: int, percent: int) -> float | None:
    """The shortest delay that at least ``percent`` of a hundred settled promises did not exceed."""
    wanted = (percent * settled + 99) // 100
    if not settled or int(slots.sum()) < wanted:
        return None
    return longest_of_slot(int(np.searchsorted(np.cumsum(slots), wanted))) / 1e6


def _next_feelings(lived: Lived, trip: Int32s, instant: Int64s) -> tuple[Int64s, Int64s]:
    """Give for each (trip, instant) how many answers stand at the next instant that has any, and their mean valence."""
    from parcours.engine import _deviation_kernels as kernels

    inside = np.flatnonzero(lived.answer_trip >= 0)
    when = lived.ground.table.time_us[lived.answers.row[inside]]
    order = np.lexsort((when, lived.answer_trip[inside]))
    valence = np.rint(lived.valence[inside[order]] * UNIT).astype(np.int64)
    count, total = kernels.next_valence(
        lived.answer_trip[inside[order]], when[order], valence, trip, instant, len(lived.trips.rows)
    )
    mean = np.rint(total / np.maximum(count, 1)).astype(np.int64)
    return count, mean
