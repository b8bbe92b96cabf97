"""Which lanes a picture shows: those of its level of detail, or those chosen, in every face."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from parcours.language.errors import UsageError
from parcours.picture.lanes import LANES, lane_names, lanes_shown, read_lanes
from parcours.picture.model import Figure
from parcours.picture.page import render_page
from parcours.picture.svg import render_svg


def lane_heads(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><b>(.*?)</b>', page.split('<ol class="walk">')[0])


def svg_texts(svg: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", part) for part in re.findall(r"<text.*?</text>", svg))


def test_every_lane_has_a_name() -> None:
    assert tuple(lane_names()) == LANES


def test_lanes_are_read_by_name_each_once_and_drawn_in_their_own_order() -> None:
    assert read_lanes(["river", " goal", "river", ""]) == ("goal", "river")
    assert lanes_shown(("river", "goal"), "full") == ("goal", "river")


@pytest.mark.parametrize(("names", "value"), [(["goal", "rivre"], "rivre"), ([" "], None)])
def test_an_unknown_lane_or_none_at_all_is_refused_with_the_known_ones(names, value) -> None:
    with pytest.raises(UsageError) as refused:
        read_lanes(names)
    assert refused.value.value == value
    assert "river, alignment" in refused.value.expected


def test_a_page_draws_the_chosen_lanes_alone_in_the_table_in_the_walk_and_below(samples) -> None:
    page = render_page(replace(samples.planned("en"), lanes=("promises", "goal")))
    assert lane_heads(page) == ["What they want", "Promises"]
    assert 'class="draw"' not in page.split('<div class="tables">')[1].split("</div>")[0]
    assert "vows-part" in page and "accords" not in page.split("</style>", 1)[1] and "kinds-part" not in page
    walk = page.split('<ol class="walk">')[1].split("</ol>")[0]
    assert "gutter" not in walk and "touchpoint" not in walk and "To check that they have what I want" in walk


def test_a_summary_holds_headline_river_relief_and_verdicts_and_ends_there(samples) -> None:
    picture = samples.planned("en")
    page = render_page(replace(picture, detail="summary"))
    assert lane_heads(page) == ["The relief", "The river", "Leaving", "Alignment"]
    body = page.split("</style>", 1)[1]
    assert picture.headline in body and picture.findings[2].headline in body
    assert picture.findings[2].detail not in body
    assert "facts-table" not in body


def test_a_static_picture_draws_the_chosen_lanes_alone(samples) -> None:
    picture = samples.planned("en")
    svg = svg_texts(render_svg(replace(picture, lanes=("touchpoints",))))
    assert "Product page" in svg and "to scale" not in svg and "To pay fast" not in svg
    assert "to scale" in svg_texts(render_svg(picture))


def test_a_poster_shows_touchpoints_that_a_picture_of_usual_size_only_counts(samples) -> None:
    picture = samples.crowded()
    full, poster = (svg_texts(render_svg(replace(picture, detail=detail))) for detail in ("full", "poster"))
    assert "dématérialisée 19" not in full and "8 autres points" in full.replace("\u00a0", " ")
    assert "dématérialisée 19" in poster
    assert (
        "details"
        not in render_page(replace(picture, detail="poster")).split('<div class="tables">')[1].split("</table>")[0]
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_thumbnail_is_a_card_with_title_headline_numbers_and_how_many_arrive(language, samples) -> None:
    picture = samples.planned(language)
    svg = render_svg(replace(picture, detail="thumbnail"))
    assert 'width="480" height="270"' in svg and "var(--paper)" not in svg
    texts = svg_texts(svg)
    assert texts.startswith(picture.title) and "6 840" in texts.replace(",", " ").replace("\u202f", " ")
    assert all(f">{stage.number}<" in svg for stage in picture.stages)
    assert 'class="felt"' in svg and 'class="water"' in svg


def test_a_thumbnail_of_a_plan_or_of_nothing_is_still_a_card(samples) -> None:
    for picture in (samples.empty(), samples.crowded(), samples.discovered()):
        assert 'height="270"' in render_svg(replace(picture, detail="thumbnail"))


def test_a_thumbnail_of_a_plan_names_its_stages_in_full_where_there_is_room(samples) -> None:
    plan = replace(
        samples.empty(),
        detail="thumbnail",
        stages=tuple(
            replace(one, name="Réception, prise en main", reached=Figure(0)) for one in samples.rich("fr").stages[:5]
        ),
    )
    svg = render_svg(plan)
    names = re.findall(r">([^<]+)</text>", svg)
    assert "…" not in "".join(names) and "Réception," in " ".join(names) and "prise en" in " ".join(names)
