from __future__ import annotations

import re

import pytest

from parcours.mapdoc.templates import load_template
from parcours.simulate.comments import COACH, GENERAL
from parcours.simulate.company import Company, simulate
from parcours.simulate.sample import sample_company


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


@pytest.mark.parametrize("language", ["fr", "en"])
def test_verbatims_differ_and_each_stage_has_every_mood(language: str) -> None:
    bank = COACH[language]  # type: ignore[index]
    texts = [text for moods in bank.values() for several in moods.values() for text in several]
    texts += [text for several in GENERAL[language].values() for text in several]  # type: ignore[index]
    assert len(texts) == len(set(texts)) >= 60
    assert all(set(moods) == {"glad", "mixed", "sad"} for moods in bank.values())
    assert set(bank) <= {stage.id for stage in load_template("coach").stages}


def test_both_languages_have_as_many_verbatims() -> None:
    shape = {stage: {mood: len(texts) for mood, texts in moods.items()} for stage, moods in COACH["fr"].items()}
    assert shape == {stage: {mood: len(texts) for mood, texts in moods.items()} for stage, moods in COACH["en"].items()}
