from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.engine.analysis import run_tables
from parcours.engine.gaps import Gaps, longest_of_slot
from parcours.engine.table import table_from_arrays

DAY = 86_400_000_000


def table(log):
    return table_from_arrays(
        np.array([person for person, _time in log], np.int64),
        np.array([time for _person, time in log], np.int64),
        np.zeros(len(log), np.int32),
        names=("x",),
    )


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 5), st.one_of(st.integers(0, 5000), st.integers(-(10**17), 10**17)))),
    st.integers(1, 6),
)
def test_the_percentile_is_the_exact_one_rounded_up_by_less_than_a_thousandth(log, cut):
    tables = [table([row for row in log if row[0] < cut]), table([row for row in log if row[0] >= cut])]
    result = run_tables(Gaps(), tables)
    gaps = []
    for person in range(1, 6):
        times = sorted(time for who, time in log if who == person)
        gaps += [later - earlier for earlier, later in pairwise(times)]
    gaps.sort()
    assert result.gaps == len(gaps)
    assert (result.events, result.persons) == (len(log), len({person for person, _time in log}))
    assert (result.data_start_us, result.data_end_us) == (
        (min(time for _person, time in log), max(time for _person, time in log)) if log else (None, None)
    )
    if not gaps:
        assert result.percentile_95_seconds is None
        assert result.timeout_us == 30 * DAY
        return
    exact = next(gap for i, gap in enumerate(gaps) if 100 * (i + 1) >= 95 * len(gaps))
    got = round(result.percentile_95_seconds * 1e6)
    assert exact * (1 - 1e-15) <= got <= exact * 1.001
    if exact < 2048:
        assert got == exact
    assert result.timeout_us == pytest.approx(max(30 * DAY, 3 * got), rel=1e-12)
    assert run_tables(Gaps(), [table(log)]) == result


@given(st.integers(0, 2**63 - 1))
def test_a_slot_holds_its_gap_and_ends_less_than_a_thousandth_above(gap):
    from parcours.engine import _succession_kernels as kernels

    slot = kernels._slot(gap)
    assert 0 <= slot < kernels.SLOTS
    assert gap <= longest_of_slot(slot) <= gap + gap // 1024
    assert slot == 0 or longest_of_slot(slot - 1) < gap


def test_long_pauses_lengthen_the_default_timeout():
    result = run_tables(Gaps(), [table([(1, 0), (1, 20 * DAY)])])
    assert result.timeout_us == pytest.approx(60 * DAY, rel=1e-3)
    assert result.timeout_us >= 60 * DAY
    assert run_tables(Gaps(), [table([(1, 0), (1, 9 * DAY)])]).timeout_us == 30 * DAY
    assert result.rows()[0]["gaps"] == 1
