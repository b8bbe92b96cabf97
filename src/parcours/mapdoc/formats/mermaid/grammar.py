"""Mermaid's own grammar of ``journey`` diagrams, token by token, with the place of everything.

The rules are those of the lexer in the ``mermaid`` package (11.17): tried in order, the first that matches wins, and
capitals do not count. So a text is accepted here exactly when Mermaid accepts it; a test compares the two.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from parcours.language.errors import shorten
from parcours.language.formats import quoted
from parcours.language.translation import _
from parcours.mapdoc.source import Spot, Unreadable

_SPACE = "[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
"""What JavaScript calls white space, which is not quite what Python does."""

_RULES = tuple(
    (kind, re.compile(pattern, re.IGNORECASE | re.ASCII))
    for kind, pattern in (
        ("skip", r"%(?!\{)[^\n]*"),
        ("skip", r"[^}]%%[^\n]*"),
        ("newline", r"\n+"),
        ("skip", rf"{_SPACE}+"),
        ("skip", r"#[^\n]*"),
        ("journey", r"journey(?![A-Za-z0-9_])"),
        ("title", rf"title{_SPACE}[^#\n;]+"),
        ("accTitle", rf"accTitle{_SPACE}*:{_SPACE}*"),
        ("accDescr", rf"accDescr{_SPACE}*:{_SPACE}*"),
        ("accDescr{", rf"accDescr{_SPACE}*\{{{_SPACE}*"),
        ("section", rf"section{_SPACE}[^#:\n;]+"),
        ("task", r"[^#:\n;]+"),
        ("data", r":[^#\n;]+"),
        ("wrong", r"."),
    )
)
_LINE, _TO_BRACE = re.compile(r"[^\n]*"), re.compile(r"[^}]*")
_VALUES = {"accTitle": _LINE, "accDescr": _LINE, "accDescr{": _TO_BRACE}
_FRONT_MATTER = re.compile(r"([^\S\n\r]*)-{3}\s*[\n\r](.*?)[\n\r]\1-{3}\s*[\n\r]+", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title[ \t]*:[ \t]*(.+?)[ \t]*$", re.MULTILINE)
_DIRECTIVE = re.compile(
    r"%{2}\{\s*(?:(\w+)\s*:|(\w+))\s*(?:(\w+)|((?:(?!\}%{2}).|\r?\n)*))?\s*(?:\}%{2})?", re.IGNORECASE
)
_COMMENT = re.compile(rf"^{_SPACE}*%%(?!\{{)[^\n]+\n?", re.MULTILINE)
_ENTITY = re.compile(r"#(\w+);", re.ASCII)
_KEPT_ENTITY = re.compile("\ufb02\u00b0(\u00b0?)(\\w+)\u00b6\u00df")


@dataclass(frozen=True, slots=True)
class Task:
    """A line such as ``Make tea: 5: Me, Cat``. ``score`` and ``rest`` (after a third colon) are as written."""

    name: str
    score: str
    actors: tuple[str, ...]
    rest: str
    spot: Spot


@dataclass(slots=True)
class Section:
    """Tasks below one ``section`` line; ``name`` None for those before the first."""

    name: str | None
    spot: Spot
    tasks: list[Task] = field(default_factory=list)


@dataclass(slots=True)
class Diagram:
    """A whole diagram; ``settings`` are the places of what only says how to draw it."""

    title: str | None = None
    title_spot: Spot = (1, 1)
    spoken_title: str | None = None
    description: str | None = None
    description_spot: Spot = (1, 1)
    replaced_titles: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    settings: list[int] = field(default_factory=list)


def read_diagram(text: str, first_line: int = 1) -> Diagram:
    """Read one diagram; its first line is line ``first_line`` of the file. Raises Unreadable where Mermaid fails."""
    return _Reader(text, first_line).diagram()


def is_journey(text: str) -> bool:
    """Return whether ``text`` is a journey diagram rather than another kind that Mermaid draws."""
    return re.match(rf"{_SPACE}*journey", _without_noise(text)[0], re.IGNORECASE) is not None


def _without_noise(text: str) -> tuple[str, str | None, list[int]]:
    """Return the text without front matter, directives and comments (their line ends stay), its title, their lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    title, settings = None, []
    front = _FRONT_MATTER.match(text)
    if front is not None:
        found = _FRONT_TITLE.search(front[2])
        title = found[1].strip("\"'") if found else None
        if front[2].strip() != (found[0].strip() if found else ""):
            settings.append(1)
        text = "\n" * front[0].count("\n") + text[front.end() :]
    settings += [text.count("\n", 0, match.start()) + 1 for match in _DIRECTIVE.finditer(text)]
    for noise in (_DIRECTIVE, _COMMENT):
        text = noise.sub(lambda match: "\n" * match[0].count("\n"), text)
    return text, title, settings


class _Reader:
    def __init__(self, text: str, first_line: int) -> None:
        text, title, settings = _without_noise(text)
        self.first_line = first_line
        self.made = Diagram(title=title, settings=[first_line + line - 1 for line in settings])
        self.text = _ENTITY.sub(
            lambda m: f"\ufb02\u00b0{chr(0xB0) if m[1].isdecimal() else ''}{m[1]}\u00b6\u00df", text
        )
        self.text += "\n"  # as Mermaid does
        self.lines = [match.end() for match in re.finditer("\n", self.text)]

    def spot(self, offset: int) -> Spot:
        line = bisect_right(self.lines, offset)
        return self.first_line + line, offset - (self.lines[line - 1] if line else 0) + 1

    def diagram(self) -> Diagram:
        tokens = self.tokens()
        kind, got, at = next(tokens, ("end", "", 0))
        if kind != "journey":
            raise Unreadable(
                self.spot(at),
                _("This is not a Mermaid journey."),
                _("The first line must say “journey”."),
                shorten(got.strip()) or None,
            )
        for kind, got, at in tokens:
            if kind == "newline":
                continue
            self.statement(kind, got, at, tokens)
        return self.made

    def tokens(self) -> Iterator[tuple[str, str, int]]:
        at = re.match(f"{_SPACE}*", self.text).end()  # type: ignore[union-attr]
        while at < len(self.text):
            kind, match = next((kind, match) for kind, rule in _RULES if (match := rule.match(self.text, at)))
            start, at = at, match.end()
            if kind == "skip":
                continue
            if kind not in _VALUES:
                yield kind, match[0], start
                continue
            value = self.text[at : _VALUES[kind].match(self.text, at).end()]  # type: ignore[union-attr]
            end = at + len(value)
            if at == len(self.text) or (kind == "accDescr{" and end == len(self.text)):
                raise self.wrong(
                    start, "", _("Write “accTitle: text”, “accDescr: text” or “accDescr {{ text }}”.").format()
                )
            yield kind, value, at
            at = end + (kind == "accDescr{")

    def statement(self, kind: str, got: str, at: int, tokens: Iterator[tuple[str, str, int]]) -> None:
        if kind == "title":
            if self.made.title is not None:
                self.made.replaced_titles.append(self.made.title)
            self.made.title, self.made.title_spot = _shown(got[6:]), self.spot(at)
        elif kind == "accTitle":
            self.made.spoken_title = _shown(got)
        elif kind in ("accDescr", "accDescr{"):
            self.made.description, self.made.description_spot = _shown(got), self.spot(at)
        elif kind == "section":
            self.made.sections.append(Section(_shown(got[8:]), self.spot(at)))
        elif kind == "task":
            follows, data, data_at = next(tokens, ("end", "", len(self.text)))
            if follows != "data":
                raise self.no_score(got, at, data_at)
            self.task(got, data, at)
        else:
            raise self.wrong(at, got, _("Write “task: score: actor, actor”; a name holds none of “#”, “:” and “;”."))

    def task(self, name: str, data: str, at: int) -> None:
        if not self.made.sections:
            self.made.sections.append(Section(None, self.spot(at)))
        pieces = data[1:].split(":")
        actors = tuple(_shown(one) for one in pieces[1].split(",")) if len(pieces) > 1 else ()
        rest = _shown(":".join(pieces[2:]))
        self.made.sections[-1].tasks.append(Task(_shown(name), pieces[0].strip(), actors, rest, self.spot(at)))

    def no_score(self, name: str, at: int, end: int) -> Unreadable:
        return Unreadable(
            self.spot(at),
            _("The task {name} has no score.").format(name=quoted(shorten(_shown(name)))),
            _("Write “{name}: 3”, with a score from 1 to 5.").format(name=shorten(_shown(name))),
            shorten(self.text[at:end].strip()),
        )

    def wrong(self, at: int, got: str, right: str) -> Unreadable:
        found = quoted(shorten(_shown(got))) if got.strip() else _("the end of the text")
        return Unreadable(
            self.spot(at), _("{found} cannot stand here.").format(found=found), right, shorten(got.strip())
        )


def _shown(text: str) -> str:
    """Return a text as Mermaid shows it: trimmed, its entities (``#quot;``, ``#35;``) as characters."""
    return _KEPT_ENTITY.sub(lambda match: html.unescape(f"&{'#' if match[1] else ''}{match[2]};"), text).strip()
