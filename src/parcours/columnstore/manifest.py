"""The manifest: which files make up a log, switched from one state to the next in one SQLite transaction.

Every state is a *generation* with a number and a token. A file that a new generation no longer needs stays in the
manifest with the generation that dropped it, until no reader holds an older one; then garbage collection removes it.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from parcours.engine.table import Kind
from parcours.language.errors import LogError
from parcours.language.translation import _

FORMAT_VERSION = 1
MOST_BUCKETS = 4096
FILE = "manifest.sqlite"
Dictionary = Literal["persons", "names"]

SCHEMA = """
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE generations (number INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE, persons INTEGER NOT NULL);
CREATE TABLE segments (
  id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, bucket INTEGER NOT NULL, rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL, checksum TEXT NOT NULL, format_version INTEGER NOT NULL,
  first_sequence INTEGER NOT NULL, last_sequence INTEGER NOT NULL,
  first_us INTEGER NOT NULL, last_us INTEGER NOT NULL,
  created INTEGER NOT NULL, dropped INTEGER);
CREATE TABLE segment_columns (
  segment INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, filled INTEGER NOT NULL,
  PRIMARY KEY (segment, name, kind)) WITHOUT ROWID;
CREATE TABLE properties (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE words (
  id INTEGER PRIMARY KEY, dictionary TEXT NOT NULL, path TEXT NOT NULL UNIQUE, first INTEGER NOT NULL,
  count INTEGER NOT NULL, bytes INTEGER NOT NULL, checksum TEXT NOT NULL,
  created INTEGER NOT NULL, dropped INTEGER);
CREATE TABLE batches (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, format TEXT NOT NULL, digest TEXT, bytes INTEGER,
  imported_us INTEGER NOT NULL, rows INTEGER NOT NULL, events INTEGER NOT NULL, persons INTEGER NOT NULL,
  skipped TEXT NOT NULL, scales TEXT NOT NULL, first_sequence INTEGER NOT NULL, end_sequence INTEGER NOT NULL,
  undone_us INTEGER);
"""


@dataclass(frozen=True, slots=True)
class Segment:
    """An immutable Parquet file with events of one bucket. ``columns``: (property, kind) → rows that hold a value."""

    path: str
    bucket: int
    rows: int
    bytes: int
    checksum: str
    first_sequence: int
    last_sequence: int
    first_us: int
    last_us: int
    columns: Mapping[tuple[str, Kind], int]
    format_version: int = FORMAT_VERSION


@dataclass(frozen=True, slots=True)
class WordFile:
    """One run of a dictionary of texts."""

    dictionary: Dictionary
    path: str
    first: int
    count: int
    bytes: int
    checksum: str


@dataclass(frozen=True, slots=True)
class BatchInfo:
    """One file that was imported, named ``source``. ``rows`` were readable, ``events`` of them became part of the log.

    ``skipped`` counts by reason the rows that did not (bad rows included); ``digest`` is the SHA-256 of the file or
    None; ``sequences`` are the half-open range of its rows. ``undone_us`` is set once the batch has been taken back.
    """

    id: int
    source: str
    format: str
    digest: str | None
    bytes: int | None
    imported_us: int
    rows: int
    events: int
    persons: int
    skipped: Mapping[str, int]
    scales: Mapping[str, tuple[float, float, bool | None]]
    sequences: tuple[int, int]
    undone_us: int | None = None

    @property
    def duplicates(self) -> int:
        """Rows that were left out because the log had them already; undoing what brought them does not add them."""
        return self.skipped.get("duplicate_id", 0) + self.skipped.get("duplicate_content", 0)


@dataclass(frozen=True)
class State:
    """Everything that one generation of a log consists of."""

    zone: str
    buckets: int
    next_sequence: int
    generation: int
    token: str
    persons: int
    segments: tuple[Segment, ...]
    words: tuple[WordFile, ...]
    properties: tuple[str, ...]
    """Properties with a column of their own, in order of appearance; all others live in ``_more``."""
    batches: tuple[BatchInfo, ...]

    @property
    def events(self) -> int:
        """Events of the log."""
        return sum(segment.rows for segment in self.segments)

    def files(self) -> tuple[Segment | WordFile, ...]:
        """Every file that is part of the log."""
        return (*self.segments, *self.words)

    def runs(self, bucket: int) -> tuple[Segment, ...]:
        """Segments of a bucket, base first, then deltas in the order of their sequences."""
        return tuple(segment for segment in self.segments if segment.bucket == bucket)


@dataclass
class Switch:
    """What changes from one generation to the next."""

    token: str
    persons: int
    next_sequence: int | None = None
    buckets: int | None = None
    added: list[Segment] = field(default_factory=list)
    dropped: list[Segment] = field(default_factory=list)
    words_added: list[WordFile] = field(default_factory=list)
    words_dropped: list[WordFile] = field(default_factory=list)
    properties: list[str] = field(default_factory=list)
    batches: list[BatchInfo] = field(default_factory=list)
    """New ones, and those that got more rows."""
    undone: tuple[int, int] | None = None
    """(batch, time of undoing)."""


def new_token(number: int) -> str:
    """Return a fresh name for generation ``number``: it also names the directory of its derived columns."""
    return f"{number:06d}-{secrets.token_hex(4)}"


def create_manifest(root: Path, *, zone: str, buckets: int) -> None:
    """Write the manifest of an empty log."""
    connection = sqlite3.connect(root / FILE, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    for statement in SCHEMA.split(";"):
        connection.execute(statement)
    settings = {"format_version": FORMAT_VERSION, "zone": zone, "buckets": buckets, "next_sequence": 0}
    connection.executemany("INSERT INTO settings VALUES (?, ?)", [(key, str(value)) for key, value in settings.items()])
    connection.execute("INSERT INTO generations VALUES (0, ?, 0)", (new_token(0),))
    connection.execute("COMMIT")
    connection.close()


@contextmanager
def connect(root: Path) -> Iterator[sqlite3.Connection]:
    """Open the manifest of the log at ``root``; what SQLite cannot read becomes a LogError."""
    connection = sqlite3.connect(
        f"{(root / FILE).absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=60
    )
    try:
        connection.execute("PRAGMA synchronous = FULL")
        yield connection
    except sqlite3.DatabaseError as error:
        raise LogError(
            _("The manifest of the log “{log}” cannot be read: {error}.").format(log=root, error=error),
            expected=_("Restore the log from a copy, or import its files again."),
        ) from error
    finally:
        connection.close()


def read_state(root: Path) -> State:
    """Read the present generation, in one transaction."""
    with connect(root) as connection:
        connection.execute("BEGIN")
        settings = dict(connection.execute("SELECT key, value FROM settings").fetchall())
        _check_version(root, settings.get("format_version", "0"))
        number, token, persons = connection.execute(
            "SELECT number, token, persons FROM generations ORDER BY number DESC LIMIT 1"
        ).fetchone()
        state = State(
            zone=settings["zone"],
            buckets=int(settings["buckets"]),
            next_sequence=int(settings["next_sequence"]),
            generation=number,
            token=token,
            persons=persons,
            segments=_segments(connection),
            words=tuple(
                WordFile(*row)
                for row in connection.execute(
                    "SELECT dictionary, path, first, count, bytes, checksum FROM words"
                    " WHERE dropped IS NULL ORDER BY first"
                )
            ),
            properties=tuple(name for (name,) in connection.execute("SELECT name FROM properties ORDER BY id")),
            batches=tuple(_batch(row) for row in connection.execute("SELECT * FROM batches ORDER BY id")),
        )
        connection.execute("COMMIT")
    return state


def _check_version(root: Path, version: str) -> None:
    if version != str(FORMAT_VERSION):
        raise LogError(
            _("The log “{log}” has format version {version}, which this version of Parcours does not know.").format(
                log=root, version=version
            ),
            expected=_("It knows version {known}: install a newer Parcours.").format(known=FORMAT_VERSION),
        )


def _segments(connection: sqlite3.Connection) -> tuple[Segment, ...]:
    columns: dict[int, dict[tuple[str, Kind], int]] = {}
    for segment, name, kind, filled in connection.execute(
        "SELECT c.segment, c.name, c.kind, c.filled FROM segment_columns c JOIN segments s ON s.id = c.segment"
        " WHERE s.dropped IS NULL"
    ):
        columns.setdefault(segment, {})[name, kind] = filled
    fields = ("path", "bucket", "rows", "bytes", "checksum", "first_sequence", "last_sequence", "first_us", "last_us")
    rows = connection.execute(
        f"SELECT id, format_version, {', '.join(fields)} FROM segments"  # noqa: S608 - fixed names
        " WHERE dropped IS NULL ORDER BY bucket, first_sequence"
    ).fetchall()
    return tuple(_segment(dict(zip(fields, row[2:], strict=True)), columns.get(row[0], {}), row[1]) for row in rows)


def _segment(fields: dict[str, Any], columns: Mapping[tuple[str, Kind], int], version: int) -> Segment:
    return Segment(**fields, columns=columns, format_version=version)


def _batch(row: Sequence[Any]) -> BatchInfo:
    skipped, scales, first, end, undone = row[9:]
    read_scales = {name: tuple(scale) for name, scale in json.loads(scales).items()}
    plain: list[Any] = [*row[:9], json.loads(skipped), read_scales, (first, end), undone]
    return BatchInfo(*plain)


def switch(root: Path, state: State, change: Switch) -> None:
    """Make ``change`` the present generation: all of it or nothing, durable when this returns."""
    number = state.generation + 1
    with connect(root) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO generations VALUES (?, ?, ?)", (number, change.token, change.persons))
        for key, value in (("next_sequence", change.next_sequence), ("buckets", change.buckets)):
            if value is not None:
                connection.execute("UPDATE settings SET value = ? WHERE key = ?", (str(value), key))
        for table, gone in (("segments", change.dropped), ("words", change.words_dropped)):
            connection.executemany(
                f"UPDATE {table} SET dropped = ? WHERE path = ?",  # noqa: S608 - fixed names
                [(number, file.path) for file in gone],
            )
        for segment in change.added:
            _insert_segment(connection, segment, number)
        connection.executemany(
            "INSERT INTO words (dictionary, path, first, count, bytes, checksum, created) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(w.dictionary, w.path, w.first, w.count, w.bytes, w.checksum, number) for w in change.words_added],
        )
        connection.executemany("INSERT INTO properties (name) VALUES (?)", [(name,) for name in change.properties])
        connection.executemany(
            "INSERT OR REPLACE INTO batches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [_batch_row(batch) for batch in change.batches],
        )
        if change.undone is not None:
            connection.execute("UPDATE batches SET undone_us = ? WHERE id = ?", change.undone[::-1])
        connection.execute("COMMIT")


def _insert_segment(connection: sqlite3.Connection, s: Segment, number: int) -> None:
    cursor = connection.execute(
        "INSERT INTO segments (path, bucket, rows, bytes, checksum, format_version, first_sequence, last_sequence,"
        " first_us, last_us, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(s.path, s.bucket, s.rows, s.bytes, s.checksum, s.format_version),
            *(s.first_sequence, s.last_sequence, s.first_us, s.last_us, number),
        ),
    )
    connection.executemany(
        "INSERT INTO segment_columns VALUES (?, ?, ?, ?)",
        [(cursor.lastrowid, name, kind, filled) for (name, kind), filled in s.columns.items()],
    )


def _batch_row(b: BatchInfo) -> tuple[object, ...]:
    return (
        *(b.id, b.source, b.format, b.digest, b.bytes, b.imported_us, b.rows, b.events, b.persons),
        *(json.dumps(dict(b.skipped)), json.dumps(dict(b.scales)), *b.sequences, b.undone_us),
    )


def generations(root: Path) -> list[tuple[int, str]]:
    """Return number and token of every generation that has not been collected, the present one last."""
    with connect(root) as connection:
        return connection.execute("SELECT number, token FROM generations ORDER BY number").fetchall()


def forget_generations(root: Path, numbers: Sequence[int]) -> set[str]:
    """Forget collected generations and the files that no remaining one needs; return every path still needed."""
    with connect(root) as connection:
        if numbers:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("DELETE FROM generations WHERE number = ?", [(number,) for number in numbers])
            for table in ("segments", "words"):
                connection.execute(
                    f"DELETE FROM {table} WHERE dropped IS NOT NULL AND NOT EXISTS (SELECT 1 FROM generations g"  # noqa: S608
                    " WHERE g.number >= created AND g.number < dropped)"
                )
            connection.execute("DELETE FROM segment_columns WHERE segment NOT IN (SELECT id FROM segments)")
            connection.execute("COMMIT")
        return {path for (path,) in connection.execute("SELECT path FROM segments UNION ALL SELECT path FROM words")}


def present_token(root: Path) -> str:
    """Return the token of the present generation."""
    with connect(root) as connection:
        (token,) = connection.execute("SELECT token FROM generations ORDER BY number DESC LIMIT 1").fetchone()
    return str(token)
