"""The slides of what a team knows: the whole journey's own indicators, whose journey it is, personas, evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parcours.language.formats import quoted
from parcours.language.translation import _
from parcours.picture.cells import verdict_word
from parcours.picture.model import Indicator, MapPicture
from parcours.picture.slides.deck import Deck
from parcours.picture.slides.facts import draw_table_slides, draw_texts, table_slides
from parcours.picture.slides.panels import deed_words, pain_words
from parcours.picture.slides.told import VERDICTS, spoken
from parcours.picture.slides.words import Para, para
from parcours.picture.told import EvidenceShown, PersonaShown
from parcours.picture.whole import whole_lead

_WIDTHS = (3.2, 1.4, 1.4, 1.6, 3.6)
_RIGHT = frozenset({1, 2})


def whole_slides(picture: MapPicture) -> int:
    """Return how many slides the indicators of the whole map need."""
    return table_slides(_WIDTHS, _heads(), _rows(picture), _lead(picture))


def draw_whole_slides(deck: Deck, picture: MapPicture) -> None:
    """Draw the indicators of the whole map beside their targets."""
    told = [f"{one.label}: {one.value}, {verdict_word(one)}" for one in picture.indicators]
    draw_table_slides(
        deck, _("The whole journey"), _WIDTHS, _heads(), _rows(picture), spoken(picture, told), _lead(picture), _RIGHT
    )


def draw_story_slides(deck: Deck, picture: MapPicture) -> None:
    """Draw whose journey it is, the personas two to a slide, what is of no stage, and the evidence."""
    story, notes = picture.story, spoken(picture, [])
    setting = [[para(name, 13, "ink-2", bold=True), para(words, 18)] for name, words in story.setting]
    draw_texts(deck, _("Whose journey"), setting, notes)
    draw_texts(deck, _("Who they are"), list(map(_persona, story.personas)), notes, apart=True)
    everywhere = [pain_words(pain) for pain in story.pains if pain.place is None]
    everywhere += [deed_words(deed) for deed in story.deeds if deed.place is None]
    draw_texts(deck, _("In no stage"), everywhere, notes)
    draw_texts(deck, _("How we know"), list(map(_piece, story.evidence)), notes)


def _lead(picture: MapPicture) -> str:
    return whole_lead(picture.indicators) if picture.indicators else ""


def _heads() -> list[str]:
    return [_("Indicator"), _("Value"), _("Target"), _("Verdict"), _("Evidence")]


def _rows(picture: MapPicture) -> list[list[list[Para]]]:
    return [_row(one) for one in picture.indicators]


def _row(one: Indicator) -> list[list[Para]]:
    colour, sign = VERDICTS[one.verdict]
    return [
        [para(one.label, 14, bold=True)],
        [para(one.value, 17, bold=True)],
        [para(one.target or "–", 14)],
        [para(f"{sign} {verdict_word(one)}", 14, colour, bold=True)],
        [para(one.detail or "–", 12, "ink-2")],
    ]


def _persona(one: PersonaShown) -> list[Para]:
    out = [para(one.name, 22, bold=True)]
    if one.level is not None:
        out.append(para(("▨ " if one.assumed else "") + one.level, 12, "ink-2"))
    if one.description:
        out.append(para(one.description, 14, before=6))
    if one.quote:
        out.append(para(quoted(one.quote), 18, "voyage", voice=True, before=8))
    lists = (
        (_("They want"), one.goals), (_("They need"), one.needs), (_("They cannot stand"), one.frustrations),
        (_("They are"), one.traits), (_("We know it from"), one.evidence),
    )  # fmt: skip
    return [*out, *(line for name, words in lists if words for line in _list(name, words))]


def _list(name: str, words: Sequence[str]) -> Iterator[Para]:
    yield para(name, 12, "ink-2", bold=True, before=10)
    for each in words:
        yield para(each, 14, before=2, bullet="▪")


def _piece(one: EvidenceShown) -> list[Para]:
    out = [para(one.title, 16, bold=True), para(one.facts, 12, "ink-2", before=1)]
    if one.summary:
        out.append(para(one.summary, 14, before=4))
    out += [para(quoted(words), 16, "voyage", voice=True, before=5) for words in one.quotes]
    return [*out, para(one.link, 11, "carte", before=3)] if one.link is not None else out
