"""The last slide: how to read what stands before it."""

from __future__ import annotations

from parcours.language.translation import _
from parcours.picture.lanes import river_scale
from parcours.picture.model import MapPicture, StageColumn, Station
from parcours.picture.river import leaving_beyond
from parcours.picture.slides.deck import FOOT, MARGIN, WIDE, Deck
from parcours.picture.slides.paint import Painter, Pen
from parcours.picture.slides.told import paged, spoken
from parcours.picture.slides.words import Box, dealt, para

_TOP, _NOTES = 130.0, 520.0
_BOTTOM = FOOT.y - 14


def draw_key(deck: Deck, picture: MapPicture) -> None:
    """Draw the signs with their meaning, and every note; on as many slides as they need."""
    notes = [para(note, 14, before=8) for note in picture.notes]
    pages = dealt([[note] for note in notes], WIDE - MARGIN - _NOTES, _BOTTOM - _TOP) or [[]]
    for place, shown in enumerate(pages):
        title = paged(_("How to read these numbers"), place + 1, len(pages))
        painter = deck.slide([para(title, 30, bold=True)], Box(MARGIN, 58, WIDE - 2 * MARGIN, 40), spoken(picture, []))
        _signs(painter, picture)
        if shown:
            painter.text(Box(_NOTES, _TOP, WIDE - MARGIN - _NOTES, _BOTTOM - _TOP), shown, _("Notes"))
        deck.foot(painter)


def _signs(painter: Painter, picture: MapPicture) -> None:
    painter.text(Box(MARGIN, 130, 420, 20), [para(_("Signs"), 12, "ink-2", bold=True)], _("Signs"))
    for place, (sign, words) in enumerate(_shown(picture)):
        y = _TOP + 36 + place * 40
        _sign(painter, sign, MARGIN, y)
        painter.text(Box(MARGIN + 76, y - 9, 350, 36), [para(words, 14)], words[:40])


def _shown(picture: MapPicture) -> list[tuple[str, str]]:
    """Return the signs that occur in this deck with their meaning."""
    stages = picture.stages
    stations = [station for stage in stages for station in stage.stations]
    places: list[StageColumn | Station] = [*stages, *stations]
    felt = [one.felt for one in places if one.felt is not None and one.felt.answers]
    lived = [stage for stage in stages if stage.lived]
    measured = [one for one in felt if one.mean is not None]
    signs = (
        ("line", _("the plan: ours, straight"), bool(stages)),
        ("planned", _("planned feeling"), any(one.expected is not None for one in places)),
        ("felt", _("what they feel: theirs, curved, with its 95% interval"), bool(measured)),
        ("few", _("10 to 29 answers: fragile"), any(one.answers < 30 for one in measured)),
        ("raw", _("under 10: each answer"), len(measured) < len(felt)),
        ("unknown", _("nobody was asked"), bool(felt) and any(one.felt is None for one in places)),
        ("people", river_scale(picture.counted), bool(lived)),
        ("admitted", _("leaving, within what the map allows"), any(stage.admitted is not None for stage in lived)),
        ("beyond", _("leaving beyond what the map allows"), any(leaving_beyond(stage) for stage in lived)),
        ("neutral", _("leaving, where no target is set"), any(stage.admitted is None for stage in lived)),
        ("scores", _("structure (square) and feeling (disc), 0 to 100"), any(stage.aligned for stage in stages)),
        ("truth", _("moment of truth"), any(one.moment_of_truth for one in stations)),
    )  # fmt: skip
    return [(sign, words) for sign, words, occurs in signs if occurs]


def _sign(painter: Painter, sign: str, x: float, y: float) -> None:
    match sign:
        case "line":
            painter.line(x, y, x + 56, y, Pen("carte", 2.25))
            painter.shape("rect", Box(x + 20, y - 8, 16, 16), "sheet", Pen("carte", 1.75))
        case "planned":
            painter.line(x, y, x + 56, y, Pen("carte", 1.5, dashed=True))
            painter.shape("rect", Box(x + 25, y - 3, 6, 6), "carte")
        case "felt":
            painter.shape("rect", Box(x, y - 7, 56, 14), "voyage", opacity=0.22)
            painter.wave([(x, y + 4), (x + 18, y - 3), (x + 36, y + 3), (x + 56, y - 4)], Pen("voyage", 2.5))
        case "few":
            painter.shape("ellipse", Box(x + 23, y - 5, 10, 10), "paper", Pen("voyage", 1.75))
        case "raw":
            for step in range(3):
                painter.shape("ellipse", Box(x + 14 + step * 11, y - 3, 6, 6), "", Pen("voyage", 1.25))
        case "unknown":
            painter.hatch(Box(x, y - 8, 56, 16), "still")
        case "people" | "admitted" | "beyond" | "neutral":
            colours = {"people": "carte-mid", "admitted": "carte-pale", "beyond": "rompu", "neutral": "still"}
            colour = colours[sign]
            painter.shape("rect", Box(x, y - 6, 56, 12), colour)
        case "scores":
            painter.line(x, y, x + 56, y, Pen("edge", 0.75))
            painter.shape("rect", Box(x + 10, y - 10, 10, 10), "carte")
            painter.shape("ellipse", Box(x + 34, y, 10, 10), "voyage")
        case _:
            painter.shape("diamond", Box(x + 21, y - 7, 14, 14), "voyage")
