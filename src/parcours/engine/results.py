"""Frozen answers of the analyses. Shares are 0..1 or None where nobody could count; times are seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from parcours.engine.table import Int64s

ScoreKind = Literal["nps", "csat", "ces"]


class Result:
    """Base of all results: plain data out, and a picture in notebooks where a drawer has been set.

    ``drawer`` is set once by the library's top level, so that the engine knows nothing of drawing.
    """

    drawer: ClassVar[Callable[[Any], str] | None] = None

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain, JSON-ready data."""
        return asdict(self)  # type: ignore[call-overload,no-any-return]

    def rows(self) -> list[dict[str, Any]]:
        """Return the result as a flat table: one dict per line, the same keys in each."""
        raise NotImplementedError

    def to_pandas(self) -> Any:
        """Return ``rows`` as a pandas DataFrame (pandas is imported here)."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def _repr_html_(self) -> str | None:
        drawer = type(self).drawer
        return drawer(self) if drawer is not None else None


@dataclass(frozen=True)
class Members:
    """The cases behind one figure: ``persons`` are the log's int64 ids in ascending order, one per case.

    A person stands there once per case: once for a figure that counts people, once per answer for a score.
    """

    figure: str
    persons: Int64s

    def __len__(self) -> int:
        return len(self.persons)


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """``persons`` reached this step; shares are of step 1 and of the step before."""

    name: str
    persons: int
    share_of_first: float | None
    share_of_previous: float | None
    median_seconds: float | None
    """Median time from step 1 to this step over those who reached it (zero counts); None for step 1."""


@dataclass(frozen=True)
class FunnelResult(Result):
    """An ordered funnel. The denominator is the entrants of step 1.

    ``breakdown`` is None, or the funnel of each value of the asked property (None: missing value).
    """

    steps: tuple[FunnelStep, ...]
    within_seconds: float | None
    entry: str
    breakdown: tuple[tuple[str | None, tuple[FunnelStep, ...]], ...] | None = None
    breakdown_note: str | None = None

    def rows(self) -> list[dict[str, Any]]:
        """One line per step, per value of the breakdown where there is one."""
        if self.breakdown is None:
            return [asdict(step) for step in self.steps]
        return [{"value": value, **asdict(step)} for value, steps in self.breakdown for step in steps]


@dataclass(frozen=True, slots=True)
class Transition:
    """``count`` times ``target`` came directly after ``source``; ``tied`` of these at one and the same instant."""

    source: str
    target: str
    count: int
    tied: int


@dataclass(frozen=True)
class TransitionsResult(Result):
    """Directly-follows counts in source order (as pm4py's directly-follows graph).

    ``tie_affected_edges`` counts edges, ``tie_affected_share`` the share of all counted steps, that another order
    of events at one instant could change.
    """

    transitions: tuple[Transition, ...]
    starts: tuple[tuple[str, int], ...]
    ends: tuple[tuple[str, int], ...]
    tie_affected_edges: int
    tie_affected_share: float

    def rows(self) -> list[dict[str, Any]]:
        """One line per edge, most frequent first."""
        return [
            {"from": edge.source, "to": edge.target, "count": edge.count, "tied": edge.tied}
            for edge in self.transitions
        ]


@dataclass(frozen=True, slots=True)
class Score:
    """NPS (−100..100), CSAT (share 0..1 of 4–5 of 5, or the top two fifths of the scale) or CES (mean 1..7).

    ``low`` and ``high`` bound the 95 % interval: adjusted Wald for NPS, Wilson for CSAT, Student t for CES.
    ``counts`` are (detractors, passives, promoters) for NPS, (not satisfied, satisfied) for CSAT, () for CES.
    Under ten answers ``value``, ``low`` and ``high`` are None and ``few`` holds the answers themselves, ascending.
    """

    kind: ScoreKind
    answers: int
    value: float | None
    low: float | None
    high: float | None
    counts: tuple[int, ...] = ()
    effort_scale: bool = False
    few: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Emotion:
    """Mean valence −2..+2 of all answers, each mapped from its own scale, with a 95 % Student t interval."""

    answers: int
    mean: float | None
    low: float | None
    high: float | None
    few: tuple[float, ...] = ()
    """The answers themselves, ascending, when there are fewer than ten."""


@dataclass(frozen=True, slots=True)
class TouchpointFigures:
    """``persons`` with at least one event on it inside their trip, ``events`` those events."""

    id: str
    persons: int
    events: int
    emotion: Emotion


@dataclass(frozen=True, slots=True)
class StageFigures:
    """One stage. reached − left − failed − open − arrived is the next stage's ``reached``.

    ``entered``: trips placed in it. ``reached``: trips whose furthest stage is this or a later one. ``left``,
    ``failed``, ``open``, ``arrived``: trips whose furthest stage it is, by their state (arrived = succeeded).
    ``leak`` = (left + failed) ÷ entered. ``returned``: trips that came back to it after having been in another
    stage, ``returns`` how often. ``timed``: trips that entered it and later another; the quartiles are of the
    seconds from the first placement in it to the next placement in another stage.
    """

    id: str
    entered: int
    reached: int
    left: int
    failed: int
    open: int
    arrived: int
    returned: int
    returns: int
    leak: float | None
    timed: int
    lower_seconds: float | None
    median_seconds: float | None
    upper_seconds: float | None
    scores: tuple[Score, ...]
    emotion: Emotion

    @property
    def went_on(self) -> int:
        """Trips that reached it and then a later stage, or succeeded here."""
        return self.reached - self.left - self.failed - self.open

    @property
    def settled(self) -> int:
        """Trips that reached it and of which it is known whether they went on: not under way in it."""
        return self.reached - self.open

    @property
    def conversion(self) -> float | None:
        """``went_on`` ÷ ``settled``; None where nothing is settled."""
        return conversion(self.went_on, self.settled)


@dataclass(frozen=True)
class JourneyResult(Result):
    """What people lived, laid over a plan: the one source of every number of a report.

    ``persons`` in the log, ``travellers`` of them with at least one trip, ``trips`` started, ``placed`` trips with at
    least one placed event, ``unplaced_events`` events inside trips that match no touchpoint and are not ignored, with
    ``unplaced_names`` the most frequent of their names.
    ``timeout_seconds`` and ``data_end_us`` are the ones used. ``events`` are all events of the log, ``trip_events``
    those inside trips. ``scores`` and ``emotion`` are of every valid answer up to the data's end; ``unplaced_answers``
    of them belong to no stage (outside a trip, or before its first placement), and ``invalid_answers`` lay outside
    their scale and count nowhere.
    """

    persons: int
    trips: int
    placed: int
    succeeded: int
    failed: int
    left: int
    open: int
    events: int
    unplaced_events: int
    unplaced_names: tuple[tuple[str, int], ...]
    timeout_seconds: float
    data_start_us: int
    data_end_us: int
    stages: tuple[StageFigures, ...]
    touchpoints: tuple[TouchpointFigures, ...]
    trip_events: int = 0
    scores: tuple[Score, ...] = ()
    emotion: Emotion = Emotion(0, None, None, None)
    unplaced_answers: int = 0
    invalid_answers: int = 0
    travellers: int | None = None
    """None: as many as trips."""
    success_seconds: float | None = None
    """Median time from the start of a trip to its success; None where none succeeded."""

    @property
    def ended(self) -> int:
        """Trips that succeeded, failed or were left: not under way."""
        return self.succeeded + self.lost

    @property
    def lost(self) -> int:
        """Trips that failed or were left."""
        return self.failed + self.left

    @property
    def setting_out(self) -> int:
        """How many persons made a trip."""
        return self.trips if self.travellers is None else self.travellers

    def rows(self) -> list[dict[str, Any]]:
        """One line per stage."""
        return [
            {key: value for key, value in asdict(stage).items() if key not in ("scores", "emotion")}
            | {f"{score.kind}{suffix}": got for score in stage.scores for suffix, got in score_cells(score)}
            for stage in self.stages
        ]


def conversion(went_on: int, settled: int) -> float | None:
    """Return the share of the trips that reached a stage that went on from it, without those still open in it."""
    return went_on / settled if settled else None


def score_cells(score: Score) -> tuple[tuple[str, Any], ...]:
    """Return the cells of a flat table for ``score``, each with what to add to its kind for a heading."""
    kind = "_effort" if score.effort_scale else ""
    cells = (("", score.value), ("_low", score.low), ("_high", score.high), ("_answers", score.answers))
    return tuple((kind + suffix, value) for suffix, value in cells)


def as_int64(values: Any) -> Int64s:
    """Return ``values`` as a contiguous int64 array."""
    return np.ascontiguousarray(values, np.int64)
