"""Two periods or two groups held against each other: ``compare``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parcours.cli.names import Names
from parcours.cli.opening import ask
from parcours.cli.options import AsCsv, AsJson, Goal, InLanguage, LogPath, MapPath
from parcours.cli.output import interval, say, write_table
from parcours.language.translation import _, ngettext

if TYPE_CHECKING:
    from parcours.engine.comparing import CompareResult, Comparison
    from parcours.engine.differences import Difference
    from parcours.mapdoc.document import JourneyMap

_EXAMPLES = _("[bold]Examples[/]")
_SHARES = ("success", "conversion", "leak", "missing", "adhoc", "failing", "out_of_sequence", "late", "kept", "csat")


def compare(
    log: LogPath,
    map: MapPath = None,
    goal: Goal = None,
    before: Annotated[
        str | None,
        typer.Option("--before", metavar="DAY", help=_("Trips that began before this day against those since.")),
    ] = None,
    after: Annotated[
        str | None, typer.Option("--after", metavar="DAY", help=_("The later period begins here (default: --before)."))
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="PROPERTY", help=_("Compare trips by a property, such as channel."))
    ] = None,
    between: Annotated[
        str | None, typer.Option("--between", metavar="A,B", help=_("The two values of that property."))
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help=_("Show also what does not tell the two sides apart."))
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help=_("Page (.html) to write: both maps beside each other.")),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    language: InLanguage = None,
) -> None:
    """Compare two periods or two groups of trips."""
    asked = ask(log, map, goal, as_json=as_json, as_csv=as_csv)
    values = None if between is None else [part.strip() for part in between.split(",")]
    if output is not None:
        drawn = asked.log.beside(asked.map, before=before, after=after, by=by, between=values, language=language)
        drawn.save(output)
        say(_("{file} is written.").format(file=output))
        return
    result = asked.log.compare(asked.map, before=before, after=after, by=by, between=values)
    if not asked.answered(result):
        sides = values if values is not None else _periods(before or after or "", after or before or "")
        _tell(result, asked.map, sides, everything)
        say(*asked.log.unmet(asked.map))


compare.__doc__ = "\n\n".join(
    (
        _("Compare two periods or two groups of trips: success, conversion, leaks, times, deviations, promises and "
          "feelings, each difference with its 95 % interval."),
        _("A trip belongs to a period by its start, to a group by the first value that its property has."),
        _EXAMPLES,
        "parcours compare shop.parcours --map shop.yaml --before 2026-06-01",
        "parcours compare shop.parcours --map shop.yaml --before 2026-06-01 --after 2026-07-01",
        "parcours compare shop.parcours --map shop.yaml --by channel --between web,phone",
        "parcours compare shop.parcours --map shop.yaml --before 2026-06-01 --output compare.html",
    )
)  # fmt: skip


def _periods(before: str, after: str) -> list[str]:
    return [_("Since {day}").format(day=after), _("Before {day}").format(day=before)]


def _tell(result: CompareResult, map: JourneyMap, sides: list[str], everything: bool) -> None:
    from parcours.language.formats import number
    from parcours.report.comparing import comparing_notes

    first, second = sides
    for name, side in ((first, result.first), (second, result.second)):
        trips = ngettext("{n} trip", "{n} trips", side.trips).format(n=number(side.trips))
        say(_("{side}: {trips}, {ended} ended, {open} still under way.").format(
            side=name, trips=trips, ended=number(side.ended), open=number(side.open)))  # fmt: skip
    names = Names(map)
    held = [one for one in result.comparisons if one.difference.change is not None]
    shown = [one for one in held if everything or one.what == "success" or one.difference.tells]
    if shown:
        write_table(
            [(_("What"), "left"), (first, "right"), (second, "right"), (_("Difference"), "right")],
            [
                (
                    _called(one, names),
                    _written(one.difference.value, one.what),
                    _written(one.difference.base, one.what),
                    _change(one.difference, one.what),
                )
                for one in shown
            ],
        )
    hidden = len(held) - len(shown)
    if hidden:
        say(ngettext("{n} more comparison does not tell the two apart; --all shows it.",
                     "{n} more comparisons do not tell the two apart; --all shows them.",
                     hidden).format(n=number(hidden)))  # fmt: skip
    if result.compared:
        say(_("With 95 % intervals; * where the two are not alike."))
    say(*comparing_notes(result))


def _called(one: Comparison, names: Names) -> str:
    from parcours.report.comparing import compared_names

    what = compared_names()[one.what]
    if not one.id:
        return what
    return f"{what}\n  {names.of('promise' if one.what == 'kept' else 'stage', one.id)}"


def _written(value: float | None, what: str) -> str:
    from parcours.language.formats import decimal, duration, percent, signed

    if value is None:
        return "–"
    if what in _SHARES:
        return percent(value, 1)
    if what == "time":
        return duration(value)
    return decimal(value) if what.startswith("ces") else signed(value, 0 if what == "nps" else 1)


def _change(found: Difference, what: str) -> str:
    from parcours.cli.plan import compared
    from parcours.language.formats import signed

    if what in _SHARES:
        return compared(found, "points")
    if found.ratio:
        return compared(found, "factor")
    if what == "nps" and found.change is not None and found.low is not None and found.high is not None:
        span = interval(signed(found.low, 0), signed(found.high, 0))
        return f"{signed(found.change, 0)}{'*' if found.tells else ''}\n{span}"
    return compared(found, "feeling")
