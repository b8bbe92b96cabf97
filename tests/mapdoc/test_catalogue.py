"""The catalogue is whole in both languages, names its sources, and what it suggests to measure can be measured."""

from __future__ import annotations

import json
from collections import Counter

import pytest

import parcours as pc
from parcours.language.errors import UsageError
from parcours.mapdoc.catalogue import friction_ids, frictions, stage_kinds
from parcours.mapdoc.reading import parse_map
from parcours.mapdoc.text import Text
from parcours.mapdoc.writing import plain_map

STAGES = ["awareness", "research", "comparison", "decision", "purchase", "reception", "support", "loyalty"]


def test_every_stage_has_its_problem_and_solutions_of_the_table() -> None:
    assert [kind.id for kind in stage_kinds()] == STAGES
    table = {
        "low-visibility": ("awareness", ["Référencement", "Publicités ciblées", "Partenariats"]),
        "incomplete-information": ("research", ["FAQ détaillée", "chat en direct", "contenu éducatif"]),
        "hard-to-book": ("comparison", ["outil de planification en ligne"]),
        "lack-of-trust": ("decision", ["témoignages", "garantie", "Badges de sécurité"]),
        "long-checkout": ("purchase", ["Paiement en un clic", "moyens de paiement variés"]),
        "confusing-onboarding": ("reception", ["mails automatiques", "tutoriels vidéo"]),
        "slow-answers": ("support", ["support multicanal", "libre-service"]),
        "inactive-customers": ("loyalty", ["messages automatiques", "offres personnalisées"]),
    }
    by_id = {one.id: one for one in frictions()}
    for name, (stage, words) in table.items():
        said = " ".join(solution.by_language["fr"] for solution in by_id[name].solutions).lower()
        assert by_id[name].stage == stage
        assert [word for word in words if word.lower() not in said] == []


def test_the_frictions_that_are_known_in_figures_say_how_many_and_from_where() -> None:
    shares = {one.id: one.share for one in frictions() if one.share is not None}
    assert shares == {"delivery-cost": 0.66, "forced-account": 0.25, "long-checkout": 0.18}
    figures = [figure for one in frictions() for figure in one.figures]
    assert Counter(figure.role for figure in figures) == {"friction": 3, "lever": 5}
    for figure in figures:
        assert all(figure.source.by_language.values())
        if figure.share is not None:
            percent = round(figure.share * 100)
            assert f"{percent}\u00a0%" in figure.says.by_language["fr"]
            assert f"{percent}%" in figure.says.by_language["en"]


def test_every_text_is_there_in_both_languages_and_no_two_are_the_same_text_twice() -> None:
    texts = [
        text
        for one in frictions()
        for text in (one.problem, one.signs, one.measure, *one.solutions, *(figure.says for figure in one.figures))
    ]
    assert all(set(text.by_language) == {"fr", "en"} and text != Text({}) for text in texts)
    assert all(text.by_language["fr"] != text.by_language["en"] for text in texts)
    assert max(Counter(str(text.by_language) for text in texts).values()) == 1
    assert len(set(friction_ids())) == len(friction_ids())


@pytest.mark.parametrize("one", [one for one in frictions() if one.metric], ids=lambda one: one.id)
def test_each_suggested_metric_is_a_metric_of_the_map_document(one: object) -> None:
    metric = {"id": "m", "target": 0.5, **one.metric}  # type: ignore[attr-defined]
    text = json.dumps({"id": "m", "title": "M", "stages": [{"id": "s", "name": "S", "metrics": [metric]}]})
    (written,) = plain_map(parse_map(text, file="m.json", format="json"))["stages"][0]["metrics"]
    assert {name: value for name, value in written.items() if name in metric} == metric


def test_every_friction_says_what_to_measure_with_a_metric() -> None:
    assert [one.id for one in frictions() if one.metric is None] == []


def test_a_stage_is_known_by_the_id_that_templates_give_it() -> None:
    assert frictions("use") == frictions("reception") != ()
    assert frictions("evaluation") == frictions("support") != ()


def test_the_library_gives_the_catalogue_of_one_stage() -> None:
    assert [one.id for one in pc.catalogue("purchase")] == ["long-checkout", "forced-account", "payment-refused"]
    with pytest.raises(UsageError, match="no stage “buying”"):
        pc.catalogue("buying")
