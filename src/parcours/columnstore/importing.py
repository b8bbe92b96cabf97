"""Files into a log: all of them or nothing, each as a batch that can be taken back."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from parcours.columnstore.log import StoredLog
from parcours.columnstore.manifest import BatchInfo, State
from parcours.columnstore.merging import Dedupe
from parcours.columnstore.rejecting import BadRows
from parcours.columnstore.writing import Draft, SourceInfo, Writing, exclusively
from parcours.readers.source import open_source

if TYPE_CHECKING:
    from parcours.readers.batch import Batch
    from parcours.readers.source import Source, SourceOptions


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading of one file has come, after ``seconds`` of it."""

    file: str
    bytes_done: int
    bytes_total: int
    events: int
    seconds: float


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import brought: ``events``, and the distinct ``persons`` who have them.

    ``skipped`` counts by reason the rows that did not come in: those of bad rows (see ``BadRow.reason``),
    ``duplicate_id``, ``duplicate_content`` and ``already_imported``. ``zoneless`` names the files whose times carry no
    zone.
    """

    events: int
    persons: int
    skipped: dict[str, int]
    batches: tuple[BatchInfo, ...]
    zoneless: tuple[str, ...] = ()


def import_files(
    log: StoredLog,
    sources: Sequence[SourceOptions],
    *,
    on_error: Literal["stop", "skip"] = "stop",
    rejects: Path | None = None,
    dedupe: Dedupe = "none",
    again: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> ImportReport:
    """Read files into ``log``, one batch a file; whatever goes wrong, all of them are in it afterwards or none.

    With ``on_error`` "stop" the first bad row raises InputError; with "skip" it is counted, and written whole to the
    CSV file ``rejects`` if one is given, which can be imported in its turn once it is corrected. A file whose content
    is in the log already is left out unless ``again``.
    ``dedupe`` "content" adds the n-th same row of a file only where the log holds fewer than n of it (same person,
    time, name and properties); it also brings what an earlier import of the file left out for one that was undone
    since. A message id that its person has already is always left out.

    ``progress`` is told after each piece of a file, also one of bad rows alone; what it raises ends the import.

    Memory: about a gigabyte however large the files are, plus some 200 bytes for each distinct person. A log that is
    still empty gets as many buckets as its first import needs for that; later a bucket must fit in memory.
    """
    opened = [open_source(options) for options in sources]
    with exclusively(log.path) as state, ExitStack() as closing:
        writing = closing.enter_context(Writing(log.path, state, sum(map(_text_bytes, opened))))
        bad = BadRows(closing, on_error, rejects, opened)
        reader = _Reader(writing, state, bad, again, dedupe == "content", progress)
        with ThreadPoolExecutor(1, thread_name_prefix="digest") as pool:
            for source in opened:
                reader.read(source, pool.submit(source.digest))
        batches: tuple[BatchInfo, ...] = ()
        persons = 0
        if reader.drafts:
            batches, persons = writing.commit(reader.drafts, dedupe)
            log.refresh()
    skipped = Counter(reader.skipped)
    for batch in batches:
        skipped.update(batch.skipped)
    zoneless = tuple(source.name for source in opened if source.zoneless)
    return ImportReport(sum(batch.events for batch in batches), persons, dict(skipped), batches, zoneless)


@dataclass
class _Reader:
    """Reads one file after the other into staging."""

    writing: Writing
    state: State
    bad: BadRows
    again: bool
    compared: bool
    """Rows that are there already will be left out by their content."""
    progress: Callable[[Progress], None] | None
    drafts: list[Draft] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    _read: list[tuple[str, SourceOptions, Draft]] = field(default_factory=list)

    def read(self, source: Source, digest: Future[str]) -> None:
        """Stage the rows of a file, unless its content is known.

        The digest is computed beside the reading; it is waited for first only where a known file has the same size.
        """
        if not self.again and source.size_bytes in self._known_sizes():
            rows = self._known_rows(digest.result(), source.options)
            if rows is not None:
                self.skipped["already_imported"] += rows
                return
        self.bad.counts = Counter()
        draft = Draft(SourceInfo(source.name, source.format, None, source.size_bytes, scales=_scales(source)))
        self.writing.stage(draft, self._batches(source))
        draft.source = replace(draft.source, digest=digest.result())
        source.refuse_changes()
        draft.skipped = dict(self.bad.counts)
        self.drafts.append(draft)
        self._read.append((digest.result(), source.options, draft))

    def _known_sizes(self) -> set[int | None]:
        earlier = {batch.bytes for batch in self.state.batches if batch.undone_us is None}
        return earlier | {draft.source.bytes for draft in self.drafts}

    def _known_rows(self, digest: str, options: SourceOptions) -> int | None:
        """Return how many rows of the file are in the log, None where it is new.

        Inside one call a file may come twice if it is read differently: two events of one row.
        """
        for batch in self.state.batches:
            if batch.undone_us is None and batch.digest == digest and not (self.compared and self._lacks_rows(batch)):
                return batch.rows
        for known, before, draft in self._read:
            if known == digest and replace(before, path=options.path) == options:
                return draft.sequences[1] - draft.sequences[0]
        return None

    def _lacks_rows(self, batch: BatchInfo) -> bool:
        """Tell whether rows of a batch may be missing: left out for an earlier one that was undone since."""
        return batch.duplicates > 0 and any(
            other.id < batch.id and other.undone_us is not None and other.undone_us > batch.imported_us
            for other in self.state.batches
        )

    def _batches(self, source: Source) -> Iterator[Batch]:
        started, events = time.monotonic(), 0

        def tell(bytes_done: int) -> None:
            if self.progress is not None:
                seconds = time.monotonic() - started
                self.progress(Progress(source.name, bytes_done, source.size_bytes, events, seconds))

        for batch in source.batches(self.bad.take, tell, whole=self.bad.written):
            events += batch.rows
            yield batch
        tell(source.size_bytes)


def _text_bytes(source: Source) -> int:
    """Estimate the size of a file as plain text: packed ones hold about eight times as much."""
    packed = source.format in ("parquet", "xlsx") or source.name.endswith((".gz", ".zst", ".bz2", ".xz"))
    return source.size_bytes * (8 if packed else 1)


def _scales(source: Source) -> dict[str, tuple[float, float, bool | None]]:
    return {
        name: (scale.lowest, scale.highest, None if scale.meaning is None else scale.meaning == "effort")
        for name, scale in source.scales.items()
    }
