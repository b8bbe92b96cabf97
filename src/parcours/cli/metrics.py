"""The metrics of a map beside their targets: ``metrics``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parcours.cli.names import Names
from parcours.cli.opening import ask
from parcours.cli.options import AsCsv, AsJson, Goal, InLanguage, LogPath, MapPath
from parcours.cli.output import say, write_table
from parcours.language.translation import _, ngettext

if TYPE_CHECKING:
    from parcours.mapdoc.document import JourneyMap
    from parcours.report.measuring import MapMetrics, MeasuredMetric


def metrics(
    log: LogPath,
    map: MapPath = None,
    goal: Goal = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    language: InLanguage = None,
) -> None:
    """Show every metric of a map beside its target."""
    asked = ask(log, map, goal, as_json=as_json, as_csv=as_csv)
    result = asked.log.metrics(asked.map)
    if not asked.answered(result):
        _tell(result, asked.map)
        say(*asked.log.unmet(asked.map))


metrics.__doc__ = "\n\n".join(
    (
        _("Show every metric of a map beside its target, of the whole journey and stage by stage: kept, missed, or no "
          "verdict where too few count or the 95 % interval holds the target."),
        _("People still under way count once they have what a ratio asks for, or once all their trips have ended."),
        _("[bold]Examples[/]"),
        "parcours metrics shop.parcours --map shop.yaml",
        "parcours metrics shop.parcours --map shop.yaml --csv > metrics.csv",
        "parcours people shop.parcours --map shop.yaml --figure metric:abandoned:without",
    )
)  # fmt: skip


def _tell(result: MapMetrics, map: JourneyMap) -> None:
    from parcours.language.formats import list_words, number

    if not result.metrics:
        return say(_("The map has no metrics: give a stage or the map itself some, each with a target."))
    headings = [
        (_("Metric"), "left"), (_("Value"), "right"), (_("Target"), "right"), (_("Verdict"), "left"),
        (_("Evidence"), "left"),
    ]  # fmt: skip
    names = Names(map)
    rows: list[tuple[str, ...]] = []
    for stage in dict.fromkeys(one.stage for one in result.metrics):
        place = names.of("stage", stage) if stage is not None else names.of("journey", "")
        rows += [(place, "", "", "", ""), *(_cells(one) for one in result.in_stage(stage))]
    write_table(headings, rows)
    waiting = [f"{one.name} ({number(one.under_way)})" for one in result.metrics if one.under_way]
    if waiting:
        say(_("Under way and not counted yet: {facts}.").format(facts=list_words(waiting)))
    opening = next((one for one in result.metrics if one.figure is not None), None)
    if opening is not None:
        say(_("The people behind a line: parcours people LOG --map MAP --figure {key}").format(key=opening.figure))
    missed = sum(one.verdict == "missed" for one in result.metrics)
    if not missed:
        return say(_("No target is missed."))
    return say(ngettext("{n} target is missed.", "{n} targets are missed.", missed).format(n=number(missed)))


def _cells(one: MeasuredMetric) -> tuple[str, ...]:
    from parcours.report.indicators import NOTHING, detail_of, target_of, value_of

    value = NOTHING if one.value is None else value_of(one, one.value)
    verdict = {"kept": _("kept"), "missed": _("missed"), "unknown": _("no verdict")}[one.verdict]
    return f"  {one.name}", value, target_of(one), verdict, detail_of(one)
