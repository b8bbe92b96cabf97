import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.engine.results import Emotion
from parcours.mapdoc.document import Metric
from parcours.report.findings import Candidate, candidates, most_important
from parcours.report.letter_words import focus_of
from parcours.report.stages import most_lost

DAY = 86_400.0


def kinds(made, **more):
    return [one.kind for one in candidates(made.lived(), made.result, has_goal=made.goal, **more)]


def find(made, kind):
    return next(one for one in candidates(made.lived(), made.result, has_goal=made.goal) if one.kind == kind)


def leak(target):
    return Metric("leak", "leak", target, "down")


def test_people_lost_beyond_what_the_map_admits_are_a_finding_of_as_many_people(made):
    made.stage("visit", left=40, failed=8, metrics=[leak(0.35)])
    found = find(made, "leak_beyond")
    assert (found.weight, found.count, found.figure) == (13, 48, "stage:visit:lost")


def test_what_is_admitted_is_a_share_of_those_who_entered_not_of_those_who_passed_by(made):
    made.stage("visit", entered=80, reached=100, left=40, metrics=[leak(0.35)])
    assert find(made, "leak_beyond").weight == 12


def test_a_leak_that_the_map_admits_is_no_finding(made):
    made.stage("visit", left=35, metrics=[leak(0.35)]).stage("buy", entered=65, reached=65, arrived=65)
    assert kinds(made) == []


def test_what_a_conversion_target_leaves_is_admitted(made):
    made.stage("visit", left=50, metrics=[Metric("go", "conversion", 0.7, "up")])
    assert find(made, "leak_beyond").weight == 20


def test_people_under_way_are_never_counted_as_lost(made):
    made.stage("visit", open=90, metrics=[leak(0.0)]).stage("buy", entered=10, reached=10, open=10)
    assert not {"leak_beyond", "leak_most"} & set(kinds(made))


def test_without_a_target_the_stage_where_most_stop_is_told(made):
    made.stage("visit", left=20).stage("quote", entered=80, reached=80, left=50).stage("buy", entered=30, arrived=30)
    assert find(made, "leak_most").stage.plan.id == "quote"


def test_of_two_stages_where_as_many_stop_every_text_names_the_one_where_they_are_a_larger_share(made):
    made.stage("visit", left=12).stage("quote", entered=20, reached=88, left=12).stage("buy", entered=8, arrived=8)
    assert find(made, "leak_most").stage.plan.id == "quote"
    assert most_lost(made.lived()).plan.id == "quote"
    assert focus_of(made.lived(), has_goal=True).plan.id == "quote"


def test_ending_in_the_last_stage_is_no_loss_where_no_goal_is_known(made):
    made.goal = False
    made.stage("visit", left=5).stage("use", entered=95, reached=95, left=95)
    assert find(made, "leak_most").stage.plan.id == "visit"


def test_what_is_called_the_most_is_the_most_of_all_stages(made):
    made.stage("visit", left=20, timed=80, median_seconds=DAY).stage(
        "quote", entered=80, reached=80, left=50, timed=30, median_seconds=9 * DAY,
        metrics=[leak(0.1), Metric("t", "time", DAY, "down")],
    )  # fmt: skip
    assert sorted(kinds(made)) == ["leak", "leak_beyond", "slow"]


def test_a_stage_slower_than_its_target_is_a_finding(made):
    made.stage("visit", timed=80, median_seconds=4 * DAY, metrics=[Metric("t", "time", 1 * DAY, "down")])
    assert find(made, "slow").weight == pytest.approx(80 / 2 * 0.75 / 2)


def test_a_stage_as_fast_as_its_target_is_none(made):
    made.stage("visit", timed=80, median_seconds=DAY, metrics=[Metric("t", "time", DAY, "down")])
    assert "slow" not in kinds(made)


@pytest.mark.parametrize(
    ("answers", "mean", "high", "told"),
    [(40, -0.5, 0.2, True), (40, 0.4, 0.6, False), (12, -0.5, 0.2, True), (9, None, None, False)],
    ids=["clearly below", "interval holds what was expected", "fragile but clear", "under ten answers"],
)
def test_a_feeling_is_a_finding_only_when_its_whole_interval_is_below_what_was_expected(
    made, answers, mean, high, told
):
    emotion = Emotion(answers, mean, None if mean is None else mean - 0.3, high, (-1.0,) * 9 if mean is None else ())
    made.stage("visit", expected=0.5, emotion=emotion)
    assert ("felt" in kinds(made)) == told


def test_a_touchpoint_that_disappoints_is_told_by_its_own_name_and_key(made, touchpoint):
    cold = Emotion(50, -1.0, -1.2, -0.8)
    made.stage("help", touchpoints=[(touchpoint("reply", expected_emotion=1.0), 60, cold)])
    found = find(made, "felt")
    assert found.touchpoint.plan.id == "reply"
    assert (found.figure, found.count) == ("touchpoint:reply:answers", 50)


def test_coming_back_is_a_finding_from_one_in_ten_on(made):
    made.stage("visit", returned=9, returns=12).stage("quote", returned=10, returns=30)
    assert [one.stage.plan.id for one in candidates(made.lived(), made.result, has_goal=True)] == ["quote"]


def test_stages_of_a_draft_that_most_come_back_to_overlap_and_are_no_finding(made):
    made.stage("visit", returned=66, returns=70).stage("quote", returned=67, returns=90)
    assert [one.stage.plan.id for one in candidates(made.lived(), made.result, has_goal=True)] == ["quote", "visit"]
    drafted = candidates(made.lived(), made.result, has_goal=True, discovered=True)
    assert [one.stage.plan.id for one in drafted] == ["visit"]


def test_without_a_target_fewer_than_one_in_a_hundred_lost_are_no_finding(made):
    made.stage("visit", entered=1000, reached=1000, left=9)
    assert kinds(made) == []
    made.stage("quote", entered=900, reached=991, left=10)
    assert kinds(made) == ["leak_most"]
    made.stage("buy", entered=9, reached=9, failed=1)
    assert sorted(kinds(made)) == ["leak", "leak_most"]


def test_touchpoints_that_nobody_met_are_told_together(made, touchpoint):
    made.stage("visit", touchpoints=[(touchpoint("shop"), 3, made_nothing()), (touchpoint("card"), 0, made_nothing())])
    made.stage("buy", touchpoints=[(touchpoint("gift"), 0, made_nothing())])
    found = find(made, "unlived")
    assert [point.plan.id for point in found.unlived] == ["card", "gift"]
    assert found.stage is None


def test_events_outside_the_map_are_told_from_one_in_twenty_on(made):
    made.stage("visit", open=100)
    made.unplaced = (("popup", 49),)
    assert "unplaced" not in kinds(made)
    made.unplaced = (("popup", 50),)
    assert "unplaced" in kinds(made)
    assert "unplaced" not in kinds(made, discovered=True)


def test_a_busy_stage_where_nobody_was_asked_is_told_when_others_were(made):
    made.stage("visit").stage("buy", entered=60, reached=60, emotion=Emotion(40, 1.0, 0.8, 1.2))
    assert find(made, "unasked").stage.plan.id == "visit"


def test_nothing_is_said_of_feelings_where_the_map_expects_none_and_the_log_holds_none(made):
    made.stage("visit").stage("buy")
    assert "unasked" not in kinds(made)


def test_another_finding_of_a_subject_or_stage_that_was_chosen_weighs_less(made):
    stages = made.stage("visit").stage("buy").stage("use").lived()
    heavy = Candidate("leak_beyond", 100, stages[0])
    same_stage, same_subject = Candidate("felt", 99, stages[0]), Candidate("leak_most", 70, stages[1])
    light = Candidate("returns", 34, stages[1])
    assert most_important([heavy, same_stage, same_subject, light], limit=2) == [heavy, same_subject]
    assert most_important([heavy, same_stage, same_subject, light]) == [heavy, same_stage, same_subject]
    elsewhere = Candidate("returns", 36, stages[2])
    assert most_important([heavy, same_subject, elsewhere], limit=2) == [heavy, elsewhere]


@given(st.lists(st.tuples(st.sampled_from(["slow", "felt", "returns"]), st.floats(0.1, 1e6)), max_size=12))
def test_findings_are_at_most_three_and_the_heaviest_is_always_among_them(drawn):
    ranked = sorted((Candidate(kind, weight) for kind, weight in drawn), key=lambda one: -one.weight)
    chosen = most_important(ranked)
    assert len(chosen) == min(3, len(ranked))
    assert not ranked or ranked[0] in chosen


def made_nothing():
    return Emotion(0, None, None, None)
