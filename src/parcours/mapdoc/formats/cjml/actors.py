"""Who takes part in the journeys of a CJML file: end users, service providers, and names that nobody declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from parcours.language.translation import _
from parcours.mapdoc.formats.cjml.elements import Element
from parcours.mapdoc.formats.losses import Losses
from parcours.mapdoc.formats.sides import CUSTOMER, side_of

Part = Literal["customer", "company", "partner"]
WHOLE_COMPANY, PARTNER = "company", "partner"
"""The ``providerType`` of an actor that stands for the whole company, or for any partner."""


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor. ``part`` is the side it stands on; ``named`` whether it is somebody of their own on that side."""

    id: str
    name: str
    part: Part
    named: bool
    element: Element


class Cast:
    """All actors of a file by their id; one that is only referred to is taken up, and reported."""

    def __init__(self, root: Element, losses: Losses) -> None:
        self.losses = losses
        self.actors: dict[str, Actor] = {}
        references: list[Element] = []
        for element in root.every("endUser", "serviceProvider"):
            own = element.say("actorID")
            if own and own not in self.actors:
                self.actors[own] = _declared(own, element, losses)
            elif not own:
                references.append(element)
        for element in references:
            referred = element.say("actorIDref")
            if not referred:
                self.losses.add(_("Actors without an id"), _("line {n}").format(n=element.spot[0]))
            elif referred not in self.actors:
                self._dangling(referred, element)
                self.actors[referred] = _declared(referred, element, losses)

    def of(self, role: Element | None) -> Actor | None:
        """Return the actor that an ``initiator`` or ``receiver`` refers to; None where it names none."""
        refers = role.find("refersTo") if role is not None else None
        name = (refers.say("actorIDref") or refers.say("actorID") or refers.text) if refers is not None else ""
        if not name or refers is None:
            return None
        if name not in self.actors:
            self._dangling(name, refers)
            part: Part = "customer" if side_of(name) == CUSTOMER else "company"
            self.actors[name] = Actor(name, name, part, part == "company", refers)
        return self.actors[name]

    def _dangling(self, name: str, element: Element) -> None:
        self.losses.add(_("Actors that nobody declares, kept by their id"), f"{name}, {_place(element)}")


def _declared(own: str, element: Element, losses: Losses) -> Actor:
    name = element.say("actorName") or element.say("companyName") or element.text or own
    if element.tag == "enduser":
        return Actor(own, name, "customer", side_of(name) != CUSTOMER, element)
    kind = element.say("providerType")
    if kind == PARTNER:
        return Actor(own, name, "partner", False, element)
    if kind and kind != WHOLE_COMPANY:
        losses.add(_("Types of providers"), f"{own}: {kind}")
    return Actor(own, name, "company", kind != WHOLE_COMPANY, element)


def _place(element: Element) -> str:
    return _("line {n}").format(n=element.spot[0])
