import re
from dataclasses import replace

import pytest

from parcours.engine.results import Emotion, Score
from parcours.language.translation import speaking
from parcours.mapdoc.document import Metric
from parcours.mapdoc.text import Text
from parcours.report import summary
from parcours.report.findings import Candidate, candidates, most_important
from parcours.report.notes import notes
from parcours.report.wording import finding_text

DAY = 86_400.0
COLD, WARM = Emotion(40, -1.0, -1.3, -0.7), Emotion(40, 1.2, 1.0, 1.4)


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def texts(made, language, *, discovered=False):
    """Headline and detail of every candidate by kind, then the headline and both columns of the head."""
    with speaking(language):
        stages, result = made.lived(), made.result
        ranked = candidates(stages, result, has_goal=made.goal, discovered=discovered)
        told = {
            one.kind: tuple(map(plain, finding_text(one, result, discovered=discovered))) for one in reversed(ranked)
        }
        chosen = most_important(ranked)
        head = plain(summary.headline(chosen, result, discovered=discovered))
        lost = [plain(text) for text in summary.lost(stages, result, has_goal=made.goal)]
        felt = [plain(text) for text in summary.felt(stages, result, ranked)]
        return told, head, lost, felt


@pytest.fixture
def shop(made, touchpoint):
    """A shop that loses people at the decision, is slow to deliver and cold afterwards."""
    made.stage("visit", expected=0.2, entered=2000, reached=2000, left=500, metrics=[Metric("l", "leak", 0.3, "down")])
    fees = touchpoint("fees", moment_of_truth=True, process=Text({"fr": "Barème", "en": "Price list"}))
    made.stage(
        "decision", entered=1500, reached=1500, left=700, failed=18,
        metrics=[Metric("l", "leak", 0.35, "down")], touchpoints=[(fees, 1400, Emotion(0, None, None, None))],
    )  # fmt: skip
    made.stage(
        "delivery", expected=0.5, emotion=WARM, entered=782, reached=782, timed=700, median_seconds=5 * DAY,
        upper_seconds=8 * DAY, metrics=[Metric("t", "time", 3 * DAY, "down")], returned=90, returns=120,
    )  # fmt: skip
    made.stage("support", expected=0.6, emotion=COLD, entered=600, reached=782, arrived=700, open=82)
    made.unplaced = (("popup", 90), ("cookie", 3))
    return made


def test_the_head_says_in_french_what_is_lost_and_felt(shop):
    told, head, lost, felt = texts(shop, "fr")
    assert head == "On perd les gens à « Decision », on les déçoit à « Support »."
    assert lost == [
        "Sur 2 000 personnes : 700 réussites (35 %), 1 218 pertes et 82 encore en route.",
        "À l’étape « Decision », 718 personnes sur 1 500 s’arrêtent là (48 %) ; la carte en prévoit 35 %. "
        "C’est 193 de trop.",
    ]
    assert felt[0] == "À l’étape « Support », −1,0 au lieu de +0,6 attendu (40 réponses)."
    assert felt[1] == "Aux étapes « Visit » et « Decision », personne n’a été interrogé."
    assert told["leak_beyond"] == (
        "193 départs de trop à l’étape « Decision »",
        "responsable : Ventes · 718 personnes sur 1 500 s’arrêtent là (48 %), contre 35 % prévus sur la carte · "
        "à regarder d’abord : « Fees », moment de vérité · processus : Barème",
    )
    assert told["slow"][0] == "5 j à l’étape « Delivery » au lieu de 3 j"
    assert told["unplaced"] == (
        "9 % des événements ne sont pas sur la carte",
        "le plus souvent « popup » (90) et « cookie » (3)",
    )


def test_the_head_says_the_same_in_english(shop):
    told, head, lost, felt = texts(shop, "en")
    assert head == "We lose people at “Decision”, and we let them down at “Support”."
    assert lost[0] == "Of 2,000 people: 700 successes (35%), 1,218 lost and 82 still under way."
    assert felt[0] == "At stage “Support”, −1.0 where +0.6 was expected (40 answers)."
    assert told["returns"] == (
        "90 people come back to stage “Delivery”",
        "owner: Sales · 12% of those who enter it, 120 returns in all",
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_number_of_a_finding_is_one_of_its_figures(shop, language):
    told, _head, _lost, _felt = texts(shop, language)
    known = {193, 718, 1500, 48, 35, 5, 3, 8, 700, 90, 12, 120, 1, 0, 6, 40, 95, 9, 2000}
    known |= {7}  # the tenths of +0.6 − … intervals: −1,3 and −0,7
    for headline, detail in told.values():
        numbers = re.findall(r"\d+", re.sub(r"(?<=\d)[ ,](?=\d{3})", "", f"{headline} {detail}"))
        assert {int(text) for text in numbers} <= known, (headline, detail)


def test_one_person_is_told_in_the_singular(made):
    made.stage("visit", entered=4, reached=4, left=1, metrics=[Metric("l", "leak", 0.0, "down")])
    made.stage("buy", entered=3, reached=3, arrived=3)
    told, _head, lost, _felt = texts(made, "fr")
    assert told["leak_beyond"][0] == "1 départ de trop à l’étape « Visit »"
    assert "1 personne sur 4 s’arrête là (25 %)" in told["leak_beyond"][1]
    assert lost[0] == "Sur 4 personnes : 3 réussites (75 %), 1 perte et 0 encore en route."
    told, _head, _lost, _felt = texts(made, "en")
    assert told["leak_beyond"][0] == "1 departure too many at stage “Visit”"


def test_a_leak_and_a_cold_feeling_of_one_stage_make_one_sentence(made):
    made.stage("visit", left=60, metrics=[Metric("l", "leak", 0.1, "down")], expected=1.0, emotion=COLD)
    made.stage("buy", entered=40, reached=40, arrived=40)
    assert texts(made, "fr")[1] == "On perd les gens à « Visit », et c’est là qu’on les déçoit."
    assert texts(made, "en")[1] == "We lose people at “Visit”, and that is where we let them down."


def test_a_discovered_map_is_spoken_of_without_targets_or_blame(made):
    made.origin = Text({"fr": "Ébauche.", "en": "Draft."})
    made.stage("a", left=60, timed=40, median_seconds=DAY).stage(
        "b", entered=40, reached=40, arrived=40, timed=5, median_seconds=9 * DAY, upper_seconds=9 * DAY
    )
    told, head, _lost, felt = texts(made, "fr", discovered=True)
    assert head == "On s’arrête surtout à « A », on attend le plus à « B »."
    assert told["leak_most"][1].endswith("la carte ne fixe pas d’objectif")
    assert felt == ["Personne n’a donné de réponse : on ne sait pas ce que les gens ressentent."]


def test_what_nobody_met_or_was_asked_is_told_by_name(made, touchpoint):
    nothing = Emotion(0, None, None, None)
    silent = [(touchpoint(name), 0, nothing) for name in ("poster", "flyer", "radio", "screen")]
    made.stage("visit", expected=0.5, entered=80, open=80, touchpoints=[(touchpoint("shop"), 80, nothing), *silent])
    told, head, _lost, _felt = texts(made, "fr")
    assert told["unlived"] == (
        "4 points de contact prévus que personne n’a vécus",
        "responsable : Ventes · « Poster », « Flyer », « Radio » et 1 autre · "
        "soit cela n’a pas lieu, soit les événements portent un autre nom",
    )
    assert told["unasked"][0] == "Personne n’a été interrogé sur son ressenti"
    assert head == "Ce que vivent les gens, étape par étape."
    made.stages.clear(), made.figures.clear(), made.points.clear()
    made.stage("visit", entered=80, touchpoints=silent[:1]).stage("buy", emotion=COLD)
    told = texts(made, "en")[0]
    assert told["unlived"][0] == "Nobody has met “Poster”"
    assert told["unasked"][0] == "Nobody has been asked at stage “Visit”"
    assert told["unasked"][1].startswith("owner: Sales · 80 people went through it")


def test_every_combination_of_two_findings_makes_a_headline(made):
    stages = made.stage("a", open=1).stage("b").lived()
    seen = set()
    for discovered in (False, True):
        for first in ("leak_beyond", "slow", "felt", "returns"):
            for second in ("leak_most", "wait_most", "felt", "returns"):
                for stage in stages:
                    chosen = [Candidate(first, 2, stages[0]), Candidate(second, 1, stage)]
                    with speaking("fr"):
                        seen.add(plain(summary.headline(chosen, made.result, discovered=discovered)))
    assert len(seen) == 2 * 4 * 3 * 2 + 2 * 4
    assert all(head.endswith(".") and "« A »" in head and "{" not in head for head in seen)


def test_a_timeout_longer_than_the_data_is_said(made):
    made.stage("lead", entered=100, reached=100, open=90, arrived=10)
    made.data_end_us = 10 * 86_400_000_000
    _told, _head, lost, _felt = texts(made, "en")
    assert lost[1].startswith("The timeout of 30 d is longer than the data")
    made.data_end_us = 31 * 86_400_000_000
    assert len(texts(made, "en")[2]) == 1


def test_a_feeling_of_few_answers_is_called_fragile(made):
    made.stage("visit", expected=1.0, emotion=Emotion(12, -1.0, -1.5, -0.5)).stage(
        "buy", emotion=Emotion(9, None, None, None, (1.0,) * 9)
    )
    told, _head, _lost, felt = texts(made, "en")
    assert "fragile: 12 answers" in told["felt"][1]
    assert felt[-1] == "Stage “Buy” has under ten answers: shown one by one, without a mean."


def test_without_trips_the_page_says_that_nobody_set_out(made):
    made.stage("visit", entered=0, reached=0)
    _told, head, lost, _felt = texts(made, "fr")
    assert head == "Personne n’a encore pris ce chemin."
    assert lost == ["Aucun événement ne fait commencer ce voyage : vérifiez sur la carte ce qui marque un départ."]


def test_where_nothing_strays_nothing_is_invented(made):
    made.stage("visit", left=10, metrics=[Metric("l", "leak", 0.2, "down")], expected=1.0, emotion=WARM)
    made.stage(
        "buy",
        entered=90,
        reached=90,
        arrived=90,
        metrics=[Metric("l", "leak", 0.2, "down")],
        expected=1.0,
        emotion=WARM,
    )
    told, head, lost, felt = texts(made, "en")
    assert told == {}
    assert head == "What people live, stage by stage."
    assert lost[-1] == "Nowhere do more leave than the map allows."
    assert felt == ["Nowhere do people clearly feel worse than expected."]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", ["À l’écoute d’Anaïs", "B&B <b>", "", "Étape « zéro »"])
def test_any_stage_name_stands_between_quotation_marks(made, language, name):
    made.stage("visit", left=60, metrics=[Metric("l", "leak", 0.1, "down")]).stage(
        "buy", entered=40, reached=40, open=40
    )
    stages, result = made.lived(), made.result
    with speaking(language):
        renamed = made.stages[0].__class__("visit", Text({"fr": name, "en": name}), metrics=made.stages[0].metrics)
        stage = stages[0].__class__(0, renamed, stages[0].figures, (), 40, None)
        headline, _detail = finding_text(Candidate("leak_beyond", 50, stage), result, discovered=False)
    assert plain(headline).endswith(f"« {name} »" if language == "fr" else f"“{name}”")


def test_the_notes_state_timeout_cut_off_zone_and_what_was_left_out(shop, english):
    said = plain(
        " ".join(notes(shop.lived(), shop.result, timeout_is_planned=False, zone="Europe/Paris", discovered=False))
    )
    for part in (
        "no event for 30 d", "thirty days and three times the gap", "9 Sept 2001, 03:46 (Europe/Paris)",
        "93 of 1,000 events (9%) match no touchpoint", "“popup” (90)", "not a cause", "never counted as lost",
        "Events at one instant", "One journey per person", "Whoever failed counts as lost too",
    ):  # fmt: skip
        assert part in said, part


def test_the_notes_count_who_never_set_out_and_who_did_nothing_on_the_map(shop, english):
    result = replace(shop.result, persons=2500, placed=1990, invalid_answers=1, unplaced_answers=12)
    said = plain(" ".join(notes(shop.lived(), result, timeout_is_planned=True, zone="UTC", discovered=True)))
    assert "10 of them did nothing that is on the map. 500 people of the log never set out" in said
    assert "1 answer lies outside its scale and counts nowhere. 12 answers belong to no stage" in said
    assert "(set on the map)" in said
    assert "drafted from the log" in said


@pytest.mark.parametrize(("direction", "effort", "right"), [("down", False, "effort"), ("up", True, "agreement")])
def test_the_notes_warn_when_effort_and_ease_may_have_been_taken_for_each_other(
    made, english, direction, effort, right
):
    score = Score("ces", 40, 5.0, 4.5, 5.5, effort_scale=effort)
    made.stage("visit", scores=(score,), metrics=[Metric("e", "ces", 3.0, direction)])
    said = " ".join(notes(made.lived(), made.result, timeout_is_planned=True, zone="UTC", discovered=False))
    assert f"--ces-scale {right}" in said
    made.figures.clear(), made.stages.clear()
    score = Score("ces", 40, 5.0, 4.5, 5.5, effort_scale=not effort)
    made.stage("visit", scores=(score,), metrics=[Metric("e", "ces", 3.0, direction)])
    said = " ".join(notes(made.lived(), made.result, timeout_is_planned=True, zone="UTC", discovered=False))
    assert "--ces-scale" not in said


def test_a_headline_says_most_only_of_the_stage_where_most_end(made):
    made.stage("visit", entered=300, reached=300, left=90)
    made.stage("quote", entered=167, reached=210, left=86, open=58)
    made.stage("order", entered=66, reached=66, arrived=66)
    told, head, lost, _felt = texts(made, "fr", discovered=True)
    assert head == "Beaucoup s’arrêtent à « Quote »."
    assert told["leak_most"][0] == "C’est à l’étape « Visit » qu’on s’arrête le plus"
    assert "« Visit »" in lost[1]


def test_a_map_that_fits_no_event_and_a_success_that_nobody_met_are_said(shop):
    result = replace(shop.result, placed=0, succeeded=0)
    with speaking("fr"):
        assert (
            summary.headline([], result, discovered=True) == "Rien de ce que ces personnes ont fait n’est sur la carte."
        )
        said = [plain(text) for text in summary.lost(shop.lived(), result, has_goal=True)]
    assert any("comparez les noms d’événements de la carte" in text for text in said)
    assert any(text.startswith("Personne n’a atteint ce que la carte appelle réussite") for text in said)
