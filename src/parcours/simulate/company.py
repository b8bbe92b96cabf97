"""A simulated company: its events, and the truth about them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from parcours.language.errors import UsageError
from parcours.language.translation import Language, _
from parcours.mapdoc.document import JourneyMap
from parcours.simulate.comments import GENERAL
from parcours.simulate.names import browser_ids, person_ids
from parcours.simulate.play import chunks
from parcours.simulate.rows import Chunk
from parcours.simulate.scenario import Feeling, Scenario
from parcours.simulate.shapes import Cell
from parcours.simulate.tally import Tally
from parcours.simulate.theatre import KINDS, Theatre, prepare
from parcours.simulate.truth import StageTruth, Truth

__all__ = [
    "Company",
    "Events",
    "Feeling",
    "Scenario",
    "StageTruth",
    "Truth",
    "simulate",
    "trips_for",
    "write_csv",
    "write_jsonl",
    "write_truth",
]

Column = npt.NDArray[np.object_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Events:
    """Events as columns, in the order in which they reached the company: of time, unless some came late.

    ``time`` and ``received`` are datetime64[s] UTC, ``local`` and ``received_local`` ISO texts with the offset;
    ``received`` is None where all came at once. ``properties`` are those that the map's rules ask for, the key of
    trips, ``persona`` and ``anonymous_id``, where the scenario has them. Texts and properties are object arrays with
    None, numbers float arrays with NaN where there is nothing.
    """

    person: Column
    time: npt.NDArray[np.datetime64]
    local: Column
    event: Column
    channel: Column
    value: npt.NDArray[np.float64]
    properties: Mapping[str, Column]
    nps: npt.NDArray[np.float64]
    csat: npt.NDArray[np.float64]
    ces: npt.NDArray[np.float64]
    comment: Column
    received: npt.NDArray[np.datetime64] | None = None
    received_local: Column | None = None

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class Company:
    """A company whose events are played each time they are asked for: always the same ones, in bounded memory."""

    theatre: Theatre
    language: Language

    def chunks(self) -> Iterator[Events]:
        """Yield the events of up to 20,000 trips at a time, each chunk in the order of arrival."""
        for chunk in chunks(self.theatre):
            yield self._events(chunk)

    @cached_property
    def events(self) -> Events:
        """All events at once, in the order in which they reached the company."""
        parts = list(self.chunks()) or [self.nothing]
        if len(parts) == 1:
            return parts[0]
        arrived = np.concatenate([part.time if part.received is None else part.received for part in parts])
        order = np.argsort(arrived, kind="stable")

        def joined(name: str) -> Any:
            columns = [getattr(part, name) for part in parts]
            return None if columns[0] is None else np.concatenate(columns)[order]

        names = [name for name in Events.__dataclass_fields__ if name != "properties"]
        properties = {
            key: np.concatenate([part.properties[key] for part in parts])[order] for key in parts[0].properties
        }
        return Events(properties=properties, **{name: joined(name) for name in names})

    @property
    def nothing(self) -> Events:
        """No events at all, with the columns that there would be."""
        return self._events(Chunk.nothing(late=self.theatre.scenario.late_arrival > 0))

    @cached_property
    def truth(self) -> Truth:
        """What was planted, exactly."""
        tally = Tally(self.theatre)
        for chunk in chunks(self.theatre):
            tally.add(chunk)
        return tally.truth()

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return all events as columns, as in the files, with ``time`` (and ``received_at``) as datetime64[s] UTC."""
        events = self.events
        columns = _columns(events) | {"time": events.time}
        return columns if events.received is None else columns | {"received_at": events.received}

    def _events(self, chunk: Chunk) -> Events:
        theatre = self.theatre
        emitted = theatre.emitted
        order = chunk.arrival
        persons = Persons.of(theatre, chunk, self.language)
        rows = chunk.rows.take(order)
        fixed = _looked_up([shape.properties.get("value") for shape in emitted], rows.shape)
        value = np.where(np.isnan(rows.value), [_number(cell) for cell in fixed], rows.value)
        scores = {kind: np.where(rows.kind == code, rows.score, np.nan) for code, kind in enumerate(KINDS)}
        properties = {
            key: _looked_up([shape.properties.get(key) for shape in emitted], rows.shape)
            for key in theatre.shapes.columns
        }
        received = None if chunk.received is None else chunk.received[order]
        return Events(
            person=persons.names[persons.owner[order]],
            time=rows.time.astype("datetime64[s]"),
            local=_local(theatre, rows.time),
            event=_looked_up([shape.name for shape in emitted], rows.shape),
            channel=_looked_up([*persons.channels, None], persons.channel[order]),
            value=value.astype(np.float64),
            properties=properties
            | {
                key: _looked_up([*words, None], codes[order])
                for key, (words, codes) in persons.coded_properties().items()
            },
            nps=scores["nps"],
            csat=scores["csat"],
            ces=scores["ces"],
            comment=_looked_up([*theatre.comments, None], rows.comment),
            received=None if received is None else received.astype("datetime64[s]"),
            received_local=None if received is None else _local(theatre, received),
        )


@dataclass(frozen=True)
class Persons:
    """Who stands behind the rows of a chunk, in the order in which they lived them.

    ``owner`` and ``trip`` count people and trips of the chunk from 0, row by row; ``names`` are the ids of people,
    ``browsers`` those of their browsers. ``channel`` indexes ``channels`` (-1: none). ``anonymous`` says which rows
    carry an anonymous id (None: the scenario has none).
    """

    theatre: Theatre
    first: int
    owner: Ints
    trip: Ints
    names: Column
    browsers: list[str]
    anonymous: npt.NDArray[np.bool_] | None
    channels: tuple[str, ...]
    channel: Ints

    @classmethod
    def of(cls, theatre: Theatre, chunk: Chunk, language: Language) -> Persons:
        """Look everybody up."""
        rows = chunk.rows
        trip = rows.person - chunk.first
        owner = chunk.owner[trip] - chunk.first
        anonymous, unknown = None, np.zeros(len(chunk.owner), bool)
        if theatre.scenario.identified_by:
            anonymous, known = theatre.anonymous(owner, rows.shape, len(chunk.owner))
            unknown = ~known
        browsers = browser_ids(chunk.first, len(unknown))
        names = person_ids(chunk.first, unknown, browsers, theatre.scenario, language)
        channels, channel = _channels(theatre, chunk.first, owner, rows.shape, len(names))
        return cls(theatre, chunk.first, owner, trip, names, browsers, anonymous, channels, channel)

    def coded_properties(self) -> dict[str, tuple[list[str], Ints]]:
        """Return the key of trips, the persona and the anonymous id where the scenario has them: words, and codes.

        The code -1 stands for nothing.
        """
        found: dict[str, tuple[list[str], Ints]] = {}
        theatre, key = self.theatre, self.theatre.map.trip.key
        everybody = range(self.first, self.first + len(self.names))
        walks = self.trip + self.first < theatre.scenario.persons
        if key is not None:
            found[key] = [f"{key[:1].upper()}{number + 1:05d}" for number in everybody], np.where(walks, self.trip, -1)
        if theatre.scenario.personas:
            persona = theatre.persona_of(np.arange(self.first, self.first + len(self.names)))[self.owner]
            found["persona"] = [one.id for one in theatre.personas], np.where(walks, persona, -1)
        if self.anonymous is not None:
            found["anonymous_id"] = self.browsers, np.where(self.anonymous, self.owner, -1)
        return found


def _channels(theatre: Theatre, first: int, owner: Ints, shape: Ints, count: int) -> tuple[tuple[str, ...], Ints]:
    """Take the touchpoint's channel; where it has none, one that the person keeps to, from their or the usual mix."""
    planned = [one.channel for one in theatre.emitted]
    mixes = [dict(one.channels) or dict(theatre.scenario.channels) for one in theatre.personas]
    if theatre.shapes.channel_matters:
        mixes = [{} for _mix in mixes]
    names = tuple(dict.fromkeys([*(one for one in planned if one is not None), *(id for mix in mixes for id in mix)]))
    found = np.array([-1 if one is None else names.index(one) for one in planned])[shape]
    if not any(mixes):
        return names, found
    # A fixed fraction per person, so that no chunk needs to know of another.
    person = np.arange(first, first + count)
    fraction, persona = (person * 0.6180339887498949) % 1, theatre.persona_of(person)
    usual = np.full(count, -1)
    for number, mix in enumerate(mixes):
        mine = persona == number
        if mix and mine.any():
            weights = np.cumsum(list(mix.values())) / sum(mix.values())
            drawn = np.searchsorted(weights, fraction[mine], side="right").clip(max=len(mix) - 1)
            usual[mine] = np.array([names.index(one) for one in mix])[drawn]
    return names, np.where(found < 0, usual[owner], found)


def simulate(map: JourneyMap, scenario: Scenario, language: Language) -> Company:
    """Play ``map`` as a company whose customers write in ``language``.

    UsageError when ``scenario`` asks for what ``map`` does not have, or an event of ``map`` belongs nowhere.
    """
    return Company(prepare(map, scenario, GENERAL[language]), language)


def write_csv(company: Company, path: Path) -> int:
    """Write all events as UTF-8 CSV with a header; return how many. Times are ISO with the map's own offset."""
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(_columns(company.nothing)) + "\n")
        for events in company.chunks():
            columns = [_cells(column) for column in _columns(events).values()]
            file.writelines(",".join(cells) + "\n" for cells in zip(*columns, strict=True))
            written += len(events)
    return written


def write_jsonl(company: Company, path: Path) -> int:
    """Write all events as JSON Lines, without what is missing; return how many."""
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        for events in company.chunks():
            columns = _columns(events)
            names = list(columns)
            for cells in zip(*(column.tolist() for column in columns.values()), strict=True):
                row = {name: cell for name, cell in zip(names, cells, strict=True) if cell is not None and cell == cell}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
            written += len(events)
    return written


def write_truth(truth: Truth, path: Path) -> None:
    """Write what was planted as JSON."""
    text = json.dumps(truth.to_dict(), ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8", newline="")


def trips_for(events: float, map: JourneyMap, scenario: Scenario, language: Language) -> int:
    """Say how many trips make about so many events, by playing some. UsageError under 1 and over 10^10 events."""
    if not 1 <= events <= 1e10:
        raise UsageError(
            _("“{name}” cannot be {value}.").format(name="events", value=events),
            value=events,
            expected=_("It lies between {low} and {high}.").format(low=1, high="1e10"),
        )
    some = 20_000 if events > 100_000 else 2_000
    played = sum(len(chunk.rows) for chunk in chunks(simulate(map, replace(scenario, persons=some), language).theatre))
    return max(1, round(events * some / max(played, 1)))


def _columns(events: Events) -> dict[str, npt.NDArray[Any]]:
    return {
        "person": events.person,
        "time": events.local,
        "event": events.event,
        "channel": events.channel,
        "value": events.value,
        **events.properties,
        **{kind: getattr(events, kind) for kind in KINDS},
        "comment": events.comment,
        **({} if events.received_local is None else {"received_at": events.received_local}),
    }


def _cells(column: npt.NDArray[Any]) -> list[str]:
    """Write one column as CSV cells; texts are quoted only where they must be."""
    if column.dtype == np.float64:
        return ["" if cell != cell else f"{cell:.15g}" for cell in column.tolist()]
    known = {cell: _quoted(_plain(cell)) for cell in set(column.tolist())}
    return [known[cell] for cell in column.tolist()]


def _plain(cell: object) -> str:
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _quoted(text: str) -> str:
    if any(char in text for char in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _number(cell: Cell | None) -> float:
    return float(cell) if isinstance(cell, int | float) else np.nan


def _looked_up(words: list[Any], codes: npt.NDArray[np.int64]) -> Column:
    """Return ``words[code]`` for each code; -1 takes the last word."""
    table = np.empty(len(words), object)
    table[:] = words
    return table[codes]


def _local(theatre: Theatre, time: npt.NDArray[np.int64]) -> Column:
    offset = theatre.clock.offset(time)
    text = np.datetime_as_string((time + offset).astype("datetime64[s]"), unit="s").astype(object)
    signs = {int(one): _sign(int(one)) for one in np.unique(offset)}
    return np.asarray(text + np.array([signs[one] for one in offset.tolist()], object), object)


def _sign(offset: int) -> str:
    hours, minutes = divmod(abs(offset) // 60, 60)
    return f"{'-' if offset < 0 else '+'}{hours:02d}:{minutes:02d}"
