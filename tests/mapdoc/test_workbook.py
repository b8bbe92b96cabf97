"""Workbooks: everything comes back, and what people got wrong is shown with sheet, cell and right form."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import maps

from parcours.language.errors import MapError, MapProblem
from parcours.language.translation import speaking
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.formats.opened import OpenedMap
from parcours.mapdoc.formats.workbook.reading import read_workbook
from parcours.mapdoc.formats.workbook.writing import write_workbook
from parcours.mapdoc.parsing import dump_map, parse_map
from parcours.mapdoc.reading import load_map, write_map
from parcours.mapdoc.templates import load_template, template_names


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(maps(), st.sampled_from(["fr", "en"]))
def test_json_to_yaml_to_workbook_to_json_is_the_same_map(document: JourneyMap, language: Any) -> None:
    text = dump_map(document, "json")
    yaml = dump_map(parse_map(text, file="f", format="json"), "yaml")
    back = read_workbook(write_workbook(parse_map(yaml, file="f", format="yaml"), language).content, "f.xlsx")
    assert back.map == document
    assert parse_map(dump_map(back.map, "json"), file="f", format="json") == document
    assert not back.losses


@pytest.mark.parametrize("name", template_names())
def test_templates_come_back_whole_and_equal_maps_are_equal_files(name: str) -> None:
    template = load_template(name)
    content = write_workbook(template, "fr").content
    assert read_workbook(content, "f.xlsx").map == template
    assert write_workbook(template, "fr").content == content


# ---------------------------------------------------------------- edited by people


def edited(change: Any, language: str = "en", of: str = "coach") -> bytes:
    """Our template as a workbook, changed by ``change`` as a person would in Excel."""
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(load_template(of), language).content))  # type: ignore[arg-type]
    change(book)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def column(sheet: Any, field: str) -> str:
    return next(cell.column_letter for cell in sheet[1] if str(cell.value).endswith(f"[{field}]"))


def read(raw: bytes) -> OpenedMap:
    with speaking("en"):
        return read_workbook(raw, "our.xlsx")


def problems(raw: bytes) -> list[MapProblem]:
    with speaking("en"), pytest.raises(MapError) as caught:
        read_workbook(raw, "our.xlsx")
    return list(caught.value.problems)


def test_excel_opens_what_we_write_and_saves_it_without_a_change() -> None:
    for language in ("fr", "en"):
        assert read(edited(lambda book: None, language)).map == load_template("coach")


def test_sheets_have_drop_down_lists_frozen_headings_and_no_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(load_template("coach"), "fr").content))
    assert book.sheetnames[:5] == ["Mode d’emploi", "Carte", "Étapes", "Sous-étapes", "Points de contact"]
    sheet = book["Points de contact"]
    assert sheet["A1"].value == "Étape [stage]" and sheet["C1"].value == "Nom (fr) [name.fr]"
    assert sheet.freeze_panes == "C2"
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert "'Étapes'!$A$2:$A$500" in rules.values()
    assert '"communication,action"' in rules.values() and '"oui,non"' in rules.values()
    assert all(cell.data_type != "f" for page in book for row in page for cell in row)


def test_a_heading_without_brackets_and_words_of_either_language_are_understood() -> None:
    def change(book: Any) -> None:
        sheet = book["Touchpoints"]
        sheet[f"{column(sheet, 'required')}1"] = "Obligatoire"
        sheet[f"{column(sheet, 'kind')}1"] = "kind"
        for row in range(2, 40):
            cell = sheet[f"{column(sheet, 'name.fr')}{row}"]
            cell.value = cell.value and str(cell.value)
        book["Stages"].title = "étapes"

    assert read(edited(change)).map == load_template("coach")


def test_every_heading_of_a_french_workbook_is_french() -> None:
    words = {}
    for language in ("fr", "en"):
        book = openpyxl.load_workbook(io.BytesIO(write_workbook(load_template("saas"), language).content))
        rows = [cell for sheet in book.worksheets[2:] for cell in sheet[1]] + list(book.worksheets[1]["A"])
        words[language] = [book.sheetnames, [re.sub(r" *(\((fr|en)\))? *\[.*\]$", "", str(one.value)) for one in rows]]
    both = {"Description", "Version", "Frustrations", "Traits", "Personas", "Source", "Effort", "Date", "Id"}
    both |= {"Actions", "Documents"}
    pairs = [*zip(words["fr"][0], words["en"][0], strict=True), *zip(words["fr"][1], words["en"][1], strict=True)]
    assert len(pairs) > 120
    assert {french for french, english in pairs if french == english} <= both
    assert not any(re.fullmatch(r"[a-z_.]+", word) for pair in pairs for word in pair)


def test_opening_hours_are_called_so_and_former_names_are_still_read() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(load_template("coach"), "fr").content))
    assert [cell.value for cell in book["Heures d’ouverture"][1]] == [
        "Jour de la semaine [weekday]",
        "Ouvre à [from]",
        "Ferme à [to]",
    ]

    def change(book: Any) -> None:
        book["Sous-étapes"].title = "Pas"
        for place, word in enumerate(("weekday", "Compté depuis", "to"), 1):
            book["Heures d’ouverture"].cell(1, place).value = word
        sheet = book["Points de contact"]
        for field, word in (("raci.responsible", "responsible"), ("step", "Pas")):
            sheet[f"{column(sheet, field)}1"] = word

    opened = read(edited(change, "fr"))
    assert opened.map == load_template("coach") and not opened.losses


def test_what_names_a_touchpoint_follows_it_into_another_stage() -> None:
    template = load_template("coach")
    pain = next(one for one in template.pain_points if one.touchpoint and one.stage)
    there = next(stage.id for stage in template.stages if stage.id != pain.stage)

    def change(book: Any) -> None:
        sheet = book["Touchpoints"]
        row = next(cell.row for cell in sheet[column(sheet, "id")] if cell.value == pain.touchpoint)
        sheet[f"{column(sheet, 'stage')}{row}"] = there
        sheet[f"{column(sheet, 'step')}{row}"] = None

    opened = read(edited(change))
    items = (*opened.map.evidence, *opened.map.pain_points, *opened.map.opportunities, *opened.map.actions)
    named = [one for one in items if one.touchpoint == pain.touchpoint]
    assert named and all(one.stage in (there, None) for one in named)
    (line,) = opened.losses.lines()
    assert line.startswith("Moved to the stage in which their touchpoint stands: ")
    assert f"Pain points: {pain.id} ({pain.stage} → {there})" in line


def test_a_stage_that_is_not_there_stays_a_mistake_beside_a_touchpoint() -> None:
    def change(book: Any) -> None:
        sheet = book["Pain points"]
        sheet[f"{column(sheet, 'stage')}2"] = "reserch"

    assert any("no stage “reserch”" in one.message for one in problems(edited(change)))


def test_numbers_days_and_answers_are_read_as_excel_leaves_them() -> None:
    def change(book: Any) -> None:
        sheet = book["Stages"]
        sheet[f"{column(sheet, 'expected_emotion')}2"] = "-0,5"
        sheet[f"{column(sheet, 'id')}2"].value = "awareness"
        book["Map"]["B3"] = load_template("coach").title.in_language("fr")
        touchpoints = book["Touchpoints"]
        touchpoints[f"{column(touchpoints, 'required')}2"] = True
        touchpoints[f"{column(touchpoints, 'moment_of_truth')}2"] = "Vrai"
        row = next(cell.row for cell in book["Map"]["A"] if str(cell.value).endswith("[review_due]"))
        book["Map"][f"B{row}"] = date(2027, 1, 31)
        row = next(cell.row for cell in book["Map"]["A"] if str(cell.value).endswith("[version]"))
        book["Map"][f"B{row}"] = 12

    map = read(edited(change)).map
    assert map.stages[0].expected_emotion == -0.5
    assert map.stages[0].touchpoints[0].required and map.stages[0].touchpoints[0].moment_of_truth
    assert str(map.review_due) == "2027-01-31" and map.version == "12"


def test_every_mistake_is_shown_with_sheet_cell_value_and_right_form_all_at_once() -> None:
    def change(book: Any) -> None:
        sheet = book["Touchpoints"]
        for field, row, value in (
            ("kind", 3, "comunication"),
            ("owner", 4, "nobody"),
            ("matches", 5, "a where b"),
            ("expected_emotion", 6, 9),
            ("required", 7, "maybe"),
            ("stage", 8, "reserch"),
            ("id", 9, "é à"),
        ):
            sheet[f"{column(sheet, field)}{row}"] = value
        book["Stages"][f"{column(book['Stages'], 'name.fr')}3"] = None
        book["Stages"][f"{column(book['Stages'], 'name.en')}3"] = None

    found = {str(one.place.field): one for one in problems(edited(change))}
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(load_template("coach"), "en").content))
    sheet = book["Touchpoints"]

    def at(field: str, row: int) -> MapProblem:
        return found[f"Touchpoints!{column(sheet, field)}{row} ({field})"]

    assert "“comunication” is not known" in at("kind", 3).message and "“communication”" in str(at("kind", 3).expected)
    assert "no owner “nobody”" in at("owner", 4).message
    assert "the end of the text cannot stand here" in at("matches", 5).message
    assert "9 is outside the scale" in at("expected_emotion", 6).message
    assert "true or false; found: a text (“maybe”)" in at("required", 7).message
    assert "no stage “reserch”" in at("stage", 8).message and "“research”" in str(at("stage", 8).expected)
    assert "“é à” cannot be an id" in at("id", 9).message
    missing = found["Stages!A3 (name)"]
    assert "“name” is missing" in missing.message
    assert (missing.place.file, missing.place.line) == ("our.xlsx", 3)
    assert str(at("kind", 3)).startswith("our.xlsx:3:")


def test_what_a_map_does_not_have_is_reported_and_rows_in_between_may_be_empty() -> None:
    def change(book: Any) -> None:
        book.create_sheet("Budget")["A1"] = 3
        book["Owners"].insert_rows(3, 2)
        book["Owners"]["H1"] = "Telephone"
        book["Owners"]["J2"] = "note"
        book["Map"]["A60"] = "Mood"

    opened = read(edited(change))
    assert opened.map == load_template("coach")
    assert opened.losses.lines() == (
        "Sheets that a map does not have: 1 (Budget)",
        "Fields that a map does not have: 1 (Map!A60: Mood)",
        "Columns that a map does not have: 1 (Owners!H1: Telephone)",
        "Columns without a heading: 1 (Owners!J)",
    )


def test_two_columns_for_one_field_and_rows_that_belong_to_nothing_are_mistakes() -> None:
    def change(book: Any) -> None:
        book["Owners"]["E1"] = "[id]"
        book["Steps"]["B90"] = "lost"

    said = [one.message for one in problems(edited(change))]
    assert "This column stands there already, as A." in said
    assert "It is not said to what this row belongs." in said


def test_lists_of_texts_keep_their_lines_and_languages() -> None:
    document = {
        "id": "m",
        "title": "T",
        "stages": [{"id": "s", "name": "S"}],
        "personas": [
            {"id": "a", "name": "A", "goals": ["un", {"en": "two"}, {"fr": "trois", "en": "three"}], "needs": ["[x"]},
            {"id": "b", "name": "B", "goals": ["two\nlines"], "traits": [{"en": "only"}]},
        ],
    }
    map = parse_map(json.dumps(document), file="f", format="json")
    content = write_workbook(map, "en").content
    assert read(content).map == map
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Personas"]
    assert sheet[f"{column(sheet, 'goals.fr')}2"].value == "un\n\ntrois"
    assert sheet[f"{column(sheet, 'goals.en')}2"].value == "\ntwo\nthree"


def test_a_value_longer_than_a_cell_is_refused_with_its_place() -> None:
    rule = ["x" * 400 + str(n) for n in range(100)]
    map = parse_map(
        json.dumps({"id": "m", "title": "T", "stages": [{"id": "s", "name": "S"}], "ignore": rule}),
        file="f",
        format="json",
    )
    with speaking("en"), pytest.raises(MapError) as caught:
        write_workbook(map, "en")
    (found,) = caught.value.problems
    assert "32767" in found.message and str(found.place.field).startswith("Map!B")


# ---------------------------------------------------------------- files that want to break something


def packed(parts: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """Our template as a workbook with one part replaced."""
    whole = write_workbook(load_template("coach"), "en").content
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        return packed({one: archive.read(one) for one in archive.namelist()} | {name: content})


SHEET = "xl/worksheets/sheet3.xml"


def with_sheet(rows: bytes) -> bytes:
    """Our template as a workbook with one sheet replaced."""
    return with_part(SHEET, b'<worksheet xmlns="x"><sheetData>' + rows + b"</sheetData></worksheet>")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "damaged or cut off"),
        (b"PK\x03\x04junk", "damaged or cut off"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "protected by a password"),
        (packed({"a.txt": b"x"}), "a ZIP archive and no workbook"),
        (packed({"xl/workbook.xml": b"<workbook><sheets/></workbook>"}), "None of the sheets"),
        (with_part("xl/workbook.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><workbook/>'), "<!DOCTYPE>"),
        (with_sheet(b'<row r="999999"><c r="A999999"><v>1</v></c></row>'), "beyond"),
        (with_sheet(b'<row r="1"><c r="XFD1"><v>1</v></c></row>'), "beyond"),
        (
            with_sheet(b'<row r="1"><c r="A1" t="s"><v>99999</v></c></row>'),
            "damaged",
        ),
        (with_sheet(b'<row r="1"><c r="A1"><v>x</v></c></row>'), "damaged"),
        (with_sheet(b'<row r="x"/>'), "damaged"),
        (with_part(SHEET, b"<worksheet>"), "damaged"),
        (with_part("bomb.bin", b"\0" * (130 << 20)), "unpacks to far more than a map"),
    ],
)
def test_what_is_no_workbook_of_a_map_is_refused(raw: bytes, message: str) -> None:
    (found, *_rest) = problems(raw)
    assert message in found.message
    assert found.expected


def test_every_truncation_of_a_workbook_is_refused_without_a_traceback() -> None:
    whole = write_workbook(load_template("coach"), "en").content
    for end in range(0, len(whole) - 1, len(whole) // 40):
        problems(whole[:end])


def test_a_workbook_is_written_and_loaded_by_its_ending(tmp_path: Path) -> None:
    template: JourneyMap = load_template("coach")
    (tmp_path / "m.xlsx").write_bytes(write_map(template, "m.xlsx").content)
    assert load_map(tmp_path / "m.xlsx") == template
