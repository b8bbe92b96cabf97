"""The worked examples of docs/reference/{trips,deviations,promises,metrics}.md, read from the pages and executed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from parcours.engine.analysis import run_tables
from parcours.engine.deviations import Deviations, DeviationsResult
from parcours.engine.differences import UNIT
from parcours.engine.held import GivenPromises, hold
from parcours.engine.lived import Ground, lay_trips
from parcours.engine.metric_units import Counting
from parcours.engine.metrics import Metrics
from parcours.engine.placement import Trips
from parcours.engine.plan import Plan
from parcours.engine.table import Column, EventTable, Vocabulary, table_from_arrays
from parcours.mapdoc.planning import plan_of
from parcours.mapdoc.reading import parse_map

PAGES = Path(__file__).resolve().parents[1] / "docs" / "reference"
ENDS = {
    "trips": datetime(2024, 6, 30),
    "deviations": datetime(2024, 6, 30),
    "promises": datetime(2024, 11, 15),
    "metrics": datetime(2024, 6, 30),
}
PARIS = ZoneInfo("Europe/Paris")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
STATES = {4: "arrived", 3: "failed", 2: "left", 1: "under way"}
KINDS = {
    "missing": "missing",
    "adhoc": "ad hoc",
    "failing": "failing",
    "out_of_sequence": "out of sequence",
    "late": "late",
}
EVENT = re.compile(
    r"(?:(?:(\w{3}) )?(\d+) (\w{3}) ?)?(?:(\d\d):(\d\d) )?(the data ends|\w+)(?: \((\w+)\))?",
)

Event = tuple[int, str, str | None]


@dataclass(frozen=True)
class Example:
    """A line of a table: the plan above it, what was lived, until when, and what the page says of it."""

    page: str
    kind: str
    plan: Plan
    events: tuple[Event, ...]
    data_end_us: int
    said: str

    @property
    def frame(self) -> Deviations:
        assert self.plan.timeout_us is not None
        return Deviations(self.plan, self.plan.timeout_us, self.data_end_us)


def microseconds(wall: datetime) -> int:
    return round(wall.replace(tzinfo=PARIS).timestamp()) * 1_000_000


def read_events(cell: str, end: datetime) -> tuple[tuple[Event, ...], int]:
    events: list[Event] = []
    day, data_end_us = datetime(2024, 1, 1), microseconds(end + timedelta(days=1))
    for text in cell.split(", "):
        found = EVENT.fullmatch(text)
        assert found, f"“{text}” is not an event: write “1 Mar 09:00 asked (A)”"
        weekday, date, month, hour, minute, name, key = found.groups()
        if date:
            day = datetime(2024, MONTHS.index(month) + 1, int(date))
        assert weekday is None or DAYS[day.weekday()] == weekday, f"{text} is no {weekday}"
        moment = microseconds(day.replace(hour=int(hour or 12), minute=int(minute or 0)))
        if name == "the data ends":
            data_end_us = moment
        else:
            assert not events or events[-1][0] <= moment, f"{text} stands after a later event"
            events.append((moment, name, key))
    return tuple(events), data_end_us


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Give the maps and the tables of a page, in order."""
    for found in re.finditer(r"```yaml\n([\s\S]*?)```|((?:^\|.*\n)+)", text, re.MULTILINE):
        yield ("map", found[1]) if found[1] else ("table", found[2])


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def examples(page: str) -> Iterator[list[Example] | list[tuple[str, int, int]]]:
    """Give each table of examples, and each table of the figures that the one before it gives together."""
    plan: Plan | None = None
    for kind, text in blocks((PAGES / f"{page}.md").read_text(encoding="utf-8")):
        if kind == "map":
            plan = plan_of(parse_map(text, file=f"{page}.md", format="yaml"))
            continue
        head, _rule, *lines = text.splitlines()
        columns = cells(head)
        if columns[0] == "figure":
            yield [(key.strip("`"), int(trips), int(of)) for key, trips, of in map(cells, lines)]
        if columns[0] != "events":
            continue
        assert plan is not None
        table = []
        for line in lines:
            lived, said, why = cells(line)
            assert why, "every example says why"
            table.append(Example(page, columns[1], plan, *read_events(lived, ENDS[page]), said))
        yield table


def every_example() -> list[Example]:
    return [one for page in ENDS for table in examples(page) for one in table if isinstance(one, Example)]


def table_of(*people: tuple[Event, ...]) -> EventTable:
    rows = [(person, *event) for person, events in enumerate(people) for event in events]
    keys = Vocabulary(tuple(sorted({key for *_rest, key in rows if key is not None})))
    codes = [-1 if key is None else keys.code(key) for *_rest, key in rows]
    return table_from_arrays(
        [person for person, *_rest in rows],
        [time for _person, time, *_rest in rows],
        [name for _person, _time, name, _key in rows],
        columns={
            "order": Column("text", np.array(codes, np.int32), keys),
            "value": Column(
                "number", np.array([float(key or "nan") if worth(key) else np.nan for *_rest, key in rows])
            ),
        },
    )


def worth(key: str | None) -> bool:
    """Whether what stands in brackets is an amount rather than a key."""
    return key is not None and key.isdigit()


def laid(example: Example) -> tuple[Ground, Trips]:
    ground = lay_trips(example.frame, table_of(example.events))
    return ground, ground.place(np.empty(0, np.int64))


def trips(example: Example) -> str:
    ground, placed = laid(example)
    table = ground.table
    found = []
    for first, end, state in zip(ground.rows.first, ground.rows.end, placed.state, strict=True):
        names = [(int(table.time_us[row]), table.names.words[table.name[row]]) for row in range(first, end)]
        found.append(f"**{STATES[int(state)]}** {', '.join(name for _time, name in sorted(names))}")
    return " · ".join(found) or "none"


def deviations(example: Example) -> str:
    result = run_tables(example.frame, [table_of(example.events)])
    found = [
        KINDS[one.kind] + f" {one.id}" + (f" ({one.events})" if one.events > 1 else "")
        for one in result.figures
        if one.scope == "touchpoint" and one.trips
    ]
    strays = sum(times for _name, times in result.stray_names)
    found += [f"ad hoc ({strays})" if strays > 1 else "ad hoc"] if strays else []
    assert bool(found) is bool(result.deviating)
    return ", ".join(found) or "none"


def duration(microseconds: int) -> str:
    hours, minutes = divmod(microseconds // 60_000_000, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def promises(example: Example) -> str:
    given = hold(*laid(example)).given
    return " · ".join(promise(example, given, index) for index in np.argsort(given.since_us)) or "none"


def promise(example: Example, given: GivenPromises, index: int) -> str:
    state = ("pending", "kept", "broken")[given.state[index]]
    if state == "pending":
        return state
    if given.met[index]:
        return f"{state} after {duration(int(given.delay_us[index]))}"
    due = datetime.fromtimestamp(int(given.settled_us[index]) / 1e6, PARIS)
    weekday = f"{DAYS[due.weekday()]} " if re.search("due (Mon|Tue|Wed|Thu|Fri)", example.said) else ""
    return f"unmet, due {weekday}{due.day} {MONTHS[due.month - 1]} {due:%H:%M}"


def chases(example: Example) -> str:
    return str(sum(count for _stage, count in run_tables(example.frame, [table_of(example.events)]).chases))


def metric(example: Example) -> str:
    """What the first metric of the map finds in one person, trip by trip where it counts trips."""
    asked = example.plan.metrics[0]
    counting = Counting(*laid(example))
    if asked.kind == "value":
        found = counting.value(asked)
        return f"{found.total[0] / UNIT:g}" if found.valued[0] else "no value" if found.events[0] else "not asked"
    if asked.unit == "events":
        counts = counting.events(asked)
        return f"{counts.numerator[0]} to {counts.denominator[0]}"
    units = counting.ratio(asked)
    words = {"numerator": "has it", "without": "without", "open": "under way"}
    return " · ".join(
        next((word for name, word in words.items() if units.chosen(name)[at]), "not asked")
        for at in range(len(units.person))
    )


READ = {"trips": trips, "deviations": deviations, "promises": promises, "chases": chases, "metric": metric}


@pytest.mark.parametrize("example", every_example(), ids=lambda one: f"{one.page}: {one.said}")
def test_the_example_on_the_page_is_what_the_code_does(example: Example) -> None:
    assert READ[example.kind](example) == example.said


def figure(result: DeviationsResult, key: str) -> tuple[int, int]:
    if key == "journey:deviating":
        return result.deviating, result.trips
    found = next(one for one in result.figures if one.key == key)
    return found.trips, found.possible


def test_the_shares_on_the_page_are_what_its_people_give_together() -> None:
    tables = list(examples("deviations"))
    figures = [at for at, table in enumerate(tables) if not isinstance(table[0], Example)]
    assert len(figures) == 1
    people = [one for one in tables[figures[0] - 1] if isinstance(one, Example)]
    result = run_tables(people[0].frame, [table_of(*(one.events for one in people))])
    for key, trips_with, of in (line for line in tables[figures[0]] if not isinstance(line, Example)):
        assert figure(result, key) == (trips_with, of), key


def test_the_ratio_on_the_page_is_what_its_people_give_together() -> None:
    tables = list(examples("metrics"))
    figures = [at for at, table in enumerate(tables) if not isinstance(table[0], Example)]
    assert len(figures) == 1
    people = [one for one in tables[figures[0] - 1] if isinstance(one, Example)]
    frame = people[0].frame
    asked = Metrics(frame.plan, frame.timeout_us, frame.data_end_us)
    found = run_tables(asked, [table_of(*(one.events for one in people))]).metrics[0]
    for key, cases, of in (line for line in tables[figures[0]] if not isinstance(line, Example)):
        assert (getattr(found, key.rpartition(":")[2]), found.denominator) == (cases, of), key
    assert found.value == pytest.approx(2 / 7)
    assert found.low is None


def test_every_notion_has_an_example_and_its_contrary() -> None:
    said = {kind: [one.said for one in every_example() if one.kind == kind] for kind in READ}
    for state in STATES.values():
        assert sum(f"**{state}**" in one for one in said["trips"]) >= 2, state
    for kind in KINDS.values():
        assert any(one.startswith(kind) for one in said["deviations"]), kind
    assert said["deviations"].count("none") >= 10
    for state in ("kept", "broken", "unmet", "pending"):
        assert sum(state in one for one in said["promises"]) >= 2, state
    assert {"0", "1"} <= set(said["chases"])
    for state in ("has it", "without", "under way", "not asked"):
        assert said["metric"].count(state) >= 2, state
