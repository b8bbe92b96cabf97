"""Schema violations as plain sentences, with the wrong value and the right form; never jsonschema's own English."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from parcours.engine.predicates import nearest
from parcours.language.errors import shorten
from parcours.language.formats import quoted
from parcours.language.translation import _

Phrase = tuple[str, str | None]
"""What is wrong, and the right form."""


def wrong_type(value: object, schema: Mapping[str, Any]) -> Phrase:
    """A value of another type than the schema wants."""
    wanted = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    message = _("Needed here: {wanted}; found: {found}.").format(
        wanted=_either([_type_name(kind) for kind in wanted]), found=_found(value)
    )
    return message, _example(schema)


def missing_field(name: str, schema: Mapping[str, Any]) -> Phrase:
    """A required field that is not there."""
    return _("The field “{name}” is missing.").format(name=name), _example(schema, name)


def unknown_field(name: str, known: Sequence[str]) -> Phrase:
    """A field that the schema does not have here."""
    return _("Unknown field “{name}”.").format(name=shorten(name)), choices(name, known)


def unknown_value(value: object, known: Sequence[object]) -> Phrase:
    """A value out of a closed list."""
    words = [str(one) for one in known]
    return _("{value} is not known here.").format(value=_shown(value)), choices(str(value), words)


def out_of_range(value: float, schema: Mapping[str, Any]) -> Phrase:
    """A number outside its bounds; a share given as percentage is recognised."""
    low, high = schema["minimum"], schema.get("maximum")
    if high is None:
        return (
            _("{value} is outside the scale.").format(value=_plain_number(value)),
            _("A number of {low} or more.").format(low=low),
        )
    right = _("A number from {low} to {high}; the nearest is {nearest}.")
    if (low, high) == (0, 1):
        if 1 < value <= 100:
            share = _plain_number(value / 100)
            return (
                _("{value} is above 1.").format(value=_plain_number(value)),
                _("Write {value}% as the share {share}.").format(value=_plain_number(value), share=share),
            )
        right = _("A share from 0 to 1, such as 0.25 for a quarter; the nearest is {nearest}.")
    message = _("{value} is outside the scale.").format(value=_plain_number(value))
    return message, right.format(low=low, high=high, nearest=min(max(value, low), high))


def wrong_size(validator: str, limit: int, schema: Mapping[str, Any], size: int) -> Phrase:
    """A text, list or object that is empty or too long."""
    if validator in ("minItems", "minProperties", "minLength"):
        return _("This is empty."), _example(schema)
    if validator == "maxLength":
        return _("This text has {size} characters; {limit} are the most.").format(size=size, limit=limit), None
    return _("This list has {size} entries; {limit} are the most.").format(size=size, limit=limit), None


def wrong_pattern(value: str, schema: Mapping[str, Any]) -> Phrase:
    """A text that is blank, or an id with characters that ids do not have."""
    if schema["pattern"] == "\\S":
        return _("This text is blank."), _example(schema)
    if "title" not in schema or schema["title"] != "Id":
        return _("{value} does not have the form needed here.").format(value=_shown(value)), _example(schema)
    return (
        _("{value} cannot be an id.").format(value=_shown(value)),
        _("Ids have letters without accents, digits, “-”, “_” and “.”, 64 at most: for example “{id}”.").format(
            id=id_from(value, limit=64)
        ),
    )


def wrong_version(value: object, right: str) -> Phrase:
    """Another format version than ours."""
    return (
        _("{value} is not a version of this format that can be read.").format(value=_shown(value)),
        _("Write “{right}”, or leave the field out.").format(right=right),
    )


def later_version(value: str, newest: str) -> Phrase:
    """A format version that was made after this program."""
    return (
        _("{value} is a later version of this format than this Parcours reads.").format(value=_shown(value)),
        _("Install a newer Parcours; this one reads up to “{newest}”.").format(newest=newest),
    )


def field_of_newer_version(name: str, newest: str) -> Phrase:
    """A field that the version named by the document did not have yet."""
    return (
        _("Version 1 of this format has no field “{name}”.").format(name=shorten(name)),
        _("Write “{newest}” as “$schema”: that version has it.").format(newest=newest),
    )


def evidence_of_version_one(text: str) -> Phrase:
    """The one text that version 1 called evidence."""
    return (
        _("Needed here: {wanted}; found: {found}.").format(wanted=_type_name("array"), found=_found(text)),
        _("A text that says where the map comes from is called “origin” since version 2."),
    )


def must_be_true(value: object) -> Phrase:
    """The tests ``known`` and ``unknown`` say nothing but true."""
    return (
        _("Needed here: true; found: {found}.").format(found=_found(value)),
        _("For the contrary, use the other of “known” and “unknown”."),
    )


def choices(word: str, known: Iterable[str], most: int = 12) -> str:
    """Say what could have been meant, likeliest first."""
    every = list(dict.fromkeys(known))
    if not every:
        return _("There are none to choose from here.")
    near = nearest(word[:60], every)
    listed = list(dict.fromkeys([*near, *every]))[:most]
    text = ", ".join(quoted(shorten(one, 64)) for one in listed) + (", …" if len(listed) < len(every) else "")
    if near:
        return _("Nearest first: {list}.").format(list=text)
    return _("Valid here: {list}.").format(list=text)


def id_from(text: str, limit: int = 40, otherwise: str = "id") -> str:
    """Make a valid id out of any text: “Étape n° 1” becomes ``etape-n-1``."""
    flat = unicodedata.normalize("NFKD", text[:400]).encode("ascii", "ignore").decode("ascii")
    words = re.sub(r"[^a-z0-9]+", "-", flat.lower()).strip("-")
    return words[:limit].strip("-") or otherwise


def _type_name(kind: str) -> str:
    return {
        "string": _("a text"),
        "number": _("a number"),
        "integer": _("a whole number"),
        "boolean": _("true or false"),
        "array": _("a list"),
        "object": _("an object with fields"),
        "null": _("nothing (null)"),
    }[kind]


def _found(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return "null" if value is None else str(value).lower()
    for python, kind in ((str, "string"), (int, "number"), (float, "number"), (list, "array"), (dict, "object")):
        if isinstance(value, python):
            shown = f" ({_shown(value)})" if isinstance(value, str | int | float) else ""
            return _type_name(kind) + shown
    return type(value).__name__


def _shown(value: object) -> str:
    if isinstance(value, str):
        return quoted(shorten(value))
    if isinstance(value, bool) or value is None:
        return _found(value)
    return _plain_number(value) if isinstance(value, int | float) else _found(value)


def _plain_number(value: float) -> str:
    return f"{value:.12g}"


def _either(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return _("{list} or {last}").format(list=", ".join(names[:-1]), last=names[-1])


def _example(schema: Mapping[str, Any], name: str | None = None) -> str | None:
    if not schema.get("examples"):
        return None
    example = json.dumps(schema["examples"][0], ensure_ascii=False)
    return _("For example: {example}").format(example=f'"{name}": {example}' if name else example)
