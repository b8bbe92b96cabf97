"""The words chosen for each stage, against an obvious choice made by plain loops."""

import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.engine.analysis import run_tables
from parcours.engine.feelings import FeelingColumn
from parcours.engine.journey import Journey
from parcours.engine.plan import Plan, PlannedTouchpoint
from parcours.engine.predicates import EventMatch, Rule
from parcours.engine.table import Column, Vocabulary, table_from_arrays
from parcours.report.quotes import Quotes

END = 10**12
WORDS = (
    "fine, thank you",
    "a very long wait, sadly",
    "no",
    "x" * 161,
    "so  warm,\n so kind",
    "never heard back",
    "too cold",
)
VOCABULARY = Vocabulary(WORDS)
PLAN = Plan(
    ("first", "second"),
    tuple(PlannedTouchpoint(name, index, Rule((EventMatch((name,)),))) for index, name in enumerate("ab")),
)
QUOTES = Quotes(Journey(PLAN, END, END, (FeelingColumn("csat", "csat", 1, 5),)))

answer = st.tuples(
    st.integers(0, 9), st.sampled_from("ab"), st.one_of(st.none(), st.integers(1, 5)), st.integers(-1, len(WORDS) - 1)
)  # fmt: skip


def tables(rows, split):
    """Rows (person, name, answer, word) one second apart, in one table or two."""
    parts = [rows] if not split else [[r for r in rows if r[0] % 2 == half] for half in (0, 1)]
    time = {id(row): 1_000_000 * place for place, row in enumerate(rows)}
    for part in parts:
        yield table_from_arrays(
            [row[0] for row in part],
            [time[id(row)] for row in part],
            np.array(["ab".index(row[1]) for row in part], np.int32),
            names=["a", "b"],
            columns={
                "csat": Column("number", np.array([np.nan if row[2] is None else row[2] for row in part], float)),
                "comment": Column("text", np.array([row[3] for row in part], np.int32), VOCABULARY),
            },
        )


def slowly(rows):
    chosen = {}
    for index, name in enumerate("ab"):
        here = [(place, row) for place, row in enumerate(rows) if row[1] == name and row[2] is not None]
        texts = [(place, row[2], " ".join(WORDS[row[3]].split())) for place, row in here if row[3] >= 0]
        texts = [(place, value, text) for place, value, text in texts if 8 <= len(text) <= 160]
        if texts:
            middle = statistics.median(row[2] for _place, row in here)
            texts.sort(key=lambda one: (abs(one[1] - middle), one[1], -len(one[2]), one[0]))
            chosen[index] = texts[0][2]
    return chosen


@settings(max_examples=150, deadline=None)
@given(
    st.lists(answer, max_size=40).map(lambda rows: [(*tuple(row), place) for place, row in enumerate(rows)]),
    st.booleans(),
)
def test_each_stage_quotes_the_longest_comment_nearest_to_its_median_answer(rows, split):
    found = run_tables(QUOTES, tables(rows, split))
    assert {stage: words.text for stage, words in found.items()} == slowly(rows)


def test_a_log_without_comments_quotes_nobody():
    table = table_from_arrays([1], [0], ["a"], columns={"csat": Column("number", np.array([5.0]))})
    assert run_tables(QUOTES, [table]) == {}


def test_a_comment_without_an_answer_is_not_quoted():
    assert run_tables(QUOTES, tables([(1, "a", None, 0)], split=False)) == {}


@pytest.mark.parametrize("order", [1, -1])
def test_equal_comments_quote_the_earliest_whatever_the_order_of_tables(order):
    rows = [(1, "a", 3, 0), (2, "a", 3, 0)]
    found = run_tables(QUOTES, list(tables(rows, split=True))[::order])
    assert found[0].time_us == 0


def test_the_report_shows_words_with_their_month(coach_log, coach_map):
    from parcours.report.building import build_report

    french = build_report(coach_log, coach_map, language="fr").picture
    quotes = [stage.quote for stage in french.stages if stage.quote is not None]
    assert len(quotes) >= 4
    assert all(quote.source.split(" · ")[-1].split()[-1] == "2026" for quote in quotes)
