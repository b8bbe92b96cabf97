"""Who the cases of a figure are, whatever the figure: trips, answers, promises given, units of a metric."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from parcours.engine.deviations import figure_trips
from parcours.engine.feelings import answers_in
from parcours.engine.figures import FigureKey
from parcours.engine.held import Held, hold
from parcours.engine.lived import Frame, Lived, live
from parcours.engine.metric_units import Counting
from parcours.engine.placement import trips_in
from parcours.engine.plan import PROMISE_STATES, PromiseState
from parcours.engine.predicates import person_of
from parcours.engine.promises import promise_persons, promises_of
from parcours.engine.table import Bools, EventTable, Int64s


class Casework:
    """The cases among the persons of one table. Trips are held against the plan when first needed."""

    def __init__(self, frame: Frame, table: EventTable) -> None:
        self.table = table
        self.lived: Lived = live(frame, table)

    @cached_property
    def held(self) -> Held:
        """The trips held against the plan."""
        return hold(self.lived.ground, self.lived.trips)

    @cached_property
    def counting(self) -> Counting:
        """The metrics counted in the trips."""
        return Counting(self.lived.ground, self.lived.trips)

    def answers(self, figure: FigureKey) -> Bools:
        """Whether each valid answer is a case of a figure of answers."""
        settled = (self.lived.stage, self.lived.touchpoint)
        return answers_in(figure, self.lived.answers, settled, self.lived.ground.frame.feelings)

    def persons(self, figure: FigureKey) -> Int64s:
        """Return the log's id of the person of each case, ascending."""
        lived = self.lived
        if (figure.scope, figure.name) == ("journey", "persons"):
            return self.table.persons
        if figure.name == "invalid_answers":
            return self.at(lived.answers.invalid)
        if figure.of_answers:
            return self.at(lived.answers.row[self.answers(figure)])
        if figure.of_metric:
            return np.sort(self.counting.persons(lived.ground.frame.plan.metrics[figure.index], figure.name))
        if figure.of_promises:
            chosen = promises_of(figure, lived.ground.frame.plan)
            return np.sort(promise_persons(lived, self.held, chosen, _state(figure.name)))
        if figure.of_plan:
            return lived.ground.persons[figure_trips(figure, lived.ground.frame.plan, self.held, lived.trips)]
        return lived.ground.persons[trips_in(figure, lived.trips)]

    def at(self, rows: Int64s) -> Int64s:
        """Return the log's id of the person of each of ``rows``."""
        lanes = self.lived.ground.table
        return lanes.persons[person_of(lanes, rows)]


def _state(name: str) -> PromiseState:
    return PROMISE_STATES[PROMISE_STATES.index(name)]
