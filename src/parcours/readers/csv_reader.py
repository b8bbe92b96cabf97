"""Reads CSV and TSV: blocks are proved clean and parsed by Arrow, doubtful ones record by record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from parcours.language.errors import InputError, Place
from parcours.language.translation import _
from parcours.readers.csv_dialect import Dialect, column_names, find_delimiter, find_quote, refuse_empty
from parcours.readers.csv_quotes import Clean, prove, record_lines
from parcours.readers.csv_scan import Scanned, scan
from parcours.readers.lines import Block, blocks_of
from parcours.readers.opening import Opened, find_encoding, first_bytes, reading, utf8_chunks
from parcours.readers.options import SourceOptions
from parcours.readers.raw import Piece, Raw
from parcours.readers.times import TimeRules

HEAD_BYTES = 2 << 20
Verdict = Clean | Scanned


class CsvReader:
    """One CSV file. The dialect and the columns are known as soon as it is made."""

    texts_only = True
    fixed_roles: Mapping[str, str] = {}

    def __init__(self, options: SourceOptions) -> None:
        self.options = options
        self.file = options.name
        start = first_bytes(options.path, HEAD_BYTES)
        if not start:
            raise refuse_empty(self.file)
        self.encoding, self.mark_length = find_encoding(start, options.encoding, self.file)
        text = start[self.mark_length :][: 1 << 18].decode(self.encoding, "replace")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        delimiter = find_delimiter(text, options)
        quote = find_quote(text, delimiter, options)
        self.dialect = Dialect(delimiter.encode(), None if quote is None else quote.encode(), ())
        self._skip = self._header()
        self.columns = self.dialect.names
        self.decimal_comma = delimiter != ","

    def head(self) -> Raw:
        """Return the rows of the first megabytes, every value as text."""
        for block in self._blocks(HEAD_BYTES):
            raw = self._parse(block, frozenset(self.columns), frozenset())
            if len(raw.line):
                return raw
        return Raw({name: pa.nulls(0, pa.string()) for name in self.columns}, np.empty(0, np.int64))

    def know_times(self, column: str, rules: TimeRules) -> None:
        """Tell which column is the time, so that a lost quote is told from a quoted line end more surely."""
        self.dialect = replace(self.dialect, time_at=self.columns.index(column), rules=rules)

    def pieces(self, needed: frozenset[str], repeated: frozenset[str]) -> Iterator[Piece]:
        """Read the whole file, block by block."""
        for block in self._blocks(self.options.block_bytes):
            yield Piece(partial(self._parse, block, needed, repeated), block.bytes_done)

    def _header(self) -> int:
        """Read the names of the columns; return how many lines come before the first row."""
        line = 1
        for block in self._raw_blocks(1 << 20, self._cut_header):
            start = block.data
            if line == 1 and start.startswith(b"sep="):
                start, line = start.partition(b"\n")[2], 2
            while start:
                text, _newline, rest = start.partition(b"\n")
                if text.strip():
                    return self._take_header(start, line)
                start, line = rest, line + 1
        raise refuse_empty(self.file)

    def _take_header(self, start: bytes, line: int) -> int:
        record, rest = b"", start
        for extra in range(20):
            text, _newline, rest = rest.partition(b"\n")
            record += text
            fields = self.dialect.split(record.removesuffix(b"\r"))
            if fields is not None:
                names = column_names([self.dialect.text(field) for field in fields])
                self.dialect = replace(self.dialect, names=names)
                return line + extra
            record += b"\n"
        raise InputError(
            _("The quotes in the first line do not match."),
            place=Place(self.file, line),
            expected=_("A first line with the names of the columns."),
        )

    @staticmethod
    def _cut_header(data: bytes, _line: int, last: bool) -> tuple[int, Clean]:
        return (len(data) if last else data.rfind(b"\n") + 1), Clean(False, False)

    def _blocks(self, size: int) -> Iterator[Block[Verdict]]:
        """Yield the blocks of rows after the header."""
        for block in self._raw_blocks(size, self._cut):
            if block.data:
                yield block

    def _raw_blocks(self, size: int, cut: object) -> Iterator[Block[Verdict]]:
        with reading(self.options.path):
            opened = Opened(self.options.path)
            try:
                chunks = utf8_chunks(opened, self.encoding, self.mark_length, size)
                yield from blocks_of(chunks, self.options.line_limit_bytes, cut)  # type: ignore[arg-type]
            finally:
                opened.close()

    def _cut(self, data: bytes, line: int, last: bool) -> tuple[int, Verdict]:
        if line == 1:  # the header is a block of its own
            start = 0
            for _skipped in range(self._skip):
                start = data.find(b"\n", start) + 1 or len(data)
            return start, Scanned(b"", np.empty(0, np.int64), (), 0)
        proved = prove(data, last, self.dialect)
        if proved is not None:
            return proved
        return scan(data, line, last, self.dialect, self.file, self.options.line_limit_bytes)

    def _parse(self, block: Block[Verdict], needed: frozenset[str], repeated: frozenset[str]) -> Raw:
        verdict = block.verdict
        if isinstance(verdict, Clean):
            raw = self._parse_clean(block.data, block.line, verdict, needed, repeated)
            if raw is not None:
                return raw
            _stop, verdict = scan(block.data, block.line, True, self.dialect, self.file, self.options.line_limit_bytes)
        if not len(verdict.line):
            columns = {name: pa.nulls(0, pa.string()) for name in needed}
        else:
            columns = self._arrow(verdict.data, Clean(True, True), needed, repeated)
        return Raw(columns, verdict.line, verdict.bad, verdict.blank)

    def _parse_clean(
        self, data: bytes, line: int, clean: Clean, needed: frozenset[str], repeated: frozenset[str]
    ) -> Raw | None:
        """Parse a clean block; None where Arrow refuses it or sees other rows than we do."""
        try:
            columns = self._arrow(data, clean, needed, repeated)
        except pa.ArrowInvalid:
            return None
        rows = len(next(iter(columns.values())))
        if not clean.multiline and rows == data.count(b"\n") + (not data.endswith(b"\n")):
            return Raw(columns, np.arange(line, line + rows, dtype=np.int64))
        lines, blank = record_lines(data, line, clean, self.dialect)
        return Raw(columns, lines, (), blank) if len(lines) == rows else None

    def _arrow(
        self, data: bytes, clean: Clean, needed: frozenset[str], repeated: frozenset[str]
    ) -> dict[str, pa.Array]:
        kept = [name for name in self.columns if name in needed]
        dictionary = pa.dictionary(pa.int32(), pa.string())
        quote: str | bool = self.dialect.quote.decode() if clean.quotes and self.dialect.quote is not None else False
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            # One block, so that no record can straddle two.
            arrow_csv.ReadOptions(use_threads=False, column_names=list(self.columns), block_size=len(data) + 1),
            arrow_csv.ParseOptions(
                delimiter=self.dialect.delimiter.decode(), quote_char=quote, newlines_in_values=clean.multiline
            ),
            arrow_csv.ConvertOptions(
                column_types={name: dictionary if name in repeated else pa.string() for name in kept},
                include_columns=kept,
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
        return {name: _one_array(table.column(name)) for name in kept}


def _one_array(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
