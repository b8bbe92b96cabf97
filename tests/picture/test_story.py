"""What a team knows and plans: lanes, sections, the blueprint, and what opens under a touchpoint."""
# ruff: noqa: E501 - an example stands on one line

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from parcours.picture.page import render_fragment, render_page
from parcours.picture.rich import plain, rich_html
from parcours.picture.svg import render_svg


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("one\n\ntwo", "<p>one</p><p>two</p>"),
        ("one\ntwo", "<p>one<br>two</p>"),
        ("First:\n- a\n- **b** c\n\n1. d\n2) e", "<p>First:</p><ul><li>a</li><li><b>b</b> c</li></ul><ol><li>d</li><li>e</li></ol>"),
        ("*a* 2 * 3 * 4 **b**", "<p><i>a</i> 2 * 3 * 4 <b>b</b></p>"),
        ("see [the *way*](https://x.org/a?b=1&c=2)!", '<p>see <a href="https://x.org/a?b=1&amp;c=2" rel="noopener noreferrer">the <i>way</i></a>!</p>'),
        ("[x](javascript:alert(1)) [y](//x.org) [z](data:text/html,x)", "<p>[x](javascript:alert(1)) [y](//x.org) [z](data:text/html,x)</p>"),
        ('<b onclick="x">', "<p>&lt;b onclick=&quot;x&quot;&gt;</p>"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_little_markdown_becomes_safe_html(text, html) -> None:
    assert rich_html(text) == html


def test_a_link_cannot_leave_its_attribute() -> None:
    found = rich_html('[a](https://x.org/"onmouseover="alert) [b](https://x.org/<script>)')
    assert '"onmouseover' not in found and "<script" not in found


def test_on_paper_markdown_is_words_and_addresses() -> None:
    assert plain("**a** and [b](https://x.org)") == "a and b (https://x.org)"


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_pain_points_and_actions_stand_in_their_lanes_and_in_tables(samples, language) -> None:
    picture = samples.told(language)
    page = render_page(picture)
    table = page.split('<div class="tables">')[1].split('<ol class="walk">')[0]
    walk = page.split('<ol class="walk">')[1].split("</section>")[0]
    for pain in picture.story.pains:
        if pain.place is not None:
            assert pain.name in words(table) and pain.name in words(walk)
        assert pain.name in words(page.split('class="part pains-part"')[1])
    for deed in picture.story.deeds:
        assert deed.name in words(page.split('class="part deeds-part"')[1])
    assert 'class="deed done"' in table and 'class="chance idea"' in table
    shapes = dict(re.findall(r'<g id="(i-d\d+)" class="drawn">(.*?)</g>', page))
    drawn = "".join(shapes[id_] for id_ in re.findall(r'<svg class="severity"[^>]*><use href="#([^"]+)"', table))
    assert drawn.count("url(#i-doubt)") == sum(pain.severity for pain in picture.story.pains if pain.assumed)


def test_personas_and_evidence_stand_under_the_map_unless_lanes_are_chosen(samples) -> None:
    picture = samples.told("en")
    page = words(render_page(picture))
    for persona in picture.story.personas:
        for said in (persona.name, persona.quote, *persona.goals, *persona.frustrations, persona.level):
            assert said is None or said in page
    assert picture.story.evidence[0].quotes[0] in page
    few = words(render_page(replace(picture, lanes=("goal",))))
    assert picture.story.personas[0].name not in few and picture.story.evidence[0].title not in few


def test_a_blueprint_is_drawn_where_it_is_chosen_with_its_three_lines_in_order(samples) -> None:
    picture = samples.told("en")
    assert "line of visibility" not in render_page(picture)
    chosen = replace(picture, lanes=("blueprint",))
    for text in (words(render_page(chosen).split('<div class="tables">')[1]), words(render_svg(chosen))):
        marks = ["What they do", "line of interaction", "before their eyes", "line of visibility", "behind the scenes",
                 "line of internal interaction", "What holds it up", "In no layer yet"]  # fmt: skip
        places = [text.index(mark) for mark in marks]
        assert places == sorted(places)
    assert "line of visibility" not in render_page(replace(samples.rich("en"), lanes=("blueprint",)))


def test_what_there_is_to_say_of_a_touchpoint_stands_once_and_opens_from_table_and_walk(samples) -> None:
    page = render_page(samples.told("en"))
    assert page.count('id="i-about-t4.1"') == 1
    assert page.count('popovertarget="i-about-t4.1"') == 3  # table, walk, and the button that closes it
    opened = page.split('id="i-about-t4.1"')[1].split("</div></div>")[0]
    assert "<b>the same day</b>" in opened and 'href="https://example.org/quote"' in opened
    assert "Answers for it" in opened
    fragment = render_fragment(samples.told("en"))
    assert 'popovertarget="p' in fragment and "<script" not in fragment


def test_a_step_is_named_once_before_its_touchpoints(samples) -> None:
    page = render_page(samples.told("en"))
    table = page.split('<div class="tables">')[1].split('<ol class="walk">')[0]
    assert table.count('class="step"') == 2
    assert table.index("We talk") < table.index("They weigh it up")


def test_a_stage_leads_to_the_page_of_the_map_in_which_it_plays(samples) -> None:
    assert '<a class="deeper" href="quote.html">The quote in detail</a>' in render_page(samples.told("en"))


def test_a_static_picture_shows_pain_points_and_actions(samples) -> None:
    text = words(render_svg(samples.told("fr")))
    assert "gravité 5 sur 5" in text and "priorité 64" in text


def test_a_picture_without_a_story_holds_nothing_of_it(samples) -> None:
    body = render_page(samples.rich("en")).split("</style>", 1)[1]
    for kind in ("pains-part", "deeds-part", "personas-part", "evidence-part", "popover", 'id="i-idea"'):
        assert kind not in body
