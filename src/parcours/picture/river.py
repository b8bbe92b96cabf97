"""The river's layout: people to scale, who leaves where, and its thin end once more under a lens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parcours.picture.model import StageColumn

RIVER_WIDEST = 124.0
_LENS_BELOW, _LENS_AIM = 0.27, 76.0
_NICE = (1, 2, 3, 4, 5, 8)


@dataclass(frozen=True, slots=True)
class Reach:
    """One stage of the river, heights in px from its upper bank down: on, arrived, open, admitted, beyond.

    ``neutral``: no target is set, so no leak is called too much. ``passed`` people never entered this stage.
    """

    column: int
    height: float
    on: float
    arrived: float
    open: float
    admitted: float
    beyond: float
    passed: float
    neutral: bool
    pin: int | None

    @property
    def drop(self) -> float:
        """How far the leaving branch sinks before it fades."""
        left = self.admitted + self.beyond
        return 12 + 0.14 * left if left > 0 else 0.0

    @property
    def bottom(self) -> float:
        """The lowest point of the stage's drawing."""
        return max(self.height, self.on + self.arrived + self.open + self.admitted + self.beyond + self.drop)


@dataclass(frozen=True, slots=True)
class Stream:
    """A river at one scale. ``bar`` is a round number of people and its height in px."""

    reaches: tuple[Reach, ...]
    px_per_person: float
    bar: tuple[int, float]

    @property
    def bottom(self) -> float:
        """The lowest point of the drawing."""
        return max((reach.bottom for reach in self.reaches), default=0.0)


@dataclass(frozen=True, slots=True)
class Lens:
    """The thin end of the river once more, ``factor`` times larger, from column ``first`` on; shown as such."""

    first: int
    factor: int
    top: float
    stream: Stream


def stream(
    stages: Sequence[StageColumn],
    widest: float,
    onward: int = 0,
    scale: float | None = None,
    kinds: Mapping[int, str] | None = None,
) -> Stream:
    """Lay out a river to scale. ``onward`` people flow on after the last of ``stages``.

    ``scale`` fixes the px per person; ``kinds`` are those of the findings, by their number.
    """
    most = max((stage.reached.count for stage in stages), default=0)
    px = scale if scale is not None else (widest / most if most else 0.0)
    following = [stage.reached.count for stage in stages[1:]] + [onward]
    pairs = enumerate(zip(stages, following, strict=True))
    reaches = tuple(_reach(column, stage, on, px, kinds or {}) for column, (stage, on) in pairs)
    return Stream(reaches, px, _bar(px, most))


def _reach(column: int, stage: StageColumn, on: int, px: float, kinds: Mapping[int, str]) -> Reach:
    beyond = leaving_beyond(stage)
    return Reach(
        column=column,
        height=stage.reached.count * px,
        on=on * px,
        arrived=stage.arrived.count * px,
        open=stage.open.count * px,
        admitted=(stage.left.count - beyond) * px,
        beyond=beyond * px,
        passed=max(stage.reached.count - stage.entered.count, 0) * px,
        neutral=stage.admitted is None,
        pin=next((pin for pin in stage.pins if kinds.get(pin) == "leak"), None),
    )


def leaving_beyond(stage: StageColumn) -> int:
    """Return how many people left beyond the share of those entering that the map admits."""
    if stage.admitted is None:
        return 0
    return max(0, stage.left.count - round(stage.admitted * stage.entered.count))


def magnify(stages: Sequence[StageColumn], river: Stream, kinds: Mapping[int, str] | None = None) -> Lens | None:
    """Find where the river gets thin for good and draw that end again, larger by a round factor."""
    thin = [reach.column for reach in river.reaches if 0 < reach.height <= _LENS_BELOW * RIVER_WIDEST]
    if not thin or thin[0] == 0:
        return None
    first = thin[0]
    factor = _nice_at_most(_LENS_AIM / river.reaches[first].height)
    if factor < 2:
        return None
    onward = round(river.reaches[-1].on / river.px_per_person)
    larger = stream(stages[first:], 0, onward, river.px_per_person * factor, kinds)
    top = max(reach.bottom for reach in river.reaches[first:]) + 40
    return Lens(first, factor, top, larger)


def _nice_at_most(value: float) -> int:
    """Return the largest of 1, 2, 3, 4, 5, 8 times a power of ten that is at most ``value`` (0 below one)."""
    return max((nice * 10**power for power in range(10) for nice in _NICE if nice * 10**power <= value), default=0)


def _bar(px: float, most: int) -> tuple[int, float]:
    """Return a round number of people whose height is easy to see, at most a third of the river."""
    count = _nice_at_most(most / 3) or min(most, 1)
    return count, count * px
