"""What can be planted in a company beyond its story: kinds of people, deviations, broken promises, actions done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

DeviationKind = Literal["missing", "adhoc", "failing", "out_of_sequence"]
DEVIATION_KINDS: tuple[DeviationKind, ...] = ("missing", "adhoc", "failing", "out_of_sequence")


@dataclass(frozen=True)
class Persona:
    """A kind of customer: ``share`` weighs it among the others.

    ``patience`` divides the leak of every stage and what waits do to feelings; ``mood`` is added to every valence;
    ``channels`` weighs the channels of events whose touchpoint has none (empty: the scenario's).
    """

    id: str
    share: float
    patience: float = 1.0
    mood: float = 0.0
    channels: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Deviation:
    """A share ``rate`` of the trips that could deviate at ``touchpoint`` do so.

    ``missing``: a required touchpoint is left out. ``adhoc``: it occurs once more than ``max_occurs``. ``failing``:
    one of its ``fails_when`` comes first. ``out_of_sequence``: it comes before one of its ``after`` of the same stage.
    """

    kind: DeviationKind
    touchpoint: str
    rate: float


@dataclass(frozen=True)
class Kept:
    """How a promise of the map is kept.

    ``broken``: share of the times it is given; of these a share ``never`` is not met at all, the others late.
    ``chase``: share of the broken ones after which the customer does the first touchpoint again before an answer.
    ``effect``: valence that a broken one adds to the person's next answer, whatever it is about. ``loses``: added to
    the chance that the person leaves in the stage in which it was to be kept.
    """

    broken: float = 0.0
    never: float = 0.0
    chase: float = 0.0
    effect: float = 0.0
    loses: float = 0.0


@dataclass(frozen=True)
class Change:
    """What an ``action`` of the map, done on the ``day`` of the data (from 0), changed in a ``stage``.

    ``leak`` is added to the share of those who go no further there (negative: fewer leave), for people who come from
    that day on.
    """

    action: str
    stage: str
    day: int
    leak: float
