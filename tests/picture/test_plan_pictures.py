"""Promises, deviations and alignment as they are drawn."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.picture.held import Aligned, Figure, PlanShown
from parcours.picture.icons import ICONS
from parcours.picture.model import MapPicture, StageColumn, Station
from parcours.picture.page import render_fragment, render_page
from parcours.picture.quadrant import lay_plane
from parcours.picture.svg import render_quadrant, render_svg

NOBODY = Figure(0)


def stage(number: int, name: str, ours: float, theirs: float, people: int) -> StageColumn:
    aligned = Aligned(
        ours, max(0, ours - 4), min(100, ours + 4), theirs, max(0, theirs - 6), min(100, theirs + 6), (),
        Figure(40), Figure(people), "aligned", number % 2 == 0, False, theirs - ours, (), 0.0, None,
    )  # fmt: skip
    return StageColumn(
        f"s{number}", number, name, None, None, *[NOBODY] * 6, None, None, None, None, None, NOBODY, None, None, None,
        aligned=aligned,
    )  # fmt: skip


SCORE = st.floats(0, 100)
NAMES = st.sampled_from(["Achat", "Évaluation et service après-vente", "Use", "Anticonstitutionnellement long"])
STAGES = st.lists(st.tuples(NAMES, SCORE, SCORE, st.integers(1, 10_000)), min_size=1, max_size=9).map(
    lambda rows: [stage(number, *row) for number, row in enumerate(rows, 1)]
)


@settings(max_examples=60, deadline=None)
@given(STAGES, st.sampled_from([(296.0, False), (520.0, True), (640.0, True)]))
def test_labels_of_the_quadrant_overlap_neither_each_other_nor_a_disc_nor_a_name(stages, face) -> None:
    side, names = face
    plane = lay_plane(stages, 60, side, names=names)
    labels = [disc.label for disc in plane.discs if disc.label is not None]
    assert len(labels) == len(stages)
    corners = [box for _name, box in plane.corners]
    assert not any(one.meets(other) for one, other in combinations([*labels, *corners], 2))
    for label in labels:
        assert label.left >= plane.x(0) and label.right <= plane.x(100)
        assert label.top >= plane.y(100) and label.bottom <= plane.y(0)
        for disc in plane.discs:
            inside_x, inside_y = label.left < disc.x < label.right, label.top < disc.y < label.bottom
            assert not (inside_x and inside_y)


def test_larger_stages_have_larger_discs_by_their_area() -> None:
    small, large = lay_plane([stage(1, "a", 20, 20, 250), stage(2, "b", 80, 80, 1000)], 60, 520).discs
    assert large.radius == pytest.approx(2 * small.radius)


def test_a_stage_without_both_scores_has_no_place_and_is_told_so(samples) -> None:
    picture = samples.planned("en")
    assert [disc.number for disc in lay_plane(picture.stages, 60, 520).discs] == [3, 4, 5, 6, 7, 8]
    document = render_page(picture)
    assert "not enough to say" in document.partition('class="part accords"')[2]


def test_what_is_unsure_is_hatched_and_has_a_question_mark(samples) -> None:
    picture = samples.planned("en")
    part = render_page(picture).partition('class="part accords"')[2]
    assert part.count('class="disc-doubt"') == 2  # once for each of the two sizes
    assert "warm but disorganised?" in part
    sure = tuple(replace(each, aligned=each.aligned and replace(each.aligned, certain=True)) for each in picture.stages)
    assert 'class="disc-doubt"' not in render_page(replace(picture, stages=sure))


def test_a_map_without_a_plan_looks_as_before(samples) -> None:
    document = render_page(samples.rich("en")).partition("<main>")[2]
    for sign in ("Promises", "Deviations", "Alignment", 'class="part', "Structure", 'class="kinds"', 'class="gauge"'):
        assert sign not in document
    assert render_quadrant(samples.rich("en")) == ""


@pytest.mark.parametrize("gone", ["promises", "deviations", "aligned"])
def test_a_lane_that_has_nothing_to_show_is_left_out(gone, samples) -> None:
    picture = samples.planned("en")
    name = {"promises": "Promises", "deviations": "Deviations", "aligned": "Alignment"}[gone]
    row = f'<tr class="open"><th scope="row"><b>{name}</b>'
    assert row in render_page(picture)
    empty = None if gone == "aligned" else ()
    bare = replace(picture, stages=tuple(replace(each, **{gone: empty}) for each in picture.stages))
    assert row not in render_page(bare)
    assert f">{name}<" not in render_svg(replace(bare, plan=PlanShown()))


def test_the_five_deviations_differ_in_form_and_have_their_word(samples) -> None:
    marks = ["missing", "adhoc", "failing", "out_of_sequence", "late"]
    assert len({ICONS[mark] for mark in marks}) == 5
    document = render_page(samples.planned("en"))
    for mark, word in zip(marks, ("missing", "ad hoc", "failing", "out of sequence", "late"), strict=True):
        assert re.search(rf'href="#i-{mark}"/></svg><span><b>.*?</b> {word}</span>', document)


def test_what_may_be_chance_says_so_and_is_never_bold(samples) -> None:
    part = render_page(samples.planned("en")).partition('class="part kinds-part"')[2].replace("\u00a0", " ")
    assert "34 % ↔ 37 %<br>" in part and "<b>34 % ↔ 37 %</b>" not in part
    assert "may be chance" in part and "<b>28 % ↔ 46 %</b>" in part
    assert "too few to compare" in part
    assert "an association, not a cause" in part


def test_the_quadrant_alone_is_a_static_picture_with_words(samples) -> None:
    for theme in ("light", "dark"):
        svg = render_quadrant(samples.planned("fr"), theme=theme)
        assert svg.startswith("<svg xmlns") and "var(--" not in svg and "<script" not in svg
        assert "structure 44, ressenti 31, à reprendre" in svg
    assert render_quadrant(samples.planned("fr")) != render_quadrant(samples.planned("fr"), theme="dark")


def test_every_figure_of_the_sections_is_a_button_and_none_is_in_a_fragment(samples) -> None:
    picture = samples.planned("fr")
    document = render_page(picture)
    for key in ("promise:quote:broken", "promise:quote:unmet", "stage:s4:missing", "owner:marketing:missing"):
        assert f'data-k="{key}"' in document
    assert "data-k=" not in render_fragment(picture)


def test_the_page_with_its_plan_stays_light(samples) -> None:
    assert len(render_page(samples.planned("fr")).encode()) <= 400_000


def test_a_plan_says_once_that_nothing_is_measured_and_shows_on_a_phone_what_is_meant_to_be_felt() -> None:
    point = Station("a", "A", "page", None, None, False, None, 1.0, None)
    plan = tuple(
        StageColumn(
            f"s{n}", n, f"Stage {n}", None, None, *(Figure(0),) * 6, None, None, None, None, None, Figure(0), None,
            None if n == 2 else 0.5, None, (point, replace(point, id="b", expected=-1.0)),
        )
        for n in (1, 2)
    )  # fmt: skip
    page = render_page(MapPicture("Plan", "", "en", "Plan", ("This is the plan.",), (), (), plan))
    assert page.count("Not measured yet") == 1 and "Where we lose people" not in page
    first, second = page.split('<ol class="walk">')[1].split("</section>")[0].split('</li><li class="leg">')
    assert first.count('class="planned"') == 1 and second.count('class="planned"') == 0
    assert first.count('class="expected-point"') == second.count('class="expected-point"') == 2
