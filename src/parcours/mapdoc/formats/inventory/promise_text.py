"""Promises as a line of a cell: ``quote: within 48h after request in business time for 95 % by sales, fr "Devis"``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from parcours.language.translation import LANGUAGES, Language, _
from parcours.mapdoc.formats.rule_text import quoted_text

_TEXT = r'"(?:[^"\\]|\\.)*"'
_PROMISE = re.compile(
    rf"""(?P<id>[^\s:]+)\s*:\s*within\s+(?P<within>\S+)\s+after\s+(?P<from>[^\s,]+)(?P<business>\s+in\s+business\s+time)?
    (?:\s+for\s+(?P<percentile>[0-9.]+)\s*%)?(?:\s+by\s+(?P<owner>[^\s,]+))?
    (?P<texts>(?:\s*,\s*(?:fr|en)\s+{_TEXT})+)""",
    re.VERBOSE,
)


def write_promise(promise: Mapping[str, Any], main: Language) -> str:
    """Write a promise as plain data holds it; ``main`` is the language of texts that are one plain string."""
    line = f"{promise['id']}: within {promise['within']} after {promise['from']}"
    line += " in business time" if promise.get("clock") == "business" else ""
    line += f" for {promise['percentile']} %" if "percentile" in promise else ""
    line += f" by {promise['owner']}" if "owner" in promise else ""
    said = promise["statement"]
    texts = said if isinstance(said, dict) else {main: said}
    return line + "".join(f", {one} {quoted_text(texts[one])}" for one in LANGUAGES if one in texts)


def read_promise(line: str) -> dict[str, Any] | None:
    """Return the promise that a line says, None where it says none."""
    found = _PROMISE.fullmatch(line.strip())
    if found is None:
        return None
    try:
        texts = {match[1]: json.loads(match[2]) for match in re.finditer(rf"(fr|en)\s+({_TEXT})", found["texts"])}
    except ValueError:
        return None
    made: dict[str, Any] = {"id": found["id"], "statement": texts, "from": found["from"], "within": found["within"]}
    if found["business"]:
        made["clock"] = "business"
    if found["percentile"]:
        made["percentile"] = _number(found["percentile"])
    if found["owner"]:
        made["owner"] = found["owner"]
    return made


def right_form() -> str:
    """Return an example of a promise, for messages."""
    return _("For example: {example}").format(
        example='quote: within 48h after request in business time for 95 % by sales, fr "Devis sous 48 h"'
    )


def _number(text: str) -> float | str:
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number
