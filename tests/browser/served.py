"""The application in a process of its own, filled before it is served."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from servers import environment, free_port


class Served:
    """An installation in ``home``, filled by Python called with the arguments ``fill``, then served without a worker.

    ``made`` is the last line that it printed, read as JSON.
    """

    def __init__(self, home: Path, fill: Sequence[str]) -> None:
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        env = environment(
            home, PARCOURS_URL=self.address, PARCOURS_DEBUG="1", PARCOURS_LOG_LEVEL="warning",
            DJANGO_SETTINGS_MODULE="parcours.web.settings",
        )  # fmt: skip
        filled = subprocess.run([sys.executable, *fill], env=env, capture_output=True, text=True)
        assert filled.returncode == 0, filled.stderr
        self.made: Any = json.loads(filled.stdout.splitlines()[-1])
        where = ("--interface", "asgi", "--port", str(port), "parcours.web.asgi:application")
        with (home / "said.txt").open("wb") as said:
            self._web = subprocess.Popen([sys.executable, "-m", "granian", *where], env=env, stdout=said, stderr=said)
        until = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{self.address}/health/live", timeout=2).close()
                return
            except OSError:
                if time.monotonic() > until:
                    self.stop()
                    pytest.fail((home / "said.txt").read_text())
                time.sleep(0.2)

    def stop(self) -> None:
        """End the server."""
        self._web.terminate()
        try:
            self._web.wait(30)
        except subprocess.TimeoutExpired:
            self._web.kill()
            self._web.wait()
