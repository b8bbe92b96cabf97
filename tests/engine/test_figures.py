from __future__ import annotations

import pytest

from parcours.engine.figures import figure_keys, parse_figure
from parcours.engine.plan import Plan, PlannedTouchpoint
from parcours.engine.predicates import EventMatch, Rule
from parcours.language.errors import UsageError
from parcours.language.translation import speaking

PLAN = Plan(
    ("decide", "a:b"),
    (PlannedTouchpoint("quote", 0, Rule((EventMatch(("quote",)),))),),
)


def test_every_listed_key_is_read_and_written_back_the_same():
    keys = figure_keys(PLAN)
    assert len(keys) == len(set(keys))
    for key in keys:
        figure = parse_figure(key, PLAN)
        place = {"stage": PLAN.stages, "touchpoint": ("quote",), "journey": ()}[figure.scope]
        assert ":".join([figure.scope, *place[figure.index : figure.index + 1], figure.name]) == key


def test_an_id_may_hold_a_colon():
    assert parse_figure("stage:a:b:left", PLAN).index == 1


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("stage:decide:leftt", "stage:decide:left"),
        ("stage:decid:left", "stage:decide:left"),
        ("journey:person", "journey:persons"),
        ("touchpoint:quotes:answers", "touchpoint:quote:answers"),
        ("", "Nearest: "),
        ("stage::left", "stage"),
        ("journey:entered", "journey"),
    ],
)
def test_an_unknown_key_is_answered_with_the_nearest_ones(key, nearest):
    with speaking("en"), pytest.raises(UsageError) as refused:
        parse_figure(key, PLAN)
    assert refused.value.value == key
    assert nearest in refused.value.expected
