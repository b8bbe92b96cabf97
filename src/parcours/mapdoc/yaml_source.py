"""YAML with the place of everything: the part of YAML 1.2 that JSON can say.

Built from ruamel's events, so that anchors, aliases and tags are refused before they can grow, and dates,
``yes`` and ``0x10`` stay the texts that the author wrote.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from parcours.language.errors import shorten
from parcours.language.translation import _
from parcours.mapdoc.source import (
    MAX_DEPTH,
    MAX_VALUES,
    Path,
    Source,
    Spot,
    Unreadable,
    named_twice,
    too_deep,
    too_many,
)

_CONSTANTS = {
    word: value
    for value, words in ((None, "~ null Null NULL"), (True, "true True TRUE"), (False, "false False FALSE"))
    for word in words.split()
}
_INTEGER = re.compile(r"[-+]?[0-9]{1,40}", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#[^\r\n]*", re.MULTILINE)
_NOT_A_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def read_yaml(text: str, file: str) -> Source:
    """Read one YAML document. Raises Unreadable at the first thing that is not plain YAML."""
    builder = _Builder(_events(text))
    data = builder.document()
    return Source(file, data, builder.values, builder.fields)


def plain_value(word: str) -> object:
    """Resolve an unquoted scalar by the core schema: null, true and false, decimal numbers, else the text itself."""
    if not word:
        return None
    if word in _CONSTANTS:
        return _CONSTANTS[word]
    if _INTEGER.fullmatch(word):
        return int(word)
    if _FLOAT.fullmatch(word):
        return float(word)
    return word


def comments_in(text: str) -> Iterator[tuple[Spot, str]]:
    """Give every comment of a readable document with the place of its “#”, which stands in no quoted or block text."""
    inside = []
    for event in _events(text):
        if type(event).__name__ == "ScalarEvent":
            start, end = event.start_mark.index, event.end_mark.index
            if event.style in ("|", ">"):  # a comment may follow the sign
                start = text.find("\n", start, end) if "\n" in text[start:end] else end
            inside.append((start, end))
    starts = [start for start, _end in inside]
    lines = [0, *(found.end() for found in re.finditer("\n", text))]
    match = _COMMENT.search(text)
    while match is not None:
        at = bisect_right(starts, match.start()) - 1
        after = match.end()
        if at >= 0 and match.start() < inside[at][1]:
            after = inside[at][1]
        else:
            line = bisect_right(lines, match.start())
            yield (line, match.start() - lines[line - 1] + 1), match[0].rstrip()
        match = _COMMENT.search(text, after)


def _events(text: str) -> Iterator[Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except ReaderError as error:
        before = text[: error.position]
        spot = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise Unreadable(
            spot,
            _("A control character (U+{code}) stands in the text.").format(code=f"{_code(error.character):04X}"),
            _("Remove it, or write it as an escape between double quotes."),
        ) from None
    except MarkedYAMLError as error:
        raise _unreadable(error) from None
    except (YAMLError, ValueError, IndexError, AttributeError, AssertionError, TypeError):
        # ruamel lets a few internal errors out on broken input.
        raise Unreadable((1, 1), _("This is not YAML."), _hint("")) from None


def _code(character: Any) -> int:
    return character if isinstance(character, int) else ord(str(character)[:1] or "\0")


def _unreadable(error: Any) -> Unreadable:
    mark = error.problem_mark or error.context_mark
    spot = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    return Unreadable(spot, _("The YAML cannot be read from here."), _hint(str(error.problem)))


def _hint(problem: str) -> str:
    """Say what is usually wrong: ruamel's own words are English and about its insides."""
    if "\\t" in problem or "'\t'" in problem:
        return _("Indent with spaces, never with tabs.")
    if "mapping values are not allowed" in problem:
        return _("Check the indentation, or put a text that holds a colon and a space between quotes.")
    if "could not find expected ':'" in problem:
        return _("A field is written “name: value”; a colon seems to be missing.")
    if "quoted scalar" in problem or "end of stream" in problem:
        return _("A quotation or bracket seems never to be closed.")
    if "alias" in problem or "anchor" in problem:
        return _("Write the value out: anchors and aliases are not read.")
    return _("Check indentation, colons, dashes and quotes on this line and the one before.")


class _Builder:
    def __init__(self, events: Iterator[Any]) -> None:
        self.events = events
        self.values: dict[Path, Spot] = {}
        self.fields: dict[Path, Spot] = {}

    def following(self) -> tuple[str, Any, Spot]:
        """Return the next event: its kind, itself, and its place."""
        event = next(self.events)
        mark = event.start_mark
        spot = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        kind = type(event).__name__.removesuffix("Event")
        if kind == "Alias":
            raise Unreadable(
                spot,
                _("“*{name}” repeats a value by an alias.").format(name=shorten(event.anchor)),
                _("Write the value out: anchors and aliases are not read."),
            )
        if kind in ("Scalar", "SequenceStart", "MappingStart"):
            if event.anchor is not None:
                raise Unreadable(
                    spot,
                    _("“&{name}” is an anchor.").format(name=shorten(event.anchor)),
                    _("Write the value out: anchors and aliases are not read."),
                )
            if event.tag is not None:
                raise Unreadable(
                    spot,
                    _("“{tag}” is a tag.").format(tag=shorten(event.tag)),
                    _("Remove it: types are taken from the values."),
                )
        return kind, event, spot

    def document(self) -> object:
        while True:
            kind, event, spot = self.following()
            if kind == "StreamEnd":
                raise Unreadable((1, 1), _("The file is empty."), _("A map has at least id, title and stages."))
            if kind not in ("StreamStart", "DocumentStart", "Comment"):
                break
        data = self.value((), 1, kind, event, spot)
        for _rest in range(2):
            kind, event, spot = self.following()
            if kind == "DocumentStart":
                break
            if kind == "StreamEnd":
                return data
        raise Unreadable(spot, _("A second document begins here."), _("A file holds one map."))

    def value(self, path: Path, depth: int, kind: str, event: Any, spot: Spot) -> object:
        self.values[path] = spot
        if len(self.values) > MAX_VALUES:
            raise too_many(spot)
        if depth > MAX_DEPTH:
            raise too_deep(spot)
        if kind == "MappingStart":
            return self.mapping(path, depth)
        if kind == "SequenceStart":
            return self.sequence(path, depth)
        return _scalar(event, spot)

    def mapping(self, path: Path, depth: int) -> dict[str, object]:
        got: dict[str, object] = {}
        while True:
            kind, event, spot = self.following()
            if kind == "MappingEnd":
                return got
            if kind != "Scalar":
                raise Unreadable(spot, _("A field name must be a text."), _("Write “name: value”."))
            name = str(event.value)
            inner = (*path, name)
            if name in got:
                raise named_twice(spot, name, self.fields[inner])
            self.fields[inner] = spot
            got[name] = self.value(inner, depth + 1, *self.following())

    def sequence(self, path: Path, depth: int) -> list[object]:
        got: list[object] = []
        while True:
            kind, event, spot = self.following()
            if kind == "SequenceEnd":
                return got
            got.append(self.value((*path, len(got)), depth + 1, kind, event, spot))


def _scalar(event: Any, spot: Spot) -> object:
    word = str(event.value)
    if event.style is not None and event.style != "":
        return word
    if _NOT_A_NUMBER.fullmatch(word):
        raise Unreadable(spot, _("“{word}” is not a number that a map can hold.").format(word=word), value=word)
    got = plain_value(word)
    if isinstance(got, float) and got in (float("inf"), float("-inf")):
        raise Unreadable(spot, _("The number {word} is too large.").format(word=shorten(word)), value=word)
    return got
