"""A map as a planned journey of CJML 2.0, in one language, and the report of what CJML cannot say."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from parcours.language.translation import Language, _, speaking
from parcours.mapdoc.document import Channel, JourneyMap, Stage, Touchpoint
from parcours.mapdoc.formats.cjml.actors import PARTNER, WHOLE_COMPANY
from parcours.mapdoc.formats.cjml.channels import word_for
from parcours.mapdoc.formats.fields import label_of, lost_fields
from parcours.mapdoc.formats.losses import Losses
from parcours.mapdoc.formats.naming import Ids
from parcours.mapdoc.formats.opened import WrittenMap
from parcours.mapdoc.formats.sides import word_for as side_word
from parcours.mapdoc.text import Text
from parcours.mapdoc.writing import plain_map

_STAGE, _POINT = "stages[].", "stages[].touchpoints[]."
_KEPT = frozenset(
    {"id", "title", "default_language", "description", "scenario", "company", "stages"}
    | {f"{field}{rest}" for field in ("channels", "owners", "personas") for rest in ("", "[].id", "[].name")}
    | {"channels[].icon"}
    | {_STAGE + field for field in ("id", "name", "description", "touchpoints")}
    | {_POINT + field for field in ("id", "name", "description", "kind", "initiator", "receiver", "channel", "owner")}
)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_cjml(map: JourneyMap, language: Language) -> WrittenMap:
    """Write ``map`` in ``language`` as a CJML 2.0 file; the report is in the language in force."""
    return _Writer(map, language).written()


class _Writer:
    def __init__(self, map: JourneyMap, language: Language) -> None:
        self.map = map
        self.language = language
        self.losses = Losses()
        self.lines: list[str] = []
        self.channels = {channel.id: channel for channel in map.channels}
        ids = Ids()
        # Owners first: a persona of the same id gives way, for nothing else that CJML holds refers to it.
        self.owners = {one.id: ids.keep("actor", one.id) for one in map.owners}
        self.personas = {one.id: ids.keep("actor", one.id) for one in map.personas}
        self.customer = next(iter(self.personas.values()), None) or ids.keep("actor", "customer")
        self.company, self.partner = ids.keep("actor", "company"), ids.keep("actor", "partner")

    def written(self) -> WrittenMap:
        self.losses.add_all(lost_fields(plain_map(self.map), _KEPT, self.language))
        used = {point.channel for stage in self.map.stages for point in stage.touchpoints if _speaks(point)}
        self.losses.add(_("Channels that no communication uses"), *(own for own in self.channels if own not in used))
        self.lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<CJML version="2.0">', "  <plannedJourney>"]
        self.line(2, "journeyID", self.map.id)
        self.line(2, "journeyTitle", self.said(self.map.title))
        self.phases()
        self.line(2, "journeyShortSummary", self.said(self.map.description))
        self.line(2, "journeyLongSummary", self.said(self.map.scenario))
        self.actors()
        self.lines.append("    <touchpoints>")
        for stage in self.map.stages:
            for point in stage.touchpoints:
                self.touchpoint(point, stage)
        self.lines += ["    </touchpoints>", "  </plannedJourney>", "</CJML>"]
        return WrittenMap(("\n".join(self.lines) + "\n").encode(), self.losses.report())

    def said(self, text: Text | None) -> str:
        return "" if text is None else text.in_language(self.language)

    def line(self, level: int, tag: str, text: str) -> None:
        """Write an element that holds a text; nothing where there is no text."""
        if not text:
            return
        clean = _NOT_XML.sub("\ufffd", text)
        if clean != text:
            self.losses.add(_("Characters that XML cannot hold"), clean)
        self.lines.append(f"{'  ' * level}<{tag}>{escape(clean)}</{tag}>")

    def phases(self) -> None:
        self.lines.append("    <journeyPhases>")
        for stage in self.map.stages:
            self.lines.append(f'      <journeyPhase phaseID="{stage.id}">')
            self.line(4, "phaseName", self.said(stage.name))
            self.line(4, "phaseDescription", self.said(stage.description))
            self.lines.append("      </journeyPhase>")
        self.lines.append("    </journeyPhases>")

    def actors(self) -> None:
        points = [point for stage in self.map.stages for point in stage.touchpoints]
        with speaking(self.language):
            customer, company, partner = side_word("customer"), side_word("company"), _("Partner")
        users = [(self.personas[one.id], self.said(one.name)) for one in self.map.personas]
        self.lines.append("    <actors>")
        for own, name in users or [(self.customer, customer)]:
            self.actor("endUser", own, "actorName", name)
        for owner in self.map.owners:
            self.actor("serviceProvider", self.owners[owner.id], "companyName", self.said(owner.name))
        name = self.said(self.map.company) or (company if any(self.company in self.sides(p) for p in points) else "")
        if name:
            self.actor("serviceProvider", self.company, "companyName", name, WHOLE_COMPANY)
        if any(self.partner in self.sides(point) for point in points):
            self.actor("serviceProvider", self.partner, "companyName", partner, PARTNER)
        self.lines.append("    </actors>")

    def actor(self, tag: str, own: str, named: str, name: str, kind: str = "") -> None:
        self.lines.append(f'      <{tag} actorID="{own}">')
        self.line(4, named, name)
        self.line(4, "providerType", kind)
        self.lines.append(f"      </{tag}>")

    def sides(self, point: Touchpoint) -> tuple[str, str | None]:
        """Return the actors that begin a touchpoint and, where it is a communication, receive it."""
        owner = self.owners[point.owner] if point.owner is not None else None
        begins = self.customer if point.initiator == "customer" else owner or self.company
        if not _speaks(point):
            return begins, None
        receiver = point.receiver or ("company" if point.initiator == "customer" else "customer")
        if receiver == "company":
            return begins, (owner if owner is not None and owner != begins else None) or self.company
        return begins, self.customer if receiver == "customer" else self.partner

    def touchpoint(self, point: Touchpoint, stage: Stage) -> None:
        begins, hears = self.sides(point)
        self.left_out(point, begins, hears)
        tag = "plannedCommunicationPoint" if _speaks(point) else "plannedAction"
        self.lines.append(f"      <{tag}>")
        self.line(4, "touchpointID", point.id)
        self.lines.append(f'        <belongsTo phaseIDref="{stage.id}"/>')
        self.role("initiator", begins, self.said(point.name))
        if hears is not None:
            self.role("receiver", hears, self.said(point.name))
            if point.channel is not None:
                self.lines.append("        <channel>")
                self.line(5, "channelName", self.channel(self.channels[point.channel]))
                self.lines.append("        </channel>")
        self.line(4, "comment", self.said(point.description))
        self.lines.append(f"      </{tag}>")

    def left_out(self, point: Touchpoint, begins: str, hears: str | None) -> None:
        """Report what this touchpoint says and its kind cannot hold."""
        if hears is None and point.channel is not None:
            self.losses.add(_("Channels of actions"), point.id)
        if hears is None and point.receiver is not None:
            self.losses.add(_("Receivers of actions"), point.id)
        if point.owner is not None and self.owners[point.owner] not in (begins, hears):
            self.losses.add(label_of("owner"), point.id)

    def role(self, tag: str, actor: str, label: str) -> None:
        self.lines += [f"        <{tag}>", f'          <refersTo actorIDref="{actor}"/>']
        self.line(5, f"{tag}Label", label)
        self.lines.append(f"        </{tag}>")

    def channel(self, channel: Channel) -> str:
        word = word_for(channel.id, channel.icon)
        if word is not None and word != channel.id:
            self.losses.add(_("Channels named by CJML’s own word"), channel.id)
        return word or self.said(channel.name)


def _speaks(point: Touchpoint) -> bool:
    return point.kind == "communication"
