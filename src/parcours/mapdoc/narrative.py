"""What a team knows and plans around its map: personas, evidence, pain points, opportunities, actions.

Stages, touchpoints, personas, evidence and owners are named by their ids; ``checking`` has seen that each exists.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from parcours.engine.predicates import Rule
from parcours.mapdoc.text import Text

EvidenceLevel = Literal["assumed", "partial", "researched", "measured"]
EvidenceKind = Literal["interview", "observation", "survey", "analytics", "workshop", "document"]
OpportunityStatus = Literal["idea", "planned", "doing", "done", "dropped"]
ActionStatus = Literal["planned", "doing", "done", "dropped"]

LEAST_EFFORT = 0.5
"""Priority divides by no smaller effort: what costs nothing would else outrank everything."""


@dataclass(frozen=True, slots=True)
class Persona:
    """A kind of customer. A person is of this persona when one of their events satisfies ``rule``."""

    id: str
    name: Text
    description: Text | None = None
    rule: Rule | None = None
    goals: tuple[Text, ...] = ()
    needs: tuple[Text, ...] = ()
    frustrations: tuple[Text, ...] = ()
    traits: tuple[Text, ...] = ()
    quote: Text | None = None
    evidence_level: EvidenceLevel | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the team knows something from. ``people``: how many it comes from; ``link``: an http or https address."""

    id: str
    kind: EvidenceKind
    title: Text
    date: dt.date | None = None
    people: int | None = None
    summary: Text | None = None
    quotes: tuple[Text, ...] = ()
    link: str | None = None
    stage: str | None = None
    touchpoint: str | None = None
    personas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PainPoint:
    """What makes customers suffer, hesitate or give up.

    ``severity`` 1 (a nuisance) to 5 (a reason to leave); ``share`` 0..1 of people whom it befalls, and ``source``
    where that is known from; ``friction`` is an id of the catalogue.
    """

    id: str
    name: Text
    description: Text | None = None
    stage: str | None = None
    touchpoint: str | None = None
    personas: tuple[str, ...] = ()
    severity: int | None = None
    share: float | None = None
    source: Text | None = None
    friction: str | None = None
    evidence_level: EvidenceLevel | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opportunity:
    """What could be done. Values 0..100, ``effort`` 0..5, ``confidence`` 0..1."""

    id: str
    name: Text
    description: Text | None = None
    stage: str | None = None
    touchpoint: str | None = None
    pain_points: tuple[str, ...] = ()
    customer_value: float | None = None
    business_value: float | None = None
    effort: float | None = None
    confidence: float | None = None
    status: OpportunityStatus = "idea"
    owner: str | None = None

    @property
    def priority(self) -> float | None:
        """Mean of both values × confidence (1 where not given) ÷ effort (at least 0.5).

        Between 0 and 200; None while a value or the effort is not given: nothing is guessed.
        """
        if self.customer_value is None or self.business_value is None or self.effort is None:
            return None
        confidence = 1.0 if self.confidence is None else self.confidence
        return (self.customer_value + self.business_value) / 2 * confidence / max(self.effort, LEAST_EFFORT)


@dataclass(frozen=True, slots=True)
class Action:
    """What is done. Its effect is the change of ``metric`` (of a stage or of the map) since ``done_on``."""

    id: str
    name: Text
    description: Text | None = None
    opportunity: str | None = None
    stage: str | None = None
    touchpoint: str | None = None
    owner: str | None = None
    status: ActionStatus = "planned"
    due: dt.date | None = None
    done_on: dt.date | None = None
    metric: str | None = None
