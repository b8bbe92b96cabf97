"""Tables of facts under the map, each in its section.

They carry their roles, so that they stay tables to a screen reader where a small screen stacks their cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from parcours.picture.cells import Pen
from parcours.picture.typeface import css_string, prose

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column; ``numeric`` ones are set flush right."""

    name: str
    numeric: bool = False


def draw_section(kind: str, title: str, lead: Sequence[str], content: str) -> str:
    """Draw a section with its title and the sentences that lead in; ``content`` is HTML."""
    said = "".join(f"<p>{prose(sentence)}</p>" for sentence in lead)
    return f'<section class="part {kind}"><h2>{prose(title)}</h2><div class="lead">{said}</div>{content}</section>'


def draw_facts(
    pen: Pen, kind: str, caption: str, columns: Sequence[Column], rows: Iterable[Sequence[str]], *, folds: bool = True
) -> str:
    """Draw a table. ``kind`` names it for the style sheet, which tells a stacked cell the name of its column; where
    the pen may not write styles, each cell says it itself.

    One that ``folds`` is open, but for a small screen with script: there it would be thousands of px long.
    """
    heads = "".join(
        f'<th role="columnheader" scope="col"{" class=num" if column.numeric else ""}>{prose(column.name)}</th>'
        for column in columns
    )
    body = ""
    for head, *cells in rows:
        body += f'<tr role="row"><th role="rowheader">{head}</th>'
        for column, cell in zip(columns[1:], cells, strict=True):
            kinds = " ".join(name for name, true in (("num", column.numeric), ("no-fact", not cell)) if true)
            kind_ = f' class="{kinds}"' if kinds else ""
            name = "" if pen.styled else f' data-name="{prose(column.name)}"'
            body += f'<td role="cell"{kind_}{name}>{f"<div>{cell}</div>" if cell else NOTHING}</td>'
        body += "</tr>"
    named = "".join(
        f".{kind} td:nth-of-type({place}){{--name:{css_string(column.name)}}}"
        for place, column in enumerate(columns[1:], 1)
    )
    style = f"<style>{named}</style>" if pen.styled else ""
    table = (
        f'{style}<table class="facts-table {kind}" role="table"><caption class="vh">{prose(caption)}'
        f'</caption><thead role="rowgroup"><tr role="row">{heads}</tr></thead><tbody role="rowgroup">{body}</tbody>'
        "</table>"
    )
    return f'<details class="fold" open><summary>{prose(caption)}</summary>{table}</details>' if folds else table
