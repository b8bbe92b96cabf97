import json
import re

import pytest

from parcours.engine.figures import figure_count
from parcours.language.errors import UsageError
from parcours.report.building import build_report, draw_map
from parcours.report.laying import lay
from parcours.report.people import people_of
from parcours.report.shown import shown_figures


@pytest.fixture(scope="module")
def report(coach_log, coach_map):
    return build_report(coach_log, coach_map, language="fr")


def test_every_figure_of_the_page_is_as_long_as_its_list_of_people(report, coach_log, coach_map):
    counted = dict.fromkeys(key for key, _count in shown_figures(report.picture))
    assert len(counted) > 100
    for key, count in shown_figures(report.picture):
        assert count is None or count == report.figures()[key], key
    for key, total in report.figures().items():
        listed = people_of(coach_log, coach_map, key)
        assert len(listed) == total == report.picture.people_total[key], key
        assert [case.person for case in listed[:200]] == list(report.picture.people[key]), key


def test_every_number_of_the_page_has_a_key(report):
    for stage in report.picture.stages:
        figures = [stage.reached, stage.entered, stage.left, stage.open, stage.arrived, stage.returned, stage.timed]
        assert all(figure.figure for figure in figures)
        assert all(station.persons is None or station.persons.figure for station in stage.stations)
        measured = [stage.felt, *(station.felt for station in stage.stations)]
        assert all(felt.figure for felt in measured if felt is not None)
        assert all(one.figure or one.value == "–" for one in stage.indicators)
    assert all(finding.figure for finding in report.findings if finding.kind not in ("unplaced", "unlived"))


def test_those_who_reach_a_stage_leave_stay_arrive_or_go_on(report):
    stages = report.picture.stages
    for stage, following in zip(stages, [*stages[1:], None], strict=True):
        on = stage.reached.count - stage.left.count - stage.open.count - stage.arrived.count
        assert on == (following.reached.count if following is not None else 0)


def test_the_states_of_all_journeys_add_up(report):
    result = report.journey
    assert result.succeeded + result.failed + result.left + result.open == result.trips
    assert sum(stage.left + stage.failed + stage.open + stage.arrived for stage in result.stages) == result.placed


def test_the_report_finds_what_was_planted(report):
    assert report.findings[0].stage == "decision"
    assert {"decision", "comparison"} <= {finding.stage for finding in report.findings}
    assert "« Décision »" in report.picture.headline.replace("\u00a0", " ")


def test_a_finding_names_the_owner_and_what_the_map_notes_to_be_done_there_best_first_and_once(coach_log, coach_map):
    told = [finding.detail for finding in build_report(coach_log, coach_map, language="en").findings]
    noted = [line.rpartition(" · to do, says the map: ")[2] for line in told]
    here = [one for one in coach_map.opportunities if one.stage == "decision" or one.touchpoint == "quote-sent"]
    best = max(here, key=lambda one: one.priority)
    assert noted[0] == f"“{best.name.in_language('en')}”"
    assert len(set(noted)) == len(told) == 3
    assert all(line.startswith("owner: Coach · ") for line in told)


def test_both_languages_hold_the_same_figures(report, coach_log, coach_map):
    english = build_report(coach_log, coach_map, language="en")
    assert english.figures() == report.figures()
    assert [(one.kind, one.stage) for one in english.findings] == [(one.kind, one.stage) for one in report.findings]


def test_splitting_the_log_changes_nothing_but_nothing(report, coach_events, coach_map, store, tmp_path):
    whole = build_report(store(coach_events, tmp_path / "whole.parcours", buckets=1), coach_map, language="fr")
    assert whole.figures() == report.figures()
    assert whole.picture.findings == report.picture.findings
    assert whole.picture.stages == report.picture.stages
    assert whole.picture.people == report.picture.people


def test_the_french_page_holds_no_english_sentence(report, root):
    from babel.messages.pofile import read_po

    with (root / "src/parcours/language/locale/fr/LC_MESSAGES/parcours.po").open("rb") as file:
        catalogue = read_po(file)
    page = re.sub(r"<script.*?</script>|<style.*?</style>|<[^>]*>", " ", report.html(), flags=re.DOTALL)
    page = re.sub(r"\s+", " ", page)
    for message in catalogue:
        english = message.id if isinstance(message.id, str) else message.id[-1]
        for piece in re.split(r"\{[^}]*\}", english):
            if len(piece.split()) >= 3:
                assert " ".join(piece.split()) not in page, english


def test_nobody_is_embedded_when_nobody_is_asked_for(coach_log, coach_map):
    made = build_report(coach_log, coach_map, language="en", people=None)
    everyone = {case.person for case in people_of(coach_log, coach_map, "journey:persons")}
    assert made.picture.people == {}
    assert not everyone & set(re.findall(r"[\w@.+-]+", made.html()))
    assert made.figures() == made.picture.people_total


def test_all_people_are_embedded_when_all_are_asked_for(coach_log, coach_map):
    made = build_report(coach_log, coach_map, language="en", people="all")
    assert {key: len(ids) for key, ids in made.picture.people.items()} == made.figures()


def test_a_negative_number_of_people_is_refused(coach_log, coach_map):
    with pytest.raises(UsageError, match="negative"):
        build_report(coach_log, coach_map, language="en", people=-1)


def test_plain_data_holds_every_figure_and_nobody(report, coach_log, coach_map):
    text = json.dumps(report.to_dict(), allow_nan=False)
    data = json.loads(text)
    assert data["figures"] == report.figures()
    assert data["journey"]["trips"] == figure_count(report.journey, "journey:trips")
    assert people_of(coach_log, coach_map, "journey:persons")[0].person not in text


def test_laying_gives_the_result_of_the_report(report, coach_log, coach_map):
    laid = lay(coach_log, coach_map)
    assert laid.result == report.journey
    assert laid.has_goal and laid.timeout_is_planned


def test_a_map_without_a_log_is_drawn_as_planned(coach_map):
    page = draw_map(coach_map, language="fr")
    assert list(shown_figures(page.picture)) == []
    assert len(page.picture.stages) == 8
    assert page.picture.stages[3].target_seconds == 7 * 86_400
    assert "Appel découverte" in page.html().replace("\u00ad", "")


@pytest.mark.parametrize(("ending", "start"), [("html", "<!doctype html>"), ("svg", "<svg"), ("json", "{")])
def test_a_report_is_written_in_the_form_that_its_name_asks_for(report, tmp_path, ending, start):
    path = report.save(tmp_path / f"report.{ending}", theme="dark")
    assert path.read_text(encoding="utf-8").startswith(start)


def test_a_notebook_shows_the_map_without_script(report):
    shown = report._repr_html_()
    assert "Décision" in shown.replace("\u00ad", "")
    assert "<script" not in shown


def test_another_ending_is_refused_with_the_right_ones(report, tmp_path):
    with pytest.raises(UsageError, match=r"\.docx.*\.html, \.svg, \.png, \.pdf, \.pptx or \.json"):
        report.save(tmp_path / "report.docx")


def test_a_place_that_cannot_be_written_is_an_error_of_the_asker(report, tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        report.save(tmp_path / "nowhere" / "report.html")


def test_an_empty_log_gives_a_page_that_says_so(made, touchpoint, tmp_path):
    from parcours.columnstore.log import StoredLog
    from parcours.engine.results import Emotion

    log = StoredLog.create(tmp_path / "empty.parcours")
    made.stage("visit", touchpoints=[(touchpoint("shop"), 0, Emotion(0, None, None, None))])
    report = build_report(log, made.map, language="fr")
    assert report.picture.headline == "Personne n’a encore pris ce chemin."
    assert set(report.figures().values()) == {0}
    assert report.findings == []
    assert report.html().startswith("<!doctype html>")


def test_an_empty_log_fits_a_map_that_asks_for_properties(coach_map, tmp_path):
    from parcours.columnstore.log import StoredLog

    report = build_report(StoredLog.create(tmp_path / "empty.parcours"), coach_map, language="en")
    assert report.picture.headline == "Nobody has set out on this journey yet."
    assert any("“source”" in note for note in report.picture.notes)


def test_a_map_that_fits_nothing_of_the_log_says_what_it_did_not_find(coach_log, coach_map):
    from dataclasses import replace

    from parcours.engine.predicates import EventMatch, Rule

    nothing = Rule((EventMatch(("no such event",)),))
    stages = tuple(
        replace(stage, touchpoints=tuple(replace(point, rule=nothing, fails_when=None) for point in stage.touchpoints))
        for stage in coach_map.stages
    )
    report = build_report(coach_log, replace(coach_map, stages=stages, ignore=None), language="en")
    assert report.findings[0].kind == "unplaced"
    # The rest are answers and comments: whoever says how it was has not left the map.
    assert report.findings[0].headline == "94% of events are not on the map"
    assert report.journey.placed == 0
