"""The most representative words of each stage: a comment that came with an answer near the stage's median."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from parcours.engine.journey import Journey
from parcours.engine.lived import live
from parcours.engine.table import Column, EventTable

COMMENT, CHANNEL = "comment", "channel"
LONGEST, SHORTEST = 160, 8
"""Characters of a comment that is quoted."""


@dataclass(frozen=True, slots=True, order=True)
class Words:
    """A comment as it was written, with its instant and, where known, its channel."""

    text: str
    time_us: int
    channel: str | None


@dataclass(frozen=True)
class Heard:
    """Per stage: how often each valence was answered, and of each valence the words to quote."""

    valences: Mapping[int, Counter[float]]
    words: Mapping[tuple[int, float], Words]


@dataclass(frozen=True)
class Quotes:
    """For each stage of ``journey`` the comment to quote, by the stage's index.

    Of the comments of 8 to 160 characters that came with an answer placed in the stage, those whose valence lies
    nearest to the median of all its answers (the lower one where two are equally near); of these the longest, then the
    earliest, then the first in alphabetical order. A stage without one is not in the result.
    """

    journey: Journey

    @property
    def columns(self) -> tuple[str, ...]:
        """Those of the journey, the comment and its channel."""
        return tuple(sorted({*self.journey.columns, COMMENT, CHANNEL}))

    def partial(self, table: EventTable) -> Heard:
        """Hear the persons of one table."""
        lived = live(self.journey, table)
        lanes = lived.ground.table
        comments, channels = _texts(lanes, COMMENT), _texts(lanes, CHANNEL)
        valences: dict[int, Counter[float]] = {}
        words: dict[tuple[int, float], Words] = {}
        lines = zip(lived.answers.row.tolist(), lived.stage.tolist(), lived.valence.tolist(), strict=True)
        for row, where, felt in lines:
            if where < 0:
                continue
            valences.setdefault(where, Counter())[felt] += 1
            text = _word(comments, row)
            if text is not None and SHORTEST <= len(text := " ".join(text.split())) <= LONGEST:
                said = Words(text, int(lanes.time_us[row]), _word(channels, row))
                words[where, felt] = _better(words.get((where, felt)), said)
        return Heard(valences, words)

    def merge(self, left: Heard, right: Heard) -> Heard:
        """Add the counts and keep the better words."""
        valences = {stage: Counter(counts) for stage, counts in left.valences.items()}
        for stage, counts in right.valences.items():
            valences.setdefault(stage, Counter()).update(counts)
        words = dict(left.words)
        for key, said in right.words.items():
            words[key] = _better(words.get(key), said)
        return Heard(valences, words)

    def finish(self, partial: Heard) -> Mapping[int, Words]:
        """Choose for each stage."""
        chosen = {}
        for stage, counts in partial.valences.items():
            quotable = [felt for where, felt in partial.words if where == stage]
            if quotable:
                middle = _median(counts)
                nearest = min(quotable, key=lambda felt: (abs(felt - middle), felt))
                chosen[stage] = partial.words[stage, nearest]
        return chosen


def _texts(table: EventTable, name: str) -> Column | None:
    try:
        column = table.column(name)
    except KeyError:
        return None
    return column if column.kind == "text" and column.vocabulary is not None else None


def _word(column: Column | None, row: int) -> str | None:
    if column is None or column.vocabulary is None:
        return None
    code = int(column.values[row])
    return column.vocabulary.words[code] if code >= 0 else None


def _better(one: Words | None, other: Words) -> Words:
    if one is None:
        return other
    return min(one, other, key=lambda said: (-len(said.text), said.time_us, said.text, said.channel or ""))


def _median(counts: Counter[float]) -> float:
    values, times = zip(*sorted(counts.items()), strict=True)
    total = sum(times)
    cumulated = np.cumsum(times)
    low, high = np.searchsorted(cumulated, [(total - 1) // 2, total // 2], side="right")
    return float(values[int(low)] + values[int(high)]) / 2
