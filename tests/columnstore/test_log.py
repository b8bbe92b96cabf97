"""What goes into a log comes out again, however it was brought in."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.columnstore import staging
from parcours.columnstore.log import PropertyInfo, StoredLog
from parcours.columnstore.writing import SourceInfo
from parcours.language.errors import LogError, UsageError

persons = st.sampled_from(["ann", "bob", "cid", "dée", "eve 2", "=f", "g" * 40])
names = st.sampled_from(["visit", "quote", "paid", "back"])
instants = st.integers(-3, 6).map(lambda day: day * 86_400_000_000 + 17)
properties = st.fixed_dictionaries(
    {},
    optional={
        "channel": st.sampled_from(["web", "shop", ""]),
        "value": st.sampled_from([0.0, 1.5, -2.0, 1e12]),
        "new": st.booleans(),
    },
)
rows = st.lists(st.tuples(persons, instants, names, properties), max_size=40)


@pytest.fixture
def fresh(tmp_path):
    """Make logs that go away with the test."""
    return lambda: StoredLog.create(Path(tempfile.mkdtemp(dir=tmp_path)) / "a.parcours", buckets=3)


@settings(max_examples=25, deadline=None)
@given(parts=st.lists(rows, min_size=1, max_size=6), pieces=st.integers(1, 4), chunk=st.sampled_from([1, 600, 1 << 20]))
def test_appends_in_any_split_equal_one_import(parts, pieces, chunk, add, content, scanned, expected):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging.Staging.__init__, "__defaults__", (chunk,))
        log = StoredLog.create(Path(folder) / "a.parcours", buckets=3)
        for part in parts:
            batch = add(log, part, pieces=pieces)
            assert batch.events == batch.rows == len(part)
            assert batch.persons == len({row[0] for row in part})
        everything = [row for part in parts for row in part]
        right = expected(everything)
        assert content(log) == scanned(log) == right
        assert (log.events, log.persons) == (len(everything), len(right))
        if right:
            times = [row[1] for row in everything]
            assert log.span_us == (min(times), max(times))
        counts = dict(zip(log.names.words, log.name_counts().tolist(), strict=True))
        assert counts == {name: sum(row[2] == name for row in everything) for name in counts}
        log.verify()
        core = log._now.core
        shutil.rmtree(log.path / "columns")
        (log.path / "columns").mkdir()
        rebuilt = StoredLog.open(log.path)
        for mine, theirs in zip(
            (core.persons, core.offsets, core.time_us, core.name, core.layout),
            (lambda c: (c.persons, c.offsets, c.time_us, c.name, c.layout))(rebuilt._now.core),
            strict=True,
        ):
            assert np.array_equal(mine, theirs)
        assert content(rebuilt) == right


@settings(max_examples=15, deadline=None)
@given(parts=st.lists(rows, min_size=2, max_size=6))
def test_rows_that_join_the_batch_before_count_as_one_import(parts, batch_of, content, expected):
    source = SourceInfo("application", "outbox", joins=True)
    with tempfile.TemporaryDirectory() as folder:
        log = StoredLog.create(Path(folder) / "a.parcours", buckets=3)
        for part in parts:
            log.append([batch_of(part)], source)
        everything = [row for part in parts for row in part]
        (batch,) = StoredLog.open(log.path).batches()
        assert (batch.id, batch.rows, batch.events) == (1, len(everything), len(everything))
        assert batch.persons == len({row[0] for row in everything})
        assert content(log) == expected(everything)
        log.undo(1)
        assert log.events == 0


def test_rows_join_only_what_is_of_their_source_and_day_and_right_before_them(fresh, batch_of, add, monkeypatch):
    log, source = fresh(), SourceInfo("application", "outbox", joins=True)
    row = [("ann", 17, "visit", {})]
    now = time.time_ns()

    def batches() -> list[tuple[int, int]]:
        return [(batch.id, batch.events) for batch in log.batches()]

    log.append([batch_of(row)], source)
    add(log, row)
    log.append([batch_of(row)], source)
    log.append([batch_of(row)], source)
    assert batches() == [(1, 1), (2, 1), (3, 2)]
    log.undo(3)
    log.append([batch_of(row)], source)
    assert batches() == [(1, 1), (2, 1), (4, 1)]
    monkeypatch.setattr(time, "time_ns", lambda: now + 86_400_000_000_000)
    log.append([batch_of(row)], source)
    assert batches() == [(1, 1), (2, 1), (4, 1), (5, 1)]


def test_duplicates_of_a_joining_batch_are_counted_with_those_before(fresh, batch_of):
    log, source = fresh(), SourceInfo("application", "outbox", joins=True)
    for told in (["a", "b"], ["b", "c"], ["b", "d"]):
        log.append([batch_of([("ann", 17, "visit", {"message_id": one}) for one in told])], source)
    (batch,) = log.batches()
    assert (batch.events, batch.rows, dict(batch.skipped), batch.persons) == (4, 6, {"duplicate_id": 2}, 1)


@settings(max_examples=20, deadline=None)
@given(parts=st.lists(rows, min_size=2, max_size=5), data=st.data())
def test_undo_leaves_what_would_be_there_without_the_import(parts, data, add, content, scanned, expected):
    with tempfile.TemporaryDirectory() as folder:
        log = StoredLog.create(Path(folder) / "a.parcours", buckets=3)
        batches = [add(log, part) for part in parts]
        gone = data.draw(st.sets(st.integers(0, len(parts) - 1), min_size=1))
        for at in gone:
            removed = log.undo(batches[at].id)
            assert removed.events == len(parts[at])
        rest = [row for at, part in enumerate(parts) if at not in gone for row in part]
        assert content(log) == scanned(log) == expected(rest)
        assert [batch.id for batch in log.batches()] == [b.id for at, b in enumerate(batches) if at not in gone]
        assert log.events == len(rest)
        reference = StoredLog.create(Path(folder) / "b.parcours", buckets=3)
        add(reference, rest)
        assert dict(log.properties) == dict(reference.properties)
        log.verify()


def test_rows_at_one_instant_keep_their_order_when_a_later_import_is_undone(tmp_path, add, content):
    log = StoredLog.create(tmp_path / "one.parcours", buckets=1)
    rows = [("a", 1, f"base {at}", {"v": float(at)}) for at in range(40)]
    second, third = [("a", 1, "second", {"v": "text"})], [("a", 1, "third", {})]
    for batch in (rows, second, third):
        add(log, batch)
    log.undo(3)
    assert [name for _time, name, _properties in content(log)["a"]] == [row[2] for row in (*rows, *second)]


def test_columns_are_read_only_and_relative_to_their_table(log, add):
    add(log, [("a", 2, "x", {"p": "one"}), ("b", 1, "y", {}), ("c", 3, "x", {"p": "two"})])
    assert sum(len(table) for table in log.tables()) == 3
    for table in log.tables():
        assert table.offsets[0] == 0 and table.offsets[-1] == len(table)
        assert len(table.column("p").values) == len(table)
        with pytest.raises(ValueError, match="read-only"):
            table.time_us[:] = 0
        with pytest.raises(KeyError):
            table.column("unknown")


def test_ids_of_persons_are_kept_over_imports_and_found_both_ways(log, add):
    add(log, [("ann", 1, "x", {}), ("bob", 1, "x", {})])
    add(log, [("cid", 1, "x", {}), ("ann", 2, "x", {}), ("b", 1, "x", {}), ("bobb", 1, "x", {})])
    ids = {name: log.person(name) for name in ("ann", "bob", "cid", "b", "bobb")}
    assert sorted(ids.values()) == [0, 1, 2, 3, 4]
    assert log.external_ids(np.array(list(ids.values()))) == list(ids)
    assert log.person("bo") is None and log.person("") is None and log.person("été") is None


def test_an_empty_log_has_tables_and_no_span(log, content):
    assert (log.events, log.persons, log.span_us, len(log.names)) == (0, 0, None, 0)
    assert len(log.tables()) == 3 and content(log) == {}
    assert dict(log.properties) == {} and list(log.scan()) == []
    assert log.name_counts().tolist() == []


def test_an_import_of_no_rows_is_a_batch_of_no_events(log, add):
    batch = add(log, [])
    assert batch.events == 0 and log.batches() == (batch,)


def test_failing_batches_leave_the_log_as_it_was(log, add, batch_of, content):
    add(log, [("a", 1, "x", {})])

    def breaking():
        yield batch_of([("b", 1, "y", {"p": 1.0})])
        raise RuntimeError("the reader stopped")

    with pytest.raises(RuntimeError, match="the reader stopped"):
        log.append(breaking(), SourceInfo("f", "csv"))
    log.refresh()
    assert content(log) == {"a": [(1, "x", {})]}
    assert log.person("b") is None and log.names.code("y") is None
    add(log, [("c", 1, "z", {})])
    assert len(list((log.path / "staging").iterdir())) == 0
    log.verify()


def test_a_person_with_a_million_events_is_whole_and_in_order(log, batch_of, content):
    count = 1_000_000
    rng = np.random.default_rng(5)
    times = rng.integers(0, 1 << 50, count)
    batch = batch_of([("whale", 0, "x", {})])
    import pyarrow as pa

    whale = type(batch)(
        rows=count,
        person=pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array(["whale"])),
        time_us=times,
        name=pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array(["x"])),
        line=np.arange(count),
    )
    log.append([whale, batch_of([("minnow", 5, "x", {})])], SourceInfo("w", "test"))
    assert log.persons == 2 and log.events == count + 1
    (table,) = [t for t in log.tables() if log.person("whale") in t.persons]
    at = int(np.searchsorted(table.persons, log.person("whale")))
    found = table.time_us[table.offsets[at] : table.offsets[at + 1]]
    assert np.array_equal(found, np.sort(times))


def test_a_million_names_are_coded_and_read_back(log, batch_of):
    import pyarrow as pa

    count = 1_000_000
    words = pa.array([f"name {number}" for number in range(count)])
    batch = batch_of([("a", 1, "x", {})])
    many = type(batch)(count, pa.array(["p"] * count), np.arange(count), words, np.arange(count))
    log.append([many], SourceInfo("n", "test"))
    assert len(log.names) == count
    assert log.names.words[777_777] == "name 777777" and log.names.code("name 999999") == 999_999
    assert np.array_equal(log.name_counts(), np.ones(count))


def test_opening_a_log_needs_no_arrow(log, add):
    add(log, [("a", 1, "x", {"p": "q"})])
    dict(log.tables()[0]._loaded)
    program = (
        "import sys; from parcours.columnstore.log import StoredLog; log = StoredLog.open(sys.argv[1]);"
        "print(log.events, [len(t) for t in log.tables()].count(1), log.name_counts(), log.external_ids([0]),"
        "log.properties['p'].filled, [m for m in ('pyarrow', 'pandas', 'numba', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program, str(log.path)], capture_output=True, text=True, check=True)
    assert done.stdout == "1 1 [1] ['a'] 1 []\n"


def test_scales_of_feelings_are_remembered_until_their_import_is_undone(log, batch_of):
    rows = [("a", 1, "survey", {"csat": 4.0, "ces": 2.0})]
    first = log.append([batch_of(rows)], SourceInfo("f", "csv", scales={"csat": (1, 5, None), "ces": (1, 7, True)}))
    assert log.properties["csat"] == PropertyInfo("csat", "number", 1, (1, 5), None)
    assert log.properties["ces"] == PropertyInfo("ces", "number", 1, (1, 7), True)
    log.append([batch_of(rows)], SourceInfo("g", "csv"))
    log.undo(first.id)
    assert log.properties["ces"] == PropertyInfo("ces", "number", 1, None, None)


def test_scan_gives_the_asked_columns_and_names_the_known_ones(log, add):
    add(log, [("a", 1, "x", {"p": "q", "person": "z", "n": 1.0})])
    (batch,) = log.scan(["person", "n"])
    assert batch.schema.names == ["person", "time", "name", "property person", "n"]
    assert batch.to_pylist()[0]["property person"] == "z"
    with pytest.raises(UsageError, match=r"no property “m”.*p, person, n"):
        log.scan(["m"])


def test_undo_of_an_unknown_import_lists_the_known_ones(log, add):
    with pytest.raises(UsageError, match="no import at all"):
        log.undo(1)
    add(log, [("a", 1, "x", {})])
    with pytest.raises(UsageError, match=r"no import 7\. Imports: 1"):
        log.undo(7)
    log.undo(1)
    with pytest.raises(UsageError, match="no import 1"):
        log.undo(1)


def test_create_refuses_what_is_there_and_open_what_is_not(tmp_path, log):
    with pytest.raises(LogError, match="exists already"):
        StoredLog.create(log.path)
    with pytest.raises(LogError, match=r"no event log at .*shop\.parcours"):
        StoredLog.open(tmp_path / "shup.parcours")
    (tmp_path / "file.txt").write_text("x")
    with pytest.raises(LogError, match="is not an event log"):
        StoredLog.open(tmp_path / "file.txt")
    with pytest.raises(LogError, match="is not an event log"):
        StoredLog.open_or_create(tmp_path)
    with pytest.raises(UsageError, match="Give 1 to"):
        StoredLog.create(tmp_path / "x", buckets=0)
    with pytest.raises(LogError, match="cannot be written"):
        StoredLog.create(tmp_path / "file.txt" / "x")
    (tmp_path / "empty").mkdir()
    assert StoredLog.open_or_create(tmp_path / "empty", zone="Europe/Paris").zone == "Europe/Paris"
    assert StoredLog.open_or_create(tmp_path / "empty").zone == "Europe/Paris"
    assert StoredLog.open_or_create(tmp_path / "deep" / "er").events == 0
