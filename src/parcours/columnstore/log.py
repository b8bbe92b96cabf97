"""An event log on disk, opened: what it holds, its tables, and taking batches in or back out."""

from __future__ import annotations

import secrets
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np

from parcours.columnstore import layout
from parcours.columnstore.columns import CoreColumns, core_columns, property_column
from parcours.columnstore.executor import LocalExecutor
from parcours.columnstore.locking import Lease, fsync_path, writable
from parcours.columnstore.manifest import (
    FILE,
    MOST_BUCKETS,
    BatchInfo,
    State,
    create_manifest,
    present_token,
    read_state,
)
from parcours.columnstore.words import StoredWords
from parcours.engine.analysis import Analysis
from parcours.engine.table import Column, EventTable, Int64s, Kind, Vocabulary
from parcours.language.errors import LogError, UsageError
from parcours.language.translation import _

if TYPE_CHECKING:
    import pyarrow as pa

    from parcours.columnstore.writing import SourceInfo
    from parcours.readers.batch import Batch

P = TypeVar("P")
R = TypeVar("R")
MORE = "_more"


@dataclass(frozen=True, slots=True)
class PropertyInfo:
    """A property of events: ``filled`` events have it. ``scale`` is (lowest, highest) of a feeling.

    ``effort`` is True where a high number means much effort, False where it means agreement, None elsewhere.
    """

    name: str
    kind: Kind
    filled: int
    scale: tuple[float, float] | None = None
    effort: bool | None = None


class Snapshot:
    """One generation of a log, held open: its files stay while this object lives."""

    def __init__(self, root: Path) -> None:
        self.root = root
        while True:
            self.state: State = read_state(root)
            self.lease = Lease(root / layout.LEASES / self.state.token)
            if present_token(root) == self.state.token:
                break
        layout.check_sizes(root, self.state)
        self._lock = threading.Lock()
        self._columns: dict[str, Column] = {}

    @cached_property
    def names(self) -> Vocabulary:
        """The event names of the log."""
        return Vocabulary(layout.open_words(self.root, self.state, "names"))

    @cached_property
    def identities(self) -> StoredWords:
        """The external id of every person, by the log's id."""
        return layout.open_words(self.root, self.state, "persons")

    @cached_property
    def core(self) -> CoreColumns:
        """The core columns, built first where they are missing."""

        def build(place: Path) -> None:
            from parcours.columnstore.rebuilding import build_core

            build_core(self.root, self.state, place)

        return core_columns(self.root, self.state, build)

    @cached_property
    def properties(self) -> Mapping[str, PropertyInfo]:
        """Properties that some event has, in order of appearance."""
        return {name: info for name in self.state.properties if (info := self._property(name)).filled}

    def _property(self, name: str) -> PropertyInfo:
        found = [
            (kind, filled)
            for segment in self.state.segments
            for (one, kind), filled in segment.columns.items()
            if one == name and filled
        ]
        distinct = {kind for kind, _filled in found}
        scales = [
            batch.scales[name] for batch in self.state.batches if batch.undone_us is None and name in batch.scales
        ]
        return PropertyInfo(
            name,
            kind=distinct.pop() if len(distinct) == 1 else "text",
            filled=sum(filled for _kind, filled in found),
            scale=(min(low for low, _h, _e in scales), max(high for _l, high, _e in scales)) if scales else None,
            effort=next((effort for _l, _h, effort in reversed(scales) if effort is not None), None),
        )

    def column(self, name: str) -> Column:
        """Map a property over the whole log, deriving it from the segments at its first use; KeyError if unknown."""
        with self._lock:
            if name not in self._columns:
                self._columns[name] = self._open_column(self.properties[name].kind, name)
            return self._columns[name]

    def _open_column(self, kind: Kind, name: str) -> Column:
        def build(path: Path) -> None:
            from parcours.columnstore.rebuilding import build_property

            build_property(self.root, self.state, name, path)

        values, words = property_column(self.root, self.state, name, kind, build)
        return Column(kind, values, Vocabulary(StoredWords([words])) if words is not None else None)

    def tables(self) -> tuple[EventTable, ...]:
        """Make one table per bucket. They hold this object: not the other way round, or it would outlive its use."""
        return tuple(self._table(bucket) for bucket in range(self.state.buckets))

    def _table(self, bucket: int) -> EventTable:
        core, events = self.core.bucket(bucket), self.core.events_of(bucket)

        def load(name: str) -> Column:
            whole = self.column(name)
            return Column(whole.kind, whole.values[events], whole.vocabulary)

        return EventTable(
            core.persons, core.offsets, core.time_us, core.name, self.names, load, loadable=tuple(self.properties)
        )


class StoredLog:
    """An event log in a directory. It shows the state at its opening, until ``refresh`` or a change of its own.

    Readers never wait for a writer; one process may write at a time. Times are int64 microseconds since 1970 UTC.
    """

    def __init__(self, path: Path) -> None:
        """Use ``open``, ``create`` or ``open_or_create``."""
        self.path = path
        self._now = Snapshot(path)

    @classmethod
    def open(cls, path: str | Path) -> StoredLog:
        """Open the log at ``path``; LogError where there is none, or it is damaged or of an unknown version."""
        root = Path(path)
        if not (root / FILE).is_file():
            message = (
                _("There is no event log at “{path}”.") if not root.exists() else _("“{path}” is not an event log.")
            )
            near = sorted(str(found.parent) for found in root.parent.glob(f"*/{FILE}")) if root.parent.is_dir() else []
            right = _("Logs there: {logs}.").format(logs=", ".join(near[:5])) if near else ""
            make = _("Make one with “parcours import FILE --into LOG”.")
            raise LogError(message.format(path=root), value=str(root), expected=right or make)
        return cls(root)

    @classmethod
    def create(cls, path: str | Path, *, zone: str = "UTC", buckets: int = 16) -> StoredLog:
        """Make an empty log at ``path``, which must not exist or be an empty directory.

        ``zone`` is the IANA time zone in which days and hours of the log are meant. ``buckets`` divide its persons:
        more than there are cores, at most 4,096.
        """
        root = Path(path)
        if not 1 <= buckets <= MOST_BUCKETS:
            raise UsageError(
                _("{buckets} buckets are not possible.").format(buckets=buckets),
                value=buckets,
                expected=_("Give 1 to {most}.").format(most=MOST_BUCKETS),
            )
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            raise LogError(
                _("“{path}” exists already.").format(path=root), value=str(root), expected=_("Choose another name.")
            )
        beside = root.parent / f".{root.name}.{secrets.token_hex(4)}.tmp"
        with writable(root):
            try:
                for directory in layout.DIRECTORIES:
                    (beside / directory).mkdir(parents=True)
                create_manifest(beside, zone=zone, buckets=buckets)
                fsync_path(beside)
                beside.rename(root)
                fsync_path(root.parent)
            finally:
                shutil.rmtree(beside, ignore_errors=True)
        return cls(root)

    @classmethod
    def open_or_create(cls, path: str | Path, *, zone: str = "UTC", buckets: int = 16) -> StoredLog:
        """Open the log at ``path``, or make it where nothing is there."""
        root = Path(path)
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            return cls.open(root)
        return cls.create(root, zone=zone, buckets=buckets)

    def refresh(self) -> None:
        """Show the present state of the log. Tables that were given out before keep showing the former one."""
        self._now = Snapshot(self.path)

    @property
    def zone(self) -> str:
        """IANA time zone of the log."""
        return self._now.state.zone

    @property
    def events(self) -> int:
        """Number of events."""
        return self._now.state.events

    @property
    def persons(self) -> int:
        """Number of persons with at least one event."""
        return self._now.state.persons

    @property
    def names(self) -> Vocabulary:
        """Event names by code. Codes never change; a name may have no events any more after an import was undone."""
        return self._now.names

    @property
    def properties(self) -> Mapping[str, PropertyInfo]:
        """Properties that some event has, in order of appearance.

        The first 200 properties that a log ever meets have a column each, and so have the reserved ones (see
        ``Batch``); later ones are kept as JSON text in the column ``_more`` of the segments, which ``scan`` gives.
        """
        return self._now.properties

    @property
    def span_us(self) -> tuple[int, int] | None:
        """Times of the first and the last event, None for an empty log."""
        segments = self._now.state.segments
        if not segments:
            return None
        return min(segment.first_us for segment in segments), max(segment.last_us for segment in segments)

    def tables(self) -> tuple[EventTable, ...]:
        """Return the events, one table per bucket of persons: memory maps, properties loaded when asked for."""
        return self._now.tables()

    def run(self, analysis: Analysis[P, R], threads: int | None = None) -> R:
        """Return the answer of ``analysis`` over the whole log; threads work on buckets (None: one per core)."""
        return LocalExecutor(self, threads).run(analysis)

    def external_ids(self, persons: Int64s) -> list[str]:
        """Return the ids that these persons (the log's int64 ids) have in the files."""
        identities = self._now.identities
        return [identities[person] for person in np.asarray(persons).tolist()]

    def person(self, external: str) -> int | None:
        """Return the log's id of the person with this id in the files, None where the log never saw it."""
        return self._now.identities.find(external)

    def name_counts(self) -> Int64s:
        """Return the number of events of each name, by code."""
        counts = np.zeros(len(self.names), np.int64)
        for table in self.tables():
            counts += np.bincount(table.name, minlength=len(counts))
        return counts

    def batches(self) -> tuple[BatchInfo, ...]:
        """Return the imports that are part of the log, oldest first."""
        return tuple(batch for batch in self._now.state.batches if batch.undone_us is None)

    def append(
        self, batches: Iterable[Batch], source: SourceInfo, dedupe: Literal["none", "content"] = "none"
    ) -> BatchInfo:
        """Add all rows of ``batches`` as one import, or nothing where reading them fails."""
        from parcours.columnstore.writing import Draft, Writing, exclusively

        with exclusively(self.path) as state:
            draft = Draft(source)
            with Writing(self.path, state) as writing:
                writing.stage(draft, batches)
                (batch,), _persons = writing.commit([draft], dedupe)
            self.refresh()
        return batch

    def undo(self, batch: int) -> BatchInfo:
        """Take a whole import back out and return what it was; UsageError where there is none of this number.

        Rows that a later import left out because this one had them stay out (see ``BatchInfo.duplicates``) until that
        file is imported again with ``dedupe="content"``.
        """
        from parcours.columnstore.writing import exclusively, remove_batch

        with exclusively(self.path) as state:
            found = [one for one in state.batches if one.id == batch and one.undone_us is None]
            if not found:
                known = ", ".join(str(one.id) for one in state.batches if one.undone_us is None)
                raise UsageError(
                    _("The log has no import {batch}.").format(batch=batch),
                    value=batch,
                    expected=_("Imports: {known}.").format(known=known) if known else _("It has no import at all."),
                )
            remove_batch(self.path, state, found[0])
            self.refresh()
        return found[0]

    def verify(self) -> None:
        """Compare every file of the log with its checksum; LogError names the first that is missing or damaged."""
        from parcours.columnstore.segments import check_file

        for file in self._now.state.files():
            check_file(self.path, file.path, file.checksum)

    def scan(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield all events in canonical order, bucket after bucket, for other engines.

        Columns: ``person`` (external id), ``time`` (timestamp, microseconds UTC), ``name``, then ``columns``:
        properties (None: all), and ``_more`` (JSON text) where it is asked for or None is given and it exists.
        A property called like one of the first three comes as ``property person`` and so on.
        """
        from parcours.columnstore.scanning import scan

        return scan(self._now.root, self._now.state, self._kinds(columns), self._now.identities, self._now.names)

    def _kinds(self, columns: Sequence[str] | None) -> dict[str, Kind]:
        known: dict[str, Kind] = {name: info.kind for name, info in self.properties.items()}
        if any(name == MORE for segment in self._now.state.segments for name, _kind in segment.columns):
            known[MORE] = "text"
        for name in columns or ():
            if name not in known:
                raise UsageError(
                    _("The log has no property “{name}”.").format(name=name),
                    value=name,
                    expected=_("Properties: {known}.").format(known=", ".join(known)),
                )
        return known if columns is None else {name: known[name] for name in columns}


__all__ = ["BatchInfo", "PropertyInfo", "StoredLog"]
