"""A log laid over a plan: its trips, placed, and what was answered in them. Every analysis over a map begins here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from parcours.engine.feelings import (
    STAGE_PROPERTY,
    TOUCHPOINT_PROPERTY,
    Answers,
    FeelingColumn,
    check_feelings,
    read_answers,
    settle,
    valences,
)
from parcours.engine.kinds import Kinds, plan_columns, sort_into_kinds
from parcours.engine.placement import OUTSIDE, Trips, check_plan, place
from parcours.engine.plan import Plan
from parcours.engine.table import EventTable, Floats, Int64s
from parcours.engine.trips import Lanes, TripFilter, TripRows, filter_columns, filter_trips, lanes_of, trip_rows
from parcours.language.errors import UsageError
from parcours.language.translation import _


@dataclass(frozen=True)
class Frame:
    """What an analysis over a map looks at.

    ``timeout_us`` is the silence after which a trip counts as left, ``data_end_us`` the cut-off: later events are not
    looked at. ``feelings`` are the properties that hold answers. ``only`` leaves out all other trips, and all answers
    outside those that are left.
    """

    plan: Plan
    timeout_us: int
    data_end_us: int
    feelings: tuple[FeelingColumn, ...] = ()
    only: TripFilter | None = None

    def __post_init__(self) -> None:
        check_plan(self.plan)
        check_feelings(self.feelings)
        if self.timeout_us < 0:
            raise UsageError(
                _("A timeout cannot be negative."), value=self.timeout_us, expected=_("Give a time such as 30d.")
            )

    @property
    def columns(self) -> tuple[str, ...]:
        """The properties of rules and feelings; ``stage`` and ``touchpoint`` are read where the log has them."""
        return tuple(sorted(self.rule_columns | self.feeling_columns))

    @property
    def rule_columns(self) -> set[str]:
        """The properties that decide what a trip is and where its events are placed."""
        chosen = filter_columns(self.only) if self.only is not None else set()
        return plan_columns(self.plan) | chosen

    @property
    def feeling_columns(self) -> set[str]:
        """The properties that hold answers, and those that may say where these belong."""
        found = {column.property for column in self.feelings}
        return found | {STAGE_PROPERTY, TOUCHPOINT_PROPERTY} if found else found


@dataclass(frozen=True)
class Ground:
    """The trips of a table before they are placed. ``table`` has lanes where the log has persons."""

    frame: Frame
    lanes: Lanes
    kinds: Kinds
    rows: TripRows

    @property
    def table(self) -> EventTable:
        """The events, lane by lane."""
        return self.lanes.table

    @property
    def persons(self) -> Int64s:
        """The log's id of the person of each trip, ascending."""
        return self.table.persons[self.rows.lane]

    def place(self, answer_rows: Int64s) -> Trips:
        """Place the trips; ``answer_rows`` as for ``placement.place``."""
        frame = self.frame
        return place(
            frame.plan, self.table, self.kinds, self.rows,
            timeout_us=frame.timeout_us, data_end_us=frame.data_end_us, answer_rows=answer_rows,
        )  # fmt: skip


@dataclass(frozen=True)
class Lived:
    """Placed trips and valid answers: ``stage`` and ``touchpoint`` say where each answer belongs (-1: nowhere)."""

    ground: Ground
    trips: Trips
    answers: Answers
    stage: Int64s
    touchpoint: Int64s

    @cached_property
    def answer_trip(self) -> Int64s:
        """The trip of each answer, -1 outside any."""
        rows = self.ground.rows
        if not len(rows):
            return np.full(len(self.answers.row), -1, np.int64)
        trip = np.searchsorted(rows.first, self.answers.row, side="right") - 1
        inside = (trip >= 0) & (self.answers.row < rows.end[trip])
        return np.where(inside, trip, -1).astype(np.int64)

    @cached_property
    def valence(self) -> Floats:
        """The valence −2..+2 of each answer."""
        return valences(self.ground.frame.feelings, self.answers)


def lay_trips(frame: Frame, table: EventTable) -> Ground:
    """Find the trips of ``table``."""
    lanes = lanes_of(frame.plan, table)
    kinds = sort_into_kinds(frame.plan, lanes.table)
    rows = trip_rows(frame.plan, lanes, kinds, timeout_us=frame.timeout_us, data_end_us=frame.data_end_us)
    if frame.only is not None:
        rows = filter_trips(rows, lanes.table, frame.only)
    return Ground(frame, lanes, kinds, rows)


def live(frame: Frame, table: EventTable) -> Lived:
    """Lay ``table`` over the plan and read its answers."""
    ground = lay_trips(frame, table)
    answers = read_answers(frame.feelings, frame.plan, ground.table, frame.data_end_us)
    trips = ground.place(answers.rows)
    if frame.only is not None:
        inside = trips.answer_touchpoint != OUTSIDE
        kept = answers.chosen(inside[np.searchsorted(answers.rows, answers.row)])
        stage, touchpoint = settle(kept, frame.plan, trips.answer_touchpoint[inside])
        return Lived(ground, trips, kept, stage, touchpoint)
    stage, touchpoint = settle(answers, frame.plan, trips.answer_touchpoint)
    return Lived(ground, trips, answers, stage, touchpoint)
