"""What becomes of the rows of a file that cannot be events."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from parcours.language.cells import bare, harmless
from parcours.language.errors import InputError
from parcours.language.translation import _
from parcours.readers.returned import REJECT_COLUMNS, is_ours
from parcours.readers.source import stop_on_bad

if TYPE_CHECKING:
    from parcours.readers.batch import BadRow
    from parcours.readers.source import Source


csv.field_size_limit(256 << 20)  # a bad row may be as long as any line; Python stops at 128 kB


def said_of_rows(path: Path) -> Iterator[list[str]]:
    """Give what is said of each row in a file of rejected rows, in the order of ``REJECT_COLUMNS``."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        separator = file.read(len(REJECT_COLUMNS[0]) + 1)[-1]
        file.seek(0)
        rows = csv.reader(file, delimiter=separator)
        next(rows)  # the names of the columns
        for cells in rows:
            yield [bare(cell) for cell in cells[: len(REJECT_COLUMNS)]]


class BadRows:
    """The first bad row stops, or they are counted (``counts``, by reason) and written down, whole.

    The file written has what is wrong with each row, then the columns of the ``sources``, as CSV in UTF-8 with the
    mark that spreadsheets need. Columns that first appear after the head of a source (JSON Lines) are not in it.
    """

    def __init__(
        self, closing: ExitStack, on_error: Literal["stop", "skip"], rejects: Path | None, sources: Sequence[Source]
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._stop = on_error == "stop"
        self._columns: tuple[str, ...] = ()
        self._write: Any = None
        if rejects is not None:
            self._open(closing, rejects, sources)

    @property
    def written(self) -> bool:
        """Bad rows are written down: they are needed whole."""
        return self._write is not None

    def _open(self, closing: ExitStack, rejects: Path, sources: Sequence[Source]) -> None:
        if rejects.exists() and any(rejects.samefile(source.options.path) for source in sources):
            raise InputError(
                _("The rejected rows would overwrite “{path}”, which is to be read.").format(path=rejects),
                value=str(rejects),
                expected=_("Choose another file for them."),
            )
        try:
            file = closing.enter_context(rejects.open("w", encoding="utf-8-sig", newline=""))
        except OSError as error:
            raise InputError(
                _("The file “{path}” cannot be written: {error}.").format(path=rejects, error=error.strerror)
            ) from error
        named = dict.fromkeys(column.name for source in sources for column in source.columns)
        self._columns = tuple(name for name in named if not is_ours(name))
        # With the separator of the sources numbers are read as they were, and a spreadsheet of their country opens it.
        separator = ";" if any(source.decimal_comma for source in sources) else ","
        self._write = csv.writer(file, delimiter=separator).writerow
        self._write([*REJECT_COLUMNS, *map(harmless, self._columns)])

    def take(self, row: BadRow) -> None:
        """Count a bad row, or raise InputError."""
        if self._write is not None:
            said = (row.file, str(row.line), row.column or "", row.value, row.reason, row.expected)
            found = row.row or {}
            self._write([harmless(text) for text in (*said, *(found.get(name, "") for name in self._columns))])
        if self._stop:
            stop_on_bad(row)
        self.counts[row.reason] += 1
