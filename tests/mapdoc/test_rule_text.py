"""Rules in cells: what is written parses back exactly, and what people write is understood."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from strategies import rules

from parcours.engine.predicates import Condition, EventMatch, Rule
from parcours.mapdoc.formats.rule_text import NotARule, read_rule, write_rule


@settings(max_examples=300, deadline=None)
@given(rules)
def test_every_rule_reads_back_as_itself(rule: Rule) -> None:
    assert read_rule(write_rule(rule)) == rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("purchase", Rule((EventMatch(("purchase",)),))),
        ("Product Added", Rule((EventMatch(("Product Added",)),))),
        ("a; b\n\nc", Rule((EventMatch(("a",)), EventMatch(("b",)), EventMatch(("c",))))),
        ("any", Rule((EventMatch(("*",)),))),
        (
            "visit or page_* where page = “prix” and value >= 100 and paid = true",
            Rule(
                (
                    EventMatch(
                        ("visit", "page_*"),
                        (Condition("page", "=", "prix"), Condition("value", ">=", 100.0), Condition("paid", "=", True)),
                    ),
                )
            ),
        ),
        (
            'any where "utm source" in (search, 3) and x is known and y starts with ab cd and z contains « é »',
            Rule(
                (
                    EventMatch(
                        (),
                        (
                            Condition("utm source", "in", ("search", 3.0)),
                            Condition("x", "known"),
                            Condition("y", "starts_with", "ab cd"),
                            Condition("z", "contains", "é"),
                        ),
                    ),
                )
            ),
        ),
    ],
)
def test_what_people_write_is_understood(text: str, rule: Rule) -> None:
    assert read_rule(text) == rule


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "the end"),
        ("or", "“or”"),
        ("a or", "the end"),
        ("a where", "the end"),
        ("a where b", "the end"),
        ("a where b = ", "the end"),
        ("a where b == 3", "“=”"),
        ("a where b in 3", "“3”"),
        ("a where b in (3", "the end"),
        ("a where b in (true)", "“true”"),
        ("a where b ~ 3", "the end"),
        ('a "open', '“"open”'),
        ("a where b = 3 c = 4", "“=”"),
        ("(a)", "“(”"),
    ],
)
def test_what_is_no_rule_is_said_with_what_cannot_stand(text: str, found: str) -> None:
    with pytest.raises(NotARule) as caught:
        read_rule(text)
    assert found in caught.value.message
    assert "where property = value" in caught.value.expected
