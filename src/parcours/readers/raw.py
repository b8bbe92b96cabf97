"""A piece of a file as its format gives it, before anybody knows what its columns mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parcours.readers.batch import BadRow


@dataclass(frozen=True)
class Raw:
    """Some rows in file order: Arrow columns by their name in the file, and the line of each row.

    ``bad`` are rows that the format itself refused; ``blank`` counts lines without content.
    """

    columns: Mapping[str, pa.Array]
    line: npt.NDArray[np.int64]
    bad: tuple[BadRow, ...] = ()
    blank: int = 0


@dataclass(frozen=True)
class Piece:
    """A piece still to be parsed: ``parse`` may run in any thread. ``bytes_done`` counts bytes of the file on disk."""

    parse: Callable[[], Raw]
    bytes_done: int


class FormatReader(Protocol):
    """What each file format provides.

    ``texts_only`` says that every value comes as text and its kind must be guessed (CSV); ``decimal_comma`` that
    1,5 may be a number. ``fixed_roles`` are columns whose role the format itself defines (XES). ``file`` is how bad
    rows name the file.
    """

    file: str
    texts_only: bool
    decimal_comma: bool
    fixed_roles: Mapping[str, str]
    columns: tuple[str, ...]

    def head(self) -> Raw:
        """Return the first rows (a few megabytes); bad rows in it are met again by ``pieces``."""
        ...

    def pieces(self, needed: frozenset[str], repeated: frozenset[str]) -> Iterator[Piece]:
        """Read the file from its start; only ``needed`` columns, those in ``repeated`` as dictionaries if cheap."""
        ...


@dataclass(frozen=True, slots=True)
class Counts:
    """What a source met so far, beside events and bad rows."""

    blank_lines: int = 0
    gap: int = 0
    fold: int = 0
    bad: Mapping[str, int] = field(default_factory=dict)
