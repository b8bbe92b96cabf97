"""The database of an installation, copied while it is used, and put back where there is none."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from parcours.columnstore.locking import fsync_path
from parcours.language.translation import _
from parcours.web.environment import POSTGRESQL_OPTIONS
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


def refuse_unfit(kind: str, home: Path) -> None:
    """Raise where the settings name a database that cannot take that of a backup restored into ``home``."""
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
        place = _sqlite_place(home)
        # A journal without its database would be played into the one that is put there.
        used = any(Path(f"{place}{ending}").exists() for ending in ("", "-wal", "-shm", "-journal"))
    else:
        used = bool(connection.introspection.table_names())
        connection.close()
    if used:
        raise InstallationError(
            _("The database that PARCOURS_DATABASE_URL names is not empty."), expected=_("Name an empty one.")
        )


def put_back(kind: str, home: Path) -> None:
    """Put the database of a backup, whose file stands in ``home`` by now, where the settings want it."""
    from django.db import connection

    if kind == "sqlite":
        _move(home / SQLITE_FILE, _sqlite_place(home))
        return
    dump = home / DUMP_FILE
    _run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
         f"--dbname={connection.settings_dict['NAME']}", str(dump))  # fmt: skip
    dump.unlink()


def _sqlite_place(home: Path) -> Path:
    """Return where an installation in ``home`` has its database; without PARCOURS_DATABASE_URL, in ``home`` itself."""
    from django.conf import settings
    from django.db import connection

    named = Path(connection.settings_dict["NAME"]).absolute()
    return home / SQLITE_FILE if named == settings.PARCOURS_HOME / SQLITE_FILE else named


def _move(file: Path, place: Path) -> None:
    """Move a file, onto another disk too; it appears whole or not at all."""
    if file == place:
        return
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = place.with_name(f".{place.name}.{secrets.token_hex(4)}.tmp")
    try:
        shutil.copy2(file, beside)
        fsync_path(beside)
        beside.rename(place)
        fsync_path(place.parent)
    finally:
        beside.unlink(missing_ok=True)
    file.unlink()


def _run(program: str, *arguments: str) -> None:
    from django.db import connection

    if shutil.which(program) is None:
        raise InstallationError(
            _("{program} is not installed.").format(program=program),
            expected=_("On Debian: apt install postgresql-client"),
        )
    done = subprocess.run(  # noqa: S603 - our own arguments
        [program, *arguments], env=environment(connection.settings_dict), capture_output=True, text=True
    )
    if done.returncode:
        raise InstallationError(_("{program} failed: {reason}").format(program=program, reason=done.stderr.strip()))


def environment(settings: dict[str, Any]) -> dict[str, str]:
    """Return the variables by which programs of PostgreSQL reach the database of Django's ``settings``."""
    names = {"PGDATABASE": "NAME", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGHOST": "HOST", "PGPORT": "PORT"}
    given = {variable: str(settings[name]) for variable, name in names.items() if settings.get(name)}
    options = {
        POSTGRESQL_OPTIONS[name]: value for name, value in settings["OPTIONS"].items() if name in POSTGRESQL_OPTIONS
    }
    return {**os.environ, **given, **options}
