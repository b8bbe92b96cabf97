"""Who counts in a metric that carries its own rules: persons, trips or events, one by one.

Only events inside trips count, up to the data's end. **Units** of a metric are the trips, or the persons who made any.

**Ratio by persons or trips.** A unit with an event of the ``denominator`` has the ``numerator`` when, at or after the
first instant of these, at least ``at_least`` events of the numerator stand: at one instant the order of events never
matters, and an event of both rules is one of both. It **counts** once it has the numerator, or once it has ended: a
trip when it has succeeded, failed or was left (``engine.trips``), a person when all trips of theirs have. Until then
it is under way and stands in neither number. The instant and the events of a person run through all of their trips.

**Ratio by events.** Events of the numerator ÷ events of the denominator, in whatever order they come.

**Value.** The sum of a property over a unit's events of the numerator, as of the data's end, ended or not. A value
that is missing or beyond ±``MOST`` is no value; a unit without any is not counted. Values are summed in whole
ten-thousandths, so that no order of summing changes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from parcours.engine.differences import UNIT
from parcours.engine.lived import Ground
from parcours.engine.placement import Trips
from parcours.engine.plan import PlannedMetric
from parcours.engine.predicates import Rule, evaluate, rule_columns
from parcours.engine.table import Bools, Column, EventTable, Floats, Int64s
from parcours.engine.trips import OPEN
from parcours.language.errors import UsageError, shorten
from parcours.language.translation import _

MOST = 1e11
"""Larger amounts are taken for mistakes of the log: sums of whole ten-thousandths would no longer be exact."""
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Units:
    """The units of a metric in a table: ``person`` (the log's id) of each, and what is known of it."""

    person: Int64s


@dataclass(frozen=True)
class RatioUnits(Units):
    """``asked``: has an event of the denominator; ``has``: has the numerator; ``under_way``: has not ended."""

    asked: Bools
    has: Bools
    under_way: Bools

    def chosen(self, name: str) -> Bools:
        """Whether each unit is a case of the figure ``name``."""
        counted = self.asked & (self.has | ~self.under_way)
        return {
            "numerator": counted & self.has,
            "denominator": counted,
            "without": counted & ~self.has,
            "open": self.asked & ~counted,
        }[name]


@dataclass(frozen=True)
class EventUnits(Units):
    """Persons with how many events of each rule they have in their trips."""

    numerator: Int64s
    denominator: Int64s


@dataclass(frozen=True)
class ValueUnits(Units):
    """``events`` of the numerator, how many of them have a value (``valued``), and its sum ``total`` in ``UNIT``."""

    events: Int64s
    valued: Int64s
    total: Int64s

    def chosen(self, name: str) -> Bools:
        """Whether each unit is a case of the figure ``name``."""
        return self.valued > 0 if name == "numerator" else (self.events > 0) & (self.valued == 0)


def metric_columns(metric: PlannedMetric) -> set[str]:
    """Return the properties that ``metric`` reads."""
    rules = [metric.numerator] if metric.denominator is None else [metric.numerator, metric.denominator]
    found = {name for rule in rules for name in rule_columns(rule)}
    return found | {metric.property} if metric.kind == "value" else found


class Counting:
    """Counts the metrics of a plan in the placed trips of one table."""

    def __init__(self, ground: Ground, trips: Trips) -> None:
        self.ground, self.trips = ground, trips

    def ratio(self, metric: PlannedMetric) -> RatioUnits:
        """Look at the units of a ratio by persons or trips."""
        person, unit = self._units(metric)
        assert metric.denominator is not None
        first = np.full(len(person), _NEVER, np.int64)
        when = self.ground.table.time_us
        rows, trip = self._inside(metric.denominator)
        np.minimum.at(first, unit[trip], when[rows])
        rows, trip = self._inside(metric.numerator)
        mine = unit[trip]
        times = np.bincount(mine[when[rows] >= first[mine]], minlength=len(person))
        under_way = np.bincount(unit[self.trips.state == OPEN], minlength=len(person)) > 0
        return RatioUnits(person, first != _NEVER, times >= metric.at_least, under_way)

    def events(self, metric: PlannedMetric) -> EventUnits:
        """Count the events of both rules, person by person."""
        person, unit = self._persons
        assert metric.denominator is not None
        return EventUnits(
            person,
            *(
                np.bincount(unit[self._inside(rule)[1]], minlength=len(person))
                for rule in (metric.numerator, metric.denominator)
            ),
        )

    def value(self, metric: PlannedMetric) -> ValueUnits:
        """Sum the property over the events of the numerator. UsageError where it holds no numbers."""
        person, unit = self._units(metric)
        rows, trip = self._inside(metric.numerator)
        mine = unit[trip]
        worth = _amounts(self.ground.table, metric)[rows]
        usable = np.abs(worth) <= MOST  # never true of a missing value
        total = np.zeros(len(person), np.int64)
        np.add.at(total, mine[usable], np.rint(worth[usable] * UNIT).astype(np.int64))
        valued = np.bincount(mine[usable], minlength=len(person))
        return ValueUnits(person, np.bincount(mine, minlength=len(person)), valued, total)

    def persons(self, metric: PlannedMetric, name: str) -> Int64s:
        """Return the log's id of the person of each case of the figure ``name``, in the order of the table."""
        if metric.kind == "value":
            values = self.value(metric)
            return values.person[values.chosen(name)]
        if metric.unit != "events":
            units = self.ratio(metric)
            return units.person[units.chosen(name)]
        counts = self.events(metric)
        return np.repeat(counts.person, counts.numerator if name == "numerator" else counts.denominator)

    @cached_property
    def _persons(self) -> tuple[Int64s, Int64s]:
        """The persons who made trips, and which of them made each trip."""
        person, unit = np.unique(self.ground.persons, return_inverse=True)
        return person, unit.astype(np.int64)

    def _units(self, metric: PlannedMetric) -> tuple[Int64s, Int64s]:
        """Give the person of each unit, and the unit of each trip."""
        if metric.unit == "trips":
            return self.ground.persons, np.arange(len(self.ground.rows))
        return self._persons

    def _inside(self, rule: Rule) -> tuple[npt.NDArray[np.intp], Int64s]:
        """Give the rows inside trips that ``rule`` matches, and the trip of each."""
        trips = self.ground.rows
        rows = np.flatnonzero(evaluate(rule, self.ground.table))
        if not len(trips):
            return rows[:0], np.empty(0, np.int64)
        trip = np.searchsorted(trips.first, rows, side="right") - 1
        inside = (trip >= 0) & (rows < trips.end[trip])
        return rows[inside], trip[inside].astype(np.int64)


def _amounts(table: EventTable, metric: PlannedMetric) -> Floats:
    """Return the property of a value for every event; NaN everywhere where the log does not have it."""
    try:
        column: Column = table.column(metric.property)
    except KeyError:
        return np.full(len(table), np.nan)
    if column.kind != "number":
        raise UsageError(
            _("The metric “{id}” adds up the property “{property}”, which holds no numbers.").format(
                id=shorten(metric.id), property=shorten(metric.property)
            ),
            value=metric.property,
            expected=_("Name a property of numbers, such as “value”."),
        )
    return np.asarray(column.values, np.float64)
