"""``trips``: the ways of people through the map, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from parcours.cli.names import Names, deviation_names, state_names
from parcours.cli.opening import ask
from parcours.cli.options import AsCsv, AsJson, Goal, InLanguage, LogPath, MapPath, Pseudonyms
from parcours.cli.output import Form, say, write_table
from parcours.language.translation import _, ngettext

if TYPE_CHECKING:
    from parcours.engine.trip_list import Trip, TripsResult
    from parcours.mapdoc.document import JourneyMap

SHOWN = 20
"""Trips that a person sees unless asked otherwise."""


def trips(
    log: LogPath,
    map: MapPath = None,
    goal: Goal = None,
    person: Annotated[
        str | None, typer.Option("--person", metavar="ID", help=_("Only the trips of this person, told in full."))
    ] = None,
    state: Annotated[
        Literal["succeeded", "failed", "left", "lost", "open"] | None,
        typer.Option("--state", help=_("Only trips in this state; lost: left or failed.")),
    ] = None,
    stage: Annotated[
        str | None, typer.Option("--stage", metavar="ID", help=_("Only trips whose furthest stage is this one."))
    ] = None,
    deviation: Annotated[
        str | None,
        typer.Option(
            "--deviation", metavar="KIND", help=_("Only trips that deviate so: late, touchpoint:quote:late …")
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", metavar="N", min=0, help=_("How many to list (default: 20 to people, else all).")),
    ] = None,
    pseudonyms: Pseudonyms = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    language: InLanguage = None,
) -> None:
    """List trips through the map, one by one."""
    asked = ask(log, map, goal, as_json=as_json, as_csv=as_csv)
    most = SHOWN if limit is None and asked.form is Form.PEOPLE else limit
    result = asked.log.trips(
        asked.map, state=state, stage=stage, deviation=deviation, person=person, most=most, pseudonyms=pseudonyms
    )
    if not asked.answered(result):
        _tell(result, asked.map, in_full=person is not None)
        say(*asked.log.unmet(asked.map))


trips.__doc__ = "\n\n".join(
    (
        _("List trips through the map, one by one: when each began, how far it came, how it ended, where it left the "
          "plan and what was felt."),
        _("A person makes several trips where the map says how one starts, or which property tells them apart."),
        _("[bold]Examples[/]"),
        "parcours trips shop.parcours --map shop.yaml",
        "parcours trips shop.parcours --map shop.yaml --state lost --stage decision",
        "parcours trips shop.parcours --map shop.yaml --deviation touchpoint:quote:late --csv > late.csv",
        "parcours trips shop.parcours --map shop.yaml --person C1042",
    )
)  # fmt: skip


def _tell(result: TripsResult, map: JourneyMap, *, in_full: bool) -> None:
    from parcours.language.formats import date, number, signed

    if not result.trips:
        return say(_("No trip fits, of {all} in all.").format(all=number(result.all_trips)))
    names, states = Names(map), state_names()
    keyed = map.trip.key is not None
    headings = [
        (_("Person"), "left"), *([(map.trip.key or "", "left")] if keyed else []), (_("Began"), "left"),
        (_("State"), "left"), (_("Furthest stage"), "left"), (_("Events"), "right"), (_("Deviations"), "right"),
        (_("Felt"), "right"),
    ]  # fmt: skip
    rows = [
        (
            str(trip.person),
            *([_key(trip.key)] if keyed else []),
            date(trip.start_us, map.zone),
            states[trip.state],
            names.of("stage", trip.furthest) if trip.furthest is not None else "",
            number(trip.events),
            number(len(trip.deviations)) if trip.deviations else "",
            "" if trip.feeling is None else f"{signed(trip.feeling)} ({number(trip.answers)})",
        )
        for trip in result.listed
    ]
    if rows:
        write_table(headings, rows)
    if in_full:
        for place, trip in enumerate(result.listed, 1):
            say(*_told(place, trip, names, map.zone))
    return say(*_summary(result))


def _summary(result: TripsResult) -> list[str]:
    from parcours.language.formats import duration, number, percent

    trips = ngettext("{n} trip", "{n} trips", result.trips).format(n=number(result.trips))
    persons = ngettext("{n} person", "{n} people", result.persons).format(n=number(result.persons))
    lines = [
        _("{trips} of {persons}: {succeeded} succeeded, {failed} failed, {left} left, {open} still under way.").format(
            trips=trips, persons=persons, succeeded=number(result.succeeded), failed=number(result.failed),
            left=number(result.left), open=number(result.open),
        )
    ]  # fmt: skip
    if result.trips < result.all_trips:
        lines.append(
            _("That is {share} of all {all} trips.").format(
                share=percent(result.trips / result.all_trips, 1), all=number(result.all_trips)
            )
        )
    if result.several:
        lines.append(
            ngettext(
                "{n} person made several trips, up to {most}.", "{n} people made several trips, up to {most}.",
                result.several,
            ).format(n=number(result.several), most=number(result.most_of_one))
        )  # fmt: skip
    if result.success_seconds is not None:
        lines.append(_("Typical time to success: {time} (median).").format(time=duration(result.success_seconds)))
    if len(result.listed) < result.trips:
        lines.append(_("{shown} listed; --limit lists more, --csv all.").format(shown=number(len(result.listed))))
    return lines


def _told(place: int, trip: Trip, names: Names, zone: str) -> list[str]:
    """Tell one trip in full: its times, its stages, where it left the plan, its feelings."""
    from parcours.engine.trip_list import deviation_parts
    from parcours.language.formats import date_range, decimal, duration, list_words, quoted, signed

    period = date_range(trip.start_us, trip.end_us, zone)
    lines = [_("{place}. {period}, {time} from the first to the last event.").format(
        place=place, period=period, time=duration((trip.end_us - trip.start_us) / 1e6))]  # fmt: skip
    if trip.stages:
        lines.append(
            _("   Stages: {stages}.").format(stages=list_words([names.of("stage", one) for one in trip.stages]))
        )
    kinds = deviation_names()
    for key in trip.deviations:
        scope, id, kind = deviation_parts(key)
        lines.append(_("   {kind}: {place}").format(kind=kinds[kind], place=quoted(names.of(scope, id))))
    if not trip.deviations:
        lines.append(_("   No deviation."))
    if trip.feeling is not None and trip.worst is not None and trip.last is not None:
        lines.append(_("   Felt: mean {mean}, worst {worst}, last {last}.").format(
            mean=signed(trip.feeling), worst=signed(trip.worst), last=signed(trip.last)))  # fmt: skip
    if trip.value is not None:
        lines.append(_("   Value: {value}.").format(value=decimal(trip.value, 2)))
    return lines


def _key(value: str | float | bool | None) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
