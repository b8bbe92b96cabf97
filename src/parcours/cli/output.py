"""How answers leave the command: a table for people, JSON or CSV for programs."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

from parcours.language.translation import _

_NARROWEST_NAME = 8
"""Characters that a column of names needs at least to be read."""


class Form(Enum):
    """The form of an answer."""

    PEOPLE = "people"
    JSON = "json"
    CSV = "csv"


def form_of(as_json: bool, as_csv: bool) -> Form:
    """Return the form that the two options ask for; together they are an error of use."""
    from parcours.language.errors import UsageError

    if as_json and as_csv:
        raise UsageError(_("--json and --csv exclude each other: give one of them."))
    return Form.JSON if as_json else Form.CSV if as_csv else Form.PEOPLE


def write_json(value: Any) -> None:
    """Print one JSON document on a line of its own."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, allow_nan=False, default=str) + "\n")


def write_csv(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows as CSV; a text that a spreadsheet would run as a formula gets a leading apostrophe."""
    if not rows:
        return
    writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)


def _cell(value: Any) -> Any:
    from parcours.language.cells import harmless

    return harmless(value) if isinstance(value, str) else value


def write_table(columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]], *, title: str | None = None) -> None:
    """Print a table; ``columns`` are (heading, "left" or "right")."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=title, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold", header_style="bold",
        pad_edge=False, collapse_padding=True,
    )  # fmt: skip
    rows = [tuple(row) for row in rows]
    to = console()
    for (heading, side), width in zip(columns, _widths(columns, rows, to.width), strict=True):
        table.add_column(heading, justify="right" if side == "right" else "left", overflow="fold", width=width)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    to.print(table)


def _widths(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]], screen: int) -> list[int | None]:
    """Return the width of each column where the screen is too narrow for all, so that what wraps is the names.

    Figures keep the room that they and the words of their heading need; None leaves a column free.
    """
    free: list[int | None] = [None] * len(columns)
    cells = [[line for row in rows for line in row[place].split("\n")] for place in range(len(columns))]
    gaps = 2 * len(columns) + 2
    if (
        sum(max(map(len, [heading, *held])) for (heading, _side), held in zip(columns, cells, strict=True)) + gaps
        <= screen
    ):
        return free
    least = [max(map(len, [*heading.split(" "), *held])) if side == "right" else None
             for (heading, side), held in zip(columns, cells, strict=True)]  # fmt: skip
    names = [width for width in least if width is None]
    left = screen - gaps - sum(width for width in least if width is not None)
    return least if names and left >= _NARROWEST_NAME * len(names) else free


def interval(low: str, high: str) -> str:
    """Write an interval as short as a column needs it."""
    return _("{least} to {most}").format(least=low, most=high)


def say(*lines: str) -> None:
    """Print plain lines for people; nothing in them is read as markup."""
    for line in lines:
        console().print(line, markup=False, highlight=False, soft_wrap=True)


def console(*, to_errors: bool = False) -> Any:
    """Return a rich console on the standard output, or on the error output."""
    from rich.console import Console

    # An id between colons is no emoji: metric:repeat:numerator is a key to copy.
    return Console(stderr=to_errors, emoji=False)
