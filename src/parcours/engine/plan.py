"""A journey map reduced to what analyses need: ordered stages, touchpoints with rules, what a trip is."""

from __future__ import annotations

from dataclasses import dataclass

from parcours.engine.predicates import Rule

DEFAULT_TIMEOUT_US = 30 * 86_400 * 1_000_000


@dataclass(frozen=True, slots=True)
class PlannedTouchpoint:
    """A touchpoint of the plan: its id, the index of its stage, the events that are it."""

    id: str
    stage: int
    rule: Rule


@dataclass(frozen=True, slots=True)
class Plan:
    """At most 64 stages in order, touchpoints in the order of the map.

    One trip per person: from the first event that ``starts_when`` matches (the first event where it is None)
    to the person's last one. ``timeout_us`` None means the default: 30 days, or three times the 95th
    percentile of the gaps between a person's events where that is longer.
    """

    stages: tuple[str, ...]
    touchpoints: tuple[PlannedTouchpoint, ...]
    starts_when: Rule | None = None
    succeeds_when: Rule | None = None
    fails_when: Rule | None = None
    timeout_us: int | None = None
