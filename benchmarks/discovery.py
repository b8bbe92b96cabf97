"""How much of a known map discovery finds again, and in which order.

``python -m benchmarks.discovery`` prints the means over the seeds on which discovery was tuned, with ``--report`` over
those of docs/proof/discovery.md, which nothing was tuned on; ``--logs FOLDER`` adds the real logs.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.discovery_maps import EXPECTED, Truth, World, coach_world, null_world, random_world
from parcours.engine.analysis import Analysis, run_tables
from parcours.engine.succession import succession_of
from parcours.mapdoc.document import JourneyMap

WORLDS: tuple[tuple[Callable[[int], World], int], ...] = ((random_world, 80), (coach_world, 5), (null_world, 10))
DEVELOPMENT, REPORT = 0, 100_000
"""Seeds begin here: what is tuned on the first is reported on the second only."""


@dataclass(frozen=True)
class Found:
    """How a drafted map compares with the true one; shares 0..1, None where there is nothing to compare."""

    precision: float
    recall: float
    f1: float
    tau: float | None
    tau_across: float | None
    boundaries: float
    same_stage: float
    rand: float
    stages_more: float
    success: float


class OneTable:
    """Runs analyses over one table."""

    def __init__(self, world: World) -> None:
        self.table = world.table

    def run(self, analysis: Analysis[Any, Any]) -> Any:
        """Run one."""
        return run_tables(analysis, [self.table])


def draft_of(world: World, **options: Any) -> JourneyMap:
    """Discover a map in the log of ``world``."""
    from parcours.mapdoc.discovery import discover

    drafted: Any = discover(succession_of(OneTable(world)), title="Log", language="en", **options)
    found: JourneyMap = getattr(drafted, "map", drafted)  # a commit that is compared with may return the map alone
    return found


def events_of(world: World) -> dict[str, int]:
    """Count the events of each name."""
    counts = np.bincount(world.table.name, minlength=len(world.table.names)).tolist()
    return {name: n for name, n in zip(world.table.names.words, counts, strict=True) if n}


def compare(draft: JourneyMap, truth: Truth, events: Mapping[str, int]) -> Found:
    """Compare by event names: where each stands on the drafted map, and where on the true one."""
    points = _points(draft)
    shown: dict[str, int] = {}
    for name in events:
        at = next((i for i, (_stage, names) in enumerate(points) if _matches(names, name)), None)
        if at is not None:
            shown[name] = at
    wanted = {_family(name) for name in events if name in truth.place_of and name not in truth.failures}
    place = {_family(name): found for name, found in truth.place_of.items()}
    right, exempt = _judge(points, shown, events, truth)
    where: dict[str, int] = {}
    for name, at in shown.items():
        if at in right and _family(name) in wanted:
            where.setdefault(_family(name), at)
    precision = len(right) / max(len(points) - len(exempt), 1)
    recall = len(where) / max(len(wanted), 1)
    known = sorted(where)
    true_stage, true_point = ([place[name][k] for name in known] for k in (0, 1))
    drafted_stage, drafted_point = [points[where[name]][0] for name in known], [where[name] for name in known]
    return Found(
        precision=precision,
        recall=recall,
        f1=_f1(precision, recall),
        tau=_tau(true_point, drafted_point, true_point),
        tau_across=_tau(true_point, drafted_point, true_stage),
        boundaries=_boundaries(true_stage, drafted_stage),
        same_stage=_same_stage(true_stage, drafted_stage),
        rand=_adjusted_rand(true_stage, drafted_stage),
        stages_more=len(draft.stages) - truth.stages,
        # A template also knows the names that other tools give to success.
        success=float(_success(draft) == truth.success & events.keys()),
    )


def _points(draft: JourneyMap) -> list[tuple[int, tuple[str, ...]]]:
    return [
        (number, tuple(name for one in point.rule.any_of for name in one.names) if point.rule else ())
        for number, stage in enumerate(draft.stages)
        for point in stage.touchpoints
    ]


def _matches(patterns: Iterable[str], name: str) -> bool:
    return any(name.startswith(one[:-1]) if one.endswith("*") else name == one for one in patterns)


def _family(name: str) -> str:
    return re.sub(r" #\d+$", "", name)


def _judge(
    points: Sequence[tuple[int, tuple[str, ...]]], shown: dict[str, int], events: Mapping[str, int], truth: Truth
) -> tuple[set[int], set[int]]:
    """Return the drafted touchpoints whose events mostly belong on the true map, and those that are its failures."""
    on, off = np.zeros(len(points)), np.zeros(len(points))
    exempt: set[int] = set()
    for name, at in shown.items():
        (on if name in truth.place_of else off)[at] += events[name]
        if name in truth.failures:
            exempt.add(at)
    return {at for at in range(len(points)) if on[at] > off[at] and at not in exempt}, exempt


def _success(draft: JourneyMap) -> set[str]:
    rule = draft.trip.succeeds_when
    return set() if rule is None else {name for one in rule.any_of for name in one.names}


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _tau(truth: Sequence[int], draft: Sequence[int], across: Sequence[int]) -> float | None:
    """Kendall's tau over the pairs that ``across`` tells apart."""
    agree = pairs = 0
    for i in range(len(truth)):
        for j in range(i):
            if across[i] != across[j]:
                pairs += 1
                agree += int(np.sign(truth[i] - truth[j]) * np.sign(draft[i] - draft[j]))
    return agree / pairs if pairs else None


def _boundaries(truth: Sequence[int], draft: Sequence[int]) -> float:
    """F1 of the cuts between stages: one is found where a drafted cut has the same names before it, but for one."""
    true_cuts, drafted_cuts = _cuts(truth), _cuts(draft)
    free = list(drafted_cuts)
    hits = 0
    for cut in true_cuts:
        best = min(free, key=lambda other: len(cut ^ other), default=None)
        if best is not None and len(cut ^ best) <= 1:
            free.remove(best)
            hits += 1
    if not true_cuts and not drafted_cuts:
        return 1.0
    return 2 * hits / (len(true_cuts) + len(drafted_cuts))


def _cuts(stages: Sequence[int]) -> list[frozenset[int]]:
    return [frozenset(i for i, one in enumerate(stages) if one < stage) for stage in sorted(set(stages))[1:]]


def _same_stage(truth: Sequence[int], draft: Sequence[int]) -> float:
    """F1 over the pairs of names that stand in one stage."""
    both = one = other = 0
    for i in range(len(truth)):
        for j in range(i):
            together, drafted = truth[i] == truth[j], draft[i] == draft[j]
            both, one, other = both + (together and drafted), one + together, other + drafted
    return 2 * both / (one + other) if one + other else 1.0


def _adjusted_rand(truth: Sequence[int], draft: Sequence[int]) -> float:
    """Adjusted Rand index (Hubert and Arabie 1985): 1 for the same stages, 0 for chance."""
    if not truth:
        return 0.0
    table = np.zeros((max(truth) + 1, max(draft) + 1))
    np.add.at(table, (np.array(truth), np.array(draft)), 1)

    def pairs(counts: Any) -> float:
        return float((counts * (counts - 1) / 2).sum())

    inside, rows, columns = pairs(table), pairs(table.sum(1)), pairs(table.sum(0))
    everything = len(truth) * (len(truth) - 1) / 2
    expected = rows * columns / everything if everything else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == expected else (inside - expected) / (most - expected)


def measure(begin: int, scale: float = 1.0, **options: Any) -> dict[str, dict[str, Any]]:
    """Discover every world from seed ``begin`` on; return the means of each kind."""
    answer: dict[str, dict[str, Any]] = {}
    for world_of, runs in WORLDS:
        found = []
        label = ""
        for seed in range(begin, begin + max(1, round(runs * scale))):
            world = world_of(seed)
            label = world.label
            found.append(compare(draft_of(world, **options), world.truth, events_of(world)))
        answer[label] = {"runs": len(found)} | {
            field.name: _mean([getattr(one, field.name) for one in found]) for field in fields(Found)
        }
    return answer


def _mean(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else float("nan")


def real_logs(folder: Path) -> dict[str, dict[str, Any]]:
    """Discover the real logs in ``folder``; return how each map compares with the order we expect, and the map."""
    import parcours as pc

    answer = {}
    for name, (file, options, truth) in EXPECTED.items():
        log: Any = pc.read(folder / file, **options)
        drafted = log.discover(language="en")
        draft: JourneyMap = getattr(drafted, "map", drafted)
        stages = [", ".join(point.name.in_language("en") for point in stage.touchpoints) for stage in draft.stages]
        answer[name] = vars(compare(draft, truth, log.names)) | {"stages": stages}
    return answer


def main() -> None:
    """Print what was measured, as JSON."""
    options: dict[str, Any] = {}
    if "--detail" in sys.argv:
        options["detail"] = int(sys.argv[sys.argv.index("--detail") + 1])
    answer = measure(REPORT if "--report" in sys.argv else DEVELOPMENT, **options)
    if "--logs" in sys.argv:
        answer |= real_logs(Path(sys.argv[sys.argv.index("--logs") + 1]))
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
