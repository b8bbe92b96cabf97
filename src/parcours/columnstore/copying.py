"""A consistent copy of a log that is being written: one generation, its files held in place while they are copied."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from parcours.columnstore.layout import LEASES
from parcours.columnstore.locking import Lease
from parcours.columnstore.manifest import FILE, connect, present_token, read_state


@contextmanager
def held(root: Path, folder: Path) -> Iterator[tuple[str, ...]]:
    """Copy the manifest of the log at ``root`` into ``folder`` and give the paths, below ``root``, of its files.

    Until the block ends, no writer deletes any of them. Writers are never kept waiting.
    """
    while True:
        copy = folder / FILE
        copy.unlink(missing_ok=True)
        with connect(root) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        state = read_state(folder)
        lease = Lease(root / LEASES / state.token)
        if present_token(root) == state.token:
            break
        if lease.release is not None:
            lease.release()
    try:
        yield tuple(file.path for file in state.files())
    finally:
        if lease.release is not None:
            lease.release()
