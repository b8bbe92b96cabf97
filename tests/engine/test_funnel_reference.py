"""The funnel against an exhaustive matcher, against ClickHouse, and against broken versions of itself."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.engine import _funnel_kernels
from parcours.engine.analysis import run_tables
from parcours.engine.funnel import Funnel, FunnelMembers
from parcours.engine.predicates import Condition, EventMatch, Rule
from parcours.engine.table import Column, EventTable, Vocabulary, table_from_arrays

NAMES = "ABCDEF"
TRACES_PER_FAMILY = int(os.environ.get("PARCOURS_FUNNEL_TRACES", "5000"))
FAMILIES = ("AB", "ABC", "AAB", "ABA", "ABCD", "random", "AABB", "ABAB", "AAA", "predicates")
Steps = tuple[frozenset[int], ...]


def exhaustive_level(times: Sequence[int], events: Sequence[int], steps: Steps, window: int) -> int:
    """All injective choices of rows in order of time, whatever the order of the rows; stops at the first full one."""
    furthest = 0
    rows = range(len(times))

    def go(step: int, used: int, first: int, last: int) -> bool:
        nonlocal furthest
        furthest = max(furthest, step)
        if step == len(steps):
            return True
        for row in rows:
            if used >> row & 1 or events[row] not in steps[step] or (step and times[row] < last):
                continue
            if step and times[row] - first > window:
                continue
            if go(step + 1, used | 1 << row, times[row] if step == 0 else first, times[row]):
                return True
        return False

    go(0, 0, 0, 0)
    return furthest


def exhaustive_answer(
    times: Sequence[int], events: Sequence[int], steps: Steps, window: int | None, entry: str, grace: int
) -> list[int]:
    """Per step reached: the time since step 1, at the earliest completion from the latest possible step 1."""
    rows: list[tuple[int, int]] = []
    last = None
    for time, event in sorted(zip(times, events, strict=True)):
        if any(event in step for step in steps):
            instant = rows[-1][0] if last is not None and time - last <= grace else time
            rows.append((instant, event))
            last = time
    begins = [instant for instant, event in rows if event in steps[0]]
    best: dict[int, tuple[int, int]] = {}

    def go(step: int, used: int, first: int, now: int) -> None:
        if step:
            best[step - 1] = min(best.get(step - 1, (now, -first)), (now, -first))
        if step == len(steps):
            return
        for row, (instant, event) in enumerate(rows):
            if used >> row & 1 or event not in steps[step] or (step and instant < now):
                continue
            if step == 0 and entry == "first" and instant != min(begins):
                continue
            if step and window is not None and instant - first > window:
                continue
            go(step + 1, used | 1 << row, instant if step == 0 else first, instant)

    go(0, 0, 0, 0)
    return [best[step][0] + best[step][1] for step in range(len(best))]


def rules(steps: Steps, by_condition: bool = False) -> tuple[tuple[str, Rule], ...]:
    if by_condition:
        wheres = [(Condition("letter", "in", tuple(NAMES[event] for event in sorted(step))),) for step in steps]
        return tuple((f"step {number}", Rule((EventMatch((), where),))) for number, where in enumerate(wheres))
    named = [tuple(EventMatch((NAMES[event],)) for event in sorted(step)) for step in steps]
    return tuple((f"step {number}", Rule(matches)) for number, matches in enumerate(named))


def build(people: Sequence[int], times: Sequence[int], events: Sequence[int]) -> EventTable:
    letters = Column("text", np.asarray(events, np.int32), Vocabulary(tuple(NAMES)))
    return table_from_arrays(
        people, times, np.asarray(events, np.int32), names=tuple(NAMES), columns={"letter": letters}
    )


@dataclass(frozen=True)
class Traces:
    steps: Steps
    table: EventTable

    def of(self, person: int) -> tuple[list[int], list[int]]:
        low, high = self.table.offsets[person : person + 2]
        return self.table.time_us[low:high].tolist(), self.table.name[low:high].tolist()

    def shuffled(self, rng: np.random.Generator) -> EventTable:
        rows = self.table
        order = np.lexsort((rng.random(len(rows)), rows.time_us, np.repeat(rows.persons, np.diff(rows.offsets))))
        return EventTable(rows.persons, rows.offsets, rows.time_us, rows.name[order], rows.names)


def family(name: str, traces: int, seed: int = 1) -> Iterator[Traces]:
    """Random traces of up to 10 rows with many ties; ten draws of the steps where the family draws them."""
    rng = np.random.default_rng([seed, FAMILIES.index(name)])
    for _draw in range(10):
        if name == "random":
            steps = tuple(frozenset([int(event)]) for event in rng.integers(0, 4, 5))
        elif name == "predicates":
            steps = tuple(frozenset(rng.choice(5, rng.integers(1, 4), replace=False).tolist()) for _step in range(5))
        else:
            steps = tuple(frozenset([NAMES.index(letter)]) for letter in name)
        lengths = rng.integers(1, 11, traces // 10)
        people = np.repeat(np.arange(len(lengths)), lengths)
        spans = rng.choice([2, 4, 8, 20], len(lengths))
        kinds = rng.choice([2, 3, 5], len(lengths))
        yield Traces(steps, build(people, rng.integers(0, spans[people]), rng.integers(0, kinds[people])))


def levels(traces: Traces, window: int, table: EventTable | None = None) -> list[int]:
    return Funnel(rules(traces.steps), window).levels(table or traces.table).levels.tolist()


@pytest.mark.parametrize("name", FAMILIES)
def test_ten_families_of_traces_equal_the_exhaustive_matcher_whatever_the_order_inside_ties(name: str) -> None:
    rng = np.random.default_rng(7)
    for traces in family(name, TRACES_PER_FAMILY):
        for window in (3, 1000):
            expected = [
                exhaustive_level(*traces.of(person), traces.steps, window)
                for person in range(len(traces.table.persons))
            ]
            assert levels(traces, window) == expected
            assert levels(traces, window, traces.shuffled(rng)) == expected


def written(table: EventTable, path: Path) -> str:
    """Write the rows for the program that asks ClickHouse."""
    people = np.repeat(table.persons, np.diff(table.offsets))
    np.savetxt(path, np.c_[people, table.time_us, table.name], fmt="%d", delimiter=",")
    return str(path)


@pytest.mark.oracle
@pytest.mark.parametrize("name", FAMILIES)
def test_ten_families_of_traces_equal_clickhouse(name: str, oracle: Callable[..., str], tmp_path: Path) -> None:
    questions, expected = [], []
    for draw, traces in enumerate(family(name, TRACES_PER_FAMILY)):
        rows = written(traces.table, tmp_path / f"{draw}.csv")
        for window in (3, 1000):
            questions.append({"rows": rows, "window": window, "steps": [sorted(step) for step in traces.steps]})
            expected.append(levels(traces, window))
    assert json.loads(oracle("chdb_funnel.py", given=json.dumps(questions))) == expected


LOAN_STEPS = ("A_SUBMITTED", "A_PREACCEPTED", "A_ACCEPTED", "O_SENT", "A_APPROVED")
THIRTY_DAYS = 30 * 86_400 * 1_000_000


def loan_funnel(**options: object) -> Funnel:
    steps = tuple((name, Rule((EventMatch((name,)),))) for name in LOAN_STEPS)
    return Funnel(steps, **{"within_us": THIRTY_DAYS} | options)  # type: ignore[arg-type]


@pytest.mark.data
def test_real_loan_applications_give_one_funnel_in_file_order_and_reversed_inside_ties(
    xes_table: Callable[[str], EventTable],
) -> None:
    rows = xes_table("bpic2012.xes.gz")
    people = np.repeat(rows.persons, np.diff(rows.offsets))
    backwards = np.lexsort((-np.arange(len(rows)), rows.time_us, people))
    reversed_rows = EventTable(rows.persons, rows.offsets, rows.time_us, rows.name[backwards], rows.names)
    found = run_tables(loan_funnel(), [rows])
    assert [step.persons for step in found.steps] == [13087, 7367, 5113, 5015, 2058]
    assert found.steps[1].median_seconds is not None
    assert run_tables(loan_funnel(), [reversed_rows]) == found
    without = run_tables(loan_funnel(within_us=None), [rows])
    assert [step.persons for step in without.steps] == [13087, 7367, 5113, 5015, 2246]
    for step in range(1, 6):
        assert len(run_tables(FunnelMembers(loan_funnel(), step), [rows])) == found.steps[step - 1].persons


@pytest.mark.data
@pytest.mark.oracle
def test_real_loan_applications_equal_clickhouse_person_by_person(
    xes_table: Callable[[str], EventTable], oracle: Callable[..., str], tmp_path: Path
) -> None:
    rows = xes_table("bpic2012.xes.gz")
    steps = [[rows.names.code(name)] for name in LOAN_STEPS]
    question = {"rows": written(rows, tmp_path / "rows.csv"), "window": THIRTY_DAYS, "steps": steps}
    assert json.loads(oracle("chdb_funnel.py", given=json.dumps([question]))) == [
        loan_funnel().levels(rows).levels.tolist()
    ]


TRACE = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3)), min_size=1, max_size=7)
STEPS = st.lists(st.frozensets(st.integers(0, 3), min_size=1, max_size=3), min_size=1, max_size=4).map(tuple)


@settings(deadline=None, max_examples=400)
@given(
    traces=st.lists(TRACE, min_size=1, max_size=3),
    steps=STEPS,
    window=st.none() | st.integers(0, 8),
    entry=st.sampled_from(["any", "first"]),
    grace=st.integers(0, 2),
    by_condition=st.booleans(),
)
def test_counts_and_times_equal_the_exhaustive_matcher_with_every_option(
    traces: list[list[tuple[int, int]]],
    steps: Steps,
    window: int | None,
    entry: str,
    grace: int,
    by_condition: bool,
) -> None:
    rows = [(person, time, event) for person, trace in enumerate(traces) for time, event in trace]
    table = build(*zip(*rows, strict=True))
    expected = [
        exhaustive_answer([time for time, _e in trace], [event for _t, event in trace], steps, window, entry, grace)
        for trace in traces
    ]
    funnel = Funnel(rules(steps, by_condition), window, entry, grace)  # type: ignore[arg-type]
    result = run_tables(funnel, [table])
    for number, step in enumerate(result.steps):
        times = [answer[number] for answer in expected if len(answer) > number]
        assert step.persons == len(times)
        assert step.median_seconds == (float(np.median(times)) / 1e6 if times and number else None)
        people = [person for person, answer in enumerate(expected) if len(answer) > number]
        assert run_tables(FunnelMembers(funnel, number + 1), [table]).persons.tolist() == people


# Broken versions of the kernels, run as plain Python: the comparison must find each of them.


def plain_kernels(folder: Path, *changes: tuple[str, str]) -> ModuleType:
    """Load the kernels' own source uncompiled (out of range indexes raise), with some of its text replaced."""
    assert _funnel_kernels.__file__ is not None
    source = Path(_funnel_kernels.__file__).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in source, f"the kernels no longer hold {old!r}: choose another mutation"
        source = source.replace(old, new)
    uncompiled = "def njit(*_signature, **_options):\n    return lambda function: function\n\n\nNEVER ="
    path = folder / "kernels.py"
    path.write_text(source.replace("NEVER =", uncompiled, 1), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("plain_kernels", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def wrong_answers(kernels: ModuleType, cases: int = 300) -> dict[str, int]:
    """Count, per kernel, random persons for whom it differs from the exhaustive matcher."""
    rng = np.random.default_rng(3)
    wrong = {"disjoint": 0, "general": 0}
    for _case in range(cases):
        count = int(rng.integers(1, 5))
        disjoint = bool(rng.integers(0, 2))
        steps = (
            tuple(frozenset([event]) for event in rng.permutation(4)[:count].tolist())
            if disjoint
            else tuple(frozenset(rng.integers(0, 3, 2).tolist()) for _step in range(count))
        )
        length = int(rng.integers(1, 8))
        table = build([0] * length, rng.integers(0, 7, length).tolist(), rng.integers(0, 4, length).tolist())
        window, entry, grace = int(rng.integers(0, 8)), str(rng.choice(["any", "first"])), int(rng.integers(0, 2))
        expected = exhaustive_answer(table.time_us.tolist(), table.name.tolist(), steps, window, entry, grace)
        slots = np.array([next((k + 1 for k in range(count) if e in steps[k]), count + 1) for e in range(6)], np.int8)
        masks = np.array([sum(1 << k for k in range(count) if e in steps[k]) for e in range(6)], np.uint64)
        rows = (table.offsets, table.time_us, table.name)
        limits = (count, window, grace, entry == "first", -1)
        answers = {"general": kernels.levels_general(*rows, masks, masks[:0], False, *limits)}
        if disjoint:
            answers["disjoint"] = kernels.levels_disjoint(*rows, slots, *limits)
        for kernel, (levels, reached, spans, _low, _high) in answers.items():
            got = spans[: int(reached.sum()), 0].tolist()
            wrong[kernel] += levels.tolist() != [len(expected)] or got != expected
    return wrong


def test_the_kernels_as_plain_python_make_no_mistake(tmp_path: Path) -> None:
    assert wrong_answers(plain_kernels(tmp_path)) == {"disjoint": 0, "general": 0}


@pytest.mark.parametrize(
    ("kernels", "old", "new"),
    [
        ("both", "if after < end and time[after] - now <= grace:", "if False:"),  # a tie group is dropped
        ("general", "rows[count] = mask\n                            count += 1", "rows[0] = mask; count = 1"),
        ("general", "fitting[step] < steps", "fitting[step] < 1"),  # a repeated step filled once
        ("general", "range(min(steps - 1, level), 0, -1)", "range(1, steps)"),  # one row, two steps
        ("general", "owner[row] = -1\n            first += 1", "owner[row] = -1\n            first = step + 1"),
        ("general", "for each in range(depth, -1, -1)", "for each in range(depth, depth - 1, -1)"),  # no row moved
        ("both", "now - anchor <= window", "now - anchor < window"),
        ("both", "first_only and level > 0", "False"),
        ("both", "last - time[back] <= grace", "False"),
        ("disjoint", "<= grace:\n                    other", "<= -1:\n                    other"),
        ("disjoint", "best[slot] = anchor if fits else best[slot]", "best[slot] = max(anchor, best[slot])"),
    ],
)
def test_a_broken_kernel_is_found(kernels: str, old: str, new: str, tmp_path: Path) -> None:
    wrong = wrong_answers(plain_kernels(tmp_path, (old, new)))
    for kernel in ("disjoint", "general") if kernels == "both" else (kernels,):
        assert wrong[kernel] > 0
