from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from servers import Visitor, command, free_port, make_alice, program, serving, start

from parcours.language.errors import UsageError
from parcours.web.errors import InstallationError
from parcours.web.serving import Serving, refuse_taken_port

pytestmark = [pytest.mark.xdist_group("server"), pytest.mark.own_server]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation that a first start has made."""
    folder = tmp_path_factory.mktemp("served")
    with serving(folder / "home", folder, lent=False):
        pass
    return folder / "home"


def test_first_start_makes_an_installation_that_answers_and_ends_cleanly(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    with serving(home, tmp_path, lent=False, PARCOURS_PORTT="8000", PARCOURS_LOG_FORMAT="json") as server:
        assert f"http://127.0.0.1:{server.port}" in server.out.read_text()
        assert "PARCOURS_PORTT is set, but nothing reads it." in server.out.read_text()
        assert json.loads(server.get("/health/ready").body) == {"status": "ready", "problems": []}
        assert server.get("/account/login/?next=/hidden").status == 200
        packed = next((home / "static").rglob("*.*.css.gz")).relative_to(home)
        style = server.get(f"/{packed.with_suffix('')}", Accept_Encoding="gzip")
        assert (style.status, style.headers["content-encoding"]) == (200, "gzip")
        assert "immutable" in style.headers["cache-control"]
        assert "/first/ with this code: " in server.out.read_text()
        begun = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - begun < 8
    assert "process killed" not in server.err.read_text()
    assert home.stat().st_mode & 0o077 == 0
    logged = [json.loads(line) for line in server.err.read_text().splitlines() if line]
    assert any(line.get("view") == "account_login" and line["status"] == 200 for line in logged)
    assert "hidden" not in server.err.read_text()


def test_second_start_gathers_nothing_and_says_less(home: Path, tmp_path: Path) -> None:
    with serving(home, tmp_path) as server:
        assert "Gathering" not in server.out.read_text()
        assert "Making" not in server.out.read_text()


def test_web_process_that_is_killed_comes_back(home: Path, tmp_path: Path) -> None:
    with serving(home, tmp_path, "--only", "web") as server:
        listed = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
        os.kill(int(listed[0]), signal.SIGKILL)
        for _try in range(200):
            try:
                if server.get("/health/live").status == 200:
                    break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail("the pages did not come back")
        assert "process died" in server.err.read_text()


def test_web_process_ends_without_taking_the_interpreter_down(home: Path, tmp_path: Path) -> None:
    # The server's own threads may ask for the interpreter at that moment, and print a panic.
    (tmp_path / "sitecustomize.py").write_text(
        "import atexit, sys\n"
        "def tell():\n"
        "    if 'parcours.web.processes' in ' '.join(sys.orig_argv):\n"
        "        print('taken down:', sys.argv[1], file=sys.stderr, flush=True)\n"
        "atexit.register(tell)\n"
    )
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    with serving(home, tmp_path, PYTHONPATH=path) as server:
        assert server.get("/account/login/").status == 200
        assert server.stop() == 0
    logged = server.err.read_text()
    assert "taken down: worker" in logged  # the file is read
    assert "taken down: web" not in logged
    assert "panic" not in logged


def test_worker_alone_listens_to_no_port(home: Path, tmp_path: Path) -> None:
    with serving(home, tmp_path, "--only", "worker") as server:
        assert "The worker is running." in server.out.read_text()
        with pytest.raises(ConnectionRefusedError):
            server.get("/health/live")


def test_pages_and_worker_begun_together_on_nothing_make_one_installation(tmp_path: Path) -> None:
    source = "from parcours.web import installation\ninstallation.prepare(print, pages=False)"
    begun = [program(tmp_path / "home", source) for _role in range(2)]
    told = "".join(process.communicate(timeout=240)[0] for process in begun)
    assert [process.returncode for process in begun] == [0, 0]
    assert told.splitlines() == ["Making a new database."]
    assert not (tmp_path / "home" / "static").exists()  # of a worker alone: pages may be served meanwhile


def test_database_of_an_older_version_is_refused(home: Path, tmp_path: Path) -> None:
    database = home / "parcours.sqlite3"
    with sqlite3.connect(database) as connection:
        rows = connection.execute("SELECT app, name, applied FROM django_migrations WHERE app = 'accounts'").fetchall()
        connection.execute("DELETE FROM django_migrations WHERE app = 'accounts'")
    refused = command("serve", "--port", str(free_port()), home=home)
    with sqlite3.connect(database) as connection:
        connection.executemany("INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)", rows)
    assert refused.returncode == 7
    assert refused.stderr.strip().endswith(
        "The database was made by an older version of Parcours. Run: parcours upgrade"
    )


def test_database_of_a_newer_version_is_refused(home: Path) -> None:
    with sqlite3.connect(home / "parcours.sqlite3") as connection:
        connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('accounts', '9999_x', 0)")
    refused = command("serve", "--port", str(free_port()), home=home)
    with sqlite3.connect(home / "parcours.sqlite3") as connection:
        connection.execute("DELETE FROM django_migrations WHERE name = '9999_x'")
    assert refused.returncode == 7
    assert "newer version of Parcours" in refused.stderr


def test_taken_port_is_named_with_another_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InstallationError, match=rf"--port {port + 1}"):
            refuse_taken_port(Serving(port=port))


@pytest.mark.parametrize(
    ("host", "address"),
    [("0.0.0.0", "http://127.0.0.1:8000"), ("192.0.2.7", "http://192.0.2.7:8000"), ("::1", "http://[::1]:8000")],
)
def test_address_is_one_that_a_browser_can_open(host: str, address: str) -> None:
    assert Serving(host).address == address


def test_missing_server_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from parcours.web import installation

    monkeypatch.setattr(installation, "find_spec", lambda name: None if name == "granian" else object())
    with pytest.raises(UsageError, match=r"granian\. Install them: pip install 'parcours\[server\]'"):
        installation.set_up()


def test_setting_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    refused = command("serve", "--port", str(free_port()), home=tmp_path, PARCOURS_MAX_UPLOAD_MB="much")
    assert refused.returncode == 2
    assert "PARCOURS_MAX_UPLOAD_MB" in refused.stderr


def test_two_servers_of_one_port_do_not_share_it(home: Path, tmp_path: Path) -> None:
    server = start(home, tmp_path)
    refused = command("serve", "--port", str(server.port), home=home)
    assert refused.returncode == 7
    assert server.stop() == 0


def test_page_that_listens_does_not_hold_the_end_up(tmp_path: Path) -> None:
    """A stream of progress lasts a minute; nobody waits for it."""
    csv = b"person,time,event\na,2026-01-01,visit\n"
    with serving(tmp_path / "home", tmp_path, "--only", "web") as server:
        workspace = make_alice(tmp_path / "home")
        alice = Visitor(server.port, 1)
        assert alice.sign_in()
        wanted = json.dumps({"name": "events.csv", "size": len(csv)}).encode()
        page = json.loads(alice.ask("POST", f"/w/{workspace}/imports/", wanted, Content_Type="application/json")[1])[
            "page"
        ]
        assert alice.ask("PATCH", f"{page}file", csv, Upload_Offset="0")[0] == 200
        assert alice.ask("POST", page, b"then=import", Content_Type="application/x-www-form-urlencoded")[0] == 303
        with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as listening:
            listening.request("GET", f"{page}progress", headers={"Cookie": alice.cookie})
            stream = listening.getresponse()
            assert stream.status == 200
            while b"event: step" not in stream.readline():
                pass
            begun = time.monotonic()
            assert server.stop() == 0
            assert time.monotonic() - begun < 4
    assert "process killed" not in server.err.read_text()
