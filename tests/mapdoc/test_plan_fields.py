"""The plan in a map document: what it may say, what is refused with its place, and what the engine gets of it."""

from __future__ import annotations

from typing import Any

import pytest

from parcours.language.errors import MapError
from parcours.mapdoc.notation import write_json
from parcours.mapdoc.planning import plan_of
from parcours.mapdoc.reading import parse_map

HOURS = {"monday": [{"from": "09:00", "to": "12:30"}, {"from": "14:00", "to": "24:00"}]}


def document(*points: dict[str, Any], **fields: Any) -> dict[str, Any]:
    named = [{"name": point["id"], "matches": [point["id"]], **point} for point in points]
    return {"id": "m", "title": "M", "stages": [{"id": "s", "name": "S", "touchpoints": named}], **fields}


def problems(data: dict[str, Any]) -> list[tuple[str, str | None]]:
    with pytest.raises(MapError) as caught:
        parse_map(write_json(data), file="m.json", format="json")
    return [(problem.message, problem.expected) for problem in caught.value.problems]


def promise(**fields: Any) -> dict[str, Any]:
    return {"id": "p", "statement": "Soon", "from": "ask", "within": "2h", **fields}


def test_the_plan_reaches_the_engine() -> None:
    data = document(
        {"id": "ask", "kind": "communication"},
        {"id": "unseen", "matches": ["x"]},
        {
            "id": "answer",
            "after": ["ask"],
            "required": True,
            "max_occurs": 2,
            "one_of": "way",
            "fails_when": ["answer_bounced"],
            "initiator": "company",
            "promises": [promise(clock="business", percentile=90, owner="sales")],
        },
        owners=[{"id": "sales", "name": "Sales"}],
        calendar={"hours": HOURS, "holidays": "FR", "closed": ["2024-12-24"]},
        trip={"key": "case"},
        ignore=["heartbeat"],
    )
    del data["stages"][0]["touchpoints"][1]["matches"]
    plan = plan_of(parse_map(write_json(data), file="m.json", format="json"))
    answer = plan.touchpoints[1]
    assert [point.id for point in plan.touchpoints] == ["ask", "answer"]
    assert (answer.after, answer.required, answer.max_occurs, answer.one_of) == ((0,), True, 2, "way")
    assert [match.names for match in answer.rule.any_of] == [("answer",), ("answer_bounced",)]
    (promised,) = plan.promises
    assert (promised.source, promised.touchpoint, promised.within_us) == (0, 1, 7_200_000_000)
    assert (promised.clock, promised.percentile, promised.owner) == ("business", 90, "sales")
    assert plan.key == "case" and plan.ignore is not None and plan.calendar is not None
    assert plan.calendar.hours[0] == ((540, 750), (840, 1440)) and plan.zone == "Europe/Paris"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (document({"id": "ask", "after": ["asq"]}), "There is no touchpoint “asq” in this map."),
        (document({"id": "ask", "after": ["ask"]}), "A touchpoint cannot come after itself."),
        (
            document({"id": "ask", "after": ["b"]}, {"id": "b", "after": ["ask"]}),
            "“ask” and “b” would each come after the other.",
        ),
        (document({"id": "ask", "promises": [promise()]}), "A touchpoint cannot come after itself."),
        (document({"id": "ask"}, {"id": "b", "promises": [promise(within="0s")]}), "This length of time is zero."),
        (
            document({"id": "ask"}, {"id": "b", "promises": [promise(owner="nobody")]}),
            "There is no owner “nobody” in “owners”.",
        ),
        (
            document({"id": "ask"}, {"id": "b", "promises": [promise(clock="business")]}),
            "A promise in business time needs the opening hours of the company.",
        ),
        (document({"id": "a", "max_occurs": 0}), "0 is outside the scale."),
        (document({"id": "a"}, calendar={"hours": {"monday": []}}), "The company is never open."),
        (
            document({"id": "a"}, calendar={"hours": {"monday": [{"from": "18:00", "to": "09:00"}]}}),
            "It closes at 09:00, not later than it opens, at 18:00.",
        ),
        (
            document({"id": "a"}, calendar={"hours": {"monday": [{"from": "9h", "to": "12:00"}]}}),
            "“9h” does not have the form needed here.",
        ),
        (
            document({"id": "a"}, calendar={"hours": {"monday": [*reversed(HOURS["monday"])]}}),
            "These hours begin before the ones above them end.",
        ),
        (
            document({"id": "a"}, calendar={"hours": HOURS, "holidays": "XX"}),
            "The public holidays of “XX” are not known.",
        ),
        (
            document({"id": "a"}, calendar={"hours": HOURS, "holidays": "FR-XX"}),
            "“FR” has no region “XX” with holidays of its own.",
        ),
        (document({"id": "a"}, calendar={"hours": HOURS, "closed": ["2024-02-30"]}), "There is no day “2024-02-30”."),
    ],
)
def test_what_cannot_be_planned_is_refused_with_the_right_form(data: dict[str, Any], message: str) -> None:
    found = problems(data)
    assert message in [said for said, _right in found]
    assert all(right for _said, right in found)
