"""Where everything stands, measured once for every face of the picture.

Across, positions are counted in stage columns (2.5 is the middle of the third); down, in px. A face that stretches
(the page) and one that does not (the static SVG) then draw the same thing. ``column_px`` is the narrowest that a
column becomes: what does not collide there collides nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parcours.picture.model import Finding, StageColumn
from parcours.picture.relief import Relief, relief
from parcours.picture.river import RIVER_WIDEST, Lens, Stream, magnify, stream

MOST_COLUMNS = 8
"""More stages than this go into several rows of equal length."""


@dataclass(frozen=True, slots=True)
class Band:
    """One row of stages with its drawings. ``magnified``: its river is drawn so many times larger than band 1's."""

    stages: tuple[StageColumn, ...]
    relief: Relief | None
    river: Stream
    lens: Lens | None
    river_height: float
    magnified: float = 1.0


def split(stages: Sequence[StageColumn]) -> list[tuple[StageColumn, ...]]:
    """Cut the stages into rows of nearly equal length, none longer than ``MOST_COLUMNS``."""
    rows = -(-len(stages) // MOST_COLUMNS)
    if rows == 0:
        return []
    size = -(-len(stages) // rows)
    return [tuple(stages[start : start + size]) for start in range(0, len(stages), size)]


def lay_out(
    stages: Sequence[StageColumn],
    column_px: float,
    nobody: str,
    findings: Sequence[Finding] = (),
    most: int | None = None,
) -> list[Band]:
    """Measure the whole picture. ``nobody`` is what a gap of the relief says.

    ``most`` people are as wide as the river gets, so that several pictures have one scale. A finding's pin stands at
    its place in a drawing: on the river if it is about leaving, else on the relief.
    """
    kinds = {finding.number: "leak" if finding.kind.startswith("leak") else finding.kind for finding in findings}
    lived = any(stage.lived for stage in stages)
    drawn = felt_anywhere(stages) or expected_anywhere(stages)
    result: list[Band] = []
    for row in split(stages):
        onward = stages[len(row) + sum(len(band.stages) for band in result) :]
        scale = RIVER_WIDEST / most if most else None
        river = stream(row, RIVER_WIDEST, onward[0].reached.count if onward else 0, scale, kinds)
        lens = magnify(row, river, kinds)
        height = max(river.bottom, lens.top + lens.stream.bottom if lens else 0.0)
        first = result[0].river.px_per_person if result else 0.0
        larger = river.px_per_person / first if first else 1.0
        above = relief(row, column_px, nobody if lived else None, kinds) if drawn else None
        result.append(Band(row, above, river, lens, height + (10 if lens else 2), larger))
    return result


def felt_anywhere(stages: Sequence[StageColumn]) -> bool:
    """Tell whether anybody was asked anywhere."""
    measures = [stage.felt for stage in stages] + [station.felt for stage in stages for station in stage.stations]
    return any(measure is not None and measure.answers > 0 for measure in measures)


def expected_anywhere(stages: Sequence[StageColumn]) -> bool:
    """Tell whether the map says anywhere how it is meant to feel."""
    stations = [station for stage in stages for station in stage.stations]
    return any(stage.expected is not None for stage in stages) or any(one.expected is not None for one in stations)
