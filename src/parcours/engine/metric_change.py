"""One metric before and after: trips that began in one period held against those that began in another.

The figures are those of ``engine.journey`` and ``engine.metrics``, the differences those of ``engine.differences``: of
shares, means, NPS and typical times. Ratios of events differ by Welch's interval of their two linearised variances. A
person with trips in both periods stands on both sides, and counts there as independent. Each side is seen as the log
stood at an instant of its own, so that the trips of both can have had the same time. What differs between two periods
has changed since, which is not to say because.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from parcours.engine.comparing import Side, check_apart
from parcours.engine.differences import UNIT, Difference, Moments, of_means, of_nps, of_shares, of_times
from parcours.engine.feelings import GROUPS
from parcours.engine.figures import FigureKey
from parcours.engine.lived import Frame, Lived, live
from parcours.engine.metric_units import Counting, metric_columns
from parcours.engine.metrics import Sums, metric_difference, metric_sums
from parcours.engine.placement import trips_in
from parcours.engine.plan import PlannedMetric
from parcours.engine.results import Result
from parcours.engine.table import Bools, EventTable, Floats
from parcours.engine.trips import OPEN, SUCCEEDED, TripFilter

StageMetric = Literal["conversion", "leak", "time", "nps", "csat", "ces", "ces_effort"]
"""Metrics that are figures of a stage or of the whole map."""
_SCORES = ("nps", "csat", "ces", "ces_effort")


@dataclass(frozen=True)
class ChangeResult(Result):
    """The trips of both periods, and how the metric differs: the second period is the base."""

    after: Side
    before: Side
    difference: Difference

    def rows(self) -> list[dict[str, Any]]:
        """One line."""
        plain = self.to_dict()
        return [plain["difference"] | {f"{name}_trips": plain[name]["trips"] for name in ("after", "before")}]


@dataclass(frozen=True)
class MetricChange(Frame):
    """A metric of the trips of ``after`` against those of ``before``, two filters that no trip can pass both of.

    ``asked`` carries its own rules, or is a figure of the stage with index ``stage`` (None: of the whole map). Trips of
    ``before`` are seen up to ``before_end_us`` (None: the data's end), those of ``after`` up to the data's end.
    """

    asked: StageMetric | PlannedMetric = "conversion"
    stage: int | None = None
    after: TripFilter = field(default_factory=TripFilter)
    before: TripFilter = field(default_factory=TripFilter)
    before_end_us: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_apart(self.after, self.before)

    @property
    def columns(self) -> tuple[str, ...]:
        """Those that decide what a trip is, and those that the metric reads."""
        own = metric_columns(self.asked) if isinstance(self.asked, PlannedMetric) else set()
        felt = self.feeling_columns if self.asked in _SCORES else set()
        chosen = {side.property for side in (self.after, self.before) if side.property is not None}
        return tuple(sorted(self.rule_columns | own | felt | chosen))

    def partial(self, table: EventTable) -> tuple[Sums, Sums]:
        """Add up both periods among the persons of one table: trips, those ended, then what the metric adds."""
        feelings = self.feelings if self.asked in _SCORES else ()
        until = self.data_end_us if self.before_end_us is None else self.before_end_us
        after, before = (
            self._side(live(Frame(self.plan, self.timeout_us, end, feelings, side), table))
            for side, end in ((self.after, self.data_end_us), (self.before, until))
        )
        return after, before

    def merge(self, left: tuple[Sums, Sums], right: tuple[Sums, Sums]) -> tuple[Sums, Sums]:
        """Add the sums."""
        after, before = (
            tuple(one + other for one, other in zip(*pair, strict=True)) for pair in zip(left, right, strict=True)
        )
        return after, before

    def finish(self, partial: tuple[Sums, Sums]) -> ChangeResult:
        """Compare period with period."""
        sides = [Side(trips, ended, trips - ended) for trips, ended, *_rest in partial]
        return ChangeResult(sides[0], sides[1], self._difference(partial[0][2:], partial[1][2:]))

    def _side(self, lived: Lived) -> Sums:
        state = lived.trips.state
        return len(state), int((state != OPEN).sum()), *self._sums(lived)

    def _sums(self, lived: Lived) -> Sums:
        if isinstance(self.asked, PlannedMetric):
            return metric_sums(Counting(lived.ground, lived.trips), self.asked)
        if self.asked in _SCORES:
            return self._answers(lived)
        return _moments(np.log1p(self._seconds(lived))) if self.asked == "time" else self._share(lived)

    def _share(self, lived: Lived) -> Sums:
        trips = lived.trips
        if self.stage is None:
            ended = trips.state != OPEN
            won = trips.state == SUCCEEDED
            return _hits(won if self.asked == "conversion" else ~won, ended)
        hits, cases = ("went_on", "settled") if self.asked == "conversion" else ("lost", "entered")
        found = [trips_in(FigureKey("stage", self.stage, name), trips) for name in (hits, cases)]
        return _hits(*found)

    def _seconds(self, lived: Lived) -> Floats:
        trips = lived.trips
        if self.stage is not None:
            return np.asarray(trips.stay_us[trips.stay_stage == self.stage] / 1e6, np.float64)
        won = trips.state == SUCCEEDED
        begun = lived.ground.table.time_us[trips.rows.first[won]]
        return np.asarray((trips.over_us[won] - begun) / 1e6, np.float64)

    def _answers(self, lived: Lived) -> Sums:
        kind, effort = str(self.asked).removesuffix("_effort"), self.asked == "ces_effort"
        answers = lived.answers
        here = np.ones(len(answers.value), np.bool_) if self.stage is None else lived.stage == self.stage
        chosen = [
            (column, answers.value[here & (answers.column == index)])
            for index, column in enumerate(self.feelings)
            if GROUPS[column.group()] == (kind, effort)
        ]
        value = np.concatenate([np.empty(0), *(values for _column, values in chosen)])
        if kind == "nps":
            return int((value >= 9).sum()), int((value < 7).sum()), len(value)
        if kind == "csat":
            return sum(int(column.satisfied(values).sum()) for column, values in chosen), len(value)
        return _moments(value)

    def _difference(self, after: Sums, before: Sums) -> Difference:
        asked = self.asked
        if isinstance(asked, PlannedMetric):
            return metric_difference(asked, after, before)
        if asked == "nps":
            return of_nps(*after, *before)
        if asked in ("time", "ces", "ces_effort"):
            measure = of_times if asked == "time" else of_means
            return measure(Moments(*after), Moments(*before))
        return of_shares(after[0], after[1], before[0], before[1])


def _hits(hits: Bools, cases: Bools) -> Sums:
    return int((hits & cases).sum()), int(cases.sum())


def _moments(values: Floats) -> Sums:
    whole = np.rint(values * UNIT).astype(np.int64)
    return len(whole), int(whole.sum()), int((whole**2).sum())
