"""What a team knows and plans around its map, as the picture shows it: everything already in words.

Severities are 1..5, shares 0..1. ``assumed`` marks what nobody has looked into: it is hatched wherever it is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

Layer = Literal["evidence", "customer", "frontstage", "backstage", "support"]
LAYERS: tuple[Layer, ...] = get_args(Layer)
"""From what the customer sees down to what nobody sees."""
DeedStatus = Literal["idea", "planned", "doing", "done", "dropped"]


@dataclass(frozen=True, slots=True)
class LinkShown:
    """Words that lead elsewhere: ``url`` is http, https, or a page beside this one."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class FrictionShown:
    """A friction of the catalogue that a pain point names. ``published``: a figure known of it, and its source."""

    problem: str
    share: float | None
    published: str | None


@dataclass(frozen=True, slots=True)
class EffectShown:
    """How the metric of an action stands ``before`` it was done and ``since``, in words.

    ``verdict`` None: nothing can be said, and ``word`` says why; ``said`` is the whole sentence with its interval.
    """

    metric: str
    before: str
    since: str
    verdict: Literal["better", "worse", "unclear"] | None
    word: str
    said: str


@dataclass(frozen=True, slots=True)
class PainShown:
    """What makes customers suffer, where (``place`` None: everywhere), how much, and how many of them."""

    name: str
    description: str | None
    place: str | None
    severity: int | None
    share: float | None
    source: str | None
    personas: tuple[str, ...]
    level: str | None
    assumed: bool
    friction: FrictionShown | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class DeedShown:
    """Something that could be done (an opportunity) or is done (an action). ``when`` says due or done on which day."""

    name: str
    description: str | None
    action: bool
    status: DeedStatus
    place: str | None
    owner: str | None
    when: str | None
    priority: float | None
    effect: EffectShown | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class PersonaShown:
    """A kind of customer in their own terms."""

    id: str
    name: str
    description: str | None
    goals: tuple[str, ...]
    needs: tuple[str, ...]
    frustrations: tuple[str, ...]
    traits: tuple[str, ...]
    quote: str | None
    level: str | None
    assumed: bool
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EvidenceShown:
    """Where the team knows something from. ``facts``: kind, day, people, place, in words."""

    title: str
    facts: str
    summary: str | None
    quotes: tuple[str, ...]
    link: str | None


@dataclass(frozen=True, slots=True)
class About:
    """What opens under a touchpoint: ``facts`` are lines of a name and what it is, ``process`` a little Markdown."""

    description: str | None
    process: str | None
    facts: tuple[tuple[str, str], ...]
    links: tuple[LinkShown, ...]


@dataclass(frozen=True)
class Story:
    """The sections under the map that need no data. ``setting`` are its sentences about scenario and expectations."""

    setting: Sequence[tuple[str, str]] = ()
    pains: Sequence[PainShown] = ()
    deeds: Sequence[DeedShown] = ()
    personas: Sequence[PersonaShown] = ()
    evidence: Sequence[EvidenceShown] = field(default_factory=tuple)
