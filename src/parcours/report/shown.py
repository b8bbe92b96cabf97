"""Every figure that a picture shows, with its key and the count it shows."""

from __future__ import annotations

from collections.abc import Iterator

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
        for one in counted:
            if one is not None and one.figure is not None:
                yield one.figure, one.count if isinstance(one, Figure) else one.answers
        for indicator in stage.indicators:
            if indicator.figure is not None:
                yield indicator.figure, None
