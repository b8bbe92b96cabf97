"""What every reader yields: typed columns of events, and the rows that could not become one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Kind = Literal["text", "number", "boolean", "time"]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not imported. ``line`` counts from 1 in the file (header included); ``column`` is a name.

    ``reason`` is a short stable key, the same in every language (``time_unreadable``, ``person_missing``…): it
    is what ``skipped`` counts by. ``expected`` says the right form to a person. ``row`` is the whole row by column,
    as far as it has columns; None where nobody asked for it (see ``Source.batches``) or it cannot be told apart.
    """

    file: str
    line: int
    column: str | None
    value: str
    reason: str
    expected: str
    row: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Batch:
    """Some events in the order of their file; every column has ``rows`` values.

    ``person`` and ``name`` are Arrow strings or dictionaries of strings, never null or empty. ``time_us`` is int64
    microseconds UTC, ``line`` the int64 line (or record) of the source. ``properties`` are Arrow arrays: string
    or dictionary of strings (text), float64 (number), bool (boolean), timestamp[us, UTC] (time); null is missing.
    Reserved names: ``channel``, ``value``, ``message_id``, ``nps``, ``csat``, ``ces``, ``comment``.
    """

    rows: int
    person: pa.Array
    time_us: npt.NDArray[np.int64]
    name: pa.Array
    line: npt.NDArray[np.int64]
    properties: Mapping[str, pa.Array] = field(default_factory=dict)
