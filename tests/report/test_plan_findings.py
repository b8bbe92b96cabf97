"""What the plan adds to the findings."""

import pytest

from parcours.engine.alignment_result import StageAlignment
from parcours.engine.deviations import DeviationFigures, DeviationsResult
from parcours.engine.differences import Difference
from parcours.engine.promises import PromiseFigures, PromisesResult
from parcours.language.translation import speaking
from parcours.mapdoc.document import Promise
from parcours.mapdoc.text import Text
from parcours.report.findings import candidates
from parcours.report.holding import PlanResults
from parcours.report.plan_findings import plan_candidates
from parcours.report.wording import finding_text

LOWER = Difference(-0.8, -0.1, 60, 40, -0.7, -0.9, -0.5)
UNSURE = Difference(-0.3, -0.1, 60, 40, -0.2, -0.5, 0.1)
FEWER = Difference(0.28, 0.46, 300, 300, -0.18, -0.24, -0.12)
SAME = Difference(0.40, 0.44, 300, 300, -0.04, -0.11, 0.03)


@pytest.fixture
def quoting(made, touchpoint):
    """One stage with a promised quote, and one stage after it."""
    vow = Promise("soon", Text({"fr": "Un devis sous deux jours", "en": "A quote within two days"}), "quote", 172_800.0)
    quote = touchpoint("quote", promises=(vow,))
    return made.stage("decision", left=20, arrived=80, touchpoints=[(quote, 100, made_emotion())])


def made_emotion():
    from parcours.engine.results import Emotion

    return Emotion(0, None, None, None)


def promise(**fields) -> PromiseFigures:
    kept, broken = fields.pop("kept", 40), fields.pop("broken", 60)
    known = {
        "id": "soon", "stage": "decision", "touchpoint": "quote", "owner": "sales", "clock": "calendar",
        "within_seconds": 172_800.0, "percentile": 90.0, "given": kept + broken, "kept": kept, "broken": broken,
        "unmet": 0, "pending": 0, "share": kept / (kept + broken), "low": 0.3, "high": 0.5, "as_meant": False,
        "median_seconds": 250_000.0, "percentile_95_seconds": None, "feeling": LOWER,
    }  # fmt: skip
    return PromiseFigures(**known | fields)


def deviation(**fields) -> DeviationFigures:
    known = {
        "scope": "touchpoint", "id": "quote", "kind": "missing", "trips": 50, "possible": 100, "share": 0.5,
        "events": 50, "success": FEWER, "time": UNSURE, "feeling": UNSURE,
    }  # fmt: skip
    return DeviationFigures(**known | fields)


def found(made, promises=(), deviations=()):
    held = DeviationsResult(100, 100, 60, tuple(deviations), (), ())
    return plan_candidates(made.lived(), PlanResults(held, PromisesResult(tuple(promises))))


def test_a_promise_counts_by_what_is_broken_beyond_what_it_allows(quoting):
    one = found(quoting, [promise()])[0]
    assert one.weight == pytest.approx((60 - 10) / 4)
    assert (one.kind, one.figure, one.count) == ("promise", "promise:soon:broken", 60)


def test_a_promise_whose_answers_do_not_tell_weighs_half(quoting):
    assert found(quoting, [promise(feeling=UNSURE)])[0].weight == pytest.approx((60 - 10) / 8)


def test_a_promise_that_holds_as_meant_is_no_finding(quoting):
    assert found(quoting, [promise(kept=95, broken=5, as_meant=True)]) == []


@pytest.mark.parametrize(
    "change",
    [
        {"success": SAME},
        {"success": Difference(0.46, 0.28, 300, 300, 0.18, 0.12, 0.24)},
        {"success": Difference(0.2, 0.4, 5, 300)},
        {"scope": "stage", "id": "decision"},
        {"kind": "late"},
    ],
)
def test_a_deviation_counts_only_where_clearly_fewer_succeed_and_is_told_once(change, quoting):
    assert found(quoting, deviations=[deviation()])[0].weight == pytest.approx(50 * 0.18 / 2)
    assert found(quoting, deviations=[deviation(**change)]) == []


@pytest.mark.usefixtures("english")
def test_the_words_of_a_broken_promise_tell_the_next_answer_only_when_it_tells(quoting):
    headline, detail = finding_text(found(quoting, [promise()])[0], quoting.result, discovered=False)
    assert headline == "“A quote within two days”: kept 40% of the time, where 90% was meant"
    assert "60 broken of 100" in detail and "after a broken one" in detail
    _headline, detail = finding_text(found(quoting, [promise(feeling=UNSURE)])[0], quoting.result, discovered=False)
    assert "after a broken one" not in detail


@pytest.mark.usefixtures("english")
def test_the_words_of_a_deviation_never_claim_a_cause(quoting):
    headline, detail = finding_text(found(quoting, deviations=[deviation()])[0], quoting.result, discovered=False)
    assert headline == "“Quote” never comes in 50 trips"
    assert "28% of them succeed, 46% of the others: an association, not a cause" in detail
    for language in ("fr", "en"):
        for kind in ("missing", "adhoc", "failing", "out_of_sequence"):
            with speaking(language):
                one = found(quoting, deviations=[deviation(kind=kind)])[0]
                assert finding_text(one, quoting.result, discovered=False)[0]


def aligned(**fields) -> StageAlignment:
    known = dict.fromkeys(StageAlignment.__slots__, None) | {
        "id": "decision", "people": 100, "answers": 40, "kinds": (), "few": (), "parts": (), "structure": 82.0,
        "experience": 40.0, "quadrant": "cold", "certain": True, "drift": True, "shortfall": 20.0,
    }  # fmt: skip
    return StageAlignment(**known | fields)


@pytest.mark.usefixtures("english")
def test_a_stage_out_of_step_counts_by_people_and_missing_points(quoting):
    from parcours.engine.alignment_result import AlignmentResult

    def of(one):
        return plan_candidates(
            quoting.lived(), PlanResults(alignment=AlignmentResult(50.0, 40, 60.0, 15.0, (one,), ("decision",)))
        )

    assert of(aligned())[0].weight == pytest.approx(100 * 0.20 / 4)
    headline, detail = finding_text(of(aligned())[0], quoting.result, discovered=False)
    assert headline == "Stage “Decision”: efficient but cold"
    assert "structure 82 and feeling 40 out of 100" in detail
    assert of(aligned(quadrant="aligned", shortfall=0.0)) == []
    assert of(aligned(certain=False, drift=False)) == []
    assert of(aligned(quadrant=None, shortfall=None)) == []


def test_findings_of_the_plan_stand_among_the_others(quoting):
    more = found(quoting, [promise(kept=400, broken=600)])
    ranked = candidates(quoting.lived(), quoting.result, has_goal=True, more=more)
    assert ranked[0].kind == "promise"
