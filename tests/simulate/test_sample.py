from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from parcours.language.errors import UsageError
from parcours.mapdoc.templates import load_template, template_names
from parcours.simulate.comments import GENERAL
from parcours.simulate.company import Company, simulate
from parcours.simulate.sample import sample_company, sample_names
from parcours.simulate.scenario import Mood, Verbatims
from parcours.simulate.stories import coach, fashion, saas
from parcours.simulate.theatre import NOISE_NAMES

WORDS = {"coach": coach.WORDS, "saas": saas.WORDS, "fashion": fashion.WORDS}


@pytest.fixture(scope="module", params=["fr", "en"])
def company(request: pytest.FixtureRequest) -> Company:
    return simulate(load_template("coach"), sample_company(request.param), request.param)


def test_the_sample_is_a_small_company_over_three_months(company: Company) -> None:
    truth = company.truth
    assert 2_300 <= truth.placed <= 2_500
    assert 20_000 <= truth.events <= 30_000
    assert 90 <= ((truth.data_end or 0) - (truth.data_start or 0)) / 86_400 <= 101


def test_the_story_of_the_sample_can_be_seen(company: Company) -> None:
    """One bad leak after the quote, one slow stage, a cold one, and a moment that people love."""
    coach, truth = load_template("coach"), company.truth
    targets = {(stage.id, metric.kind): metric.target for stage in coach.stages for metric in stage.metrics}
    stages = {stage.id: stage for stage in truth.stages}
    leaks = {id: (stage.left + stage.failed) / stage.entered for id, stage in stages.items()}
    assert max(leaks, key=leaks.__getitem__) == "decision"
    assert leaks["decision"] > 1 - targets["decision", "conversion"] + 0.08
    assert leaks["awareness"] <= targets["awareness", "leak"]
    assert all(leaks[id] <= 1 - targets[id, "conversion"] for id in ("research", "comparison", "purchase"))
    slow = [id for id, stage in stages.items() if (stage.median_seconds or 0) > targets.get((id, "time"), 1e12)]
    assert slow == ["comparison"]
    assert mean(stages["use"].answers["csat"]) > 4.1
    assert mean(stages["evaluation"].answers["ces"]) > 4.5, "effort, of which less is better"
    assert min(sum(stages[id].answers[kind]) for id, kind in [("use", "csat"), ("evaluation", "ces")]) >= 30


def mean(counts: tuple[int, ...]) -> float:
    return sum(score * count for score, count in enumerate(counts)) / sum(counts)


def test_customers_say_many_different_things(company: Company) -> None:
    comments = {comment for comment in company.events.comment if comment}
    assert len(comments) >= 40
    assert all(re.fullmatch(r"C-\d{4}|visitor-[0-9a-f]{8}", person) for person in set(company.events.person))


@pytest.mark.parametrize("name", sample_names())
@pytest.mark.parametrize("language", ["fr", "en"])
def test_verbatims_differ_and_each_stage_has_every_mood(name: str, language: str) -> None:
    bank = WORDS[name][language]  # type: ignore[index]
    texts = [text for moods in bank.values() for several in moods.values() for text in several]
    texts += [text for several in GENERAL[language].values() for text in several]  # type: ignore[index]
    assert len(texts) == len(set(texts)) >= 60
    assert all(set(moods) == {"glad", "mixed", "sad"} for moods in bank.values())
    assert set(bank) <= {stage.id for stage in load_template(name).stages}


@pytest.mark.parametrize("name", sample_names())
def test_both_languages_have_as_many_verbatims(name: str) -> None:
    def shape(bank: Verbatims) -> dict[str, dict[Mood, int]]:
        return {stage: {mood: len(texts) for mood, texts in moods.items()} for stage, moods in bank.items()}

    assert shape(WORDS[name]["fr"]) == shape(WORDS[name]["en"])


@pytest.mark.parametrize("name", ["saas", "fashion"])
def test_french_verbatims_are_set_as_french_is(name: str) -> None:
    for moods in WORDS[name]["fr"].values():
        for text in (text for several in moods.values() for text in several):
            assert not re.search(r"[ \w][:;!?%»]|«[^\u00a0\u202f]|'", text), text
    assert not any(
        "'" in text for moods in WORDS[name]["en"].values() for several in moods.values() for text in several
    )


def test_every_template_has_a_company_of_its_own() -> None:
    assert sample_names() == template_names()
    with pytest.raises(UsageError, match="fashion"):
        sample_company("fr", "fasion")


@pytest.mark.parametrize("name", ["saas", "fashion"])
def test_in_the_company_of_a_template_every_touchpoint_is_met(name: str) -> None:
    company = simulate(load_template(name), sample_company("en", name), "en")
    truth = company.truth
    assert min(trips for trips, _events in truth.touchpoints.values()) >= 15, truth.touchpoints
    assert set(company.events.event) <= {*sample_company("en", name).names, "feedback_given", *NOISE_NAMES}
    assert {one.kind for one in truth.deviations if one.rate} == {
        "missing",
        "adhoc",
        "failing",
        *(["out_of_sequence"] if name == "saas" else []),
    }
    assert len({stage.quadrant for stage in truth.stages if stage.quadrant}) == 4
    assert len(truth.personas) == 3 and min(one.persons for one in truth.personas) > 500


def test_only_the_success_and_what_the_story_names_carry_an_amount() -> None:
    company = simulate(load_template("fashion"), sample_company("en", "fashion"), "en")
    events = company.events
    paid = events.value == events.value
    assert set(events.event[paid]) == {"purchase", "repeat_order_placed"}
    assert paid.sum() == sum((events.event == name).sum() for name in ("purchase", "repeat_order_placed"))
    again = events.value[events.event == "repeat_order_placed"]
    assert 70 < np.median(again) < 120, "the median that the story gives, 95"


def test_names_that_the_map_does_not_have_cannot_be_sent() -> None:
    with pytest.raises(UsageError, match="“names” names “sale”"):
        simulate(load_template("coach"), replace(sample_company("en"), names=("sale",)), "en")
