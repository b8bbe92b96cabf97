"""``parcours doctor``: looks at an installation and says what to do about each thing that is not right."""

from __future__ import annotations

import os
import shutil
import smtplib
import sqlite3
import sys
import tempfile
import time
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from parcours.language.errors import ParcoursError
from parcours.language.formats import decimal
from parcours.language.translation import _
from parcours.ui.words import size_in_words
from parcours.web import installation
from parcours.web.home import SECRET_FILE

Verdict = Literal["good", "warning", "bad"]
LEAST_SQLITE, LEAST_POSTGRESQL = (3, 35, 0), 14
LEAST_FREE_BYTES = 1_000_000_000
SLOW_FSYNC_SECONDS = 0.5
LEAST_YEAR = 2025
REMOTE_DISKS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "glusterfs", "ceph"})
"""SQLite's locks and the log's memory maps are not to be trusted on these."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what was found, and what to do where it is not good."""

    check: str
    verdict: Verdict
    found: str
    remedy: str = ""

    def to_dict(self) -> dict[str, str]:
        """Return the finding for programs."""
        return asdict(self)


def examine(*, deep: bool = False) -> Iterator[Finding]:
    """Yield what each check finds; ``deep`` reads every file of every event log."""
    for check in (*CHECKS, *((logs,) if deep else ())):
        try:
            yield from check()
        except ParcoursError as error:
            yield Finding(check.__name__, "bad", error.message, error.expected or "")
        except Exception as error:
            yield Finding(check.__name__, "bad", f"{type(error).__name__}: {error}", _("Please report it."))


def program() -> Iterator[Finding]:
    """Python is one that Parcours runs on."""
    from parcours import __version__

    fits = (3, 11) <= sys.version_info[:2] <= (3, 13)
    found = f"Parcours {__version__}, Python {sys.version.split()[0]}"
    yield Finding("program", "good" if fits else "warning", found, "" if fits else _("Take Python 3.11 to 3.13."))


def settings() -> Iterator[Finding]:
    """Settings are known, and none is dangerous where other people reach the pages."""
    from django.conf import settings as chosen

    for said in installation.warnings():
        yield Finding(
            "settings", "warning", said, _("Remove it, or write its name as docs/reference/settings.md does.")
        )
    address: str = chosen.PARCOURS_URL
    outside = not any(f"//{near}" in address for near in ("127.", "localhost", "[::1]"))
    if chosen.DEBUG and outside:
        yield Finding("settings", "bad", _("PARCOURS_DEBUG is on at a public address: errors show everything."),
                      _("Unset PARCOURS_DEBUG."))  # fmt: skip
    if outside and address.startswith("http://"):
        yield Finding("settings", "bad", _("{url} sends passwords in the clear.").format(url=address),
                      _("Put a proxy with a certificate in front, such as Caddy, and set PARCOURS_URL=https://…"))  # fmt: skip
    if address.startswith("https://") and not chosen.SECURE_PROXY_SSL_HEADER:
        yield Finding("settings", "warning", _("The address begins with https, and no proxy is named."),
                      _("Set PARCOURS_BEHIND_PROXY=1 where the proxy sets X-Forwarded-Proto."))  # fmt: skip
    yield Finding("settings", "good", _("The address is {url}.").format(url=address))


def folder() -> Iterator[Finding]:
    """The folder can be written, is on a disk of this machine, and has room."""
    place = installation.home()
    kind = disk_kind(place, Path("/proc/self/mounts"))
    if kind in REMOTE_DISKS:
        yield Finding("folder", "bad", _("{folder} lies on a disk of the network ({kind}).").format(folder=place, kind=kind),
                      _("Set PARCOURS_HOME to a folder on a disk of this machine."))  # fmt: skip
    if place.stat().st_mode & 0o077:
        yield Finding("folder", "warning", _("Other users of this machine can look into {folder}.").format(folder=place),
                      f"chmod 700 {place}")  # fmt: skip
    left = shutil.disk_usage(place).free
    free = size_in_words(left)
    if left < LEAST_FREE_BYTES:
        yield Finding("folder", "bad", _("{size} are free on its disk.").format(size=free), _("Make room."))
    begun = time.perf_counter()
    with tempfile.TemporaryFile(dir=place) as probe:
        probe.write(b"parcours")
        os.fsync(probe.fileno())
    seconds = time.perf_counter() - begun
    if seconds > SLOW_FSYNC_SECONDS:
        yield Finding("folder", "warning", _("Its disk took {n} seconds to keep eight bytes for good.").format(n=decimal(seconds, 1)),
                      _("Saving waits that long each time: take a faster disk."))  # fmt: skip
    yield Finding("folder", "good", _("{folder} can be written; {size} are free.").format(folder=place, size=free))


def disk_kind(place: Path, mounts: Path) -> str:
    """Return the kind of the file system that ``place`` lies on, as the system names it; empty where it is unknown."""
    if not mounts.is_file():
        return ""
    best, kind, real = "", "", str(place.resolve())
    for line in mounts.read_text("utf-8", "replace").splitlines():
        _device, where, what, *_rest = line.split(" ")
        where = where.replace("\\040", " ")
        if len(where) >= len(best) and (real == where or real.startswith(where.rstrip("/") + "/")):
            best, kind = where, what
    return kind


def secret() -> Iterator[Finding]:
    """The secret of the installation is nobody else's."""
    path = installation.home() / SECRET_FILE
    if os.environ.get("PARCOURS_SECRET_KEY"):
        yield Finding("secret", "good", _("The secret comes from PARCOURS_SECRET_KEY."))
    elif path.stat().st_mode & 0o077:
        yield Finding("secret", "bad", _("Others can read {file}.").format(file=path), f"chmod 600 {path}")
    else:
        yield Finding("secret", "good", _("{file} is readable by its owner alone.").format(file=path))


def database() -> Iterator[Finding]:
    """The database is recent enough and made by this version of the program."""
    from django.db import connection

    stands = installation.database_stands()
    if connection.vendor == "sqlite":
        fits, found = sqlite3.sqlite_version_info >= LEAST_SQLITE, f"SQLite {sqlite3.sqlite_version}"
        remedy = _("Parcours needs SQLite 3.35: take a newer Python.")
    else:
        fits, found = (
            connection.pg_version >= LEAST_POSTGRESQL * 10_000,
            f"PostgreSQL {connection.pg_version // 10_000}",
        )
        remedy = _("Parcours needs PostgreSQL 14.")
    yield Finding("database", "good" if fits else "bad", found, "" if fits else remedy)
    if stands is installation.Database.NEW:
        yield Finding("database", "warning", _("It is empty."), _("Run: parcours serve"))
    else:
        installation.refuse_other_version(stands)
        if connection.vendor == "sqlite":
            yield from _sqlite_whole(connection)


def _sqlite_whole(connection: Any) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        said = cursor.fetchone()[0]
    if said != "ok":
        yield Finding("database", "bad", _("The database is damaged: {reason}.").format(reason=said),
                      _("Stop the server and restore a backup: parcours restore --help"))  # fmt: skip
    else:
        yield Finding("database", "good", _("Its tables are whole."))


def mail() -> Iterator[Finding]:
    """The server for mail answers, where there is one."""
    from django.conf import settings as chosen

    if not chosen.PARCOURS_HAS_MAIL:
        yield Finding("mail", "warning", _("No server for mail is set: links are shown instead of sent."),
                      _("Set PARCOURS_SMTP_URL=smtp://user:password@host:587"))  # fmt: skip
        return
    where = f"{chosen.EMAIL_HOST}:{chosen.EMAIL_PORT}"
    kind = smtplib.SMTP_SSL if chosen.EMAIL_USE_SSL else smtplib.SMTP
    try:
        with kind(chosen.EMAIL_HOST, chosen.EMAIL_PORT, timeout=10) as server:
            if chosen.EMAIL_USE_TLS:
                server.starttls()
            if chosen.EMAIL_HOST_USER:
                server.login(chosen.EMAIL_HOST_USER, chosen.EMAIL_HOST_PASSWORD)
    except (OSError, smtplib.SMTPException) as error:
        yield Finding("mail", "bad", _("{server} does not take mail: {reason}").format(server=where, reason=error),
                      _("Look at PARCOURS_SMTP_URL: name, password, port; and whether the machine may reach it."))  # fmt: skip
    else:
        yield Finding("mail", "good", _("{server} takes mail.").format(server=where))


def clock() -> Iterator[Finding]:
    """The clock is set and the time zone known."""
    from django.conf import settings as chosen

    now = datetime.now(UTC)
    if now.year < LEAST_YEAR:
        yield Finding("clock", "bad", _("The clock says {date}.").format(date=now.date()), _("Set it: timedatectl"))
    if chosen.TIME_ZONE not in zoneinfo.available_timezones():
        yield Finding("clock", "bad", _("There is no time zone {zone}.").format(zone=chosen.TIME_ZONE),
                      _("Set PARCOURS_TIME_ZONE to a name such as Europe/Paris."))  # fmt: skip
    else:
        yield Finding("clock", "good", _("It is {time} UTC; the time zone is {zone}.").format(
            time=now.strftime("%Y-%m-%d %H:%M"), zone=chosen.TIME_ZONE))  # fmt: skip


def logs() -> Iterator[Finding]:
    """Every file of every event log is what was written."""
    from parcours.columnstore.log import StoredLog

    for found in event_logs(installation.home()):
        try:
            StoredLog.open(found).verify()
        except ParcoursError as error:
            yield Finding("logs", "bad", error.message, error.expected or "")
        else:
            yield Finding("logs", "good", _("{log} is whole.").format(log=found))


def workspaces() -> Iterator[Finding]:
    """Every folder of a workspace belongs to one."""
    from parcours.web.removal import without_workspace

    if installation.database_stands() is not installation.Database.PRESENT:
        return
    for found in without_workspace(installation.home()):
        yield Finding("workspaces", "warning", _("{folder} belongs to no workspace, and no backup holds it.").format(folder=found),
                      _("Remove it, once you are sure that PARCOURS_DATABASE_URL names the right database."))  # fmt: skip


def event_logs(home: Path) -> list[Path]:
    """Return the folder of every event log of the installation."""
    from parcours.columnstore.manifest import FILE

    return sorted(path.parent for path in (home / "workspaces").glob(f"*/log/{FILE}"))


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    program, settings, folder, secret, database, workspaces, mail, clock,
)  # fmt: skip
