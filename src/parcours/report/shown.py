"""Every figure that a picture shows, with its key and the count it shows."""

from __future__ import annotations

from collections.abc import Iterator

from parcours.picture.held import PlanShown
from parcours.picture.model import Figure, MapPicture, Measured


def shown_figures(picture: MapPicture) -> Iterator[tuple[str, int | None]]:
    """Yield key and count of everything that opens onto people; None where what is shown is a value, not a count.

    A key may come more than once.
    """
    for finding in picture.findings:
        if finding.figure is not None:
            yield finding.figure, None
    for stage in picture.stages:
        counted: list[Figure | Measured | None] = [
            *(stage.reached, stage.entered, stage.left, stage.open, stage.arrived, stage.returned, stage.timed),
            stage.felt,
        ]
        for station in stage.stations:
            counted += [station.persons, station.felt]
        counted += [each.trips for each in stage.deviations]
        if stage.aligned is not None:
            counted += [stage.aligned.people, stage.aligned.answers]
            yield from ((part.figure, None) for part in stage.aligned.parts if part.figure is not None)
        for one in counted:
            if one is not None and one.figure is not None:
                yield one.figure, one.count if isinstance(one, Figure) else one.answers
        for indicator in stage.indicators:
            if indicator.figure is not None:
                yield indicator.figure, None
    yield from ((one.figure, None) for one in picture.indicators if one.figure is not None)
    yield from _of_the_plan(picture.plan)


def _of_the_plan(plan: PlanShown) -> Iterator[tuple[str, int | None]]:
    """Yield what the sections under the map open onto."""
    counted = [plan.deviating] if plan.deviating is not None else []
    for promise in plan.promises:
        counted += [promise.broken, promise.unmet]
    counted += [row.trips for row in plan.deviations]
    counted += [each.trips for spread in plan.spread for each in spread.counts if each.trips.count]
    yield from ((one.figure, one.count) for one in counted if one.figure is not None)
