"""A map as a Mermaid journey, in one language, and the report of what such a diagram cannot say."""

from __future__ import annotations

import re

from parcours.language.translation import Language, _, speaking
from parcours.mapdoc.document import JourneyMap, Stage, Touchpoint
from parcours.mapdoc.formats.fields import lost_fields
from parcours.mapdoc.formats.losses import Losses
from parcours.mapdoc.formats.opened import WrittenMap
from parcours.mapdoc.formats.sides import word_for
from parcours.mapdoc.writing import plain_map

_STAGE, _POINT = "stages[].", "stages[].touchpoints[]."
_KEPT = frozenset(
    {"id", "title", "default_language", "description", "owners", "owners[].id", "owners[].name", "stages"}
    | {_STAGE + field for field in ("id", "name", "owner", "expected_emotion", "touchpoints")}
    | {_POINT + field for field in ("id", "name", "owner", "initiator", "expected_emotion")}
)
_KEYWORD = re.compile(r"(journey|title|section|accTitle|accDescr)(?![A-Za-z0-9_])", re.IGNORECASE)
_UNSEEN = re.compile("[\\s\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]+")
_NEUTRAL = 3


def write_mermaid(map: JourneyMap, language: Language) -> WrittenMap:
    """Write ``map`` in ``language`` as a diagram that Mermaid accepts; the report is in the language in force."""
    return _Writer(map, language).written()


class _Writer:
    def __init__(self, map: JourneyMap, language: Language) -> None:
        self.map = map
        self.language = language
        self.losses = Losses()
        self.owners = {owner.id: owner.name.in_language(language) for owner in map.owners}

    def written(self) -> WrittenMap:
        self.losses.add_all(lost_fields(plain_map(self.map), _KEPT, self.language))
        lines = ["journey", f"    title {self.said(self.map.title.in_language(self.language))}"]
        if self.map.description is not None:
            text = self.map.description.in_language(self.language).replace("}", ")")
            lines.append(f"    accDescr {{ {self.said(text)} }}")
        for stage in self.map.stages:
            lines.append(f"    section {self.said(stage.name.in_language(self.language))}")
            lines += [f"      {self.task(point, stage)}" for point in stage.touchpoints]
        return WrittenMap(("\n".join(lines) + "\n").encode(), self.losses.report())

    def task(self, point: Touchpoint, stage: Stage) -> str:
        emotion = point.expected_emotion if point.expected_emotion is not None else stage.expected_emotion
        if emotion is None:
            self.losses.add(_("Touchpoints without an expected emotion, written as 3"), point.id)
        score = f"{_NEUTRAL + (emotion or 0.0):.12g}"
        with speaking(self.language):
            actors = [word_for(point.initiator)]
        owner = point.owner or stage.owner
        if owner is not None:
            actors.append(self.said(self.owners[owner], actor=True))
        return f"{self.said(point.name.in_language(self.language))}: {score}: {', '.join(actors)}"

    def said(self, text: str, *, actor: bool = False) -> str:
        """Return ``text`` without what Mermaid's grammar takes for something else; each change is reported."""
        flat = _UNSEEN.sub(" ", text).strip()
        clean = re.sub(r"\s*:\s*", " – ", flat).replace(";", ",").replace("#", "")
        clean = re.sub("%%+", "%", clean).lstrip("% –")
        clean = clean.replace(",", " /") if actor else clean
        clean = _KEYWORD.sub(r"“\1”", clean, count=1) if _KEYWORD.match(clean) else clean
        clean = clean.strip() or "–"
        if clean != flat:
            self.losses.add(_("Words changed for Mermaid’s grammar"), flat or clean)
        return clean
