"""Maps that leave the command as files, and what is said of those that come in or go out with a loss."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from parcours.cli.output import say
from parcours.language.errors import UsageError
from parcours.language.translation import Language, _

if TYPE_CHECKING:
    from parcours.mapdoc.document import JourneyMap
    from parcours.mapdoc.formats.losses import LossReport


def save_map(map: JourneyMap, path: Path, *, force: bool, language: Language | None = None) -> LossReport:
    """Write ``map`` to ``path`` in the form that its name asks for; an existing file only with ``force``."""
    from parcours.mapdoc.reading import write_map

    written = write_map(map, path, language)
    if path.exists() and not force:
        raise UsageError(
            _("{file} exists already.").format(file=path), value=path, expected=_("--force overwrites it.")
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written.content)
    return written.losses


def tell_losses(heading: str, losses: LossReport) -> None:
    """Print a heading and one line for each kind of loss; nothing where nothing was lost."""
    if losses:
        say(heading, *(f"  {line}" for line in losses.lines()))
