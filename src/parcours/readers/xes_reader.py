"""Reads XES event logs (IEEE 1849) as a stream; document types and entities are refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NoReturn
from xml.parsers import expat

import numpy as np
import pyarrow as pa

from parcours.language.errors import InputError, Place
from parcours.language.translation import _
from parcours.readers.arrays import text_array, to_arrow
from parcours.readers.opening import Opened, reading
from parcours.readers.options import SourceOptions
from parcours.readers.raw import Piece, Raw
from parcours.readers.times import NO_TIME, TimeRules, read_times

CHUNK = 1 << 19
EVENTS, HEAD_EVENTS, MOST_EVENTS = 40_000, 5_000, 200_000
CASE = "case:concept:name"
Attributes = dict[str, str]


class XesReader:
    """One XES log. An event is named by ``concept:name``; its person is the ``concept:name`` of its trace.

    The other attributes of a trace are properties of each of its events, as ``case.NAME`` where events have an
    attribute of the same name. Nested attributes are joined with dots.
    """

    texts_only = False
    decimal_comma = False
    fixed_roles: Mapping[str, str] = {"person": CASE, "time": "time:timestamp", "event": "concept:name"}

    def __init__(self, options: SourceOptions) -> None:
        self.options = options
        self._head = next((raw for raw, _done in self._raws(HEAD_EVENTS)), None)
        if self._head is None:
            raise InputError(
                _("The log holds no event."),
                place=Place(options.path.name),
                expected=_("A XES file with events inside traces."),
            )
        self.columns = tuple(self._head.columns)

    def head(self) -> Raw:
        """Return the first events."""
        assert self._head is not None
        return self._head

    def pieces(self, needed: frozenset[str], repeated: frozenset[str]) -> Iterator[Piece]:
        """Read the whole log; pieces end where a trace ends."""
        for raw, done in self._raws(EVENTS):
            yield Piece(lambda raw=raw: raw, done)  # type: ignore[misc]

    def _raws(self, events: int) -> Iterator[tuple[Raw, int]]:
        collector = _Collector(self.options)
        with reading(self.options.path):
            opened = Opened(self.options.path)
            try:
                while True:
                    chunk = opened.read(CHUNK)
                    collector.feed(chunk, last=not chunk)
                    if collector.ready(events) or (not chunk and collector.events):
                        yield collector.take(), opened.bytes_done
                    if not chunk:
                        return
            finally:
                opened.close()


class _Collector:
    """Collects events while expat reads; each is (attributes of its trace, its own, its line)."""

    def __init__(self, options: SourceOptions) -> None:
        self.file = options.path.name
        self.zone = options.zone
        self.events: list[tuple[Attributes, Attributes, int]] = []
        self.forms: dict[str, str] = {}
        self._event_keys: dict[str, None] = {}
        self._trace: Attributes | None = None
        self._event: Attributes | None = None
        self._line = 0
        self._path: list[str] = []
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = lambda *_args: self._refuse("DOCTYPE")
        parser.EntityDeclHandler = lambda *_args: self._refuse("ENTITY")
        parser.ExternalEntityRefHandler = lambda *_args: self._refuse("SYSTEM")
        self.parser = parser

    def feed(self, chunk: bytes, *, last: bool) -> None:
        """Read on; InputError where this is no XML, or holds a construct that is refused."""
        try:
            self.parser.Parse(chunk, last)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise InputError(
                _("The XML cannot be read: {reason}.").format(reason=error),
                place=Place(self.file, self.parser.ErrorLineNumber, self.parser.ErrorColumnNumber + 1),
                expected=_("A complete XES file."),
            ) from None

    def ready(self, events: int) -> bool:
        """Are there enough events, all of whole traces? A trace beyond all measure is taken in parts."""
        count = len(self.events)
        return count >= events and (self._trace is None or count >= MOST_EVENTS or events == HEAD_EVENTS)

    def take(self) -> Raw:
        """Give the events so far as columns."""
        events, self.events = self.events, []
        self._event_keys.update(dict.fromkeys(key for _trace, event, _line in events for key in event))
        trace_keys = dict.fromkeys(key for trace, _event, _line in events for key in trace)
        columns: dict[str, pa.Array] = {}
        for key in trace_keys:
            name = CASE if key == "concept:name" else f"case.{key}" if key in self._event_keys else key
            columns[name] = self._column([trace.get(key) for trace, _event, _line in events], f"case.{key}")
        for key in self._event_keys:
            columns[key] = self._column([event.get(key) for _trace, event, _line in events], key)
        return Raw(columns, np.array([line for _trace, _event, line in events], np.int64))

    def _refuse(self, construct: str) -> NoReturn:
        raise InputError(
            _("The file declares {construct}, which is refused for safety.").format(construct=f"<!{construct}>"),
            place=Place(self.file, self.parser.CurrentLineNumber),
            value=construct,
            expected=_("An XES file without document type and entities."),
        )

    def _start(self, tag: str, attributes: Attributes) -> None:
        kept = self._event if self._event is not None else self._trace
        if kept is not None and "key" in attributes:
            key = attributes["key"]
            if self._path:
                key = ".".join((*self._path, key))
            self._path.append(attributes["key"])
            value = attributes.get("value")
            if value is not None:
                kept[key] = value
                self._note(key if self._event is not None else f"case.{key}", tag)
        elif tag == "event" or tag.endswith(":event"):
            self._event, self._line, self._path = {}, self.parser.CurrentLineNumber, []
        elif tag == "trace" or tag.endswith(":trace"):
            self._trace, self._path = {}, []
        elif self._trace is not None and self._event is None and tag not in ("values", "trace"):
            self._path = []

    def _note(self, key: str, tag: str) -> None:
        form = self.forms.get(key)
        if form != tag:
            self.forms[key] = tag if form is None else "string"

    def _end(self, tag: str) -> None:
        if tag == "event" or tag.endswith(":event"):
            if self._event is not None:
                trace = self._trace if self._trace is not None else {}
                self.events.append((trace, self._event, self._line))
            self._event, self._path = None, []
        elif tag == "trace" or tag.endswith(":trace"):
            self._trace, self._path = None, []
        elif self._path and tag != "values":
            self._path.pop()

    def _column(self, values: list[str | None], key: str) -> pa.Array:
        texts = text_array(values)
        form = self.forms.get(key, "string")
        if key == "time:timestamp":
            return texts
        try:
            if form == "int":
                return texts.cast(pa.int64())
            if form == "float":
                return texts.cast(pa.float64())
        except pa.ArrowInvalid:
            return texts
        if form == "boolean" and {value.lower() for value in values if value is not None} <= {"true", "false"}:
            truth = np.array([value is not None and value.lower() == "true" for value in values], bool)
            return to_arrow(truth, np.array([value is None for value in values], bool))
        if form == "date":
            return self._times(texts, values)
        return texts

    def _times(self, texts: pa.Array, values: list[str | None]) -> pa.Array:
        read = read_times(texts, TimeRules(self.zone)).time_us
        missing = np.array([value is None for value in values], bool)
        if ((read == NO_TIME) & ~missing).any():
            return texts
        return to_arrow(read, missing).cast(pa.timestamp("us", "UTC"))
