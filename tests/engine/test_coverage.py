"""Every interval holds the truth about as often as it says, in the situations that occur.

PARCOURS_COVERAGE_RUNS sets how many runs each has (5,000 in ``make proof``), PARCOURS_COVERAGE_TABLE a file to which
what was found is added.
"""

from __future__ import annotations

import math
import os
import zlib
from pathlib import Path

import pytest
from coverage_runs import EXTREME, USUAL, cover

RUNS = int(os.environ.get("PARCOURS_COVERAGE_RUNS", "0"))
TABLE = os.environ.get("PARCOURS_COVERAGE_TABLE")


def look(name: str, situation, fewest: int) -> tuple[int, int]:
    slow = name.startswith("alignment")
    held, runs = cover(situation, RUNS or (fewest // 4 if slow else fewest), seed=zlib.crc32(name.encode()))
    if TABLE:
        with Path(TABLE).open("a", encoding="utf-8") as file:
            file.write(f"{name}\t{held}\t{runs}\n")
    return held, runs


@pytest.mark.parametrize("name", USUAL)
def test_intervals_hold_the_truth_in_93_to_97_of_a_hundred_runs(name):
    held, runs = look(name, USUAL[name], 400)
    # Binomial bounds of three standard errors about 93 and 97 %.
    slack = 3 * math.sqrt(0.05 * 0.95 / runs)
    assert 0.93 - slack <= held / runs <= 0.97 + slack, f"{held} of {runs}"


@pytest.mark.parametrize("name", EXTREME)
def test_few_cases_and_extreme_shares_are_covered_as_the_documentation_says(name):
    held, runs = look(name, EXTREME[name], 120)
    assert held / runs > 0.75, f"{held} of {runs}: lower than docs/reference/intervals.md says"
