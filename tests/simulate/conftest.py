from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from parcours.engine.predicates import Condition, EventMatch, Rule
from parcours.mapdoc.document import JourneyMap, Stage, Touchpoint, TripRule
from parcours.mapdoc.text import Text
from parcours.simulate.company import Company, Events


def _rule(*names: str, **where: object) -> Rule:
    conditions = tuple(Condition(key, "=", value) for key, value in where.items())  # type: ignore[arg-type]
    return Rule((EventMatch(names, conditions),))


@pytest.fixture(scope="session")
def rule() -> Callable[..., Rule]:
    return _rule


def _touchpoint(id: str, *names: str, channel: str | None = None) -> Touchpoint:
    return Touchpoint(id, Text({"en": id}), _rule(*names), channel)


@pytest.fixture(scope="session")
def shop() -> JourneyMap:
    """Four stages told apart by event names alone, with a start, a success and a failure."""
    return JourneyMap(
        id="shop",
        title=Text({"en": "Shop"}),
        stages=(
            Stage("look", Text({"en": "Look"}), touchpoints=(_touchpoint("site", "visit", "search", channel="web"),)),
            Stage(
                "ask",
                Text({"en": "Ask"}),
                touchpoints=(
                    _touchpoint("call", "call", channel="phone"),
                    _touchpoint("offer", "offer_sent", "offer_refused", "offer_accepted"),
                ),
            ),
            Stage(
                "buy",
                Text({"en": "Buy"}),
                touchpoints=(_touchpoint("basket", "basket"), _touchpoint("pay", "paid"), _touchpoint("bill", "bill")),
            ),
            Stage("use", Text({"en": "Use"}), touchpoints=(_touchpoint("help", "help"), _touchpoint("tip", "tip"))),
        ),
        zone="Europe/Paris",
        trip=TripRule(
            starts_when=_rule("visit"),
            succeeds_when=_rule("paid"),
            fails_when=_rule("offer_refused"),
            timeout_seconds=20 * 86_400.0,
        ),
    )


@pytest.fixture(scope="session")
def stage_of_event() -> dict[str, str]:
    return {
        "visit": "look", "search": "look", "call": "ask", "offer_sent": "ask", "offer_refused": "ask",
        "offer_accepted": "ask", "basket": "buy", "paid": "buy", "bill": "buy", "help": "use", "tip": "use",
    }  # fmt: skip


@pytest.fixture
def shuffled() -> Callable[[Company], Company]:
    """A company whose rows at one instant stand in another order."""

    def shuffle(company: Company) -> Company:
        events = company.events
        order = np.lexsort((np.random.default_rng(0).random(len(events)), events.time.astype(np.int64)))
        names = [
            name for name in Events.__dataclass_fields__ if name not in ("properties", "received", "received_local")
        ]
        other = Company(company.theatre, company.language)
        moved = Events(
            properties={key: column[order] for key, column in events.properties.items()},
            **{name: getattr(events, name)[order] for name in names},
        )
        object.__setattr__(other, "events", moved)
        return other

    return shuffle
