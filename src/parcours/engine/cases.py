"""The cases behind many figures of a journey in one pass: the first ones of each, and how many there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from parcours.engine.casework import Casework
from parcours.engine.figures import FigureKey, parse_figure
from parcours.engine.journey import Journey
from parcours.engine.metric_units import metric_columns
from parcours.engine.table import EventTable, Floats, Int32s, Int64s


@dataclass(frozen=True)
class Cases:
    """``total`` cases of a figure and the first of them: ``persons`` ascending, one per case, perhaps fewer.

    For a figure of valid answers ``feelings`` and ``values`` say of each case which of the journey's feelings was
    answered with what; both are empty for figures of persons.
    """

    total: int
    persons: Int64s
    feelings: Int32s
    values: Floats

    def sorted(self) -> Cases:
        """Return them ascending by person."""
        order = np.argsort(self.persons, kind="stable")
        answered = len(self.values) > 0
        return Cases(
            self.total,
            self.persons[order],
            self.feelings[order] if answered else self.feelings,
            self.values[order] if answered else self.values,
        )

    def first(self, most: int | None) -> Cases:
        """Keep at most ``most`` (None: all)."""
        return Cases(self.total, self.persons[:most], self.feelings[:most], self.values[:most])


@dataclass(frozen=True)
class JourneyCases:
    """The first ``most`` cases (None: all) of each of ``figures``; totals equal ``figure_count``.

    UsageError for a key that the plan does not have.
    """

    journey: Journey
    figures: tuple[str, ...]
    most: int | None = None

    def __post_init__(self) -> None:
        for figure in self.figures:
            parse_figure(figure, self.journey.plan)

    @property
    def columns(self) -> tuple[str, ...]:
        """Those of the journey, and those of the metrics asked for."""
        plan = self.journey.plan
        keys = (parse_figure(figure, plan) for figure in self.figures)
        own = (metric_columns(plan.metrics[key.index]) for key in keys if key.of_metric)
        return tuple(sorted(set(self.journey.columns).union(*own)))

    def partial(self, table: EventTable) -> dict[str, Cases]:
        """List the cases among the persons of one table, who stand there in ascending order."""
        keys = {figure: parse_figure(figure, self.journey.plan) for figure in self.figures}
        work = Casework(self.journey, table)
        return {figure: _cases(key, work).first(self.most) for figure, key in keys.items()}

    def merge(self, left: dict[str, Cases], right: dict[str, Cases]) -> dict[str, Cases]:
        """Lay the lists beside each other and keep the first again."""
        return {figure: _joined(left[figure], right[figure]).sorted().first(self.most) for figure in left}

    def finish(self, partial: dict[str, Cases]) -> Mapping[str, Cases]:
        """Give the cases by figure."""
        return partial


def _cases(key: FigureKey, work: Casework) -> Cases:
    if not key.of_answers or key.name == "invalid_answers":
        return _of_persons(work.persons(key))
    answers, chosen = work.lived.answers, np.flatnonzero(work.answers(key))
    return Cases(len(chosen), work.at(answers.row[chosen]), answers.column[chosen], answers.value[chosen])


def _of_persons(persons: Int64s) -> Cases:
    return Cases(len(persons), persons, np.empty(0, np.int32), np.empty(0))


def _joined(left: Cases, right: Cases) -> Cases:
    return Cases(
        left.total + right.total,
        np.concatenate([left.persons, right.persons]),
        np.concatenate([left.feelings, right.feelings]),
        np.concatenate([left.values, right.values]),
    )
