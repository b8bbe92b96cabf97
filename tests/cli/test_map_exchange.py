"""``parcours map convert`` and every command that reads a map, over all forms of file."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from parcours.cli.main import main
from parcours.mapdoc.reading import load_map
from parcours.mapdoc.templates import load_template

FORMS = ("json", "yaml", "xlsx", "csv", "cjml", "xml", "mmd", "mermaid", "md")
LOSSLESS = ("json", "yaml", "xlsx")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run one command in an empty folder and return its exit code and what it said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARCOURS_LANGUAGE", "en")

    def command(*arguments: str) -> tuple[int, str]:
        code = main(list(arguments))
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code, said.out + said.err

    return command


def test_every_form_turns_into_every_other(run: Any) -> None:
    for form in FORMS:
        code, said = run("map", "new", f"our.{form}")
        assert code == 0
        assert ("does not hold of the map" in said) == (form not in LOSSLESS)
    between_names = [("cjml", "xml"), ("xml", "cjml"), ("mmd", "mermaid"), ("mermaid", "md"), ("md", "mmd")]
    for source, target in [*permutations(("json", "yaml", "xlsx", "csv", "cjml", "mmd"), 2), *between_names]:
        code, said = run("map", "convert", f"our.{source}", f"from-{source}.{target}")
        assert code == 0, said
        assert len(load_map(f"from-{source}.{target}").stages) == 8
    for source, target in permutations(LOSSLESS, 2):
        assert load_map(f"from-{source}.{target}") == load_template("coach")


def test_what_was_lost_is_listed_and_nothing_else(run: Any) -> None:
    run("map", "new", "our.yaml")
    assert run("map", "convert", "our.yaml", "our.xlsx") == (0, "our.xlsx is written; nothing was lost.\n")
    code, said = run("map", "convert", "our.yaml", "our.mmd")
    assert code == 0 and said.startswith("What our.mmd does not hold of the map:\n  ")
    assert "  Promises: 6 (answer-in-a-working-day, " in said and said.endswith("our.mmd is written.\n")
    Path("odd.mmd").write_text("journey\nA: 9: Me: more\n")
    code, said = run("map", "convert", "odd.mmd", "odd.yaml")
    assert said.startswith("What odd.mmd said and a map does not hold:\n  Scores outside 1 to 5") and code == 0


def test_an_existing_file_is_kept_without_force(run: Any) -> None:
    run("map", "new", "our.yaml")
    Path("our.json").write_text("mine")
    code, said = run("map", "convert", "our.yaml", "our.json")
    assert code == 2 and "exists already" in said and Path("our.json").read_text() == "mine"
    assert run("map", "convert", "our.yaml", "our.json", "--force")[0] == 0
    assert json.loads(Path("our.json").read_text())["id"] == "coach"
    assert run("map", "convert", "our.yaml", "our.docx")[0] == 2
    assert run("map", "convert", "nowhere.yaml", "our.xlsx")[0] == 3


def test_the_language_of_headings_and_texts_is_chosen(run: Any) -> None:
    run("map", "new", "our.yaml")
    for language, title in (("fr", "Le parcours d’un client"), ("en", "The journey of a")):
        run("map", "convert", "our.yaml", "our.mmd", "--force", "--language", language)
        assert f"title {title}" in Path("our.mmd").read_text()
        run("map", "convert", "our.mmd", "back.yaml", "--force", "--language", language)
        assert load_map("back.yaml").default_language == language


def test_other_commands_read_every_form(run: Any) -> None:
    for form in FORMS:
        run("map", "new", f"our.{form}")
        code, said = run("map", "validate", f"our.{form}")
        assert code == 0 and "is valid: 8 stages, 36 touchpoints" in said
    code, _said = run("map", "render", "our.xlsx", "-o", "our.html")
    assert code == 0 and "Awareness" in Path("our.html").read_text()


def test_losses_are_told_when_a_file_is_checked_and_mistakes_are_shown_as_data(run: Any) -> None:
    Path("odd.mmd").write_text("journey\nA: 9\n")
    code, said = run("map", "validate", "odd.mmd")
    assert code == 0 and "What odd.mmd said and a map does not hold:" in said
    Path("broken.mmd").write_text("journey\nA\n")
    code, said = run("map", "validate", "broken.mmd", "--json")
    assert code == 4 and json.loads(said)["problems"][0]["line"] == 2
