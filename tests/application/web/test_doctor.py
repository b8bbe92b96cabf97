from __future__ import annotations

import json
import socketserver
import threading
from pathlib import Path

import pytest
from servers import command, keep_workspace, lend_files

from parcours.columnstore.log import StoredLog
from parcours.web import doctor
from parcours.web.doctor import clock, disk_kind, mail

pytestmark = [pytest.mark.xdist_group("server"), pytest.mark.own_server]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("examined") / "home"
    lend_files(folder)
    assert command("upgrade", home=folder).returncode == 0
    keep_workspace(folder, "abcdefghjkmn")
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


class Relay(socketserver.StreamRequestHandler):
    """A server for mail that greets and says goodbye."""

    def handle(self) -> None:
        self.wfile.write(b"220 relay\r\n")
        while line := self.rfile.readline():
            self.wfile.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 relay\r\n")


def test_server_for_mail_that_answers_is_good(settings) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), Relay) as relay:
        threading.Thread(target=relay.handle_request).start()
        settings.PARCOURS_HAS_MAIL, settings.EMAIL_HOST, settings.EMAIL_PORT = True, *relay.server_address
        settings.EMAIL_USE_SSL, settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = False, False, ""
        (found,) = mail()
    assert (found.verdict, found.found) == ("good", f"127.0.0.1:{settings.EMAIL_PORT} takes mail.")


def test_unknown_time_zone_is_bad(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parcours.web.doctor.zoneinfo.available_timezones", lambda: {"UTC"})
    (found,) = clock()
    assert (found.verdict, found.found) == ("bad", "There is no time zone Europe/Paris.")


@pytest.mark.parametrize(
    ("url", "proxy", "said"),
    [
        ("https://parcours.example.com", None, "The address begins with https, and no proxy is named."),
        ("https://parcours.example.com", ("HTTP_X_FORWARDED_PROTO", "https"), "The address is"),
        ("http://127.0.0.1:8000", None, "The address is"),
    ],
)
def test_address_of_the_installation_is_judged(settings, url: str, proxy: object, said: str) -> None:
    settings.PARCOURS_URL, settings.SECURE_PROXY_SSL_HEADER, settings.PARCOURS_UNKNOWN_SETTINGS = url, proxy, []
    assert next(iter(doctor.settings())).found.startswith(said)


def test_disk_that_is_full_slow_remote_or_open_is_told(
    settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PARCOURS_HOME = tmp_path
    tmp_path.chmod(0o755)
    monkeypatch.setattr(doctor, "LEAST_FREE_BYTES", 1 << 62)
    monkeypatch.setattr(doctor, "SLOW_FSYNC_SECONDS", -1.0)
    monkeypatch.setattr(doctor, "disk_kind", lambda _place, _mounts: "nfs4")
    found = list(doctor.folder())
    assert [one.verdict for one in found] == ["bad", "warning", "bad", "warning", "good"]
    assert found[1].remedy == f"chmod 700 {tmp_path}"


def test_check_that_breaks_is_a_finding_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken():
        raise RuntimeError("no idea")
        yield

    monkeypatch.setattr(doctor, "CHECKS", (broken, clock))
    assert [(one.check, one.verdict) for one in doctor.examine()] == [("broken", "bad"), ("clock", "good")]
