"""Columns derived from the segments: uncompressed arrays for the whole log, bucket after bucket, to be mapped.

``columns/<token>/`` belongs to one generation and may be deleted at any time: whoever finds it missing builds it again
beside its place and renames it, so that several processes may do so at once. Files: ``time_us``, ``name`` (a value per
event), ``persons``, ``offsets`` (relative to the bucket, one more than it has persons), ``layout`` (first event and
first person of each bucket), and for each property that was asked for ``property-N`` with its ``.words``.
"""

from __future__ import annotations

import mmap
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt

from parcours.columnstore.layout import COLUMNS
from parcours.columnstore.locking import fsync_path
from parcours.columnstore.manifest import State
from parcours.columnstore.ordering import person_offsets
from parcours.columnstore.words import SUFFIX, Run, map_words
from parcours.engine.table import Int32s, Int64s, Kind
from parcours.language.errors import LogError
from parcours.language.translation import _

_HEADER_BYTES = 128
_CORE: dict[str, type[np.generic]] = {"persons": np.int64, "offsets": np.int64, "time_us": np.int64, "name": np.int32}
VALUE_TYPES: dict[Kind, type[np.generic]] = {
    "text": np.int32,
    "number": np.float64,
    "boolean": np.int8,
    "time": np.int64,
}


@dataclass(frozen=True)
class BucketColumns:
    """The core columns of one bucket, sorted; ``offsets`` begin at 0."""

    persons: Int64s
    offsets: Int64s
    time_us: Int64s
    name: Int32s

    @classmethod
    def of_sorted(cls, person: Int64s, time_us: Int64s, name: Int32s) -> BucketColumns:
        """Make them from one value per event in canonical order."""
        return cls(*person_offsets(person), time_us, name)

    def person_of_event(self) -> Int64s:
        """Return the person of every event."""
        return np.repeat(self.persons, np.diff(self.offsets))


NOTHING = BucketColumns.of_sorted(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int32))


@dataclass(frozen=True)
class CoreColumns:
    """The core columns of all buckets as memory maps. ``layout[b]``: first event and first person of bucket b."""

    persons: Int64s
    offsets: Int64s
    time_us: Int64s
    name: Int32s
    layout: Int64s

    def bucket(self, bucket: int) -> BucketColumns:
        """Return one bucket, without copying."""
        (event, person), (last_event, last_person) = self.layout[bucket].tolist(), self.layout[bucket + 1].tolist()
        return BucketColumns(
            self.persons[person:last_person],
            self.offsets[person + bucket : last_person + bucket + 1],
            self.time_us[event:last_event],
            self.name[event:last_event],
        )

    def events_of(self, bucket: int) -> slice:
        """Return where the events of a bucket stand in a column of the whole log."""
        return slice(int(self.layout[bucket, 0]), int(self.layout[bucket + 1, 0]))


def _header(dtype: np.dtype[Any], length: int) -> bytes:
    """Return the header of a ``.npy`` file of version 1.0, always of the same length."""
    shape = f"{{'descr': '{dtype.str}', 'fortran_order': False, 'shape': ({length},), }}"
    start = np.lib.format.magic(1, 0) + (_HEADER_BYTES - 10).to_bytes(2, "little")
    return start + shape.encode().ljust(_HEADER_BYTES - 11) + b"\n"


class ArrayFile:
    """A one-dimensional ``.npy`` file that grows: its header is written when it is closed."""

    def __init__(self, path: Path, dtype: type[np.generic]) -> None:
        self.dtype = np.dtype(dtype)
        self.length = 0
        self._file = path.open("wb")
        self._file.write(b" " * _HEADER_BYTES)

    def append(self, values: npt.NDArray[Any]) -> None:
        """Add values at the end."""
        self._file.write(np.ascontiguousarray(values, self.dtype).view(np.uint8).data)
        self.length += len(values)

    def close(self) -> None:
        """Write the header, and make the file durable."""
        self._file.seek(0)
        self._file.write(_header(self.dtype, self.length))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        """Close the file as it is: it is of no use."""
        self._file.close()


class CoreWriter:
    """Writes the core columns of a generation bucket after bucket, beside their place; ``publish`` puts them there."""

    def __init__(self, root: Path, token: str) -> None:
        self._place = root / COLUMNS / token
        self._beside = root / COLUMNS / f"{token}.{secrets.token_hex(4)}.tmp"
        self._beside.mkdir(parents=True)
        self._files = {name: ArrayFile(self._beside / f"{name}.npy", dtype) for name, dtype in _CORE.items()}
        self._layout = [(0, 0)]

    @property
    def persons(self) -> int:
        """Persons written so far."""
        return self._layout[-1][1]

    def add(self, bucket: BucketColumns) -> None:
        """Append the next bucket."""
        for name, file in self._files.items():
            file.append(getattr(bucket, name))
        event, person = self._layout[-1]
        self._layout.append((event + len(bucket.time_us), person + len(bucket.persons)))

    def publish(self) -> None:
        """Finish the files and put them in their place, unless another process was faster."""
        for file in self._files.values():
            file.close()
        layout = ArrayFile(self._beside / "layout.npy", np.int64)
        layout.append(np.array(self._layout, np.int64).ravel())
        layout.close()
        fsync_path(self._beside)
        try:
            self._beside.rename(self._place)
        except OSError:
            if not self._place.is_dir():
                raise
            self.discard()

    def discard(self) -> None:
        """Remove what was written."""
        for file in self._files.values():
            file.abandon()
        shutil.rmtree(self._beside, ignore_errors=True)


def map_array(path: Path, dtype: type[np.generic]) -> npt.NDArray[Any]:
    """Map a file that ``ArrayFile`` wrote, read-only; ValueError where it is not whole, OSError where it is missing."""
    kind = np.dtype(dtype)
    with path.open("rb") as file:
        length = (path.stat().st_size - _HEADER_BYTES) // kind.itemsize
        if file.read(_HEADER_BYTES) != _header(kind, length):
            raise ValueError(f"{path} is not whole")
        whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return np.frombuffer(whole, kind, length, _HEADER_BYTES)


def open_core(root: Path, state: State) -> CoreColumns | None:
    """Map the core columns of a generation, or return None where they are missing or not whole."""
    place = root / COLUMNS / state.token
    try:
        arrays = {name: map_array(place / f"{name}.npy", dtype) for name, dtype in _CORE.items()}
        core = CoreColumns(**arrays, layout=map_array(place / "layout.npy", np.int64).reshape(-1, 2))
    except (OSError, ValueError):
        return None
    whole = (
        core.layout.shape == (state.buckets + 1, 2)
        and len(core.time_us) == len(core.name) == core.layout[-1, 0] == state.events
        and len(core.persons) == core.layout[-1, 1] == state.persons
        and len(core.offsets) == state.persons + state.buckets
    )
    return core if whole else None


def core_columns(root: Path, state: State, build: Callable[[Path], object]) -> CoreColumns:
    """Map the core columns of a generation; ``build(place)`` writes them first where they are missing or not whole.

    The place is the log, or a temporary folder where the log cannot be written: maps outlive its removal.
    """
    core = open_core(root, state)
    if core is not None:
        return core
    shutil.rmtree(root / COLUMNS / state.token, ignore_errors=True)
    with ExitStack() as closing:
        for place in _places(root, closing):
            with suppress(OSError):
                build(place)
                core = open_core(place, state)
            if core is not None:
                return core
    raise damaged_columns(root)


def _places(root: Path, closing: ExitStack) -> Iterator[Path]:
    """Yield the folders to try for derived columns: the log, then a temporary one."""
    yield root
    with suppress(OSError):
        yield Path(closing.enter_context(TemporaryDirectory(prefix="parcours-", ignore_cleanup_errors=True)))


def damaged_columns(root: Path) -> LogError:
    """Say that derived columns cannot be used although they have just been built."""
    return LogError(
        _("The columns of the log “{log}” cannot be built.").format(log=root),
        expected=_("Is the disk full, or the folder read-only? Make room, or restore the log from a copy."),
    )


def property_column(
    root: Path, state: State, name: str, kind: Kind, build: Callable[[Path], None]
) -> tuple[npt.NDArray[Any], Run | None]:
    """Map the column of one property over the whole log and its words; ``build(path)`` writes them where missing."""
    file = Path(COLUMNS) / state.token / f"property-{state.properties.index(name)}.npy"
    found = _open_property(root / file, kind, state.events)
    if found is not None:
        return found
    with ExitStack() as closing:
        for place in _places(root, closing):
            with suppress(OSError):
                (place / file).parent.mkdir(parents=True, exist_ok=True)
                build(place / file)
                found = _open_property(place / file, kind, state.events)
            if found is not None:
                return found
    raise damaged_columns(root)


def _open_property(path: Path, kind: Kind, events: int) -> tuple[npt.NDArray[Any], Run | None] | None:
    words = path.with_suffix(SUFFIX)
    try:
        values = map_array(path, VALUE_TYPES[kind])
        return (values, map_words(words) if kind == "text" else None) if len(values) == events else None
    except (OSError, ValueError):
        return None
