"""Changes in words: every field of the schema has its word in both languages, and values are written for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from parcours.language.translation import speaking
from parcours.mapdoc.change_words import told_by_stage
from parcours.mapdoc.changes import diff
from parcours.mapdoc.field_words import RULES, WRITTEN, collection_word, field_word, order_word, value_word
from parcours.mapdoc.parts import take_apart
from parcours.mapdoc.reading import parse_map
from parcours.mapdoc.versions import map_schema

NOT_WORDS = {"icon"}
"""Fields that choose from a list of names which only a document shows."""
SAME_IN_BOTH = {"$schema", "actions", "description", "frustrations", "personas", "source", "version", "where"}
"""Fields whose word may be the same in both languages."""


def _parts_of(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        schema = list(schema.values())
    for one in schema if isinstance(schema, list) else ():
        yield from _parts_of(one)


def _fields() -> dict[str, Any]:
    return {
        name: held for part in _parts_of(map_schema()) if isinstance(part.get("properties"), dict)
        for name, held in part["properties"].items()
    }  # fmt: skip


def test_every_field_of_the_schema_has_a_word_of_its_own() -> None:
    fields = set(_fields()) - WRITTEN
    assert len(fields) > 120
    with speaking("fr"):
        french = {name: field_word(name) for name in fields}
    with speaking("en"):
        english = {name: field_word(name) for name in fields}
    for name in fields:
        assert "_" not in english[name] and "_" not in french[name], f"{name} has no word in mapdoc/field_words.py"
    untranslated = {name for name in fields if french[name] == english[name]} - SAME_IN_BOTH
    assert not untranslated, f"no French word for {sorted(untranslated)}: see mapdoc/field_words.py"


def test_a_field_that_the_schema_does_not_have_keeps_its_name() -> None:
    assert field_word("shoe_size") == "shoe_size"
    assert order_word("shoe_size") == "shoe_size"
    assert collection_word("shoe_size") is None
    assert value_word("status", "lost") is None and value_word("name", "done") is None


def test_every_value_that_a_field_may_choose_has_a_word() -> None:
    chosen = [(name, value) for part in _parts_of(map_schema()) if isinstance(part.get("properties"), dict)
              for name, held in part["properties"].items() if name not in NOT_WORDS
              for value in held.get("enum", ())]  # fmt: skip
    chosen += [("evidence_level", value) for value in map_schema()["$defs"]["evidence_level"]["enum"]]
    assert len(chosen) > 40
    for name, value in chosen:
        assert value_word(name, value), f"{name}: {value} has no word in mapdoc/field_words.py"


def test_every_collection_has_a_word_and_a_word_for_its_order() -> None:
    schema = map_schema()
    defined = {name for name, one in schema["$defs"].items() if "id" in one.get("properties", {})}
    collections = {
        name
        for part in _parts_of(schema)
        if isinstance(part.get("properties"), dict)
        for name, held in part["properties"].items()
        if str(held.get("items", {}).get("$ref", "")).removeprefix("#/$defs/") in defined
    }
    assert len(collections) >= 12
    for name in collections:
        assert collection_word(name)
        assert order_word(name).startswith("order of")


def test_fields_that_hold_rules_are_those_of_the_schema() -> None:
    held = {name for part in _parts_of(map_schema()) if isinstance(part.get("properties"), dict)
            for name, one in part["properties"].items() if one.get("$ref") == "#/$defs/rule"}  # fmt: skip
    assert held == set(RULES)


OLD: dict[str, Any] = {
    "id": "shop",
    "title": "Boutique",
    "trip": {"timeout": "30d", "succeeds_when": ["purchase"]},
    "owners": [{"id": "ann", "name": "Ventes"}, {"id": "bob", "name": "Achats"}],
    "personas": [{"id": "lea", "name": "Léa", "goals": ["Savoir vite"]}],
    "calendar": {"hours": {"monday": [{"from": "09:00", "to": "18:00"}]}},
    "stages": [{"id": "buy", "name": "Achat", "expected_emotion": 0.5, "touchpoints": [
        {"id": "quote", "name": "Devis", "owner": "ann", "layer": "frontstage", "raci": {"responsible": ["ann"]}}]}],
    "pain_points": [{"id": "slow", "name": "Trop lent", "stage": "buy", "severity": 2}],
    "opportunities": [{"id": "fast", "name": "Devis le jour même", "status": "planned", "pain_points": ["slow"]}],
    "actions": [{"id": "do", "name": "Faire", "opportunity": "fast"}],
}  # fmt: skip


def _told(edit: Any, language: Any) -> list[str]:
    import copy

    new = copy.deepcopy(OLD)
    edit(new)
    before, after = (parse_map(_text(one), file="map.json", format="json") for one in (OLD, new))
    with speaking(language):
        groups = told_by_stage(diff(before, after), take_apart(before), take_apart(after))
        return [line.replace("\u00a0", " ").replace("\u202f", " ") for group in groups for line in group.lines]


def _text(data: dict[str, Any]) -> str:
    import json

    return json.dumps(data)


@pytest.mark.parametrize(
    ("edit", "french"),
    [
        (lambda data: data["trip"].update(timeout="60d"), "voyage · silence qui y met fin : « 30d » → « 60d »"),
        (lambda data: data["trip"].update(succeeds_when=["paid", "won"]),
         "voyage · réussit avec : « purchase » → « paid; won »"),
        (lambda data: data["opportunities"][0].update(status="doing"), "statut : « prévu » → « en route »"),
        (lambda data: data["stages"][0].update(expected_emotion=-1.25), "émotion attendue : 0,5 → −1,25"),
        (lambda data: data["stages"][0]["touchpoints"][0].update(layer="backstage"),
         "couche : « Ce que nous faisons sous leurs yeux » → « Ce que nous faisons en coulisses »"),
        (lambda data: data["stages"][0]["touchpoints"][0]["raci"].update(responsible=["ann", "bob"]),
         "rôles · le fait : « Ventes » → « Ventes » et « Achats »"),
        (lambda data: data["personas"][0].update(goals=["Savoir vite", "Un prix ferme"]),
         "buts : « Savoir vite » → « Savoir vite » et « Un prix ferme »"),
        (lambda data: data["calendar"]["hours"].update(monday=[{"from": "08:00", "to": "18:00"}]),
         "horaires · heures d’ouverture · lundi : « 09:00–18:00 » → « 08:00–18:00 »"),
        (lambda data: data["opportunities"][0].pop("pain_points"), "irritants : « Trop lent » → rien"),
        (lambda data: data["actions"][0].pop("opportunity"), "opportunité : « Devis le jour même » → rien"),
    ],
)  # fmt: skip
def test_a_change_speaks_french_to_the_last_word(edit: Any, french: str) -> None:
    (line,) = _told(edit, "fr")
    assert line.endswith(french)
