from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parcours.language.errors import InputError
from parcours.readers.source import SourceOptions, open_source, stop_on_bad

Writer = Callable[..., Path]
ROWS = "person,time,event\n" + "a,2025-01-01,visit\n" * 200_000


def test_progress_ends_at_the_size_and_the_digest_is_that_of_the_bytes(write: Writer) -> None:
    path = write(ROWS)
    source = open_source(SourceOptions(path=path, block_bytes=1 << 20))
    done: list[int] = []
    assert sum(batch.rows for batch in source.batches(stop_on_bad, done.append)) == 200_000
    assert done == sorted(done) and done[-1] == source.size_bytes == path.stat().st_size
    assert source.digest() == hashlib.sha256(path.read_bytes()).hexdigest()


def test_stop_on_bad_names_file_line_column_value_and_form(write: Writer) -> None:
    source = open_source(SourceOptions(path=write("person,time,event\na,2025-01-01,e\nb,soon,e\n")))
    with pytest.raises(InputError) as caught:
        list(source.batches(stop_on_bad))
    error = caught.value
    assert error.place is not None
    assert (error.place.file, error.place.line, error.place.field) == ("events.csv", 3, "time")
    assert error.value == "soon" and "2025-12-31" in str(error)


def test_a_reader_can_be_left_early_and_read_again(write: Writer) -> None:
    source = open_source(SourceOptions(path=write(ROWS), block_bytes=1 << 18))
    batches = source.batches(stop_on_bad)
    next(batches)
    batches.close()  # type: ignore[attr-defined]
    assert sum(batch.rows for batch in source.batches(stop_on_bad)) == 200_000


def test_columns_tell_role_kind_and_samples(write: Writer) -> None:
    source = open_source(SourceOptions(path=write("person,time,event,note\na,2025-01-01,e,\nb,2025-01-02,f,x\n")))
    told = [(column.name, column.role, column.kind, column.samples) for column in source.columns]
    assert told == [
        ("person", "person", "text", ("a", "b")),
        ("time", "time", "time", ("2025-01-01", "2025-01-02")),
        ("event", "event", "text", ("e", "f")),
        ("note", None, "text", ("x",)),
    ]


@pytest.mark.parametrize(
    ("content", "name", "form"),
    [
        ("person,time,event\na,2025-01-01,e\n", "a.txt", "csv"),
        ('{"person":"a","time":"2025-01-01","event":"e"}\n', "a.log", "jsonl"),
        ('\n{"person":"a","time":"2025-01-01","event":"e"}\n', "a.ndjson", "jsonl"),
    ],
)
def test_the_format_is_told_by_content_and_suffix(write: Writer, content: str, name: str, form: str) -> None:
    assert open_source(SourceOptions(path=write(content, name))).format == form


def test_messages_of_worker_threads_speak_the_language_of_the_caller(write: Writer) -> None:
    from parcours.language.translation import current_language, speaking
    from parcours.readers import shape

    seen: list[str] = []
    original = shape._time_form
    shape._time_form = lambda plan: seen.append(current_language()) or original(plan)
    try:
        with speaking("fr"):
            source = open_source(SourceOptions(path=write("person,time,event\na,2025-01-01,e\na,soon,e\n")))
            list(source.batches(lambda _row: None))
    finally:
        shape._time_form = original
    assert seen == ["fr"]


def test_reading_does_not_import_pandas(write: Writer) -> None:
    """pandas costs a second at the start; several calls of pyarrow import it where it is installed."""
    rows = "person,time,event,value,flag,n\na,2025-01-01,e,1,oui,x\n,soon,e,NaN,,\nb,1,e,1,non,\n"
    path = write(rows)
    code = (
        "import sys; from pathlib import Path; from parcours.readers.source import *\n"
        "list(open_source(SourceOptions(path=Path(sys.argv[1]))).batches(lambda row: None))\n"
        "print('pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_truthful_count_of_every_reason(write: Writer) -> None:
    source = open_source(SourceOptions(path=write("person,time,event\na,2025-01-01,e\na,soon,e\na,late,e\n,x,e\n")))
    bad: list[Any] = []
    list(source.batches(bad.append))
    assert source.counts.bad == {"time_unreadable": 2, "person_missing": 1} and len(bad) == 3


def test_a_json_array_is_refused_with_what_to_write_instead(write: Writer) -> None:
    for name in ("events.json", "events.jsonl"):
        with pytest.raises(InputError, match="one JSON array"):
            open_source(SourceOptions(path=write('[\n {"person": "a", "time": "2025-01-01", "event": "x"}\n]', name)))
