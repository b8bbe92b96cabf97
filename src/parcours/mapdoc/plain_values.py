"""The small parts of a document, from plain data and back: texts, numbers, days, lengths of time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from parcours.mapdoc.text import LanguageCode, Text

Plain = Mapping[str, Any]
LARGEST_WHOLE_NUMBER = 2**53
"""Beyond this a log keeps whole numbers as text, because a float cannot tell them apart."""
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


@dataclass(frozen=True, slots=True)
class TextForm:
    """How texts stand in a document: one plain string is in ``language``, anything else names its languages."""

    language: LanguageCode

    def read(self, value: str | Plain) -> Text:
        """Return the text that ``value`` is."""
        return Text({self.language: value} if isinstance(value, str) else dict(value))

    def read_field(self, holder: Plain, field: str) -> Text | None:
        """Return the text in ``field``, None where it is not given."""
        return self.read(holder[field]) if field in holder else None

    def read_list(self, holder: Plain, field: str) -> tuple[Text, ...]:
        """Return the texts of the list ``field``."""
        return tuple(self.read(value) for value in holder.get(field, ()))

    def write(self, text: Text | None) -> Any:
        """Return ``text`` as a document holds it."""
        if text is None:
            return None
        if list(text.by_language) == [self.language]:
            return text.by_language[self.language]
        return dict(text.by_language)

    def write_list(self, texts: Iterable[Text]) -> list[Any]:
        """Return ``texts`` as a document holds them."""
        return [self.write(text) for text in texts]


def given(data: Plain) -> dict[str, Any]:
    """Return ``data`` without the fields that say nothing."""
    return {name: value for name, value in data.items() if value not in (None, [], {})}


def unless(value: Any, usual: Any) -> Any:
    """Return ``value``, or None where it is what the field says anyway when it is left out."""
    return None if value == usual else value


def read_number(value: float | None) -> float | None:
    """Return a number as a float."""
    return None if value is None else float(value)


def plain_number(value: float | None) -> int | float | None:
    """Write a whole number without its point, up to where reading would take it for an identifier."""
    if value is None or isinstance(value, bool) or abs(value) > LARGEST_WHOLE_NUMBER or not float(value).is_integer():
        return value
    return int(value)


def read_whole(value: float | None) -> int | None:
    """Return a whole number, which a document may also write as 3.0."""
    return None if value is None else int(value)


def read_day(value: str | None) -> date | None:
    """Return the day that ``value``, such as ``2026-11-27``, stands for."""
    return None if value is None else date.fromisoformat(value)


def plain_day(value: date | None) -> str | None:
    """Return a day as a document holds it."""
    return None if value is None else value.isoformat()


def write_duration(seconds: float) -> str:
    """Write seconds in the largest unit that divides them: ``30d``, ``90min``; never rounded."""
    for size, unit in _UNITS:
        if seconds % size == 0:
            return f"{int(seconds // size)}{unit}"
    return f"{Decimal(repr(seconds)):f}s"  # no exponent: durations have none
