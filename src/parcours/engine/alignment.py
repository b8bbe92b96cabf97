"""Alignment: stage by stage how it feels and how it is run, where the two drift apart, and what to mend first.

**On time**: promises of the stage's touchpoints kept ÷ settled; where none is settled, the trips whose first stay in
the stage lay within its target duration, of those that moved on from it. **As planned**: ended trips that came to the
stage or further without anything missing, failing or out of sequence in it; it exists where the plan asks something of
a touchpoint there (required, after, one of, fails when). **Forward**: conversion ÷ its target, at most 1. **Carried**:
touchpoints with an owner and a documented process. With fewer than two of the first three there is no structure score.

``engine.alignment_scores`` has the formulas. Weights and thresholds are ours; a map can change them. Two scores beside
each other are an association, not a cause.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from parcours.engine.alignment_lines import (
    FIRST_KIND,
    PersonLines,
    answer_kinds,
    joined,
    kinds_of,
    person_lines,
    score_of_answers,
)
from parcours.engine.alignment_result import AlignmentResult
from parcours.engine.alignment_scores import raw_experience
from parcours.engine.alignment_settings import AlignmentSettings, StageTargets
from parcours.engine.alignment_stage import StageScores, known
from parcours.engine.held import hold
from parcours.engine.kinds import SUCCEEDS
from parcours.engine.lived import Frame, Lived, live
from parcours.engine.scores import FEWEST
from parcours.engine.table import EventTable, Int64s
from parcours.engine.trips import SUCCEEDED
from parcours.language.errors import UsageError
from parcours.language.translation import _

_CENTS = 100
_JOINED_FROM = 200_000


@dataclass(frozen=True)
class AlignmentPartial:
    """What some persons add. ``lines`` by stage, block after block; ``answers`` how often each (0..100 in
    ten-thousandths) was given, by stage and kind. By furthest stage, nowhere first: all trips, the succeeded ones with
    a known value, and their values in cents."""

    lines: tuple[tuple[PersonLines, ...], ...]
    answers: Counter[tuple[int, int, int]]
    furthest: Int64s
    valued: Int64s
    cents: Int64s


@dataclass(frozen=True)
class Alignment(Frame):
    """The alignment of every stage of a plan. UsageError where ``rule`` has targets for more or fewer stages."""

    rule: AlignmentSettings = field(default_factory=AlignmentSettings)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.rule.stages and len(self.rule.stages) != len(self.plan.stages):
            raise UsageError(
                _("There are targets for {count} stages; the map has {stages}.").format(
                    count=len(self.rule.stages), stages=len(self.plan.stages)
                ),
                value=len(self.rule.stages),
            )

    @property
    def columns(self) -> tuple[str, ...]:
        """Those of the frame, and the value of a success where the plan knows success."""
        worth = set() if self.plan.succeeds_when is None else {self.rule.value}
        return tuple(sorted({*super().columns, *worth}))

    def partial(self, table: EventTable) -> AlignmentPartial:
        """Make the lines of the persons of one table, and count."""
        lived = live(self, table)
        trips, places = lived.trips, len(self.plan.stages) + 1
        durations = [target.duration_us for target in self._targets()]
        lines = person_lines(lived, hold(lived.ground, trips), durations)
        answers = zip(lived.stage.tolist(), answer_kinds(lived).tolist(), score_of_answers(lived).tolist(), strict=True)
        place = trips.furthest.astype(np.int64) + 1
        valued, cents = _values(lived, self.rule.value)
        total = np.zeros(places, np.int64)
        np.add.at(total, place[valued], cents)
        return AlignmentPartial(
            lines=tuple((block,) for block in lines),
            answers=Counter(answers),
            furthest=np.bincount(place, minlength=places),
            valued=np.bincount(place[valued], minlength=places),
            cents=total,
        )

    def merge(self, left: AlignmentPartial, right: AlignmentPartial) -> AlignmentPartial:
        """Lay the lines beside each other, joined when they become many, and add the counts."""
        return AlignmentPartial(
            tuple(_bounded(one + other) for one, other in zip(left.lines, right.lines, strict=True)),
            left.answers + right.answers,
            left.furthest + right.furthest,
            left.valued + right.valued,
            left.cents + right.cents,
        )

    def finish(self, partial: AlignmentPartial) -> AlignmentResult:
        """Score every stage."""
        stages = tuple(self._stage(index, partial).told() for index in range(len(self.plan.stages)))
        ranked = sorted((-(stage.priority or 0.0), place) for place, stage in enumerate(stages))
        answers = partial.answers.total()
        return AlignmentResult(
            experience=self._everywhere(partial) if answers >= FEWEST else None,
            answers=answers,
            threshold=self.rule.threshold,
            drift=self.rule.drift,
            stages=stages,
            first=tuple(stages[place].id for less, place in ranked if less < 0),
        )

    def _targets(self) -> tuple[StageTargets, ...]:
        return self.rule.stages or (StageTargets(),) * len(self.plan.stages)

    def _stage(self, index: int, partial: AlignmentPartial) -> StageScores:
        answers: Counter[int] = Counter()
        for (stage, _kind, score), times in partial.answers.items():
            if stage == index:
                answers[score] += times
        return StageScores(
            id=self.plan.stages[index],
            position=index,
            rule=self.rule,
            targets=self._targets()[index],
            kinds=kinds_of(self.feelings),
            lines=joined(partial.lines[index]),
            answers=answers,
            people=int(partial.furthest[index + 1 :].sum()),
            value=_mean_value(partial, index),
        )

    def _everywhere(self, partial: AlignmentPartial) -> float | None:
        """Score all answers, wherever they belong."""
        kinds = len(kinds_of(self.feelings))
        sums = np.zeros((1, FIRST_KIND + 2 * kinds))
        for (_stage, kind, score), times in partial.answers.items():
            sums[0, FIRST_KIND + 2 * kind] += times
            sums[0, FIRST_KIND + 2 * kind + 1] += times * score
        return known(raw_experience(sums, kinds, self.rule.shrinkage))


def _bounded(blocks: tuple[PersonLines, ...]) -> tuple[PersonLines, ...]:
    """Join blocks when those that are not joined yet are many: each line is looked at a few times in all."""
    many = sum(len(block.times) for block in blocks)
    largest = max(len(block.times) for block in blocks)
    return (joined(blocks),) if many > max(_JOINED_FROM, 2 * largest) else blocks


def _mean_value(partial: AlignmentPartial, index: int) -> float | None:
    """The mean value of the succeeded trips that came to a stage or further, else of all that succeeded."""
    for first in (index + 1, 0):
        trips = int(partial.valued[first:].sum())
        if trips:
            return int(partial.cents[first:].sum()) / trips / _CENTS
    return None


def _values(lived: Lived, name: str) -> tuple[Int64s, Int64s]:
    """Give the succeeded trips of which a success event has a value, and the sum of those values in cents."""
    nothing = np.empty(0, np.int64)
    ground = lived.ground
    if ground.frame.plan.succeeds_when is None:
        return nothing, nothing
    try:
        column = ground.table.column(name)
    except KeyError:
        return nothing, nothing
    if column.kind != "number":
        return nothing, nothing
    success = np.flatnonzero(ground.kinds.flags[ground.kinds.kind] & SUCCEEDS)
    worth = np.asarray(column.values[success], np.float64)
    success, worth = success[np.isfinite(worth)], worth[np.isfinite(worth)]
    rows = ground.rows
    if not len(rows):
        return nothing, nothing
    trip = np.searchsorted(rows.first, success, side="right") - 1
    inside = (trip >= 0) & (success < rows.end[trip])
    inside &= lived.trips.state[trip] == SUCCEEDED
    cents = np.zeros(len(rows), np.int64)
    np.add.at(cents, trip[inside], np.rint(worth[inside] * _CENTS).astype(np.int64))
    valued = np.unique(trip[inside])
    return valued, cents[valued]
