from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client import REGISTRY
from servers import environment, serving

TOKEN, SETTINGS = "a token of the tests", "parcours.web.settings"


def test_live_asks_nothing_of_the_database(client: Client) -> None:
    assert client.get("/health/live").json() == {"status": "live"}


def test_ready_asks_one_question(db: None, client: Client) -> None:
    assert client.get("/health/ready").json() == {"status": "ready", "problems": []}
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get("/health/ready").status_code == 200
    assert len(asked) == 1


def test_database_of_an_older_version_is_not_ready(db: None, client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'accounts'")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["problems"] == ["database needs an upgrade: run parcours upgrade"]


def test_missing_folder_is_not_ready(db: None, client: Client, settings, tmp_path: Path) -> None:
    settings.PARCOURS_HOME = tmp_path / "gone"
    assert client.get("/health/ready").json()["problems"] == ["folder of the data is missing"]


def test_figures_are_for_who_knows_the_token(client: Client, settings) -> None:
    assert client.get("/metrics").status_code == 404
    settings.PARCOURS_METRICS_TOKEN = TOKEN
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    known = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert known.status_code == 200
    assert b"parcours_requests_total" in known.content


def test_methods_that_visitors_invent_are_counted_as_one(client: Client) -> None:
    def counted(method: str) -> float | None:
        return REGISTRY.get_sample_value(
            "parcours_requests_total", {"method": method, "view": "live", "status": "405"}
        ) or REGISTRY.get_sample_value("parcours_requests_total", {"method": method, "view": "live", "status": "200"})

    before = counted("other") or 0
    for method in ("BREW", "WHEN"):
        client.generic(method, "/health/live")
    assert counted("BREW") is None
    assert counted("other") == before + 2


COUNT_A_JOB = """
import django
django.setup()
from parcours.eventlog.worker import DONE
DONE.labels("imports", "done").inc(2)
"""


@pytest.mark.own_server
@pytest.mark.xdist_group("server")
def test_figures_of_worker_and_pages_stand_on_one_page(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home, tmp_path, "--only", "web", PARCOURS_METRICS_TOKEN="t0ken-of-tests") as server:
        there = {"PROMETHEUS_MULTIPROC_DIR": str(home / "run" / "metrics"), "DJANGO_SETTINGS_MODULE": SETTINGS}
        subprocess.run([sys.executable, "-c", COUNT_A_JOB], env=environment(home) | there, check=True)
        for _turn in range(3):
            server.get("/health/live")
        counted = server.get("/metrics", Authorization="Bearer t0ken-of-tests").body.decode()
        assert 'parcours_requests_total{method="GET",status="200",view="live"} 3.0' in counted
        assert 'parcours_jobs_total{job="imports",outcome="done"} 2.0' in counted
        assert "t0ken-of-tests" not in server.err.read_text()
    with serving(home, tmp_path, "--only", "web", PARCOURS_METRICS_TOKEN="t0ken-of-tests") as server:
        again = server.get("/metrics", Authorization="Bearer t0ken-of-tests").body.decode()
        assert "parcours_jobs_total{" not in again, "processes that are gone are still counted"
