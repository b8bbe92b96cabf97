"""An installation in a folder of its own, with programs that run in it and a real ``parcours serve``.

Every test and benchmark that needs one takes it from here.
"""

from __future__ import annotations

import atexit
import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

EMAIL, PASSWORD = "alice@example.com", "quatre mots sans aucun rapport"
MAKE_ALICE = f"""
from django.core.management import call_command
from parcours.accounts.services import first_code, make_first
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
user, workspace = make_first(first_code(), email="{EMAIL}", password="{PASSWORD}", workspace="W", language="en")
print(json.dumps(workspace.public_id))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PARCOURS_", "DJANGO_", "COV_"))}
    return kept | {"PARCOURS_HOME": str(home), "PARCOURS_LANGUAGE": "en"} | more


def command(*arguments: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "parcours", *arguments],
        env=environment(home, **more), capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    process: subprocess.Popen[str]
    port: int
    out: Path
    err: Path

    def get(self, path: str, **headers: str) -> Answer:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.request("GET", path, headers={name.replace("_", "-"): held for name, held in headers.items()})
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.headers.items()), answer.read())

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


@cache
def _gathered() -> Path:
    home = Path(tempfile.mkdtemp(prefix="parcours-gathered-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    ask(home, "from parcours.web import installation\ninstallation.gather_static(lambda _said: None)")
    return home / "static"


def lend_files(home: Path) -> None:
    """Copy the files of the pages into a new installation: to compress them once in a process is enough."""
    if not (home / "static").exists():
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copytree(_gathered(), home / "static")


def start(home: Path, folder: Path, *arguments: str, port: int | None = None, lent: bool = True, **more: str) -> Server:
    """Start a server in a process group of its own, and wait until it is ready.

    Unless the files of the pages are ``lent``, a new installation gathers its own.
    """
    if lent:
        lend_files(home)
    port = port or free_port()
    out, err = folder / f"{port}.out", folder / f"{port}.err"
    with out.open("w") as told, err.open("a") as logged:
        process = subprocess.Popen(
            [sys.executable, "-m", "parcours", "serve", "--port", str(port), *arguments],
            env=environment(home, **more), stdout=told, stderr=logged, text=True, start_new_session=True,
        )  # fmt: skip
    for _try in range(1200):
        if "Stop it with Ctrl-C" in out.read_text():
            return Server(process, port, out, err)
        if process.poll() is not None:
            break
        time.sleep(0.1)
    process.kill()
    raise AssertionError(f"the server does not start:\n{out.read_text()}\n{err.read_text()}")


@contextmanager
def serving(
    home: Path, folder: Path, *arguments: str, port: int | None = None, lent: bool = True, **more: str
) -> Iterator[Server]:
    server = start(home, folder, *arguments, port=port, lent=lent, **more)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


def inside(home: Path, **more: str) -> dict[str, str]:
    """Return the environment of a process that uses the application's settings directly."""
    return environment(home, PARCOURS_LOG_LEVEL="warning", DJANGO_SETTINGS_MODULE="parcours.web.settings") | more


def program(home: Path, source: str, *arguments: str) -> subprocess.Popen[str]:
    """Start some lines inside the application."""
    return subprocess.Popen(
        [sys.executable, "-c", _whole(source), *arguments], stdout=subprocess.PIPE, text=True,
        start_new_session=True, env=inside(home),
    )  # fmt: skip


def ask(home: Path, source: str) -> Any:
    """Run some lines inside the application and return the JSON that they ``print`` last."""
    command = [sys.executable, "-c", _whole(source)]
    done = subprocess.run(command, env=inside(home), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout else None


def _whole(source: str) -> str:
    return "import django, json, sys\ndjango.setup()\n" + textwrap.dedent(source)


def make_alice(home: Path) -> str:
    """Make the database where there is none, Alice and her workspace; return the workspace's public id."""
    return str(ask(home, MAKE_ALICE))


def keep_workspace(home: Path, public_id: str) -> None:
    """Give an installation a workspace of that public id, which nobody belongs to."""
    with closing(sqlite3.connect(home / "parcours.sqlite3")) as database, database:
        database.execute(
            "INSERT INTO accounts_workspace (public_id, name, language, time_zone, currency, created_at, trail_head)"
            " VALUES (?, 'W', 'en', 'Europe/Paris', 'EUR', '2026-01-01', '')",
            [public_id],
        )


class Visitor:
    """A browser with cookies, at an address of its own: sign-ins are counted by address."""

    def __init__(self, port: int, number: int) -> None:
        self.port, self.source, self.cookies = port, (f"127.1.{number // 250}.{number % 250 + 1}", 0), SimpleCookie()

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        sent = {name.replace("_", "-"): held for name, held in headers.items()}
        sent["Cookie"] = self.cookie
        if "csrf" in self.cookies:
            sent["X-CSRFToken"] = self.cookies["csrf"].value
        where = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=self.source)
        with closing(where) as connection:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            read = answer.read()
            for cookie in answer.headers.get_all("Set-Cookie", []):
                self.cookies.load(cookie)
        return answer.status, read

    @property
    def cookie(self) -> str:
        return "; ".join(f"{one.key}={one.value}" for one in self.cookies.values())

    def sign_in(self) -> str | None:
        """Sign in and return the session that was acknowledged."""
        self.ask("GET", "/account/login/")
        form = urlencode({"login": EMAIL, "password": PASSWORD}).encode()
        status, _read = self.ask("POST", "/account/login/", form, Content_Type="application/x-www-form-urlencoded")
        return self.cookies["session"].value if status == 302 and "session" in self.cookies else None
