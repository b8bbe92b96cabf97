"""What matters most, on one page of prose: ``letter``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from parcours.cli.opening import ask
from parcours.cli.options import AsJson, Goal, InLanguage, LogPath, MapPath
from parcours.cli.output import say, write_json
from parcours.language.translation import _


def letter(
    log: LogPath,
    map: MapPath = None,
    goal: Goal = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help=_("Write it: .html, .pdf, .txt, .md or .json.")),
    ] = None,
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Write one page: where people are lost, how they feel, what to do first."""
    asked = ask(log, map, goal, as_json=as_json, as_csv=False)
    written = asked.log.letter(map, goal=goal, language=language)
    if output is not None:
        written.save(output)
    if as_json:
        write_json(written.to_dict())
    elif output is None:
        say(written.text())
    else:
        say(*asked.log.unmet(asked.map), _("{file} is written.").format(file=output))


letter.__doc__ = "\n\n".join(
    (
        _("Write one page in plain words: where people are lost, how they feel there, where you leave your own plan, what "
          "to do first. Without --output it is shown here."),
        _("[bold]Examples[/]"),
        "parcours letter shop.parcours --map shop.yaml",
        "parcours letter shop.parcours --map shop.yaml --output letter.html --language fr",
        "parcours letter shop.parcours --map shop.yaml -o letter.txt",
    )
)  # fmt: skip
