"""Append-only dictionaries of texts on disk, read as memory maps without decoding more than is asked for.

A run file ``*.words`` holds two NumPy arrays after each other, as ``numpy.save`` writes them: int64 offsets (one
more than there are words) and the UTF-8 bytes. Word ``i`` of a run that begins at code ``first`` has the code
``first + i``. Codes never change; a later import appends another run.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from parcours.engine.table import Int64s

Bytes = npt.NDArray[np.uint8]
SUFFIX = ".words"


@dataclass(frozen=True)
class Run:
    """Words ``first`` to ``first + len(offsets) - 2`` of a dictionary."""

    first: int
    offsets: Int64s
    data: Bytes

    @property
    def end(self) -> int:
        """The code after the last word of the run."""
        return self.first + len(self.offsets) - 1

    def word(self, code: int) -> str:
        """Decode one word."""
        at = code - self.first
        return self.data[self.offsets[at] : self.offsets[at + 1]].tobytes().decode()

    def all_words(self) -> Iterator[str]:
        """Decode every word in order of codes."""
        whole = self.data.tobytes()
        bounds = self.offsets.tolist()
        for start, end in pairwise(bounds):
            yield whole[start:end].decode()

    def find(self, word: bytes) -> int | None:
        """Return the code of ``word``: one pass over lengths, then over the bytes of the few that are left."""
        starts = self.offsets[:-1]
        left = np.flatnonzero(np.diff(self.offsets) == len(word))
        for position in range(len(word) - 1, -1, -1):  # ids differ most at their end
            left = left[self.data[starts[left] + position] == word[position]]
            if not len(left):
                return None
        return self.first + int(left[0]) if len(left) else None


class StoredWords(Sequence[str]):
    """The words of one dictionary over all its runs, decoded one by one when asked for."""

    def __init__(self, runs: Sequence[Run] = ()) -> None:
        self.runs = tuple(runs)
        self._ends = [run.end for run in self.runs]

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return [self[code] for code in range(*index.indices(len(self)))]
        code = int(index) + len(self) if index < 0 else int(index)
        if not 0 <= code < len(self):
            raise IndexError(index)
        return self.runs[bisect_right(self._ends, code)].word(code)

    def __iter__(self) -> Iterator[str]:
        for run in self.runs:
            yield from run.all_words()

    def find(self, word: str) -> int | None:
        """Return the code of ``word`` or None, without building a table of all words."""
        encoded = word.encode(errors="surrogatepass")
        return next((code for run in self.runs if (code := run.find(encoded)) is not None), None)


def write_words(path: Path, words: Any) -> int:
    """Write ``words``, an Arrow array of strings without nulls, as a run file; return its size in bytes."""
    import pyarrow as pa

    texts = pa.array(words, pa.large_string()) if isinstance(words, (list, tuple)) else words.cast(pa.large_string())
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    _, offset_buffer, data_buffer = texts.buffers()
    if len(texts):
        bounds = np.frombuffer(offset_buffer, np.int64, len(texts) + 1, texts.offset * 8)
    else:
        bounds = np.zeros(1, np.int64)
    data = np.frombuffer(data_buffer, np.uint8) if data_buffer is not None else np.empty(0, np.uint8)
    with path.open("wb") as file:
        np.save(file, bounds - bounds[0])
        np.save(file, data[bounds[0] : bounds[-1]])
        return file.tell()


def map_words(path: Path, first: int = 0) -> Run:
    """Open a run file as memory maps; OSError or ValueError where it is missing or cut short."""
    with path.open("rb") as file:
        offsets = _map_next(file)
        data = _map_next(file)
    return Run(first, offsets, data)


def _map_next(file: Any) -> npt.NDArray[Any]:
    version = np.lib.format.read_magic(file)
    if version != (1, 0):
        raise ValueError(f"array version {version}")
    shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    start = file.tell()
    if not np.prod(shape):
        return np.empty(shape, dtype)
    mapped = np.memmap(file, dtype=dtype, mode="r", offset=start, shape=shape).view(np.ndarray)
    # Mapping leaves the file at its end.
    file.seek(start + mapped.nbytes)
    return mapped


def arrow_words(words: StoredWords) -> Any:
    """Return all words as one Arrow array of large strings, copying bytes but decoding nothing."""
    import pyarrow as pa

    parts = [
        pa.LargeStringArray.from_buffers(
            len(run.offsets) - 1, pa.py_buffer(np.ascontiguousarray(run.offsets)), pa.py_buffer(run.data)
        )
        for run in words.runs
    ]
    return pa.concat_arrays(parts) if parts else pa.nulls(0, pa.large_string())
