"""How a file is to be read: the answers of the preview as plain data, and what they make of its first rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from parcours.language.errors import InputError, ParcoursError
from parcours.language.formats import when
from parcours.readers.batch import BadRow, Batch
from parcours.readers.options import ROLES, SourceOptions
from parcours.readers.peeking import Peek, peek
from parcours.readers.returned import is_ours
from parcours.readers.source import open_source
from parcours.readers.words import role_in_words

PROPERTY, LEFT_OUT = "property", "none"
ROLE_ANSWERS = (*ROLES, PROPERTY, LEFT_OUT)
MOST_COLUMNS = 200
"""So many columns are asked about, as many as the log gives a column of their own; the others become properties."""
SHOWN_ROWS, SAMPLED_ROWS, SAMPLE_BLOCK_BYTES = 20, 10_000, 512 << 10
SHOWN_BAD_ROWS = 10


@dataclass(frozen=True)
class Answers:
    """What a person says about a file. Empty texts leave it to the file. ``roles`` has an answer per column shown."""

    roles: Mapping[str, str] = field(default_factory=dict)
    event_name: str = ""
    zone: str = "UTC"
    day_order: Literal["", "day", "month"] = ""
    time_format: str = ""
    delimiter: str = ""
    encoding: str = ""
    sheet: str = ""
    ces_scale: str = ""
    on_error: Literal["stop", "skip"] = "stop"
    dedupe: Literal["none", "content"] = "none"
    again: bool = False

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Answers:
        """Read what ``to_json`` gave."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in known})

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {one.name: getattr(self, one.name) for one in fields(self)} | {"roles": dict(self.roles)}

    def form_of(self, path: Path) -> SourceOptions:
        """Return the options under which columns are found, without saying what they mean."""
        delimiter = "\t" if self.delimiter == "tab" else self.delimiter
        return SourceOptions(
            path=path, zone=self.zone, delimiter=delimiter or None, encoding=self.encoding or None,
            sheet=self.sheet or None, time_format=self.time_format or None,
            day_first={"day": True, "month": False}.get(self.day_order), block_bytes=SAMPLE_BLOCK_BYTES,
        )  # fmt: skip

    def source(self, path: Path, block_bytes: int = 8 << 20) -> SourceOptions:
        """Return everything a reader has to know."""
        form = self.form_of(path)
        named: dict[str, Any] = {role: column for column, role in self.roles.items() if role in ROLES}
        if self.event_name:
            named.pop("event", None)
            named["event_name"] = self.event_name
        kept = None
        if LEFT_OUT in self.roles.values():
            kept = tuple(column for column, role in self.roles.items() if role == PROPERTY)
        return SourceOptions(
            path=path, zone=form.zone, delimiter=form.delimiter, encoding=form.encoding, sheet=form.sheet,
            time_format=form.time_format, day_first=form.day_first, ces_scale=self.ces_scale or None,  # type: ignore[arg-type]
            only_named=bool(self.roles), properties=kept, block_bytes=block_bytes, **named,
        )  # fmt: skip


def first_answers(found: Peek, zone: str) -> Answers:
    """Return what is proposed to a person: the likely role of each column, everything else kept as a property.

    What we wrote ourselves beside rows that were left out, and that come back corrected, is left out again.
    """
    roles = {column.name: LEFT_OUT if is_ours(column.name) else column.role or PROPERTY for column in found.columns}
    return Answers(roles=roles, zone=zone)


@dataclass(frozen=True)
class Problem:
    """Something to mend before the file can be read, and which answer it belongs to (None: to no single one)."""

    message: str
    answer: str | None = None


@dataclass(frozen=True)
class Preview:
    """The first rows as they will be read. ``bad`` counts those of ``sampled`` rows that cannot, by reason."""

    titles: tuple[str, ...] = ()
    numeric: tuple[bool, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    sampled: int = 0
    bad: Mapping[str, int] = field(default_factory=dict)
    bad_rows: tuple[BadRow, ...] = ()
    zoneless: bool = False
    whole: bool = False
    problems: tuple[Problem, ...] = ()

    @property
    def heads(self) -> list[tuple[str, bool]]:
        """Each column's name with whether it holds numbers."""
        return list(zip(map(role_in_words, self.titles), self.numeric, strict=True))

    @property
    def cells(self) -> list[list[tuple[str, bool]]]:
        """The rows, each cell with whether its column holds numbers."""
        return [list(zip(row, self.numeric, strict=True)) for row in self.rows]

    @property
    def bad_count(self) -> int:
        """Rows of the sample that cannot be read."""
        return sum(self.bad.values())


def look(answers: Answers, path: Path) -> Peek:
    """Return the columns of the file under ``answers``; InputError where it is no table that way."""
    return peek(answers.form_of(path))


def preview(answers: Answers, path: Path) -> Preview:
    """Read the beginning of the file as it would be imported."""
    try:
        return _read(answers, path)
    except InputError as error:
        return Preview(problems=(_problem(error, answers, path),))


def _read(answers: Answers, path: Path) -> Preview:
    source = open_source(answers.source(path, SAMPLE_BLOCK_BYTES))
    bad: list[BadRow] = []
    counts: dict[str, int] = {}

    def take(row: BadRow) -> None:
        counts[row.reason] = counts.get(row.reason, 0) + 1
        if len(bad) < SHOWN_BAD_ROWS:
            bad.append(row)

    first: Batch | None = None
    read, whole = 0, True
    batches = source.batches(take)
    for batch in batches:
        first = first or batch
        read += batch.rows
        if read + sum(counts.values()) >= SAMPLED_ROWS:
            whole = next(batches, None) is None
            break
    sampled = read + sum(counts.values())
    titles, numeric, rows = _table(first, answers.zone) if first is not None else ((), (), ())
    return Preview(titles, numeric, rows, sampled, dict(counts), tuple(bad), source.zoneless, whole)


def _table(batch: Batch, zone: str) -> tuple[tuple[str, ...], tuple[bool, ...], tuple[tuple[str, ...], ...]]:
    count = min(batch.rows, SHOWN_ROWS)
    order: list[str] = [name for name in ROLES if name in batch.properties]
    order += [name for name in batch.properties if name not in order]
    columns = [
        batch.person[:count].to_pylist(),
        [when(int(time), zone) for time in batch.time_us[:count]],
        batch.name[:count].to_pylist(),
        *(batch.properties[name][:count].to_pylist() for name in order),
    ]
    cells = [[_cell(value, zone) for value in column] for column in columns]
    numeric = [any(isinstance(value, float) for value in column) for column in columns]
    return ("person", "time", "event", *order), tuple(numeric), tuple(zip(*cells, strict=True))


def _cell(value: object, zone: str) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return when(int(value.astimezone(UTC).timestamp() * 1_000_000), zone)
    text = str(value)
    return text if len(text) <= 80 else text[:79] + "…"


def _problem(error: InputError, answers: Answers, path: Path) -> Problem:
    """Find the answer that an error belongs to, and leave out what speaks of the command's options."""
    if not answers.day_order and not answers.time_format and _reads(answers, path, day_order="day"):
        return Problem(error.message, "day_order")
    if answers.time_format and _reads(answers, path, time_format=""):
        return Problem(in_the_browser(error), "time_format")
    return Problem(in_the_browser(error))


def in_the_browser(error: ParcoursError) -> str:
    """Write an error without the options of the command that it may advise: here they are fields."""
    where = f"{error.place}: " if error.place is not None and error.place.line is not None else ""
    advice = f" {error.expected}" if error.expected and "--" not in error.expected else ""
    return f"{where}{error.message}{advice}"


def _reads(answers: Answers, path: Path, **other: Any) -> bool:
    try:
        open_source(Answers.of(answers.to_json() | other).source(path, SAMPLE_BLOCK_BYTES))
    except InputError:
        return False
    return True
