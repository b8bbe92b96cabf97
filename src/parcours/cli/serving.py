"""``parcours serve``."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from parcours.cli.options import InLanguage
from parcours.cli.output import say
from parcours.language.translation import _

_EXAMPLES = _("[bold]Examples[/]")


def serve(
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help=_("Address to listen at; 0.0.0.0 for every machine of the network."))
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help=_("Port to listen at."))] = 8000,
    only: Annotated[
        Literal["web", "worker"] | None,
        typer.Option(help=_("Only the pages, or only the work in the background; without it, both.")),
    ] = None,
    language: InLanguage = None,
) -> None:
    """Run the web application."""
    from parcours.web.serving import ROLES, Serving
    from parcours.web.serving import serve as run

    run(Serving(host, port, (only,) if only else ROLES), say)


serve.__doc__ = "\n\n".join(
    (
        _("Run the web application: its pages, and the work in the background. One command is enough."),
        _("Everything is kept in the folder PARCOURS_HOME; other settings come from the environment too."),
        _EXAMPLES,
        "parcours serve",
        "parcours serve --host 0.0.0.0 --port 8080",
        "PARCOURS_URL=https://parcours.example.com parcours serve --only web",
    )
)
