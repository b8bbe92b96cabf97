"""Opens a file of events whatever its form, and yields it as typed batches in the order of its rows."""

from __future__ import annotations

import contextvars
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from parcours.language.errors import InputError, Place
from parcours.language.translation import _
from parcours.readers.batch import BadRow, Batch
from parcours.readers.csv_reader import CsvReader
from parcours.readers.opening import digest_of, first_bytes, reading
from parcours.readers.options import ColumnGuess, Format, Role, Scale, SourceOptions
from parcours.readers.plan import make_plan
from parcours.readers.raw import Counts, FormatReader, Piece
from parcours.readers.returned import Returned, written_as
from parcours.readers.shape import Shaped, latest_time_us, shape
from parcours.readers.words import reason_in_words

__all__ = ["ColumnGuess", "Counts", "Role", "Scale", "Source", "SourceOptions", "open_source", "stop_on_bad"]

THREADS, AHEAD = 2, 3
"""Pieces parsed at once, and pieces waiting or done: at most ``AHEAD + 1`` are in memory, about 50 MB each, and three
times that where all rows are bad and carried whole."""


class Source:
    """An opened file: its columns as understood, and its rows as typed batches.

    ``name`` is the file's name, ``size_bytes`` its size on disk. ``scales`` tells the range of ``nps``, ``csat``
    and ``ces`` where the file has them; without an option CES means agreement (CES 2.0: high is good). ``sheet`` is
    the sheet of a workbook that is read, ``other_sheets`` those that are shown in it beside.
    ``decimal_comma`` tells that 1,5 may be a number.
    ``zoneless`` tells that times in its head carry no zone: ``options.zone`` decides what they mean.
    ``day_first`` is what the dates proved or the caller said; None: nothing told, and days are read first.
    """

    def __init__(self, reader: FormatReader, form: Format, options: SourceOptions) -> None:
        self.options = options
        self.name = options.name
        self.format: Format = form
        self._stamp = self._present_stamp()
        self.size_bytes = self._stamp[0]
        self._reader = reader
        self._plan = make_plan(reader, options)
        self.decimal_comma = reader.decimal_comma
        within = reader.within if isinstance(reader, Returned) else reader
        in_file = reader.in_file if isinstance(reader, Returned) else str
        if isinstance(within, CsvReader):
            within.know_times(in_file(self._plan.time), self._plan.rules)
        self.sheet: str | None = None
        self.other_sheets: tuple[str, ...] = ()
        if form == "xlsx":
            self._know_workbook(within, in_file)
        self.columns: tuple[ColumnGuess, ...] = self._plan.guesses
        self.scales: Mapping[str, Scale] = self._plan.scales
        self.zoneless = self._plan.zoneless
        self.day_first = self._plan.rules.day_first
        self._blank = self._gap = self._fold = 0
        self._reasons: Counter[str] = Counter()

    def _know_workbook(self, reader: FormatReader, in_file: Callable[[str], str]) -> None:
        from parcours.readers.xlsx_reader import XlsxReader

        assert isinstance(reader, XlsxReader)
        reader.know_roles(frozenset(in_file(guess.name) for guess in self._plan.guesses if guess.role is not None))
        self.sheet = reader.sheet_name
        self.other_sheets = tuple(name for name in reader.shown if name != reader.sheet_name)

    def digest(self) -> str:
        """Return the SHA-256 of the file's bytes as they are on disk, in hexadecimal; of a workbook's sheet its own."""
        found = digest_of(self.options.path)
        return found if self.sheet is None else sha256(f"{found}\0{self.sheet}".encode("utf-8", "replace")).hexdigest()

    def _present_stamp(self) -> tuple[int, int]:
        with reading(self.options.path):
            found = self.options.path.stat()
        return found.st_size, found.st_mtime_ns

    def refuse_changes(self) -> None:
        """Raise ``InputError`` where the file is not the one that was opened: what was read is neither old nor new."""
        if self._present_stamp() != self._stamp:
            raise InputError(
                _("The file changed while it was read."),
                place=Place(self.name),
                expected=_("Wait until it is written, or import a copy of it."),
            )

    @property
    def counts(self) -> Counts:
        """What the last run of ``batches`` met: blank lines, bad rows by reason, times changed by the clock."""
        return Counts(self._blank, self._gap, self._fold, dict(self._reasons))

    @property
    def clock_changes(self) -> tuple[int, int]:
        """How many times fell into the hour that a clock change skipped (gap) or repeated (fold)."""
        return self._gap, self._fold

    def batches(
        self, on_bad: Callable[[BadRow], None], progress: Callable[[int], None] | None = None, *, whole: bool = False
    ) -> Iterator[Batch]:
        """Read the file from its start. Every row is in a batch, was given to ``on_bad``, or is a blank line.

        ``on_bad`` gets bad rows in file order and may raise to stop (``stop_on_bad``). ``progress`` gets the
        number of bytes on disk that are done. ``whole``: bad rows carry the values that are read of them. Raises
        ``InputError`` where the file itself cannot be read on, or has changed in the meantime.
        """
        self._blank = self._gap = self._fold = 0
        self._reasons.clear()
        for shaped, bytes_done in self._shaped(whole):
            self._blank += shaped.blank
            self._gap += shaped.gap
            self._fold += shaped.fold
            for row in shaped.bad:
                self._reasons[row.reason] += 1
                on_bad(row)
            if shaped.batch is not None:
                yield shaped.batch
            if progress is not None:
                progress(bytes_done)
        self.refuse_changes()

    def _shaped(self, whole: bool) -> Iterator[tuple[Shaped, int]]:
        """Shape pieces in a few threads, a few pieces ahead, and give them back in order."""
        latest_us = latest_time_us()
        waiting: deque[tuple[Future[Shaped], int]] = deque()
        with ThreadPoolExecutor(THREADS) as pool:
            try:
                for piece in self._reader.pieces(self._plan.needed, self._plan.repeated):
                    # The language of texts is bound to the context, which a pool thread does not inherit.
                    here = contextvars.copy_context()
                    work = partial(here.run, self._work, piece, latest_us, whole)
                    waiting.append((pool.submit(work), piece.bytes_done))
                    if len(waiting) >= AHEAD:
                        future, bytes_done = waiting.popleft()
                        yield future.result(), bytes_done
                while waiting:
                    future, bytes_done = waiting.popleft()
                    yield future.result(), bytes_done
            finally:
                for future, _bytes in waiting:
                    future.cancel()

    def _work(self, piece: Piece, latest_us: int, whole: bool) -> Shaped:
        return shape(self._plan, piece.parse(), latest_us, whole=whole)


def stop_on_bad(row: BadRow) -> None:
    """Raise ``InputError`` for a bad row: give this to ``Source.batches`` to stop at the first one."""
    raise InputError(
        _("This row cannot be read ({reason}): “{value}”.").format(reason=reason_in_words(row.reason), value=row.value),
        place=Place(row.file, row.line, field=row.column),
        value=row.value,
        expected=_("Expected: {form}.").format(form=row.expected),
    )


def open_source(options: SourceOptions) -> Source:
    """Open a file, find its format and recognise its columns.

    Raises ``InputError`` where the file is missing, empty, damaged or no table of events, where a named column
    does not exist, or where person, time or event stay open (the message says which option settles it).
    """
    try:
        ZoneInfo(options.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(
            _("The time zone “{zone}” is unknown.").format(zone=options.zone),
            value=options.zone,
            expected=_("An IANA name such as Europe/Paris or UTC."),
        ) from None
    start = first_bytes(options.path, 4096)
    form = options.format or find_format(options, start)
    return Source(written_as(reader_of(form, options)), form, options)


def find_format(options: SourceOptions, start: bytes) -> Format:
    """Tell the format by the first bytes, and by the suffix where these leave it open."""
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"PK\x03\x04"):
        return "xlsx"
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        from parcours.readers.xlsx_package import refuse_compound

        raise refuse_compound(options.path)
    text = start.decode("utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace").lstrip()
    suffixes = {suffix.lower() for suffix in options.path.suffixes}
    if text.startswith("<") and ("<log" in text or "<?xml" in text or "<!DOCTYPE" in text or ".xes" in suffixes):
        return "xes"
    if re.match(r"\[\s*\{", text):
        raise InputError(
            _("This is one JSON array."),
            place=Place(options.name),
            expected=_("One JSON object per line, as “jq -c '.[]'” writes them."),
        )
    if text.startswith("{") and not suffixes & {".csv", ".tsv"}:
        return "jsonl"
    if not text and suffixes & {".jsonl", ".ndjson", ".xes", ".parquet"}:
        return "jsonl" if suffixes & {".jsonl", ".ndjson"} else "xes" if ".xes" in suffixes else "parquet"
    if suffixes & {".xlsx", ".xlsm"}:
        return "xlsx"
    return "jsonl" if suffixes & {".jsonl", ".ndjson"} else "csv"


def reader_of(form: Format, options: SourceOptions) -> FormatReader:
    """Return what reads a file of the format ``form``."""
    # Each format is imported when it is met: pyarrow.parquet alone costs a tenth of a second.
    if form == "jsonl":
        from parcours.readers.jsonl_reader import JsonLinesReader

        return JsonLinesReader(options)
    if form == "parquet":
        from parcours.readers.parquet_reader import ParquetReader

        return ParquetReader(options)
    if form == "xes":
        from parcours.readers.xes_reader import XesReader

        return XesReader(options)
    if form == "xlsx":
        from parcours.readers.xlsx_reader import XlsxReader

        return XlsxReader(options)
    return CsvReader(options)
