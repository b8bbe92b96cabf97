"""Personas, periods and groups beside each other: one scale, and only differences that tell."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from pptx import Presentation

from parcours.engine.journey import Journey
from parcours.engine.predicates import EventMatch, Rule
from parcours.engine.trips import TripFilter
from parcours.language.errors import UsageError
from parcours.mapdoc.document import Metric
from parcours.mapdoc.narrative import Persona
from parcours.mapdoc.text import Text
from parcours.report.beside import by_persona, two_sides
from parcours.report.laying import journey_over

ASKED, BOOKED = (Rule((EventMatch((name,)),)) for name in ("question_asked", "booking_made"))


def persona(id: str, rule: Rule | None) -> Persona:
    return Persona(id, Text({"fr": f"{id} en français", "en": f"{id} in English"}), rule=rule)


@pytest.fixture
def map_of_personas(coach_map):
    return replace(coach_map, personas=(persona("asks", ASKED), persona("books", BOOKED), persona("nobody", None)))


def test_each_persona_has_the_figures_of_its_own_trips(coach_log, map_of_personas) -> None:
    drawn = by_persona(coach_log, map_of_personas, language="en")
    assert [side.name for side in drawn.picture.sides] == ["asks in English", "books in English"]
    everybody = journey_over(coach_log, map_of_personas)
    for side, rule, result in zip(drawn.picture.sides, (ASKED, BOOKED), drawn.compared, strict=True):
        asked = Journey(
            everybody.plan, everybody.timeout_us, everybody.data_end_us, everybody.feelings, TripFilter(matching=rule)
        )
        expected = coach_log.run(asked)
        assert [stage.entered.count for stage in side.stages] == [stage.entered for stage in expected.stages]
        assert result.first.trips == expected.trips > 0
        assert result.first.trips + result.second.trips == coach_log.run(everybody).trips


def test_only_success_and_what_tells_is_listed_with_its_interval(coach_log, map_of_personas) -> None:
    drawn = by_persona(coach_log, map_of_personas, language="en")
    for one, result in zip(drawn.picture.differences, drawn.compared, strict=True):
        assert one.shown[0].what == "Success"
        assert all(each.found.tells and "from" in each.found.change for each in one.shown[1:])
        assert f"{result.telling} of {result.compared} comparisons" in one.notes[0]
    assert any("nobody in English" in sentence for sentence in drawn.picture.lead)


def test_all_rivers_have_one_scale(coach_log, map_of_personas) -> None:
    page = by_persona(coach_log, map_of_personas, language="en").html()
    first, second = page.split('class="beside-map"')[1:3]
    heights = [float(re.search(r'<rect class="water"[^>]*height="([\d.]+)"', part)[1]) for part in (first, second)]
    counts = [
        int(re.search(r'<p class="big"><span class="n">([\d,]+)', part)[1].replace(",", "")) for part in (first, second)
    ]
    assert max(heights) == pytest.approx(124, abs=0.1)
    assert heights[0] / heights[1] == pytest.approx(counts[0] / counts[1], rel=0.01)


def test_the_page_makes_no_request_has_no_script_and_nobodys_id(coach_log, map_of_personas) -> None:
    page = by_persona(coach_log, map_of_personas, language="fr").html("dark")
    assert "<script" not in page and "data-k=" not in page and "script-src" not in page
    assert 'data-theme="dark"' in page and "asks en français, face à tous les autres" in page
    ids = re.findall(r'(?<![\w-])id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_two_periods_stand_under_their_names(coach_log, coach_map, tmp_path) -> None:
    start = journey_over(coach_log, coach_map).data_end_us - 50 * 86_400_000_000
    sides = (TripFilter(from_us=start), TripFilter(until_us=start))
    drawn = two_sides(coach_log, coach_map, ("Lately", "Before"), sides, language="en")
    page = drawn.save(tmp_path / "compare.html").read_text("utf-8")
    assert ">Lately / Before</h1>" in page and page.count('class="side"') == 2
    with pytest.raises(UsageError, match="are a page"):
        drawn.save(tmp_path / "compare.pdf")
    deck = Presentation(drawn.save(tmp_path / "compare.pptx"))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert titles[0] == "Lately / Before" and len(set(titles)) == len(titles)
    assert any(title.startswith("Lately") for title in titles[1:]) and any("What differs" in title for title in titles)
    assert drawn.pptx() == drawn.pptx()


def test_the_metrics_of_the_whole_map_are_always_listed(coach_log, coach_map) -> None:
    first = coach_map.stages[0].touchpoints[0].rule
    last = coach_map.trip.succeeds_when
    share = Metric("bought", "ratio", 0.5, "up", Text({"en": "Who bought"}), numerator=last, denominator=first)
    worth = Metric("worth", "value", 100.0, "up", Text({"en": "Worth"}), numerator=last, currency="EUR")
    deaf = replace(share, id="deaf", numerator=Rule((EventMatch(("never_heard",)),)))
    map = replace(coach_map, metrics=(share, worth, deaf))
    start = journey_over(coach_log, map).data_end_us - 50 * 86_400_000_000
    sides = (TripFilter(from_us=start), TripFilter(until_us=start))
    drawn = two_sides(coach_log, map, ("Lately", "Before"), sides, language="en")
    listed = {one.what: one.found for one in drawn.picture.differences[0].shown}
    assert "Who bought" in listed and "%" in listed["Who bought"].values
    found = drawn.compared[0].of("ratio", "bought")
    assert found.n > 0 and found.value is not None and f"{round(100 * found.value)}%" in listed["Who bought"].values
    asked = {one.id for one in drawn.compared[0].comparisons if one.what in ("ratio", "value")}
    assert "bought" in asked and "deaf" not in asked


def test_a_map_without_a_rule_for_anybody_is_refused(coach_log, coach_map) -> None:
    for personas in ((), (persona("nobody", None),)):
        with pytest.raises(UsageError, match="No persona"):
            by_persona(coach_log, replace(coach_map, personas=personas), language="en")
