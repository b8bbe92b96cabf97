"""A journey map reduced to what analyses need: ordered stages, touchpoints with rules, trips, promises, metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from parcours.engine.calendar import Calendar
from parcours.engine.predicates import Rule
from parcours.language.errors import UsageError
from parcours.language.translation import _

DEFAULT_TIMEOUT_US = 30 * 86_400 * 1_000_000

Clock = Literal["calendar", "business"]
PointKind = Literal["communication", "action"]
Initiator = Literal["customer", "company"]
DeviationKind = Literal["missing", "adhoc", "failing", "out_of_sequence", "late"]
DEVIATIONS: tuple[DeviationKind, ...] = get_args(DeviationKind)
"""How a trip leaves the plan; ``engine.held`` says exactly when."""
PromiseState = Literal["given", "kept", "broken", "unmet", "pending"]
PROMISE_STATES: tuple[PromiseState, ...] = get_args(PromiseState)
"""What becomes of a promise; a broken one is unmet where it was not met up to the data's end."""
CountedKind = Literal["ratio", "value"]
"""The kinds of metric that carry their own rules; ``engine.metrics`` says exactly what they count."""
MetricUnit = Literal["persons", "trips", "events"]


@dataclass(frozen=True, slots=True)
class PlannedTouchpoint:
    """A touchpoint of the plan: its id, the index of its stage, the events that are it.

    ``rule`` holds for the events of ``fails_when`` too. ``after`` are indexes of touchpoints that come before it,
    ``one_of`` names a group of touchpoints that exclude each other.
    """

    id: str
    stage: int
    rule: Rule
    fails_when: Rule | None = None
    required: bool = False
    max_occurs: int | None = None
    after: tuple[int, ...] = ()
    one_of: str | None = None
    kind: PointKind = "action"
    initiator: Initiator = "customer"
    channel: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedPromise:
    """The touchpoint with index ``touchpoint`` follows the one with index ``source`` within a time.

    ``within_us`` are microseconds of the ``clock``; ``percentile`` says for how many of a hundred cases it is meant.
    """

    id: str
    source: int
    touchpoint: int
    within_us: int
    clock: Clock = "calendar"
    percentile: float = 100.0
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedMetric:
    """A metric that carries its own rules. UsageError where its parts do not go together.

    A ``ratio`` has a ``denominator``; ``at_least`` and ``complement`` belong to its units persons and trips. A
    ``value`` is the mean sum of ``property`` over persons or trips.
    """

    id: str
    kind: CountedKind
    numerator: Rule
    denominator: Rule | None = None
    unit: MetricUnit = "persons"
    at_least: int = 1
    complement: bool = False
    property: str = "value"

    def __post_init__(self) -> None:
        fault = self._fault()
        if fault is not None:
            raise UsageError(
                _("The metric “{id}” cannot be counted.").format(id=self.id), value=self.id, expected=fault
            )

    def _fault(self) -> str | None:
        if self.kind == "ratio" and self.denominator is None:
            return _("A ratio needs a denominator.")
        if self.kind == "value" and (self.denominator is not None or self.at_least != 1 or self.complement):
            return _("A value has a numerator and a property only.")
        if self.kind == "value" and self.unit == "events":
            return _("A value is a mean over persons or trips.")
        if self.unit == "events" and (self.at_least != 1 or self.complement):
            return _("A ratio of events asks neither how often nor for those without: use persons or trips for that.")
        return _("The numerator must occur at least once.") if self.at_least < 1 else None


@dataclass(frozen=True, slots=True)
class Plan:
    """At most 64 stages in order, touchpoints in the order of the map, promises, and what a trip is.

    ``engine.trips`` says how a person's events become trips. ``timeout_us`` None means the default: 30 days, or three
    times the 95th percentile of the gaps between a person's events where that is longer. ``ignore`` are events outside
    the plan. Promises in business time need ``calendar``, whose hours are meant in ``zone``.
    """

    stages: tuple[str, ...]
    touchpoints: tuple[PlannedTouchpoint, ...]
    starts_when: Rule | None = None
    succeeds_when: Rule | None = None
    fails_when: Rule | None = None
    timeout_us: int | None = None
    key: str | None = None
    ignore: Rule | None = None
    promises: tuple[PlannedPromise, ...] = ()
    calendar: Calendar | None = None
    zone: str = "UTC"
    metrics: tuple[PlannedMetric, ...] = ()
