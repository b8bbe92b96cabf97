"""Which names of a log become touchpoints, which success and failure, and which are left out, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from parcours.engine.succession import is_rare
from parcours.mapdoc.observed import Observed
from parcours.mapdoc.wording import speaks_of_failure, speaks_of_trouble, success_strength

Reason = Literal["rare", "anywhere", "failure", "setback", "detail", "star", "unseen"]

LATE = 0.5
"""A success stands in the later part of the order: at least at this share of its length."""
MOST_OVERLAP = 0.05
"""A failure is what nearly nobody comes back from: at most this share of those who met it succeed."""
MOST_USUAL_END = 0.6
CLEAR_ORDER, ANYWHERE = 0.7, 0.8
"""Where names keep to an order (median steadiness), a name is met anywhere under this share of the median."""
MOST_TOUCHPOINTS_OF_RARE = 12


@dataclass(frozen=True, slots=True)
class Level:
    """How many touchpoints a detail shows at most, from which share of all persons on, and how many stages."""

    touchpoints: int
    share: float
    stages: float


LEVELS = {
    1: Level(12, 0.10, 0.5),
    2: Level(20, 0.03, 0.75),
    3: Level(36, 0.01, 1.0),
    4: Level(60, 0.003, 1.35),
    5: Level(1_000, 0.0, 1.75),
}
"""``stages`` is a multiple of what the log asks for. At 5 comes what is met anywhere, too."""
USUAL = 3


@dataclass(frozen=True)
class Choice:
    """What was decided about the names, by their places in ``log``.

    ``candidates`` may be touchpoints, most persons first, those that are met anywhere last; ``backbone`` are the ones
    on which stages are cut: those of the usual detail.
    """

    log: Observed
    goal: str | None
    success: int | None
    guessed: bool
    failures: tuple[int, ...]
    setbacks: tuple[int, ...]
    anywhere: tuple[int, ...]
    candidates: tuple[int, ...]
    backbone: tuple[int, ...]

    def shown(self, detail: int, most: int | None, standing: Iterable[int]) -> list[int]:
        """Return the touchpoints of a detail, or the ``most`` that most persons have; always those ``standing``.

        What a lower detail, or a smaller number, shows is shown at a higher one too.
        """
        level = LEVELS[detail]
        roaming = set(self.anywhere) if detail < max(LEVELS) else set()
        steady = [place for place in self.candidates if place not in roaming]
        if most is None:
            floor = level.share * self.log.all_persons
            chosen = [place for place in steady[: level.touchpoints] if self.log.persons[place] >= floor]
        else:
            chosen = steady[:most]
        always = [*standing, *(() if self.success is None else (self.success,))]
        return list(dict.fromkeys([*chosen, *always]))

    def left_out(self, shown: Iterable[int]) -> list[tuple[int, Reason]]:
        """Return the other names with the reason, most persons first."""
        seen = set(shown)
        return [
            (place, self._reason(place))
            for place in sorted(range(len(self.log)), key=self.log.rank)
            if place not in seen
        ]

    def _reason(self, place: int) -> Reason:
        if place in self.failures:
            return "failure"
        if place in self.setbacks:
            return "setback"
        if place in self.anywhere:
            return "anywhere"
        if place not in self.candidates:
            return "star"
        return "rare" if is_rare(float(self.log.persons[place]), self.log.all_persons) else "detail"


def choose(log: Observed, goal: str | None) -> Choice:
    """Sort the names of a log."""
    # A pattern that ends with * stands for every name that begins so: such a name cannot be matched alone.
    usable = [place for place in range(len(log)) if log.alike[place] or not log.names[place].endswith("*")]
    usable.sort(key=log.rank)
    floor = LEVELS[USUAL].share * log.all_persons
    common = [place for place in usable if log.persons[place] >= floor]
    success = _likely_success(log, common) if goal is None else None
    guessed = goal is None and success is None
    if guessed:
        success = _usual_end(log, common)
    if goal is not None:
        success = next((place for place in usable if log.names[place] == goal), None)
    failures, setbacks = _failures_and_setbacks(log, common, success)
    anywhere = _met_anywhere(log, [place for place in common if place != success])
    off = {*failures, *setbacks}
    candidates = [place for place in usable if place not in off and place not in anywhere]
    backbone = [place for place in candidates if log.persons[place] >= floor][: LEVELS[USUAL].touchpoints]
    if success is not None and success not in backbone:
        backbone.append(success)
    if not backbone:
        candidates = candidates or usable
        backbone = candidates[:MOST_TOUCHPOINTS_OF_RARE]
    return Choice(
        log=log,
        goal=goal,
        success=success,
        guessed=guessed and success is not None,
        failures=tuple(place for place in failures if place not in candidates),
        setbacks=tuple(place for place in setbacks if place not in candidates),
        anywhere=tuple(place for place in anywhere if place not in candidates and place not in off),
        candidates=(*candidates, *(place for place in anywhere if place not in candidates and place not in off)),
        backbone=tuple(backbone),
    )


def _along(log: Observed, places: Sequence[int]) -> dict[int, float]:
    """Return where ``places`` stand among themselves, from 0 to 1."""
    scores = log.scores[list(places)]
    span = float(np.ptp(scores)) if len(places) else 0.0
    low = float(scores.min()) if len(places) else 0.0
    return {place: (float(log.scores[place]) - low) / span if span else 0.0 for place in places}


def _likely_success(log: Observed, places: Sequence[int]) -> int | None:
    """Return the late name that speaks most of success; among equals the later, then the more frequent one.

    What a name says counts double: a purchase is not outdone by what is accepted at the very end.
    """
    candidates = [
        (success_strength(log.names[place]) + round(along, 9) / 2, log.persons[place], log.names[place], place)
        for place, along in _along(log, places).items()
        if along >= LATE and success_strength(log.names[place]) > 0
    ]
    return max(candidates)[-1] if candidates else None


def _usual_end(log: Observed, places: Sequence[int]) -> int | None:
    """Return the late name with which most of its persons end, if most persons have it."""
    candidates = [
        (log.ends[place], log.names[place], place)
        for place, along in _along(log, places).items()
        if along >= LATE
        and log.ends[place] >= MOST_USUAL_END * log.persons[place]
        and log.persons[place] >= log.all_persons / 2
        and not speaks_of_failure(log.names[place])
        and not speaks_of_trouble(log.names[place])
    ]
    return max(candidates)[-1] if len(places) > 1 and candidates else None


def _failures_and_setbacks(log: Observed, places: Sequence[int], success: int | None) -> tuple[list[int], list[int]]:
    """Return the names that speak of failure: those that end a trip, and those after which some still succeed.

    What only went wrong, such as an error, is never more than a setback. Neither is a touchpoint, for neither is a step
    forward: people would seem to advance by being refused.
    """
    trouble = {place for place in places if speaks_of_trouble(log.names[place])}
    bad = [place for place in places if place != success and (place in trouble or speaks_of_failure(log.names[place]))]
    setbacks = [
        place
        for place in bad
        if place in trouble or (success is not None and log.overlap(place, success) > MOST_OVERLAP)
    ]
    return [place for place in bad if place not in setbacks], setbacks


def _met_anywhere(log: Observed, places: Sequence[int]) -> list[int]:
    """Return the names that come before and after the others alike, in a log whose names keep to an order."""
    if len(places) < 4:
        return []
    usual = float(np.median(log.steady[list(places)]))
    if usual < CLEAR_ORDER:
        return []
    return [place for place in places if log.steady[place] < ANYWHERE * usual]
