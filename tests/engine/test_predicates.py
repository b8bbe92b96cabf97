from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.engine.predicates import (
    Condition,
    EventMatch,
    Operator,
    Rule,
    evaluate,
    name_lookup,
    nearest,
    rule_columns,
)
from parcours.engine.table import NO_TIME, Column, EventTable, Vocabulary, table_from_arrays
from parcours.language.errors import UsageError
from parcours.language.translation import speaking

WORDS = ("paris", "lyon", "5", "Paris", "saint-étienne")
JANUARY_31 = int(datetime(2024, 1, 31, 9, 30, tzinfo=UTC).timestamp()) * 1_000_000


def table() -> EventTable:
    return table_from_arrays(
        [1, 1, 1, 2, 2, 2],
        [0, 1, 2, 0, 1, 2],
        ["visit", "quote sent", "quote accepted", "visit", "call", "quote sent"],
        columns={
            "city": Column("text", np.array([0, 1, -1, 2, 3, 4], np.int32), Vocabulary(WORDS)),
            "amount": Column("number", np.array([5.0, np.nan, 100.0, 5.5, -1.0, 0.0])),
            "vip": Column("boolean", np.array([1, 0, -1, 1, 0, -1], np.int8)),
            "due": Column("time", np.array([JANUARY_31, NO_TIME, 0, JANUARY_31 + 1, -1, NO_TIME], np.int64)),
        },
    )


def found(*conditions: Condition, names: tuple[str, ...] = ()) -> list[int]:
    return np.flatnonzero(evaluate(Rule((EventMatch(names, conditions),)), table())).tolist()


def test_names_alone_match_by_name_and_by_beginning() -> None:
    assert found(names=("visit",)) == [0, 3]
    assert found(names=("quote*", "call")) == [1, 2, 4, 5]
    assert found(names=("*",)) == found() == [0, 1, 2, 3, 4, 5]
    assert found(names=("never seen",)) == []
    assert not evaluate(Rule(()), table()).any()


def test_alternatives_add_up_and_conditions_narrow() -> None:
    rule = Rule((EventMatch(("visit",), (Condition("amount", ">", 5.2),)), EventMatch(("call",))))
    assert np.flatnonzero(evaluate(rule, table())).tolist() == [3, 4]
    assert found(Condition("amount", "known"), Condition("vip", "=", False), names=("*",)) == [4]


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("=", "paris", [0]),
        ("!=", "paris", [1, 3, 4, 5]),
        ("=", 5.0, [3]),
        ("=", "nowhere", []),
        ("in", ("paris", "lyon", 5), [0, 1, 3]),
        ("contains", "ari", [0, 4]),
        ("starts_with", "saint-é", [5]),
        ("known", None, [0, 1, 3, 4, 5]),
        ("unknown", None, [2]),
    ],
)
def test_text_conditions(operator: Operator, value: object, expected: list[int]) -> None:
    assert found(Condition("city", operator, value)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("=", 5, [0]),
        ("=", "5.0", [0]),
        ("!=", 5, [2, 3, 4, 5]),
        (">", 5, [2, 3]),
        (">=", "5", [0, 2, 3]),
        ("<", 0, [4]),
        ("<=", 0, [4, 5]),
        ("in", (0.0, "100"), [2, 5]),
        ("known", None, [0, 2, 3, 4, 5]),
        ("unknown", None, [1]),
    ],
)
def test_number_conditions(operator: Operator, value: object, expected: list[int]) -> None:
    assert found(Condition("amount", operator, value)) == expected  # type: ignore[arg-type]


def test_boolean_conditions() -> None:
    assert found(Condition("vip", "=", True)) == found(Condition("vip", "=", "TRUE")) == [0, 3]
    assert found(Condition("vip", "!=", True)) == found(Condition("vip", "=", 0)) == [1, 4]
    assert found(Condition("vip", "in", ("true", "false"))) == [0, 1, 3, 4]
    assert found(Condition("vip", "unknown")) == [2, 5]


def test_a_date_alone_stands_for_its_whole_day_and_a_time_for_its_instant() -> None:
    assert found(Condition("due", "=", "2024-01-31")) == [0, 3]
    assert found(Condition("due", "!=", "2024-01-31")) == [2, 4]
    assert found(Condition("due", ">", "2024-01-31")) == []
    assert found(Condition("due", ">=", "2024-01-31")) == [0, 3]
    assert found(Condition("due", "<=", "1970-01-01")) == [2, 4]
    assert found(Condition("due", "<", "1970-01-01")) == [4]
    assert found(Condition("due", "=", "2024-01-31T10:30:00+01:00")) == [0]
    assert found(Condition("due", ">", "2024-01-31T09:30:00")) == [3]
    assert found(Condition("due", "unknown")) == [1, 5]


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (Condition("city", ">", 5), ("city > 5", "text", "contains")),
        (Condition("city", "=", None), ("city", "one value")),
        (Condition("city", "contains", ("a", "b")), ("contains (a, b)", "one value")),
        (Condition("city", "in", "paris"), ("in paris", "(a, b)")),
        (Condition("amount", "=", "many"), ("amount = many", "number", "amount >= 100")),
        (Condition("amount", "=", True), ("amount = true", "number")),
        (Condition("amount", "=", math.nan), ("amount = nan", "number")),
        (Condition("amount", "contains", "1"), ("amount contains 1", "number")),
        (Condition("vip", ">", True), ("vip > true", "true or false")),
        (Condition("vip", "=", "perhaps"), ("vip = perhaps", "vip = true")),
        (Condition("due", ">", "soon"), ("due > soon", "date and time", "2024-01-31")),
        (Condition("due", ">", 12), ("due > 12", "date and time")),
        (Condition("due", "starts_with", "2024"), ("due", "2024-01-31")),
        (Condition("amout", "=", 1), ("amout", "“amount”")),
        (Condition("city", "like", "x"), ("like", "starts_with")),  # type: ignore[arg-type]
    ],
)
def test_a_comparison_that_makes_no_sense_is_refused_with_the_right_form(
    condition: Condition, said: tuple[str, ...]
) -> None:
    with speaking("en"), pytest.raises(UsageError) as refused:
        found(condition)
    for part in said:
        assert part in str(refused.value)


def test_an_unknown_property_names_the_nearest_first_and_says_when_there_is_none() -> None:
    with speaking("en"), pytest.raises(UsageError, match="“amount”, “city”, “due”, “vip”"):
        found(Condition("Amounts", "known"))
    bare = table_from_arrays([1], [0], ["visit"])
    with speaking("en"), pytest.raises(UsageError, match="none beside"):
        evaluate(Rule((EventMatch((), (Condition("x", "known"),)),)), bare)


def test_the_name_lookup_agrees_with_evaluation_and_gives_up_on_conditions() -> None:
    rule = Rule((EventMatch(("quote*",)), EventMatch(("call",))))
    lookup = name_lookup(rule, table().names)
    assert lookup is not None
    assert lookup[table().name].tolist() == evaluate(rule, table()).tolist()
    assert name_lookup(Rule((EventMatch(("call",), (Condition("vip", "known"),)),)), table().names) is None


def test_the_columns_of_a_rule_are_listed_once() -> None:
    rule = Rule(
        (EventMatch((), (Condition("b", "known"), Condition("a", "known"))), EventMatch((), (Condition("b", "=", 1),)))
    )
    assert rule_columns(rule) == ("a", "b")
    assert rule_columns(Rule((EventMatch(("x",)),))) == ()


def test_an_empty_table_gives_an_empty_answer() -> None:
    empty = table_from_arrays([], [], [], columns={"c": Column("text", np.empty(0, np.int32), Vocabulary(()))})
    for match in (EventMatch(), EventMatch(("a*",)), EventMatch((), (Condition("c", "=", "a"),))):
        assert evaluate(Rule((match,)), empty).tolist() == []


def test_nearest_finds_case_parts_and_misspellings_even_in_a_huge_vocabulary() -> None:
    assert nearest("Quote Sent", ["visit", "quote sent"]) == ["quote sent"]
    assert nearest("quote", ["visit", "quote sent", "quote"])[0] == "quote"
    assert nearest("vist", ["call", "visit"]) == ["visit"]
    assert nearest("page-77x", [f"page-{number}" for number in range(100_000)])[0].startswith("page-")
    assert nearest("", []) == []


TEXTS = st.sampled_from(["a", "ab", "b", ""])


@settings(deadline=None)
@given(
    values=st.lists(st.one_of(st.none(), TEXTS), max_size=8),
    operator=st.sampled_from(["=", "!=", "contains", "starts_with", "known", "unknown"]),
    operand=TEXTS,
)
def test_text_conditions_equal_plain_python(values: list[str | None], operator: Operator, operand: str) -> None:
    words = sorted({value for value in values if value is not None})
    codes = np.array([-1 if value is None else words.index(value) for value in values], np.int32)
    rows = table_from_arrays(
        list(range(len(values))),
        [0] * len(values),
        ["e"] * len(values),
        columns={"p": Column("text", codes, Vocabulary(tuple(words)))},
    )
    plain = {
        "=": lambda value: value == operand,
        "!=": lambda value: value != operand,
        "contains": lambda value: operand in value,
        "starts_with": lambda value: value.startswith(operand),
        "known": lambda value: True,
        "unknown": lambda value: False,
    }[operator]
    expected = [operator == "unknown" if value is None else plain(value) for value in values]
    assert evaluate(Rule((EventMatch((), (Condition("p", operator, operand),)),)), rows).tolist() == expected


def test_names_are_looked_through_once_for_what_begins_them() -> None:
    looks = []

    class Words(tuple[str, ...]):
        def __iter__(self) -> Iterator[str]:
            looks.append(1)
            return super().__iter__()

    names = Vocabulary(Words(("order 1", "visit", "order 2")))
    rule = Rule((EventMatch(("order *",)),))
    assert [name_lookup(rule, names).tolist() for _table in range(3)] == [[True, False, True]] * 3
    assert len(looks) == 1
    with pytest.raises(ValueError, match="read-only"):
        names.beginning("order ")[1] = True
