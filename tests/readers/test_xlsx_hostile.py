"""Workbooks made to break the reader: each is refused by name, or read in bounded memory."""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcours.language.errors import InputError, ParcoursError
from parcours.readers.source import SourceOptions, open_source, stop_on_bad

Reader = Callable[..., Any]
MEGABYTE = 1 << 20
ENTITIES = '<!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE sst [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
MEASURE = """
import re, sys
from pathlib import Path
from parcours.language.errors import InputError
from parcours.readers.source import SourceOptions, open_source
rows, said = 0, "-"
try:
    source = open_source(SourceOptions(path=Path(sys.argv[1])))
    rows = sum(batch.rows for batch in source.batches(lambda row: None))
except InputError as error:
    said = error.message
# Not ru_maxrss: that one begins at what the parent process held.
peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) >> 10
print(rows, peak, said, sep="|")
"""


def measured(path: Path) -> tuple[int, int, str]:
    """Read a workbook in a process of its own: rows, peak memory in MB, what it was refused with."""
    command = [sys.executable, "-c", MEASURE, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    rows, peak, said = done.stdout.strip().split("|")
    return int(rows), int(peak), said


def megabytes(piece: bytes, count: int) -> Iterator[bytes]:
    block = piece * (MEGABYTE // len(piece) + 1)
    for _n in range(count):
        yield block


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
@pytest.mark.parametrize("filling", [b" ", b"<row/>", b"<si/>"])
def test_a_zip_bomb_is_refused_in_bounded_memory(tmp_path: Path, workbooks, part: str, filling: bytes) -> None:
    content = workbooks.parts(workbooks.GOOD)
    content[part] = megabytes(filling, 700)
    path = workbooks.pack(tmp_path / "c.xlsx", content)
    assert path.stat().st_size < 7 * MEGABYTE
    rows, peak, said = measured(path)
    assert (rows, said.startswith("A part of the workbook unpacks to more than")) == (0, True) and peak < 400


def test_texts_that_are_named_a_million_times_stay_bounded(tmp_path: Path, workbooks) -> None:
    """A small file that would fill 60 GB if each mention of its long text were written out at once."""
    text = f"<si><t>{'x' * 65_000}</t></si>"
    row = '<row>{}<c t="inlineStr"><is><t>2026-03-05</t></is></c><c t="str"><v>e</v></c></row>'
    body = (row.format('<c t="s"><v>0</v></c>').encode() for _n in range(20_000))
    content = workbooks.parts("", texts=text)
    start, end = content["xl/worksheets/sheet1.xml"].split("</sheetData>")
    pieces = [start.encode(), workbooks.line(1, *workbooks.HEADER).encode(), *body, b"</sheetData>", end.encode()]
    content["xl/worksheets/sheet1.xml"] = pieces
    rows, peak, said = measured(workbooks.pack(tmp_path / "c.xlsx", content))
    assert (rows, said) == (20_000, "-") and peak < 600


@pytest.mark.parametrize("before", [ENTITIES, EXTERNAL])
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "_rels/.rels"])
def test_a_part_that_declares_entities_is_refused(tmp_path: Path, read: Reader, workbooks, before, part) -> None:
    content = workbooks.parts(workbooks.GOOD)
    content[part] = before + content[part].replace(workbooks.START, "")
    with pytest.raises(InputError, match="DOCTYPE"):
        read(workbooks.pack(tmp_path / "c.xlsx", content))


@pytest.mark.parametrize("references", [True, False])
def test_a_million_columns_are_refused(tmp_path: Path, read: Reader, workbooks, references: bool) -> None:
    cells = "".join(f"<c{f' r={chr(34)}ABCD{n}{chr(34)}' if references else ''}><v>1</v></c>" for n in range(1_000_000))
    with pytest.raises(InputError, match="last column"):
        read(workbooks.pack(tmp_path / "c.xlsx", workbooks.parts(f"<row>{cells}</row>")))


@pytest.mark.parametrize("kept", [0.02, 0.5, 0.98, 0.9999])
def test_a_workbook_that_is_cut_off_is_refused(tmp_path: Path, read: Reader, workbooks, kept: float) -> None:
    path = workbooks.save(
        tmp_path / "c.xlsx", {"A": [workbooks.HEADER, *(["a", "2026-03-05", f"e{n}"] for n in range(999))]}
    )
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(InputError, match="damaged or cut off"):
        read(path)


def test_damaged_bytes_anywhere_never_crash(tmp_path: Path, workbooks) -> None:
    path = workbooks.save(
        tmp_path / "c.xlsx", {"A": [workbooks.HEADER, *(["a", "2026-03-05", f"e{n}"] for n in range(50))]}
    )
    whole, chance = path.read_bytes(), random.Random(5)
    for _round in range(300):
        broken = bytearray(whole)
        for _n in range(chance.choice((1, 3, 20))):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        path.write_bytes(broken)
        try:
            for _batch in open_source(SourceOptions(path=path, format="xlsx")).batches(stop_on_bad):
                pass
        except ParcoursError:
            pass


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tags=st.lists(st.sampled_from(
        ["<row>", "</row>", '<row r="3">', "<c>", '<c t="s">', '<c t="e">', '<c t="b">', '<c s="9">', '<c r="B2">',
         "</c>", "<v>", "7", "1e999", "</v>", "<f>", "</f>", "<is>", "<t>", "é", "</t>", "</is>", "<rPh>", "</rPh>",
         "<mergeCells/>"]
    ), max_size=30)
)  # fmt: skip
def test_any_order_of_elements_ends_in_rows_or_in_an_error_of_ours(tmp_path: Path, workbooks, tags: list[str]) -> None:
    path = workbooks.pack(tmp_path / "c.xlsx", workbooks.parts(workbooks.GOOD + "".join(tags)))
    try:
        for _batch in open_source(SourceOptions(path=path)).batches(lambda _row: None):
            pass
    except ParcoursError:
        pass


def test_rows_that_go_backwards_or_beyond_the_last_are_refused(tmp_path: Path, read: Reader, workbooks) -> None:
    again = workbooks.GOOD + workbooks.line(2, "b", "2026-03-05", "e")
    for rows in (again, workbooks.GOOD + workbooks.line(1_048_577, "b", "2026-03-05", "e")):
        with pytest.raises(InputError, match="not in order"):
            read(workbooks.pack(tmp_path / "c.xlsx", workbooks.parts(rows)))


def test_too_many_merged_cells_are_refused(tmp_path: Path, read: Reader, workbooks) -> None:
    merged = "".join(f'<mergeCell ref="A{n}:A{n + 1}"/>' for n in range(2, 200_100, 2))
    content = workbooks.parts(workbooks.GOOD, after=f"<mergeCells>{merged}</mergeCells>")
    with pytest.raises(InputError, match="merged"):
        read(workbooks.pack(tmp_path / "c.xlsx", content))


def test_a_text_that_does_not_exist_is_damage(tmp_path: Path, read: Reader, workbooks) -> None:
    rows = workbooks.GOOD + '<row r="3"><c r="A3" t="s"><v>4</v></c></row>'
    with pytest.raises(InputError, match="damaged"):
        read(workbooks.pack(tmp_path / "c.xlsx", workbooks.parts(rows)))


def test_a_locked_an_old_a_binary_and_another_archive_are_told_apart(tmp_path: Path, read: Reader, workbooks) -> None:
    compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    (tmp_path / "locked.xlsx").write_bytes(compound + "EncryptedPackage".encode("utf-16-le") + bytes(400))
    (tmp_path / "old.xls").write_bytes(compound + "Workbook".encode("utf-16-le") + bytes(400))
    workbooks.pack(tmp_path / "binary.xlsb", {"xl/workbook.bin": "x"})
    workbooks.pack(
        tmp_path / "calc.ods", {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "x"}
    )
    workbooks.pack(tmp_path / "events.zip", {"events.csv": "a,b"})
    for name, said in (
        ("locked.xlsx", "password"), ("old.xls", r"save it as \.xlsx"), ("binary.xlsb", r"Save it as \.xlsx"),
        ("calc.ods", r"Save it as \.xlsx"), ("events.zip", "Unpack it"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=said):
            read(tmp_path / name)


def test_a_part_that_wants_a_password_and_a_workbook_in_gzip_are_refused(
    tmp_path: Path, read: Reader, workbooks
) -> None:

    path = workbooks.pack(tmp_path / "c.xlsx", workbooks.parts(workbooks.GOOD))
    (tmp_path / "c.xlsx.gz").write_bytes(gzip.compress(path.read_bytes()))
    with pytest.raises(InputError, match="Unpack it first"):
        read(tmp_path / "c.xlsx.gz")
    data = bytearray(path.read_bytes())
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data[at + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(InputError, match="damaged"):
        read(path)


def test_a_list_of_contents_beyond_all_measure_is_not_even_read(
    tmp_path: Path, read: Reader, workbooks, monkeypatch
) -> None:
    path = workbooks.pack(tmp_path / "c.xlsx", workbooks.parts(workbooks.GOOD))
    assert len(read(path).rows) == 1
    monkeypatch.setattr("parcours.readers.xlsx_package.LIST_BYTES", 300)
    with pytest.raises(InputError, match="damaged"):
        read(path)
