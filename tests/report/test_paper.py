"""A report on paper shows the figures of the page, all of them, and nothing is cut off."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from parcours.language.errors import UsageError
from parcours.language.formats import number, percent, signed
from parcours.language.translation import _, speaking
from parcours.picture.bundled import svg_size
from parcours.picture.paper import Figure, Heading, Items, Paragraph, Table
from parcours.picture.typeface import FONTS
from parcours.report.building import build_report, draw_map
from parcours.report.page import Page
from parcours.report.paper import paper_of

pytestmark = pytest.mark.skipif(
    not (FONTS / "drawn.txt").exists(), reason="The fonts are not gathered; run make assets."
)


@pytest.fixture(scope="module", params=["fr", "en"])
def report(request, coach_log, coach_map):
    return build_report(coach_log, coach_map, language=request.param)


def tables(paper) -> list[Table]:
    return [block for block in paper.blocks if isinstance(block, Table)]


def said(paper) -> str:
    parts = []
    for block in paper.blocks:
        if isinstance(block, Heading | Paragraph):
            parts.append(block.text)
        elif isinstance(block, Items):
            parts += [" ".join(item) for item in block.items]
        elif isinstance(block, Table):
            parts += [" | ".join(row) for row in (block.head, *block.rows)]
    return "\n".join(parts)


def flat(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_everything_that_the_picture_says_is_there_as_text(report) -> None:
    text, picture = said(report.paper()), report.picture
    for words in (picture.headline, picture.title, picture.subtitle, *picture.lost, *picture.felt, *picture.notes):
        assert words in text
    for finding in picture.findings:
        assert f"{finding.headline} {finding.detail}" in text
    for stage in picture.stages:
        assert stage.quote is None or stage.quote.text in text
        for one in stage.indicators:
            assert f"| {one.label} | {one.value} | {one.target or '–'} |" in text


def test_the_tables_hold_the_figures_of_the_page(report) -> None:
    people, feelings, touchpoints, indicators = tables(report.paper())[:4]
    with speaking(report.picture.language):
        for stage, row, felt in zip(report.picture.stages, people.rows, feelings.rows, strict=True):
            assert row[0] == f"{stage.number}. {stage.name}"
            assert [row[2], row[4]] == [number(stage.entered.count), number(stage.left.count)]
            counts = [stage.open.count, stage.arrived.count, stage.returned.count]
            assert list(row[7:]) == [number(count) for count in counts]
            assert row[5] == ("–" if stage.leak is None else percent(stage.leak))
            measured = stage.felt.answers if stage.felt is not None else 0
            assert felt[-2] == number(measured)
            assert stage.felt is None or stage.felt.mean is None or felt[-4] == signed(stage.felt.mean)
        stations = [station for stage in report.picture.stages for station in stage.stations]
        assert [row[4] for row in touchpoints.rows] == [number(station.persons.count) for station in stations]
        whole = len(report.picture.indicators)
        assert len(indicators.rows) == whole + sum(len(stage.indicators) for stage in report.picture.stages)


def test_the_picture_comes_first_and_its_alternative_says_the_headline(report) -> None:
    blocks = report.paper().blocks
    assert [type(block) for block in blocks[:3]] == [Heading, Paragraph, Figure]
    titles = [block.text for block in blocks if isinstance(block, Heading) and block.level == 1]
    assert titles == [report.picture.headline]
    figures = [block for block in blocks if isinstance(block, Figure)]
    *maps, quadrant = figures
    assert maps and all(figure.alt.startswith(report.picture.headline) for figure in maps)
    assert all(stage.name in quadrant.alt for stage in report.picture.stages[2:5])


def test_the_plan_stands_in_tables_too(report) -> None:
    aligned, promises, deviations = tables(report.paper())[4:7]
    plan = report.picture.plan
    with speaking(report.picture.language):
        assert len(aligned.rows) == sum(stage.aligned is not None for stage in report.picture.stages)
        assert [row[4] for row in promises.rows] == [number(one.broken.count) for one in plan.promises]
        assert [row[3] for row in deviations.rows] == [number(one.trips.count) for one in plan.deviations]


@pytest.mark.parametrize("size", ["a4", "a3"])
def test_every_word_stands_on_its_page(report, size, tmp_path: Path, poppler) -> None:
    path = report.save(tmp_path / "report.pdf", paper=size)
    boxes = poppler("pdftotext", "-bbox", path, "-")
    wide, high = map(float, re.search(r'<page width="([\d.]+)" height="([\d.]+)"', boxes).groups())
    words = re.findall(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)"', boxes)
    corners = [tuple(map(float, found)) for found in words]
    assert len(corners) > 500
    for left, top, right, bottom in corners:
        assert 20 < left < right < wide - 20 and 15 < top < bottom < high - 15
    text = flat(poppler("pdftotext", path, "-"))
    for stage in report.picture.stages:
        assert flat(number(stage.entered.count)) in text
    info = poppler("pdfinfo", path)
    assert "Tagged:          yes" in info and flat(report.picture.title) in flat(info)


def test_the_quadrant_is_large_enough_to_read(report, tmp_path: Path, poppler) -> None:
    pages = poppler("pdftotext", "-bbox", report.save(tmp_path / "report.pdf"), "-").split("<page ")[1:]
    with speaking(report.picture.language):
        axis = [f">{word}</word>" for word in _("Feeling: how it is lived").split()]
    page = next(page for page in pages if "\n".join(axis) in re.sub(r" *<word [^>]*", "", page))
    ends = re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">100</word>', page)
    (first, first_bottom), (second, second_bottom) = [(float(top), float(bottom)) for top, bottom in ends]
    assert first_bottom - first > 6 and second_bottom - second > 6  # points: the letters at the ends of both axes
    assert second - first > 250


def test_the_lanes_below_the_drawings_are_printed_as_large_as_these(report) -> None:
    blocks = report.paper("a4").blocks
    scales = []
    for block in blocks:
        if (
            isinstance(block, Figure)
            and block.high_mm is None
            and "tables that follow" in block.alt.replace("Les tableaux qui suivent", "tables that follow")
        ):
            across, down = svg_size(block.svg)
            scales.append(min(277 / across, (210 - 24 - (22 if not scales else 0)) / down))
    assert len(scales) >= 2
    assert min(scales) >= 0.84 * scales[0]


@pytest.mark.parametrize("size", ["a4", "poster"])
def test_a_summary_and_a_poster_are_one_page_that_tells_its_findings(report, size, tmp_path: Path, poppler) -> None:
    page = report if size == "poster" else Page(replace(report.picture, detail="summary"))
    path = page.save(tmp_path / "one.pdf", paper=size)
    info = poppler("pdfinfo", path)
    assert "Pages:           1" in info and "Tagged:          yes" in info
    assert ("2383.94 x 1683.78" if size == "poster" else "841.89 x 595.276") in info
    [figure] = page.paper(size).blocks
    for finding in report.picture.findings:
        assert finding.headline in figure.alt


def test_a_thumbnail_is_a_picture_and_nothing_else(report, tmp_path: Path) -> None:
    card = Page(replace(report.picture, detail="thumbnail"))
    assert card.save(tmp_path / "card.png", scale=1).read_bytes()[16:24] == bytes([0, 0, 1, 224, 0, 0, 1, 14])
    for name in ("card.html", "card.pdf"):
        with pytest.raises(UsageError, match="A thumbnail is a picture"):
            card.save(tmp_path / name)


def test_a_map_with_many_stages_takes_a_page_for_each_row(samples_of_picture) -> None:
    crowded = paper_of(samples_of_picture.crowded())
    figures = [block for block in crowded.blocks if isinstance(block, Figure)]
    assert len(figures) >= 4
    for stage in (1, 12):
        assert any(f'fill="#1a4a75">{stage}</text>' in block.svg for block in figures)
    assert samples_of_picture.empty().headline in said(paper_of(samples_of_picture.empty()))


def test_a_plan_and_a_log_without_answers_have_no_empty_columns(coach_map, samples_of_picture) -> None:
    for paper in (draw_map(coach_map, language="en").paper(), paper_of(samples_of_picture.discovered())):
        for table in tables(paper)[-2:]:
            for place, head in enumerate(table.head):
                assert any(row[place] not in ("", "–", "0") for row in table.rows), head


def test_save_writes_what_the_ending_says_and_refuses_what_it_does_not_have(report, tmp_path: Path) -> None:
    starts = {".html": b"<!doctype", ".svg": b"<svg", ".png": b"\x89PNG", ".pdf": b"%PDF-1.7", ".json": b"{"}
    starts[".pptx"] = b"PK"
    for ending, start in starts.items():
        assert report.save(tmp_path / f"x{ending}").read_bytes().startswith(start)
    large = report.save(tmp_path / "y.png", scale=3, theme="dark").read_bytes()
    assert len(large) > (tmp_path / "x.png").stat().st_size
    for name, options in (
        ("x.svg", {"scale": 2}), ("x.pdf", {"scale": 2}), ("x.png", {"paper": "a4"}), ("x.html", {"paper": "a3"}),
        ("x.pdf", {"theme": "dark"}), ("x.pptx", {"theme": "dark"}), ("x.pptx", {"paper": "a4"}), ("x.docx", {}),
    ):  # fmt: skip
        with pytest.raises(UsageError):
            report.save(tmp_path / "never" / name, **options)
    with pytest.raises(UsageError, match="cannot be written"):
        report.save(tmp_path / "never" / "x.pdf")
