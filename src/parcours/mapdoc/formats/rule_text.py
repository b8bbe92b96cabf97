"""Event matches as people write them in a cell: ``visit or page_viewed where page = prices and value >= 100``.

One alternative a line. Whatever is written here parses back as exactly the same rule; on reading, words may also stand
without quotation marks, and those of a word processor do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from parcours.engine.predicates import NUMBER, Condition, EventMatch, Operand, Operator, Rule
from parcours.language.errors import shorten
from parcours.language.formats import quoted
from parcours.language.translation import _
from parcours.mapdoc.plain_values import plain_number

_KEYWORDS = frozenset({"or", "where", "and", "in", "is", "any", "contains", "starts", "with", "true", "false"})
_BARE = re.compile(r"[^\W\d_][\w./*$@:-]*|[_$][\w./*$@:-]+", re.UNICODE)
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_TOKEN = re.compile(
    r"""(?P<space>[^\S\n]+) | (?P<line>[\n;]+) | (?P<text>"(?:[^"\\\n]|\\.)*") | (?P<curly>“[^”\n]*”|«[^»\n]*»)
    | (?P<sign>>=|<=|!=|[=<>(),]) | (?P<word>[^\s;"“”«»=<>!(),]+|!(?!=)) | (?P<wrong>.)""",
    re.VERBOSE,
)
_SIGNS = ("=", "!=", ">", ">=", "<", "<=")


class NotARule(Exception):  # noqa: N818 - it names the state of the text, and never reaches a user
    """The text of a cell is no rule; whoever reads the cell says so at its place."""

    def __init__(self, message: str, expected: str) -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected


def write_rule(rule: Rule) -> str:
    """Write ``rule``, one alternative a line."""
    return "\n".join(_match(match) for match in rule.any_of)


def read_rule(text: str) -> Rule:
    """Read what ``write_rule`` writes, and what people write in its place. Raises NotARule."""
    return _Parser(text).rule()


def _match(match: EventMatch) -> str:
    text = " or ".join(_word(name) for name in match.names) or "any"
    if match.where:
        text += " where " + " and ".join(_condition(condition) for condition in match.where)
    return text


def _condition(condition: Condition) -> str:
    name, value = _word(condition.property), condition.value
    match condition.operator:
        case "known" | "unknown":
            return f"{name} is {condition.operator}"
        case "in":
            assert isinstance(value, tuple)
            return f"{name} in ({', '.join(_operand(one) for one in value)})"
        case "starts_with":
            return f"{name} starts with {_operand(value)}"
        case operator:
            return f"{name} {operator} {_operand(value)}"


def _operand(value: Operand) -> str:
    return _word(value) if isinstance(value, str) else json.dumps(plain_number(value))  # type: ignore[arg-type]


def _word(text: str) -> str:
    if _BARE.fullmatch(text) and text.casefold() not in _KEYWORDS:
        return text
    return quoted_text(text)


def quoted_text(text: str) -> str:
    """Return ``text`` between quotation marks, with everything escaped that a reader could not see."""
    plain = json.dumps(text, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", plain)


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        for match in _TOKEN.finditer(text.strip()):
            kind = match.lastgroup or ""
            if kind == "wrong":
                raise self.wrong(match[0] if match[0] != '"' else text[match.start() :])
            if kind != "space":
                self.tokens.append((kind, match[0]))
        self.at = 0

    def rule(self) -> Rule:
        matches = [self.match()]
        while self.kind == "line":
            self.at += 1
            if self.kind:
                matches.append(self.match())
        if self.kind:
            raise self.wrong(self.ahead)
        return Rule(tuple(matches))

    @property
    def kind(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    @property
    def ahead(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def wrong(self, text: str) -> NotARule:
        found = quoted(shorten(text, 40)) if text.strip() else _("the end of the text")
        return NotARule(
            _("{found} cannot stand here.").format(found=found),
            _("Write one alternative a line: event or event where property = value and property >= 100."),
        )

    def takes(self, *words: str) -> bool:
        """Move past ``words`` where they come next."""
        coming = self.tokens[self.at : self.at + len(words)]
        if [kind for kind, _text in coming] == ["word"] * len(words) and [text for _kind, text in coming] == list(
            words
        ):
            self.at += len(words)
            return True
        return False

    def match(self) -> EventMatch:
        names: list[str] = []
        if not self.takes("any"):
            names.append(self.words("where", "or"))
            while self.takes("or"):
                names.append(self.words("where", "or"))
        where: list[Condition] = []
        if self.takes("where"):
            where.append(self.condition())
            while self.takes("and"):
                where.append(self.condition())
        return EventMatch(tuple(names), tuple(where)) if names or where else EventMatch(("*",))

    def words(self, *ends: str) -> str:
        """Take a text between quotation marks, or words up to one that ends them."""
        if self.kind in ("text", "curly"):
            return self.text()
        taken: list[str] = []
        while self.kind == "word" and self.ahead not in ends:
            taken.append(self.ahead)
            self.at += 1
        if not taken:
            raise self.wrong(self.ahead)
        return " ".join(taken)

    def text(self) -> str:
        taken, kind = self.ahead, self.kind
        self.at += 1
        if kind == "curly":
            return taken[1:-1].strip("\u00a0\u202f ")
        try:
            return str(json.loads(taken))
        except ValueError:
            raise self.wrong(taken) from None

    def condition(self) -> Condition:
        name = self.words("in", "is", "contains", "starts")
        if self.kind == "sign" and self.ahead in _SIGNS:
            operator: Operator = self.ahead  # type: ignore[assignment]
            self.at += 1
            return Condition(name, operator, self.value())
        tests: tuple[tuple[tuple[str, ...], Operator, Callable[[], Operand]], ...] = (
            (("is", "known"), "known", lambda: None),
            (("is", "unknown"), "unknown", lambda: None),
            (("contains",), "contains", lambda: self.words("and")),
            (("starts", "with"), "starts_with", lambda: self.words("and")),
            (("in",), "in", self.list),
        )
        for words, test, operand in tests:
            if self.takes(*words):
                return Condition(name, test, operand())
        raise self.wrong(self.ahead)

    def list(self) -> tuple[str | float, ...]:
        if self.ahead != "(":
            raise self.wrong(self.ahead)
        values: list[str | float] = []
        while not values or self.ahead == ",":
            self.at += 1
            value = self.value()
            if isinstance(value, bool) or not isinstance(value, str | float):
                raise self.wrong(str(value).lower())
            values.append(value)
        if self.ahead != ")":
            raise self.wrong(self.ahead)
        self.at += 1
        return tuple(values)

    def value(self) -> str | float | bool:
        bare = self.kind == "word"
        word = self.words("and")
        if bare and word in ("true", "false"):
            return word == "true"
        return float(word) if bare and NUMBER.fullmatch(word) else word
