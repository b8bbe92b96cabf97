"""The page on security says only what is there, and says something of everything that it has to."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
LEVEL_1 = """
1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.5.1 2.1.1 2.2.1 2.2.2 2.3.1 3.2.1 3.2.2 3.3.1 3.4.1 3.4.2 3.5.1 3.5.2 3.5.3
4.1.1 4.4.1 5.2.1 5.2.2 5.3.1 5.3.2 6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2
7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2 8.1.1 8.2.1 8.2.2 8.3.1 9.1.1 9.1.2 9.1.3 9.2.1 10.4.1 10.4.2 10.4.3 10.4.4 10.4.5
11.3.1 11.3.2 11.4.1 12.1.1 12.2.1 12.2.2 13.4.1 14.2.1 14.3.1 15.1.1 15.2.1 15.3.1
"""
LEVEL_2_OF_V6_V7_V8 = """
6.1.2 6.1.3 6.2.9 6.2.10 6.2.11 6.2.12 6.3.3 6.3.4 6.4.3 6.4.4 6.5.1 6.5.2 6.5.3 6.5.4 6.5.5 6.6.1 6.6.2 6.6.3
6.8.1 6.8.2 6.8.3 6.8.4 7.1.1 7.1.2 7.1.3 7.3.1 7.3.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.6.1 7.6.2 8.1.2 8.2.3 8.4.1
"""
"""As OWASP ASVS 5.0.0 numbers them."""
NAMED = re.findall(r"`([^`\n]+)`", PAGE)
LINES = re.findall(r"^\| (\d+\.\d+\.\d+) \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)


def written(folder: str, ending: str) -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted((ROOT / folder).rglob(f"*{ending}")))


def test_every_requirement_has_exactly_one_line() -> None:
    assert Counter(number for number, _asked, _answer in LINES) == Counter((LEVEL_1 + LEVEL_2_OF_V6_V7_V8).split())


def test_every_line_answers() -> None:
    answers = ("yes", "no ", "no:", "in part", "n/a", "by the proxy")
    assert [number for number, _asked, answer in LINES if not answer.startswith(answers)] == []


def test_every_yes_names_its_evidence_or_what_makes_it_so() -> None:
    bare = [number for number, _asked, answer in LINES if answer.removeprefix("yes").strip(" :.") == ""]
    assert bare == []


def test_every_test_that_is_named_exists() -> None:
    named = {name for name in NAMED if re.fullmatch(r"test_\w+", name)}
    defined = set(re.findall(r"^(?:async )?def (test_\w+)\(", written("tests", ".py"), re.MULTILINE))
    assert len(named) > 50
    assert named - defined == set()


def test_every_path_that_is_named_exists() -> None:
    named = {name for name in NAMED if re.fullmatch(r"[\w.-]+(/[\w.-]*)+", name)}
    places = (ROOT, ROOT / "src" / "parcours", ROOT / "tests" / "application")
    assert len(named) > 15
    assert {name for name in named if not any((place / name).exists() for place in places)} == set()


def test_every_setting_that_is_named_exists() -> None:
    named = {name for name in NAMED if re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+", name)}
    source = written("src/parcours", ".py")
    missing = {name for name in named if name not in source and name.removeprefix("PARCOURS_") not in source}
    assert named and missing == set()
