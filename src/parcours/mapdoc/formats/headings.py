"""Headings of columns, as a reader of one language sees them, and the fields that they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from parcours.language.translation import LANGUAGES, Language, speaking
from parcours.mapdoc.formats.fields import label_of

_FIELD = re.compile(r"\[\s*([\w.]+)\s*\]\s*$")


_FORMER = {"step": ("pas", "step"), "steps": ("pas", "steps")}
"""What fields were called before, by field: files that say so are still read."""


def heading(field: str, language: Language, called: str | None = None) -> str:
    """Return the heading of a column: ``Nom (fr) [name.fr]``; what stands in brackets is what is read.

    ``called`` is the label where the name of the field means something else elsewhere: ``from`` of a calendar.
    """
    return f"{label(called or field, language)} [{field}]"


def field_of(text: str, fields: Mapping[str, str]) -> str | None:
    """Return the field that a heading means: by its brackets, else by its words; ``fields`` are ``known_words``."""
    found = _FIELD.search(text)
    if found is not None and found[1] in fields.values():
        return found[1]
    return fields.get(text.strip().casefold())


def known_words(fields: Iterable[str], called: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what headings may say, in small letters, each with its field; ``called`` are labels of their own."""
    fields = list(fields)
    words = {former: field for field in fields for former in former_names(field)}
    for field in fields:
        for language in LANGUAGES:
            words[label(field, language).casefold()] = field
            words[label((called or {}).get(field, field), language).casefold()] = field
    words |= {field.casefold(): field for field in fields}
    return words


def former_names(field: str) -> tuple[str, ...]:
    """Return, in small letters, what a field or sheet was called in earlier files: at least its last part."""
    before, _dot, last = field.rpartition(".")
    if last in LANGUAGES:
        return tuple(f"{one} ({last})" for one in former_names(before))
    return last.casefold(), *_FORMER.get(field, ())


def label(field: str, language: Language) -> str:
    """Return what people call a field in ``language``: ``Nom (fr)`` for ``name.fr``."""
    parts = field.split(".")
    ending = parts.pop() if parts[-1] in LANGUAGES else None
    with speaking(language):
        label = label_of(parts[-1])
    return f"{label} ({ending})" if ending else label
