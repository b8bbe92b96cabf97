"""The two drawings of the map alone, for half a page: the river, and the relief without its stations.

They stand in an element of class ``parcours`` beside a style sheet of ``page_style``; names are replaced by numbers.
"""

from __future__ import annotations

from dataclasses import replace

from parcours.language.translation import _, speaking
from parcours.picture.drawing import Canvas, definitions, draw_relief, draw_river, relief_words
from parcours.picture.layout import Band, lay_out
from parcours.picture.model import MapPicture
from parcours.picture.relief import RELIEF_HEIGHT
from parcours.picture.table import UNIT, river_words
from parcours.picture.typeface import prose

_COLUMN = 64.0
"""Px of a stage column on half a page."""
_FOOT = 20


def draw_river_strip(picture: MapPicture) -> str:
    """Draw how many people come and leave, stage by stage; nothing of a plan that nobody has lived."""
    with speaking(picture.language):
        bands = lay_out(picture.stages, _COLUMN, _("Nobody was asked here"), picture.findings)
        drawn = [
            _strip(band, draw_river(band, _canvas(band, place, "r-")), band.river_height, river_words(band))
            for place, band in enumerate(bands)
            if any(stage.reached.count for stage in band.stages)
        ]
        return _shared("r-") + "".join(drawn) if drawn else ""


def draw_relief_strip(picture: MapPicture) -> str:
    """Draw what people feel against what was expected; nothing where neither is known."""
    with speaking(picture.language):
        bands = lay_out(picture.stages, _COLUMN, _("Nobody was asked here"), picture.findings)
        drawn = []
        for place, band in enumerate(bands):
            if band.relief is not None:
                bare = replace(band.relief, stops=())
                drawing = draw_relief(bare, _canvas(band, place, "f-"))
                drawn.append(_strip(band, drawing, RELIEF_HEIGHT - 40, relief_words(bare)))
        return _shared("f-") + "".join(drawn) if drawn else ""


def _canvas(band: Band, place: int, prefix: str) -> Canvas:
    return Canvas(len(band.stages), UNIT, True, prefix, place)


def _shared(prefix: str) -> str:
    return f'<svg class="sprite" width="0" height="0" aria-hidden="true" focusable="false">{definitions(prefix)}</svg>'


def _strip(band: Band, drawing: str, height: float, words: str) -> str:
    count = len(band.stages)
    numbers = "".join(
        f'<text class="tally" x="{(place + 0.5) / count * 100:.2f}%" y="{height + 14:.0f}">{stage.number}</text>'
        for place, stage in enumerate(band.stages)
    )
    return (
        f'<svg class="draw" width="100%" height="{height + _FOOT:.0f}" role="img" aria-label="{prose(words)}">'
        f"{drawing}{numbers}</svg>"
    )
