"""Answers of customers on the events of a log: which are valid, and where on the map each belongs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from parcours.engine import scores
from parcours.engine.figures import FigureKey
from parcours.engine.plan import Plan
from parcours.engine.predicates import property_column
from parcours.engine.results import Emotion, Score, ScoreKind
from parcours.engine.table import Bools, EventTable, Floats, Int32s, Int64s
from parcours.language.errors import UsageError
from parcours.language.translation import _

STAGE_PROPERTY = "stage"
TOUCHPOINT_PROPERTY = "touchpoint"

GROUPS: tuple[tuple[ScoreKind, bool], ...] = (("nps", False), ("csat", False), ("ces", False), ("ces", True))
"""What is scored together: answers of one kind; effort and agreement are never mixed."""


@dataclass(frozen=True, slots=True)
class FeelingColumn:
    """A number property that holds answers of one kind on the scale ``low``..``high``, both included.

    ``effort`` is True for a CES where a low answer is good ("how much effort", 1 to 7) and False where a high
    one is ("it was easy", 1 to 7). An answer outside the scale is not valid: it is counted and left out.
    """

    property: str
    kind: ScoreKind
    low: float
    high: float
    effort: bool = False

    def __post_init__(self) -> None:
        if self.kind not in ("nps", "csat", "ces"):
            raise UsageError(
                _("Unknown kind of feeling “{kind}”.").format(kind=self.kind),
                value=self.kind,
                expected=_("The kinds are nps, csat and ces."),
            )
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise UsageError(
                _("The scale of “{property}” runs from {low} to {high}.").format(
                    property=self.property, low=self.low, high=self.high
                ),
                value=(self.low, self.high),
                expected=_("A scale runs from a lower number to a higher one."),
            )
        if self.kind == "nps" and (self.low < 0 or self.high > 10):
            raise UsageError(
                _("The NPS “{property}” runs from {low} to {high}.").format(
                    property=self.property, low=self.low, high=self.high
                ),
                value=(self.low, self.high),
                expected=_("An NPS is asked from 0 to 10."),
            )

    def group(self) -> int:
        """The index in ``GROUPS`` of what it is scored with."""
        return GROUPS.index((self.kind, self.effort and self.kind == "ces"))

    def valence(self, answer: Floats) -> Floats:
        """Map answers to −2..+2: 0..100 as the kind has it (NPS 10·x; else the share of the scale), ÷ 25, − 2."""
        share = answer / 10 if self.kind == "nps" else (answer - self.low) / (self.high - self.low)
        return 4 * (1 - share if self.kind == "ces" and self.effort else share) - 2

    def satisfied(self, answer: Floats) -> Bools:
        """Which answers lie in the top two fifths of the scale: 4 and 5 of 1..5, 7 to 10 of 0..10."""
        return 5 * (answer - self.low) > 3 * (self.high - self.low)


def check_feelings(feelings: Sequence[FeelingColumn]) -> None:
    """Refuse a property that is named twice, and CES on two scales, whose means could not be compared."""
    scales: dict[bool, tuple[float, float]] = {}
    seen: set[str] = set()
    for column in feelings:
        if column.property in seen:
            raise UsageError(
                _("“{property}” is named twice as a feeling.").format(property=column.property), value=column.property
            )
        seen.add(column.property)
        if column.kind == "ces":
            scale = (column.low, column.high)
            if scales.setdefault(column.effort, scale) != scale:
                raise UsageError(
                    _("“{property}” has another scale than the other CES.").format(property=column.property),
                    value=scale,
                    expected=_("All CES that ask the same way use one scale."),
                )


@dataclass(frozen=True)
class Answers:
    """The valid answers of a table, one per line, ascending by row and then by column; all arrays equally long.

    ``row`` is the row in the table, ``column`` the index of the feeling, ``stage`` and ``touchpoint`` the explicit
    ones that the event names (-1 for none). ``invalid`` holds the rows of answers outside their scale.
    """

    row: Int64s
    column: Int32s
    value: Floats
    stage: Int64s
    touchpoint: Int64s
    invalid: Int64s

    @property
    def rows(self) -> Int64s:
        """The rows that carry at least one valid answer, ascending, each once."""
        return np.unique(self.row)

    def chosen(self, keep: Bools) -> Answers:
        """Return the valid answers for which ``keep`` holds, without any that are not valid."""
        return Answers(
            self.row[keep], self.column[keep], self.value[keep], self.stage[keep], self.touchpoint[keep],
            np.empty(0, np.int64),
        )  # fmt: skip


def read_answers(feelings: Sequence[FeelingColumn], plan: Plan, table: EventTable, data_end_us: int) -> Answers:
    """Collect the answers of ``table`` up to the data's end. UsageError where a feeling is not a number property."""
    rows, columns, values, invalid = [np.empty(0, np.int64)], [np.empty(0, np.int32)], [np.empty(0)], []
    for index, feeling in enumerate(feelings):
        known, answer = _known(feeling, table, data_end_us)
        valid = (answer >= feeling.low) & (answer <= feeling.high)
        invalid.append(known[~valid])
        rows.append(known[valid])
        columns.append(np.full(int(valid.sum()), index, np.int32))
        values.append(answer[valid])
    row, column, value = np.concatenate(rows), np.concatenate(columns), np.concatenate(values)
    order = np.lexsort((column, row))
    row, column, value = row[order], column[order], value[order]
    stage = _explicit(STAGE_PROPERTY, plan.stages, table, row)
    touchpoint = _explicit(TOUCHPOINT_PROPERTY, [point.id for point in plan.touchpoints], table, row)
    return Answers(row, column, value, stage, touchpoint, np.sort(np.concatenate([np.empty(0, np.int64), *invalid])))


def valences(feelings: Sequence[FeelingColumn], answers: Answers) -> Floats:
    """Return the valence −2..+2 of each answer."""
    found = np.zeros(len(answers.row))
    for index, feeling in enumerate(feelings):
        mine = answers.column == index
        found[mine] = feeling.valence(answers.value[mine])
    return found


def answers_at(rows: Int64s, plan: Plan, table: EventTable) -> Answers:
    """Return one line for each of ``rows`` without a value, to place what is said there as an answer would be."""
    stage = _explicit(STAGE_PROPERTY, plan.stages, table, rows)
    touchpoint = _explicit(TOUCHPOINT_PROPERTY, [point.id for point in plan.touchpoints], table, rows)
    count = len(rows)
    return Answers(rows, np.full(count, -1, np.int32), np.full(count, np.nan), stage, touchpoint, np.empty(0, np.int64))


def _known(feeling: FeelingColumn, table: EventTable, data_end_us: int) -> tuple[Int64s, Floats]:
    from parcours.engine import _journey_kernels as kernels

    column = property_column(table, feeling.property)
    if column.kind != "number":
        raise UsageError(
            _("The property “{property}” does not hold numbers.").format(property=feeling.property),
            value=feeling.property,
            expected=_("Answers are numbers on a scale."),
        )
    rows = kernels.known_rows(np.ascontiguousarray(column.values, np.float64))
    rows = rows[table.time_us[rows] <= data_end_us]
    return rows, np.asarray(column.values[rows], np.float64)


def _explicit(name: str, ids: Sequence[str], table: EventTable, rows: Int64s) -> Int64s:
    """The index in ``ids`` that the text property ``name`` gives at each of ``rows``, -1 where it gives none."""
    nothing = np.full(len(rows), -1, np.int64)
    if not len(rows):
        return nothing
    try:
        column = table.column(name)
    except KeyError:
        return nothing
    if column.kind != "text" or column.vocabulary is None:
        return nothing
    # One place more at the end, so that the code -1 of a missing value finds -1.
    index = np.full(len(column.vocabulary) + 1, -1, np.int64)
    for place, word in enumerate(ids):
        code = column.vocabulary.code(word)
        if code is not None:
            index[code] = place
    found: Int64s = index[column.values[rows]]
    return found


def settle(answers: Answers, plan: Plan, placed: Int64s) -> tuple[Int64s, Int64s]:
    """Return the stage and the touchpoint to which each answer belongs, -1 for none.

    An answer belongs to the touchpoint that its event names in the property ``touchpoint``, else to the stage that
    it names in ``stage``, else to ``placed``: for each of ``answers.rows`` the touchpoint on which the event itself is
    placed, or the last one placed at or before it. An answer outside the trip belongs nowhere.
    """
    outside, nowhere = -2, -1
    at = placed[np.searchsorted(answers.rows, answers.row)]
    named = np.where(answers.touchpoint >= 0, answers.touchpoint, np.where(answers.stage >= 0, nowhere, at))
    touchpoint = np.where(at == outside, nowhere, named)
    stage_of = np.array([*(point.stage for point in plan.touchpoints), nowhere], np.int64)
    stage = np.where((touchpoint < 0) & (at != outside), answers.stage, stage_of[touchpoint])
    return stage, touchpoint


def answers_in(
    figure: FigureKey, answers: Answers, settled: tuple[Int64s, Int64s], feelings: Sequence[FeelingColumn]
) -> Bools:
    """Whether each answer is a case of ``figure``."""
    stage, touchpoint = settled
    if figure.name == "unplaced_answers":
        return stage < 0
    here = np.ones(len(stage), np.bool_)
    if figure.scope != "journey":
        here = (stage if figure.scope == "stage" else touchpoint) == figure.index
    if figure.name == "answers":
        return here
    chosen = np.zeros(len(stage), np.bool_)
    for index, column in enumerate(feelings):
        chosen |= (answers.column == index) & _is_case(figure.name, column, answers.value)
    return here & chosen


def _is_case(name: str, column: FeelingColumn, value: Floats) -> Bools:
    kind, effort = GROUPS[column.group()]
    if kind == "nps":
        parts = {"detractors": value < 7, "passives": (value >= 7) & (value < 9), "promoters": value >= 9}
    elif kind == "csat":
        satisfied = column.satisfied(value)
        parts = {"satisfied": satisfied, "unsatisfied": ~satisfied}
    else:
        parts = {}
    parts["ces_effort" if effort else kind] = np.ones(len(value), np.bool_)
    return parts.get(name, np.zeros(len(value), np.bool_))


@dataclass(frozen=True)
class AnswerTally:
    """How often each answer was given where: one line per feeling column, stage, touchpoint and value."""

    column: Int32s
    stage: Int64s
    touchpoint: Int64s
    value: Floats
    times: Int64s


def tally_answers(answers: Answers, stage: Int64s, touchpoint: Int64s) -> AnswerTally:
    """Count equal answers that belong to the same place."""
    column, value = answers.column, answers.value
    order = np.lexsort((column, stage, touchpoint, value))
    column, stage, touchpoint, value = column[order], stage[order], touchpoint[order], value[order]
    new = np.ones(len(order), np.bool_)
    new[1:] = (column[1:] != column[:-1]) | (stage[1:] != stage[:-1])
    new[1:] |= (touchpoint[1:] != touchpoint[:-1]) | (value[1:] != value[:-1])
    at = np.flatnonzero(new)
    times = np.diff(np.append(at, len(order)))
    return AnswerTally(column[at], stage[at], touchpoint[at], value[at], times)


class AnswerLines:
    """The tallies of a whole log, and scores over any selection of their lines."""

    def __init__(self, feelings: Sequence[FeelingColumn], tallies: Sequence[AnswerTally]) -> None:
        self.feelings = feelings
        self.column = np.concatenate([tally.column for tally in tallies])
        self.stage = np.concatenate([tally.stage for tally in tallies])
        self.touchpoint = np.concatenate([tally.touchpoint for tally in tallies])
        self.value = np.concatenate([tally.value for tally in tallies])
        self.times = np.concatenate([tally.times for tally in tallies])
        self.everywhere = np.ones(len(self.column), np.bool_)

    def scores(self, chosen: Bools) -> tuple[Score, ...]:
        """Score each kind of feeling that the journey reads, in a fixed order, even where nobody answered."""
        found = []
        for group in sorted({column.group() for column in self.feelings}):
            members = [index for index, column in enumerate(self.feelings) if column.group() == group]
            first = self.feelings[members[0]]
            here = chosen & np.isin(self.column, members)
            tally = _added(self.value[here], self.times[here])
            if first.kind == "nps":
                found.append(scores.nps(tally))
            elif first.kind == "csat":
                found.append(scores.csat(self._satisfied(here, members), tally))
            else:
                found.append(scores.ces(tally, first.low, first.high, effort=first.effort))
        return tuple(found)

    def emotion(self, chosen: Bools) -> Emotion:
        """Give the mean valence of all answers, whatever their kind."""
        counts: Counter[float] = Counter()
        for index, column in enumerate(self.feelings):
            here = chosen & (self.column == index)
            for valence, times in _added(column.valence(self.value[here]), self.times[here]):
                counts[valence] += times
        return scores.emotion(sorted(counts.items()))

    def _satisfied(self, here: Bools, members: Sequence[int]) -> int:
        return sum(
            int(self.times[mine][self.feelings[index].satisfied(self.value[mine])].sum())
            for index in members
            for mine in [here & (self.column == index)]
        )


def _added(values: Floats, times: Int64s) -> list[tuple[float, int]]:
    counts: Counter[float] = Counter()
    for value, count in zip(values.tolist(), times.tolist(), strict=True):
        counts[value] += count
    return sorted(counts.items())
