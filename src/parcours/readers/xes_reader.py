"""Reads XES event logs (IEEE 1849) as a stream; document types and entities are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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
        self.file = options.name
        self._head = next((raw for raw, _done in self._raws(HEAD_EVENTS)), None)
        if self._head is None:
            raise InputError(
                _("The log holds no event."),
                place=Place(options.name),
                expected=_("An XES file with events inside traces."),
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
                        yield collector.take(last=not chunk), opened.bytes_done
                    if not chunk:
                        return
            finally:
                opened.close()


class _Collector:
    """Collects events while expat reads; each is (number of its trace, its attributes, its line)."""

    def __init__(self, options: SourceOptions) -> None:
        self.file = options.name
        self.zone = options.zone
        self.events: list[tuple[int, Attributes, int]] = []
        self.traces: list[Attributes] = [{}]  # the first stands for events outside traces
        self.inside = False
        self.finished = 0  # events of traces that are over
        self.event_forms: dict[str, str] = {}
        self.trace_forms: dict[str, str] = {}
        self._event_keys: dict[str, None] = {}
        self.parser = parser = expat.ParserCreate()
        parser.ordered_attributes = True
        parser.StartElementHandler, parser.EndElementHandler = self._handlers()
        parser.StartDoctypeDeclHandler = lambda *_args: self._refuse("DOCTYPE")
        parser.EntityDeclHandler = lambda *_args: self._refuse("ENTITY")
        parser.ExternalEntityRefHandler = lambda *_args: self._refuse("SYSTEM")

    def _handlers(self) -> tuple[Callable[[str, list[str]], None], Callable[[str], None]]:
        """Return what expat calls at the start and end of each element: closures, as they run a million times."""
        kept: Attributes | None = None
        event: Attributes | None = None
        forms = self.event_forms
        line = 0
        path: list[str] = []  # the keys of the attributes that are open; "" for a list's <values>

        def start(tag: str, attributes: list[str]) -> None:
            nonlocal kept, event, line, forms
            if kept is not None and attributes:
                if len(attributes) == 4 and attributes[0] == "key":
                    key, value = attributes[1], attributes[3]
                else:
                    given = dict(zip(attributes[::2], attributes[1::2], strict=True))
                    key = given.get("key", "")
                    if "value" not in given:  # a list or container: only what is inside counts
                        path.append(key)
                        return
                    value = given["value"]
                path.append(key)
                if len(path) > 1:
                    key = ".".join(part for part in path if part)
                kept[key] = value
                if forms.get(key) != tag:
                    forms[key] = "string" if key in forms else tag
            elif tag == "event" or tag.endswith(":event"):
                kept = event = {}
                line, forms = self.parser.CurrentLineNumber, self.event_forms
                path.clear()
            elif tag == "trace" or tag.endswith(":trace"):
                kept, self.inside, forms = {}, True, self.trace_forms
                self.traces.append(kept)
                self.finished = len(self.events)
                path.clear()
            elif kept is not None:
                path.append("")

        def end(tag: str) -> None:
            nonlocal kept, event, forms
            if path:
                path.pop()
            elif tag == "event" or tag.endswith(":event"):
                if event is not None:
                    self.events.append((len(self.traces) - 1 if self.inside else 0, event, line))
                event, kept, forms = None, self.traces[-1] if self.inside else None, self.trace_forms
            elif tag == "trace" or tag.endswith(":trace"):
                kept, self.inside, self.finished = None, False, len(self.events)

        return start, end

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
        """Are there enough events of whole traces? A trace beyond all measure is taken in parts."""
        return self.finished >= events or len(self.events) >= MOST_EVENTS

    def take(self, *, last: bool) -> Raw:
        """Give the events of the traces that are over as columns; all events at the ``last`` time."""
        count = self.finished if self.finished and not last else len(self.events)
        events, self.events, self.finished = self.events[:count], self.events[count:], 0
        traces, self.traces = self.traces, [{}, self.traces[-1]] if self.inside else [{}]
        self.events = [(1 if trace else 0, own, line) for trace, own, line in self.events]
        own = [attributes for _trace, attributes, _line in events]
        for attributes in own:
            self._event_keys.update(attributes.fromkeys(attributes))
        whose = to_arrow(np.array([trace for trace, _own, _line in events], np.int64))
        columns: dict[str, pa.Array] = {}
        for key in dict.fromkeys(key for attributes in traces for key in attributes):
            name = CASE if key == "concept:name" else f"case.{key}" if key in self._event_keys else key
            columns[name] = self._column(
                [attributes.get(key) for attributes in traces], self.trace_forms.get(key)
            ).take(whose)
        for key in self._event_keys:
            if key == "time:timestamp":  # bad times are told row by row, so they stay as they are written
                columns[key] = text_array([attributes.get(key) for attributes in own])
                continue
            columns[key] = self._column([attributes.get(key) for attributes in own], self.event_forms.get(key))
        return Raw(columns, np.array([line for _trace, _own, line in events], np.int64))

    def _refuse(self, construct: str) -> NoReturn:
        raise InputError(
            _("The file declares {construct}, which is refused for safety.").format(construct=f"<!{construct}>"),
            place=Place(self.file, self.parser.CurrentLineNumber),
            value=construct,
            expected=_("An XES file without document type and entities."),
        )

    def _column(self, values: list[str | None], form: str | None) -> pa.Array:
        texts = text_array(values)
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
