"""What keeps an installation well: ``doctor``, ``backup``, ``restore``, ``upgrade``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from parcours.cli.options import AsJson, InLanguage
from parcours.cli.output import console, say, write_json
from parcours.language.translation import _

_EXAMPLES = _("[bold]Examples[/]")
_SIGNS = {"good": ("✓", "green"), "warning": ("!", "yellow"), "bad": ("✗", "red")}


def doctor(
    deep: Annotated[bool, typer.Option("--deep", help=_("Read every file of every event log too."))] = False,
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Look at the installation."""
    from parcours.web import installation
    from parcours.web.doctor import Finding, examine

    installation.set_up()
    found: list[Finding] = []
    for finding in examine(deep=deep):
        found.append(finding)
        if not as_json:
            sign, colour = _SIGNS[finding.verdict]
            console().print(sign, end=" ", style=colour)
            say(f"{finding.check}: {finding.found}")
            if finding.remedy:
                say(f"    → {finding.remedy}")
    well = all(finding.verdict != "bad" for finding in found)
    if as_json:
        write_json({"well": well, "findings": [finding.to_dict() for finding in found]})
    if not well:
        raise typer.Exit(1)


doctor.__doc__ = "\n\n".join(
    (
        _(
            "Look at the installation, and say what to do about each thing that is not right. Exit code 1 if one is bad."
        ),
        _EXAMPLES,
        "parcours doctor",
        "parcours doctor --deep --json",
    )
)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("File to write: .tar.zst, or .tar uncompressed."))],
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Copy the whole installation into one file."""
    from parcours.ui.words import size_in_words
    from parcours.web import installation
    from parcours.web.backups import back_up

    installation.set_up()
    with _progress(_("Backing up")) as tell:
        made = back_up(file, tell)
    size = file.stat().st_size
    if as_json:
        return write_json({"file": str(file), "bytes": size, "files": dict(made.files)})
    text = (
        _("{file}: {n} files, {size}. It holds the installation's secret: keep it where nobody else reads.")
        if made.holds_secret
        else _("{file}: {n} files, {size}. Its secret is not in it: keep PARCOURS_SECRET_KEY elsewhere.")
    )
    return say(text.format(file=file, n=len(made.files), size=size_in_words(size)))


backup.__doc__ = "\n\n".join(
    (
        _(
            "Copy the whole installation into one file, while people work: database, event logs, waiting uploads, secret."
        ),
        _("A secret that comes from PARCOURS_SECRET_KEY is not in it."),
        _EXAMPLES,
        "parcours backup /media/disk/parcours-monday.tar.zst",
    )
)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("Backup that “parcours backup” wrote."))],
    into: Annotated[Path, typer.Option("--into", metavar="FOLDER", help=_("New or empty folder to fill."))],
    language: InLanguage = None,
) -> None:
    """Fill an empty folder from a backup."""
    import os
    from tempfile import TemporaryDirectory

    from parcours.web import installation
    from parcours.web.backups import restore as fill

    with TemporaryDirectory() as nowhere:
        # Reading the settings makes a secret in the folder, which has to be empty until the backup's own is there.
        os.environ["PARCOURS_HOME"] = nowhere
        installation.set_up()
        with _progress(_("Restoring")) as tell:
            made = fill(file, into.absolute(), tell)
    say(
        _("{folder} is restored as it was on {date} (Parcours {version}).").format(
            folder=into, date=made.made_at, version=made.version
        ),
        _("Start it: PARCOURS_HOME={folder} parcours serve").format(folder=into.absolute()),
        *(
            []
            if made.holds_secret
            else [_("The secret is not in the backup: start it with the PARCOURS_SECRET_KEY that it had.")]
        ),
    )


restore.__doc__ = "\n\n".join(
    (
        _("Fill an empty folder from a backup, on this machine or another; every byte is compared with its digest."),
        _("With PostgreSQL, PARCOURS_DATABASE_URL names the empty database to fill."),
        _EXAMPLES,
        "parcours restore parcours-monday.tar.zst --into ~/parcours",
    )
)


def upgrade(
    no_backup: Annotated[bool, typer.Option("--no-backup", help=_("Make no backup first."))] = False,
    language: InLanguage = None,
) -> None:
    """Bring the installation to this version."""
    from parcours.web import installation
    from parcours.web.upgrading import upgrade as bring

    installation.set_up()
    with _progress(_("Backing up")) as tell:
        bring(say, tell, backup=not no_backup)


upgrade.__doc__ = "\n\n".join(
    (
        _("Bring the installation to this version: a backup first, then database, event logs and pages."),
        _EXAMPLES,
        "pip install --upgrade 'parcours[server]' && parcours upgrade",
    )
)


@contextmanager
def _progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on the error output; nothing where nobody watches."""
    from rich.progress import Progress

    errors = console(to_errors=True)
    if not errors.is_terminal:
        yield lambda _done, _total: None
        return
    with Progress(console=errors, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
