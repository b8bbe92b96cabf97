from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from parcours.engine.predicates import Condition, EventMatch, Operand, Operator, Rule
from parcours.language.errors import UsageError
from parcours.mapdoc.document import Channel, JourneyMap, Stage, Touchpoint
from parcours.mapdoc.templates import load_template
from parcours.mapdoc.text import Text
from parcours.simulate.company import Feeling, Scenario, simulate
from parcours.simulate.sample import sample_company
from parcours.simulate.shapes import holds, matches, shapes_of


def map_of(*stages: tuple[str, list[tuple[str, Rule, str | None]]]) -> JourneyMap:
    return JourneyMap(
        "m",
        Text({"en": "M"}),
        tuple(
            Stage(id, Text({"en": id}), touchpoints=tuple(Touchpoint(t, Text({"en": t}), r, c) for t, r, c in points))
            for id, points in stages
        ),
        channels=(Channel("phone", Text({"en": "Phone"}), "phone"),),
    )


def where(*conditions: tuple[str, Operator, Operand]) -> Rule:
    return Rule((EventMatch(("seen",), tuple(Condition(*condition) for condition in conditions)),))


@pytest.mark.parametrize(
    "conditions",
    [
        [("page", "=", "faq")],
        [("page", "!=", "faq")],
        [("page", "in", ("a", "b"))],
        [("page", "contains", "rice")],
        [("page", "starts_with", "/p")],
        [("page", "starts_with", "/p"), ("page", "!=", "/p")],
        [("amount", ">", 10.0)],
        [("amount", ">=", 10.0), ("amount", "<=", 10.0)],
        [("amount", ">", 10.0), ("amount", "<", 11.0)],
        [("amount", "<", 0.0)],
        [("amount", "known", None)],
        [("amount", "unknown", None)],
        [("new", "=", True)],
        [("page", "=", "a"), ("amount", ">", 5.0), ("new", "=", False)],
    ],
)
def test_every_kind_of_condition_is_played(conditions: list[tuple[str, Operator, Operand]]) -> None:
    rule = where(*conditions)
    shapes = shapes_of(map_of(("s", [("t", rule, None)])))
    assert shapes.all
    for shape in shapes.all:
        assert shape.name == "seen" and matches(rule, "seen", shape.properties)


@pytest.mark.parametrize(
    ("condition", "cell", "expected"),
    [
        (("p", "=", "5"), 5, True), (("p", "=", 5.0), 5, True), (("p", "=", 5.0), None, False),
        (("p", "!=", "a"), None, False), (("p", "!=", "a"), "b", True), (("p", "<", 3.0), "2", False),
        (("p", "<=", 3.0), 3, True), (("p", "unknown", None), None, True), (("p", "in", ("a",)), "b", False),
        (("p", ">=", "x"), 4, False),
    ],
)  # fmt: skip
def test_conditions_hold_as_the_engine_says(
    condition: tuple[str, Operator, Operand], cell: str | float | None, expected: bool
) -> None:
    assert holds(Condition(*condition), {} if cell is None else {"p": cell}) is expected


def test_wildcards_and_rules_without_names_get_a_name(rule: Callable[..., Rule]) -> None:
    shapes = shapes_of(map_of(("s", [("star", rule("page_*"), None), ("any", where(("k", "=", 1.0)), None)])))
    assert shapes.all[0].name.startswith("page_")
    free = Rule((EventMatch((), (Condition("k", "=", 1.0),)),))
    assert shapes_of(map_of(("s", [("anything", free, None)]))).all[0].name == "anything"


def test_an_event_that_two_stages_claim_is_not_played(rule: Callable[..., Rule]) -> None:
    both = map_of(("a", [("x", rule("one", "shared"), None)]), ("b", [("y", rule("two", "shared"), None)]))
    assert {shape.name for shape in shapes_of(both).all} == {"one", "two"}


def test_a_stage_without_an_event_of_its_own_is_refused(rule: Callable[..., Rule]) -> None:
    claimed = map_of(("a", [("x", rule("one"), None)]), ("b", [("y", rule("one"), None)]))
    with pytest.raises(UsageError, match="no event belongs to the stage “a” alone"):
        shapes_of(claimed)


def test_a_rule_on_the_channel_sets_it(rule: Callable[..., Rule]) -> None:
    asked = map_of(("a", [("x", where(("channel", "=", "phone")), None)]), ("b", [("y", rule("z"), "mail")]))
    shapes = shapes_of(asked)
    assert [shape.channel for shape in shapes.all] == ["phone", "mail"]
    assert shapes.channel_matters and shapes.columns == ()
    events = simulate(asked, Scenario(persons=50, channels={"web": 1.0}), "en").events
    assert {c for c, e in zip(events.channel, events.event, strict=True) if e == "z"} == {"mail"}


def test_the_template_plays_every_touchpoint_and_condition() -> None:
    shapes = shapes_of(load_template("coach"), sample_company("en").names)
    assert all(shapes.of_touchpoint)
    assert set(shapes.columns) == {"source", "page", "audience"}
    assert [shape.name for shape in shapes.all if shape.succeeds] == ["purchase"]
    assert [shape.name for shape in shapes.all if shape.fails] == ["quote_refused"]


def test_answers_that_another_stage_claims_are_refused(rule: Callable[..., Rule]) -> None:
    every = Rule((EventMatch((), (Condition("nps", "known"),)),))
    greedy = map_of(("a", [("x", rule("one"), None)]), ("b", [("survey", every, None), ("y", rule("two"), None)]))
    company = simulate(greedy, Scenario(persons=100, feelings={"b": (Feeling("nps", 0, 1.0),)}), "en")
    assert sum(company.truth.stages[1].answers["nps"]) > 20
    with pytest.raises(UsageError, match="No NPS can be asked for in the stage “a”"):
        simulate(greedy, Scenario(feelings={"a": (Feeling("nps", 0, 1.0),)}), "en")


def test_a_stage_that_only_succeeds_can_still_be_entered(rule: Callable[..., Rule]) -> None:
    short = map_of(("a", [("x", rule("one"), None)]), ("b", [("y", rule("paid"), None)]))
    short = replace(short, trip=replace(short.trip, succeeds_when=rule("paid")))
    truth = simulate(short, Scenario(persons=200, usual_wait=3_600), "en").truth
    assert truth.stages[1].entered == truth.succeeded > 100
