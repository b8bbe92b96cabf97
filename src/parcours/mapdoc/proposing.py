"""The evidence for each part of a drafted map, and for what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np

from parcours.language.errors import shorten
from parcours.mapdoc.discovered import LeftOut, Neighbour, Proposal, ProposalKind
from parcours.mapdoc.drafting import Draft, DraftPoint, DraftStage
from parcours.mapdoc.explaining import (
    failure_reason,
    in_both,
    left_out_reason,
    stage_reason,
    success_reason,
    touchpoint_reason,
)
from parcours.mapdoc.observed import Observed
from parcours.mapdoc.text import Text

_MOST = 0.5


def proposals_of(draft: Draft) -> tuple[Proposal, ...]:
    """Return every stage with its touchpoints, in order, then success and failures."""
    found: list[Proposal] = []
    earlier: list[DraftPoint] = []
    before: DraftStage | None = None
    for stage in draft.stages:
        found.append(_stage(draft, stage, before))
        for point in stage.points:
            found.append(_touchpoint(draft, stage, point, earlier))
            earlier.append(point)
        before = stage
    return (*found, *_success(draft), *_failures(draft))


def left_out_of(draft: Draft) -> tuple[LeftOut, ...]:
    """Return every name that is no touchpoint, most persons first; then all that were not looked at, as one."""
    log = draft.choice.log
    shown = [point.place for point in draft.points if point.place is not None]
    found = [
        LeftOut(
            name=log.names[place],
            names=max(log.alike[place], 1),
            persons=int(log.persons[place]),
            events=int(log.events[place]),
            reason=reason,
            text=in_both(partial(left_out_reason, draft, reason, place)),
        )
        for place, reason in draft.choice.left_out(shown)
    ]
    events = log.all_events - int(log.events.sum())
    if events:
        names = max(log.distinct - sum(max(alike, 1) for alike in log.alike), 0)
        text = in_both(partial(left_out_reason, draft, "unseen", None))
        found.append(LeftOut(None, names, None, events, "unseen", text))
    return tuple(found)


@dataclass(frozen=True)
class _Before:
    """What people had before a touchpoint or stage, and how long before."""

    neighbour: Neighbour | None = None
    seconds: float | None = None


def _stage(draft: Draft, stage: DraftStage, before: DraftStage | None) -> Proposal:
    log = draft.choice.log
    place = _standing(log, stage)
    earlier = _Before()
    if before is not None and place is not None and (other := _standing(log, before)) is not None:
        share = float(log.before[other, place] / log.persons[place])
        earlier = _Before(Neighbour(before.id, before.name, share), _seconds(log, other, place))
    places = [point.place for point in stage.points if point.place is not None]
    reason = in_both(partial(stage_reason, draft, place, earlier.neighbour, earlier.seconds, *_inside(log, places)))
    return _proposal(log, "stage", place, reason, id=stage.id, name=stage.name, earlier=earlier)


def _standing(log: Observed, stage: DraftStage) -> int | None:
    """Return the touchpoint that stands for a stage: the one that most persons have."""
    return min((point.place for point in stage.points if point.place is not None), key=log.rank, default=None)


def _seconds(log: Observed, one: int, other: int) -> float | None:
    seconds = float(log.apart[one, other])
    return seconds if np.isfinite(seconds) else None


def _inside(log: Observed, places: Sequence[int]) -> tuple[float | None, float | None]:
    """Return how far apart neighbours of a stage lie in time, and the share of people who meet them in this order."""
    pairs = [pair for pair in pairwise(places) if log.together[pair]]
    if not pairs:
        return None, None
    both = sum(float(log.together[pair]) for pair in pairs)
    ordered = sum(float(log.before[pair]) for pair in pairs)
    return float(np.median([log.apart[pair] for pair in pairs])), ordered / both


def _touchpoint(draft: Draft, stage: DraftStage, point: DraftPoint, earlier: Sequence[DraftPoint]) -> Proposal:
    log, place = draft.choice.log, point.place
    came, company = _Before(), None
    if place is not None:
        came = _came_after(log, place, earlier)
        company = _company(log, place, [one for one in draft.points if one.place != place])
    reason = in_both(partial(touchpoint_reason, draft, place, came.neighbour, came.seconds, company))
    return _proposal(
        log, "touchpoint", place, reason, id=point.id, name=point.label, pattern=point.pattern, stage=stage.id,
        earlier=came, company=company,
    )  # fmt: skip


def _came_after(log: Observed, place: int, earlier: Sequence[DraftPoint]) -> _Before:
    """Return the nearest earlier touchpoint that most of these people had before; else the one that most had."""
    known = [(one, one.place) for one in earlier if one.place is not None]
    shares = [float(log.before[other, place] / log.persons[place]) for _one, other in known]
    if not any(shares):
        return _Before()
    likely = [at for at, share in enumerate(shares) if share >= _MOST]
    at = likely[-1] if likely else max(range(len(shares)), key=lambda at: (shares[at], at))
    point, other = known[at]
    return _Before(Neighbour(point.id, point.label, shares[at]), _seconds(log, other, place))


def _company(log: Observed, place: int, others: Sequence[DraftPoint]) -> Neighbour | None:
    """Return the touchpoint whose people are most the same: the highest share of those who have either."""
    best: Neighbour | None = None
    most = 0.0
    for one in others:
        if one.place is not None:
            both = float(log.together[place, one.place])
            likeness = both / (log.persons[place] + log.persons[one.place] - both)
            if likeness > most + 1e-9:
                best, most = Neighbour(one.id, one.label, log.overlap(place, one.place)), likeness
    return best


def _success(draft: Draft) -> list[Proposal]:
    choice = draft.choice
    place, log = choice.success, choice.log
    name = choice.goal if choice.goal is not None else log.names[place] if place is not None else None
    if name is None:
        return []
    reason = in_both(partial(success_reason, draft))
    return [_proposal(log, "success", place, reason, name=shorten(name), pattern=name)]


def _failures(draft: Draft) -> list[Proposal]:
    log = draft.choice.log
    return [
        _proposal(
            log, "failure", place, in_both(partial(failure_reason, draft, place)),
            name=shorten(log.names[place]), pattern=log.names[place],
        )
        for place in draft.choice.failures
    ]  # fmt: skip


def _proposal(
    log: Observed,
    kind: ProposalKind,
    place: int | None,
    reason: Text,
    *,
    name: str,
    id: str | None = None,
    pattern: str | None = None,
    stage: str | None = None,
    earlier: _Before | None = None,
    company: Neighbour | None = None,
) -> Proposal:
    persons = 0 if place is None else int(log.persons[place])
    return Proposal(
        kind=kind,
        id=id,
        name=name,
        matches=() if pattern is None else (pattern,),
        stage=stage,
        persons=persons,
        share=persons / max(log.all_persons, 1),
        events=0 if place is None else int(log.events[place]),
        position=None if place is None else float(log.position[place]),
        after=earlier.neighbour if earlier else None,
        seconds_after=earlier.seconds if earlier else None,
        with_=company,
        reason=reason,
    )
