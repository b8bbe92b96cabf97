"""The fields of a map document: how people call them, and which of them a form of file leaves out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

from parcours.language.translation import LANGUAGES, Language, _, current_language, speaking
from parcours.mapdoc.building import DEFAULT_ZONE
from parcours.mapdoc.formats.losses import Loss


def label_of(field: str) -> str:
    """Return what people call ``field`` in the current language; its own name where it has no other."""
    return _labels(current_language()).get(field, field)


@cache
def _labels(language: Language) -> Mapping[str, str]:
    with speaking(language):
        return _every_label()


def _every_label() -> dict[str, str]:
    return {**_labels_of_the_map(), **_labels_of_its_parts(), **_labels_of_the_plan()}


def _labels_of_the_map() -> dict[str, str]:
    return {
        "id": _("Id"),
        "name": _("Name"),
        "title": _("Title"),
        "default_language": _("Main language"),
        "description": _("Description"),
        "company": _("Company"),
        "time_zone": _("Time zone"),
        "version": _("Version"),
        "owner": _("Owner"),
        "review_due": _("Next review"),
        "scenario": _("Scenario"),
        "expectations": _("Expectations"),
        "evidence_level": _("Level of evidence"),
        "origin": _("Where the map comes from"),
        "stages": _("Stages"),
        "touchpoints": _("Touchpoints"),
        "channels": _("Channels"),
        "owners": _("Owners"),
        "trip": _("Rules of the trip"),
        "ignore": _("Events outside the plan"),
        "calendar": _("Opening hours"),
        "alignment": _("Rules of the alignment"),
        "personas": _("Personas"),
        "evidence": _("Evidence"),
        "pain_points": _("Pain points"),
        "opportunities": _("Opportunities"),
        "actions": _("Actions"),
        "journeys": _("Journeys"),
        "metrics": _("Metrics"),
        "steps": _("Steps"),
    }


def _labels_of_its_parts() -> dict[str, str]:
    return {
        "goal": _("Goal of the customer"),
        "expected_emotion": _("Expected emotion"),
        "journey": _("Journey in detail"),
        "step": _("Step of the stage"),
        "stage": _("Stage"),
        "touchpoint": _("Touchpoint"),
        "channel": _("Channel"),
        "icon": _("Icon"),
        "process": _("Process"),
        "links": _("Links"),
        "raci": _("Roles (RACI)"),
        "layer": _("Layer of the blueprint"),
        "importance_to_customer": _("Importance to the customer"),
        "importance_to_company": _("Importance to the company"),
        "goals": _("Goals"),
        "needs": _("Needs"),
        "frustrations": _("Frustrations"),
        "traits": _("Traits"),
        "quote": _("Quote"),
        "quotes": _("Quotes"),
        "date": _("Date"),
        "people": _("People"),
        "summary": _("Summary"),
        "link": _("Link"),
        "severity": _("Severity"),
        "share": _("Share of people"),
        "source": _("Source"),
        "friction": _("Friction of the catalogue"),
        "customer_value": _("Value to the customer"),
        "business_value": _("Value to the company"),
        "effort": _("Effort"),
        "confidence": _("Confidence"),
        "status": _("Status"),
        "opportunity": _("Opportunity"),
        "due": _("Due"),
        "done_on": _("Done on"),
        "metric": _("Metric"),
        "file": _("File"),
    }


def _labels_of_the_plan() -> dict[str, str]:
    return {
        "matches": _("Event matches"),
        "kind": _("Kind"),
        "initiator": _("Initiator"),
        "receiver": _("Receiver"),
        "required": _("Required"),
        "max_occurs": _("At most, per trip"),
        "after": _("Comes after"),
        "responsible": _("Who does it"),
        "accountable": _("Who answers for it"),
        "consulted": _("Who is asked before"),
        "informed": _("Who is told after"),
        "one_of": _("One of"),
        "fails_when": _("Goes wrong when"),
        "moment_of_truth": _("Moment of truth"),
        "promises": _("Promises"),
        "statement": _("Promise"),
        "from": _("Counted from"),
        "within": _("Within"),
        "clock": _("Clock"),
        "percentile": _("Cases of a hundred"),
        "target": _("Target"),
        "direction": _("Direction"),
        "unit": _("Counted unit"),
        "numerator": _("Numerator"),
        "denominator": _("Denominator"),
        "at_least": _("At least"),
        "complement": _("Those without"),
        "property": _("Property"),
        "currency": _("Currency"),
        "key": _("Key of a trip"),
        "starts_when": _("Starts when"),
        "succeeds_when": _("Succeeds when"),
        "timeout": _("Timeout"),
        "closed": _("Closed days"),
        "day": _("Day"),
        "weekday": _("Day of the week"),
        "opens": _("Opens at"),
        "closes": _("Closes at"),
        "url": _("Web address"),
        "holidays": _("Public holidays of"),
        "threshold": _("Good from"),
        "drift": _("Drifts from"),
        "on_time": _("Weight: on time"),
        "as_planned": _("Weight: as planned"),
        "forward": _("Weight: going on"),
        "carried": _("Weight: owner and process"),
    }


def lost_fields(plain: Mapping[str, Any], kept: Collection[str], language: Language | None) -> tuple[Loss, ...]:
    """Return what ``plain`` says and a form does not: fields outside ``kept``, texts not in ``language`` (None: all).

    ``kept`` are paths such as ``stages[].touchpoints[].name``; what lies below a field that is not kept is lost with
    it. A field that comes with a new version of the document is thus reported until a form keeps it.
    """
    found: dict[str, list[str]] = {}
    others: list[str] = []
    for pattern, field, where, value in _fields(plain, kept, "", ""):
        if pattern not in kept:
            found.setdefault(label_of(field), []).extend(_places(value, where))
        elif language is not None and isinstance(value, dict) and value and set(value) <= set(LANGUAGES):
            others += [f"{where}.{field}" for one in value if one != language and language in value]
    losses = [Loss(what, tuple(where)) for what, where in found.items()]
    if others:
        losses.append(Loss(_("Texts in the other language"), tuple(others)))
    return tuple(losses)


def _places(value: Any, where: str) -> list[str]:
    """Name each entry of a list by its id, and anything else by what holds it."""
    if isinstance(value, list) and value and all(isinstance(one, dict) and "id" in one for one in value):
        return [str(one["id"]) for one in value]
    return [where]


def _fields(
    holder: Mapping[str, Any], kept: Collection[str], pattern: str, where: str
) -> Iterator[tuple[str, str, str, Any]]:
    """Give every field as (path without places, its name, what holds it, its value); below a lost one nothing."""
    for field, value in holder.items():
        if field == "$schema" or (field, value) == ("time_zone", DEFAULT_ZONE):
            continue  # what a form leaves out without a loss
        path = f"{pattern}.{field}" if pattern else field
        yield path, field, where or str(holder.get("id", field)), value
        for one in value if isinstance(value, list) and any(one.startswith(f"{path}[].") for one in kept) else ():
            if isinstance(one, dict):
                yield from _fields(one, kept, f"{path}[]", str(one.get("id", where)))
