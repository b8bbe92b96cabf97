"""Write docs/reference/map.md and catalogue.md from the schema of map documents, the templates and the catalogue.

python tools/map_reference.py            write the pages
python tools/map_reference.py --check    change nothing; fail where a page is stale
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
sys.path.insert(0, str(ROOT / "src"))

from parcours.mapdoc.catalogue import Friction, frictions, stage_kinds  # noqa: E402
from parcours.mapdoc.reading import dump_map, parse_map  # noqa: E402
from parcours.mapdoc.templates import load_template, template_names  # noqa: E402
from parcours.mapdoc.text import Text  # noqa: E402
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
- Every id is unique among its kind in the whole map, and everything that is named by its id exists: owners, channels,
  stages, touchpoints, steps of the same stage, personas, evidence, pain points, opportunities, metrics, other journeys,
  frictions of the [catalogue](catalogue.md). `parcours map validate` also opens the other maps that `journeys` names.
- Days are written `2026-11-27` and exist in the calendar. Links lead to http or https, also those in a `process`.
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


WHOLE = """
id: studio
title: {fr: Le parcours de nos clients, en: Our customers' journey}
version: 2026-11
owner: sales
review_due: 2027-02-01
owners: [{id: sales, name: Commercial}, {id: legal, name: Juridique}]
stages:
  - id: decision
    name: Décision
    steps: [{id: read, name: Je lis le devis}, {id: answer, name: Je réponds}]
    touchpoints:
      - id: quote
        name: Devis
        matches: quote_sent
        step: read
        initiator: company
        receiver: customer
        layer: frontstage
        importance_to_customer: 5
        raci: {responsible: [sales], accountable: sales, consulted: [legal]}
        process: "**Le jour même.** Le message dit ce qui a été compris : [modèle](https://example.com/quote)"
    metrics:
      - {id: accepted, kind: ratio, numerator: quote_accepted, denominator: quote_sent, target: 0.4, direction: up}
      - {id: worth, kind: value, numerator: purchase, currency: EUR, target: 900, direction: up}
personas:
  - id: founder
    name: Fondatrice pressée
    goals: [Savoir vite si c’est pour moi]
    frustrations: [Devoir relancer]
    quote: Je n’ai pas le temps de relancer.
    evidence_level: researched
    evidence: [talks]
evidence:
  - {id: talks, kind: interview, title: Entretiens de printemps, date: 2026-03-31, people: 8, personas: [founder]}
pain_points:
  - id: slow-quote
    name: Le devis se fait attendre
    touchpoint: quote
    severity: 4
    share: 0.25
    source: Journal de mars
    friction: quote-without-answer
    evidence: [talks]
opportunities:
  - id: template
    name: Un modèle de devis
    pain_points: [slow-quote]
    customer_value: 80
    business_value: 60
    effort: 2
    confidence: 0.8
    owner: sales
actions:
  - id: same-day
    name: Devis le jour même
    opportunity: template
    owner: sales
    status: doing
    due: 2026-12-15
    metric: accepted
"""

CATALOGUE_HEAD = """\
# The catalogue of frictions

<!-- Written by tools/map_reference.py from src/parcours/mapdoc/catalogue.json: edit that, then run it. -->

What commonly goes wrong in each of the eight stages of a journey, how it shows, what helps, and what to measure, in
French and English. It is shipped with Parcours and is not part of a map; a pain point of a map names one of these by
its id.

```console
$ parcours map catalogue                      # every friction, stage by stage
$ parcours map catalogue --stage purchase     # what helps there, and where the figures come from
$ parcours map catalogue --stage purchase --json
```

```yaml
pain_points:
  - {id: account, name: On demande un compte, stage: purchase, friction: forced-account, severity: 4, share: 0.25}
```

In Python: `pc.catalogue("purchase")` gives frozen values with `.problem`, `.signs`, `.solutions`, `.measure`,
`.metric`, `.share` and `.figures`; texts are read with `.in_language("en")`.

**The figures are not ours.** Each names where it was read. Where the source does not name its survey, the figure is an
order of magnitude: put your own in its place as soon as your log has it. The metrics are written as a map document
writes them; replace their event names by yours, and set the target yourself where none is given.
"""


def pages() -> Mapping[Path, str]:
    """Return the text of each page."""
    return {REFERENCE / "map.md": map_page(), REFERENCE / "catalogue.md": catalogue_page()}


def catalogue_page() -> str:
    """Return the page of the catalogue."""
    parts = [CATALOGUE_HEAD]
    for kind in stage_kinds():
        parts += [f"## {_english(kind.name)} (`{kind.id}`)", ""]
        for one in frictions(kind.id):
            parts += [*_friction(one), ""]
    return _squeezed("\n".join(parts)) + "\n"


def _friction(one: Friction) -> Iterator[str]:
    share = "" if one.share is None else f", {one.share:.0%}"
    yield f"### {_english(one.problem)} (`{one.id}`{share})"
    yield ""
    yield _english(one.signs)
    yield ""
    yield from (f"- {_english(solution)}" for solution in one.solutions)
    yield ""
    yield f"Measure: {_english(one.measure)}"
    if one.metric is not None:
        yield f"`{json.dumps(one.metric, ensure_ascii=False)}`"
    for figure in one.figures:
        yield ""
        yield f"> {_english(figure.says)} *{_english(figure.source)}*"


def _english(text: Text) -> str:
    return text.in_language("en")


def map_page() -> str:
    """Return the page of the map document."""
    schema = map_schema()
    example = parse_map(EXAMPLE, file="example", format="yaml")
    whole = parse_map(WHOLE, file="example", format="yaml")
    parts = [HEAD, "```yaml", dump_map(example, "yaml").rstrip(), "```", ""]
    parts += ["## With what the team knows and does", "", "```yaml", dump_map(whole, "yaml").rstrip(), "```", ""]
    parts += ["## Fields", "", *_fields(schema, schema)]
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
    """Write the pages, or check them; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing, fail where a page is stale")
    check = parser.parse_args(arguments).check
    stale = {path: text for path, text in pages().items() if not path.exists() or path.read_text("utf-8") != text}
    for path, text in stale.items():
        if check:
            print(f"{path.relative_to(ROOT)} is stale: run python tools/map_reference.py")
        else:
            path.write_text(text, "utf-8")
            print(f"{path.relative_to(ROOT)} is written.")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
