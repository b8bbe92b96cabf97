"""Rewrites one time that holds words (months, am and pm, RFC 2822) into plain digits."""

from __future__ import annotations

import re
import unicodedata

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "janv", "january", "janvier"),
            ("feb", "fev", "fevr", "february", "fevrier"),
            ("mar", "mars", "march"),
            ("apr", "avr", "april", "avril"),
            ("may", "mai"),
            ("jun", "june", "juin"),
            ("jul", "juil", "july", "juillet"),
            ("aug", "aout", "august"),
            ("sep", "sept", "september", "septembre"),
            ("oct", "october", "octobre"),
            ("nov", "november", "novembre"),
            ("dec", "december", "decembre"),
        ),
        1,
    )
    for name in names
}
_WEEKDAYS = (
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|wed|thur?s?|fri|sat|sun|"
    "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lun|mer|jeu|ven|sam|dim"
)
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})\s*(?:h\s*(?P<minute_h>\d{2})?|:(?P<minute>\d{2}))"
    r"(?:[:m](?P<second>\d{2})s?(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[ap])\.?m\.?)?(?:\s*(?P<zone>z|utc|gmt|ut|[+-]\d{2}(?::?\d{2})?))?(?:\s*\(\w+\))?"
)
_HOUR_ONLY = re.compile(r"(?P<hour>\d{1,2})\s*(?P<half>[ap])\.?m\.?")
_WEEKDAY = re.compile(rf"^(?:{_WEEKDAYS})\.?,?\s+")
_DAY_MONTH = re.compile(r"(?P<day>\d{1,2})(?:er|st|nd|rd|th)?[\s-]*(?P<month>[a-z]+)\.?,?[\s-]*(?P<year>\d{4})")
_MONTH_DAY = re.compile(r"(?P<month>[a-z]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})")
_NUMERIC = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}")
_BETWEEN = re.compile(r"(?:\s*,)?\s*(?:\bat\b|\ba\b|t(?=\d)|-)?\s*")


def rewrite_time(text: str) -> str | None:
    """Rewrite ``text`` as digits (``2025-01-03 14:05``, ``31/12/2025 14:05``); None where no date is found."""
    if len(text) > 80:
        return None
    plain = unicodedata.normalize("NFKD", text.strip().lower())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    plain = _WEEKDAY.sub("", plain)
    for pattern in (_DAY_MONTH, _MONTH_DAY, _NUMERIC):
        found = pattern.match(plain)
        if found is not None:
            break
    else:
        return plain if plain != text else None
    date = _date(found)
    if date is None:
        return None
    rest = plain[found.end() :]
    between = _BETWEEN.match(rest)
    clock_text = rest[between.end() :] if between is not None else rest
    if not clock_text.strip():
        return date
    clock = _clock(clock_text.strip())
    return None if clock is None else f"{date} {clock}"


def _date(found: re.Match[str]) -> str | None:
    parts = found.groupdict()
    if not parts:
        return found.group()
    month = _MONTHS.get(parts["month"])
    return None if month is None else f"{parts['year']}-{month:02d}-{int(parts['day']):02d}"


def _clock(text: str) -> str | None:
    found = _CLOCK.fullmatch(text) or _HOUR_ONLY.fullmatch(text)
    if found is None:
        return None
    part = found.groupdict()
    hour = int(part["hour"])
    half = part.get("half")
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    minute = part.get("minute") or part.get("minute_h") or "00"
    fraction = f".{part['fraction']}" if part.get("fraction") else ""
    zone = part.get("zone") or ""
    if zone in ("z", "utc", "gmt", "ut"):
        zone = "Z"
    return f"{hour:02d}:{minute}:{part.get('second') or '00'}{fraction}{zone}"
