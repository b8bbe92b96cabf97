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
ROOT = Path(__file__).parents[2]
PAGE = "docs/contributing/design-system.md"
BLOCK = re.compile(
    r"^```(?:python|text)\n(?:# (?P<code>\S+\.py)|\{# (?P<template>\S+\.html) #\})\n(?P<text>.*?)^```$", re.S | re.M
)


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project into which the example was typed, its migration made as the guide says."""
    copy = tmp_path_factory.mktemp("typed")
    for folder in ("src", "tools"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "tests/conftest.py", "tests/application/conftest.py"):
        (copy / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, copy / file)
    blocks = list(BLOCK.finditer((ROOT / PAGE).read_text("utf-8")))
    assert len(blocks) == 11, [block["code"] or block["template"] for block in blocks]
    for block in blocks:
        type_in(copy / (block["code"] or block["template"]), block["text"])
    run(copy, "-m", "django", "makemigrations", "journeymap", "--name", "notes", "--settings", "parcours.web.settings")
    return copy


def type_in(target: Path, text: str) -> None:
    """Put a block at the end of its file, which is new for some."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("a", encoding="utf-8") as file:
        file.write(f"\n\n{text}" if file.tell() else text)


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
    assert list((typed / "src/parcours/journeymap/migrations").glob("*_notes.py"))
    said = run(typed, "-m", "pytest", "-v", "-p", "no:cacheprovider", "tests/application/journeymap/test_notes.py")
    assert "5 passed" in said


def test_the_example_needs_no_more_french_than_its_own(typed: Path) -> None:
    tool = "import sys; sys.path.insert(0, 'tools'); import translations; print(*translations.check(), sep='\\n')"
    missing = re.findall(r"^missing: '(.*)' \(", run(typed, "-c", tool), re.M)
    example = (ROOT / PAGE).read_text("utf-8")
    assert "Write a note" in missing
    assert [text for text in missing if f'"{text}"' not in example] == []
