"""What is planted in a simulated company."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, NamedTuple

from parcours.language.errors import UsageError
from parcours.language.translation import _
from parcours.mapdoc.document import JourneyMap, Touchpoint
from parcours.simulate.planting import Change, Deviation, Kept, Persona

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
    ``busy``: chance of each further touchpoint in a stage; ``chance`` overrides it for single touchpoints of a map
    with a plan, and ``again`` the chance that one occurs once more.
    ``office_hours`` keeps calls, meetings and answers to the map's opening hours (else weekdays, 9 to 18).
    ``leaver_mood``: valence that people who leave feel less. ``wait_effect``: valence per doubling of a stay beyond
    its usual length (negative: waits hurt); ``chase_effect``: valence that having had to chase adds to the next answer.
    ``seasons`` weighs first visits by month (1 to 12). ``late_arrival``: share of rows that reach the company hours
    or days after they happened. ``identified_by``: touchpoints at which visitors say who they are; their rows up to
    then carry an anonymous id. ``repeat``: on a map whose trips have a key, the chance that a trip is one more of the
    person before. ``quadrants``: by stage, where structure and feeling are meant to stand. ``changes``: what actions of
    the map did, on a map with a plan.
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
    chance: Mapping[str, float] = field(default_factory=dict)
    again: Mapping[str, float] = field(default_factory=dict)
    personas: Sequence[Persona] = ()
    deviations: Sequence[Deviation] = ()
    promises: Mapping[str, Kept] = field(default_factory=dict)
    changes: Sequence[Change] = ()
    quadrants: Mapping[str, str] = field(default_factory=dict)
    leaver_mood: float = -0.7
    wait_effect: float = 0.0
    chase_effect: float = 0.0
    seasons: Mapping[int, float] = field(default_factory=dict)
    late_arrival: float = 0.0
    identified_by: Sequence[str] = ()
    repeat: float = 0.0
    names: Sequence[str] = ()
    amounts: Mapping[str, float] = field(default_factory=dict)

    @property
    def first_day(self) -> date:
        """The day on which the data begins."""
        return date.fromisoformat(self.start)

    @property
    def arriving(self) -> int:
        """The number of days during which people come for the first time."""
        return self.days if self.arriving_days is None else self.arriving_days

    def done_on(self, change: Change) -> date:
        """Return the day on which an action was done."""
        return self.first_day + timedelta(days=change.day)

    def check(self, map: JourneyMap) -> None:
        """Raise UsageError where something cannot be played on ``map``."""
        stages = [stage.id for stage in map.stages]
        for option in ("leak", "wait", "feelings", "quadrants"):
            _known(option, getattr(self, option), stages)
        self._check_plan(map)
        self._check_changes(map, stages)
        shares = {f"leak.{stage}": share for stage, share in self.leak.items()}
        feelings = [(f"feelings.{stage}", feeling) for stage, several in self.feelings.items() for feeling in several]
        shares |= {name: feeling.rate for name, feeling in feelings}
        for option in ("chance", "again"):
            shares |= {f"{option}.{touchpoint}": share for touchpoint, share in getattr(self, option).items()}
        names = ("usual_leak", "skips", "returns", "ties", "duplicates", "noise", "declines", "busy", "comment_rate",
                 "late_arrival", "repeat")  # fmt: skip
        shares |= {name: float(getattr(self, name)) for name in names}
        for name, share in shares.items():
            _within(name, share, 0, 1)
        for stage, seconds in self.wait.items():
            _within(f"wait.{stage}", seconds, 60, 3 * 365 * 86_400)
        for name, feeling in feelings:
            _within(name, feeling.valence, -2, 2)
        for month, weight in self.seasons.items():
            _within("seasons", month, 1, 12)
            _within(f"seasons.{month}", weight, 0, 1_000)
        for name in ("leaver_mood", "wait_effect", "chase_effect"):
            _within(name, getattr(self, name), -4, 4)
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

    def _check_changes(self, map: JourneyMap, stages: Sequence[str]) -> None:
        _known("changes", [one.stage for one in self.changes], stages)
        _planned("changes", [one.action for one in self.changes], [action.id for action in map.actions])
        for one in self.changes:
            _within(f"changes.{one.action}.day", one.day, 0, 3_650)
            _within(f"changes.{one.action}.leak", one.leak, -1, 1)

    def _check_plan(self, map: JourneyMap) -> None:
        points = {point.id: (number, point) for number, stage in enumerate(map.stages) for point in stage.touchpoints}
        promises = [promise.id for _number, point in points.values() for promise in point.promises]
        for persona in self.personas:
            _within(f"personas.{persona.id}.share", persona.share, 0, 1_000)
            _within(f"personas.{persona.id}.patience", persona.patience, 0.1, 10)
            _within(f"personas.{persona.id}.mood", persona.mood, -2, 2)
        for option in ("chance", "again", "identified_by", "amounts"):
            _planned(option, getattr(self, option), points)
        for id, amount in self.amounts.items():
            _within(f"amounts.{id}", amount, 0, 1e9)
        _planned("deviations", [one.touchpoint for one in self.deviations], points)
        _planned("promises", self.promises, promises)
        _planned("names", self.names, _event_names(map))
        for one in self.deviations:
            _within(f"{one.kind}.{one.touchpoint}", one.rate, 0, 1)
            number, point = points[one.touchpoint]
            if not _can_deviate(one, number, point, points):
                raise UsageError(
                    _("The touchpoint “{touchpoint}” cannot be {kind}.").format(
                        touchpoint=one.touchpoint, kind=one.kind
                    ),
                    value=one.touchpoint,
                    expected=_("The map must give it: {field}.").format(field=_FIELDS[one.kind]),
                )
        for id, kept in self.promises.items():
            for name in ("broken", "never", "chase", "loses"):
                _within(f"promises.{id}.{name}", getattr(kept, name), 0, 1)
            _within(f"promises.{id}.effect", kept.effect, -4, 4)


def _event_names(map: JourneyMap) -> list[str]:
    points = [point for stage in map.stages for point in stage.touchpoints]
    rules = [rule for point in points for rule in (point.rule, point.fails_when) if rule is not None]
    return list(dict.fromkeys(name for rule in rules for match in rule.any_of for name in match.names))


_FIELDS = {
    "missing": "required",
    "adhoc": "max_occurs",
    "failing": "fails_when",
    "out_of_sequence": "after",
}


def _can_deviate(one: Deviation, number: int, point: Touchpoint, points: Mapping[str, tuple[int, Touchpoint]]) -> bool:
    match one.kind:
        case "missing":
            return point.required and point.one_of is None
        case "adhoc":
            return point.max_occurs is not None
        case "failing":
            return point.fails_when is not None
    return any(points[before][0] == number for before in point.after)


def _planned(option: str, keys: Iterable[str], known: Iterable[str]) -> None:
    for key in keys:
        if key not in known:
            raise UsageError(
                _("“{option}” names “{id}”, which the map does not have.").format(option=option, id=key),
                value=key,
                expected=_("There are: {ids}.").format(ids=", ".join(known) or "–"),
            )


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
