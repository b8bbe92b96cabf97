"""A journey map in memory: frozen, valid, with stable ids on everything."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from parcours.engine.calendar import Calendar
from parcours.engine.plan import Clock, Initiator, PointKind
from parcours.engine.predicates import Rule
from parcours.mapdoc.narrative import Action, Evidence, EvidenceLevel, Opportunity, PainPoint, Persona
from parcours.mapdoc.text import LanguageCode, Text

MetricKind = Literal["conversion", "time", "nps", "csat", "ces", "leak", "ratio", "value"]
MetricUnit = Literal["persons", "trips", "events"]
Direction = Literal["up", "down"]
Receiver = Literal["customer", "company", "partner"]
Layer = Literal["evidence", "customer", "frontstage", "backstage", "support"]


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

    ``ratio``: of the persons or trips with a ``denominator`` event, the share that has ``at_least`` so many
    ``numerator`` events at or after the first of them, or with ``complement`` the share that has not; 0..1. With
    ``unit`` events: numerator events ÷ denominator events, 0 or more. ``value``: the mean, over persons or trips with
    a ``numerator`` event, of the sum of ``property`` over these events, in ``currency``.
    """

    id: str
    kind: MetricKind
    target: float
    direction: Direction
    name: Text | None = None
    numerator: Rule | None = None
    denominator: Rule | None = None
    unit: MetricUnit = "persons"
    at_least: int = 1
    complement: bool = False
    property: str = "value"
    currency: str | None = None


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
class Raci:
    """Ids of the owners who do it, answer for it, are asked before and are told after."""

    responsible: tuple[str, ...] = ()
    accountable: str | None = None
    consulted: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A document that stands elsewhere; ``url`` begins with http:// or https://."""

    title: Text
    url: str


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """One interaction that the company planned. ``expected_emotion`` is a valence −2..+2.

    ``required``, ``max_occurs``, ``after``, ``one_of``, ``fails_when`` and ``promises`` are the plan from which a trip
    may deviate (``engine.deviations``). ``process`` may use a little Markdown. ``step`` is a step of its own stage,
    ``journey`` another map that plays here in detail; importances are 1..5.
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
    step: str | None = None
    receiver: Receiver | None = None
    layer: Layer | None = None
    importance_to_customer: int | None = None
    importance_to_company: int | None = None
    raci: Raci | None = None
    links: tuple[Link, ...] = ()
    journey: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the customer does in a stage. Its place in ``Stage.steps`` is its order."""

    id: str
    name: Text
    description: Text | None = None


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
    description: Text | None = None
    steps: tuple[Step, ...] = ()
    journey: str | None = None


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
class OtherJourney:
    """Another map in which a stage or touchpoint of this one plays in detail; ``file`` is relative to this map's."""

    id: str
    title: Text
    file: str


@dataclass(frozen=True, slots=True)
class JourneyMap:
    """The whole document. ``zone`` is an IANA time zone; ``origin`` says where the map comes from.

    ``version`` is the team's own label of this state of the map, not the version of the format.
    """

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
    origin: Text | None = None
    ignore: Rule | None = None
    calendar: Calendar | None = None
    alignment: AlignmentRule = AlignmentRule()
    version: str | None = None
    owner: str | None = None
    review_due: date | None = None
    scenario: Text | None = None
    expectations: Text | None = None
    evidence_level: EvidenceLevel | None = None
    metrics: tuple[Metric, ...] = ()
    personas: tuple[Persona, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    pain_points: tuple[PainPoint, ...] = ()
    opportunities: tuple[Opportunity, ...] = ()
    actions: tuple[Action, ...] = ()
    journeys: tuple[OtherJourney, ...] = ()
