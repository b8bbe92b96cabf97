"""Rules that say which events are meant: names, and conditions over columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Operator = Literal["=", "!=", ">", ">=", "<", "<=", "in", "contains", "starts_with", "known", "unknown"]
Operand = str | float | bool | tuple[str | float, ...] | None


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of one property. A missing value satisfies only ``unknown`` (and never ``!=``)."""

    property: str
    operator: Operator
    value: Operand = None


@dataclass(frozen=True, slots=True)
class EventMatch:
    """Events with one of ``names`` (any name when empty) for which every condition of ``where`` holds.

    A name that ends with ``*`` stands for every name that begins so.
    """

    names: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """Events that satisfy at least one of the alternatives."""

    any_of: tuple[EventMatch, ...]
