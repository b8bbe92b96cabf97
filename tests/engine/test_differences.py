"""Differences between groups against published intervals and their own formulas."""

from __future__ import annotations

import math
import random
import statistics

import pytest
from slow_plan import means, shares, times

from parcours.engine.differences import UNIT, Difference, Moments, of_means, of_shares, of_times


@pytest.mark.parametrize(
    ("hits", "n", "base_hits", "base_n", "low", "high"),
    [
        # Newcombe, Interval estimation for the difference between independent proportions, 1998, table II, method 10.
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0),
        (10, 10, 0, 10, 0.6075, 1.0),
    ],
)
def test_the_interval_of_two_shares_is_the_published_one(hits, n, base_hits, base_n, low, high):
    found = of_shares(hits, n, base_hits, base_n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert found.change == pytest.approx(hits / n - base_hits / base_n)


def moments(values: list[int]) -> Moments:
    return Moments(len(values), sum(values), sum(value**2 for value in values))


def as_tuple(found: Difference) -> tuple:
    return found.value, found.base, found.change, found.low, found.high


def test_means_and_times_are_what_their_formulas_say():
    for seed in range(60):
        chance = random.Random(seed)
        group, base = (
            [round(chance.gauss(middle, 9000)) for _one in range(chance.choice([0, 9, 10, 11, 40, 230]))]
            for middle in (chance.choice([0, 4000, 90_000]), 3000)
        )
        for one, (find, formula) in enumerate(((of_means, means), (of_times, times))):
            found, wanted = as_tuple(find(moments(group), moments(base))), formula(group, base)
            assert [value is None for value in found] == [value is None for value in wanted], (seed, one)
            for value, other in zip(found, wanted, strict=True):
                assert value is None or value == pytest.approx(other, rel=1e-6, abs=1e-6), (seed, one)


def test_times_compare_as_a_ratio_of_typical_ones():
    group = [round(UNIT * math.log1p(seconds)) for seconds in [3600] * 9 + [7200] * 3]
    base = [round(UNIT * math.log1p(seconds)) for seconds in [1800] * 9 + [3600] * 3]
    found = of_times(moments(group), moments(base))
    assert found.value == pytest.approx(statistics.geometric_mean([3600] * 9 + [7200] * 3), rel=1e-3)
    assert found.change == pytest.approx(2, rel=1e-3)
    assert found.ratio and found.tells


def test_a_difference_is_told_only_when_its_interval_excludes_that_groups_are_alike():
    assert of_shares(20, 20, 0, 20).tells
    assert of_shares(0, 20, 20, 20).tells
    assert not of_shares(10, 20, 9, 20).tells
    assert not of_shares(9, 9, 0, 9).tells, "fewer than ten"
    assert Difference(2.0, 1.0, 20, 20, 2.0, 1.1, 3.0, ratio=True).tells
    assert not Difference(2.0, 1.0, 20, 20, 2.0, 0.9, 3.0, ratio=True).tells
    assert Difference(1.0, 2.0, 20, 20, 0.5, 0.2, 0.9, ratio=True).tells


def test_groups_in_which_nothing_varies_have_no_interval():
    same = Moments(12, 12 * UNIT, 12 * UNIT**2)
    assert as_tuple(of_means(same, same)) == (1.0, 1.0, None, None, None)


def test_what_is_left_of_a_group_without_a_part_is_exact():
    assert moments([1, 2, 30]).minus(moments([2])) == moments([1, 30])
    assert moments([]).mean is None
    assert shares([], []) == as_tuple(of_shares(0, 0, 0, 0))
