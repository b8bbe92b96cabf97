"""Two groups, two periods or two versions as slides: who is compared, each side's map on one scale, what differs."""

from __future__ import annotations

from collections.abc import Sequence

from parcours.language.translation import _, speaking
from parcours.picture.beside import BesidePicture, Differences, DifferenceShown, as_map
from parcours.picture.slides.deck import FOOT, MARGIN, WIDE, Deck
from parcours.picture.slides.facts import draw_table_slides, draw_texts
from parcours.picture.slides.key import draw_key
from parcours.picture.slides.overview import draw_overview, people_scale
from parcours.picture.slides.paint import Pen
from parcours.picture.slides.told import about, spoken
from parcours.picture.slides.words import Box, Para, fitted, height, para

_ALL = WIDE - 2 * MARGIN
_WIDTHS = (3.0, 2.4, 2.4, 3.0)


def render_beside_slides(picture: BesidePicture) -> bytes:
    """Return ``picture`` as a .pptx in its language: the same bytes for the same picture."""
    with speaking(picture.language):
        whole = as_map(picture, tuple(stage for side in picture.sides for stage in side.stages))
        deck = Deck(picture.title, about(whole))
        _cover(deck, picture, spoken(whole, [picture.headline, *picture.lead]))
        scale = people_scale(whole.stages)
        for side in picture.sides:
            alone = as_map(picture, side.stages)
            draw_overview(deck, alone, {}, title=side.name, scale=scale)
        for differs in picture.differences:
            _differences(deck, differs)
        changed = [
            [para(group.heading, 16, bold=True), *(para(line, 13, before=4) for line in group.lines)]
            for group in picture.changes
        ]
        draw_texts(deck, _("What changed"), changed, spoken(whole, [picture.headline]))
        draw_key(deck, whole)
        return deck.save()


def _cover(deck: Deck, picture: BesidePicture, notes: str) -> None:
    """Say what is held against what, and how to read it."""
    wide = _ALL - 160
    title = fitted(picture.headline, 40, 20, Box(MARGIN, 110, wide, 110))
    painter = deck.slide(title, Box(MARGIN, 110, wide, height(title, wide)), notes)
    y = 110 + height(title, wide) + 24
    share = (_ALL + 40) / max(len(picture.sides), 1)
    highest = 0.0
    for place, side in enumerate(picture.sides):
        words = [
            *fitted(side.name, 20, 12, Box(0, 0, share - 40, 80)),
            *fitted(side.said or "–", 15, 11, Box(0, 0, share - 40, 60), "ink-2", bold=False),
        ]
        x, high = MARGIN + place * share, height(words, share - 40)
        painter.line(x, y, x + share - 40, y, Pen("carte" if place == 0 else "voyage", 2.5))
        painter.text(Box(x, y + 12, share - 40, high), words, side.name[:40])
        highest = max(highest, high)
    told = picture.lead[:1] if picture.planned else picture.lead  # slides frame nothing: they list what changed
    lead = [para(sentence, 14, "ink-2", before=8) for sentence in told]
    room = Box(MARGIN, y + highest + 40, _ALL, FOOT.y - 14 - (y + highest + 40))
    while lead and height(lead, _ALL) > room.high:
        lead.pop()  # the notes hold them all
    if lead:
        painter.text(Box(room.x, room.y, room.wide, height(lead, _ALL)), lead, _("How to read these numbers."))
    deck.foot(painter)


def _differences(deck: Deck, differs: Differences) -> None:
    heads = [_("What"), _("Where"), _("Both"), _("Difference, interval at 95%")]
    notes = "\n".join([differs.title, *differs.notes])
    draw_table_slides(deck, _("What differs: {title}").format(title=differs.title), _WIDTHS, heads,
                      [_row(one) for one in differs.shown], notes)  # fmt: skip
    said = [[para(note, 16)] for note in differs.notes]
    draw_texts(deck, _("How to read it: {title}").format(title=differs.title), said, notes)


def _row(one: DifferenceShown) -> Sequence[Sequence[Para]]:
    return [
        [para(one.what, 14, bold=True)],
        [para(one.place or _("the whole map"), 13)],
        [para(one.found.values, 14)],
        [para(one.found.change or "–", 14, bold=one.found.tells)],
    ]
