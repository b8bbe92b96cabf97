"""Shared by every test: where the real data stands, and the rule that CI skips nothing it should run."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("PARCOURS_DATA", ROOT.parent / "shared" / "data"))
IN_CI = os.environ.get("CI", "").lower() == "true"

# In CI the random cases are the same every time, so that what lands was not lucky; elsewhere they are always new.
hypothesis.settings.register_profile("parcours", derandomize=IN_CI)
hypothesis.settings.load_profile("parcours")

if importlib.util.find_spec("django") is not None:
    # Settings are read at the first use of Django; every worker of the tests has a folder of its own.
    os.environ["PARCOURS_HOME"] = tempfile.mkdtemp(prefix="parcours-tests-")
    (Path(os.environ["PARCOURS_HOME"]) / "static").mkdir()
    (Path(os.environ["PARCOURS_HOME"]) / "secret-key").write_text("that of an installation which stands already\n")
    # Static files straight from the packages, ungathered; pytest-django itself turns DEBUG off again.
    os.environ["PARCOURS_DEBUG"] = "1"
    os.environ["DJANGO_SETTINGS_MODULE"] = "parcours.web.settings"
    import django

    django.setup()
    from django.conf import settings

    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        # A file, as in life: threads and processes then have connections, and locks, of their own.
        settings.DATABASES["default"]["TEST"]["NAME"] = str(Path(os.environ["PARCOURS_HOME"], "tests.sqlite3"))


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests read English unless they ask for French, whatever the machine speaks."""
    monkeypatch.setenv("PARCOURS_LANGUAGE", "en")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real data beside the project; never copied into it."""
    if not DATA.is_dir():
        pytest.skip(f"the real data sets are not beside the project (looked in {DATA.name}; set PARCOURS_DATA)")
    return DATA


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give the workers what is slow first: what is left in the end is short, and none waits long for another.

    What drives a browser comes last: its loop runs in the worker from then on, beside which Django waits for nothing.
    """
    if hasattr(config, "workerinput"):
        items.sort(
            key=lambda item: (
                item.get_closest_marker("browser") is not None,
                item.get_closest_marker("slow") is None,
            )
        )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if IN_CI and skipped:
        terminalreporter.section("skipped in CI, where nothing may be", red=True)
        for report in skipped:
            terminalreporter.line(f"{report.nodeid}: {report.longrepr[-1] if report.longrepr else ''}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if IN_CI and reporter is not None and reporter.stats.get("skipped") and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def poppler() -> Callable[..., str]:
    """Return what runs a program of poppler (``pdfinfo``, ``pdftotext``, …) and gives what it wrote."""
    if shutil.which("pdfinfo") is None:
        pytest.skip("pdfinfo is missing; on Debian or Ubuntu: apt install poppler-utils")

    def run(program: str, *arguments: str | Path) -> str:
        done = subprocess.run([program, *map(str, arguments)], capture_output=True, check=True)
        return done.stdout.decode("utf-8", "replace")

    return run
