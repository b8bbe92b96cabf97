from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.engine import _transition_kernels, transitions
from parcours.engine.analysis import run_tables
from parcours.engine.results import TransitionsResult
from parcours.engine.table import EventTable, table_from_arrays
from parcours.engine.transitions import TransitionMembers, Transitions
from parcours.language.errors import UsageError

Row = tuple[int, int, str]
Edge = tuple[str, str]


def table(rows: Sequence[Row]) -> EventTable:
    return table_from_arrays(*zip(*rows, strict=True)) if rows else table_from_arrays([], [], [])


def edges(result: TransitionsResult) -> dict[Edge, tuple[int, int]]:
    return {(edge.source, edge.target): (edge.count, edge.tied) for edge in result.transitions}


def reference(rows: EventTable) -> tuple[Counter[Edge], Counter[Edge], Counter[Edge]]:
    """Counts, those inside one instant, and those touching an instant of several names: plain loops."""
    counts: Counter[Edge] = Counter()
    tied: Counter[Edge] = Counter()
    affected: Counter[Edge] = Counter()
    names = [rows.names.words[code] for code in rows.name]
    for person in range(len(rows.persons)):
        low, high = rows.offsets[person : person + 2]
        at = defaultdict(set)
        for event in range(low, high):
            at[rows.time_us[event]].add(names[event])
        for event in range(low + 1, high):
            edge = (names[event - 1], names[event])
            before, now = rows.time_us[event - 1], rows.time_us[event]
            counts[edge] += 1
            tied[edge] += before == now
            affected[edge] += len(at[before]) > 1 or len(at[now]) > 1
    return counts, tied, affected


def check(rows: EventTable, result: TransitionsResult) -> None:
    counts, tied, affected = reference(rows)
    assert edges(result) == {edge: (counts[edge], tied[edge]) for edge in counts}
    assert result.tie_affected_edges == sum(1 for edge in affected if affected[edge])
    assert result.tie_affected_share == (sum(affected.values()) / sum(counts.values()) if counts else 0)


def test_directly_follows_counts_starts_and_ends() -> None:
    result = run_tables(Transitions(), [table([(1, 0, "a"), (1, 1, "b"), (1, 2, "a"), (1, 3, "b"), (2, 0, "b")])])
    assert edges(result) == {("a", "b"): (2, 0), ("b", "a"): (1, 0)}
    assert (result.starts, result.ends) == ((("a", 1), ("b", 1)), (("b", 2),))
    assert (result.tie_affected_edges, result.tie_affected_share) == (0, 0)
    assert result.rows()[0] == {"from": "a", "to": "b", "count": 2, "tied": 0}


def test_a_step_is_tie_affected_when_it_touches_an_instant_of_several_names() -> None:
    mixed = run_tables(Transitions(), [table([(1, 0, "a"), (1, 1, "b"), (1, 1, "c"), (1, 2, "d"), (1, 3, "e")])])
    assert edges(mixed) == {("a", "b"): (1, 0), ("b", "c"): (1, 1), ("c", "d"): (1, 0), ("d", "e"): (1, 0)}
    assert (mixed.tie_affected_edges, mixed.tie_affected_share) == (3, 0.75)
    same = run_tables(Transitions(), [table([(1, 0, "a"), (1, 1, "b"), (1, 1, "b"), (1, 2, "d")])])
    assert (same.tie_affected_edges, same.tie_affected_share, edges(same)[("b", "b")]) == (0, 0, (1, 1))


ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.sampled_from("abc")), max_size=16)


@settings(deadline=None, max_examples=300)
@given(rows=ROWS, dense_names=st.sampled_from([0, 256]))
def test_counts_and_members_equal_plain_loops(rows: list[Row], dense_names: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transitions, "_DENSE_NAMES", dense_names)
        data = table(rows)
        result = run_tables(Transitions(), [data])
    check(data, result)
    for edge in result.transitions:
        assert len(run_tables(TransitionMembers(edge.source, edge.target), [data])) == edge.count
    for name, count in result.starts:
        assert len(run_tables(TransitionMembers(None, name), [data])) == count
    for name, count in result.ends:
        assert len(run_tables(TransitionMembers(name, None), [data])) == count


def test_members_stand_once_per_step_in_ascending_order() -> None:
    data = table([(7, 0, "a"), (7, 1, "b"), (7, 2, "a"), (7, 3, "b"), (3, 0, "a"), (3, 1, "b"), (9, 0, "a")])
    assert run_tables(TransitionMembers("a", "b"), [data]).persons.tolist() == [3, 7, 7]
    assert run_tables(TransitionMembers("a", None), [data]).persons.tolist() == [9]
    with pytest.raises(UsageError, match="no event named “c”"):
        run_tables(TransitionMembers("a", "c"), [data])
    with pytest.raises(UsageError, match="needs a first or a second"):
        TransitionMembers(None, None)


def test_a_million_distinct_names_stay_within_memory_of_what_occurs() -> None:
    count = 1_000_000
    names = tuple(f"page {number:06}" for number in range(count))
    data = table_from_arrays(
        np.repeat(np.arange(count // 4), 4),
        np.tile(np.arange(4), count // 4),
        np.arange(count, dtype=np.int32),
        names=names,
    )
    partial = Transitions().partial(data)
    assert len(partial.pairs) == partial.counts.sum() == count * 3 // 4
    assert (np.diff(partial.pairs) > 0).all()
    one_person = table_from_arrays(np.zeros(count), np.arange(count), np.arange(count, dtype=np.int32), names=names)
    assert len(Transitions().partial(one_person).pairs) == count - 1


def test_the_kernel_as_plain_python_makes_no_mistake_and_leaves_its_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_transition_kernels, "_place", _transition_kernels._place.py_func)
    monkeypatch.setattr(_transition_kernels, "follows", _transition_kernels.follows.py_func)
    rng = np.random.default_rng(2)
    for dense_names in (0, 256):
        monkeypatch.setattr(transitions, "_DENSE_NAMES", dense_names)
        monkeypatch.setattr(transitions, "_FIRST_PLACES", 4)
        with np.errstate(over="ignore"):
            for _case in range(60):
                length = int(rng.integers(1, 20))
                data = table(
                    list(
                        zip(
                            rng.integers(0, 3, length).tolist(),
                            rng.integers(0, 5, length).tolist(),
                            rng.choice(list("abcd"), length).tolist(),
                            strict=True,
                        )
                    )
                )
                check(data, run_tables(Transitions(), [data]))


@pytest.mark.data
def test_the_tie_affected_share_of_real_loan_applications_is_what_another_order_can_change(
    xes_table: Callable[[str], EventTable],
) -> None:
    """80 of 125 edges. One other order (all ties reversed) changes 74 of these and adds one, which makes 75."""
    rows = xes_table("bpic2012.xes.gz")
    result = run_tables(Transitions(), [rows])
    assert (len(result.transitions), result.tie_affected_edges) == (125, 80)
    assert sum(edge.tied for edge in result.transitions) == 13_995
    check(rows, result)
    people = np.repeat(rows.persons, np.diff(rows.offsets))
    counted = edges(result)
    changed: set[Edge] = set()
    rng = np.random.default_rng(0)
    backwards = -np.arange(len(rows))
    for attempt in range(12):
        order = np.lexsort((rng.random(len(rows)) if attempt else backwards, rows.time_us, people))
        other = edges(
            run_tables(
                Transitions(), [EventTable(rows.persons, rows.offsets, rows.time_us, rows.name[order], rows.names)]
            )
        )
        changed |= {edge for edge in counted if counted[edge][0] != other.get(edge, (0, 0))[0]}
        if not attempt:
            assert (len(changed), len(other.keys() - counted.keys())) == (74, 1)
    assert len(changed) == 80


@pytest.mark.data
@pytest.mark.oracle
@pytest.mark.parametrize(("name", "count"), [("bpic2012.xes.gz", 125), ("helpdesk.xes.gz", 55)])
def test_edges_starts_and_ends_of_real_logs_equal_pm4py(
    name: str, count: int, data: Path, xes_table: Callable[[str], EventTable], oracle: Callable[..., str]
) -> None:
    expected = json.loads(oracle("pm4py_transitions.py", data / name).splitlines()[-1])
    result = run_tables(Transitions(), [xes_table(name)])
    assert len(result.transitions) == count
    assert [[edge.source, edge.target, edge.count] for edge in result.transitions] == sorted(
        expected["edges"], key=lambda edge: (-edge[2], edge[0], edge[1])
    )
    assert dict(result.starts) == expected["starts"]
    assert dict(result.ends) == expected["ends"]
