"""Write docs/reference/map.md from the schema of map documents and the templates.

python tools/map_reference.py            write the page
python tools/map_reference.py --check    change nothing; fail where the page is stale
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "map.md"
sys.path.insert(0, str(ROOT / "src"))

from parcours.mapdoc.reading import dump_map, parse_map  # noqa: E402
from parcours.mapdoc.templates import load_template, template_names  # noqa: E402
from parcours.mapdoc.versions import map_schema  # noqa: E402

HEAD = """\
# The map document

<!-- Written by tools/map_reference.py from src/parcours/mapdoc/schema/map-2.json: edit that, then run it. -->

A journey map is one JSON or YAML document: the stages of a journey in order, the touchpoints of each stage, who owns
them, which events of a log are them, and what a trip through the map is. Start from a template with
`parcours map new our-map.yaml`, or from your own log with `parcours map discover`; `parcours map validate` names every
problem at once, with its line, its field and the right form.

The JSON Schema is `urn:parcours:map:2`, shipped as `parcours/mapdoc/schema/map-2.json`. A document that says
`urn:parcours:map:1` is checked against the first schema and carried over as it is read (its `evidence`, one text,
becomes `origin`); what is written is always the newest version. A document that names no version is read as the newest.

- Files are UTF-8 and end with `.json`, `.yaml` or `.yml`; 10 million characters of JSON and 2 million of YAML at most.
- Every id is unique among its kind in the whole map, and every owner and channel that is named exists.
- YAML is read as JSON would be: anchors, aliases and tags are refused, a date stays the text that was written, and
  `yes` and `no` are texts. Quote event names that look like numbers.
- A field that is not listed here is an error, never skipped.

## A small map
"""

EXAMPLE = """
id: studio
title: {fr: Le parcours de nos clients, en: Our customers' journey}
channels: [{id: web, name: Site web, icon: web}]
owners: [{id: sales, name: Commercial}]
trip: {succeeds_when: purchase, fails_when: [quote_refused], timeout: 30d}
stages:
  - id: discovery
    name: Découverte
    goal: Je veux savoir si c’est pour moi
    touchpoints:
      - id: prices
        name: Page des tarifs
        matches: [{event: page_viewed, where: {page: prices}}]
        channel: web
        owner: sales
    metrics: [{id: discovery-leak, kind: leak, target: 0.4, direction: down}]
  - id: purchase
    name: Achat
    touchpoints: [{id: payment, name: Paiement, matches: purchase, moment_of_truth: true, expected_emotion: 0.5}]
"""

TYPES = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "true or false",
    "array": "list",
    "object": "object",
}


def page() -> str:
    """Return the whole page."""
    schema = map_schema()
    example = parse_map(EXAMPLE, file="example", format="yaml")
    parts = [HEAD, "```yaml", dump_map(example, "yaml").rstrip(), "```", "", "## Fields", "", *_fields(schema, schema)]
    for name, part in schema["$defs"].items():
        parts += ["", f"(map-{name})=", f"## {part['title']}", "", part["description"], ""]
        if "properties" in part:
            parts += [*_fields(part, schema), ""]
        if part.get("examples"):
            parts += [
                "Examples: " + " · ".join(f"`{json.dumps(one, ensure_ascii=False)}`" for one in part["examples"]),
                "",
            ]
    parts += ["", *_templates()]
    return _squeezed("\n".join(parts)) + "\n"


def _fields(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    required = part.get("required", ())
    yield "| field | value | meaning |"
    yield "|---|---|---|"
    for name, field in part["properties"].items():
        value = _value(field, schema)
        needed = " **Required.**" if name in required else ""
        default = f" Default: `{json.dumps(field['default'])}`." if "default" in field else ""
        yield f"| `{name}` | {value} | {field['description']}{needed}{default} |"


def _value(field: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].removeprefix("#/$defs/")
        return f"[{schema['$defs'][name]['title'].lower()}](#map-{name})"
    if "enum" in field:
        return ", ".join(f"`{one}`" for one in field["enum"])
    if "const" in field:
        return f"`{json.dumps(field['const'])}`"
    kinds = field["type"] if isinstance(field["type"], list) else [field["type"]]
    if kinds == ["array"] and "$ref" in field["items"]:
        most = f", {field['maxItems']} at most" if "maxItems" in field else ""
        return f"list of {_value(field['items'], schema)}{most}"
    return " or ".join(TYPES[kind] for kind in kinds)


def _templates() -> Iterator[str]:
    yield "## Templates"
    yield ""
    yield "| template | title | stages | touchpoints |"
    yield "|---|---|---|---|"
    for name in template_names():
        document = load_template(name)
        points = sum(len(stage.touchpoints) for stage in document.stages)
        yield f"| `{name}` | {document.title.in_language('en')} | {len(document.stages)} | {points} |"
    yield ""
    yield "The events that each of them looks for, under the names of the tools that send them, are on {doc}`events`."


def _squeezed(text: str) -> str:
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.rstrip()


def main(arguments: list[str]) -> int:
    """Write the page, or check it; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing, fail where the page is stale")
    check = parser.parse_args(arguments).check
    text = page()
    if PAGE.exists() and PAGE.read_text("utf-8") == text:
        return 0
    if check:
        print(f"{PAGE.relative_to(ROOT)} is stale: run python tools/map_reference.py")
        return 1
    PAGE.write_text(text, "utf-8")
    print(f"{PAGE.relative_to(ROOT)} is written.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
