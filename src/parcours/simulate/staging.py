"""The plan of a map made ready to be played: what happens in a stage, in which order, what can go wrong, how often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parcours.language.errors import UsageError
from parcours.language.translation import _
from parcours.mapdoc.document import JourneyMap, Promise, Stage, Touchpoint
from parcours.simulate.planting import Deviation, Kept
from parcours.simulate.scenario import Scenario

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Given:
    """A promise of the map, in the order of the map: indexes of its touchpoints, and how it is kept.

    ``played``: whether the players time the holder by it; a touchpoint that holds several is timed by the first.
    """

    promise: Promise
    source: int
    holder: int
    business: bool
    kept: Kept
    played: bool = True

    @property
    def within(self) -> float:
        """The time promised, in seconds of its clock."""
        return self.promise.within_seconds


@dataclass(frozen=True)
class Events:
    """The shapes of a touchpoint: ``usual`` are choices in the order in which one occurrence emits them, ``failing``
    those gone wrong, ``ending`` those with which a trip succeeds (``paid``), or with which people decline to fail."""

    usual: tuple[Ints, ...]
    failing: Ints
    ending: Ints
    paid: bool = False


@dataclass(frozen=True)
class Point:
    """One touchpoint of a stage, with its index in the map.

    ``turn``: this is where trips succeed or fail, for those who go on. ``later``: only for those who go on.
    ``answers`` and ``carried``: the promise by which it is timed, given in this stage or in an earlier one.
    ``keeps`` and ``opens``: the promises given here, to be kept in this stage or in a later one. ``disorder`` says
    before which local point it comes when it is out of sequence. ``again``: chance of one occurrence
    more. ``free``: an occurrence more changes nothing. ``amount``: the median of the amounts that its events carry.
    """

    index: int
    events: Events
    required: bool
    most: int
    chance: float
    again: float
    staffed: bool
    turn: bool
    later: bool
    group: str | None
    answers: int | None
    carried: int | None
    keeps: tuple[int, ...]
    opens: tuple[int, ...]
    before: int | None
    free: bool
    amount: float | None = None


@dataclass(frozen=True)
class Staging:
    """All of it: ``stages`` are the points of each stage in the order in which they are played.

    ``deviations[i]`` is planted at the touchpoint with index ``at[i]``; ``rates`` looks them up.
    """

    stages: tuple[tuple[Point, ...], ...]
    given: tuple[Given, ...]
    deviations: tuple[Deviation, ...]
    at: tuple[int, ...]
    rates: Mapping[tuple[str, int], tuple[int, float]]


def has_plan(map: JourneyMap) -> bool:
    """Say whether the map plans more than which touchpoints there are."""
    return any(
        point.required or point.max_occurs or point.after or point.one_of or point.fails_when or point.promises
        for stage in map.stages
        for point in stage.touchpoints
    )


def given_promises(map: JourneyMap, scenario: Scenario) -> tuple[Given, ...]:
    """List the promises of the map with how the scenario keeps them."""
    points = [point for stage in map.stages for point in stage.touchpoints]
    places = {point.id: index for index, point in enumerate(points)}
    stage_of = [number for number, stage in enumerate(map.stages) for _point in stage.touchpoints]
    given: list[Given] = []
    for holder, point in enumerate(points):
        taken = False
        for promise in sorted(point.promises, key=lambda one: stage_of[places[one.source]] != stage_of[holder]):
            source = places[promise.source]
            kept = scenario.promises.get(promise.id, Kept())
            played = not taken and stage_of[source] <= stage_of[holder] and source != holder
            given.append(Given(promise, source, holder, promise.clock == "business", kept, played))
            taken = taken or played
    return tuple(given)


def stage_points(
    map: JourneyMap,
    scenario: Scenario,
    events: Mapping[int, Events],
    staffed: Mapping[int, bool],
    given: Sequence[Given],
) -> tuple[tuple[Point, ...], ...]:
    """Order each stage. ``events`` and ``staffed`` are of each touchpoint that can be played."""
    places = {point.id: index for index, point in enumerate(p for stage in map.stages for p in stage.touchpoints)}
    return tuple(_points(stage, scenario, places, events, staffed, given) for stage in map.stages)


def _points(
    stage: Stage,
    scenario: Scenario,
    places: Mapping[str, int],
    events: Mapping[int, Events],
    staffed: Mapping[int, bool],
    given: Sequence[Given],
) -> tuple[Point, ...]:
    ordered = [point for point in _in_order(stage) if places[point.id] in events]
    local = {point.id: at for at, point in enumerate(ordered)}
    mine = {places[point.id] for point in ordered}
    ranked = {id for point in stage.touchpoints if point.after for id in (point.id, *point.after)}
    found: list[Point] = []
    later = False
    for touchpoint in ordered:
        index = places[touchpoint.id]
        turn = len(events[index].ending) > 0
        held = [(i, one) for i, one in enumerate(given) if one.holder == index and one.played]
        sourced = [(i, one) for i, one in enumerate(given) if one.source == index and one.played]
        answers = next((i for i, one in held if one.source in mine), None)
        carried = None if answers is not None else next((i for i, one in held), None)
        before = next((local[other] for other in touchpoint.after if other in local), None)
        if sourced or carried is not None or turn:
            before = None
        found.append(
            Point(
                index=index,
                events=events[index],
                required=touchpoint.required,
                most=touchpoint.max_occurs or 3,
                chance=scenario.chance.get(touchpoint.id, scenario.busy),
                again=_again(touchpoint, scenario, bool(held or sourced)),
                staffed=staffed[index] or any(given[i].business for i, _one in held),
                turn=turn,
                later=later or turn,
                group=touchpoint.one_of,
                answers=answers,
                carried=carried,
                keeps=tuple(i for i, one in sourced if one.holder in mine),
                opens=tuple(i for i, one in sourced if one.holder not in mine),
                before=before,
                free=not (held or sourced or touchpoint.required or touchpoint.max_occurs or touchpoint.one_of)
                and not (turn or touchpoint.id in ranked or touchpoint.id in scenario.amounts),
                amount=scenario.amounts.get(touchpoint.id),
            )
        )
        later = later or turn
    return tuple(found)


def _again(touchpoint: Touchpoint, scenario: Scenario, promised: bool) -> float:
    """Say how likely one occurrence more is: nobody repeats what is required, or limited, unless the scenario says."""
    if touchpoint.max_occurs is not None or touchpoint.one_of is not None:
        return 0.0
    usual = 0.35 if promised else 0.8 * scenario.chance.get(touchpoint.id, scenario.busy)
    return scenario.again.get(touchpoint.id, 0.0 if touchpoint.required else usual)


def _in_order(stage: Stage) -> list[Touchpoint]:
    """Return the touchpoints of a stage so that each stands after its ``after``, else in the order of the map."""
    here = {point.id for point in stage.touchpoints}
    placed: list[Touchpoint] = []
    waiting = list(stage.touchpoints)
    while waiting:
        done = {point.id for point in placed}
        ready = next((point for point in waiting if all(o in done for o in point.after if o in here)), None)
        if ready is None:
            raise UsageError(
                _("The map cannot be played: in the stage “{stage}” touchpoints wait for each other.").format(
                    stage=stage.id
                ),
                value=stage.id,
            )
        placed.append(ready)
        waiting.remove(ready)
    return placed
