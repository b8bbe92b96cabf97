from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from servers import command, environment, free_port

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


@pytest.mark.parametrize(("template", "said"), [("coach", "holds something else than a demo"), ("typo", "typo")])
def test_folder_that_no_demo_made_is_left_alone(tmp_path: Path, template: str, said: str) -> None:
    precious = tmp_path / "home" / "precious" / "f"
    precious.parent.mkdir(parents=True)
    precious.write_text("mine")
    refused = command(
        "demo", "--serve", "--once", "--into", str(tmp_path), "--port", str(free_port()), "--template", template,
        home=tmp_path / "unused",
    )  # fmt: skip
    assert refused.returncode in (2, 7)
    assert said in refused.stderr
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))] == [
        "home", "home/precious", "home/precious/f",
    ]  # fmt: skip


def test_demo_that_runs_is_left_alone_by_another_one(tmp_path: Path) -> None:
    demo = ("demo", "--serve", "--no-open", "--into", str(tmp_path), "--port")
    out = tmp_path / "out"
    with out.open("w") as told:
        first = subprocess.Popen(
            [sys.executable, "-m", "parcours", *demo, str(free_port())],
            env=environment(tmp_path / "unused"), stdout=told, stderr=told,
        )  # fmt: skip
    try:
        for _try in range(1200):
            if "Come in by this link" in out.read_text():
                break
            assert first.poll() is None, out.read_text()
            time.sleep(0.1)
        database = tmp_path / "home" / "parcours.sqlite3"
        before = database.stat().st_ino
        second = command(*demo, str(free_port()), home=tmp_path / "unused")
        assert second.returncode == 7
        assert "The server of this installation is running. Stop it first." in second.stderr
        assert database.stat().st_ino == before
    finally:
        first.terminate()
        first.wait(20)
