"""The relief's layout: where people were asked, unbroken stretches, gaps, labels with room, stations on the line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from parcours.picture.model import Measured, StageColumn, Station
from parcours.picture.typeface import Style, shorten, width, wrap

RELIEF_TOP, RELIEF_BOTTOM = 34.0, 174.0
PLAN_Y, RELIEF_HEIGHT = 210.0, 230.0
SMALLEST_STOP = 18.0
LABEL = Style(11.5, 500, 88)
_SHORTENED, _LONGEST = 170.0, 300.0
"""Px of a label; what is pinned, the best and the worst are named in full where there is room."""
HINT = Style(13, 400, 100, "voice")

Run = tuple[tuple[float, float], ...]
"""An unbroken line: places in columns, and valences."""


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
    """A text beside a point: the point's place in columns, its baseline in px, and how far it is shifted aside."""

    x: float
    y: float
    shift: float
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
    """A station on the line of the plan; ``size`` px of its mark, 0 where no icon fits."""

    x: float
    station: Station
    size: float


@dataclass(frozen=True, slots=True)
class Split:
    """A stage whose mean hides opposites: the place beside its points, from the lowest mean to the highest."""

    x: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Relief:
    """The lane of what people feel, above the line of the plan."""

    spots: tuple[Spot, ...]
    runs: tuple[tuple[Spot, ...], ...]
    expected: tuple[Run, ...]
    gaps: tuple[Gap, ...]
    labels: tuple[Label, ...]
    stops: tuple[Stop, ...]
    splits: tuple[Split, ...] = ()


def height_of(valence: float) -> float:
    """Return the y of an emotion −2..+2."""
    clipped = min(max(valence, -2.0), 2.0)
    return RELIEF_TOP + (2 - clipped) / 4 * (RELIEF_BOTTOM - RELIEF_TOP)


def relief(stages: Sequence[StageColumn], column_px: float, nobody: str | None, kinds: Mapping[int, str]) -> Relief:
    """Lay out the relief of one row of stages. ``kinds`` are those of the findings, by their number.

    ``nobody`` is what a gap says; None for a plan, on which nobody could be asked.
    """
    spots = [spot for column, stage in enumerate(stages) for spot in _spots(column, stage, kinds)]
    stops = tuple(stop for column, stage in enumerate(stages) for stop in _stops(column, stage, column_px))
    return Relief(
        spots=tuple(spots),
        runs=_runs(spots),
        expected=_expected(stages),
        gaps=_gaps(spots, column_px, nobody) if nobody is not None else (),
        labels=_labels(spots, _expected(stages), len(stages), column_px),
        stops=stops,
        splits=tuple(_splits(stages)),
    )


def _splits(stages: Sequence[StageColumn]) -> Iterator[Split]:
    for column, stage in enumerate(stages):
        if stage.split is not None:
            low, high = (station.felt.mean or 0.0 for station in stage.split if station.felt is not None)
            yield Split(column + 0.03, low, high)


def _asked(felt: Measured | None) -> Measured | None:
    return felt if felt is not None and felt.answers > 0 else None


def _spots(column: int, stage: StageColumn, kinds: Mapping[int, str]) -> list[Spot]:
    """A stage is shown station by station where at least half of its stations were asked about, else as a whole."""
    count = len(stage.stations)
    asked = sum(_asked(station.felt) is not None for station in stage.stations)
    if count == 0 or asked * 2 < count or asked == 0:
        pin = next((pin for pin in stage.pins if kinds.get(pin) == "felt"), None)
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
            _here(station.pin, kinds),
        )
        for place, station in enumerate(stage.stations)
    ]


def _runs(spots: Sequence[Spot]) -> tuple[tuple[Spot, ...], ...]:
    """Cut the spots into unbroken stretches of measured means."""
    runs: list[list[Spot]] = [[]]
    for spot in spots:
        if spot.mean is not None:
            runs[-1].append(spot)
        elif runs[-1]:
            runs.append([])
    return tuple(tuple(run) for run in runs if run)


def _here(pin: int | None, kinds: Mapping[int, str]) -> int | None:
    """Keep a pin off the relief when it is about people who leave: that one stands on the river."""
    return pin if pin is not None and kinds.get(pin) != "leak" else None


def _stops(column: int, stage: StageColumn, column_px: float) -> list[Stop]:
    count = len(stage.stations)
    room = min(column_px / count - 3, 24.0) if count else 0.0
    size = room if room >= SMALLEST_STOP else 0.0
    return [Stop(column + (place + 0.5) / count, station, size) for place, station in enumerate(stage.stations)]


def _expected(stages: Sequence[StageColumn]) -> tuple[Run, ...]:
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

    def free(self, others: Sequence[_Box]) -> bool:
        """Tell whether this box meets none of the others."""
        return not any(
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
            for other in others
        )

    def crossed(self, points: Sequence[tuple[float, float]]) -> int:
        """Count the points of lines that lie inside."""
        return sum(self.left < x < self.right and self.top < y < self.bottom for x, y in points)


def _labels(spots: Sequence[Spot], expected: Sequence[Run], columns: int, column_px: float) -> tuple[Label, ...]:
    """Name the pinned places, the best and the worst, and the moments of truth, wherever there is room.

    A label keeps clear of other labels, of points, and of the lines; the first three may cross a line if they must.
    """
    measured = [spot for spot in spots if spot.mean is not None]
    if not measured:
        return ()
    means = [spot.mean or 0.0 for spot in measured]
    chief = {measured[means.index(min(means))], measured[means.index(max(means))]}
    chief |= {spot for spot in measured if spot.pin is not None}
    wanted = [spot for spot in measured if spot.truth or spot in chief]
    wanted.sort(key=lambda spot: (spot.pin is None, spot not in chief, -abs(spot.mean or 0.0)))
    lines = [(x * column_px, height_of(value)) for x, value in _along(expected)]
    lines += [(x * column_px, height_of(value)) for x, value in _along([_line(run) for run in _runs(spots)])]
    taken = [box for spot in spots for box in _mark_boxes(spot, column_px)]
    labels: list[Label] = []
    for spot in wanted:
        widths = (_LONGEST, min(1.5 * column_px, _SHORTENED)) if spot in chief else (min(1.5 * column_px, _SHORTENED),)
        places = (option for most in widths for option in _options(spot, columns, column_px, most))
        options = [option for option in places if option[1].free(taken)]
        crossings = [option[1].crossed(lines) for option in options]
        if options and (min(crossings) == 0 or spot in chief):
            label, box = options[crossings.index(min(crossings))]
            labels.append(label)
            taken.append(box)
    return tuple(labels)


def _options(spot: Spot, columns: int, column_px: float, most: float) -> Iterator[tuple[Label, _Box]]:
    """Yield the places where a spot's label, ``most`` px long, may stand inside the drawing, the best first."""
    mean, total = spot.mean or 0.0, columns * column_px
    name = shorten(spot.name, LABEL, min(most, total - 60))
    wide = width(f"{name} +0,0", LABEL) + 10
    centre = spot.x * column_px
    left = min(max(centre - wide / 2, 2), total - wide - 2)
    y = height_of(mean)
    over = y - (32 if spot.pin is not None else 13)
    below, above = (y + 22, y + 28, y + 34), (over, over - 6, over - 12)
    for baseline in (*below, *above) if mean < 0.6 else (*above, *below):
        box = _Box(left, baseline - 11, left + wide, baseline + 3)
        if box.top >= 2 and box.bottom <= PLAN_Y - 15:
            yield Label(spot.x, baseline, left + wide / 2 - centre, name, mean), box


def _line(run: Sequence[Spot]) -> Run:
    return tuple((spot.x, spot.mean or 0.0) for spot in run)


def _along(runs: Sequence[Run]) -> Iterator[tuple[float, float]]:
    """Walk along lines in small steps (straight between their points, which is close enough for labels)."""
    for run in runs:
        for (start, first), (end, last) in pairwise(run):
            for step in range(13):
                yield start + (end - start) * step / 12, first + (last - first) * step / 12


def _mark_boxes(spot: Spot, column_px: float) -> list[_Box]:
    """Return the room that a place's marks take: its point with the pin above, or each of a few answers."""
    x = spot.x * column_px
    if spot.felt is None:
        return []
    if spot.felt.mean is None:
        wide = 3.5 * len(spot.felt.raw) + 3
        return [_Box(x - wide, height_of(raw) - 4, x + wide, height_of(raw) + 4) for raw in set(spot.felt.raw)]
    y, size = height_of(spot.felt.mean), 9 if spot.truth else 6
    return [_Box(x - size, y - (30 if spot.pin is not None else size), x + size, y + size)]
