"""Where the parts of a log lie in its directory, and opening those that need nothing but NumPy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from parcours.columnstore.manifest import Dictionary, State
from parcours.columnstore.words import Run, StoredWords, map_words
from parcours.language.errors import LogError
from parcours.language.translation import _

SEGMENTS = "segments"
COLUMNS = "columns"
STAGING = "staging"
LEASES = "leases"
WORDS: Mapping[Dictionary, str] = {"persons": "identities", "names": "names"}
DIRECTORIES = (SEGMENTS, COLUMNS, STAGING, LEASES, *WORDS.values())
LOCK_FILE = "write.lock"


def damaged(root: Path, path: str) -> LogError:
    """Say that a file of the log is missing or is not what was written."""
    message = (
        _("The file “{path}” of the log “{log}” is damaged.")
        if (root / path).exists()
        else _("The file “{path}” of the log “{log}” is missing.")
    )
    return LogError(
        message.format(path=path, log=root), expected=_("Restore the log from a copy, or import its files again.")
    )


def check_sizes(root: Path, state: State) -> None:
    """Look whether every file of the log is there in its full length; LogError where one is not."""
    for file in state.files():
        try:
            size = (root / file.path).stat().st_size
        except OSError:
            size = -1
        if size != file.bytes:
            raise damaged(root, file.path)


def open_words(root: Path, state: State, name: Dictionary) -> StoredWords:
    """Map a dictionary of the log; LogError where a file of it is missing or cut short."""
    runs: list[Run] = []
    for file in state.words:
        if file.dictionary == name:
            try:
                run = map_words(root / file.path, file.first)
            except (OSError, ValueError) as error:
                raise damaged(root, file.path) from error
            if len(run.offsets) != file.count + 1:
                raise damaged(root, file.path)
            runs.append(run)
    return StoredWords(runs)
