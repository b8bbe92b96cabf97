from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parcours.language.errors import InputError

Reader = Callable[..., Any]
Writer = Callable[..., Path]

LOG = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="event"><string key="concept:name" value="UNKNOWN"/></global>
  <string key="origin" value="csv"/>
  <trace>
    <string key="concept:name" value="case 1"/>
    <float key="amount" value="12.5"/>
    <string key="city" value="Zürich"/>
    <event>
      <string key="concept:name" value="Visit"/>
      <date key="time:timestamp" value="2025-01-01T10:00:00.000+01:00"/>
      <string key="lifecycle:transition" value="complete"/>
      <string key="org:resource" value="112"/>
      <int key="size" value="3"/>
      <boolean key="ok" value="true"/>
      <date key="due" value="2025-01-02"/>
      <string key="city" value="Paris"/>
      <list key="tags"><values><string key="first" value="x"/></values></list>
      <string key="outer" value="o"><int key="inner" value="1"/></string>
    </event>
    <event>
      <date key="time:timestamp" value="2025-01-01T11:00:00Z"/>
    </event>
    <event>
      <string key="concept:name" value="Buy"/>
    </event>
    <event>
      <string key="concept:name" value="Buy"/>
      <date key="time:timestamp" value="2025-01-01T12:00:00"/>
    </event>
  </trace>
  <event>
    <string key="concept:name" value="Alone"/>
    <date key="time:timestamp" value="2025-01-01T12:00:00"/>
  </event>
</log>
"""


@pytest.mark.parametrize("pack", [lambda data: data, gzip.compress])
def test_traces_become_persons_and_events_keep_their_kinds(read: Reader, write: Writer, pack: Any) -> None:
    found = read(write(pack(LOG.encode()), "log.xes.gz"), zone="Europe/Paris")
    first, last = found.rows
    assert found.source.format == "xes"
    assert (first["person"], first["event"], first["time"]) == ("case 1", "Visit", "2025-01-01T09:00:00+00:00")
    assert last["time"] == "2025-01-01T11:00:00+00:00"
    assert (first["value"], last["value"], first["size"], first["ok"]) == (12.5, 12.5, 3.0, True)
    assert first["due"].isoformat() == "2025-01-01T23:00:00+00:00"
    assert (first["city"], first["case.city"], last["city"]) == ("Paris", "Zürich", None)
    assert (first["tags.first"], first["outer"], first["outer.inner"]) == ("x", "o", 1.0)
    assert (first["org:resource"], first["lifecycle:transition"]) == ("112", "complete")


def test_events_without_name_time_or_trace_are_bad_rows_with_their_line(read: Reader, write: Writer) -> None:
    found = read(write(LOG, "log.xes"))
    assert found.reasons == [(22, "event_missing"), (25, "time_missing"), (33, "person_missing")]
    assert found.column("line") == [10, 28]


BOMB = '<?xml version="1.0"?>\n<!DOCTYPE log [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;">]>\n<log>&b;</log>'
EXTERNAL = '<?xml version="1.0"?>\n<!DOCTYPE log SYSTEM "file:///etc/passwd">\n<log/>'


@pytest.mark.parametrize("text", [BOMB, EXTERNAL])
def test_document_types_and_entities_are_refused_by_name(read: Reader, write: Writer, text: str) -> None:
    with pytest.raises(InputError, match="<!DOCTYPE>") as caught:
        read(write(text, "log.xes"))
    assert caught.value.place is not None and caught.value.place.line == 2


@pytest.mark.parametrize(
    "text", [LOG[:900], LOG.replace("</trace>", "</case>"), "<log>&unknown;</log>", "<log/>", "<log><trace/></log>"]
)
def test_broken_and_empty_logs_are_errors(read: Reader, write: Writer, text: str) -> None:
    with pytest.raises(InputError):
        read(write(text, "log.xes"))


def test_values_that_contradict_their_type_stay_text(read: Reader, write: Writer) -> None:
    text = LOG.replace('key="size" value="3"', 'key="size" value="three"')
    text = text.replace('key="ok" value="true"', 'key="ok" value="maybe"')
    text = text.replace('value="2025-01-02"', 'value="soon"')
    first = read(write(text, "log.xes")).rows[0]
    assert (first["size"], first["ok"], first["due"]) == ("three", "maybe", "soon")


def test_a_long_log_comes_in_pieces_that_hold_everything(read: Reader, write: Writer) -> None:
    event = '<event><string key="concept:name" value="e{0}"/><date key="time:timestamp" value="2025-01-01"/></event>\n'
    traces = "".join(
        f'<trace><string key="concept:name" value="c{case}"/>\n'
        + "".join(event.format(case * 30 + row) for row in range(30))
        + "</trace>\n"
        for case in range(3000)
    )
    found = read(write(f"<log>\n{traces}</log>", "log.xes"))
    assert found.column("event") == [f"e{row}" for row in range(90_000)]
    assert found.column("person") == [f"c{row // 30}" for row in range(90_000)]
    assert found.rows[31]["line"] == 2 + 32 + 1 + 1


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "events", "persons", "activities"),
    [("bpic2012.xes.gz", 262_200, 13_087, 24), ("helpdesk.xes.gz", 21_348, 4_580, 14)],
)
def test_the_real_logs_are_whole(
    read: Reader, data: Path, name: str, events: int, persons: int, activities: int
) -> None:
    found = read(data / name)
    assert (len(found.rows), len(set(found.column("person"))), found.bad) == (events, persons, [])
    assert len(set(found.column("event"))) == activities
