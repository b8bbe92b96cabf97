"""Numbers, shares, durations, dates and lists as the reader writes them, in the current language.

French has a narrow no-break space between thousands, a no-break space before the percent sign and « » around
quotations; English here is British (day before month). Babel is imported when a format is used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from datetime import date as Date  # noqa: N812 - `date` is the name of the format here
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from parcours.language.errors import UsageError, shorten
from parcours.language.translation import _, current_language, ngettext

MINUS = "\u2212"
SPACE = "\u00a0"
"""No-break space."""

_LOCALES = {"fr": "fr", "en": "en_GB"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_SECONDS = 36_500 * 86_400

_UNIT_SECONDS = {
    1: ("s", "sec", "second", "seconds", "seconde", "secondes"),
    60: ("min", "mn", "minute", "minutes"),
    3_600: ("h", "hour", "hours", "heure", "heures"),
    86_400: ("d", "day", "days", "j", "jour", "jours"),
    604_800: ("w", "week", "weeks", "sem", "semaine", "semaines"),
}
_SECONDS_OF = {word: seconds for seconds, words in _UNIT_SECONDS.items() for word in words}
_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*([^\W\d_]+)\s*")


def number(n: int | float) -> str:
    """Write a whole number with its thousands set apart: ``12 345`` in French, ``12,345`` in English."""
    return decimal(n, 0)


def decimal(x: float, digits: int = 1) -> str:
    """Write ``x`` with exactly ``digits`` decimals, halves away from zero, and a true minus sign."""
    return _decimal(x, digits, _locale())


@lru_cache(maxsize=4096)
def _decimal(x: float, digits: int, locale: str) -> str:
    """Write a number once: a picture shows the same few over and over, and Babel takes 0.1 ms for each."""
    from babel.numbers import format_decimal

    rounded = _rounded(x, digits)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    text = str(format_decimal(abs(rounded), pattern, locale=locale))
    return MINUS + text if rounded < 0 else text


def percent(share: float, digits: int = 0) -> str:
    """Write a share 0..1 as a percentage: ``25 %`` in French (no-break space), ``25%`` in English.

    What is neither nothing nor everything is never written as 0 or 100: 0.002 is ``0.2%``, 0.9999 ``> 99.9%``.
    """
    exact = Decimal(repr(float(share))) * 100
    sign = f"{SPACE}%" if current_language() == "fr" else "%"
    if (digits == 0 and 0 < exact < Decimal("0.5")) or Decimal("99.5") <= exact < 100:
        digits = max(digits, 1)
    step = Decimal(1).scaleb(-digits)
    if 0 < exact < step / 2:
        return f"<{SPACE}{decimal(float(step), digits)}{sign}"
    if 100 - step / 2 <= exact < 100:
        return f">{SPACE}{decimal(float(100 - step), digits)}{sign}"
    return decimal(float(exact), digits) + sign


def signed(x: float, digits: int = 1) -> str:
    """Write ``x`` with its sign, plus or true minus; what rounds to zero has none."""
    text = decimal(x, digits)
    return f"+{text}" if _rounded(x, digits) > 0 else text


def apart(one: float, other: float) -> int:
    """Return ``one`` − ``other`` as a reader finds it who subtracts the whole numbers that are written."""
    return int(_rounded(one, 0) - _rounded(other, 0))


def money(amount: float, currency: str) -> str:
    """Write an amount of ``currency`` (ISO 4217) with that currency's decimals: ``1 234,50 €``, ``£1,234.50``."""
    from babel.numbers import format_currency, get_currency_precision

    rounded = _rounded(amount, get_currency_precision(currency))
    text = str(format_currency(abs(rounded), currency, locale=_locale()))
    return MINUS + text if rounded < 0 else text


def duration(seconds: float) -> str:
    """Write a length of time in its two biggest units: ``46 min``, ``2 j 6 h`` or ``2 d 6 h``.

    Units are seconds, minutes, hours and days (never weeks or months); from ten days on, days alone. What is
    above zero and below half a second is ``< 1 s``.
    """
    if seconds < 0:
        return MINUS + duration(-seconds)
    if 0 < seconds < 0.5:
        return f"<{SPACE}1{SPACE}s"
    sizes = (86_400, 3_600, 60, 1)
    # Rounding to the smaller unit may carry into a bigger one (59 min 59.7 s is 1 h), hence the second look.
    for biggest, smallest in ((864_000, 86_400), (86_400, 3_600), (3_600, 60), (0, 1)):
        if seconds >= biggest:
            whole = int(seconds / smallest + 0.5) * smallest
            break
    names = (_("d"), _("h"), _("min"), _("s"))
    parts = []
    for size, name in zip(sizes, names, strict=True):
        count, whole = divmod(whole, size)
        if count:
            parts.append(f"{number(count)}{SPACE}{name}")
    return SPACE.join(parts[:2]) if parts else f"0{SPACE}{names[-1]}"


def date(value: datetime | Date | int, zone: str = "UTC") -> str:
    """Write a day: ``8 mars 2026``, ``1er janv. 2026``; ``8 Mar 2026``.

    ``value`` is a day, an aware datetime, or int microseconds since 1970 UTC; the latter two are seen in ``zone``.
    """
    from babel.dates import format_date

    text = str(format_date(_day(value, zone), "d MMM y", locale=_locale()))
    return f"1er{text[1:]}" if current_language() == "fr" and text.startswith("1 ") else text


def date_range(start: datetime | Date | int, end: datetime | Date | int, zone: str = "UTC") -> str:
    """Write the days from ``start`` to ``end``, both included, without saying month or year twice."""
    from babel.dates import format_interval

    first, last = _day(start, zone), _day(end, zone)
    if first == last:
        return date(first)
    text = str(format_interval(first, last, "yMMMd", locale=_locale()))
    return re.sub(r"(?<!\d)1(?=\s[^\W\d]|–)", "1er", text) if current_language() == "fr" else text


def month(value: datetime | Date | int, zone: str = "UTC") -> str:
    """Write the month of a day: ``mars 2026``, ``March 2026``."""
    from babel.dates import format_date

    return str(format_date(_day(value, zone), "MMMM y", locale=_locale()))


def when(us: datetime | int, zone: str = "UTC") -> str:
    """Write an instant to the minute in ``zone``: ``8 mars 2026 à 14:05``, ``8 Mar 2026, 14:05``."""
    clock = _local(us, zone).strftime("%H:%M")
    return _("{day}, {clock}").format(day=date(us, zone), clock=clock)


def plural_people(n: int) -> str:
    """Write a number of people: ``1 personne``, ``1 234 personnes``."""
    return ngettext("{n} person", "{n} people", n).format(n=number(n))


def plural_journeys(trips: int, persons: int) -> str:
    """Write how many trips whom make: people where each makes one, else ``20 trips of 8 people``."""
    if trips == persons:
        return plural_people(trips)
    made = ngettext("{n} trip", "{n} trips", trips).format(n=number(trips))
    return _("{trips} of {people}").format(trips=made, people=plural_people(persons))


def list_words(words: Sequence[str]) -> str:
    """Join words as a sentence does: ``a, b et c``; ``a, b and c``; nothing for no words."""
    from babel.lists import format_list

    return str(format_list([str(word) for word in words], locale=_locale()))


def quoted(text: str) -> str:
    """Put ``text`` between the quotation marks of the language: « » with no-break spaces, or “ ”."""
    return f"«{SPACE}{text}{SPACE}»" if current_language() == "fr" else f"“{text}”"


def parse_duration(text: str) -> float:
    """Read ``30d``, ``2h``, ``45min``, ``7j``, ``1 semaine``, ``2d 6h`` and return seconds.

    Units of both languages are known in either. Months and years are not: their length varies. Raises UsageError,
    naming the value and the right form, for anything else and beyond a hundred years.
    """
    right = _("Write a number and a unit: 30d, 2h, 45min, 7j or “1 week” (s, min, h, d or j, w).")
    words = text.strip().lower()
    total, end = 0.0, 0
    for part in _PART.finditer(words):
        if part.start() != end or part[2] not in _SECONDS_OF:
            break
        total += float(part[1].replace(",", ".")) * _SECONDS_OF[part[2]]
        end = part.end()
    if not words or end != len(words):
        raise UsageError(
            _("“{value}” is not a length of time.").format(value=shorten(text, 40)), value=text, expected=right
        )
    if total > _LONGEST_SECONDS:
        raise UsageError(
            _("“{value}” is longer than a hundred years.").format(value=shorten(text, 40)), value=text, expected=right
        )
    return total


def _locale() -> str:
    return _LOCALES[current_language()]


def _rounded(x: float, digits: int) -> Decimal:
    return Decimal(repr(float(x))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _local(value: datetime | int, zone: str) -> datetime:
    instant = value if isinstance(value, datetime) else _EPOCH + timedelta(microseconds=int(value))
    return instant.astimezone(ZoneInfo(zone))


def _day(value: datetime | Date | int, zone: str) -> Date:
    if isinstance(value, Date) and not isinstance(value, datetime):
        return value
    return _local(value, zone).date()
