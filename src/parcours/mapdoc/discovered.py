"""What discovery answers: the drafted map, why each part of it was proposed, and what was left out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from parcours.engine.results import Result
from parcours.language.translation import current_language
from parcours.mapdoc.choosing import Reason
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.reading import dump_map
from parcours.mapdoc.text import Text

ProposalKind = Literal["stage", "touchpoint", "success", "failure"]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another touchpoint (a stage for a stage) and the share of the proposal's persons for whom it holds."""

    id: str
    name: str
    share: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """One part of the map and the evidence for it.

    ``id`` is that of the stage or touchpoint (None: success and failure name events, in ``matches``). ``persons`` have
    it (of a stage: have its most frequent touchpoint), ``share`` of all; ``position`` is the mean place of the first
    one in people's sequences, 0 first to 1 last. ``after``: the nearest earlier one that most of these persons had
    before. ``with_``: the other one whose persons are most the same. ``seconds_after`` is the usual time since
    ``after``.
    """

    kind: ProposalKind
    id: str | None
    name: str
    matches: tuple[str, ...]
    stage: str | None
    persons: int
    share: float
    events: int
    position: float | None
    after: Neighbour | None
    seconds_after: float | None
    with_: Neighbour | None
    reason: Text


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A name that is on no touchpoint, and why; ``name`` None: all ``names`` that are rarer than those looked at."""

    name: str | None
    names: int
    persons: int | None
    events: int
    reason: Reason
    text: Text


@dataclass(frozen=True)
class Discovery(Result):
    """A map drafted from a log: ``map``, the ``proposals`` it is made of, and what was ``left_out``.

    ``detail`` is 1 (coarse) to 5 (everything).
    """

    map: JourneyMap
    persons: int
    events: int
    detail: int
    proposals: tuple[Proposal, ...]
    left_out: tuple[LeftOut, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain, JSON-ready data, texts in the current language."""
        return {
            "map": json.loads(dump_map(self.map, "json")),
            "persons": self.persons,
            "events": self.events,
            "detail": self.detail,
            "proposals": self.rows(),
            "left_out": [
                {
                    "name": one.name,
                    "names": one.names,
                    "persons": one.persons,
                    "events": one.events,
                    "reason": one.reason,
                    "text": one.text.in_language(current_language()),
                }
                for one in self.left_out
            ],
        }

    def rows(self) -> list[dict[str, Any]]:
        """One line per proposal."""
        return [
            {
                "kind": one.kind,
                "id": one.id,
                "name": one.name,
                "matches": list(one.matches),
                "stage": one.stage,
                "persons": one.persons,
                "share": one.share,
                "events": one.events,
                "position": one.position,
                "after": _plain(one.after),
                "seconds_after": one.seconds_after,
                "with": _plain(one.with_),
                "reason": one.reason.in_language(current_language()),
            }
            for one in self.proposals
        ]


def _plain(one: Neighbour | None) -> dict[str, Any] | None:
    return None if one is None else {"id": one.id, "name": one.name, "share": one.share}
