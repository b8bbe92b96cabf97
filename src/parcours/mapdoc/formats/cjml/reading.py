"""A CJML file as a map: the planned journey is the map, actual journeys are evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from parcours.language.translation import Language, _, speaking
from parcours.mapdoc.formats.cjml.actors import Actor, Cast
from parcours.mapdoc.formats.cjml.channels import icon_of, name_of, own_word
from parcours.mapdoc.formats.cjml.elements import Element, read_elements
from parcours.mapdoc.formats.cjml.lived import evidence_of, rating_of
from parcours.mapdoc.formats.losses import Losses
from parcours.mapdoc.formats.naming import Ids
from parcours.mapdoc.formats.opened import OpenedMap
from parcours.mapdoc.parsing import checked_map
from parcours.mapdoc.source import Path as FieldPath
from parcours.mapdoc.source import Source, Spot, Unreadable

_POINTS = ("plannedCommunicationPoint", "plannedAction", "actualCommunicationPoint", "actualAction")
_MIDDLE = 3


def read_cjml(raw: bytes, file: str, language: Language) -> OpenedMap:
    """Read a CJML file whose words are in ``language``. Raises MapError with line and column of what is wrong."""
    try:
        root = read_elements(raw)
        journeys = list(root.every("plannedJourney", "actualJourney"))
        if not journeys:
            right = _("A CJML file holds “plannedJourney” or “actualJourney”.")
            raise Unreadable((1, 1), _("No journey stands in this file."), right)
    except Unreadable as unreadable:
        raise unreadable.as_map_error(file) from None
    with speaking(language):
        words = {word: name_of(word) for word in map(own_word, _channel_words(root)) if word is not None}
    return _Importer(root, file, language, words).opened(journeys)


def _channel_words(root: Element) -> list[str]:
    return [element.text for element in root.every("channelName")]


class _Importer:
    def __init__(self, root: Element, file: str, language: Language, words: dict[str, str]) -> None:
        self.file = file
        self.language = language
        self.words = words
        self.losses = Losses()
        self.ids = Ids()
        self.cast = Cast(root, self.losses)
        self.values: dict[FieldPath, Spot] = {(): (1, 1)}
        self.owners: dict[str, str] = {}
        self.channels: dict[str, dict[str, Any]] = {}
        self.stages: list[dict[str, Any]] = []
        self.phases: dict[str, int] = {}
        self.names: dict[str, str] = {}

    def opened(self, journeys: list[Element]) -> OpenedMap:
        planned = [journey for journey in journeys if journey.tag == "plannedjourney"]
        actual = [journey for journey in journeys if journey.tag == "actualjourney"]
        chosen = (planned or actual)[0]
        if not any(chosen.every("journeyPhase", *_POINTS)):
            right = _("A journey holds “journeyPhase” or touchpoints such as “plannedAction”.")
            empty = Unreadable(chosen.spot, _("The journey has no phase and no touchpoint."), right)
            raise empty.as_map_error(self.file)
        self.losses.add(_("Further planned journeys of the file"), *(_titled(one) for one in planned[1:]))
        data = self.map(chosen)
        evidence = [entry for journey in actual for entry in evidence_of(journey, self.names, self.ids, self.language)]
        if evidence:
            data["evidence"] = evidence
            self.losses.add(_("Actual journeys, kept as evidence in words"), *(_titled(one) for one in actual))
        source = Source(self.file, data, self.values, {})
        return OpenedMap(checked_map(source), source, self.losses.report())

    def map(self, journey: Element) -> dict[str, Any]:
        title = journey.say("journeyTitle") or journey.say("journeyID") or Path(self.file).stem
        self.values["title",] = self.values["id",] = journey.spot
        for phase in journey.every("journeyPhase"):
            self.phase(phase)
        points = [point for point in journey.every(*_POINTS) if point.say("compliance").lower() != "adhoc"]
        for actor in self.cast.actors.copy().values():
            self.owner(actor)
        self.place(points, title)
        data: dict[str, Any] = {
            "id": self.id_for("map", journey.say("journeyID"), title),
            "title": title,
            "default_language": self.language,
        }
        for field, name in (("description", "journeyShortSummary"), ("scenario", "journeyLongSummary")):
            if journey.say(name):
                data[field] = journey.say(name)
        company = next((one.name for one in self.cast.actors.values() if one.part == "company" and not one.named), None)
        if company:
            data["company"] = company
        data["channels"] = list(self.channels.values())
        data["owners"] = [{"id": own, "name": self.cast.actors[actor].name} for actor, own in self.owners.items()]
        data["stages"] = self.stages
        data["personas"] = [
            {"id": self.id_for("persona", one.id, one.name), "name": one.name}
            for one in self.cast.actors.values()
            if one.part == "customer" and one.named
        ]
        for name in ("journeyStatus", "comment"):
            if journey.say(name):
                self.losses.add(_("Status and comment of the journey"), journey.say(name))
        return {field: value for field, value in data.items() if value}

    def phase(self, phase: Element) -> int:
        own = phase.say("phaseID") or phase.say("phaseIDref")
        place = len(self.stages)
        name = phase.say("phaseName") or own or _("Stage {n}").format(n=place + 1)
        stage: dict[str, Any] = {"id": self.id_for("stage", own, name), "name": name}
        if phase.say("phaseDescription"):
            stage["description"] = phase.say("phaseDescription")
        self.add_stage(stage, phase.spot)
        self.phases.setdefault(own, place)
        return place

    def id_for(self, kind: str, own: str, name: str) -> str:
        """Return the id that the file gives, where a map can hold it and it is free; any other is reported."""
        if not own:
            return self.ids.of(kind, name)
        kept = self.ids.keep(kind, own)
        if kept != own:
            self.losses.add(_("Ids given twice, or with signs that ids do not have"), f"{own} → {kept}")
        return kept

    def add_stage(self, stage: dict[str, Any], spot: Spot) -> None:
        path: FieldPath = ("stages", len(self.stages))
        self.values.update(dict.fromkeys((path, (*path, "name"), (*path, "id"), (*path, "description")), spot))
        self.stages.append(stage)

    def place(self, points: list[Element], title: str) -> None:
        """Put each touchpoint into its phase; what names none goes with the one before."""
        furthest = 0
        for point in points:
            belongs = point.find("belongsTo")
            phase = (belongs.say("phaseIDref") or belongs.text) if belongs is not None else ""
            line = _("line {n}").format(n=point.spot[0])
            if phase in self.phases:
                place = self.phases[phase]
            elif phase:
                self.losses.add(_("Phases that nobody declares, kept by their id"), f"{phase}, {line}")
                place = self.phases[phase] = len(self.stages)
                self.add_stage({"id": self.id_for("stage", phase, phase), "name": phase}, point.spot)
            else:
                if not self.stages:
                    self.add_stage({"id": self.ids.of("stage", title), "name": title}, point.spot)
                elif self.phases:
                    self.losses.add(_("Touchpoints without a phase, put with the one before"), line)
                place = furthest
            if place < furthest:
                self.losses.add(_("Touchpoints that came later than their phase"), line)
            furthest = max(furthest, place)
            held = self.stages[place].setdefault("touchpoints", [])
            path: FieldPath = ("stages", place, "touchpoints", len(held))
            self.values.update({(*path, *rest): point.spot for rest in ((), ("name",), ("id",), ("description",))})
            held.append(self.touchpoint(point, line))

    def touchpoint(self, point: Element, line: str) -> dict[str, Any]:
        own = point.say("touchpointID")
        name, description = self.name(point, own, line)
        made: dict[str, Any] = {"id": self.id_for("touchpoint", own, name), "name": name}
        self.names.setdefault(own or name, name)
        if description:
            made["description"] = description
        if "communication" in point.tag:
            made["kind"] = "communication"
            channel = point.find("channel")
            word = (channel.say("channelName") or channel.text) if channel is not None else ""
            if word:
                made["channel"] = self.channel(word)
        self.actors(point, made, line)
        if point.tag.startswith("planned"):
            self.planned_experience(point, made, line)
        return made

    def name(self, point: Element, own: str, line: str) -> tuple[str, str]:
        """Return name and description: the labels of the two sides, and the comment."""
        initiator, receiver = point.find("initiator"), point.find("receiver")
        said = initiator.say("initiatorLabel") if initiator is not None else ""
        heard = receiver.say("receiverLabel") if receiver is not None else ""
        comment = point.say("comment")
        name = said or heard or own or comment[:60] or _("Touchpoint")
        if heard in ("", name):
            return name, "" if comment == name else comment
        if comment:
            self.losses.add(_("Labels of the receiver"), f"{line}: {heard}")
        return name, comment or heard

    def channel(self, text: str) -> str:
        word = own_word(text)
        key = word or text
        if key not in self.channels:
            name = self.words.get(key, text)
            own = self.ids.keep("channel", key) if word else self.ids.of("channel", text)
            self.channels[key] = {"id": own, "name": name, "icon": icon_of(key) or "page"}
        return str(self.channels[key]["id"])

    def owner(self, actor: Actor) -> str | None:
        if actor.part != "company" or not actor.named:
            return None
        if actor.id not in self.owners:
            self.values["owners", len(self.owners), "name"] = actor.element.spot
            self.owners[actor.id] = self.id_for("owner", actor.id, actor.name)
        return self.owners[actor.id]

    def actors(self, point: Element, made: dict[str, Any], line: str) -> None:
        begins, hears = self.cast.of(point.find("initiator")), self.cast.of(point.find("receiver"))
        if begins is None:
            self.losses.add(_("Touchpoints without an initiator, taken as the customer’s"), line)
        elif begins.part != "customer":
            made["initiator"] = "company"
        if hears is not None:
            made["receiver"] = hears.part
        owners = [owner for owner in (self.owner(one) for one in (begins, hears) if one is not None) if owner]
        if owners:
            made["owner"] = owners[0]
        if len(set(owners)) > 1:
            self.losses.add(_("Second providers of a touchpoint"), f"{line}: {owners[1]}")

    def planned_experience(self, point: Element, made: dict[str, Any], line: str) -> None:
        rating, words = rating_of(point)
        if rating is not None:
            value = min(2.0, max(-2.0, rating - _MIDDLE))
            made["expected_emotion"] = round(value, 12)
        elif words:
            self.losses.add(_("Ratings that are no number from 1 to 5"), f"{line}: {words}")
        if rating is not None and not 1 <= rating <= 5:
            self.losses.add(_("Ratings outside 1 to 5, taken as the nearest"), f"{line}: {words}")
        experience = point.find("touchpointExperience")
        if experience is not None and experience.say("experienceDescription"):
            self.losses.add(_("Words about the planned experience"), line)
        for name in ("timestamps", "category"):
            if point.find(name) is not None:
                self.losses.add(_("Times and categories of a planned touchpoint"), line)


def _titled(journey: Element) -> str:
    line = _("line {n}").format(n=journey.spot[0])
    return journey.say("journeyID") or journey.say("journeyTitle") or line
