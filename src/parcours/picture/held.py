"""What the picture shows of the plan held against what was lived: promises, deviations, alignment.

Shares are 0..1, scores 0..100, times seconds, emotions valence −2..+2. A ``Compared`` is already in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

DeviationName = Literal["missing", "adhoc", "failing", "out_of_sequence", "late"]
DEVIATION_NAMES: tuple[DeviationName, ...] = get_args(DeviationName)
QuadrantName = Literal["aligned", "cold", "warm", "broken"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A count that opens onto the people behind it."""

    count: int
    figure: str | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """Two groups held against each other: both values, and how they differ (``change`` None: nothing can be said).

    ``tells`` says whether the difference is beyond what chance explains.
    """

    values: str
    change: str | None
    tells: bool


@dataclass(frozen=True, slots=True)
class PromiseShown:
    """A promise: the ``share`` of settled ones that were kept, with its interval, against the ``target`` share.

    ``kept_target`` None: nothing is settled. ``within``, ``median`` and ``slowest`` (95 of 100 are no slower) are in
    words, of the promise's own clock; None where nobody can say. ``feeling`` compares the next answer after broken
    ones with that after kept ones.
    """

    id: str
    statement: str
    touchpoint: str
    stage: str
    owner: str | None
    within: str
    target: float
    share: float | None
    low: float | None
    high: float | None
    kept_target: bool | None
    given: Figure
    kept: Figure
    broken: Figure
    unmet: Figure
    pending: Figure
    median: str | None
    slowest: str | None
    feeling: Compared | None
    planned: bool = False
    """Whether this is the plan alone, of which nobody could be counted."""


@dataclass(frozen=True, slots=True)
class DeviationCount:
    """How many trips leave the plan in one way at one place."""

    kind: DeviationName
    trips: Figure


@dataclass(frozen=True, slots=True)
class DeviationShown:
    """One kind of deviation at one place, and what goes with it (None: nothing to compare)."""

    kind: DeviationName
    place: str
    stage: str
    owner: str | None
    trips: Figure
    share: float | None
    events: int
    success: Compared | None
    time: Compared | None
    feeling: Compared | None


@dataclass(frozen=True, slots=True)
class DeviationSpread:
    """What one owner or channel answers for, kind by kind."""

    scope: Literal["owner", "channel"]
    name: str
    counts: tuple[DeviationCount, ...]


@dataclass(frozen=True, slots=True)
class PartShown:
    """One part of the structure score: ``value`` 0..100 (None: it does not exist here), of ``hits`` among ``n``."""

    name: Literal["on_time", "as_planned", "forward", "carried"]
    value: float | None
    weight: float
    detail: str
    figure: str | None


@dataclass(frozen=True, slots=True)
class Aligned:
    """How a stage is run (``structure``) and how it is felt (``experience``), 0..100, with 95 % intervals.

    ``structure`` None: not enough to say. ``experience`` None: fewer than ten answers, which stand in ``few``.
    ``certain`` False: an interval straddles the ``threshold``. ``gap`` = experience − structure, of
    the whole numbers that are written. ``priority`` is the place among what to mend first, from 1.
    """

    structure: float | None
    structure_low: float | None
    structure_high: float | None
    experience: float | None
    experience_low: float | None
    experience_high: float | None
    few: tuple[float, ...]
    answers: Figure
    people: Figure
    quadrant: QuadrantName | None
    certain: bool
    drift: bool
    gap: int | None
    parts: tuple[PartShown, ...]
    shortfall: float | None
    worth: str | None
    priority: int | None = None
    threshold: float = 60.0


@dataclass(frozen=True, slots=True)
class AlignmentScale:
    """From which score a stage is good, from how many points it drifts, and the mean of all ``answers``."""

    threshold: float
    drift: float
    experience: float | None
    answers: int


@dataclass(frozen=True)
class PlanShown:
    """The sections under the map. ``more_deviations`` counts those left out; ``scale`` None: no alignment to show."""

    deviating: Figure | None = None
    trips: int = 0
    promises: Sequence[PromiseShown] = ()
    deviations: Sequence[DeviationShown] = ()
    more_deviations: int = 0
    spread: Sequence[DeviationSpread] = ()
    scale: AlignmentScale | None = None
