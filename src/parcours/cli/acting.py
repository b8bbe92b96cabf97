"""What has changed since each action of a map was done: ``actions``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parcours.cli.names import Names
from parcours.cli.opening import ask
from parcours.cli.options import AsCsv, AsJson, Goal, InLanguage, LogPath, MapPath
from parcours.cli.output import say, write_table
from parcours.language.translation import _

if TYPE_CHECKING:
    from parcours.mapdoc.document import JourneyMap
    from parcours.report.acting import ActionEffect, ActionsResult


def actions(
    log: LogPath,
    map: MapPath = None,
    goal: Goal = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    language: InLanguage = None,
) -> None:
    """Show what has changed since each action of a map was done."""
    asked = ask(log, map, goal, as_json=as_json, as_csv=as_csv)
    result = asked.log.actions(asked.map)
    if not asked.answered(result):
        _tell(result, asked.map)
        say(*asked.log.unmet(asked.map))


actions.__doc__ = "\n\n".join(
    (
        _("Show what has changed since each action of a map was done: its metric before and since, in equal periods whose "
          "trips had the same time, with the 95 % interval of the difference. Since, not because."),
        _("An action needs a day on which it was done (`done_on`) and a `metric` of a stage or of the map. Trips belong to "
          "the period in which they began."),
        _("[bold]Examples[/]"),
        "parcours actions shop.parcours --map shop.yaml",
        "parcours actions shop.parcours --map shop.yaml --csv > actions.csv",
    )
)  # fmt: skip


def _tell(result: ActionsResult, map: JourneyMap) -> None:
    if not result.actions:
        return say(_("The map has no actions: write down what you change, the day, and the metric that should move."))
    headings = [
        (_("Action"), "left"), (_("Metric"), "left"), (_("Before"), "right"), (_("Since"), "right"),
        (_("What changed since"), "left"),
    ]  # fmt: skip
    names = Names(map)
    write_table(headings, [_cells(one, names) for one in result.actions])
    if any(one.difference is not None and one.difference.change is not None for one in result.actions):
        say(
            _("With 95 % intervals. Since, not because: whatever else changed on the way is in these figures too."),
            _("Of twenty metrics that nothing changed, one looks changed by chance."),
        )
    return None


def _cells(one: ActionEffect, names: Names) -> tuple[str, ...]:
    from parcours.language.formats import date
    from parcours.report.acting_words import effect_words, status_names
    from parcours.report.indicators import NOTHING, value_of

    when = date(one.done_on) if one.done_on is not None else status_names()[one.status]
    who = f" · {one.owner}" if one.owner else ""
    metric, before, since = "", NOTHING, NOTHING
    if one.metric is not None:
        place = names.of("stage", one.metric.stage) if one.metric.stage is not None else names.of("journey", "")
        metric = f"{one.metric.name}\n  {place}"
        if one.difference is not None and one.difference.base is not None:
            before = value_of(one.metric, one.difference.base)
        if one.difference is not None and one.difference.value is not None:
            since = value_of(one.metric, one.difference.value)
    return f"{one.name}\n  {when}{who}", metric, before, since, effect_words(one)
