"""How answers leave the command: a table for people, JSON or CSV for programs."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

from parcours.language.translation import _


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
    writer.writerows({key: _harmless(value) for key, value in row.items()} for row in rows)


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def write_table(columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]], *, title: str | None = None) -> None:
    """Print a table; ``columns`` are (heading, "left" or "right")."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold", header_style="bold")
    for heading, side in columns:
        table.add_column(heading, justify="right" if side == "right" else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console().print(table)


def say(*lines: str) -> None:
    """Print plain lines for people; nothing in them is read as markup."""
    for line in lines:
        console().print(line, markup=False, highlight=False, soft_wrap=True)


def console(*, to_errors: bool = False) -> Any:
    """Return a rich console on the standard output, or on the error output."""
    from rich.console import Console

    return Console(stderr=to_errors)
