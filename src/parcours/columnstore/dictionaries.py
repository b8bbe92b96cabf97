"""Codes for texts while importing: known words keep theirs, new ones get the next, without a loop over values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from parcours.columnstore.words import StoredWords, arrow_words
from parcours.engine.table import Int64s
from parcours.readers.arrays import to_numpy


class Coder:
    """A dictionary that grows. It holds every word in memory: its bound is the number of distinct words."""

    def __init__(self, known: StoredWords | None = None) -> None:
        self.before = len(known) if known is not None else 0
        self._words = arrow_words(known) if known is not None else pa.nulls(0, pa.large_string())

    def __len__(self) -> int:
        return len(self._words)

    def codes(self, dictionaries: Sequence[Any]) -> list[Int64s]:
        """Return the code of every word of several Arrow string arrays; new words come in order of appearance."""
        if not dictionaries:
            return []
        texts = pa.concat_arrays([words.cast(pa.large_string()) for words in dictionaries])
        encoded = texts.dictionary_encode()
        codes = self._of_distinct(encoded.dictionary)[to_numpy(encoded.indices)]
        ends = np.cumsum([len(words) for words in dictionaries])
        return np.split(codes, ends[:-1])

    def _of_distinct(self, words: Any) -> Int64s:
        if not len(self._words):
            self._words = words
            return np.arange(len(words), dtype=np.int64)
        found = pc.index_in(words, value_set=self._words)
        codes = to_numpy(found, -1).astype(np.int64)
        fresh = words.filter(found.is_null())
        codes[codes < 0] = len(self._words) + np.arange(len(fresh))
        if len(fresh):
            self._words = pa.concat_arrays([self._words, fresh])
        return codes

    def new_words(self) -> Any:
        """Return the words that came in since the start, as an Arrow array."""
        return self._words.slice(self.before)

    def all_words(self) -> Any:
        """Return every word in order of codes, as an Arrow array."""
        return self._words


def encoded(values: Any) -> Any:
    """Return Arrow texts as a dictionary array, encoding them where they are plain."""
    return values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
