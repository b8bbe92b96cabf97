"""Gather every text of src/parcours, of its code and its templates, and keep its French catalogue whole.

    python tools/translations.py            merge parts/*.po into parcours.po, write it sorted, with an
                                            empty msgstr for each text without French; compile it
    python tools/translations.py --check    change nothing; fail on anything missing, fuzzy, obsolete or unlike

Catalogues hold no dates, line numbers or paths, so a merge that changes no text changes no byte.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import string
import sys
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "parcours"
KEYWORDS = {"_": 1, "gettext_lazy": 1, "ngettext": 2, "pgettext_lazy": 2}
"""Functions that translate, and how many of their first arguments say what."""

HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: parcours\\n"
"Language: fr\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""
NO_BREAK = "\u00a0"
_SPACES = (
    (re.compile("«[ \u202f]?"), "«" + NO_BREAK),
    (re.compile("[ \u202f]?»"), NO_BREAK + "»"),
    (re.compile("[ \u202f](?=[:;!?]|%(?!\\())"), NO_BREAK),
)
_OF_TEMPLATE = re.compile(r"%\((\w+)\)s")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")


@dataclass(frozen=True)
class InContext:
    """A text whose French is another than that of the same text elsewhere, and where it stands."""

    context: str
    text: str


Text = str | tuple[str, ...] | InContext


def extract(package: Path = PACKAGE) -> dict[Text, set[str]]:
    """Return every message of the code (a pair for plurals), each with the modules that use it.

    The syntax tree is read rather than the tokens: before Python 3.12 these hide what stands inside an f-string.
    """
    found: dict[Text, set[str]] = {}
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in KEYWORDS:
                continue
            texts = [arg.value for arg in node.args[: KEYWORDS[node.func.id]] if isinstance(arg, ast.Constant)]
            if len(texts) == KEYWORDS[node.func.id] and all(isinstance(text, str) for text in texts):
                message = _message(node.func.id, texts)
                found.setdefault(message, set()).add(path.relative_to(package).as_posix())
    for path in sorted(package.rglob("templates/**/*")):
        if path.is_file():
            for message in in_template(path.read_text(encoding="utf-8")):
                found.setdefault(message, set()).add(path.relative_to(package).as_posix())
    return found


def in_template(source: str) -> list[Text]:
    """Return every message of a Django template, as Django itself looks them up."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
    calls = io.BytesIO(templatize(source).encode())
    words = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
    found = [(call, message) for _line, call, message, _notes in extract_python(calls, words, [], {})]
    return [_message(call, [text] if isinstance(text, str) else list(filter(None, text))) for call, text in found]


def _message(call: str, texts: list[str]) -> Text:
    if call.startswith("pgettext"):
        return InContext(texts[0], texts[1])
    return texts[0] if len(texts) == 1 else tuple(texts)


def _key(text: Text) -> tuple[str, str | None]:
    """Return under which words, in which context, gettext looks a message up."""
    if isinstance(text, InContext):
        return text.text, text.context
    return (text[0] if isinstance(text, tuple) else text), None


def typographic(text: str) -> str:
    """Put French spaces and apostrophes right: U+00A0, never the narrow one, before : ; ! ? % and inside « »."""
    for pattern, right in _SPACES:
        text = pattern.sub(right, text)
    return _APOSTROPHE.sub("’", text.replace(NO_BREAK * 2, NO_BREAK))


def placeholders(text: str) -> set[str]:
    """Return the names between braces of ``text``, and those a template writes as ``%(name)s``."""
    if of_template := set(_OF_TEMPLATE.findall(text)):
        return of_template
    return {field for _literal, field, _spec, _conversion in string.Formatter().parse(text) if field}


def read(path: Path) -> Catalog:
    """Read one catalogue; an absent one is empty."""
    if not path.exists():
        return Catalog(locale="fr")
    return read_po(io.BytesIO(path.read_bytes()), locale="fr", abort_invalid=True)


def merge(package: Path = PACKAGE) -> list[str]:
    """Write parcours.po and parcours.mo from the code's messages and all catalogues; return what to tell."""
    folder = package / "language" / "locale" / "fr"
    main = folder / "LC_MESSAGES" / "parcours.po"
    parts = [read(path) for path in sorted((folder / "parts").glob("*.po"))]
    earlier, said, whole = read(main), [], Catalog(locale="fr")
    for text in extract(package):
        key, context = _key(text)
        here = [found for part in parts if _fits(found := part.get(key, context), text)]
        if len({tuple(map(typographic, _forms(hit))) for hit in here}) > 1:
            said.append(f"translated differently in two parts, the first is kept: {text!r}")
        hits = here or [found for found in (earlier.get(key, context),) if _fits(found, text)]
        forms = tuple(typographic(form) for form in _forms(hits[0])) if hits else ("", "")
        flags = ["fuzzy"] if hits and hits[0].fuzzy else []
        words = text if isinstance(text, tuple) else key
        whole.add(words, forms if isinstance(text, tuple) else forms[0], flags=flags, context=context)
    main.parent.mkdir(parents=True, exist_ok=True)
    main.write_bytes(as_bytes(whole))
    for name in ("parcours.mo", "django.mo"):  # the second is the same for Django's own gettext
        with main.with_name(name).open("wb") as binary:
            write_mo(binary, whole)
    return said


def as_bytes(catalogue: Catalog) -> bytes:
    """Write ``catalogue`` sorted, with the fixed header."""
    body = io.BytesIO()
    write_po(body, catalogue, width=110, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    return HEADER.encode() + body.getvalue().lstrip(b"\n")


def check(package: Path = PACKAGE) -> list[str]:
    """Return everything that is wrong with parcours.po, one line each."""
    main = package / "language" / "locale" / "fr" / "LC_MESSAGES" / "parcours.po"
    catalogue, wanted, wrong = read(main), extract(package), []
    for text, places in sorted(wanted.items(), key=str):
        found = catalogue.get(*_key(text))
        if not _fits(found, text):
            wrong.append(f"missing: {text!r} ({', '.join(sorted(places))})")
            continue
        if found.fuzzy:
            wrong.append(f"fuzzy: {text!r}")
        wrong += _unlike(found)
    known = set(map(_key, wanted))
    leftovers = [one.id for one in catalogue if one.id and (_forms_id(one)[0], one.context or None) not in known]
    wrong += [f"obsolete: {text!r}" for text in [*leftovers, *catalogue.obsolete]]
    if main.exists() and not wrong and main.read_bytes() != as_bytes(catalogue):
        wrong.append(f"not as this tool writes it: {main.name}. Run it without --check.")
    return wrong


def _unlike(message: Message) -> list[str]:
    ids, forms = _forms_id(message), _forms(message)
    wrong = []
    for position, form in enumerate(forms):
        want, got = placeholders(ids[min(position, len(ids) - 1)]), placeholders(form)
        # A singular may say "one" without its number, but never name what is not given.
        spare = set.union(*map(placeholders, ids)) if len(ids) > 1 and position == 0 else want
        if not got <= spare or (position == len(forms) - 1 and got != want):
            wrong.append(f"placeholders differ: {message.id!r} has {sorted(want)}, {form!r} has {sorted(got)}")
        if typographic(form) != form:
            wrong.append(f"spaces or apostrophes: {form!r} should be {typographic(form)!r}")
    return wrong


def _forms(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, (list, tuple)) else (message.string,)


def _forms_id(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, (list, tuple)) else (message.id,)


def _fits(message: Message | None, text: Text) -> bool:
    """Say whether ``message`` translates every form of ``text``; gettext looks a text up by its singular alone."""
    if message is None:
        return False
    forms, wanted = _forms(message), len(text) if isinstance(text, tuple) else 1
    return len(_forms_id(message)) == wanted == len(forms) and all(forms)


def main() -> int:
    """Run from the command line; 1 when the check fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing, fail when the catalogue is not whole")
    asked = parser.parse_args()
    if not asked.check:
        print(*merge(), sep="\n")
    wrong = check()
    print(*wrong, sep="\n", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
