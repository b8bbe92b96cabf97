"""What alignment says of each stage: how it is felt and how it is run, with every part that the scores are made of."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from parcours.engine.results import Result

Quadrant = Literal["aligned", "cold", "warm", "broken"]
"""Both scores reach the threshold; *cold*: efficient but cold; *warm*: warm but disorganised; *broken*: neither."""
PartName = Literal["on_time", "as_planned", "forward", "carried"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the structure score: ``value`` 0..100 with its ``weight``, or None where it does not exist.

    ``value`` = 100·hits ÷ n; of *forward* that share ÷ ``target``, at most 100. *On time* has the ``basis``
    ``promises`` (kept ÷ settled) or ``duration`` (first stays within ``target`` seconds), every other part an empty
    one. ``key`` lists the cases: the hits, or all n where the basis is a duration. A weight of 0 leaves the part out.
    """

    name: PartName
    value: float | None
    weight: float
    hits: int
    n: int
    basis: str = ""
    target: float | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of answers in the experience score: ``nps``, ``csat``, ``ces`` or ``ces_effort``.

    ``mean`` is 0..100; None where the place has too few answers for a score, or none of this kind.
    """

    name: str
    answers: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class StageAlignment:
    """A stage with its two scores, 0..100, and their 95 % intervals.

    ``people`` are the trips that came to the stage or further. ``raw`` is the experience score before it is drawn to
    the mean of the workspace, ``few`` the answers themselves (0..100, ascending) where there are fewer than ten and so
    no score. ``structure`` is None where there is not enough to say. ``gap`` is experience − structure. ``certain`` is
    False where an interval straddles the threshold or is missing. ``shortfall`` adds the points that the known scores
    lack to the threshold. ``value`` is the mean value of the succeeded trips that came here (of all succeeded trips,
    where none of these succeeded), None without any value in the log. ``priority`` = people × shortfall × value, or 1.
    """

    id: str
    people: int
    answers: int
    kinds: tuple[Kind, ...]
    raw: float | None
    experience: float | None
    experience_low: float | None
    experience_high: float | None
    few: tuple[float, ...]
    structure: float | None
    structure_low: float | None
    structure_high: float | None
    parts: tuple[Part, ...]
    gap: float | None
    gap_low: float | None
    gap_high: float | None
    quadrant: Quadrant | None
    certain: bool
    drift: bool
    shortfall: float | None
    value: float | None
    priority: float | None

    def part(self, name: PartName) -> Part:
        """Return one part of the structure score."""
        return next(part for part in self.parts if part.name == name)


@dataclass(frozen=True)
class AlignmentResult(Result):
    """Every stage of the plan in order. ``experience`` is the mean of the workspace, of all its ``answers``.

    ``threshold`` and ``drift`` are the ones used. ``first`` are the ids of the stages to begin with, highest priority
    first, without those at which nothing is lacking or known.
    """

    experience: float | None
    answers: int
    threshold: float
    drift: float
    stages: tuple[StageAlignment, ...]
    first: tuple[str, ...]

    def of(self, id: str) -> StageAlignment:
        """Return the stage with this id; KeyError where there is none."""
        for stage in self.stages:
            if stage.id == id:
                return stage
        raise KeyError(id)

    def rows(self) -> list[dict[str, Any]]:
        """One line per stage; of each kind and each part its value and how many cases stand behind it."""
        return [_row(stage) for stage in self.stages]


def _row(stage: StageAlignment) -> dict[str, Any]:
    row = {name: cell for name, cell in asdict(stage).items() if name not in ("kinds", "parts", "few")}
    for kind in stage.kinds:
        row |= {kind.name: kind.mean, f"{kind.name}_answers": kind.answers}
    for part in stage.parts:
        row |= {part.name: part.value, f"{part.name}_hits": part.hits, f"{part.name}_n": part.n}
    return row
