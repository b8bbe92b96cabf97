from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.template import Context, Template

from parcours.ui import charts
from parcours.ui.charts import FunnelRow, RetentionRow, funnel_bars, retention_cells

UI = Path(charts.__file__).parent


def test_bars_of_a_funnel_are_to_the_scale_of_the_largest_step() -> None:
    first, second = funnel_bars([FunnelRow("seen", 200, 50), FunnelRow("bought", 150)])
    assert (first.went, first.both, first.lost_share) == (75, 100, 0.25)
    assert (second.went, second.both, second.lost_share) == (75, 75, 0)


def test_an_empty_funnel_is_drawn_without_dividing_by_nothing() -> None:
    assert funnel_bars([]) == []
    assert [bar.lost_share for bar in funnel_bars([FunnelRow("seen", 0)])] == [0]


def test_few_people_are_hatched_and_what_is_not_over_is_empty() -> None:
    many = retention_cells(RetentionRow("May", 214, (1.0, 0.41, 0.0, None)))
    assert [(cell.percent, cell.style) for cell in many] == [(100, "l6"), (41, "l3"), (0, "l0"), (None, "")]
    few = retention_cells(RetentionRow("August", 21, (1.0, 0.48)))
    assert [cell.style for cell in few] == ["few", "few"]


def test_a_goal_never_leaves_its_line() -> None:
    drawn = ElementTree.fromstring(charts.goal(250, 90, 100, (70, 120), lived=True))
    assert {float(rect.get("width", "0").rstrip("%")) for rect in drawn.iter("rect")} == {100, 30, 2}
    assert ElementTree.fromstring(charts.goal(1, None, 0, lived=False)).get("class") == "goal"


@pytest.mark.parametrize(
    ("structure", "felt", "marks"), [(80, 40, {"ours", "theirs", "gap"}), (80, None, {"ours"}), (None, None, set())]
)
def test_a_pair_shows_only_what_is_known(structure: float | None, felt: float | None, marks: set[str]) -> None:
    drawn = ElementTree.fromstring(charts.pair(structure, felt, None, 60, frail=False))
    assert {mark.get("class") for mark in drawn.iter()} - {"pair", "line", "limit", None} == marks


def test_a_score_on_few_answers_is_hollow() -> None:
    assert 'class="frail"' in charts.pair(55, 70, (58, 82), 60, frail=True)


def test_the_four_corners_differ_and_the_unknown_one_is_empty() -> None:
    drawn = {charts.corner(structure, felt) for structure in (True, False) for felt in (True, False)}
    assert len(drawn) == 4 and all("on" in one for one in drawn)
    assert 'class="on"' not in charts.corner(None, True)


def test_tags_write_their_charts_for_a_reader_who_sees_no_bars() -> None:
    source = "{% load charts %}{% funnel steps %}{% retention rows heads 'by month' %}{% goal 3 4 5 %}{% corner %}"
    page = Template(source).render(
        Context(
            {"steps": [FunnelRow("<seen>", 4820, 1210)], "rows": [RetentionRow("May", 40, (1.0,))], "heads": ["M0"]}
        )
    )
    text = re.sub(r"<[^>]+>", "", page)
    assert "&lt;seen&gt;" in text and "4,820" in text and "−1,210 (25%)" in text and "by month" in text


def test_no_template_or_script_breaks_the_content_policy() -> None:
    package = UI.parent
    inline = re.compile(
        r"""\sstyle=|\son[a-z]+=["']|<style|<script(?![^>]*(?:\bsrc=|type="application/json"))|javascript:"""
    )
    wrong = [
        f"{path.relative_to(package)}: {found.group()}"
        for path in package.glob("*/templates/**/*.html")
        if (found := inline.search(path.read_text("utf-8")))
    ]
    assert wrong == []
