from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from servers import command

from parcours.columnstore.log import StoredLog
from parcours.web.doctor import disk_kind

pytestmark = [pytest.mark.xdist_group("server"), pytest.mark.own_server]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("examined") / "home"
    assert command("upgrade", home=folder).returncode == 0
    StoredLog.create(folder / "made.tmp").path.rename(folder / "log")
    (folder / "workspaces" / "abcdefghjkmn").mkdir(parents=True)
    (folder / "log").rename(folder / "workspaces" / "abcdefghjkmn" / "log")
    return folder


def findings(home: Path, *options: str, **more: str) -> tuple[int, dict[str, list[dict[str, str]]]]:
    done = command("doctor", "--json", *options, home=home, **more)
    answer = json.loads(done.stdout)
    assert answer["well"] is (done.returncode == 0), done.stderr
    by_check: dict[str, list[dict[str, str]]] = {}
    for finding in answer["findings"]:
        by_check.setdefault(finding["check"], []).append(finding)
    return done.returncode, by_check


def verdicts(found: list[dict[str, str]]) -> set[str]:
    return {finding["verdict"] for finding in found}


def test_healthy_installation_is_well(home: Path) -> None:
    code, found = findings(home, "--deep")
    assert code == 0
    assert set(found) == {"program", "settings", "folder", "secret", "database", "mail", "clock", "logs"}
    assert all(verdicts(found[check]) == {"good"} for check in found if check not in ("mail", "program"))
    assert found["mail"][0]["remedy"].startswith("Set PARCOURS_SMTP_URL")


def test_what_is_wrong_comes_with_what_to_do(home: Path) -> None:
    (home / "secret-key").chmod(0o644)
    code, found = findings(
        home, PARCOURS_URL="http://parcours.example.com", PARCOURS_DEBUG="1", PARCOURS_PORTT="1",
        PARCOURS_SMTP_URL="smtp://127.0.0.1:9", PARCOURS_TIME_ZONE="Europe/Paris",
    )  # fmt: skip
    (home / "secret-key").chmod(0o600)
    assert code == 1
    assert found["secret"][0]["remedy"] == f"chmod 600 {home / 'secret-key'}"
    said = " ".join(finding["found"] for finding in found["settings"])
    assert "PARCOURS_PORTT is set" in said
    assert "PARCOURS_DEBUG is on" in said
    assert "passwords in the clear" in said
    assert verdicts(found["mail"]) == {"bad"}


def test_damaged_log_is_found_by_a_deep_look_alone(home: Path) -> None:
    manifest = home / "workspaces" / "abcdefghjkmn" / "log" / "manifest.sqlite"
    whole = manifest.read_bytes()
    manifest.write_bytes(b"no manifest at all" * 99)
    assert findings(home)[0] == 0
    code, found = findings(home, "--deep")
    manifest.write_bytes(whole)
    assert (code, verdicts(found["logs"])) == (1, {"bad"})


def test_people_read_signs_and_remedies(home: Path) -> None:
    done = command("doctor", home=home)
    assert "✓ database: SQLite" in done.stdout
    assert "! mail: No server for mail is set" in done.stdout
    assert "    → Set PARCOURS_SMTP_URL" in done.stdout


def test_kind_of_disk_is_the_nearest_mount(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    real = tmp_path.resolve()
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nserver:/x {real} nfs4 rw 0 0\nother {real}other tmpfs rw 0 0\n")
    assert disk_kind(tmp_path / "home", mounts) == "nfs4"
    assert disk_kind(Path("/"), mounts) == "ext4"
    assert disk_kind(tmp_path, tmp_path / "none") == ""
