"""The worked example of docs/reference/discovery.md, read from the page and executed."""

from __future__ import annotations

from pathlib import Path

from parcours.engine.analysis import Analysis, run_tables
from parcours.engine.succession import succession_of
from parcours.engine.table import table_from_arrays
from parcours.mapdoc.choosing import LEVELS
from parcours.mapdoc.discovery import discover
from parcours.mapdoc.text import Text

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "discovery.md"


class OneTable:
    def __init__(self, rows: list[tuple[int, int, str]]) -> None:
        self.table = table_from_arrays([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])

    def run(self, analysis: Analysis) -> object:  # type: ignore[type-arg]
        return run_tables(analysis, [self.table])


def table_under(heading: str) -> list[list[str]]:
    """The cells of the table whose first line begins with ``heading``, without its two first lines."""
    lines = PAGE.read_text(encoding="utf-8").split(f"| {heading}", 1)[1].splitlines()[2:]
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def plain(text: Text) -> str:
    """English, with plain spaces."""
    return text.in_language("en").replace("\u00a0", " ")


def test_the_example_of_the_page_is_what_is_discovered() -> None:
    rows, person = [], 0
    for people, did in table_under("people | what they did"):
        for _one in range(int(people)):
            rows += [(person, at * 60_000_000, name.strip()) for at, name in enumerate(did.split(","))]
            person += 1
    found = discover(succession_of(OneTable(rows)), title="Example", language="en")  # type: ignore[arg-type]
    said = [[one.kind, one.name, str(one.persons), plain(one.reason)] for one in found.proposals]
    assert said == table_under("proposed")
    assert [[one.name, one.reason, plain(one.text)] for one in found.left_out] == table_under("left out")


def test_the_details_of_the_page_are_those_of_the_code() -> None:
    for line in table_under("`--detail`")[:4]:
        level = LEVELS[int(line[0].split()[0])]
        assert (str(level.touchpoints), f"{100 * level.share:g} %") == (line[1], line[2])
