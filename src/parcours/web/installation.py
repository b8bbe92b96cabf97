"""An installation made ready to serve: its folder, its database in the right version, the files of its pages."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from parcours.language.errors import UsageError
from parcours.language.translation import _
from parcours.web.errors import InstallationError

Tell = Callable[[str], None]
RUNNING_FILE, PREPARING_FILE = "running.lock", "preparing.lock"
STATIC_STAMP = ".parcours"


class Database(Enum):
    """How the database stands to this version of the program."""

    NEW = "new"
    BEHIND = "behind"
    PRESENT = "present"
    AHEAD = "ahead"


def set_up() -> None:
    """Load the settings and Django; UsageError where the server's packages are missing or a setting is wrong."""
    missing = [name for name in ("django", "allauth", "granian", "structlog", "whitenoise") if find_spec(name) is None]
    if missing:
        raise UsageError(
            _("The server needs packages that are not installed: {names}.").format(names=", ".join(missing)),
            expected=_("Install them: pip install 'parcours[server]'"),
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parcours.web.settings")
    import django

    django.setup()


def home() -> Path:
    """Return the folder of the installation, made where it is missing; nobody else may read it."""
    from django.conf import settings

    folder: Path = settings.PARCOURS_HOME
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise InstallationError(
            _("The folder {folder} cannot be made: {reason}.").format(folder=folder, reason=error.strerror),
            expected=_("Set PARCOURS_HOME to a folder that may be written."),
        ) from error
    return folder


def bodies_folder() -> Path:
    """Return where bodies of requests lie while they are read, made where it is missing.

    It is on the disk whose room is looked at, and no backup looks there.
    """
    from django.conf import settings

    folder = Path(settings.PARCOURS_HOME) / "run" / "bodies"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def prepare(tell: Tell, *, pages: bool = True) -> None:
    """Make an empty installation, and look whether one that exists can be served as it is.

    Of processes that begin together the first does it, while the others wait. Without ``pages`` their files are left
    alone: another process may be serving them and taking in others.
    """
    with _alone_preparing():
        stands = database_stands()
        if stands is Database.NEW:
            tell(_("Making a new database."))
            migrate()
        else:
            refuse_other_version(stands)
        if pages:
            for left in bodies_folder().glob("*.upload*"):  # of a process that was killed
                left.unlink(missing_ok=True)
            gather_static(tell)


@contextmanager
def _alone_preparing() -> Iterator[None]:
    with (home() / PREPARING_FILE).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def database_stands() -> Database:
    """Compare the migrations that were applied with those of this program."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return Database.NEW  # to look would make it
    try:
        executor = MigrationExecutor(connection)
        applied = set(executor.loader.applied_migrations)
    except DatabaseError as error:
        raise InstallationError(
            _("The database does not answer: {reason}.").format(reason=str(error).strip()),
            expected=_("Look at PARCOURS_DATABASE_URL, and whether the database runs."),
        ) from error
    if not applied:
        return Database.NEW
    ours = {label for label, _name in executor.loader.disk_migrations}
    unknown = applied - set(executor.loader.disk_migrations) - set(executor.loader.replacements)
    if any(label in ours for label, _name in unknown):
        return Database.AHEAD
    behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return Database.BEHIND if behind else Database.PRESENT


def refuse_other_version(stands: Database) -> None:
    """Raise where the database was made by another version of the program."""
    if stands is Database.BEHIND:
        raise InstallationError(
            _("The database was made by an older version of Parcours."), expected=_("Run: parcours upgrade")
        )
    if stands is Database.AHEAD:
        raise InstallationError(
            _("The database was made by a newer version of Parcours."),
            expected=_("Install that version again, or restore a backup into an empty folder."),
        )


def migrate() -> None:
    """Bring the database to the version of this program."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def gather_static(tell: Tell) -> bool:
    """Copy and compress the files of the pages when they are not those of this program; return whether it was done."""
    from django.conf import settings
    from django.core.management import call_command

    stamp, fingerprint = Path(settings.STATIC_ROOT) / STATIC_STAMP, _static_fingerprint()
    if stamp.is_file() and stamp.read_text("ascii") == fingerprint:
        return False
    tell(_("Gathering the files of the pages."))
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(fingerprint, "ascii")
    return True


def _static_fingerprint() -> str:
    """Return a digest of the name, size and time of every file of the pages: of a checkout, they change any time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    digest = sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            known = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{known.st_size}\0{known.st_mtime_ns}\n".encode())
    return digest.hexdigest()


@contextmanager
def running(*, alone: bool = False) -> Iterator[None]:
    """Say that the installation is in use; ``alone`` refuses where a server runs, and keeps others from starting."""
    descriptor = os.open(home() / RUNNING_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        message = (
            _("The server of this installation is running.") if alone else _("This installation is being upgraded.")
        )
        raise InstallationError(
            message, expected=_("Stop it first.") if alone else _("Wait until it has finished.")
        ) from None
    try:
        yield
    finally:
        os.close(descriptor)


def warnings() -> list[str]:
    """Return a sentence for each setting that nothing reads."""
    from django.conf import settings

    unknown: list[str] = settings.PARCOURS_UNKNOWN_SETTINGS
    return list(unknown)
