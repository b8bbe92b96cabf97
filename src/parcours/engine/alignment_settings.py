"""What a map sets for alignment: thresholds, weights, and the targets of its stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from parcours.engine.alignment_result import PartName


@dataclass(frozen=True, slots=True)
class StageTargets:
    """What a map says of a stage: the longest good stay, the conversion aimed at, and for how many of its
    ``touchpoints`` it names an owner and documents the process (``carried``)."""

    duration_us: int | None = None
    conversion: float | None = None
    carried: int = 0
    touchpoints: int = 0


@dataclass(frozen=True, slots=True)
class AlignmentSettings:
    """Weights of the parts (0 leaves one out), and ``stages`` in the order of the plan (none: no targets).

    From ``threshold`` on a score is good; a gap of more than ``drift`` points is a drift. ``shrinkage`` is the number
    of answers at which a kind has half its full weight, and a stage as much as the workspace. ``value`` is the number
    property that says what a success is worth.
    """

    threshold: float = 60.0
    drift: float = 15.0
    on_time: float = 2.0
    as_planned: float = 2.0
    forward: float = 2.0
    carried: float = 1.0
    stages: tuple[StageTargets, ...] = ()
    shrinkage: float = 20.0
    replicates: int = 1000
    value: str = "value"

    @property
    def weights(self) -> Mapping[PartName, float]:
        """The weight of each part."""
        return {
            "on_time": self.on_time,
            "as_planned": self.as_planned,
            "forward": self.forward,
            "carried": self.carried,
        }
