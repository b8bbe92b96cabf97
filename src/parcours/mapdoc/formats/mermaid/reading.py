"""A Mermaid journey as a map: sections are stages, tasks touchpoints, scores expected emotions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from parcours.language.errors import MapProblem, Place, shorten
from parcours.language.formats import quoted
from parcours.language.translation import Language, _
from parcours.mapdoc.formats.losses import Losses
from parcours.mapdoc.formats.mermaid.grammar import Diagram, Section, Task, is_journey, read_diagram
from parcours.mapdoc.formats.naming import Ids
from parcours.mapdoc.formats.opened import OpenedMap
from parcours.mapdoc.formats.sides import CUSTOMER, side_of
from parcours.mapdoc.parsing import checked_map
from parcours.mapdoc.source import Path as FieldPath
from parcours.mapdoc.source import Source, Spot, Unreadable

_FENCE = re.compile(r"^(?P<indent>[ \t]*)(?P<fence>```+|~~~+)[ \t]*\{?mermaid\}?[^\n]*\n", re.MULTILINE)
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
_MIDDLE = 3


def read_mermaid(text: str, file: str, language: Language) -> OpenedMap:
    """Read a journey diagram whose words are in ``language``.

    Raises MapError with the line and column where Mermaid itself would fail, or where a map cannot hold what stands.
    """
    try:
        return _Importer(file, language).opened(read_diagram(text))
    except Unreadable as unreadable:
        raise unreadable.as_map_error(file) from None


def read_markdown(text: str, file: str, language: Language) -> OpenedMap:
    """Read the first journey that a Markdown text holds in a ``mermaid`` block; others are reported."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    importer, found = _Importer(file, language), []
    for opening in _FENCE.finditer(text):
        closing = re.compile(rf"^[ \t]*{re.escape(opening['fence'])}", re.MULTILINE).search(text, opening.end())
        block = text[opening.end() : closing.start() if closing else len(text)]
        if is_journey(block):
            found.append((block, text.count("\n", 0, opening.end()) + 1))
    try:
        if not found:
            raise Unreadable(
                (1, 1),
                _("No Mermaid journey stands in this text."),
                _("Put it between “```mermaid” and “```”; its first line says “journey”."),
            )
        block, line = found[0]
        importer.losses.add(_("Further journeys of the file"), *(_("line {n}").format(n=at) for _text, at in found[1:]))
        return importer.opened(read_diagram(block, line))
    except Unreadable as unreadable:
        raise unreadable.as_map_error(file) from None


class _Importer:
    def __init__(self, file: str, language: Language) -> None:
        self.file = file
        self.language = language
        self.losses = Losses()
        self.problems: list[MapProblem] = []
        self.values: dict[FieldPath, Spot] = {(): (1, 1)}
        self.owners: dict[str, str] = {}
        self.ids = Ids()

    def opened(self, diagram: Diagram) -> OpenedMap:
        if not diagram.sections:
            right = _("Write “section name”, and below it “task: score”.")
            raise Unreadable((1, 1), _("The journey has no section and no task."), right)
        title = diagram.title or diagram.spoken_title or Path(self.file).stem
        self.values["title",] = diagram.title_spot
        stages = [self.stage(section, place, title) for place, section in enumerate(diagram.sections)]
        data: dict[str, Any] = {"id": self.ids.of("map", title), "title": title, "default_language": self.language}
        if diagram.description:
            data["description"] = diagram.description
            self.values["description",] = diagram.description_spot
        if self.owners:
            data["owners"] = [{"id": own, "name": name} for name, own in self.owners.items()]
        data["stages"] = stages
        if diagram.spoken_title and diagram.spoken_title != title:
            self.losses.add(_("Titles for screen readers"), diagram.spoken_title)
        self.losses.add(_("Titles replaced by a later one"), *diagram.replaced_titles)
        self.losses.add(_("Settings of the drawing"), *(_("line {n}").format(n=line) for line in diagram.settings))
        source = Source(self.file, data, self.values, {})
        return OpenedMap(checked_map(source, self.problems), source, self.losses.report())

    def stage(self, section: Section, place: int, title: str) -> dict[str, Any]:
        path: FieldPath = ("stages", place)
        self.values[path] = self.values[(*path, "name")] = section.spot
        name = title if section.name is None else section.name
        stage: dict[str, Any] = {"id": self.ids.of("stage", name), "name": name}
        if section.tasks:
            stage["touchpoints"] = [
                self.touchpoint(task, (*path, "touchpoints", index)) for index, task in enumerate(section.tasks)
            ]
        return stage

    def touchpoint(self, task: Task, path: FieldPath) -> dict[str, Any]:
        for where in (path, (*path, "name"), (*path, "expected_emotion")):
            self.values[where] = task.spot
        line = _("line {n}").format(n=task.spot[0])
        point: dict[str, Any] = {"id": self.ids.of("touchpoint", task.name), "name": task.name}
        self.actors(task, point, line)
        if not task.actors and not _NUMBER.fullmatch(task.score):
            self.problems.append(self.no_score(task))
            return point
        emotion = self.emotion(task.score, line)
        if emotion is not None:
            point["expected_emotion"] = emotion
        if task.rest:
            self.losses.add(_("Words after a third colon"), f"{line}: {task.rest}")
        return point

    def actors(self, task: Task, point: dict[str, Any], line: str) -> None:
        """The first word for one of the two sides says who begins; the first other actor is the owner."""
        named = [actor for actor in task.actors if actor]
        sides = [side for side in map(side_of, named) if side is not None]
        owners = [actor for actor in named if side_of(actor) is None]
        if sides and sides[0] != CUSTOMER:
            point["initiator"] = sides[0]
        if owners:
            first = owners[0]
            if first not in self.owners:
                self.owners[first] = self.ids.of("owner", first)
                self.values["owners", len(self.owners) - 1, "name"] = task.spot
            point["owner"] = self.owners[first]
        for other in dict.fromkeys(owners[1:]):
            self.losses.add(_("Further actors of a task"), f"{line}: {other}")
        if task.actors and not named:
            self.losses.add(_("Actors without a name"), line)

    def no_score(self, task: Task) -> MapProblem:
        """Refuse ``A: Customer``: Mermaid accepts it, takes the actor for a score and draws neither."""
        name, actor = shorten(task.name), shorten(task.score)
        right = _("Write “{name}: 3: {actor}”, with a score from 1 to 5 before the actors.")
        if not actor:
            right = _("Write “{name}: 3”, with a score from 1 to 5.")
        message = _("The task {name} has no score.").format(name=quoted(name))
        place = Place(self.file, *task.spot, "expected_emotion")
        return MapProblem(place, message, actor or None, right.format(name=name, actor=actor))

    def emotion(self, score: str, line: str) -> float | int | None:
        if not _NUMBER.fullmatch(score):
            self.losses.add(
                _("Scores that are no number; write “task: 3: actor”"), f"{line}: {score}" if score else line
            )
            return None
        value = float(score.replace(",", ".")) - _MIDDLE
        kept = min(2.0, max(-2.0, value))
        if kept != value:
            self.losses.add(_("Scores outside 1 to 5, taken as the nearest"), f"{line}: {score}")
        rounded = round(kept, 12)
        return int(rounded) if rounded.is_integer() else rounded
