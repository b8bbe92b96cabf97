"""Events grouped so that one group satisfies the same rules: what a compiled loop then looks up per event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parcours.engine.plan import Plan
from parcours.engine.predicates import Rule, evaluate, name_lookup, rule_columns
from parcours.engine.table import Bools, EventTable, Int32s, Int64s

STARTS, SUCCEEDS, FAILS, UNPLANNED = 1, 2, 4, 8


@dataclass(frozen=True)
class Kinds:
    """``kind`` per event; then per kind its event ``name``, ``flags`` and the touchpoints it counts on.

    ``flags`` are ``STARTS`` | ``SUCCEEDS`` | ``FAILS`` as the plan's rules say, and ``UNPLANNED`` for events that
    match nothing of the plan and are not ignored. ``at_point[i]`` says which kinds are touchpoint ``i``,
    ``gone_wrong[i]`` which are it gone wrong. The touchpoints of kind k are ``listed[first[k]:first[k + 1]]``,
    ascending. ``ignored`` are the kinds that the plan leaves out.
    """

    kind: Int32s
    name: Int32s
    flags: npt.NDArray[np.uint8]
    at_point: tuple[Bools, ...]
    gone_wrong: tuple[Bools | None, ...]
    first: Int64s
    listed: Int64s
    ignored: Bools

    def __len__(self) -> int:
        return len(self.name)


def plan_rules(plan: Plan) -> list[Rule]:
    """Return every rule of ``plan``: touchpoints, their failures, then start, success, failure, ignore."""
    optional = [point.fails_when for point in plan.touchpoints]
    optional += [plan.starts_when, plan.succeeds_when, plan.fails_when, plan.ignore]
    return [point.rule for point in plan.touchpoints] + [rule for rule in optional if rule is not None]


def plan_columns(plan: Plan) -> set[str]:
    """Return the properties that the plan's rules and the key of its trips read."""
    found = {name for rule in plan_rules(plan) for name in rule_columns(rule)}
    return found | {plan.key} if plan.key is not None else found


def sort_into_kinds(plan: Plan, table: EventTable) -> Kinds:
    """Group the events of ``table`` by the rules of ``plan`` that they satisfy."""
    kind, name, holds = _refined(plan_rules(plan), table)
    found = iter(holds)
    at_point = tuple(next(found) for _point in plan.touchpoints)
    gone_wrong = tuple(None if point.fails_when is None else next(found) for point in plan.touchpoints)
    flags = np.zeros(len(name), np.uint8)
    for rule, bit in ((plan.starts_when, STARTS), (plan.succeeds_when, SUCCEEDS), (plan.fails_when, FAILS)):
        if rule is not None:
            flags[next(found)] |= np.uint8(bit)
    planned = flags != 0
    ignored = next(found, np.zeros(len(name), np.bool_))  # what is left is the rule of what to ignore
    for one in (*at_point, ignored):
        planned |= one
    flags[~planned] |= np.uint8(UNPLANNED)
    first, listed = _touchpoints_by_kind(at_point, len(name))
    return Kinds(kind, name, flags, at_point, gone_wrong, first, listed, ignored)


def _refined(rules: Sequence[Rule], table: EventTable) -> tuple[Int32s, Int32s, list[Bools]]:
    """Give the kind of each event, the name of each kind, and for each rule the kinds that satisfy it.

    While rules ask for names only, a kind is an event name and nothing as long as the log is made. Each rule with
    conditions splits the kinds by whether it holds.
    """
    from parcours.engine import _journey_kernels as kernels

    kind, names = table.name, np.arange(len(table.names), dtype=np.int32)
    by_name = [name_lookup(rule, table.names) for rule in rules]
    waiting = [index for index, found in enumerate(by_name) if found is None]
    split: list[Bools] = []
    spare: Int32s | None = None
    for index in waiting:
        fresh = np.empty(len(kind), np.int32) if spare is None else spare
        codes = np.empty(2 * len(names), np.int32)
        count = kernels.refine_kinds(kind, evaluate(rules[index], table), fresh, codes, len(names))
        spare = kind if kind is not table.name else None
        kind = fresh
        parent = np.empty(count, np.int64)
        used = np.flatnonzero(codes >= 0)
        parent[codes[used]] = used
        names = names[parent >> 1]
        split = [earlier[parent >> 1] for earlier in split]
        split.append((parent & 1).astype(np.bool_))
    conditional = iter(split)
    return kind, names, [next(conditional) if found is None else found[names] for found in by_name]


def _touchpoints_by_kind(at_point: Sequence[Bools], kinds: int) -> tuple[Int64s, Int64s]:
    members = [np.flatnonzero(holds) for holds in at_point]
    owners = np.concatenate([np.empty(0, np.int64), *members])
    points = np.repeat(np.arange(len(members)), [len(found) for found in members])
    order = np.argsort(owners, kind="stable")
    first = np.zeros(kinds + 1, np.int64)
    np.cumsum(np.bincount(owners, minlength=kinds), out=first[1:])
    return first, points[order].astype(np.int64)
