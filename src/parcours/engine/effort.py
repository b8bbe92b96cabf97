"""Signals of effort in comments, counted stage by stage, with the comments behind each count.

A comment belongs where an answer on its event would: to the stage or touchpoint that the event names, else to the
touchpoint it is placed on, else to the last one placed before it. It needs no score to count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from parcours.engine import scores
from parcours.engine.feelings import STAGE_PROPERTY, TOUCHPOINT_PROPERTY, answers_at, read_answers, settle, valences
from parcours.engine.journey import Journey
from parcours.engine.lived import Ground, lay_trips
from parcours.engine.moments import Against, TripFeelings, TripMomentsResult, against_expected
from parcours.engine.placement import OUTSIDE
from parcours.engine.predicates import nearest_first, person_of
from parcours.engine.results import Emotion, JourneyResult, Result, Score, score_cells
from parcours.engine.table import EventTable, Int64s
from parcours.language.effort import SIGNALS, EffortMark, Signal, find_effort
from parcours.language.errors import UsageError
from parcours.language.translation import _

COMMENT = "comment"
Heard = tuple[int, frozenset[Signal], float | None]
"""Stage (-1 for none), signals, and the valence of the answers on the same event where there are any."""


@dataclass(frozen=True, slots=True)
class SignalFigures:
    """``comments`` that show ``signal``, their ``share`` of the comments there, None where nobody wrote.

    ``emotion_with`` and ``emotion_without`` are of the comments of the place that came with a score, each counted once
    with the mean valence of its answers. They stand beside each other: an association, not a cause.
    """

    signal: Signal
    comments: int
    share: float | None
    emotion_with: Emotion
    emotion_without: Emotion


@dataclass(frozen=True, slots=True)
class EffortFigures:
    """The comments of one place, and of each signal in the order of ``SIGNALS`` how many show it."""

    comments: int
    signals: tuple[SignalFigures, ...]


@dataclass(frozen=True, slots=True)
class EffortResult:
    """The comments of the whole journey, of each stage of the plan in order, and those that belong to no stage."""

    journey: EffortFigures
    stages: tuple[EffortFigures, ...]
    unplaced: EffortFigures


@dataclass(frozen=True, slots=True)
class PlaceFeelings:
    """What was felt in one stage, or in the whole journey where ``id`` is None: scores, emotion, comments, signals.

    What comes after ``signals`` is None where it was not asked for.
    """

    id: str | None
    scores: tuple[Score, ...]
    emotion: Emotion
    comments: int
    signals: tuple[SignalFigures, ...]
    moments: TripFeelings | None = None
    """Mean, worst and last moment of the trips with an answer here."""
    expected: float | None = None
    """The valence that the map expects here, None where it expects none; ``against`` says how the measured one lies."""
    against: Against | None = None
    chased: int | None = None
    """Trips in which a message of the stage had to be sent again before any reply; None for the whole journey."""
    chases: int | None = None
    """Such messages, everywhere for the whole journey."""


@dataclass(frozen=True)
class FeelingsResult(Result):
    """Scores and signals of effort stage by stage. ``unplaced_comments`` of ``journey`` belong to no stage."""

    journey: PlaceFeelings
    stages: tuple[PlaceFeelings, ...]
    unplaced_comments: int

    def rows(self) -> list[dict[str, Any]]:
        """One line per stage, and one without id for the whole journey."""
        return [_row(place) for place in (*self.stages, self.journey)]


def _row(place: PlaceFeelings) -> dict[str, Any]:
    row: dict[str, Any] = {"id": place.id, "answers": place.emotion.answers, "emotion": place.emotion.mean}
    row |= {f"{score.kind}{suffix}": cell for score in place.scores for suffix, cell in score_cells(score)}
    row["comments"] = place.comments
    for figures in place.signals:
        row[figures.signal] = figures.comments
        row[f"{figures.signal}_share"] = figures.share
        row[f"{figures.signal}_emotion_with"] = figures.emotion_with.mean
        row[f"{figures.signal}_emotion_without"] = figures.emotion_without.mean
    if place.moments is not None:
        row |= {"trips": place.moments.trips, "mean": place.moments.mean.mean}
        row |= {"worst": place.moments.worst.mean, "last": place.moments.last.mean}
        row |= {"expected": place.expected, "against": place.against, "chased": place.chased, "chases": place.chases}
    return row


@dataclass(frozen=True)
class Effort:
    """The signals of effort in the comments of ``journey``, stage by stage; the property ``comment`` holds them."""

    journey: Journey
    comment: str = COMMENT

    @property
    def columns(self) -> tuple[str, ...]:
        """Those of the journey, the comment, and what may say where it belongs."""
        return tuple(sorted({*self.journey.columns, self.comment, STAGE_PROPERTY, TOUCHPOINT_PROPERTY}))

    def partial(self, table: EventTable) -> Counter[Heard]:
        """Count equal comments among the persons of one table."""
        ground = lay_trips(self.journey, table)
        said = _said(ground, self.comment)
        valence = _valences(ground)
        return Counter(
            (stage, frozenset(mark.signal for mark in marks), valence.get(row)) for row, stage, _text, marks in said
        )

    def merge(self, left: Counter[Heard], right: Counter[Heard]) -> Counter[Heard]:
        """Add the counts."""
        return left + right

    def finish(self, partial: Counter[Heard]) -> EffortResult:
        """Turn the counts into figures."""
        lines = list(partial.items())

        def stage(index: int) -> EffortFigures:
            return _figures([line for line in lines if line[0][0] == index])

        stages = tuple(stage(index) for index in range(len(self.journey.plan.stages)))
        return EffortResult(_figures(lines), stages, stage(-1))


@dataclass(frozen=True, slots=True, order=True)
class Comment:
    """A comment with the words that showed a signal; ``person`` is the log's int64 id, ``stage`` -1 for none."""

    person: int
    time_us: int
    text: str
    stage: int
    marks: tuple[EffortMark, ...]


@dataclass(frozen=True)
class Comments:
    """The comments behind one count."""

    comments: tuple[Comment, ...]

    def __len__(self) -> int:
        return len(self.comments)


@dataclass(frozen=True)
class EffortMembers:
    """The comments behind one count of ``Effort``: those that show ``signal``, in ``stage`` or (None) everywhere.

    Ascending by person, then by time. UsageError for a signal or a stage that there is not.
    """

    journey: Journey
    signal: str
    stage: str | None = None
    comment: str = COMMENT

    def __post_init__(self) -> None:
        _check(_("Unknown signal “{value}”."), self.signal, SIGNALS)
        if self.stage is not None:
            _check(_("The map has no stage “{value}”."), self.stage, self.journey.plan.stages)

    @property
    def columns(self) -> tuple[str, ...]:
        """Those of the journey's rules, the comment, and what may say where it belongs."""
        return tuple(sorted({*self.journey.rule_columns, self.comment, STAGE_PROPERTY, TOUCHPOINT_PROPERTY}))

    def partial(self, table: EventTable) -> tuple[Comment, ...]:
        """List the comments of one table."""
        place = None if self.stage is None else list(self.journey.plan.stages).index(self.stage)
        ground = lay_trips(self.journey, table)
        chosen = [
            (row, stage, text, shown)
            for row, stage, text, marks in _said(ground, self.comment)
            if place in (None, stage) and (shown := tuple(mark for mark in marks if mark.signal == self.signal))
        ]
        lanes = ground.table
        persons = lanes.persons[person_of(lanes, np.array([row for row, *_rest in chosen], np.int64))].tolist()
        return tuple(
            Comment(person, int(lanes.time_us[row]), text, stage, shown)
            for person, (row, stage, text, shown) in zip(persons, chosen, strict=True)
        )

    def merge(self, left: tuple[Comment, ...], right: tuple[Comment, ...]) -> tuple[Comment, ...]:
        """Lay the lists beside each other."""
        return left + right

    def finish(self, partial: tuple[Comment, ...]) -> Comments:
        """Sort them by person, time and text."""
        return Comments(tuple(sorted(partial)))


def feelings_result(
    journey: Journey,
    lived: JourneyResult,
    heard: EffortResult,
    moments: TripMomentsResult | None = None,
    expected: Sequence[float | None] = (),
) -> FeelingsResult:
    """Put the scores of ``journey`` and the signals found in its comments beside each other.

    With ``moments`` also those of trips, the chases, and the valences ``expected`` of each stage.
    """

    def place(id: str | None, measured: Any, effort: EffortFigures) -> PlaceFeelings:
        return PlaceFeelings(id, measured.scores, measured.emotion, effort.comments, effort.signals)

    everywhere = place(None, lived, heard.journey)
    stages = [place(stage.id, stage, effort) for stage, effort in zip(lived.stages, heard.stages, strict=True)]
    if moments is not None:
        chases = sum(stage.chases for stage in moments.stages)
        everywhere = replace(everywhere, moments=moments.journey, chases=chases)
        hopes = expected or (None,) * len(stages)
        stages = [
            replace(
                stage,
                moments=found.felt,
                expected=hope,
                against=against_expected(hope, stage.emotion),
                chased=found.chased,
                chases=found.chases,
            )
            for stage, found, hope in zip(stages, moments.stages, hopes, strict=True)
        ]
    return FeelingsResult(everywhere, tuple(stages), heard.unplaced.comments)


def _said(ground: Ground, comment: str) -> Iterable[tuple[int, int, str, tuple[EffortMark, ...]]]:
    """Give row, stage, text and marks of each comment up to the data's end."""
    frame, table = ground.frame, ground.table
    try:
        column = table.column(comment)
    except KeyError:
        return []
    if column.kind != "text" or column.vocabulary is None:
        return []
    words = column.vocabulary.words
    codes = np.unique(column.values[column.values >= 0]).tolist()
    texts = {code: words[code] for code in codes}
    written = [code for code, text in texts.items() if text.strip()]
    rows: Int64s = np.flatnonzero(np.isin(column.values, written) & (table.time_us <= frame.data_end_us))
    at = ground.place(rows).answer_touchpoint
    if frame.only is not None:
        rows, at = rows[at != OUTSIDE], at[at != OUTSIDE]
    stages, _touchpoint = settle(answers_at(rows, frame.plan, table), frame.plan, at)
    marks = {code: find_effort(texts[code]) for code in written}
    return [
        (row, stage, texts[code], marks[code])
        for row, stage, code in zip(rows.tolist(), stages.tolist(), column.values[rows].tolist(), strict=True)
    ]


def _valences(ground: Ground) -> dict[int, float]:
    """Give the mean valence of the valid answers on each row that has one."""
    frame = ground.frame
    answers = read_answers(frame.feelings, frame.plan, ground.table, frame.data_end_us)
    by_row: dict[int, list[float]] = {}
    for row, felt in zip(answers.row.tolist(), valences(frame.feelings, answers).tolist(), strict=True):
        by_row.setdefault(row, []).append(felt)
    return {row: sum(felt) / len(felt) for row, felt in by_row.items()}


def _figures(heard: list[tuple[Heard, int]]) -> EffortFigures:
    total = sum(times for _heard, times in heard)
    found = []
    for signal in SIGNALS:
        showing = [(one, times) for one, times in heard if signal in one[1]]
        count = sum(times for _one, times in showing)
        found.append(
            SignalFigures(
                signal=signal,
                comments=count,
                share=count / total if total else None,
                emotion_with=_emotion(showing),
                emotion_without=_emotion([(one, times) for one, times in heard if signal not in one[1]]),
            )
        )
    return EffortFigures(total, tuple(found))


def _emotion(heard: list[tuple[Heard, int]]) -> Emotion:
    counts: Counter[float] = Counter()
    for (_stage, _signals, valence), times in heard:
        if valence is not None:
            counts[valence] += times
    return scores.emotion(sorted(counts.items()))


def _check(message: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise UsageError(message.format(value=value), value=value, expected=nearest_first(value, known))
