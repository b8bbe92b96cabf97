"""What ends in a file to look at: ``report``, ``simulate``, ``demo``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer

from parcours.cli.options import AsJson, Goal, InLanguage, Lanes, Level, LogPath, MapPath, Paper, Pseudonyms, Scale
from parcours.cli.output import console, say, write_json
from parcours.cli.preparing import prepare
from parcours.language.errors import UsageError
from parcours.language.translation import _, current_language

_EXAMPLES = _("[bold]Examples[/]")
Template = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help=_("Template whose sample company is played; “parcours map templates” lists them. Usual: coach."),
    ),
]


def report(
    log: LogPath,
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help=_("Page (.html), picture (.svg, .png), document (.pdf), slides (.pptx) or data (.json) to write."),
        ),
    ],
    map: MapPath = None,
    goal: Goal = None,
    people: Annotated[
        str, typer.Option(metavar="none|N|all", help=_("How many ids to put behind each figure."))
    ] = "200",
    pseudonyms: Pseudonyms = False,
    theme: Annotated[Literal["auto", "light", "dark"], typer.Option(help=_("Colours of the page."))] = "auto",
    scale: Scale = None,
    paper: Paper = None,
    lanes: Lanes = None,
    detail: Level = "full",
    by_persona: Annotated[
        bool, typer.Option("--by-persona", help=_("Draw the map once for each persona, beside each other."))
    ] = False,
    open_it: Annotated[bool, typer.Option("--open", help=_("Open the page when it is written."))] = False,
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Lay what customers lived over the map, and write the page to show."""
    from parcours.library.log import EventLog

    opened = EventLog(log)
    prepare("journey")
    if by_persona:
        opened.personas(map, goal=goal, language=language).save(output, theme=theme)
        say(_("{file} is written.").format(file=output))
        if open_it:
            _show(output)
        return
    made = opened.report(
        map,
        goal=goal,
        language=language,
        people=_people(people),
        pseudonyms=pseudonyms,
        lanes=None if lanes is None else lanes.split(","),
        detail=detail,
    )
    made.save(output, theme=theme, scale=scale, paper=paper)
    if as_json:
        write_json(made.to_dict())
    else:
        say(made.picture.headline)
        for finding in made.picture.findings:
            say(f"  {finding.number}. {finding.headline}", f"     {finding.detail}")
        say(*opened.unmet(made.map), _("{file} is written.").format(file=output))
    if open_it:
        _show(output)


report.__doc__ = "\n\n".join(
    (
        _("Lay what customers lived over the map, and write one page to show to your team."),
        _(
            "The page stands on its own: no server, no request. Every underlined number opens onto the people behind it."
        ),
        _EXAMPLES,
        "parcours report shop.parcours --map shop.yaml --output report.html --open",
        "parcours report bank.parcours --goal A_APPROVED --output bank.html --language en",
        "parcours report shop.parcours --output to-share.html --people none",
        "parcours report shop.parcours --map shop.yaml --output map.pdf --paper a3",
        "parcours report shop.parcours --map shop.yaml --output personas.html --by-persona",
        "parcours report shop.parcours --map shop.yaml --output card.png --detail thumbnail",
        "parcours report shop.parcours --map shop.yaml --output board.pptx --language fr",
    )
)


def _people(text: str) -> int | Literal["all"] | None:
    if text == "none":
        return None
    if text == "all":
        return "all"
    if text.isdigit():
        return int(text)
    raise UsageError(_("“{text}” is not a number of people.").format(text=text), value=text,
                     expected=_("Write none, all, or a number such as 200."))  # fmt: skip


def _show(page: Path) -> None:
    _open(page.resolve().as_uri())


def _leave_closed(_address: str) -> None:
    pass


def _open(address: str) -> None:
    import webbrowser

    if not webbrowser.open(address):
        say(_("Open it in a browser: {address}").format(address=address))


def simulate(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help=_("Events to write: .csv, .jsonl or .parquet."))
    ],
    map: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=_("Journey map (JSON or YAML) to play. Without it the sample company is played.")
        ),
    ] = None,
    template: Template = None,
    persons: Annotated[int | None, typer.Option(min=1, help=_("How many people."))] = None,
    events: Annotated[
        float | None, typer.Option(metavar="N", help=_("About how many events, such as 1e6; instead of people."))
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, help=_("How many days."))] = None,
    seed: Annotated[int | None, typer.Option(help=_("The same seed gives the same events."))] = None,
    truth: Annotated[Path | None, typer.Option(metavar="FILE", help=_("Write what was planted, as JSON."))] = None,
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Play a map as a company and write its events."""
    from parcours.language.formats import number
    from parcours.library.sample import play

    with _counting() as told:
        written = play(
            output,
            map=map,
            template=template,
            persons=persons,
            events=events,
            days=days,
            seed=seed,
            truth=truth,
            language=language or current_language(),
            tell=told,
        )
    if as_json:
        return write_json({"events": written, "file": str(output)})
    return say(_("{file}: {events} events.").format(file=output, events=number(written)))


@contextmanager
def _counting() -> Iterator[Callable[[int], None] | None]:
    """Show on the error output how many events are written; nothing where nobody watches."""
    from parcours.language.formats import number

    errors = console(to_errors=True)
    if not errors.is_terminal:
        yield None
        return
    with errors.status("") as line:
        yield lambda events: line.update(_("{events} events written").format(events=number(events)))


simulate.__doc__ = "\n\n".join(
    (
        _(
            "Play a map as a company: people with waits, leaks, ties, duplicates, several channels and feelings, and,"
            " where the map has a plan, promises kept and broken."
        ),
        _EXAMPLES,
        "parcours simulate --output events.csv --persons 5000 --seed 7",
        "parcours simulate --template fashion --output shop.csv",
        "parcours simulate --map our-map.yaml --output events.csv --truth truth.json",
        "parcours simulate --events 1e7 --output big.parquet --truth truth.json",
    )
)


def demo(
    into: Annotated[
        Path, typer.Option("--into", metavar="FOLDER", help=_("Folder for everything the demo makes."))
    ] = Path("parcours-demo"),
    template: Template = None,
    open_it: Annotated[bool, typer.Option("--open/--no-open", help=_("Open the map when it is drawn."))] = True,
    serve: Annotated[
        bool, typer.Option("--serve", help=_("Serve the sample company as the web application, its owner signed in."))
    ] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help=_("Port to listen at, with --serve."))] = 8000,
    once: Annotated[
        bool, typer.Option("--once", help=_("With --serve: end as soon as the home page has answered."))
    ] = False,
    language: InLanguage = None,
) -> None:
    """Play the sample company and open its living map."""
    from parcours.library.sample import make_demo
    from parcours.mapdoc.templates import DEFAULT_TEMPLATE

    speaks = language or current_language()
    prepare("journey")
    if serve:
        from parcours.web.demo import serve_demo
        from parcours.web.serving import Serving

        shown = None if once else _open if open_it else _leave_closed
        serve_demo(
            into, Serving(port=port), say, template=template or DEFAULT_TEMPLATE, language=speaks, open_page=shown
        )
        return
    made = make_demo(into, template=template or DEFAULT_TEMPLATE, language=speaks, tell=say)
    say("", _("The living map: {file}").format(file=made.page), _("The same events are yours to ask:"))
    say(
        f"  parcours letter {made.log} --map {made.map}",
        f"  parcours stages {made.log} --map {made.map}",
        f"  parcours people {made.log} --map {made.map} --figure {made.figure}",
        f"  parcours funnel {made.log} {' '.join(made.steps)} --within 30d",
    )
    if open_it:
        _show(made.page)


demo.__doc__ = "\n\n".join(
    (_("Play the sample company and open its living map: nothing else is needed."), _EXAMPLES,
     "parcours demo", "parcours demo --serve", "parcours demo --template fashion", "parcours demo --language en --into ~/parcours-demo")
)  # fmt: skip
