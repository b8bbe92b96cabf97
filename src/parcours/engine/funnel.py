"""The ordered funnel: how far people came through some steps, in order, within a time.

Attempts. A person's attempt begins at an event that fits step 1 and fills each further step with another event, in
order of time. One event fills one step, so A, A, B needs two A. Events at one instant have no order and serve in
whichever order helps the person; with a ``grace``, events that fit steps and follow one another by at most the grace
count as one instant, that of the first of them. The ``within`` window counts from step 1 and includes its end. The
person stands at the highest step of any attempt (``entry="any"``), or of those that begin at the instant of the
person's first step-1 event (``entry="first"``).

Equal to ClickHouse ``windowFunnel(w, 'strict_once')``, event for event, where entry and grace have their defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import EllipsisType
from typing import Literal

import numpy as np
import numpy.typing as npt

from parcours.engine.breakdown import Labels, events_at_the_edge, every_value, smallest_values
from parcours.engine.predicates import Rule, evaluate, name_lookup, person_of, property_column, rule_columns
from parcours.engine.results import FunnelResult, FunnelStep, Members
from parcours.engine.table import Bools, EventTable, Int64s
from parcours.language.errors import UsageError
from parcours.language.translation import _

MAX_STEPS = 64
Entry = Literal["any", "first"]

_NO_WINDOW = 1 << 61
_NO_EVENTS = np.empty(0, np.uint64)


@dataclass(frozen=True)
class FunnelPartial:
    """Counts of some persons: ``reached[k]`` persons came to step k, after ``spans[k]`` microseconds each (in parts).

    ``by_value`` is the same for the persons of each value of the breakdown.
    """

    reached: Int64s
    spans: tuple[tuple[Int64s, ...], ...]
    by_value: Mapping[str | None, FunnelPartial] = field(default_factory=dict)

    def __add__(self, other: FunnelPartial) -> FunnelPartial:
        by_value = dict(self.by_value)
        for value, part in other.by_value.items():
            by_value[value] = by_value[value] + part if value in by_value else part
        spans = tuple(left + right for left, right in zip(self.spans, other.spans, strict=True))
        return FunnelPartial(self.reached + other.reached, spans, by_value)


@dataclass(frozen=True)
class Levels:
    """How far each person of one table came.

    ``levels[p]`` steps were reached (0: not even step 1). ``reached[k]`` persons came to step k (counted from 0);
    ``spans[k, :reached[k]]`` are their times from step 1 to step k in microseconds, in the order of persons.
    ``low`` and ``high`` bound the events among which a person first reached the step that was asked for.
    """

    levels: npt.NDArray[np.int8]
    reached: Int64s
    spans: npt.NDArray[np.int64]
    low: Int64s
    high: Int64s


@dataclass(frozen=True)
class Funnel:
    """The question; see the module for its exact meaning. At most 64 steps of (label, rule), repeats allowed.

    ``within_us`` None means no limit. ``breakdown`` names a property, and ``breakdown_by`` which of a person's
    values counts: ``first`` or ``last``, at the person's first or last event that fits any step; ``step:k``, at the
    event with which the person first reached step k (counted from 1); ``all``, every value on an event that fits
    any step. Where several events at that instant qualify, the smallest known value counts. Values are written as
    text; None stands for a missing value, and for those who never reached step k.

    A step's time to convert is taken when the person first reaches the step: the time since the latest step 1 from
    which that was possible. Zero counts.
    """

    steps: tuple[tuple[str, Rule], ...]
    within_us: int | None = None
    entry: Entry = "any"
    grace_us: int = 0
    breakdown: str | None = None
    breakdown_by: str = "first"

    def __post_init__(self) -> None:
        if not 1 <= len(self.steps) <= MAX_STEPS:
            raise UsageError(
                _("A funnel has 1 to {limit} steps, not {count}.").format(limit=MAX_STEPS, count=len(self.steps)),
                value=len(self.steps),
            )
        if self.within_us is not None and self.within_us < 0:
            raise UsageError(_("The time to convert cannot be negative."), value=self.within_us)
        if self.grace_us < 0:
            raise UsageError(_("The grace cannot be negative."), value=self.grace_us)
        if self.entry not in ("any", "first"):
            raise UsageError(
                _("Unknown entry “{entry}”.").format(entry=self.entry),
                value=self.entry,
                expected=_("Use any or first."),
            )
        self.picked_step()

    def picked_step(self) -> int:
        """Return k (from 0) where ``breakdown_by`` is ``step:k``, else -1; UsageError for anything unknown."""
        if self.breakdown_by in ("first", "last", "all"):
            return -1
        kind, _colon, number = self.breakdown_by.partition(":")
        if kind == "step" and number.isdecimal() and 1 <= int(number) <= len(self.steps):
            return int(number) - 1
        raise UsageError(
            _("Unknown way to break down: “{way}”.").format(way=self.breakdown_by),
            value=self.breakdown_by,
            expected=_("Use first, last, all, or step:1 to step:{last}.").format(last=len(self.steps)),
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """Properties that the rules and the breakdown read."""
        read = {column for _label, rule in self.steps for column in rule_columns(rule)}
        return tuple(sorted(read | ({self.breakdown} if self.breakdown is not None else set())))

    def partial(self, table: EventTable) -> FunnelPartial:
        """Count the persons of one table."""
        found = self.levels(table)
        spans = tuple((found.spans[step, :count].copy(),) for step, count in enumerate(found.reached))
        if self.breakdown is None:
            return FunnelPartial(found.reached, spans)
        people, values, labels = self.values(table, found)
        entrants = found.levels[people] > 0
        by_value = dict(_by_value(found, people[entrants], values[entrants], labels))
        return FunnelPartial(found.reached, spans, by_value)

    def merge(self, left: FunnelPartial, right: FunnelPartial) -> FunnelPartial:
        """Add up the counts of two sets of persons."""
        return left + right

    def finish(self, partial: FunnelPartial) -> FunnelResult:
        """Turn counts into shares and medians. Values come by their entrants, most first, the missing one last."""
        values = sorted(
            partial.by_value.items(), key=lambda item: (item[0] is None, -int(item[1].reached[0]), item[0] or "")
        )
        return FunnelResult(
            steps=self._steps(partial),
            within_seconds=None if self.within_us is None else self.within_us / 1e6,
            entry=self.entry,
            breakdown=None if self.breakdown is None else tuple((value, self._steps(part)) for value, part in values),
            breakdown_note=self._note(),
        )

    def levels(self, table: EventTable) -> Levels:
        """Return how far each person of ``table`` came: the one source of counts and of members."""
        from parcours.engine import _funnel_kernels as kernels

        events = (
            np.ascontiguousarray(table.offsets, np.int64),
            np.ascontiguousarray(table.time_us, np.int64),
            np.ascontiguousarray(table.name, np.int32),
        )
        count = len(self.steps)
        window = _NO_WINDOW if self.within_us is None else min(self.within_us, _NO_WINDOW)
        limits = (count, window, min(self.grace_us, _NO_WINDOW), self.entry == "first", self._picked())
        lookups = [name_lookup(rule, table.names) for _label, rule in self.steps]
        mask_of = np.zeros(len(table.names), np.uint64)
        for step, lookup in enumerate(lookups):
            if lookup is not None:
                _mark(mask_of, step, lookup)
        if any(lookup is None for lookup in lookups):
            masks = np.take(mask_of, table.name) if len(table) else _NO_EVENTS
            for step, (_label, rule) in enumerate(self.steps):
                if lookups[step] is None:
                    _mark(masks, step, evaluate(rule, table))
            return Levels(*kernels.levels_general(*events, _NO_EVENTS, masks, True, *limits))
        if not (mask_of & (mask_of - np.uint64(1))).any():
            slot_of = np.full(len(table.names), count + 1, np.int8)
            for step, lookup in enumerate(lookups):
                slot_of[lookup] = step + 1
            return Levels(*kernels.levels_disjoint(*events, slot_of, *limits))
        return Levels(*kernels.levels_general(*events, mask_of, _NO_EVENTS, False, *limits))

    def values(self, table: EventTable, found: Levels) -> tuple[Int64s, Int64s, Labels]:
        """Return pairs (index of a person, index of a label) of the breakdown, and the labels; None is missing."""
        column = property_column(table, self.breakdown or "")
        if self.breakdown_by.startswith("step:"):
            events = np.flatnonzero(evaluate(self.steps[self._picked()][1], table)).astype(np.int64)
            people = person_of(table, events)
            return smallest_values(table, column, events[(events >= found.low[people]) & (events < found.high[people])])
        fits = evaluate(Rule(tuple(match for _label, rule in self.steps for match in rule.any_of)), table)
        if self.breakdown_by == "all":
            return every_value(table, column, np.flatnonzero(fits).astype(np.int64))
        edge: Literal["first", "last"] = "last" if self.breakdown_by == "last" else "first"
        return smallest_values(table, column, events_at_the_edge(table, fits, edge))

    def _picked(self) -> int:
        return self.picked_step() if self.breakdown is not None else -1

    def _steps(self, partial: FunnelPartial) -> tuple[FunnelStep, ...]:
        reached = [int(count) for count in partial.reached]
        return tuple(
            FunnelStep(
                name=label,
                persons=count,
                share_of_first=count / reached[0] if reached[0] else None,
                share_of_previous=count / reached[step - 1] if step and reached[step - 1] else None,
                median_seconds=float(np.median(np.concatenate(partial.spans[step])) / 1e6) if step and count else None,
            )
            for step, ((label, _rule), count) in enumerate(zip(self.steps, reached, strict=True))
        )

    def _note(self) -> str | None:
        if self.breakdown is None:
            return None
        if self.breakdown_by == "all":
            return _("A person counts under each value they had, so the sums exceed the totals.")
        if self.breakdown_by.startswith("step:"):
            return _("Those who did not reach step {step} have no value there.").format(step=self._picked() + 1)
        return None


@dataclass(frozen=True)
class FunnelMembers:
    """The persons who reached a step (counted from 1) of ``funnel``; as many as the funnel counts, always.

    With ``lost``, the persons who reached the step before and not this one. ``value`` narrows to one value of the
    funnel's breakdown (None: those without one).
    """

    funnel: Funnel
    step: int
    lost: bool = False
    value: str | EllipsisType | None = ...

    def __post_init__(self) -> None:
        lowest = 2 if self.lost else 1
        if not lowest <= self.step <= len(self.funnel.steps):
            raise UsageError(
                _("There is no step {step} to list.").format(step=self.step),
                value=self.step,
                expected=_("Use a number from {first} to {last}.").format(first=lowest, last=len(self.funnel.steps)),
            )
        if self.value is not ... and self.funnel.breakdown is None:
            raise UsageError(_("The funnel is not broken down, so it has no values."), value=self.value)

    @property
    def columns(self) -> tuple[str, ...]:
        """Properties that the rules read, and the breakdown's where a value is asked."""
        return (replace(self.funnel, breakdown=None) if self.value is ... else self.funnel).columns

    def partial(self, table: EventTable) -> Int64s:
        """List the persons of one table."""
        found = self.funnel.levels(table)
        chosen = found.levels == self.step - 1 if self.lost else found.levels >= self.step
        if self.value is not ...:
            people, values, labels = self.funnel.values(table, found)
            wanted = [code for code, label in enumerate(labels) if label == self.value]
            having = np.zeros(len(chosen), np.bool_)
            having[people[np.isin(values, wanted)]] = True
            chosen &= having
        return table.persons[chosen]

    def merge(self, left: Int64s, right: Int64s) -> Int64s:
        """Join two lists."""
        return np.concatenate((left, right))

    def finish(self, partial: Int64s) -> Members:
        """Put the persons in ascending order."""
        return Members(f"step:{self.step}:lost" if self.lost else f"step:{self.step}", np.sort(partial))


def _mark(masks: npt.NDArray[np.uint64], step: int, fits: Bools) -> None:
    """Set bit ``step`` where the step fits."""
    np.bitwise_or(masks, np.uint64(1 << step), out=masks, where=fits)


def _by_value(found: Levels, people: Int64s, values: Int64s, labels: Labels) -> list[tuple[str | None, FunnelPartial]]:
    """Split the counts by value; pairs (person, value) in any order, a person once per value."""
    steps = len(found.reached)
    order = np.argsort(values, kind="stable")
    cuts = np.flatnonzero(np.diff(values[order])) + 1
    ranks = [np.cumsum(found.levels > step) - 1 for step in range(steps)]  # where in spans[step] a person stands
    parts = []
    for group in np.split(order, cuts) if len(order) else []:
        here = [people[group][found.levels[people[group]] > step] for step in range(steps)]
        spans = tuple((found.spans[step, ranks[step][who]],) for step, who in enumerate(here))
        reached = np.array([len(who) for who in here], np.int64)
        parts.append((labels[int(values[group[0]])], FunnelPartial(reached, spans)))
    return parts
