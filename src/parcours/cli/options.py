"""Arguments and options that several commands share, so that each means the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from parcours.language.translation import _
from parcours.picture.lanes import LANES, Detail

LogPath = Annotated[Path, typer.Argument(metavar="LOG", help=_("Folder of the event log, made by “parcours import”."))]
MapPath = Annotated[
    Path | None,
    typer.Option(
        "--map",
        metavar="FILE",
        help=_("Journey map (JSON, YAML, Excel or another form of map). Without it a map is discovered."),
    ),
]
Goal = Annotated[
    str | None, typer.Option("--goal", metavar="EVENT", help=_("Event that counts as success, in place of the map's."))
]
AsJson = Annotated[bool, typer.Option("--json", help=_("Answer in JSON, for programs."))]
AsCsv = Annotated[bool, typer.Option("--csv", help=_("Answer in CSV, for spreadsheets."))]
InLanguage = Annotated[
    Literal["fr", "en"] | None,
    typer.Option("--language", help=_("Language of the answer; without it, the environment's.")),
]
Scale = Annotated[
    int | None, typer.Option(min=1, max=4, help=_("Pixels for each point of a .png, 1 to 4; without it, 2."))
]
Paper = Annotated[
    Literal["a4", "a3", "poster"] | None,
    typer.Option(help=_("Paper of a .pdf, which lies on its side; poster is A1. Without it, A4.")),
]
Lanes = Annotated[
    str | None,
    typer.Option("--lanes", metavar="A,B", help=_("Lanes to draw: {list}.").format(list=", ".join(LANES))),
]
Level = Annotated[
    Detail, typer.Option("--detail", help=_("How much to draw: all for a wall, all, what fits one page, or a card."))
]
Pseudonyms = Annotated[bool, typer.Option("--pseudonyms", help=_("Show invented names in place of people's ids."))]
