"""The picture's two fonts: embedded as data, and measured so that text wraps before it can overflow.

Without the gathered fonts (a source checkout before ``make assets``) the reader's own fonts are used and widths come
from a cautious table: text then wraps a little early, never too late.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Literal

Family = Literal["sans", "voice"]

FONTS = Path(__file__).parent / "fonts"
SANS_STACK = '"Instrument Sans", "PT Sans", "Segoe UI", system-ui, sans-serif'
VOICE_STACK = '"Newsreader", "PT Serif", Georgia, "DejaVu Serif", serif'
SOFT_HYPHEN = "\u00ad"
NO_BREAK = "\u00a0\u202f"
_LATIN = "unicode-range:U+20-17F,U+2010-2027"
_STAND_INS = (
    '@font-face{font-family:"Sans of the reader";src:local("Arial"),local("Liberation Sans"),local("Roboto");'
    f"size-adjust:101.6%;{_LATIN}}}"
    '@font-face{font-family:"Voice of the reader";font-style:italic;src:local("Times New Roman Italic"),'
    f'local("Liberation Serif Italic");size-adjust:98.9%;{_LATIN}}}'
    f'@font-face{{font-family:"Wide sans of the reader";src:local("DejaVu Sans");size-adjust:89%;{_LATIN}}}'
    '@font-face{font-family:"Wide voice of the reader";font-style:italic;src:local("DejaVu Serif Italic"),'
    f'local("DejaVu Serif");size-adjust:76.7%;{_LATIN}}}'
)
"""Their widths, as measured on a paragraph of each language, are brought to those of ours. The wide ones are all that
many a Linux has."""
_CAUTIOUS = 0.62
_CAUTIOUS_OTHER = 1.05
_FRENCH_SPACE = re.compile(r"(?<=[«≤≥<>±×]) | (?=[»:;?!%€])")
_VOWELS = frozenset("aeiouyàâäéèêëîïôöùûüœæ")


def tidy(text: str) -> str:
    """Return ``text`` with no line break before French double signs, inside guillemets, and after a sign of size."""
    return _FRENCH_SPACE.sub("\u00a0", text)


def prose(text: str) -> str:
    """Return ``text`` tidied and escaped for HTML."""
    return escape(tidy(text))


def css_string(text: str) -> str:
    """Return ``text`` as a string of a style sheet, which nothing in it can end."""
    escaped = "".join(char if char.isalnum() or char in " -,.’" else f"\\{ord(char):x} " for char in tidy(text))
    return f'"{escaped}"'


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set: ``size`` in px, ``weight`` 400..700, ``stretch`` 75..100 percent of normal width."""

    size: float
    weight: int = 400
    stretch: float = 100
    family: Family = "sans"


@cache
def _advances(family: Family) -> dict[str, list[float]]:
    path = FONTS / "advances.json"
    if not path.exists():
        return {}
    table: dict[str, list[float]] = json.loads(path.read_text("utf-8"))[family]["advances"]
    return table


@cache
def _ems(family: Family, weight: int, stretch: float) -> dict[str, float]:
    """Return the width in em of every known character, between the four corners of the font's design space."""
    across = (min(max(stretch, 75), 100) - 75) / 25
    heavy = (min(max(weight, 400), 700) - 400) / 300
    found: dict[str, float] = {}
    for char, known in _advances(family).items():
        if len(known) == 1:
            found[char] = known[0]
            continue
        narrow = known[0] + (known[1] - known[0]) * heavy
        normal = known[2] + (known[3] - known[2]) * heavy
        found[char] = narrow + (normal - narrow) * across
    return found | {SOFT_HYPHEN: 0.0}


def _unknown_em(char: str) -> float:
    return _CAUTIOUS_OTHER if ord(char) > 0x2E80 or char in "MWmw%—…" else _CAUTIOUS


def width(text: str, style: Style) -> float:
    """Return the width of one line of ``text`` in px, without kerning (which only ever makes it shorter here)."""
    ems = _ems(style.family, style.weight, style.stretch)
    try:
        return sum([ems[char] for char in text]) * style.size
    except KeyError:
        return sum(ems[char] if char in ems else _unknown_em(char) for char in text) * style.size


def wrap(text: str, style: Style, limit: float) -> list[str]:
    """Break ``text`` into lines of at most ``limit`` px, at spaces, at soft hyphens, and inside a word at last."""
    lines: list[str] = []
    line = ""
    for word in text.replace("\n", " ").split(" "):
        if not word:
            continue
        longer = f"{line} {word}" if line else word
        if width(longer, style) <= limit:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _split(word, style, limit)
        lines.extend(full)
    return [part.replace(SOFT_HYPHEN, "") for part in [*lines, line] if part]


def _split(word: str, style: Style, limit: float) -> list[str]:
    """Cut a word that is wider than a line, with a hyphen where it may be hyphenated."""
    parts: list[str] = []
    while width(word, style) > limit and len(word) > 1:
        fits = 1
        while fits < len(word) and width(word[: fits + 1] + "-", style) <= limit:
            fits += 1
        soft = word.rfind(SOFT_HYPHEN, 1, fits + 1)
        if soft > 0:
            parts.append(word[:soft] + "-")
            word = word[soft + 1 :]
        else:
            parts.append(word[:fits])
            word = word[fits:]
    return [*parts, word]


def shorten(text: str, style: Style, limit: float) -> str:
    """Return ``text`` on one line of at most ``limit`` px, ended by an ellipsis where it had to be cut."""
    if width(text, style) <= limit:
        return text
    while text and width(text + "…", style) > limit:
        text = text[:-1]
    return text.rstrip() + "…"


def soften(text: str, style: Style, limit: float) -> str:
    """Put soft hyphens into the words of ``text`` that are wider than ``limit`` px, between syllables as heard."""
    if not text or width(max(text.split(" "), key=len), style) <= limit:
        return text
    return " ".join(_syllables(word) if width(word, style) > limit else word for word in text.split(" "))


def _syllables(word: str) -> str:
    """Break after a vowel that a consonant and a vowel follow: right for nearly all French, fair for English."""
    low = word.lower()
    out = ""
    for place, char in enumerate(word):
        out += char
        opens = 2 <= place < len(word) - 3 and low[place] in _VOWELS and low[place + 1].isalpha()
        if opens and low[place + 1] not in _VOWELS and low[place + 2] in _VOWELS:
            out += SOFT_HYPHEN
    return out


@cache
def font_faces() -> str:
    """Return the ``@font-face`` rules with the fonts as data, or nothing where they have not been gathered.

    A browser lays a page out before it has read them: for that moment the reader's own fonts stand in for ours, as
    wide as ours, so that nothing moves afterwards.
    """
    sans = _face("sans", "Instrument Sans", "font-weight:400 700;font-stretch:75% 100%")
    return sans + _face("voice", "Newsreader", "font-style:italic") + (_STAND_INS if sans else "")


def _face(name: Family, family: str, more: str) -> str:
    path = FONTS / f"{name}.woff2"
    if not path.exists():
        return ""
    data = b64encode(path.read_bytes()).decode("ascii")
    source = f"url(data:font/woff2;base64,{data}) format('woff2')"
    return f'@font-face{{font-family:"{family}";{more};src:{source}}}'
