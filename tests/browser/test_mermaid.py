"""The ``mermaid`` package of npm itself, in a browser, judges what we write and what we accept."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import maps

from parcours.mapdoc.formats.mermaid.grammar import read_diagram
from parcours.mapdoc.formats.mermaid.writing import write_mermaid
from parcours.mapdoc.source import Unreadable
from parcours.mapdoc.templates import load_template, template_names

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ROOT = Path(__file__).resolve().parents[2]
MERMAID = ROOT / "node_modules" / "mermaid" / "dist" / "mermaid.min.js"
ASK = """async text => {
  try {
    await mermaid.parse(text);
    const diagram = await mermaid.mermaidAPI.getDiagramFromText(text);
    const decoded = word => {
      const area = document.createElement('textarea');
      area.innerHTML = word.replaceAll('ﬂ°°', '&#').replaceAll('ﬂ°', '&').replaceAll('¶ß', ';');
      return area.value.trim();
    };
    return {
      title: decoded(diagram.db.getDiagramTitle() || ''),
      sections: diagram.db.getSections().map(decoded),
      tasks: diagram.db.getTasks().map(task => [decoded(task.section), decoded(task.task), task.people.map(decoded)]),
      scores: diagram.db.getTasks().map(task => String(task.score)),
    };
  } catch (error) { return null; }
}"""


@pytest.fixture(scope="module")
def mermaid(chromium: Any) -> Any:
    """A page with the real package; skipped where npm has not installed it, except in CI."""
    if not MERMAID.exists():
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail("mermaid is not installed, and CI must have it: run npm ci.")
        pytest.skip("mermaid is not installed; run npm ci.")
    page = chromium.new_page()
    page.set_content("<body></body>")
    page.add_script_tag(path=str(MERMAID))
    page.evaluate("mermaid.initialize({startOnLoad: false})")
    yield page
    page.close()


def ours(text: str) -> dict[str, Any] | None:
    try:
        read = read_diagram(text)
    except Unreadable:
        return None
    tasks = [(section, task) for section in read.sections for task in section.tasks]
    return {
        "title": read.title or "",
        "sections": [section.name for section in read.sections if section.name is not None],
        "tasks": [[section.name or "", task.name, list(task.actors)] for section, task in tasks],
    }


PIECES = [
    *(
        "journey",
        "title",
        "section",
        "accTitle",
        "accDescr",
        "{",
        "}",
        ":",
        ";",
        "#",
        "%%",
        "%",
        ",",
        ".",
        " ",
        "  ",
        "\n",
    ),
    *("a", "Étape", "Make tea", "3", "-1.5", "2,5", "Me", "journeyman", "titles", "sectioning", ": 5", "\t", '"', "’"),
    *("accTitle:", "accDescr:", "accDescr {", "#quot;", "#35;", "<br>", "A: 3: Me, Cat\n", "section Go home\n"),
    *("title To the end\n", "%% note\n", "# note\n", "\nB: 2\n"),
]
texts = st.lists(st.sampled_from(PIECES), max_size=14).map("".join).map("journey\n{}".format)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=texts)
def test_we_accept_and_read_exactly_what_mermaid_does(mermaid: Any, text: str) -> None:
    theirs = mermaid.evaluate(ASK, text)
    if theirs is not None:
        theirs.pop("scores")
    assert ours(text) == theirs


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(map=maps())
def test_every_map_leaves_as_a_diagram_that_mermaid_accepts(mermaid: Any, map: Any) -> None:
    for language in ("fr", "en"):
        theirs = mermaid.evaluate(ASK, write_mermaid(map, language).content.decode())  # type: ignore[arg-type]
        assert theirs is not None
        assert len(theirs["sections"]) == len(map.stages)
        assert len(theirs["tasks"]) == sum(len(stage.touchpoints) for stage in map.stages)
        assert all(1 <= float(score) <= 5 for score in theirs["scores"])


@pytest.mark.parametrize("name", template_names())
@pytest.mark.parametrize("language", ["fr", "en"])
def test_our_templates_are_drawn_by_mermaid(mermaid: Any, name: str, language: str) -> None:
    map = load_template(name)
    written = write_mermaid(map, language).content.decode()  # type: ignore[arg-type]
    drawn = mermaid.evaluate("async text => (await mermaid.render('drawing', text)).svg", written)
    assert "Syntax error" not in drawn
    for stage in map.stages:
        assert stage.name.in_language(language).split()[0] in drawn
