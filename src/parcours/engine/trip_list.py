"""The trips of a log one by one: when each began and ended, how far it came, where it left the plan, what was felt.

Trips are listed by person, in the order of the log's ids, and by start; those of one instant by key. What is counted
and what is listed are the trips that fit the filter; ``all_trips`` says how many there are without one.

**Value** of a trip: the sum of the property ``value`` over its events, None where none has any. **Last** feeling: the
mean of what was answered at the last instant at which anything was.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, cast, get_args

import numpy as np

from parcours.engine.deviations import figure_trips
from parcours.engine.figures import DEVIATING, FigureKey, parse_figure
from parcours.engine.held import Held, hold
from parcours.engine.lived import Frame, Lived, live
from parcours.engine.plan import DEVIATIONS, DeviationKind, Plan
from parcours.engine.predicates import nearest_first, property_column
from parcours.engine.results import Result
from parcours.engine.table import Bools, Column, EventTable, Int64s
from parcours.engine.trips import OPEN, SUCCEEDED
from parcours.language.errors import UsageError, shorten
from parcours.language.translation import _

TripState = Literal["open", "left", "failed", "succeeded"]
TRIP_STATES: tuple[TripState, ...] = get_args(TripState)
"""The states of a trip, in the order of their codes in ``engine.trips``, which begin with ``OPEN``."""
VALUE = "value"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Trip:
    """One trip. ``person`` is the log's number of the person, or the id that the files gave them; times are
    microseconds since 1970 UTC.

    ``key`` is the value that tells it from the person's other trips (None: the map has no key, or it has no value).
    ``end_us`` is its last event, ``over_us`` when it first succeeded or failed. ``furthest`` and ``stages`` (entered)
    are ids. ``deviations`` are keys of figures that it is a case of, such as ``touchpoint:quote:late``. Feelings are
    valences −2..+2 of its ``answers``, None where there is none.
    """

    person: int | str
    key: str | float | bool | None
    start_us: int
    end_us: int
    over_us: int | None
    state: TripState
    furthest: str | None
    stages: tuple[str, ...]
    events: int
    deviations: tuple[str, ...]
    answers: int
    feeling: float | None
    worst: float | None
    last: float | None
    value: float | None


@dataclass(frozen=True)
class TripsResult(Result):
    """Trips counted, and the first of them listed.

    ``persons`` made the ``trips``; ``several`` of them made more than one, nobody more than ``most_of_one``.
    ``success_seconds`` is the median time from start to success, None where none succeeded. ``all_trips`` are those
    of the whole log, whatever was filtered.
    """

    all_trips: int
    trips: int
    persons: int
    several: int
    most_of_one: int
    succeeded: int
    failed: int
    left: int
    open: int
    success_seconds: float | None
    listed: tuple[Trip, ...]

    @property
    def trips_per_person(self) -> float | None:
        """The mean number of trips of those who made any."""
        return self.trips / self.persons if self.persons else None

    def named(self, names: tuple[str, ...]) -> TripsResult:
        """Put the ids of the files in place of the log's numbers, one for each listed trip."""
        listed = (replace(trip, person=name) for trip, name in zip(self.listed, names, strict=True))
        return replace(self, listed=tuple(listed))

    def rows(self) -> list[dict[str, Any]]:
        """One line per listed trip; times are aware datetimes in UTC, lists are joined by spaces."""
        return [_row(trip) for trip in self.listed]


def _row(trip: Trip) -> dict[str, Any]:
    cells = asdict(trip)
    for name in ("start", "end", "over"):
        instant = cells.pop(f"{name}_us")
        cells[name] = None if instant is None else _EPOCH + timedelta(microseconds=instant)
    cells |= {name: " ".join(cells[name]) for name in ("stages", "deviations")}
    order = ("person", "key", "start", "end", "over", *(field for field in cells if field not in ("person", "key")))
    return {name: cells[name] for name in dict.fromkeys(order)}


@dataclass(frozen=True)
class TripListPartial:
    """The trips of some persons: counts, ``states`` by code from ``OPEN`` on, microseconds until success."""

    all_trips: int
    persons: int
    several: int
    most_of_one: int
    states: Int64s
    success_us: tuple[Int64s, ...]
    listed: tuple[Trip, ...]


@dataclass(frozen=True)
class TripList(Frame):
    """The trips of a log, all or those in one of ``states``, whose furthest stage is ``stage``, that leave the plan
    as ``deviation`` says (a kind, ``deviating``, or the key of a figure such as ``touchpoint:quote:late``), of one
    ``person`` (the log's number); the first ``most`` of them are listed (None: all).

    UsageError for a state, stage or deviation that does not exist.
    """

    states: tuple[TripState, ...] = ()
    stage: str | None = None
    deviation: str | None = None
    person: int | None = None
    most: int | None = 100

    def __post_init__(self) -> None:
        super().__post_init__()
        for state in self.states:
            _known(state, TRIP_STATES, _("There is no state “{name}” of a trip."))
        if self.stage is not None:
            _known(self.stage, self.plan.stages, _("The map has no stage “{name}”."))
        if self.deviation is not None:
            deviation_of(self.deviation, self.plan)

    @property
    def columns(self) -> tuple[str, ...]:
        """Those of the frame, and ``value`` where the log has it."""
        return tuple(sorted({*super().columns, VALUE}))

    def partial(self, table: EventTable) -> TripListPartial:
        """Choose, count and list the trips of the persons of one table."""
        lived = live(self, table)
        trips, rows, persons = lived.trips, lived.trips.rows, lived.ground.persons
        held = hold(lived.ground, trips)
        chosen = np.flatnonzero(self._fits(lived, held))
        each = np.unique(persons[chosen], return_counts=True)[1]
        success = chosen[trips.state[chosen] == SUCCEEDED]
        start = lived.ground.table.time_us[rows.first[chosen]]
        order = np.lexsort((start, persons[chosen]))  # stable: trips of one instant stay in the order of their keys
        return TripListPartial(
            all_trips=len(rows),
            persons=len(each),
            several=int((each > 1).sum()),
            most_of_one=int(each.max(initial=0)),
            states=np.bincount(trips.state[chosen] - OPEN, minlength=len(TRIP_STATES)),
            success_us=(trips.over_us[success] - lived.ground.table.time_us[rows.first[success]],),
            listed=_Teller(lived, held).tell(chosen[order[: self.most]]),
        )

    def merge(self, left: TripListPartial, right: TripListPartial) -> TripListPartial:
        """Add the counts and keep the first trips again."""
        listed = sorted((*left.listed, *right.listed), key=lambda trip: (trip.person, trip.start_us))
        return TripListPartial(
            left.all_trips + right.all_trips,
            left.persons + right.persons,
            left.several + right.several,
            max(left.most_of_one, right.most_of_one),
            left.states + right.states,
            left.success_us + right.success_us,
            tuple(listed[: self.most]),
        )

    def finish(self, partial: TripListPartial) -> TripsResult:
        """Find the median time to success."""
        counts = {state: int(count) for state, count in zip(TRIP_STATES, partial.states, strict=True)}
        success = np.concatenate(partial.success_us)
        return TripsResult(
            all_trips=partial.all_trips,
            trips=sum(counts.values()),
            persons=partial.persons,
            several=partial.several,
            most_of_one=partial.most_of_one,
            **counts,
            success_seconds=float(np.median(success)) / 1e6 if len(success) else None,
            listed=partial.listed,
        )

    def _fits(self, lived: Lived, held: Held) -> Bools:
        trips = lived.trips
        keep = np.ones(len(trips.rows), np.bool_)
        if self.states:
            keep &= np.isin(trips.state, [OPEN + TRIP_STATES.index(state) for state in self.states])
        if self.stage is not None:
            keep &= trips.furthest == self.plan.stages.index(self.stage)
        if self.deviation is not None:
            keep &= figure_trips(deviation_of(self.deviation, self.plan), self.plan, held, trips)
        if self.person is not None:
            keep &= lived.ground.persons == self.person
        return keep


def deviation_of(name: str, plan: Plan) -> FigureKey:
    """Read a kind of deviation, ``deviating``, or a key of trips that leave the plan; UsageError for anything else."""
    figure = parse_figure(f"journey:{name}" if name in (*DEVIATIONS, DEVIATING) else name, plan)
    if figure.name not in (*DEVIATIONS, DEVIATING):
        raise UsageError(
            _("“{name}” is no deviation.").format(name=shorten(name)),
            value=name,
            expected=_("One of {list}, or a key such as touchpoint:ID:late.").format(list=", ".join(DEVIATIONS)),
        )
    return figure


def _known(name: str, names: tuple[str, ...], message: str) -> None:
    if name not in names:
        raise UsageError(message.format(name=shorten(name)), value=name, expected=nearest_first(name, names))


class _Teller:
    """Tells single trips of a table."""

    def __init__(self, lived: Lived, held: Held) -> None:
        self.lived, self.table, self.plan = lived, lived.ground.table, lived.ground.frame.plan
        self.persons = lived.ground.persons
        self.bits = {
            "missing": held.missing, "adhoc": held.beyond, "failing": held.failing,
            "out_of_sequence": held.out_of_sequence, "late": held.late,
        }  # fmt: skip
        self.value = self._column(VALUE)
        self.key = None if self.plan.key is None else property_column(self.table, self.plan.key)

    def tell(self, chosen: Int64s) -> tuple[Trip, ...]:
        """Tell the trips with these indexes."""
        return tuple(self._trip(at) for at in chosen.tolist())

    def _trip(self, at: int) -> Trip:
        trips = self.lived.trips
        first, end = int(trips.rows.first[at]), int(trips.rows.end[at])
        state = TRIP_STATES[int(trips.state[at]) - OPEN]
        stages, furthest = self.plan.stages, int(trips.furthest[at])
        entered = int(trips.entered[at])
        answers, mean, worst, last = self._feelings(first, end)
        return Trip(
            person=int(self.persons[at]),
            key=self._key(int(trips.rows.lane[at])),
            start_us=int(self.table.time_us[first]),
            end_us=int(self.table.time_us[end - 1]),
            over_us=int(trips.over_us[at]) if state in ("succeeded", "failed") else None,
            state=state,
            furthest=stages[furthest] if furthest >= 0 else None,
            stages=tuple(stage for index, stage in enumerate(stages) if entered >> index & 1),
            events=end - first,
            deviations=self._deviations(at),
            answers=answers,
            feeling=mean,
            worst=worst,
            last=last,
            value=self._sum(first, end),
        )

    def _deviations(self, at: int) -> tuple[str, ...]:
        """Stage by stage, its strays before its touchpoints; strays of the journey where no stage has them."""
        trips, found = self.lived.trips, []
        stray = int(trips.stray[at])
        if trips.strays[at] and not stray:
            found.append("journey:adhoc")
        by_stage: list[list[str]] = [[f"stage:{id}:adhoc"] if stray >> index & 1 else []
                                     for index, id in enumerate(self.plan.stages)]  # fmt: skip
        for index, point in enumerate(self.plan.touchpoints):
            for kind in DEVIATIONS:
                if int(self.bits[kind][at, index >> 6]) >> (index & 63) & 1:
                    by_stage[point.stage].append(f"touchpoint:{point.id}:{kind}")
        return (*found, *(key for keys in by_stage for key in keys))

    def _feelings(self, first: int, end: int) -> tuple[int, float | None, float | None, float | None]:
        answers = self.lived.answers
        low, high = np.searchsorted(answers.row, (first, end))
        if low == high:
            return 0, None, None, None
        felt = self.lived.valence[low:high]
        when = self.table.time_us[answers.row[low:high]]
        last = felt[when == when.max()]
        return len(felt), math.fsum(felt) / len(felt), float(felt.min()), math.fsum(last) / len(last)

    def _sum(self, first: int, end: int) -> float | None:
        if self.value is None or self.value.kind != "number":
            return None
        values = self.value.values[first:end]
        known = values[~np.isnan(values)]
        return math.fsum(known) if len(known) else None

    def _key(self, lane: int) -> str | float | bool | None:
        rows = self.lived.ground.lanes.key_row
        if rows is None or self.key is None or rows[lane] < 0:
            return None
        value = self.key.values[rows[lane]]
        if self.key.kind == "text":
            assert self.key.vocabulary is not None
            return self.key.vocabulary.words[int(value)]
        if self.key.kind == "time":
            return (_EPOCH + timedelta(microseconds=int(value))).isoformat()
        return bool(value) if self.key.kind == "boolean" else float(value)

    def _column(self, name: str) -> Column | None:
        try:
            return self.table.column(name)
        except KeyError:
            return None


def deviation_parts(key: str) -> tuple[str, str, DeviationKind]:
    """Take a key of ``Trip.deviations`` apart: its scope, the id there (empty for the journey), and its kind."""
    scope, _colon, rest = key.partition(":")
    id, _colon, kind = rest.rpartition(":")
    return scope, id, cast(DeviationKind, kind)
