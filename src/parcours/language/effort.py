"""Signals of effort in a comment, French or English, by rules that can be read, with the words that show each.

Rules of both languages are tried on every comment: which language it is written in need not be known. What a rule
catches counts unless words of the same clause take it back: a negation ("sans relancer", "no need to chase"), a
fear that did not come true, a wish or a request. ``docs/reference/effort.md`` says how often that is right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from parcours.language.effort_rule import EASY, GAP, SIGNALS, Rule, Signal, expression

__all__ = ["EASY", "SIGNALS", "EffortMark", "Signal", "find_effort", "mark_words"]

_WINDOW = 90
"""Characters before a match in which words may take its meaning back."""
_WORDS = rf"(?:{GAP}\w{{1,25}})"

_HARD_NEGATION = (
    r"(?:pas|jamais|aucun\w{0,2}|sans|ni|inutile|zero|peu d|eviter?|evite|au lieu|plutot"
    r"|craignais|craignait|redoutais|peur|dois[ -]je|devons[ -]nous|est[ -]ce que je dois"
    r"|not|no|never|without|nobody|none|neither|nor|cannot|instead|rather|avoid\w{0,3}|unlike|afraid|feared|dreaded"
    r"|worried|should i|shall i|should we|(?:do|did|does|was|were|is|are|have|has|had|ca|wo|would|could|need)n'?t)"
)
_NO_NEGATION = (
    r"(?:normal\w{0,2}|acceptable|admissible|tolerable|content\w{0,2}|satisfait\w{0,2}|serieux|arrete\w{0,2}|cesse\w{0,2}"
    r"|vu|moins de|seulement|arret|explication|good|ok|happy|fair|right|stop\w{0,4}|only|less|fewer|ending|surprised)"
)
_EASY_NEGATION = (
    r"(?:pas|jamais|rien|aucun\w{0,2}|sans|ni|peu|guere|loin|manque\w{0,3}|trop|moins|aurait|auraient|aurais|pourrait|pourraient"
    r"|devrait|devraient|faudrait|serait|gagnerait|faire|pourquoi|espere|esperons|souhait\w{1,6}|voudrais|aimerais|veuillez"
    r"|merci de|merci d|besoin|\w{2,15}ez(?:[ -]moi|[ -]nous|[ -]le|[ -]la)"
    r"|not|no|never|nothing|without|neither|nor|hardly|less|lack\w{0,3}|far from|too|could|should|would|might"
    r"|hope\w{0,3}|please|need|make it|take it|want\w{0,2}|(?:do|did|does|was|were|is|are|have|has|ca|wo)n'?t)"
)
_HARD = re.compile(rf"\b({_HARD_NEGATION})\b(?!{GAP}{_NO_NEGATION}\b){_WORDS}{{0,5}}[ '-]{{0,3}}$")
_EASY = re.compile(rf"\b({_EASY_NEGATION})\b{_WORDS}{{0,3}}[ '-]{{0,3}}$")
_NOTHING_WITHOUT = re.compile(
    r"\b(?:rien|pas|jamais|impossible|not|nothing|never|nobody|\w{2,5}n't)\b.*\b(?:sans|without)\b"
)
_NEVER_SO = re.compile(rf"{_WORDS}{{0,3}}{GAP}(?:aussi|si|autant|so|this|that|as)(?:{GAP}(?:long|much)\w{{0,6}})?\b")
_HARD_CLAUSE = re.compile(r"[.!?;:,()\n…]|\b(?:mais|but)\b")
_ASKED = re.compile(r"[^.!?;:\n]{0,80}\?")
"""The rest of a question: whether something was easy is asked there, not said."""
_EASY_CLAUSE = re.compile(r"[.!?;:,()\n…]|\b(?:mais|but|et|and)\b")


@dataclass(frozen=True, slots=True)
class EffortMark:
    """``signal`` shows in the words of a comment from ``start`` to before ``end``, both counted in characters."""

    signal: Signal
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: Rule
    words: re.Pattern[str]
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None


def find_effort(text: str) -> tuple[EffortMark, ...]:
    """Return the signals of effort in ``text``, by place and then in the order of ``SIGNALS``.

    Marks of one signal never overlap: where several rules meet, one mark covers all their words.
    """
    folded, places = _fold(text)
    found: dict[Signal, list[tuple[int, int]]] = {}
    for compiled in _rules():
        for start, end in _matches(compiled, folded):
            found.setdefault(compiled.rule.signal, []).append((places[start], places[end - 1] + 1))
    marks = [EffortMark(signal, *span) for signal, spans in found.items() for span in _joined(spans)]
    return tuple(sorted(marks, key=lambda mark: (mark.start, SIGNALS.index(mark.signal))))


def mark_words(text: str, marks: Sequence[EffortMark], opening: str = "[", closing: str = "]") -> str:
    """Return ``text`` with the words of ``marks`` between ``opening`` and ``closing``."""
    told, at = [], 0
    for start, end in _joined([(mark.start, mark.end) for mark in marks]):
        told += [text[at:start], opening, text[start:end], closing]
        at = end
    return "".join([*told, text[at:]])


def _matches(compiled: _Compiled, folded: str) -> Iterator[tuple[int, int]]:
    rule = compiled.rule
    easy = rule.signal in EASY
    for match in compiled.words.finditer(folded):
        before, after = _clause_before(folded, match.start(), easy), folded[match.end() : match.end() + _WINDOW]
        if easy and _ASKED.match(folded, match.end(), match.end() + _WINDOW):
            continue
        if compiled.before is not None and compiled.before.search(before):
            continue
        if compiled.after is not None and compiled.after.match(after):
            continue
        if rule.negatable and _is_negated(before, after, easy):
            continue
        yield match.span()


def _clause_before(folded: str, start: int, easy: bool) -> str:
    window = folded[max(0, start - _WINDOW) : start]
    ends = [end.end() for end in (_EASY_CLAUSE if easy else _HARD_CLAUSE).finditer(window)]
    return window[ends[-1] :] if ends else window


def _is_negated(before: str, after: str, easy: bool) -> bool:
    negation = (_EASY if easy else _HARD).search(before)
    if negation is None:
        return False
    if easy:
        return True
    if negation[1] in ("jamais", "never") and _NEVER_SO.match(after):
        return False
    return not _NOTHING_WITHOUT.search(before)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _fold(text: str) -> tuple[str, Sequence[int]]:
    """Return ``text`` in plain small letters, and for each of these its place in ``text``."""
    if text.isascii():
        return text.lower().replace("\t", " "), range(len(text))
    letters, places = [], []
    for place, letter in enumerate(text):
        plain = _plain(letter)
        if plain:
            letters.append(plain)
            places.append(place)
    return "".join(letters), places


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    """Return one plain small letter for ``letter``, nothing for an accent that stands alone."""
    if letter in "’‘ʼ`´":
        return "'"
    if letter in "‐‑–—":
        return "-"
    if letter == "…":
        return "."
    if unicodedata.combining(letter):
        return ""
    plain = unicodedata.normalize("NFKD", letter)[0].lower()[:1]
    return {"œ": "o", "æ": "a"}.get(plain, " " if plain.isspace() and plain != "\n" else plain)


@cache
def _rules() -> tuple[_Compiled, ...]:
    from parcours.language.effort_english import ENGLISH
    from parcours.language.effort_french import FRENCH

    return tuple(
        _Compiled(
            rule,
            re.compile(rf"\b(?:{expression(rule.pattern)})\b"),
            re.compile(rf"\b(?:{expression(rule.before)})[ '-]{{0,3}}$") if rule.before else None,
            re.compile(rf"[ ',-]{{1,3}}(?:{expression(rule.after)})\b") if rule.after else None,
        )
        for rule in (*FRENCH, *ENGLISH)
    )
