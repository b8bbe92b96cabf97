"""Companies for tests of analyses: one in which everything is planted, one in which nothing is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from parcours.engine.predicates import EventMatch, Rule
from parcours.language.translation import Language
from parcours.mapdoc.document import JourneyMap, Metric, Owner, Promise, Stage, Touchpoint, TripRule
from parcours.mapdoc.templates import load_template
from parcours.mapdoc.text import Text
from parcours.simulate.company import Company, simulate
from parcours.simulate.planting import Deviation, Kept
from parcours.simulate.sample import sample_company
from parcours.simulate.scenario import Feeling, Scenario

DAY = 86_400.0
STAGES = 4
NULL_LEAK = 0.15


def planted_company(persons: int = 4_000, seed: int = 1, language: Language = "en", **changes: Any) -> Company:
    """Return the sample company in another size, followed until every trip has ended.

    Rows come in time and once, at different seconds, so that every planted deviation can be found. ``changes`` are
    fields of ``Scenario``.
    """
    story = replace(
        sample_company(language),
        persons=persons,
        seed=seed,
        days=420,
        arriving_days=120,
        ties=0.0,
        duplicates=0.0,
        late_arrival=0.0,
        returns=0.0,
    )
    return simulate(load_template("coach"), replace(story, **changes), language)


def null_company(seed: int, persons: int = 400, rate: float = 0.1, broken: float = 0.2) -> Company:
    """Return a company in which nothing matters: 400 trips take about 50 milliseconds.

    In every stage of ``null_map`` the same shares leave, deviate (``rate`` for each kind) and find the promise broken
    (``broken``); all feel the same. Nothing has an effect on success or feelings, and structure and feeling stand at
    the same height (about 85 of 100). A broken promise takes longer, of course: times within a stage depend on it.
    """
    kinds = ("missing", "adhoc", "failing", "out_of_sequence")
    story = Scenario(
        persons=persons,
        seed=seed,
        days=220,
        arriving_days=60,
        usual_leak=NULL_LEAK,
        leak={f"stage-{STAGES}": NULL_LEAK},
        usual_wait=6 * DAY,
        feelings={f"stage-{number}": (Feeling("csat", 1.5, 0.5),) for number in range(1, STAGES + 1)},
        spread=0.4,
        skips=0.0,
        returns=0.0,
        ties=0.0,
        duplicates=0.0,
        noise=rate / 2,
        anonymous=0.02,
        comment_rate=0.1,
        leaver_mood=0.0,
        deviations=tuple(
            Deviation(kind, f"step-{number}", rate)  # type: ignore[arg-type]
            for number in range(1, STAGES + 1)
            for kind in kinds
        ),
        promises={f"answer-{number}-in-a-day": Kept(broken=broken, never=0.2) for number in range(1, STAGES + 1)},
    )
    return simulate(null_map(), story, "en")


def null_map() -> JourneyMap:
    """Return a map of four stages that differ only in their names; trips succeed in the last one."""
    return JourneyMap(
        id="null",
        title=Text({"en": "Nothing matters"}),
        stages=tuple(_null_stage(number) for number in range(1, STAGES + 1)),
        default_language="en",
        zone="UTC",
        owners=(Owner("team", Text({"en": "Team"})),),
        trip=TripRule(succeeds_when=_rule("done"), timeout_seconds=30 * DAY),
        ignore=_rule("survey_answered"),
    )


def _null_stage(number: int) -> Stage:
    ask, answer, step = (_null_point(f"{word}-{number}") for word in ("ask", "answer", "step"))
    promise = Promise(f"{answer.id}-in-a-day", Text({"en": "An answer within a day"}), ask.id, DAY)
    points: tuple[Touchpoint, ...] = (
        replace(ask, required=True, initiator="customer"),
        replace(answer, promises=(promise,)),
        replace(step, required=True, max_occurs=2, after=(ask.id,), fails_when=_rule(f"step_{number}_failed")),
    )
    if number == STAGES:
        points += (replace(_null_point("done"), initiator="customer"),)
    metrics = (Metric(f"conversion-{number}", "conversion", 1 - NULL_LEAK, "up"),)
    return Stage(f"stage-{number}", Text({"en": f"Stage {number}"}), owner="team", touchpoints=points, metrics=metrics)


def _null_point(id: str) -> Touchpoint:
    text = Text({"en": id})
    return Touchpoint(id, text, _rule(id.replace("-", "_")), owner="team", process=text, initiator="company")


def _rule(name: str) -> Rule:
    return Rule((EventMatch((name,)),))
