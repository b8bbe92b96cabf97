"""What a trip is: which rows of a log belong to which way through the map.

**Lane.** Without a ``key`` all events of a person stand in one lane. With one, a person has a lane per value of that
property; an event without a value follows the last instant at or before it at which the person has events with one
(where these have several values, the first of them in alphabetical or numeric order). Events before any value lie
outside every trip.

**Start.** Without ``starts_when`` a lane is one trip, from its first event to its last. With it, a trip begins at the
instant of the first event that the rule matches, and another begins at the first such instant after the trip has
ended: after the first success or failure, or after a silence longer than the timeout. A trip keeps the events that
follow its end until the next one begins: reception, evaluation and loyalty come after the purchase. Events before the
first start lie outside. Events after the data's end are not looked at.

**State.** Succeeded or failed by whichever of ``succeeds_when`` and ``fails_when`` matched first in the trip (success,
where both first matched at one instant); else left, when another trip follows it or when its last event lies more than
the timeout before the data's end; else open. So a person who comes back after a long silence and buys has succeeded.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from parcours.engine.kinds import Kinds
from parcours.engine.plan import Plan
from parcours.engine.predicates import Rule, evaluate, missing_values, property_column, rule_columns
from parcours.engine.table import Bools, Column, EventTable, Int64s

NO_TRIP, OPEN, LEFT, FAILED, SUCCEEDED = 0, 1, 2, 3, 4


@dataclass(frozen=True)
class Lanes:
    """The rows of a log lane by lane. ``table`` has a lane where a log has a person: ``table.persons`` repeats ids.

    ``trips_in`` says of each lane whether it can hold trips (None: each can). ``key_row`` gives for each lane a row
    of ``table`` that has its key, -1 where there is none.
    """

    table: EventTable
    trips_in: Bools | None = None
    key_row: Int64s | None = None


@dataclass(frozen=True)
class TripRows:
    """The trips, ascending: the ``lane`` of each, its rows ``first``..``end`` (excluded), whether another one of its
    lane follows it, and whether it is ``tied``: has two events at one instant."""

    lane: Int64s
    first: Int64s
    end: Int64s
    followed: Bools
    tied: Bools

    def __len__(self) -> int:
        return len(self.lane)

    def chosen(self, keep: Bools) -> TripRows:
        """Return the trips for which ``keep`` holds."""
        return TripRows(self.lane[keep], self.first[keep], self.end[keep], self.followed[keep], self.tied[keep])


@dataclass(frozen=True)
class TripFilter:
    """Only trips that began in ``from_us`` <= start < ``until_us``, and in which ``property`` has ``value`` at the
    first instant at which it has any; ``value`` None means the trips in which it never has one. A bound or a property
    that is None asks for nothing. A trip with several values at that instant counts under each of them.

    ``matching`` keeps the trips in which any event satisfies the rule, ``without`` those in which none does.
    """

    from_us: int | None = None
    until_us: int | None = None
    property: str | None = None
    value: str | float | bool | None = field(default=None)
    matching: Rule | None = None
    without: Rule | None = None


def filter_columns(only: TripFilter) -> set[str]:
    """Return the properties that a filter reads."""
    named = {only.property} if only.property is not None else set()
    rules = (rule for rule in (only.matching, only.without) if rule is not None)
    return named.union(*(rule_columns(rule) for rule in rules))


def lanes_of(plan: Plan, table: EventTable) -> Lanes:
    """Sort the rows of ``table`` into lanes; the table itself where the plan has no key."""
    if plan.key is None:
        return Lanes(table)
    from parcours.engine import _trip_kernels as kernels

    rank = _ranks(property_column(table, plan.key))
    carried = np.empty(len(rank), np.int64)
    kernels.carry_keys(table.offsets, table.time_us, rank, carried)
    width = int(rank.max(initial=-1)) + 2
    person = np.repeat(np.arange(len(table.persons)), np.diff(table.offsets))
    place = person * width + carried + 1
    order = np.argsort(place, kind="stable")  # rows of a person are nearly in order: this costs little
    place = place[order]
    starts = np.flatnonzero(np.r_[True, place[1:] != place[:-1]]) if len(place) else np.empty(0, np.int64)
    sorted_table = EventTable(
        persons=table.persons[person[order[starts]]],
        offsets=np.r_[starts, len(place)].astype(np.int64),
        time_us=table.time_us[order],
        name=table.name[order],
        names=table.names,
        load=lambda name: _reordered(table.column(name), order),
        loadable=table.properties,
    )
    has_key = rank[order] >= 0
    key_row = np.full(len(starts), -1, np.int64)
    lane = np.repeat(np.arange(len(starts)), np.diff(sorted_table.offsets))
    rows = np.flatnonzero(has_key)[::-1]
    key_row[lane[rows]] = rows  # the first row of each lane is written last
    return Lanes(sorted_table, place[starts] % width > 0, key_row)


def trip_rows(plan: Plan, lanes: Lanes, kinds: Kinds, *, timeout_us: int, data_end_us: int) -> TripRows:
    """Find the trips of every lane."""
    from parcours.engine import _trip_kernels as kernels

    table = lanes.table
    usable = np.ones(len(table.persons), np.bool_) if lanes.trips_in is None else lanes.trips_in
    if plan.starts_when is None:
        first = table.offsets[:-1]
        end = kernels.ends_before(table.offsets, table.time_us, data_end_us)
        lane = np.flatnonzero(usable & (end > first))
        first, end, tied = first[lane], end[lane], np.zeros(len(lane), np.bool_)
        kernels.find_ties(first, end, table.time_us, tied)
        return TripRows(lane, first, end, np.zeros(len(lane), np.bool_), tied)
    return TripRows(
        *kernels.split_trips(table.offsets, table.time_us, kinds.kind, kinds.flags, usable, data_end_us, timeout_us)
    )


def filter_trips(trips: TripRows, table: EventTable, only: TripFilter) -> TripRows:
    """Keep the trips that ``only`` asks for."""
    keep = np.ones(len(trips), np.bool_)
    begun = table.time_us[trips.first]
    if only.from_us is not None:
        keep &= begun >= only.from_us
    if only.until_us is not None:
        keep &= begun < only.until_us
    if only.property is not None:
        keep &= _has_value(trips, table, only.property, only.value)
    if only.matching is not None:
        keep &= _has_match(trips, table, only.matching)
    if only.without is not None:
        keep &= ~_has_match(trips, table, only.without)
    return trips.chosen(keep)


def _has_match(trips: TripRows, table: EventTable, rule: Rule) -> Bools:
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(evaluate(rule, table), dtype=np.int64)])
    return np.asarray(before[trips.end] > before[trips.first], np.bool_)


def _has_value(trips: TripRows, table: EventTable, name: str, value: object) -> Bools:
    from parcours.engine import _trip_kernels as kernels
    from parcours.engine.predicates import Condition, holds

    column = property_column(table, name)
    known = ~missing_values(column)
    if value is None:
        never: Bools = kernels.first_known(trips.first, trips.end, table.time_us, known, known) == 0
        return never
    fits = holds(Condition(name, "=", value), column)  # type: ignore[arg-type]
    found: Bools = kernels.first_known(trips.first, trips.end, table.time_us, known, fits) == 2
    return found


def _ranks(column: Column) -> Int64s:
    """Number the values of a key in alphabetical or numeric order; -1 where there is none."""
    missing = missing_values(column)
    ranks = np.full(len(missing), -1, np.int64)
    present = column.values[~missing]
    if column.kind == "text" and column.vocabulary is not None:
        codes, inverse = np.unique(present, return_inverse=True)
        words = np.array([column.vocabulary.words[code] for code in codes.tolist()], dtype=object)
        place = np.empty(len(codes), np.int64)
        place[np.argsort(words, kind="stable")] = np.arange(len(codes))
        ranks[~missing] = place[inverse]
    else:
        ranks[~missing] = np.unique(present, return_inverse=True)[1]
    return ranks


def _reordered(column: Column, order: npt.NDArray[np.intp]) -> Column:
    return Column(column.kind, column.values[order], column.vocabulary)
