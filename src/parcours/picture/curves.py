"""Lines through measured values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from parcours.picture.figures import short

Point = tuple[float, float]


def bends(points: Sequence[Point]) -> Iterator[tuple[Point, Point, Point]]:
    """Yield the cubic from each of ``points`` to the next: two handles and its end, never overshooting a measured value
    (Fritsch and Carlson, 1980)."""
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points)]
    tangents = [slopes[0]] if slopes else []
    tangents += [0.0 if a * b <= 0 else 2 * a * b / (a + b) for a, b in pairwise(slopes)]
    tangents += slopes[-1:]
    for (a, b), (leaves, arrives) in zip(pairwise(points), pairwise(tangents), strict=True):
        third = (b[0] - a[0]) / 3
        yield (a[0] + third, a[1] + leaves * third), (b[0] - third, b[1] - arrives * third), b


def smooth(points: Sequence[Point]) -> str:
    """Return path data of that line: an absolute place, then each step from the place before, rounded to a tenth."""
    path = f"{short(points[0][0])} {short(points[0][1])}"
    if len(points) < 3:
        return path + "".join(f"L{short(x)} {short(y)}" for x, y in points[1:])
    left, top = (round(value, 1) for value in points[0])
    steps: list[str] = []
    for *handles, (x, y) in bends(points):
        end = (round(x, 1), round(y, 1))
        steps += [short(value) for across, down in (*handles, end) for value in (across - left, down - top)]
        left, top = end
    # A minus parts two numbers as well as a space does.
    return f"{path}c{''.join(step if step.startswith('-') else f' {step}' for step in steps).lstrip()}"
