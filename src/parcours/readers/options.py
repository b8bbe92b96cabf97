"""What a caller may say about a file, and what a reader found out about its columns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from parcours.readers.batch import Kind

Format = Literal["csv", "jsonl", "parquet", "xes", "xlsx"]
Role = Literal["person", "time", "event", "channel", "value", "message_id", "comment", "nps", "csat", "ces"]
CesScale = Literal["agreement", "effort"]

ROLES: tuple[Role, ...] = (
    "person",
    "time",
    "event",
    "channel",
    "value",
    "message_id",
    "comment",
    "nps",
    "csat",
    "ces",
)
NUMBER_ROLES: frozenset[str] = frozenset({"value", "nps", "csat", "ces"})
TEXT_ROLES: frozenset[str] = frozenset({"channel", "message_id", "comment"})


def name_of(path: Path) -> str:
    """Return the name of a file; bytes of it that are no UTF-8 (from older systems) become replacement characters."""
    return path.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """How to read one file. Everything but ``path`` may be left to recognition.

    ``person`` to ``ces`` name columns; ``event_name`` gives every row the same name, and no ``event`` column is
    needed then. ``properties`` are the further columns to keep (None: all). ``csat_scale`` is (lowest, highest);
    ``ces_scale`` says whether a high number means agreement (CES 2.0, the default) or effort. ``zone`` is the
    IANA zone of times that carry none. ``time_format`` is a ``strptime`` format; ``day_first`` decides 03/04/2025.
    ``delimiter``, ``encoding`` and ``quote`` (empty: no quoting) hold for CSV. ``line_limit_bytes`` bounds one
    line: a longer one is a bad row and is never held in memory. ``sheet`` names a sheet of a workbook (None: its
    first that is not hidden). ``only_named``: no column gets a role that is not named here.
    """

    path: Path
    format: Format | None = None
    delimiter: str | None = None
    encoding: str | None = None
    quote: str | None = None
    person: str | None = None
    time: str | None = None
    event: str | None = None
    channel: str | None = None
    value: str | None = None
    message_id: str | None = None
    comment: str | None = None
    nps: str | None = None
    csat: str | None = None
    ces: str | None = None
    event_name: str | None = None
    properties: tuple[str, ...] | None = None
    csat_scale: tuple[float, float] | None = None
    ces_scale: CesScale | None = None
    zone: str = "UTC"
    time_format: str | None = None
    day_first: bool | None = None
    sheet: str | None = None
    only_named: bool = False
    line_limit_bytes: int = 16 << 20
    block_bytes: int = 8 << 20

    @property
    def name(self) -> str:
        """The name of the file, as text that can be written anywhere."""
        return name_of(self.path)

    def named(self, role: Role) -> str | None:
        """Return the column that the caller named for ``role``."""
        given: str | None = getattr(self, role)
        return given


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """One column of a file: what it is taken for, its kind, and up to three of its first values."""

    name: str
    role: Role | None
    kind: Kind
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """The range of a feeling; ``given`` is False when it was taken from the values or is a default."""

    lowest: float
    highest: float
    meaning: CesScale | None = None
    given: bool = False
