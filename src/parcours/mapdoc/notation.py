"""Plain data as JSON and as YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from parcours.mapdoc.yaml_source import plain_value

_PLAIN_YAML = re.compile(r"[^\W\d_][\w .()’/+-]*", re.UNICODE)
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def write_json(data: Any) -> str:
    """Return ``data`` as JSON, two spaces a level, one field a line."""
    return json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def write_yaml(data: Mapping[str, Any]) -> str:
    """Return ``data`` as block YAML; every text that YAML might take for something else stands in double quotes."""
    return "\n".join(_yaml_lines(data, 0)) + "\n"


def _yaml_lines(value: Any, level: int) -> list[str]:
    lines: list[str] = []
    indent = "  " * level
    if isinstance(value, Mapping):
        for name, inner in value.items():
            head = f"{indent}{_yaml_text(name)}:"
            lines += _yaml_after(head, inner, level)
        return lines
    for inner in value:
        nested = _yaml_lines(inner, level + 1) if isinstance(inner, Mapping | list) else [_yaml_scalar(inner)]
        lines += [f"{indent}- {nested[0].lstrip()}", *nested[1:]]
    return lines


def _yaml_after(head: str, value: Any, level: int) -> list[str]:
    if isinstance(value, Mapping):
        return [head, *_yaml_lines(value, level + 1)]
    if isinstance(value, list):
        if all(not isinstance(one, Mapping | list) for one in value):
            return [f"{head} [{', '.join(_yaml_scalar(one) for one in value)}]"]
        return [head, *_yaml_lines(value, level + 1)]
    return [f"{head} {_yaml_scalar(value)}"]


def _yaml_scalar(value: Any) -> str:
    if isinstance(value, str):
        return _yaml_text(value)
    return json.dumps(value, allow_nan=False)


def _yaml_text(text: str) -> str:
    if _PLAIN_YAML.fullmatch(text) and text == text.strip() and isinstance(plain_value(text), str):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
