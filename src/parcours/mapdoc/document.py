"""A journey map in memory: frozen, valid, with stable ids on everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from parcours.engine.calendar import Calendar
from parcours.engine.plan import Clock, Initiator, PointKind
from parcours.engine.predicates import Rule

LanguageCode = Literal["fr", "en"]
MetricKind = Literal["conversion", "time", "nps", "csat", "ces", "leak"]
Direction = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Text:
    """A text in one or both languages. ``in_language`` falls back to the other one, never to nothing."""

    by_language: Mapping[str, str]

    def in_language(self, language: str) -> str:
        """Return the text in ``language``, else in whichever language there is."""
        return self.by_language.get(language) or next(iter(self.by_language.values()), "")


@dataclass(frozen=True, slots=True)
class Channel:
    """Where a touchpoint happens. ``icon`` is one of ``picture``'s icon names."""

    id: str
    name: Text
    icon: str = "page"


@dataclass(frozen=True, slots=True)
class Owner:
    """A team or person of the company."""

    id: str
    name: Text


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure with a target. ``direction`` says whether more (``up``) or less (``down``) is better.

    ``conversion`` and ``leak`` are shares 0..1, ``time`` seconds, ``nps`` −100..100, ``csat`` 0..1,
    ``ces`` 1..7 (effort: low is good; agreement: high is good; ``direction`` tells which).
    """

    id: str
    kind: MetricKind
    target: float
    direction: Direction
    name: Text | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """What is said to happen within a time after the touchpoint ``source``; the touchpoint that holds it keeps it.

    ``percentile`` says for how many of a hundred cases it is meant. ``owner`` None: the touchpoint's owner.
    """

    id: str
    statement: Text
    source: str
    within_seconds: float
    clock: Clock = "calendar"
    percentile: float = 100.0
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """One interaction that the company planned. ``expected_emotion`` is a valence −2..+2.

    ``required``, ``max_occurs``, ``after``, ``one_of``, ``fails_when`` and ``promises`` are the plan from which a trip
    may deviate (``engine.deviations``).
    """

    id: str
    name: Text
    rule: Rule | None = None
    channel: str | None = None
    owner: str | None = None
    process: Text | None = None
    description: Text | None = None
    moment_of_truth: bool = False
    expected_emotion: float | None = None
    kind: PointKind = "action"
    initiator: Initiator = "customer"
    required: bool = False
    max_occurs: int | None = None
    after: tuple[str, ...] = ()
    one_of: str | None = None
    fails_when: Rule | None = None
    promises: tuple[Promise, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """A phase of the journey. Its place in ``JourneyMap.stages`` is its order."""

    id: str
    name: Text
    goal: Text | None = None
    owner: str | None = None
    expected_emotion: float | None = None
    touchpoints: tuple[Touchpoint, ...] = ()
    metrics: tuple[Metric, ...] = ()


@dataclass(frozen=True, slots=True)
class TripRule:
    """What one trip through the map is. ``key`` is the property that tells the trips of a person apart.

    ``timeout_seconds`` None: the default of ``engine.plan``.
    """

    starts_when: Rule | None = None
    succeeds_when: Rule | None = None
    fails_when: Rule | None = None
    timeout_seconds: float | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part of the structure score counts; 0 leaves it out."""

    on_time: float = 2.0
    as_planned: float = 2.0
    forward: float = 2.0
    carried: float = 1.0


@dataclass(frozen=True, slots=True)
class AlignmentRule:
    """From which score (0..100) on a stage is good, and from how many points on it drifts."""

    threshold: float = 60.0
    drift: float = 15.0
    weights: Weights = Weights()


@dataclass(frozen=True, slots=True)
class JourneyMap:
    """The whole document. ``zone`` is an IANA time zone; ``evidence`` says where a discovered map comes from."""

    id: str
    title: Text
    stages: tuple[Stage, ...]
    default_language: LanguageCode = "fr"
    description: Text | None = None
    company: Text | None = None
    zone: str = "Europe/Paris"
    channels: tuple[Channel, ...] = ()
    owners: tuple[Owner, ...] = ()
    trip: TripRule = field(default_factory=TripRule)
    evidence: Text | None = None
    ignore: Rule | None = None
    calendar: Calendar | None = None
    alignment: AlignmentRule = AlignmentRule()
