"""Typesetting for pictures without a browser: paragraphs of mixed styles, broken into lines by measured widths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from parcours.picture.typeface import Style, prose, soften, tidy, width, wrap


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one style. ``colour`` is a token of the style sheet."""

    text: str
    style: Style
    colour: str = "ink"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Runs set one after another; ``leading`` px from line to line, ``before`` px above, ``indent`` px from the left.

    ``icon``, ``pins`` and ``stop`` (a stage's number in its square) stand in the indent, beside the first line.
    ``draw`` gives, for a width in px, a drawing as high as ``leading`` that stands there instead of the runs.
    """

    runs: tuple[Run, ...]
    leading: float
    before: float = 0
    indent: float = 0
    icon: str | None = None
    pins: tuple[int, ...] = ()
    stop: int | None = None
    draw: Callable[[float], str] | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Set text: its SVG and its height in px."""

    svg: str
    height: float


def line(text: str, style: Style, colour: str = "ink", before: float = 0, leading: float | None = None) -> Paragraph:
    """Return a paragraph of a single style."""
    return Paragraph((Run(text, style, colour),), leading or round(style.size * 1.32, 1), before)


def set_text(paragraphs: Sequence[Paragraph], x: float, y: float, limit: float, prefix: str) -> Block:
    """Set paragraphs in a column of ``limit`` px whose top left corner is at ``x``, ``y``."""
    out, down = "", 0.0
    for paragraph in paragraphs:
        down += paragraph.before
        left = x + paragraph.indent
        if paragraph.draw is not None:
            drawing = paragraph.draw(limit - paragraph.indent)
            out += f'<g transform="translate({left:.1f} {y + down:.1f})">{drawing}</g>'
            down += paragraph.leading
            continue
        first = y + down + paragraph.leading * 0.76
        out += _beside(paragraph, x, first, prefix)
        for words in _lines(paragraph, limit - paragraph.indent):
            base = y + down + paragraph.leading * 0.76
            out += f'<text x="{left:.1f}" y="{base:.1f}" xml:space="preserve">{"".join(map(_span, words))}</text>'
            down += paragraph.leading
    return Block(out, down)


def _lines(paragraph: Paragraph, limit: float) -> list[list[Run]]:
    """Fill lines word by word; a word that is wider than a line is cut."""
    lines: list[list[Run]] = [[]]
    used = 0.0
    for run in paragraph.runs:
        for word in soften(tidy(run.text), run.style, limit).split(" "):
            if not word:
                continue
            space = width(" ", run.style) if lines[-1] else 0.0
            for part in _parts(word, run.style, limit):
                wide = width(part, run.style)
                if lines[-1] and used + space + wide > limit:
                    lines.append([])
                    used, space = 0.0, 0.0
                lines[-1].append(Run(part, run.style, run.colour))
                used += space + wide
    return [words for words in lines if words]


def _parts(word: str, style: Style, limit: float) -> list[str]:
    if width(word, style) <= limit:
        return [word.replace("\u00ad", "")]
    return wrap(word, style, limit)


def _span(run: Run) -> str:
    style = run.style
    family = ' class="serif"' if style.family == "voice" else ""
    stretch = f' font-stretch="{style.stretch:g}%"' if style.stretch != 100 and style.family == "sans" else ""
    return (
        f'<tspan{family} font-size="{style.size:g}" font-weight="{style.weight}"{stretch} '
        f'fill="var(--{run.colour})">{prose(run.text)} </tspan>'
    )


def _beside(paragraph: Paragraph, x: float, base: float, prefix: str) -> str:
    out = ""
    if paragraph.icon is not None:
        href = escape(f"#{prefix}{paragraph.icon}")
        out += (
            f'<use href="{href}" class="pen" stroke="var(--{paragraph.runs[0].colour})" x="{x:.1f}" '
            f'y="{base - 12:.1f}" width="15" height="15"/>'
        )
    if paragraph.stop is not None:
        out += f'<rect class="stop" x="{x + 1:.1f}" y="{base - 16:.1f}" width="21" height="21" rx="3"/>'
        out += (
            f'<text x="{x + 11.5:.1f}" y="{base - 1:.1f}" text-anchor="middle" font-size="12.5" font-weight="650" '
            f'fill="var(--carte)">{paragraph.stop}</text>'
        )
    for place, pin in enumerate(paragraph.pins):
        down = base + 20 * place + (12 if paragraph.icon is not None else 19 if paragraph.stop is not None else -4.5)
        across = x + (11.5 if paragraph.stop is not None else 8)
        out += (
            f'<g transform="translate({across:.1f} {down:.1f})"><circle class="pin-dot" r="9"/>'
            f'<text class="pin-text" y="4">{pin}</text></g>'
        )
    return out
