"""The pages of docs/tutorial do what they show: each command and each line of Python is run and compared."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SPEC = importlib.util.spec_from_file_location("tutorials", ROOT / "tools" / "tutorials.py")
assert SPEC is not None and SPEC.loader is not None
tutorials = importlib.util.module_from_spec(SPEC)
sys.modules["tutorials"] = tutorials  # dataclasses look their module up
SPEC.loader.exec_module(tutorials)


def wrong_steps(name: str) -> list[str]:
    steps = tutorials.steps(tutorials.TUTORIALS / name)
    return [f"{step.source}prints:\n{step.printed}" for step in steps if not step.holds]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["first-hour.md", "premiere-heure.md"])
def test_the_first_hour_prints_what_it_shows(name: str) -> None:
    assert wrong_steps(name) == []


@pytest.mark.data
@pytest.mark.slow
def test_the_page_of_the_bank_prints_what_it_shows(data: Path) -> None:
    assert data == tutorials.DATA
    assert wrong_steps("bank.md") == []


def test_both_languages_take_the_same_steps() -> None:
    def commands(name: str) -> list[str]:
        text = (tutorials.TUTORIALS / name).read_text("utf-8")
        return re.findall(r"^\$ (.*)$", text, re.MULTILINE)

    english, french = commands("first-hour.md"), commands("premiere-heure.md")
    assert english == french and len(english) > 15


def test_every_command_over_a_map_is_shown_in_the_first_hour() -> None:
    from parcours.cli.app import app

    text = (tutorials.TUTORIALS / "first-hour.md").read_text("utf-8")
    elsewhere = {"undo", "info", "funnel", "transitions", "simulate"}
    of_a_server = {"serve", "doctor", "backup", "restore", "upgrade"}
    names = {command.name for command in app.registered_commands} - elsewhere - of_a_server
    assert {name for name in names if f"$ parcours {name} " not in text} == set()


@pytest.mark.parametrize(
    ("shown", "printed", "holds"),
    [
        ("a\nb\n", "a  \n\nb\n", True),
        ("a\n…\nz\n", "a\nb\nc\nz\n", True),
        ("a\n…\nz\n", "a\nz\n", True),
        ("a … z\n", "a bcd z\n", True),
        ("a\nz\n", "a\nb\nz\n", False),
        ("a … z\n", "a b\nz\n", False),
        ("", "a\n", False),
        ("a.c\n", "abc\n", False),
    ],
)
def test_what_is_left_out_may_be_anything_and_the_rest_nothing_else(shown: str, printed: str, holds: bool) -> None:
    assert tutorials.fits(shown, printed) is holds


def test_a_page_is_written_again_with_what_it_prints(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# Page\n\n```python\n>>> for n in range(4):\n...     print(n)\n0\n…\n7\n>>> 1 + 1\n3\n```\n\n"
        "```console\n$ parcours --version\n```\n"
    )
    written = tutorials.rewritten(page)
    assert ">>> for n in range(4):\n...     print(n)\n0\n…\n3\n>>> 1 + 1\n2\n```" in written
    assert re.search(r"\$ parcours --version\nparcours \d", written)
    page.write_text(written)
    assert all(step.holds for step in tutorials.steps(page)) and tutorials.rewritten(page) == written
