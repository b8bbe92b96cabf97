"""What people lived, laid over a plan: stage by stage how many, how long, who came back, who left, how they felt.

``engine.trips`` says exactly what a trip is, ``engine.placement`` where an event is placed, ``engine.feelings`` where
an answer belongs, ``engine.figures`` how each figure's cases are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from heapq import nsmallest

import numpy as np
import numpy.typing as npt

from parcours.engine.analysis import Executor
from parcours.engine.casework import Casework
from parcours.engine.feelings import AnswerLines, AnswerTally, FeelingColumn, tally_answers
from parcours.engine.figures import parse_figure
from parcours.engine.gaps import Gaps
from parcours.engine.lived import Frame, live
from parcours.engine.metric_units import metric_columns
from parcours.engine.plan import Plan
from parcours.engine.results import JourneyResult, Members, StageFigures, TouchpointFigures
from parcours.engine.table import EventTable, Int64s, Vocabulary
from parcours.engine.trips import FAILED, LEFT, OPEN, SUCCEEDED

_STATES = SUCCEEDED + 1
_UNPLACED_NAMES_SHOWN = 20


@dataclass(frozen=True)
class JourneyPartial:
    """The counts of some persons. ``ended`` has a line per furthest stage and a column per state."""

    persons: int
    events: int
    start_us: int | None
    trip_events: int
    invalid: int
    states: Int64s
    ended: npt.NDArray[np.int64]
    entered: Int64s
    returned: Int64s
    returns: Int64s
    touched: Int64s
    touches: Int64s
    unplaced: Int64s
    names: Vocabulary
    stays: tuple[tuple[npt.NDArray[np.int8], Int64s], ...]
    answers: tuple[AnswerTally, ...]
    travellers: int
    success_us: tuple[Int64s, ...]


@dataclass(frozen=True)
class Journey(Frame):
    """A plan laid over a log, counted. ``journey_of`` fills in timeout and data's end."""

    def partial(self, table: EventTable) -> JourneyPartial:
        """Place the trips of one table and count."""
        from parcours.engine import _journey_kernels as kernels

        plan, stages = self.plan, len(self.plan.stages)
        lived = live(self, table)
        trips = lived.trips
        # The line for "nowhere" (-1) comes first and is cut off again.
        cells = (trips.furthest.astype(np.int64) + 1) * _STATES + trips.state
        ended = np.bincount(cells, minlength=(stages + 1) * _STATES).reshape(stages + 1, _STATES)[1:]
        starts = table.time_us[table.offsets[:-1]]
        success = trips.state == SUCCEEDED
        began = lived.ground.table.time_us[trips.rows.first[success]]
        return JourneyPartial(
            persons=len(table.persons),
            events=len(table),
            start_us=int(starts.min()) if len(starts) else None,
            trip_events=trips.events,
            invalid=len(lived.answers.invalid),
            states=np.bincount(trips.state, minlength=_STATES),
            ended=ended,
            entered=kernels.count_bits(trips.entered, 1, stages),
            returned=kernels.count_bits(trips.returned, 1, stages),
            returns=trips.returns,
            touched=kernels.count_bits(trips.touched.ravel(), trips.touched.shape[1], len(plan.touchpoints)),
            touches=trips.touches,
            unplaced=trips.unplaced,
            names=table.names,
            stays=((trips.stay_stage, trips.stay_us),),
            answers=(tally_answers(lived.answers, lived.stage, lived.touchpoint),),
            travellers=len(np.unique(lived.ground.persons)),
            success_us=(trips.over_us[success] - began,),
        )

    def merge(self, left: JourneyPartial, right: JourneyPartial) -> JourneyPartial:
        """Add the counts and lay the durations beside each other."""
        starts = [part.start_us for part in (left, right) if part.start_us is not None]
        return JourneyPartial(
            persons=left.persons + right.persons,
            events=left.events + right.events,
            start_us=min(starts, default=None),
            trip_events=left.trip_events + right.trip_events,
            invalid=left.invalid + right.invalid,
            states=left.states + right.states,
            ended=left.ended + right.ended,
            entered=left.entered + right.entered,
            returned=left.returned + right.returned,
            returns=left.returns + right.returns,
            touched=left.touched + right.touched,
            touches=left.touches + right.touches,
            unplaced=left.unplaced + right.unplaced,
            names=left.names,
            stays=left.stays + right.stays,
            answers=left.answers + right.answers,
            travellers=left.travellers + right.travellers,
            success_us=left.success_us + right.success_us,
        )

    def finish(self, partial: JourneyPartial) -> JourneyResult:
        """Turn the counts into figures."""
        lines = AnswerLines(self.feelings, partial.answers)
        states = partial.states
        success_us = np.concatenate(partial.success_us)
        return JourneyResult(
            persons=partial.persons,
            trips=int(states.sum()),
            placed=int(partial.ended.sum()),
            succeeded=int(states[SUCCEEDED]),
            failed=int(states[FAILED]),
            left=int(states[LEFT]),
            open=int(states[OPEN]),
            events=partial.events,
            unplaced_events=int(partial.unplaced.sum()),
            unplaced_names=_most_frequent(partial.unplaced, partial.names),
            timeout_seconds=self.timeout_us / 1e6,
            data_start_us=self.data_end_us if partial.start_us is None else partial.start_us,
            data_end_us=self.data_end_us,
            stages=self._stages(partial, lines),
            touchpoints=tuple(
                TouchpointFigures(
                    id=point.id,
                    persons=int(partial.touched[index]),
                    events=int(partial.touches[index]),
                    emotion=lines.emotion(lines.touchpoint == index),
                )
                for index, point in enumerate(self.plan.touchpoints)
            ),
            trip_events=partial.trip_events,
            scores=lines.scores(lines.everywhere),
            emotion=lines.emotion(lines.everywhere),
            unplaced_answers=int(lines.times[lines.stage < 0].sum()),
            invalid_answers=partial.invalid,
            travellers=partial.travellers,
            success_seconds=float(np.median(success_us)) / 1e6 if len(success_us) else None,
        )

    def _stages(self, partial: JourneyPartial, lines: AnswerLines) -> tuple[StageFigures, ...]:
        stay_stage = np.concatenate([stage for stage, _us in partial.stays])
        stay_us = np.concatenate([us for _stage, us in partial.stays])
        ended = partial.ended
        reached = ended.sum(axis=1)[::-1].cumsum()[::-1]
        figures = []
        for index, name in enumerate(self.plan.stages):
            seconds = stay_us[stay_stage == index] / 1e6
            lower, median, upper = (
                (float(found) for found in np.quantile(seconds, (0.25, 0.5, 0.75))) if len(seconds) else (None,) * 3
            )
            entered, lost = int(partial.entered[index]), int(ended[index, LEFT] + ended[index, FAILED])
            figures.append(
                StageFigures(
                    id=name,
                    entered=entered,
                    reached=int(reached[index]),
                    left=int(ended[index, LEFT]),
                    failed=int(ended[index, FAILED]),
                    open=int(ended[index, OPEN]),
                    arrived=int(ended[index, SUCCEEDED]),
                    returned=int(partial.returned[index]),
                    returns=int(partial.returns[index]),
                    leak=lost / entered if entered else None,
                    timed=len(seconds),
                    lower_seconds=lower,
                    median_seconds=median,
                    upper_seconds=upper,
                    scores=lines.scores(lines.stage == index),
                    emotion=lines.emotion(lines.stage == index),
                )
            )
        return tuple(figures)


@dataclass(frozen=True)
class JourneyMembers:
    """The cases behind one figure of ``journey``: exactly as many as ``figure_count`` gives for its result.

    UsageError for a key that the plan does not have. ``engine.figures`` lists the keys.
    """

    journey: Journey
    figure: str

    def __post_init__(self) -> None:
        parse_figure(self.figure, self.journey.plan)

    @property
    def columns(self) -> tuple[str, ...]:
        """Those of the journey that decide who is a case."""
        figure = parse_figure(self.figure, self.journey.plan)
        if (figure.scope, figure.name) == ("journey", "persons"):
            return ()
        rules = self.journey.rule_columns
        if figure.of_metric:
            return tuple(sorted(rules | metric_columns(self.journey.plan.metrics[figure.index])))
        return tuple(sorted(rules | self.journey.feeling_columns if figure.of_answers else rules))

    def partial(self, table: EventTable) -> tuple[Int64s, ...]:
        """List the cases among the persons of one table."""
        journey, figure = self.journey, parse_figure(self.figure, self.journey.plan)
        if (figure.scope, figure.name) == ("journey", "persons"):
            return (table.persons,)
        asked = journey if figure.of_answers else replace(journey, feelings=())
        return (Casework(asked, table).persons(figure),)

    def merge(self, left: tuple[Int64s, ...], right: tuple[Int64s, ...]) -> tuple[Int64s, ...]:
        """Lay the lists beside each other."""
        return left + right

    def finish(self, partial: tuple[Int64s, ...]) -> Members:
        """Sort the cases by person."""
        return Members(self.figure, np.sort(np.concatenate(partial)))


def journey_of(
    executor: Executor, plan: Plan, feelings: Iterable[FeelingColumn] = (), *, data_end_us: int | None = None
) -> Journey:
    """Return the journey over ``plan`` with the plan's timeout, else the log's default one.

    ``data_end_us`` None means the time of the log's last event.
    """
    gaps = executor.run(Gaps())
    end = data_end_us if data_end_us is not None else gaps.data_end_us
    timeout = plan.timeout_us if plan.timeout_us is not None else gaps.timeout_us
    return Journey(plan, timeout, 0 if end is None else end, tuple(feelings))


def _most_frequent(counts: Int64s, names: Vocabulary) -> tuple[tuple[str, int], ...]:
    """Return the most frequent names, equals in alphabetical order."""
    codes = np.flatnonzero(counts)
    if len(codes) > _UNPLACED_NAMES_SHOWN:
        least = np.partition(counts[codes], -_UNPLACED_NAMES_SHOWN)[-_UNPLACED_NAMES_SHOWN]
        codes = codes[counts[codes] >= least]
    found = ((-count, names.words[code]) for code, count in zip(codes.tolist(), counts[codes].tolist(), strict=True))
    return tuple((name, -less) for less, name in nsmallest(_UNPLACED_NAMES_SHOWN, found))
