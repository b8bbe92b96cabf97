from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parcours.engine.predicates import Condition, EventMatch, Rule
from parcours.engine.steps import parse_step, unknown_name
from parcours.engine.table import Vocabulary
from parcours.language.errors import UsageError
from parcours.language.translation import speaking

NAMES = Vocabulary(
    ("visit", "quote sent", "quote accepted", "a | b", "know where to go", "l'offre reçue", "step (1)", "pay")
)


def one(name: str, *where: Condition) -> Rule:
    return Rule((EventMatch((name,), where),))


@pytest.mark.parametrize("name", NAMES.words)
def test_an_event_name_of_the_log_is_taken_exactly_as_it_is(name: str) -> None:
    assert parse_step(name, NAMES) == one(name)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("visit | quote sent", Rule((EventMatch(("visit",)), EventMatch(("quote sent",))))),
        ('"a | b"|visit', Rule((EventMatch(("a | b",)), EventMatch(("visit",))))),
        ("quote*", one("quote*")),
        ("*", one("*")),
        (" visit ", one("visit")),
        ("« visit »", one("visit")),
        ("visit where channel = phone", one("visit", Condition("channel", "=", "phone"))),
        ("visit WHERE value >= 100.5", one("visit", Condition("value", ">=", 100.5))),
        ("visit where value>-1e3", one("visit", Condition("value", ">", -1000.0))),
        ("visit where code = 007", one("visit", Condition("code", "=", "007"))),
        ("visit where day < 2024-01-31", one("visit", Condition("day", "<", "2024-01-31"))),
        ('visit where value > "5"', one("visit", Condition("value", ">", "5"))),
        (
            "visit where city in (Paris, 'Aix, en Provence') and page starts with /shop and x != y",
            one(
                "visit",
                Condition("city", "in", ("Paris", "Aix, en Provence")),
                Condition("page", "starts_with", "/shop"),
                Condition("x", "!=", "y"),
            ),
        ),
        ("visit where page contains 'this and that'", one("visit", Condition("page", "contains", "this and that"))),
        (
            "visit where coupon known and refund unknown",
            one("visit", Condition("coupon", "known"), Condition("refund", "unknown")),
        ),
        ("visit where coupon is known", one("visit", Condition("coupon", "known"))),
        ("visit where 'in and out' = in", one("visit", Condition("in and out", "=", "in"))),
        ("visit where my city = Paris", one("visit", Condition("my city", "=", "Paris"))),
        ("know where to go where a = b", one("know where to go", Condition("a", "=", "b"))),
        ("l'offre reçue where a = l'un", one("l'offre reçue", Condition("a", "=", "l'un"))),
        ("step (1) where a<=2", one("step (1)", Condition("a", "<=", 2.0))),
        (
            "quote* where a contains = | pay",
            Rule((EventMatch(("quote*",), (Condition("a", "contains", "="),)), EventMatch(("pay",)))),
        ),
    ],
)
def test_a_step_is_read_as_names_and_conditions(text: str, rule: Rule) -> None:
    assert parse_step(text, NAMES) == rule


@pytest.mark.parametrize(
    "text",
    [
        "visit where",
        "visit where ",
        "visit where channel",
        "visit where = 3",
        "visit where a =",
        "visit where a in b",
        "visit where a = b and",
        "visit where a known yes",
        "visit where a contains",
        "visit |",
        "",
        " ",
    ],
)
def test_a_step_that_cannot_be_read_shows_the_right_form(text: str) -> None:
    with speaking("en"), pytest.raises(UsageError) as refused:
        parse_step(text, NAMES)
    assert "PROPERTY = VALUE" in str(refused.value)


def test_an_unknown_name_lists_the_nearest_first() -> None:
    with speaking("en"):
        assert "It has: “visit”, " in str(unknown_name("vist", NAMES))
        with pytest.raises(UsageError, match=r"no event named “quote snt”\. It has: “quote sent”, “quote accepted”"):
            parse_step("quote snt where a = 1", NAMES)
        with pytest.raises(UsageError, match="nothing"):
            parse_step("nothing*", NAMES)
        many = Vocabulary(tuple(f"page {number}" for number in range(50)))
        assert str(unknown_name("pge 7", many)).startswith("The log has no event named “pge 7”. Did you mean: “page 7”")
        assert "50 names, such as: “page 0”" in str(unknown_name("zzzzzzzzzzzzzz", many))
        assert "no event at all" in str(unknown_name("x", Vocabulary(())))


@settings(deadline=None)
@given(st.text(alphabet="visit where and|\"'()=<>,*ab", max_size=40))
@example("visit where '")
@example("\"'|")
def test_whatever_is_typed_gives_a_rule_or_an_error_for_people(text: str) -> None:
    with speaking("en"):
        try:
            assert parse_step(text, NAMES).any_of
        except UsageError as error:
            assert error.expected
