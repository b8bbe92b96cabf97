import re

import pytest

from parcours.language.errors import LogError, UsageError
from parcours.report.building import build_report
from parcours.report.people import people_of
from parcours.report.pseudonyms import SALT_FILE, pseudonyms_of


def test_an_answer_is_listed_once_with_what_was_answered(coach_log, coach_map):
    cases = people_of(coach_log, coach_map, "journey:detractors")
    assert cases
    assert all(re.fullmatch(r"nps [0-6]", case.detail) for case in cases)


def test_people_are_listed_by_the_ids_of_the_files(coach_log, coach_map, coach_events):
    everyone = {str(person) for chunk in coach_events for person in chunk.person}
    listed = [case.person for case in people_of(coach_log, coach_map, "journey:persons")]
    assert set(listed) == everyone
    assert len(listed) == len(everyone)


def test_an_unknown_figure_is_refused_with_the_nearest_ones(coach_log, coach_map):
    with pytest.raises(UsageError, match="stage:decision:lost"):
        people_of(coach_log, coach_map, "stage:decision:losst")


def test_pseudonyms_stand_for_people_without_naming_them(coach_log, coach_map):
    plain = people_of(coach_log, coach_map, "stage:decision:lost")
    hidden = people_of(coach_log, coach_map, "stage:decision:lost", pseudonyms=True)
    assert len({case.person for case in hidden}) == len(plain)
    assert not {case.person for case in plain} & {case.person for case in hidden}
    assert hidden == people_of(coach_log, coach_map, "stage:decision:lost", pseudonyms=True)
    report = build_report(coach_log, coach_map, language="en", pseudonyms=True)
    assert list(report.picture.people["stage:decision:lost"]) == [case.person for case in hidden[:200]]


def test_two_logs_give_the_same_person_different_pseudonyms(tmp_path):
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    assert pseudonyms_of(tmp_path / "a")("ada") == pseudonyms_of(tmp_path / "a")("ada")
    assert pseudonyms_of(tmp_path / "a")("ada") != pseudonyms_of(tmp_path / "b")("ada")
    assert re.fullmatch(r"P-[A-Z2-7]{6}-[A-Z2-7]{6}", pseudonyms_of(tmp_path / "a")("ada"))


def test_a_damaged_or_unkeepable_salt_is_said(tmp_path):
    (tmp_path / SALT_FILE).write_bytes(b"short")
    with pytest.raises(LogError, match="damaged"):
        pseudonyms_of(tmp_path)
    with pytest.raises(LogError, match="cannot be kept"):
        pseudonyms_of(tmp_path / "nowhere")
