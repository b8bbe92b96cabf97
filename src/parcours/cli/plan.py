"""The plan against what was lived: ``deviations`` and ``promises``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from parcours.cli.names import Names, deviation_names
from parcours.cli.opening import ask
from parcours.cli.options import AsCsv, AsJson, Goal, InLanguage, LogPath, MapPath
from parcours.cli.output import interval, say, write_table
from parcours.language.translation import _, ngettext

if TYPE_CHECKING:
    from parcours.engine.deviations import DeviationFigures, DeviationsResult
    from parcours.engine.differences import Difference
    from parcours.engine.plan import DeviationKind
    from parcours.engine.promises import PromiseFigures, PromisesResult
    from parcours.mapdoc.document import JourneyMap

_EXAMPLES = _("[bold]Examples[/]")
SHOWN = 15
"""Places that a person sees unless asked otherwise."""


def deviations(
    log: LogPath,
    map: MapPath = None,
    goal: Goal = None,
    kind: Annotated[
        Literal["missing", "adhoc", "failing", "out_of_sequence", "late"] | None,
        typer.Option("--kind", help=_("Only this kind of deviation.")),
    ] = None,
    by: Annotated[
        Literal["stage", "touchpoint", "channel", "owner"] | None,
        typer.Option("--by", help=_("Count by stage, touchpoint, channel or owner.")),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help=_("How many places to show to people."))
    ] = SHOWN,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    language: InLanguage = None,
) -> None:
    """Show where trips leave the plan, and what goes with it."""
    asked = ask(log, map, goal, as_json=as_json, as_csv=as_csv)
    found = asked.log.deviations(asked.map)
    chosen = [one for one in found.figures if kind in (None, one.kind) and by in (None, one.scope)]
    result = replace(found, figures=tuple(chosen))
    if not asked.answered(result):
        _tell_deviations(found, result, asked.map, by, kind, limit)
        say(*asked.log.unmet(asked.map))


deviations.__doc__ = "\n\n".join(
    (
        _("Show where trips leave the plan: touchpoints that are missing, failing, out of sequence or late, and events "
          "that are off plan."),
        _("Beside each stands what goes with it: success, time to success and feeling of the trips with it, held "
          "against the others that could have had it, with 95 % intervals. An association, not a cause."),
        _EXAMPLES,
        "parcours deviations shop.parcours --map shop.yaml",
        "parcours deviations shop.parcours --map shop.yaml --kind late --by owner",
        "parcours deviations shop.parcours --map shop.yaml --csv > deviations.csv",
    )
)  # fmt: skip


def _tell_deviations(
    found: DeviationsResult, result: DeviationsResult, map: JourneyMap, by: str | None, kind: DeviationKind | None,
    limit: int,
) -> None:  # fmt: skip
    from parcours.language.formats import list_words, number, percent, quoted

    if not found.trips:
        return say(_("There is no trip to hold against the plan."))
    share = percent(found.deviating / found.trips, 1)
    say(
        ngettext(
            "{n} of {all} trips leaves the plan somewhere ({share}).",
            "{n} of {all} trips leave the plan somewhere ({share}).", found.deviating,
        ).format(n=number(found.deviating), all=number(found.trips), share=share)
    )  # fmt: skip
    names = Names(map)
    strays = _stages_with_strays(found, map)
    shown = [one for one in result.figures if one.trips and (by or one.scope == "touchpoint" or one.key in strays)]
    shown.sort(key=lambda one: -one.trips)
    if by is None and kind is None:
        _write_kinds([one for one in found.figures if one.scope == "journey" and one.trips])
    if not shown:
        return say(_nothing(map, kind))
    _write_figures(shown[:limit], names)
    if by is None and kind in (None, "adhoc") and found.stray_names:
        say(
            _("Events that match nothing of the plan: {names}.").format(
                names=list_words([f"{quoted(name)} ({number(count)})" for name, count in found.stray_names[:5]])
            )
        )
    chases = sum(count for _stage, count in found.chases)
    if chases and by is None and kind is None:
        say(ngettext("{n} message was sent again before any reply.", "{n} messages were sent again before any reply.",
                     chases).format(n=number(chases)))  # fmt: skip
    if len(shown) > limit:
        say(_("{shown} of {all} lines shown; --limit shows more, --csv all.").format(
            shown=number(limit), all=number(len(shown))))  # fmt: skip
    return say(
        _("Trips with it against those that could have had it: points of success, factor of the time to success,"),
        _("points of feeling (−2 to +2), with 95 % intervals; * where the two are not alike."),
        _("This is an association, not a cause."),
        _("The people behind a line: parcours people LOG --map MAP --figure {key}").format(key=shown[0].key),
    )


def _stages_with_strays(found: DeviationsResult, map: JourneyMap) -> set[str]:
    """The keys of stages with more off plan than their touchpoints have."""
    events = {one.key: one.events for one in found.figures}
    return {
        f"stage:{stage.id}:adhoc"
        for stage in map.stages
        if events[f"stage:{stage.id}:adhoc"] > sum(events[f"touchpoint:{one.id}:adhoc"] for one in stage.touchpoints)
    }


def _nothing(map: JourneyMap, kind: DeviationKind | None) -> str:
    points = [point for stage in map.stages for point in stage.touchpoints]
    planned = any(point.required or point.max_occurs or point.after or point.one_of or point.fails_when
                  or point.promises for point in points)  # fmt: skip
    if kind == "late" and not any(point.promises for point in points):
        return _("This map promises nothing yet: add `promises` to its touchpoints.")
    if not planned:
        return _("This map says little of the plan yet: add `required`, `after`, `max_occurs`, `fails_when` or "
                 "`promises` to its touchpoints.")  # fmt: skip
    return _("No trip deviates so.")


def _write_kinds(figures: list[DeviationFigures]) -> None:
    """Over the whole map nothing is compared: whoever goes further succeeds more and has more to deviate from."""
    from parcours.language.formats import number, percent

    kinds = deviation_names()
    rows = [(kinds[one.kind], number(one.trips), percent(one.share or 0.0, 1), number(one.events)) for one in figures]
    write_table(
        [(_("Anywhere on the map"), "left"), (_("Trips"), "right"), (_("Of all"), "right"), (_("Times"), "right")], rows
    )


def _write_figures(figures: list[DeviationFigures], names: Names) -> None:
    kinds = deviation_names()
    write_table(
        [(_("Where, and how"), "left"), (_("Trips"), "right"), (_("Success"), "right"), (_("Time"), "right"),
         (_("Felt"), "right")],
        [
            (
                _place(one, names, kinds[one.kind]),
                _counted(one),
                compared(one.success, "points"),
                compared(one.time, "factor"),
                compared(one.feeling, "feeling"),
            )
            for one in figures
        ],
    )  # fmt: skip


def _place(one: DeviationFigures, names: Names, kind: str) -> str:
    """Name a line. A touchpoint may be called like its stage: what is off plan in a stage says that it is one."""
    name = names.of(one.scope, one.id)
    if (one.scope, one.kind) == ("stage", "adhoc"):
        name, kind = _("stage {name}:").format(name=name), _("events off plan")
    return f"{name}\n  {kind}"


def _counted(one: DeviationFigures) -> str:
    from parcours.language.formats import number, percent

    return f"{number(one.trips)}\n{'' if one.share is None else percent(one.share, 1)}"


def compared(found: Difference, unit: Literal["points", "factor", "feeling"]) -> str:
    """Write a difference on one line and its interval on a second one; a dash where too few can tell."""
    from parcours.language.formats import decimal, signed

    def write(value: float) -> str:
        if unit == "factor":
            return decimal(value, 2)
        return signed(100 * value, digits) if unit == "points" else signed(value)

    if found.change is None or found.low is None or found.high is None:
        return "–"
    # What tells must not be written as 0.
    digits = int(found.tells and min(abs(each) for each in (found.change, found.low, found.high)) < 0.005)
    star = "*" if found.tells else ""
    sign = "×" if unit == "factor" else ""
    span = interval(write(found.low), write(found.high))
    return f"{sign}{write(found.change)}{star}\n{span}"


def promises(
    log: LogPath,
    map: MapPath = None,
    goal: Goal = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    language: InLanguage = None,
) -> None:
    """Show which promises are kept, how late the others are, and what is felt afterwards."""
    asked = ask(log, map, goal, as_json=as_json, as_csv=as_csv)
    result = asked.log.promises(asked.map)
    if not asked.answered(result):
        _tell_promises(result, asked.map)
        say(*asked.log.unmet(asked.map))


promises.__doc__ = "\n\n".join(
    (
        _("Show which promises of the map are kept, how long they take, who answers for them, and what is felt "
          "afterwards."),
        _("A promise counts from one touchpoint to another, by the calendar or in opening hours. Those whose time is "
          "not over yet count nowhere."),
        _EXAMPLES,
        "parcours promises shop.parcours --map shop.yaml",
        "parcours promises shop.parcours --map shop.yaml --csv > promises.csv",
    )
)  # fmt: skip


def _tell_promises(result: PromisesResult, map: JourneyMap) -> None:
    if not result.promises:
        return say(_("This map promises nothing yet: add `promises` to its touchpoints."))
    names = Names(map)
    write_table(
        [(_("Promise"), "left"), (_("Given"), "right"), (_("Kept"), "right"), (_("Never"), "right"),
         (_("Takes"), "right"), (_("Felt"), "right")],
        [_promise_cells(one, names) for one in result.promises],
    )  # fmt: skip
    return say(
        _("Kept: of those settled, with its 95 % interval; * below the share that is meant."),
        _("Never: broken and not met at all. Takes: half of them so long or less, below it 95 of 100."),
        _("Felt: the next answer after a broken promise less that after a kept one (−2 to +2; * not alike): an "
          "association, not a cause."),
        _("The people behind a line: parcours people LOG --map MAP --figure {key}").format(
            key=f"promise:{result.promises[0].id}:broken"),
    )  # fmt: skip


def _promise_cells(one: PromiseFigures, names: Names) -> tuple[str, ...]:
    from parcours.language.formats import number, percent

    owner = names.of("owner", one.owner) if one.owner is not None else ""
    within = _time(one.within_seconds, one)
    limit = _("{time} of opening").format(time=within) if one.clock == "business" else within
    kept = "–"
    if one.share is not None and one.low is not None and one.high is not None:
        star = "*" if one.as_meant is False else ""
        span = interval(percent(one.low), percent(one.high))
        kept = f"{percent(one.share, 1)}{star}\n{span}"
    times = ["–" if found is None else _time(found, one) for found in (one.median_seconds, one.percentile_95_seconds)]
    return (
        f"{names.of('promise', one.id)}\n  {' · '.join(part for part in (limit, owner) if part)}",
        f"{number(one.given)}\n" + (_("{n} pending").format(n=number(one.pending)) if one.pending else ""),
        kept,
        number(one.unmet) if one.unmet else "",
        "\n".join(times),
        compared(one.feeling, "feeling"),
    )


def _time(seconds: float, promise: PromiseFigures) -> str:
    """Write a time of the promise's clock: hours of opening are never days, of which each company has its own."""
    from parcours.language.formats import SPACE, decimal, duration

    if promise.clock == "calendar" or seconds < 3600:
        return duration(seconds)
    hours = seconds / 3600
    return f"{decimal(hours, 0 if hours == int(hours) else 1)}{SPACE}{_('h')}"
