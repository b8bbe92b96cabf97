"""Ids for things that come with names only."""

from __future__ import annotations

import re

from parcours.mapdoc.phrases import id_from

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def is_id(text: str) -> bool:
    """Return whether a map can hold ``text`` as an id."""
    return _ID.fullmatch(text) is not None


class Ids:
    """Makes ids out of names, each free among its kind: ``achat``, ``achat-2``."""

    def __init__(self) -> None:
        self._taken: dict[str, set[str]] = {}

    def of(self, kind: str, name: str) -> str:
        """Return a free id made of the words of ``name``, and take it."""
        return self._free(kind, id_from(name, otherwise=kind))

    def keep(self, kind: str, given: str) -> str:
        """Return ``given`` and take it where it is an id that is free; else the nearest that is."""
        return self._free(kind, given if is_id(given) else id_from(given, otherwise=kind))

    def _free(self, kind: str, wanted: str) -> str:
        taken = self._taken.setdefault(kind, set())
        number = 1
        free = wanted
        while free in taken:
            number += 1
            free = f"{wanted[:58]}-{number}"
        taken.add(free)
        return free
