from __future__ import annotations

from pathlib import Path

import pytest
from servers import command, free_port

from parcours.columnstore.log import StoredLog

pytestmark = [pytest.mark.xdist_group("server"), pytest.mark.slow, pytest.mark.own_server]


def test_demo_serves_the_sample_company_and_signs_its_owner_in_twice_over(tmp_path: Path) -> None:
    for _time in range(2):  # a second demo begins anew in the same folder
        port = free_port()
        done = command(
            "demo", "--serve", "--once", "--into", str(tmp_path), "--port", str(port), home=tmp_path / "unused"
        )
        assert done.returncode == 0, done.stderr
        address = next(line for line in done.stdout.splitlines() if line.startswith("Signed in, "))
        workspace = address.split("/w/")[1].split("/")[0]
        assert f"http://127.0.0.1:{port}/w/" in address
        assert StoredLog.open(tmp_path / "home" / "workspaces" / workspace / "log").events > 20_000
    assert not (tmp_path / "unused").exists()
