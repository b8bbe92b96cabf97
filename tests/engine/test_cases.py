"""Many figures in one pass list the same cases as each figure alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.engine.analysis import run_tables
from parcours.engine.cases import JourneyCases
from parcours.engine.feelings import FeelingColumn
from parcours.engine.figures import figure_count, figure_keys
from parcours.engine.journey import Journey, JourneyMembers
from parcours.engine.plan import Plan, PlannedTouchpoint
from parcours.engine.predicates import EventMatch, Rule
from parcours.engine.table import Column, table_from_arrays
from parcours.language.errors import UsageError


def rule(*names):
    return Rule((EventMatch(names),))


PLAN = Plan(
    ("s1", "s2", "s3"),
    (
        PlannedTouchpoint("p1", 0, rule("a", "b")),
        PlannedTouchpoint("p2", 1, rule("c")),
        PlannedTouchpoint("p3", 2, rule("d", "a")),
    ),
    starts_when=rule("b"),
    succeeds_when=rule("e"),
    fails_when=rule("f"),
)
JOURNEY = Journey(PLAN, 6, 40, (FeelingColumn("nps", "nps", 0, 10), FeelingColumn("ces", "ces", 1, 7, effort=True)))

row = st.tuples(
    st.integers(0, 6),
    st.integers(0, 45),
    st.sampled_from("abcdefg"),
    st.sampled_from([None, 0, 7, 9, 12]),
    st.sampled_from([None, 2]),
)


def tables(rows, split):
    parts = [rows] if not split else [[one for one in rows if one[0] % 2 == half] for half in (0, 1)]
    for part in parts:
        numbers = {
            name: Column("number", np.array([np.nan if one[place] is None else one[place] for one in part], float))
            for name, place in (("nps", 3), ("ces", 4))
        }
        codes = np.array(["abcdefg".index(one[2]) for one in part], np.int32)
        yield table_from_arrays(
            [one[0] for one in part], [one[1] for one in part], codes, names=list("abcdefg"), columns=numbers
        )


@settings(max_examples=60, deadline=None)
@given(st.lists(row, max_size=60), st.booleans(), st.integers(0, 4))
def test_every_figure_lists_what_it_lists_alone_and_counts_what_it_shows(rows, split, most):
    keys = figure_keys(PLAN)
    result = run_tables(JOURNEY, tables(rows, split))
    everyone = run_tables(JourneyCases(JOURNEY, keys), tables(rows, split))
    first = run_tables(JourneyCases(JOURNEY, keys, most), tables(rows, split))
    for key in keys:
        alone = run_tables(JourneyMembers(JOURNEY, key), tables(rows, False)).persons.tolist()
        assert everyone[key].persons.tolist() == alone
        assert everyone[key].total == first[key].total == figure_count(result, key) == len(alone)
        assert first[key].persons.tolist() == alone[:most]


def test_cases_of_answers_say_what_was_answered():
    rows = [(1, 0, "b", 3, None), (1, 1, "a", None, 2), (2, 0, "b", 10, None)]
    cases = run_tables(JourneyCases(JOURNEY, ("journey:answers", "journey:trips")), tables(rows, True))
    answers = cases["journey:answers"]
    assert list(zip(answers.persons.tolist(), answers.feelings.tolist(), answers.values.tolist(), strict=True)) == [
        (1, 0, 3.0),
        (1, 1, 2.0),
        (2, 0, 10.0),
    ]
    assert len(cases["journey:trips"].values) == 0


def test_an_unknown_figure_is_refused():
    with pytest.raises(UsageError, match="journey:nobody"):
        JourneyCases(JOURNEY, ("journey:trips", "journey:nobody"))
