"""Two versions of a plan beside each other: what changed, marked in both maps and listed stage by stage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import get_args

from parcours.language.formats import number
from parcours.language.translation import Language, _, ngettext, speaking
from parcours.mapdoc.change_words import told_by_stage
from parcours.mapdoc.changes import Added, Change, Changed, Moved, Removed, diff
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.parts import MAP, Item, Parts, take_apart
from parcours.picture.beside import BesidePicture, ChangesShown, Side
from parcours.picture.cells import ChangeName, Marks
from parcours.picture.model import StageColumn
from parcours.report.beside import Beside
from parcours.report.building import draw_map

_DRAWN = ("stages", "touchpoints")
_NAMES: dict[type[Change], ChangeName] = {Added: "added", Removed: "removed", Moved: "moved", Changed: "changed"}


def beside_versions(old: JourneyMap, new: JourneyMap, *, files: tuple[str, str], language: Language) -> Beside:
    """Draw both plans under one scale of expected emotion; ``files`` is what each version is called."""
    changes, before, after = diff(old, new), take_apart(old), take_apart(new)
    with speaking(language):
        headline = _("The two maps are the same.")
        lead = [_("Both reliefs show the expected emotion on one scale, from −2 to +2.")]
        if changes:
            lead.append(
                _("A frame with a word marks each stage and touchpoint that changed; below, everything is listed.")
            )
            headline = ngettext("{n} change", "{n} changes", len(changes)).format(n=number(len(changes)))
        names = (_("Old version"), _("New version"))
        sides = tuple(
            Side(name, file, _columns(map, language), marks_of(changes, before, after, parts))
            for name, file, map, parts in zip(names, files, (old, new), (before, after), strict=True)
        )
        picture = BesidePicture(
            title=new.title.in_language(language),
            subtitle=new.company.in_language(language) if new.company is not None else "",
            language=language,
            headline=headline,
            lead=tuple(lead),
            sides=sides,
            planned=True,
            changes=tuple(ChangesShown(one.heading, one.lines) for one in told_by_stage(changes, before, after)),
        )
    return Beside(picture, ())


def marks_of(changes: Iterable[Change], old: Parts, new: Parts, shown: Parts) -> Marks:
    """Return what changed at each stage and touchpoint of the version ``shown``.

    What is not drawn itself, such as a promise, changes the touchpoint or stage that it stands in or names. What is
    new or removed as a whole is not called changed or moved too.
    """
    found: dict[Item, set[ChangeName]] = {}
    for change in changes:
        places = {_drawn(change.item, parts) for parts in (old, new) if change.item in parts.items}
        for place in places:
            if place is not None and place in shown.items:
                found.setdefault(place, set()).add(_NAMES[type(change)] if place == change.item else "changed")
    return {(place.kind, place.id): _ordered(names) for place, names in found.items()}


def _ordered(names: set[ChangeName]) -> Sequence[ChangeName]:
    whole: set[ChangeName] = names & {"added", "removed"}
    return tuple(name for name in get_args(ChangeName) if name in (whole or names))


def _drawn(item: Item, parts: Parts) -> Item | None:
    """Return the stage or touchpoint at which ``item`` is shown; None for what is of the whole map."""
    here = item
    while here.kind not in _DRAWN:
        if here == MAP:
            return None
        fields = parts.items[here].fields
        for kind, named in (("touchpoints", fields.get("touchpoint")), ("stages", fields.get("stage"))):
            if isinstance(named, str):
                return Item(kind, named)
        here = parts.items[here].parent
    return here


def _columns(map: JourneyMap, language: Language) -> tuple[StageColumn, ...]:
    """Return the plan's columns without what opens: of two versions it would have the same name twice."""
    return tuple(
        replace(stage, stations=tuple(replace(station, about=None) for station in stage.stations))
        for stage in draw_map(map, language=language).picture.stages
    )
