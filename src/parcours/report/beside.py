"""Groups of trips beside each other on one map: personas, two periods, or two values of a property."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from parcours.engine.differences import Difference
from parcours.language.errors import UsageError
from parcours.language.formats import list_words, number, percent, quoted
from parcours.language.translation import Language, _, current_language, ngettext, speaking
from parcours.mapdoc.document import JourneyMap, Metric
from parcours.mapdoc.narrative import Persona
from parcours.mapdoc.planning import metrics_of
from parcours.picture.beside import BesidePicture, Differences, DifferenceShown, Side, render_beside
from parcours.picture.held import Compared
from parcours.report.acting_words import change_words
from parcours.report.columns import lived_columns
from parcours.report.comparing import METRICS, always_told, compare_over, compared_names, comparing_notes
from parcours.report.indicators import value_of
from parcours.report.laying import journey_over
from parcours.report.measuring import name_of, unmeasured
from parcours.report.page import Theme, write_file
from parcours.report.plan_shown import Names, feelings_compared, points_compared, times_compared
from parcours.report.stages import lived_stages

if TYPE_CHECKING:
    from parcours.columnstore.log import StoredLog
    from parcours.engine.comparing import CompareResult
    from parcours.engine.trips import TripFilter

_MOST = 12
"""Differences that a page lists; the others are counted."""
_MEANS = ("nps", "ces", "ces_effort", "emotion")


@dataclass(frozen=True)
class Group:
    """A named choice of trips."""

    name: str
    only: TripFilter | None


@dataclass(frozen=True)
class Beside:
    """Maps beside each other, ready to be written, and the comparisons from which their differences come."""

    picture: BesidePicture
    compared: tuple[CompareResult, ...]

    def html(self, theme: Theme = "auto") -> str:
        """Return the page: one file that makes no request and holds nobody's id."""
        return render_beside(self.picture, theme=theme)

    def save(self, path: str | Path, *, theme: Theme = "auto") -> Path:
        """Write a page (.html) or slides (.pptx, always light) and return the path.

        UsageError for another ending or a dark deck, or where the file cannot be written.
        """
        target = Path(path)
        ending = target.suffix.lower()
        if ending == ".pptx":
            if theme == "dark":
                raise UsageError(_("Slides are light."), value=theme, expected=_("Leave the theme out."))
            return write_file(target, self.pptx())
        if ending not in (".html", ".htm"):
            raise UsageError(
                _("Maps beside each other are a page or slides."),
                value=str(path),
                expected=_("Give a name that ends with .html or .pptx."),
            )
        return write_file(target, self.html(theme).encode("utf-8"))

    def pptx(self) -> bytes:
        """Return a deck of slides: each side's map on one scale, then what differs; the same bytes every time."""
        from parcours.picture.slides.beside import render_beside_slides

        return render_beside_slides(self.picture)


def by_persona(log: StoredLog, map: JourneyMap, *, language: Language) -> Beside:
    """Lay the trips of each persona of ``map`` over it, and hold each persona against all other trips.

    A trip is of a persona when any of its events satisfies the persona's rule; it may be of several, or of none.
    UsageError where no persona of the map has a rule, or where one of them has no trip.
    """
    from parcours.engine.predicates import known_part
    from parcours.engine.trips import TripFilter

    with speaking(language):
        ruled = [(one, known_part(one.rule, log.properties)) for one in map.personas if one.rule is not None]
        if not ruled:
            raise UsageError(
                _("No persona of the map says which people are meant."),
                expected=_("Give a persona “matches”: a rule over events."),
            )
        groups = [Group(_named(one), TripFilter(matching=rule)) for one, rule in ruled]
        results = tuple(
            compare_over(log, map, TripFilter(matching=rule), TripFilter(without=rule)) for _one, rule in ruled
        )
        shown = tuple(
            differences(map, result, _("{persona}, against everybody else").format(persona=group.name))
            for group, result in zip(groups, results, strict=True)
        )
        lead = (
            _("A journey is of a persona when one of its events says so; it may be of several, or of none."),
            _(
                "Stages up to that event are reached by definition: a persona that is told by a late event seems to do"
                " better there."
            ),
            *_ruleless(map),
        )
        headline = _("{n} personas on one map").format(n=number(len(groups)))
        return Beside(_picture(log, map, groups, shown, headline, lead, language), results)


def two_sides(
    log: StoredLog, map: JourneyMap, names: Sequence[str], sides: Sequence[TripFilter], *, language: Language
) -> Beside:
    """Lay two groups of trips over ``map`` and hold the first against the second."""
    with speaking(language):
        first, second = sides
        result = compare_over(log, map, first, second)
        groups = [Group(name, only) for name, only in zip(names, sides, strict=True)]
        title = f"{names[0]} / {names[1]}"
        shown = (differences(map, result, title),)
        return Beside(_picture(log, map, groups, shown, title, (), language), (result,))


def differences(map: JourneyMap, result: CompareResult, title: str) -> Differences:
    """Choose what tells two groups apart, and say how much does not."""
    names, kinds = Names(map), compared_names()
    metrics = {metric.id: metric for metric in metrics_of(map)}
    told = [one for one in result.comparisons if always_told(map, one) or one.difference.tells]
    shown = []
    for one in told[:_MOST]:
        metric = metrics[one.id] if one.what in METRICS else None
        found = _compared(one.what, one.difference) if metric is None else _measured(metric, one.difference)
        if found is not None:
            place = names.promise.get(one.id) if one.what == "kept" else names.stage.get(one.id)
            what = kinds[one.what] if metric is None else name_of(metric)
            shown.append(DifferenceShown(what, place or "", found))
    notes = list(comparing_notes(result))
    if len(told) > _MOST:
        more = len(told) - _MOST
        notes.append(
            ngettext("{n} more that tells is not listed.", "{n} more that tell are not listed.", more).format(
                n=number(more)
            )
        )
    return Differences(title, tuple(shown), tuple(notes))


def _compared(what: str, found: Difference) -> Compared | None:
    if what == "time":
        return times_compared(found)
    return feelings_compared(found) if what in _MEANS else points_compared(found)


def _measured(metric: Metric, found: Difference) -> Compared | None:
    if found.value is None or found.base is None:
        return None
    empty = unmeasured(metric)
    value, base = value_of(empty, found.value), value_of(empty, found.base)
    apart = None if found.change is None else change_words(empty, found)
    return Compared(_("{value} against {base}").format(value=value, base=base), apart, found.tells)


def _picture(
    log: StoredLog,
    map: JourneyMap,
    groups: Sequence[Group],
    shown: tuple[Differences, ...],
    headline: str,
    lead: Sequence[str],
    language: Language,
) -> BesidePicture:
    company = map.company.in_language(language) if map.company is not None else ""
    return BesidePicture(
        title=map.title.in_language(language),
        subtitle=company,
        language=language,
        headline=headline,
        lead=(*lead, _("All rivers have one scale, and all reliefs one height: what looks larger is larger.")),
        sides=tuple(_side(log, map, group) for group in groups),
        differences=shown,
    )


def _side(log: StoredLog, map: JourneyMap, group: Group) -> Side:
    journey = replace(journey_over(log, map), only=group.only)
    result = log.run(journey)
    ended = result.trips - result.open
    said = ngettext("{n} journey", "{n} journeys", result.trips).format(n=number(result.trips))
    if ended:
        said += " · " + _("{share} of those that ended succeeded").format(share=percent(result.succeeded / ended))
    return Side(group.name, said, lived_columns(map, lived_stages(map, result)))


def _named(persona: Persona) -> str:
    return persona.name.in_language(current_language())


def _ruleless(map: JourneyMap) -> list[str]:
    """Say which personas are left out, as nothing says who they are."""
    names = [quoted(_named(one)) for one in map.personas if one.rule is None]
    if not names:
        return []
    said = ngettext(
        "{names} is not shown: no rule says who that is.",
        "{names} are not shown: no rule says who they are.",
        len(names),
    )
    return [said.format(names=list_words(names))]
