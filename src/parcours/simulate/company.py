"""A simulated company: its events, and the truth about them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from parcours.language.translation import Language
from parcours.mapdoc.document import JourneyMap
from parcours.simulate.comments import GENERAL
from parcours.simulate.names import person_ids
from parcours.simulate.play import Chunk, Rows, chunks
from parcours.simulate.scenario import Feeling, Scenario
from parcours.simulate.shapes import Cell
from parcours.simulate.theatre import KINDS, Theatre, prepare
from parcours.simulate.truth import StageTruth, Tally, Truth

__all__ = [
    "Company",
    "Events",
    "Feeling",
    "Scenario",
    "StageTruth",
    "Truth",
    "simulate",
    "write_csv",
    "write_jsonl",
    "write_truth",
]

Column = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Events:
    """Events as columns, in the order of time. ``time`` is datetime64[s] UTC, ``local`` ISO texts with the offset.

    ``properties`` are those that the map's rules ask for. Texts and properties are object arrays with None, numbers
    float arrays with NaN where there is nothing.
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

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class Company:
    """A company whose events are played each time they are asked for: always the same ones, in bounded memory."""

    theatre: Theatre
    language: Language

    def chunks(self) -> Iterator[Events]:
        """Yield the events of up to 20,000 persons at a time, each chunk in the order of time."""
        for chunk in chunks(self.theatre):
            yield self._events(chunk)

    @cached_property
    def events(self) -> Events:
        """All events at once, in the order of time."""
        parts = list(self.chunks()) or [self._events(Chunk(Rows.none(), 0, 0))]
        if len(parts) == 1:
            return parts[0]
        order = np.argsort(np.concatenate([part.time for part in parts]), kind="stable")

        def joined(name: str) -> Any:
            return np.concatenate([getattr(part, name) for part in parts])[order]

        names = [name for name in Events.__dataclass_fields__ if name != "properties"]
        properties = {
            key: np.concatenate([part.properties[key] for part in parts])[order] for key in parts[0].properties
        }
        return Events(properties=properties, **{name: joined(name) for name in names})

    @cached_property
    def truth(self) -> Truth:
        """What was planted, exactly."""
        tally = Tally(self.theatre)
        for chunk in chunks(self.theatre):
            tally.add(chunk)
        return tally.truth()

    def _events(self, chunk: Chunk) -> Events:
        theatre, rows = self.theatre, chunk.rows
        emitted = theatre.emitted
        fixed = _looked_up([shape.properties.get("value") for shape in emitted], rows.shape)
        value = np.where(np.isnan(rows.value), [_number(cell) for cell in fixed], rows.value)
        scores = {kind: np.where(rows.kind == code, rows.score, np.nan) for code, kind in enumerate(KINDS)}
        return Events(
            person=person_ids(rows.person, theatre.scenario, self.language),
            time=rows.time.astype("datetime64[s]"),
            local=_local(theatre, rows.time),
            event=_looked_up([shape.name for shape in emitted], rows.shape),
            channel=self._channels(rows.person, rows.shape),
            value=value.astype(np.float64),
            properties={
                key: _looked_up([shape.properties.get(key) for shape in emitted], rows.shape)
                for key in theatre.shapes.columns
            },
            nps=scores["nps"],
            csat=scores["csat"],
            ces=scores["ces"],
            comment=_looked_up([*theatre.comments, None], rows.comment),
        )

    def _channels(self, person: npt.NDArray[np.int64], shape: npt.NDArray[np.int64]) -> Column:
        """Take the touchpoint's channel; where it has none, one that the person keeps to, from the scenario's mix."""
        planned = _looked_up([one.channel for one in self.theatre.emitted], shape)
        mix = self.theatre.scenario.channels
        if not mix or self.theatre.shapes.channel_matters:
            return planned
        weights = np.cumsum(list(mix.values())) / sum(mix.values())
        # A fixed fraction per person, so that no chunk needs to know of another.
        fraction = (person * 0.6180339887498949) % 1
        usual = _looked_up(list(mix), np.searchsorted(weights, fraction, side="right").clip(max=len(mix) - 1))
        return np.where([channel is None for channel in planned], usual, planned)


def simulate(map: JourneyMap, scenario: Scenario, language: Language) -> Company:
    """Play ``map`` as a company whose customers write in ``language``.

    UsageError when ``scenario`` asks for what ``map`` does not have, or an event of ``map`` belongs nowhere.
    """
    return Company(prepare(map, scenario, GENERAL[language]), language)


def write_csv(company: Company, path: Path) -> int:
    """Write all events as UTF-8 CSV with a header; return how many. Times are ISO with the map's own offset."""
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(_header(company)) + "\n")
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


def write_truth(company: Company, path: Path) -> None:
    """Write what was planted as JSON."""
    text = json.dumps(company.truth.to_dict(), ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8", newline="")


def _header(company: Company) -> list[str]:
    return ["person", "time", "event", "channel", "value", *company.theatre.shapes.columns, *KINDS, "comment"]


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
