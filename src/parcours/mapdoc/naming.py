"""Names of touchpoints and stages as people read them, from the names that a log has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from parcours.language.errors import shorten
from parcours.language.translation import _
from parcours.mapdoc.phrases import id_from
from parcours.mapdoc.wording import readable_name

_WIDEST_STAGE_NAME = 30
_LETTER = re.compile(r"([A-Z])_(?=\S)")
_TITLED = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+)+")
_IDENTIFIER = re.compile(r"(?<![^\W_])(?=[0-9a-f-]*[0-9])[0-9a-f]{8,}(?:-[0-9a-f]{4,})*(?![^\W_])", re.IGNORECASE)
_SOFT, _HARD = re.compile(r"[^\W_]{2,}[_\- ]+"), re.compile(r"[^\W_][\w\-]*?(?:::|[:.|])\s*")
_SOFT_NAMES, _HARD_NAMES, _HARD_SHARE = 5, 3, 0.8


@dataclass(frozen=True)
class Conventions:
    """How the names of one log are written: what all begin with, and what code rather than people chose.

    ``beginning`` says nothing, because (nearly) all names have it. ``letters``: names begin with one letter for their
    kind, as ``W_`` for work; it is put behind. ``titled``: Every Word Has a Capital, which only the first needs.
    """

    beginning: str = ""
    letters: bool = False
    titled: bool = False

    @classmethod
    def of(cls, names: Sequence[str]) -> Conventions:
        """See what ``names`` share."""
        lettered = [match[1] for match in map(_LETTER.match, names) if match]
        several = [name for name in names if " " in name.strip()]
        titled = sum(_TITLED.fullmatch(name) is not None for name in several)
        return cls(
            beginning=_common_beginning(names),
            letters=2 * len(lettered) >= len(names) and len(lettered) >= 3 and len(set(lettered)) >= 2,
            titled=titled >= 3 and 10 * titled >= 6 * len(several),
        )

    def label(self, name: str) -> str:
        """Write ``name`` for people; empty where it has nothing to see."""
        rest = name.removeprefix(self.beginning) if len(name) > len(self.beginning) else name
        rest = _IDENTIFIER.sub("…", rest) if any(char.isalpha() for char in _IDENTIFIER.sub("", rest)) else rest
        letter = _LETTER.match(rest) if self.letters else None
        if letter:
            written = readable_name(rest[letter.end() :])
            return f"{written} ({letter[1]})" if written else readable_name(name)
        if self.titled and _TITLED.fullmatch(rest):
            rest = rest[:1] + rest[1:].lower()
        return readable_name(rest) or readable_name(name)

    def group_label(self, beginning: str) -> str:
        """Write what names that begin alike are called together: ``Order …``, ``/product/…``."""
        if "/" in beginning:
            return readable_name(f"{beginning}…")
        return f"{self.label(beginning.rstrip('_/-:.#([ ')) or beginning.strip()} …"


def _common_beginning(names: Sequence[str]) -> str:
    """Return what all names begin with, up to a separator; before ``:``, ``.`` or ``|`` nearly all are enough."""
    for pattern, least, share in ((_HARD, _HARD_NAMES, _HARD_SHARE), (_SOFT, _SOFT_NAMES, 1.0)):
        found = Counter(match[0] for match in map(pattern.match, names) if match)
        if found and "/" not in "".join(names[:1]):
            beginning, count = max(found.items(), key=lambda one: (one[1], one[0]))
            if count >= least and count >= share * len(names):
                return beginning
    return ""


def labels_of(names: Sequence[str], alike: Sequence[bool], conventions: Conventions) -> list[str]:
    """Write names for people, no two alike: where two would read the same, both stay as the log has them."""
    nameless = _("Event without a readable name")
    labels = [
        (conventions.group_label(name[:-1]) if group else conventions.label(name)) or nameless
        for name, group in zip(names, alike, strict=True)
    ]
    counts = Counter(label.casefold() for label in labels)
    labels = [
        label if counts[label.casefold()] == 1 else (visible(name) or label)
        for name, label in zip(names, labels, strict=True)
    ]
    return _told_apart(labels)


def visible(text: str) -> str:
    """Return ``text`` as one line that can be shown; empty where there is nothing to see."""
    return shorten(text.strip(), 120) if readable_name(text) else ""


def _told_apart(labels: Sequence[str]) -> list[str]:
    """Number what still reads the same."""
    taken = Counter(labels)
    seen: set[str] = set()
    found = []
    for label in labels:
        free, number = label, 1
        while free in seen or (number > 1 and free in taken):
            number += 1
            free = f"{label} {number}"
        seen.add(free)
        found.append(free)
    return found


def stage_names(stages: Sequence[Sequence[tuple[str, float]]]) -> list[str]:
    """Name each stage after the touchpoint that most persons have, and the next one where both fit.

    ``stages`` gives each touchpoint's label and persons, in order.
    """
    names = []
    for points in stages:
        by_persons = sorted(range(len(points)), key=lambda place: (-points[place][1], place))
        first, *others = by_persons
        name = points[first][0]
        for other in (place for place in others[:1] if 10 * points[place][1] >= 6 * points[first][1]):
            pair = " → ".join(points[place][0] for place in sorted((first, other)))
            name = pair if len(pair) <= _WIDEST_STAGE_NAME else name
        names.append(name)
    return _told_apart(names)


def unique_ids(labels: Iterable[str], otherwise: str) -> list[str]:
    """Return an id for each label, none twice."""
    taken: set[str] = set()
    ids = []
    for label in labels:
        stem = id_from(label, otherwise=otherwise)
        free, count = stem, 1
        while free in taken:
            count += 1
            free = f"{stem}-{count}"
        taken.add(free)
        ids.append(free)
    return ids
