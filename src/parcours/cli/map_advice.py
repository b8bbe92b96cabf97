"""``parcours map``: checklist, catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parcours.cli.options import AsJson, InLanguage
from parcours.cli.output import say, write_json
from parcours.language.translation import _, current_language, ngettext

if TYPE_CHECKING:
    from parcours.library.log import EventLog
    from parcours.mapdoc.catalogue import Friction
    from parcours.mapdoc.checklist import CheckPoint

_EXAMPLES = _("[bold]Examples[/]")
_SIGNS = {"ticked": "✓", "open": "○", "unknown": "?"}
_MOST_NAMES = 8
"""More open places are counted instead of named; ``--json`` has them all."""

Document = Annotated[Path, typer.Argument(metavar="MAP", help=_("Journey map, JSON or YAML."))]
Stage = Annotated[
    str | None,
    typer.Option(metavar="STAGE", help=_("One of the eight stages, such as purchase, with what helps there.")),
]
Lived = Annotated[
    Path | None,
    typer.Argument(metavar="LOG", help=_("Folder of the event log that shows whether what is planned takes place.")),
]


def checklist(map: Document, log: Lived = None, as_json: AsJson = False, language: InLanguage = None) -> None:
    """Look at the ten points of a map."""
    from parcours.library.advice import checklist as look
    from parcours.mapdoc.checklist import ticked

    points = look(map, None if log is None else _opened(log))
    if as_json:
        return write_json({"ticked": ticked(points), "points": [point.to_dict() for point in points]})
    done = ticked(points)
    say(ngettext("{n} of {all} points is ticked.", "{n} of {all} points are ticked.", done).format(
        n=done, all=len(points)))  # fmt: skip
    for point in points:
        say("", *_lines(point))
    return None


checklist.__doc__ = "\n\n".join(
    (_("Look at ten points of a map, each ticked by a fact that it names; with a log, also by what took place."),
     _("✓ ticked, ○ open, ? neither the map nor a log says."), _EXAMPLES,
     "parcours map checklist our-map.yaml", "parcours map checklist our-map.yaml shop.parcours --json")
)  # fmt: skip


def _opened(log: Path) -> EventLog:
    from parcours.cli.preparing import prepare
    from parcours.library.log import EventLog

    opened = EventLog(log)
    prepare("journey")
    return opened


def _lines(point: CheckPoint) -> list[str]:
    lines = [f"{_SIGNS[point.state]} {point.title}", f"  {point.fact}"]
    if point.places:
        named = ", ".join(place.name for place in point.places[:_MOST_NAMES])
        rest = len(point.places) - _MOST_NAMES
        more = ngettext("{list} and {n} more", "{list} and {n} more", rest).format(list=named, n=rest)
        lines.append("  " + _("Still open: {list}.").format(list=more if rest > 0 else named))
    return lines if point.state == "ticked" else [*lines, f"  {point.why}"]


def catalogue(stage: Stage = None, as_json: AsJson = False, language: InLanguage = None) -> None:
    """Show what commonly goes wrong, and what helps."""
    from parcours.mapdoc.catalogue import frictions, stage_kinds

    found = frictions(stage)
    if as_json:
        return write_json([one.to_dict() for one in found])
    names = {kind.id: kind.name.in_language(current_language()) for kind in stage_kinds()}
    if stage is None:
        _overview(found, names)
        return None
    for one in found:
        say("", *_advice(one))
    return None


catalogue.__doc__ = "\n\n".join(
    (_("Show what commonly goes wrong in each stage of a journey, what helps, and what to measure."),
     _("A pain point of a map names one of these by its id, as “friction”."), _EXAMPLES,
     "parcours map catalogue", "parcours map catalogue --stage purchase", "parcours map catalogue --json")
)  # fmt: skip


def _overview(found: tuple[Friction, ...], names: dict[str, str]) -> None:
    from parcours.language.formats import percent

    widest = max(len(one.id) for one in found)
    for stage, name in names.items():
        say(f"{name} ({stage})")
        for one in found:
            if one.stage == stage:
                share = "" if one.share is None else f" ({percent(one.share)})"
                say(f"  {one.id:{widest}}  {one.problem.in_language(current_language())}{share}")
        say("")
    say(
        _("What helps, and where the shares come from: parcours map catalogue --stage {stage}").format(stage="purchase")
    )


def _advice(one: Friction) -> list[str]:
    spoken = current_language()
    lines = [
        f"{one.problem.in_language(spoken)} ({one.id})",
        "  " + _("How it shows: {text}").format(text=one.signs.in_language(spoken)),
        "  " + _("What helps:"),
        *(f"    • {solution.in_language(spoken)}" for solution in one.solutions),
        "  " + _("What to measure: {text}").format(text=one.measure.in_language(spoken)),
    ]
    for figure in one.figures:
        lines.append("  " + _("Known: {text}").format(text=figure.says.in_language(spoken)))
        lines.append("  " + _("Source: {text}").format(text=figure.source.in_language(spoken)))
    return lines
