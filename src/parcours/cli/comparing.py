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
    from parcours.mapdoc.document import JourneyMap, Metric

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
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help=_("Page (.html) or slides (.pptx) to write: both maps beside each other."),
        ),
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
        _("Compare two periods or two groups of trips: success, the map's own metrics, conversion, leaks, times, "
          "deviations, promises and feelings, each difference with its 95 % interval."),
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
    from parcours.report.comparing import always_told, comparing_notes

    first, second = sides
    for name, side in ((first, result.first), (second, result.second)):
        trips = ngettext("{n} trip", "{n} trips", side.trips).format(n=number(side.trips))
        say(_("{side}: {trips}, {ended} ended, {open} still under way.").format(
            side=name, trips=trips, ended=number(side.ended), open=number(side.open)))  # fmt: skip
    names = Names(map)
    held = [one for one in result.comparisons if one.difference.change is not None]
    shown = [one for one in held if everything or always_told(map, one) or one.difference.tells]
    if shown:
        write_table(
            [(_("What"), "left"), (first, "right"), (second, "right"), (_("Difference"), "right")],
            [_line(one, names, map) for one in shown],
        )
    hidden = len(held) - len(shown)
    if hidden:
        say(ngettext("{n} more comparison does not tell the two apart; --all shows it.",
                     "{n} more comparisons do not tell the two apart; --all shows them.",
                     hidden).format(n=number(hidden)))  # fmt: skip
    if result.compared:
        say(_("With 95 % intervals; * where the two are not alike."))
    say(*comparing_notes(result))


def _line(one: Comparison, names: Names, map: JourneyMap) -> tuple[str, str, str, str]:
    from parcours.mapdoc.planning import metrics_of
    from parcours.report.comparing import METRICS

    found = one.difference
    if one.what not in METRICS:
        values = [_written(value, one.what) for value in (found.value, found.base)]
        return _called(one, names), values[0], values[1], _change(found, one.what)
    return _measured(next(metric for metric in metrics_of(map) if metric.id == one.id), found)


def _measured(metric: Metric, found: Difference) -> tuple[str, str, str, str]:
    from parcours.cli.plan import compared
    from parcours.report.acting_words import apart_words, is_share
    from parcours.report.indicators import value_of
    from parcours.report.measuring import name_of, unmeasured

    empty = unmeasured(metric)
    value, base = ("–" if one is None else value_of(empty, one) for one in (found.value, found.base))
    if is_share(empty) or found.change is None or found.low is None or found.high is None:
        return name_of(metric), value, base, compared(found, "points")
    span = interval(apart_words(empty, found.low), apart_words(empty, found.high))
    return name_of(metric), value, base, f"{apart_words(empty, found.change)}{'*' if found.tells else ''}\n{span}"


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
