"""What a home chooses: the stages where most are lost, those felt farthest from what was meant, the letter's steps."""

from __future__ import annotations

from parcours.language.translation import speaking
from parcours.picture.letter import LetterPage, owner_words, said_of
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


def to_do(letter: LetterPage) -> list[tuple[str, str, str]]:
    """Return the steps of the letter in its own words: what, who answers for it, figure and sign of success."""
    with speaking(letter.language):
        return [(step.what, owner_words(step.owner), " ".join(said_of(step))) for step in letter.steps]
