import pytest

from parcours.engine.results import Score
from parcours.mapdoc.document import Metric
from parcours.report.indicators import indicators

DAY = 86_400.0


def shown(made, english_needed=None):
    (stage, *_others) = made.lived()
    return [(one.value, one.target, one.verdict, one.detail, one.figure) for one in indicators(stage)]


def plain(rows):
    return [tuple(cell.replace("\u00a0", " ") if isinstance(cell, str) else cell for cell in row) for row in rows]


def test_conversion_is_of_those_whose_outcome_is_known(made, english):
    made.stage(
        "visit", entered=90, reached=100, left=30, open=20, arrived=10, metrics=[Metric("c", "conversion", 0.6, "up")]
    )
    made.stage("buy", entered=40, reached=40, arrived=40)
    assert plain(shown(made)) == [("63%", "≥ 60%", "kept", "50 of 80 people", "stage:visit:went_on")]


def test_leak_and_time_stand_beside_their_targets(made, english):
    made.stage(
        "visit", left=30, timed=60, median_seconds=3 * DAY,
        metrics=[Metric("l", "leak", 0.2, "down"), Metric("t", "time", 3 * DAY, "down")],
    )  # fmt: skip
    assert plain(shown(made)) == [
        ("30%", "≤ 20%", "missed", "30 of 100 people", "stage:visit:lost"),
        ("3 d", "≤ 3 d", "kept", "60 people", "stage:visit:timed"),
    ]


def test_where_nobody_came_nothing_is_judged(made, english):
    metrics = [Metric("c", "conversion", 0.6, "up"), Metric("l", "leak", 0.2, "down"), Metric("t", "time", 9.0, "down")]
    made.stage("visit", entered=0, reached=0, metrics=[*metrics, Metric("n", "nps", 30, "up")])
    assert {(value, verdict, figure) for value, _t, verdict, _d, figure in shown(made)} == {("–", "unknown", None)}


@pytest.mark.parametrize(
    ("score", "row"),
    [
        (Score("nps", 60, 40.0, 20.0, 55.0), ("+40", "unknown", "60 answers, from +20 to +55: too close to tell")),
        (Score("nps", 60, -8.0, -17.0, 1.0), ("−8", "missed", "60 answers, from −17 to +1")),
        (Score("nps", 60, 60.0, 45.0, 75.0), ("+60", "kept", "60 answers, from +45 to +75")),
        (Score("nps", 12, 60.0, 45.0, 75.0), ("+60", "kept", "fragile: 12 answers, from +45 to +75")),
        (Score("nps", 9, None, None, None), ("–", "unknown", "9 answers: too few for a score")),
    ],
)
def test_a_score_is_judged_only_when_its_interval_leaves_no_doubt(made, english, score, row):
    made.stage("visit", scores=(score,), metrics=[Metric("n", "nps", 30, "up")])
    ((value, _target, verdict, detail, figure),) = shown(made)
    assert (value, verdict, detail, figure) == (*row, "stage:visit:nps")


def test_effort_and_ease_are_never_taken_for_each_other(made, english):
    made.stage("visit", scores=(Score("ces", 50, 5.5, 5.0, 6.0),), metrics=[Metric("e", "ces", 3.0, "down")])
    assert shown(made)[0][3] == "asked as ease, not as effort"
    made.figures.clear(), made.stages.clear()
    effort = Score("ces", 50, 2.5, 2.2, 2.8, effort_scale=True)
    made.stage("visit", scores=(effort,), metrics=[Metric("e", "ces", 3.0, "down")])
    assert shown(made)[0][0:3:2] == ("2.5", "kept")
    assert shown(made)[0][4] == "stage:visit:ces_effort"
