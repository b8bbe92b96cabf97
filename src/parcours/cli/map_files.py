"""Maps that leave the command as files, and what is said of those that come in or go out with a loss."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from parcours.cli.output import say
from parcours.language.errors import UsageError
from parcours.language.translation import Language, _

if TYPE_CHECKING:
    from parcours.mapdoc.comments import Comment
    from parcours.mapdoc.document import JourneyMap
    from parcours.mapdoc.formats.losses import LossReport
    from parcours.mapdoc.formats.opened import WrittenMap

_YAML = (".yaml", ".yml")


def save_map(
    map: JourneyMap,
    path: Path,
    *,
    force: bool,
    language: Language | None = None,
    comments: Sequence[Comment] = (),
) -> LossReport:
    """Write ``map`` to ``path`` in the form that its name asks for; an existing file only with ``force``.

    ``comments`` stand in a YAML file again where they stood; another form of file loses them.
    """
    from parcours.mapdoc.reading import write_map

    written = write_map(map, path, language)
    if comments:
        written = _commented(written, path, comments)
    if path.exists() and not force:
        raise UsageError(
            _("{file} exists already.").format(file=path), value=path, expected=_("--force overwrites it.")
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written.content)
    return written.losses


def comments_in_file(path: Path) -> tuple[Comment, ...]:
    """Return the comments of a map that was read from ``path``: only YAML has any."""
    from parcours.mapdoc.comments import comments_of

    return comments_of(path.read_text("utf-8"), path.name) if path.suffix.lower() in _YAML else ()


def _commented(written: WrittenMap, path: Path, comments: Sequence[Comment]) -> WrittenMap:
    from parcours.mapdoc.comments import with_comments
    from parcours.mapdoc.formats.losses import Loss, LossReport
    from parcours.mapdoc.formats.opened import WrittenMap

    content, lost = written.content, tuple(comments)
    if path.suffix.lower() in _YAML:
        text, lost = with_comments(content.decode(), comments)
        content = text.encode()
    losses = (Loss(_("Comments"), tuple(map(str, lost))),) if lost else ()
    return WrittenMap(content, LossReport((*written.losses.losses, *losses)))


def tell_losses(heading: str, losses: LossReport) -> None:
    """Print a heading and one line for each kind of loss; nothing where nothing was lost."""
    if losses:
        say(heading, *(f"  {line}" for line in losses.lines()))
