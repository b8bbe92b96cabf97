"""What a home chooses of a picture: the stages where most are lost, and those felt farthest from what was meant."""

from __future__ import annotations

from parcours.picture.model import MapPicture, StageColumn

MOST = 3


def worst_losses(picture: MapPicture) -> list[StageColumn]:
    """Return the stages at which most people leave, the worst first."""
    leaking = [stage for stage in picture.stages if stage.left.count]
    return sorted(leaking, key=lambda stage: (-stage.left.count, -(stage.leak or 0.0), stage.number))[:MOST]


def worst_felt(picture: MapPicture) -> list[StageColumn]:
    """Return the stages felt farthest below what was expected, or lowest where nothing was; only those with a mean."""

    def short(stage: StageColumn) -> float:
        assert stage.felt is not None and stage.felt.mean is not None
        return stage.felt.mean - (stage.expected or 0.0)

    asked = [stage for stage in picture.stages if stage.felt is not None and stage.felt.mean is not None]
    return sorted(asked, key=lambda stage: (short(stage), stage.number))[:MOST]
