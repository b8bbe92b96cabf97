"""``parcours map``: new, validate, render, discover."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from parcours.cli.options import AsJson, Goal, InLanguage, Lanes, Level, LogPath, Paper, Scale
from parcours.cli.output import say, write_json
from parcours.cli.preparing import prepare
from parcours.cli.wording import Command, Group
from parcours.language.errors import UsageError
from parcours.language.translation import _, current_language, ngettext

app = typer.Typer(
    cls=Group, no_args_is_help=True, help=_("Design the journey map: a JSON or YAML document of your own.")
)

Document = Annotated[Path, typer.Argument(metavar="MAP", help=_("Journey map, JSON or YAML."))]
_EXAMPLES = _("[bold]Examples[/]")


def _written(path: Path, text: str, force: bool) -> None:
    if path.exists() and not force:
        raise UsageError(
            _("{file} exists already.").format(file=path), value=path, expected=_("--force overwrites it.")
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _format(path: Path) -> Literal["json", "yaml"]:
    if path.suffix.lower() in (".yaml", ".yml"):
        return "yaml"
    if path.suffix.lower() == ".json":
        return "json"
    raise UsageError(_("“{name}” does not say its form.").format(name=path.name), value=path,
                     expected=_("End the name with .json, .yaml or .yml."))  # fmt: skip


Force = Annotated[bool, typer.Option("--force", help=_("Overwrite a file that exists."))]


def new(
    file: Annotated[Path, typer.Argument(metavar="MAP", help=_("File to write, .json or .yaml."))],
    template: Annotated[str, typer.Option(metavar="NAME", help=_("Template to start from."))] = "coach",
    force: Force = False,
    language: InLanguage = None,
) -> None:
    """Start a map from a template."""
    from parcours.mapdoc.reading import dump_map
    from parcours.mapdoc.templates import load_template, template_names

    if template not in template_names():
        raise UsageError(_("There is no template “{name}”.").format(name=template), value=template,
                         expected=", ".join(template_names()))  # fmt: skip
    document = load_template(template)
    _written(file, dump_map(document, _format(file)), force)
    touchpoints = sum(len(stage.touchpoints) for stage in document.stages)
    say(_("{file}: {stages} stages, {touchpoints} touchpoints, in French and English.").format(
        file=file, stages=len(document.stages), touchpoints=touchpoints))  # fmt: skip
    say(_("Edit it, then: parcours map validate {file}").format(file=file))


new.__doc__ = "\n\n".join(
    (_("Start a map from a template: everything is there to be changed."), _EXAMPLES,
     "parcours map new our-map.yaml", "parcours map new our-map.json --template coach")
)  # fmt: skip


def validate(map: Document, as_json: AsJson = False, language: InLanguage = None) -> None:
    """Check a map."""
    from parcours.language.errors import MapError
    from parcours.mapdoc.reading import validate_map

    try:
        document = validate_map(map)
    except MapError as error:
        if as_json:
            write_json({"valid": False, "problems": [
                {"file": p.place.file, "line": p.place.line, "column": p.place.column, "field": p.place.field,
                 "message": p.message, "expected": p.expected} for p in error.problems]})  # fmt: skip
            raise typer.Exit(error.exit_code) from None
        raise
    if as_json:
        return write_json({"valid": True, "problems": []})
    touchpoints = [point for stage in document.stages for point in stage.touchpoints]
    blind = sum(point.rule is None for point in touchpoints)
    say(_("{file} is valid: {stages} stages, {touchpoints} touchpoints.").format(
        file=map, stages=len(document.stages), touchpoints=len(touchpoints)))  # fmt: skip
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
            "--output",
            "-o",
            metavar="FILE",
            help=_("Page (.html), picture (.svg, .png), document (.pdf) or slides (.pptx) to write."),
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
     "parcours map render our-map.yaml -o our-map.pdf --paper poster", "parcours map render our-map.yaml -o our-map.pptx",
     "parcours map render our-map.yaml -o our-map.html --lanes goal,relief,touchpoints")
)  # fmt: skip


def discover(
    log: LogPath,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help=_("Map to write, .json or .yaml."))],
    title: Annotated[str | None, typer.Option(metavar="TEXT", help=_("Title of the map."))] = None,
    goal: Goal = None,
    force: Force = False,
    language: InLanguage = None,
) -> None:
    """Draft a map from what a log holds."""
    from parcours.library.log import EventLog
    from parcours.mapdoc.reading import dump_map

    opened = EventLog(log)
    prepare("journey")
    document = opened.discover(title=title, goal=goal, language=language)
    _written(output, dump_map(document, _format(output)), force)
    say(_("{file} is a draft with {stages} stages: rename, move and complete them.").format(
        file=output, stages=len(document.stages)))  # fmt: skip
    if document.origin is not None:
        say(document.origin.in_language(language or current_language()))


discover.__doc__ = "\n\n".join(
    (_("Draft a map from what a log holds: stages by order, touchpoints by event name, a proposed success."), _EXAMPLES,
     "parcours map discover bank.parcours --output bank.yaml",
     "parcours map discover bank.parcours --goal A_APPROVED --output bank.json")
)  # fmt: skip

app.command("new", cls=Command)(new)
app.command("validate", cls=Command)(validate)
app.command("render", cls=Command)(render)
app.command("discover", cls=Command)(discover)
