"""What a form of file could not hold: counted, named, and said in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from parcours.language.errors import shorten
from parcours.language.formats import number
from parcours.language.translation import _, ngettext

_NAMED = 4
"""So many places of a loss are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Loss:
    """One kind of thing that was left out or changed. ``where`` names each case: an id, a line, or its words."""

    what: str
    where: tuple[str, ...]

    def __str__(self) -> str:
        named = ", ".join(shorten(place, 60) for place in self.where[:_NAMED])
        more = len(self.where) - _NAMED
        if more > 0:
            named = ngettext("{list} and {n} more", "{list} and {n} more", more).format(list=named, n=number(more))
        return _("{what}: {n} ({list})").format(what=self.what, n=number(len(self.where)), list=named)


@dataclass(frozen=True, slots=True)
class LossReport:
    """Everything that was lost on one way into or out of a form of file; false where nothing was."""

    losses: tuple[Loss, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.losses)

    def lines(self) -> tuple[str, ...]:
        """Return one line for each kind of loss: ``Promises: 3 (quote-in-two-days, …)``."""
        return tuple(str(loss) for loss in self.losses)


class Losses:
    """Gathers losses while a file is read or written; ``report`` joins those of one kind."""

    def __init__(self) -> None:
        self._found: dict[str, list[str]] = {}

    def add(self, what: str, *where: object) -> None:
        """Note that ``what`` was lost at each of ``where``."""
        if where:
            self._found.setdefault(what, []).extend(str(place) for place in where)

    def add_all(self, losses: Iterable[Loss]) -> None:
        """Note losses that were counted elsewhere."""
        for loss in losses:
            self.add(loss.what, *loss.where)

    def report(self) -> LossReport:
        """Return what was gathered, in the order in which each kind was met first."""
        return LossReport(tuple(Loss(what, tuple(where)) for what, where in self._found.items()))
