"""The one shape in which every analysis sees events."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Kind = Literal["text", "number", "boolean", "time"]

NO_TIME = np.iinfo(np.int64).min
"""Missing value of a ``time`` column."""


@dataclass(frozen=True)
class Vocabulary:
    """The distinct texts of one column, by code: ``words[code]``. Codes are stable for the life of a log."""

    words: Sequence[str]

    @cached_property
    def _codes(self) -> dict[str, int]:
        return {word: code for code, word in enumerate(self.words)}

    def code(self, word: str) -> int | None:
        """Return the code of ``word``, or None where the log never saw it."""
        return self._codes.get(word)

    @cached_property
    def _beginnings(self) -> dict[str, Bools]:
        return {}

    def beginning(self, prefix: str) -> Bools:
        """Return by code whether a word begins with ``prefix``, read-only; the words are looked through once for it."""
        found = self._beginnings.get(prefix)
        if found is None:
            found = np.fromiter((word.startswith(prefix) for word in self.words), np.bool_, len(self))
            found.flags.writeable = False
            self._beginnings[prefix] = found
        return found

    def __len__(self) -> int:
        return len(self.words)


@dataclass(frozen=True)
class Column:
    """One property of every event of a table, in the table's order.

    ``values`` by ``kind``: ``text`` int32 codes into ``vocabulary`` (-1 missing); ``number`` float64
    (NaN missing); ``boolean`` int8 (0, 1, -1 missing); ``time`` int64 microseconds UTC (``NO_TIME`` missing).
    """

    kind: Kind
    values: npt.NDArray[Any]
    vocabulary: Vocabulary | None = None


@dataclass(frozen=True)
class EventTable:
    """Events of some persons, sorted by the canonical key (person, time, source sequence, id).

    Person ``i`` of the table is ``persons[i]`` (the log's int64 id) and holds the events
    ``offsets[i]:offsets[i + 1]``, at least one each. ``time_us`` is int64 microseconds since 1970 UTC, ``name``
    int32 codes into ``names``. Arrays may be read-only memory maps shared by processes: never write to them.
    Further columns are loaded when ``column`` asks for them; ``loadable`` names those that ``load`` can give.
    """

    persons: Int64s
    offsets: Int64s
    time_us: Int64s
    name: Int32s
    names: Vocabulary
    load: Callable[[str], Column] | None = None
    _loaded: dict[str, Column] = field(default_factory=dict, repr=False, compare=False)
    loadable: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.time_us)

    @property
    def properties(self) -> tuple[str, ...]:
        """The names of all properties that the log has, in alphabetical order."""
        return tuple(sorted({*self._loaded, *self.loadable}))

    def column(self, name: str) -> Column:
        """Return the property ``name``; KeyError where the log has no such property."""
        if name not in self._loaded:
            if self.load is None:
                raise KeyError(name)
            self._loaded[name] = self.load(name)
        return self._loaded[name]


def table_from_arrays(
    person: npt.ArrayLike,
    time_us: npt.ArrayLike,
    name: Sequence[str] | npt.NDArray[np.int32],
    *,
    names: Sequence[str] | None = None,
    columns: Mapping[str, Column] | None = None,
) -> EventTable:
    """Build a table in memory from rows in any order; rows at one instant keep their order (for tests, notebooks)."""
    who = np.asarray(person, np.int64)
    when = np.asarray(time_us, np.int64)
    if names is None:
        words = sorted({str(word) for word in name})
        lookup = {word: code for code, word in enumerate(words)}
        code = np.array([lookup[str(word)] for word in name], np.int32)
    else:
        words, code = list(names), np.asarray(name, np.int32)
    order = np.lexsort((when, who))
    sorted_who = who[order]
    starts = np.flatnonzero(np.r_[True, sorted_who[1:] != sorted_who[:-1]]) if len(who) else np.empty(0, np.int64)
    loaded = {
        key: Column(column.kind, column.values[order], column.vocabulary) for key, column in (columns or {}).items()
    }
    return EventTable(
        persons=sorted_who[starts],
        offsets=np.r_[starts, len(who)].astype(np.int64),
        time_us=when[order],
        name=code[order],
        names=Vocabulary(tuple(words)),
        _loaded=loaded,
    )
