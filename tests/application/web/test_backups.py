from __future__ import annotations

import sqlite3
import tarfile
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from servers import command, keep_workspace, serving

from parcours.columnstore.importing import import_files
from parcours.columnstore.log import StoredLog
from parcours.language.errors import InputError
from parcours.readers.options import SourceOptions
from parcours.web.backups import restore
from parcours.web.errors import InstallationError

pytestmark = [pytest.mark.xdist_group("server"), pytest.mark.own_server]
LOG = Path("workspaces") / "abcdefghjkmn" / "log"


def events(folder: Path, count: int, first: int = 0) -> Path:
    path = folder / f"events-{first}.csv"
    rows = (f"P{n % 97},2026-01-{n % 28 + 1:02d}T10:00:00Z,event {n % 5},{n}" for n in range(first, first + count))
    path.write_text("person,time,event,message_id\n" + "\n".join(rows) + "\n")
    return path


def contents(log: Path) -> list[tuple[str, str]]:
    opened = StoredLog.open(log)
    opened.verify()
    return sorted(
        (row["person"], f"{row['time']} {row['name']}") for batch in opened.scan() for row in batch.to_pylist()
    )


def database(home: Path) -> str:
    with closing(sqlite3.connect(home / "parcours.sqlite3")) as connection:
        return sha256("\n".join(connection.iterdump()).encode()).hexdigest()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a log of 1,000 events and an upload that waits."""
    folder = tmp_path_factory.mktemp("to-keep")
    with serving(folder / "home", folder, "--only", "web"):
        pass
    keep_workspace(folder / "home", LOG.parent.name)
    log = folder / "home" / LOG
    log.parent.mkdir(parents=True)
    import_files(StoredLog.create(log, zone="Europe/Paris"), [SourceOptions(path=events(folder, 1000))])
    (log.parent / "imports" / "mnpqrstuvwxy").mkdir(parents=True)
    (log.parent / "imports" / "mnpqrstuvwxy" / "half.csv").write_bytes(b"\0" * 70_000)
    return folder / "home"


@pytest.mark.parametrize("name", ["kept.tar.zst", "kept.tar"])
def test_restored_installation_equals_the_one_that_was_kept(home: Path, tmp_path: Path, name: str) -> None:
    (home / "run" / "bodies" / "half.upload").write_bytes(b"of a request that is still coming")
    kept = command("backup", str(tmp_path / name), "--json", home=home)
    assert kept.returncode == 0, kept.stderr
    back = command("restore", str(tmp_path / name), "--into", str(tmp_path / "new"), home=tmp_path / "unused")
    assert back.returncode == 0, back.stderr
    assert f"PARCOURS_HOME={tmp_path / 'new'} parcours serve" in back.stdout
    assert contents(tmp_path / "new" / LOG) == contents(home / LOG)
    assert database(tmp_path / "new") == database(home)
    assert not (tmp_path / "new" / "run").exists()
    for same in ("secret-key", "workspaces/abcdefghjkmn/imports/mnpqrstuvwxy/half.csv"):
        assert (tmp_path / "new" / same).read_bytes() == (home / same).read_bytes()
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
    assert not list(home.glob(".backup-*"))
    assert (tmp_path / name).stat().st_mode & 0o077 == 0
    with serving(tmp_path / "new", tmp_path) as server:
        assert server.get("/health/ready").status == 200


def test_backup_under_writing_holds_one_state_of_the_log(home: Path, tmp_path: Path) -> None:
    """Between the manifest's copy and the files', the log goes on twice and collects what it no longer needs."""
    from parcours.columnstore.copying import held

    log = StoredLog.open(home / LOG)
    before = contents(home / LOG)
    (tmp_path / "copy").mkdir()
    with held(home / LOG, tmp_path / "copy") as paths:
        for turn in (1, 2):
            import_files(log, [SourceOptions(path=events(tmp_path, 4000, 10_000 * turn))])
        for path in paths:
            (tmp_path / "copy" / path).parent.mkdir(exist_ok=True)
            (tmp_path / "copy" / path).write_bytes((home / LOG / path).read_bytes())
    assert contents(tmp_path / "copy") == before
    assert len(contents(home / LOG)) == len(before) + 8000


def test_backup_never_overwrites(home: Path, tmp_path: Path) -> None:
    (tmp_path / "kept.tar").write_text("mine")
    refused = command("backup", str(tmp_path / "kept.tar"), home=home)
    assert (refused.returncode, (tmp_path / "kept.tar").read_text()) == (7, "mine")


@pytest.fixture(scope="module")
def kept(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("kept") / "kept.tar"
    done = command("backup", str(file), home=home)
    assert done.returncode == 0, done.stderr
    return file


def test_folder_that_is_not_empty_is_left_alone(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InstallationError, match="is not empty"):
        restore(kept, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95, 0.999])
def test_backup_that_was_cut_short_is_refused(kept: Path, tmp_path: Path, share: float) -> None:
    whole = kept.read_bytes().rstrip(b"\0")
    (tmp_path / "cut.tar").write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InputError, match="is not a whole backup"):
        restore(tmp_path / "cut.tar", tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["cut.tar"]


def test_one_changed_byte_is_noticed(kept: Path, tmp_path: Path) -> None:
    raw = bytearray(kept.read_bytes())
    with tarfile.open(kept) as tar:
        segment = next(member for member in tar if "/segments/" in member.name)
    raw[segment.offset_data + 10] ^= 1
    (tmp_path / "changed.tar").write_bytes(raw)
    with pytest.raises(InputError, match="is not a whole backup"):
        restore(tmp_path / "changed.tar", tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "a/../../outside"])
def test_name_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        tar.addfile(tarfile.TarInfo(name))
    with pytest.raises(InputError):
        restore(tmp_path / "evil.tar", tmp_path / "in" / "new")
    assert not (tmp_path / "in" / "outside").exists()


def test_upgrade_backs_up_brings_the_database_along_and_then_has_nothing_to_do(home: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(home / "parcours.sqlite3")) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'usersessions'")
        connection.execute("DROP TABLE usersessions_usersession")
        connection.commit()
    assert command("serve", home=home).returncode == 7
    done = command("upgrade", home=home)
    assert done.returncode == 0, done.stderr
    (made,) = (home / "backups").iterdir()
    assert str(made) in done.stdout
    again = command("upgrade", home=home)
    assert (again.returncode, again.stdout) == (0, "There is nothing to upgrade.\n")
    with serving(home, tmp_path) as server:
        assert server.get("/health/ready").status == 200
        busy = command("upgrade", home=home)
        assert busy.returncode == 7
        assert "Stop it first." in busy.stderr


def test_backup_of_a_folder_that_cannot_be_written_says_so(home: Path) -> None:
    refused = command("backup", "/proc/none/kept.tar", home=home)
    assert refused.returncode == 7
    assert "cannot be written" in refused.stderr
