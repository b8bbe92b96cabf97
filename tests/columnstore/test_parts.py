"""Orders, words and the executor, each against its plain definition."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.columnstore.columns import ArrayFile
from parcours.columnstore.dictionaries import Coder
from parcours.columnstore.executor import LocalExecutor
from parcours.columnstore.ordering import buckets_of, canonical_order, person_offsets
from parcours.columnstore.words import StoredWords, arrow_words, map_words, write_words

whole = st.integers(-(2**63), 2**63 - 1)
person_ids = st.one_of(st.integers(0, 5), st.integers(0, 200_000), st.integers(0, 2**62))
times = st.one_of(st.integers(-3, 3), st.integers(-(2**52), 2**52), st.integers(-(2**61), 2**61))


@settings(max_examples=300, deadline=None)
@given(rows=st.lists(st.tuples(person_ids, times), max_size=60), ordered=st.booleans())
def test_canonical_order_is_the_stable_order_by_person_and_time(rows, ordered):
    if ordered:
        rows = sorted(rows, key=lambda row: row[1])
    person, time_us = np.array([r[0] for r in rows], np.int64), np.array([r[1] for r in rows], np.int64)
    right = np.array(sorted(range(len(rows)), key=lambda at: rows[at]), np.int64)
    found = canonical_order(person, time_us)
    assert np.array_equal(np.arange(len(rows)) if found is None else found, right)


@pytest.mark.parametrize("seed", range(3))
def test_canonical_order_holds_for_many_rows(seed):
    rng = np.random.default_rng(seed)
    person, time_us = rng.integers(0, 1 << 18, 20_000), rng.integers(0, 1 << 50, 20_000) // (1 << (20 * seed))
    for when in (time_us, np.sort(time_us)):
        assert np.array_equal(canonical_order(person, when), np.lexsort((when, person)))


def test_buckets_are_those_of_splitmix64_and_even():
    def splitmix(x):
        mask = (1 << 64) - 1
        z = (x + 0x9E3779B97F4A7C15) & mask
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return z ^ (z >> 31)

    assert splitmix(0) == 0xE220A8397B1DCDAF  # published first output of the generator seeded with 0
    persons = np.arange(20_000)
    found = buckets_of(persons, 16)
    assert found[:500].tolist() == [splitmix(person) % 16 for person in range(500)]
    assert np.bincount(found).min() > 1100


def test_person_offsets_of_nothing_and_of_runs():
    assert [part.tolist() for part in person_offsets(np.empty(0, np.int64))] == [[], [0]]
    assert [part.tolist() for part in person_offsets(np.array([3, 3, 5, 9, 9]))] == [[3, 5, 9], [0, 2, 3, 5]]


texts = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), unique=True, max_size=20)


@settings(max_examples=60, deadline=None)
@given(runs=st.lists(texts, min_size=1, max_size=3), other=st.text(max_size=4))
def test_stored_words_are_a_sequence_that_finds_its_words(runs, other, tmp_path_factory):
    words, first, mapped = [], 0, []
    folder = tmp_path_factory.mktemp("words")
    for number, run in enumerate(runs):
        fresh = [word for word in run if word not in words]
        path = folder / f"{number}.words"
        assert write_words(path, pa.array(["skip", *fresh], pa.string()).slice(1)) == path.stat().st_size
        mapped.append(map_words(path, first))
        first += len(fresh)
        words += fresh
    stored = StoredWords(mapped)
    assert list(stored) == words == list(stored[:]) and len(stored) == len(words)
    assert [stored[code] for code in range(len(words))] == words
    assert [stored.find(word) for word in words] == list(range(len(words)))
    if other not in words:
        assert stored.find(other) is None
    assert arrow_words(stored).to_pylist() == words
    for wrong in (len(words), -len(words) - 1):
        with pytest.raises(IndexError):
            stored[wrong]
    if words:
        assert stored[-1] == words[-1]


def test_a_coder_gives_each_new_word_the_next_code():
    coder = Coder()
    first = coder.codes([pa.array(["b", "a"]), pa.array(["a", "c", "b"])])
    assert [codes.tolist() for codes in first] == [[0, 1], [1, 2, 0]]
    second = coder.codes([pa.array(["c", "z", "a", "y"])])
    assert second[0].tolist() == [2, 3, 1, 4]
    assert coder.codes([]) == [] and coder.new_words().to_pylist() == ["b", "a", "c", "z", "y"]


def test_array_files_are_what_numpy_reads(tmp_path):
    file = ArrayFile(tmp_path / "a.npy", np.int32)
    for part in ([1, 2], [], [3]):
        file.append(np.array(part, np.int32))
    file.close()
    found = np.load(tmp_path / "a.npy")
    assert found.dtype == np.int32 and found.tolist() == [1, 2, 3]


@dataclass(frozen=True)
class Trace:
    """Joins texts, so that the order of merging shows."""

    seen: list
    columns: tuple[str, ...] = ()

    def partial(self, table):
        self.seen.append(threading.get_ident())
        return [(int(person), int(size)) for person, size in zip(table.persons, np.diff(table.offsets), strict=True)]

    def merge(self, left, right):
        return left + right

    def finish(self, partial):
        return tuple(partial)


def test_the_executor_merges_in_the_order_of_buckets_however_many_threads(log, add):
    add(log, [(f"p{n % 50}", n, "x", {}) for n in range(400)])
    right = Trace([]).finish([pair for table in log.tables() for pair in Trace([]).partial(table)])
    for threads in (1, 2, 7, None):
        assert LocalExecutor(log, threads).run(Trace([])) == log.run(Trace([]), threads) == right
    assert len(right) == 50 and sum(size for _person, size in right) == 400


def test_the_executor_asks_an_empty_log_for_one_empty_table(log):
    trace = Trace([])
    assert log.run(trace) == () and len(trace.seen) == 1


def test_the_executor_passes_on_what_an_analysis_raises(log, add):
    add(log, [("a", 1, "x", {}), ("b", 1, "x", {}), ("c", 1, "x", {}), ("d", 1, "x", {})])

    class Broken(Trace):
        def partial(self, table):
            return table.column("nothing")

    with pytest.raises(KeyError, match="nothing"):
        log.run(Broken([]))


def test_deltas_are_folded_when_they_exceed_a_fifth_of_their_base(log, add, content):
    add(log, [(f"p{n}", n, "x", {}) for n in range(300)])
    base = {segment.path for segment in log._now.state.segments}
    add(log, [("p1", 7, "y", {})])
    state = log._now.state
    assert base < {segment.path for segment in state.segments} and len(state.segments) == len(base) + 1
    add(log, [(f"p{n}", n, "z", {"late": "yes"}) for n in range(100)])
    assert {segment.bucket: len(log._now.state.runs(segment.bucket)) for segment in log._now.state.segments} == {
        0: 1,
        1: 1,
        2: 1,
    }
    assert not base & {segment.path for segment in log._now.state.segments}
    assert content(log)["p1"] == [(1, "x", {}), (1, "z", {"late": "yes"}), (7, "y", {})]


def test_many_small_imports_leave_few_files(log, add):
    add(log, [(f"p{n}", n, "x", {}) for n in range(3000)])
    for number in range(12):
        add(log, [("p1", number, f"name {number}", {}), (f"new {number}", 1, "x", {})])
    assert max(len(log._now.state.runs(bucket)) for bucket in range(3)) <= 8
    assert len(list((log.path / "identities").iterdir())) <= 6
    assert log.persons == 3012 and log.person("new 11") == 3011 and log.names.code("name 11") == 12
