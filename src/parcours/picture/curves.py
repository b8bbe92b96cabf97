"""Lines through measured values."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


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
