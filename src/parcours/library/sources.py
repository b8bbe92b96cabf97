"""What ``read`` accepts, turned into sources that the readers know."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parcours.language.errors import UsageError
from parcours.language.translation import _

if TYPE_CHECKING:
    from parcours.readers.source import SourceOptions


@contextmanager
def source_options(sources: Sequence[Any], options: Mapping[str, Any]) -> Iterator[list[SourceOptions]]:
    """Give options for each path or table; tables are spilled to Parquet files that live as long as the block."""
    from parcours.readers.source import SourceOptions

    known = {field.name for field in fields(SourceOptions)} - {"path"}
    for name in options:
        if name not in known:
            near = get_close_matches(name, known, n=3) or sorted(known)
            raise UsageError(_("Unknown option “{name}”.").format(name=name), value=name, expected=", ".join(near))
    with tempfile.TemporaryDirectory(prefix="parcours-tables-") as folder:
        yield [
            SourceOptions(path=_path_of(source, number, Path(folder)), **options)
            for number, source in enumerate(sources, start=1)
        ]


def _path_of(source: Any, number: int, folder: Path) -> Path:
    if isinstance(source, (str, Path)):
        return Path(source)
    import pyarrow as pa
    import pyarrow.parquet as pq

    if hasattr(source, "__arrow_c_stream__"):
        table = pa.table(source)
    elif type(source).__module__.startswith("pandas"):
        table = pa.Table.from_pandas(source, preserve_index=False)
    else:
        raise UsageError(
            _("A “{kind}” cannot be read as events.").format(kind=type(source).__name__),
            value=source,
            expected=_("Give a path, or a pandas, polars, Arrow or DuckDB table."),
        )
    path = folder / f"{type(source).__name__}-{number}.parquet"
    pq.write_table(table, path, compression="none")
    return path
