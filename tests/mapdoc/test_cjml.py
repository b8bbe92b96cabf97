"""CJML in and out: odd files load and say what was odd; what CJML can hold comes back as it left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from strategies import maps

from parcours.language.errors import MapError, MapProblem
from parcours.language.translation import speaking
from parcours.mapdoc.document import JourneyMap, Touchpoint
from parcours.mapdoc.formats.cjml.reading import read_cjml
from parcours.mapdoc.formats.cjml.writing import write_cjml
from parcours.mapdoc.formats.opened import OpenedMap
from parcours.mapdoc.reading import open_map
from parcours.mapdoc.templates import load_template

SAMPLES = Path(__file__).parent / "samples" / "cjml"
FRAME = '<CJML version="2.0"><plannedJourney><touchpoints>{}</touchpoints></plannedJourney></CJML>'


def sample(name: str) -> OpenedMap:
    with speaking("en"):
        return open_map(SAMPLES / name, "fr")


def read(text: str) -> OpenedMap:
    with speaking("en"):
        return read_cjml(text.encode(), "our.cjml", "en")


def problem(raw: bytes) -> MapProblem:
    with speaking("en"), pytest.raises(MapError) as caught:
        read_cjml(raw, "our.cjml", "en")
    return caught.value.problems[0]


def points(map: JourneyMap) -> dict[str, Touchpoint]:
    return {point.id: point for stage in map.stages for point in stage.touchpoints}


def test_a_plan_becomes_the_map_and_a_visit_its_evidence() -> None:
    opened = sample("clinic.xml")
    map = opened.map
    assert map.title.in_language("fr") == "Prendre rendez-vous à la clinique"
    assert map.company is not None and map.company.in_language("fr") == "Clinique des Tilleuls"
    assert [(stage.id, len(stage.touchpoints)) for stage in map.stages] == [("before", 2), ("during", 1)]
    assert [(one.id, one.name.in_language("fr")) for one in map.personas] == [("zoe", "Zoé, 35 ans")]
    call, text, look = points(map).values()
    assert (call.kind, call.initiator, call.receiver, call.owner) == (
        "communication",
        "customer",
        "company",
        "reception",
    )
    assert (call.channel, call.expected_emotion) == ("phone", 0.5)
    assert call.description is not None and call.description.in_language("fr") == "Décroche"
    assert (text.initiator, text.receiver, text.channel) == ("company", "customer", "sms")
    assert (look.kind, look.initiator, look.owner) == ("action", "company", None)
    (visit,) = map.evidence
    assert visit.kind == "observation" and [quote.in_language("fr") for quote in visit.quotes] == [
        "Douze minutes d’attente…"
    ]
    assert visit.summary is not None
    assert visit.summary.in_language("fr").split("\n") == [
        "Planifié comme PJ1.",
        "Statut : completed.".replace(" :", "\u00a0:"),
        "T1 · Appelle la clinique · comme prévu, noté 1.5 sur 5, timeOriginated 2026-03-05T10:00",
        "T2 · Confirme par SMS · manquant",
        "D1 · Rappelle · hors plan",
    ]
    assert opened.losses.lines() == (
        "Types of providers: 1 (reception: desk)",
        "Ids given twice, or with signs that ids do not have: 1 (Zoé → zoe)",
        "Actual journeys, kept as evidence in words: 1 (AJ1)",
    )


def test_odd_order_missing_actors_and_dangling_references_are_kept_and_reported() -> None:
    opened = sample("odd.xml")
    map = opened.map
    assert [(stage.id, stage.name.in_language("fr"), [p.id for p in stage.touchpoints]) for stage in map.stages] == [
        ("early", "early", ["T9-2"]),
        ("late", "Après", ["T9"]),
        ("ghost", "ghost", ["le-3e", "rien-d-autre"]),
    ]
    assert [owner.id for owner in map.owners] == ["far-away", "nobody"]
    assert points(map)["T9-2"].owner == "nobody"
    said = "\n".join(opened.losses.lines())
    for words in (
        "Actors that nobody declares, kept by their id: 3",
        "Actors without an id: 1 (line 25)",
        "Further planned journeys of the file: 1 (PJ2)",
        "Touchpoints without an initiator, taken as the customer’s: 3",
        "Touchpoints that came later than their phase: 1 (line 10)",
        "Ratings that are no number from 1 to 5: 1 (line 10: très bien)",
        "Phases that nobody declares, kept by their id: 1 (ghost, line 18)",
        "Touchpoints without a phase, put with the one before: 1 (line 19)",
        "Times and categories of a planned touchpoint: 1 (line 19)",
        "T9 → T9-2",
    ):
        assert words in said


def test_an_actual_journey_alone_gives_a_map_without_its_detours() -> None:
    map = sample("lived.xml").map
    assert list(points(map)) == ["1"]
    assert points(map)["1"].expected_emotion is None
    assert map.evidence[0].summary is not None
    assert "5 sur 5" in map.evidence[0].summary.in_language("fr")


def test_ratings_are_read_with_comma_or_point_and_kept_inside_the_scale() -> None:
    felt = "<touchpointExperience><experienceRating>{}</experienceRating></touchpointExperience>"
    rated = f"<plannedAction>{felt}</plannedAction>"
    opened = read(FRAME.format("".join(rated.format(rating) for rating in ("4,5", "2.25", "9", "good", "5"))))
    assert [point.expected_emotion for point in points(opened.map).values()] == [1.5, -0.75, 2.0, None, 2.0]
    assert "Ratings outside 1 to 5, taken as the nearest: 1 (line 1: 9)" in opened.losses.lines()


def test_long_visits_are_cut_into_several_observations() -> None:
    told = "<actualAction><touchpointID>T{}</touchpointID><comment>{}</comment></actualAction>"
    journey = "".join(told.format(n, "x" * 900) for n in range(12))
    opened = read(f"<CJML><actualJourney><journeyID>A</journeyID>{journey}</actualJourney></CJML>")
    assert [one.id for one in opened.map.evidence] == ["a", "a-2", "a-3"]
    told_of = "\n".join(one.summary.in_language("en") for one in opened.map.evidence if one.summary)
    assert all(f"T{n} ·" in told_of for n in range(12))


@pytest.mark.parametrize(
    ("raw", "line", "message"),
    [
        (b"", 1, "cannot be read"),
        (b"<CJML>\n<plannedJourney>", 2, "cannot be read"),
        (b"<CJML>\n</CJML>", 1, "No journey stands in this file"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a/>', 1, "<!DOCTYPE>"),
        (b"<CJML>" + b"<a>" * 40, 1, "levels deep"),
        (b"\x00\xff\x00junk", 1, "cannot be read"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', 1, "cannot be read"),
        (b"<CJML><plannedJourney/></CJML>", 1, "no phase and no touchpoint"),
    ],
)
def test_what_is_no_cjml_is_refused_at_its_line(raw: bytes, line: int, message: str) -> None:
    found = problem(raw)
    assert (found.place.file, found.place.line) == ("our.cjml", line)
    assert message in found.message


def test_what_a_map_cannot_hold_is_shown_at_its_line() -> None:
    found = problem(
        FRAME.format(
            f"\n<plannedAction>\n<initiator><initiatorLabel>{'x' * 4001}</initiatorLabel></initiator></plannedAction>"
        ).encode()
    )
    assert (found.place.line, found.place.field) == (2, "stages[0].touchpoints[0].name")


def held(map: JourneyMap, language: str) -> list[object]:
    """What CJML can say of a map, as plain values."""
    return [
        map.title.in_language(language).strip(),
        [(own.id, own.name.in_language(language).strip()) for own in map.owners],
        [
            (
                stage.id,
                stage.name.in_language(language).strip(),
                [
                    (
                        point.id,
                        point.name.in_language(language).strip(),
                        point.kind,
                        point.initiator,
                        (point.receiver or ("company" if point.initiator == "customer" else "customer"))
                        if point.kind == "communication"
                        else None,
                        point.channel is not None and point.kind == "communication",
                    )
                    for point in stage.touchpoints
                ],
            )
            for stage in map.stages
        ],
    ]


def clean(value: object) -> object:
    """Characters that XML has none for are one sign; those are counted in the report."""
    return repr(value).replace("\\ufffe", "�").replace("\\uffff", "�").replace("\\x7f", "\x7f")


def test_an_owner_keeps_its_id_beside_a_persona_of_the_same_id() -> None:
    map = load_template("coach")
    twin = replace(map.personas[0], id=map.owners[0].id)
    written = write_cjml(replace(map, personas=(twin,)), "en").content
    assert {own.id for own in read_cjml(written, "f", "en").map.owners} >= {own.id for own in map.owners}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(maps())
def test_what_cjml_can_hold_comes_back_equal(document: JourneyMap) -> None:
    for language in ("fr", "en"):
        once = read_cjml(write_cjml(document, language).content, "f", language).map
        assert clean(held(once, language)) == clean(held(document, language))
        left = write_cjml(once, language)
        back = read_cjml(left.content, "f", language)
        assert back.map == once
        assert not left.losses


def test_our_template_leaves_as_cjml_and_the_losses_are_counted() -> None:
    with speaking("en"):
        written = write_cjml(load_template("coach"), "en")
    lines = written.losses.lines()
    assert any(line.startswith("Promises: 6 (") for line in lines)
    assert any(line.startswith("Channels of actions: ") for line in lines)
    assert any(line.startswith("Channels named by CJML’s own word: ") for line in lines)
    assert len(points(read_cjml(written.content, "f", "en").map)) == len(points(load_template("coach")))
