"""The people behind a figure: as many cases as it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from parcours.mapdoc.document import JourneyMap
from parcours.report.laying import journey_over
from parcours.report.pseudonyms import pseudonyms_of

if TYPE_CHECKING:
    from parcours.columnstore.log import StoredLog
    from parcours.engine.journey import Journey
    from parcours.engine.trips import TripFilter


@dataclass(frozen=True, slots=True)
class Case:
    """One line behind a figure: a person's id, and for an answer what was answered (``nps 3``)."""

    person: str
    detail: str | None = None


def people_of(
    log: StoredLog, map: JourneyMap, key: str, *, pseudonyms: bool = False, only: TripFilter | None = None
) -> list[Case]:
    """List every case behind the figure ``key`` of ``map`` laid over ``log``, ascending by the log's person number.

    Exactly as many as the figure counts: one per person, or one per answer. ``pseudonyms`` puts names that mean
    nothing outside the log in place of the ids; ``only`` chooses the trips that count. UsageError for a key that the
    map does not have.
    """
    from parcours.engine.cases import JourneyCases

    journey = replace(journey_over(log, map), only=only)
    cases = log.run(JourneyCases(journey, (key,)))[key]
    names = named(log, cases.persons, pseudonyms)
    if not len(cases.values):
        return [Case(name) for name in names]
    kinds = [journey.feelings[index].property for index in cases.feelings.tolist()]
    return [
        Case(name, f"{kind} {value:g}") for name, kind, value in zip(names, kinds, cases.values.tolist(), strict=True)
    ]


def first_people(
    log: StoredLog, journey: Journey, keys: Iterable[str], most: int | None, *, pseudonyms: bool = False
) -> Mapping[str, Sequence[str]]:
    """Give the ids of the first ``most`` cases (None: all) behind each of ``keys``, read in one pass over the log."""
    from parcours.engine.cases import JourneyCases

    cases = log.run(JourneyCases(journey, tuple(keys), most))
    everyone = np.unique(np.concatenate([np.empty(0, np.int64), *(found.persons for found in cases.values())]))
    names = named(log, everyone, pseudonyms)
    return {
        key: tuple(names[place] for place in np.searchsorted(everyone, found.persons).tolist())
        for key, found in cases.items()
    }


def named(log: StoredLog, persons: np.ndarray[tuple[int], np.dtype[np.int64]], pseudonyms: bool) -> list[str]:
    """Return the ids that the files gave to ``persons``, or names that mean nothing outside the log."""
    names = log.external_ids(persons)
    rename: Callable[[str], str] | None = pseudonyms_of(log.path) if pseudonyms else None
    return [rename(name) for name in names] if rename is not None else names
