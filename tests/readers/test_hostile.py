"""Files made to break a reader: each ends in a clear error or in a bounded, counted result."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parcours.language.errors import InputError, ParcoursError
from parcours.readers.source import SourceOptions, open_source, stop_on_bad

Reader = Callable[..., Any]
Writer = Callable[..., Path]
PLAIN = "person,time,event\n" + "a,2025-01-01 10:00:00,visit\n" * 50_000
BOM = b"\xef\xbb\xbf"
MEASURE = """
import re, sys
from pathlib import Path
from parcours.readers.source import SourceOptions, open_source
source = open_source(SourceOptions(path=Path(sys.argv[1])))
bad = []
rows = sum(batch.rows for batch in source.batches(bad.append))
# Not ru_maxrss: that one begins at what the parent process held, over a gigabyte at the end of a whole run.
peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) >> 10
print(rows, len(bad), bad[0].reason if bad else "-", bad[0].line if bad else 0, peak)
"""


def measured(path: Path) -> tuple[int, int, str, int, int]:
    """Read a file in a process of its own: rows, bad rows, reason and line of the first, peak memory in MB."""
    done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True)
    rows, bad, reason, line, peak = done.stdout.split()
    return int(rows), int(bad), reason, int(line), int(peak)


@pytest.fixture(scope="module")
def ordinary_peak(tmp_path_factory: pytest.TempPathFactory) -> int:
    path = tmp_path_factory.mktemp("ordinary") / "events.csv"
    path.write_text(PLAIN)
    return measured(path)[4]


@pytest.mark.parametrize("suffix", ["csv", "csv.gz"])
@pytest.mark.parametrize("filling", [b"x", b'"', b","])
def test_a_line_of_100_mb_is_one_bad_row_in_bounded_memory(
    tmp_path: Path, ordinary_peak: int, filling: bytes, suffix: str
) -> None:
    path = tmp_path / f"events.{suffix}"
    opener: Any = gzip.open if suffix.endswith("gz") else open
    extra: Any = {"compresslevel": 1} if suffix.endswith("gz") else {}
    with opener(path, "wb", **extra) as file:
        file.write(b"person,time,event\na,2025-01-01,visit\nlong,")
        for _part in range(100):
            file.write(filling * (1 << 20))
        file.write(b"\nb,2025-01-02,visit\n")
    rows, bad, reason, line, peak = measured(path)
    assert (rows, bad, reason, line) == (2, 1, "line_too_long", 3)
    assert peak < ordinary_peak + 200


def test_a_json_line_of_100_mb_is_one_bad_row_in_bounded_memory(tmp_path: Path, ordinary_peak: int) -> None:
    path = tmp_path / "events.jsonl"
    row = b'{"person":"a","time":"2025-01-01","event":"e"}\n'
    path.write_bytes(row + b'{"person":"' + b"x" * (100 << 20) + b'"}\n' + row)
    rows, bad, reason, line, peak = measured(path)
    assert (rows, bad, reason, line) == (2, 1, "line_too_long", 2)
    assert peak < ordinary_peak + 200


def test_a_gzip_bomb_is_read_in_bounded_memory(tmp_path: Path, ordinary_peak: int) -> None:
    path = tmp_path / "events.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(PLAIN.encode())
        for _part in range(400):
            file.write(bytes(1 << 20))
    assert path.stat().st_size < 8 << 20
    rows, bad, reason, _line, peak = measured(path)
    assert (rows, bad, reason) == (50_000, 1, "line_too_long")
    assert peak < ordinary_peak + 200


def test_a_short_limit_finds_every_long_line_and_nothing_else(read: Reader, write: Writer) -> None:
    lines = ["person,time,event"] + [f"p{row},2025-01-01,{'e' * (row % 90)}x" for row in range(400)]
    long = [number for number, line in enumerate(lines, 1) if len(line) > 60]
    for size in (16, 100, 1 << 20):
        found = read(write("\n".join(lines) + "\n"), line_limit_bytes=60, block_bytes=size)
        assert [row.line for row in found.bad] == long and {row.reason for row in found.bad} == {"line_too_long"}
        assert len(found.rows) == 400 - len(long) and found.source.counts.blank_lines == 0


@pytest.mark.parametrize("name", ["events.csv.gz", "events.jsonl.gz", "events.xes.gz", "events.parquet.gz"])
@pytest.mark.parametrize("kept", [0.5, 0.999])
def test_a_gzip_that_is_cut_off_is_an_error(write: Writer, name: str, kept: float) -> None:
    row = '{"person":"%d","time":"2025-01-01","event":"e"}\n'
    event = '<event><string key="concept:name" value="%d"/><date key="time:timestamp" value="2025-01-01"/></event>'
    trace = f'<trace><string key="concept:name" value="%d"/>{event}</trace>'
    text = {
        "events.csv.gz": PLAIN + "".join(f"p{number},2025-01-01,e\n" for number in range(50_000)),
        "events.jsonl.gz": "".join(row % number for number in range(50_000)),
        "events.xes.gz": "<log>" + "".join(trace % (number, number) for number in range(50_000)) + "</log>",
        "events.parquet.gz": "PAR1" + "x" * 500_000,
    }[name]
    packed = gzip.compress(text.encode())
    path = write(packed[: int(len(packed) * kept)], name)
    with pytest.raises(InputError, match=r"cut off|damaged"):
        for _batch in open_source(SourceOptions(path=path)).batches(stop_on_bad):
            pass


def test_a_damaged_gzip_is_an_error(write: Writer) -> None:
    packed = bytearray(gzip.compress(os.urandom(400_000)))
    packed[2000:2100] = bytes(100)
    with pytest.raises(InputError, match=r"damaged|text file"):
        for _batch in open_source(SourceOptions(path=write(bytes(packed), "events.csv.gz"))).batches(stop_on_bad):
            pass


@pytest.mark.parametrize("start", [b"", b"PAR1", b"{", b"<?xml", b"PK\x03\x04", b"\x1f\x8b", b"\xff\xfe", BOM])
@pytest.mark.parametrize("form", [None, "csv", "jsonl", "parquet", "xes"])
def test_binary_junk_is_an_error_of_ours_in_every_format(write: Writer, start: bytes, form: Any) -> None:
    junk = b"".join(bytes([(7 * number * number + number // 3) % 256]) for number in range(20_000))
    with pytest.raises(ParcoursError):
        path = write(start + junk, "events.bin")
        for _batch in open_source(SourceOptions(path=path, format=form)).batches(stop_on_bad):
            pass


def test_a_nul_costs_its_row_only(read: Reader, write: Writer) -> None:
    found = read(write("person,time,event\na,2025-01-01,e\nb,2025-01-01,\x00e\n\x00\nc,2025-01-01,e\n"))
    assert found.reasons == [(3, "nul_byte"), (4, "nul_byte")]
    assert [row.column for row in found.bad] == ["event", "person"] and found.column("person") == ["a", "c"]


def test_a_million_names_are_read(write: Writer) -> None:
    path = write("person,time,event\n" + "".join(f"p{row},2025-01-01,name {row}\n" for row in range(1_000_000)))
    source = open_source(SourceOptions(path=path))
    names: set[str] = set()
    for batch in source.batches(stop_on_bad):
        names.update(batch.name.to_pylist())
    assert len(names) == 1_000_000


def test_a_folder_a_missing_file_and_an_archive_are_errors(tmp_path: Path, write: Writer) -> None:
    for path in (tmp_path, tmp_path / "none.csv", write(b"PK\x03\x04rest", "events.xlsx")):
        with pytest.raises(InputError):
            open_source(SourceOptions(path=path))


@pytest.mark.parametrize(
    "text", ["x", "\n", ",", ",,,\n,,,", '"', "<", "{}", "[]", "null", "<log/>", "a\nb\nc", "1;2;3"]
)
@pytest.mark.parametrize("form", [None, "csv", "jsonl", "parquet", "xes"])
def test_scraps_are_errors_of_ours(write: Writer, text: str, form: Any) -> None:
    with pytest.raises(ParcoursError):
        for _batch in open_source(SourceOptions(path=write(text), format=form)).batches(stop_on_bad):
            pass
