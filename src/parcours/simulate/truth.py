"""The manifest of a simulated company: what was planted in it, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class StageTruth:
    """One stage: trips that entered it, and those whose furthest stage it is by how they stand.

    ``reached``: furthest stage is this one or a later one. ``returned``: people who came back after another stage,
    ``returns`` how often. ``timed``: people who went on to another stage, ``median_seconds`` from their first moment
    here to their first moment there. ``answers[kind][score]`` counts answers given about this stage. ``off_plan``:
    trips with a touchpoint of this stage missing, failing or out of sequence. ``quadrant``: where it is meant to stand.
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
    timed: int
    median_seconds: float | None
    answers: Mapping[str, tuple[int, ...]]
    off_plan: int
    quadrant: str | None


@dataclass(frozen=True, slots=True)
class DeviationTruth:
    """One kind of deviation at one touchpoint (None: events that are on no touchpoint).

    ``rate``: share planted (None: not planted here). ``chances``: how often it could have been planted before the
    data ended, ``planted``: how often it was. ``trips``: trips that deviate, ``events``: extra or failed
    events, or promises broken.
    """

    kind: str
    touchpoint: str | None
    rate: float | None
    chances: int
    planted: int
    trips: int
    events: int


@dataclass(frozen=True, slots=True)
class NextAnswers:
    """The next answers of people after a promise: how many, and their mean valence −2..+2."""

    answers: int
    mean_valence: float | None


@dataclass(frozen=True, slots=True)
class PromiseTruth:
    """One promise of the map.

    Planted: the shares ``broken``, ``never``, ``chase`` and the valence ``effect`` on the next answer; how often it
    was ``given`` and then ``planned_kept``, ``planned_late``, ``planned_never``; ``chases``; ``abandoned``: people
    left before the stage in which it was to be kept. In the rows: ``kept``, ``late`` (met after the deadline),
    ``unmet`` (not met, the deadline lies before the data's end), ``pending`` (not met, not yet due).
    """

    id: str
    source: str
    touchpoint: str
    within_seconds: float
    clock: str
    broken: float
    never: float
    chase: float
    effect: float
    loses: float
    given: int
    planned_kept: int
    planned_late: int
    planned_never: int
    chases: int
    abandoned: int
    kept: int
    late: int
    unmet: int
    pending: int
    after_kept: NextAnswers
    after_broken: NextAnswers


@dataclass(frozen=True, slots=True)
class PersonaTruth:
    """One kind of customers: planted share and character, and how many people with a trip are of it."""

    id: str
    share: float
    patience: float
    mood: float
    persons: int


@dataclass(frozen=True, slots=True)
class ChangeTruth:
    """An action of the map, the day on which it was done, and what that added to the share who leave a stage."""

    action: str
    stage: str
    done_on: str
    leak: float


@dataclass(frozen=True, slots=True)
class Truth:
    """What was planted. ``events`` are all rows of the data, ``duplicates`` and ``ties`` some of them.

    ``trip_events`` and ``unplaced_events`` (on no touchpoint and not ignored) are rows inside trips, deliveries
    included. ``touchpoints`` gives trips and events of each. Times of the data are seconds UTC; None where there is no
    data. ``seasons``: planted weight of each month (01 to 12), ``begun``: trips that began in it, by the company's
    clock. ``identified``: trips in which the visitor said who they are, ``anonymous_events``: rows with an anonymous
    id. ``late_events``: rows that came more than a minute after they happened, ``out_of_order``: rows that stand in a
    chunk of the file after a later one.
    """

    persons: int
    events: int
    ties: int
    duplicates: int
    trips: int
    placed: int
    succeeded: int
    failed: int
    left: int
    open: int
    trip_events: int
    unplaced_events: int
    timeout_seconds: float
    data_start: int | None
    data_end: int | None
    stages: tuple[StageTruth, ...]
    touchpoints: Mapping[str, tuple[int, int]]
    deviations: tuple[DeviationTruth, ...]
    promises: tuple[PromiseTruth, ...]
    personas: tuple[PersonaTruth, ...]
    changes: tuple[ChangeTruth, ...]
    seasons: Mapping[str, float]
    begun: Mapping[str, int]
    identified: int
    anonymous_events: int
    late_events: int
    out_of_order: int
    wait_effect: float
    chase_effect: float
    leaver_mood: float

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain, JSON-ready data."""
        return asdict(self)
