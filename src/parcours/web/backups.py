"""A whole installation in one file, taken while people work; and an empty folder filled from it.

The file is a tar, compressed by zstd where its name ends in ``.zst``. First the database, as it is at one moment; then
each log. What the log got in between is recognised when the worker of the restored installation finds it again, so
nothing is lost and nothing doubled. The last member, ``backup.json``, holds versions and the SHA-256 of all others.
"""

from __future__ import annotations

import io
import json
import os
import secrets
import shutil
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from parcours.language.errors import InputError
from parcours.language.translation import _
from parcours.web import databases, installation
from parcours.web.errors import InstallationError
from parcours.web.home import SECRET_FILE
from parcours.web.installation import Database

CONTENTS = "backup.json"
FORMAT = 1
CHUNK_BYTES = 1 << 20
OF_THE_DISK = "lost+found"
"""Stands in every new disk of Linux: a folder with nothing else is empty."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Backup:
    """What a backup holds: ``files`` by path with the SHA-256 of their bytes."""

    made_at: str
    version: str
    database: str
    files: Mapping[str, str]

    @property
    def holds_secret(self) -> bool:
        """Tell whether the secret is in it; one that comes from PARCOURS_SECRET_KEY is not."""
        return SECRET_FILE in self.files

    def to_json(self) -> bytes:
        """Write the contents as they stand in the file."""
        whole = {"format": FORMAT, "made_at": self.made_at, "version": self.version, "database": self.database}
        return json.dumps(whole | {"files": dict(self.files)}, indent=1).encode()

    @classmethod
    def from_json(cls, file: Path, raw: bytes) -> Backup:
        """Read the contents of ``file``; InputError where this version does not know its form."""
        try:
            held = json.loads(raw)
            if held["format"] != FORMAT:
                raise InputError(_("{file} was made by a newer version of Parcours.").format(file=file))
            return cls(held["made_at"], held["version"], held["database"], held["files"])
        except (ValueError, KeyError, TypeError):
            raise damaged(file) from None


def damaged(file: Path) -> InputError:
    """Say that a file is no whole backup."""
    return InputError(_("{file} is not a whole backup.").format(file=file), expected=_("Take another one."))


@dataclass
class _Writing:
    tar: tarfile.TarFile
    total: int
    progress: Progress
    done: int = 0
    digests: dict[str, str] = field(default_factory=dict)

    def add(self, path: Path, name: str) -> None:
        """Copy a file under ``name``; one that grows meanwhile is copied as long as it was."""
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            about = tarfile.TarInfo(name)
            about.size, about.mode, about.mtime = size, 0o600, int(path.stat().st_mtime)
            reader = _Hashed(file, size, self._count)
            self.tar.addfile(about, reader)  # type: ignore[arg-type]
        self.digests[name] = reader.digest.hexdigest()

    def _count(self, size: int) -> None:
        self.done += size
        self.progress(self.done, max(self.total, self.done))


class _Hashed:
    """Reads at most ``size`` bytes and takes their digest on the way."""

    def __init__(self, file: Any, size: int, tell: Callable[[int], None]) -> None:
        self.file, self.left, self.tell, self.digest = file, size, tell, sha256()

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        chunk: bytes = self.file.read(min(size, self.left))
        self.left -= len(chunk)
        self.digest.update(chunk)
        self.tell(len(chunk))
        return chunk


def back_up(file: Path, progress: Progress = lambda _done, _total: None) -> Backup:
    """Write everything of the installation to ``file``, which appears whole or not at all.

    InstallationError where there is no installation to keep.
    """
    from django.conf import settings

    from parcours import __version__
    from parcours.eventlog.keeping import backup_folder, hold_uploads
    from parcours.web.doctor import event_logs

    home = installation.home()
    if installation.database_stands() is Database.NEW:
        raise InstallationError(
            _("There is nothing to back up: the database is empty, and the folder is {folder}.").format(folder=home),
            expected=_("Set PARCOURS_HOME and PARCOURS_DATABASE_URL as the server has them."),
        )
    if settings.PARCOURS_SECRET_IS_NEW:
        (home / SECRET_FILE).unlink(missing_ok=True)
        raise InstallationError(
            _("The secret of this installation is not in {folder}.").format(folder=home),
            expected=_("Set PARCOURS_SECRET_KEY as the server has it."),
        )
    if file.exists():
        raise InstallationError(_("{file} exists already.").format(file=file), expected=_("Choose another name."))
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}.tmp")
    try:
        with backup_folder() as place, _tar_to(beside, file) as tar:
            # Whatever is there at the moment of the copy is held before it, or comes in while it is made.
            hold_uploads(place)
            kind, copy = databases.copy_to(place)
            held_files = hold_uploads(place)
            known = _workspaces()
            logs = [root for root in event_logs(home) if root.parent.name in known]
            waiting = [path for path in _files_below(held_files) if path.relative_to(held_files).parts[1] in known]
            writing = _Writing(tar, _estimate(copy, logs, waiting), progress)
            # A secret from the environment is in nobody's files; one in the folder is then not in use.
            if (home / SECRET_FILE).is_file() and not os.environ.get("PARCOURS_SECRET_KEY", "").strip():
                writing.add(home / SECRET_FILE, SECRET_FILE)
            writing.add(copy, copy.name)
            for path in waiting:
                writing.add(path, path.relative_to(held_files).as_posix())
            _add_logs(writing, home, place, logs)
            made = Backup(datetime.now(UTC).isoformat(timespec="seconds"), __version__, kind, writing.digests)
            raw = made.to_json()
            about = tarfile.TarInfo(CONTENTS)
            about.size, about.mode = len(raw), 0o600
            tar.addfile(about, io.BytesIO(raw))
        _keep(beside)
        beside.rename(file)
        _keep(file.parent)
    except OSError as error:
        raise InstallationError(
            _("The backup cannot be written: {reason}.").format(reason=error.strerror or error),
            expected=_("Is the disk full, or the folder read-only?"),
        ) from error
    finally:
        beside.unlink(missing_ok=True)
    return made


def _files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _workspaces() -> set[str]:
    """Return the workspaces that there are: one that was deleted may have left files, which nobody wants back."""
    from parcours.accounts.models import Workspace

    return set(Workspace.objects.values_list("public_id", flat=True))


def _add_logs(writing: _Writing, home: Path, place: Path, logs: Sequence[Path]) -> None:
    from parcours.columnstore.copying import held
    from parcours.columnstore.manifest import FILE

    for number, root in enumerate(logs):
        copy = place / f"log{number}"
        copy.mkdir()
        with held(root, copy) as paths:
            below = root.relative_to(home).as_posix()
            writing.add(copy / FILE, f"{below}/{FILE}")
            for path in paths:
                writing.add(root / path, f"{below}/{path}")


def _estimate(copy: Path, logs: Sequence[Path], waiting: Sequence[Path]) -> int:
    from parcours.columnstore.manifest import read_state

    in_logs = sum(one.bytes for root in logs for one in read_state(root).files())
    return in_logs + sum(path.stat().st_size for path in (copy, *waiting))


@contextmanager
def _tar_to(path: Path, named: Path) -> Iterator[tarfile.TarFile]:
    import pyarrow as pa

    with ExitStack() as closing_all:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        out: Any = closing_all.enter_context(os.fdopen(descriptor, "wb"))
        if named.suffix == ".zst":
            out = closing_all.enter_context(pa.CompressedOutputStream(out, "zstd"))
        yield closing_all.enter_context(tarfile.open(fileobj=out, mode="w|"))


@contextmanager
def _tar_of(file: Path) -> Iterator[tarfile.TarFile]:
    import pyarrow as pa

    with ExitStack() as closing_all:
        source: Any = closing_all.enter_context(file.open("rb"))
        if source.peek(4)[:4] == b"\x28\xb5\x2f\xfd":
            source = closing_all.enter_context(pa.CompressedInputStream(source, "zstd"))
        yield closing_all.enter_context(tarfile.open(fileobj=source, mode="r|"))


def restore(file: Path, home: Path, progress: Progress = lambda _done, _total: None) -> Backup:
    """Fill ``home``, which must be empty or missing, from a backup; every byte is compared with its digest first."""
    if not file.is_file():
        raise InputError(_("There is no file {file}.").format(file=file))
    stood = home.exists()
    if stood and (not home.is_dir() or any(path.name != OF_THE_DISK for path in home.iterdir())):
        raise InstallationError(
            _("The folder {folder} is not empty.").format(folder=home),
            expected=_("Restore into a new one: parcours restore {file} --into FOLDER").format(file=file),
        )
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        # Beside a new folder, which then appears whole; inside one that stands, which may be a disk of its own.
        with _staging(home if stood else home.parent, home.name) as staging:
            backup = _unpack(file, staging, progress)
            databases.refuse_unfit(backup.database, home)
            for path in [*staging.rglob("*"), staging]:
                _keep(path)
            with _revealed(staging, home):
                databases.put_back(backup.database, home)
    except OSError as error:
        raise InstallationError(_("The backup cannot be restored: {reason}.").format(reason=error)) from error
    return backup


@contextmanager
def _staging(place: Path, name: str) -> Iterator[Path]:
    folder = place / f".{name}.{secrets.token_hex(4)}.restoring"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _revealed(staging: Path, home: Path) -> Iterator[None]:
    """Move what was unpacked to where it belongs; where the block fails, it is gone again."""
    moved = [home]
    try:
        if home.exists():
            moved = [home / path.name for path in staging.iterdir()]
            for path in moved:
                (staging / path.name).rename(path)
            with suppress(PermissionError):  # a disk may belong to somebody else
                home.chmod(0o700)
        else:
            staging.rename(home)
            _keep(home.parent)
        _keep(home)
        yield
    except BaseException:
        for path in moved:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        raise


def _unpack(file: Path, into: Path, progress: Progress) -> Backup:
    total, found, backup = file.stat().st_size, dict[str, str](), None
    try:
        with _tar_of(file) as tar:
            for member in tar:
                reading = tar.extractfile(member)
                if reading is None or not _harmless(member):
                    raise damaged(file)
                if member.name == CONTENTS:
                    backup = Backup.from_json(file, reading.read())
                    continue
                found[member.name] = _write(reading, into / member.name)
                progress(min(tar.offset, total), total)
    except (tarfile.TarError, OSError, EOFError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise InstallationError(
                _("The backup cannot be restored: {reason}.").format(reason=error.strerror)
            ) from error
        raise damaged(file) from error
    if backup is None or found != dict(backup.files):
        raise damaged(file)
    return backup


def _harmless(member: tarfile.TarInfo) -> bool:
    path = PurePosixPath(member.name)
    return member.isreg() and not path.is_absolute() and ".." not in path.parts


def _write(reading: Any, path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = sha256()
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        while chunk := reading.read(CHUNK_BYTES):
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


def _keep(path: Path) -> None:
    from parcours.columnstore.locking import fsync_path

    fsync_path(path)
