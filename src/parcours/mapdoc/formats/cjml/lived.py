"""What an actual journey of a CJML file tells: how each touchpoint went, when, and how it was felt."""

from __future__ import annotations

import re
from typing import Any

from parcours.language.translation import Language, _, speaking
from parcours.mapdoc.formats.cjml.elements import Element
from parcours.mapdoc.formats.naming import Ids

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)")
_TIMES = ("timeOriginated", "timeStarted", "timeReceived", "timeConsumed", "timeCompleted")
_LONGEST = 3_800
"""Characters of one summary: below what a text of a map may have."""


def rating_of(point: Element) -> tuple[float | None, str]:
    """Return the rating of a touchpoint, None where it is no number, and how it was written."""
    experience = point.find("touchpointExperience")
    words = experience.say("experienceRating") if experience is not None else ""
    number = _NUMBER.match(words)
    return (float(number[0].replace(",", ".")) if number is not None else None), words


def evidence_of(journey: Element, names: dict[str, str], ids: Ids, language: Language) -> list[dict[str, Any]]:
    """Return an actual journey as evidence of a map: one observation, more where its words are too many for one."""
    with speaking(language):
        own = journey.say("journeyID")
        title = journey.say("journeyTitle") or own or _("Actual journey")
        head = [text for text in (journey.say("journeyShortSummary"), journey.say("journeyLongSummary")) if text]
        if journey.say("plannedReference"):
            head.append(_("Planned as {name}.").format(name=journey.say("plannedReference")))
        if journey.say("journeyStatus"):
            head.append(_("Status: {status}.").format(status=journey.say("journeyStatus")))
        points = list(journey.every("actualCommunicationPoint", "actualAction"))
        lines = head + [_told(point, names) for point in points]
    quotes = [text for point in points if (text := _described(point))]
    made: list[dict[str, Any]] = []
    for summary in _cut(lines):
        entry = {"id": ids.of("evidence", own or title), "kind": "observation", "title": title, "people": 1}
        made.append({**entry, "summary": summary} if summary else entry)
    if quotes:
        made[0]["quotes"] = [quote[:_LONGEST] for quote in quotes]
    return made


def _told(point: Element, names: dict[str, str]) -> str:
    own = point.say("touchpointID")
    roles = (point.find("initiator"), point.find("receiver"))
    labels = [role.say(f"{role.tag}Label") for role in roles if role is not None]
    name = names.get(own) or next((label for label in labels if label), own) or _("Touchpoint")
    facts = [_compliance(point.say("compliance"))]
    _rating, words = rating_of(point)
    if words:
        facts.append(_("rated {rating} of 5").format(rating=words))
    facts += [f"{tag} {element.text}" for tag in _TIMES for element in point.every(tag) if element.text]
    facts += [text for text in (point.say("category"), point.say("comment")) if text]
    return f"{own or '–'} · {name} · {', '.join(facts)}"


def _described(point: Element) -> str:
    experience = point.find("touchpointExperience")
    return experience.say("experienceDescription") if experience is not None else ""


def _compliance(word: str) -> str:
    known = {
        "": _("as planned"),
        "completed": _("as planned"),
        "adhoc": _("ad hoc"),
        "missing": _("missing"),
        "failing": _("failing"),
    }
    return known.get(word.lower(), word)


def _cut(lines: list[str]) -> list[str]:
    """Join lines into as few texts as their longest allows."""
    texts = [""]
    for line in lines:
        line = line[:_LONGEST]
        if len(texts[-1]) + len(line) >= _LONGEST:
            texts.append("")
        texts[-1] = f"{texts[-1]}\n{line}".strip()
    return texts
