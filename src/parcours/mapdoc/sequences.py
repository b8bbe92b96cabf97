"""Orders of ids: what has moved between two, and one order out of three."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations


def moved(before: Sequence[str], after: Sequence[str]) -> frozenset[str]:
    """Return the fewest ids of both whose moving explains the new order (all but a longest common subsequence)."""
    place = {name: number for number, name in enumerate(before)}
    common = [name for name in after if name in place]
    ends: list[int] = []  # the place at which a run of each length can end at the earliest
    runs: list[tuple[str, ...]] = []
    for name in common:
        length = bisect_left(ends, place[name])
        run = (*(runs[length - 1] if length else ()), name)
        ends[length : length + 1] = [place[name]]
        runs[length : length + 1] = [run]
    return frozenset(common) - frozenset(runs[-1] if runs else ())


@dataclass(frozen=True, slots=True)
class Merged:
    """An order of all members, and whether it had to set one side's wishes aside."""

    order: tuple[str, ...]
    disputed: bool


def merge_orders(
    members: frozenset[str], base: Sequence[str], mine: Sequence[str], theirs: Sequence[str], *, mine_wins: bool = True
) -> Merged:
    """Bring ``members`` (each in one of the two sides at least) into one order.

    Of two ids that both sides have, the side that turned their order since ``base`` is followed. Wishes that go in a
    circle are disputed: the winner's order is kept. What only one side has follows its neighbour there; where both
    sides put something after the same neighbour, the one with the smaller id goes first, whoever merges.
    """
    base, mine, theirs = ([name for name in side if name in members] for side in (base, mine, theirs))
    both = frozenset(mine) & frozenset(theirs)
    core = _agreed([name for name in mine if name in both], base, theirs)
    disputed = core is None
    if core is None:
        core = [name for name in (mine if mine_wins else theirs) if name in both]
    runs = [_runs(side, both) for side in (mine, theirs)]
    order: list[str] = []
    for name in (None, *core):
        order += [] if name is None else [name]
        for run in sorted(side[name] for side in runs if name in side):
            order += run
    return Merged(tuple(order), disputed)


def _agreed(both: Sequence[str], base: Sequence[str], theirs: Sequence[str]) -> list[str] | None:
    """Return ``both``, given as mine has them, so that every two stand as wished; None where that goes in a circle."""
    was, yours = ({name: number for number, name in enumerate(side)} for side in (base, theirs))
    earlier = dict.fromkeys(both, 0)
    for one, other in combinations(both, 2):
        turned = yours[other] < yours[one]
        if turned and not (one in was and other in was):
            return None  # both sides brought them in, each the other way round
        # If they are turned in theirs alone or in mine alone, that is the wish: the opposite of base.
        earlier[one if turned and was[one] < was[other] else other] += 1
    order = sorted(both, key=lambda name: earlier[name])
    return order if all(earlier[name] == place for place, name in enumerate(order)) else None


def _runs(side: Sequence[str], both: frozenset[str]) -> dict[str | None, list[str]]:
    """Return what only this side has, behind the neighbour of both that it follows (None: it begins the list)."""
    runs: dict[str | None, list[str]] = {}
    neighbour: str | None = None
    for name in side:
        if name in both:
            neighbour = name
        else:
            runs.setdefault(neighbour, []).append(name)
    return runs
