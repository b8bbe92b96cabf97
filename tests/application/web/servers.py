"""A real ``parcours serve`` in a folder of its own, driven as a person's machine would."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path


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


def start(home: Path, folder: Path, *arguments: str, port: int | None = None, **more: str) -> Server:
    """Start a server in a process group of its own, and wait until it is ready."""
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
def serving(home: Path, folder: Path, *arguments: str, port: int | None = None, **more: str) -> Iterator[Server]:
    server = start(home, folder, *arguments, port=port, **more)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()
