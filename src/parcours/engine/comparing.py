"""Two periods or two groups of trips over one map, figure by figure, each difference with its 95 % interval.

**Trips** belong to a period by their start, to a group by the first value of a property (``engine.trips.TripFilter``).
**Compared** are: success (of ended trips); per stage conversion, leak and the typical time in it; per kind of deviation
the trips of the map that deviate so; promises kept (of those settled); NPS, CSAT, CES in either scale, emotion; and
every metric of the map that carries its own rules, as ``engine.metrics`` counts it.

Intervals: Newcombe's for shares, Welch's for means and for logarithms of times, and for NPS the adjusted estimates of
both sides with their variances added; ratios of events by Welch's on their linearised variances. Trips, promises and
answers count as independent, and so does a person with trips on both sides. Of n comparisons of what is alike, 5 % tell
by chance. A difference is an association, not a cause: the groups may differ in other ways too, and in a period that
the data's end cuts short only the quicker trips have ended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from parcours.engine.deviations import deviating, places_of
from parcours.engine.differences import UNIT, Difference, Moments, of_means, of_nps, of_shares, of_times
from parcours.engine.feelings import GROUPS
from parcours.engine.figures import FigureKey
from parcours.engine.held import BROKEN, KEPT, hold
from parcours.engine.lived import Frame, Lived, live
from parcours.engine.metric_units import Counting, metric_columns
from parcours.engine.metrics import metric_difference, metric_sums
from parcours.engine.placement import trips_in
from parcours.engine.plan import DEVIATIONS, CountedKind, PlannedMetric
from parcours.engine.results import Result
from parcours.engine.table import Bools, EventTable, Int64s
from parcours.engine.trips import OPEN, SUCCEEDED, TripFilter, filter_columns
from parcours.language.errors import UsageError
from parcours.language.translation import _

BY_CHANCE = 0.05
"""The share of comparisons that tell although nothing differs."""

_Address = tuple[str, str]
"""What is compared, and the id of the stage, promise or metric; empty for the whole map."""
_METRICS: tuple[str, ...] = get_args(CountedKind)
_MOST_SUMS = 6
"""Whole numbers that one comparison adds up at most: those of a ratio of events."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """``what`` of the stage, promise or metric ``id`` (empty: of the whole map), the first side against the second.

    ``key`` lists the cases of one side, when asked with its filter.
    """

    what: str
    id: str
    difference: Difference
    key: str


@dataclass(frozen=True, slots=True)
class Side:
    """One side: its ``trips``, how many have ``ended``, how many are still ``open`` at the data's end."""

    trips: int
    ended: int
    open: int


@dataclass(frozen=True)
class CompareResult(Result):
    """Every comparison in the order of the map. ``compared`` have an interval, ``telling`` of them exclude alikeness.

    ``by_chance`` is how many one would expect to tell if nothing differed.
    """

    first: Side
    second: Side
    comparisons: tuple[Comparison, ...]
    compared: int
    telling: int
    by_chance: float

    def rows(self) -> list[dict[str, Any]]:
        """One line per comparison."""
        return [
            {"what": one.what, "id": one.id, **asdict(one.difference), "tells": one.difference.tells, "key": one.key}
            for one in self.comparisons
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data; each comparison says whether it tells."""
        plain = super().to_dict()
        for line, one in zip(plain["comparisons"], self.comparisons, strict=True):
            line["tells"] = one.difference.tells
        return plain

    def of(self, what: str, id: str = "") -> Difference:
        """Return one difference; KeyError where there is none."""
        for one in self.comparisons:
            if (one.what, one.id) == (what, id):
                return one.difference
        raise KeyError((what, id))


Sums = Counter[tuple[int, str, str, int]]
"""Whole numbers by side, address and place: hits and n of a share; n, Σ and Σ² of numbers; P, D and n of an NPS; those
of a metric."""


@dataclass(frozen=True)
class Compare(Frame):
    """The trips of ``first`` held against those of ``second``.

    UsageError where a trip could be on both sides, or where ``only`` is given: the two sides say which trips count.
    """

    first: TripFilter = field(default_factory=TripFilter)
    second: TripFilter = field(default_factory=TripFilter)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.only is not None:
            raise UsageError(_("A comparison takes its trips from its two sides alone."), value=self.only)
        check_apart(self.first, self.second)

    @property
    def columns(self) -> tuple[str, ...]:
        """Those of the frame, those of both filters, and those that the metrics read."""
        own = {name for metric in self.plan.metrics for name in metric_columns(metric)}
        return tuple(sorted({*super().columns, *filter_columns(self.first), *filter_columns(self.second), *own}))

    def partial(self, table: EventTable) -> Sums:
        """Add up the trips of both sides among the persons of one table."""
        sums: Sums = Counter()
        for number, side in enumerate((self.first, self.second)):
            frame = Frame(self.plan, self.timeout_us, self.data_end_us, self.feelings, side)
            for (what, id), numbers in _added(live(frame, table)):
                for place, count in enumerate(numbers):
                    sums[number, what, id, place] += int(count)
        return sums

    def merge(self, left: Sums, right: Sums) -> Sums:
        """Add the sums. Not ``+``, which drops what is not positive: sums of valences may be negative."""
        both = left.copy()
        both.update(right)
        return both

    def finish(self, partial: Sums) -> CompareResult:
        """Compare side with side."""

        def numbers(address: _Address) -> tuple[tuple[int, ...], tuple[int, ...]]:
            first, second = (tuple(partial[side, *address, place] for place in range(_MOST_SUMS)) for side in (0, 1))
            return first, second

        measured = {metric.id: metric for metric in self.plan.metrics}
        comparisons = tuple(
            _measured(measured[address[1]], *numbers(address))
            if address[0] in _METRICS
            else _comparison(address, *numbers(address))
            for address in self._addresses()
        )
        compared = [one.difference for one in comparisons if one.difference.low is not None]
        sides = numbers(("trips", ""))
        return CompareResult(
            first=Side(*sides[0][:3]),
            second=Side(*sides[1][:3]),
            comparisons=comparisons,
            compared=len(compared),
            telling=sum(difference.tells for difference in compared),
            by_chance=BY_CHANCE * len(compared),
        )

    def _addresses(self) -> Iterable[_Address]:
        yield "success", ""
        yield from ((metric.kind, metric.id) for metric in self.plan.metrics)
        for id in self.plan.stages:
            yield from (("conversion", id), ("leak", id), ("time", id))
        yield from ((kind, "") for kind in DEVIATIONS)
        yield from (("kept", promise.id) for promise in self.plan.promises)
        yield from ((_kind(group), "") for group in sorted({column.group() for column in self.feelings}))
        if self.feelings:
            yield "emotion", ""


def check_apart(first: TripFilter, second: TripFilter) -> None:
    """Refuse two filters that the same trip could pass, as far as they show it themselves."""
    apart = (first.property, first.value) != (second.property, second.value) or _before(first, second)
    if not apart and not _before(second, first) and not _excludes(first, second) and not _excludes(second, first):
        raise UsageError(
            _("The two sides overlap: a trip would be compared with itself."),
            expected=_("Give two periods that do not overlap, or two different values of a property."),
        )


def _excludes(one: TripFilter, other: TripFilter) -> bool:
    return one.matching is not None and one.matching == other.without


def _before(one: TripFilter, other: TripFilter) -> bool:
    return one.until_us is not None and other.from_us is not None and one.until_us <= other.from_us


def _added(lived: Lived) -> Iterable[tuple[_Address, Iterable[int]]]:
    """Give the sums of one side, address by address."""
    plan, trips = lived.ground.frame.plan, lived.trips
    held = hold(lived.ground, trips)
    ended = trips.state != OPEN
    yield ("trips", ""), (len(trips.rows), int(ended.sum()), int((~ended).sum()))
    yield ("success", ""), _share(trips.state == SUCCEEDED, ended)
    counting = Counting(lived.ground, trips)
    yield from (((metric.kind, metric.id), metric_sums(counting, metric)) for metric in plan.metrics)
    for index, id in enumerate(plan.stages):
        here = {name: trips_in(FigureKey("stage", index, name), trips) for name in ("went_on", "settled", "lost")}
        entered = trips_in(FigureKey("stage", index, "entered"), trips)
        yield ("conversion", id), _share(here["went_on"], here["settled"])
        yield ("leak", id), _share(here["lost"], entered)
        seconds = trips.stay_us[trips.stay_stage == index] / 1e6
        yield ("time", id), _moments(np.log1p(seconds))
    everywhere = places_of(plan)[0]
    for kind in DEVIATIONS:
        could = ended if kind == "missing" else np.ones(len(ended), np.bool_)
        yield (kind, ""), _share(deviating(kind, everywhere, held, trips), could)
    for index, promise in enumerate(plan.promises):
        mine, state = held.given.promise == index, held.given.state
        yield ("kept", promise.id), _share(mine & (state == KEPT), mine & ((state == KEPT) | (state == BROKEN)))
    yield from _answered(lived)


def _answered(lived: Lived) -> Iterable[tuple[_Address, Iterable[int]]]:
    answers = lived.answers
    for index, column in enumerate(lived.ground.frame.feelings):
        value = answers.value[answers.column == index]
        address = (_kind(column.group()), "")
        if column.kind == "nps":
            yield address, (int((value >= 9).sum()), int((value < 7).sum()), len(value))
        elif column.kind == "csat":
            yield address, (int(column.satisfied(value).sum()), len(value))
        else:
            yield address, _moments(value)
    yield ("emotion", ""), _moments(lived.valence)


def _share(hits: Bools, cases: Bools) -> tuple[int, int]:
    return int((hits & cases).sum()), int(cases.sum())


def _moments(values: npt.NDArray[np.float64]) -> tuple[int, int, int]:
    whole: Int64s = np.rint(values * UNIT).astype(np.int64)
    return len(whole), int(whole.sum()), int((whole**2).sum())


def _kind(group: int) -> str:
    kind, effort = GROUPS[group]
    return f"{kind}_effort" if effort else kind


def _comparison(address: _Address, first: tuple[int, ...], second: tuple[int, ...]) -> Comparison:
    what, id = address
    if what in ("time", "ces", "ces_effort", "emotion"):
        measure = of_times if what == "time" else of_means
        difference = measure(Moments(*first[:3]), Moments(*second[:3]))
    elif what == "nps":
        difference = of_nps(*first[:3], *second[:3])
    else:
        difference = of_shares(first[0], first[1], second[0], second[1])
    return Comparison(what, id, difference, _key(what, id))


def _measured(metric: PlannedMetric, first: tuple[int, ...], second: tuple[int, ...]) -> Comparison:
    name = "without" if metric.complement else "numerator"
    difference = metric_difference(metric, first, second)
    return Comparison(metric.kind, metric.id, difference, f"metric:{metric.id}:{name}")


def _key(what: str, id: str) -> str:
    name = {
        "success": "succeeded", "conversion": "went_on", "leak": "lost", "time": "timed", "csat": "satisfied",
        "emotion": "answers",
    }.get(what, what)  # fmt: skip
    if what == "kept":
        return f"promise:{id}:kept"
    return f"stage:{id}:{name}" if id else f"journey:{name}"
