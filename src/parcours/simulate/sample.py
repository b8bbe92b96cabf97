"""The sample company that the demo plays: "Cap Clair", an invented coaching practice, on the coach template.

Its story: people like the calls and love the sessions; far too many go silent after the quote; the discovery call
comes late; and once the coaching is over, answers are slow and cold.
"""

from __future__ import annotations

from parcours.language.translation import Language
from parcours.simulate.comments import COACH
from parcours.simulate.scenario import Feeling, Scenario

DAY = 86_400.0


def sample_company(language: Language) -> Scenario:
    """Return the scenario of the demo: 2,400 people who came in two months, followed for over three.

    About 27,000 events; customers write in ``language``.
    """
    return Scenario(
        persons=2_400,
        seed=20_260_105,
        start="2026-01-05",
        days=100,
        arriving_days=62,
        leak={
            "awareness": 0.28,
            "research": 0.22,
            "comparison": 0.20,
            "decision": 0.66,
            "purchase": 0.06,
            "use": 0.08,
            "evaluation": 0.25,
        },
        wait={
            "awareness": 3.0 * DAY,
            "research": 2.5 * DAY,
            "comparison": 9.5 * DAY,
            "decision": 5.0 * DAY,
            "purchase": 1.2 * DAY,
            "use": 16.0 * DAY,
            "evaluation": 7.0 * DAY,
            "loyalty": 10.0 * DAY,
        },
        feelings={
            "research": (Feeling("csat", 0.5, 0.03),),
            "comparison": (Feeling("csat", 0.1, 0.14),),
            "decision": (Feeling("csat", 0.55, 0.3),),
            "purchase": (Feeling("ces", 0.7, 0.35),),
            "use": (Feeling("csat", 1.45, 0.55),),
            "evaluation": (Feeling("nps", 0.75, 0.35), Feeling("ces", -0.75, 0.5)),
            "loyalty": (Feeling("nps", 1.2, 0.4),),
        },
        comments=COACH[language],
        comment_rate=0.45,
        busy=0.15,
        ids="codes",
    )
