"""What a team knows and plans, on paper: pain points, what to do, personas, evidence, and how touchpoints are done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from parcours.language.formats import list_words, number, percent, quoted
from parcours.language.translation import _
from parcours.picture.model import MapPicture, StageColumn
from parcours.picture.paper import Block, Columns, Heading, Paragraph, Table
from parcours.picture.rich import plain
from parcours.picture.story_cells import deed_word, effect_line, friction_words, status_words
from parcours.picture.told import DeedShown, EvidenceShown, PainShown, PersonaShown

NOTHING = "–"


def story_blocks(picture: MapPicture) -> Iterator[Block]:
    """Yield what the map tells; nothing where it tells nothing."""
    story = picture.story
    if story.setting:
        yield Heading(_("Whose journey"))
        yield Columns(2)
        yield from (Paragraph(f"{name}: {words}") for name, words in story.setting)
        yield Columns(1)
    if story.pains:
        yield Heading(_("What hurts"))
        yield _said(_pains(story.pains))
    if story.deeds:
        yield Heading(_("What to do"))
        yield _said(_deeds(story.deeds))
    if story.personas:
        yield Heading(_("Who they are"))
        yield Columns(_columns(story.personas))
        for one in story.personas:
            yield from _persona(one)
        yield Columns(1)
    if story.evidence:
        yield Heading(_("How we know"))
        yield Columns(_columns(story.evidence))
        for piece in story.evidence:
            yield from _piece(piece)
        yield Columns(1)
    yield from _abouts(picture.stages)


def _columns(told: Sequence[object]) -> Literal[1, 2, 3]:
    """Return how many columns things of equal weight take: no more than there are."""
    return 1 if len(told) < 2 else 2 if len(told) == 2 else 3


def _said(table: Table) -> Table:
    """Leave out the columns in which nothing is said."""
    kept = [place for place in range(len(table.head)) if any(row[place] not in ("", NOTHING) for row in table.rows)]
    return Table(
        [table.head[place] for place in kept],
        [[row[place] for place in kept] for row in table.rows],
        [table.widths[place] for place in kept],
        [table.numeric[place] for place in kept],
    )


def _pains(pains: Sequence[PainShown]) -> Table:
    rows = [
        (
            one.name, one.place or _("everywhere"),
            NOTHING if one.severity is None else _("{n} of 5").format(n=one.severity),
            NOTHING if one.share is None else percent(one.share), ", ".join(one.personas) or NOTHING,
            ", ".join(fact for fact in (one.level, one.source, _published(one)) if fact) or NOTHING,
            ". ".join(words for words in (one.description, friction_words(one)) if words),
        )
        for one in pains
    ]  # fmt: skip
    head = (
        _("Pain point"), _("Where"), _("Severity"), _("People"), _("Whom"), _("How we know"), _("In words"),
    )  # fmt: skip
    return Table(head, rows, (3, 2.4, 1.1, 1, 2, 2, 4), (False, False, False, True, False, False, False))


def _deeds(deeds: Sequence[DeedShown]) -> Table:
    rows = [
        (
            one.name, deed_word(one), one.place or _("everywhere"),
            status_words()[one.status], one.owner or NOTHING, one.when or NOTHING,
            NOTHING if one.priority is None else number(one.priority),
            NOTHING if one.effect is None else f"{effect_line(one.effect)}. {one.effect.said}", one.description or "",
        )
        for one in deeds
    ]  # fmt: skip
    head = (
        _("What"), _("Kind"), _("Where"), _("Status"), _("Owner"), _("When"), _("Priority"),
        _("Before → since"), _("In words"),
    )  # fmt: skip
    return Table(head, rows, (3, 1.4, 2.4, 1.4, 1.8, 2, 1, 3, 3), (*[False] * 6, True, False, False))


def _published(pain: PainShown) -> str | None:
    return pain.friction.published if pain.friction is not None else None


def _persona(one: PersonaShown) -> Iterator[Block]:
    yield Heading(one.name if one.level is None else f"{one.name} ({one.level})", 3)
    if one.description:
        yield Paragraph(one.description)
    if one.quote:
        yield Paragraph(quoted(one.quote), "voice")
    lists = (
        (_("They want"), one.goals), (_("They need"), one.needs), (_("They cannot stand"), one.frustrations),
        (_("They are"), one.traits), (_("We know it from"), one.evidence),
    )  # fmt: skip
    yield from (Paragraph(f"{name}: {list_words(list(words))}") for name, words in lists if words)


def _piece(one: EvidenceShown) -> Iterator[Block]:
    yield Heading(one.title, 3)
    yield Paragraph(one.facts if one.link is None else f"{one.facts} · {one.link}", "small")
    if one.summary:
        yield Paragraph(one.summary)
    yield from (Paragraph(quoted(words), "voice") for words in one.quotes)


def _abouts(stages: Sequence[StageColumn]) -> Iterator[Block]:
    stations = [station for stage in stages for station in stage.stations if station.about is not None]
    if stations:
        yield Heading(_("How it is done"))
        yield Columns(3)
    for station in stations:
        about = station.about
        if about is None:
            continue
        yield Heading(station.name, 3)
        if about.description:
            yield Paragraph(about.description)
        if about.process:
            yield from (Paragraph(part) for part in plain(about.process).split("\n") if part.strip())
        said = [f"{name}: {words}" for name, words in about.facts]
        said += [f"{link.words}: {link.url}" for link in about.links]
        if said:
            yield Paragraph(" · ".join(said), "small")
    if stations:
        yield Columns(1)
