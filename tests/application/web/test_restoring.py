"""What is put back where: into folders that stand, and databases that a setting names."""

from __future__ import annotations

import io
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import connection

from parcours.web.backups import CONTENTS, Backup, restore
from parcours.web.errors import InstallationError

pytestmark = pytest.mark.own_server
FILES = {
    "secret-key": b"secret",
    "parcours.sqlite3": b"database",
    "workspaces/abcdefghjkmn/log/manifest.sqlite": b"log",
}


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    made = Backup(
        "2026-11-28T03:00:00+00:00", "1", "sqlite", {name: sha256(raw).hexdigest() for name, raw in FILES.items()}
    )
    with tarfile.open(tmp_path / "kept.tar", "w") as tar:
        for name, raw in {**FILES, CONTENTS: made.to_json()}.items():
            about = tarfile.TarInfo(name)
            about.size = len(raw)
            tar.addfile(about, io.BytesIO(raw))
    return tmp_path / "kept.tar"


@pytest.fixture(autouse=True)
def database(settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where PARCOURS_DATABASE_URL is not set."""
    path = Path(settings.PARCOURS_HOME) / "parcours.sqlite3"
    monkeypatch.setitem(connection.settings_dict, "NAME", str(path))
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_new_folder_appears_whole(kept: Path, tmp_path: Path) -> None:
    restore(kept, tmp_path / "a" / "new")
    assert contents(tmp_path / "a" / "new") == FILES
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["new"]


def test_folder_that_stands_is_filled_and_not_replaced(kept: Path, tmp_path: Path) -> None:
    """It may be a mounted disk: that can be neither removed nor renamed, and is never quite empty."""
    disk = tmp_path / "disk"
    (disk / "lost+found").mkdir(parents=True)
    before = disk.stat().st_ino
    restore(kept, disk)
    assert contents(disk) == FILES
    assert disk.stat().st_ino == before
    assert disk.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in disk.iterdir()) == [
        "lost+found",
        "parcours.sqlite3",
        "secret-key",
        "workspaces",
    ]


def test_database_goes_where_the_setting_names_a_file(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "elsewhere" / "shop.sqlite3"
    monkeypatch.setitem(connection.settings_dict, "NAME", str(place))
    restore(kept, tmp_path / "new")
    assert place.read_bytes() == b"database"
    assert [path.name for path in place.parent.iterdir()] == ["shop.sqlite3"]
    assert "parcours.sqlite3" not in contents(tmp_path / "new")


@pytest.mark.parametrize("name", ["shop.sqlite3", "shop.sqlite3-wal", "shop.sqlite3-journal"])
def test_file_that_is_there_already_is_never_overwritten(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / name).write_bytes(b"mine")
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "shop.sqlite3"))
    with pytest.raises(InstallationError, match=r"PARCOURS_DATABASE_URL names is not empty"):
        restore(kept, tmp_path / "new")
    assert (tmp_path / name).read_bytes() == b"mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.tar", name]


@pytest.mark.parametrize("stands", [False, True])
def test_failure_at_the_database_leaves_the_folder_as_it_was(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stands: bool
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "file" / "shop.sqlite3"))
    if stands:
        (tmp_path / "new").mkdir()
    with pytest.raises(InstallationError, match="cannot be restored"):
        restore(kept, tmp_path / "new")
    assert (tmp_path / "new").exists() is stands
    assert contents(tmp_path / "new") == {}
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "shop.sqlite3"))
    restore(kept, tmp_path / "new")  # the next try begins at the beginning
    assert (tmp_path / "shop.sqlite3").read_bytes() == b"database"


def test_secret_from_the_environment_is_told_to_be_missing(kept: Path, tmp_path: Path) -> None:
    assert restore(kept, tmp_path / "new").holds_secret
    assert not Backup("2026-11-28T03:00:00+00:00", "1", "sqlite", {"parcours.sqlite3": ""}).holds_secret
