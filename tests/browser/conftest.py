import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real Chromium; skipped where there is none, except in CI."""
    path = os.environ.get("PARCOURS_CHROMIUM", "/usr/bin/chromium")
    if not Path(path).exists():
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(f"There is no Chromium at {path}, and CI must have one: set PARCOURS_CHROMIUM.")
        pytest.skip(f"There is no Chromium at {path}; set PARCOURS_CHROMIUM to run the browser tests.")
    # Playwright keeps a loop running in the thread of the tests, where Django would refuse to reach the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        except Error as error:
            pytest.fail(f"Chromium at {path} does not start: {error}")
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def samples() -> ModuleType:
    """The invented pictures of the picture's own tests."""
    source = ROOT / "tests" / "picture" / "samples.py"
    spec = importlib.util.spec_from_file_location("picture_samples", source)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, which npm installs for development."""
    source = ROOT / "node_modules" / "axe-core" / "axe.min.js"
    if not source.exists():
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail("axe-core is not installed, and CI must have it: run npm ci.")
        pytest.skip("axe-core is not installed; run npm ci.")
    return source.read_text("utf-8")
