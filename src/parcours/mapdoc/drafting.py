"""The names that were chosen, put into their stages and into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from parcours.engine.succession import LONGEST_NAME
from parcours.language.translation import _, speaking
from parcours.mapdoc.choosing import LEVELS, Choice
from parcours.mapdoc.cutting import Ladder, affinity, ladder_of
from parcours.mapdoc.naming import Conventions, labels_of, stage_names, unique_ids
from parcours.mapdoc.observed import Observed
from parcours.mapdoc.text import LanguageCode


@dataclass(frozen=True, slots=True)
class DraftPoint:
    """A touchpoint to be. ``place`` is that of its name in the log; None where no event of it was seen."""

    place: int | None
    pattern: str
    label: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class DraftStage:
    """A stage to be, with its touchpoints in order."""

    id: str
    name: str
    points: tuple[DraftPoint, ...]


@dataclass(frozen=True)
class Draft:
    """What was decided, put into words."""

    choice: Choice
    stages: tuple[DraftStage, ...]
    detail: int

    @property
    def points(self) -> tuple[DraftPoint, ...]:
        """All touchpoints, in the order of the map."""
        return tuple(point for stage in self.stages for point in stage.points)


def draft_of(choice: Choice, language: LanguageCode, detail: int, stages: int | None, most: int | None) -> Draft:
    """Put the touchpoints of ``detail`` into their stages, and name both in ``language``."""
    log = choice.log
    backbone = sorted(choice.backbone, key=lambda place: _along(log, place))
    ladder = _ladder(choice, backbone)
    count = stages or max(1, round(ladder.usual * LEVELS[detail].stages))
    runs = ladder.runs(count)
    standing = [min((backbone[at] for at in run), key=log.rank) for run in runs]
    shown = sorted(choice.shown(detail, most, standing), key=lambda place: _along(log, place))
    stage_of = _stages_of(log, shown, backbone, runs)
    conventions = Conventions.of([name for name, alike in zip(log.names, log.alike, strict=True) if not alike])
    with speaking(language):
        labels = labels_of([log.names[place] for place in shown], [bool(log.alike[p]) for p in shown], conventions)
        points = [
            DraftPoint(place, pattern_of(log.names[place]), label) for place, label in zip(shown, labels, strict=True)
        ]
        points, stage_of = _with_what_no_name_stands_for(choice, points, stage_of)
    ids = unique_ids([point.label for point in points], "touchpoint")
    points = [replace(point, id=id) for point, id in zip(points, ids, strict=True)]
    grouped = [
        [point for point, at in zip(points, stage_of, strict=True) if at == number] for number in sorted(set(stage_of))
    ]
    names = stage_names([[(point.label, _persons(log, point)) for point in group] for group in grouped])
    made = [
        DraftStage(id, name, tuple(group))
        for id, name, group in zip(unique_ids(names, "stage"), names, grouped, strict=True)
    ]
    return Draft(choice, tuple(made), detail)


def _persons(log: Observed, point: DraftPoint) -> float:
    return 0.0 if point.place is None else float(log.persons[point.place])


def _along(log: Observed, place: int) -> tuple[float, float, float, str]:
    """Return what sorts names along the line; rounded, so that the last bit of a sum never decides."""
    return (round(float(log.scores[place]), 9), *log.rank(place))


def _ladder(choice: Choice, backbone: Sequence[int]) -> Ladder:
    log, pairs = choice.log, np.ix_(backbone, backbone)
    gain = affinity(
        log.before[pairs], log.together[pairs], log.apart[pairs], log.scores[list(backbone)], log.all_persons
    )
    milestones = [at for at, place in enumerate(backbone) if place == choice.success]
    return ladder_of(gain, log.persons[list(backbone)], milestones)


def _stages_of(log: Observed, shown: Sequence[int], backbone: Sequence[int], runs: Sequence[range]) -> list[int]:
    """Return the stage of each touchpoint: of those that no cut was made on, that of the nearer neighbour."""
    stage_of = {backbone[at]: number for number, run in enumerate(runs) for at in run}
    found = []
    for place in shown:
        if place not in stage_of:
            here = _along(log, place)
            earlier = [other for other in backbone if _along(log, other) < here]
            later = [other for other in backbone if _along(log, other) > here]
            near = [*earlier[-1:], *later[:1]]
            nearest = min(near, key=lambda other: round(abs(float(log.scores[other] - log.scores[place])), 9))
            found.append(stage_of[nearest])
        else:
            found.append(stage_of[place])
    return found


def _with_what_no_name_stands_for(
    choice: Choice, points: list[DraftPoint], stage_of: list[int]
) -> tuple[list[DraftPoint], list[int]]:
    """Add the goal that nobody reached yet; where there is no touchpoint at all, one for any event."""
    last = max(stage_of, default=0)
    if choice.goal is not None and choice.success is None:
        label = Conventions().label(choice.goal) or _("Event without a readable name")
        points, stage_of = [*points, DraftPoint(None, choice.goal, label)], [*stage_of, last + 1]
    if not points:
        return [DraftPoint(None, "*", _("Any event"))], [0]
    # Names beyond the longest one may share their beginning: then they are one touchpoint, that of most persons.
    log, best = choice.log, {}
    for at in sorted(range(len(points)), key=lambda at: _persons(log, points[at])):
        best[points[at].pattern] = at
    kept = sorted(best.values())
    return [points[at] for at in kept], [stage_of[at] for at in kept]


def pattern_of(name: str) -> str:
    """Return what matches ``name``: itself, or its beginning where it is longer than any map should hold."""
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}*"
