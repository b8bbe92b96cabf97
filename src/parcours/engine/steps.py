"""Steps as people type them: an event name, or names with conditions."""

from __future__ import annotations

import re

from parcours.engine.predicates import NUMBER, Condition, EventMatch, Operand, Operator, Rule, nearest, quoted
from parcours.engine.table import Vocabulary
from parcours.language.errors import UsageError, shorten
from parcours.language.translation import _

_QUOTES = {'"': '"', "'": "'", "“": "”", "«": "»"}
_SYMBOLS: tuple[Operator, ...] = (">=", "<=", "!=", "=", ">", "<")
_WORDS: tuple[tuple[str, Operator], ...] = (
    ("starts with", "starts_with"),
    ("starts_with", "starts_with"),
    ("contains", "contains"),
    ("in", "in"),
    ("is known", "known"),
    ("is unknown", "unknown"),
    ("known", "known"),
    ("unknown", "unknown"),
)


def parse_step(text: str, names: Vocabulary) -> Rule:
    """Read one step of a question.

    An event name that the log has is taken exactly as it is. Otherwise alternatives are separated by ``|``, and each
    is ``NAME`` or ``NAME where PROPERTY OPERATOR VALUE and …``. A name ending in ``*`` stands for every name that
    begins so. Operators: ``= != > >= < <= contains``, ``starts with``, ``known``, ``unknown``, ``in (a, b)``.
    Quotes ("…", '…', “…”, «…») around a name, property or value keep ``|``, ``where``, ``and`` and commas in it.

    UsageError: a name that the log does not have (the nearest ones are listed), or a condition that cannot be read.
    """
    if names.code(text) is not None:
        return Rule((EventMatch((text,)),))
    return Rule(tuple(_alternative(part.strip(), names, text) for part in _split(text, "|")))


def unknown_name(word: str, names: Vocabulary) -> UsageError:
    """Make the error for an event name that the log does not have, with the nearest names it has."""
    close = nearest(word, names.words)
    if not len(names):
        right = _("It has no event at all.")
    elif len(names) <= _ALL_NAMES:
        right = _("It has: {list}.").format(list=quoted(list(dict.fromkeys([*close, *names.words]))))
    elif close:
        right = _("Did you mean: {list}?").format(list=quoted(close))
    else:
        right = _("It has {count} names, such as: {list}.").format(
            count=len(names), list=quoted([names.words[code] for code in range(5)])
        )
    return UsageError(_("The log has no event named “{name}”.").format(name=shorten(word)), value=word, expected=right)


_ALL_NAMES = 12


def _alternative(text: str, names: Vocabulary, step: str) -> EventMatch:
    pieces = _split(f"{text} ", " where ")
    for cut in range(len(pieces), 0, -1):  # a name may itself hold “ where ”: the longest one that is known wins
        name = _unquoted(" where ".join(pieces[:cut]))
        if _exists(name, names):
            rest = " where ".join(pieces[cut:])
            conditions = _split(f"{rest} ", " and ") if cut < len(pieces) else []
            return EventMatch((name,), tuple(_condition(each.strip(), step) for each in conditions))
    if not text:
        raise UsageError(
            _("The step “{step}” names no event.").format(step=shorten(step)), value=step, expected=_step_form()
        )
    raise unknown_name(_unquoted(pieces[0]), names)


def _exists(name: str, names: Vocabulary) -> bool:
    if names.code(name) is not None:
        return True
    return name.endswith("*") and any(word.startswith(name[:-1]) for word in names.words)


def _condition(text: str, step: str) -> Condition:
    name, rest = _property(text)
    low = rest.lower()
    for symbol in _SYMBOLS:
        if name and rest.startswith(symbol) and rest[len(symbol) :].strip():
            return Condition(name, symbol, _value(symbol, rest[len(symbol) :].strip()))
    for word, operator in _WORDS:
        if not name or not re.match(rf"{word}(\W|$)", low):
            continue
        value = rest[len(word) :].strip()
        if operator in ("known", "unknown"):
            if not value:
                return Condition(name, operator)
        elif operator == "in":
            if value.startswith("(") and value.endswith(")"):
                return Condition(name, operator, tuple(_unquoted(item) for item in _split(value[1:-1], ",")))
        elif value:
            return Condition(name, operator, _unquoted(value))
    raise UsageError(
        _("The condition “{condition}” of the step “{step}” cannot be read.").format(
            condition=shorten(text, 60), step=shorten(step)
        ),
        value=text,
        expected=_step_form(),
    )


def _property(text: str) -> tuple[str, str]:
    """Split a condition into its property and the rest, which begins with the operator."""
    if text[:1] in _QUOTES and (end := text.find(_QUOTES[text[0]], 1)) > 0:
        return text[1:end].strip(), text[end + 1 :].strip()
    words = "|".join(word for word, _operator in _WORDS)
    found = re.search(rf"\s*(>=|<=|!=|=|>|<)|\s+({words})(?=\W|$)", text, re.IGNORECASE)
    if found is None:
        return "", text
    return text[: found.start()].strip(), text[found.start() :].strip()


def _value(operator: Operator, text: str) -> Operand:
    """Keep texts for equality (the property's kind decides how to read them); numbers for an order."""
    if operator not in ("=", "!=") and NUMBER.fullmatch(text):
        return float(text)
    return _unquoted(text)


def _unquoted(text: str) -> str:
    bare = text.strip()
    if len(bare) >= 2 and _QUOTES.get(bare[0]) == bare[-1]:
        return bare[1:-1].strip() if bare[0] == "«" else bare[1:-1]
    return bare


def _split(text: str, separator: str) -> list[str]:
    """Split at ``separator`` (any case) outside quotes and parentheses.

    An apostrophe inside a word (l'offre) opens no quotation, and a quote that never closes is an ordinary sign.
    """
    parts: list[str] = []
    start = at = depth = 0
    while at < len(text):
        sign = text[at]
        opens = sign in _QUOTES and (at == 0 or not text[at - 1].isalnum())
        if opens and (end := text.find(_QUOTES[sign], at + 1)) > 0:
            at = end + 1
        elif depth == 0 and text[at : at + len(separator)].lower() == separator:
            parts.append(text[start:at])
            at = start = at + len(separator)
        else:
            depth = max(0, depth + (sign == "(") - (sign == ")"))
            at += 1
    return [*parts, text[start:]]


def _step_form() -> str:
    return _(
        "Write an event name, or: NAME | NAME, or: NAME where PROPERTY = VALUE and PROPERTY >= NUMBER "
        "(also !=, >, <, <=, contains, starts with, known, unknown, in (a, b))."
    )
