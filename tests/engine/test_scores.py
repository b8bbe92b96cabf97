from __future__ import annotations

import math
import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.engine.scores import FEWEST, ces, csat, emotion, nps, student_t, wilson


@pytest.mark.parametrize(
    ("probability", "freedom", "quantile"),
    [
        # Tables of Student's t, two-sided 95 % and 99 %, and one-sided 95 %; the first two have closed forms.
        (0.975, 1, math.tan(math.pi * 0.475)),
        (0.975, 2, 0.95 * math.sqrt(2 / (1 - 0.95**2))),
        (0.975, 3, 3.182446305284263),
        (0.975, 4, 2.776445105197793),
        (0.975, 5, 2.570581835636314),
        (0.975, 9, 2.262157162798204),
        (0.975, 10, 2.228138851964939),
        (0.975, 20, 2.085963447265837),
        (0.975, 30, 2.042272456301238),
        (0.975, 60, 2.000297821058262),
        (0.975, 120, 1.979930405052777),
        (0.995, 10, 3.169272672616950),
        (0.95, 10, 1.812461122811676),
        (0.975, 1000, 1.962339080792268),
        (0.975, 10**9, 1.959963986912),
    ],
)
def test_students_t_equals_the_published_tables(probability, freedom, quantile):
    assert student_t(probability, freedom) == pytest.approx(quantile, abs=1e-6)
    assert student_t(probability, freedom) == pytest.approx(quantile, rel=1e-9)


def test_the_two_ways_to_students_t_meet_where_one_takes_over():
    steps = [student_t(0.975, freedom) for freedom in (199, 200, 201, 202)]
    bends = [steps[i] - 2 * steps[i + 1] + steps[i + 2] for i in range(2)]
    assert bends[0] == pytest.approx(bends[1], abs=1e-8)
    assert all(earlier > later for earlier, later in pairwise(steps))


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        # Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_equals_newcombes_table(hits, n, low, high):
    assert wilson(hits, n) == pytest.approx((low, high), abs=5e-5)


def test_nps_and_its_adjusted_interval_by_hand():
    # 60 promoters, 25 passives, 15 detractors: p = 60.75/103, d = 15.75/103.
    score = nps([(6, 15), (7, 10), (8, 15), (9, 20), (10, 40)])
    assert (score.value, score.counts, score.answers) == (45, (15, 25, 60), 100)
    # p − d = 45/103 = 0.436893; p + d = 76.5/103 = 0.742718; variance 0.551843; SE 0.0731964; margin 0.143465.
    assert score.low == pytest.approx(29.3428, abs=1e-3)
    assert score.high == pytest.approx(58.0358, abs=1e-3)


def test_nps_takes_nine_and_ten_for_promoters_and_up_to_six_for_detractors():
    assert nps([(float(answer), 1) for answer in range(11)]).counts == (7, 2, 2)


def test_nps_interval_is_clipped_to_the_scale():
    assert nps([(10, 12)]).high == 100
    assert nps([(0, 12)]).low == -100
    assert nps([(10, 12)]).low < 100


def test_csat_is_the_share_of_the_satisfied():
    score = csat(81, [(1, 182), (5, 81)])
    assert (score.value, score.counts) == (81 / 263, (182, 81))
    assert (score.low, score.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_ces_is_the_mean_with_students_interval_by_hand():
    # Ten answers: mean 5.5, sum of squares about it 20.5, s² = 20.5/9, SE = √(s²/10), t(9) = 2.262157.
    score = ces([(3, 1), (4, 2), (5, 2), (6, 2), (7, 3)], 1, 7, effort=True)
    assert score.effort_scale
    mean, squares = 5.4, 1 * 2.4**2 + 2 * 1.4**2 + 2 * 0.4**2 + 2 * 0.6**2 + 3 * 1.6**2
    margin = 2.262157163 * math.sqrt(squares / 9 / 10)
    assert score.value == pytest.approx(mean)
    assert (score.low, score.high) == pytest.approx((mean - margin, mean + margin))


def test_intervals_of_means_are_clipped_to_the_scale():
    assert ces([(1, 9), (7, 1)], 1, 7, effort=False).low == 1
    felt = emotion([(-2.0, 1), (2.0, 9)])
    assert (felt.high, felt.mean) == (2, pytest.approx(1.6))


def test_below_ten_answers_there_are_only_the_answers():
    tally = [(3.0, 4), (5.0, 5)]
    answers = (3.0,) * 4 + (5.0,) * 5
    for score in (nps(tally), csat(5, tally), ces(tally, 1, 7, effort=False)):
        assert (score.value, score.low, score.high, score.few, score.answers) == (None, None, None, answers, 9)
    felt = emotion(tally)
    assert (felt.mean, felt.low, felt.high, felt.few, felt.answers) == (None, None, None, answers, 9)
    enough = [(3.0, 4), (5.0, FEWEST - 4)]
    for score in (nps(enough), csat(5, enough), ces(enough, 1, 7, effort=False)):
        assert score.value is not None
        assert score.few == ()


def test_nobody_answered():
    assert nps([]).counts == (0, 0, 0)
    assert csat(0, []).answers == 0
    assert emotion([]).few == ()


@given(st.integers(1, 10**6), st.data())
def test_wilsons_interval_holds_the_share_and_stays_within_it(n, data):
    hits = data.draw(st.integers(0, n))
    low, high = wilson(hits, n)
    assert 0 <= low <= hits / n + 1e-12
    assert hits / n - 1e-12 <= high <= 1


def test_the_nps_interval_covers_the_truth_about_as_often_as_it_says():
    chance = random.Random(7)
    true_score, kept = 100 * (0.4 - 0.25), 0
    for _ in range(2000):
        answers = chance.choices([0, 7, 10], weights=[0.25, 0.35, 0.4], k=40)
        score = nps([(answer, answers.count(answer)) for answer in (0, 7, 10) if answer in answers])
        kept += score.low <= true_score <= score.high
    assert 0.93 < kept / 2000 < 0.97
