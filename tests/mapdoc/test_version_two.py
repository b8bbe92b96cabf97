"""What version 2 of the map document adds is read as it is written, and its mistakes are shown where they stand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.engine.predicates import EventMatch, Rule
from parcours.language.errors import MapError, MapProblem
from parcours.mapdoc.document import JourneyMap, Link, Metric, OtherJourney, Raci, Step
from parcours.mapdoc.narrative import Action, Evidence, Opportunity, PainPoint, Persona
from parcours.mapdoc.neighbours import validate_map
from parcours.mapdoc.reading import dump_map, load_map, parse_map
from parcours.mapdoc.text import Text
from parcours.mapdoc.versions import FIRST, NEWEST, map_schema
from parcours.mapdoc.yaml_source import read_yaml

HERE = "▶"
SAMPLES = Path(__file__).parent / "samples"

WHOLE = """
id: studio
title: Le parcours
version: 2026-11
owner: sales
review_due: 2027-02-01
scenario: Une gérante cherche un conseil
expectations: Une réponse sous deux jours
evidence_level: researched
origin: Écrite après huit entretiens
owners: [{id: sales, name: Commercial}, {id: legal, name: Juridique}]
journeys: [{id: inside, title: En détail, file: inside.yaml}]
metrics:
  - {id: repeat, kind: ratio, numerator: purchase, denominator: purchase, at_least: 2, target: 0.3, direction: up}
  - {id: worth, kind: value, numerator: purchase, unit: trips, property: paid, currency: EUR, target: 9, direction: up}
personas:
  - id: founder
    name: Fondatrice
    matches: [{event: form_sent, where: {size: small}}]
    goals: [Aller vite]
    needs: [Un prix ferme]
    frustrations: [{fr: Relancer, en: Chasing}]
    traits: [Artisanat]
    quote: Je n’ai pas le temps.
    evidence_level: partial
    evidence: [talks]
evidence:
  - id: talks
    kind: interview
    title: Entretiens
    date: 2026-03-31
    people: 8
    summary: On attend trop
    quotes: [J’ai relancé trois fois.]
    link: https://example.com/talks
    stage: purchase
    touchpoint: quote
    personas: [founder]
pain_points:
  - id: waiting
    name: Le devis se fait attendre
    stage: purchase
    touchpoint: quote
    personas: [founder]
    severity: 4
    share: 0.25
    source: Journal de mars
    friction: quote-without-answer
    evidence_level: measured
    evidence: [talks]
opportunities:
  - id: template
    name: Un modèle
    touchpoint: quote
    pain_points: [waiting]
    customer_value: 80
    business_value: 60
    effort: 2
    confidence: 0.5
    status: planned
    owner: sales
actions:
  - id: same-day
    name: Devis le jour même
    opportunity: template
    stage: purchase
    owner: sales
    status: done
    due: 2026-05-01
    done_on: 2026-04-20
    metric: accepted
stages:
  - id: purchase
    name: Achat
    description: De la demande au paiement
    journey: inside
    steps: [{id: choose, name: Je choisis, description: Entre trois offres}, {id: pay, name: Je paie}]
    touchpoints:
      - id: quote
        name: Devis
        matches: quote_sent
        step: choose
        receiver: customer
        layer: frontstage
        importance_to_customer: 5
        importance_to_company: 4
        raci: {responsible: [sales], accountable: sales, consulted: [legal], informed: [legal]}
        process: "Lire [le mode d’emploi](https://example.com/a) puis **appeler**"
        links: [{title: Modèle, url: "https://example.com/quote"}]
        journey: inside
    metrics:
      - id: accepted
        kind: ratio
        numerator: quote_accepted
        denominator: quote_sent
        unit: trips
        complement: true
        target: 0.6
        direction: down
"""


def read(text: str) -> JourneyMap:
    return parse_map(text, file="our.yaml", format="yaml")


def problems(text: str) -> tuple[MapProblem, ...]:
    with pytest.raises(MapError) as caught:
        read(text)
    return caught.value.problems


def said(text: str) -> Text:
    return Text({"fr": text})


def test_everything_a_team_keeps_is_read() -> None:
    document = read(WHOLE)
    purchases = Rule((EventMatch(("purchase",)),))
    assert document.version == "2026-11"
    assert document.owner == "sales"
    assert document.review_due == dt.date(2027, 2, 1)
    assert (document.scenario, document.expectations) == (
        said("Une gérante cherche un conseil"),
        said("Une réponse sous deux jours"),
    )
    assert (document.evidence_level, document.origin) == ("researched", said("Écrite après huit entretiens"))
    assert document.journeys == (OtherJourney("inside", said("En détail"), "inside.yaml"),)
    assert document.metrics == (
        Metric("repeat", "ratio", 0.3, "up", numerator=purchases, denominator=purchases, at_least=2),
        Metric("worth", "value", 9.0, "up", numerator=purchases, unit="trips", property="paid", currency="EUR"),
    )
    (founder,) = document.personas
    assert isinstance(founder, Persona)
    assert founder.frustrations == (Text({"fr": "Relancer", "en": "Chasing"}),)
    assert founder.rule is not None
    assert (founder.evidence_level, founder.evidence) == ("partial", ("talks",))
    assert document.evidence == (
        Evidence(
            "talks",
            "interview",
            said("Entretiens"),
            dt.date(2026, 3, 31),
            8,
            said("On attend trop"),
            (said("J’ai relancé trois fois."),),
            "https://example.com/talks",
            "purchase",
            "quote",
            ("founder",),
        ),
    )


def test_pains_opportunities_and_actions_are_read() -> None:
    document = read(WHOLE)
    assert document.pain_points == (
        PainPoint(
            "waiting",
            said("Le devis se fait attendre"),
            stage="purchase",
            touchpoint="quote",
            personas=("founder",),
            severity=4,
            share=0.25,
            source=said("Journal de mars"),
            friction="quote-without-answer",
            evidence_level="measured",
            evidence=("talks",),
        ),
    )
    (opportunity,) = document.opportunities
    assert (opportunity.status, opportunity.owner, opportunity.priority) == ("planned", "sales", 17.5)
    assert document.actions == (
        Action(
            "same-day",
            said("Devis le jour même"),
            opportunity="template",
            stage="purchase",
            owner="sales",
            status="done",
            due=dt.date(2026, 5, 1),
            done_on=dt.date(2026, 4, 20),
            metric="accepted",
        ),
    )


def test_steps_layers_and_those_who_answer_are_read() -> None:
    (stage,) = read(WHOLE).stages
    (point,) = stage.touchpoints
    assert (stage.description, stage.journey) == (said("De la demande au paiement"), "inside")
    assert stage.steps == (
        Step("choose", said("Je choisis"), said("Entre trois offres")),
        Step("pay", said("Je paie")),
    )
    assert (point.step, point.receiver, point.layer, point.journey) == ("choose", "customer", "frontstage", "inside")
    assert (point.importance_to_customer, point.importance_to_company) == (5, 4)
    assert point.raci == Raci(("sales",), "sales", ("legal",), ("legal",))
    assert point.links == (Link(said("Modèle"), "https://example.com/quote"),)


def test_it_is_written_back_as_it_was_read() -> None:
    document = read(WHOLE)
    assert read(dump_map(document, "yaml")) == document
    assert f'"$schema": "{NEWEST}"' in dump_map(document, "json")


@pytest.mark.parametrize(
    ("given", "priority"),
    [
        ({"customer_value": 80.0, "business_value": 60.0, "effort": 2.0}, 35.0),
        ({"customer_value": 80.0, "business_value": 60.0, "effort": 0.0}, 140.0),
        ({"customer_value": 80.0, "business_value": 60.0, "effort": 2.0, "confidence": 0.0}, 0.0),
        ({"customer_value": 80.0, "effort": 2.0}, None),
        ({"customer_value": 80.0, "business_value": 60.0}, None),
    ],
)
def test_priority_is_value_times_confidence_over_effort_and_never_guessed(
    given: dict[str, float], priority: float | None
) -> None:
    assert Opportunity("o", said("O"), **given).priority == priority  # type: ignore[arg-type]


MISTAKES = [
    # what stands in the whole map, what is put there, field, words of the message, words of the right form
    ("owner: sales\nreview", "owner: ▶sale\nreview", "owner", "no owner “sale”", "“sales”"),
    ("2027-02-01", "▶2027-02-30", "review_due", "no day “2027-02-30”", "2024-12-24"),
    ("2027-02-01", "▶1.2.2027", "review_due", "form needed here", "2026-11-27"),
    ("level: researched", "level: ▶sure", "evidence_level", "“sure” is not known", "“assumed”"),
    (
        "{id: inside,",
        "{id: inside, title: X, file: x.yaml}, {id: ▶inside,",
        "journeys[1].id",
        "already given",
        "inside-2",
    ),
    ("metric: accepted", "metric: ▶acepted", "actions[0].metric", "no metric “acepted”", "Nearest first: “accepted”"),
    ("{id: repeat,", "{id: ▶accepted,", "metrics[0].id", "already given in line", "accepted-2"),
    ("opportunity: template", "opportunity: ▶t", "actions[0].opportunity", "no opportunity “t”", "“template”"),
    (
        "pain_points: [waiting]",
        "pain_points: [▶w]",
        "opportunities[0].pain_points[0]",
        "no pain point “w”",
        "“waiting”",
    ),
    (
        "personas: [founder]\n    severity",
        "personas: [founder, ▶founder]\n    severity",
        "pain_points[0].personas[1]",
        "named twice",
        "Keep one",
    ),
    (
        "personas: [founder]\npain",
        "personas: [▶found]\npain",
        "evidence[0].personas[0]",
        "no persona “found”",
        "“founder”",
    ),
    ("evidence: [talks]\nev", "evidence: [▶talk]\nev", "personas[0].evidence[0]", "no evidence “talk”", "“talks”"),
    (
        "friction: quote-without-answer",
        "friction: ▶quote",
        "pain_points[0].friction",
        "no friction “quote” in the cat",
        "quote-without-answer",
    ),
    ("stage: purchase\n    owner", "stage: ▶buy\n    owner", "actions[0].stage", "no stage “buy”", "“purchase”"),
    (
        "touchpoint: quote\n    pain",
        "touchpoint: ▶quot\n    pain",
        "opportunities[0].touchpoint",
        "no touchpoint “quot”",
        "“quote”",
    ),
    ("step: choose", "step: ▶look", "stages[0].touchpoints[0].step", "no step “look” in this stage", "“choose”"),
    ("{id: pay,", "{id: ▶choose,", "stages[0].steps[1].id", "already given", "choose-2"),
    (
        "accountable: sales",
        "accountable: ▶sell",
        "stages[0].touchpoints[0].raci.accountable",
        "no owner “sell”",
        "“sales”",
    ),
    (
        "accountable: sales",
        "accountable: ▶[sales]",
        "stages[0].touchpoints[0].raci.accountable",
        "a text; found: a list",
        "sales",
    ),
    (
        "consulted: [legal]",
        "consulted: [▶law]",
        "stages[0].touchpoints[0].raci.consulted[0]",
        "no owner “law”",
        "“legal”",
    ),
    (
        'url: "https://example.com/quote"',
        'url: ▶"javascript:alert(1)"',
        "stages[0].touchpoints[0].links[0].url",
        "not an address on the web",
        "https://example.com/handbook",
    ),
    (
        "link: https://example.com/talks",
        "link: ▶example.com/talks",
        "evidence[0].link",
        "not an address on the web",
        "https://example.com/talks",
    ),
    (
        'process: "Lire [le mode d’emploi](https://example.com/a)',
        'process: ▶"Lire [ici](file:///etc/passwd)',
        "stages[0].touchpoints[0].process",
        "“file:///etc/passwd” is not an address",
        "https://",
    ),
    (
        "journey: inside\n    metrics",
        "journey: ▶there\n    metrics",
        "stages[0].touchpoints[0].journey",
        "no journey “there”",
        "“inside”",
    ),
    (
        "importance_to_company: 4",
        "importance_to_company: ▶6",
        "stages[0].touchpoints[0].importance_to_company",
        "6 is outside",
        "1 to 5",
    ),
    ("layer: frontstage", "layer: ▶front", "stages[0].touchpoints[0].layer", "“front” is not known", "“frontstage”"),
    ("severity: 4", "severity: ▶2.5", "pain_points[0].severity", "a whole number", "4"),
    ("share: 0.25", "share: ▶25", "pain_points[0].share", "25 is above 1", "0.25"),
    ("status: done", "status: ▶finished", "actions[0].status", "“finished” is not known", "“done”"),
    ("done_on: 2026-04-20", "done_on: ▶2026-04-31", "actions[0].done_on", "no day “2026-04-31”", ""),
    (
        "status: done\n    due: 2026-05-01\n    done_on: 2026",
        "due: 2026-05-01\n    done_on: ▶2026",
        "actions[0].done_on",
        "still “planned”",
        "Write “done”",
    ),
    ("denominator: purchase, ", "", "metrics[0].denominator", "“denominator” is missing", "For example"),
    ("kind: value, numerator: purchase", "kind: value", "metrics[1].numerator", "“numerator” is missing", "purchase"),
    (
        "unit: trips, property",
        "unit: ▶events, property",
        "metrics[1].unit",
        "“events” is not known",
        "“persons”, “trips”",
    ),
    ("target: 9,", "target: ▶-1,", "metrics[1].target", "-1 is outside the scale", "0 or more"),
    ("target: 0.3", "target: ▶30", "metrics[0].target", "30 is above 1", "0.3"),
    ("currency: EUR", "currency: ▶euro", "metrics[1].currency", "form needed here", "EUR"),
    ("at_least: 2,", "currency: ▶EUR,", "metrics[0].currency", "no meaning for a metric of kind “ratio”", "“value”"),
    (
        "kind: ratio\n        numerator: quote_accepted\n        denominator: quote_sent",
        "kind: leak\n        denominator: ▶quote_sent",
        "stages[0].metrics[0].denominator",
        "kind “leak”",
        "“ratio”",
    ),
    (
        "unit: trips\n        complement: true",
        "unit: events\n        complement: ▶true",
        "stages[0].metrics[0].complement",
        "no meaning for a ratio of events",
        "persons or trips",
    ),
]


@pytest.mark.parametrize(
    ("there", "put", "field", "message", "right"), MISTAKES, ids=[one[2] + one[3] for one in MISTAKES]
)
def test_each_mistake_is_shown_at_its_place_with_the_right_form(
    there: str, put: str, field: str, message: str, right: str
) -> None:
    assert WHOLE.count(there) == 1
    marked = WHOLE.replace(there, put)
    found = [one for one in problems(marked.replace(HERE, "")) if one.place.field == field]
    assert found, problems(marked.replace(HERE, ""))
    assert message in found[0].message
    assert right in (found[0].expected or "")
    if HERE in marked:
        before = marked[: marked.index(HERE)]
        place = found[0].place
        assert (place.line, place.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))


def test_a_touchpoint_named_beside_the_wrong_stage_is_shown() -> None:
    other = WHOLE.replace("stages:\n", "stages:\n  - {id: use, name: Usage}\n")
    other = other.replace("stage: purchase\n    touch", "stage: use\n    touch")
    found = problems(other)
    assert [one.place.field for one in found] == ["evidence[0].stage", "pain_points[0].stage"]
    assert "“quote” stands in the stage “purchase”" in found[0].message


def test_a_ratio_of_events_may_exceed_one() -> None:
    persons = "unit: trips\n        complement: true\n        target: 0.6"
    text = WHOLE.replace(persons, "unit: events\n        target: 3.5")
    assert read(text).stages[0].metrics[0].target == 3.5


def test_version_one_reads_to_the_same_map_as_before() -> None:
    before = json.loads((SAMPLES / "version-1-as-read.json").read_text("utf-8"))
    document = asdict(load_map(SAMPLES / "version-1.yaml"))
    document["evidence"] = document.pop("origin")
    assert _only(before, json.loads(json.dumps(document, default=str))) == before


def _only(like: Any, value: Any) -> Any:
    """Return of ``value`` the fields that ``like`` has."""
    if isinstance(like, dict):
        return {name: _only(like[name], value[name]) for name in like}
    if isinstance(like, list):
        assert len(value) == len(like)
        return [_only(one, other) for one, other in zip(like, value, strict=True)]
    return value


def test_the_sample_of_version_one_uses_every_field_that_it_had() -> None:
    text = (SAMPLES / "version-1.yaml").read_text("utf-8")
    schema = map_schema(FIRST)
    fields = {name for part in (schema, *schema["$defs"].values()) for name in part.get("properties", ())}
    operators = {"=", "!=", ">", "<=", "in", "starts_with", "known"}
    assert [name for name in sorted(fields - operators) if f"{name}:" not in text and f'"{name}":' not in text] == []


def test_a_document_of_version_one_is_written_as_the_newest() -> None:
    document = load_map(SAMPLES / "version-1.yaml")
    written = json.loads(dump_map(document, "json"))
    assert written["$schema"] == NEWEST
    assert written["origin"] == {"fr": "Écrite après huit entretiens.", "en": "Written after eight interviews."}
    assert "evidence" not in written


def test_version_one_is_checked_against_its_own_schema() -> None:
    found = problems(f'"$schema": {FIRST}\nid: m\ntitle: T\nowner: x\nstages: [{{id: a, name: A, raci: 1}}]')
    assert [(one.place.line, one.place.field) for one in found] == [(4, "owner"), (5, "stages[0].raci")]
    assert "Version 1 of this format has no field “owner”" in found[0].message
    assert NEWEST in (found[0].expected or "")
    assert "Unknown field “raci”" in found[1].message


def test_a_later_version_is_refused_by_name_and_nothing_else_is_said() -> None:
    (found,) = problems('"$schema": urn:parcours:map:3\nid: m\nnovelty: 1\n')
    assert "later version" in found.message
    assert NEWEST in (found.expected or "")
    assert found.place.line == 1


def test_a_version_that_never_was_is_refused() -> None:
    (found,) = problems('"$schema": urn:else\nid: m\ntitle: T\nstages: [{id: a, name: A}]')
    assert "“urn:else” is not a version" in found.message
    assert NEWEST in (found.expected or "")


def test_one_text_as_evidence_is_led_to_origin() -> None:
    (found,) = problems("id: m\ntitle: T\nevidence: Huit entretiens\nstages: [{id: a, name: A}]")
    assert found.place.field == "evidence"
    assert "“origin”" in (found.expected or "")


def test_a_journey_whose_file_is_there_is_fine(tmp_path: Path) -> None:
    (tmp_path / "our.yaml").write_text(WHOLE, "utf-8")
    (tmp_path / "inside.yaml").write_text("id: i\ntitle: I\nstages: [{id: a, name: A}]", "utf-8")
    assert validate_map(tmp_path / "our.yaml") == read(WHOLE)


@pytest.mark.parametrize(
    ("file", "content", "message", "right"),
    [
        ("inside.yaml", None, "There is no file", ""),
        ("inside.yaml", "id: i", "is not a valid map", "“title” is missing"),
        ("inside.txt", "", "not called like a map", ".yaml"),
        ("our.yaml", None, "within itself", "another"),
        ("/tmp/other.yaml", None, "absolute path", "folder"),
    ],
)
def test_a_journey_whose_file_is_no_map_is_shown_with_its_line(
    tmp_path: Path, file: str, content: str | None, message: str, right: str
) -> None:
    text = WHOLE.replace("file: inside.yaml", f"file: {file}")
    (tmp_path / "our.yaml").write_text(text, "utf-8")
    if content is not None:
        (tmp_path / file).write_text(content, "utf-8")
    assert load_map(tmp_path / "our.yaml").journeys
    with pytest.raises(MapError) as caught:
        validate_map(tmp_path / "our.yaml")
    (found,) = caught.value.problems
    assert found.place.field == "journeys[0].file"
    assert found.place.line == 1 + WHOLE[: WHOLE.index("journeys: ")].count("\n")
    assert message in found.message
    assert right in (found.expected or "")


JUNK = st.sampled_from(
    [None, True, 3, -1, 0.5, "", "x", "https://[", "2026-13-01", [], [[]], ["x"], {}, {"id": 1}, {"fr": []}]
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_mutilated_map_brings_the_checks_down(data: st.DataObject) -> None:
    """Whatever stands in place of a value, the answer is a map or a list of problems with their places."""
    plain: Any = read_yaml(WHOLE, "our.yaml").data
    for _n in range(data.draw(st.integers(1, 3))):
        holder, name = data.draw(st.sampled_from(list(_slots(plain))))
        holder[name] = deepcopy(data.draw(JUNK))  # a later change of the same map would change the junk itself
    try:
        parse_map(json.dumps(plain), file="our.json", format="json")
    except MapError as error:
        assert all(one.place.line and one.place.column and one.message for one in error.problems)


def _slots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Give every place of ``value`` where something may be put: its holder, and the name or number there."""
    for name, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, name
        if isinstance(inner, dict | list):
            yield from _slots(inner)
