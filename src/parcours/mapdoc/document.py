"""A journey map in memory: frozen, valid, with stable ids on everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

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
class Touchpoint:
    """One interaction that the company planned. ``expected_emotion`` is a valence −2..+2."""

    id: str
    name: Text
    rule: Rule | None = None
    channel: str | None = None
    owner: str | None = None
    process: Text | None = None
    description: Text | None = None
    moment_of_truth: bool = False
    expected_emotion: float | None = None


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
    """What one trip through the map is. ``timeout_seconds`` None: the default of ``engine.plan``."""

    starts_when: Rule | None = None
    succeeds_when: Rule | None = None
    fails_when: Rule | None = None
    timeout_seconds: float | None = None


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
