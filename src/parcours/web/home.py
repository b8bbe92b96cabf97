"""The folder that holds everything of one installation, and the secret that it keeps."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

SECRET_FILE = "secret-key"  # noqa: S105 - a file's name


def data_folder() -> Path:
    """Return where an installation lives unless PARCOURS_HOME says otherwise: ``~/.local/share/parcours``."""
    shared = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(shared) / "parcours"


def secret_key(home: Path) -> str:
    """Return the secret of the installation in ``home``, made at the first start and readable by its owner alone."""
    path = home / SECRET_FILE
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = secrets.token_urlsafe(48)
    new = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(key + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(new, path)  # fails when another process was first: its key counts
    except FileExistsError:
        return path.read_text("ascii").strip()
    finally:
        new.unlink()
    return key
