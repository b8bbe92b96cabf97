"""A map and a scenario made ready to be played: which events each stage emits, when, and what people say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from parcours.language.errors import UsageError
from parcours.language.translation import _
from parcours.mapdoc.document import JourneyMap, Touchpoint
from parcours.simulate.clock import Clock
from parcours.simulate.hours import OpeningHours
from parcours.simulate.planting import Persona
from parcours.simulate.scenario import Mood, Scenario, ScoreKind
from parcours.simulate.shapes import Cell, Shape, Shapes, matches, shapes_of, unplanned
from parcours.simulate.staging import Events, Point, Staging, given_promises, has_plan, stage_points

KINDS: tuple[ScoreKind, ...] = ("nps", "csat", "ces")
ANSWER_NAMES = ("survey_answered", "feedback_given", "questionnaire_returned")
NOISE_NAMES = ("legal_notice_viewed", "job_offer_viewed", "cookie_choice_made", "search_made")
HUMAN = frozenset({"phone", "call", "video", "meeting", "visit", "store", "shop"})
"""Channels and icons behind which somebody has to be at work."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """What one stage of the map is made of, ready to be drawn from.

    ``touchpoints`` are the ordinary ones in the map's order: for each, its events in the order in which one person
    meets them, each a choice of shapes. Those from ``limit`` on are for people who go further only, after the
    ``turn`` (a share of the stay) at which these emit one of ``success``; some who leave emit one of ``failure``.
    ``answer`` is the shape that carries an answer of each kind.
    """

    touchpoints: tuple[tuple[Ints, ...], ...]
    human: npt.NDArray[np.bool_]
    opening: Ints
    success: Ints
    failure: Ints
    limit: int
    turn: float
    paid: bool
    answer: Mapping[ScoreKind, int]
    leak: float
    wait: float


@dataclass(frozen=True)
class Theatre:
    """A map and a scenario, prepared: all that playing needs.

    ``emitted`` is every event that can occur: the map's shapes, one for answers, then those off the map (``noise``).
    ``end`` is the moment at which the data ends, in seconds UTC. ``comment_of`` indexes ``comments``.
    """

    map: JourneyMap
    scenario: Scenario
    shapes: Shapes
    emitted: tuple[Shape, ...]
    noise: Ints
    parts: tuple[Part, ...]
    clock: Clock
    hours: OpeningHours
    staging: Staging
    planned: bool
    comments: tuple[str, ...]
    comment_of: Mapping[tuple[int, Mood], Ints]
    end: int

    @cached_property
    def fixed(self) -> npt.NDArray[np.bool_]:
        """Per event that can occur, whether its moment must stay: somebody is at work, or the plan depends on it."""
        found = np.zeros(len(self.emitted), bool)
        for part in self.parts:
            for index in np.flatnonzero(part.human):
                for options in part.touchpoints[index]:
                    found[options] = True
        if self.planned:
            bound = {point.index for points in self.staging.stages for point in points if not point.free}
            for i, shape in enumerate(self.emitted):
                found[i] |= bool(bound & set(shape.touchpoints))
        return found

    @cached_property
    def limited(self) -> npt.NDArray[np.bool_]:
        """Per event that can occur, whether the plan counts how often it does."""
        points = [point for stage in self.map.stages for point in stage.touchpoints]
        some = {i for i, point in enumerate(points) if point.max_occurs is not None or point.one_of is not None}
        return np.array([bool(some & set(shape.touchpoints)) for shape in self.emitted])

    @cached_property
    def personas(self) -> tuple[Persona, ...]:
        """The kinds of customers; one without a name where the scenario has none."""
        return tuple(self.scenario.personas) or (Persona("", 1.0),)

    @cached_property
    def patience(self) -> npt.NDArray[np.float64]:
        """Patience of each persona."""
        return np.array([one.patience for one in self.personas])

    @cached_property
    def mood(self) -> npt.NDArray[np.float64]:
        """Valence that each persona adds."""
        return np.array([one.mood for one in self.personas])

    def persona_of(self, person: Ints) -> Ints:
        """Say which persona each person is: a fixed fraction each, so that no chunk needs to know of another."""
        weights = np.cumsum([one.share for one in self.personas])
        fraction = (person * 0.7548776662466927) % 1
        return np.searchsorted(weights / weights[-1], fraction, side="right").clip(max=len(weights) - 1)

    def anonymous(self, person: Ints, shape: Ints, count: int) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Say which rows carry an anonymous id, and which of ``count`` people say who they are.

        ``person`` counts from 0; rows are in the order in which each person lived them. All up to the first in which
        they say it are anonymous.
        """
        tells = np.flatnonzero(self._telling[shape])
        first = np.full(count, len(person))
        first[person[tells[::-1]]] = tells[::-1]  # the earliest is written last
        return np.arange(len(person)) <= first[person], first < len(person)

    @cached_property
    def _telling(self) -> npt.NDArray[np.bool_]:
        points = [point.id for stage in self.map.stages for point in stage.touchpoints]
        telling = {points.index(id) for id in self.scenario.identified_by}
        return np.array([bool(telling & set(one.touchpoints)) for one in self.emitted])

    def changed(self, arrived: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return, for each stage, what is added to the chance to leave of people who ``arrived`` at these moments."""
        added = np.zeros((len(self.map.stages), len(arrived)))
        for one in self.scenario.changes:
            number = next(at for at, stage in enumerate(self.map.stages) if stage.id == one.stage)
            day = datetime.combine(self.scenario.done_on(one), time(), ZoneInfo(self.map.zone))
            added[number] += np.where(arrived >= day.timestamp(), one.leak, 0.0)
        return added

    def free(self, number: int) -> list[Point]:
        """Touchpoints of a stage on which nothing in the plan depends."""
        return [point for point in self.staging.stages[number] if point.free]

    @property
    def population(self) -> int:
        """Trips through the map, then visitors who make none."""
        return self.scenario.persons + round(self.scenario.persons * self.scenario.anonymous)


def prepare(map: JourneyMap, scenario: Scenario, general: Mapping[Mood, Sequence[str]]) -> Theatre:
    """Check ``scenario`` against ``map`` and look everything up.

    ``general`` comments serve the stages for which the scenario has none.
    """
    scenario.check(map)
    shapes = shapes_of(map, scenario.names)
    answer = _answer_name(map, scenario)
    noise = unplanned(map, NOISE_NAMES)
    # Without a rule for its start, a trip starts with any event.
    starts = map.trip.starts_when is None
    off_map = [
        Shape(name, {}, None, -1, (), starts=starts, ignored=matches(map.ignore, name, {}))
        for name in [answer or "", *noise]
    ]
    parts = tuple(_part(map, scenario, shapes, number, answer is not None) for number in range(len(map.stages)))
    texts, comment_of = _verbatims(map, scenario, general)
    day = scenario.first_day
    planned = has_plan(map)
    clock = Clock.of(map.zone, day, scenario.days)
    last = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=scenario.days)
    return Theatre(
        map=map,
        scenario=scenario,
        shapes=shapes,
        emitted=(*shapes.all, *off_map),
        noise=np.arange(len(shapes.all) + 1, len(shapes.all) + 1 + len(noise)),
        parts=parts,
        clock=clock,
        hours=OpeningHours.of(map, day, scenario.days),
        staging=_staging(map, scenario, shapes) if planned else Staging((), (), (), (), {}),
        planned=planned,
        comments=texts,
        comment_of=comment_of,
        end=int(last.timestamp() - clock.offset(np.array([last.timestamp()]))[0]),
    )


def _staging(map: JourneyMap, scenario: Scenario, shapes: Shapes) -> Staging:
    points = [point for stage in map.stages for point in stage.touchpoints]
    events: dict[int, Events] = {}
    for number in range(len(map.stages)):
        indexes = shapes.of_stage[number]
        paid = any(shapes.all[i].succeeds for index in indexes for i in shapes.of_touchpoint[index])
        for index in indexes:
            mine = shapes.of_touchpoint[index]
            wrong = [i for i in mine if index in shapes.all[i].failing]
            ends = [i for i in mine if (shapes.all[i].succeeds if paid else shapes.all[i].fails)]
            plain = [i for i in mine if i not in wrong and not _asks(shapes.all[i])]
            plain = [i for i in plain if not shapes.all[i].succeeds and not shapes.all[i].fails]
            if paid and ends:
                events[index] = Events(_by_name(shapes, plain), np.array(wrong, np.int64), np.array(ends), paid=True)
            elif plain:
                # Where trips fail, those who go on say yes where the others say no.
                yes = np.array(plain if ends else [], np.int64)
                events[index] = Events(() if ends else _by_name(shapes, plain), np.array(wrong, np.int64), yes)
    given = given_promises(map, scenario)
    staffed = {index: scenario.office_hours and _is_human(map, index) for index in events}
    places = {point.id: index for index, point in enumerate(points)}
    at = tuple(places[one.touchpoint] for one in scenario.deviations)
    return Staging(
        stages=stage_points(map, scenario, events, staffed, given),
        given=given,
        deviations=tuple(scenario.deviations),
        at=at,
        rates={(one.kind, at[i]): (i, one.rate) for i, one in enumerate(scenario.deviations)},
    )


def _answer_name(map: JourneyMap, scenario: Scenario) -> str | None:
    """Find a name under which answers of any kind match no touchpoint."""
    kinds = {feeling.kind for several in scenario.feelings.values() for feeling in several}
    rules = [touchpoint.rule for stage in map.stages for touchpoint in stage.touchpoints]
    for name in unplanned(map, ANSWER_NAMES):
        answers: list[dict[str, Cell]] = [{kind: float(score)} for kind in kinds for score in range(11)]
        if not any(matches(rule, name, answer) for rule in rules for answer in answers):
            return name
    return None


def _part(map: JourneyMap, scenario: Scenario, shapes: Shapes, number: int, off_map: bool) -> Part:
    stage = map.stages[number]
    success = [i for index in shapes.of_stage[number] for i in shapes.of_touchpoint[index] if shapes.all[i].succeeds]
    failure = [i for index in shapes.of_stage[number] for i in shapes.of_touchpoint[index] if shapes.all[i].fails]
    ordinary: list[tuple[Ints, ...]] = []
    human: list[bool] = []
    answer: dict[ScoreKind, int] = dict.fromkeys(KINDS, len(shapes.all)) if off_map else {}
    advance: list[int] = []
    limit: int | None = None
    for index in shapes.of_stage[number]:
        mine = shapes.of_touchpoint[index]
        asked = [i for i in mine if _asks(shapes.all[i])]
        for i in asked:
            answer |= {kind: i for kind in KINDS if _carries(map, index, shapes.all[i], kind)}
        plain = [i for i in mine if i not in success and i not in failure and i not in asked]
        if set(mine) & set(failure) and not set(mine) & set(success):
            # Refused or accepted: those who go on say yes where the others say no.
            advance += plain
            plain = []
        if plain:
            ordinary.append(_by_name(shapes, plain))
            human.append(scenario.office_hours and _is_human(map, index))
        if limit is None and set(mine) & set(success) and ordinary:
            limit = len(ordinary)
    if not ordinary:
        ordinary, human = [_by_name(shapes, success or advance or failure or [len(shapes.all)])], [False]
        success = advance = []
    if limit is None:
        limit = len(ordinary)
    _refuse_unasked(stage.id, scenario, answer)
    opening = [i for i, groups in enumerate(ordinary) if any(shapes.all[j].starts for j in groups[0])]
    return Part(
        touchpoints=tuple(ordinary),
        human=np.array(human),
        opening=np.array(opening if len(opening) < len(ordinary) else [], np.int64),
        success=np.array(success or advance, np.int64),
        failure=np.array(failure, np.int64),
        limit=limit,
        turn=0.02 + 0.84 * limit / len(ordinary),
        paid=bool(success),
        answer=answer,
        leak=scenario.leak.get(stage.id, 0.0 if number == len(map.stages) - 1 else scenario.usual_leak),
        wait=scenario.wait.get(stage.id, scenario.usual_wait),
    )


def _asked_kinds(shape: Shape) -> set[str]:
    return set(shape.properties) & {*KINDS, "comment"}


def _carries(map: JourneyMap, index: int, shape: Shape, kind: ScoreKind) -> bool:
    """Say whether an answer of this kind, whatever the score, is the touchpoint's event."""
    if _asked_kinds(shape) - {kind}:
        return False
    rule = _touchpoint(map, index).rule
    for score in range(11):
        answer: dict[str, Cell] = dict(shape.properties)
        answer[kind] = float(score)
        if not matches(rule, shape.name, answer):
            return False
    return True


def _touchpoint(map: JourneyMap, index: int) -> Touchpoint:
    return [one for stage in map.stages for one in stage.touchpoints][index]


def _asks(shape: Shape) -> bool:
    return bool(_asked_kinds(shape)) or shape.name in ANSWER_NAMES


def _is_human(map: JourneyMap, index: int) -> bool:
    touchpoint = _touchpoint(map, index)
    icons = {channel.id: channel.icon for channel in map.channels}
    return bool({touchpoint.channel, icons.get(touchpoint.channel or "")} & HUMAN)


def _by_name(shapes: Shapes, indexes: Sequence[int]) -> tuple[Ints, ...]:
    groups: dict[str, list[int]] = {}
    for index in indexes:
        groups.setdefault(shapes.all[index].name if index < len(shapes.all) else "", []).append(index)
    return tuple(np.array(group) for group in groups.values())


def _refuse_unasked(stage: str, scenario: Scenario, answer: Mapping[ScoreKind, int]) -> None:
    for feeling in scenario.feelings.get(stage, ()):
        if feeling.kind not in answer:
            raise UsageError(
                _("No {kind} can be asked for in the stage “{stage}”: another stage claims every answer.").format(
                    kind=feeling.kind.upper(), stage=stage
                ),
                value=stage,
            )


def _verbatims(
    map: JourneyMap, scenario: Scenario, general: Mapping[Mood, Sequence[str]]
) -> tuple[tuple[str, ...], dict[tuple[int, Mood], Ints]]:
    texts: list[str] = []
    where: dict[tuple[int, Mood], Ints] = {}
    for number, stage in enumerate(map.stages):
        for mood, common in general.items():
            own = list(scenario.comments.get(stage.id, {}).get(mood, ())) or list(common)
            where[number, mood] = np.arange(len(texts), len(texts) + len(own))
            texts += own
    return tuple(texts), where


def effort_is_low(map: JourneyMap, number: int) -> bool:
    """Say whether the stage measures effort (low is good) rather than agreement."""
    own = [metric for metric in map.stages[number].metrics if metric.kind == "ces"]
    every = own or [metric for stage in map.stages for metric in stage.metrics if metric.kind == "ces"]
    return bool(every) and every[0].direction == "down"
