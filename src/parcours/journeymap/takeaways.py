"""Everything that can be taken away of a map: forms, with a sentence each, and their bytes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.translation import gettext_lazy as _

from parcours.journeymap.living import Living, Question, letter, living
from parcours.journeymap.queries import document_of
from parcours.mapdoc.formats.registry import FORMATS
from parcours.report.page import Page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

_FORBIDDEN = '\\/:*?"<>|'
"""Signs that some system does not allow in the name of a file."""

Make = Callable[[Question], bytes | None]


@dataclass(frozen=True)
class TakeAway:
    """A file of a map. ``form`` is its name in the address, ``kind`` the content type, ``lived`` those that need data.

    ``make`` returns None where there is nothing to make it of.
    """

    form: str
    ending: str
    kind: str
    title: Any
    words: Any
    make: Make
    lived: bool = False
    slow: bool = False
    holds_people: bool = False


@dataclass(frozen=True)
class Group:
    """Take-aways that serve one purpose."""

    title: Any
    words: Any
    files: tuple[TakeAway, ...]


def _drawn(draw: Callable[[Page], bytes]) -> Make:
    def make(question: Question) -> bytes:
        return draw(Page(living(question).picture))

    return make


PEOPLE = "https://people.invalid/?"
"""Stands in a kept report for where all the people behind a figure are: each reader's page and file has its own."""


def _report(question: Question) -> bytes:
    found = living(question)
    return Page(found.picture).html(people_address=PEOPLE if question.people and found.measured else "").encode()


def _written(form: str) -> Make:
    found = next(one for one in FORMATS if one.name == form)

    def make(question: Question) -> bytes:
        return found.write(document_of(question.version), question.language).content

    return make


def _letter(kind: str) -> Make:
    def make(question: Question) -> bytes | None:
        found = letter(question)
        if found is None:
            return None
        return found.pdf() if kind == "pdf" else found.html().encode() if kind == "html" else found.text().encode()

    return make


def losses_of(form: str, question: Question) -> tuple[str, ...]:
    """Return what a form of document cannot hold of the map, a line each."""
    found = next((one for one in FORMATS if one.name.lower() == form), None)
    if found is None or found.lossless:
        return ()
    return found.write(document_of(question.version), question.language).losses.lines()


GROUPS = (
    Group(
        _("To read and to show"),
        _("What was planned, with what people lived laid over it."),
        (
            TakeAway(
                "report",
                "html",
                "text/html; charset=utf-8",
                _("The report"),
                _("One page that needs nobody’s server: send it, keep it."),
                _report,
                slow=True,
                holds_people=True,
            ),
            TakeAway(
                "letter",
                "pdf",
                "application/pdf",
                _("The letter"),
                _("One sheet in plain words: where you lose people, and what to do first."),
                _letter("pdf"),
                lived=True,
                slow=True,
            ),
            TakeAway(
                "letter-text",
                "txt",
                "text/plain; charset=utf-8",
                _("The letter as text"),
                _("For an e-mail."),
                _letter("txt"),
                lived=True,
            ),
            TakeAway(
                "slides",
                "pptx",
                PPTX,
                _("Slides"),
                _("For a meeting: every text and drawing can be changed."),
                _drawn(Page.pptx),
                slow=True,
            ),
        ),
    ),
    Group(
        _("To print and to hang up"),
        _("The map as a picture, on paper of your size."),
        (
            TakeAway(
                "a4",
                "pdf",
                "application/pdf",
                _("PDF, A4"),
                _("For your own printer."),
                _drawn(lambda page: page.pdf("a4")),
                slow=True,
            ),
            TakeAway(
                "a3",
                "pdf",
                "application/pdf",
                _("PDF, A3"),
                _("For a table with six people around it."),
                _drawn(lambda page: page.pdf("a3")),
                slow=True,
            ),
            TakeAway(
                "poster",
                "pdf",
                "application/pdf",
                _("Poster, A1"),
                _("For the wall."),
                _drawn(lambda page: page.pdf("poster")),
                slow=True,
            ),
            TakeAway(
                "svg",
                "svg",
                "image/svg+xml; charset=utf-8",
                _("SVG"),
                _("Sharp at any size, for a designer."),
                _drawn(lambda page: page.svg().encode()),
            ),
            TakeAway("png", "png", "image/png", _("PNG"), _("For a document or a chat."), _drawn(Page.png), slow=True),
        ),
    ),
    Group(
        _("To go on with elsewhere"),
        _("The map itself, without figures."),
        (
            TakeAway(
                "excel",
                "xlsx",
                XLSX,
                _("Excel"),
                _("All of it, to fill in with colleagues and send back here."),
                _written("Excel"),
            ),
            TakeAway("json", "json", "application/json", _("JSON"), _("All of it, for programs."), _written("JSON")),
            TakeAway(
                "yaml",
                "yaml",
                "application/yaml; charset=utf-8",
                _("YAML"),
                _("All of it, for people who write files."),
                _written("YAML"),
            ),
            TakeAway(
                "csv",
                "csv",
                "text/csv; charset=utf-8",
                _("CSV"),
                _("The inventory of touchpoints, one a row."),
                _written("CSV"),
            ),
            TakeAway(
                "cjml",
                "cjml",
                "application/xml; charset=utf-8",
                _("CJML"),
                _("For tools that speak the customer journey modelling language."),
                _written("CJML"),
            ),
            TakeAway(
                "mermaid",
                "mmd",
                "text/plain; charset=utf-8",
                _("Mermaid"),
                _("A diagram for a wiki."),
                _written("Mermaid"),
            ),
        ),
    ),
)
FILES = {file.form: file for group in GROUPS for file in group.files}


def taken(file: TakeAway, question: Question) -> bytes | None:
    """Return the bytes of a take-away; slow ones are made once and kept. None where there is no data to make it of."""
    if not file.slow or (file.lived and not living_measured(question)):
        return file.make(question)
    living(question)  # what every slow file is drawn from: made inside the turn of the file it would wait for a second
    return question.shelf.made(question.key(f"file:{file.form}"), lambda: file.make(question) or b"") or None


def report_of(question: Question, people_address: str) -> str:
    """Return the report; ``people_address`` + a figure's key gives who may see them all people behind it, as a file."""
    return (taken(FILES["report"], question) or b"").decode().replace(escape(PEOPLE), escape(people_address))


def living_measured(question: Question) -> bool:
    """Whether there is data to say anything of."""
    found: Living = living(question)
    return found.measured


def file_name(question: Question, file: TakeAway) -> str:
    """Return what the file is called in the reader's language: the map's title, what it is, its version."""
    word = str(file.title)
    named = f"{question.version.map} - {word} - v{question.version.number}"
    signs = unicodedata.normalize("NFC", named)
    plain = "".join(sign if sign.isprintable() and sign not in _FORBIDDEN else " " for sign in signs)
    return f"{' '.join(plain.split()).strip(' .')[:150]}.{file.ending}"
