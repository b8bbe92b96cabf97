"""Signals of effort stage by stage, against plain loops; the comments behind a count are as many as it says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.engine.analysis import run_tables
from parcours.engine.effort import Effort, EffortMembers, feelings_result
from parcours.engine.feelings import FeelingColumn
from parcours.engine.journey import Journey
from parcours.engine.plan import Plan, PlannedTouchpoint
from parcours.engine.predicates import EventMatch, Rule
from parcours.engine.table import Column, Vocabulary, table_from_arrays
from parcours.language.effort import SIGNALS, find_effort
from parcours.language.errors import UsageError

END = 10**12
WORDS = ("J'ai dû relancer.", "Simple et rapide, merci.", "  ", "I had to chase them and wait an hour.", "Fine.")
VOCABULARY, STAGES = Vocabulary(WORDS), Vocabulary(("first", "second", "elsewhere"))
PLAN = Plan(
    ("first", "second"),
    tuple(PlannedTouchpoint(name, index, Rule((EventMatch((name,)),))) for index, name in enumerate("ab")),
)
JOURNEY = Journey(PLAN, END, END, (FeelingColumn("csat", "csat", 1, 5), FeelingColumn("nps", "nps", 0, 10)))

event = st.tuples(
    st.integers(0, 9), st.sampled_from("abc"), st.one_of(st.none(), st.integers(1, 5)),
    st.integers(-1, len(WORDS) - 1), st.integers(-1, 2),
)  # fmt: skip


def tables(rows, split=False):
    """Rows (person, name, csat, comment, named stage) one second apart, in one table or two."""
    rows = [(*row, place) for place, row in enumerate(rows)]
    for part in [rows] if not split else [[r for r in rows if r[0] % 2 == half] for half in (0, 1)]:
        yield table_from_arrays(
            [row[0] for row in part],
            [1_000_000 * row[5] for row in part],
            np.array(["abc".index(row[1]) for row in part], np.int32),
            names=list("abc"),
            columns={
                "csat": Column("number", np.array([np.nan if row[2] is None else row[2] for row in part], float)),
                "nps": Column("number", np.array([np.nan if row[2] is None else 2 * row[2] for row in part], float)),
                "comment": Column("text", np.array([row[3] for row in part], np.int32), VOCABULARY),
                "stage": Column("text", np.array([row[4] for row in part], np.int32), STAGES),
            },
        )


def slowly(rows):
    """Stage, text and csat of every comment."""
    last, found = {}, []
    for person, name, csat, word, named in rows:
        last[person] = {"a": 0, "b": 1}.get(name, last.get(person, -1))
        if word >= 0 and WORDS[word].strip():
            found.append((named if named in (0, 1) else last[person], WORDS[word], csat))
    return found


@settings(max_examples=100, deadline=None)
@given(st.lists(event, max_size=50), st.booleans())
def test_counts_equal_plain_loops_and_open_onto_as_many_comments(rows, split):
    found = run_tables(Effort(JOURNEY), tables(rows, split))
    said = slowly(rows)
    places = {None: found.journey, -1: found.unplaced, 0: found.stages[0], 1: found.stages[1]}
    for place in places:
        here = [(text, csat) for stage, text, csat in said if place in (None, stage)]
        assert places[place].comments == len(here)
        for figures in places[place].signals:
            shows = [figures.signal in {mark.signal for mark in find_effort(text)} for text, _csat in here]
            assert figures.comments == sum(shows)
            assert figures.share == (sum(shows) / len(here) if here else None)
            assert figures.emotion_with.answers == sum(
                shown and csat is not None for shown, (_text, csat) in zip(shows, here, strict=True)
            )
            if place != -1:
                stage = None if place is None else PLAN.stages[place]
                members = run_tables(EffortMembers(JOURNEY, figures.signal, stage), tables(rows, split)).comments
                assert len(members) == figures.comments
                assert list(members) == sorted(members, key=lambda one: (one.person, one.time_us))
                assert all(mark.signal == figures.signal for one in members for mark in one.marks)


def test_a_mean_is_given_from_ten_comments_with_a_score_on():
    chased = [(person, "a", 1, 0, -1) for person in range(9)]
    glad = [(person, "a", 5, 1, -1) for person in range(20, 32)]
    figures = run_tables(Effort(JOURNEY), tables(chased + glad)).stages[0].signals[SIGNALS.index("chasing")]
    assert figures.emotion_with.mean is None and len(figures.emotion_with.few) == 9
    assert figures.emotion_without.mean == 2
    more = run_tables(Effort(JOURNEY), tables([*chased, (10, "a", 1, 0, -1), *glad])).stages[0]
    # CSAT 1 is −2, NPS 2 is −1.2: one comment counts once, with the mean of its answers.
    assert more.signals[0].emotion_with.mean == pytest.approx(-1.6)


def test_comments_count_without_any_score_in_the_log_and_none_at_all_is_no_error():
    silent = Journey(PLAN, END, END)
    table = table_from_arrays([1], [0], ["a"], columns={"comment": Column("text", np.array([0], np.int32), VOCABULARY)})
    assert run_tables(Effort(silent), [table]).stages[0].comments == 1
    bare = table_from_arrays([1], [0], ["a"])
    numbers = table_from_arrays([1], [0], ["a"], columns={"comment": Column("number", np.array([4.0]))})
    for one in (bare, numbers):
        assert run_tables(Effort(silent), [one]).journey.comments == 0


def test_a_comment_after_the_end_of_the_data_does_not_count():
    rows = [(1, "a", None, 0, -1), (1, "a", None, 0, -1)]
    assert run_tables(Effort(Journey(PLAN, END, 500_000)), tables(rows)).journey.comments == 1


def test_the_result_is_a_flat_table_of_stages_and_the_whole():
    rows = [(person, "a", 3, person % 2, -1) for person in range(12)] + [(20, "c", None, 3, -1)]
    result = feelings_result(JOURNEY, run_tables(JOURNEY, tables(rows)), run_tables(Effort(JOURNEY), tables(rows)))
    first, second, whole = result.rows()
    assert (first["id"], first["comments"], first["chasing"], first["csat_answers"]) == ("first", 12, 6, 12)
    assert (second["comments"], second["chasing_share"], second["csat"]) == (0, None, None)
    assert (whole["id"], whole["comments"], whole["chasing"], result.unplaced_comments) == (None, 13, 7, 1)
    assert result.to_dict()["stages"][0]["signals"][0]["comments"] == 6
    assert first.keys() == second.keys() == whole.keys()


def test_an_unknown_signal_and_stage_name_the_known_ones():
    with pytest.raises(UsageError, match=r"anger(.|\n)*chasing"):
        EffortMembers(JOURNEY, "anger")
    with pytest.raises(UsageError, match=r"third(.|\n)*second"):
        EffortMembers(JOURNEY, "chasing", "third")
