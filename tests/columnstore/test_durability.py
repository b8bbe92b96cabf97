"""A log survives being killed, is read while it is written, and says so when it is damaged."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from parcours.columnstore import columns as columns_module
from parcours.columnstore import merging, staging, writing
from parcours.columnstore.log import StoredLog
from parcours.columnstore.manifest import read_state
from parcours.language.errors import LogError

SAMPLE = Path(__file__).parent / "samples" / "version_1"

WRITER = """
import sys
import numpy as np, pyarrow as pa
from parcours.columnstore.log import StoredLog
from parcours.columnstore.writing import SourceInfo
from parcours.readers.batch import Batch

def batch(number):
    count = 2000
    person = pa.array([f"p{(number * 7 + at) % 300}" for at in range(count)])
    name = pa.array([f"batch {number}"] * count)
    numbers = pa.array([float(number)] * count)
    return Batch(count, person, np.arange(count) * 1000 + number, name, np.arange(count), {"n": numbers})

for number in range(int(sys.argv[2]), 10**6):
    log = StoredLog.open(sys.argv[1])
    if number % 5 == 4:
        log.undo(log.batches()[-1].id)
        print("undone", flush=True)
    else:
        log.append([batch(number)], SourceInfo(str(number), "test"))
        print(number, flush=True)
"""


def whole_batches(log: StoredLog) -> dict[str, int]:
    """Return events by name, after comparing all ways to read the log with each other."""
    log.verify()
    counts = dict(zip(log.names.words, log.name_counts().tolist(), strict=True))
    scanned = sum(batch.num_rows for batch in log.scan(["n"]))
    assert scanned == log.events == sum(counts.values()) == sum(batch.events for batch in log.batches())
    assert sum(len(table.persons) for table in log.tables()) == log.persons
    return {name: count for name, count in counts.items() if count}


@pytest.mark.slow
def test_killing_the_writer_at_any_moment_leaves_only_whole_imports(tmp_path):
    root = tmp_path / "a.parcours"
    StoredLog.create(root, buckets=3)
    chance = random.Random(11)
    acknowledged = 0
    for round_number in range(int(os.environ.get("PARCOURS_KILLS", "10"))):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(root), str(round_number * 1000)], stdout=subprocess.PIPE, text=True
        )
        lines = [process.stdout.readline() for _ in range(chance.randint(1, 4))]
        time.sleep(chance.random() * 0.4)
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
        process.wait()
        process.stdout.close()
        log = StoredLog.open(root)
        found = whole_batches(log)
        assert set(found.values()) <= {2000}
        assert set(found) == {f"batch {batch.source}" for batch in log.batches()}
        done = [line.strip() for line in lines if line.strip().isdigit()]
        undone = sum(line.startswith("undone") for line in lines)
        here = [name for name in found if name in {f"batch {number}" for number in done}]
        assert len(here) >= len(done) - undone - 1
        acknowledged += len(done)
    assert acknowledged >= 10
    with writing.exclusively(root):
        pass
    state = read_state(root)
    assert {path.name for path in (root / "segments").iterdir()} == {Path(s.path).name for s in state.segments}
    assert not list((root / "staging").iterdir())
    assert {path.name.split(".")[0] for path in (root / "columns").iterdir()} <= {state.token}


@pytest.mark.parametrize("moment", ["write_segment", "write_words", "publish", "sync_directories", "switch"])
def test_a_failure_at_each_step_leaves_the_log_as_it_was(moment, log, add, content, monkeypatch):
    add(log, [("a", 1, "x", {"p": "q"})])
    before = content(log)

    def fail(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    places = {
        "write_segment": (merging, "write_segment"),
        "write_words": (writing, "write_words"),
        "publish": (columns_module.CoreWriter, "publish"),
        "sync_directories": (writing.segments, "sync_directories"),
        "switch": (writing, "switch"),
    }
    with monkeypatch.context() as patch:
        patch.setattr(*places[moment], fail)
        with pytest.raises(LogError, match=r"cannot be written: No space left.*as it was before"):
            add(log, [("a", 2, "y", {"p": "r"}), ("b", 2, "y", {"z": 1.0})])
    assert content(StoredLog.open(log.path)) == before
    add(log, [("c", 3, "z", {})])
    assert set(content(log)) == {"a", "c"}
    assert {path.name for path in (log.path / "segments").iterdir()} == {
        Path(segment.path).name for segment in log._now.state.segments
    }


READER = """
import sys, time
from parcours.columnstore.log import StoredLog
end = time.monotonic() + 60
seen, looks = set(), 0
while (looks < 20 or len(seen) < 3) and time.monotonic() < end:
    log = StoredLog.open(sys.argv[1])
    tables = log.tables()
    rows = sum(len(table) for table in tables)
    assert rows == log.events == sum(batch.events for batch in log.batches()), (rows, log.events)
    assert rows % 2000 == 0
    if rows:
        total = sum(float(table.column("n").values.sum()) for table in tables)
        assert total == sum(2000.0 * float(batch.source) for batch in log.batches())
    seen.add(tuple(batch.id for batch in log.batches()))
    looks += 1
print(looks >= 20 and len(seen) >= 3, looks, len(seen))
"""


@pytest.mark.slow
def test_a_failed_import_leaves_no_files_behind(log, add, monkeypatch):
    add(log, [("a", 1, "x", {"v": 1.0})])
    before = {path for path in log.path.rglob("*") if path.is_file()}
    monkeypatch.setattr(writing, "switch", lambda *_args: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(LogError):
        add(log, [(person, 2, "y", {"v": "text"}) for person in "abcdef"])
    assert {path for path in log.path.rglob("*") if path.is_file()} <= before


def test_an_import_that_is_in_the_log_does_not_fail_because_old_files_stay(log, add, content, monkeypatch):
    real, calls = writing.collect, []

    def full(root):
        calls.append(root)
        if len(calls) > 1:
            raise OSError(28, "No space left")
        real(root)

    monkeypatch.setattr(writing, "collect", full)
    assert add(log, [("a", 1, "x", {})]).events == 1
    assert content(log) == {"a": [(1, "x", {})]}


def test_two_processes_read_whole_imports_while_a_third_writes(tmp_path):
    root = tmp_path / "a.parcours"
    StoredLog.create(root, buckets=3)
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(root), "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as writer:
        writer.stdout.readline()
        readers = [
            subprocess.Popen([sys.executable, "-c", READER, str(root)], stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        results = [reader.communicate()[0] for reader in readers]
        stopped = writer.poll()
        writer.kill()
        assert stopped is None, writer.stderr.read()
    assert [reader.returncode for reader in readers] == [0, 0]
    assert all(result.startswith("True") for result in results), results


def test_a_second_writer_is_told_who_writes(log, add):
    with writing.exclusively(log.path):
        with pytest.raises(LogError, match=rf"process {os.getpid()} on .*, since \d{{4}}-\d\d-\d\d .* UTC.*Wait"):
            add(log, [("a", 1, "x", {})])
        assert StoredLog.open(log.path).events == 0
    add(log, [("a", 1, "x", {})])


def test_tables_keep_their_state_while_the_log_goes_on(log, add, content):
    add(log, [(f"p{n}", n, "x", {"c": "one"}) for n in range(20)])
    reader = StoredLog.open(log.path)
    tables = reader.tables()
    for number in range(4):
        add(log, [(f"p{n}", n + number, "y", {"c": "two"}) for n in range(60)])
    assert reader.events == 20
    words = {table.column("c").vocabulary.words[0] for table in tables if len(table)}
    assert words == {"one"} and sum(len(table) for table in tables) == 20
    assert len(list((log.path / "columns").iterdir())) == 2
    reader.refresh()
    del tables
    assert reader.events == 260
    add(log, [("z", 1, "z", {})])
    assert len(list((log.path / "columns").iterdir())) == 2


def test_threads_that_ask_for_columns_at_once_get_the_same(log, add):
    add(log, [(f"p{n}", n, "x", {"c": str(n % 7), "v": float(n)}) for n in range(500)])
    shutil.rmtree(log.path / "columns")
    (log.path / "columns").mkdir()
    sums: list[float] = []

    def look() -> None:
        mine = StoredLog.open(log.path)
        sums.append(
            sum(float(table.column("v").values.sum()) + len(table.column("c").values) for table in mine.tables())
        )

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sums == [sum(range(500)) + 500] * 6
    assert not list((log.path / "columns").rglob("*.tmp"))


@pytest.mark.parametrize("change", ["missing", "short", "bits"])
def test_a_damaged_segment_is_named_with_what_to_do(log, add, change):
    add(log, [(f"p{n}", n, "x", {"c": str(n)}) for n in range(300)])
    segment = sorted((log.path / "segments").iterdir())[0]
    content = bytearray(segment.read_bytes())
    if change == "missing":
        segment.unlink()
    elif change == "short":
        segment.write_bytes(content[:-1])
    else:
        content[len(content) // 3] ^= 255
        segment.write_bytes(content)
    word = "missing" if change == "missing" else "damaged"
    with pytest.raises(LogError, match=rf"{segment.name}.* is {word}\..*import its files again"):
        StoredLog.open(log.path).verify()


def test_flipped_bits_are_seen_when_columns_are_rebuilt(log, add):
    add(log, [(f"p{n}", n, "x", {}) for n in range(3000)])
    shutil.rmtree(log.path / "columns")
    (log.path / "columns").mkdir()
    segment = max((log.path / "segments").iterdir(), key=lambda path: path.stat().st_size)
    content = bytearray(segment.read_bytes())
    content[100:140] = bytes(byte ^ 255 for byte in content[100:140])
    segment.write_bytes(content)
    with pytest.raises(LogError, match="is damaged"):
        StoredLog.open(log.path).tables()


@pytest.mark.parametrize("directory", ["identities", "names"])
def test_damaged_words_are_named(log, add, directory):
    add(log, [("a", 1, "x", {})])
    (path,) = (log.path / directory).iterdir()
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    opened = StoredLog.open(log.path)
    with pytest.raises(LogError, match="is damaged"):
        opened.verify()
    path.write_bytes(b"x" * path.stat().st_size)
    with pytest.raises(LogError, match="is damaged"):
        opened.refresh() or (opened.names, opened.person("a"))


@pytest.mark.parametrize("file", ["time_us.npy", "layout.npy", "persons.npy"])
def test_columns_that_are_not_whole_are_built_again(log, add, content, file):
    add(log, [("a", 1, "x", {}), ("b", 2, "x", {"c": "d"})])
    right = content(log)
    path = log.path / "columns" / log._now.state.token / file
    path.write_bytes(path.read_bytes()[:-8])
    assert content(StoredLog.open(log.path)) == right
    (path.parent / "property-0.npy").write_bytes(b"")
    assert content(StoredLog.open(log.path)) == right


def test_an_unknown_format_version_is_refused_with_what_to_do(log):
    with sqlite3.connect(log.path / "manifest.sqlite") as connection:
        connection.execute("UPDATE settings SET value = '9' WHERE key = 'format_version'")
    connection.close()
    with pytest.raises(LogError, match=r"format version 9.*knows version 1: install a newer"):
        StoredLog.open(log.path)


def test_a_manifest_that_is_no_database_is_an_error_of_the_log(log):
    (log.path / "manifest.sqlite").write_bytes(b"hello" * 1000)
    with pytest.raises(LogError, match="manifest of the log"):
        StoredLog.open(log.path)


def test_a_log_of_version_1_opens_and_can_be_written(tmp_path, content, scanned, add):
    root = tmp_path / "sample.parcours"
    shutil.copytree(SAMPLE, root, ignore=shutil.ignore_patterns("*.json"))
    log = StoredLog.open(root)
    right = {
        person: [(time_us, name, properties) for time_us, name, properties in events]
        for person, events in json.loads((SAMPLE / "content.json").read_text()).items()
    }
    log.verify()
    assert content(log) == scanned(log) == right
    add(log, [("new", 1, "visit", {"value": 2.0})])
    assert content(log) == right | {"new": [(1, "visit", {"value": "2"})]}
    log.undo(1)
    assert log.events == 6 and log.properties["channel"].filled == 1


def test_a_log_that_cannot_be_written_can_be_read(log, add, content, monkeypatch):
    add(log, [("a", 1, "x", {"c": "d"})])
    right = content(log)
    monkeypatch.setattr("parcours.columnstore.locking.os.open", _refuse(os.open))
    assert content(StoredLog.open(log.path)) == right


@pytest.mark.parametrize("full", [False, True])
def test_columns_are_made_elsewhere_where_the_log_cannot_be_written(full, log, add, content, monkeypatch):
    add(log, [("a", 1, "x", {"c": "d", "n": 1.0}), ("b", 2, "y", {"c": "e"})])
    right = content(log)
    shutil.rmtree(log.path / "columns")
    really = Path.open

    def refused(path, mode="r", *more, **options):
        if "w" in mode and (full or path.is_relative_to(log.path)):
            raise OSError(28, "No space left on device")
        return really(path, mode, *more, **options)

    monkeypatch.setattr(Path, "open", refused)
    if not full:
        assert content(StoredLog.open(log.path)) == right
        return
    with pytest.raises(LogError, match="cannot be built"):
        StoredLog.open(log.path).tables()


def _refuse(really):
    def opened(path, flags, *more):
        if flags & os.O_CREAT:
            raise PermissionError(30, "Read-only file system")
        return really(path, flags, *more)

    return opened


@pytest.mark.slow
def test_memory_stays_bounded_while_a_long_stream_comes_in(tmp_path):
    program = """
import re, sys
from pathlib import Path
import numpy as np, pyarrow as pa
from parcours.columnstore import staging
from parcours.columnstore.log import StoredLog
from parcours.columnstore.writing import SourceInfo
from parcours.readers.batch import Batch
staging.Staging.__init__.__defaults__ = (32 << 20,)
def peak():
    # Not ru_maxrss: that one begins at what the parent process held, which hides all growth below it.
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) >> 10
log = StoredLog.create(sys.argv[1])
persons = pa.array([f"p{n}" for n in range(50_000)])
names = pa.array(["a", "b", "c"])
rng = np.random.default_rng(1)
count = 200_000
def some(words):
    return pa.DictionaryArray.from_arrays(pa.array(rng.integers(0, len(words), count, np.int32)), words)
def batches(rounds):
    for _ in range(rounds):
        numbers = {"value": pa.array(rng.random(count))}
        yield Batch(count, some(persons), rng.integers(0, 1 << 40, count), some(names), np.arange(count), numbers)
log.append(batches(10), SourceInfo("warm", "test"))
before = peak()
log2 = StoredLog.create(sys.argv[1] + "2")
log2.append(batches(60), SourceInfo("long", "test"))
print(log2.events, peak() - before)
"""
    command = [sys.executable, "-c", program, str(tmp_path / "a.parcours")]
    events, grown = map(int, subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    assert events == 12_000_000
    assert grown < 150, f"{grown} MB more for six times the rows (480 MB of them)"


def test_sample_is_small():
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 200_000
    assert np.all([not path.name.endswith(".npy") for path in SAMPLE.rglob("*")])
    assert staging.MAX_TYPED_PROPERTIES == 200
