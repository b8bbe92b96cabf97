from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.engine.analysis import run_tables
from parcours.engine.funnel import Funnel, FunnelMembers
from parcours.engine.predicates import Condition, EventMatch, Rule
from parcours.engine.results import FunnelResult
from parcours.engine.table import NO_TIME, Column, EventTable, Vocabulary, table_from_arrays
from parcours.language.errors import UsageError

Row = tuple[int, int, str]
CITIES = ("zurich", "aix", "lyon")


def step(*names: str, where: tuple[Condition, ...] = ()) -> tuple[str, Rule]:
    return "/".join(names), Rule(tuple(EventMatch((name,), where) for name in names))


def ask(letters: str, rows: Sequence[Row], **options: object) -> FunnelResult:
    steps = tuple(step(letter) for letter in letters)
    return run_tables(Funnel(steps, **options), [table_from_arrays(*zip(*rows, strict=True))])  # type: ignore[arg-type]


def persons(result: FunnelResult) -> list[int]:
    return [each.persons for each in result.steps]


def trace(text: str) -> list[Row]:
    """One person: ``"A0 B5"`` is A at 0 s and B at 5 s."""
    return [(1, int(float(word[1:]) * 1_000_000), word[0]) for word in text.split()]


@pytest.mark.parametrize(
    ("letters", "rows", "reached"),
    [
        ("AAB", "A0 B1", 1),
        ("AAB", "A0 A1 B2", 3),
        ("AAB", "A0 A0 B0", 3),
        ("AB", "B0 A1", 1),
        ("AB", "B0 A0", 2),
        ("ABA", "A0 B1 A1", 3),
        ("ABA", "B0 A0", 2),
    ],
)
def test_one_row_fills_one_step_and_rows_at_one_instant_serve_in_any_order(
    letters: str, rows: str, reached: int
) -> None:
    assert sum(persons(ask(letters, trace(rows)))) == reached


def test_the_window_includes_its_end_and_counts_from_step_1() -> None:
    week = 7 * 86_400
    assert persons(ask("ABC", trace(f"A0 B1 C{week}"), within_us=week * 1_000_000)) == [1, 1, 1]
    assert persons(ask("ABC", trace(f"A0 B1 C{week}.000001"), within_us=week * 1_000_000)) == [1, 1, 0]
    assert persons(ask("ABC", trace("A0 B5 A6 B7 C12"), within_us=6_000_000)) == [1, 1, 1]
    assert persons(ask("AB", trace("A0 B0"), within_us=0)) == [1, 1]


def test_entry_first_follows_only_the_first_attempt() -> None:
    rows = trace("A0 A10 B12")
    assert persons(ask("AB", rows, within_us=5_000_000, entry="any")) == [1, 1]
    assert persons(ask("AB", rows, within_us=5_000_000, entry="first")) == [1, 0]
    assert ask("AB", rows, entry="any").steps[1].median_seconds == 2
    assert ask("AB", rows, entry="first").steps[1].median_seconds == 12


def test_a_grace_makes_events_close_to_one_another_one_instant() -> None:
    rows = trace("B0 A1")
    assert persons(ask("AB", rows)) == [1, 0]
    assert persons(ask("AB", rows, grace_us=1_000_000)) == [1, 1]
    assert persons(ask("AB", rows, grace_us=999_999)) == [1, 0]
    assert persons(ask("AB", trace("B0 x1 A2"), grace_us=1_000_000)) == [1, 0], "other events chain nothing"


def test_shares_are_of_step_1_and_of_the_step_before_and_times_include_zero() -> None:
    rows = [(1, 0, "A"), (1, 0, "B"), (2, 0, "A"), (2, 4_000_000, "B"), (2, 9_000_000, "C"), (3, 5, "A"), (4, 5, "B")]
    result = ask("ABC", rows, within_us=60_000_000)
    assert persons(result) == [3, 2, 1]
    assert [each.share_of_first for each in result.steps] == [1, 2 / 3, 1 / 3]
    assert [each.share_of_previous for each in result.steps] == [None, 2 / 3, 1 / 2]
    assert [each.median_seconds for each in result.steps] == [None, 2, 9]
    assert (result.within_seconds, result.entry, result.breakdown) == (60, "any", None)
    nobody = ask("ZY", rows)
    assert [(each.persons, each.share_of_first, each.median_seconds) for each in nobody.steps] == [(0, None, None)] * 2


def test_steps_with_conditions_on_columns() -> None:
    table = table_from_arrays(
        [1, 1, 2, 2],
        [0, 1, 0, 1],
        ["visit", "buy", "visit", "buy"],
        columns={"value": Column("number", np.array([np.nan, 50.0, np.nan, 5.0]))},
    )
    funnel = Funnel((step("visit"), step("buy", where=(Condition("value", ">", 10),))))
    assert funnel.columns == ("value",)
    assert persons(run_tables(funnel, [table])) == [2, 1]
    assert run_tables(FunnelMembers(funnel, 2), [table]).persons.tolist() == [1]
    assert run_tables(FunnelMembers(funnel, 2, lost=True), [table]).persons.tolist() == [2]


def test_sixty_four_steps_count_and_sixty_five_are_refused() -> None:
    names = [f"n{number}" for number in range(64)]
    table = table_from_arrays([1] * 64, list(range(64)), names)
    assert persons(run_tables(Funnel(tuple(step(name) for name in names)), [table])) == [1] * 64
    same = table_from_arrays([1] * 63, [0] * 63, ["a"] * 63)
    assert persons(run_tables(Funnel((step("a"),) * 64), [same])) == [1] * 63 + [0]
    with pytest.raises(UsageError, match="1 to 64 steps, not 65"):
        Funnel((step("a"),) * 65)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"steps": ()}, "1 to 64"),
        ({"within_us": -1}, "negative"),
        ({"grace_us": -1}, "negative"),
        ({"entry": "last"}, "any or first"),
        ({"breakdown_by": "middle"}, "step:1 to step:2"),
        ({"breakdown_by": "step:3"}, "step:1 to step:2"),
        ({"breakdown_by": "step:0"}, "step:1 to step:2"),
    ],
)
def test_an_impossible_question_is_refused_with_the_right_form(options: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Funnel(**{"steps": (step("a"), step("b"))} | options)  # type: ignore[arg-type]


def test_members_of_a_step_that_does_not_exist_are_refused() -> None:
    funnel = Funnel((step("a"), step("b")))
    for wrong in ((0, False), (3, False), (1, True)):
        with pytest.raises(UsageError, match="Use a number from"):
            FunnelMembers(funnel, *wrong)
    with pytest.raises(UsageError, match="not broken down"):
        FunnelMembers(funnel, 1, value="x")


def test_a_million_rows_at_one_instant_are_one_group_and_overflow_nothing() -> None:
    rng = np.random.default_rng(5)
    rows = 1_000_000
    names = tuple(f"n{number}" for number in range(256))
    table = table_from_arrays(np.ones(rows), np.zeros(rows), rng.integers(0, 256, rows).astype(np.int32), names=names)
    overlapping = tuple(
        (f"s{k}", Rule((EventMatch(tuple(name for at, name in enumerate(names) if at >> (k % 8) & 1)),)))
        for k in range(64)
    )
    assert persons(run_tables(Funnel(overlapping, within_us=0), [table])) == [1] * 64
    one_name = table_from_arrays(np.ones(rows), np.zeros(rows), np.zeros(rows, np.int32), names=("a",))
    assert persons(run_tables(Funnel((step("a"),) * 5), [one_name])) == [1] * 5


# Breakdown


def city_table(rows: Sequence[tuple[int, int, str, str | None]]) -> EventTable:
    people, times, names, cities = zip(*rows, strict=True)
    codes = np.array([-1 if city is None else CITIES.index(city) for city in cities], np.int32)
    return table_from_arrays(people, times, names, columns={"city": Column("text", codes, Vocabulary(CITIES))})


ROWS = [
    (1, 0, "A", "aix"), (1, 1, "x", "zurich"), (1, 2, "B", "lyon"),
    (2, 0, "B", "zurich"), (2, 1, "A", "lyon"), (2, 2, "B", None),
    (3, 0, "A", "zurich"), (3, 0, "A", "aix"), (3, 0, "A", None),
    (4, 0, "A", None),
    (5, 0, "B", "lyon"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("first", {"aix": (2, 1), "zurich": (1, 1), None: (1, 0)}),
        ("last", {"aix": (1, 0), "lyon": (1, 1), None: (2, 1)}),
        ("step:1", {"aix": (2, 1), "lyon": (1, 1), None: (1, 0)}),
        ("step:2", {"lyon": (1, 1), None: (3, 1)}),
        ("all", {"aix": (2, 1), "lyon": (2, 2), "zurich": (2, 1), None: (1, 0)}),
    ],
)
def test_a_breakdown_takes_the_value_where_it_says(way: str, expected: dict[str | None, tuple[int, int]]) -> None:
    funnel = Funnel((step("A"), step("B")), breakdown="city", breakdown_by=way)
    table = city_table(ROWS)
    result = run_tables(funnel, [table])
    assert funnel.columns == ("city",)
    assert result.breakdown is not None
    assert {value: tuple(each.persons for each in steps) for value, steps in result.breakdown} == expected
    assert result.breakdown[-1][0] is None, "the missing value comes last"
    assert persons(result) == [4, 2]
    assert (result.breakdown_note is not None) == (way in ("step:1", "step:2", "all"))
    for value, counts in expected.items():
        listed = [len(run_tables(FunnelMembers(funnel, number, value=value), [table])) for number in (1, 2)]
        assert listed == list(counts)
    assert result.rows()[0].keys() >= {"value", "name", "persons"}


def test_a_breakdown_reads_numbers_booleans_and_times() -> None:
    columns = {
        "age": Column("number", np.array([30.0, np.nan, 2.5])),
        "vip": Column("boolean", np.array([1, 0, -1], np.int8)),
        "due": Column("time", np.array([0, 1_000_000, NO_TIME], np.int64)),
    }
    table = table_from_arrays([1, 2, 3], [0, 0, 0], ["A", "A", "A"], columns=columns)

    def values(name: str) -> set[str | None]:
        breakdown = run_tables(Funnel((step("A"),), breakdown=name), [table]).breakdown
        return {value for value, _steps in breakdown or ()}

    assert values("age") == {"30", "2.5", None}
    assert values("vip") == {"true", "false", None}
    assert values("due") == {"1970-01-01T00:00:00.000000Z", "1970-01-01T00:00:01.000000Z", None}
    with pytest.raises(UsageError, match=r"no property “agee”\. It has: “age”"):
        values("agee")


CITY_ROWS = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, 3), st.sampled_from("ABx"), st.sampled_from([None, "aix", "lyon", "zurich"])
    ),
    min_size=1,
    max_size=14,
)


@settings(deadline=None, max_examples=300)
@given(rows=CITY_ROWS, way=st.sampled_from(["first", "last", "all", "step:1", "step:2"]))
def test_a_breakdown_equals_plain_python_and_its_members(
    rows: list[tuple[int, int, str, str | None]], way: str
) -> None:
    table = city_table(rows)
    expected: dict[str | None, list[int]] = {}
    for person in sorted({row[0] for row in rows}):
        own = [row for row in rows if row[0] == person and row[2] in "AB"]
        starts = [time for _p, time, name, _c in own if name == "A"]
        if not starts:
            continue
        ends = [time for _p, time, name, _c in own if name == "B" and time >= min(starts)]
        if way == "first":
            chosen = [row for row in own if row[1] == min(each[1] for each in own)]
        elif way == "last":
            chosen = [row for row in own if row[1] == max(each[1] for each in own)]
        elif way == "step:1":
            chosen = [row for row in own if row[2] == "A" and row[1] == min(starts)]
        elif way == "step:2":
            chosen = [row for row in own if row[2] == "B" and ends and row[1] == min(ends)]
        else:
            chosen = own
        known = sorted({row[3] for row in chosen if row[3] is not None})
        for value in (known if way == "all" else known[:1]) or [None]:
            count = expected.setdefault(value, [0, 0])
            count[0] += 1
            count[1] += bool(ends)
    funnel = Funnel((step("A"), step("B")), breakdown="city", breakdown_by=way)
    result = run_tables(funnel, [table])
    got = {value: [each.persons for each in steps] for value, steps in result.breakdown or ()}
    assert got == expected
    for value, counts in expected.items():
        assert [len(run_tables(FunnelMembers(funnel, k, value=value), [table])) for k in (1, 2)] == counts
    if way != "all" and result.breakdown:
        assert [sum(counts) for counts in zip(*expected.values(), strict=True)] == persons(result)
