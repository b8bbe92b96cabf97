"""Workbooks in, pictures and documents out, by the command."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from pptx import Presentation
from typer.testing import CliRunner

from parcours.cli.app import app
from parcours.language.errors import InputError, UsageError
from parcours.picture.typeface import FONTS

gathered = pytest.mark.skipif(not (FONTS / "drawn.txt").exists(), reason="The fonts are not gathered; run make assets.")
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ROWS = [
    ["Export"], ["client", "date", "action", "montant"],
    ["ann", "2026-03-02 09:14:00", "visit", ""], ["ann", "2026-03-03 10:00:00", "purchase", "12.5"],
    ["bob", "2026-03-02 11:00:00", "visit", ""],
]  # fmt: skip


def run(*words: object) -> str:
    done = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A workbook with two sheets, as small as one can be."""
    path = tmp_path / "clients.xlsx"
    relation = '<Relationship Id="{}" Type="{}/{}" Target="{}"/>'
    with zipfile.ZipFile(path, "w") as archive:
        start = relation.format("r1", KIND, "officeDocument", "xl/workbook.xml")
        archive.writestr("_rels/.rels", f"<Relationships>{start}</Relationships>")
        both = "".join(relation.format(f"r{n}", KIND, "worksheet", f"s{n}.xml") for n in (1, 2))
        archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{both}</Relationships>")
        names = '<sheet name="Notes" r:id="r1"/><sheet name="Ventes" r:id="r2"/>'
        archive.writestr("xl/workbook.xml", f'<workbook xmlns:r="{KIND}">{names}</workbook>')
        for n, rows in ((1, [["to do"]]), (2, ROWS)):
            cells = ("".join(f'<c t="str"><v>{text}</v></c>' for text in row) for row in rows)
            archive.writestr(f"xl/s{n}.xml", f"<worksheet>{''.join(f'<row>{row}</row>' for row in cells)}</worksheet>")
    return path


def test_a_sheet_is_previewed_and_imported_by_name(workbook: Path) -> None:
    log = workbook.parent / "shop.parcours"
    shown = run("import", workbook, "--into", log, "--sheet", "Ventes", "--preview")
    assert "clients.xlsx [Ventes]" in shown and "Notes" in shown and not log.exists()
    (told,) = json.loads(run("import", workbook, "--into", log, "--sheet", "Ventes", "--preview", "--json"))
    assert (told["format"], told["sheet"]) == ("xlsx", "Ventes")
    assert [(column["name"], column["role"]) for column in told["columns"]] == [
        ("client", "person"), ("date", "time"), ("action", "event"), ("montant", "value"),
    ]  # fmt: skip
    assert json.loads(run("import", workbook, "--into", log, "--sheet", "clients.xlsx:Ventes", "--json"))["events"] == 3
    assert "clients.xlsx" in run("info", log)


def test_a_sheet_that_is_not_there_or_holds_no_events_keeps_nothing(workbook: Path) -> None:
    log = workbook.parent / "shop.parcours"
    for words, said in ((["--sheet", "Achats"], "Notes, Ventes"), ([], "to do")):
        with pytest.raises(InputError, match=said):
            run("import", workbook, "--into", log, *words)
        assert not log.exists()


@gathered
def test_a_report_and_a_plan_become_pictures_and_documents(workbook: Path, poppler) -> None:
    folder = workbook.parent
    log, plan = folder / "shop.parcours", folder / "plan.yaml"
    run("import", workbook, "--into", log, "--sheet", "Ventes")
    run("map", "new", plan)
    assert "page.pdf" in run("report", log, "-o", folder / "page.pdf", "--paper", "a3", "--language", "fr")
    assert "1190.55 x 841.89" in poppler("pdfinfo", folder / "page.pdf")
    run("report", log, "-o", folder / "page.png", "--scale", 1, "--theme", "dark")
    run("map", "render", plan, "-o", folder / "plan.pdf", "--language", "en")
    assert "841.89 x 595.276" in poppler("pdfinfo", folder / "plan.pdf")
    run("map", "render", plan, "-o", folder / "plan.png", "--scale", 1)
    for name in ("page.png", "plan.png"):
        assert (folder / name).read_bytes().startswith(b"\x89PNG")
    for words, name in ((("report", log), "page.pptx"), (("map", "render", plan), "plan.pptx")):
        run(*words, "-o", folder / name, "--language", "fr")
        assert "La carte entière" in [
            slide.shapes.title.text_frame.text for slide in Presentation(folder / name).slides
        ]
    run("map", "render", plan, "-o", folder / "lanes.html", "--lanes", "goal,touchpoints", "--language", "en")
    assert "What they want" in (page := (folder / "lanes.html").read_text("utf-8")) and "The relief</b>" not in page
    run("report", log, "-o", folder / "card.svg", "--detail", "thumbnail")
    assert 'width="480" height="270"' in (folder / "card.svg").read_text("utf-8")
    run("compare", log, "--before", "2026-03-02T10:30", "-o", folder / "two.html", "--language", "en")
    assert "Before 2026-03-02T10:30" in (folder / "two.html").read_text("utf-8")
    with pytest.raises(UsageError, match="No persona of the map"):
        run("report", log, "--by-persona", "-o", folder / "who.html", "--language", "en")
    with pytest.raises(UsageError, match="There is no lane “rivre”"):
        run("report", log, "-o", folder / "page.html", "--lanes", "rivre")
    with pytest.raises(UsageError, match="Only a PNG has a scale"):
        run("map", "render", plan, "-o", folder / "plan.pdf", "--scale", 3)
