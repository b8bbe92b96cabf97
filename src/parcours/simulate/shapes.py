"""Which events a map expects: each rule turned into concrete names and property values that satisfy it.

Written on purpose without the engine's own matching: a simulated company would prove nothing if both sides
shared one reading of a rule. Slow and plain, for a handful of rules; never for rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from parcours.engine.predicates import Condition, EventMatch, Rule
from parcours.language.errors import UsageError
from parcours.language.translation import _
from parcours.mapdoc.document import JourneyMap, Touchpoint

Cell = str | float | bool
RESERVED = frozenset({"channel", "value", "nps", "csat", "ces", "comment"})
MAX_SHAPES = 12
"""A rule with more names than this is played with its first ones."""


@dataclass(frozen=True)
class Shape:
    """One kind of event that the company emits. ``stage`` -1: matches no touchpoint of the map.

    ``touchpoints`` are those it is, in map order; ``failing`` those of them that it is as an event gone wrong.
    """

    name: str
    properties: Mapping[str, Cell]
    channel: str | None
    stage: int
    touchpoints: tuple[int, ...]
    starts: bool = False
    succeeds: bool = False
    fails: bool = False
    failing: tuple[int, ...] = ()
    ignored: bool = False


@dataclass(frozen=True)
class Shapes:
    """All shapes of a map; ``of_touchpoint[i]`` are indexes of the shapes of its ``i``-th touchpoint in map order."""

    all: tuple[Shape, ...]
    of_touchpoint: tuple[tuple[int, ...], ...]
    of_stage: tuple[tuple[int, ...], ...]
    """Indexes of touchpoints that can be played, per stage."""
    columns: tuple[str, ...]
    """Properties that some shape carries and that have no column anyway, in alphabetical order."""
    channel_matters: bool
    """Whether some rule tests the channel."""


def holds(condition: Condition, properties: Mapping[str, Cell]) -> bool:
    """Say whether one event satisfies ``condition``; a missing value satisfies only ``unknown``."""
    cell = properties.get(condition.property)
    wanted = condition.value
    if condition.operator in ("known", "unknown"):
        return (cell is None) == (condition.operator == "unknown")
    if cell is None:
        return False
    match condition.operator:
        case "=":
            return _same(cell, wanted)
        case "!=":
            return not _same(cell, wanted)
        case "in":
            return isinstance(wanted, tuple) and any(_same(cell, one) for one in wanted)
        case "contains":
            return str(wanted) in str(cell)
        case "starts_with":
            return str(cell).startswith(str(wanted))
    if isinstance(cell, str) or isinstance(wanted, str | tuple) or wanted is None:
        return False
    match condition.operator:
        case ">":
            return cell > wanted
        case ">=":
            return cell >= wanted
        case "<":
            return cell < wanted
    return cell <= wanted


def _same(cell: object, wanted: object) -> bool:
    if isinstance(cell, str) or isinstance(wanted, str):
        return str(cell) == str(wanted)
    return cell == wanted


def matches(rule: Rule | None, name: str, properties: Mapping[str, Cell]) -> bool:
    """Say whether one event satisfies ``rule``; no rule matches nothing."""
    return rule is not None and any(
        _names(alternative, name) and all(holds(condition, properties) for condition in alternative.where)
        for alternative in rule.any_of
    )


def _names(alternative: EventMatch, name: str) -> bool:
    return not alternative.names or any(
        name.startswith(one[:-1]) if one.endswith("*") else name == one for one in alternative.names
    )


def shapes_of(map: JourneyMap, names: Sequence[str] = ()) -> Shapes:
    """Give the events to play for every touchpoint of ``map``: those with one of ``names``, all where it is empty.

    An event that touchpoints of two stages would claim is not played, because where it belongs would then depend
    on the reading. UsageError when a stage has no event left.
    """
    planned = [(number, touchpoint) for number, stage in enumerate(map.stages) for touchpoint in stage.touchpoints]
    found: dict[tuple[str, tuple[tuple[str, Cell], ...]], int] = {}
    shapes: list[Shape] = []
    of_touchpoint: list[tuple[int, ...]] = []
    for stage, touchpoint in planned:
        mine: list[int] = []
        for name, properties in _candidates(touchpoint):
            claimed = tuple(i for i, (_s, other) in enumerate(planned) if _claims(other, name, properties))
            if {planned[i][0] for i in claimed} != {stage} or len(mine) == MAX_SHAPES or (names and name not in names):
                continue
            key = (name, tuple(sorted(properties.items(), key=lambda pair: pair[0])))
            if key not in found:
                found[key] = len(shapes)
                shapes.append(_shape(map, name, properties, stage, claimed, touchpoint.channel))
            mine.append(found[key])
        of_touchpoint.append(tuple(dict.fromkeys(mine)))
    shapes = [_with_failures(shape, planned) for shape in shapes]
    of_stage = tuple(
        tuple(i for i, (stage, _t) in enumerate(planned) if stage == number and of_touchpoint[i])
        for number in range(len(map.stages))
    )
    _refuse_empty(map, of_stage)
    columns = sorted({key for shape in shapes for key in shape.properties} - RESERVED)
    tested = {test.property for rule in _rules(map) if rule for one in rule.any_of for test in one.where}
    return Shapes(tuple(shapes), tuple(of_touchpoint), of_stage, tuple(columns), "channel" in tested)


def _claims(touchpoint: Touchpoint, name: str, properties: Mapping[str, Cell]) -> bool:
    return matches(touchpoint.rule, name, properties) or matches(touchpoint.fails_when, name, properties)


def _with_failures(shape: Shape, planned: Sequence[tuple[int, Touchpoint]]) -> Shape:
    seen = dict(shape.properties) if shape.channel is None else {"channel": shape.channel, **shape.properties}
    failing = tuple(i for i in shape.touchpoints if matches(planned[i][1].fails_when, shape.name, seen))
    return replace(shape, failing=failing)


def unplanned(map: JourneyMap, wanted: Iterable[str]) -> list[str]:
    """Give those of the names ``wanted`` that, without properties, match no touchpoint and no rule of the trip."""
    return [name for name in wanted if not any(matches(rule, name, {}) for rule in _rules(map))]


def _rules(map: JourneyMap) -> list[Rule | None]:
    points = [touchpoint for stage in map.stages for touchpoint in stage.touchpoints]
    rules = [rule for point in points for rule in (point.rule, point.fails_when)]
    return [*rules, map.trip.starts_when, map.trip.succeeds_when, map.trip.fails_when]


def _shape(
    map: JourneyMap,
    name: str,
    properties: Mapping[str, Cell],
    stage: int,
    claimed: tuple[int, ...],
    planned_channel: str | None,
) -> Shape:
    channel = properties.get("channel")
    return Shape(
        name=name,
        properties={key: cell for key, cell in properties.items() if key != "channel"},
        channel=planned_channel if channel is None else str(channel),
        stage=stage,
        touchpoints=claimed,
        starts=map.trip.starts_when is None or matches(map.trip.starts_when, name, properties),
        succeeds=matches(map.trip.succeeds_when, name, properties),
        fails=matches(map.trip.fails_when, name, properties),
        ignored=matches(map.ignore, name, properties),
    )


def _refuse_empty(map: JourneyMap, of_stage: tuple[tuple[int, ...], ...]) -> None:
    for stage, playable in zip(map.stages, of_stage, strict=True):
        if not playable:
            raise UsageError(
                _("The map cannot be played: no event belongs to the stage “{stage}” alone.").format(stage=stage.id),
                value=stage.id,
                expected=_("Give each stage a touchpoint whose events no other stage claims."),
            )


def _candidates(touchpoint: Touchpoint) -> Iterator[tuple[str, dict[str, Cell]]]:
    channel = touchpoint.channel
    rules = [rule for rule in (touchpoint.rule, touchpoint.fails_when) if rule]
    for alternative in (one for rule in rules for one in rule.any_of):
        names = [name[:-1] + "1" if name.endswith("*") else name for name in alternative.names] or [touchpoint.id]
        conditions: dict[str, list[Condition]] = {}
        for condition in alternative.where:
            conditions.setdefault(condition.property, []).append(condition)
        choices = [list(_cells(tests)) for tests in conditions.values()]
        for name, cells in product(names, product(*choices)):
            properties = {key: cell for key, cell in zip(conditions, cells, strict=True) if cell is not None}
            # The channel is a property of the event too: a rule elsewhere may test it.
            if "channel" not in conditions and channel is not None:
                properties["channel"] = channel
            yield name, properties


def _cells(tests: list[Condition]) -> Iterator[Cell | None]:
    """Propose values of one property that satisfy all of its conditions; None means that it is absent."""
    proposals: list[Cell | None] = [None]
    for test in tests:
        value = test.value
        if isinstance(value, tuple):
            proposals += value
        elif isinstance(value, bool) or value is None:
            proposals += [True, False, "x"]
        elif isinstance(value, str):
            proposals += [value, f"{value}1", f"other-{value}"]
        else:
            proposals += [value, value + 1, value - 1, value + 0.5, value - 0.5]
    shared = tests[0].property
    for cell in dict.fromkeys(proposals):
        row = {} if cell is None else {shared: cell}
        if all(holds(test, row) for test in tests):
            yield cell
