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
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.planning import plan_of
from parcours.mapdoc.reading import dump_map, parse_map
from parcours.mapdoc.templates import load_template, template_names, template_text
from parcours.mapdoc.text import Text
from parcours.mapdoc.versions import map_schema

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


def test_the_coach_has_the_eight_stages_of_the_guide_and_enough_touchpoints() -> None:
    coach = load_template("coach")
    assert [stage.name.by_language["fr"] for stage in coach.stages] == [
        "Prise de conscience",
        "Recherche d’informations",
        "Comparaison",
        "Décision",
        "Achat et paiement",
        "Réception et utilisation",
        "Évaluation et service après-vente",
        "Fidélisation et recommandation",
    ]
    points = [point for stage in coach.stages for point in stage.touchpoints]
    assert len(points) >= 20
    for stage in coach.stages:
        assert stage.goal is not None
        assert stage.goal.by_language["fr"].startswith("Je ")
        assert stage.goal.by_language["en"].startswith("I ")
        assert stage.owner
        assert stage.expected_emotion is not None
        assert stage.metrics
        assert 3 <= len(stage.touchpoints) <= 6
    for point in points:
        assert point.rule is not None
        assert point.channel
        assert point.owner
        assert point.process
        assert point.expected_emotion is not None
    assert sum(point.moment_of_truth for point in points) >= 4


def test_the_coach_has_the_targets_of_the_guide() -> None:
    metrics = [metric for stage in load_template("coach").stages for metric in stage.metrics]
    targets = {
        kind: {(one.target, one.direction) for one in metrics if one.kind == kind} for kind in ("nps", "csat", "ces")
    }
    assert targets == {"nps": {(50.0, "up")}, "csat": {(0.8, "up")}, "ces": {(3.0, "down")}}
    kinds = Counter(metric.kind for metric in metrics)
    # Up to the payment every stage says how many may stop, or how many should go on; nobody is lost after a success.
    assert (kinds["leak"], kinds["conversion"]) == (1, 4)
    assert kinds["time"] == 7


def test_event_names_of_the_coach_are_in_snake_case_and_each_means_one_stage() -> None:
    coach = load_template("coach")
    home: dict[str, set[str]] = {}
    for stage in coach.stages:
        for point in stage.touchpoints:
            assert point.rule is not None
            for match in point.rule.any_of:
                for name in match.names:
                    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", name)
                    if not match.where:
                        home.setdefault(name, set()).add(stage.id)
    assert all(len(stages) == 1 for stages in home.values())
    assert {"purchase", "quote_refused", "booking_made", "quote_sent"} <= set(home)


def test_the_plan_of_the_coach_succeeds_with_the_payment_and_fails_with_the_refusal() -> None:
    coach = load_template("coach")
    plan = plan_of(coach)
    assert isinstance(plan, Plan)
    assert plan.stages == tuple(stage.id for stage in coach.stages)
    assert plan.succeeds_when is not None
    assert plan.succeeds_when.any_of[0].names == ("purchase",)
    assert plan.fails_when is not None
    assert plan.fails_when.any_of[0].names == ("quote_refused",)
    assert plan.timeout_us == 30 * 86_400 * 1_000_000
    assert [point.stage for point in plan.touchpoints] == sorted(point.stage for point in plan.touchpoints)
    assert {point.id for point in plan.touchpoints} == {one.id for stage in coach.stages for one in stage.touchpoints}


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


def test_the_coach_has_a_plan_to_leave() -> None:
    """Every kind of deviation has touchpoints at which it can happen, and promises run on both clocks."""
    coach = load_template("coach")
    points = [point for stage in coach.stages for point in stage.touchpoints]
    assert sum(point.required for point in points) >= 8
    assert sum(bool(point.after) for point in points) >= 8
    assert sum(point.max_occurs is not None for point in points) >= 3
    assert {point.id for point in points if point.one_of} == {"final-review", "written-review"}
    assert {point.id for point in points if point.fails_when} == {"discovery-call", "payment"}
    promises = [promise for point in points for promise in point.promises]
    assert len(promises) == 6
    assert {promise.clock for promise in promises} == {"calendar", "business"}
    assert all(promise.owner for promise in promises)
    assert coach.calendar is not None and coach.calendar.holidays == "FR"
    assert coach.calendar.hours[0] == ((540, 750), (840, 1080)) and coach.calendar.hours[5:] == ((), ())
    assert {point.kind for point in points} == {"communication", "action"}
    assert {point.initiator for point in points} == {"customer", "company"}
