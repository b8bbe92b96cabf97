"""The templates: whole, in both languages, ready to be measured against."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from parcours.engine.plan import Plan
from parcours.language.errors import UsageError
from parcours.mapdoc.document import JourneyMap, Metric, Touchpoint
from parcours.mapdoc.planning import plan_of
from parcours.mapdoc.reading import dump_map, parse_map
from parcours.mapdoc.templates import load_template, template_names, template_text
from parcours.mapdoc.text import Text
from parcours.mapdoc.versions import map_schema
from parcours.simulate.sample import sample_company

NAMES = template_names()


def texts_of(thing: Any) -> Iterator[Text]:
    if isinstance(thing, Text):
        yield thing
    elif isinstance(thing, tuple):
        for one in thing:
            yield from texts_of(one)
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from texts_of(getattr(thing, field.name))


@pytest.fixture(params=NAMES)
def template(request: pytest.FixtureRequest) -> JourneyMap:
    return load_template(request.param)


def test_every_text_of_a_template_is_in_french_and_english(template: JourneyMap) -> None:
    found = list(texts_of(template))
    assert len(found) > 100
    for text in found:
        assert set(text.by_language) == {"fr", "en"}, text


def test_french_texts_have_french_spaces_and_apostrophes(template: JourneyMap) -> None:
    for text in texts_of(template):
        french = text.by_language["fr"]
        assert not re.search(r"[ \w][:;!?%»]|«[^\u00a0\u202f]|'", french), french
        assert "'" not in text.by_language["en"], text.by_language["en"]


def test_a_template_is_stored_as_we_write_it(template: JourneyMap) -> None:
    assert dump_map(template, "json") == template_text(template.id)


STAGES = ("awareness", "research", "comparison", "decision", "purchase", "use", "evaluation", "loyalty")


def points_of(map: JourneyMap) -> list[Touchpoint]:
    return [point for stage in map.stages for point in stage.touchpoints]


def metrics_of(map: JourneyMap) -> list[Metric]:
    return [*map.metrics, *(metric for stage in map.stages for metric in stage.metrics)]


def test_a_template_has_the_eight_stages_of_the_guide(template: JourneyMap) -> None:
    assert tuple(stage.id for stage in template.stages) == STAGES
    for stage in template.stages:
        assert stage.goal is not None
        assert stage.goal.by_language["fr"].startswith("Je ")
        assert stage.goal.by_language["en"].startswith("I ")
        assert stage.owner and stage.description
        assert stage.expected_emotion is not None
        assert stage.metrics
        assert 3 <= len(stage.touchpoints) <= 7
    assert template.scenario and template.expectations and template.origin and template.owner
    assert template.evidence_level == "assumed"


def test_every_touchpoint_of_a_template_says_who_does_what_when_and_why_it_matters(template: JourneyMap) -> None:
    points = points_of(template)
    assert 20 <= len(points) <= 40
    for point in points:
        assert point.rule is not None and point.channel and point.owner, point.id
        assert point.expected_emotion is not None and point.layer and point.receiver, point.id
        assert point.importance_to_customer and point.importance_to_company, point.id
        assert point.process is not None and len(point.process.by_language["fr"].split()) >= 12, point.id
        assert point.raci is None or (point.raci.responsible and point.raci.accountable), point.id
    assert sum(point.moment_of_truth for point in points) >= 4
    assert sum(point.raci is not None for point in points) >= 8
    assert {point.layer for point in points} == {"evidence", "customer", "frontstage", "backstage", "support"}
    assert {point.kind for point in points} == {"communication", "action"}
    assert {point.initiator for point in points} == {"customer", "company"}
    stepped = [stage for stage in template.stages if stage.steps]
    assert len(stepped) >= 4
    for stage in stepped:
        assert {point.step for point in stage.touchpoints} == {step.id for step in stage.steps}, stage.id


def test_a_template_tells_of_three_kinds_of_people_and_says_that_it_assumes_them(template: JourneyMap) -> None:
    assert len(template.personas) == 3
    for persona in template.personas:
        assert persona.evidence_level == "assumed"
        assert persona.rule is not None and persona.quote and persona.description
        assert persona.goals and persona.needs and persona.frustrations and persona.traits
        assert all(goal.by_language["fr"].startswith("Je ") for goal in persona.goals)
        assert all(goal.by_language["en"].startswith("I ") for goal in persona.goals)


def test_every_stage_of_a_template_hurts_somewhere_and_most_could_be_mended(template: JourneyMap) -> None:
    assert {pain.stage for pain in template.pain_points} == set(STAGES)
    assert all(pain.friction and pain.severity and pain.touchpoint for pain in template.pain_points)
    assert all(pain.source and pain.evidence for pain in template.pain_points if pain.share is not None)
    relieved = {id for one in template.opportunities for id in one.pain_points}
    assert len(template.opportunities) >= 6 and len(relieved) >= 5
    for one in template.opportunities:
        assert None not in (one.customer_value, one.business_value, one.effort, one.confidence), one.id
    metrics = {metric.id for metric in metrics_of(template)}
    assert len(template.actions) == 3
    for action in template.actions:
        assert action.status == "planned" and action.opportunity and action.owner
        assert action.metric in metrics


def test_fashion_holds_the_three_frictions_that_the_guide_puts_in_figures() -> None:
    shares = {pain.friction: pain.share for pain in load_template("fashion").pain_points if pain.share is not None}
    assert shares == {"delivery-cost": 0.66, "forced-account": 0.25, "long-checkout": 0.18}


def test_a_template_has_the_targets_of_the_guide(template: JourneyMap) -> None:
    metrics = metrics_of(template)
    targets = {
        kind: {(one.target, one.direction) for one in metrics if one.kind == kind} for kind in ("nps", "csat", "ces")
    }
    assert targets == {"nps": {(50.0, "up")}, "csat": {(0.8, "up")}, "ces": {(3.0, "down")}}
    kinds = Counter(metric.kind for metric in metrics)
    # Up to the success every stage says how many may stop, or how many should go on; nobody is lost after it.
    assert (kinds["leak"], kinds["conversion"]) == (1, 4)
    assert kinds["time"] >= 6 and kinds["value"] == 1 and kinds["ratio"] >= 3
    by_id = {metric.id: metric for metric in metrics}
    assert by_id["loyalty-retention"].target == 0.3
    assert by_id["lifetime-value"].currency == "EUR"


def test_fashion_has_the_targets_of_e_commerce() -> None:
    by_id = {metric.id: metric for metric in metrics_of(load_template("fashion"))}
    assert 0.02 <= by_id["visitor-conversion"].target <= 0.05
    abandoned = by_id["cart-abandonment"]
    assert (abandoned.target, abandoned.direction, abandoned.complement) == (0.7, "down", True)
    assert by_id["loyalty-retention"].at_least == 2


def test_an_event_without_conditions_means_one_stage(template: JourneyMap) -> None:
    home: dict[str, set[str]] = {}
    for stage in template.stages:
        for point in stage.touchpoints:
            assert point.rule is not None
            for match in point.rule.any_of:
                for name in match.names:
                    if not match.where:
                        home.setdefault(name, set()).add(stage.id)
    assert all(len(stages) == 1 for stages in home.values()), home


def test_a_template_plays_every_touchpoint_under_the_names_of_its_company(template: JourneyMap) -> None:
    """The first names of a touchpoint are the ones of this project: words with “_”; its company speaks them."""
    speaks = set(sample_company("fr", template.id).names)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in speaks)
    for point in points_of(template):
        assert point.rule is not None
        assert point.rule.any_of[0].names[0] in speaks, point.id


@pytest.mark.parametrize(
    ("name", "success", "failure"),
    [
        ("coach", "purchase", "quote_refused"),
        ("saas", "subscription_started", "deal_lost"),
        ("fashion", "purchase", None),
    ],
)
def test_the_trip_of_a_template_ends_where_the_customer_pays(name: str, success: str, failure: str | None) -> None:
    template = load_template(name)
    plan = plan_of(template)
    assert isinstance(plan, Plan)
    assert plan.stages == tuple(stage.id for stage in template.stages)
    assert plan.succeeds_when is not None and plan.succeeds_when.any_of[0].names == (success,)
    assert (plan.fails_when.any_of[0].names[0] if plan.fails_when else None) == failure
    assert plan.timeout_us is not None
    assert plan.key is None
    assert [point.stage for point in plan.touchpoints] == sorted(point.stage for point in plan.touchpoints)
    assert {point.id for point in plan.touchpoints} == {one.id for one in points_of(template)}


def test_a_plan_leaves_out_touchpoints_that_no_event_can_be() -> None:
    text = '{"id": "m", "title": "T", "stages": [{"id": "s", "name": "S", "touchpoints": [' \
        '{"id": "blind", "name": "B"}, {"id": "seen", "name": "V", "matches": "x"}]}]}'  # fmt: skip
    plan = plan_of(parse_map(text, file="f", format="json"))
    assert [point.id for point in plan.touchpoints] == ["seen"]
    assert plan.timeout_us is None
    assert plan.starts_when is None


def test_an_unknown_template_names_the_ones_there_are() -> None:
    with pytest.raises(UsageError, match="“coach”"):
        load_template("caoch")


def test_every_icon_of_the_schema_can_be_drawn() -> None:
    from parcours.picture.icons import ICONS

    assert set(map_schema()["$defs"]["channel"]["properties"]["icon"]["enum"]) <= set(ICONS)


def test_every_field_of_the_schema_is_described() -> None:
    def described(part: Any, path: str) -> None:
        if not isinstance(part, dict):
            return
        for name, field in part.get("properties", {}).items():
            if "then" not in path:
                assert field.get("description"), f"{path}.{name}"
            described(field, f"{path}.{name}")
        for inner in ("items", "additionalProperties"):
            described(part.get(inner), f"{path}.{inner}")

    schema = map_schema()
    described(schema, "map")
    for name, part in schema["$defs"].items():
        assert part["description"], name
        described(part, name)


def test_the_reference_page_says_what_the_schema_says(root: Path) -> None:
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "tools/map_reference.py", "--check"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_template_has_a_plan_to_leave(template: JourneyMap) -> None:
    """Every kind of deviation has touchpoints at which it can happen, and promises run on both clocks."""
    points = points_of(template)
    assert sum(point.required for point in points) >= 8
    assert sum(bool(point.after) for point in points) >= 8
    assert sum(point.max_occurs is not None for point in points) >= 2
    assert sum(point.fails_when is not None for point in points) >= 2
    promises = [promise for point in points for promise in point.promises]
    assert len(promises) >= 6
    assert {promise.clock for promise in promises} == {"calendar", "business"}
    assert all(promise.owner for promise in promises)
    assert template.calendar is not None and template.calendar.holidays == "FR"


def test_the_coach_plans_one_review_of_two_kinds() -> None:
    assert {point.id for point in points_of(load_template("coach")) if point.one_of} == {
        "final-review",
        "written-review",
    }


def test_the_page_of_event_names_says_what_the_templates_say(root: Path) -> None:
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "tools/event_reference.py", "--check"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
