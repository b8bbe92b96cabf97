"""Rules of event matches, from the plain data of a document and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from parcours.engine.predicates import Condition, EventMatch, Operand, Operator, Rule
from parcours.mapdoc.plain_values import Plain, plain_number


def rule_in(holder: Plain, field: str) -> Rule | None:
    """Return the rule in ``field``, None where it is not given."""
    return build_rule(holder[field]) if field in holder else None


def build_rule(data: Any) -> Rule:
    """Return the rule of a ``matches`` or ``succeeds_when``: a list of event matches, or a single one."""
    return Rule(tuple(_read_match(one) for one in (data if isinstance(data, list) else [data])))


def _read_match(data: str | Plain) -> EventMatch:
    if isinstance(data, str):
        return EventMatch((data,))
    names = data.get("event", ())
    where = data.get("where", ())
    groups: Sequence[Plain] = where if isinstance(where, list | tuple) else [where]
    return EventMatch(
        names=(names,) if isinstance(names, str) else tuple(names),
        where=tuple(
            condition for group in groups for name, tests in group.items() for condition in _conditions(name, tests)
        ),
    )


def _conditions(name: str, tests: Any) -> list[Condition]:
    if isinstance(tests, list):
        return [Condition(name, "in", tuple(_operand(value) for value in tests))]
    if not isinstance(tests, dict):
        return [Condition(name, "=", _operand(tests))]
    return [Condition(name, cast(Operator, operator), _tested(operator, value)) for operator, value in tests.items()]


def _tested(operator: str, value: Any) -> Operand:
    if operator in ("known", "unknown"):
        return None
    if operator == "in":
        return tuple(_operand(one) for one in value)
    return _operand(value)


def _operand(value: str | float | bool) -> str | float | bool:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def plain_rule(rule: Rule | None) -> list[Any] | None:
    """Return a rule as the list of event matches that a document holds."""
    return None if rule is None else [_write_match(match) for match in rule.any_of]


def _write_match(match: EventMatch) -> Any:
    if not match.where and len(match.names) == 1:
        return match.names[0]
    data: dict[str, Any] = {}
    if match.names:
        data["event"] = match.names[0] if len(match.names) == 1 else list(match.names)
    elif not match.where:
        data["event"] = "*"
    if match.where:
        data["where"] = _where(match.where)
    return data


def _where(conditions: Iterable[Condition]) -> Any:
    """Write conditions as one object; as several where one could not hold them in their order."""
    groups: list[dict[str, dict[str, Any]]] = [{}]
    for condition in conditions:
        group = groups[-1]
        tests = group.get(condition.property)
        last = next(reversed(group), None)
        if tests is not None and (condition.property != last or condition.operator in tests):
            groups.append({})
            tests = None
        if tests is None:
            tests = groups[-1][condition.property] = {}
        tests[condition.operator] = _written_operand(condition)
    written = [{name: _short(tests) for name, tests in group.items()} for group in groups]
    return written[0] if len(written) == 1 else written


def _short(tests: dict[str, Any]) -> Any:
    """A single test for equality, or for one of several, needs no operator."""
    return next(iter(tests.values())) if list(tests) in (["="], ["in"]) else tests


def _written_operand(condition: Condition) -> Any:
    value = condition.value
    if condition.operator in ("known", "unknown"):
        return True
    if isinstance(value, tuple):
        return [plain_number(one) if isinstance(one, float | int) else one for one in value]
    return value if isinstance(value, str | bool) or value is None else plain_number(value)
