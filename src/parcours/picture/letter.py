"""The letter as it is read: a title that says the one thing, short paragraphs under headings, numbered actions.

One A4 page; the same identity as the map. Every face says the same words: HTML, plain text, Markdown.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from parcours.language.formats import quoted
from parcours.language.translation import Language, _, speaking
from parcours.picture.typeface import font_faces, prose, tidy

_TOKENS = re.compile(r"--(?:sans|voice):[^;]*;|--[\w-]+:\s*light-dark\([^;]*\);")
_LINE = 78
_MARKDOWN = re.compile(r"([\\`*_<>\[\]])")


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading with its sentences, and perhaps words of a customer with where they come from."""

    heading: str
    sentences: tuple[str, ...]
    quote: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do: what, by whom (None: nobody yet), the figure behind it, how one sees that it worked."""

    what: str
    owner: str | None
    figure: str
    sign: str


@dataclass(frozen=True, slots=True)
class LetterPage:
    """A whole letter. ``steps`` stand under the last heading; ``limits`` say what the figures do not."""

    title: str
    about: str
    language: Language
    passages: tuple[Passage, ...]
    steps_heading: str
    steps: tuple[Step, ...]
    limits_heading: str
    limits: tuple[str, ...]


def render_letter(letter: LetterPage) -> str:
    """Return the letter as one HTML document that makes no request, holds no script, and prints on one A4 page."""
    with speaking(letter.language):
        passages = "".join(map(_passage, letter.passages))
        steps = "".join(_step(step) for step in letter.steps)
        todo = f"<section class=todo><h2>{prose(letter.steps_heading)}</h2><ol>{steps}</ol></section>" if steps else ""
        limits = f"<footer><h2>{prose(letter.limits_heading)}</h2><p>{_joined(letter.limits)}</p></footer>"
        logo = (
            '<svg width="30" height="26" viewBox="0 0 28 24" fill="none" stroke-width="3" aria-hidden="true">'
            '<path class="ours" d="M3 7h22"/><path class="theirs" d="M3 16c4-7 7 6 11 0s7 5 11 0"/></svg>'
        )
        return (
            f'<!doctype html>\n<html lang="{letter.language}"><head><meta charset="utf-8">'
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
            "font-src data:; base-uri 'none'; form-action 'none'\">"
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f'<meta name="generator" content="Parcours"><title>{prose(letter.title)} · Parcours</title>'
            f"<style>{font_faces()}{_style()}</style></head><body><main>"
            f"<header>{logo}<p>{prose(letter.about)}</p></header><h1>{prose(letter.title)}</h1>"
            f"{passages}{todo}{limits if letter.limits else ''}</main></body></html>\n"
        )


@cache
def _style() -> str:
    folder = Path(__file__).parent
    tokens = "".join(_TOKENS.findall((folder / "page.css").read_text("utf-8")))
    sheet = re.sub(r"\s+", " ", (folder / "letter.css").read_text("utf-8")).strip()
    return f":root{{color-scheme:light dark;{tokens}}}{sheet}"


def _joined(sentences: tuple[str, ...]) -> str:
    return " ".join(map(prose, sentences))


def _passage(passage: Passage) -> str:
    quote = ""
    if passage.quote is not None:
        source = f" <cite>{prose(passage.source)}</cite>" if passage.source else ""
        quote = f"<blockquote>{prose(quoted(passage.quote))}{source}</blockquote>"
    return f"<section><h2>{prose(passage.heading)}</h2><p>{_joined(passage.sentences)}</p>{quote}</section>"


def _step(step: Step) -> str:
    owner = f"<b class=who>{prose(owner_words(step.owner))}</b> "
    return f"<li><p><b>{prose(step.what)}</b></p><p>{owner}{_joined(said_of(step))}</p></li>"


def owner_words(owner: str | None) -> str:
    """Say who answers for a step."""
    return _("Owner: {owner}.").format(owner=owner) if owner else _("No owner yet: name one.")


def said_of(step: Step) -> tuple[str, ...]:
    """Return what is said of a step after its owner."""
    return tuple(sentence for sentence in (step.figure, step.sign) if sentence)


def letter_text(letter: LetterPage) -> str:
    """Return the letter as plain text, wrapped."""
    with speaking(letter.language):
        out = [_wrapped(letter.title), _wrapped(letter.about)]
        for passage in letter.passages:
            out.append(f"{passage.heading.upper()}\n{_wrapped(' '.join(passage.sentences))}")
            if passage.quote is not None:
                source = f" ({passage.source})" if passage.source else ""
                out.append(_wrapped(quoted(passage.quote) + source, "    "))
        steps = []
        for place, step in enumerate(letter.steps, 1):
            said = " ".join((owner_words(step.owner), *said_of(step)))
            steps.append(f"{place}. {_wrapped(step.what, '   ').lstrip()}\n{_wrapped(said, '   ')}")
        if steps:
            out.append("\n".join([letter.steps_heading.upper(), *steps]))
        if letter.limits:
            out.append(f"{letter.limits_heading.upper()}\n{_wrapped(' '.join(letter.limits))}")
        return "\n\n".join(out) + "\n"


def _wrapped(text: str, indent: str = "") -> str:
    lines = textwrap.wrap(
        tidy(text),
        _LINE,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines)


def letter_markdown(letter: LetterPage) -> str:
    """Return the letter as Markdown; signs that Markdown reads are escaped."""
    with speaking(letter.language):
        out = [f"# {_plain(letter.title)}", f"*{_plain(letter.about)}*"]
        for passage in letter.passages:
            out += [f"## {_plain(passage.heading)}", _plain(" ".join(passage.sentences))]
            if passage.quote is not None:
                source = f" ({_plain(passage.source)})" if passage.source else ""
                out.append(f"> {_plain(quoted(passage.quote))}{source}")
        if letter.steps:
            out.append(f"## {_plain(letter.steps_heading)}")
            out.append(
                "\n".join(
                    f"{place}. **{_plain(step.what)}** {_plain(' '.join((owner_words(step.owner), *said_of(step))))}"
                    for place, step in enumerate(letter.steps, 1)
                )
            )
        if letter.limits:
            out += [f"## {_plain(letter.limits_heading)}", _plain(" ".join(letter.limits))]
        return "\n\n".join(out) + "\n"


def _plain(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", tidy(" ".join(text.split())))
