"""``parcours map``: new, templates, validate, render, discover; ``map_advice``, ``map_exchange`` and ``map_versions`` hold
the others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from parcours.cli import map_advice, map_exchange, map_versions
from parcours.cli.map_files import save_map, tell_losses
from parcours.cli.options import AsJson, Goal, InLanguage, Lanes, Level, LogPath, Paper, Scale
from parcours.cli.output import say, write_json
from parcours.cli.preparing import prepare
from parcours.cli.wording import Command, Group
from parcours.language.errors import UsageError
from parcours.language.translation import _, current_language, ngettext

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    help=_("Design the journey map: a JSON or YAML document of your own, or an Excel workbook."),
)

Document = Annotated[
    Path, typer.Argument(metavar="MAP", help=_("Journey map: JSON, YAML, Excel, CSV, CJML, Mermaid or Markdown."))
]
_EXAMPLES = _("[bold]Examples[/]")


Force = Annotated[bool, typer.Option("--force", help=_("Overwrite a file that exists."))]


def new(
    file: Annotated[
        Path, typer.Argument(metavar="MAP", help=_("File to write: .yaml, .json, .xlsx or another form of map."))
    ],
    template: Annotated[
        str, typer.Option(metavar="NAME", help=_("Template to start from; “parcours map templates” lists them."))
    ] = "coach",
    force: Force = False,
    language: InLanguage = None,
) -> None:
    """Start a map from a template."""
    from parcours.mapdoc.templates import load_template

    document = load_template(template)
    lost = save_map(document, file, force=force, language=language)
    touchpoints = sum(len(stage.touchpoints) for stage in document.stages)
    say(_("{file}: {stages} stages, {touchpoints} touchpoints, in French and English.").format(
        file=file, stages=len(document.stages), touchpoints=touchpoints))  # fmt: skip
    tell_losses(_("What {file} does not hold of the map:").format(file=file), lost)
    say(_("Edit it, then: parcours map validate {file}").format(file=file))


new.__doc__ = "\n\n".join(
    (_("Start a map from a template: everything is there to be changed."), _EXAMPLES,
     "parcours map new our-map.yaml", "parcours map new our-map.json --template fashion")
)  # fmt: skip


def templates(as_json: AsJson = False, language: InLanguage = None) -> None:
    """List the templates."""
    from parcours.mapdoc.templates import load_template, template_names

    speaks = language or current_language()
    listed = [
        {"name": name, "title": document.title.in_language(speaks), "stages": len(document.stages),
         "touchpoints": sum(len(stage.touchpoints) for stage in document.stages),
         "personas": len(document.personas)}
        for name, document in ((name, load_template(name)) for name in template_names())
    ]  # fmt: skip
    if as_json:
        return write_json(listed)
    for one in listed:
        say(_("{name}  {title} ({stages} stages, {touchpoints} touchpoints, {personas} personas)").format(
            **one | {"name": f"{one['name']:<8}"}))  # fmt: skip
    return say(_("Start from one: parcours map new our-map.yaml --template NAME"))


templates.__doc__ = "\n\n".join(
    (_("List the templates, a line each: whole maps in French and English, to start from."), _EXAMPLES,
     "parcours map templates", "parcours map templates --json")
)  # fmt: skip


def validate(map: Document, as_json: AsJson = False, language: InLanguage = None) -> None:
    """Check a map."""
    from parcours.language.errors import MapError
    from parcours.mapdoc.neighbours import refuse_lost_journeys
    from parcours.mapdoc.reading import open_map

    try:
        opened = open_map(map, language)
        refuse_lost_journeys(opened, map)
    except MapError as error:
        if as_json:
            write_json({"valid": False, "problems": [
                {"file": p.place.file, "line": p.place.line, "column": p.place.column, "field": p.place.field,
                 "message": p.message, "expected": p.expected} for p in error.problems]})  # fmt: skip
            raise typer.Exit(error.exit_code) from None
        raise
    if as_json:
        return write_json({"valid": True, "problems": []})
    document = opened.map
    touchpoints = [point for stage in document.stages for point in stage.touchpoints]
    blind = sum(point.rule is None for point in touchpoints)
    say(_("{file} is valid: {stages} stages, {touchpoints} touchpoints.").format(
        file=map, stages=len(document.stages), touchpoints=len(touchpoints)))  # fmt: skip
    tell_losses(_("What {file} said and a map does not hold:").format(file=map), opened.losses)
    if blind:
        say(ngettext("{n} touchpoint has no event match, so nothing will be counted on it.",
                     "{n} touchpoints have no event match, so nothing will be counted on them.", blind).format(n=blind))  # fmt: skip
    return None


validate.__doc__ = "\n\n".join(
    (_("Check a map: every problem with its line, its field and the right form."), _EXAMPLES,
     "parcours map validate our-map.yaml")
)  # fmt: skip


def render(
    map: Document,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FILE", help=_("Page (.html), picture (.svg, .png) or document (.pdf) to write.")
        ),
    ],
    theme: Annotated[Literal["auto", "light", "dark"], typer.Option(help=_("Colours of the page."))] = "auto",
    scale: Scale = None,
    paper: Paper = None,
    lanes: Lanes = None,
    detail: Level = "full",
    force: Annotated[bool, typer.Option("--force", hidden=True)] = True,
    language: InLanguage = None,
) -> None:
    """Draw a map as it was planned, without any data."""
    from parcours.mapdoc.reading import load_map
    from parcours.picture.lanes import read_lanes
    from parcours.report.building import draw_map

    chosen = None if lanes is None else read_lanes(lanes.split(","))
    made = draw_map(load_map(map), language=language or current_language(), lanes=chosen, detail=detail)
    made.save(output, theme=theme, scale=scale, paper=paper)
    say(_("{file} is written.").format(file=output))


render.__doc__ = "\n\n".join(
    (_("Draw a map as it was planned, without any data; “parcours report” lays what was lived over it."), _EXAMPLES,
     "parcours map render our-map.yaml --output our-map.html", "parcours map render our-map.yaml -o our-map.svg --language en",
     "parcours map render our-map.yaml -o our-map.pdf --paper poster",
     "parcours map render our-map.yaml -o our-map.html --lanes goal,relief,touchpoints")
)  # fmt: skip


def discover(
    log: LogPath,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help=_("Map to write: .yaml, .json, .xlsx or another form of map.")
        ),
    ] = None,
    detail: Annotated[
        int, typer.Option(min=1, max=5, help=_("From 1, a few stages and touchpoints, to 5, all of them."))
    ] = 3,
    stages: Annotated[
        int | None, typer.Option(min=1, help=_("Number of stages, in place of what the log asks for."))
    ] = None,
    touchpoints: Annotated[
        int | None, typer.Option(min=1, help=_("Number of touchpoints: those that most people have."))
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help=_("Say why each part is proposed, and what was left out."))
    ] = False,
    as_json: AsJson = False,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help=_("Title of the map."))] = None,
    goal: Goal = None,
    force: Force = False,
    language: InLanguage = None,
) -> None:
    """Draft a map from what a log holds."""
    from parcours.cli.explaining import explain_discovery
    from parcours.library.log import EventLog

    if output is None and not explain and not as_json:
        raise UsageError(_("There is nowhere to write the map to."), value="--output",
                         expected=_("Give --output FILE, or --explain or --json to read it here."))  # fmt: skip
    opened = EventLog(log)
    prepare("journey")
    found = opened.discover(
        title=title, goal=goal, language=language, detail=detail, stages=stages, touchpoints=touchpoints
    )
    if output is not None:
        lost = save_map(found.map, output, force=force, language=language)
    if as_json:
        return write_json(found.to_dict())
    if output is not None:
        say(_("{file} is a draft with {stages} stages: rename, move and complete them.").format(
            file=output, stages=len(found.map.stages)))  # fmt: skip
        tell_losses(_("What {file} does not hold of the map:").format(file=output), lost)
    if explain:
        return explain_discovery(found)
    if found.map.origin is not None:
        say(found.map.origin.in_language(language or current_language()))
    return None


discover.__doc__ = "\n\n".join(
    (_("Draft a map from what a log holds: stages by order, touchpoints by event name, a proposed success."), _EXAMPLES,
     "parcours map discover bank.parcours --output bank.yaml",
     "parcours map discover bank.parcours --detail 1 --explain",
     "parcours map discover bank.parcours --stages 5 --touchpoints 20 --output bank.yaml",
     "parcours map discover bank.parcours --goal A_APPROVED --output bank.json")
)  # fmt: skip

app.command("new", cls=Command)(new)
app.command("templates", cls=Command)(templates)
app.command("validate", cls=Command)(validate)
app.command("render", cls=Command)(render)
app.command("discover", cls=Command)(discover)
app.command("checklist", cls=Command)(map_advice.checklist)
app.command("catalogue", cls=Command)(map_advice.catalogue)
app.command("convert", cls=Command)(map_exchange.convert)
app.command("diff", cls=Command)(map_versions.diff)
app.command("merge", cls=Command)(map_versions.merge)
