"""Files that want to break something, through the command: a clear error or a counted result, never a silent loss."""

from __future__ import annotations

import gzip
import json
import random
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from parcours.cli.main import main

HEAD = "person,time,event\n"
GOOD = "ann,2026-03-05T10:00:00Z,visit\n"


class Answer:
    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr
        assert "Traceback" not in self.err and "mistake of its own" not in self.err, self.err

    @property
    def json(self) -> dict:
        return json.loads(self.out)


def load(file: Path, *options: str, memory_mb: int | None = None) -> Answer:
    """Import ``file`` in a process of its own, so that its memory can be bounded and a crash would show."""

    def bound() -> None:
        if memory_mb is not None:
            resource.setrlimit(resource.RLIMIT_DATA, (memory_mb << 20, memory_mb << 20))

    command = [
        sys.executable,
        "-m",
        "parcours",
        "import",
        str(file),
        "--into",
        str(file.parent / "log.parcours"),
        "--json",
    ]
    return Answer(subprocess.run([*command, *options], capture_output=True, text=True, preexec_fn=bound, timeout=300))


@pytest.fixture
def load_here(capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Return what imports a file inside this process, where neither memory nor a crash is the question."""

    def run(file: Path, *options: str) -> Answer:
        code = main(["import", str(file), "--into", str(file.parent / "log.parcours"), "--json", *options])
        said = capsys.readouterr()
        return Answer(subprocess.CompletedProcess([], code, said.out, said.err))

    return run


def nothing_kept(file: Path) -> bool:
    from parcours.columnstore.log import StoredLog

    log = file.parent / "log.parcours"
    return not log.exists() or StoredLog.open(log).events == 0


ENTITY_BOMB = """<?xml version="1.0"?>
<!DOCTYPE log [<!ENTITY a "aaaaaaaaaaaaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">]>
<log><trace><string key="concept:name" value="&e;"/></trace></log>"""
EXTERNAL = """<?xml version="1.0"?>
<!DOCTYPE log [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<log><trace><string key="concept:name" value="&secret;"/></trace></log>"""


@pytest.mark.parametrize("text", [ENTITY_BOMB, EXTERNAL], ids=["entity bomb", "external entity"])
@pytest.mark.parametrize("packed", [False, True])
def test_an_xes_file_that_declares_entities_is_refused(tmp_path: Path, text: str, packed: bool) -> None:
    file = tmp_path / ("log.xes.gz" if packed else "log.xes")
    file.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    answer = load(file, memory_mb=1500)
    assert answer.code == 3 and file.name in answer.err and nothing_kept(file)
    assert "root:" not in answer.err


def test_a_truncated_gzip_leaves_nothing(tmp_path: Path) -> None:
    whole = gzip.compress(
        (HEAD + "".join(f"p{n},2026-03-05T10:00:00Z,e{random.random()}\n" for n in range(50_000))).encode()
    )
    file = tmp_path / "events.csv.gz"
    file.write_bytes(whole[: len(whole) // 2])
    for options in ([], ["--on-error", "skip"]):
        answer = load(file, *options)
        assert answer.code == 3 and file.name in answer.err and nothing_kept(file)


@pytest.mark.parametrize("name", ["junk.csv", "junk.jsonl", "junk.parquet", "junk.xes", "junk.xes.gz", "junk"])
def test_binary_junk_is_refused_by_name(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(random.Random(7).randbytes(200_000))
    answer = load(file)
    assert answer.code == 3 and name in answer.err and nothing_kept(file)


def test_one_unclosed_quote_costs_one_row_of_two_hundred_thousand(tmp_path: Path) -> None:
    rows = [f"p{n % 5000},2026-03-{n % 28 + 1:02d}T10:00:00Z,visit,note {n}\n" for n in range(200_000)]
    rows[99_999] = 'p7,2026-03-05T10:00:00Z,visit,"never closed\n'
    file = tmp_path / "events.csv"
    file.write_text("person,time,event,note\n" + "".join(rows))
    stopped = load(file)
    assert stopped.code == 3 and ":100001" in stopped.err and nothing_kept(file)
    skipped = load(file, "--on-error", "skip", "--rejects", str(tmp_path / "r.csv"))
    assert skipped.json["events"] == 199_999 and skipped.json["skipped"] == {"quote_unclosed": 1}
    assert "100001" in (tmp_path / "r.csv").read_text()


def test_a_line_of_a_hundred_megabytes_is_one_bad_row_in_bounded_memory(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    with file.open("w") as out:
        out.write(HEAD + GOOD + "bob,2026-03-05T10:00:00Z,")
        for _n in range(100):
            out.write("x" * (1 << 20))
        out.write("\n" + GOOD)
    answer = load(file, "--on-error", "skip", memory_mb=1500)
    assert answer.code == 0, answer.err
    assert answer.json["events"] == 2 and sum(answer.json["skipped"].values()) == 1


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        ("NaN", "time_unreadable"),
        ("9999-12-31T00:00:00Z", "time_out_of_range"),
        ("1899-12-31", "time_out_of_range"),
        ("0000-00-00", "time_unreadable"),
        ("99999999999999999999", None),
        ("", "time_missing"),
    ],
)
def test_an_impossible_time_is_counted_by_its_reason(
    tmp_path: Path, load_here: Callable[..., Answer], time: str, reason: str | None
) -> None:
    file = tmp_path / "events.csv"
    file.write_text(HEAD + GOOD * 20 + f"bob,{time},visit\n")
    stopped = load_here(file)
    assert stopped.code == 3 and ":22" in stopped.err
    answer = load_here(file, "--on-error", "skip")
    assert answer.json["events"] == 20 and sum(answer.json["skipped"].values()) == 1
    assert reason is None or list(answer.json["skipped"]) == [reason]


@pytest.mark.parametrize("name", ["e.csv", "e.tsv", "e.jsonl", "e.parquet", "e.xes", "e.csv.gz"])
def test_an_empty_file_is_said_to_be_empty(tmp_path: Path, load_here: Callable[..., Answer], name: str) -> None:
    file = tmp_path / name
    file.write_bytes(b"")
    answer = load_here(file)
    assert answer.code == 3 and name in answer.err


def test_a_file_with_only_a_header_is_no_crash(tmp_path: Path, load_here: Callable[..., Answer]) -> None:
    file = tmp_path / "e.csv"
    file.write_text(HEAD)
    answer = load_here(file)
    assert answer.code in (0, 3)
    if answer.code == 0:
        assert answer.json["events"] == 0


@pytest.mark.slow
def test_a_million_event_names_stay_a_bounded_answer(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(HEAD + "".join(f"p{n % 1000},2026-03-05T10:00:00Z,name {n}\n" for n in range(1_000_000)))
    answer = load(file)
    assert answer.json == {"events": 1_000_000, "persons": 1000, "skipped": {}}
    log = str(tmp_path / "log.parcours")
    for command in (
        ["transitions", log],
        ["funnel", log, "name 1", "name 1001"],
        ["report", log, "-o", str(tmp_path / "r.html")],
    ):
        done = Answer(subprocess.run([sys.executable, "-m", "parcours", *command], capture_output=True, text=True))
        assert done.code in (0, 2), done.err
    assert (tmp_path / "r.html").stat().st_size < 2_000_000


def test_formula_like_cells_stay_text_and_leave_harmless(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    cells = ["=1+1", "+33 6 12", "-cmd|' /C calc'!A0", "@SUM(A1)"]
    file.write_text(HEAD + "".join(f'"{cell}",2026-03-05T10:00:00Z,visit\n' for cell in cells) + "=x,bad,visit\n")
    answer = load(file, "--on-error", "skip", "--rejects", str(tmp_path / "r.csv"))
    assert answer.json["persons"] == 4 and sum(answer.json["skipped"].values()) == 1
    command = [
        sys.executable,
        "-m",
        "parcours",
        "people",
        str(tmp_path / "log.parcours"),
        "--figure",
        "journey:persons",
    ]
    ids = subprocess.run([*command, "--json"], capture_output=True, text=True).stdout
    assert sorted(case["person"] for case in json.loads(ids)["people"]) == sorted(cells)
    sheet = subprocess.run([*command, "--csv"], capture_output=True, text=True).stdout
    assert all(line.lstrip('"').startswith("'") for line in sheet.splitlines()[1:])


def workbook(path: Path, sheet: bytes, times: int = 1) -> Path:
    """Write the smallest workbook that is one; its sheet is ``sheet``, so many times over."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = '<Relationships><Relationship Id="r1" Type="{}/{}" Target="{}"/></Relationships>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("_rels/.rels", relation.format(kind, "officeDocument", "xl/workbook.xml"))
        archive.writestr("xl/_rels/workbook.xml.rels", relation.format(kind, "worksheet", "sheet1.xml"))
        archive.writestr("xl/workbook.xml", f'<workbook xmlns:r="{kind}"><sheet name="A" r:id="r1"/></workbook>')
        with archive.open("xl/sheet1.xml", "w", force_zip64=True) as file:
            for _n in range(times):
                file.write(sheet)
    return path


def sheet_of(*rows: str) -> bytes:
    """Return a sheet whose cells are written as in CSV."""
    cells = ("".join(f'<c t="str"><v>{value}</v></c>' for value in row.strip().split(",")) for row in rows)
    return f"<worksheet>{''.join(f'<row>{row}</row>' for row in cells)}</worksheet>".encode()


def test_a_workbook_that_is_a_bomb_cut_off_locked_or_full_of_entities_leaves_nothing(tmp_path: Path) -> None:
    good = sheet_of(HEAD, *(f"p{n},2026-03-05T10:00:00Z,e{random.random()}" for n in range(5000)))
    whole = workbook(tmp_path / "whole.xlsx", good)
    assert load(whole).json["events"] == 5000
    (tmp_path / "half").mkdir()
    half = tmp_path / "half" / "half.xlsx"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    (tmp_path / "other").mkdir()
    locked = tmp_path / "other" / "locked.xlsx"
    locked.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(1000) + "EncryptedPackage".encode("utf-16-le"))
    entities = workbook(
        tmp_path / "other" / "entities.xlsx", b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + good
    )
    bomb = workbook(tmp_path / "other" / "bomb.xlsx", b"<row/>" * 200_000, 1000)
    wide = workbook(
        tmp_path / "other" / "wide.xlsx", f"<worksheet><row>{'<c><v>1</v></c>' * 1_000_000}</row></worksheet>".encode()
    )
    for file in (half, locked, entities, bomb, wide):
        for options in ([], ["--on-error", "skip"]):
            answer = load(file, *options, memory_mb=1500)
            assert answer.code == 3 and file.name in answer.err and nothing_kept(file)


def test_a_bad_row_of_a_workbook_is_named_with_its_sheet_and_its_row_in_excel(tmp_path: Path) -> None:
    file = workbook(tmp_path / "clients.xlsx", sheet_of("Export of March", "", HEAD, GOOD, "bob,soon,visit", GOOD))
    stopped = load(file)
    assert stopped.code == 3 and "clients.xlsx [A]:5, time" in stopped.err and nothing_kept(file)
    assert load(file, "--on-error", "skip").json == {"events": 2, "persons": 1, "skipped": {"time_unreadable": 1}}
    assert load(file, "--on-error", "skip").json["skipped"] == {"already_imported": 2}
    unknown = load(file, "--sheet", "B")
    assert unknown.code == 3 and "“B”" in unknown.err and "A" in unknown.err


# ---------------------------------------------------------------- maps in forms of other tools


def check_map(file: Path, memory_mb: int = 1500) -> Answer:
    """Validate ``file`` as a map in a process of its own, within bounded memory."""

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (memory_mb << 20, memory_mb << 20))

    command = [sys.executable, "-m", "parcours", "map", "validate", str(file)]
    return Answer(subprocess.run(command, capture_output=True, text=True, preexec_fn=bound, timeout=120))


@pytest.mark.parametrize("name", ["m.cjml", "m.xml", "m.xlsx"])
@pytest.mark.parametrize("text", [ENTITY_BOMB, EXTERNAL], ids=["entity bomb", "external entity"])
def test_a_map_that_declares_entities_is_refused(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    if name == "m.xlsx":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("xl/workbook.xml", text)
    else:
        file.write_text(text)
    answer = check_map(file)
    assert answer.code == 4 and name in answer.err and "DOCTYPE" in answer.err
    assert "root:" not in answer.err + answer.out


@pytest.mark.parametrize("ending", ["cjml", "xlsx", "csv", "mmd", "md"])
@pytest.mark.parametrize("seed", range(3))
def test_binary_junk_is_no_map(tmp_path: Path, ending: str, seed: int) -> None:
    file = tmp_path / f"junk.{ending}"
    file.write_bytes(random.Random(seed).randbytes(100_000))
    answer = check_map(file)
    assert answer.code == 4 and file.name in answer.err


def test_a_map_of_a_workbook_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _n in range(300):
                part.write(b" " * (1 << 20))
        archive.writestr("xl/workbook.xml", "<workbook/>")
    answer = check_map(file, memory_mb=1000)
    assert answer.code == 4 and "unpacks to far more than a map" in answer.err


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("deep.cjml", "<a>" * 200_000),
        ("wide.cjml", "<CJML>" + "<plannedJourney/>" * 300_000 + "</CJML>"),
        ("long.csv", "stage,touchpoint\n" + "a," + "b" * 3_000_000),
        ("quotes.csv", 'stage,touchpoint\na,"' + '""' * 1_500_000),
        ("cells.csv", "stage,touchpoint\n" + "," * 3_000_000),
        ("long.mmd", "journey\n" + "a" * 3_000_000 + ": 3\n"),
        ("colons.mmd", "journey\n" + ":" * 3_000_000),
        ("percent.mmd", "journey\n" + "%%{" * 300_000),
        ("fences.md", "```mermaid\n" * 100_000),
        ("rule.csv", "stage,touchpoint,event matches\na,b," + "(" * 1_000_000),
    ],
)
def test_maps_beyond_all_measure_are_refused_in_time_and_memory(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_text(text)
    answer = check_map(file)
    assert answer.code == 4 and name in answer.err
    assert len(answer.err) < 20_000
