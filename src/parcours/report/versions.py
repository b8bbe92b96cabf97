"""Two versions of a plan beside each other: what changed, marked in both maps and listed stage by stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from parcours.language.formats import list_words, number, quoted
from parcours.language.translation import Language, _, ngettext, speaking
from parcours.mapdoc.change_words import told_by_stage
from parcours.mapdoc.changes import Added, Change, Changed, Moved, Removed, diff
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.parts import MAP, Item, Parts, take_apart
from parcours.picture.beside import BesidePicture, ChangesShown, Side
from parcours.picture.cells import ChangeName, Marks
from parcours.picture.told import LAYERS, Layer
from parcours.report.beside import Beside
from parcours.report.building import draw_map
from parcours.report.plan_shown import planned_promises
from parcours.report.story import stage_deeds, stage_pains

_DRAWN = ("stages", "touchpoints", "promises", "pain_points", "opportunities", "actions")
_LINES: tuple[Layer, ...] = ("customer", "frontstage", "backstage")
"""Layers with a line under them."""
_NAMES: dict[type[Change], ChangeName] = {Added: "added", Removed: "removed", Moved: "moved", Changed: "changed"}


def beside_versions(old: JourneyMap, new: JourneyMap, *, files: tuple[str, str], language: Language) -> Beside:
    """Draw both plans under one scale of expected emotion; ``files`` is what each version is called."""
    changes, before, after = diff(old, new), take_apart(old), take_apart(new)
    with speaking(language):
        headline = _("The two maps are the same.")
        lead = [_("Both reliefs show the expected emotion on one scale, from −2 to +2.")]
        if changes:
            lead.append(_("A frame with a word marks everything drawn that changed; below, every change is listed."))
            headline = ngettext("{n} change", "{n} changes", len(changes)).format(n=number(len(changes)))
        names = (_("Old version"), _("New version"))
        sides = tuple(
            _side(name, file, map, marks_of(changes, before, after, parts), language)
            for name, file, map, parts in zip(names, files, (old, new), (before, after), strict=True)
        )
        sides = (sides[0], replace(sides[1], crossed=_crossed(old, new, language)))
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


def marks_of(changes: Sequence[Change], old: Parts, new: Parts, shown: Parts) -> Marks:
    """Return what changed at each thing drawn of the version ``shown``.

    What is not drawn itself, such as a metric, changes the touchpoint or stage that it stands in or names. What is
    new or removed as a whole is not called changed or moved too. In the blueprint, a touchpoint that changed its layer
    has moved.
    """
    found: dict[Item, set[ChangeName]] = {}
    for change in changes:
        places = {_drawn(change.item, parts) for parts in (old, new) if change.item in parts.items}
        for place in places:
            if place is not None and place in shown.items:
                found.setdefault(place, set()).add(_NAMES[type(change)] if place == change.item else "changed")
    marks = {(place.kind, place.id): _ordered(names) for place, names in found.items()}
    return {**marks, **_in_layers(changes, shown)}


def _in_layers(changes: Sequence[Change], shown: Parts) -> Marks:
    found: dict[tuple[str, str], Sequence[ChangeName]] = {}
    for change in changes:
        if change.item.kind == "touchpoints" and change.item in shown.items:
            place = ("layers", change.item.id)
            if not isinstance(change, Changed):
                found[place] = (_NAMES[type(change)],)
            elif change.path == ("layer",):
                found[place] = ("moved",)
    return found


def _crossed(old: JourneyMap, new: JourneyMap, language: Language) -> dict[str, str]:
    """Say of each line of the blueprint what stands on its other side now."""
    was = {point.id: point.layer for stage in old.stages for point in stage.touchpoints}
    below: dict[Layer, list[str]] = {line: [] for line in _LINES}
    above: dict[Layer, list[str]] = {line: [] for line in _LINES}
    for point in (point for stage in new.stages for point in stage.touchpoints):
        before, now = was.get(point.id), point.layer
        if before is None or now is None:
            continue
        for line in _LINES:
            sank, rose = (_over(one, line) and not _over(other, line) for one, other in ((before, now), (now, before)))
            if sank or rose:
                (below if sank else above)[line].append(quoted(point.name.in_language(language)))
    said: dict[str, str] = {}
    for line in _LINES:
        words = [_("now below: {names}").format(names=list_words(below[line]))] if below[line] else []
        words += [_("now above: {names}").format(names=list_words(above[line]))] if above[line] else []
        if words:
            said[line] = "→ " + "; ".join(words)
    return said


def _over(layer: Layer, line: Layer) -> bool:
    """Tell whether a layer lies over the line that runs under the layer ``line``."""
    return LAYERS.index(layer) <= LAYERS.index(line)


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


def _side(name: str, file: str, map: JourneyMap, marks: Marks, language: Language) -> Side:
    """Return one version, with what was dropped; what opens is left out: of two it would have the same name twice."""
    promises, deeds = planned_promises(map), stage_deeds(map, dropped=True)
    columns = tuple(
        replace(
            stage,
            stations=tuple(replace(station, about=None) for station in stage.stations),
            promises=promises.get(stage.id, ()),
            deeds=deeds.get(stage.id, ()),
        )
        for stage in draw_map(map, language=language).picture.stages
    )
    return Side(name, file, columns, marks, pains=stage_pains(map).get("", ()), deeds=deeds.get("", ()))
