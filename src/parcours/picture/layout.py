"""Where everything stands, measured once for every face of the picture.

Across, positions are counted in stage columns (2.5 is the middle of the third); down, in px. A face that stretches
(the page) and one that does not (the static SVG) then draw the same thing. ``column_px`` is the narrowest that a
column becomes: what does not collide there collides nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from parcours.picture.model import Measured, StageColumn, Station
from parcours.picture.typeface import Style, shorten, width, wrap

MOST_COLUMNS = 8
"""More stages than this go into several rows of equal length."""

RELIEF_TOP, RELIEF_BOTTOM = 34.0, 174.0
PLAN_Y, RELIEF_HEIGHT = 210.0, 230.0
RIVER_WIDEST = 124.0
LABEL = Style(11.5, 500, 84)
HINT = Style(12, 400, 100, "voice")
_LENS_BELOW, _LENS_AIM = 0.27, 76.0
_NICE = (1, 2, 3, 4, 5, 8)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the relief where people may have been asked: a station, or a whole stage."""

    x: float
    left: float
    right: float
    name: str
    felt: Measured | None
    truth: bool = False
    pin: int | None = None

    @property
    def mean(self) -> float | None:
        """The measured mean, if there are answers enough for one."""
        return self.felt.mean if self.felt is not None else None


@dataclass(frozen=True, slots=True)
class Label:
    """A text beside a point: its anchor in columns, its baseline in px."""

    x: float
    y: float
    anchor: str
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch where nobody was asked. ``lines`` say so where there is room."""

    left: float
    right: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """A station on the line of the plan; ``roomy`` where its icon fits."""

    x: float
    station: Station
    roomy: bool


@dataclass(frozen=True, slots=True)
class Relief:
    """The lane of what people feel, above the line of the plan."""

    spots: tuple[Spot, ...]
    runs: tuple[tuple[Spot, ...], ...]
    expected: tuple[tuple[tuple[float, float], ...], ...]
    gaps: tuple[Gap, ...]
    labels: tuple[Label, ...]
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """One stage of the river, heights in px from its upper bank down: on, arrived, open, admitted, beyond.

    ``neutral``: no target is set, so no leak is called too much. ``passed`` people never entered this stage.
    """

    column: int
    height: float
    on: float
    arrived: float
    open: float
    admitted: float
    beyond: float
    passed: float
    neutral: bool
    pin: int | None

    @property
    def drop(self) -> float:
        """How far the leaving branch sinks before it fades."""
        left = self.admitted + self.beyond
        return 12 + 0.14 * left if left > 0 else 0.0

    @property
    def bottom(self) -> float:
        """The lowest point of the stage's drawing."""
        return max(self.height, self.on + self.arrived + self.open + self.admitted + self.beyond + self.drop)


@dataclass(frozen=True, slots=True)
class Stream:
    """A river at one scale. ``bar`` is a round number of people and its height in px."""

    reaches: tuple[Reach, ...]
    px_per_person: float
    bar: tuple[int, float]

    @property
    def bottom(self) -> float:
        """The lowest point of the drawing."""
        return max((reach.bottom for reach in self.reaches), default=0.0)


@dataclass(frozen=True, slots=True)
class Lens:
    """The thin end of the river once more, ``factor`` times larger, from column ``first`` on; shown as such."""

    first: int
    factor: int
    top: float
    stream: Stream


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


def lay_out(stages: Sequence[StageColumn], column_px: float, nobody: str) -> list[Band]:
    """Measure the whole picture. ``nobody`` is what a gap of the relief says."""
    anyone = felt_anywhere(stages)
    result: list[Band] = []
    for row in split(stages):
        onward = stages[len(row) + sum(len(band.stages) for band in result) :]
        river = stream(row, RIVER_WIDEST, onward[0].reached.count if onward else 0)
        lens = magnify(row, river)
        height = max(river.bottom, lens.top + lens.stream.bottom if lens else 0.0)
        larger = river.px_per_person / result[0].river.px_per_person if result else 1.0
        result.append(
            Band(
                row,
                relief(row, column_px, nobody) if anyone else None,
                river,
                lens,
                height + (10 if lens else 2),
                larger,
            )
        )
    return result


def felt_anywhere(stages: Sequence[StageColumn]) -> bool:
    """Tell whether anybody was asked anywhere."""
    measures = [stage.felt for stage in stages] + [station.felt for stage in stages for station in stage.stations]
    return any(measure is not None and measure.answers > 0 for measure in measures)


# ------------------------------------------------------------------ relief


def height_of(valence: float) -> float:
    """Return the y of an emotion −2..+2."""
    clipped = min(max(valence, -2.0), 2.0)
    return RELIEF_TOP + (2 - clipped) / 4 * (RELIEF_BOTTOM - RELIEF_TOP)


def relief(stages: Sequence[StageColumn], column_px: float, nobody: str) -> Relief:
    """Lay out the relief of one row of stages."""
    spots = [spot for column, stage in enumerate(stages) for spot in _spots(column, stage)]
    runs: list[list[Spot]] = [[]]
    for spot in spots:
        if spot.mean is not None:
            runs[-1].append(spot)
        elif runs[-1]:
            runs.append([])
    stops = tuple(stop for column, stage in enumerate(stages) for stop in _stops(column, stage, column_px))
    return Relief(
        spots=tuple(spots),
        runs=tuple(tuple(run) for run in runs if run),
        expected=_expected(stages),
        gaps=_gaps(spots, column_px, nobody),
        labels=_labels(spots, len(stages), column_px),
        stops=stops,
    )


def _asked(felt: Measured | None) -> Measured | None:
    return felt if felt is not None and felt.answers > 0 else None


def _spots(column: int, stage: StageColumn) -> list[Spot]:
    """A stage is shown station by station where at least half of its stations were asked about, else as a whole."""
    count = len(stage.stations)
    asked = sum(_asked(station.felt) is not None for station in stage.stations)
    if count == 0 or asked * 2 < count or asked == 0:
        pin = stage.pin if any(station.pin == stage.pin for station in stage.stations) else None
        return [Spot(column + 0.5, column, column + 1, stage.name, _asked(stage.felt), pin=pin)]
    step = 1 / count
    return [
        Spot(
            column + (place + 0.5) * step,
            column + place * step,
            column + (place + 1) * step,
            station.name,
            _asked(station.felt),
            station.moment_of_truth,
            station.pin,
        )
        for place, station in enumerate(stage.stations)
    ]


def _stops(column: int, stage: StageColumn, column_px: float) -> list[Stop]:
    count = len(stage.stations)
    roomy = count * 27 <= column_px
    return [Stop(column + (place + 0.5) / count, station, roomy) for place, station in enumerate(stage.stations)]


def _expected(stages: Sequence[StageColumn]) -> tuple[tuple[tuple[float, float], ...], ...]:
    runs: list[list[tuple[float, float]]] = [[]]
    for column, stage in enumerate(stages):
        count = len(stage.stations)
        points = [
            (column + (place + 0.5) / count, station.expected)
            for place, station in enumerate(stage.stations)
            if station.expected is not None
        ]
        if not points and stage.expected is not None:
            points = [(column + 0.5, stage.expected)]
        if points:
            runs[-1].extend(points)
        elif runs[-1]:
            runs.append([])
    return tuple(tuple(run) for run in runs if run)


def _gaps(spots: Sequence[Spot], column_px: float, nobody: str) -> tuple[Gap, ...]:
    merged: list[list[float]] = []
    for spot in spots:
        if spot.felt is not None:
            continue
        if merged and abs(merged[-1][1] - spot.left) < 1e-9:
            merged[-1][1] = spot.right
        else:
            merged.append([spot.left, spot.right])
    gaps = []
    for left, right in merged:
        room = (right - left) * column_px - 10
        lines = wrap(nobody, HINT, min(room, 150)) if room >= 84 else []
        gaps.append(Gap(left, right, tuple(lines) if len(lines) <= 3 else ()))
    return tuple(gaps)


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def _labels(spots: Sequence[Spot], columns: int, column_px: float) -> tuple[Label, ...]:
    """Name the moments of truth, the pinned places, and the best and the worst, wherever there is room."""
    measured = [spot for spot in spots if spot.mean is not None]
    if not measured:
        return ()
    means = [spot.mean or 0.0 for spot in measured]
    extremes = {measured[means.index(min(means))], measured[means.index(max(means))]}
    wanted = [spot for spot in measured if spot.truth or spot.pin is not None or spot in extremes]
    wanted.sort(key=lambda spot: (spot.pin is None, not spot.truth, -abs(spot.mean or 0.0)))
    total = columns * column_px
    taken = [_mark_box(spot, column_px) for spot in measured]
    labels: list[Label] = []
    for spot in wanted:
        name = shorten(spot.name, LABEL, min(1.5 * column_px, 170))
        wide = width(f"{name} +0,0", LABEL) + 10
        centre = spot.x * column_px
        left = min(max(centre - wide / 2, 2), total - wide - 2)
        anchor, x = "middle", spot.x
        if left > centre - wide / 2 + 0.5:
            anchor, x = "start", 2 / column_px
        elif left < centre - wide / 2 - 0.5:
            anchor, x = "end", (total - 2) / column_px
        y = height_of(spot.mean or 0.0)
        over = y - (32 if spot.pin is not None else 13)
        below, above = (y + 22, y + 28, y + 34), (over, over - 6, over - 12)
        for baseline in (*below, *above) if (spot.mean or 0) < 0.6 else (*above, *below):
            box = _Box(left, baseline - 11, left + wide, baseline + 3)
            inside = box.top >= 2 and box.bottom <= PLAN_Y - 15
            if inside and not any(box.meets(other) for other in taken):
                labels.append(Label(x, baseline, anchor, name, spot.mean or 0.0))
                taken.append(box)
                break
    return tuple(labels)


def _mark_box(spot: Spot, column_px: float) -> _Box:
    """The room that a point takes, with its pin above."""
    x, y = spot.x * column_px, height_of(spot.mean or 0.0)
    size = 9 if spot.truth else 6
    return _Box(x - size, y - (30 if spot.pin is not None else size), x + size, y + size)


# ------------------------------------------------------------------- river


def stream(stages: Sequence[StageColumn], widest: float, onward: int = 0, scale: float | None = None) -> Stream:
    """Lay out a river to scale. ``onward`` people flow on after the last of ``stages``."""
    most = max((stage.reached.count for stage in stages), default=0)
    px = scale if scale is not None else (widest / most if most else 0.0)
    following = [stage.reached.count for stage in stages[1:]] + [onward]
    reaches = tuple(
        _reach(column, stage, on, px) for column, (stage, on) in enumerate(zip(stages, following, strict=True))
    )
    return Stream(reaches, px, _bar(px, most))


def _reach(column: int, stage: StageColumn, on: int, px: float) -> Reach:
    beyond = leaving_beyond(stage)
    return Reach(
        column=column,
        height=stage.reached.count * px,
        on=on * px,
        arrived=stage.arrived.count * px,
        open=stage.open.count * px,
        admitted=(stage.left.count - beyond) * px,
        beyond=beyond * px,
        passed=max(stage.reached.count - stage.entered.count, 0) * px,
        neutral=stage.admitted is None,
        pin=stage.pin if stage.pin is not None and all(s.pin != stage.pin for s in stage.stations) else None,
    )


def leaving_beyond(stage: StageColumn) -> int:
    """Return how many people left beyond the share of those entering that the map admits."""
    if stage.admitted is None:
        return 0
    return max(0, stage.left.count - round(stage.admitted * stage.entered.count))


def magnify(stages: Sequence[StageColumn], river: Stream) -> Lens | None:
    """Find where the river gets thin for good and draw that end again, larger by a round factor."""
    thin = [reach.column for reach in river.reaches if 0 < reach.height <= _LENS_BELOW * RIVER_WIDEST]
    if not thin or thin[0] == 0:
        return None
    first = thin[0]
    factor = _nice_at_most(_LENS_AIM / river.reaches[first].height)
    if factor < 2:
        return None
    onward = round(river.reaches[-1].on / river.px_per_person)
    larger = stream(stages[first:], 0, onward, river.px_per_person * factor)
    top = max(reach.bottom for reach in river.reaches[first:]) + 40
    return Lens(first, factor, top, larger)


def _nice_at_most(value: float) -> int:
    """Return the largest of 1, 2, 3, 4, 5, 8 times a power of ten that is at most ``value`` (0 below one)."""
    return max((nice * 10**power for power in range(10) for nice in _NICE if nice * 10**power <= value), default=0)


def _bar(px: float, most: int) -> tuple[int, float]:
    """Return a round number of people whose height is easy to see, at most a third of the river."""
    count = _nice_at_most(most / 3) or min(most, 1)
    return count, count * px


# ------------------------------------------------------------------- curves


def smooth(points: Sequence[tuple[float, float]]) -> str:
    """Return path data through ``points`` that never overshoots a measured value (Fritsch and Carlson, 1980)."""
    if len(points) < 3:
        return "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points)]
    tangents = [slopes[0]]
    tangents += [0.0 if a * b <= 0 else 2 * a * b / (a + b) for a, b in pairwise(slopes)]
    tangents.append(slopes[-1])
    path = f"{points[0][0]:.1f} {points[0][1]:.1f}"
    for place, (a, b) in enumerate(pairwise(points)):
        third = (b[0] - a[0]) / 3
        path += (
            f"C{a[0] + third:.1f} {a[1] + tangents[place] * third:.1f}"
            f" {b[0] - third:.1f} {b[1] - tangents[place + 1] * third:.1f} {b[0]:.1f} {b[1]:.1f}"
        )
    return path


Across = Callable[[float], str]
"""Gives the x of a place in columns: a percentage where the face stretches, px where it does not."""
