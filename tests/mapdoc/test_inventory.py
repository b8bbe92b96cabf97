"""The touchpoint inventory as CSV: what it holds comes back, and what people write in it is understood."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import maps

from parcours.engine.predicates import Condition, EventMatch, Rule
from parcours.language.errors import MapError, MapProblem
from parcours.language.translation import speaking
from parcours.mapdoc.document import JourneyMap, Touchpoint
from parcours.mapdoc.formats.inventory.reading import read_inventory
from parcours.mapdoc.formats.inventory.table import harmless, read_table, write_table
from parcours.mapdoc.formats.inventory.writing import write_inventory
from parcours.mapdoc.formats.opened import OpenedMap
from parcours.mapdoc.templates import load_template

FACTS = ("rule", "channel", "owner", "kind", "initiator", "receiver", "layer", "required", "step")
FELT = ("moment_of_truth", "expected_emotion")


def read(text: str | bytes, language: Any = "en") -> OpenedMap:
    with speaking("en"):
        return read_inventory(text.encode() if isinstance(text, str) else text, "our.csv", language)


def problems(text: str) -> list[MapProblem]:
    with pytest.raises(MapError) as caught:
        read(text)
    return list(caught.value.problems)


def points(map: JourneyMap) -> list[Touchpoint]:
    return [point for stage in map.stages for point in stage.touchpoints]


def held(map: JourneyMap) -> list[object]:
    """What an inventory can say of a map."""
    return [
        (
            stage.id,
            stage.name,
            [(step.id, step.name) for step in stage.steps],
            [
                replace(
                    Touchpoint(point.id, point.name),
                    **{name: getattr(point, name) for name in (*FACTS, *FELT)},
                    promises=tuple(replace(promise, clock="calendar") for promise in point.promises),
                )
                for point in stage.touchpoints
            ],
        )
        for stage in map.stages
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(maps(), st.sampled_from(["fr", "en"]))
def test_what_an_inventory_can_hold_comes_back_equal(document: JourneyMap, language: Any) -> None:
    once = read(write_inventory(document, language).content, document.default_language).map
    assert held(once) == held(document)
    assert read(write_inventory(once, language).content, once.default_language).map == once


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")), min_size=1)))
def test_every_table_reads_back_and_no_cell_can_run(rows: list[list[str]]) -> None:
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    for separator in ";,":
        text = f"sep={separator}\r\n" + write_table(rows, separator)
        assert [[cell.text for cell in row] for row in read_table(text)] == rows
    assert not any(harmless(cell).startswith(("=", "+", "@", "\t")) for row in rows for cell in row)


def test_formulas_leave_with_an_apostrophe_and_come_back_without() -> None:
    text = "stage;name (en);matches\r\n\"'=cmd|' /C calc'!A0\";'+33 6 12;'@a\r\n"
    map = read(text).map
    assert [stage.name.in_language("en") for stage in map.stages] == ["=cmd|' /C calc'!A0"]
    assert points(map)[0].name.in_language("en") == "+33 6 12"
    left = write_inventory(map, "fr").content.decode("utf-8-sig")
    cells = [cell for line in left.split("\r\n") for cell in line.split(";")]
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)


def test_a_hand_made_list_in_french_becomes_a_map() -> None:
    text = (
        "Étape;Nom (fr);Canal;Responsable;Obligatoire;Moment de vérité;Émotion attendue;"
        "Règles de reconnaissance;Budget\n"
        "Découverte;Article de blog;Site web;Marketing;oui;;0,5;page_viewed where page = blog;12\n"
        ";Appel découverte;Téléphone;Équipe commerciale;non;x;-1;call; \n"
        "Achat;Paiement;Site web;;;;;\n"
    )
    for raw in (text.encode(), text.encode("utf-8-sig"), text.encode("utf-16")):
        opened = read(raw, "en")
        map = opened.map
        assert map.default_language == "fr" and map.title.in_language("fr") == "our"
        assert [(stage.id, stage.name.in_language("fr"), len(stage.touchpoints)) for stage in map.stages] == [
            ("decouverte", "Découverte", 2),
            ("Achat", "Achat", 1),
        ]
        article, call, payment = points(map)
        assert (article.id, article.channel, article.owner) == ("article-de-blog", "site-web", "Marketing")
        assert article.required and not call.required and call.moment_of_truth
        assert (article.expected_emotion, call.expected_emotion) == (0.5, -1.0)
        assert article.rule == Rule((EventMatch(("page_viewed",), (Condition("page", "=", "blog"),)),))
        assert payment.channel == "site-web"
        assert [owner.name.in_language("fr") for owner in map.owners] == ["Marketing", "Équipe commerciale"]
        assert opened.losses.lines() == ("Columns that a map does not have: 1 (Budget)",
                                         "Cells without a column of the map: 1 (2:86: 12)")  # fmt: skip


def test_a_file_that_excel_saved_in_the_old_way_is_read_and_said() -> None:
    opened = read("Étape,Nom (fr)\nDécouverte,Été\n".encode("cp1252"), "fr")
    assert points(opened.map)[0].name.in_language("fr") == "Été"
    assert "Read as Windows-1252, because it is not UTF-8: 1 (line 1)" in opened.losses.lines()


def test_every_mistake_is_shown_with_line_and_column() -> None:
    found = problems(
        "stage,touchpoint,name (en),kind,expected emotion,event matches,promises,layer\n"
        "a,one,One,comunication,9,a where,x,\n"
        '"b",one,"Two\nlines",,,,"p: within 2h after nowhere, en ""Soon""\nbroken",backstag\n'
    )
    at = {(one.place.line, one.place.column): one for one in found}
    assert "“comunication” is not known" in at[2, 11].message
    assert "9 is outside the scale" in at[2, 24].message
    assert "the end of the text cannot stand here" in at[2, 26].message
    assert "“x” is not a promise" in at[2, 34].message and "within 48h after request" in str(at[2, 34].expected)
    assert "“one” is already given in line 2" in at[3, 5].message
    assert {"There is no touchpoint “nowhere” in this map.", "“broken” is not a promise."} & {
        one.message for one in found
    }
    assert "“backstag” is not known" in at[5, 9].message


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("", 1, 1, "No column of touchpoints"),
        ("a,b\n1,2\n", 1, 1, "No column of touchpoints"),
        ('stage,touchpoint\na,"b\n', 2, 3, "never closed"),
        ('stage,touchpoint\na,"b"c\n', 2, 6, "follows the closing quotation mark"),
        ("stage,touchpoint,Stage\na,b,c\n", 1, 18, "stands there twice"),
    ],
)
def test_what_is_no_inventory_is_refused(text: str, line: int, column: int, message: str) -> None:
    found = problems(text)[0]
    assert (found.place.line, found.place.column) == (line, column)
    assert message in found.message


def test_our_template_leaves_with_its_promises_and_rules_readable() -> None:
    with speaking("en"):
        written = write_inventory(load_template("coach"), "en")
    text = written.content.decode("utf-8-sig")
    assert "visit where source in (search, ai_assistant)" in text
    assert "answer-in-a-working-day: within 8h after first-question in business time for 95 % by coach, fr " in text
    assert not any(line.startswith(("event", "where", "Promises")) for line in written.losses.lines())
    opened = read(written.content)
    assert held(opened.map) == held(load_template("coach"))
    assert any("taken as calendar time" in line for line in opened.losses.lines())
