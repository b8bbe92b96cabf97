"""Scores and differences against what papers and textbooks print, and against exact probabilities."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from parcours.engine.differences import UNIT, Moments, newcombe, of_means, of_nps, of_shares, of_times
from parcours.engine.scores import adjusted_nps, ces, emotion, nps, student_t, wilson

# Student (1908), "The probable error of a mean": hours of sleep gained with two drugs (Cushny and Peebles).
FIRST_DRUG = (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)
SECOND_DRUG = (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)


def moments(values) -> Moments:
    whole = [round(value * UNIT) for value in values]
    return Moments(len(whole), sum(whole), sum(value**2 for value in whole))


@pytest.mark.parametrize(
    ("hits", "n", "base_hits", "base_n", "low", "high"),
    [
        # Newcombe (1998), "Interval estimation for the difference between independent proportions: comparison of
        # eleven methods", Statistics in Medicine 17, table II, method 10.
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0000),
        (10, 10, 0, 10, 0.6075, 1.0000),
    ],
)
def test_the_difference_of_shares_equals_newcombes_table(hits, n, base_hits, base_n, low, high):
    assert newcombe(hits, n, base_hits, base_n) == pytest.approx((low, high), abs=5e-5)
    found = of_shares(hits, n, base_hits, base_n)
    if min(n, base_n) >= 10:
        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
        assert found.tells == (low > 0)
    else:
        assert found.low is None


def test_welchs_interval_equals_the_one_that_textbooks_print_for_students_sleep_data():
    # R: t.test(extra ~ group, data = sleep): df = 17.776, −3.3654832 .. 0.2054832.
    found = of_means(moments(FIRST_DRUG), moments(SECOND_DRUG))
    assert (found.value, found.base) == (pytest.approx(0.75), pytest.approx(2.33))
    assert (found.low, found.high) == (pytest.approx(-3.3654832, abs=2e-6), pytest.approx(0.2054832, abs=2e-6))
    assert not found.tells


def test_the_mean_of_answers_has_the_interval_that_textbooks_print():
    # R: t.test(sleep$extra[1:10]): 0.75, −0.5297804 .. 2.0297804.
    score = ces(sorted(Counter(FIRST_DRUG).items()), -10, 10, effort=False)
    assert (score.value, score.low, score.high) == pytest.approx((0.75, -0.5297804, 2.0297804), abs=1e-7)
    felt = emotion(sorted(Counter(FIRST_DRUG).items()))
    assert (felt.low, felt.high) == (pytest.approx(-0.5297804, abs=1e-7), 2.0)


def test_students_t_knows_degrees_of_freedom_that_are_not_whole():
    assert student_t(0.975, 17) > student_t(0.975, 17.776) > student_t(0.975, 18)


def test_the_ratio_of_times_by_hand():
    # Twenty waits of 100 s or 400 s against twenty of 100 s: geometric means, logarithms of 1 + seconds.
    slow, fast = [100] * 10 + [400] * 10, [100] * 19 + [101]
    found = of_times(moments(map(math.log1p, slow)), moments(map(math.log1p, fast)))
    assert found.value == pytest.approx(math.sqrt(101 * 401) - 1, rel=1e-4)
    assert found.change == pytest.approx(math.sqrt(401 / 101), rel=1e-3)
    half = 2.0930 * math.log(401 / 101) / 2 / math.sqrt(19)  # s = half the distance · √(20/19), t(19) = 2.0930
    assert found.low == pytest.approx(found.change / math.exp(half), rel=1e-3)
    assert found.high == pytest.approx(found.change * math.exp(half), rel=1e-3)
    assert found.tells


def test_the_difference_of_two_net_promoter_scores_by_hand():
    # 45 of 100 (60 − 15) against 20 of 50 (25 − 15): adjusted 45/103 and 10/53.
    found = of_nps(60, 15, 100, 25, 15, 50)
    assert (found.value, found.base, found.change) == (45, 20, 25)
    first, second = 0.551843 / 103, (41.5 / 53 - (10 / 53) ** 2) / 53
    centre, margin = 45 / 103 - 10 / 53, 1.959964 * math.sqrt(first + second)
    assert (found.low, found.high) == pytest.approx((100 * (centre - margin), 100 * (centre + margin)), abs=1e-3)
    assert of_nps(6, 1, 9, 25, 15, 50).low is None
    assert of_nps(0, 0, 0, 25, 15, 50).value is None


def nps_coverage(n: int, detractors: float, promoters: float) -> float:
    """The exact probability that the interval holds the true score: a sum over every outcome."""
    passives, truth, covered = 1 - detractors - promoters, 100 * (promoters - detractors), 0.0
    for d in range(n + 1):
        for p in range(n + 1 - d):
            score = nps([(answer, times) for answer, times in ((0, d), (7, n - d - p), (10, p)) if times])
            ways = math.lgamma(n + 1) - math.lgamma(d + 1) - math.lgamma(p + 1) - math.lgamma(n - d - p + 1)
            chance = ways + d * math.log(detractors) + p * math.log(promoters) + (n - d - p) * math.log(passives)
            covered += math.exp(chance) * (score.low <= truth <= score.high)
    return covered


@pytest.mark.parametrize(("n", "detractors", "promoters"), [(30, 0.3, 0.4), (50, 0.3, 0.4), (30, 0.1, 0.7)])
def test_the_nps_interval_covers_close_to_95_percent_summed_over_every_outcome(n, detractors, promoters):
    # Rocks (2016), "Interval estimation for the Net Promoter Score", The American Statistician 70(4): the adjusted
    # Wald interval with three quarters of an answer added to each side keeps close to 95 % from small samples on.
    assert 0.94 < nps_coverage(n, detractors, promoters) < 0.965


def test_the_adjusted_score_adds_three_quarters_of_an_answer_on_either_side():
    centre, variance = adjusted_nps(60, 15, 100)
    assert (centre, variance) == (pytest.approx(45 / 103), pytest.approx(0.551843 / 103, abs=1e-7))


def wilson_coverage(n: int, share: float) -> float:
    covered = 0.0
    for hits in range(n + 1):
        low, high = wilson(hits, n)
        if low <= share <= high:
            covered += math.comb(n, hits) * share**hits * (1 - share) ** (n - hits)
    return covered


@pytest.mark.parametrize("n", [10, 20, 30, 50, 100])
def test_wilsons_interval_covers_95_percent_on_average(n):
    # Brown, Cai and DasGupta (2001), "Interval estimation for a binomial proportion", Statistical Science 16:
    # mean coverage close to the nominal level for all n, where the usual interval falls far below it.
    mean = sum(wilson_coverage(n, (place + 0.5) / 500) for place in range(500)) / 500
    assert 0.945 < mean < 0.957


def test_wilsons_interval_dips_to_84_percent_where_the_papers_say_so():
    # Agresti and Coull (1998), The American Statistician 52: for shares near 0.1765/n coverage falls to 0.838.
    assert wilson_coverage(400, 0.1764 / 400) == pytest.approx(math.exp(-0.1765), abs=2e-3)
