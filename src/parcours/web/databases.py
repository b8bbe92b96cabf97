"""The database of an installation, copied while it is used, and put back where there is none."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from parcours.language.translation import _
from parcours.web.errors import InstallationError

SQLITE_FILE, DUMP_FILE = "parcours.sqlite3", "database.dump"


def copy_to(folder: Path) -> tuple[str, Path]:
    """Copy the database as it is at one moment into ``folder``; return its kind and the file."""
    from django.db import connection

    if connection.vendor == "sqlite":
        path = folder / SQLITE_FILE
        with (
            closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=60)) as source,
            closing(sqlite3.connect(path)) as target,
        ):
            source.backup(target)  # in one step, under one read lock: writers go on, and none of it is seen
            target.execute("PRAGMA journal_mode=DELETE")
        return "sqlite", path
    path = folder / DUMP_FILE
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")
    return "postgresql", path


def put_back(kind: str, folder: Path) -> None:
    """Put the database of a backup that was unpacked into ``folder`` where the settings want it."""
    from django.db import connection

    if kind != connection.vendor:
        raise InstallationError(
            _("The backup holds a database of {theirs}, and PARCOURS_DATABASE_URL names one of {ours}.").format(
                theirs=kind, ours=connection.vendor
            ),
            expected=_("Set PARCOURS_DATABASE_URL to an empty database of {theirs}.").format(theirs=kind)
            if kind == "postgresql"
            else _("Unset PARCOURS_DATABASE_URL."),
        )
    if kind == "sqlite":
        return
    if connection.introspection.table_names():
        raise InstallationError(
            _("The database that PARCOURS_DATABASE_URL names is not empty."), expected=_("Name an empty one.")
        )
    dump = folder / DUMP_FILE
    _run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
         f"--dbname={connection.settings_dict['NAME']}", str(dump))  # fmt: skip
    dump.unlink()


def _run(program: str, *arguments: str) -> None:
    from django.db import connection

    if shutil.which(program) is None:
        raise InstallationError(
            _("{program} is not installed.").format(program=program),
            expected=_("On Debian: apt install postgresql-client"),
        )
    done = subprocess.run(  # noqa: S603 - our own arguments
        [program, *arguments], env=_environment(connection.settings_dict), capture_output=True, text=True
    )
    if done.returncode:
        raise InstallationError(_("{program} failed: {reason}").format(program=program, reason=done.stderr.strip()))


def _environment(settings: dict[str, Any]) -> dict[str, str]:
    names = {"PGDATABASE": "NAME", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGHOST": "HOST", "PGPORT": "PORT"}
    given = {variable: str(settings[name]) for variable, name in names.items() if settings.get(name)}
    return {**os.environ, **given}
