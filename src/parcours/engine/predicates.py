"""Rules that say which events are meant: names, and conditions over columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from parcours.engine.table import NO_TIME, Bools, Column, EventTable, Int64s, Vocabulary
from parcours.language.errors import UsageError, shorten
from parcours.language.translation import _

Operator = Literal["=", "!=", ">", ">=", "<", "<=", "in", "contains", "starts_with", "known", "unknown"]
Operand = str | float | bool | tuple[str | float, ...] | None
OPERATORS: tuple[Operator, ...] = get_args(Operator)
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
"""What reads as a number in a condition."""

_ORDERINGS: tuple[Operator, ...] = (">", ">=", "<", "<=")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of one property. A missing value satisfies only ``unknown`` (and never ``!=``)."""

    property: str
    operator: Operator
    value: Operand = None


@dataclass(frozen=True, slots=True)
class EventMatch:
    """Events with one of ``names`` (any name when empty) for which every condition of ``where`` holds.

    A name that ends with ``*`` stands for every name that begins so.
    """

    names: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """Events that satisfy at least one of the alternatives."""

    any_of: tuple[EventMatch, ...]


def rule_columns(rule: Rule) -> tuple[str, ...]:
    """Return the properties that ``rule`` reads, each once, in alphabetical order."""
    return tuple(sorted({condition.property for match in rule.any_of for condition in match.where}))


def name_lookup(rule: Rule, names: Vocabulary) -> Bools | None:
    """Return whether ``rule`` matches, by name code; None where a condition makes the name insufficient."""
    if any(match.where for match in rule.any_of):
        return None
    found = np.zeros(len(names), np.bool_)
    for match in rule.any_of:
        found |= _named(match, names)
    return found


def evaluate(rule: Rule, table: EventTable) -> Bools:
    """Return, for every event of ``table``, whether ``rule`` matches it.

    Texts compare exactly, with upper and lower case distinct. A number given for a text property is compared as
    text; a text given for a number, boolean or time property must read as one (times as ISO 8601, UTC unless they
    say otherwise; a date alone stands for its whole UTC day). UsageError: unknown property, or a comparison that
    the property's kind does not have.
    """
    by_name = name_lookup(rule, table.names)
    if by_name is not None:
        return np.take(by_name, table.name) if len(table) else np.zeros(0, np.bool_)
    found = np.zeros(len(table), np.bool_)
    for match in rule.any_of:
        here = np.take(_named(match, table.names), table.name) if len(table) else np.zeros(0, np.bool_)
        for condition in match.where:
            here &= holds(condition, property_column(table, condition.property))
        found |= here
    return found


def property_column(table: EventTable, name: str) -> Column:
    """Return the property ``name`` of ``table``; UsageError with the nearest valid names where there is none."""
    try:
        return table.column(name)
    except KeyError:
        raise UsageError(
            _("The log has no property “{name}”.").format(name=shorten(name)),
            value=name,
            expected=_valid_properties(name, table.properties),
        ) from None


def holds(condition: Condition, column: Column) -> Bools:
    """Return, for every value of ``column``, whether ``condition`` holds."""
    if condition.operator not in OPERATORS:
        raise UsageError(
            _("Unknown comparison “{operator}”.").format(operator=shorten(condition.operator)),
            value=condition.operator,
            expected=_("Use one of: {list}.").format(list=", ".join(OPERATORS)),
        )
    missing = missing_values(column)
    if condition.operator in ("known", "unknown"):
        return missing if condition.operator == "unknown" else ~missing
    found = _TESTS[column.kind](condition, column)
    found &= ~missing
    return found


def missing_values(column: Column) -> Bools:
    """Return where ``column`` has no value."""
    values = column.values
    if column.kind == "number":
        return np.asarray(np.isnan(values), np.bool_)
    return np.asarray(values == NO_TIME if column.kind == "time" else values < 0, np.bool_)


def nearest(word: str, words: Iterable[str], limit: int = 5) -> list[str]:
    """Return up to ``limit`` of ``words`` that a person may have meant by ``word``, likeliest first."""
    from difflib import get_close_matches

    low = word.casefold().strip()
    every = list(words)
    same = [other for other in every if other.casefold() == low]
    within = [other for other in every if low and other not in same and low in other.casefold()]
    if len(every) > _CLOSE_LIMIT:  # difflib is quadratic: on a huge vocabulary compare only what begins alike
        every = [other for other in every if other[:1].casefold() == low[:1]][:_CLOSE_LIMIT]
    by_low: dict[str, str] = {}
    for other in every:
        by_low.setdefault(other.casefold(), other)
    close = [by_low[found] for found in get_close_matches(low, by_low, n=limit, cutoff=0.5)]
    return list(dict.fromkeys([*same, *sorted(within, key=len)[:limit], *close]))[:limit]


_CLOSE_LIMIT = 2_000


def nearest_first(word: str, words: Sequence[str], most: int | None = None) -> str:
    """Say which of ``words`` a person may have meant by ``word``, then which others there are (the first ``most``)."""
    close = nearest(word, words)
    left = [shorten(other, 60) for other in words if other not in close]
    others = ", ".join(left[:most]) + (", …" if most is not None and len(left) > most else "")
    if not close:
        return _("Known: {list}.").format(list=others)
    said = _("Nearest: {list}.").format(list=", ".join(close))
    return f"{said} {_('Others: {list}.').format(list=others)}" if others else said


def quoted(words: Iterable[str]) -> str:
    """Write ``words`` as a list in quotation marks of the current language, each at most 60 characters long."""
    return ", ".join(_("“{word}”").format(word=shorten(word, 60)) for word in words)


def _valid_properties(name: str, properties: Sequence[str]) -> str:
    if not properties:
        return _("It has none beside the person, the time and the name.")
    listed = list(dict.fromkeys([*nearest(name, properties), *properties]))[:12]
    more = ", …" if len(listed) < len(properties) else ""
    return _("It has: {list}.").format(list=quoted(listed) + more)


def _named(match: EventMatch, names: Vocabulary) -> Bools:
    found = np.zeros(len(names), np.bool_)
    if not match.names:
        found[:] = True
    for name in match.names:
        if name.endswith("*"):
            found |= names.beginning(name[:-1])
        elif (code := names.code(name)) is not None:
            found[code] = True
    return found


def _containing(vocabulary: Vocabulary, part: str) -> Bools:
    return np.fromiter((part in word for word in vocabulary.words), np.bool_, len(vocabulary))


def _text(condition: Condition, column: Column) -> Bools:
    vocabulary = column.vocabulary if column.vocabulary is not None else Vocabulary(())
    operator = condition.operator
    if operator in _ORDERINGS:
        raise _wrong_kind(condition, column, _("Texts have no order: use =, !=, in, contains or starts_with."))
    texts = [as_text(value) for value in _operands(condition, column)]
    if operator == "contains":
        lookup = _containing(vocabulary, texts[0])
    elif operator == "starts_with":
        lookup = vocabulary.beginning(texts[0])
    else:
        lookup = np.zeros(len(vocabulary), np.bool_)
        lookup[[code for code in map(vocabulary.code, texts) if code is not None]] = True
    if not len(vocabulary):
        return np.zeros(len(column.values), np.bool_)
    found: Bools = lookup[column.values]  # a missing code (-1) reads the last word here; the caller takes it out again
    return ~found if operator == "!=" else found


def _number(condition: Condition, column: Column) -> Bools:
    right = _("Give a number, such as {property} >= 100.").format(property=condition.property)
    _refuse_text_tests(condition, column, right)

    def read(value: object) -> float:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value == value:
            return float(value)
        if isinstance(value, str) and NUMBER.fullmatch(value.strip()):
            return float(value)
        raise _wrong_kind(condition, column, right)

    return _compare(column.values, condition.operator, [(low, low) for low in map(read, _operands(condition, column))])


def _boolean(condition: Condition, column: Column) -> Bools:
    right = _("Give true or false, such as {property} = true.").format(property=condition.property)
    if condition.operator not in ("=", "!=", "in"):
        raise _wrong_kind(condition, column, right)

    def read(value: object) -> int:
        known = {"true": 1, "false": 0, "1": 1, "0": 0}.get(as_text(value).strip().lower())
        if known is None:
            raise _wrong_kind(condition, column, right)
        return known

    return _compare(column.values, condition.operator, [(low, low) for low in map(read, _operands(condition, column))])


def _time(condition: Condition, column: Column) -> Bools:
    right = _("Give a date or time, such as {property} >= 2024-01-31 or 2024-01-31T09:30:00Z.").format(
        property=condition.property
    )
    _refuse_text_tests(condition, column, right)

    def read(value: object) -> tuple[int, int]:
        try:
            return _instants(str(value).strip()) if isinstance(value, str) else _instants("")
        except ValueError:
            raise _wrong_kind(condition, column, right) from None

    return _compare(column.values, condition.operator, [read(value) for value in _operands(condition, column)])


_TESTS: dict[str, Callable[[Condition, Column], Bools]] = {
    "text": _text,
    "number": _number,
    "boolean": _boolean,
    "time": _time,
}


def _instants(text: str) -> tuple[int, int]:
    """Return the first and last microsecond that ``text`` stands for: one for a time, a whole day for a date."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        moment = datetime.fromisoformat(text)
        start = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH
        return start // _MICROSECOND, start // _MICROSECOND
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - _EPOCH
    return start // _MICROSECOND, (start + timedelta(days=1)) // _MICROSECOND - 1


def _compare(values: npt.NDArray[Any], operator: Operator, spans: Sequence[tuple[float, float]]) -> Bools:
    """Compare ``values`` with the inclusive ``spans`` (one, or several for ``in``) that the operands stand for."""
    if operator in ("=", "!=", "in"):
        found = np.zeros(len(values), np.bool_)
        for low, high in spans:
            found |= (values == low) if low == high else (values >= low) & (values <= high)
        return ~found if operator == "!=" else found
    low, high = spans[0]
    tests = {">": lambda: values > high, ">=": lambda: values >= low, "<": lambda: values < low}
    return np.asarray(tests.get(operator, lambda: values <= high)(), np.bool_)


def _operands(condition: Condition, column: Column) -> tuple[object, ...]:
    value = condition.value
    if condition.operator == "in":
        if isinstance(value, tuple):
            return value
        raise _wrong_kind(
            condition, column, _("Give a list, such as {property} in (a, b).").format(property=condition.property)
        )
    if value is None or isinstance(value, tuple):
        raise _wrong_kind(condition, column, _("Give one value to compare with."))
    return (value,)


def as_text(value: object) -> str:
    """Write an operand as a log writes it: ``true``, ``12`` for 12.0, ``2.5``, and texts as they are."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _refuse_text_tests(condition: Condition, column: Column, right: str) -> None:
    if condition.operator in ("contains", "starts_with"):
        raise _wrong_kind(condition, column, right)


def _wrong_kind(condition: Condition, column: Column, right: str) -> UsageError:
    kinds = {"text": _("text"), "number": _("number"), "boolean": _("true or false"), "time": _("date and time")}
    written = f"{condition.property} {condition.operator} {shorten(_shown(condition.value), 40)}".rstrip()
    return UsageError(
        _("“{condition}” cannot be asked: the property “{property}” is of kind {kind}.").format(
            condition=written, property=condition.property, kind=kinds[column.kind]
        ),
        value=condition.value,
        expected=right,
    )


def _shown(value: Operand) -> str:
    if value is None:
        return ""
    return f"({', '.join(map(as_text, value))})" if isinstance(value, tuple) else as_text(value)


def person_of(table: EventTable, events: Int64s) -> Int64s:
    """Return the index of the person in ``table`` who holds each of ``events`` (positions of the table)."""
    return np.searchsorted(table.offsets, events, side="right").astype(np.int64) - 1


def known_part(rule: Rule, properties: Container[str]) -> Rule:
    """Return what ``rule`` means where only ``properties`` exist: a property that no event has is missing everywhere.

    A condition on it holds only if it asks for ``unknown``; a rule of which nothing is left matches no event.
    """
    left = []
    for match in rule.any_of:
        absent = [condition for condition in match.where if condition.property not in properties]
        if all(condition.operator == "unknown" for condition in absent):
            left.append(replace(match, where=tuple(one for one in match.where if one not in absent)))
    return Rule(tuple(left))
