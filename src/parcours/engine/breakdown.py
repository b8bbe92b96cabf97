"""Which value of a property stands for a person, from some of the person's events."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from parcours.engine.predicates import as_text, missing_values, person_of
from parcours.engine.table import Bools, Column, EventTable, Int64s

Labels = tuple[str | None, ...]


def events_at_the_edge(table: EventTable, fits: Bools, edge: Literal["first", "last"]) -> Int64s:
    """Return the positions of the events of ``fits`` at each person's first (or last) instant that has one."""
    events = np.flatnonzero(fits).astype(np.int64)
    people = person_of(table, events)
    change = np.flatnonzero(np.diff(people))
    chosen = np.r_[0, change + 1] if edge == "first" else np.r_[change, len(events) - 1]
    instant = np.zeros(len(table.persons), np.int64)
    if len(events):
        instant[people[chosen]] = table.time_us[events[chosen]]
    there: Bools = table.time_us[events] == instant[people]
    return np.asarray(events[there], np.int64)


def smallest_values(table: EventTable, column: Column, events: Int64s) -> tuple[Int64s, Int64s, Labels]:
    """Return (person, value) for every person: the smallest known value on ``events``, else the missing one.

    Persons are indexes of the table, values indexes of the labels: texts by alphabet, numbers and times by size,
    written as text; the last label is None, the missing value.
    """
    ranks, labels = _ranked(column, events)
    values = np.full(len(table.persons), len(labels) - 1, np.int64)
    np.minimum.at(values, person_of(table, events), ranks)
    return np.arange(len(values), dtype=np.int64), values, labels


def every_value(table: EventTable, column: Column, events: Int64s) -> tuple[Int64s, Int64s, Labels]:
    """Return (person, value) once for each known value on ``events``, the missing one for persons without any."""
    ranks, labels = _ranked(column, events)
    words = len(labels) - 1
    known = ranks < words
    pairs = np.unique(person_of(table, events[known]) * words + ranks[known])
    people = pairs // max(words, 1)
    lonely = np.setdiff1d(np.arange(len(table.persons), dtype=np.int64), people, assume_unique=False)
    return (
        np.concatenate((people, lonely)),
        np.concatenate((pairs - people * words, np.full(len(lonely), words, np.int64))),
        labels,
    )


def _ranked(column: Column, events: Int64s) -> tuple[Int64s, Labels]:
    """Return each event's value as an index of sorted labels; the last one, None, where it is missing."""
    values = column.values[events]
    known = ~missing_values(column)[events]
    used, which = np.unique(values[known], return_inverse=True)
    words = [_written(column, value) for value in used]
    rank = np.arange(len(used))
    if column.kind == "text":
        rank[np.array(sorted(range(len(words)), key=words.__getitem__), np.int64)] = np.arange(len(words))
        words.sort()
    ranks = np.full(len(events), len(words), np.int64)
    ranks[known] = rank[which]
    return ranks, (*words, None)


def _written(column: Column, value: npt.NDArray[Any]) -> str:
    if column.kind == "text" and column.vocabulary is not None:
        return column.vocabulary.words[int(value)]
    if column.kind == "time":
        return f"{np.datetime64(int(value), 'us')}Z"
    return as_text(bool(value) if column.kind == "boolean" else float(value))
