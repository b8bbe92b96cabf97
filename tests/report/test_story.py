"""What a map tells beside its plan: pain points, opportunities, actions, personas, evidence, links to other maps."""

# ruff: noqa: E501 - an element of the map stands on one line
from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from parcours.language.translation import speaking
from parcours.mapdoc.catalogue import frictions
from parcours.mapdoc.document import Link, OtherJourney, Raci, Step, Touchpoint
from parcours.mapdoc.narrative import Action, Evidence, Opportunity, PainPoint, Persona
from parcours.mapdoc.text import Text
from parcours.picture.typeface import prose
from parcours.report.building import build_report, draw_map
from parcours.report.story import journey_link, story_of


def both(french: str, english: str) -> Text:
    return Text({"fr": french, "en": english})


@pytest.fixture
def told_map(coach_map):
    """The coach's map with something of everything at the stage of the decision."""
    stages = list(coach_map.stages)
    place = next(at for at, stage in enumerate(stages) if stage.id == "decision")
    first, *rest = stages[place].touchpoints
    first = replace(
        first, step="talk", layer="frontstage", receiver="customer", importance_to_customer=5,
        raci=Raci(("coach",), "coach", (), ("assistant",)), links=(Link(both("Guide", "Guide"), "https://example.org"),),
        journey="quote",
    )  # fmt: skip
    stages[place] = replace(
        stages[place],
        touchpoints=(first, *rest),
        steps=(Step("talk", both("On se parle", "We talk")),),
        journey="quote",
    )
    return replace(
        coach_map,
        stages=tuple(stages),
        expectations=None,
        scenario=both("Après une année difficile", "After a hard year"),
        personas=(Persona("claire", both("Claire", "Claire"), goals=(both("Avancer", "To move on"),), evidence_level="assumed", evidence=("talks",)),),
        evidence=(Evidence("talks", "interview", both("Onze entretiens", "Eleven interviews"), dt.date(2026, 3, 12), 11, touchpoint=first.id),),
        pain_points=(
            PainPoint("slow", both("Le devis tarde", "The quote is late"), touchpoint=first.id, severity=2, personas=("claire",)),
            PainPoint("price", both("Pas de prix", "No price"), stage="decision", severity=4, share=0.25, evidence_level="assumed"),
            PainPoint("trust", both("Peu de confiance", "Little trust")),
        ),
        opportunities=(
            Opportunity("low", both("Peu", "Little"), stage="decision", customer_value=10, business_value=10, effort=1),
            Opportunity("high", both("Beaucoup", "Much"), stage="decision", customer_value=90, business_value=70, effort=2, confidence=0.8),
            Opportunity("gone", both("Abandonnée", "Dropped"), stage="decision", status="dropped"),
        ),
        actions=(
            Action("show", both("Afficher le prix", "Show the price"), stage="decision", owner="coach", status="done", done_on=dt.date(2026, 3, 2)),
            Action("call", both("Rappeler", "Call back"), touchpoint=first.id, due=dt.date(2026, 6, 1)),
        ),
        journeys=(OtherJourney("quote", both("Le devis", "The quote"), "maps/the quote.yaml"),),
    )  # fmt: skip


def test_a_stage_shows_its_pains_worst_first_and_its_actions_before_ideas_by_priority(told_map) -> None:
    page = draw_map(told_map, language="en")
    decision = next(stage for stage in page.picture.stages if stage.id == "decision")
    assert [pain.name for pain in decision.pains] == ["No price", "The quote is late"]
    assert [deed.name for deed in decision.deeds] == ["Show the price", "Call back", "Much", "Little"]
    assert decision.deeds[0].when == "done on 2 Mar 2026" and decision.deeds[1].when == "due on 1 Jun 2026"
    assert decision.deeds[2].priority == pytest.approx(32)
    assert decision.pains[0].assumed and decision.pains[1].personas == ("Claire",)


def test_the_sections_list_everything_also_what_was_dropped_or_has_no_place(told_map) -> None:
    with speaking("fr"):
        story = story_of(told_map)
    assert [pain.place for pain in story.pains][1:] == ["Décision", None]
    assert [deed.name for deed in story.deeds] == ["Beaucoup", "Peu", "Abandonnée", "Afficher le prix", "Rappeler"]
    [persona], [piece] = story.personas, story.evidence
    assert persona.evidence == ("Onze entretiens",) and persona.assumed and persona.level == "supposé"
    assert piece.facts.startswith("entretien · 12 mars 2026 · 11 personnes · ")
    assert story.setting == (("Scénario", "Après une année difficile"),)


def test_a_touchpoint_opens_onto_who_does_it_and_where_to_read_on(told_map, coach_log) -> None:
    for page in (draw_map(told_map, language="en"), build_report(coach_log, told_map, language="en", people=None)):
        station = next(stage for stage in page.picture.stages if stage.id == "decision").stations[0]
        assert (station.step, station.layer) == ("We talk", "frontstage")
        facts = dict(station.about.facts)
        assert facts["Does it"] == facts["Answers for it"] == "Coach" and facts["Matters to customers"] == "5 of 5"
        assert [link.url for link in station.about.links] == ["https://example.org", "maps/the%20quote.html"]


def test_a_touchpoint_of_which_nothing_is_said_opens_onto_nothing(coach_map) -> None:
    bare = Touchpoint("bare", both("Nu", "Bare"), layer="customer")
    map = replace(coach_map, stages=(replace(coach_map.stages[0], touchpoints=(bare,)),))
    assert draw_map(map, language="fr").picture.stages[0].stations[0].about is None


@pytest.mark.parametrize("file", ["javascript:alert(1)", "//evil.org/x.yaml", "https://evil.org/x.yaml"])
def test_the_link_to_another_map_stays_beside_the_page(coach_map, file) -> None:
    map = replace(coach_map, journeys=(OtherJourney("x", both("x", "x"), file),))
    with speaking("en"):
        url = journey_link(map, "x").url
    assert ":" not in url and not url.startswith("/")


def test_paper_says_all_that_is_told(told_map) -> None:
    said = repr(draw_map(told_map, language="en").paper().blocks)
    for words in (
        "The quote is late",
        "Dropped",
        "due on 1 Jun 2026",
        "Claire (assumed)",
        "To move on",
        "Eleven interviews",
        "After a hard year",
        "Answers for it: Coach",
        "maps/the%20quote.html",
    ):
        assert words in said


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_pain_point_says_which_friction_of_the_catalogue_it_is_and_what_is_published_of_it(
    told_map, language
) -> None:
    known = next(one for one in frictions() if one.share is not None)
    pains = tuple(replace(one, friction=known.id) if one.id == "price" else one for one in told_map.pain_points)
    page = draw_map(replace(told_map, pain_points=pains), language=language)
    decision = next(stage for stage in page.picture.stages if stage.id == "decision")
    shown = decision.pains[0].friction
    assert (shown.problem, shown.share) == (known.problem.in_language(language), known.share)
    assert known.figures[0].source.in_language(language) in shown.published
    assert decision.pains[1].friction is None
    table = page.html().split('<div class="tables">')[1].split("<ol")[0]
    assert prose(shown.problem) in table
    assert prose(shown.published) in page.html().split("pains-part")[1]
    paper = repr(page.paper().blocks).replace("\\xa0", "\u00a0")
    assert shown.published in paper and shown.problem in paper


def test_a_pain_point_of_a_touchpoint_says_at_which(told_map) -> None:
    page = draw_map(told_map, language="en")
    point = next(stage for stage in page.picture.stages if stage.id == "decision").stations[0]
    table = page.html().split('<div class="tables">')[1].split("<ol")[0]
    assert prose(f"at “{point.name}”") in table
