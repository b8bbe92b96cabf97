from __future__ import annotations

from statistics import mean, median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.engine.analysis import run_tables
from parcours.engine.succession import FrequentNames, Succession, succession_of
from parcours.engine.table import table_from_arrays

NAMES = ("a", "b", "c", "d")
LOGS = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 6), st.sampled_from(NAMES)), max_size=40)


def table(log):
    return table_from_arrays(
        np.array([person for person, _time, _name in log], np.int64),
        np.array([time for _person, time, _name in log], np.int64),
        np.array([NAMES.index(name) for _person, _time, name in log], np.int32),
        names=NAMES,
    )


class Tables:
    def __init__(self, *tables):
        self.tables = tables

    def run(self, analysis):
        return run_tables(analysis, self.tables)


def slow(log, name):
    """Figures of one name, person by person, with positions by rank of instant."""
    found = {"starts": 0, "ends": 0, "first": [], "mean": [], "repeats": []}
    for person in {who for who, _time, _name in log}:
        times = [time for who, time, _word in log if who == person]
        mine = sorted(time for who, time, word in log if who == person and word == name)
        if not mine:
            continue
        instants = sorted(set(times))
        last = len(instants) - 1
        positions = [instants.index(time) / last if last else 0.5 for time in mine]
        found["starts"] += mine[0] == instants[0]
        found["ends"] += mine[-1] == instants[-1]
        found["first"].append(positions[0])
        found["mean"].append(mean(positions))
        found["repeats"].append(len(mine))
    return found


def slow_before(log, first, second):
    both, before = 0, 0.0
    for person in {who for who, _time, _name in log}:
        begun = [[t for who, t, word in log if who == person and word == name] for name in (first, second)]
        if all(begun):
            both += 1
            one, two = min(begun[0]), min(begun[1])
            before += 0.0 if first == second else 1.0 if one < two else 0.5 if one == two else 0.0
    return both, before


@settings(deadline=None)
@given(LOGS, st.integers(1, 6), st.randoms(use_true_random=False))
def test_succession_equals_the_slow_reading_however_the_log_is_split_or_ordered(log, cut, chance):
    names = ("c", "a", "never", "b")
    shuffled = list(log)
    chance.shuffle(shuffled)
    split = Tables(table([row for row in shuffled if row[0] < cut]), table([row for row in shuffled if row[0] >= cut]))
    result = split.run(Succession(names))
    assert result == Tables(table(log)).run(Succession(names))
    assert (result.persons, result.events) == (len({row[0] for row in log}), len(log))
    for i, name in enumerate(names):
        figures, expected = result.names[i], slow(log, name)
        repeats = expected["repeats"]
        assert (figures.name, figures.persons, figures.events) == (name, len(repeats), sum(repeats))
        assert (figures.starts, figures.ends) == (expected["starts"], expected["ends"])
        if repeats:
            assert figures.first_position == pytest.approx(mean(expected["first"]), abs=1e-8)
            assert figures.mean_position == pytest.approx(mean(expected["mean"]), abs=1e-8)
            assert figures.mean_repeats == pytest.approx(mean(repeats))
            assert figures.median_repeats == median(repeats)
            assert figures.share_first == pytest.approx(expected["starts"] / len(repeats))
            assert figures.share_last == pytest.approx(expected["ends"] / len(repeats))
        else:
            assert (figures.first_position, figures.median_repeats, figures.share_first) == (None, None, None)
        for j, other in enumerate(names):
            both, before = slow_before(log, name, other)
            assert (result.together[i][j], result.before[i][j]) == (both, before)
            assert result.share_before(i, j) == (before / both if both else None)


@settings(deadline=None)
@given(LOGS, st.integers(1, 6), st.integers(1, 5))
def test_the_most_frequent_names_are_those_that_most_persons_have(log, cut, most):
    tables = Tables(table([row for row in log if row[0] < cut]), table([row for row in log if row[0] >= cut]))
    result = tables.run(FrequentNames(most))
    counts = [
        (-len({who for who, _time, word in log if word == name}), -sum(word == name for _w, _t, word in log), name)
        for name in {word for _who, _time, word in log}
    ]
    assert [(-name.persons, -name.events, name.name) for name in result.names] == sorted(counts)[:most]
    assert (result.distinct, result.events) == (len(counts), len(log))
    assert len(result.rows()) == len(result.names)
    found = succession_of(tables, most)
    assert [name.name for name in found.names] == [name.name for name in result.names]
    assert [line["persons"] for line in found.rows()] == [name.persons for name in result.names]


def test_more_repeats_than_are_told_apart_count_as_the_most():
    log = [(1, time, "a") for time in range(200)]
    figures = Tables(table(log)).run(Succession(("a",))).names[0]
    assert (figures.mean_repeats, figures.median_repeats) == (200, 64)
    assert figures.mean_position == pytest.approx(0.5)
