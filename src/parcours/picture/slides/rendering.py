"""The whole deck: headline and findings, the map's own indicators, the map, one stage after another, what the team
knows, how to read the numbers."""

from __future__ import annotations

from parcours.language.translation import speaking
from parcours.picture.model import MapPicture
from parcours.picture.slides.cover import cover_slides, draw_cover
from parcours.picture.slides.deck import Deck
from parcours.picture.slides.key import draw_key
from parcours.picture.slides.overview import draw_overview, overview_slides
from parcours.picture.slides.stage import draw_stage, pages_of
from parcours.picture.slides.story import draw_story_slides, draw_whole_slides, whole_slides
from parcours.picture.slides.told import about


def render_slides(picture: MapPicture) -> bytes:
    """Return ``picture`` as a .pptx in its language: the same bytes for the same picture."""
    with speaking(picture.language):
        deck = Deck(picture.title, about(picture))
        draw_cover(deck, picture)
        draw_whole_slides(deck, picture)
        if picture.stages:
            page, pages = 1 + cover_slides(picture) + whole_slides(picture) + overview_slides(picture), {}
            for stage in picture.stages:
                pages[stage.id] = page
                page += len(pages_of(picture, stage))
            draw_overview(deck, picture, pages)
        for stage in picture.stages:
            draw_stage(deck, picture, stage)
        draw_story_slides(deck, picture)
        draw_key(deck, picture)
        return deck.save()
