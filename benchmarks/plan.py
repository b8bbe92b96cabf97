"""The plan that the made events are laid over: five stages in which names follow each other at random, which is the
worst case for placement, with something of everything from which a trip may deviate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

DAY_US = 86_400_000_000


def frame(end_us: int, *, several_trips: bool = False) -> Any:
    """Return the plan with a data end; ``several_trips`` begin at page views after a purchase or thirty quiet days."""
    from parcours.engine.lived import Frame
    from parcours.engine.plan import Plan, PlannedPromise, PlannedTouchpoint
    from parcours.engine.predicates import EventMatch, Rule

    def rule(name: str) -> Rule:
        return Rule((EventMatch((name,)),))

    def point(stage: int, name: str, **fields: Any) -> PlannedTouchpoint:
        return PlannedTouchpoint(name, stage, rule(name), **fields)

    plan = Plan(
        stages=("discover", "choose", "buy", "get help", "come back"),
        touchpoints=(
            point(0, "page_view"),
            point(0, "search"),
            point(1, "product_view", after=(1,)),
            point(1, "cart_add", required=True, max_occurs=3),
            point(2, "checkout", required=True, after=(3,)),
            point(2, "login"),
            point(3, "support_asked", kind="communication"),
            point(3, "return_asked", kind="communication"),
            point(4, "review_left", after=(4,)),
            point(4, "newsletter_opened"),
            point(4, "referral_made"),
        ),
        succeeds_when=rule("purchase"),
        promises=(
            PlannedPromise("answer", 6, 4, 2 * DAY_US),
            PlannedPromise("checkout", 3, 4, DAY_US),
        ),
    )
    if several_trips:
        plan = replace(plan, starts_when=rule("page_view"))
    return Frame(plan, 30 * DAY_US, end_us)
