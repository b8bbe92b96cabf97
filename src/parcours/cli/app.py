"""The commands, gathered; each stands in the module named after what it does."""

from __future__ import annotations

import typer

from parcours.cli import (
    acting,
    aligning,
    caring,
    comparing,
    feelings,
    importing,
    letters,
    maps,
    metrics,
    pages,
    plan,
    questions,
    serving,
    trips,
)
from parcours.cli.options import InLanguage
from parcours.cli.wording import Command, Group
from parcours.language.translation import _

app = typer.Typer(
    name="parcours",
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=True,
    help=_("The map and the journey: see what your customers really live, where you lose them and how they feel."),
    epilog=_("First steps: [bold]parcours demo[/], then [bold]parcours import events.csv --into shop.parcours[/]."),
)


def _version(asked: bool) -> None:
    if asked:
        from parcours import __version__

        typer.echo(f"parcours {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    language: InLanguage = None,
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help=_("Show the version.")),
) -> None:
    pass


app.command("import", cls=Command)(importing.import_events)
app.command("undo", cls=Command)(importing.undo)
app.command("info", cls=Command)(importing.info)
app.add_typer(maps.app, name="map")
app.command("stages", cls=Command)(questions.stages)
app.command("funnel", cls=Command)(questions.funnel)
app.command("transitions", cls=Command)(questions.transitions)
app.command("trips", cls=Command)(trips.trips)
app.command("deviations", cls=Command)(plan.deviations)
app.command("promises", cls=Command)(plan.promises)
app.command("alignment", cls=Command)(aligning.alignment)
app.command("metrics", cls=Command)(metrics.metrics)
app.command("actions", cls=Command)(acting.actions)
app.command("compare", cls=Command)(comparing.compare)
app.command("feelings", cls=Command)(feelings.feelings)
app.command("people", cls=Command)(questions.people)
app.command("letter", cls=Command)(letters.letter)
app.command("report", cls=Command)(pages.report)
app.command("simulate", cls=Command)(pages.simulate)
app.command("serve", cls=Command)(serving.serve)
app.command("doctor", cls=Command)(caring.doctor)
app.command("backup", cls=Command)(caring.backup)
app.command("restore", cls=Command)(caring.restore)
app.command("upgrade", cls=Command)(caring.upgrade)
app.command("demo", cls=Command)(pages.demo)
