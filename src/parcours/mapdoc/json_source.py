"""JSON with the place of everything, stricter than the standard library and never deeper than asked.

The standard library gives no positions, keeps the last of two equal fields, and accepts NaN and lone surrogates.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from parcours.language.errors import shorten
from parcours.language.formats import quoted
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

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_CHUNK = re.compile(r'[^"\\\x00-\x1f]*')
_WORD = re.compile(r"[^\s,:\[\]{}\"]{1,40}")
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_CONSTANTS = {"true": True, "false": False, "null": None}
_LONGEST_NUMBER = 40


def read_json(text: str, file: str) -> Source:
    """Read one JSON value. Raises Unreadable at the first thing that is not JSON."""
    reader = _Reader(text)
    data = reader.document()
    return Source(file, data, reader.values, reader.fields)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines = [match.end() for match in re.finditer("\n", text)]
        self.values: dict[Path, Spot] = {}
        self.fields: dict[Path, Spot] = {}

    def spot(self, offset: int) -> Spot:
        line = bisect_right(self.lines, offset)
        return line + 1, offset - (self.lines[line - 1] if line else 0) + 1

    def wrong(
        self, message: str, expected: str | None = None, *, at: int | None = None, value: object = None
    ) -> Unreadable:
        return Unreadable(self.spot(self.at if at is None else at), message, expected, value)

    def skip_space(self) -> str:
        """Move to the next character that is not space and return it; nothing at the end."""
        match = _SPACE.match(self.text, self.at)
        if match is not None:
            self.at = match.end()
        return self.text[self.at : self.at + 1]

    def document(self) -> object:
        if self.text.startswith("\ufeff"):
            self.at = 1
        if not self.skip_space():
            raise self.wrong(_("The file is empty."), _("A map has at least id, title and stages."))
        data = self.value((), 1)
        if self.skip_space():
            raise self.wrong(
                _("Something follows the end of the document."), _("Remove everything after the last closing brace.")
            )
        return data

    def value(self, path: Path, depth: int) -> object:
        first = self.skip_space()
        here = self.spot(self.at)
        self.values[path] = here
        if len(self.values) > MAX_VALUES:
            raise too_many(here)
        if depth > MAX_DEPTH:
            raise too_deep(here)
        if first == "{":
            return self.read_object(path, depth)
        if first == "[":
            return self.read_list(path, depth)
        if first == '"':
            return self.string()
        if first == "-" or first.isdecimal():
            return self.number()
        return self.constant()

    def read_object(self, path: Path, depth: int) -> dict[str, object]:
        self.at += 1
        got: dict[str, object] = {}
        following = self.skip_space()
        while following != "}":
            if following != '"':
                raise self.no_field_name(following)
            here = self.spot(self.at)
            name = self.string()
            inner = (*path, name)
            if name in got:
                raise named_twice(here, name, self.fields[inner])
            self.fields[inner] = here
            if self.skip_space() != ":":
                raise self.wrong(_("A colon is missing after the field “{name}”.").format(name=shorten(name)))
            self.at += 1
            got[name] = self.value(inner, depth + 1)
            following = self.separator("}")
        self.at += 1
        return got

    def read_list(self, path: Path, depth: int) -> list[object]:
        self.at += 1
        got: list[object] = []
        following = self.skip_space()
        while following != "]":
            if following == "," or (following == "" and got):
                raise self.no_value(following)
            got.append(self.value((*path, len(got)), depth + 1))
            following = self.separator("]")
        self.at += 1
        return got

    def separator(self, closing: str) -> str:
        """Step over a comma; return what follows: ``closing``, or the first character of the next item."""
        following = self.skip_space()
        if following == closing:
            return following
        if following == ",":
            comma = self.at
            self.at += 1
            following = self.skip_space()
            if following == closing:
                raise self.wrong(
                    _("A comma stands before “{closing}”.").format(closing=closing), _("Remove it."), at=comma
                )
            return following
        if not following:
            raise self.wrong(
                _("The document ends too early: “{closing}” is missing.").format(closing=closing),
                _("Close every brace, bracket and quotation."),
            )
        raise self.wrong(
            _("A comma or “{closing}” is missing before {word}.").format(closing=closing, word=self.word()),
        )

    def word(self) -> str:
        match = _WORD.match(self.text, self.at)
        return quoted(shorten(match[0] if match else self.text[self.at : self.at + 1]))

    def no_field_name(self, following: str) -> Unreadable:
        if not following:
            return self.wrong(_("The document ends too early: “{closing}” is missing.").format(closing="}"))
        if self.text.startswith(("//", "/*"), self.at) or following == "#":
            return self.wrong(_("JSON has no comments."), _("Remove it, or write the map in YAML."))
        expected = _("Field names stand between straight double quotes, as in {example}.").format(
            example='"stages": […]'
        )
        return self.wrong(_("A field name was expected, not {word}.").format(word=self.word()), expected)

    def no_value(self, following: str) -> Unreadable:
        if not following:
            return self.wrong(
                _("The document ends too early: a value is missing."),
                _("Close every brace, bracket and quotation."),
            )
        return self.wrong(_("A value is missing before “{sign}”.").format(sign=following))

    def constant(self) -> object:
        match = _WORD.match(self.text, self.at)
        word = match[0] if match else ""
        if word in _CONSTANTS:
            self.at += len(word)
            return _CONSTANTS[word]
        if not word:
            raise self.no_value(self.text[self.at : self.at + 1])
        if word.startswith(("//", "/*", "#")):
            raise self.wrong(_("JSON has no comments."), _("Remove it, or write the map in YAML."))
        if word.lower().lstrip("+-") in ("nan", "infinity", "inf"):
            raise self.wrong(_("“{word}” is not a number that a map can hold.").format(word=word), value=word)
        raise self.wrong(
            _("{word} is not a JSON value.").format(word=self.word()),
            _("Texts stand between straight double quotes; the other values are numbers, true, false and null."),
            value=word,
        )

    def number(self) -> int | float:
        match = _NUMBER.match(self.text, self.at)
        if match is None or self.text[match.end() : match.end() + 1].isalnum():
            raise self.wrong(
                _("{word} is not a number.").format(word=self.word()),
                _("Numbers are written 12, -3 or 0.25: with a point, without leading zeros or spaces."),
            )
        if len(match[0]) > _LONGEST_NUMBER:
            raise self.wrong(
                _("The number {word} has too many digits.").format(word=shorten(match[0])), value=match[0][:99]
            )
        number = float(match[0])
        if number in (float("inf"), float("-inf")):
            raise self.wrong(_("The number {word} is too large.").format(word=match[0]), value=match[0])
        self.at = match.end()
        return number if match[2] or match[3] else int(match[0])

    def string(self) -> str:
        start = self.at
        self.at += 1
        parts: list[str] = []
        while True:
            chunk = _CHUNK.match(self.text, self.at)
            if chunk is not None:
                parts.append(chunk[0])
                self.at = chunk.end()
            sign = self.text[self.at : self.at + 1]
            if sign == '"':
                self.at += 1
                got = "".join(parts)
                if any("\ud800" <= char <= "\udfff" for part in parts for char in part):
                    raise self.wrong(_("This text holds half a character (a lone surrogate)."), at=start)
                return got
            if sign == "\\":
                parts.append(self.escape())
            elif sign in ("", "\n"):
                raise self.wrong(
                    _("The text that begins here is never closed."), _("Add the closing double quote."), at=start
                )
            else:
                raise self.wrong(
                    _("A control character (U+{code}) stands inside a text.").format(code=f"{ord(sign):04X}"),
                    _("Write tabs as \\t and line ends as \\n."),
                )

    def escape(self) -> str:
        sign = self.text[self.at + 1 : self.at + 2]
        if sign in _ESCAPES:
            self.at += 2
            return _ESCAPES[sign]
        if sign != "u":
            raise self.wrong(
                _("“\\{sign}” means nothing in a JSON text.").format(sign=shorten(sign)),
                _("For a backslash write two."),
            )
        high = self.unit()
        # Outside the basic plane JSON writes two escapes: they are one character.
        if 0xD800 <= high < 0xDC00 and self.text.startswith("\\u", self.at):
            before = self.at
            low = self.unit()
            if 0xDC00 <= low < 0xE000:
                return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
            self.at = before
        return chr(high)

    def unit(self) -> int:
        match = _HEX.match(self.text, self.at + 2)
        if match is None:
            raise self.wrong(_("“\\u” needs four hexadecimal digits."), _("For example \\u00e9 for é."))
        self.at = match.end()
        return int(match[0], 16)
