from dataclasses import replace

import pytest

from parcours.engine.trips import TripFilter
from parcours.language.errors import UsageError
from parcours.language.translation import speaking
from parcours.report.comparing import compare_over, compared_names, comparing_notes, is_cut
from parcours.report.laying import lay


def halves(log, map):
    result = lay(log, map).result
    middle = (result.data_start_us + result.data_end_us) // 2
    return TripFilter(until_us=middle), TripFilter(from_us=middle)


def test_two_periods_of_a_log_share_all_its_trips(coach_log, coach_map):
    result = compare_over(coach_log, coach_map, *halves(coach_log, coach_map))
    laid = lay(coach_log, coach_map)
    assert result.first.trips + result.second.trips == laid.result.trips
    assert result.first.open + result.second.open == laid.result.open
    success = result.of("success")
    assert success.n + success.base_n == laid.result.trips - laid.result.open
    assert {one.what for one in result.comparisons} <= set(compared_names())


def test_the_notes_say_what_chance_would_tell_and_which_side_is_cut(coach_log, coach_map):
    result = compare_over(coach_log, coach_map, *halves(coach_log, coach_map))
    with speaking("en"):
        notes = comparing_notes(result)
    assert result.telling > 1 and f"{result.telling} of {result.compared} comparisons tell" in notes[0]
    assert "not a cause" in notes[1]
    assert is_cut(result.second) == (len(notes) > 2)
    whole = replace(result, second=replace(result.second, open=0), first=replace(result.first, open=0))
    cut = replace(whole, second=replace(result.second, trips=20, open=1))
    with speaking("en"):
        assert len(comparing_notes(whole)) == 2
        assert "second side 5%" in comparing_notes(cut)[2]


def test_where_nothing_can_be_compared_the_note_says_how_few_there_are(coach_log, coach_map):
    result = compare_over(coach_log, coach_map, *halves(coach_log, coach_map))
    with speaking("en"):
        few = replace(result.first, trips=2, open=0)
        none = replace(result, first=few, second=replace(few, trips=3), compared=0, telling=0, by_chance=0.0)
        assert comparing_notes(none) == ("Too few trips to compare (2 and 3).",)
        assert comparing_notes(replace(result, telling=1))[0].startswith(f"1 of {result.compared} comparisons tells;")
        assert comparing_notes(replace(result, telling=0))[0].startswith(
            f"None of {result.compared} comparisons tells;"
        )
    with speaking("fr"):
        note = comparing_notes(replace(result, telling=0))[0]
        assert note.startswith(f"Aucune des {result.compared} comparaisons n’est parlante ;".replace(" ;", "\u00a0;"))
        assert "3 comparaisons" in comparing_notes(replace(result, telling=3))[0]


def test_sides_that_cannot_be_compared_are_refused(coach_log, coach_map):
    first, second = halves(coach_log, coach_map)
    with pytest.raises(UsageError, match="overlap"):
        compare_over(coach_log, coach_map, first, first)
    with pytest.raises(UsageError, match="no property “town”"):
        compare_over(coach_log, coach_map, replace(first, property="town", value="Aix"), second)
    with pytest.raises(UsageError, match="first side"):
        compare_over(coach_log, coach_map, TripFilter(until_us=0), second)
