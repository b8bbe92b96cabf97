"""Mermaid journeys in and out: what the grammar accepts is read, what it refuses is shown at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from parcours.language.errors import MapError, MapProblem
from parcours.language.translation import speaking
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.formats.mermaid.reading import read_markdown, read_mermaid
from parcours.mapdoc.formats.mermaid.writing import write_mermaid
from parcours.mapdoc.formats.opened import OpenedMap
from parcours.mapdoc.reading import load_map, open_map, parse_map
from parcours.mapdoc.templates import load_template

WORKDAY = """journey
    title My working day
    section Go to work
      Make tea: 5: Me
      Go upstairs: 3: Me
      Do work: 1: Me, Cat
    section Go home
      Go downstairs: 5: Me
      Sit down: 5: Me
"""


def read(text: str) -> OpenedMap:
    with speaking("en"):
        return read_mermaid(text, "our.mmd", "en")


def problem(text: str) -> MapProblem:
    with pytest.raises(MapError) as caught:
        read(text)
    (found,) = caught.value.problems
    return found


def points(map: JourneyMap) -> list[tuple[str, str, float | None]]:
    return [
        (stage.name.in_language("en"), point.name.in_language("en"), point.expected_emotion)
        for stage in map.stages
        for point in stage.touchpoints
    ]


def test_the_example_of_the_mermaid_manual_becomes_a_map() -> None:
    opened = read(WORKDAY)
    assert opened.map.title.in_language("en") == "My working day"
    assert [stage.id for stage in opened.map.stages] == ["go-to-work", "go-home"]
    assert points(opened.map) == [
        ("Go to work", "Make tea", 2.0),
        ("Go to work", "Go upstairs", 0.0),
        ("Go to work", "Do work", -2.0),
        ("Go home", "Go downstairs", 2.0),
        ("Go home", "Sit down", 2.0),
    ]
    assert opened.map.stages[0].touchpoints[2].owner == "cat"
    assert not opened.losses


def test_everything_the_grammar_knows_is_read() -> None:
    opened = read(
        "%% a comment\njourney\n"
        "title Été : la visite\n# another\naccTitle: Summer\naccDescr {\n  Two\n  lines\n}\n"
        "Avant l’accueil: 2,5: Équipe d’accueil, Client\n"
        "section Café\nCommande à 100 % bio: -1: Moi\nPayé: 4.25\nVide: 3:\nRien: 3: \n"
    )
    assert opened.map.title.in_language("en") == "Été : la visite"
    assert opened.map.description is not None and opened.map.description.in_language("en") == "Two\n  lines"
    assert points(opened.map) == [
        ("Été : la visite", "Avant l’accueil", -0.5),
        ("Café", "Commande à 100 % bio", -2.0),
        ("Café", "Payé", 1.25),
        ("Café", "Vide", 0.0),
        ("Café", "Rien", 0.0),
    ]
    assert [owner.name.in_language("en") for owner in opened.map.owners] == ["Équipe d’accueil"]
    assert opened.losses.lines() == (
        "Scores outside 1 to 5, taken as the nearest: 1 (line 12: -1)",
        "Actors without a name: 2 (line 14, line 15)",
        "Titles for screen readers: 1 (Summer)",
    )


def test_what_mermaid_drops_silently_is_reported() -> None:
    opened = read("journey\ntitle A\ntitle B\nA: 3: Me: note: more\nB: good: Ann, Bob\nC:  : Me\n")
    assert opened.map.title.in_language("en") == "B"
    assert opened.losses.lines() == (
        "Words after a third colon: 1 (line 4: note: more)",
        "Further actors of a task: 1 (line 5: Bob)",
        "Scores that are no number; write “task: 3: actor”: 2 (line 5: good, line 6)",
        "Titles replaced by a later one: 1 (A)",
    )


def test_a_task_without_a_score_is_refused_with_the_right_form() -> None:
    with speaking("en"), pytest.raises(MapError) as caught:
        read_mermaid("journey\nsection S\nA: Customer\nB: 3: Me\nC: \n", "our.mmd", "en")
    first, second = caught.value.problems
    assert (first.place.line, first.message) == (3, "The task “A” has no score.")
    assert "Write “A: 3: Customer”" in str(first.expected)
    assert second.place.line == 5 and "Write “C: 3”" in str(second.expected)


def test_front_matter_and_directives_are_settings_and_entities_are_characters() -> None:
    opened = read(
        "---\ntitle: From above\nconfig:\n  theme: dark\n---\n%%{init: {'theme': 'forest'}}%%\njourney\n"
        "section S\nSay #quot;yes#quot; #35;1: 4: Me\n"
    )
    assert opened.map.title.in_language("en") == "From above"
    assert points(opened.map) == [("S", 'Say "yes" #1', 1.0)]
    assert opened.losses.lines() == ("Settings of the drawing: 2 (line 1, line 6)",)


def test_equal_names_get_ids_of_their_own() -> None:
    map = read("journey\nsection A\nx: 1\nx: 2\nsection A\nx: 3\n").map
    assert [stage.id for stage in map.stages] == ["a", "a-2"]
    assert [point.id for stage in map.stages for point in stage.touchpoints] == ["x", "x-2", "x-3"]


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("graph TD\nA-->B\n", 1, 1, "not a Mermaid journey"),
        ("", 1, 1, "not a Mermaid journey"),
        ("journey\n  Make tea\n  B: 3\n", 2, 3, "The task “Make tea” has no score"),
        ("journey\nA; B: 3\n", 2, 1, "The task “A” has no score"),
        ("journey\nA # b: 3\n", 2, 1, "The task “A” has no score"),
        ("journey\nA: 3\n: 4\n", 3, 1, "“: 4” cannot stand here"),
        ("journey\nsection A: B\n", 2, 10, "“: B” cannot stand here"),
        ("journey\njourney again: 3\n", 2, 1, "“journey” cannot stand here"),
        ("journey\nA: 3: Me; You\n", 2, 9, "“;” cannot stand here"),
        ("journey\naccTitle:", 2, 1, "the end of the text cannot stand here"),
    ],
)
def test_where_mermaid_fails_the_line_is_shown(text: str, line: int, column: int, message: str) -> None:
    found = problem(text)
    assert (found.place.file, found.place.line, found.place.column) == ("our.mmd", line, column)
    assert message in found.message
    assert found.expected


def test_what_no_map_can_hold_is_shown_at_its_line() -> None:
    found = problem("journey\nsection A\n" + "x" * 4001 + ": 3\n")
    assert (found.place.line, found.place.field) == (3, "stages[0].touchpoints[0].name")
    assert "4001 characters" in found.message
    assert "no section and no task" in problem("journey\n title Nothing planned\n").message


def test_a_journey_is_found_inside_markdown(tmp_path: Path) -> None:
    text = f"# Notes\r\n\r\n```mermaid\ngraph TD\n```\n\n~~~ mermaid\n{WORKDAY}~~~\n```mermaid\njourney\nA: 3\n```\n"
    (tmp_path / "notes.md").write_text(text, "utf-8", newline="")
    with speaking("en"):
        opened = open_map(tmp_path / "notes.md")
    assert opened.map.title.in_language("en") == "My working day"
    assert opened.losses.lines() == ("Further journeys of the file: 1 (line 19)",)
    with pytest.raises(MapError) as caught:
        read_markdown("# Nothing\n", "notes.md", "en")
    assert "No Mermaid journey" in caught.value.problems[0].message
    with pytest.raises(MapError) as caught:
        read_markdown("one\n\n```mermaid\njourney\n  broken\n```\n", "notes.md", "en")
    assert caught.value.problems[0].place.line == 5


def test_our_template_leaves_as_mermaid_and_the_losses_are_counted() -> None:
    with speaking("en"):
        written = write_mermaid(load_template("coach"), "fr")
        lines = written.losses.lines()
    assert any(line.startswith("Promises: 6 (answer-in-a-working-day, ") for line in lines)
    assert any(line.startswith("Event matches: 3") for line in lines)
    assert not any(line.startswith(("Statement", "Within")) for line in lines)
    text = written.content.decode()
    assert "      Article du blog: 3.4: Client, Communication\n" in text
    again = read_mermaid(text, "x.mmd", "fr").map
    template = load_template("coach")
    assert len(again.stages) == len(template.stages)
    for ours, back in zip(template.stages, again.stages, strict=True):
        assert [point.initiator for point in back.touchpoints] == [point.initiator for point in ours.touchpoints]
        assert [point.expected_emotion for point in back.touchpoints] == [
            point.expected_emotion if point.expected_emotion is not None else ours.expected_emotion or 0.0
            for point in ours.touchpoints
        ]


def test_words_of_the_grammar_are_changed_and_reported() -> None:
    names = ["title page", "Journey", "a: b; c", "100 %% #1", "%hidden", "a\nb", ":", "accDescr", "section"]
    stages = ", ".join(
        f'{{"id": "s{n}", "name": {name!r}}}'.replace("'", '"').replace("\\\\n", "\\n") for n, name in enumerate(names)
    )
    document = f'{{"id": "m", "title": "title", "default_language": "en", "stages": [{stages}]}}'
    with speaking("en"):
        written = write_mermaid(parse_map(document, file="f", format="json"), "en")
    lines = [line.strip() for line in written.content.decode().splitlines()]
    assert lines == [
        "journey",
        "title “title”",
        "section “title” page",
        "section “Journey”",
        "section a – b, c",
        "section 100 % 1",
        "section hidden",
        "section a b",
        "section –",
        "section “accDescr”",
        "section “section”",
    ]
    assert written.losses.lines()[-1].startswith("Words changed for Mermaid’s grammar: 9 (title, title page,")


def test_a_diagram_is_loaded_as_a_map_by_its_ending(tmp_path: Path) -> None:
    for name in ("a.mmd", "b.mermaid", "C.MMD"):
        (tmp_path / name).write_text(WORKDAY, "utf-8")
        assert len(load_map(tmp_path / name).stages) == 2
