"""A file of five million rows from a client through a real server and worker into a log: time and peak memory.

    python benchmarks/upload.py [ROWS]

Starts the web server and the worker in processes of their own over a fresh folder, sends the file in pieces of 4 MB
as the page does, one server restart on the way, imports it, takes it back, and prints what each step took.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PIECE = 4 << 20
SETUP = """
import django, json
django.setup()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
from parcours.accounts.models import Membership, User, Workspace
user = User.objects.create_user("bench@example.com", "x")
space = Workspace.objects.create(name="Bench", language="en")
Membership.objects.create(workspace=space, user=user, role="owner")
session = SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session.create()
print(json.dumps([session.session_key, space.public_id]))
"""
STATE = """
import django, json
django.setup()
from parcours.eventlog.models import Import
print(json.dumps(Import.objects.values_list("state", "events", "persons", "rows_done", "error").get()))
"""
THEN = {
    "start": "services.start(row, Answers.of(row.options))",
    "undo": "services.undo(row)",
}
VERB = """
import django
django.setup()
from parcours.eventlog import services
from parcours.eventlog.models import Import
from parcours.eventlog.reading import Answers
row = Import.objects.get()
{verb}
"""


def write(path: Path, rows: int) -> int:
    """Write events of a fifth as many persons; return the size."""
    with path.open("w") as out:
        out.write("person,time,event,channel,amount,message\n")
        for n in range(rows):
            day, hour, minute = n % 28 + 1, n // 28 % 24, n // 700 % 60
            person = n * 2654435761 % (rows // 5 + 1)
            out.write(
                f"customer-{person},2026-03-{day:02d}T{hour:02d}:{minute:02d}:00Z,step {n % 23},"
                f"{('web', 'shop', 'phone')[n % 3]},{n % 9973 / 100},a note of some length {n % 5000}\n"
            )
    return path.stat().st_size


def peak_mb(pid: int) -> int:
    """Return the most memory that a process and its children had at a time, each at its own peak."""
    peaks = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            said = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        except OSError:
            continue
        if int(said["Pid"]) == pid or int(said["PPid"]) == pid:
            peaks += int(said.get("VmHWM", "0 kB").split()[0])
    return peaks // 1024


class Bench:
    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.env = {
            **os.environ, "PARCOURS_HOME": str(home), "DJANGO_SETTINGS_MODULE": "parcours.web.settings",
            "PARCOURS_URL": f"http://127.0.0.1:{self.port}", "PARCOURS_DEBUG": "1", "PARCOURS_LOG_LEVEL": "error",
        }  # fmt: skip
        self.session, self.workspace = self.ask(SETUP)

    def ask(self, program: str) -> list:
        done = subprocess.run([sys.executable, "-c", program], env=self.env, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        return json.loads(done.stdout.splitlines()[-1]) if done.stdout else []

    def start(self, *command: str) -> subprocess.Popen:
        return subprocess.Popen([sys.executable, *command], env=self.env, start_new_session=True)

    def serve(self) -> subprocess.Popen:
        where = ("--interface", "asgi", "--port", str(self.port), "parcours.web.asgi:application")
        web = self.start("-m", "granian", *where)
        while True:
            try:
                if self.request("GET", "/health/live")[0] == 200:
                    return web
            except OSError:
                time.sleep(0.2)

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        token = "x" * 32
        cookie = f"session={self.session}; csrf={token}"
        headers = {"Cookie": cookie, "X-CSRFToken": token, **{k.replace("_", "-"): v for k, v in headers.items()}}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        kind = answer.headers.get("Content-Type", "")
        return answer.status, json.loads(said) if kind.startswith("application/json") else {}, said[:300].decode()

    def upload(self, path: Path, size: int, web: subprocess.Popen) -> tuple[subprocess.Popen, int]:
        """Send the file; the server is killed once, in the middle. Return the last server and its peaks."""
        body = json.dumps({"name": path.name, "size": size}).encode()
        status, made, said = self.request(
            "POST", f"/w/{self.workspace}/imports/", body, Content_Type="application/json"
        )
        if status != 201:
            sys.exit(f"{status} {said}")
        offset, killed, peak = 0, False, 0
        with path.open("rb") as file:
            while offset < size:
                file.seek(offset)
                piece = file.read(PIECE)
                status, told, said = self.request("PATCH", made["file"], piece, Upload_Offset=str(offset))
                if status not in (200, 409):
                    sys.exit(f"{status} {said}")
                offset = told["offset"]
                if offset > size // 2 and not killed:
                    killed, peak = True, peak_mb(web.pid)
                    os.killpg(web.pid, signal.SIGKILL)
                    web.wait()
                    web = self.serve()
                    offset = self.request("GET", made["file"])[1]["offset"]
        return web, max(peak, peak_mb(web.pid))

    def until(self, state: str) -> list:
        while True:
            row = self.ask(STATE)
            if row[0] in (state, "failed"):
                return row
            time.sleep(0.5)


def main() -> int:
    """Run it all and print one line a step."""
    rows = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 5_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "events.csv")
        size = write(path, rows)
        bench = Bench(Path(folder, "home"))
        web = bench.serve()
        begun = time.monotonic()
        web, peak = bench.upload(path, size, web)
        took = time.monotonic() - begun
        print(f"upload: {rows:,} rows, {size / 1e6:.0f} MB in {took:.1f} s with one kill; web at most {peak} MB")
        worker = bench.start("-m", "parcours.web.worker")
        for verb, state in (("start", "done"), ("undo", "undone")):
            begun = time.monotonic()
            bench.ask(VERB.format(verb=THEN[verb]))
            row = bench.until(state)
            took = time.monotonic() - begun
            print(f"{verb}: {row} in {took:.1f} s; worker at most {peak_mb(worker.pid)} MB")
        for process in (worker, web):
            process.terminate()
            process.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
