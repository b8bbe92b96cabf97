"""What the picture shows, already counted and already in words: the only input of the drawing.

Counts are ints, shares 0..1, times seconds, emotions valence −2..+2, times of day aware datetimes. ``figure`` is the
key under which the people behind a number are listed; None where there is nobody to open onto.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from parcours.language.counted import Counted
from parcours.language.translation import Language
from parcours.picture.held import Aligned, DeviationCount, PlanShown, PromiseShown
from parcours.picture.held import Figure as Figure
from parcours.picture.lanes import Detail, LaneName, lanes_shown
from parcours.picture.told import About, DeedShown, Layer, LinkShown, PainShown, Story

Verdict = Literal["kept", "missed", "unknown"]


@dataclass(frozen=True, slots=True)
class Measured:
    """An emotion as measured: mean valence with its 95 % interval over ``answers``.

    Under 10 answers ``raw`` holds them and ``mean`` is None; under 30 the point is drawn fragile.
    """

    answers: int
    mean: float | None
    low: float | None
    high: float | None
    raw: tuple[float, ...] = ()
    figure: str | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """A metric beside its target: ``value`` and ``target`` are shown as they are (already formatted)."""

    label: str
    value: str
    target: str | None
    verdict: Verdict
    detail: str | None = None
    figure: str | None = None


@dataclass(frozen=True, slots=True)
class Station:
    """A touchpoint on the line."""

    id: str
    name: str
    icon: str
    channel: str | None
    owner: str | None
    moment_of_truth: bool
    persons: Figure | None
    expected: float | None
    felt: Measured | None
    pin: int | None = None
    step: str | None = None
    layer: Layer | None = None
    about: About | None = None
    """What opens under its name; None where there is no more to say."""


def _beyond_zero(felt: Measured | None, side: int) -> bool:
    if felt is None or felt.answers < 10 or felt.low is None or felt.high is None:
        return False
    return felt.low > 0 if side > 0 else felt.high < 0


def _mean(station: Station) -> float:
    return station.felt.mean or 0.0 if station.felt is not None else 0.0


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a customer, as they were written."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class StageColumn:
    """One stage with everything that was lived in it.

    ``reached`` counts people whose furthest stage is this one or a later one, ``entered`` those placed in it;
    ``left`` holds failed trips too; reached − left − open − arrived is the next stage's ``reached``. ``admitted`` is
    the share of leak that the map accepts (None: no target, so no leak is called too much).
    """

    id: str
    number: int
    name: str
    goal: str | None
    owner: str | None
    reached: Figure
    entered: Figure
    left: Figure
    open: Figure
    arrived: Figure
    returned: Figure
    leak: float | None
    admitted: float | None
    median_seconds: float | None
    lower_seconds: float | None
    upper_seconds: float | None
    timed: Figure
    target_seconds: float | None
    expected: float | None
    felt: Measured | None
    stations: tuple[Station, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    quote: Quote | None = None
    pin: int | None = None
    promises: tuple[PromiseShown, ...] = ()
    deviations: tuple[DeviationCount, ...] = ()
    aligned: Aligned | None = None
    pains: tuple[PainShown, ...] = ()
    deeds: tuple[DeedShown, ...] = ()
    deeper: LinkShown | None = None
    """The page of another map, in which this stage plays in detail."""
    counted: Counted = "people"
    """What its figures count; those of its touchpoints are always of people."""
    more_pins: tuple[int, ...] = ()
    """Other findings that stand in this stage as a whole, beside ``pin``."""

    @property
    def pins(self) -> tuple[int, ...]:
        """The numbers of all findings of this stage and of its touchpoints, in their order: they stand at its head."""
        found = (self.pin, *self.more_pins, *(station.pin for station in self.stations))
        return tuple(sorted({pin for pin in found if pin is not None}))

    @property
    def split(self) -> tuple[Station, Station] | None:
        """The touchpoints felt worst and best, where the stage's mean hides that they are felt in opposite ways.

        Both have ten answers or more, and the whole 95 % interval of the one lies below zero, that of the other above.
        """
        bad = [station for station in self.stations if _beyond_zero(station.felt, -1)]
        good = [station for station in self.stations if _beyond_zero(station.felt, 1)]
        if not bad or not good:
            return None
        return min(bad, key=_mean), max(good, key=_mean)

    @property
    def lived(self) -> bool:
        """Whether anything was counted here: False on a plan, where nobody can be opened onto."""
        return self.reached.count > 0 or self.reached.figure is not None


@dataclass(frozen=True, slots=True)
class Finding:
    """One of the things that matter most: a sentence, its evidence, and the stage it stands in."""

    number: int
    kind: str
    headline: str
    detail: str
    stage: str | None
    figure: str | None = None


@dataclass(frozen=True, slots=True)
class MapPicture:
    """A whole picture. ``people`` maps a figure's key to the ids to embed; ``people_total`` to its full count.

    ``headline`` is the page's title sentence; ``lost``, ``felt`` and ``first`` hold the sentences of its three
    columns; ``notes`` explain how to read the numbers. ``lanes`` are those chosen (None: those of ``detail``).
    """

    title: str
    subtitle: str
    language: Language
    headline: str
    lost: Sequence[str]
    felt: Sequence[str]
    findings: Sequence[Finding]
    stages: Sequence[StageColumn]
    notes: Sequence[str] = ()
    people: Mapping[str, Sequence[str]] = field(default_factory=dict)
    people_total: Mapping[str, int] = field(default_factory=dict)
    people_command: str = "parcours people LOG"
    """What lists everybody behind a figure, up to its key."""
    plan: PlanShown = field(default_factory=PlanShown)
    """Promises, deviations and alignment, for the sections under the map."""
    indicators: Sequence[Indicator] = ()
    """Metrics of the whole map, for a section of their own."""
    story: Story = field(default_factory=Story)
    """What the team knows and plans, for the sections under the map."""
    lanes: Sequence[LaneName] | None = None
    detail: Detail = "full"

    @property
    def counted(self) -> Counted:
        """What the figures of its stages count."""
        return self.stages[0].counted if self.stages else "people"

    @property
    def lived(self) -> bool:
        """Whether anything was counted: False for a plan."""
        return any(stage.lived for stage in self.stages)

    @property
    def shown(self) -> tuple[LaneName, ...]:
        """The lanes to draw, in their order; one without content is left out where it is drawn."""
        return lanes_shown(self.lanes, self.detail)
