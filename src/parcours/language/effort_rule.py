"""How a rule for signals of effort is written, and the expression that it becomes.

A pattern is a regular expression over folded text (lower case, no accents, straight apostrophes) in which a space
stands for the gap between two words, a space, an apostrophe or a hyphen; ``~3`` for up to three words of the same
clause; ``≈8`` for up to eight words that may pass a comma; and ``{number}``, ``{span}`` … for the lists in ``LISTS``.
Every repetition is bounded, so that a search takes time in proportion to the length of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

Signal = Literal[
    "chasing", "waiting", "passed_around", "no_answer", "unreachable", "broken_promise", "simple", "fast"
]  # fmt: skip
SIGNALS: tuple[Signal, ...] = get_args(Signal)
EASY: frozenset[Signal] = frozenset(("simple", "fast"))
"""The signals of little effort; the others tell of much."""

GAP = r"[ '-]{1,3}"
_GAP_OR_COMMA = r"[ ',-]{1,3}"
_WORD = r"\w{1,25}"

NOT_PRAISE = r"(?:une?|d une?|l|la|le|les|des|de|du|par|tout|pure?|a|the|for|one|my|this|any|such a)"
"""Words before "simple" that make it mean "mere": a simple question, une simple notice."""

_FRENCH_NUMBER = (
    r"(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|quinze|vingt|trente|quarante|cent|plusieurs|maintes"
    r"|de nombreu\w{1,4}|nombreu\w{1,4}|multiples|\d{1,3})"
)
_NUMBER = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|thirty|forty|several|many|multiple|countless"
    r"|numerous|dozens of|\d{1,3})"
)
LISTS = {
    "nombre": _FRENCH_NUMBER,
    "number": _NUMBER,
    "duree": rf"(?:plus d )?(?:une?|des|{_FRENCH_NUMBER}) (?:minutes?|min|mn|heures?|h|jours?|semaines?|mois|ans?)",
    "jours": rf"(?:plus de )?(?:des|{_FRENCH_NUMBER}) (?:heures|jours|semaines|mois)",
    "span": rf"(?:over |more than )?(?:an?|one|another|{_NUMBER}) ~1 (?:minutes?|mins?|hours?|days?|weeks?|months?"
    r"|years?)",
    "days": rf"(?:over |more than |another )?{_NUMBER} (?:hours|days|weeks|months|years)",
    "oblige": r"(?:du|faut|fallait|fallu|faille|falloir|devoir|oblige\w{0,2} (?:de|d)|forcee?s? (?:de|d|a)"
    r"|contraint\w{0,2} (?:de|d|a))",
    "must": r"(?:had|have|having|has|forced|obliged|got) to",
    "nth_fr": r"(?:deuxieme|seconde?|troisieme|quatrieme|cinquieme|sixieme|dixieme"
    r"|enieme|nieme|\d{1,2}(?: )?(?:e|eme|ieme|nde?))",
    "nth": r"(?:second|third|fourth|fifth|sixth|tenth|umpteenth|\d{1,2}(?:nd|rd|th))",
}  # fmt: skip
"""What stands for many words in a pattern. Lists may hold gaps too."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Words that tell of ``signal``: ``pattern``, with a comment that it catches and perhaps one that it leaves.

    ``before`` and ``after`` are patterns of words beside the match, in the same clause, that take the meaning away.
    ``negatable`` is False where a negation is part of the pattern itself, so that none before it counts.
    """

    signal: Signal
    pattern: str
    caught: str
    left: str = ""
    before: str = ""
    after: str = ""
    negatable: bool = True


def expression(pattern: str) -> str:
    """Turn the words of a pattern into a regular expression."""
    for name, words in LISTS.items():
        pattern = pattern.replace("{" + name + "}", f"(?:{words})")
    pattern = re.sub(r" ~(\d) ", lambda most: f"(?:{GAP}{_WORD}){{0,{most[1]}}}_gap_", pattern)
    pattern = re.sub(r" ≈(\d) ", lambda most: f"(?:{_GAP_OR_COMMA}{_WORD}){{0,{most[1]}}}_comma_", pattern)
    return _spaces(pattern).replace("_gap_", GAP).replace("_comma_", _GAP_OR_COMMA)


def _spaces(pattern: str) -> str:
    """Put the gap between words for each space that is not inside a class such as ``[ '-]``."""
    parts = re.split(r"(\[[^\]]*\])", pattern)
    return "".join(part if part.startswith("[") else part.replace(" ", GAP) for part in parts)
