"""The sample company that the demo plays: "Cap Clair", an invented coaching practice, on the coach template.

Its story. Research is as it should be: questions are answered in time, and people feel it. The purchase is efficient
but cold: everything works by itself, without a word from anybody. The coaching is warm but disorganised: people love
the sessions, while welcome and notes come late or never. The decision is broken: the quote comes late, nobody calls
back, far too many go silent. The discovery call comes late, and once the coaching is over answers are slow.
"""

from __future__ import annotations

from parcours.language.translation import Language
from parcours.simulate.comments import COACH
from parcours.simulate.planting import Deviation, Kept, Persona
from parcours.simulate.scenario import Feeling, Scenario

DAY = 86_400.0


def sample_company(language: Language) -> Scenario:
    """Return the scenario of the demo: 2,400 people who came in two months, followed for over three.

    Customers write in ``language``.
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
            "decision": 0.54,
            "purchase": 0.06,
            "use": 0.06,
            "evaluation": 0.22,
        },
        wait={
            "awareness": 3.0 * DAY,
            "research": 2.5 * DAY,
            "comparison": 9.5 * DAY,
            "decision": 4.0 * DAY,
            "purchase": 0.7 * DAY,
            "use": 13.0 * DAY,
            "evaluation": 7.0 * DAY,
            "loyalty": 10.0 * DAY,
        },
        feelings={
            "research": (Feeling("csat", 1.15, 0.12),),
            "comparison": (Feeling("csat", 0.3, 0.14),),
            "decision": (Feeling("csat", 0.35, 0.3),),
            "purchase": (Feeling("csat", -0.45, 0.4), Feeling("ces", 0.5, 0.3)),
            "use": (Feeling("csat", 1.7, 0.6),),
            "evaluation": (Feeling("nps", 0.75, 0.4), Feeling("ces", -0.5, 0.5)),
            "loyalty": (Feeling("nps", 1.2, 0.4),),
        },
        comments=COACH[language],
        comment_rate=0.45,
        busy=0.2,
        chance={
            "site-pages": 0.45,
            "faq": 0.2,
            "free-guide": 0.25,
            "first-question": 0.4,
            "prequalification": 0.6,
            "prices": 0.5,
            "testimonials": 0.3,
            "documents": 1.0,
            "support": 0.6,
            "nps-survey": 1.0,
            "written-review": 0.2,
            "client-newsletter": 0.4,
            "check-in": 0.5,
        },
        again={"sessions": 0.65, "support": 0.3},
        skips=0.0,
        ids="codes",
        personas=(
            Persona("first-time", 0.5, patience=0.95),
            Persona("in-a-hurry", 0.2, patience=0.8, mood=-0.15),
            Persona("recommended", 0.3, patience=1.3, mood=0.15),
        ),
        identified_by=("free-guide", "first-question", "prequalification", "booking"),
        seasons={1: 1.3, 2: 1.0, 3: 0.8},
        late_arrival=0.03,
        wait_effect=-0.1,
        chase_effect=-0.35,
        deviations=(
            Deviation("missing", "reminder", 0.12),
            Deviation("out_of_sequence", "booking", 0.08),
            Deviation("failing", "discovery-call", 0.11),
            Deviation("missing", "quote-follow-up", 0.64),
            Deviation("out_of_sequence", "quote-follow-up", 0.06),
            Deviation("adhoc", "quote-follow-up", 0.07),
            Deviation("failing", "payment", 0.05),
            Deviation("adhoc", "invoice", 0.04),
            Deviation("missing", "welcome", 0.4),
            Deviation("missing", "kick-off", 0.35),
        ),
        promises={
            "answer-in-a-working-day": Kept(broken=0.06, chase=0.5, effect=-0.9),
            "quote-in-two-days": Kept(broken=0.6, never=0.0, effect=-0.9, loses=0.2),
            "invoice-in-an-hour": Kept(broken=0.03, effect=-0.5),
            "welcome-in-a-day": Kept(broken=0.55, effect=-0.2),
            "notes-in-two-days": Kept(broken=0.62, never=0.25, effect=-0.15),
            "support-in-a-working-day": Kept(broken=0.6, never=0.12, chase=0.6, effect=-1.0),
        },
        quadrants={
            "research": "aligned",
            "decision": "broken",
            "purchase": "efficient_but_cold",
            "use": "warm_but_disorganised",
        },
    )
