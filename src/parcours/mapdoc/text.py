"""Texts of a map in one or both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

LanguageCode = Literal["fr", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """A text in one or both languages. ``in_language`` falls back to the other one, never to nothing."""

    by_language: Mapping[str, str]

    def in_language(self, language: str) -> str:
        """Return the text in ``language``, else in whichever language there is."""
        return self.by_language.get(language) or next(iter(self.by_language.values()), "")
