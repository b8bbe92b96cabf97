"""Files come in whole or not at all, once, and with every row accounted for."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.columnstore.importing import Progress, import_files
from parcours.columnstore.log import StoredLog
from parcours.columnstore.writing import SourceInfo
from parcours.language.errors import InputError
from parcours.readers.source import SourceOptions

HEADER = "person,time,event,channel,value\n"


@pytest.fixture
def write(tmp_path):
    """Write a CSV file of rows (without header) and return how to read it."""

    def make(name, *rows, header=HEADER, **options):
        path = tmp_path / name
        path.write_text(header + "".join(f"{row}\n" for row in rows))
        return SourceOptions(path=path, **options)

    return make


def test_import_reports_events_persons_and_batches(log, write, content):
    one = write("one.csv", "ann,2026-01-01,visit,web,1.5", "bob,2026-01-02,visit,web,", "ann,2026-01-03,paid,shop,20")
    two = write("two.csv", "ann,2026-01-04,back,web,", "cid,2026-01-04,visit,,")
    report = import_files(log, [one, two])
    assert (report.events, report.persons, report.skipped) == (5, 3, {})
    assert [(b.source, b.format, b.events, b.persons) for b in report.batches] == [
        ("one.csv", "csv", 3, 2),
        ("two.csv", "csv", 2, 2),
    ]
    assert [event[1:] for event in content(log)["ann"]] == [
        ("visit", {"channel": "web", "value": 1.5}),
        ("paid", {"channel": "shop", "value": 20.0}),
        ("back", {"channel": "web"}),
    ]
    assert log.batches() == report.batches


def test_a_file_that_is_in_the_log_is_left_out_unless_again_or_undone(log, write):
    source = write("one.csv", "ann,2026-01-01,visit,web,1", "bob,2026-01-02,visit,web,2")
    first = import_files(log, [source])
    copy = write("copy.csv", "ann,2026-01-01,visit,web,1", "bob,2026-01-02,visit,web,2")
    assert import_files(log, [copy]).skipped == {"already_imported": 2}
    assert log.events == 2 and len(log.batches()) == 1
    assert import_files(log, [source], again=True).events == 2
    log.undo(first.batches[0].id)
    log.undo(2)
    assert import_files(log, [source]).events == 2


def test_the_same_file_twice_in_one_call_comes_in_twice_only_when_read_differently(log, write):
    source = write("deals.csv", "ann,2026-01-01,2026-02-01", header="person,opened,won\n")
    read = {"person": "person", "properties": ()}
    opened = SourceOptions(path=source.path, time="opened", event_name="opened", **read)
    won = SourceOptions(path=source.path, time="won", event_name="won", **read)
    report = import_files(log, [opened, won, opened])
    assert (report.events, report.skipped) == (2, {"already_imported": 1})


def test_stop_raises_at_the_first_bad_row_and_keeps_nothing(log, write):
    good = write("good.csv", "ann,2026-01-01,visit,web,1")
    bad = write("bad.csv", "ann,2026-01-01,visit,web,1", "bob,not a time,visit,web,2")
    with pytest.raises(InputError) as caught:
        import_files(log, [good, bad])
    assert caught.value.place.file == "bad.csv" and caught.value.place.line == 3
    log.refresh()
    assert log.events == 0 and log.batches() == ()


def test_skip_counts_bad_rows_by_reason_and_writes_them_harmlessly(log, write, tmp_path):
    source = write(
        "bad.csv",
        "ann,2026-01-01,visit,web,1", "bob,=1+1,visit,web,2", ",2026-01-01,visit,web,2", "cid,soon,visit,web,3",
    )  # fmt: skip
    report = import_files(log, [source], on_error="skip", rejects=tmp_path / "rejects.csv")
    assert report.events == 1 and report.skipped == {"time_unreadable": 2, "person_missing": 1}
    assert report.batches[0].skipped == report.skipped
    with (tmp_path / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        rejected = list(csv.DictReader(file))
    said = [[row[f"parcours:{name}"] for name in ("file", "line", "column", "value", "reason")] for row in rejected]
    assert [tuple(row) for row in said] == [
        ("bad.csv", "3", "time", "'=1+1", "time_unreadable"),
        ("bad.csv", "4", "person", "", "person_missing"),
        ("bad.csv", "5", "time", "soon", "time_unreadable"),
    ]
    assert all(row["parcours:expected"] for row in rejected)
    assert [[row[name] for name in HEADER.strip().split(",")] for row in rejected] == [
        ["bob", "'=1+1", "visit", "web", "2"],
        ["", "2026-01-01", "visit", "web", "2"],
        ["cid", "soon", "visit", "web", "3"],
    ]


def test_rejects_that_cannot_be_written_are_an_error_before_reading(log, write, tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        import_files(log, [write("a.csv", "ann,2026-01-01,visit,web,1")], rejects=tmp_path / "no" / "where.csv")


def test_rejects_never_overwrite_a_file_that_is_read(log, write, tmp_path):
    source = write("one.csv", "ann,2026-01-01,visit,web,1")
    link = tmp_path / "link.csv"
    link.symlink_to(source.path)
    before = source.path.read_text()
    for rejects in (source.path, link):
        with pytest.raises(InputError, match="overwrite"):
            import_files(log, [source], on_error="skip", rejects=rejects)
    assert source.path.read_text() == before and log.events == 0


@pytest.mark.parametrize("change", ["grow", "shrink", "rewrite"])
def test_a_file_that_changes_while_it_is_read_is_refused_whole(log, write, change):
    rows = [f"p{number:05d},2026-01-01,visit,web,1" for number in range(4000)]
    source = write("one.csv", *rows, block_bytes=1 << 12)
    content = source.path.read_bytes()
    changed = {"grow": content + b"zed,2026-01-01,visit,web,1\n", "shrink": content[:60_000], "rewrite": content[::-1]}

    def meddle(state):
        if state.events and source.path.read_bytes() == content:
            source.path.write_bytes(changed[change])
            os.utime(source.path, ns=(1, 1))

    with pytest.raises(InputError) as caught:
        import_files(log, [source], on_error="skip", progress=meddle)
    assert "changed" in str(caught.value) and caught.value.place.file == "one.csv"
    log.refresh()
    assert log.events == 0 and log.batches() == ()


def test_a_file_name_that_is_no_text_is_shown_as_far_as_it_is(log, tmp_path):
    path = tmp_path / os.fsdecode(b"donn\xe9es.csv")
    path.write_text(f"{HEADER}ann,2026-01-01,visit,web,1\nann,never,visit,web,1\n")
    report = import_files(log, [SourceOptions(path=path)], on_error="skip", rejects=tmp_path / "r.csv")
    assert report.batches[0].source == log.batches()[0].source == "donn\ufffdes.csv"
    assert "donn\ufffdes.csv,3" in (tmp_path / "r.csv").read_text(encoding="utf-8-sig")


def test_an_undone_file_comes_in_again_although_another_has_its_size(log, write):
    files = [write(f"{person}.csv", f"{person},2026-01-01,visit,web,1") for person in "ab"]
    log.undo(import_files(log, files).batches[0].id)
    assert import_files(log, files).skipped == {"already_imported": 1}
    assert log.events == 2


def test_bad_rows_are_counted_for_their_own_file(log, write):
    one = write("one.csv", "ann,2026-01-01,visit,web,1", "bob,never,visit,web,2")
    two = write("two.csv", "cid,2026-01-01,visit,web,1", ",2026-01-01,visit,web,2")
    report = import_files(log, [one, two], on_error="skip")
    assert report.skipped == {"time_unreadable": 1, "person_missing": 1}
    assert [dict(batch.skipped) for batch in report.batches] == [{"time_unreadable": 1}, {"person_missing": 1}]


def test_a_copy_under_another_name_in_the_same_call_adds_nothing(log, write):
    files = [write(name, "ann,2026-01-01,visit,web,1") for name in ("one.csv", "two.csv")]
    report = import_files(log, files)
    assert (report.events, report.skipped) == (1, {"already_imported": 1})


def test_progress_ends_with_the_whole_file(log, write):
    source = write("one.csv", *(f"p{n},2026-01-01,visit,web,{n}" for n in range(5000)))
    seen: list[Progress] = []
    import_files(log, [source], progress=seen.append)
    size = source.path.stat().st_size
    assert seen[-1].bytes_done == seen[-1].bytes_total == size and seen[-1].events == 5000
    assert {step.file for step in seen} == {"one.csv"} and seen[-1].seconds >= 0


def test_a_first_import_that_is_large_gets_more_buckets(log, write, monkeypatch, content):
    monkeypatch.setattr("parcours.columnstore.writing.BUCKET_BYTES", 100)
    rows = [f"p{n % 30},2026-01-01,visit,web,{n}" for n in range(60)]
    import_files(log, [write("one.csv", *rows)])
    assert len(log.tables()) == len(StoredLog.open(log.path).tables()) == 17  # the file has 1,661 bytes
    import_files(log, [write("two.csv", *rows, *rows)])
    assert len(log.tables()) == 17 and log.events == 180
    assert sum(len(events) for events in content(log).values()) == 180


def test_feelings_come_with_their_scale(log, write):
    scales = {"ces_scale": "effort", "csat_scale": (1, 7)}
    source = write("s.csv", "ann,2026-01-01,survey,4,2", header="person,time,event,csat,ces\n", **scales)
    import_files(log, [source])
    assert log.properties["csat"].scale == (1, 7) and log.properties["csat"].effort is None
    assert log.properties["ces"].scale == (1, 7) and log.properties["ces"].effort is True


def test_importing_a_file_loads_neither_numba_nor_pandas(tmp_path, write):
    source = write("one.csv", "ann,2026-01-01,visit,web,1.5")
    program = (
        "import sys; from pathlib import Path; from parcours.columnstore.importing import import_files;"
        "from parcours.columnstore.log import StoredLog; from parcours.readers.source import SourceOptions;"
        "import_files(StoredLog.open_or_create(sys.argv[2]), [SourceOptions(path=Path(sys.argv[1]))]);"
        "print([m for m in ('pandas', 'numba', 'jsonschema', 'typer') if m in sys.modules])"
    )
    command = [sys.executable, "-c", program, str(source.path), str(tmp_path / "x.parcours")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"


small = st.tuples(
    st.sampled_from(["a", "b", "c"]),
    st.integers(0, 2),
    st.sampled_from(["x", "y"]),
    st.fixed_dictionaries({}, optional={"p": st.sampled_from(["1", "2"]), "n": st.sampled_from([1.0, 2.0])}),
)


@settings(max_examples=20, deadline=None)
@given(exports=st.lists(st.lists(small, max_size=12), min_size=1, max_size=4))
def test_content_deduplication_keeps_the_most_copies_that_any_export_has(exports, tmp_path_factory, add, content):
    log = StoredLog.create(tmp_path_factory.mktemp("log") / "a.parcours", buckets=2)

    def key(row):
        return (row[0], row[1], row[2], tuple(sorted(row[3].items())))

    have: dict[object, int] = {}
    for export in exports:
        counts: dict[object, int] = {}
        for row in export:
            counts[key(row)] = counts.get(key(row), 0) + 1
        added = sum(max(0, count - have.get(one, 0)) for one, count in counts.items())
        batch = add(log, export, pieces=2, dedupe="content")
        assert batch.events == added
        assert dict(batch.skipped) == ({"duplicate_content": len(export) - added} if added < len(export) else {})
        for one, count in counts.items():
            have[one] = max(count, have.get(one, 0))
    found: dict[object, int] = {}
    for person, events in content(log).items():
        for time_us, name, properties in events:
            one = (person, time_us, name, tuple(sorted(properties.items())))
            found[one] = found.get(one, 0) + 1
    assert found == have


def test_overlapping_files_of_one_call_do_not_double(log, write):
    january = write("1.csv", "a,2026-01-01,visit,web,1", "a,2026-01-31,visit,web,1", "a,2026-01-31,visit,web,1")
    both = write("2.csv", "a,2026-01-31,visit,web,1", "a,2026-01-31,visit,web,1", "a,2026-02-01,visit,web,1")
    report = import_files(log, [january, both], dedupe="content")
    assert report.events == 4 and report.skipped == {"duplicate_content": 2}
    assert [batch.events for batch in report.batches] == [3, 1]


def test_rows_left_out_for_an_import_that_was_undone_come_back_with_their_file(log, write, content):
    january = write("1.csv", "a,2026-01-01,visit,web,1", "a,2026-01-31,visit,web,1")
    both = write("2.csv", "a,2026-01-31,visit,web,1", "a,2026-02-01,paid,web,1")
    first = import_files(log, [january], dedupe="content").batches[0]
    second = import_files(log, [both], dedupe="content").batches[0]
    assert (first.duplicates, second.duplicates) == (0, 1)
    assert import_files(log, [both], dedupe="content").skipped == {"already_imported": 2}
    log.undo(first.id)
    assert import_files(log, [both]).skipped == {"already_imported": 2}
    assert import_files(log, [both], dedupe="content").events == 1
    assert [name for _time, name, _properties in content(log)["a"]] == ["visit", "paid"]
    assert import_files(log, [both], dedupe="content").events == 0


def test_equal_content_is_seen_across_kinds_of_a_column(log, add):
    add(log, [("a", 1, "x", {"v": 1.0})])
    assert add(log, [("a", 1, "x", {"v": "1"}), ("a", 1, "x", {"v": "one"})], dedupe="content").events == 1


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("v\n1.50\n", "v\n1.50\nfree\n"),
        ('v\n"1,50"\n', 'v\n"1,50"\nfree\n'),
        ("v\noui\n", "v\noui\nperhaps\n"),
        ("v\nn/a\n2\n", "v\nn/a\n2\nfree\n"),
        ("v\n1e3\n", "v\n1e3\nfree\n"),
        ("v\n2025-01-05\n", "v\n2025-01-05\nlater\n"),
        ("v\nfree\n1.50\n", "v\n1.50\n"),
    ],
)
def test_overlap_is_seen_although_one_more_value_makes_a_column_text(log, tmp_path, first, then):
    sources = []
    for name, text in (("1.csv", first), ("2.csv", then)):
        path = tmp_path / name
        lines = text.splitlines()
        path.write_text(f"person;time;event;{lines[0]}\n" + "".join(f"a;2026-01-01;x;{line}\n" for line in lines[1:]))
        sources.append(SourceOptions(path=path))
    most = max(len(text.splitlines()) - 1 for text in (first, then))
    for source in sources:
        import_files(log, [source], dedupe="content")
    assert log.events == most


def test_files_of_one_call_bring_the_most_copies_that_any_of_them_has(log, write):
    row = "a,2026-01-01,visit,web,1"
    files = [write(f"{at}.csv", *[row] * copies, f"{at},{row[2:]}") for at, copies in enumerate((2, 2, 3, 1))]
    report = import_files(log, files, dedupe="content")
    assert [batch.events for batch in report.batches] == [3, 1, 2, 1]


def test_the_last_of_several_same_rows_are_the_new_ones(log, add, content):
    add(log, [("a", 1, "x", {})])
    assert add(log, [("a", 1, "x", {}), ("a", 1, "y", {}), ("a", 1, "x", {})], dedupe="content").events == 2
    assert [name for _time, name, _properties in content(log)["a"]] == ["x", "y", "x"]


def test_ids_and_content_are_compared_in_turn(log, add):
    add(log, [("a", 1, "x", {"message_id": "m1"}), ("a", 2, "x", {})])
    rows = [("a", 1, "x", {"message_id": "m1"}), ("a", 2, "x", {}), ("a", 3, "x", {"message_id": "m2"})]
    batch = add(log, rows, dedupe="content")
    assert batch.events == 1 and dict(batch.skipped) == {"duplicate_id": 1, "duplicate_content": 1}


def test_a_dictionary_that_holds_a_word_twice_is_compared_by_its_words(log, batch_of, add):
    add(log, [("a", 1, "x", {"v": "one"})])
    batch = batch_of([("a", 1, "x", {"v": "one"}), ("b", 1, "x", {"v": "one"})])
    twice = pa.DictionaryArray.from_arrays(pa.array([1, 0], pa.int32()), pa.array(["one", "one"]))
    again = replace(batch, properties={"v": twice})
    assert log.append([again], SourceInfo("f", "test"), dedupe="content").events == 1
    assert log.append([again], SourceInfo("f", "test"), dedupe="content").events == 0


def test_a_message_id_comes_once_per_person(log, add, content):
    rows = [
        ("a", 1, "x", {"message_id": "m1"}),
        ("b", 1, "x", {"message_id": "m1"}),
        ("a", 2, "x", {"message_id": "m1"}),
    ]
    batch = add(log, rows)
    assert batch.events == 2 and dict(batch.skipped) == {"duplicate_id": 1} and batch.rows == 3
    again = add(log, [("a", 9, "y", {"message_id": "m1"}), ("a", 9, "y", {"message_id": "m2"}), ("a", 9, "z", {})])
    assert again.events == 2 and dict(again.skipped) == {"duplicate_id": 1}
    assert [event[:2] for event in content(log)["a"]] == [(1, "x"), (9, "y"), (9, "z")]
    log.undo(batch.id)
    assert add(log, rows[:1]).events == 1


def test_two_persons_may_have_the_same_message_id(tmp_path, add):
    log = StoredLog.create(tmp_path / "one.parcours", buckets=1)
    rows = [(person, 1, "x", {"message_id": "m1"}) for person in "abc"]
    assert add(log, rows).events == 3
    assert add(log, rows).events == 0


def test_ids_in_a_small_import_are_compared_with_a_large_base(log, add):
    add(log, [(f"p{n}", n, "x", {"message_id": f"m{n}", "c": "web"}) for n in range(500)])
    batch = add(log, [(f"p{n}", n, "y", {"message_id": f"m{n}"}) for n in range(0, 1000, 50)])
    assert batch.events == 10 and batch.skipped == {"duplicate_id": 10}
    assert log.properties["c"].filled == 500 and log.properties["message_id"].filled == 510


def test_source_info_is_kept(log, batch_of):
    info = SourceInfo("f.csv", "csv", "abc", 12)
    batch = log.append([batch_of([("a", 1, "x", {})])], info)
    assert (batch.digest, batch.bytes, batch.source) == ("abc", 12, "f.csv")
