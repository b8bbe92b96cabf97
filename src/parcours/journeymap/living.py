"""A map with what people lived laid over it: asked of the log once, then kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import msgspec

from parcours.columnstore.log import StoredLog
from parcours.engine.predicates import known_part
from parcours.engine.trips import TripFilter
from parcours.eventlog.places import workspace_folder
from parcours.eventlog.queries import find_log, log_token
from parcours.journeymap.figures import KeyFigure, key_figures
from parcours.journeymap.models import MapVersion
from parcours.journeymap.queries import document_of
from parcours.journeymap.shelf import Shelf, key_of
from parcours.language.translation import Language
from parcours.mapdoc.document import JourneyMap as MapDocument
from parcours.picture.letter import LetterPage
from parcours.picture.model import MapPicture
from parcours.report.building import EMBEDDED_PEOPLE, build_report, draw_map
from parcours.report.letter import Letter


@dataclass(frozen=True)
class Choice:
    """Which trips count: those that began in the last ``days`` of the data, or from ``since`` to ``until`` (days, both
    included), and that are of ``persona`` (an id). Nothing chosen: all of them."""

    days: int | None = None
    since: date | None = None
    until: date | None = None
    persona: str = ""


@dataclass(frozen=True)
class Question:
    """What is asked: a version, in a language, over the trips of ``choice``; ``people`` with the ids behind figures.

    It asks the log as it stands when the first answer is looked for, so that all its answers are of one state.
    """

    version: MapVersion
    language: Language
    people: bool = False
    choice: Choice = Choice()

    @property
    def shelf(self) -> Shelf:
        """Where the workspace keeps answers."""
        return Shelf(workspace_folder(self.version.map.workspace) / "cache")

    def key(self, what: str) -> str:
        """Return what names the answer: it changes with the map, its title, the log, the language, the choice."""
        version = self.version
        return key_of(what, version.digest, version.map.title, self._log_token, self.language, self.people, self.choice)

    @cached_property
    def _log_token(self) -> str:
        return log_token(self.version.map.workspace)


@dataclass(frozen=True)
class Living:
    """The answer: a picture, key figures and the letter, from the same results.

    ``letter`` None: there is no data, this is the plan alone.
    """

    picture: MapPicture
    figures: tuple[KeyFigure, ...]
    letter: LetterPage | None

    @property
    def measured(self) -> bool:
        """Whether anything that people did is laid over the plan."""
        return self.letter is not None


_LIVING = msgspec.json.Decoder(Living)
"""Made at import, by one thread: two that meet a type of msgspec for the first time together end the process."""


def living_of(kept: bytes) -> Living:
    """Read an answer as it was kept."""
    return _LIVING.decode(kept)


def is_ready(question: Question) -> bool:
    """Whether ``living`` answers at once."""
    return question.shelf.find(question.key("living")) is not None


def living(question: Question) -> Living:
    """Lay the workspace's log over the version, or draw the plan where there is no log. Kept for the next time."""
    return living_of(question.shelf.made(question.key("living"), lambda: msgspec.json.encode(_laid(question))))


def letter(question: Question) -> Letter | None:
    """Return the letter; None where there is no data to write of."""
    page = living(question).letter
    return None if page is None else Letter(page)


def _events(question: Question) -> StoredLog | None:
    log = find_log(question.version.map.workspace)
    return log if log is not None and log.events else None


def _laid(question: Question) -> Living:
    document, log = document_of(question.version), _events(question)
    if log is None:
        return Living(draw_map(document, language=question.language).picture, (), None)
    report = build_report(
        log,
        document,
        language=question.language,
        people=EMBEDDED_PEOPLE if question.people else None,
        people_command="",
        only=trips_of(question.choice, document, log),
    )
    picture = report.picture if question.people else replace(report.picture, people={}, people_total={})
    return Living(picture, key_figures(report, question.language), report.letter.page)


def trips_of(choice: Choice, document: MapDocument, log: StoredLog) -> TripFilter | None:
    """Return the filter of trips that a choice asks for; days are meant in the map's zone. None: every trip."""
    zone = ZoneInfo(document.zone)
    since, until = choice.since, choice.until
    if choice.days is not None and log.span_us is not None:
        last = datetime.fromtimestamp(log.span_us[1] / 1e6, zone).date()
        since, until = last - timedelta(days=choice.days - 1), None
    persona = next((one for one in document.personas if one.id == choice.persona and one.rule is not None), None)
    rule = known_part(persona.rule, log.properties) if persona is not None and persona.rule is not None else None
    found = TripFilter(
        from_us=None if since is None else _us(since, zone),
        until_us=None if until is None else _us(until + timedelta(days=1), zone),
        matching=rule,
    )
    return None if found == TripFilter() else found


def _us(day: date, zone: ZoneInfo) -> int:
    return round(datetime.combine(day, time(), zone).timestamp() * 1_000_000)
