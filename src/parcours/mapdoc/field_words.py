"""What the fields of a map, and the values of those that choose from a list, are called in the current language.

Every field of the schema has its word here: a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Mapping

from parcours.language.translation import _

Words = Mapping[str, str]
WRITTEN = frozenset({"=", "!=", ">", ">=", "<", "<="})
"""Fields of the schema that are signs: they are shown as they are written."""
RULES = frozenset({"matches", "ignore", "starts_when", "succeeds_when", "fails_when", "numerator", "denominator"})
"""Fields that hold a rule over events."""
REFERS_TO: Mapping[str, str] = {
    "accountable": "owners", "after": "touchpoints", "channel": "channels", "consulted": "owners",
    "evidence": "evidence", "from": "touchpoints", "informed": "owners", "journey": "journeys", "metric": "metrics",
    "opportunity": "opportunities", "owner": "owners", "pain_points": "pain_points", "personas": "personas",
    "responsible": "owners", "stage": "stages", "step": "steps", "touchpoint": "touchpoints",
}  # fmt: skip
"""Fields that hold the id of another item, or a list of such ids, and the collection that it is of."""


def field_word(name: str) -> str:
    """Return what the field ``name`` is called; a name that no map has stays as it is, such as that of a property."""
    for words in (_map(), _parts(), _persons(), _plans(), _figures(), _rules(), _times()):
        if name in words:
            return words[name]
    return name


def collection_word(name: str) -> str | None:
    """Return what one item of a collection is called; None for what is no collection."""
    return {
        "stages": _("stage"), "touchpoints": _("touchpoint"), "steps": _("step"), "promises": _("promise"),
        "metrics": _("metric"), "channels": _("channel"), "owners": _("owner"), "personas": _("persona"),
        "evidence": _("evidence"), "pain_points": _("pain point"), "opportunities": _("opportunity"),
        "actions": _("action"), "journeys": _("other journey"),
    }.get(name)  # fmt: skip


def order_word(name: str) -> str:
    """Return what the order of a collection is called; the collection's own word where it has none."""
    return {
        "stages": _("order of the stages"), "touchpoints": _("order of the touchpoints"),
        "steps": _("order of the steps"), "promises": _("order of the promises"),
        "metrics": _("order of the metrics"), "channels": _("order of the channels"),
        "owners": _("order of the owners"), "personas": _("order of the personas"),
        "evidence": _("order of the evidence"), "pain_points": _("order of the pain points"),
        "opportunities": _("order of the opportunities"), "actions": _("order of the actions"),
        "journeys": _("order of the other journeys"),
    }.get(name, field_word(name))  # fmt: skip


def value_word(field: str, value: str) -> str | None:
    """Return what a value of ``field`` is called where the field chooses from a list; None for any other value."""
    return {**_choices(), "kind": _kinds()}.get(field, {}).get(value)


def _choices() -> Mapping[str, Words]:
    customer, company = _("the customer"), _("the company")
    return {
        "default_language": {"fr": _("French"), "en": _("English")},
        "evidence_level": {
            "assumed": _("assumed"), "partial": _("partly researched"), "researched": _("researched"),
            "measured": _("measured"),
        },
        "clock": {"calendar": _("every hour"), "business": _("opening hours")},
        "initiator": {"customer": customer, "company": company},
        "receiver": {"customer": customer, "company": company, "partner": _("a partner")},
        "layer": {
            "evidence": _("What they see"), "customer": _("What they do"),
            "frontstage": _("What we do before their eyes"), "backstage": _("What we do behind the scenes"),
            "support": _("What holds it up"),
        },
        "status": {
            "idea": _("idea"), "planned": _("planned"), "doing": _("under way"), "done": _("done"),
            "dropped": _("dropped"),
        },
        "direction": {"up": _("more is better"), "down": _("less is better")},
        "unit": {"persons": _("people"), "trips": _("trips"), "events": _("events")},
    }  # fmt: skip


def _kinds() -> Words:
    return {
        "communication": _("communication"), "action": _("action"), "interview": _("interview"),
        "observation": _("observation"), "survey": _("survey"), "analytics": _("figures"), "workshop": _("workshop"),
        "document": _("document"), "conversion": _("conversion"), "leak": _("leak"), "time": _("length of time"),
        "nps": _("NPS"), "csat": _("satisfaction"), "ces": _("effort or ease"), "ratio": _("ratio"),
        "value": _("mean value"),
    }  # fmt: skip


def _map() -> Words:
    return {
        "$schema": _("format"), "id": _("id"), "title": _("title"), "default_language": _("usual language"),
        "description": _("description"), "company": _("company"), "version": _("version"), "owner": _("owner"),
        "review_due": _("next review"), "scenario": _("scenario"), "expectations": _("expectations"),
        "evidence_level": _("level of evidence"), "origin": _("origin"), "time_zone": _("time zone"),
        "channels": _("channels"), "owners": _("owners"), "trip": _("the trip"), "ignore": _("events left out"),
        "calendar": _("calendar"), "alignment": _("alignment"), "stages": _("stages"), "metrics": _("metrics"),
        "personas": _("personas"), "evidence": _("evidence"), "pain_points": _("pain points"),
        "opportunities": _("opportunities"), "actions": _("actions"), "journeys": _("other journeys"),
        "fr": _("in French"), "en": _("in English"),
    }  # fmt: skip


def _parts() -> Words:
    return {
        "name": _("name"), "icon": _("icon"), "goal": _("goal"), "journey": _("journey in detail"),
        "expected_emotion": _("expected emotion"), "steps": _("steps"), "touchpoints": _("touchpoints"),
        "channel": _("channel"), "raci": _("roles"), "process": _("process"), "links": _("links"), "step": _("step"),
        "kind": _("kind"), "initiator": _("begun by"), "receiver": _("addressed to"), "layer": _("layer"),
        "importance_to_customer": _("importance to customers"), "importance_to_company": _("importance to us"),
        "required": _("required"), "max_occurs": _("at most so often"), "after": _("comes after"),
        "one_of": _("one of a group"), "promises": _("promises"), "moment_of_truth": _("moment of truth"),
        "responsible": _("does it"), "accountable": _("answers for it"), "consulted": _("is asked before"),
        "informed": _("is told after"), "url": _("address"), "file": _("file"),
        "statement": _("statement"), "from": _("from"), "within": _("time allowed"), "clock": _("clock"),
        "percentile": _("kept in how many of a hundred"),
    }  # fmt: skip


def _persons() -> Words:
    return {
        "goals": _("goals"), "needs": _("needs"), "frustrations": _("frustrations"), "traits": _("traits"),
        "quote": _("quote"), "date": _("day"), "people": _("people"), "summary": _("summary"), "quotes": _("quotes"),
        "link": _("link"), "stage": _("stage"), "touchpoint": _("touchpoint"),
    }  # fmt: skip


def _plans() -> Words:
    return {
        "severity": _("severity"), "share": _("share of people"), "source": _("source"),
        "friction": _("friction of the catalogue"), "customer_value": _("value to customers"),
        "business_value": _("value to us"), "effort": _("effort"), "confidence": _("confidence"),
        "status": _("status"), "opportunity": _("opportunity"), "due": _("due day"), "done_on": _("day done"),
        "metric": _("metric"),
    }  # fmt: skip


def _figures() -> Words:
    return {
        "target": _("target"), "direction": _("direction"), "numerator": _("numerator"),
        "denominator": _("denominator"), "unit": _("unit"), "at_least": _("at least so often"),
        "complement": _("those without it"), "property": _("property"), "currency": _("currency"),
        "threshold": _("score from which it is good"), "drift": _("points apart"), "weights": _("weights"),
        "on_time": _("on time"), "as_planned": _("as planned"), "forward": _("going forward"),
        "carried": _("carried to the end"),
    }  # fmt: skip


def _rules() -> Words:
    return {
        "key": _("what tells trips apart"), "starts_when": _("starts with"), "succeeds_when": _("succeeds with"),
        "fails_when": _("fails with"), "timeout": _("silence that ends it"), "matches": _("event match"),
        "event": _("event"), "where": _("conditions"), "in": _("one of"), "contains": _("contains"),
        "starts_with": _("begins with"), "known": _("known"), "unknown": _("unknown"),
    }  # fmt: skip


def _times() -> Words:
    return {
        "hours": _("opening hours"), "holidays": _("public holidays"), "closed": _("closed days"), "to": _("until"),
        "monday": _("Monday"), "tuesday": _("Tuesday"), "wednesday": _("Wednesday"), "thursday": _("Thursday"),
        "friday": _("Friday"), "saturday": _("Saturday"), "sunday": _("Sunday"),
    }  # fmt: skip
