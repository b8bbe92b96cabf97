"""Changing a log: write new files, make them durable, switch the manifest in one transaction, collect garbage."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parcours.columnstore import columns, layout, segments
from parcours.columnstore.columns import CoreColumns, CoreWriter
from parcours.columnstore.dictionaries import Coder
from parcours.columnstore.locking import fsync_path, unclaimed, writable, write_lock
from parcours.columnstore.manifest import (
    MOST_BUCKETS,
    BatchInfo,
    Dictionary,
    Segment,
    State,
    Switch,
    WordFile,
    forget_generations,
    generations,
    new_token,
    read_state,
    switch,
)  # fmt: skip
from parcours.columnstore.merging import BucketChange, Dedupe, Merger, without
from parcours.columnstore.rebuilding import build_core
from parcours.columnstore.segments import read_segment, write_segment
from parcours.columnstore.staging import Registry, Staging
from parcours.columnstore.words import SUFFIX, write_words
from parcours.language.errors import LogError

if TYPE_CHECKING:
    from parcours.readers.batch import Batch


BUCKET_BYTES = 160 << 20
"""Text that one bucket should hold at most, about four million events: merging needs a few times its columns."""

DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """Where the rows of a batch come from. ``scales``: property → (lowest, highest, whether high means effort).

    ``joins``: rows that come a few at a time; those that follow the same source's of the same day (UTC), with nothing
    in between, become part of that batch, so that a log does not gather a batch for each of them.
    """

    name: str
    format: str
    digest: str | None = None
    bytes: int | None = None
    scales: Mapping[str, tuple[float, float, bool | None]] = field(default_factory=dict)
    joins: bool = False


@dataclass
class Draft:
    """A batch that is being imported: where it comes from, rows left out so far, and its range of sequences."""

    source: SourceInfo
    skipped: dict[str, int] = field(default_factory=dict)
    sequences: tuple[int, int] = (0, 0)


class Writing:
    """One change of a log from its present state, under its write lock."""

    def __init__(self, root: Path, state: State, expected_bytes: int = 0) -> None:
        """Begin a change; ``expected_bytes`` of text to come may give a log that is still empty more buckets."""
        if not state.segments:
            enough = min(MOST_BUCKETS, -(-expected_bytes // BUCKET_BYTES))
            state = replace(state, buckets=max(state.buckets, enough))
        self.root, self.state = root, state
        self.words = {name: layout.open_words(root, state, name) for name in layout.WORDS}
        self.coders = {name: Coder(words) for name, words in self.words.items()}
        self.registry = Registry(state.properties)
        self.staging = Staging(
            root, state.buckets, self.coders["persons"], self.coders["names"], self.registry, state.next_sequence
        )

    def __enter__(self) -> Writing:
        return self

    def __exit__(self, *_: object) -> None:
        self.staging.discard()

    def stage(self, draft: Draft, batches: Iterable[Batch]) -> None:
        """Take all rows of one batch; nothing of them is in the log before ``commit``."""
        first = self.staging.next_sequence
        for batch in batches:
            self.staging.add(batch)
        draft.sequences = (first, self.staging.next_sequence)

    def commit(self, drafts: Sequence[Draft], dedupe: Dedupe) -> tuple[tuple[BatchInfo, ...], int]:
        """Bring all staged rows into the log; return its new batches, and how many distinct persons they have."""
        self.staging.finish()
        change = Switch(new_token(self.state.generation + 1), 0, self.staging.next_sequence)
        change.buckets = self.state.buckets
        writer = CoreWriter(self.root, change.token)
        try:
            joined = _joined(self.state, drafts)
            since = joined.sequences[0] if joined is not None else None
            merger = Merger(self.root, self.state, [draft.sequences[0] for draft in drafts], dedupe, since)
            results = self._merge(merger, writer, change)
            for name, coder in self.coders.items():
                self._write_words(name, coder, change)
            change.persons = writer.persons
            change.properties = self.registry.new()
            change.batches = _batches(self.state, drafts, results)
            if joined is not None:
                change.batches = [_with_more(joined, change.batches[0])]
            writer.publish()
        except BaseException:
            writer.discard()
            raise
        segments.sync_directories(self.root, layout.DIRECTORIES)
        switch(self.root, self.state, change)
        return tuple(change.batches), sum(result.distinct_persons for result in results)

    def _merge(self, merger: Merger, writer: CoreWriter, change: Switch) -> list[BucketChange]:
        """Merge bucket after bucket, some at a time; the columns are written in the order of buckets."""
        core = present_core(self.root, self.state) if self.state.events else None

        def one(bucket: int) -> BucketChange:
            before = core.bucket(bucket) if core is not None else None
            return merger.merge(bucket, self.staging.rows(bucket), before)

        results = []
        for result in in_threads(one, self.state.buckets, self.staging.workers()):
            writer.add(result.columns)
            change.dropped.extend(result.dropped)
            if result.added is not None:
                change.added.append(result.added)
            results.append(replace(result, columns=columns.NOTHING))
        return results

    def _write_words(self, name: Dictionary, coder: Coder, change: Switch) -> None:
        """Append new words as a run; runs are joined while the last is more than half the one before."""
        new = coder.new_words()
        if not len(new):
            return
        runs = [file for file in self.state.words if file.dictionary == name]
        first = coder.before
        while runs and (coder.before + len(new) - first) * 2 > runs[-1].count:
            change.words_dropped.append(runs[-1])
            first = runs.pop().first
        path = f"{layout.WORDS[name]}/{first}-{secrets.token_hex(8)}{SUFFIX}"
        words = coder.all_words().slice(first)
        size = write_words(self.root / path, words)
        fsync_path(self.root / path)
        with (self.root / path).open("rb") as file:
            checksum = hashlib.file_digest(file, "sha256").hexdigest()
        change.words_added.append(WordFile(name, path, first, len(words), size, checksum))


def in_threads(work: Any, count: int, workers: int) -> Iterator[Any]:
    """Yield ``work(0)`` to ``work(count - 1)`` in order, some of them at a time, none far ahead of the consumer."""
    with ThreadPoolExecutor(workers, thread_name_prefix="bucket") as pool:
        waiting = [pool.submit(work, number) for number in range(min(count, workers + 1))]
        try:
            for number in range(count):
                result = waiting.pop(0).result()
                if number + workers + 1 < count:
                    waiting.append(pool.submit(work, number + workers + 1))
                yield result
        finally:
            for future in waiting:
                future.cancel()


def _batches(state: State, drafts: Sequence[Draft], results: Sequence[BucketChange]) -> list[BatchInfo]:
    now = time.time_ns() // 1000
    first = max((batch.id for batch in state.batches), default=0) + 1
    infos = []
    for at, draft in enumerate(drafts):
        skipped = dict(draft.skipped)
        for result in results:
            for reason, counts in result.skipped.items():
                if counts[at]:
                    skipped[reason] = skipped.get(reason, 0) + int(counts[at])
        source = draft.source
        infos.append(
            BatchInfo(
                id=first + at,
                source=source.name,
                format=source.format,
                digest=source.digest,
                bytes=source.bytes,
                imported_us=now,
                rows=draft.sequences[1] - draft.sequences[0],
                events=int(sum(result.events[at] for result in results)),
                persons=int(sum(result.persons[at] for result in results)),
                skipped=skipped,
                scales=source.scales,
                sequences=draft.sequences,
            )
        )
    return infos


def _joined(state: State, drafts: Sequence[Draft]) -> BatchInfo | None:
    """Return the batch that the rows of a single draft become part of, None where they are one of their own."""
    if len(drafts) != 1 or not drafts[0].source.joins or not state.batches:
        return None
    draft, last = drafts[0], state.batches[-1]
    same = (last.source, last.format) == (draft.source.name, draft.source.format) and last.undone_us is None
    today = last.imported_us // DAY_US == time.time_ns() // 1000 // DAY_US
    return last if same and today and last.sequences[1] == draft.sequences[0] else None


def _with_more(before: BatchInfo, new: BatchInfo) -> BatchInfo:
    """Add rows to a batch; ``new.persons`` are those that it did not have."""
    return replace(
        before,
        rows=before.rows + new.rows,
        events=before.events + new.events,
        persons=before.persons + new.persons,
        skipped=dict(Counter(before.skipped) + Counter(new.skipped)),
        sequences=(before.sequences[0], new.sequences[1]),
    )


def present_core(root: Path, state: State) -> CoreColumns:
    """Map the core columns of a generation, built from its segments where they are missing."""
    return columns.core_columns(root, state, lambda place: build_core(root, state, place))


def remove_batch(root: Path, state: State, batch: BatchInfo) -> None:
    """Take the rows of a batch out of every segment that has some of them, and switch to the log without them."""
    change = Switch(new_token(state.generation + 1), 0, undone=(batch.id, time.time_ns() // 1000))
    first, end = batch.sequences
    for segment in state.segments:
        if segment.first_sequence < end and segment.last_sequence >= first:
            _leave_out(root, segment, batch.sequences, change)
    gone = {segment.path for segment in change.dropped}
    later = replace(
        state,
        token=change.token,
        segments=tuple(
            sorted(
                [*(one for one in state.segments if one.path not in gone), *change.added],
                key=lambda one: (one.bucket, one.first_sequence),
            )
        ),
    )
    change.persons = build_core(root, later)
    segments.sync_directories(root, layout.DIRECTORIES)
    switch(root, state, change)


def _leave_out(root: Path, segment: Segment, sequences: tuple[int, int], change: Switch) -> None:
    rows = segments.join([read_segment(root, segment)])
    rest = without(rows, sequences)
    if rest.num_rows == rows.num_rows:
        return
    change.dropped.append(segment)
    if rest.num_rows:
        empty = [name for name in rest.column_names if rest.column(name).null_count == rest.num_rows]
        change.added.append(write_segment(root, segment.bucket, rest.drop_columns(empty)))


@contextmanager
def exclusively(root: Path) -> Iterator[State]:
    """Hold the write lock and give the present state; leftovers of writers that were killed go first."""
    with writable(root), write_lock(root / layout.LOCK_FILE, root):
        for directory in layout.DIRECTORIES:  # a copy of a log may have lost those that were empty
            (root / directory).mkdir(exist_ok=True)
        collect(root)
        try:
            yield read_state(root)
        finally:
            # What was written stands whether or not the leftovers can be removed: the next writer tries again.
            with suppress(OSError, LogError):
                collect(root)


def collect(root: Path) -> None:
    """Delete every file that no generation needs, and generations that no reader holds (under the write lock)."""
    *old, present = generations(root)
    collected = [(number, token) for number, token in old if unclaimed(root / layout.LEASES / token)]
    kept = {token for _number, token in [*old, present]} - {token for _number, token in collected}
    needed = forget_generations(root, [number for number, _token in collected])
    for directory in (layout.SEGMENTS, *layout.WORDS.values()):
        for path in (root / directory).iterdir():
            if f"{directory}/{path.name}" not in needed:
                path.unlink(missing_ok=True)
    for path in (root / layout.COLUMNS).iterdir():
        if path.name.split(".")[0] not in kept:
            shutil.rmtree(path, ignore_errors=True)
    for path in (root / layout.STAGING).iterdir():
        shutil.rmtree(path, ignore_errors=True)
