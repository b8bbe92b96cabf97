"""What the figures of a map count: people, or their trips where a person may make several. One place for the noun."""

from __future__ import annotations

from typing import Literal

from parcours.language.formats import number
from parcours.language.translation import ngettext

Counted = Literal["people", "trips"]


def counts(trips: int, travellers: int) -> Counted:
    """Return what figures count where ``travellers`` made ``trips``: people as long as each makes one."""
    return "people" if trips == travellers else "trips"


def said_of(counted: Counted, people: str, trips: str) -> str:
    """Return the sentence that speaks of what is counted."""
    return people if counted == "people" else trips


def noun(count: int, counted: Counted) -> str:
    """Return the noun alone: ``people``, ``trip``."""
    return said_of(counted, ngettext("person", "people", count), ngettext("trip", "trips", count))


def plural_counted(count: int, counted: Counted) -> str:
    """Write a number with its noun: ``1 234 personnes``, ``12 voyages``."""
    people = ngettext("{n} person", "{n} people", count)
    return said_of(counted, people, ngettext("{n} trip", "{n} trips", count)).format(n=number(count))
