"""What the cells of the picture say, as paragraphs of a slide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from parcours.language.formats import number
from parcours.language.translation import _
from parcours.picture.model import MapPicture, Verdict
from parcours.picture.setting import Paragraph
from parcours.picture.slides.words import Para, Run
from parcours.picture.typeface import Style, tidy

SMALLEST = 11.0
_SIGNS = {
    "kept": "✓", "missed": "✕", "unknown": "○", "late": "◷", "drift": "↔", "missing": "◌", "adhoc": "+",
    "failing": "△", "out_of_sequence": "⇄", "split": "↕",
}  # fmt: skip
"""Each verdict and deviation has a shape beside its word; these stand in the symbol fonts of every system."""
VERDICTS: Mapping[Verdict, tuple[str, str]] = {
    "kept": ("tenu", "✓"), "missed": ("rompu", "✕"), "unknown": ("ink-2", "○"),
}  # fmt: skip
"""The colour and the sign of each verdict."""


def told(paragraphs: Sequence[Paragraph], scale: float = 1.0) -> list[Para]:
    """Return the words of a cell; what is drawn in it is drawn elsewhere."""
    return [_para(one, scale) for one in paragraphs if one.draw is None and one.runs]


def _para(one: Paragraph, scale: float) -> Para:
    runs = [Run(tidy(run.text), _style(run.style, scale), run.colour) for run in one.runs]
    if one.icon in _SIGNS:
        runs.insert(0, replace(runs[0], text=_SIGNS[one.icon]))
    spaced = [replace(run, text=run.text + " ") if place + 1 < len(runs) else run for place, run in enumerate(runs)]
    leading = max(run.style.size for run in runs) * 1.28
    return Para(tuple(spaced), round(leading, 2), round(one.before * scale, 1))


def _style(style: Style, scale: float) -> Style:
    size = max(SMALLEST, round(style.size * scale, 1))
    return Style(size, 700 if style.weight >= 550 else 400, 100, style.family)


def about(picture: MapPicture) -> str:
    """Say whose map it is."""
    return f"{picture.title} · {picture.subtitle}" if picture.subtitle else picture.title


def spoken(picture: MapPicture, sentences: Sequence[str]) -> str:
    """Return the notes of a slide: what it shows, then how its numbers are to be read."""
    parts = [sentence for sentence in sentences if sentence]
    if picture.notes:
        parts += ["", _("How to read these numbers."), *picture.notes]
    return "\n".join(parts)


def paged(title: str, page: int, pages: int) -> str:
    """Return a title with its page, where there are several."""
    if pages == 1:
        return title
    return _("{title} ({page} of {pages})").format(title=title, page=number(page), pages=number(pages))
