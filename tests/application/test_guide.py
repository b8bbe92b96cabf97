"""The guide to a new page does what it says: its example is typed into a copy of the project and run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.own_server, pytest.mark.xdist_group("guide")]
PAGE = "docs/contributing/design-system.md"
BLOCK = re.compile(
    r"^```(?:python|text)\n(?:# (?P<code>\S+\.py)|\{# (?P<template>\S+\.html) #\})\n(?P<text>.*?)^```$", re.S | re.M
)
WITHOUT_FRENCH = {"Keep the note", "No note yet", "The note was kept.", "Write a note", "Written", "wrote a note"}


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project into which the example was typed, its migration made as the guide says."""
    root, copy = Path(__file__).parents[2], tmp_path_factory.mktemp("typed")
    for folder in ("src", "tools"):
        shutil.copytree(root / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "tests/conftest.py", "tests/application/conftest.py"):
        (copy / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / file, copy / file)
    blocks = list(BLOCK.finditer((root / PAGE).read_text("utf-8")))
    assert len(blocks) == 10, [block["code"] or block["template"] for block in blocks]
    for block in blocks:
        type_in(copy / (block["code"] or block["template"]), block["text"])
    run(copy, "-m", "django", "makemigrations", "journeymap", "--name", "notes", "--settings", "parcours.web.settings")
    return copy


def type_in(target: Path, text: str) -> None:
    """Put a block where it belongs: a line of a list into it, all else at the end of the file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    before = target.read_text("utf-8") if target.exists() else ""
    if target.name == "urls.py":
        after = before.replace(
            "urlpatterns = [\n", f"from parcours.journeymap import note_views\nurlpatterns = [\n{text}"
        )
    elif target.name == "apps.py":
        after = before.replace("announce(\n", f"announce(\n{text}")
    else:
        after = f"{before}\n\n{text}" if before else text
    assert after != before, target
    target.write_text(after, "utf-8")


def run(copy: Path, *words: str) -> str:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PARCOURS", "DJANGO", "COV"))
    }
    environment |= {"PYTHONPATH": str(copy / "src"), "PARCOURS_HOME": str(copy / "home"), "PARCOURS_LANGUAGE": "en"}
    done = subprocess.run(
        [sys.executable, *words], cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def test_the_example_passes_its_own_tests(typed: Path) -> None:
    assert (typed / "src/parcours/journeymap/migrations/0002_notes.py").exists()
    said = run(typed, "-m", "pytest", "-v", "-p", "no:cacheprovider", "tests/application/journeymap/test_notes.py")
    assert "4 passed" in said


def test_the_example_needs_no_more_french_than_its_own(typed: Path) -> None:
    tool = "import sys; sys.path.insert(0, 'tools'); import translations; print(*translations.check(), sep='\\n')"
    missing = re.findall(r"^missing: '(.*)' \(", run(typed, "-c", tool), re.M)
    assert set(missing) == WITHOUT_FRENCH
