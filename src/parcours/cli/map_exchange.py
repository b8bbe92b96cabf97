"""``parcours map convert``: a map from one form of file into another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from parcours.cli.map_files import comments_in_file, save_map, tell_losses
from parcours.cli.options import InLanguage
from parcours.cli.output import say
from parcours.language.translation import _


def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help=_("Map to read."))],
    target: Annotated[Path, typer.Argument(metavar="OUT", help=_("File to write; the ending says its form."))],
    force: Annotated[bool, typer.Option("--force", help=_("Overwrite a file that exists."))] = False,
    language: InLanguage = None,
) -> None:
    """Turn a map into another form."""
    from parcours.mapdoc.reading import open_map

    opened = open_map(source, language)
    comments = comments_in_file(source)
    lost = save_map(opened.map, target, force=force, language=language, comments=comments)
    tell_losses(_("What {file} said and a map does not hold:").format(file=source), opened.losses)
    tell_losses(_("What {file} does not hold of the map:").format(file=target), lost)
    if not opened.losses and not lost:
        say(_("{file} is written; nothing was lost.").format(file=target))
    else:
        say(_("{file} is written.").format(file=target))


convert.__doc__ = "\n\n".join(
    (_("Turn a map into another form: JSON, YAML, Excel (.xlsx), CSV, CJML (.cjml, .xml), Mermaid (.mmd) or Markdown (.md). "
       "JSON, YAML and Excel hold all of it; what another form cannot hold is listed."),
     _("[bold]Examples[/]"),
     "parcours map convert our-map.yaml our-map.xlsx", "parcours map convert workshop.mmd our-map.yaml --language fr",
     "parcours map convert our-map.json our-map.cjml --force")
)  # fmt: skip
