"""Blocks become a tagged PDF: headings, paragraphs, lists, tables and figures, in the order a person reads them.

The pages are set by Typst from one constant template (``paper.typ``); all content goes in as data, so that no text,
whoever wrote it, can ever be markup, code, a file to read or a package to load. The document follows PDF/UA-1: title,
language, structure and alternative texts are there, fonts are embedded, every character has its Unicode.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from parcours.language.translation import Language
from parcours.picture.bundled import FAMILIES, drawable, font_files, plain_svg, svg_size
from parcours.picture.typeface import tidy

PaperSize = Literal["a4", "a3", "poster"]
Tone = Literal["plain", "lead", "small", "voice"]

SIZES_MM: dict[PaperSize, tuple[int, int]] = {"a4": (297, 210), "a3": (420, 297), "poster": (841, 594)}
"""Width and height, lying. A poster is A1: one page to hang up."""
MARGIN_MM, FOOT_MM = 10, 14
_LONG = re.compile(r"[^\s\u200b]{25,}")
_BREAK = "\u200b"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of ``level`` 1 to 3; a document has one of level 1, and no level is left out."""

    text: str
    level: Literal[1, 2, 3] = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. ``voice`` is for a customer's own words, ``small`` for notes."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Items:
    """A numbered list; each item is what stands out and its detail (may be empty)."""

    items: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one row of column heads, which comes again on every page that it reaches.

    ``widths`` are shares of the page, ``numeric`` columns are set flush right. Every row has as many cells as ``head``.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    numeric: Sequence[bool]


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing, made by ``render_svg`` or ``render_lanes``, and what it says to who does not see it.

    With ``high_mm`` it is so high (on A4; more on A3) and goes to a new page where less is left. Otherwise, with
    ``fill`` it takes what is left of the page, else the width of the page and its own height.
    """

    svg: str
    alt: str
    fill: bool = True
    high_mm: int | None = None


@dataclass(frozen=True, slots=True)
class NewPage:
    """Begin a new page, unless one has just begun."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What follows, up to the next one, is set in ``count`` columns of about equal height; 1 is the usual page.

    Headings, paragraphs and lists only.
    """

    count: Literal[1, 2, 3]


Block = Heading | Paragraph | Items | Table | Figure | NewPage | Columns
_KINDS: dict[type, str] = {
    Heading: "heading",
    Paragraph: "paragraph",
    Items: "items",
    Table: "table",
    Figure: "figure",
    NewPage: "page",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A document before it is printed: its title, description, language, blocks in reading order; lying or upright."""

    title: str
    description: str
    language: Language
    blocks: Sequence[Block] = field(default_factory=tuple)
    lying: bool = True


def render_pdf(document: Paper, *, size: PaperSize = "a4") -> bytes:
    """Return ``document`` as PDF/UA-1 on A4, A3 or A1 (a poster): tagged, text selectable, fonts embedded as subsets.

    The same document gives the same bytes, wherever and whenever it is printed. Neither files nor the network are
    read, but for the bundled fonts. Characters that these lack are printed as □.
    """
    import typst

    template = (Path(__file__).parent / "paper.typ").read_bytes()
    inputs = {"document": json.dumps(_data(document, size), ensure_ascii=False)}
    with tempfile.TemporaryDirectory() as nothing:  # the root for files, and where packages would be looked for
        compiler = typst.Compiler(
            template,
            root=nothing,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs=inputs,
            package_path=nothing,
            package_cache_path=nothing,
        )
        printed = compiler.compile(format="pdf", pdf_standards=["ua-1"])
    assert isinstance(printed, bytes)
    return printed


@cache
def _fonts() -> Any:
    import typst

    folder = font_files()[0].parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def _data(document: Paper, size: PaperSize) -> dict[str, Any]:
    """Return what the template reads: strings, numbers and lists."""
    sans, more, voice = FAMILIES
    return {
        "title": text_of(document.title) or "Parcours",
        "description": text_of(document.description),
        "author": "Parcours",
        "language": document.language,
        "paper": "a1" if size == "poster" else size,
        "lying": document.lying,
        "fonts": [sans, more],
        "voice": [voice, sans, more],
        "blocks": _nested(document.blocks),
    }


def _nested(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """Return the blocks as the template reads them: those in columns within one block."""
    outer: list[dict[str, Any]] = []
    here = outer
    for block in blocks:
        if isinstance(block, Columns):
            here = [] if block.count > 1 else outer
            if block.count > 1:
                outer.append({"kind": "columns", "count": block.count, "blocks": here})
        else:
            here.append(_block(block))
    return [block for block in outer if block.get("blocks") != []]


def _block(block: Block) -> dict[str, Any]:
    data = asdict(block)
    if isinstance(block, Figure):
        wide, high = svg_size(block.svg)
        data |= {"svg": plain_svg(block.svg), "alt": text_of(block.alt), "ratio": wide / high}
    elif isinstance(block, Table):
        if any(len(row) != len(block.head) for row in (*block.rows, block.widths, block.numeric)):
            raise ValueError("every row of a table needs as many cells as its head")
        data |= {"head": _cells(block.head), "rows": [_cells(row) for row in block.rows]}
    elif isinstance(block, Items):
        data["items"] = [[text_of(words), text_of(detail)] for words, detail in block.items]
    elif isinstance(block, Heading | Paragraph):
        data["text"] = text_of(block.text)
    return data | {"kind": _KINDS[type(block)]}


def text_of(text: str) -> str:
    """Return ``text`` as it is printed: drawable, and French signs kept with their words."""
    return drawable(tidy(text))


def _cells(row: Sequence[str]) -> list[str]:
    """Let words that are longer than a column break inside: names of events have no spaces."""
    return [_LONG.sub(lambda word: _BREAK.join(re.findall(".{1,12}", word[0])), text_of(cell)) for cell in row]
