"""Words by which diagrams and journeys of other tools name the two sides of a journey, in both languages."""

from __future__ import annotations

from typing import Literal

from parcours.language.translation import _

Side = Literal["customer", "company"]
CUSTOMER: Side = "customer"

_CUSTOMERS = frozenset(
    """client cliente clients customer customers user users utilisateur utilisatrice buyer acheteur acheteuse patient
    prospect visitor visiteur visiteuse me moi i je""".split()  # noqa: SIM905 - a list of words is read as one
)
_COMPANIES = frozenset({"entreprise", "société", "company"})


def side_of(actor: str) -> Side | None:
    """Return the side that an actor's name stands for; None where it names somebody in particular."""
    word = actor.casefold()
    return CUSTOMER if word in _CUSTOMERS else "company" if word in _COMPANIES else None


def word_for(side: Side) -> str:
    """Return the word for a side in the current language; ``side_of`` reads it back."""
    return _("Customer") if side == CUSTOMER else _("Company")
