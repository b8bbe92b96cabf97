"""Gettext in two complete languages, chosen per call or per context.

Texts are written in English in the code and translated in ``locale/fr/LC_MESSAGES/parcours.po``; a test
fails on a missing or fuzzy translation. ``_`` and ``ngettext`` read the current language at the moment of the
call, so nothing that is shown may be translated at import.
"""

from __future__ import annotations

import gettext as _gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_LOCALES = Path(__file__).parent / "locale"
_current: ContextVar[Language | None] = ContextVar("language", default=None)


def environment_language() -> Language:
    """Return the language that PARCOURS_LANGUAGE, LC_ALL, LC_MESSAGES or LANG ask for, else English."""
    for name in ("PARCOURS_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        code = os.environ.get(name, "")[:2].lower()
        if code in LANGUAGES:
            return code
    return "en"


def current_language() -> Language:
    """Return the language in force here: the innermost ``speaking`` block, else the environment's."""
    return _current.get() or environment_language()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Use ``language`` for every text made inside the block."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


@cache
def _catalogue(language: Language) -> _gettext.NullTranslations:
    return _gettext.translation("parcours", _LOCALES, [language], fallback=language == "en")


def _(message: str) -> str:
    """Translate ``message`` into the current language."""
    return _catalogue(current_language()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Translate with the plural rule of the current language (French: 0 and 1 are singular)."""
    return _catalogue(current_language()).ngettext(singular, plural, count)
