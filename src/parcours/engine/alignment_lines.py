"""What each person adds to the scores of a stage, as lines of whole numbers of which equal ones are kept once.

A person's line of a stage holds pairs, each of them added over the person's trips and answers: the parts of the
structure score (hits, cases), then per kind of answers those of the stage (how many, their sum), then those of the
whole workspace. Scores are quotients of sums of these columns, so resampling lines is resampling persons, and how
persons were split over tables cannot be seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parcours.engine.deviations import as_planned, places_of
from parcours.engine.differences import UNIT
from parcours.engine.feelings import GROUPS, FeelingColumn
from parcours.engine.figures import FigureKey
from parcours.engine.held import KEPT, PENDING, Held
from parcours.engine.lived import Lived
from parcours.engine.placement import trips_in
from parcours.engine.plan import Plan
from parcours.engine.table import Bools, Int64s
from parcours.engine.trips import OPEN

Lines = npt.NDArray[np.int64]

PROMISES, DURATION, PLANNED, FORWARD, FIRST_KIND = 0, 2, 4, 6, 8
"""Where the pairs of a line begin; after the last come two for each kind of answers."""


@dataclass(frozen=True)
class PersonLines:
    """Distinct ``lines`` of one stage, with how many persons (``times``) have each."""

    lines: Lines
    times: Int64s


def kinds_of(feelings: Sequence[FeelingColumn]) -> list[int]:
    """The kinds of answers that are read, as indexes in ``GROUPS``."""
    return sorted({column.group() for column in feelings})


def kind_name(group: int) -> str:
    """Return the name of a kind of answers: the one of its figures."""
    kind, effort = GROUPS[group]
    return f"{kind}_effort" if effort else kind


def answer_kinds(lived: Lived) -> Int64s:
    """Return the place in ``kinds_of`` of each answer."""
    feelings = lived.ground.frame.feelings
    groups = kinds_of(feelings)
    found: Int64s = np.array([groups.index(column.group()) for column in feelings], np.int64)[lived.answers.column]
    return found


def score_of_answers(lived: Lived) -> Int64s:
    """Return each answer on 0..100, in ten-thousandths: whole numbers, so that sums never depend on their order."""
    return np.rint((lived.valence + 2) * 25 * UNIT).astype(np.int64)


def asks_something(plan: Plan, stage: int) -> bool:
    """Whether the plan asks anything of the trips in a stage."""
    return any(
        point.stage == stage
        and (point.required or bool(point.after) or point.fails_when is not None or point.one_of is not None)
        for point in plan.touchpoints
    )


def person_lines(lived: Lived, held: Held, durations: Sequence[int | None]) -> list[PersonLines]:
    """Give, stage by stage, the lines of the persons of one table. ``durations`` are the targets in microseconds."""
    from parcours.engine.predicates import person_of

    ground, trips, answers = lived.ground, lived.trips, lived.answers
    plan, feelings = ground.frame.plan, ground.frame.feelings
    persons, of_lane = ground.table.persons, np.arange(len(ground.table.persons))
    if ground.frame.plan.key is not None:  # a person then has several lanes
        persons, of_lane = np.unique(persons, return_inverse=True)
    of_trip = of_lane[ground.rows.lane]
    of_answer = of_lane[person_of(ground.table, answers.row)]
    groups = kinds_of(feelings)
    kind, score = answer_kinds(lived), score_of_answers(lived)
    lines = np.zeros((len(persons), FIRST_KIND + 4 * len(groups)), np.int64)
    own, all_of = FIRST_KIND, FIRST_KIND + 2 * len(groups)
    for index in range(len(groups)):
        _add_answers(lines, all_of + 2 * index, of_answer, score, kind == index)
    promised = np.array([plan.touchpoints[promise.touchpoint].stage for promise in plan.promises], np.int64)
    given = held.given
    promise_stage = promised[given.promise]
    found = []
    for stage, place in enumerate(places_of(plan)[1 : 1 + len(plan.stages)]):
        lines[:, :all_of] = 0
        over = (promise_stage == stage) & (given.state != PENDING)
        _add_share(lines, PROMISES, of_trip[given.trip], over, given.state == KEPT)
        target = durations[stage]
        if target is not None:
            _add_share(lines, DURATION, of_trip[trips.stay_trip], trips.stay_stage == stage, trips.stay_us <= target)
        if asks_something(plan, stage):
            ended = (trips.state != OPEN) & (trips.furthest >= stage)
            _add_share(lines, PLANNED, of_trip, ended, as_planned(place, held, trips))
        settled, went_on = (trips_in(FigureKey("stage", stage, name), trips) for name in ("settled", "went_on"))
        _add_share(lines, FORWARD, of_trip, settled, went_on)
        for index in range(len(groups)):
            _add_answers(lines, own + 2 * index, of_answer, score, (kind == index) & (lived.stage == stage))
        found.append(_distinct(lines, np.ones(len(lines), np.int64)))
    return found


def joined(blocks: Sequence[PersonLines]) -> PersonLines:
    """Put lines of several tables together: each distinct one once, in ascending order."""
    lines = np.concatenate([block.lines for block in blocks])
    once = _distinct(lines, np.concatenate([block.times for block in blocks]))
    order = np.lexsort(once.lines.T[::-1])
    return PersonLines(once.lines[order], once.times[order])


def without(lines: PersonLines, column: int) -> PersonLines:
    """Leave out the pair that begins at ``column``."""
    kept = lines.lines.copy()
    kept[:, column : column + 2] = 0
    return joined([PersonLines(kept, lines.times)])


def _distinct(lines: Lines, times: Int64s) -> PersonLines:
    from parcours.engine import _alignment_kernels as kernels

    places, counts = kernels.distinct_lines(np.ascontiguousarray(lines), times)
    return PersonLines(lines[places], counts)


def _add_share(lines: Lines, column: int, person: Int64s, cases: Bools, hits: Bools) -> None:
    lines[:, column] += np.bincount(person[cases & hits], minlength=len(lines))
    lines[:, column + 1] += np.bincount(person[cases], minlength=len(lines))


def _add_answers(lines: Lines, column: int, person: Int64s, score: Int64s, chosen: Bools) -> None:
    lines[:, column] += np.bincount(person[chosen], minlength=len(lines))
    np.add.at(lines[:, column + 1], person[chosen], score[chosen])
