"""XML as a small tree with the place of every element; document types and entities are refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from parcours.language.translation import _
from parcours.mapdoc.source import MAX_DEPTH, MAX_VALUES, Spot, Unreadable, too_deep, too_many


@dataclass(slots=True)
class Element:
    """An element; names of elements and attributes come without prefix, and capitals in them do not count."""

    tag: str
    attributes: dict[str, str]
    spot: Spot
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the text directly inside, without the space around it."""
        return "".join(self.pieces).strip()

    def find(self, tag: str) -> Element | None:
        """Return the first element called ``tag`` anywhere below."""
        return next(self.every(tag), None)

    def every(self, *tags: str) -> Iterator[Element]:
        """Give the elements called one of ``tags`` anywhere below, in their order."""
        wanted = {tag.lower() for tag in tags}
        waiting = self.children[::-1]
        while waiting:
            element = waiting.pop()
            if element.tag in wanted:
                yield element
            waiting += element.children[::-1]

    def say(self, name: str) -> str:
        """Return the attribute ``name``, or the text of the first element of that name directly below; else nothing."""
        wanted = name.lower()
        if self.attributes.get(wanted, "").strip():
            return self.attributes[wanted].strip()
        return next((child.text for child in self.children if child.tag == wanted and child.text), "")


def read_elements(raw: bytes) -> Element:
    """Read a document. Raises Unreadable where it is no XML, declares a document type or entities, or is too large."""
    return _Reader().read(raw)


class _Reader:
    def __init__(self) -> None:
        self.open: list[Element] = [Element("", {}, (1, 1))]
        self.count = 0
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = lambda *_args: self._refuse("DOCTYPE")
        parser.EntityDeclHandler = lambda *_args: self._refuse("ENTITY")
        parser.ExternalEntityRefHandler = lambda *_args: self._refuse("SYSTEM")

    def read(self, raw: bytes) -> Element:
        try:
            self.parser.Parse(raw, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            spot = (self.parser.ErrorLineNumber, self.parser.ErrorColumnNumber + 1)
            message = _("The XML cannot be read: {reason}.").format(reason=error)
            raise Unreadable(spot, message, _("A complete CJML file.")) from None
        return self.open[0]

    def _spot(self) -> Spot:
        return self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MAX_VALUES:
            raise too_many(self._spot())
        if len(self.open) > MAX_DEPTH:
            raise too_deep(self._spot())
        element = Element(_plain(tag), {_plain(name): value for name, value in attributes.items()}, self._spot())
        self.open[-1].children.append(element)
        self.open.append(element)

    def _end(self, _tag: str) -> None:
        self.open.pop()

    def _characters(self, text: str) -> None:
        self.open[-1].pieces.append(text)

    def _refuse(self, construct: str) -> NoReturn:
        raise Unreadable(
            self._spot(),
            _("The file declares {construct}, which is refused for safety.").format(construct=f"<!{construct}>"),
            _("A CJML file without document type and entities."),
            construct,
        )


def _plain(name: str) -> str:
    return name.rpartition(":")[2].lower()
