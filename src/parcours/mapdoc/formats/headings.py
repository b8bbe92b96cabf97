"""Headings of columns, as a reader of one language sees them, and the fields that they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from parcours.language.translation import LANGUAGES, Language, speaking
from parcours.mapdoc.formats.fields import label_of

_FIELD = re.compile(r"\[\s*([\w.]+)\s*\]\s*$")


def heading(field: str, language: Language) -> str:
    """Return the heading of a column: ``Nom (fr) [name.fr]``; what stands in brackets is what is read."""
    return f"{label(field, language)} [{field}]"


def field_of(text: str, fields: Mapping[str, str]) -> str | None:
    """Return the field that a heading means: by its brackets, else by its words; ``fields`` are ``known_words``."""
    found = _FIELD.search(text)
    if found is not None and found[1] in fields.values():
        return found[1]
    return fields.get(text.strip().casefold())


def known_words(fields: Iterable[str]) -> dict[str, str]:
    """Return what headings may say, in small letters, each with its field."""
    fields = list(fields)
    words = {field.casefold(): field for field in fields}
    for language in LANGUAGES:
        words.update({label(field, language).casefold(): field for field in fields})
    return words


def label(field: str, language: Language) -> str:
    """Return what people call a field in ``language``: ``Nom (fr)`` for ``name.fr``."""
    parts = field.split(".")
    ending = parts.pop() if parts[-1] in LANGUAGES else None
    with speaking(language):
        label = label_of(parts[-1])
    return f"{label} ({ending})" if ending else label
