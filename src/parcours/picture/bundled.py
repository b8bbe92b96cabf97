"""The picture for programs that know only the fonts they are given: PNG and PDF, alike on every machine."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from parcours.language.errors import ParcoursError
from parcours.language.translation import _
from parcours.picture.typeface import FONTS

FAMILIES = ("Instrument Sans", "Instrument Sans More", "Newsreader")
UNDRAWN = "□"
"""Stands for a character that none of the fonts has: a stroke too many is seen, a hole would not be."""

_NAMES = ("sans.ttf", "more.ttf", "voice.ttf")
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_FACE = re.compile(r"@font-face\{[^}]*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SIZE = re.compile(r'<svg[^>]* width="(\d+)" height="(\d+)"')
_TAG = re.compile(r"<(/?)([a-z]\w*)([^<>]*?)(/?)>", re.IGNORECASE)
_WEIGHT, _STRETCH = re.compile(r"font-weight:\s*(\d+)"), re.compile(r"font-stretch:\s*([\d.]+)%")
_ATTRIBUTES = {name: re.compile(rf'{name}="([^"]*)"') for name in ("class", "font-weight", "font-stretch")}


def font_files() -> list[Path]:
    """Return the font files that PNG and PDF are drawn with."""
    files = [FONTS / name for name in _NAMES]
    if not all(file.exists() for file in (*files, FONTS / "drawn.txt")):
        raise ParcoursError(
            _("The fonts of the picture have not been gathered."), expected=_("In a source checkout: make assets.")
        )
    return files


@cache
def _drawn() -> frozenset[str]:
    font_files()
    return frozenset((FONTS / "drawn.txt").read_text("utf-8"))


def drawable(text: str) -> str:
    """Return ``text`` with ``UNDRAWN`` for each character that the fonts lack, and without invisible ones.

    Letters and accents that come apart are joined (NFC); every kind of blank but the no-break ones is a space.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_drawable(char) for char in unicodedata.normalize("NFC", text))


@cache
def _drawable(char: str) -> str:
    if char in _drawn():
        return char
    kind = unicodedata.category(char)
    if kind in ("Zs", "Zl", "Zp", "Cc"):
        return " "
    return "" if kind in ("Cf", "Mn", "Me", "Cs") else UNDRAWN


def svg_size(svg: str) -> tuple[int, int]:
    """Return width and height in px of a static SVG of ours."""
    found = _SIZE.search(svg)
    if found is None:
        raise ValueError("an SVG without width and height")
    return int(found[1]), int(found[2])


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a rule of the style sheet says about letters: ``tag`` and ``classes`` it wants (None: says nothing)."""

    tag: str
    classes: frozenset[str]
    weight: str | None
    stretch: str | None


def plain_svg(svg: str) -> str:
    """Return a static SVG of ours for an engine without a browser's knowledge of variable fonts.

    Its embedded fonts go, weight and width are written out as font variations on every text, and characters
    that the bundled fonts lack become ``UNDRAWN``.
    """
    style = _STYLE.search(svg)
    rules = list(_rules(_FACE.sub("", style[1]))) if style else []
    held: list[tuple[str, str]] = [("400", "100")]

    def varied(match: re.Match[str]) -> str:
        closing, tag, attributes, empty = match.groups()
        if closing:
            held.pop()
            return match[0]
        weight, stretch = _letters(tag, attributes, rules, held[-1])
        if not empty:
            held.append((weight, stretch))
        if tag not in ("text", "tspan"):
            return match[0]
        return f"<{tag}{attributes} style=\"font-variation-settings:'wght' {weight},'wdth' {stretch}\"{empty}>"

    return drawable(_TAG.sub(varied, _FACE.sub("", svg)))


def _letters(tag: str, attributes: str, rules: list[_Rule], inherited: tuple[str, str]) -> tuple[str, str]:
    given = {name: found[1] for name, form in _ATTRIBUTES.items() if (found := form.search(attributes))}
    weight = given.get("font-weight", inherited[0])
    stretch = given.get("font-stretch", inherited[1]).rstrip("%")
    classes = set(given.get("class", "").split())
    for rule in rules:
        if rule.tag in ("", tag) and rule.classes <= classes:
            weight, stretch = rule.weight or weight, rule.stretch or stretch
    return weight, stretch


def _rules(style: str) -> Iterator[_Rule]:
    """Yield the rules that change letters; those that name more classes come last, as they win."""
    found = []
    for selectors, declarations in _RULE.findall(style):
        weight, stretch = _WEIGHT.search(declarations), _STRETCH.search(declarations)
        if weight is None and stretch is None:
            continue
        for selector in selectors.split(","):
            tag, *classes = selector.strip().split(".")
            if " " not in selector.strip():
                found.append(_Rule(tag, frozenset(classes), weight and weight[1], stretch and stretch[1]))
    yield from sorted(found, key=lambda rule: len(rule.classes))
