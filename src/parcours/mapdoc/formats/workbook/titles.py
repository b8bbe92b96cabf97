"""Names of the sheets and headings of the columns, as a reader of one language sees them, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from parcours.language.translation import LANGUAGES, Language, _, speaking
from parcours.mapdoc.formats.fields import label_of

MAP, HOW = "map", "how"
_FIELD = re.compile(r"\[\s*([\w.]+)\s*\]\s*$")


@cache
def sheet_title(key: str, language: Language) -> str:
    """Return the name of a sheet in ``language``."""
    with speaking(language):
        own = {
            MAP: _("Map"),
            HOW: _("How to"),
            "links": _("Documents"),
            "hours": _("Opening hours"),
            "closed": _("Closed days"),
        }
        return own.get(key) or label_of(key)


def heading(field: str, language: Language) -> str:
    """Return the heading of a column: ``Nom (fr) [name.fr]``; what stands in brackets is what is read."""
    return f"{_label(field, language)} [{field}]"


def field_of(text: str, fields: Mapping[str, str]) -> str | None:
    """Return the field that a heading means: by its brackets, else by its words; ``fields`` are ``known_words``."""
    found = _FIELD.search(text)
    if found is not None and found[1] in fields.values():
        return found[1]
    return fields.get(text.strip().casefold())


def known_words(fields: list[str]) -> dict[str, str]:
    """Return what headings may say, in small letters, each with its field."""
    words = {field.casefold(): field for field in fields}
    for language in LANGUAGES:
        words.update({_label(field, language).casefold(): field for field in fields})
    return words


def _label(field: str, language: Language) -> str:
    parts = field.split(".")
    ending = parts.pop() if parts[-1] in LANGUAGES else None
    with speaking(language):
        label = label_of(parts[-1])
    return f"{label} ({ending})" if ending else label
