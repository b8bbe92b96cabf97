from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from parcours.picture.setting import Paragraph, Run, line, set_text
from parcours.picture.svg import render_svg
from parcours.picture.typeface import Style, width

NAME = "{http://www.w3.org/2000/svg}"
PICTURES = ["rich", "discovered", "crowded", "empty"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PICTURES)
def test_the_svg_is_well_formed_and_its_colours_are_written_out(name, theme, samples) -> None:
    svg = render_svg(getattr(samples, name)(), theme=theme)
    root = ET.fromstring(svg)
    assert root.tag == f"{NAME}svg"
    assert "var(" not in svg
    assert "light-dark" not in svg


@pytest.mark.parametrize("name", PICTURES)
def test_every_reference_of_the_svg_finds_its_mark(name, samples) -> None:
    svg = render_svg(getattr(samples, name)())
    ids = re.findall(r'\bid="([^"]+)"', svg)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", svg)) | set(re.findall(r'href="#([^"]+)"', svg)) <= set(ids)


def test_the_svg_holds_no_script_and_asks_for_nothing(samples) -> None:
    svg = render_svg(samples.rich())
    assert "<script" not in svg
    assert "http" not in svg.replace('xmlns="http://www.w3.org/2000/svg"', "")


@pytest.mark.parametrize("wide", [720, 1000, 1440, 2400])
@pytest.mark.parametrize("name", PICTURES)
def test_no_text_is_set_beyond_the_sheet(name, wide, samples) -> None:
    root = ET.fromstring(render_svg(getattr(samples, name)(), width=wide))
    assert root.get("width") == str(wide)
    high = float(root.get("height"))
    for text in root.findall(f"{NAME}text"):
        assert 0 <= float(text.get("x")) < wide
        assert 0 <= float(text.get("y")) <= high


def test_a_narrower_sheet_than_can_be_read_is_not_drawn(samples) -> None:
    assert 'width="720"' in render_svg(samples.rich(), width=10)


def test_themes_differ_in_colours_only(samples) -> None:
    light, dark = render_svg(samples.rich(), theme="light"), render_svg(samples.rich(), theme="dark")
    assert light != dark
    colour = re.compile(r"#[0-9a-f]{3,6}\b")
    assert colour.sub("", light) == colour.sub("", dark)


def test_hostile_texts_stay_texts(samples) -> None:
    bad = "</text><script>alert(1)</script>&\"'<"
    rich = samples.rich()
    stage = replace(rich.stages[3], name=bad, goal=bad, owner=bad)
    root = ET.fromstring(render_svg(replace(rich, title=bad, headline=bad, stages=(stage,))))
    assert root.find(f".//{NAME}script") is None
    assert root.find(f"{NAME}title").text == bad


def test_set_lines_fit_their_column_whatever_their_styles() -> None:
    runs = (
        Run("Réponse du service après-vente", Style(13, 600, 92)),
        Run("anticonstitutionnellement", Style(12, 400, 92)),
    )
    block = set_text([Paragraph(runs, 16), line("Fin", Style(13))], 0, 0, 90, "g-")
    rows = ET.fromstring(f"<svg>{block.svg}</svg>")
    for text in rows.findall("text"):
        total = 0.0
        for span in text.findall("tspan"):
            stretch = float(span.get("font-stretch", "100%").rstrip("%"))
            style = Style(float(span.get("font-size")), int(span.get("font-weight")), stretch)
            total += width(span.text, style)
        last = text.findall("tspan")[-1].text
        assert total - width(" ", Style(13)) <= 90.5, last
    assert block.height == 16 * (len(rows.findall("text")) - 1) + 17.2
