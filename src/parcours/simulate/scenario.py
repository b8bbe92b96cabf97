"""What is planted in a simulated company."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from parcours.language.errors import UsageError
from parcours.language.translation import _
from parcours.mapdoc.document import JourneyMap

ScoreKind = Literal["nps", "csat", "ces"]
Mood = Literal["glad", "mixed", "sad"]
Verbatims = Mapping[str, Mapping[Mood, Sequence[str]]]
"""Comments by stage id, then mood."""


class Feeling(NamedTuple):
    """How people feel in a stage: what they are asked, their mean valence −2..+2, the share who answer."""

    kind: ScoreKind
    valence: float
    rate: float


@dataclass(frozen=True)
class Scenario:
    """A company's story: shares are 0..1, waits median seconds, ``start`` an ISO date in the map's time zone.

    People come during the first ``arriving_days`` (all of the ``days`` where it is None).
    ``leak``: of those who enter a stage, the share who go no further. ``wait``: from entering it to entering the
    next. ``skips``: share who pass over a stage (never the first, nor one in which trips succeed); ``returns``:
    share who, from a stage, go back once to the one before. ``ties``: share of rows at the same second as the
    person's row before; ``duplicates``: share of rows delivered twice; ``noise``: events off the map, per visit;
    ``anonymous``: visitors who never touch the map, per person. ``channels`` weighs the channels of events whose
    touchpoint has none. ``declines``: of those who leave where trips can fail, the share who say so.
    ``busy``: chance of each further touchpoint in a stage. ``office_hours`` keeps calls and meetings to weekdays.
    """

    persons: int = 2_000
    seed: int = 1
    start: str = "2026-01-05"
    days: int = 180
    arriving_days: int | None = None
    leak: Mapping[str, float] = field(default_factory=dict)
    wait: Mapping[str, float] = field(default_factory=dict)
    feelings: Mapping[str, Sequence[Feeling]] = field(default_factory=dict)
    comments: Verbatims = field(default_factory=dict)
    channels: Mapping[str, float] = field(default_factory=dict)
    usual_leak: float = 0.15
    usual_wait: float = 86_400.0
    spread: float = 0.7
    skips: float = 0.04
    returns: float = 0.08
    ties: float = 0.03
    duplicates: float = 0.01
    noise: float = 0.05
    anonymous: float = 0.05
    declines: float = 0.35
    busy: float = 0.45
    comment_rate: float = 0.4
    amount: float = 900.0
    office_hours: bool = True
    ids: Literal["codes", "emails"] = "codes"

    @property
    def first_day(self) -> date:
        """The day on which the data begins."""
        return date.fromisoformat(self.start)

    @property
    def arriving(self) -> int:
        """The number of days during which people come for the first time."""
        return self.days if self.arriving_days is None else self.arriving_days

    def check(self, map: JourneyMap) -> None:
        """Raise UsageError where something cannot be played on ``map``."""
        stages = [stage.id for stage in map.stages]
        for option, keys in (("leak", self.leak), ("wait", self.wait), ("feelings", self.feelings)):
            _known(option, keys, stages)
        shares = {f"leak.{stage}": share for stage, share in self.leak.items()}
        feelings = [(f"feelings.{stage}", feeling) for stage, several in self.feelings.items() for feeling in several]
        shares |= {name: feeling.rate for name, feeling in feelings}
        names = ("usual_leak", "skips", "returns", "ties", "duplicates", "noise", "declines", "busy", "comment_rate")
        shares |= {name: float(getattr(self, name)) for name in names}
        for name, share in shares.items():
            _within(name, share, 0, 1)
        for stage, seconds in self.wait.items():
            _within(f"wait.{stage}", seconds, 60, 3 * 365 * 86_400)
        for name, feeling in feelings:
            _within(name, feeling.valence, -2, 2)
        _within("anonymous", self.anonymous, 0, 10)
        _within("persons", self.persons, 0, 10**9)
        _within("days", self.days, 1, 3_650)
        _within("arriving_days", self.arriving, 1, self.days)
        try:
            self.first_day  # noqa: B018
        except ValueError:
            raise UsageError(
                _("“{value}” is not a day.").format(value=self.start),
                value=self.start,
                expected=_("Write the day as 2026-01-05."),
            ) from None


def _known(option: str, keys: Iterable[str], stages: Sequence[str]) -> None:
    for key in keys:
        if key not in stages:
            raise UsageError(
                _("“{option}” names the stage “{stage}”, which the map does not have.").format(
                    option=option, stage=key
                ),
                value=key,
                expected=_("Its stages are: {stages}.").format(stages=", ".join(stages)),
            )


def _within(name: str, value: float, low: float, high: float) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        raise UsageError(
            _("“{name}” cannot be {value}.").format(name=name, value=value),
            value=value,
            expected=_("It lies between {low} and {high}.").format(low=low, high=high),
        )
