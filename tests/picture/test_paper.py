"""Blocks become PDF/UA: everything is there for a screen reader, and no text is ever more than a text."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from parcours.picture import paper
from parcours.picture.bundled import drawable
from parcours.picture.paper import Figure, Heading, Items, NewPage, Paper, Paragraph, Table, render_pdf, text_of
from parcours.picture.svg import render_lanes
from parcours.picture.typeface import FONTS

pytestmark = pytest.mark.skipif(
    not (FONTS / "drawn.txt").exists(), reason="The fonts are not gathered; run make assets."
)
TABLE = Table(("Stage", "People"), [("1. Visit", "1,234"), ("2. Quote", "56")], (2, 1), (False, True))
EVIL = (
    '#import "@preview/evil:1.0.0"', '#read("/etc/passwd")', "#panic()", "*bold* _it_ `raw` $x^2$", "= Heading",
    "- item", "\\u{41} \\ // gone /* gone */", "<label> @ref https://x.example", "]} #{ ) (",
    '"quotes" \'single\' -- --- ... ~',
    "#sys.inputs", "// comment", "/ term: x", "+ one", "[link](x)", "</script><svg>", '{"kind":"page"}',
)  # fmt: skip


def document(*blocks: paper.Block, **more: str) -> Paper:
    known = {"title": "A title", "description": "What it says", "language": "en"} | more
    return Paper(blocks=(Heading("Head", 1), *blocks), **known)


def written(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "x.pdf"
    path.write_bytes(data)
    return path


def letters(text: str) -> str:
    """Leave out what setting lines may change: blanks and breaks."""
    return "".join(
        char for char in unicodedata.normalize("NFKC", text) if not char.isspace() and char not in "\u200b\f\xad"
    )


def test_the_document_is_tagged_and_says_its_title_and_language(tmp_path: Path, poppler) -> None:
    data = render_pdf(document(Paragraph("Some text"), TABLE, Items([("One", "why"), ("Two", "")]), language="fr"))
    info = poppler("pdfinfo", written(tmp_path, data))
    assert "Tagged:          yes" in info and "Title:           A title" in info and "What it says" in info
    assert "(fr)" in data.decode("latin-1") and "pdfuaid:part" in data.decode("latin-1")
    structure = poppler("pdfinfo", "-struct", tmp_path / "x.pdf")
    for tag in ("H1", "P (block)", "Table", "THead", "TH ", "/Scope /Column", "TBody", "TD", "L (block)", "LBody"):
        assert tag in structure, tag


def test_fonts_are_embedded_as_subsets_and_have_unicode(tmp_path: Path, poppler) -> None:
    path = written(tmp_path, render_pdf(document(Paragraph("Říp → x"), Paragraph("Mes mots", "voice"))))
    rows = [line.split() for line in poppler("pdffonts", path).splitlines()[2:]]
    assert rows and all(row[-5:-2] == ["yes", "yes", "yes"] and "+" in row[0] for row in rows)
    assert any("Newsreader" in row[0] for row in rows)


@pytest.mark.parametrize(("size", "points"), [("a4", "841.89 x 595.276"), ("a3", "1190.55 x 841.89")])
def test_paper_lies_on_its_side(tmp_path: Path, poppler, size, points: str) -> None:
    info = poppler("pdfinfo", written(tmp_path, render_pdf(document(Paragraph("x"), NewPage(), TABLE), size=size)))
    assert points in info and "Pages:           2" in info


def test_a_figure_has_its_alternative_text_and_its_words_can_be_selected(tmp_path: Path, poppler, samples) -> None:
    svg = render_lanes(samples.rich("fr"), 0, ("goal", "relief", "river"), width=1400)
    data = render_pdf(document(Figure(svg, "On perd les gens"), Figure(svg, "encore", fill=False)))
    assert "Figure" in poppler("pdfinfo", "-struct", written(tmp_path, data))
    assert letters(samples.rich("fr").stages[0].name) in letters(poppler("pdftotext", tmp_path / "x.pdf", "-"))
    assert data.count(b"/Alt") >= 2


def test_the_same_document_is_the_same_bytes_and_another_one_is_not() -> None:
    first = render_pdf(document(TABLE))
    assert first == render_pdf(document(TABLE)) != render_pdf(document(replace(TABLE, rows=[("1. Visit", "1,235")])))


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8"), max_size=60))
@example(EVIL[0])
@example(" ".join(EVIL))
def test_any_text_prints_literally_wherever_it_stands(tmp_path: Path, poppler, text: str) -> None:
    marked = f"«{text}»"
    blocks = (
        Heading(marked), Paragraph(marked), Paragraph(marked, "voice"), Items([(marked, marked)]),
        replace(TABLE, rows=[(marked, "1")]),
    )  # fmt: skip
    path = written(tmp_path, render_pdf(document(*blocks, title=marked, description=marked)))
    said = letters(poppler("pdftotext", "-raw", path, "-"))
    assert said.count(letters(text_of(marked))) >= 5


@pytest.mark.parametrize("text", EVIL)
def test_markup_and_code_in_a_text_stay_letters(tmp_path: Path, poppler, text: str) -> None:
    path = written(tmp_path, render_pdf(document(Paragraph(text))))
    assert letters(drawable(text)) in letters(poppler("pdftotext", path, "-"))


def test_no_text_is_ever_part_of_the_source(monkeypatch) -> None:
    """The template that Typst compiles is one constant; content only comes in as data."""
    import typst

    seen = []

    compiler = typst.Compiler

    def spy(source: bytes, **more: object) -> object:
        seen.append((source, more))
        return compiler(source, **more)

    monkeypatch.setattr(typst, "Compiler", spy)
    render_pdf(document(Paragraph("#evil")))
    ((source, more),) = seen
    assert source == (Path(paper.__file__).parent / "paper.typ").read_bytes() and b"evil" not in source
    assert b"#import" not in source and b"read(" not in source
    assert more["ignore_system_fonts"] is True and not Path(str(more["root"])).exists()


def test_long_names_break_inside_their_column(tmp_path: Path, poppler) -> None:
    name = "event_name_without_any_space_" * 6
    table = Table(("A", "B", "C", "D", "E", "F"), [(name, *"12345")], (1, 1, 1, 1, 1, 1), (False, *[True] * 5))
    path = written(tmp_path, render_pdf(document(table)))
    assert name in letters(poppler("pdftotext", "-raw", path, "-"))
    boxes = poppler("pdftotext", "-bbox", path, "-").split("<word ")[1:]
    parts = [box for box in boxes if "event" in box or "space" in box]
    assert parts and max(float(box.split('xMax="')[1].split('"')[0]) for box in parts) < 841.89 / 6 + 30


def test_a_table_with_ragged_rows_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="as many cells"):
        render_pdf(document(replace(TABLE, rows=[("only one",)])))
    with pytest.raises(ValueError, match="width"):
        render_pdf(document(Figure("<svg/>", "x")))


def test_importing_the_blocks_loads_neither_typst_nor_resvg() -> None:
    code = (
        "import sys, parcours.picture.paper, parcours.picture.png, parcours.report.paper, parcours.report.page;"
        "print([name for name in ('typst', 'resvg_py', 'openpyxl') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
