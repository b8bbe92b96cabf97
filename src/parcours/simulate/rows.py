"""Rows of events as arrays, before they have names and texts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from parcours.simulate.book import Book

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """Events of one chunk in the order of time; ``person`` counts trips from 0 over the whole company.

    ``time`` is whole seconds UTC; ``shape`` indexes ``Theatre.emitted``; ``kind`` indexes ``KINDS`` (-1: no answer)
    with its ``score``; ``comment`` indexes ``Theatre.comments`` (-1: none); ``value`` is NaN where there is no amount.
    """

    person: Ints
    time: Ints
    shape: Ints
    kind: Ints
    score: Floats
    comment: Ints
    value: Floats

    def __len__(self) -> int:
        return len(self.person)

    @classmethod
    def none(cls) -> Rows:
        """Return no rows at all."""
        whole, broken = np.empty(0, np.int64), np.empty(0, np.float64)
        return cls(whole, whole, whole, whole, broken, whole, broken)

    def take(self, which: npt.NDArray[np.generic]) -> Rows:
        """Return the rows that ``which`` selects."""
        return Rows(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Chunk:
    """The rows of some trips. ``ties``: at the same second as the person's row before, deliveries not counted;
    ``duplicates``: rows that are another one delivered again. ``received``: when each reached the company, in seconds
    UTC, None where all did at once. ``lived``: positions of the rows trip by trip, in the order of time. ``owner[i]``:
    the person who makes trip ``first + i``. ``book``: what was planted.
    """

    rows: Rows
    ties: int
    duplicates: int
    lived: Ints
    first: int
    owner: Ints
    received: Ints | None
    book: Book

    @cached_property
    def arrival(self) -> Ints:
        """Positions of the rows in the order in which they reached the company."""
        return np.arange(len(self.rows)) if self.received is None else np.argsort(self.received, kind="stable")

    @classmethod
    def nothing(cls, *, late: bool = False) -> Chunk:
        """Return a chunk without rows; ``late``: of a company to which some would have come late."""
        empty = np.empty(0, np.int64)
        return cls(Rows.none(), 0, 0, empty, 0, empty, empty if late else None, Book.empty(0, 0))
